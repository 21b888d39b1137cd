#pragma once
/// Vector code of the MIC(0) solver; used by classical/detail/mic_cg.cpp alone, which describes the method.
///
/// Layout. The rows of a band are cut into groups of as many rows as a vector has lanes, N. Lane r of the vector at
/// position s of a group is the pixel in row r and column s - r, so that its west and north neighbours are the lanes r
/// and r - 1 of position s - 1: a triangular sweep is one pass over the positions 0 .. W + N - 2. Lanes that fall
/// outside the image hold weights and values of 0. Weights take one vector per position, values one per channel and
/// position. Bands are filled up with empty rows at their start, so that the last row of a band is always lane N - 1.

namespace csgis::detail {

/// Arrays of one group, each starting at the group's position 0. Lowercase names as in the header of the solver.
struct MicGroup {
  // Weights. While the factor is made, east, south, north hold w, then w E E'.
  float *east, *south, *north;
  float* scale;   ///< E = d^-1/2.
  float* middle;  ///< First the diagonal a, then a E^2 - 2.
  float* fill;    ///< What elimination hands to the southern neighbour; only needed while the factor is made.
  // Values.
  float *r, *p, *q, *t, *y;

  /// Groups before and after in the band; null at its ends.
  const MicGroup *above, *below;
  /// The last group of the other band, whose last row touches the last row of this one; null for other groups.
  const MicGroup* opposite;
  float* coupling;  ///< Weights between those two rows, in lane N - 1.
};

struct MicShape {
  int positions;
  int channels;
};

/// Lanes of the vectors in use: N of the layout.
int mic_lanes();

/// Pivots, MIC(0): d, fill and the diagonal from the weights w. Groups in the order of elimination. `last_band`: the
/// opposite rows are eliminated already.
void mic_factor(const MicShape& shape, const MicGroup& group, bool last_band);
/// The factor's weights from w and the pivots of all groups. Any order, but above, below and opposite untouched: they
/// read `scale` alone. The first band's last group sets the coupling.
void mic_scale(const MicShape& shape, const MicGroup& group, bool last_band);

/// r = (Id + L)^-1 r; sums[c] = r.r.
void mic_start(const MicShape& shape, const MicGroup& group, bool coupled, double* sums);
/// y += alpha p; r -= alpha (t + q); p = r + beta p; t = (Id + L^T)^-1 p; sums[c] = r.r. Groups from last to first.
void mic_backward(const MicShape& shape, const MicGroup& group, bool coupled, const float* alpha, const float* beta,
                  double* sums);
/// q = (Id + L)^-1 (p + middle t); sums[c] = p.(t + q), sums[channels + c] = |t + q|^2. Groups from first to last.
void mic_forward(const MicShape& shape, const MicGroup& group, bool coupled, double* sums);
/// y = (Id + L^T)^-1 y, kept in t; then y = E t. Groups from last to first.
void mic_finish(const MicShape& shape, const MicGroup& group, bool coupled);

}  // namespace csgis::detail

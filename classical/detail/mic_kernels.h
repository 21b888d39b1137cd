#pragma once
/// Vector code of the MIC(0) solver; used by classical/detail/mic_cg.cpp alone, which describes the method.
///
/// Layout. Only the black pixels of the checkerboard, x + y even, are unknowns. The rows of a band are cut into groups
/// of as many rows as a vector has lanes, N. Lane r of the vector at position s of a group is the pixel in row r and
/// column 2 s - 3 r - o, where o is the parity of the image row in lane 0. All neighbours that are eliminated before a
/// pixel then stand at earlier positions:
///   west                s - 1, lane r        two rows north        s - 3, lane r - 2
///   north-east          s - 1, lane r - 1    north-west            s - 2, lane r - 1
/// and a triangular sweep is one pass over the positions. Lanes that fall outside the image hold weights and values of
/// 0. Weights take one vector per position, values one per channel and position. Bands are filled up with empty rows at
/// their start, so that the last row of a band is always lane N - 1.

namespace csgis::detail {

struct MicGroup;

/// Where the two rows that follow a group are found: positions and lanes of another group. None for the last group of
/// the order of elimination.
struct MicSouth {
  const MicGroup* group;
  int near_shift, near_lane;  ///< The next row stands that many positions earlier than here, in that lane.
  int far_shift, far_lane;    ///< The row after it.
};

/// Arrays of one group, each starting at the group's position 0.
struct MicGroup {
  // Weights to the neighbours that come later, stored with the earlier one: w, then w E E'.
  float *east, *southwest, *southeast, *far_south;
  float* middle;  ///< First the diagonal a less 1, then a, then a E^2 - 2.
  float* scale;   ///< E = d^-1/2.
  // Values; `image` holds t between the two sweeps.
  float *r, *p, *image, *y;

  MicSouth south;
};

struct MicShape {
  int positions;
  int channels;
};

/// What a sweep down hands from group to group, per position and channel: the sums that the last row of a group gives
/// to the next row and to the one after it. Each group reads what the one above left and puts its own in the same
/// place. mic_lag() positions beyond the last hold 0.
struct MicPushes {
  float *near, *far;
  const float* received;  ///< Vectors to be added: from the other band, or null.
};

/// Lanes of the vectors in use: N of the layout.
int mic_lanes();
/// A row in lane r of a group and the same row counted on from the group above differ by that many positions: 3 N / 2.
int mic_lag();

/// Pivots, MIC(0): d and the diagonal a from the weights w. Groups in the order of elimination.
void mic_factor(const MicShape& shape, const MicGroup& group, const MicPushes& pushes);
/// The factor's weights from w and the pivots of all groups. Any order.
void mic_scale(const MicShape& shape, const MicGroup& group);

/// r = (Id + L)^-1 r; sums[c] = r.r.
void mic_start(const MicShape& shape, const MicGroup& group, const MicPushes& pushes, double* sums);
/// y += alpha p; r -= alpha image; p = r + beta p; t = (Id + L^T)^-1 p; sums[c] = r.r. Groups from last to first.
void mic_backward(const MicShape& shape, const MicGroup& group, const float* alpha, const float* beta, double* sums);
/// image = t + (Id + L)^-1 (p + middle t); sums[c] = p.image, sums[channels + c] = |image|^2. From first to last.
void mic_forward(const MicShape& shape, const MicGroup& group, const MicPushes& pushes, double* sums);
/// y = E (Id + L^T)^-1 y. Groups from last to first.
void mic_finish(const MicShape& shape, const MicGroup& group);

}  // namespace csgis::detail

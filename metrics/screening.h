#pragma once
/// How well a smoothed photo may serve as a ground truth, judged without one.

#include "metrics/scored_image.h"

#include <memory>

namespace csgis {

/// What screening says of one candidate. All 0..1, higher is better.
struct ScreeningScore {
  double edges = 0;     ///< Share of the gradient of the photo that is kept around its strong edges.
  double flatness = 0;  ///< Mean of C2 / (v + C2) elsewhere: texture that is gone. 1 where nothing varies.
  double total = 0;     ///< The mean of both, weighted by the area they speak of.

  friend bool operator==(const ScreeningScore&, const ScreeningScore&) = default;
};

/// Scores candidates of one photo: a good ground truth keeps the strong edges of the photo and is flat elsewhere.
///
///   zone      the pixels within 2 (Chebyshev) of a strong edge. On a strong edge the gradient of the photo under a
///             Gaussian of sigma 3 is at least 2.5 times its median over the photo, and 2 levels per pixel: at that
///             scale texture averages out and outlines stay. With a label map the pixels that have two labels (void
///             counts as one) within 2 pixels are strong edges too, however weak the photo is there.
///   edges     in the zone, sum of min(g(candidate), g(photo)) over sum of g(photo), g the gradient under a Gaussian of
///             sigma 2. Sharpening earns nothing, and texture in the zone counts little. 1 if the photo has no gradient
///             there.
///   flatness  elsewhere, mean over pixels and channels of C2 / (v + C2), v the variance under a Gaussian of sigma 1.5
///             and C2 = 7.65^2: what SSIM says (metrics/ssim.h) when one of two images is flat. 1 if there is no
///             elsewhere.
///
/// Gradients are greatest lengths over the channels, as in metrics/structure.h; the edge pixel is repeated at borders.
/// How far the score can be trusted, measured on images with known ground truth: docs/gt.md.
/// Grey or colour, any size. Memory: two planes of float, five per channel while it works. Cost: some 15 passes per
/// candidate.
class Screening {
 public:
  /// The photo may go after this; so may the label map, null for none.
  /// @throws InvalidArgument  no pixels, other than 1 or 3 channels, NaN; a label map of another size
  explicit Screening(const ScoredImage& photo, const LabelMap* labels = nullptr);
  ~Screening();
  Screening(Screening&&) noexcept;
  Screening& operator=(Screening&&) noexcept;

  /// @throws InvalidArgument  another size or other channels than the photo, NaN
  ScreeningScore score(const ScoredImage& candidate) const;

  /// The flatness of the photo itself: how little there is to take away. 0..1.
  double ease() const;

  /// Share of the pixels in the zone of strong edges. 0..1.
  double edge_share() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace csgis

#pragma once
/// Rows of an image dealt out to vector lanes, so that filters along a row never mix lanes: what is beside a value lies
/// in the next vector, aligned, instead of one place further in the same one.

#include "metrics/scored_image.h"

#include <functional>
#include <memory>

namespace csgis::detail {

/// Lanes of the widest vector of double; narrower ones take a vector in parts.
inline constexpr std::size_t kLanes = 8;

/// `count` vectors; lane j of vector i is column first + j * distance + i. Columns outside the image count as 0.
struct LaneStrip {
  int first, distance, count;
};

/// The planes of one image on the scale 0..255, strip by strip.
class LaneRows {
 public:
  virtual ~LaneRows() = default;
  virtual int planes() const = 0;
  /// The strip that read() is about.
  virtual void open(const LaneStrip& strip) = 0;
  /// Row y of a plane: count * kLanes values. `out` is aligned for vectors.
  virtual void read(int plane, int y, double* out) = 0;
};

/// The channels of an image. The image must live as long.
std::unique_ptr<LaneRows> channel_rows(const ScoredImage& image);

/// Its brightness as the one plane.
std::unique_ptr<LaneRows> luma_rows(const ScoredImage& image, LumaForm form);

/// A plane of doubles, row after row.
std::unique_ptr<LaneRows> plane_rows(Size size, const double* values);

}  // namespace csgis::detail

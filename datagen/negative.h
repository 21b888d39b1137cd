#pragma once
/// What negative samples of contrastive training are: images smoothed too much (over) or too little (under).

#include "core/enum_names.h"
#include "imaging/image.h"

#include <array>

namespace csgis {

enum class NegativeKind { over, under };
constexpr std::array<EnumName<NegativeKind>, 2> enum_names(NegativeKind) {
  return {{{NegativeKind::over, "over"}, {NegativeKind::under, "under"}}};
}

/// What is made of several methods.
enum class NegativePick {
  random,  ///< One per image, drawn.
  all,     ///< One for each method.
};
constexpr std::array<EnumName<NegativePick>, 2> enum_names(NegativePick) {
  return {{{NegativePick::random, "random"}, {NegativePick::all, "all"}}};
}

/// How a negative differs from its ground truth.
struct NegativeScore {
  double psnr = 0;    ///< dB, of all values.
  double ssim = 0;    ///< ssim:csgis.
  double detail = 0;  ///< Sum of all gradients relative to that of the ground truth: below 1 smoothed away, above left.
};
NegativeScore score_negative(const Image8& negative, const Image8& gt);

/// A negative nearer to its ground truth than this is none: it would push the network away from what is right.
inline constexpr double kNearestNegative = 35;

}  // namespace csgis

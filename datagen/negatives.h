#pragma once
/// Making negative samples for contrastive training.

#include "classical/method.h"
#include "core/random.h"
#include "datagen/negative.h"
#include "imaging/image.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace csgis {

struct NegativeMethod {
  std::string name;  ///< As files carry it: "l0", for a second setting of it "l0-2".
  Method method;
};

/// Methods from what a user wrote. A text is a method string; or `published` (over): the four of the published dataset;
/// or `weak` (under): three that leave most of the texture. A text of `ranges` is a method string one of whose values
/// is LOW..HIGH/COUNT: it stands for COUNT methods, the value growing from LOW to HIGH by a constant factor.
/// @throws UsageError  naming text and reason; two equal methods
std::vector<NegativeMethod> negative_methods(NegativeKind kind, const std::vector<std::string>& texts,
                                             const std::vector<std::string>& ranges = {});

struct Negative {
  std::size_t method = 0;  ///< Index into the methods.
  Image8 image;
  NegativeScore score;
  bool is_accepted = false;  ///< score.psnr is below the limit.
};

/// Smooths `source` (R,G,B) and scores the results against `gt` of the same size. With NegativePick::all every method
/// is tried, with random one after the other in the order that `draw` shuffles, until one is accepted. `take` receives
/// each result, rejected ones too: those of at least `nearest` dB.
void make_negatives(const Image8& source, const Image8& gt, std::span<const NegativeMethod> methods, NegativePick pick,
                    Random draw, const std::function<void(const Negative&)>& take, double nearest = kNearestNegative);

}  // namespace csgis

#include "model/recipe.h"

#include "core/error.h"

#include <algorithm>
#include <charconv>

namespace csgis {

const std::vector<FixInfo>& trainable_fixes() {
  static const std::vector<FixInfo> fixes{
      {7, "edge loss: all weights are 1 when every pixel is an edge", "weight 0, as the balance of classes says"},
      {8, "the Gram distance takes relu1_2 and relu2_2 of VGG16; relu3_3 is computed and left out", "all three"},
      {9, "VGG16 and the segmenter see values in [0,1]", "normalised by mean and deviation of ImageNet"},
      {11, "the distinctive total variation is logged and is no part of the loss", "part of the loss, with weight 1"},
      {12, "the segmentation loss looks at the input: no gradient", "at the prediction, through the frozen segmenter"},
      {13, "the segmenter stays in training mode: batch statistics, which drift, and dropout", "evaluation mode"},
      {14, "means over an epoch leave out the first batch", "all batches"},
      {15, "a resumed run has the old rate for an epoch, and the best score is forgotten", "both are restored"},
      {16, "validation on random crops of training images", "on the validation set, with fixed crops"},
      {21, "the over-smoothed negative is neither flipped nor rotated nor jittered", "changed like the ground truth"},
      {22, "edge values below 100 are 0, above 1, and 100 stays 100 (older sets)", "100 and more is an edge"},
      {23, "labels and edges are resampled bilinearly (older sets)", "nearest neighbour"},
      {24, "colours are jittered as if blue were red (older sets)", "red is red"},
      {29, "the weight of the contrast is ignored in mode contrastive", "applied"},
      {30, "the edge loss is a sum: it grows with batch and patch", "a mean, scaled to the published batch and patch"},
      {31, "edge values between 0 and 255 are used as they are", "a threshold makes them 0 or 255"},
  };
  return fixes;
}

Recipe Recipe::corrected() {
  Recipe recipe;
  for (const FixInfo& fix : trainable_fixes()) recipe.set(fix.number, true);
  return recipe;
}

void Recipe::apply(std::string_view setting) {
  const auto sign = setting.find('=');
  const std::string_view name = setting.substr(0, sign);
  const std::string_view value = sign == std::string_view::npos ? std::string_view() : setting.substr(sign + 1);
  require<UsageError>(name.starts_with("R-") && (value == "on" || value == "off"),
                      "'{}' is no fix; one reads R-12=on or R-12=off", setting);
  int number = 0;
  const char* const end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + 2, end, number);
  const bool is_known = error == std::errc() && stop == end &&
                        std::ranges::any_of(trainable_fixes(), [&](const FixInfo& f) { return f.number == number; });
  if (!is_known) {
    std::string known;
    for (const FixInfo& fix : trainable_fixes()) known += fmt::format("{}R-{}", known.empty() ? "" : " ", fix.number);
    fail<UsageError>("{} has no effect on a training; valid: {}", name, known);
  }
  set(number, value == "on");
}

std::string Recipe::text() const {
  std::string text;
  for (int number = 1; number <= kDiscrepancies; ++number) {
    if (fixes(number)) text += fmt::format("{}R-{}", text.empty() ? "" : " ", number);
  }
  return text;
}

}  // namespace csgis

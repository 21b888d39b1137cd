#pragma once
/// What one step of a training sees: images as bytes, planes after one another as torch wants them.

#include <cstdint>
#include <string>
#include <vector>

namespace csgis {

/// Changes of one sample that are the same for all its layers (flip, angle) or for the images (colour), in the order of
/// the published training program; model/augment.h carries them out exactly, a trainer quickly on its device.
struct AugmentDraw {
  bool flip = false;      ///< Left-right.
  double angle = 0;       ///< Degrees counter-clockwise about the centre; what comes from outside is 0.
  double brightness = 1;  ///< Factors; the same for all images of the sample.
  double contrast = 1;
  double hue = 0;            ///< In turns, -0.5 .. 0.5.
  int order[3] = {0, 1, 2};  ///< What comes first of 0 brightness, 1 contrast, 2 hue.

  bool operator==(const AugmentDraw&) const = default;
};

/// `count` samples of `height` x `width`. A layer that the set does not have is empty, else it holds all samples.
struct TrainingBatch {
  std::int64_t count = 0, height = 0, width = 0;
  std::vector<std::uint8_t> input;  ///< count x 3 x height x width; the value is byte / 255. The blend.
  std::vector<std::uint8_t> truth;  ///< As input. The structure.
  std::vector<std::uint8_t> over;   ///< As input. The over-smoothed negative.
  std::vector<std::uint8_t> edge;   ///< count x height x width; the value is byte / edge_unit.
  std::vector<std::uint8_t> label;  ///< count x height x width; class index, 255 is void.
  int edge_unit = 255;              ///< 255, or 1 where the published older sets keep 0/1 maps.
  std::vector<std::string> keys;    ///< Of the samples, for messages.
  std::vector<AugmentDraw> draws;   ///< Empty: the samples are augmented already.
};

}  // namespace csgis

#include "pipelines/sample_augment.h"

#include "model/augment.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace csgis {
namespace {

constexpr int kEdgeThreshold = 100;
constexpr double kLowestFactor = 0.3, kHighestFactor = 1.7, kMostHue = 0.3;
constexpr double kMostDegrees = 45;

std::int64_t uniform_to(Random& random, std::int64_t last) {
  return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(std::max<std::int64_t>(last, 0)) + 1));
}

/// The places of one sample in a batch.
struct Place {
  std::size_t plane;  ///< Pixels of a plane.
  std::size_t index;

  std::uint8_t* grey(std::vector<std::uint8_t>& layer) const { return layer.data() + index * plane; }
  std::uint8_t* colour(std::vector<std::uint8_t>& layer, std::size_t channel) const {
    return layer.data() + (3 * index + channel) * plane;
  }
  ColourPlanes planes(std::vector<std::uint8_t>& layer) const {
    return {{colour(layer, 0), plane}, {colour(layer, 1), plane}, {colour(layer, 2), plane}};
  }
};

void threshold(std::uint8_t* values, std::size_t count, std::uint8_t edge) {
  for (std::size_t i = 0; i < count; ++i) values[i] = values[i] >= kEdgeThreshold ? edge : std::uint8_t{0};
}

// Four folders ----------------------------------------------------------------------------------------------------

void put_four_folders(const SampleLayers& sample, const SampleDraw& draw, const SampleForm& form, TrainingBatch& batch,
                      const Place& place) {
  const auto cut = [&](const ImagePlane& plane) { return plane.part(draw.top, draw.left, draw.height, draw.width); };
  const bool changes = form.augment == Augmentation::exact;
  std::optional<NearestRotation> rotation;
  if (changes) rotation.emplace(draw.height, draw.width, draw.augment.angle);
  const auto turned = [&](const ImagePlane& plane, std::uint8_t* out) {
    if (!changes) return copy_plane(cut(plane), out);
    rotation->apply(draw.augment.flip ? cut(plane).mirrored() : cut(plane), out);
  };
  const auto put_image = [&](const std::array<ImagePlane, 3>& image, std::vector<std::uint8_t>& layer) {
    for (std::size_t c = 0; c < 3; ++c) turned(image[c], place.colour(layer, c));
    if (changes) jitter_colour(place.planes(layer), draw.augment);
  };
  put_image(sample.input, batch.input);
  put_image(sample.truth, batch.truth);
  if (form.layers.over && form.recipe.fixes(21)) {
    put_image(sample.over, batch.over);
  } else if (form.layers.over) {
    for (std::size_t c = 0; c < 3; ++c) copy_plane(cut(sample.over[c]), place.colour(batch.over, c));
  }
  if (form.layers.edge) {
    turned(sample.edge, place.grey(batch.edge));
    if (form.recipe.fixes(31)) threshold(place.grey(batch.edge), place.plane, 255);
  }
  if (form.layers.label) turned(sample.label, place.grey(batch.label));
}

// Edge set --------------------------------------------------------------------------------------------------------

class EdgeSetSample {
 public:
  EdgeSetSample(const SampleDraw& draw, const SampleForm& form, const TrainingBatch& batch)
      : draw_(draw),
        form_(form),
        height_(batch.height),
        width_(batch.width),
        changes_(form.augment == Augmentation::exact),
        rotation_(batch.height, batch.width, draw.augment.angle) {}

  void put(const SampleLayers& sample, TrainingBatch& batch, const Place& place) const {
    put_image(sample.input, batch.input, place, true);
    put_image(sample.truth, batch.truth, place, true);
    if (form_.layers.over) put_image(sample.over, batch.over, place, form_.recipe.fixes(21));
    if (form_.layers.edge) put_edge(sample.edge, place.grey(batch.edge));
    if (form_.layers.label) put_indices(cut(sample.label), place.grey(batch.label));
  }

 private:
  ImagePlane cut(const ImagePlane& plane) const { return plane.part(draw_.top, draw_.left, draw_.height, draw_.width); }

  void put_image(const std::array<ImagePlane, 3>& image, std::vector<std::uint8_t>& layer, const Place& place,
                 bool has_jitter) const {
    for (std::size_t c = 0; c < 3; ++c) {
      put_colour(cut(image[form_.is_bgr() ? 2 - c : c]), place.colour(layer, c));
    }
    if (changes_ && has_jitter) jitter_colour(place.planes(layer), draw_.augment);
  }

  /// In single precision of 0..1, as published: only what the jitter gets is of 8 bits again.
  void put_colour(const ImagePlane& plane, std::uint8_t* out) const {
    if (!changes_) return copy_plane(plane, out);
    std::vector<float> values(static_cast<std::size_t>(plane.height * plane.width));
    std::size_t i = 0;
    for (std::int64_t y = 0; y < plane.height; ++y) {
      for (std::int64_t x = 0; x < plane.width; ++x) values[i++] = static_cast<float>(plane.at(y, x)) / 255.0F;
    }
    values = resize_bilinear(values, plane.height, plane.width, height_, width_);
    if (draw_.augment.flip) {
      for (std::int64_t y = 0; y < height_; ++y) {
        std::reverse(values.begin() + y * width_, values.begin() + (y + 1) * width_);
      }
    }
    std::vector<float> turned(values.size());
    rotation_.apply(values, turned.data());
    for (const float value : turned) *out++ = static_cast<std::uint8_t>(value * 255.0F);
  }

  void put_edge(const ImagePlane& edge, std::uint8_t* out) const {
    const ImagePlane part = cut(edge);
    std::vector<std::uint8_t> binary(static_cast<std::size_t>(part.height * part.width));
    copy_plane(part, binary.data());
    const bool is_kept = !form_.recipe.fixes(22);
    for (std::uint8_t& value : binary) {
      if (value != kEdgeThreshold || !is_kept) value = value >= kEdgeThreshold ? std::uint8_t{1} : std::uint8_t{0};
    }
    put_indices({binary.data(), part.height, part.width, static_cast<std::ptrdiff_t>(part.width)}, out);
  }

  /// Values that have nothing in between.
  void put_indices(const ImagePlane& plane, std::uint8_t* out) const {
    if (!changes_) return copy_plane(plane, out);
    const bool is_nearest = form_.recipe.fixes(23);
    std::vector<std::uint8_t> sized(static_cast<std::size_t>(height_ * width_));
    if (is_nearest) {
      resize_nearest(plane, height_, width_, sized.data());
    } else {
      resize_bilinear(plane, height_, width_, sized.data());
    }
    ImagePlane view{sized.data(), height_, width_, static_cast<std::ptrdiff_t>(width_)};
    if (draw_.augment.flip) view = view.mirrored();
    if (is_nearest) return rotation_.apply_nearest(view, out);
    rotation_.apply(view, out);
  }

  const SampleDraw& draw_;
  const SampleForm& form_;
  std::int64_t height_, width_;
  bool changes_;
  BilinearRotation rotation_;
};

}  // namespace

SampleDraw draw_four_folders(Random& random, Size image, int patch) {
  SampleDraw draw = draw_crop(&random, image, patch, patch);
  AugmentDraw& augment = draw.augment;
  augment.flip = random.uniform() < 0.5;
  augment.angle = random.uniform(-kMostDegrees, kMostDegrees);
  augment.brightness = random.uniform(kLowestFactor, kHighestFactor);
  augment.contrast = random.uniform(kLowestFactor, kHighestFactor);
  augment.hue = random.uniform(-kMostHue, kMostHue);
  for (std::size_t i = 3; i > 1; --i) std::swap(augment.order[i - 1], augment.order[random.below(i)]);
  return draw;
}

SampleDraw draw_edge_set(Random& random, Size image, int patch) {
  const auto side = [&](int limit) {
    const std::int64_t drawn = patch - patch / 4 + uniform_to(random, patch / 4 * 2);
    return std::min<std::int64_t>(drawn, limit);
  };
  SampleDraw draw;
  draw.height = side(image.height);
  draw.width = side(image.width);
  draw.top = uniform_to(random, image.height - draw.height - 1);  // the last place is never drawn, as published
  draw.left = uniform_to(random, image.width - draw.width - 1);
  AugmentDraw& augment = draw.augment;
  augment.flip = random.uniform() > 0.5;
  augment.angle = static_cast<double>(random.below(90)) - kMostDegrees;
  augment.hue = random.uniform(-kMostHue, kMostHue);
  augment.contrast = random.uniform(kLowestFactor, kHighestFactor);
  augment.brightness = random.uniform(kLowestFactor, kHighestFactor);
  augment.order[0] = 2;
  augment.order[1] = 1;
  augment.order[2] = 0;
  return draw;
}

SampleDraw draw_crop(Random* random, Size image, std::int64_t height, std::int64_t width) {
  SampleDraw draw;
  draw.height = std::min<std::int64_t>(height, image.height);
  draw.width = std::min<std::int64_t>(width, image.width);
  const std::int64_t free_rows = image.height - draw.height, free_columns = image.width - draw.width;
  draw.top = random != nullptr ? uniform_to(*random, free_rows) : free_rows / 2;
  draw.left = random != nullptr ? uniform_to(*random, free_columns) : free_columns / 2;
  return draw;
}

TrainingBatch empty_batch(const SampleForm& form, std::int64_t count, std::int64_t height, std::int64_t width) {
  TrainingBatch batch;
  batch.count = count;
  batch.height = height;
  batch.width = width;
  const auto pixels = static_cast<std::size_t>(count * height * width);
  batch.input.resize(3 * pixels);
  batch.truth.resize(3 * pixels);
  if (form.layers.over) batch.over.resize(3 * pixels);
  if (form.layers.edge) batch.edge.resize(pixels);
  if (form.layers.label) batch.label.resize(pixels);
  batch.edge_unit = form.edge_unit();
  batch.keys.resize(static_cast<std::size_t>(count));
  if (form.augment == Augmentation::device) batch.draws.resize(static_cast<std::size_t>(count));
  return batch;
}

void put_sample(const SampleLayers& sample, const SampleDraw& draw, const SampleForm& form, TrainingBatch& batch,
                std::int64_t index) {
  const Place place{static_cast<std::size_t>(batch.height * batch.width), static_cast<std::size_t>(index)};
  if (form.augment == Augmentation::device) batch.draws[place.index] = draw.augment;
  if (form.style == AugmentationStyle::four_folders) return put_four_folders(sample, draw, form, batch, place);
  EdgeSetSample(draw, form, batch).put(sample, batch, place);
}

}  // namespace csgis

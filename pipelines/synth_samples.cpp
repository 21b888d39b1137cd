#include "pipelines/synth_samples.h"

#include "core/random.h"
#include "datagen/camera_effects.h"
#include "datagen/edge_map.h"
#include "datagen/render_blend.h"
#include "datagen/synth_scene.h"
#include "datagen/synth_texture.h"
#include "datagen/tone_map.h"
#include "pipelines/hashing.h"
#include "pipelines/sample_planes.h"
#include "pipelines/shared_cache.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace csgis {
namespace {

constexpr double kSmallestScene = 1.1, kLargestScene = 3;  // in sides of the crop
constexpr double kMostOblong = 1.4;
constexpr double kLowestStd = 3, kHighestStd = 45;
constexpr double kRealisticShare = 0.5, kIdentityShare = 0.05, kCameraShare = 0.4;
constexpr double kSoftShare = 0.5, kLeastSoft = 0.4, kMostSoft = 2.5;  // of edges: standard deviation in pixels
constexpr double kColourOfRealistic = 0.75, kColourOfPlain = 0.25;     // together a half
constexpr double kFlatShare = 0.3, kMostFade = 0.7;
constexpr DrawRange kTextureScale{0.5, 1.6};
constexpr int kSmallestTexture = 96, kLargestTexture = 224;
constexpr std::array<int, 4> kChoices{0, 1, 2, 3};  // textures that one sample may hold
constexpr int kLeastMedian = 3, kMostMedian = 8;    // radius of the over-smoothed image
/// Changes whenever the same seed would give other samples.
constexpr int kSeriesVersion = 2;

double log_even(Random& random, double low, double high) {
  return low * std::pow(high / low, random.uniform());
}

RecipeOptions realistic_recipe(Random& random) {
  RecipeOptions o;
  o.model = random.chance(0.5) ? TextureModel::multiplicative : TextureModel::additive;
  o.colour = random.chance(kColourOfRealistic) ? TextureColour::colour : TextureColour::grey;
  o.headroom = random.chance(0.5) ? Headroom::compress_gt : Headroom::scale_texture;
  o.std = DrawRange{kLowestStd, kHighestStd};
  o.scale = kTextureScale;
  o.placement = Placement::rotated;
  o.warp = random.chance(0.5) ? Warp::perspective : Warp::affine;
  o.fade = random.uniform(0, kMostFade);
  o.flat_share = kFlatShare;
  return o;
}

RecipeOptions plain_recipe(Random& random) {
  RecipeOptions o;
  o.colour = random.chance(kColourOfPlain) ? TextureColour::colour : TextureColour::grey;
  o.std = DrawRange{kLowestStd, kHighestStd};
  o.placement = Placement::shifted;
  return o;
}

Image8 crop_of(const Image8& image, int top, int left, int side) {
  Image8 crop({side, side}, image.channels());
  for (int y = 0; y < side; ++y) std::copy_n(image.at(top + y, left), crop.row_samples(), crop.row(y));
  return crop;
}
LabelMap crop_of(const LabelMap& map, int top, int left, int side) {
  LabelMap crop({side, side});
  for (int y = 0; y < side; ++y) std::copy_n(map.row(top + y) + left, side, crop.row(y));
  return crop;
}

/// Keeps large forms with their edges and loses what is small: too smooth, and cheap.
Image8 median_of(const Image8& image, int radius) {
  const cv::Mat from(image.height(), image.width(), CV_8UC3, const_cast<std::uint8_t*>(image.data()));
  Image8 result(image.size(), 3);
  cv::Mat to(image.height(), image.width(), CV_8UC3, result.data());
  cv::medianBlur(from, to, 2 * radius + 1);
  return result;
}

/// Drawn scenes have edges of one pixel; those of photos are as soft as lens and focus make them.
Image8 softened(const Image8& image, double deviation) {
  return apply_camera_effects(image, {deviation, 0, 0}, 0, "");
}

struct DrawnSample {
  Image8 input, truth, edge, over;
  LabelMap label;
};

/// One series of samples.
class SynthSeries {
 public:
  SynthSeries(std::uint64_t seed, const char* purpose, int side)
      : seed_(Random(seed, "synth samples", purpose).bits64()), side_(side) {}

  DrawnSample draw(std::uint64_t number, bool with_over) {
    const std::string item = std::to_string(number);
    Random random(seed_, "synth sample", item);
    const auto scene = scenes_.get(number / kSamplesPerScene + random.below(kScenesAtOnce));
    const int top = random.between(0, scene->image.height() - side_);
    const int left = random.between(0, scene->image.width() - side_);
    DrawnSample sample;
    sample.truth = crop_of(scene->image, top, left, side_);
    sample.label = crop_of(scene->classes, top, left, side_);
    if (random.chance(kSoftShare)) sample.truth = softened(sample.truth, log_even(random, kLeastSoft, kMostSoft));
    if (random.chance(kIdentityShare)) {
      sample.input = sample.truth.clone();
    } else {
      const bool is_realistic = random.chance(kRealisticShare);
      const RecipeOptions options = is_realistic ? realistic_recipe(random) : plain_recipe(random);
      const RegionMap regions =
          is_realistic ? label_regions(crop_of(scene->instances, top, left, side_)) : whole_image(sample.truth.size());
      blend(sample, regions, options, number, random);
      if (random.chance(kCameraShare)) {
        look_at(sample, item);
      }
    }
    sample.edge = edge_map(sample.truth, {});
    if (with_over) sample.over = median_of(sample.truth, random.between(kLeastMedian, kMostMedian));
    return sample;
  }

 private:
  /// Lays textures on sample.truth; where they need room there, its range is narrowed first.
  void blend(DrawnSample& sample, const RegionMap& regions, const RecipeOptions& options, std::uint64_t number,
             Random& random) {
    std::vector<RegionChoice> choices;
    for (const ImageRegion& region : regions.regions) choices.push_back({region.label, region.pixels, kChoices});
    BlendRecipe recipe = draw_recipe(options, seed_, std::to_string(number), kChoices.front(), choices);
    std::array<std::uint64_t, kChoices.size()> textures{};
    for (std::uint64_t& texture : textures) {
      texture = number / kSamplesPerTexture + random.below(kTexturesAtOnce);
    }
    double highest = 0;
    std::vector<std::shared_ptr<const TextureTile>> held;
    std::vector<const TextureTile*> tiles;
    for (RegionRecipe& region : recipe.regions) {
      region.std = log_even(random, kLowestStd, kHighestStd);
      held.push_back(region.is_flat() ? nullptr : tiles_.get(textures[static_cast<std::size_t>(region.texture)]));
      tiles.push_back(held.back().get());
      if (!region.is_flat()) highest = std::max(highest, *region.std);
    }
    if (recipe.headroom == Headroom::compress_gt) {
      sample.truth = room_for_texture(sample.truth, highest, recipe.model).apply(sample.truth);
    }
    sample.input = render_blend(sample.truth, regions, recipe, tiles).image;
  }

  /// Blur is the lens's: it belongs to the structure too, and taking it away is not smoothing.
  void look_at(DrawnSample& sample, const std::string& item) const {
    const CameraEffects effects = draw_camera_effects(seed_, item);
    sample.input = apply_camera_effects(sample.input, effects, seed_, item);
    sample.truth = softened(sample.truth, effects.blur);
  }

  SynthScene make_scene(std::uint64_t number) const {
    Random random(seed_, "synth scene size", std::to_string(number));
    const double side = log_even(random, kSmallestScene, kLargestScene) * side_;
    const double oblong = log_even(random, 1 / kMostOblong, kMostOblong);
    const auto at_least_side = [&](double length) {
      return std::clamp(static_cast<int>(std::lround(length)), std::max(side_, kLeastScene), kMostScene);
    };
    return synth_scene(seed_, number,
                       Size{at_least_side(side / std::sqrt(oblong)), at_least_side(side * std::sqrt(oblong))});
  }

  TextureTile make_tile(std::uint64_t number) const {
    Random random(seed_, "synth texture size", std::to_string(number));
    const Size size{random.between(kSmallestTexture, kLargestTexture),
                    random.between(kSmallestTexture, kLargestTexture)};
    const SynthTexture texture = synth_texture(seed_, number, size);
    return {texture.image, Luma::rec601, !texture.tileable, kTextureScale.low};
  }

  static constexpr int kLeastScene = 64, kMostScene = 4096;  // what synth_scene takes

  /// Made by number.
  template <class T>
  class Stock {
   public:
    Stock(std::uint64_t at_once, std::function<T(std::uint64_t)> make)
        : cache_(at_once + at_once / 4, [](const T&) { return std::uint64_t{1}; }), make_(std::move(make)) {}
    std::shared_ptr<const T> get(std::uint64_t number) {
      return cache_.get(number, [&] { return make_(number); });
    }

   private:
    SharedCache<T> cache_;
    std::function<T(std::uint64_t)> make_;
  };

  std::uint64_t seed_;
  int side_;
  Stock<SynthScene> scenes_{kScenesAtOnce, [this](std::uint64_t number) { return make_scene(number); }};
  Stock<TextureTile> tiles_{kTexturesAtOnce, [this](std::uint64_t number) { return make_tile(number); }};
};

class SynthSource : public SampleSource {
 public:
  SynthSource(const SampleOptions& options, std::uint64_t seed)
      : epoch_(static_cast<std::uint64_t>(options.synth_epoch)),
        validation_count_(static_cast<std::uint64_t>(options.synth_val)),
        identity_(
            sha256_hex(fmt::format("synth {} seed {} patch {} val-crop {} epoch {} val {}", kSeriesVersion, seed,
                                   options.patch, validation_side(options), options.synth_epoch, options.synth_val))),
        training_(seed, "train", options.patch),
        validation_(seed, "val", validation_side(options)),
        kept_(validation_count_, [](const DrawnSample&) { return std::uint64_t{1}; }) {}

  std::string name() const override { return kSynthData; }
  std::string identity() const override { return identity_; }
  LayerSet layers() const override { return {true, true, true}; }
  SampleLabels label_kind() const override { return SampleLabels::classes; }
  std::uint64_t size(bool is_training) const override { return is_training ? epoch_ : validation_count_; }
  std::string key(bool is_training, std::uint64_t number) const override {
    return fmt::format("synth-{}-{}", is_training ? "train" : "val", number);
  }
  bool is_endless() const override { return true; }

  SampleLayers load(bool is_training, std::uint64_t epoch, std::uint64_t number,
                    const LayerSet& needed) const override {
    if (is_training) {
      return layers_of(std::make_shared<const DrawnSample>(training_.draw(epoch * epoch_ + number, needed.over)));
    }
    return layers_of(kept_.get(number, [&] { return validation_.draw(number, true); }));
  }

 private:
  static SampleLayers layers_of(std::shared_ptr<const DrawnSample> sample) {
    SampleLayers layers;
    layers.input = planes_of(sample->input);
    layers.truth = planes_of(sample->truth);
    if (!sample->over.empty()) layers.over = planes_of(sample->over);
    layers.edge = planes_of(sample->edge)[0];
    layers.label = plane_of(sample->label);
    layers.owners[0] = std::move(sample);
    return layers;
  }

  std::uint64_t epoch_, validation_count_;
  std::string identity_;
  mutable SynthSeries training_, validation_;  // what they keep is no part of what they are
  mutable SharedCache<DrawnSample> kept_;
};

}  // namespace

std::shared_ptr<const SampleSource> synthetic_samples(const SampleOptions& options, std::uint64_t seed) {
  return std::make_shared<SynthSource>(options, seed);
}

}  // namespace csgis

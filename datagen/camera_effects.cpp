#include "datagen/camera_effects.h"

#include "core/random.h"
#include "imaging/decode.h"
#include "imaging/jpeg_writer.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace csgis {
namespace {

constexpr double kLeastBlur = 0.3;  ///< The kernel's neighbours weigh under 0.4 % below it.

/// Weights of a Gaussian by repeated multiplication: exp() of the C library may differ in its last bit by CPU, and
/// e^(-1/(2 s^2)) is the only power needed, since w(i) / w(i - 1) = q^(2 i - 1).
std::vector<float> gaussian_weights(double sigma) {
  const int radius = static_cast<int>(std::ceil(3 * sigma));
  const double x = 1 / (2 * sigma * sigma);
  // e^-x = (e^(-x/256))^256, the inner one by its series: x is at most 5.6, the error below 1e-8.
  const double small = x / 256;
  double q = 1 - small * (1 - small / 2 * (1 - small / 3 * (1 - small / 4)));
  for (int i = 0; i < 8; ++i) q *= q;
  std::vector<double> side{1};
  double ratio = q;
  for (int i = 1; i <= radius; ++i, ratio *= q * q) side.push_back(side.back() * ratio);
  double sum = side[0];
  for (int i = 1; i <= radius; ++i) sum += 2 * side[static_cast<std::size_t>(i)];
  std::vector<float> weights;
  for (int i = -radius; i <= radius; ++i)
    weights.push_back(static_cast<float>(side[static_cast<std::size_t>(std::abs(i))] / sum));
  return weights;
}

/// Samples as floats 0..255, interleaved.
struct Levels {
  Size size;
  int channels;
  std::vector<float> values;
};

/// One pass along x, the result transposed: two passes are a blur in both directions.
Levels blurred_along_x(const Levels& in, const std::vector<float>& weights) {
  const int radius = static_cast<int>(weights.size() / 2), channels = in.channels;
  const auto [height, width] = in.size;
  Levels out{{width, height}, channels, std::vector<float>(in.values.size())};
  std::vector<float> padded(static_cast<std::size_t>((width + 2 * radius) * channels));
  for (int y = 0; y < height; ++y) {
    const float* row = in.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width * channels);
    for (int x = -radius; x < width + radius; ++x) {
      const int from = std::clamp(x, 0, width - 1);
      std::copy_n(row + from * channels, channels, padded.data() + (x + radius) * channels);
    }
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        float sum = 0;
        for (int i = 0; i <= 2 * radius; ++i)
          sum += weights[static_cast<std::size_t>(i)] * padded[static_cast<std::size_t>((x + i) * channels + c)];
        out.values[(static_cast<std::size_t>(x) * static_cast<std::size_t>(height) + static_cast<std::size_t>(y)) *
                       static_cast<std::size_t>(channels) +
                   static_cast<std::size_t>(c)] = sum;
      }
    }
  }
  return out;
}

/// Roughly normal, mean 0 and variance 1, from 32 random bits: the sum of their four bytes. A byte is even over 256
/// values, variance (256^2 - 1) / 12.
float rough_normal(std::uint32_t bits) {
  const auto sum = static_cast<int>((bits & 255U) + (bits >> 8 & 255U) + (bits >> 16 & 255U) + (bits >> 24));
  constexpr float kScale = 0.0067658F;  // 1 / sqrt(4 * 5461.25)
  return (static_cast<float>(sum) - 510) * kScale;
}

void add_noise(Levels& levels, float deviation, Random& random) {
  constexpr float kHalf = 0.70710678F;
  for (std::size_t i = 0; i < levels.values.size(); i += static_cast<std::size_t>(levels.channels)) {
    const float common = rough_normal(random());
    if (levels.channels == 1) {
      levels.values[i] += deviation * common;
      continue;
    }
    for (std::size_t c = 0; c < 3; ++c) levels.values[i + c] += deviation * kHalf * (common + rough_normal(random()));
  }
}

}  // namespace

CameraEffects draw_camera_effects(std::uint64_t seed, std::string_view key, const CameraOptions& options) {
  validate(options);
  require(options.min_quality <= options.max_quality, "camera: min-quality {} is above max-quality {}",
          options.min_quality, options.max_quality);
  Random random(seed, "camera effects", key);
  CameraEffects effects;
  effects.blur = random.uniform(0, options.blur);
  effects.noise = random.uniform(0, options.noise);
  const int quality = random.between(options.min_quality, options.max_quality);
  if (random.chance(options.jpeg_share)) effects.jpeg_quality = quality;
  return effects;
}

Image8 apply_camera_effects(const Image8& image, const CameraEffects& effects, std::uint64_t seed,
                            std::string_view key) {
  require(image.channels() == 1 || image.channels() == 3, "apply_camera_effects: {} channels, must be 1 or 3",
          image.channels());
  require(effects.blur >= 0 && effects.blur <= 100, "apply_camera_effects: blur {} must be 0 to 100", effects.blur);
  require(std::isfinite(effects.noise) && effects.noise >= 0, "apply_camera_effects: noise {} must be 0 or more",
          effects.noise);
  require(effects.jpeg_quality >= 0 && effects.jpeg_quality <= 100,
          "apply_camera_effects: JPEG quality {} must be 0 (none) to 100", effects.jpeg_quality);

  Levels levels{image.size(), image.channels(), {image.samples().begin(), image.samples().end()}};
  if (effects.blur >= kLeastBlur) {
    const std::vector<float> weights = gaussian_weights(effects.blur);
    levels = blurred_along_x(blurred_along_x(levels, weights), weights);
  }
  if (effects.noise > 0) {
    Random random(seed, "camera noise", key);
    add_noise(levels, static_cast<float>(effects.noise), random);
  }
  Image8 result(image.size(), image.channels());
  std::transform(levels.values.begin(), levels.values.end(), result.data(),
                 [](float value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F) + 0.5F); });
  if (effects.jpeg_quality == 0) return result;
  DecodedImage decoded = decode_image(encode_jpeg(result, effects.jpeg_quality));
  return std::move(std::get<Image8>(decoded.pixels));
}

}  // namespace csgis

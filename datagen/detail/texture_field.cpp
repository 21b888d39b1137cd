#include "datagen/detail/texture_field.h"

#include "datagen/detail/lanes.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace csgis::detail {
namespace {

/// A texture that shows less than this part of its contrast in a region is not amplified as if that were all of it.
constexpr double kLeastShownContrast = 0.25;
/// Contrasts below this, in levels, are flat but for rounding.
constexpr double kNoContrast = 0.01;
/// Stronger textures saturate everything; the bound keeps sums within the range of int.
constexpr double kMostAmplified = 10000;

}  // namespace

/// Of the lanes of a region's pixels, in units of the sampler: sums of the values, plain and weighted with the squared
/// strength of a fade, and weighted sums of their squares.
struct TextureField::Sums {
  std::uint64_t pixels = 0;
  std::array<std::uint64_t, TextureTile::kLanes> sum{};
  double weight = 0;
  std::array<double, TextureTile::kLanes> weighted_sum{}, weighted_squares{};

  /// Values of `count` pixels from one place on: the strength is one for a piece. Plain on purpose:
  /// the four lanes are summed at once.
  void add(const std::uint64_t* values, int count, float strength) {
    constexpr std::uint32_t kCoarse = 16;  // squares of 1/16 levels: 16 of them fit 32 bits
    WideLanes s{}, q{};
    for (int i = 0; i < count; ++i) {
      const WideLanes lanes = wide_lanes_of(values[i]);
      const WideLanes coarse = (lanes + kCoarse / 2) / kCoarse;
      s += lanes;
      q += coarse * coarse;
    }
    const double squared = static_cast<double>(strength) * strength;
    pixels += static_cast<std::uint64_t>(count);
    weight += squared * count;
    for (std::size_t l = 0; l < sum.size(); ++l) {
      sum[l] += s[l];
      weighted_sum[l] += squared * s[l];
      weighted_squares[l] += squared * (kCoarse * kCoarse) * q[l];
    }
  }

  double mean(std::size_t lane) const { return static_cast<double>(sum[lane]) / static_cast<double>(pixels); }
  /// Mean square of strength times (value - mean), in levels.
  double variance(std::size_t lane) const {
    const double m = mean(lane);
    const double squares = weighted_squares[lane] - 2 * m * weighted_sum[lane] + m * m * weight;
    constexpr double kPerLevel = TileSampler::kUnitsPerLevel;
    return std::max(0.0, squares) / static_cast<double>(pixels) / (kPerLevel * kPerLevel);
  }
};

TextureField::TextureField(Size size, const RegionMap& regions, const BlendRecipe& recipe,
                           std::span<const TextureTile* const> tiles)
    : size_(size),
      regions_(regions),
      recipe_(recipe),
      is_whole_(recipe.regions.size() == 1),
      lanes_(recipe.colour == TextureColour::colour ? std::array<std::size_t, 3>{0, 1, 2}
                                                    : std::array<std::size_t, 3>{3, 3, 3}),
      layers_(recipe.regions.size()),
      values_(3 * size.pixels() + 1) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (tiles[i] == nullptr) continue;
    const TexturePlacement& placement = recipe.regions[i].placement;
    layers_[i].sampler.emplace(*tiles[i], placement, size);
    const double half_diagonal = std::max(1.0, std::hypot(size.height - 1, size.width - 1) / 2);
    layers_[i].fade_y = static_cast<float>(placement.fade_y / half_diagonal);
    layers_[i].fade_x = static_cast<float>(placement.fade_x / half_diagonal);
  }
  if (!is_whole_) find_borders();
  std::vector<Sums> sums(layers_.size());
  std::vector<std::uint64_t> samples(static_cast<std::size_t>(size.width));
  for (int y = 0; y < size.height; ++y) lay_row(y, sums, samples);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].sampler) set_contrast(layers_[i], sums[i], recipe.regions[i], tiles[i]->contrast(recipe.colour));
  }
}

/// Calls visit(x, count, region) for the stretches of one region in row y.
template <class Visit>
void TextureField::for_each_run(int y, Visit&& visit) const {
  for (int x = 0; x < size_.width;) {
    const int region = region_at(y, x);
    int end = is_whole_ ? size_.width : x + 1;
    while (end < size_.width && region_at(y, end) == region) ++end;
    visit(x, end - x, region);
    x = end;
  }
}

void TextureField::lay_row(int y, std::vector<Sums>& sums, std::vector<std::uint64_t>& samples) {
  for_each_run(y, [&](int x, int count, int region) {
    const Layer& layer = layers_[static_cast<std::size_t>(region)];
    if (!layer.sampler) return;
    layer.sampler->sample(y, x, count, samples.data());
    for (int from = 0; from < count; from += kPiece) {
      const int length = std::min(kPiece, count - from);
      sums[static_cast<std::size_t>(region)].add(samples.data() + from, length,
                                                 strength_of_piece(layer, y, x + from, length));
    }
    store(samples.data(), count, values_.data() + 3 * (row_begin(y) + static_cast<std::size_t>(x)));
  });
}

/// The lanes of the channels, side by side. Each pixel is stored with one value too many, which the next one replaces.
void TextureField::store(const std::uint64_t* samples, int count, std::uint16_t* out) const {
  const bool is_grey = recipe_.colour == TextureColour::grey;
  for (int i = 0; i < count; ++i, out += 3) {
    Lanes lanes = lanes_of(samples[i]);
    if (is_grey) lanes.fill(lanes[TextureTile::kGreyLane]);
    std::memcpy(out, lanes.data(), sizeof(lanes));
  }
}

void TextureField::set_contrast(Layer& layer, const Sums& sums, const RegionRecipe& recipe,
                                double tile_contrast) const {
  if (sums.pixels == 0) return;
  double variance = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t i = c; i < layer.means.size(); i += 3) layer.means[i] = static_cast<float>(sums.mean(lanes_[c]));
    variance += sums.variance(lanes_[c]) / 3;
  }
  const double shown = std::sqrt(variance);
  if (shown < kNoContrast) return;
  const double factor =
      recipe.std ? *recipe.std / std::max(shown, kLeastShownContrast * tile_contrast) : recipe_.strength;
  layer.gain = static_cast<float>(std::min(factor, kMostAmplified) / TileSampler::kUnitsPerLevel);
  layer.contrast = factor * shown;
}

float TextureField::strength_at(const Layer& layer, int y, int x) const {
  const float from_centre_y = static_cast<float>(y) - 0.5F * static_cast<float>(size_.height - 1);
  const float from_centre_x = static_cast<float>(x) - 0.5F * static_cast<float>(size_.width - 1);
  return std::max(0.0F, 1 + layer.fade_y * from_centre_y + layer.fade_x * from_centre_x);
}

std::vector<double> TextureField::contrasts() const {
  std::vector<double> all;
  for (const Layer& layer : layers_) all.push_back(layer.contrast);
  return all;
}

/// Byte by byte without branches: the compiler makes vector code of it.
void TextureField::find_borders() {
  borders_ = LabelMap(size_);
  const auto width = static_cast<std::size_t>(size_.width);
  // Whether a pixel differs from the ones above and below, from the one to its right; one more at either end.
  std::vector<std::uint8_t> upright(width + 2), right(width + 2);
  for (int y = 0; y < size_.height; ++y) {
    const std::uint8_t* above = regions_.index.row(std::max(y - 1, 0));
    const std::uint8_t* here = regions_.index.row(y);
    const std::uint8_t* below = regions_.index.row(std::min(y + 1, size_.height - 1));
    for (std::size_t x = 0; x < width; ++x) {
      upright[x + 1] = static_cast<std::uint8_t>((here[x] ^ above[x]) | (here[x] ^ below[x]));
    }
    for (std::size_t x = 0; x + 1 < width; ++x) right[x + 1] = static_cast<std::uint8_t>(here[x] ^ here[x + 1]);
    std::uint8_t* out = borders_.row(y);
    for (std::size_t x = 0; x < width; ++x) {
      out[x] = static_cast<std::uint8_t>(upright[x] | upright[x + 1] | upright[x + 2] | right[x] | right[x + 1]);
    }
  }
}

double TextureField::contrast() const {
  double squares = 0;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    squares += layers_[i].contrast * layers_[i].contrast * static_cast<double>(regions_.regions[i].pixels);
  }
  return std::sqrt(squares / static_cast<double>(size_.pixels()));
}

double TextureField::contrast_at(int y, int x) const {
  const auto contrast_of = [&](const Layer& layer) { return layer.contrast * strength_at(layer, y, x); };
  double greatest = contrast_of(layers_[static_cast<std::size_t>(region_at(y, x))]);
  if (!on_border(y, x)) return greatest;
  for (int ny = std::max(y - 1, 0); ny <= std::min(y + 1, size_.height - 1); ++ny) {
    for (int nx = std::max(x - 1, 0); nx <= std::min(x + 1, size_.width - 1); ++nx) {
      greatest = std::max(greatest, contrast_of(layers_[static_cast<std::size_t>(region_at(ny, nx))]));
    }
  }
  return greatest;
}

float TextureField::strength_of_piece(const Layer& layer, int y, int x, int count) const {
  return strength_at(layer, y, x + count / 2);
}

/// One piece of a region, of one strength. Plain on purpose: the compiler makes vector code of it.
void TextureField::read_piece(const Layer& layer, float strength, const std::uint16_t* values, int count,
                              float* out) const {
  const float gain = layer.gain * strength;
  const float* const mean = layer.means.data();
  for (int i = 0; i < 3 * count; ++i) out[i] = (static_cast<float>(values[i]) - mean[i]) * gain;
}

void TextureField::read_row(int y, float* out) const {
  const std::uint16_t* values = values_.data() + 3 * row_begin(y);
  for_each_run(y, [&](int x, int count, int region) {
    const Layer& layer = layers_[static_cast<std::size_t>(region)];
    if (layer.gain == 0) {
      std::fill_n(out + 3 * x, 3 * count, 0.0F);
      return;
    }
    for (int from = x; from < x + count; from += kPiece) {
      const int length = std::min(kPiece, x + count - from);
      read_piece(layer, strength_of_piece(layer, y, from, length), values + 3 * from, length, out + 3 * from);
    }
  });
  if (is_whole_) return;
  for (int x = 0; x < size_.width; ++x) {
    if (on_border(y, x)) read_border_pixel(y, x, out + 3 * x);
  }
}

void TextureField::read_border_pixel(int y, int x, float* out) const {
  // Weight of each region around, in sixteenths: few, so they are looked up where they stand.
  std::array<int, 9> regions{}, weights{};
  std::size_t count = 0;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      const int ny = std::clamp(y + dy, 0, size_.height - 1), nx = std::clamp(x + dx, 0, size_.width - 1);
      const int region = region_at(ny, nx);
      const auto found =
          static_cast<std::size_t>(std::find(regions.begin(), regions.begin() + count, region) - regions.begin());
      if (found == count) regions[count++] = region;
      weights[found] += (2 - std::abs(dy)) * (2 - std::abs(dx));
    }
  }
  std::array<float, 3> mixed{};
  for (std::size_t i = 0; i < count; ++i) {
    const Layer& layer = layers_[static_cast<std::size_t>(regions[i])];
    if (layer.gain == 0) continue;
    std::uint64_t sample;
    layer.sampler->sample(y, x, 1, &sample);
    std::array<std::uint16_t, 4> values{};
    store(&sample, 1, values.data());
    std::array<float, 3> texture{};
    read_piece(layer, strength_at(layer, y, x), values.data(), 1, texture.data());
    for (std::size_t c = 0; c < 3; ++c) mixed[c] += static_cast<float>(weights[i]) / 16 * texture[c];
  }
  std::copy(mixed.begin(), mixed.end(), out);
}

}  // namespace csgis::detail

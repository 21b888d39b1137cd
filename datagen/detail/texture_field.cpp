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

}  // namespace

/// Of the lanes of a region's pixels: the values, in units of the sampler, and their squares in coarser ones.
struct TextureField::Sums {
  static constexpr int kCoarse = 16;  ///< 1/16 level: sums of squares of 128 values fit 32 bits.

  std::uint64_t pixels = 0;
  std::array<std::uint64_t, TextureTile::kLanes> sum{}, coarse_sum{}, coarse_squares{};

  /// Plain on purpose: the four lanes are summed at once.
  void add(const std::uint64_t* values, int count) {
    constexpr int kPiece = 128;
    pixels += static_cast<std::uint64_t>(count);
    for (int from = 0; from < count; from += kPiece) {
      std::array<std::uint32_t, TextureTile::kLanes> s{}, c{}, q{};
      for (int i = from; i < std::min(from + kPiece, count); ++i) {
        const Lanes lanes = lanes_of(values[i]);
        for (std::size_t l = 0; l < lanes.size(); ++l) {
          const std::uint32_t coarse = lanes[l] / kCoarse;
          s[l] += lanes[l];
          c[l] += coarse;
          q[l] += coarse * coarse;
        }
      }
      for (std::size_t l = 0; l < s.size(); ++l) {
        sum[l] += s[l];
        coarse_sum[l] += c[l];
        coarse_squares[l] += q[l];
      }
    }
  }

  double mean(std::size_t lane) const { return static_cast<double>(sum[lane]) / static_cast<double>(pixels); }
  /// In levels squared.
  double variance(std::size_t lane) const {
    constexpr double kPerLevel = 1.0 * TileSampler::kUnitsPerLevel / kCoarse;
    const auto count = static_cast<double>(pixels);
    const double coarse_mean = static_cast<double>(coarse_sum[lane]) / count;
    const double variance = static_cast<double>(coarse_squares[lane]) / count - coarse_mean * coarse_mean;
    return std::max(0.0, variance) / (kPerLevel * kPerLevel);
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
      values_(size.pixels()) {
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
  for (int y = 0; y < size.height; ++y) lay_row(y, sums);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].sampler) set_contrast(layers_[i], sums[i], recipe.regions[i], tiles[i]->contrast(recipe.colour));
  }
  if (std::ranges::any_of(layers_, &Layer::fades)) settle_faded();
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

void TextureField::lay_row(int y, std::vector<Sums>& sums) {
  std::uint64_t* row = values_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
  for_each_run(y, [&](int x, int count, int region) {
    const Layer& layer = layers_[static_cast<std::size_t>(region)];
    if (!layer.sampler) return;
    layer.sampler->sample(y, x, count, row + x);
    sums[static_cast<std::size_t>(region)].add(row + x, count);
  });
}

void TextureField::set_contrast(Layer& layer, const Sums& sums, const RegionRecipe& recipe,
                                double tile_contrast) const {
  if (sums.pixels == 0) return;
  double variance = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    layer.mean[c] = static_cast<float>(sums.mean(lanes_[c]));
    variance += sums.variance(lanes_[c]) / 3;
  }
  const double shown = std::sqrt(variance);
  if (shown < kNoContrast) return;
  const double factor =
      recipe.std ? *recipe.std / std::max(shown, kLeastShownContrast * tile_contrast) : recipe_.strength;
  layer.gain = static_cast<float>(factor / TileSampler::kUnitsPerLevel);
  layer.contrast = factor * shown;
}

float TextureField::strength_at(const Layer& layer, int y, int x) const {
  const float from_centre_y = static_cast<float>(y) - 0.5F * static_cast<float>(size_.height - 1);
  const float from_centre_x = static_cast<float>(x) - 0.5F * static_cast<float>(size_.width - 1);
  return std::max(0.0F, 1 + layer.fade_y * from_centre_y + layer.fade_x * from_centre_x);
}

/// Gives faded textures their contrast back: a region sees only a part of the fade, and not every part alike.
void TextureField::settle_faded() {
  std::vector<double> squares(layers_.size());
  std::vector<std::uint64_t> values(layers_.size());
  std::vector<float> row(3 * static_cast<std::size_t>(size_.width) + 1);
  for (int y = 0; y < size_.height; ++y) {
    const std::uint64_t* texture = values_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
    for_each_run(y, [&](int x, int count, int region) {
      const auto i = static_cast<std::size_t>(region);
      if (layers_[i].gain == 0) return;
      read_run(layers_[i], y, x, count, texture + x, row.data());
      float sum = 0;
      for (int k = 0; k < 3 * count; ++k) sum += row[static_cast<std::size_t>(k)] * row[static_cast<std::size_t>(k)];
      squares[i] += sum;
      values[i] += 3 * static_cast<std::uint64_t>(count);
    });
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (squares[i] <= 0) continue;
    const double faded = std::sqrt(squares[i] / static_cast<double>(values[i]));
    layers_[i].gain = static_cast<float>(layers_[i].gain * layers_[i].contrast / faded);
  }
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
  std::vector<std::uint8_t> differs(width);
  for (int y = 0; y < size_.height; ++y) {
    const std::uint8_t* above = regions_.index.row(std::max(y - 1, 0));
    const std::uint8_t* here = regions_.index.row(y);
    const std::uint8_t* below = regions_.index.row(std::min(y + 1, size_.height - 1));
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t right = std::min(x + 1, width - 1);
      differs[x] = static_cast<std::uint8_t>((here[x] ^ above[x]) | (here[x] ^ below[x]));
      borders_.row(y)[x] = static_cast<std::uint8_t>(here[x] ^ here[right]);
    }
    std::uint8_t* out = borders_.row(y);
    std::uint8_t before = 0;
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t left = x == 0 ? 0 : x - 1, right = std::min(x + 1, width - 1);
      const std::uint8_t step = out[x];
      out[x] = (differs[left] | differs[x] | differs[right] | before | step) != 0 ? 1 : 0;
      before = step;
    }
  }
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

/// Writes one value more than 3 a pixel.
void TextureField::read_run(const Layer& layer, int y, int x, int count, const std::uint64_t* values,
                            float* out) const {
  if (layer.gain == 0) {
    std::fill_n(out, 3 * count + 1, 0.0F);
    return;
  }
  const bool is_grey = recipe_.colour == TextureColour::grey;
  float gain = layer.gain * strength_at(layer, y, x);
  const float gain_step = layer.gain * layer.fade_x;
  for (int i = 0; i < count; ++i, gain = std::max(gain + gain_step, 0.0F)) {
    Lanes lanes = lanes_of(values[i]);
    if (is_grey) lanes.fill(lanes[TextureTile::kGreyLane]);
    std::array<float, TextureTile::kLanes> levels{};
    for (std::size_t l = 0; l < lanes.size(); ++l) {
      levels[l] = (static_cast<float>(lanes[l]) - layer.mean[l]) * gain;
    }
    std::memcpy(out + 3 * static_cast<std::ptrdiff_t>(i), levels.data(), sizeof(levels));
  }
}

void TextureField::read_row(int y, float* out) const {
  const std::uint64_t* values = values_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
  for_each_run(y, [&](int x, int count, int region) {
    read_run(layers_[static_cast<std::size_t>(region)], y, x, count, values + x, out + 3 * x);
  });
  if (is_whole_) return;
  for (int x = 0; x < size_.width; ++x) {
    if (on_border(y, x)) read_border_pixel(y, x, out + 3 * x);
  }
}

void TextureField::read_border_pixel(int y, int x, float* out) const {
  std::array<float, 3> mixed{};
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      const int ny = std::clamp(y + dy, 0, size_.height - 1), nx = std::clamp(x + dx, 0, size_.width - 1);
      const Layer& layer = layers_[static_cast<std::size_t>(region_at(ny, nx))];
      if (layer.gain == 0) continue;
      std::uint64_t value;
      layer.sampler->sample(y, x, 1, &value);
      std::array<float, 4> texture{};
      read_run(layer, y, x, 1, &value, texture.data());
      const float weight = static_cast<float>((2 - std::abs(dy)) * (2 - std::abs(dx))) / 16;
      for (std::size_t c = 0; c < 3; ++c) mixed[c] += weight * texture[c];
    }
  }
  std::copy(mixed.begin(), mixed.end(), out);
}

}  // namespace csgis::detail

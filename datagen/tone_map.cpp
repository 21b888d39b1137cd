#include "datagen/tone_map.h"

#include "datagen/render_blend.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace csgis {
namespace {

constexpr double kDeviationsOfRoom = 2.5;
/// Room beyond this would take more contrast from the structure than the texture is worth.
constexpr double kMostRoom = 64;
constexpr double kShareBeyond = 0.005;

/// The values that leave `kShareBeyond` of all below and above.
std::array<int, 2> inner_range(const Image8& image) {
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t value : image.samples()) ++counts[value];
  const auto most_beyond = static_cast<std::size_t>(kShareBeyond * static_cast<double>(image.samples().size()));
  int low = 0, high = 255;
  for (std::size_t seen = counts[0]; seen <= most_beyond && low < 255; seen += counts[static_cast<std::size_t>(low)])
    ++low;
  for (std::size_t seen = counts[255]; seen <= most_beyond && high > low;
       seen += counts[static_cast<std::size_t>(high)])
    --high;
  return {low, high};
}

}  // namespace

ToneMap::ToneMap() : table_{} {
  std::iota(table_.begin(), table_.end(), std::uint8_t{0});
}

ToneMap::ToneMap(double gain, double offset) : table_{} {
  for (std::size_t i = 0; i < table_.size(); ++i) {
    const double value = std::clamp(offset + gain * static_cast<double>(i), 0.0, 255.0);
    table_[i] = static_cast<std::uint8_t>(std::floor(value + 0.5));
  }
}

bool ToneMap::is_identity() const {
  return table_ == ToneMap().table_;
}

Image8 ToneMap::apply(const Image8& image) const {
  Image8 out(image.size(), image.channels());
  std::ranges::transform(image.samples(), out.samples().begin(), *this);
  return out;
}

ToneMap room_for_texture(const Image8& gt, double std, TextureModel model) {
  require(std >= 0 && std::isfinite(std), "room for a texture: contrast is {}", std);
  const double room = std::min(kDeviationsOfRoom * std, kMostRoom);
  const bool additive = model == TextureModel::additive;
  const double floor = additive ? room : 0;
  const double ceiling = additive ? 255 - room : 255 / (1 + room / kMultiplicativeGrey);
  const auto [low, high] = inner_range(gt);
  const double width = std::min<double>(high - low, ceiling - floor);
  const double new_low = std::clamp<double>(low, floor, ceiling - width);
  const double gain = high > low ? width / (high - low) : 1;
  return {gain, new_low - gain * low};
}

}  // namespace csgis

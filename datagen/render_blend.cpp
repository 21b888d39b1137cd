#include "datagen/render_blend.h"

#include "datagen/detail/lanes.h"
#include "datagen/detail/texture_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace csgis {
namespace {

constexpr double kFirstReach = 2, kReachGrowth = 1.4;

/// How far a value may move before it is clipped, for a texture of contrast 1.
std::array<float, 256> room_table(TextureModel model) {
  std::array<float, 256> room{};
  for (int value = 0; value < 256; ++value) {
    const double levels = std::min(value + 0.5, 255.5 - value);
    const double per_contrast = model == TextureModel::additive ? 1 : std::max(value, 1) / kMultiplicativeGrey;
    room[static_cast<std::size_t>(value)] = static_cast<float>(levels / per_contrast);
  }
  return room;
}

/// What the rows of a blend add up to.
struct Tally {
  std::int64_t clipped = 0, squared_change = 0;
};

/// Squares of 255 in a piece of a row fit 32 bits.
constexpr int kPiece = 16384;

/// Adds a piece of a row of texture to the GT. Plain on purpose: the compiler makes vector code of it.
void add_piece(const std::uint8_t* gt, const float* texture, int count, std::uint8_t* out, Tally& tally) {
  constexpr int kPositive = 1024;  // makes sums positive, so that cutting off the fraction rounds down
  std::int32_t clipped = 0, squared_change = 0;
  for (int i = 0; i < count; ++i) {
    const int sum = static_cast<int>(static_cast<float>(gt[i]) + texture[i] + (kPositive + 0.5F)) - kPositive;
    const int not_below = sum < 0 ? 0 : sum;  // std::clamp takes references, which keeps GCC 12 from vector code
    const int value = not_below > 255 ? 255 : not_below;
    const auto change = static_cast<std::int16_t>(value - gt[i]);
    clipped += value != sum ? 1 : 0;
    squared_change += change * change;
    out[i] = static_cast<std::uint8_t>(value);
  }
  tally.clipped += clipped;
  tally.squared_change += squared_change;
}

class Renderer {
 public:
  Renderer(const Image8& gt, const RegionMap& regions, const BlendRecipe& recipe,
           std::span<const TextureTile* const> tiles)
      : gt_(gt), recipe_(recipe), field_(gt.size(), regions, recipe, tiles), room_(room_table(recipe.model)) {}

  RenderedBlend render() {
    RenderedBlend out{Image8(gt_.size(), 3), {}, field_.contrasts()};
    out.measures = join(0, out.image);
    if (recipe_.headroom == Headroom::none) return out;
    for (double reach = kFirstReach; out.measures.clipped > kMostClipped; reach *= kReachGrowth) {
      out.measures = join(reach, out.image);
    }
    return out;
  }

 private:
  /// @param reach  contrasts of texture that must find room; 0 for full strength everywhere
  BlendMeasures join(double reach, Image8& out) {
    const int samples = 3 * gt_.width();
    Tally tally;
    std::vector<float> row(static_cast<std::size_t>(samples));
    for (int y = 0; y < gt_.height(); ++y) {
      const std::uint8_t* gt = gt_.row(y);
      field_.read_row(y, row.data());
      if (recipe_.model == TextureModel::multiplicative) {
        constexpr auto kScale = static_cast<float>(1 / kMultiplicativeGrey);
        for (int i = 0; i < samples; ++i) row[static_cast<std::size_t>(i)] *= static_cast<float>(gt[i]) * kScale;
      }
      if (reach > 0) limit_row(y, reach, row.data());
      for (int from = 0; from < samples; from += kPiece) {
        add_piece(gt + from, row.data() + from, std::min(kPiece, samples - from), out.row(y) + from, tally);
      }
    }
    return measures_of(tally);
  }

  BlendMeasures measures_of(const Tally& tally) const {
    const auto values = static_cast<double>(gt_.samples().size());
    const double mse = static_cast<double>(tally.squared_change) / values;
    return {field_.contrast(), mse > 0 ? 10 * std::log10(255 * 255 / mse) : std::numeric_limits<double>::infinity(),
            static_cast<double>(tally.clipped) / values};
  }

  void limit_row(int y, double reach, float* row) const {
    const std::uint8_t* gt = gt_.row(y);
    for (int x = 0; x < gt_.width(); ++x, gt += 3, row += 3) {
      const double contrast = field_.contrast_at(y, x);
      if (contrast == 0) continue;
      const float room = std::min({room_[gt[0]], room_[gt[1]], room_[gt[2]]});
      const float gain = std::min(1.0F, room / static_cast<float>(reach * contrast));
      for (int c = 0; c < 3; ++c) row[c] *= gain;
    }
  }

  const Image8& gt_;
  const BlendRecipe& recipe_;
  detail::TextureField field_;
  std::array<float, 256> room_;
};

}  // namespace

RenderedBlend render_blend(const Image8& gt, const RegionMap& regions, const BlendRecipe& recipe,
                           std::span<const TextureTile* const> tiles) {
  require(gt.channels() == 3 && !gt.empty(), "blend: needs an RGB image, got {} channels", gt.channels());
  const std::size_t count = recipe.regions.size();
  require(count > 0 && regions.regions.size() == count && tiles.size() == count,
          "blend: {} regions, {} in the recipe, {} textures", regions.regions.size(), count, tiles.size());
  require(count == 1 || regions.index.size() == gt.size(), "blend: the regions are of another size than the image");
  return Renderer(gt, regions, recipe, tiles).render();
}

}  // namespace csgis

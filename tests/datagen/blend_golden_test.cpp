#include "datagen/blend.h"
#include "datagen/edge_map.h"
#include "imaging/image_file.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

using namespace csgis;

namespace {

/// How many samples of the two images differ; all of them when the sizes do.
std::size_t differing(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  if (a.size() != b.size()) return std::max(a.size(), b.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

Image8 side_by_side(const Image8& left, const Image8& right) {
  Image8 pair({left.height(), left.width() + right.width()}, 3);
  for (int y = 0; y < left.height(); ++y) {
    std::copy_n(left.row(y), left.row_samples(), pair.row(y));
    std::copy_n(right.row(y), right.row_samples(), pair.at(y, left.width()));
  }
  return pair;
}

bool is_coloured(const Image8& image) {
  for (std::size_t i = 0; i < image.size().pixels(); ++i) {
    if (image.data()[3 * i] != image.data()[3 * i + 2]) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("blends and edge maps equal those of the published program in every value", "[golden]") {
  const auto folder = testing::golden_folder("blend");
  const auto entries = testing::golden_entries("blend");
  REQUIRE(!entries.empty());
  std::size_t changed_by_usual_weights = 0;
  bool has_coloured_texture = false;
  for (const auto& entry : entries) {
    const std::string output = entry.at("output");
    CAPTURE(output);
    const Image8 gt = read_colour8(folder / entry.at("input").at("gt").get<std::string>());
    const Image8 texture = read_colour8(folder / entry.at("input").at("texture").get<std::string>());
    const Image8 blend = blend_additive(gt, GreyTexture(texture, Luma::reference));
    const Image8 expected = read_colour8(folder / output);
    const Image8 pair = side_by_side(gt, blend);
    CHECK(differing(pair.samples(), expected.samples()) == 0);

    const Image8 usual = blend_additive(gt, GreyTexture(texture, Luma::rec601));
    changed_by_usual_weights += differing(usual.samples(), blend.samples());
    has_coloured_texture |= is_coloured(texture);

    if (!entry.contains("edge")) continue;
    const DecodedImage edge = read_image(folder / entry.at("edge").get<std::string>());
    REQUIRE(edge.channels() == 1);
    const Image8 edges = edge_map(gt, {EdgeChannel::blue, 50});
    CHECK(differing(edges.samples(), std::get<Image8>(edge.pixels).samples()) == 0);
  }
  // The swapped grey weights matter: this test would notice the usual ones.
  CHECK((changed_by_usual_weights > 0) == has_coloured_texture);
}

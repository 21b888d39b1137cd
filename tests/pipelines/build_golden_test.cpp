#include "imaging/image_file.h"
#include "pipelines/build.h"
#include "pipelines/dataset_manifest.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"
#include "tests/support/test_folder.h"

#include <algorithm>

using namespace csgis;

TEST_CASE("build --layout reference makes the published dataset, file for file", "[golden]") {
  const auto folder = testing::golden_folder("blend");
  const auto entries = testing::golden_entries("blend");
  REQUIRE(!entries.empty());
  const auto input_folder = [&](const char* part) {
    return (folder / entries.front().at("input").at(part).get<std::string>()).parent_path().string();
  };
  const testing::TestFolder out;
  BuildOptions options;
  options.gt = input_folder("gt");
  options.textures = input_folder("texture");
  options.out = out.path().string();
  options.layout = Layout::reference;
  testing::SilentRun run;
  CHECK(build_dataset(options, run.context()).samples == entries.size());

  std::vector<std::string> map_lines;
  const auto same_pixels = [&](const std::string& path, int channels) {
    const DecodedImage ours = read_image(out / path), theirs = read_image(folder / path);
    if (ours.size() != theirs.size() || ours.channels() != channels || theirs.channels() != channels) return false;
    const auto a = std::get<Image8>(ours.pixels).samples(), b = std::get<Image8>(theirs.pixels).samples();
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  };
  for (const auto& entry : entries) {
    const std::string output = entry.at("output");
    CAPTURE(output);
    CHECK(same_pixels(output, 3));
    if (entry.contains("edge")) CHECK(same_pixels(entry.at("edge"), 1));
    if (entry.contains("map_line")) map_lines.push_back(entry.at("map_line"));
  }
  CHECK(read_lines(out / kMapFile) == map_lines);
}

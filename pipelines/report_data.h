#pragma once
/// What the scripts of the report page draw from, as JSON.

#include "core/run_context.h"
#include "pipelines/result_images.h"
#include "pipelines/results.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace csgis {

/// Which pictures the page holds.
struct PictureCount {
  std::size_t shown = 0;    ///< Images with their pictures in the page.
  std::size_t kept = 0;     ///< Images of which there is any picture.
  std::size_t outside = 0;  ///< Files that were not read because they lie outside the folders that may be read.
  std::size_t missing = 0;  ///< Files that are named but cannot be read.
};

/// Pictures as script blocks, each a JPEG in base 64, read by the page one by one when they come into view.
struct PictureBlocks {
  std::string html;
  nlohmann::ordered_json index = nlohmann::ordered_json::array();  ///< What is in each block.
  PictureCount count;
};

/// The pictures of images in their order until the next would exceed `budget` bytes of HTML; none of an image is left
/// out. Longest side at most 1024, larger ones are reduced and say so.
PictureBlocks picture_blocks(const ResultImages& images, const std::vector<std::string>& order, std::size_t budget,
                             const RunContext& context);

/// Scores by metric, method and image in eight significant digits, sweeps, times and the index of pictures; no
/// character of it ends a script element.
std::string page_data(const Results& results, const PictureBlocks& pictures);

}  // namespace csgis

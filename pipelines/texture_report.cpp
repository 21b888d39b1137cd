#include "pipelines/texture_report.h"

#include "datagen/perceptual_hash.h"
#include "imaging/image_file.h"
#include "pipelines/class_textures.h"
#include "pipelines/image_listing.h"
#include "pipelines/parallel_items.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <optional>

namespace csgis {
namespace {

constexpr int kBox = 220, kGap = 12, kCaption = 36, kColumns = 6;

const char* tiling_of(const TextureRow& row) {
  return row.measures.seam <= kWeakSeam ? "repeat" : "mirror";
}

/// Names the first texture of each group of near-duplicates in the others.
void name_duplicates(std::vector<TextureRow>& rows, const std::vector<std::uint64_t>& hashes) {
  const std::vector<int> known(rows.size(), -1);
  const std::vector<int> groups = duplicate_groups(hashes, known);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto first = static_cast<std::size_t>(groups[i]);
    if (first != i) rows[i].like = rows[first].id;
  }
}

/// The texture twice down and twice across, reduced to the box.
cv::Mat four_times(const std::string& path) {
  Image8 texture = read_colour8(path);
  const cv::Mat once(texture.height(), texture.width(), CV_8UC3, texture.data());
  cv::Mat tiled, reduced;
  cv::repeat(once, 2, 2, tiled);
  const double scale = std::min(1.0, 1.0 * kBox / std::max(tiled.rows, tiled.cols));
  cv::resize(tiled, reduced, {}, scale, scale, cv::INTER_AREA);
  return reduced;
}

void write_text(cv::Mat& sheet, const std::string& text, int x, int y) {
  cv::putText(sheet, text, {x, y}, cv::FONT_HERSHEY_SIMPLEX, 0.36, {40, 40, 40}, 1, cv::LINE_AA);
}

}  // namespace

TextureReport measure_textures(const std::string& folder, const RunContext& context) {
  const std::vector<ListedImage> images = list_images(folder, "DIR");
  std::vector<std::optional<TextureRow>> found(images.size());
  std::vector<std::uint64_t> hash_of_image(images.size()), hashes;
  ItemErrors errors;
  ProgressTask progress(context.progress, "measuring", images.size());
  for_each_item(images.size(), context, [&](std::size_t i) {
    const ListedImage& image = images[i];
    errors.try_item(image.id, image.path, "texture", [&] {
      check_name(image.file);
      const Image8 pixels = to_colour8(decode_image(read_file_bytes(image.path)));
      hash_of_image[i] = perceptual_hash(pixels);
      found[i] = {image.id, pixels.size(), measure_texture(pixels), texture_group(image.id), "", image.path.string()};
    });
    progress.advance();
  });
  TextureReport report;
  report.errors = errors.sorted();
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i]) continue;
    report.textures.push_back(std::move(*found[i]));
    hashes.push_back(hash_of_image[i]);
  }
  if (report.textures.empty()) {
    const ItemError& first = report.errors.front();
    fail<NothingUsable>("{}: none of the {} images can be used; the first: {}: {}", folder, images.size(), first.file,
                        first.reason);
  }
  name_duplicates(report.textures, hashes);
  return report;
}

Image8 texture_sheet(const TextureReport& report) {
  const int count = static_cast<int>(report.textures.size());
  const int columns = std::min(count, kColumns), rows = (count + kColumns - 1) / kColumns;
  const int cell_width = kBox + kGap, cell_height = kBox + kCaption + kGap;
  Image8 image({kGap + rows * cell_height, kGap + columns * cell_width}, 3);
  cv::Mat sheet(image.height(), image.width(), CV_8UC3, image.data());
  sheet.setTo(cv::Scalar(255, 255, 255));
  for (int i = 0; i < count; ++i) {
    const TextureRow& row = report.textures[static_cast<std::size_t>(i)];
    const int x = kGap + i % kColumns * cell_width, y = kGap + i / kColumns * cell_height;
    const TextureMeasures& m = row.measures;
    write_text(sheet, row.like.empty() ? row.id : fmt::format("{} like {}", row.id, row.like), x, y + 12);
    write_text(
        sheet,
        fmt::format("std {:.0f} period {:.0f} seam {:.1f} colour {:.0f}", m.contrast, m.period, m.seam, m.colour), x,
        y + 28);
    const cv::Mat picture = four_times(row.path);
    picture.copyTo(sheet(cv::Rect(x, y + kCaption, picture.cols, picture.rows)));
  }
  return image;
}

std::string texture_table(const TextureReport& report) {
  std::size_t longest = 7;
  for (const TextureRow& row : report.textures) longest = std::max(longest, row.id.size());
  std::string text = fmt::format("{:<{}}  {:>9}  {:>8}  {:>6}  {:>5}  {:<6}  {:>6}  {}\n", "texture", longest, "size",
                                 "contrast", "period", "seam", "tiling", "colour", "like");
  for (const TextureRow& row : report.textures) {
    text += fmt::format("{:<{}}  {:>9}  {:>8.1f}  {:>6.1f}  {:>5.2f}  {:<6}  {:>6.1f}  {}\n", row.id, longest,
                        fmt::format("{}x{}", row.size.width, row.size.height), row.measures.contrast,
                        row.measures.period, row.measures.seam, tiling_of(row), row.measures.colour, row.like);
  }
  return text;
}

}  // namespace csgis

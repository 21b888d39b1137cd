#include "pipelines/contact_sheet.h"

#include "core/error.h"
#include "core/random.h"
#include "core/version.h"
#include "gallery_html.h"
#include "imaging/image_file.h"
#include "imaging/label_map.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/html_text.h"
#include "pipelines/output_folder.h"

#include <algorithm>
#include <boost/filesystem/path.hpp>
#include <opencv2/imgproc.hpp>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

constexpr int kBoxWidth = 300, kBoxHeight = 220, kGap = 10, kCaptionHeight = 24;
const cv::Scalar kPaper(255, 255, 255), kInk(40, 40, 40);

std::vector<SampleRecord> spread_samples(const fs::path& dataset, int rows) {
  std::vector<SampleRecord> all = read_samples(dataset / kSamplesFile);
  require<NothingUsable>(!all.empty(), "{} has no samples", dataset.string());
  const auto wanted = std::min(all.size(), static_cast<std::size_t>(std::max(rows, 1)));
  std::vector<SampleRecord> some;
  for (std::size_t i = 0; i < wanted; ++i) {
    // One from each stretch of the list; a fixed step would meet the same texture again and again.
    const std::size_t begin = i * all.size() / wanted, end = (i + 1) * all.size() / wanted;
    const std::size_t chosen = begin + Random(0, "contact sheet", std::to_string(i)).below(end - begin);
    some.push_back(std::move(all[chosen]));
  }
  return some;
}

/// One picture of a row.
struct Part {
  std::string name, file, detail;
  bool is_label = false;
};

std::vector<Part> parts_of(const SampleRecord& sample) {
  std::vector<Part> parts{
      {"GT", sample.gt, "", false}, {"blend", sample.blend, "", false}, {"edge", sample.edge, "", false}};
  if (sample.label) parts.push_back({"label", *sample.label, "", true});
  // The first of each kind: a sheet is to be taken in at a glance.
  if (!sample.over.empty()) parts.push_back({"over", sample.over.front().file, sample.over.front().method, false});
  if (!sample.under.empty()) parts.push_back({"under", sample.under.front().file, sample.under.front().method, false});
  return parts;
}

/// The names of all parts that occur, in their order.
std::vector<std::string> part_names(const std::vector<SampleRecord>& samples) {
  std::vector<std::string> names;
  for (const char* name : {"GT", "blend", "edge", "label", "over", "under"}) {
    const bool occurs = std::ranges::any_of(samples, [&](const SampleRecord& sample) {
      return std::ranges::any_of(parts_of(sample), [&](const Part& part) { return part.name == name; });
    });
    if (occurs) names.emplace_back(name);
  }
  return names;
}

cv::Mat coloured(const LabelMap& labels) {
  cv::Mat out(labels.height(), labels.width(), CV_8UC3);
  for (int y = 0; y < labels.height(); ++y) {
    for (int x = 0; x < labels.width(); ++x) {
      const Rgb8 colour = voc_palette()[labels.row(y)[x]];
      out.at<cv::Vec3b>(y, x) = {colour.r, colour.g, colour.b};
    }
  }
  return out;
}

/// Owns its pixels, R,G,B.
cv::Mat read_rgb(const fs::path& path) {
  Image8 image = read_colour8(path);
  return cv::Mat(image.height(), image.width(), CV_8UC3, image.data()).clone();
}

void place(const cv::Mat& image, cv::Mat& sheet, int row, int column) {
  const double scale = std::min({1.0 * kBoxWidth / image.cols, 1.0 * kBoxHeight / image.rows, 1.0});
  cv::Mat reduced;
  cv::resize(image, reduced, {}, scale, scale, cv::INTER_AREA);
  const int x = kGap + column * (kBoxWidth + kGap) + (kBoxWidth - reduced.cols) / 2;
  const int y = kCaptionHeight + row * (kBoxHeight + kCaptionHeight + kGap) + kCaptionHeight;
  reduced.copyTo(sheet(cv::Rect(x, y, reduced.cols, reduced.rows)));
}

void caption(cv::Mat& sheet, const std::string& text, int x, int y) {
  cv::putText(sheet, text, {x, y}, cv::FONT_HERSHEY_SIMPLEX, 0.5, kInk, 1, cv::LINE_AA);
}

std::string figure(const std::string& dataset, const std::string& path, std::string_view what,
                   const std::string& detail) {
  const std::string address = url_escaped(dataset + "/" + path);
  return fmt::format(
      "<figure><a href=\"{0}\"><img loading=\"lazy\" src=\"{0}\" alt=\"{1} of {2}\"></a>"
      "<figcaption>{1}{3}</figcaption></figure>",
      address, what, html_escaped(path), detail.empty() ? "" : fmt::format(" <span>{}</span>", html_escaped(detail)));
}

}  // namespace

Image8 contact_sheet(const std::string& dataset, int rows) {
  const fs::path root(dataset);
  const std::vector<SampleRecord> samples = spread_samples(root, rows);
  const std::vector<std::string> titles = part_names(samples);
  const int row_height = kBoxHeight + kCaptionHeight + kGap;
  const int columns = static_cast<int>(titles.size());
  Image8 image({kCaptionHeight + static_cast<int>(samples.size()) * row_height, kGap + columns * (kBoxWidth + kGap)},
               3);
  cv::Mat sheet(image.height(), image.width(), CV_8UC3, image.data());
  sheet.setTo(kPaper);
  for (int c = 0; c < columns; ++c) {
    caption(sheet, titles[static_cast<std::size_t>(c)], kGap + c * (kBoxWidth + kGap), 17);
  }
  for (int r = 0; r < static_cast<int>(samples.size()); ++r) {
    const SampleRecord& sample = samples[static_cast<std::size_t>(r)];
    caption(sheet, fmt::format("{} ({})", sample.key, to_name(sample.split)), kGap,
            kCaptionHeight + r * row_height + 17);
    for (const Part& part : parts_of(sample)) {
      const auto column = std::ranges::find(titles, part.name) - titles.begin();
      const cv::Mat pixels = part.is_label ? coloured(read_label_map(root / part.file)) : read_rgb(root / part.file);
      place(pixels, sheet, r, static_cast<int>(column));
    }
  }
  return image;
}

void write_gallery_page(const std::string& out, const std::string& dataset, int rows, const std::string& file,
                        const RunContext& context) {
  const fs::path root = fs::path(out) / dataset;
  std::string body;
  for (const SampleRecord& sample : spread_samples(root, rows)) {
    body += fmt::format("<section><h2>{} <span>{}</span></h2><div class=\"row\">", html_escaped(sample.key),
                        to_name(sample.split));
    for (const Part& part : parts_of(sample)) body += figure(dataset, part.file, part.name, part.detail);
    body += "</div></section>\n";
  }
  const std::string page = filled(
      kGalleryHtml,
      {{"version", kVersion}, {"count", std::to_string(read_samples(root / kSamplesFile).size())}, {"samples", body}});
  OutputFolder folder(out, Shard{}, context.log);
  folder.write_synced(file, page);
}

}  // namespace csgis

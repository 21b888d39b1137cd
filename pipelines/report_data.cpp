#include "pipelines/report_data.h"

#include "metrics/metric_table.h"
#include "pipelines/base64.h"
#include "pipelines/page_picture.h"
#include "pipelines/parallel_items.h"
#include "pipelines/references.h"
#include "pipelines/summary_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kLongestSide = 1024;

/// One picture, encoded.
struct Block {
  ResultPicture picture;
  Size size;         ///< Of the file.
  std::string jpeg;  ///< Base 64.
};

Block block_of(ResultPicture picture) {
  Block block{std::move(picture), {}, {}};
  Image8& image = block.picture.image;
  if (image.empty()) return block;
  block.size = image.size();
  block.jpeg = base64(page_picture(image, kLongestSide));
  image = {};
  return block;
}

/// A number as short as eight significant digits; infinity as text.
Json number(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  const std::string text = fmt::format("{:.8g}", value);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);  // like fmt, of no locale
  return rounded;
}

Json metrics_json(const Results& results) {
  Json list = Json::array();
  for (const std::string& name : results.metrics) {
    const MetricInfo& metric = find_metric(name);
    list.push_back({{"name", name},
                    {"higher", metric.better == Better::higher},
                    {"unit", metric.unit},
                    {"digits", *metric.unit != '\0' ? 2 : 4}});
  }
  return list;
}

Json methods_json(const Results& results) {
  const SummaryTable table = summary_table(results);
  Json list = Json::array();
  for (const TableRow& row : table.rows) {
    Json method{{"name", row.method}, {"family", family_of(results, row.method)}};
    if (row.record != nullptr) method["setting"] = row.record->setting;
    if (row.time != nullptr) method["seconds"] = number(row.time->median);
    list.push_back(std::move(method));
  }
  return list;
}

Json images_json(const Results& results) {
  std::map<std::string, const ImageRecord*> records;
  for (const ImageRecord& record : results.image_records) records.emplace(record.image, &record);
  Json list = Json::array();
  for (const std::string& image : results.images) {
    const auto found = records.find(image);
    list.push_back(found == records.end()
                       ? Json{{"name", image}}
                       : Json{{"name", image}, {"gt", found->second->gt_id}, {"texture", found->second->texture_id}});
  }
  return list;
}

/// values[metric][method][image], null where there is none.
Json values_json(const Results& results) {
  const auto places = [](const std::vector<std::string>& names) {
    std::map<std::string, std::size_t> place;
    for (const std::string& name : names) place.emplace(name, place.size());
    return place;
  };
  const auto metric = places(results.metrics), method = places(results.methods), image = places(results.images);
  const Json column(std::vector<Json>(results.images.size()));
  Json values(std::vector<Json>(results.metrics.size(), Json(std::vector<Json>(results.methods.size(), column))));
  for (const ResultRow& row : results.rows) {
    const auto at = image.find(row.image);
    if (at == image.end()) continue;
    for (const auto& [name, value] : row.metrics) {
      values[metric.at(name)][method.at(row.method)][at->second] = number(value);
    }
  }
  return values;
}

Json sweeps_json(const Results& results) {
  Json list = Json::array();
  for (const SweepPoint& point : results.sweeps) {
    Json metrics = Json::object();
    for (const auto& [name, value] : point.metrics) metrics[name] = number(value);
    list.push_back({{"family", point.family}, {"text", point.text}, {"metrics", metrics}});
  }
  return list;
}

}  // namespace

PictureBlocks picture_blocks(const ResultImages& images, const std::vector<std::string>& order, std::size_t budget,
                             const RunContext& context) {
  PictureBlocks out;
  ProgressTask progress(context.progress, "pictures", order.size());
  bool is_full = false;
  std::size_t bytes = 0;
  for (const std::string& image : order) {
    if (context.cancel.requested()) throw Cancelled();
    std::vector<Block> blocks(images.parts());
    // Once the page is full, the others are only looked for.
    for_each_item(is_full ? 0 : blocks.size(), context,
                  [&](std::size_t part) { blocks[part] = block_of(images.read(image, part)); });
    progress.advance();
    if (is_full) {
      out.count.kept += images.has_any(image) ? 1 : 0;
      continue;
    }
    Json parts = Json::array();
    std::string html;
    for (const Block& block : blocks) {
      const std::string& word = block.picture.gap.word;
      out.count.outside += word == "outside" ? 1 : 0;
      out.count.missing += word == "missing" || word == "unreadable" ? 1 : 0;
      Json part{{"name", block.picture.name}};
      if (block.jpeg.empty()) {
        part["gap"] = word;
      } else {
        const std::string id = fmt::format("p{}-{}", out.index.size(), parts.size());
        part.update(Json{{"id", id}, {"height", block.size.height}, {"width", block.size.width}});
        html += fmt::format("<script type=\"text/plain\" id=\"{}\">{}</script>\n", id, block.jpeg);
      }
      parts.push_back(std::move(part));
    }
    if (html.empty()) continue;
    ++out.count.kept;
    bytes += html.size() + image.size() + parts.dump(-1, ' ', false, Json::error_handler_t::replace).size();
    if (bytes > budget) {
      is_full = true;
      continue;
    }
    ++out.count.shown;
    out.html += html;
    out.index.push_back({{"image", image}, {"parts", parts}});
  }
  return out;
}

std::string page_data(const Results& results, const PictureBlocks& pictures) {
  Json data{{"metrics", metrics_json(results)}, {"methods", methods_json(results)}, {"images", images_json(results)},
            {"values", values_json(results)},   {"sweeps", sweeps_json(results)},   {"pictures", pictures.index}};
  data["time_of"] = summary_table(results).time_of;
  std::string text = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at))
    text.replace(at, 1, "\\u003c");
  return text;
}

}  // namespace csgis

#include "pipelines/result_images.h"

#include "core/error.h"
#include "imaging/crop.h"
#include "imaging/image_file.h"
#include "metrics/metric_table.h"
#include "pipelines/references.h"

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <cmath>
#include <limits>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

/// Whether `path` lies below `folder`; both canonical.
bool is_inside(const fs::path& path, const fs::path& folder) {
  const auto [stop, ignored] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return stop == folder.end();
}

bool is_control(const Results& results, const std::string& method) {
  const std::string family = family_of(results, method);
  return family == "none" || family == "gaussian";
}

}  // namespace

ResultImages::ResultImages(const Results& results, const fs::path& source, const std::vector<std::string>& data,
                           std::uint64_t max_pixels)
    : results_(results), source_(source), max_pixels_(max_pixels) {
  allowed_.push_back(fs::canonical(source.empty() ? fs::path(".") : source));
  for (const std::string& folder : data) {
    boost::system::error_code error;
    allowed_.push_back(fs::canonical(folder, error));
    require<UsageError>(!error && fs::is_directory(allowed_.back()), "--data {} is not a folder", folder);
  }
  for (const ResultRow& row : results.rows) rows_.emplace(std::pair(row.method, row.image), &row);
  for (const ImageRecord& record : results.image_records) records_.emplace(record.image, &record);
}

const ResultRow* ResultImages::row(const std::string& method, const std::string& image) const {
  const auto found = rows_.find({method, image});
  return found == rows_.end() ? nullptr : found->second;
}

const ImageRecord* ResultImages::record(const std::string& image) const {
  const auto found = records_.find(image);
  return found == records_.end() ? nullptr : found->second;
}

ResultImages::Found ResultImages::find(const std::string& file) const {
  if (file.empty()) return {{}, {"not kept", "results.json names no file"}};
  boost::system::error_code error;
  const fs::path path = fs::canonical(fs::absolute(file, fs::absolute(source_)), error);
  if (error) return {{}, {"missing", fmt::format("{}: {}", file, error.message())}};
  const bool allowed = std::ranges::any_of(allowed_, [&](const fs::path& folder) { return is_inside(path, folder); });
  if (!allowed)
    return {{}, {"outside", fmt::format("{} lies outside the folder of results.json; --data DIR allows it", file)}};
  return {path, {}};
}

std::string ResultImages::file_of(const std::string& image, std::size_t part) const {
  if (part >= 2) {
    const ResultRow* const result = row(results_.methods.at(part - 2), image);
    return result == nullptr ? "" : result->file;
  }
  const ImageRecord* const known = record(image);
  return known == nullptr ? "" : part == 0 ? known->input : known->gt;
}

bool ResultImages::has_any(const std::string& image) const {
  for (std::size_t part = 0; part < parts(); ++part) {
    if (!find(file_of(image, part)).path.empty()) return true;
  }
  return false;
}

ResultPicture ResultImages::read(const std::string& image, std::size_t part) const {
  ResultPicture picture;
  picture.name = part == 0 ? "input" : part == 1 ? "GT" : results_.methods.at(part - 2);
  const ResultRow* const result = part < 2 ? nullptr : row(picture.name, image);
  if (result != nullptr && !result->error.empty()) {
    picture.gap = {"failed", result->error};
    return picture;
  }
  const Found found = find(file_of(image, part));
  picture.gap = found.gap;
  if (found.path.empty()) return picture;
  const bool is_half = part < 2 && file_of(image, 0) == file_of(image, 1);
  try {
    picture.image = read_colour8(found.path, {max_pixels_});
    if (is_half) picture.image = half_of(picture.image, part == 0 ? Half::right : Half::left);
  } catch (const Error& e) {
    picture.image = {};
    picture.gap = {"unreadable", e.what()};
  }
  return picture;
}

std::vector<ResultPicture> ResultImages::read(const std::string& image) const {
  std::vector<ResultPicture> pictures;
  for (std::size_t part = 0; part < parts(); ++part) pictures.push_back(read(image, part));
  return pictures;
}

std::vector<std::string> worst_first(const Results& results) {
  if (results.metrics.empty()) return results.images;
  const MetricInfo& metric = find_metric(results.metrics.front());
  std::map<std::string, std::pair<double, int>> sums;
  for (const ResultRow& row : results.rows) {
    const std::optional<double> value = value_of(row.metrics, metric.name);
    if (!value || std::isinf(*value) || is_control(results, row.method)) continue;
    auto& [sum, count] = sums[row.image];
    sum += metric.better == Better::higher ? *value : -*value;
    ++count;
  }
  const auto goodness = [&](const std::string& image) {
    const auto found = sums.find(image);
    return found == sums.end() ? std::numeric_limits<double>::infinity() : found->second.first / found->second.second;
  };
  std::vector<std::string> images = results.images;
  std::ranges::stable_sort(images, {}, goodness);
  return images;
}

}  // namespace csgis

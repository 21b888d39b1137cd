#include "pipelines/scoring.h"

#include "core/error.h"
#include "imaging/convert.h"
#include "imaging/image_file.h"
#include "metrics/metric_table.h"

#include <algorithm>
#include <cmath>

namespace csgis {
namespace {

ImageF in_colour(ImageF image) {
  if (image.channels() == 3) return image;
  ImageF colour(image.size(), 3);
  for (int c = 0; c < 3; ++c) std::copy_n(image.plane(0), image.size().pixels(), colour.plane(c));
  return colour;
}

}  // namespace

std::vector<std::string> split_list(const std::string& list) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    names.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

std::vector<std::string> metric_names(const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (const std::string& list : lists) {
    for (std::string& name : split_list(list)) {
      static_cast<void>(find_metric(name));
      require<UsageError>(std::ranges::find(names, name) == names.end(), "--metrics: {} is given twice", name);
      names.push_back(std::move(name));
    }
  }
  return names.empty() ? std::vector<std::string>{"psnr", "ssim:csgis"} : names;
}

Scored read_scored(const boost::filesystem::path& path, Score score, std::uint64_t max_pixels) {
  const DecodeLimits limits{max_pixels};
  if (score == Score::rounded) return read_colour8(path, limits);
  return in_colour(to_float(read_image(path, limits)));
}

Scored as_scored(const ImageF& image, Score score) {
  if (score == Score::rounded) return image.channels() == 3 ? to_image8(image) : to_image8(in_colour(image.clone()));
  return in_colour(image.clone());
}

ScoredImage view(const Scored& image) {
  return std::visit([](const auto& held) { return ScoredImage(held); }, image);
}

void score_pair(const ScoredPair& pair, const std::vector<std::string>& metrics, ResultRow& row) {
  if (pair.gt) check_scored_pair("image", pair.pred, *pair.gt);
  if (pair.photo) check_scored_pair("image", pair.pred, *pair.photo);
  for (const WeightedGt& gt : pair.gts) check_scored_pair("image", pair.pred, gt.image);
  for (const std::string& name : metrics) {
    try {
      const double value = find_metric(name).of(pair);
      require<DataError>(!std::isnan(value), "{}: its value is no number; samples are too large", name);
      row.metrics.emplace_back(name, value);
    } catch (const InvalidArgument& e) {
      row.skipped.emplace_back(name, e.what());
    }
  }
}

void score_pair(const Scored& pred, const Scored& gt, const std::vector<std::string>& metrics, ResultRow& row) {
  score_pair({view(pred), view(gt), {}, nullptr, {}}, metrics, row);
}

}  // namespace csgis

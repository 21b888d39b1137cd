#include "pipelines/step_means.h"

#include "core/error.h"
#include "model/confusion.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace csgis {

using Json = nlohmann::ordered_json;

Json number_json(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

double number_from_json(const Json& json) {
  if (json.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!json.is_string()) return json.get<double>();
  return json == "-inf" ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

void StepMeans::add(const std::string& name, double value, bool counts) {
  auto found = std::ranges::find(sums_, name, &Sum::name);
  if (found == sums_.end()) found = sums_.insert(sums_.end(), {name, 0, 0});
  if (!counts) return;
  found->sum += value;
  ++found->count;
}

void StepMeans::add(const StepReport& report) {
  const bool counts = steps_ > 0 || !skips_first_;
  for (const auto& [name, value] : report.values) add(name, value, counts);
  ssim_ += report.ssim;
  psnr_ += report.psnr;
  confusion_.resize(std::max(confusion_.size(), report.confusion.size()));
  for (std::size_t i = 0; i < report.confusion.size(); ++i) confusion_[i] += report.confusion[i];
  ++steps_;
}

std::vector<std::pair<std::string, double>> StepMeans::means() const {
  std::vector<std::pair<std::string, double>> out;
  if (steps_ == 0) return out;
  for (const Sum& s : sums_) out.emplace_back(s.name, s.sum / static_cast<double>(s.count));  // 0 / 0 is NaN
  if (!confusion_.empty()) out.emplace_back("miou", mean_intersection(confusion_));
  if (!has_scores_) return out;
  out.emplace_back("ssim", ssim_ / static_cast<double>(steps_));
  out.emplace_back("psnr", psnr_ / static_cast<double>(steps_));
  return out;
}

Json StepMeans::json() const {
  Json json = Json::object();
  for (const auto& [name, mean] : means()) json[name] = number_json(mean);
  return json;
}

double StepMeans::mean(std::string_view name) const {
  for (const auto& [other, mean] : means()) {
    if (other == name) return mean;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

Json StepMeans::saved() const {
  Json sums = Json::array();
  for (const Sum& s : sums_) sums.push_back({s.name, number_json(s.sum), s.count});
  return {{"skips_first", skips_first_}, {"has_scores", has_scores_},  {"steps", steps_},
          {"sums", std::move(sums)},     {"ssim", number_json(ssim_)}, {"psnr", number_json(psnr_)},
          {"confusion", confusion_}};
}

StepMeans StepMeans::from_saved(const Json& saved) {
  try {
    StepMeans means(saved.at("skips_first").get<bool>(), saved.at("has_scores").get<bool>());
    means.steps_ = saved.at("steps");
    for (const Json& s : saved.at("sums")) {
      means.sums_.push_back({s.at(0).get<std::string>(), number_from_json(s.at(1)), s.at(2).get<std::int64_t>()});
    }
    means.ssim_ = number_from_json(saved.at("ssim"));
    means.psnr_ = number_from_json(saved.at("psnr"));
    means.confusion_ = saved.value("confusion", std::vector<double>());
    return means;
  } catch (const nlohmann::json::exception& error) {
    fail<DataError>("saved means: {}", error.what());
  }
}

}  // namespace csgis

#include "pipelines/seed_groups.h"

#include "classical/method_string.h"

#include <fmt/format.h>
#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

namespace csgis {
namespace {

using Json = nlohmann::json;

/// What a training is, key by key, without its seed.
using Setting = std::map<std::string, std::string>;

struct Group {
  Setting setting;
  std::set<std::string> seeds;
  std::vector<std::string> methods;
  std::string name;
};

/// "/options/mode" -> "mode".
std::string last_part(const std::string& pointer) {
  return pointer.substr(pointer.rfind('/') + 1);
}

/// Whether the note says what the training was; sets the setting and the seed.
bool read_training(const TrainedMethod& method, Setting& setting, std::string& seed) {
  const Json note = Json::parse(method.training_note, nullptr, false);
  if (!note.is_object() || !note.contains("identity") || !note.at("identity").is_object()) return false;
  Json identity = note.at("identity");
  if (!identity.contains("seed")) return false;
  seed = identity.at("seed").dump();
  identity.erase("seed");
  const Json flat = identity.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    setting[last_part(pointer)] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  for (const auto& [key, value] : split_method_string(method.text).items) {
    if (key != "weights") setting["net:" + key] = value;
  }
  return true;
}

std::vector<Group> groups_of(std::span<const TrainedMethod> trained) {
  std::vector<Group> groups;
  for (const TrainedMethod& method : trained) {
    Setting setting;
    std::string seed;
    if (!read_training(method, setting, seed)) continue;
    auto group = std::ranges::find(groups, setting, &Group::setting);
    if (group == groups.end()) group = groups.insert(groups.end(), Group{setting, {}, {}, ""});
    if (group->seeds.insert(seed).second) group->methods.push_back(method.method);
  }
  std::erase_if(groups, [](const Group& group) { return group.seeds.size() < 2; });
  return groups;
}

std::string value_in(const Group& group, const std::string& key) {
  const auto found = group.setting.find(key);
  if (found == group.setting.end()) return "none";
  constexpr std::size_t kHash = 64, kShown = 8;
  return found->second.size() == kHash ? found->second.substr(0, kShown) : found->second;
}

/// Names each group by as few keys as tell all apart: the mode first, since much follows from it.
void name_groups(std::vector<Group>& groups) {
  std::vector<std::string> keys{"mode", "network"};
  for (const Group& group : groups) {
    for (const auto& [key, value] : group.setting) {
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    }
  }
  std::set<std::string> names{""};
  for (const std::string& key : keys) {
    if (names.size() == groups.size() && !groups.front().name.empty()) break;
    std::vector<std::string> longer;
    for (const Group& group : groups) {
      longer.push_back(fmt::format("{}{}{}={}", group.name, group.name.empty() ? "" : ", ", key, value_in(group, key)));
    }
    std::set<std::string> told_apart(longer.begin(), longer.end());
    const bool is_only = groups.size() == 1 && key == "mode";
    if (told_apart.size() <= names.size() && !is_only) continue;
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i].name = longer[i];
    names = std::move(told_apart);
  }
}

/// Image by image the metric of one method, finite values alone.
std::map<std::string, double> values_of(const Results& results, const std::string& method, const std::string& metric) {
  std::map<std::string, double> values;
  for (const ResultRow& row : results.rows) {
    if (row.method != method) continue;
    const auto value = value_of(row.metrics, metric);
    if (value && std::isfinite(*value)) values[row.image] = *value;
  }
  return values;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Of the sample: divided by n - 1.
double variance_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size() - 1);
}

Interval welch_interval(const std::vector<double>& a, const std::vector<double>& b) {
  const double difference = mean_of(a) - mean_of(b);
  const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  const double va = variance_of(a) / n, vb = variance_of(b) / m;
  if (va + vb <= 0) return {difference, difference};
  const double freedom = (va + vb) * (va + vb) / (va * va / (n - 1) + vb * vb / (m - 1));
  const double half = boost::math::quantile(boost::math::students_t(freedom), 0.975) * std::sqrt(va + vb);
  return {difference - half, difference + half};
}

}  // namespace

void compare_seeds(Results& results, std::span<const TrainedMethod> trained) {
  std::vector<Group> groups = groups_of(trained);
  if (groups.empty()) return;
  name_groups(groups);
  for (const std::string& metric : results.metrics) {
    std::map<std::string, std::map<std::string, double>> values;  // by method, then image
    std::set<std::string> images(results.images.begin(), results.images.end());
    for (const Group& group : groups) {
      for (const std::string& method : group.methods) {
        const auto& own = values[method] = values_of(results, method, metric);
        std::erase_if(images, [&](const std::string& image) { return !own.contains(image); });
      }
    }
    if (images.empty()) continue;
    std::vector<std::vector<double>> means;  // by group, then seed
    for (const Group& group : groups) {
      std::vector<double>& of_seeds = means.emplace_back();
      for (const std::string& method : group.methods) {
        std::vector<double> scores;
        for (const std::string& image : images) scores.push_back(values.at(method).at(image));
        of_seeds.push_back(mean_of(scores));
      }
      results.seed_means.push_back(
          {metric, group.name, of_seeds.size(), images.size(), mean_of(of_seeds), std::sqrt(variance_of(of_seeds))});
    }
    for (std::size_t i = 1; i < groups.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        results.seed_differences.push_back({metric, groups[i].name, groups[k].name,
                                            mean_of(means[i]) - mean_of(means[k]), welch_interval(means[i], means[k])});
      }
    }
  }
}

}  // namespace csgis

/// Every smoother against the original programs' results. The list of entries comes from golden.json alone, so another
/// set of the same form can be tested with CSGIS_GOLDEN.

#include "classical/method.h"
#include "imaging/convert.h"
#include "imaging/image_file.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>

using namespace csgis;
using testing::golden_entries;
using testing::golden_folder;

namespace {

/// The toolkit's names for the algorithms whose golden name says who made the file, or how.
std::string method_of(std::string algorithm) {
  static const std::map<std::string, std::string> renamed{{"cv_bilateral", "bilateral"},
                                                          {"cv_rgf", "rgf-cv"},
                                                          {"wls_graph", "wls"},
                                                          {"guided_perchannel", "guided"},
                                                          {"guided_colorcov", "guided-cov"}};
  const auto found = renamed.find(algorithm);
  if (found != renamed.end()) return found->second;
  std::ranges::replace(algorithm, '_', '-');
  return algorithm;
}

MethodString method_string_of(const nlohmann::json& entry) {
  MethodString text{method_of(entry.at("algorithm")), {}};
  for (const auto& [name, value] : entry.at("params").items()) {
    std::string key = name == "iters" ? "iterations" : name;
    std::ranges::replace(key, '_', '-');
    const bool is_whole = value.is_number() && std::floor(value.get<double>()) == value.get<double>();
    text.items.push_back({key, is_whole ? fmt::format("{:.0f}", value.get<double>()) : value.dump()});
  }
  return text;
}

/// How far a result may be from the golden file.
struct Bound {
  double max;               ///< Of every difference, but for the part below.
  double share_beyond = 0;  ///< Fraction of values that may exceed max.
  double mean = std::numeric_limits<double>::infinity();
  int levels_beyond = -1;  ///< 8-bit files: number of values that may differ, by one level.
};

/// Double precision, the order of steps of the definition.
std::optional<Bound> exact_bound(const std::string& method) {
  static const std::map<std::string, Bound> bounds{{"l0", {1e-6}},           {"rtv", {1e-6}},
                                                   {"rgf", {1e-6}},          {"guided", {1e-6}},
                                                   {"sdf", {1e-5}},          {"wls", {1e-5}},
                                                   {"ils-lnorm", {2e-5}},    {"ils-welsch", {5e-5}},
                                                   {"guided-cov", {1e-4}},   {"bilateral", {0, 0, 1, 6}},
                                                   {"rgf-cv", {0, 0, 1, 6}}, {"pnls", {1e-5, 1e-3, 1e-6}}};
  const auto found = bounds.find(method);
  if (found == bounds.end()) return std::nullopt;
  return found->second;
}

struct Difference {
  double max = 0, mean = 0, root_mean_square = 0;
  std::size_t beyond = 0, count = 0;
  std::string worst;  ///< Where the greatest difference is.

  double share_beyond() const { return static_cast<double>(beyond) / static_cast<double>(count); }
  double psnr() const { return -20 * std::log10(root_mean_square); }
};

Difference compare(const ImageF& actual, const ImageF& expected, double bound) {
  REQUIRE(actual.size() == expected.size());
  REQUIRE(actual.channels() == expected.channels());
  Difference difference;
  for (int c = 0; c < actual.channels(); ++c) {
    for (int y = 0; y < actual.height(); ++y) {
      for (int x = 0; x < actual.width(); ++x) {
        const double a = actual.row(c, y)[x], e = expected.row(c, y)[x], d = std::abs(a - e);
        ++difference.count;
        difference.beyond += d <= bound ? 0U : 1U;
        difference.mean += d;
        difference.root_mean_square += d * d;
        if (!(d <= difference.max)) {
          difference.max = d;
          difference.worst = fmt::format("row {} column {} channel {}: {} instead of {}", y, x, c, a, e);
        }
      }
    }
  }
  difference.mean /= static_cast<double>(difference.count);
  difference.root_mean_square = std::sqrt(difference.root_mean_square / static_cast<double>(difference.count));
  return difference;
}

/// 8-bit golden files hold rounded results; a difference below half a level is none.
double level_bound(const nlohmann::json& entry, const Bound& bound) {
  return entry.at("dtype") == "uint8" ? 0.5 / 255 : bound.max;
}

const std::set<std::string>& method_table_names() {
  static const std::set<std::string> names = [] {
    std::set<std::string> all;
    for (const MethodInfo& info : method_list()) all.insert(info.name);
    return all;
  }();
  return names;
}

struct GoldenCase {
  nlohmann::json entry;
  Method method;
};

/// All entries of methods in the table. OpenCV's L0 is recorded there for information and follows another definition.
std::vector<GoldenCase> golden_cases() {
  std::vector<GoldenCase> cases;
  std::set<std::string> missing;
  for (const nlohmann::json& entry : golden_entries("classical")) {
    if (entry.at("algorithm") == "cv_l0") continue;
    const MethodString text = method_string_of(entry);
    if (method_table_names().count(text.name) == 0) {
      missing.insert(text.name);
    } else {
      cases.push_back({entry, method_from(text)});
    }
  }
  for (const std::string& name : missing)
    WARN("SKIPPED: golden results of '" << name << "', which is not in the table of methods");
  return cases;
}

/// The fast path against the exact one, as each header promises.
struct FastBound {
  double psnr;                       ///< At least.
  double share_beyond_half_a_level;  ///< At most this fraction of the values differs by more than 0.5/255.
};

FastBound fast_bound(const std::string& method) {
  constexpr double kShare = 1e-3;
  if (method == "sdf") return {75, kShare};
  // 8-bit results: a level more or less on 6 values of a small image is 1.6e-4 of them, and costs 86 dB.
  return {80, kShare};
}

ImageF golden_image(const nlohmann::json& entry, const char* which) {
  return to_float(read_image(golden_folder("classical") / entry.at(which).get<std::string>()));
}

}  // namespace

TEST_CASE("exact smoothers reproduce the original programs", "[golden]") {
  const std::vector<GoldenCase> cases = golden_cases();
  REQUIRE(!cases.empty());
  for (const GoldenCase& golden : cases) {
    INFO(golden.entry.at("output").get<std::string>() << "   " << method_text(golden.method));
    const std::optional<Bound> bound = exact_bound(method_name(golden.method));
    REQUIRE(bound);
    const ImageF result = smooth(golden.method, golden_image(golden.entry, "input"), {Precision::exact, 2});
    const Difference difference =
        compare(result, golden_image(golden.entry, "output"), level_bound(golden.entry, *bound));
    INFO("max " << difference.max << ", mean " << difference.mean << "; " << difference.worst);
    if (bound->levels_beyond >= 0) {
      CHECK(difference.max < 1.5 / 255);
      CHECK(difference.beyond <= static_cast<std::size_t>(bound->levels_beyond));
    } else {
      CHECK(difference.share_beyond() <= bound->share_beyond);
      CHECK(difference.mean <= bound->mean);
    }
  }
}

TEST_CASE("fast smoothers agree with exact ones on the golden images", "[golden]") {
  for (const GoldenCase& golden : golden_cases()) {
    INFO(golden.entry.at("output").get<std::string>() << "   " << method_text(golden.method));
    const ImageF input = golden_image(golden.entry, "input");
    const ImageF exact = smooth(golden.method, input, {Precision::exact, 2});
    const ImageF fast = smooth(golden.method, input, {Precision::fast, 2});
    const Difference difference = compare(fast, exact, 0.5 / 255);
    const FastBound bound = fast_bound(method_name(golden.method));
    INFO("max " << difference.max << ", " << difference.psnr() << " dB; " << difference.worst);
    CHECK(difference.psnr() >= bound.psnr);
    CHECK(difference.share_beyond() <= bound.share_beyond_half_a_level);
  }
}

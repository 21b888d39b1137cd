/// The shipped ranges name options that there are, and values that the methods take.

#include "pipelines/tuning_ranges.h"
#include "classical/method.h"
#include "core/error.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <charconv>

using namespace csgis;

namespace {

const MethodInfo& info_of(const std::string& family) {
  static const std::vector<MethodInfo> methods = method_list();
  const auto found = std::ranges::find(methods, family, &MethodInfo::name);
  REQUIRE(found != methods.end());
  return *found;
}

const MethodInfo::Option& option_of(const std::string& family, const std::string& key) {
  const auto& options = info_of(family).options;
  const auto found = std::ranges::find(options, key, &MethodInfo::Option::name);
  INFO(family << " " << key);
  REQUIRE(found != options.end());
  return *found;
}

double number(const std::string& text) {
  double value = 0;
  REQUIRE(std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc());
  return value;
}

/// True where the method also takes values between whole numbers.
bool takes_fractions(const std::string& family, const ParameterRange& parameter) {
  try {
    check_method(parse_method(method_at(family, parameter, parameter.low + 0.5)));
    return true;
  } catch (const UsageError&) {
    return false;
  }
}

}  // namespace

TEST_CASE("every classical method but none has a tuning range, in the order of the table", "[pipelines]") {
  std::vector<std::string> methods, rows;
  for (const MethodInfo& method : method_list()) {
    if (method.name != "none") methods.push_back(method.name);
  }
  for (const TuningRange& range : tuning_ranges()) rows.push_back(range.family);
  CHECK(rows == methods);
  CHECK(find_tuning_range("none") == nullptr);
  CHECK(find_tuning_range("rtv")->parameters.at(1).key == "sigma");
}

TEST_CASE("both ends of a tuning range are valid and hold the default between them", "[pipelines]") {
  for (const TuningRange& range : tuning_ranges()) {
    REQUIRE_FALSE(range.parameters.empty());
    for (const ParameterRange& parameter : range.parameters) {
      INFO(range.family << " " << parameter.key);
      const double standard = number(option_of(range.family, parameter.key).default_text);
      CHECK(parameter.low < standard);
      CHECK(standard < parameter.high);
      if (parameter.logarithmic) CHECK(parameter.low > 0);
      CHECK(parameter.whole != takes_fractions(range.family, parameter));
      for (const double share : {0.0, 0.3, 0.5, 1.0}) {
        const std::string text = method_at(range.family, parameter, parameter.at(share));
        INFO(text);
        CHECK_NOTHROW(check_method(parse_method(text)));
      }
    }
  }
}

TEST_CASE("what tuning tries beyond the ends is computed, on an image without edges too", "[pipelines]") {
  ImageF image({12, 14}, 3);
  for (std::size_t i = 0; i < image.samples().size(); ++i) image.data()[i] = 0.5F + 1e-4F * static_cast<float>(i % 7);
  for (const TuningRange& range : tuning_ranges()) {
    for (const ParameterRange& parameter : range.parameters) {
      if (!parameter.logarithmic) continue;
      for (const double value : {parameter.low, 2 * parameter.high}) {
        const std::string text = method_at(range.family, parameter, value);
        INFO(text);
        CHECK_NOTHROW(smooth(parse_method(text), image, {Precision::fast, 1}));
      }
    }
  }
}

TEST_CASE("places of a tuning range are spaced by ratio or by difference", "[pipelines]") {
  const ParameterRange by_ratio{"lambda", 0.001, 0.1, true, false}, linear{"p", 0.2, 1.2, false, false},
      whole{"d", 5, 61, true, true};
  CHECK(by_ratio.at(0) == 0.001);
  CHECK(by_ratio.at(0.5) == 0.01);
  CHECK(by_ratio.at(1) == 0.1);
  CHECK(linear.at(0.25) == Approx(0.45).margin(1e-12));
  CHECK(whole.at(0.5) == 17);  // sqrt(5 * 61) = 17.46
  CHECK(method_at("l0", by_ratio, by_ratio.at(0.25)) == "l0:lambda=0.00316227766");
  CHECK(method_at("bilateral", whole, whole.at(1)) == "bilateral:d=61");
}

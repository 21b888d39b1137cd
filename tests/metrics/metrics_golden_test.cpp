/// Metrics against golden/metrics. Driven by metrics.json alone.

#include "metrics/psnr.h"
#include "metrics/ssim.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

#include <limits>

using namespace csgis;
using testing::golden_folder;

namespace {

nlohmann::json golden_pairs() {
  const auto bytes = read_file_bytes(golden_folder("metrics") / "metrics.json");
  return nlohmann::json::parse(bytes.begin(), bytes.end()).at("pairs");
}

/// Infinity is written as a text.
double number(const nlohmann::json& value) {
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::infinity();
}

}  // namespace

TEST_CASE("psnr and ssim:csgis give the reference values", "[golden]") {
  for (const nlohmann::json& pair : golden_pairs()) {
    INFO(pair.at("name").get<std::string>());
    const Image8 pred = read_colour8(golden_folder("metrics") / pair.at("pred").get<std::string>());
    const Image8 gt = read_colour8(golden_folder("metrics") / pair.at("gt").get<std::string>());
    const double expected = number(pair.at("psnr_rgb"));
    if (std::isinf(expected)) {
      CHECK(psnr(pred, gt) == expected);
    } else {
      CHECK(psnr(pred, gt) == Approx(expected).epsilon(0).margin(1e-6));
    }
    CHECK(ssim_csgis(pred, gt) == Approx(number(pair.at("ref_ssim_float64"))).epsilon(0).margin(1e-7));
  }
}

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

struct GoldenValue {
  const char* key;
  double tolerance;
  double (*metric)(const ScoredImage& pred, const ScoredImage& gt);
};

template <LumaForm form>
double psnr_y(const ScoredImage& a, const ScoredImage& b) {
  return psnr_luma(a, b, form);
}

template <LumaForm form>
double ssim_y(const ScoredImage& a, const ScoredImage& b) {
  return ssim_wang_luma(a, b, form);
}

const GoldenValue kValues[] = {
    {"mse_255", 1e-9, mean_squared_error},
    {"psnr_rgb", 1e-6, psnr},
    {"ref_psnr", 1e-4, psnr},
    {"psnr_y_bt601_float", 1e-6, psnr_y<LumaForm::full>},
    {"psnr_y_bt601_rounded", 1e-6, psnr_y<LumaForm::rounded>},
    {"psnr_y_bt601_studio", 1e-6, psnr_y<LumaForm::studio>},
    {"ref_ssim", 3e-4, ssim_csgis},
    {"ref_ssim_float64", 1e-7, ssim_csgis},
    {"ssim_wang_rgb_mean", 1e-9, ssim_wang_rgb},
    {"ssim_wang_y_float", 1e-9, ssim_y<LumaForm::full>},
    {"ssim_wang_y_rounded", 1e-9, ssim_y<LumaForm::rounded>},
    {"ssim_wang_y_studio", 1e-9, ssim_y<LumaForm::studio>},
    {"msssim_y_wang", 1e-9, ms_ssim},
};

}  // namespace

TEST_CASE("every golden value of every metric", "[golden]") {
  int compared = 0;
  for (const nlohmann::json& pair : golden_pairs()) {
    const Image8 pred = read_colour8(golden_folder("metrics") / pair.at("pred").get<std::string>());
    const Image8 gt = read_colour8(golden_folder("metrics") / pair.at("gt").get<std::string>());
    for (const auto& [key, tolerance, metric] : kValues) {
      INFO(pair.at("name").get<std::string>() << ": " << key);
      if (!pair.contains(key)) continue;
      ++compared;
      const nlohmann::json& expected = pair.at(key);
      if (expected.is_number()) {
        CHECK(metric(pred, gt) == Approx(expected.get<double>()).epsilon(0).margin(tolerance));
      } else if (expected.get<std::string>().find("inf") == 0) {
        CHECK(metric(pred, gt) == std::numeric_limits<double>::infinity());
      } else {
        CHECK_THROWS_AS(metric(pred, gt), InvalidArgument);  // the text of the error that the reference program raised
      }
    }
  }
  CHECK(compared > 0);
}

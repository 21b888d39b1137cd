/// The window filters, exact, against the original programs' outputs.

#include "classical/bilateral.h"
#include "classical/guided.h"
#include "classical/pnls.h"
#include "classical/rgf.h"
#include "classical/rgf_cv.h"
#include "tests/support/catch.h"
#include "tests/support/float_image.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <string>

namespace {

using namespace csgis;
using Json = nlohmann::json;
using Smoother = std::function<ImageF(const ImageF&, const Execution&)>;

Smoother smoother_for(const std::string& algorithm, const Json& p) {
  if (algorithm == "guided_perchannel") {
    return [=](const ImageF& i, const Execution& e) { return guided(i, {p["radius"], p["eps"]}, e); };
  }
  if (algorithm == "guided_colorcov") {
    return [=](const ImageF& i, const Execution& e) { return guided_cov(i, {p["radius"], p["eps"]}, e); };
  }
  if (algorithm == "rgf") {
    return [=](const ImageF& i, const Execution& e) {
      return rgf(i, {p["sigma_s"], p["sigma_r"], p["iters"], p["precision"]}, e);
    };
  }
  if (algorithm == "cv_bilateral") {
    return [=](const ImageF& i, const Execution& e) {
      return bilateral(i, {p["d"], p["sigma_color"], p["sigma_space"]}, e);
    };
  }
  if (algorithm == "cv_rgf") {
    return [=](const ImageF& i, const Execution& e) {
      return rgf_cv(i, {p["d"], p["sigma_color"], p["sigma_space"], p["iters"]}, e);
    };
  }
  if (algorithm == "pnls") {
    return [=](const ImageF& i, const Execution& e) {
      return pnls(i, {p["patch"], p["window"], p["step"], p["iterations"], p["threshold"]}, e);
    };
  }
  return {};
}

}  // namespace

TEST_CASE("window filters reproduce the golden data", "[golden]") {
  const char* const folder = std::getenv("CSGIS_GOLDEN");
  if (folder == nullptr) {
    WARN("CSGIS_GOLDEN is not set: skipped");
    return;
  }
  const std::string root = std::string(folder) + "/classical/";
  const Json entries = Json::parse(std::ifstream(root + "golden.json"));
  for (const Json& entry : entries) {
    const Smoother smoother = smoother_for(entry["algorithm"], entry["params"]);
    if (!smoother) continue;
    const std::string output = entry["output"];
    const ImageF in = test::read_float(root + entry["input"].get<std::string>());
    const ImageF want = test::read_float(root + output);
    for (const auto precision : {Precision::exact, Precision::fast}) {
      const ImageF got = smoother(in, {precision, 1});
      REQUIRE(got.samples().size() == want.samples().size());
      double worst = 0, sum = 0;
      std::size_t over = 0, levels = 0;
      for (std::size_t i = 0; i < want.samples().size(); ++i) {
        const double e = std::abs(static_cast<double>(got.samples()[i]) - static_cast<double>(want.samples()[i]));
        worst = std::max(worst, e);
        sum += e;
        over += e > 1e-5 ? 1 : 0;
        levels += e > 0.5 / 255 ? 1 : 0;
      }
      const double n = static_cast<double>(want.samples().size());
      std::printf("%s %-70s max %.3g mean %.3g over1e-5 %.4f%% levels %zu\n", precision == Precision::exact ? "E" : "F",
                  output.c_str(), worst, sum / n, 100 * static_cast<double>(over) / n, levels);
    }
  }
}

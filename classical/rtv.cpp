#include "classical/rtv.h"

#include "classical/detail/check_input.h"
#include "classical/detail/exact_system.h"
#include "classical/detail/mic_cg.h"
#include "classical/detail/rtv_weights.h"

#include <cmath>

namespace csgis {
namespace {

using detail::GridGraph;
using detail::PaddedPlane;

constexpr double kLeastSigma = 0.5;  // the published program's constant

/// In float, all channels together.
class FastSystem {
 public:
  using Value = float;
  explicit FastSystem(const ImageF& b) : b_(detail::to_planes<float>(b)), solver_(b.size(), b.channels()) {}

  SolveReport solve(const GridGraph<float>& graph, std::vector<PaddedPlane<float>>& x, int threads) {
    return solver_.solve(graph, b_, x, kTolerance, threads);
  }

 private:
  // TUNE
  static constexpr double kTolerance = 1e-4;

  std::vector<PaddedPlane<float>> b_;
  detail::MicSolver solver_;
};

template <class System>
ImageF smooth(const ImageF& src, const RtvOptions& options, int threads, SolveReport& report) {
  using T = typename System::Value;
  System system(src);
  std::vector<PaddedPlane<T>> x = detail::to_planes<T>(src);
  double sigma = options.sigma;
  for (int pass = 0; pass < options.iterations; ++pass) {
    const GridGraph<T> graph = rtv_weights(x, {sigma, options.sharpness, options.lambda / 2}, threads);
    report = detail::in_sequence(report, system.solve(graph, x, threads));
    sigma = std::max(sigma / 2, kLeastSigma);
  }
  return to_image(x);
}

}  // namespace

ImageF rtv_smooth(const ImageF& src, const RtvOptions& options, const Execution& run, SolveReport* report) {
  validate(options);
  detail::check_input("rtv", src);
  SolveReport unused;
  SolveReport& solved = report ? *report : unused;
  return run.precision == Precision::exact ? smooth<detail::ExactSystem>(src, options, run.threads, solved)
                                           : smooth<FastSystem>(src, options, run.threads, solved);
}

}  // namespace csgis

#include "classical/rtv.h"

#include "classical/detail/chebyshev.h"
#include "classical/detail/check_input.h"
#include "classical/detail/exact_system.h"
#include "classical/detail/mic_cg.h"
#include "classical/detail/rtv_weights.h"

#include <algorithm>
#include <optional>

namespace csgis {
namespace {

using detail::GridGraph;
using detail::PaddedPlane;

constexpr double kLeastSigma = 0.5;  // the published program's constant

/// In float, all channels together. MicSolver needs vectors; where the CPU has none, the other solver takes its time.
class FastSystem {
 public:
  using Value = float;
  explicit FastSystem(const ImageF& b) : b_(detail::to_planes<float>(b)) {
    if (detail::MicSolver::runs_here()) mic_.emplace(b_);
  }

  SolveReport solve(const GridGraph<float>& graph, std::vector<PaddedPlane<float>>& x, int threads) {
    return mic_ ? mic_->solve(graph, x, kTolerance, threads) : solve_chebyshev(graph, b_, x, kTolerance, threads);
  }

 private:
  // Where the error against the exact mode reaches about 88 dB; each halving gains 6 dB for 4 more of 40 iterations.
  static constexpr double kTolerance = 3e-4;

  std::vector<PaddedPlane<float>> b_;
  std::optional<detail::MicSolver> mic_;
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
  SolveReport solved;
  ImageF result = run.precision == Precision::exact ? smooth<detail::ExactSystem>(src, options, run.threads, solved)
                                                    : smooth<FastSystem>(src, options, run.threads, solved);
  if (report) *report = solved;
  return result;
}

}  // namespace csgis

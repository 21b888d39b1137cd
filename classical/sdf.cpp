#include "classical/sdf.h"

#include "classical/detail/chebyshev.h"
#include "classical/detail/check_input.h"
#include "classical/detail/exact_system.h"
#include "classical/detail/guide_weights.h"

namespace csgis {
namespace {

using detail::GridGraph;
using detail::PaddedPlane;

/// In float, all channels together.
class FastSystem {
 public:
  using Value = float;
  explicit FastSystem(const ImageF& b) : b_(detail::to_planes<float>(b)) {}

  SolveReport solve(const GridGraph<float>& graph, std::vector<PaddedPlane<float>>& x, int threads) const {
    return solve_chebyshev(graph, b_, x, kTolerance, threads);
  }

 private:
  static constexpr double kTolerance = 1e-4;

  std::vector<PaddedPlane<float>> b_;
};

template <class System>
ImageF smooth(const ImageF& src, const SdfOptions& options, int threads, SolveReport& report) {
  using T = typename System::Value;
  const System system(src);
  std::vector<PaddedPlane<T>> u = detail::to_planes<T>(src);
  const int edge_steps = options.nei == 1 ? 4 : 2;
  const GridGraph<T> still = guide_weights(u, options.mu, edge_steps, options.lambda, threads);
  {
    // The first dynamic guide is constant, so that all its weights are exp(0) + 1e-5.
    const double factor = options.lambda * (1 + 1e-5);
    report = system.solve(guide_weights(u, options.mu, edge_steps, factor, threads), u, threads);
  }
  for (int step = 1; step < options.steps; ++step) {
    report = detail::in_sequence(report, system.solve(guide_weights(u, options.nu, still, threads), u, threads));
  }
  return to_image(u);
}

}  // namespace

ImageF sdf_smooth(const ImageF& src, const SdfOptions& options, const Execution& run, SolveReport* report) {
  validate(options);
  detail::check_input("sdf", src);
  SolveReport solved;
  ImageF result = run.precision == Precision::exact ? smooth<detail::ExactSystem>(src, options, run.threads, solved)
                                                    : smooth<FastSystem>(src, options, run.threads, solved);
  if (report) *report = solved;
  return result;
}

}  // namespace csgis

#include "classical/wls.h"

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
  static constexpr double kTolerance = 1e-4;  // results are 97 dB and more from the exact mode

  std::vector<PaddedPlane<float>> b_;
};

template <class System>
ImageF smooth(const ImageF& src, const WlsOptions& options, int threads, SolveReport& report) {
  using T = typename System::Value;
  const System system(src);
  std::vector<PaddedPlane<T>> u = detail::to_planes<T>(src);
  const auto graph = guide_weights(u, options.mu, options.nei == 1 ? 4 : 2, options.lambda, threads);
  report = system.solve(graph, u, threads);
  return to_image(u);
}

}  // namespace

ImageF wls_smooth(const ImageF& src, const WlsOptions& options, const Execution& run, SolveReport* report) {
  validate(options);
  detail::check_input("wls", src);
  SolveReport solved;
  ImageF result = run.precision == Precision::exact ? smooth<detail::ExactSystem>(src, options, run.threads, solved)
                                                    : smooth<FastSystem>(src, options, run.threads, solved);
  if (report) *report = solved;
  return result;
}

}  // namespace csgis

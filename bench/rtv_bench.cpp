/// rtv (lambda 0.015, sigma 3) against a direct solve of the same systems with Eigen, on the same image, in one run;
/// then the cost of larger images and what a second thread gives.
///
///   rtv_bench IMAGE... [--repeats N]

#include "bench/direct_peer.h"
#include "classical/detail/rtv_weights.h"
#include "classical/method.h"

using namespace csgis;

namespace {

ImageF direct(const ImageF& src) {
  const RtvOptions options;
  const auto b = detail::to_planes<double>(src);
  auto x = detail::to_planes<double>(src);
  bench::DirectSolver solver;
  double sigma = options.sigma;
  for (int pass = 0; pass < options.iterations; ++pass) {
    solver.solve(detail::rtv_weights(x, {sigma, options.sharpness, options.lambda / 2}, 1), b, x);
    sigma = std::max(sigma / 2, 0.5);
  }
  return detail::to_image(x);
}

}  // namespace

int main(int argc, char** argv) {
  const auto ours = [](const ImageF& src, const Execution& run) { return smooth(RtvOptions(), src, run); };
  return bench::run("rtv_bench", argc, argv, [&](const bench::Photo& photo, int repeats) {
    bench::against_direct("rtv", photo, ours, direct, repeats);
    bench::by_size("rtv", photo, ours, repeats);
  });
}

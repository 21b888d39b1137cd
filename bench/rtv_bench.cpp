/// rtv at the comparison's options (0.015, 3) against a direct solve of the same systems with Eigen.
///
///   rtv_bench IMAGE... [--repeats N]

#include "bench/direct_peer.h"
#include "classical/detail/rtv_weights.h"
#include "classical/rtv.h"

namespace {

using namespace csgis;

ImageF direct(const ImageF& src) {
  const RtvOptions options;
  const auto b = detail::to_planes<double>(src);
  auto x = detail::to_planes<double>(src);
  double sigma = options.sigma;
  for (int pass = 0; pass < options.iterations; ++pass) {
    bench::solve_directly(detail::rtv_weights(x, {sigma, options.sharpness, options.lambda / 2}, 1), b, x);
    sigma = std::max(sigma / 2, 0.5);
  }
  return detail::to_image(x);
}

}  // namespace

int main(int argc, char** argv) {
  const auto ours = [](const ImageF& src, const Execution& run) { return rtv_smooth(src, {}, run); };
  return bench::run_bench(argc, argv, ours, direct);
}

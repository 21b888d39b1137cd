/// sdf at the comparison's options (10 steps) against a direct solve of the same systems with Eigen.
///
///   sdf_bench IMAGE... [--repeats N]

#include "bench/direct_peer.h"
#include "classical/detail/guide_weights.h"
#include "classical/sdf.h"

namespace {

using namespace csgis;

ImageF direct(const ImageF& src) {
  const SdfOptions options;
  const auto b = detail::to_planes<double>(src);
  auto u = detail::to_planes<double>(src);
  const auto still = detail::guide_weights(u, options.mu, 4, options.lambda, 1);
  bench::solve_directly(detail::guide_weights(u, options.mu, 4, options.lambda * (1 + 1e-5), 1), b, u);
  for (int step = 1; step < options.steps; ++step) {
    bench::solve_directly(detail::guide_weights(u, options.nu, still, 1), b, u);
  }
  return detail::to_image(u);
}

}  // namespace

int main(int argc, char** argv) {
  const auto ours = [](const ImageF& src, const Execution& run) { return sdf_smooth(src, {}, run); };
  return bench::run_bench(argc, argv, ours, direct);
}

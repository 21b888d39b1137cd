/// sdf (10 steps) against a direct solve of the same systems with Eigen, on the same image, in one run; then the cost
/// of larger images and what a second thread gives.
///
///   sdf_bench IMAGE... [--repeats N]

#include "bench/direct_peer.h"
#include "classical/detail/guide_weights.h"
#include "classical/method.h"

using namespace csgis;

namespace {

ImageF direct(const ImageF& src) {
  const SdfOptions options;
  const int edge_steps = 4;
  const auto b = detail::to_planes<double>(src);
  auto u = detail::to_planes<double>(src);
  bench::DirectSolver solver;
  const auto still = detail::guide_weights(u, options.mu, edge_steps, options.lambda, 1);
  // The first dynamic guide is constant: all its weights are 1 + 1e-5.
  solver.solve(detail::guide_weights(u, options.mu, edge_steps, options.lambda * (1 + 1e-5), 1), b, u);
  for (int step = 1; step < options.steps; ++step) {
    solver.solve(detail::guide_weights(u, options.nu, still, 1), b, u);
  }
  return detail::to_image(u);
}

}  // namespace

int main(int argc, char** argv) {
  const auto ours = [](const ImageF& src, const Execution& run) { return smooth(SdfOptions(), src, run); };
  return bench::run("sdf_bench", argc, argv, [&](const bench::Photo& photo, int repeats) {
    bench::against_direct("sdf", photo, ours, direct, repeats);
    bench::by_size("sdf", photo, ours, repeats);
  });
}

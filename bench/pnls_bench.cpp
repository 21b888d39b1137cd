/// pnls (step 4, 9 iterations) against the plain scalar program of its definition on the same image, in one run; then
/// the cost of larger images and what a second thread gives.
///
///   pnls_bench IMAGE... [--repeats N]
///
/// The plain program looks for the groups in every iteration and plane, as the released one does; ours looks once.

#include "bench/interleaved.h"
#include "bench/photos.h"
#include "classical/pnls.h"
#include "tests/support/plain_pnls.h"

using namespace csgis;

namespace {

void against_plain(const bench::Photo& photo, int repeats) {
  const bench::Pair pair = bench::interleaved(
      repeats, [&] { pnls(photo.pixels); }, [&] { test::plain_pnls(photo.pixels, {}); }, 3);
  bench::print(fmt::format("pnls / plain program, {}", photo.name), pair);
}

void by_size(const bench::Photo& photo, int repeats) {
  for (const Size size : {Size{321, 481}, Size{512, 768}, Size{1224, 1632}, Size{3000, 4000}}) {
    const ImageF image = bench::tiled(photo.pixels, size);
    const auto run = [&](int threads) { pnls(image, {}, {Precision::fast, threads}); };
    const bench::Pair pair = bench::interleaved(
        std::max(1, size.pixels() > 5'000'000 ? repeats / 3 : repeats), [&] { run(2); }, [&] { run(1); });
    bench::print(fmt::format("pnls, {} x {}, 2 threads / 1 thread", size.width, size.height), pair);
    fmt::print("{:46}{:.1f} ns a pixel on 1 thread\n", "",
               pair.peer.middle() * 1e6 / static_cast<double>(size.pixels()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run("pnls_bench", argc, argv, [](const bench::Photo& photo, int repeats) {
    against_plain(photo, repeats);
    by_size(photo, repeats);
  });
}

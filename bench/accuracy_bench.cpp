/// Every method of the table with its defaults: how far the fast mode is from the exact one over all given images, and
/// what a pixel costs, by size and threads.
///
///   accuracy_bench IMAGE... [--repeats N]      (with --repeats 0: no timing)
///
/// PSNR over all values of all images; the share of values that differ by more than half of an 8-bit level; the
/// greatest difference in levels.

#include "bench/interleaved.h"
#include "bench/photos.h"
#include "classical/method.h"

#include <cmath>

using namespace csgis;

namespace {

struct Error {
  double squares = 0, greatest = 0;
  std::size_t values = 0, beyond = 0;

  void add(const ImageF& fast, const ImageF& exact) {
    for (std::size_t i = 0; i < fast.samples().size(); ++i) {
      const double difference = std::abs(static_cast<double>(fast.samples()[i]) - exact.samples()[i]);
      squares += difference * difference;
      greatest = std::max(greatest, difference);
      beyond += difference > 0.5 / 255 ? 1 : 0;
    }
    values += fast.samples().size();
  }
  double psnr() const { return -10 * std::log10(squares / static_cast<double>(values)); }
  double share() const { return static_cast<double>(beyond) / static_cast<double>(values); }
};

void print_error(const Method& method, const std::vector<bench::Photo>& photos) {
  Error error;
  for (const bench::Photo& photo : photos) {
    error.add(smooth(method, photo.pixels, {Precision::fast, 2}), smooth(method, photo.pixels, {Precision::exact, 2}));
  }
  fmt::print("{:<10}  {:6.1f} dB  {:8.4f} % beyond half a level  greatest {:7.4f} levels\n", method_name(method),
             error.psnr(), 100 * error.share(), 255 * error.greatest);
}

void print_cost(const Method& method, const bench::Photo& photo, int repeats) {
  fmt::print("{:<10}", method_name(method));
  for (const Size size : {Size{321, 481}, Size{512, 768}, Size{1224, 1632}, Size{3000, 4000}}) {
    const ImageF image = bench::tiled(photo.pixels, size);
    const auto run = [&](int threads) { smooth(method, image, {Precision::fast, threads}); };
    const int times = size.pixels() > 4'000'000 ? 1 : repeats;
    const bench::Pair pair = bench::interleaved(
        times, [&] { run(2); }, [&] { run(1); });
    fmt::print("  {:7.1f} ns ({:.2f}x)", pair.peer.least() * 1e6 / static_cast<double>(size.pixels()), pair.ratio());
  }
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<bench::Photo> photos;
  int repeats = 0;
  const int result = bench::run("accuracy_bench", argc, argv, [&](bench::Photo photo, int given) {
    photos.push_back(std::move(photo));
    repeats = given;
  });
  if (result != 0) return result;
  std::vector<Method> methods;
  for (const MethodInfo& info : method_list()) {
    if (info.name != "none") methods.push_back(parse_method(info.name));
  }
  fmt::print("fast against exact, {} images\n", photos.size());
  for (const Method& method : methods) print_error(method, photos);
  if (repeats == 0) return 0;
  fmt::print("\nper pixel on 1 thread at 0.15, 0.4, 2 and 12 megapixels (and what a second thread gives)\n");
  for (const Method& method : methods) print_cost(method, photos.front(), repeats);
  return 0;
}

#pragma once
/// How the time of a smoother grows with the image, and what a second thread gives.

#include "bench/interleaved.h"
#include "bench/photos.h"
#include "classical/execution.h"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>

namespace csgis::bench {

using Smoother = std::function<ImageF(const ImageF&, const Execution&)>;

/// The photo at 0.15, 0.4, 2 and 12 megapixels with one thread and two, which have to give the same bytes.
inline void by_size(const std::string& name, const Photo& photo, const Smoother& smooth, int repeats) {
  for (const Size size : {Size{321, 481}, Size{512, 768}, Size{1224, 1632}, Size{3000, 4000}}) {
    const ImageF image = tiled(photo.pixels, size);
    const ImageF with_one = smooth(image, {Precision::fast, 1}), with_two = smooth(image, {Precision::fast, 2});
    if (!std::ranges::equal(with_one.samples(), with_two.samples())) {
      throw std::runtime_error(name + ": one thread and two differ");
    }
    Pair pair;
    for (int i = 0; i < repeats; ++i) {
      pair.ours.all.push_back(milliseconds([&] { smooth(image, {Precision::fast, 2}); }));
      pair.peer.all.push_back(milliseconds([&] { smooth(image, {Precision::fast, 1}); }));
    }
    print(fmt::format("{}, {} x {}, 2 threads / 1 thread", name, size.width, size.height), pair);
    fmt::print("{:46}{:.1f} ns a pixel on 1 thread\n", "",
               pair.peer.middle() * 1e6 / static_cast<double>(size.pixels()));
  }
}

}  // namespace csgis::bench

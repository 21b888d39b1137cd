/// How fast training material is drawn: scenes of 300 x 400, texture tiles of 128 x 128 over all families, camera
/// effects; on one thread and on several.
///
///   synth_bench [--threads N] [--seconds S] [--families]
///
/// Wall-clock and processor time stand side by side: on a machine with other work only the second tells what a scene
/// costs. --families lists the cost of each family.

#include "datagen/camera_effects.h"
#include "datagen/synth_scene.h"
#include "datagen/synth_texture.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

using namespace csgis;

namespace {

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Calls make(index) for 0, 1, 2, ... on `threads` threads until `seconds` are over.
template <class Make>
void rate(const std::string& what, int threads, double seconds, const Make& make) {
  using Clock = std::chrono::steady_clock;
  make(0);
  std::atomic<std::uint64_t> next{0};
  const double processor_before = processor_seconds();
  const auto begin = Clock::now();
  const auto since = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  std::vector<std::thread> workers;
  workers.reserve(static_cast<std::size_t>(threads));
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      while (since() < seconds) make(next++);
    });
  }
  for (std::thread& worker : workers) worker.join();
  const double wall = since(), processor = processor_seconds() - processor_before;
  const auto count = static_cast<double>(next.load());
  fmt::print("{:44} {} threads  {:8.1f} /s   {:8.3f} ms of processor time each ({:.0f} drawn)\n", what, threads,
             count / wall, processor * 1000 / count, count);
}

void all_families(double seconds) {
  for (const std::string& family : synth_texture_families()) {
    SynthTextureOptions options;
    options.family = {family};
    rate("texture 128 x 128, " + family, 1, seconds, [&](std::uint64_t i) {
      synth_texture(1, i, Size{128, 128}, options);
    });
  }
}

}  // namespace

int main(int argc, char** argv) {
  int threads = 2;
  double seconds = 5;
  bool families = false;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--threads" && i + 1 < argc) {
      threads = std::stoi(argv[++i]);
    } else if (option == "--seconds" && i + 1 < argc) {
      seconds = std::stod(argv[++i]);
    } else if (option == "--families") {
      families = true;
    } else {
      fmt::print(stderr, "usage: synth_bench [--threads N] [--seconds S] [--families]\n");
      return 2;
    }
  }
  for (const int count : {1, threads}) {
    rate("scene 400 x 300 with label maps", count, seconds, [](std::uint64_t i) { synth_scene(1, i, Size{300, 400}); });
    rate("texture 128 x 128", count, seconds, [](std::uint64_t i) { synth_texture(1, i, Size{128, 128}); });
  }
  const SynthScene scene = synth_scene(1, 0, Size{300, 400});
  rate("camera effects 400 x 300", 1, seconds, [&](std::uint64_t i) {
    const std::string key = std::to_string(i);
    apply_camera_effects(scene.image, draw_camera_effects(1, key), 1, key);
  });
  if (families) all_families(seconds / 10);
  return 0;
}

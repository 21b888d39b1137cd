#include "datagen/synth_scene.h"
#include "datagen/synth_texture.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>

using namespace csgis;

namespace {

template <class Image>
bool same_bytes(const Image& a, const Image& b) {
  return a.size() == b.size() &&
         std::equal(a.samples().begin(), a.samples().end(), b.samples().begin(), b.samples().end());
}

/// Share of the 8 x 8 blocks in which no sample differs by more than two levels from the mean of its neighbours to
/// the left and right, or above and below: what is flat or a gradient.
double smooth_share(const Image8& image) {
  constexpr int kBlock = 8, kLevels = 2;
  int smooth = 0, blocks = 0;
  for (int by = 1; by + kBlock < image.height(); by += kBlock) {
    for (int bx = 1; bx + kBlock < image.width(); bx += kBlock) {
      bool bent = false;
      for (int y = by; y < by + kBlock && !bent; ++y) {
        for (int x = bx; x < bx + kBlock && !bent; ++x) {
          for (int c = 0; c < 3; ++c) {
            const int twice = 2 * image.at(y, x)[c];
            bent |= std::abs(twice - image.at(y, x - 1)[c] - image.at(y, x + 1)[c]) > 2 * kLevels;
            bent |= std::abs(twice - image.at(y - 1, x)[c] - image.at(y + 1, x)[c]) > 2 * kLevels;
          }
        }
      }
      smooth += bent ? 0 : 1;
      ++blocks;
    }
  }
  return static_cast<double>(smooth) / blocks;
}

/// FNV-1a, 64 bit.
template <class Image>
std::uint64_t fingerprint(std::uint64_t state, const Image& image) {
  for (const std::uint8_t value : image.samples()) state = (state ^ value) * 0x100000001b3ULL;
  return state;
}

}  // namespace

TEST_CASE("scenes and textures are the same bytes on every machine, compiler and optimisation level") {
  // The numbers change with every change of a drawing, which the changelog then lists; between machines they must not.
  std::uint64_t scenes = 0xcbf29ce484222325ULL, textures = scenes;
  SynthTextureOptions small;
  small.max_side = 160;
  for (std::uint64_t index = 0; index < 24; ++index) {
    const SynthScene scene = synth_scene(1, index);
    scenes = fingerprint(fingerprint(fingerprint(scenes, scene.image), scene.classes), scene.instances);
    textures = fingerprint(textures, synth_texture(1, index, small).image);
  }
  CHECK(scenes == 0xec23ddfe1fe1c4adULL);
  CHECK(textures == 0xec923956e364846cULL);
}

TEST_CASE("a scene depends on seed and index and on nothing else") {
  const SynthScene a = synth_scene(5, 17), again = synth_scene(5, 17), next = synth_scene(5, 18),
                   other = synth_scene(6, 17);
  CHECK(same_bytes(a.image, again.image));
  CHECK(same_bytes(a.classes, again.classes));
  CHECK(same_bytes(a.instances, again.instances));
  CHECK(!same_bytes(a.image, next.image));
  CHECK(!same_bytes(a.image, other.image));
}

TEST_CASE("class map, instance map and object list of a scene agree") {
  for (std::uint64_t index = 0; index < 60; ++index) {
    CAPTURE(index);
    const SynthScene scene = synth_scene(1, index);
    REQUIRE(scene.classes.size() == scene.image.size());
    REQUIRE(scene.instances.size() == scene.image.size());
    std::vector<int> pixels(scene.objects.size() + 1);
    int unnumbered = 0, wrong_class = 0, outside_box = 0;
    for (int y = 0; y < scene.image.height(); ++y) {
      for (int x = 0; x < scene.image.width(); ++x) {
        const std::size_t i = scene.instances.row(y)[x];
        if (i > scene.objects.size()) {
          ++unnumbered;
          continue;
        }
        ++pixels[i];
        const SynthObject object = i == 0 ? SynthObject{} : scene.objects[i - 1];
        wrong_class += scene.classes.row(y)[x] != object.voc_class ? 1 : 0;
        const bool inside = x >= object.x0 && x < object.x1 && y >= object.y0 && y < object.y1;
        outside_box += i > 0 && !inside ? 1 : 0;
      }
    }
    CHECK(unnumbered == 0);
    CHECK(wrong_class == 0);
    CHECK(outside_box == 0);
    for (std::size_t i = 0; i < scene.objects.size(); ++i) {
      CHECK(scene.objects[i].visible_pixels == pixels[i + 1]);
      CHECK(pixels[i + 1] > 0);
      CHECK((scene.objects[i].voc_class >= 1 && scene.objects[i].voc_class <= 20));
    }
  }
}

TEST_CASE("200 scenes show every VOC class, every setting kind of place, portrait and landscape, colour and grey") {
  std::array<int, kVocClasses> scenes_with{};
  std::set<std::string_view> settings;
  int portrait = 0, landscape = 0, grey = 0, visible = 0;
  for (std::uint64_t index = 0; index < 200; ++index) {
    const SynthScene scene = synth_scene(2, index);
    std::set<int> here;
    for (const SynthObject& object : scene.objects) {
      if (object.visible_pixels > 400) here.insert(object.voc_class);
    }
    visible += here.empty() ? 0 : 1;
    for (const int c : here) ++scenes_with[static_cast<std::size_t>(c)];
    settings.insert(scene.setting);
    const Size size = scene.image.size();
    CHECK((std::min(size.height, size.width) >= 300 && std::max(size.height, size.width) <= 500));
    portrait += size.height > size.width ? 1 : 0;
    landscape += size.height < size.width ? 1 : 0;
    int coloured = 0;
    for (std::size_t p = 0; p < size.pixels(); ++p) {
      const auto [low, high] =
          std::minmax({scene.image.data()[3 * p], scene.image.data()[3 * p + 1], scene.image.data()[3 * p + 2]});
      coloured += high - low > 24 ? 1 : 0;
    }
    grey += coloured < static_cast<int>(size.pixels()) / 200 ? 1 : 0;
  }
  for (int c = 1; c < kVocClasses; ++c) {
    CAPTURE(c);
    CHECK(scenes_with[static_cast<std::size_t>(c)] >= 6);
  }
  CHECK(settings.size() >= 18);
  CHECK(visible == 200);
  CHECK(portrait > 30);
  CHECK(landscape > 80);
  CHECK((grey > 4 && grey < 40));
}

TEST_CASE("scenes are flat or smooth away from edges, textures are not") {
  double scenes = 0;
  for (std::uint64_t index = 0; index < 40; ++index) {
    const double share = smooth_share(synth_scene(3, index).image);
    CAPTURE(index);
    CHECK(share > 0.12);
    scenes += share / 40;
  }
  CHECK(scenes > 0.42);
  SynthTextureOptions bricks;
  bricks.family = {"brick"};
  CHECK(smooth_share(synth_texture(3, 0, bricks).image) < 0.1);
}

TEST_CASE("the borders of instances are edges of the image") {
  double across = 0, elsewhere = 0;
  for (std::uint64_t index = 0; index < 40; ++index) {
    const SynthScene scene = synth_scene(6, index);
    double border = 0, plain = 0;
    int borders = 0, plains = 0;
    for (int y = 0; y < scene.image.height(); ++y) {
      for (int x = 1; x + 2 < scene.image.width(); ++x) {
        // Over three pixels: the border's own is a mixture.
        const std::uint8_t *left = scene.image.at(y, x - 1), *right = scene.image.at(y, x + 2);
        const int difference =
            std::abs(left[0] - right[0]) + std::abs(left[1] - right[1]) + std::abs(left[2] - right[2]);
        const bool is_border = scene.instances.row(y)[x] != scene.instances.row(y)[x + 1];
        (is_border ? border : plain) += difference;
        ++(is_border ? borders : plains);
      }
    }
    if (borders == 0) continue;
    across += border / borders;
    elsewhere += plain / plains;
  }
  CHECK(across > 4 * elsewhere);
}

TEST_CASE("scenes and textures of a given size have it, from any thread the same") {
  const Size size{150, 200};
  constexpr std::size_t kThreads = 4;
  std::array<std::uint64_t, kThreads> prints{};
  std::array<std::thread, kThreads> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads[t] = std::thread([&prints, t, size] {
      for (std::uint64_t index = 0; index < 6; ++index) {
        const SynthScene scene = synth_scene(7, index, size);
        const SynthTexture texture = synth_texture(7, index, Size{64, 48});
        prints[t] = fingerprint(fingerprint(fingerprint(prints[t], scene.image), scene.instances), texture.image);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::uint64_t print : prints) CHECK(print == prints[0]);
  CHECK(synth_scene(7, 0, size).image.size() == size);
  CHECK(synth_scene(7, 0, size).classes.size() == size);
  CHECK(synth_texture(7, 0, Size{64, 48}).image.size() == Size{64, 48});
  CHECK_THROWS_AS(synth_scene(7, 0, Size{63, 100}), InvalidArgument);
  CHECK_THROWS_AS(synth_texture(7, 0, Size{100, 4097}), InvalidArgument);
}

TEST_CASE("people ride, and are people on the label map") {
  std::set<std::string_view> riders;
  for (std::uint64_t index = 0; index < 150; ++index) {
    const SynthScene scene = synth_scene(8, index);
    for (std::size_t i = 1; i < scene.objects.size(); ++i) {
      const SynthObject& object = scene.objects[i];
      if (object.kind != "cyclist" && object.kind != "motorcyclist" && object.kind != "rider") continue;
      riders.insert(object.kind);
      CHECK(object.voc_class == 15);
    }
  }
  CHECK(riders.size() == 3);
}

TEST_CASE("void_border labels the pixels on both sides of every border of an instance") {
  SynthSceneOptions options;
  options.void_border = 2;
  const SynthScene scene = synth_scene(4, 1, options), plain = synth_scene(4, 1);
  CHECK(same_bytes(scene.image, plain.image));
  CHECK(same_bytes(scene.instances, plain.instances));
  int marked = 0, missed = 0, changed = 0;
  for (int y = 0; y < scene.image.height(); ++y) {
    for (int x = 0; x < scene.image.width(); ++x) {
      const std::uint8_t here = scene.instances.row(y)[x];
      bool near_border = false;  // within two pixels along a row or column
      for (int step = -2; step <= 2; ++step) {
        const int nx = std::clamp(x + step, 0, scene.image.width() - 1),
                  ny = std::clamp(y + step, 0, scene.image.height() - 1);
        near_border |= scene.instances.row(y)[nx] != here || scene.instances.row(ny)[x] != here;
      }
      const bool is_void = scene.classes.row(y)[x] == kVocVoid;
      missed += near_border && !is_void ? 1 : 0;
      changed += !is_void && scene.classes.row(y)[x] != plain.classes.row(y)[x] ? 1 : 0;
      marked += is_void ? 1 : 0;
    }
  }
  CHECK(missed == 0);
  CHECK(changed == 0);
  CHECK(marked > 100);
  CHECK(marked < static_cast<int>(scene.image.size().pixels()) / 2);
}

TEST_CASE("scene options are kept to") {
  SynthSceneOptions options;
  options.min_side = options.max_side = 97;
  options.min_objects = options.max_objects = 0;
  const SynthScene empty = synth_scene(1, 0, options);
  CHECK(empty.image.size() == Size{97, 97});
  CHECK(empty.objects.empty());
  CHECK(std::all_of(empty.classes.samples().begin(), empty.classes.samples().end(),
                    [](std::uint8_t v) { return v == 0; }));

  options.min_side = 200;
  CHECK_THROWS_AS(synth_scene(1, 0, options), InvalidArgument);
  options.min_side = 3;
  CHECK_THROWS_AS(synth_scene(1, 0, options), UsageError);
  SynthSceneOptions many;
  many.min_objects = 9;
  CHECK_THROWS_AS(synth_scene(1, 0, many), InvalidArgument);
}

TEST_CASE("a crowded scene stays within what a label map can number") {
  SynthSceneOptions options;
  options.min_objects = options.max_objects = 100;
  for (std::uint64_t index = 0; index < 5; ++index) {
    const SynthScene scene = synth_scene(9, index, options);
    CHECK(scene.objects.size() <= 255);
    CHECK(!first_value_beyond_classes(scene.classes).has_value());
  }
}

#include "datagen/synth_texture.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

using namespace csgis;

namespace {

SynthTextureOptions only(const std::string& family, double tileable) {
  SynthTextureOptions options;
  options.family = {family};
  options.tileable_fraction = tileable;
  options.mixed_fraction = 0;
  options.min_side = 130;
  options.max_side = 200;
  return options;
}

double luma_deviation(const Image8& image) {
  double sum = 0, squares = 0;
  const std::size_t count = image.size().pixels();
  for (std::size_t p = 0; p < count; ++p) {
    const std::uint8_t* s = image.data() + 3 * p;
    const double l = (0.299 * s[0] + 0.587 * s[1] + 0.114 * s[2]) / 255;
    sum += l;
    squares += l * l;
  }
  const double mean = sum / static_cast<double>(count);
  return std::sqrt(squares / static_cast<double>(count) - mean * mean);
}

/// Mean absolute difference between two columns (or rows, along = false).
double line_difference(const Image8& image, int a, int b, bool columns) {
  const int length = columns ? image.height() : image.width();
  double sum = 0;
  for (int i = 0; i < length; ++i) {
    const std::uint8_t* p = columns ? image.at(i, a) : image.at(a, i);
    const std::uint8_t* q = columns ? image.at(i, b) : image.at(b, i);
    for (int c = 0; c < 3; ++c) sum += std::abs(p[c] - q[c]);
  }
  return sum / (3.0 * length);
}

/// Difference across the seam over the largest one between neighbours inside.
double seam_ratio(const Image8& image, bool columns) {
  const int last = (columns ? image.width() : image.height()) - 1;
  double largest = 0;
  for (int i = 0; i < last; ++i) largest = std::max(largest, line_difference(image, i, i + 1, columns));
  return line_difference(image, last, 0, columns) / largest;
}

}  // namespace

TEST_CASE("a texture depends on seed and index and on nothing else") {
  const auto bytes = [](std::uint64_t seed, std::uint64_t index) {
    const SynthTexture texture = synth_texture(seed, index);
    return std::vector<std::uint8_t>(texture.image.samples().begin(), texture.image.samples().end());
  };
  CHECK(bytes(5, 3) == bytes(5, 3));
  CHECK(bytes(5, 3) != bytes(5, 4));
  CHECK(bytes(5, 3) != bytes(6, 3));
}

TEST_CASE("every family has contrast within the stated range, whether it tiles or not") {
  const auto families = synth_texture_families();
  CHECK(families.size() >= 10);
  for (const std::string& family : families) {
    for (const double tileable : {0.0, 1.0}) {
      for (std::uint64_t index = 0; index < 2; ++index) {
        CAPTURE(family, tileable, index);
        const SynthTexture texture = synth_texture(1, index, only(family, tileable));
        CHECK(texture.family == family);
        CHECK(texture.tileable == (tileable > 0));
        CHECK(texture.image.channels() == 3);
        const double deviation = luma_deviation(texture.image);
        CHECK(deviation > 0.8 * kLowestTextureContrast);  // clipping takes some away
        CHECK(deviation < kHighestTextureContrast + 0.005);
      }
    }
  }
}

TEST_CASE("tileable textures continue over their borders") {
  for (const std::string& family : synth_texture_families()) {
    for (std::uint64_t index = 0; index < 3; ++index) {
      CAPTURE(family, index);
      const SynthTexture texture = synth_texture(8, index, only(family, 1));
      CHECK(seam_ratio(texture.image, true) < 1.15);
      CHECK(seam_ratio(texture.image, false) < 1.15);
    }
  }
}

TEST_CASE("the seam test tells apart what does not tile") {
  for (const char* family : {"marble", "noise", "stone wall"}) {
    CAPTURE(family);
    const SynthTexture texture = synth_texture(8, 0, only(family, 0));
    CHECK(std::max(seam_ratio(texture.image, true), seam_ratio(texture.image, false)) > 1.15);
  }
}

TEST_CASE("mixed textures name both families and still tile") {
  SynthTextureOptions options;
  options.family = {"brick", "rust"};
  options.mixed_fraction = options.tileable_fraction = 1;
  std::set<std::string> names;
  for (std::uint64_t index = 0; index < 12; ++index) {
    const SynthTexture texture = synth_texture(2, index, options);
    names.insert(texture.family);
    CHECK(seam_ratio(texture.image, true) < 1.15);
    CHECK(seam_ratio(texture.image, false) < 1.15);
  }
  const auto either = [&](char sign) {
    return names.count(std::string("brick") + sign + "rust") + names.count(std::string("rust") + sign + "brick") > 0;
  };
  CHECK(either('+'));
  CHECK(either('~'));
}

TEST_CASE("elements are as large as asked for, and show it") {
  // The mean square of steps between neighbours over the variance: small elements change within few pixels.
  const auto busyness = [](const Image8& image) {
    double steps = 0, sum = 0, squares = 0;
    for (int y = 0; y + 1 < image.height(); ++y) {
      for (int x = 0; x + 1 < image.width(); ++x) {
        const double v = image.at(y, x)[1], right = image.at(y, x + 1)[1], below = image.at(y + 1, x)[1];
        steps += (right - v) * (right - v) + (below - v) * (below - v);
        sum += v;
        squares += v * v;
      }
    }
    const double count = (image.height() - 1.0) * (image.width() - 1.0);
    return steps / (squares - sum * sum / count);
  };
  for (const char* family : {"dots", "knit", "mesh", "pebbles", "wicker"}) {
    double before = 1e9;
    for (const auto& [low, high] : {std::pair{2.0, 4.0}, std::pair{9.0, 14.0}, std::pair{30.0, 50.0}}) {
      SynthTextureOptions options = only(family, 0.5);
      options.min_element = low;
      options.max_element = high;
      double mean = 0;
      for (std::uint64_t index = 0; index < 4; ++index) {
        const SynthTexture texture = synth_texture(5, index, Size{180, 180}, options);
        CAPTURE(family, low, index, texture.element_px);
        CHECK(texture.element_px >= 0.55 * low);
        // A family that has no small elements keeps to its own smallest, 8 px at most.
        CHECK(texture.element_px <= std::max(1.5 * high, 12.0));
        mean += busyness(texture.image) / 4;
      }
      CAPTURE(family, low);
      CHECK(mean < before);
      before = 0.9 * mean;
    }
  }
}

TEST_CASE("some textures are stretched, others are not") {
  // Coherence of the structure tensor: 0 alike in all directions, 1 stripes.
  double least = 1, most = 0;
  for (std::uint64_t index = 0; index < 16; ++index) {
    const Image8 image = synth_texture(6, index, Size{160, 160}, only("pebbles", 0)).image;
    double xx = 0, xy = 0, yy = 0;
    for (int y = 1; y + 1 < 160; ++y) {
      for (int x = 1; x + 1 < 160; ++x) {
        const double dx = image.at(y, x + 1)[1] - image.at(y, x - 1)[1],
                     dy = image.at(y + 1, x)[1] - image.at(y - 1, x)[1];
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
      }
    }
    const double coherence = std::sqrt((xx - yy) * (xx - yy) + 4 * xy * xy) / (xx + yy);
    least = std::min(least, coherence);
    most = std::max(most, coherence);
  }
  CHECK(least < 0.12);
  CHECK(most > 0.35);
}

TEST_CASE("texture options are kept to") {
  SynthTextureOptions options;
  options.min_side = 40;
  options.max_side = 60;
  options.grey_fraction = 1;
  for (std::uint64_t index = 0; index < 20; ++index) {
    const SynthTexture texture = synth_texture(3, index, options);
    CHECK((texture.image.height() >= 40 && texture.image.height() <= 60));
    CHECK((texture.image.width() >= 40 && texture.image.width() <= 60));
    const auto samples = texture.image.samples();
    bool grey = true;
    for (std::size_t i = 0; i < samples.size(); i += 3)
      grey &= samples[i] == samples[i + 1] && samples[i] == samples[i + 2];
    CHECK(grey);
  }
  options.min_side = 61;
  CHECK_THROWS_AS(synth_texture(3, 0, options), InvalidArgument);
  options.min_side = 40;
  options.min_element = 61;
  CHECK_THROWS_AS(synth_texture(3, 0, options), UsageError);
  options.min_element = 30;
  options.max_element = 20;
  CHECK_THROWS_AS(synth_texture(3, 0, options), InvalidArgument);
  options.max_element = 60;
  options.family = {"brik"};
  CHECK_THROWS_WITH(synth_texture(3, 0, options), ContainsSubstring("brick"));
}

TEST_CASE("grey and coloured textures both occur") {
  int grey = 0;
  SynthTextureOptions options;
  options.min_side = options.max_side = 32;
  for (std::uint64_t index = 0; index < 100; ++index) {
    const SynthTexture texture = synth_texture(4, index, options);
    const auto s = texture.image.samples();
    bool equal = true;
    for (std::size_t i = 0; i < s.size(); i += 3) equal &= s[i] == s[i + 1] && s[i] == s[i + 2];
    grey += equal ? 1 : 0;
  }
  CHECK((grey > 10 && grey < 45));
}

/// Every operation of the published augmentation against what the original libraries gave, and properties that hold
/// whatever they gave.

#include "model/augment.h"
#include "imaging/image_file.h"
#include "model/safetensors.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace csgis;
using namespace csgis::testing;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// The entries of one kind; there must be some.
nlohmann::json golden_data(const std::string& kind) {
  const auto bytes = read_file_bytes(golden_folder("augment") / "data.json");
  nlohmann::json entries = nlohmann::json::parse(bytes.begin(), bytes.end()).at(kind);
  REQUIRE(!entries.empty());
  return entries;
}

std::array<ImagePlane, 3> planes(const Image8& image) {
  std::array<ImagePlane, 3> result;
  for (std::size_t c = 0; c < 3; ++c) {
    const std::size_t channel = image.channels() == 3 ? c : 0;
    result[c] = {image.data() + channel, image.height(), image.width(),
                 static_cast<std::ptrdiff_t>(image.row_samples()), image.channels()};
  }
  return result;
}

Bytes dense(const ImagePlane& plane) {
  Bytes bytes(static_cast<std::size_t>(plane.height * plane.width));
  copy_plane(plane, bytes.data());
  return bytes;
}

ImagePlane view(const Bytes& bytes, std::int64_t height, std::int64_t width) {
  return {bytes.data(), height, width, static_cast<std::ptrdiff_t>(width)};
}

Image8 read_plain(const std::string& file) {
  DecodedImage image = read_image(golden_folder("augment") / file);
  return std::move(std::get<Image8>(image.pixels));
}

/// Three dense planes of a file.
struct Colours {
  std::array<Bytes, 3> planes;
  explicit Colours(const std::string& file) {
    const Image8 image = read_colour8(golden_folder("augment") / file);
    for (std::size_t c = 0; c < 3; ++c) planes[c] = dense(::planes(image)[c]);
  }
  ColourPlanes view() { return {planes[0], planes[1], planes[2]}; }
};

const Tensor& tensor(const TensorFile& file, const std::string& name) {
  return *std::ranges::find(file.tensors, name, &Tensor::name);
}

template <class T>
std::span<const T> values(const Tensor& tensor) {
  return {reinterpret_cast<const T*>(tensor.bytes.data()), tensor.bytes.size() / sizeof(T)};
}

/// Channel `c` of an interleaved tensor H x W x C, or of one without channels.
template <class T>
std::vector<T> channel(const Tensor& tensor, std::size_t c) {
  const std::size_t channels = tensor.shape.size() == 3 ? static_cast<std::size_t>(tensor.shape[2]) : 1;
  const auto all = values<T>(tensor);
  std::vector<T> result;
  for (std::size_t i = c; i < all.size(); i += channels) result.push_back(all[i]);
  return result;
}

/// Values that differ; all of them when the sizes do.
std::size_t differing(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  if (a.size() != b.size()) return std::max(a.size(), b.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

double greatest_difference(std::span<const float> a, std::span<const float> b) {
  REQUIRE(a.size() == b.size());
  double greatest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) greatest = std::max(greatest, std::abs(double{a[i]} - double{b[i]}));
  return greatest;
}

constexpr double kWarpTolerance = 1e-6;  // the set's own: "1e-6 absolute"

}  // namespace

TEST_CASE("brightness, contrast and hue give the golden bytes in any order", "[golden]") {
  const nlohmann::json entries = golden_data("colour");
  for (const auto& image : entries) {
    for (const auto& entry : image.at("cases")) {
      INFO(entry.at("output").get<std::string>());
      Colours colours(image.at("input"));
      const auto& factors = entry.at("factors");
      const std::string steps = entry.at("op");
      for (std::size_t at = 0; at < steps.size();) {
        const std::size_t end = std::min(steps.find('_', at), steps.size());
        const std::string step = steps.substr(at, end - at);
        if (step == "brightness") adjust_brightness(colours.view(), factors.at(step));
        if (step == "contrast") adjust_contrast(colours.view(), factors.at(step));
        if (step == "hue") adjust_hue(colours.view(), factors.at(step));
        at = end + 1;
      }
      const Colours expected(entry.at("output"));
      for (std::size_t c = 0; c < 3; ++c) CHECK(differing(colours.planes[c], expected.planes[c]) == 0);
    }
  }
}

TEST_CASE("rotation by nearest neighbours gives the golden bytes", "[golden]") {
  const nlohmann::json entries = golden_data("pil_rotate");
  for (const auto& entry : entries) {
    for (const auto& [in, out] : {std::pair{"input", "output"}, std::pair{"edge_in", "edge_out"}}) {
      INFO(entry.at(out).get<std::string>());
      const Image8 image = read_plain(entry.at(in)), expected = read_plain(entry.at(out));
      const NearestRotation rotation(image.height(), image.width(), entry.at("angle_degrees"));
      for (std::size_t c = 0; c < 3; ++c) {
        Bytes turned(image.size().pixels());
        rotation.apply(planes(image)[c], turned.data());
        CHECK(differing(turned, dense(planes(expected)[c])) == 0);
      }
    }
  }
}

TEST_CASE("bilinear rotation and resize give the golden values", "[golden]") {
  const nlohmann::json entries = golden_data("warp");
  for (const auto& entry : entries) {
    const std::string name = entry.at("file");
    INFO(name);
    const TensorFile file = read_safetensors((golden_folder("augment") / name).string());
    const std::int64_t side = entry.at("size");
    const BilinearRotation rotation(side, side, entry.at("angle_degrees"));
    for (std::size_t c = 0; c < 3; ++c) {
      const auto in = channel<float>(tensor(file, "input_bgr"), c);
      std::vector<float> out(in.size());
      rotation.apply(in, out.data());
      CHECK(greatest_difference(out, channel<float>(tensor(file, "output_bgr"), c)) <= kWarpTolerance);
      const Bytes bytes = channel<std::uint8_t>(tensor(file, "input_u8_bgr"), c);
      Bytes turned(bytes.size());
      rotation.apply(view(bytes, side, side), turned.data());
      CHECK(differing(turned, channel<std::uint8_t>(tensor(file, "output_u8_bgr"), c)) == 0);
      const auto& small = tensor(file, "resize_in");
      const auto sized = resize_bilinear(channel<float>(small, c), small.shape[0], small.shape[1], side, side);
      CHECK(greatest_difference(sized, channel<float>(tensor(file, "resize_out"), c)) <= kWarpTolerance);
    }
    const Bytes edge = channel<std::uint8_t>(tensor(file, "edge01"), 0);
    Bytes turned(edge.size());
    rotation.apply(view(edge, side, side), turned.data());
    CHECK(differing(turned, channel<std::uint8_t>(tensor(file, "edge_out"), 0)) == 0);
    const auto& small = tensor(file, "resize_edge_in");
    Bytes sized(static_cast<std::size_t>(side * side));
    resize_bilinear(view(channel<std::uint8_t>(small, 0), small.shape[0], small.shape[1]), side, side, sized.data());
    CHECK(differing(sized, channel<std::uint8_t>(tensor(file, "resize_edge_out"), 0)) == 0);
  }
}

namespace {

/// One pixel by the definition, step by step.
std::array<std::uint8_t, 3> plain_hue(std::array<std::uint8_t, 3> rgb, int shift) {
  const auto [r, g, b] = rgb;
  const int high = std::max({r, g, b}), low = std::min({r, g, b});
  if (high == low) return rgb;
  const auto range = static_cast<float>(high - low);
  const float rc = static_cast<float>(high - r) / range, gc = static_cast<float>(high - g) / range,
              bc = static_cast<float>(high - b) / range;
  float h = bc - gc;
  if (r != high) h = static_cast<float>(g == high ? 2.0 + rc - bc : 4.0 + gc - rc);
  h = static_cast<float>(std::fmod(h / 6.0 + 1.0, 1.0));
  const int hue = (static_cast<int>(h * 255.0) + shift + 256) % 256;
  const int saturation = static_cast<int>(range / static_cast<float>(high) * 255.0);
  const auto value = static_cast<std::uint8_t>(high);
  if (saturation == 0) return {value, value, value};
  const auto i = static_cast<int>(hue * 6.0 / 255.0);
  const auto f = static_cast<float>(hue * 6.0 / 255.0 - i), s = static_cast<float>(saturation / 255.0);
  const auto byte = [&](double v) { return static_cast<std::uint8_t>(std::floor(v + 0.5)); };
  const std::uint8_t p = byte(high * (1.0 - s)), q = byte(high * (1.0 - s * f)), t = byte(high * (1.0 - s * (1.0 - f)));
  const std::array<std::array<std::uint8_t, 3>, 6> results{
      {{value, t, p}, {q, value, p}, {p, value, t}, {p, q, value}, {t, p, value}, {value, p, q}}};
  return results[static_cast<std::size_t>(i % 6)];
}

}  // namespace

TEST_CASE("the fast way through the hues is the plain one for every order, range and distance of the channels") {
  for (const int shift : {-76, 0, 51}) {
    Bytes red, green, blue;
    std::vector<std::array<std::uint8_t, 3>> expected;
    for (int r = 0; r < 256; r += 5) {
      for (int g = 0; g < 256; g += 3) {
        for (int b = 0; b < 256; b += shift == 0 ? 1 : 4) {
          red.push_back(static_cast<std::uint8_t>(r));
          green.push_back(static_cast<std::uint8_t>(g));
          blue.push_back(static_cast<std::uint8_t>(b));
          expected.push_back(plain_hue({red.back(), green.back(), blue.back()}, shift));
        }
      }
    }
    adjust_hue({red, green, blue}, shift / 255.0 + (shift < 0 ? -1e-9 : 1e-9));
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < red.size(); ++i) {
      wrong += expected[i] != std::array<std::uint8_t, 3>{red[i], green[i], blue[i]} ? 1 : 0;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("quarter turns move every pixel, and what comes from outside is 0") {
  Bytes image(7 * 7);
  std::iota(image.begin(), image.end(), std::uint8_t{1});
  Bytes turned(image.size());
  NearestRotation(7, 7, 90).apply(view(image, 7, 7), turned.data());
  for (std::size_t y = 0; y < 7; ++y) {
    for (std::size_t x = 0; x < 7; ++x) CHECK(turned[y * 7 + x] == image[x * 7 + (6 - y)]);  // counter-clockwise
  }
  const Bytes white(9 * 5, 255);
  turned.assign(white.size(), 7);
  NearestRotation(9, 5, 90).apply(view(white, 9, 5), turned.data());
  CHECK(turned[0] == 0);  // the corners of a tall image are beyond it now
  CHECK(turned[4 * 5 + 2] == 255);
}

TEST_CASE("views of any layout give the same bytes") {
  const Image8 image = [] {
    Image8 made({6, 5}, 3);
    for (std::size_t i = 0; i < made.samples().size(); ++i) made.samples()[i] = static_cast<std::uint8_t>(37 * i);
    return made;
  }();
  const ImagePlane strided = planes(image)[1].part(1, 1, 4, 3);
  const Bytes packed = dense(strided);
  Bytes from_strided(packed.size()), from_packed(packed.size());
  for (const double angle : {0.0, 17.5, -44.0, 180.0}) {
    NearestRotation rotation(4, 3, angle);
    rotation.apply(strided.mirrored(), from_strided.data());
    rotation.apply(view(packed, 4, 3).mirrored(), from_packed.data());
    CHECK(from_strided == from_packed);
    if (angle == 0)
      CHECK(from_packed == Bytes{packed[2], packed[1], packed[0], packed[5], packed[4], packed[3], packed[8], packed[7],
                                 packed[6], packed[11], packed[10], packed[9]});
  }
}

TEST_CASE("nearest rotation and resize make no new values") {
  Bytes labels(40 * 30);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = i % 7 == 0 ? 255 : 15;
  Bytes turned(labels.size()), sized(21 * 50);
  BilinearRotation(40, 30, 33).apply_nearest(view(labels, 40, 30), turned.data());
  resize_nearest(view(labels, 40, 30), 21, 50, sized.data());
  for (const Bytes* result : {&turned, &sized}) {
    CHECK(std::ranges::all_of(*result, [](std::uint8_t v) { return v == 0 || v == 15 || v == 255; }));
    CHECK(std::ranges::count(*result, 255) > 50);
  }
}

TEST_CASE("a size, an angle or a factor that cannot be meant is refused") {
  CHECK_THROWS_AS(NearestRotation(0, 5, 1), InvalidArgument);
  CHECK_THROWS_AS(NearestRotation(5, 20000, 1), InvalidArgument);
  CHECK_THROWS_AS(BilinearRotation(5, 5, std::nan("")), InvalidArgument);
  Bytes a(4), b(3);
  CHECK_THROWS_AS(adjust_hue({a, a, b}, 0.1), InvalidArgument);
  CHECK_THROWS_AS(adjust_hue({a, a, a}, 3), InvalidArgument);
  CHECK_THROWS_AS(adjust_brightness({a, a, a}, INFINITY), InvalidArgument);
}

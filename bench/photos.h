#pragma once
/// Images for the timing programs, and their command line.

#include "imaging/convert.h"
#include "imaging/image_file.h"

#include <fmt/format.h>

#include <boost/filesystem/path.hpp>
#include <exception>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace csgis::bench {

struct Photo {
  std::string name;
  ImageF pixels;
};

inline Photo read_photo(const std::string& path) {
  ImageF pixels = to_float(read_colour8(path));
  return {fmt::format("{} x {}", pixels.width(), pixels.height()), std::move(pixels)};
}

/// The photo repeated to any size, every second time mirrored so that no edges are added.
inline ImageF tiled(const ImageF& photo, Size size) {
  const auto mirrored = [](int i, int n) { return i / n % 2 == 0 ? i % n : n - 1 - i % n; };
  ImageF image(size, photo.channels());
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < size.height; ++y) {
      const float* const from = photo.row(c, mirrored(y, photo.height()));
      for (int x = 0; x < size.width; ++x) image.row(c, y)[x] = from[mirrored(x, photo.width())];
    }
  }
  return image;
}

/// Interleaved floats in [0,1], R,G,B or grey.
inline cv::Mat to_mat(const ImageF& image) {
  cv::Mat mat(image.height(), image.width(), CV_32FC(image.channels()));
  for (int c = 0; c < image.channels(); ++c) {
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) mat.ptr<float>(y)[x * image.channels() + c] = image.row(c, y)[x];
    }
  }
  return mat;
}

/// `PROGRAM IMAGE... [--repeats N]`: calls measure(photo, repeats) for each image.
template <class F>
int run(const char* program, int argc, char** argv, const F& measure) {
  try {
    std::vector<std::string> paths;
    int repeats = 7;
    for (int i = 1; i < argc; ++i) {
      if (std::string(argv[i]) == "--repeats" && i + 1 < argc) {
        repeats = std::stoi(argv[++i]);
      } else {
        paths.emplace_back(argv[i]);
      }
    }
    if (paths.empty()) {
      fmt::print(stderr, "usage: {} IMAGE... [--repeats N]\n", program);
      return 2;
    }
    for (const std::string& path : paths) measure(read_photo(path), repeats);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", program, error.what());
    return 1;
  }
  return 0;
}

}  // namespace csgis::bench

#include "datagen/texture_measures.h"

#include "datagen/blend.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>

namespace csgis {
namespace {

/// Mean square of steps, in levels.
struct Steps {
  double sum = 0;
  std::size_t count = 0;

  void add(double step) {
    sum += step * step;
    ++count;
  }
  double rms() const { return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(count, 1))); }
};

constexpr double kHalfALevel = 0.5;

double strength(const Steps& across, const Steps& inside) {
  return inside.count == 0 ? 1 : (across.rms() + kHalfALevel) / (inside.rms() + kHalfALevel);
}

constexpr int kLongestSide = 512;
constexpr double kNoContrast = 0.01;

/// The middle of the texture, less its mean, under a Hann window.
cv::Mat windowed(const GreyTexture& grey) {
  const auto [height, width] = grey.size();
  cv::Mat values(std::min(height, kLongestSide), std::min(width, kLongestSide), CV_64F);
  const int top = (height - values.rows) / 2, left = (width - values.cols) / 2;
  for (int y = 0; y < values.rows; ++y) {
    for (int x = 0; x < values.cols; ++x) values.at<double>(y, x) = grey.row(top + y)[left + x] / 1000.0;
  }
  values -= cv::mean(values);
  const auto hann = [](int i, int length) { return 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / length); };
  for (int y = 0; y < values.rows; ++y) {
    for (int x = 0; x < values.cols; ++x) values.at<double>(y, x) *= hann(y, values.rows) * hann(x, values.cols);
  }
  return values;
}

/// Squared length of each frequency's coefficient; frequency (0, 0) comes first.
cv::Mat power_spectrum(const cv::Mat& values) {
  cv::Mat spectrum;
  cv::dft(values, spectrum, cv::DFT_COMPLEX_OUTPUT);
  cv::Mat power(values.size(), CV_64F);
  for (int v = 0; v < power.rows; ++v) {
    for (int u = 0; u < power.cols; ++u) {
      const auto c = spectrum.at<cv::Vec2d>(v, u);
      power.at<double>(v, u) = c[0] * c[0] + c[1] * c[1];
    }
  }
  return power;
}

double dominant_period(const GreyTexture& grey) {
  const cv::Mat power = power_spectrum(windowed(grey));
  const int rows = power.rows, columns = power.cols;
  const double lowest = 2.0 / std::max(rows, columns);
  const auto around = [&](int v, int u) {
    double sum = 0;
    for (int dv = -1; dv <= 1; ++dv) {
      for (int du = -1; du <= 1; ++du) sum += power.at<double>((v + dv + rows) % rows, (u + du + columns) % columns);
    }
    return sum;
  };
  double strongest = 0, period = 0;
  for (int v = 0; v < rows; ++v) {
    for (int u = 0; u <= columns / 2; ++u) {  // the other half is its mirror image
      const double fy = 1.0 * std::min(v, rows - v) / rows, fx = 1.0 * u / columns;
      const double frequency = std::sqrt(fy * fy + fx * fx);
      if (frequency < lowest || frequency > 0.5) continue;
      const double strength = around(v, u) * frequency * frequency;
      if (strength > strongest) {
        strongest = strength;
        period = 1 / frequency;
      }
    }
  }
  return period;
}

double colour_of(const Image8& texture) {
  double sum = 0;
  for (std::size_t i = 0; i < texture.size().pixels(); ++i) {
    const std::uint8_t* rgb = texture.data() + 3 * i;
    const double mean = (rgb[0] + rgb[1] + rgb[2]) / 3.0;
    for (int c = 0; c < 3; ++c) sum += (rgb[c] - mean) * (rgb[c] - mean);
  }
  return std::sqrt(sum / static_cast<double>(texture.samples().size()));
}

}  // namespace

TextureMeasures measure_texture(const Image8& texture) {
  const GreyTexture grey(texture, Luma::rec601);
  const double contrast = grey.contrast(grey.size());
  return {contrast, contrast < kNoContrast ? 0 : dominant_period(grey), seam_strength(texture), colour_of(texture)};
}

double seam_strength(const Image8& texture) {
  const GreyTexture grey(texture, Luma::rec601);
  const auto [height, width] = grey.size();
  const auto step = [](std::int32_t a, std::int32_t b) { return (a - b) / 1000.0; };
  Steps inside_x, across_x, inside_y, across_y;
  for (int y = 0; y < height; ++y) {
    const std::int32_t* row = grey.row(y);
    for (int x = 1; x < width; ++x) inside_x.add(step(row[x], row[x - 1]));
    across_x.add(step(row[0], row[width - 1]));
    const std::int32_t* above = grey.row(y == 0 ? height - 1 : y - 1);
    Steps& steps = y == 0 ? across_y : inside_y;
    for (int x = 0; x < width; ++x) steps.add(step(row[x], above[x]));
  }
  return std::max(strength(across_x, inside_x), strength(across_y, inside_y));
}

}  // namespace csgis

#include "metrics/scored_image.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace csgis {
namespace {

void check_finite(const char* metric, const ScoredImage& image) {
  if (image.bytes() != nullptr) return;
  std::vector<double> row(image.row_values());
  for (int y = 0; y < image.height(); ++y) {
    image.read_row(y, row.data());
    const auto bad = std::ranges::find_if_not(row, [](double v) { return std::isfinite(v); });
    require(bad == row.end(), "{}: a value in row {} is {}", metric, y, bad == row.end() ? 0 : *bad);
  }
}

double luma_of(double r, double g, double b, LumaForm form) {
  if (form == LumaForm::studio) return 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
  const double y = 0.299 * r + 0.587 * g + 0.114 * b;
  return form == LumaForm::rounded ? std::nearbyint(y) : y;
}

}  // namespace

void ScoredImage::read_row(int y, double* out) const {
  if (bytes_ != nullptr) {
    std::copy_n(bytes_->row(y), row_values(), out);
    return;
  }
  for (int c = 0; c < channels(); ++c) {
    const float* const in = floats_->row(c, y);
    for (int x = 0; x < width(); ++x) out[x * channels() + c] = 255.0 * static_cast<double>(in[x]);
  }
}

void ScoredImage::read_luma_row(int y, LumaForm form, double* out) const {
  const int n = channels();
  std::vector<double> row(row_values());
  read_row(y, row.data());
  for (int x = 0; x < width(); ++x) {
    const double* const pixel = row.data() + static_cast<std::size_t>(x) * static_cast<std::size_t>(n);
    out[x] = n == 1 ? luma_of(pixel[0], pixel[0], pixel[0], form) : luma_of(pixel[0], pixel[1], pixel[2], form);
  }
}

void check_scored_pair(const char* metric, const ScoredImage& a, const ScoredImage& b) {
  require(a.size() == b.size() && a.channels() == b.channels(), "{}: images of {}x{}x{} and {}x{}x{} differ in shape",
          metric, a.height(), a.width(), a.channels(), b.height(), b.width(), b.channels());
  require(a.values() > 0, "{}: images without pixels", metric);
  check_finite(metric, a);
  check_finite(metric, b);
}

}  // namespace csgis

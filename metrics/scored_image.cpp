#include "metrics/scored_image.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
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

/// Calls run() with the formula, so that it stands inside its loops.
template <class F>
void with_formula(LumaForm form, const F& run) {
  const auto full = [](double r, double g, double b) { return 0.299 * r + 0.587 * g + 0.114 * b; };
  if (form == LumaForm::full) run(full);
  if (form == LumaForm::rounded) run([&](double r, double g, double b) { return std::nearbyint(full(r, g, b)); });
  if (form == LumaForm::studio) {
    run([](double r, double g, double b) { return 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255; });
  }
}

}  // namespace

void ScoredImage::read_pixels(int y, int x, int count, double* out) const {
  if (bytes_ != nullptr) {
    std::copy_n(bytes_->at(y, x), count * channels(), out);
    return;
  }
  for (int c = 0; c < channels(); ++c) {
    const float* const in = floats_->row(c, y) + x;
    for (int i = 0; i < count; ++i) out[i * channels() + c] = 255.0 * static_cast<double>(in[i]);
  }
}

void ScoredImage::read_luma(int y, int x, int count, LumaForm form, double* out) const {
  const int n = channels();
  with_formula(form, [&](const auto& luma) {
    if (bytes_ != nullptr && n == 3) {
      const std::uint8_t* const rgb = bytes_->at(y, x);
      for (int i = 0; i < count; ++i) out[i] = luma(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]);
      return;
    }
    std::vector<double> row(static_cast<std::size_t>(count) * static_cast<std::size_t>(n));
    read_pixels(y, x, count, row.data());
    for (int i = 0; i < count; ++i) {
      const double* const pixel = row.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(n);
      out[i] = n == 1 ? luma(pixel[0], pixel[0], pixel[0]) : luma(pixel[0], pixel[1], pixel[2]);
    }
  });
}

void check_scored_pair(const char* metric, const ScoredImage& a, const ScoredImage& b) {
  require(a.size() == b.size() && a.channels() == b.channels(), "{}: images of {}x{}x{} and {}x{}x{} differ in shape",
          metric, a.height(), a.width(), a.channels(), b.height(), b.width(), b.channels());
  require(a.values() > 0, "{}: images without pixels", metric);
  check_finite(metric, a);
  check_finite(metric, b);
}

}  // namespace csgis

#include "metrics/psnr.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace csgis {
namespace {

double psnr_of(double mse) {
  return 10 * std::log10(255.0 * 255.0 / mse);
}

/// Sums over whole images of f(p - q); integers: no rounding, no order.
template <class F>
std::uint64_t sum_of_bytes(const Image8& a, const Image8& b, const F& f) {
  std::uint64_t sum = 0;
  for (int y = 0; y < a.height(); ++y) {
    const std::uint8_t *p = a.row(y), *q = b.row(y);
    const std::size_t count = a.row_samples();
    // 2^16 values at most 2^16 each fit into 32 bits, which twice as many lanes hold.
    for (std::size_t first = 0; first < count; first += 65536) {
      const std::size_t last = std::min(count, first + 65536);
      std::uint32_t part = 0;
      for (std::size_t i = first; i < last; ++i) part += f(std::int32_t{p[i]} - q[i]);
      sum += part;
    }
  }
  return sum;
}

template <class F>
double mean_of_bytes(const Image8& a, const Image8& b, const F& f) {
  return static_cast<double>(sum_of_bytes(a, b, f)) / static_cast<double>(a.samples().size());
}

/// The same for rows of doubles that `read` fills.
template <class Read, class F>
double mean_of_rows(int height, std::size_t width, const Read& read, const F& f) {
  std::vector<double> p(width), q(width);
  double sum = 0;
  for (int y = 0; y < height; ++y) {
    read(y, p.data(), q.data());
    double row = 0;
    for (std::size_t i = 0; i < width; ++i) row += f(p[i] - q[i]);
    sum += row;
  }
  return sum / (static_cast<double>(height) * static_cast<double>(width));
}

template <class F>
double mean_over_values(const ScoredImage& a, const ScoredImage& b, const F& f) {
  const auto read = [&](int y, double* p, double* q) {
    a.read_row(y, p);
    b.read_row(y, q);
  };
  return mean_of_rows(a.height(), a.row_values(), read, f);
}

double mse_of_checked(const ScoredImage& a, const ScoredImage& b) {
  if (a.bytes() != nullptr && b.bytes() != nullptr) {
    return mean_of_bytes(*a.bytes(), *b.bytes(), [](std::int32_t d) { return static_cast<std::uint32_t>(d * d); });
  }
  return mean_over_values(a, b, [](double d) { return d * d; });
}

}  // namespace

double mean_squared_error(const ScoredImage& a, const ScoredImage& b) {
  check_scored_pair("mse", a, b);
  return mse_of_checked(a, b);
}

double mean_absolute_error(const ScoredImage& a, const ScoredImage& b) {
  check_scored_pair("mae", a, b);
  if (a.bytes() != nullptr && b.bytes() != nullptr) {
    return mean_of_bytes(*a.bytes(), *b.bytes(),
                         [](std::int32_t d) { return static_cast<std::uint32_t>(std::abs(d)); });
  }
  return mean_over_values(a, b, [](double d) { return std::abs(d); });
}

double psnr(const ScoredImage& a, const ScoredImage& b) {
  check_scored_pair("psnr", a, b);
  return psnr_of(mse_of_checked(a, b));
}

double psnr_luma(const ScoredImage& a, const ScoredImage& b, LumaForm form) {
  check_scored_pair("psnr-y", a, b);
  const auto read = [&](int y, double* p, double* q) {
    a.read_luma(y, 0, a.width(), form, p);
    b.read_luma(y, 0, b.width(), form, q);
  };
  const auto square = [](double d) { return d * d; };
  return psnr_of(mean_of_rows(a.height(), static_cast<std::size_t>(a.width()), read, square));
}

}  // namespace csgis

#include "tests/support/plain_pnls.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace csgis::test {
namespace {

constexpr int kGroup = 16;
constexpr int kMaxRows = 64;
constexpr float kFlat = 0.003f;

template <class T>
struct Grid {
  int height, width;
  std::vector<T> values;

  T& at(int y, int x) { return values[static_cast<std::size_t>(y * width + x)]; }
  T at(int y, int x) const { return values[static_cast<std::size_t>(y * width + x)]; }
};

/// Index in the image of padded index i: `pad` values copied from the front, then the image, then the last `pad`.
int copied_index(int i, int pad, int length) {
  if (i < pad) return i % length;
  if (i < pad + length) return i - pad;
  const int from = (length - pad + (i - pad - length)) % length;
  return from < 0 ? from + length : from;
}

Grid<float> padded(const std::vector<float>& plane, Size size, int pad) {
  Grid<float> out{size.height + 2 * pad, size.width + 2 * pad, {}};
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const int from = copied_index(y, pad, size.height) * size.width + copied_index(x, pad, size.width);
      out.values.push_back(plane[static_cast<std::size_t>(from)]);
    }
  }
  return out;
}

struct Position {
  int y, x;
};

/// Rings from the inside out; each is walked side by side: top, right, bottom, left.
std::vector<Position> rings(int window) {
  std::vector<Position> order;
  for (int k = 1; k <= (window - 1) / 2; ++k) {
    for (int i = -k; i < k; ++i) order.push_back({-k, i});
    for (int i = -k; i < k; ++i) order.push_back({i, k});
    for (int i = -k; i < k; ++i) order.push_back({k, -i});
    for (int i = -k; i < k; ++i) order.push_back({-i, -k});
  }
  return order;
}

/// The released program's list of the smallest values, with its treatment of ties.
template <std::size_t kCount>
struct Smallest {
  std::array<float, kCount> values;
  std::array<int, kCount> items;

  explicit Smallest(int nothing) {
    values.fill(std::numeric_limits<float>::infinity());
    items.fill(nothing);
  }

  void offer(float value, int item) {
    if (value >= values.back()) return;
    if (value <= values.front()) {
      insert(0, value, item);
      return;
    }
    for (std::size_t at = 1; at < kCount; ++at) {
      if (values[at - 1] < value && value < values[at]) {
        insert(at, value, item);
        return;
      }
    }
  }

 private:
  void insert(std::size_t at, float value, int item) {
    for (std::size_t i = kCount - 1; i > at; --i) {
      values[i] = values[i - 1];
      items[i] = items[i - 1];
    }
    values[at] = value;
    items[at] = item;
  }
};

/// Factors that make the Haar coefficients of `count` values orthonormal.
std::array<double, kGroup> haar_scales(int count) {
  std::array<double, kGroup> scales{};
  for (int i = 0; i < count; ++i) {
    int length = count;
    for (int first = count / 2; i < first; first /= 2) length /= 2;
    scales[static_cast<std::size_t>(i)] = 1 / std::sqrt(i == 0 ? count : 2.0 * count / length);
  }
  return scales;
}

/// Orthonormal Haar transform of kCount values `stride` apart: mean first, then details from coarse to fine.
template <int kCount>
void haar(double* v, int stride) {
  static const std::array<double, kGroup> scales = haar_scales(kCount);
  double copy[kCount];
  for (int n = kCount; n > 1; n /= 2) {
    for (int i = 0; i < n; ++i) copy[i] = v[i * stride];
    for (int i = 0; i < n / 2; ++i) {
      v[i * stride] = copy[2 * i] + copy[2 * i + 1];
      v[(n / 2 + i) * stride] = copy[2 * i] - copy[2 * i + 1];
    }
  }
  for (int i = 0; i < kCount; ++i) v[i * stride] *= scales[static_cast<std::size_t>(i)];
}

template <int kCount>
void inverse_haar(double* v, int stride) {
  static const std::array<double, kGroup> scales = haar_scales(kCount);
  double copy[kCount];
  for (int i = 0; i < kCount; ++i) v[i * stride] *= scales[static_cast<std::size_t>(i)];
  for (int n = 2; n <= kCount; n *= 2) {
    for (int i = 0; i < n; ++i) copy[i] = v[i * stride];
    for (int i = 0; i < n / 2; ++i) {
      v[2 * i * stride] = copy[i] + copy[n / 2 + i];
      v[(2 * i + 1) * stride] = copy[i] - copy[n / 2 + i];
    }
  }
}

/// One call of the released program.
class Pass {
 public:
  Pass(const Grid<float>& in, const Grid<float>& guide, const PnlsOptions& options)
      : in_(in),
        guide_(guide),
        o_(options),
        rows_(options.patch * options.patch),
        order_(rings(options.window)),
        sum_{in.height, in.width, std::vector<double>(in.values.size(), 0.0)},
        weight_(sum_) {}

  std::vector<float> run(Size size) {
    const int pad = o_.window;
    for (int y = pad - 1; y <= pad + size.height - 1; y += o_.step) {
      for (int x = pad - 1; x <= pad + size.width - 1; x += o_.step) {
        find_patches({y, x});
        find_rows();
        filter_group();
      }
    }
    std::vector<float> out;
    for (int y = pad; y < pad + size.height; ++y) {
      for (int x = pad; x < pad + size.width; ++x) out.push_back(static_cast<float>(sum_.at(y, x) / weight_.at(y, x)));
    }
    return out;
  }

 private:
  /// Patches of the group whose reference has its corner at `corner`.
  void find_patches(Position corner) {
    Smallest<kGroup - 1> nearest(-1);
    for (std::size_t k = 0; k < order_.size(); ++k) {
      float distance = 0;
      for (int i = 0; i < o_.patch; ++i) {
        for (int j = 0; j < o_.patch; ++j) {
          const float d =
              guide_.at(corner.y + order_[k].y + i, corner.x + order_[k].x + j) - guide_.at(corner.y + i, corner.x + j);
          distance += d * d;
        }
      }
      nearest.offer(distance, static_cast<int>(k));
    }
    corners_.fill(corner);
    for (std::size_t n = 1; n < kGroup; ++n) {
      if (nearest.items[n - 1] < 0) continue;
      const Position offset = order_[static_cast<std::size_t>(nearest.items[n - 1])];
      corners_[n] = {corner.y + offset.y, corner.x + offset.x};
    }
  }

  /// Value of pixel k of patch n.
  float pixel(const Grid<float>& from, int k, std::size_t n) const {
    return from.at(corners_[n].y + k / o_.patch, corners_[n].x + k % o_.patch);
  }

  /// To each row of the group the rows most like it, and what is removed.
  void find_rows() {
    float m[kMaxRows][kGroup];
    for (int k = 0; k < rows_; ++k) {
      for (std::size_t n = 0; n < kGroup; ++n) m[k][n] = pixel(guide_, k, n);
    }
    float sum = 0, fourth = 0;
    for (int k = 0; k < rows_; ++k) {
      Smallest<4> nearest(k);
      for (int l = 0; l < rows_; ++l) {
        if (l == k) continue;
        float distance = 0;
        for (int n = 0; n < kGroup; ++n) distance += (m[k][n] - m[l][n]) * (m[k][n] - m[l][n]);
        nearest.offer(distance, l);
      }
      members_[static_cast<std::size_t>(k)] = {k, nearest.items[0], nearest.items[1], nearest.items[2]};
      sum += nearest.values[0];
      fourth = nearest.values[3];
      flat_[static_cast<std::size_t>(k)] = fourth < kFlat;
    }
    cut_ = fourth < kFlat ? static_cast<float>(o_.threshold) * 2 * std::sqrt(sum / static_cast<float>(rows_)) : -1;
  }

  void filter_group() {
    double m[kMaxRows * kGroup], total[kMaxRows * kGroup] = {};
    int count[kMaxRows] = {};
    for (int k = 0; k < rows_; ++k) {
      for (std::size_t n = 0; n < kGroup; ++n) m[k * kGroup + static_cast<int>(n)] = pixel(in_, k, n);
      haar<kGroup>(m + k * kGroup, 1);
    }
    for (int k = 0; k < rows_; ++k) filter_rows(m, k, total, count);
    for (int k = 0; k < rows_; ++k) {
      double* const row = total + k * kGroup;
      for (int n = 0; n < kGroup; ++n) row[n] /= count[k];
      inverse_haar<kGroup>(row, 1);
      for (std::size_t n = 0; n < kGroup; ++n) {
        const int y = corners_[n].y + k / o_.patch, x = corners_[n].x + k % o_.patch;
        sum_.at(y, x) += row[n];
        weight_.at(y, x) += 1;
      }
    }
  }

  /// Row k of m with the three most like it, added to their totals.
  void filter_rows(const double* m, int k, double* total, int* count) const {
    const std::array<int, 4>& members = members_[static_cast<std::size_t>(k)];
    double g[4 * kGroup];
    for (std::size_t r = 0; r < 4; ++r) std::copy_n(m + members[r] * kGroup, kGroup, g + r * kGroup);
    for (int n = 0; n < kGroup; ++n) haar<4>(g + n, kGroup);
    for (int r = 1; flat_[static_cast<std::size_t>(k)] && r < 4; ++r) {
      std::fill(g + r * kGroup + 1, g + (r + 1) * kGroup, 0.0);
    }
    for (double& v : g) {
      if (std::abs(v) <= static_cast<double>(cut_)) v = 0;
    }
    for (int n = 0; n < kGroup; ++n) inverse_haar<4>(g + n, kGroup);
    for (std::size_t r = 0; r < 4; ++r) {
      for (std::size_t n = 0; n < kGroup; ++n) total[members[r] * kGroup + static_cast<int>(n)] += g[r * kGroup + n];
      ++count[members[r]];
    }
  }

  const Grid<float>& in_;
  const Grid<float>& guide_;
  PnlsOptions o_;
  int rows_;
  std::vector<Position> order_;
  Grid<double> sum_, weight_;
  // The group at hand.
  std::array<Position, kGroup> corners_;
  std::array<std::array<int, 4>, kMaxRows> members_;
  std::array<bool, kMaxRows> flat_;
  float cut_ = 0;
};

/// The definition takes v / 255 in double; a float that stands for such a level is taken as it.
double level_or_value(float value) {
  const double level = std::round(static_cast<double>(value) * 255) / 255;
  return static_cast<float>(level) == value ? level : static_cast<double>(value);
}

constexpr double kT = 0.008856;

double f(double v) {
  return v > kT ? std::cbrt(v) : 7.787 * v + 16.0 / 116;
}

double f_inverse(double v) {
  return v > 0.206893 ? v * v * v : (v - 16.0 / 116) / 7.787;
}

std::array<double, 3> rgb_to_lab(double r, double g, double b) {
  const double x = (0.412453 * r + 0.357580 * g + 0.180423 * b) / 0.950456;
  const double y = 0.212671 * r + 0.715160 * g + 0.072169 * b;
  const double z = (0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.088754;
  const double l = y > kT ? 116 * std::cbrt(y) - 16 : 903.3 * y;
  return {l, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))};
}

std::array<double, 3> lab_to_rgb(double l, double a, double b) {
  const double fy = std::pow((l + 16) / 116, 3);
  const double y = fy > kT ? fy : l / 903.3;
  const double g = fy > kT ? std::cbrt(y) : 7.787 * y + 16.0 / 116;
  const double x = f_inverse(a / 500 + g) * 0.950456, z = f_inverse(g - b / 200) * 1.088754;
  std::array<double, 3> rgb{3.240479 * x - 1.537150 * y - 0.498535 * z, -0.969256 * x + 1.875992 * y + 0.041556 * z,
                            0.055648 * x - 0.204043 * y + 1.057311 * z};
  for (double& v : rgb) v = std::clamp(v, 0.0, 1.0);
  return rgb;
}

}  // namespace

std::vector<float> plain_pnls_plane(const std::vector<float>& plane, const std::vector<float>& guide, Size size,
                                    const PnlsOptions& options) {
  const Grid<float> padded_guide = padded(guide, size, options.window);
  std::vector<float> out = plane;
  for (int n = 0; n < options.iterations; ++n) {
    const Grid<float> in = padded(out, size, options.window);
    out = Pass(in, padded_guide, options).run(size);
  }
  return out;
}

ImageF plain_pnls(const ImageF& rgb, const PnlsOptions& options) {
  const std::size_t count = rgb.size().pixels();
  std::array<std::vector<float>, 3> lab;
  std::vector<float> guide;
  for (std::size_t i = 0; i < count; ++i) {
    const double r = level_or_value(rgb.plane(0)[i]), g = level_or_value(rgb.plane(1)[i]),
                 b = level_or_value(rgb.plane(2)[i]);
    const auto v = rgb_to_lab(r, g, b);
    for (std::size_t c = 0; c < 3; ++c) lab[c].push_back(static_cast<float>(v[c] / 255));
    guide.push_back(static_cast<float>(std::max(0.5 * r - 0.5 * b + 0.5, 0.25 * r - 0.5 * g + 0.25 * b + 0.5)));
  }
  for (auto& plane : lab) plane = plain_pnls_plane(plane, guide, rgb.size(), options);
  ImageF out(rgb.size(), 3);
  for (std::size_t i = 0; i < count; ++i) {
    const auto v = lab_to_rgb(255.0 * static_cast<double>(lab[0][i]), 255.0 * static_cast<double>(lab[1][i]),
                              255.0 * static_cast<double>(lab[2][i]));
    for (int c = 0; c < 3; ++c) out.plane(c)[i] = static_cast<float>(v[static_cast<std::size_t>(c)]);
  }
  return out;
}

}  // namespace csgis::test

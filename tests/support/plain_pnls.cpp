#include "tests/support/plain_pnls.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace csgis::test {
namespace {

constexpr int kGroup = 16;

struct Grid {
  int height, width;
  std::vector<float> values;
  float& at(int y, int x) {
    return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
  float at(int y, int x) const {
    return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
};

/// Index in the image of padded index i: `pad` values copied from the front, then the image, then the last `pad`.
int copied_index(int i, int pad, int length) {
  if (i < pad) return i % length;
  if (i < pad + length) return i - pad;
  const int from = (length - pad + (i - pad - length)) % length;
  return from < 0 ? from + length : from;
}

Grid padded(const std::vector<float>& plane, Size size, int pad) {
  Grid out{size.height + 2 * pad, size.width + 2 * pad, {}};
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const int from = copied_index(y, pad, size.height) * size.width + copied_index(x, pad, size.width);
      out.values.push_back(plane[static_cast<std::size_t>(from)]);
    }
  }
  return out;
}

struct Offset {
  int dy, dx;
};

/// Rings from the inside out; each is walked side by side: top, right, bottom, left.
std::vector<Offset> ring_order(int window) {
  std::vector<Offset> order;
  for (int k = 1; k <= (window - 1) / 2; ++k) {
    for (int i = -k; i < k; ++i) order.push_back({-k, i});
    for (int i = -k; i < k; ++i) order.push_back({i, k});
    for (int i = -k; i < k; ++i) order.push_back({k, -i});
    for (int i = -k; i < k; ++i) order.push_back({-i, -k});
  }
  return order;
}

/// The released program's list of the n smallest, with its treatment of ties.
struct Smallest {
  std::vector<float> values;
  std::vector<int> items;

  Smallest(int n, int nothing)
      : values(static_cast<std::size_t>(n), std::numeric_limits<float>::infinity()),
        items(static_cast<std::size_t>(n), nothing) {}

  void offer(float value, int item) {
    if (value >= values.back()) return;
    std::size_t at = 0;
    if (value > values.front()) {
      at = 1;
      while (at < values.size() && !(values[at - 1] < value && value < values[at])) ++at;
      if (at == values.size()) return;
    }
    values.insert(values.begin() + static_cast<std::ptrdiff_t>(at), value);
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(at), item);
    values.pop_back();
    items.pop_back();
  }
};

/// Factor that makes coefficient i of the Haar transform of `count` values orthonormal.
float haar_scale(int i, int count) {
  int length = count;
  for (int first = count / 2; i < first; first /= 2) length /= 2;
  const double support = i == 0 ? count : 2.0 * count / length;
  return static_cast<float>(1 / std::sqrt(support));
}

/// Orthonormal Haar transform of `count` values `stride` apart: mean first, then details from coarse to fine.
void haar(float* v, int count, int stride, bool inverse) {
  float copy[kGroup];
  if (!inverse) {
    for (int n = count; n > 1; n /= 2) {
      for (int i = 0; i < n; ++i) copy[i] = v[i * stride];
      for (int i = 0; i < n / 2; ++i) {
        v[i * stride] = copy[2 * i] + copy[2 * i + 1];
        v[(n / 2 + i) * stride] = copy[2 * i] - copy[2 * i + 1];
      }
    }
  }
  for (int i = 0; i < count; ++i) v[i * stride] *= haar_scale(i, count);
  if (inverse) {
    for (int n = 2; n <= count; n *= 2) {
      for (int i = 0; i < n; ++i) copy[i] = v[i * stride];
      for (int i = 0; i < n / 2; ++i) {
        v[2 * i * stride] = copy[i] + copy[n / 2 + i];
        v[(2 * i + 1) * stride] = copy[i] - copy[n / 2 + i];
      }
    }
  }
}

struct Group {
  std::array<Offset, kGroup> corners;
};

class Pass {
 public:
  Pass(const Grid& in, const Grid& guide, const PlainPnlsOptions& options)
      : in_(in),
        guide_(guide),
        o_(options),
        rows_(options.patch * options.patch),
        order_(ring_order(options.window)),
        sum_{in.height, in.width, std::vector<float>(in.values.size(), 0.0f)},
        weight_(sum_) {}

  std::vector<float> run(Size size) {
    const int pad = o_.window;
    for (int y = pad - 1; y <= pad + size.height - 1; y += o_.step) {
      for (int x = pad - 1; x <= pad + size.width - 1; x += o_.step) filter_group(find_group({y, x}));
    }
    std::vector<float> out;
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) out.push_back(sum_.at(pad + y, pad + x) / weight_.at(pad + y, pad + x));
    }
    return out;
  }

 private:
  Group find_group(Offset corner) const {
    Smallest nearest(kGroup - 1, -1);
    for (std::size_t k = 0; k < order_.size(); ++k) {
      float distance = 0;
      for (int i = 0; i < o_.patch; ++i) {
        for (int j = 0; j < o_.patch; ++j) {
          const float d = guide_.at(corner.dy + order_[k].dy + i, corner.dx + order_[k].dx + j) -
                          guide_.at(corner.dy + i, corner.dx + j);
          distance += d * d;
        }
      }
      nearest.offer(distance, static_cast<int>(k));
    }
    Group group;
    group.corners[0] = corner;
    for (std::size_t n = 1; n < kGroup; ++n) {
      const int k = nearest.items[n - 1];
      group.corners[n] = corner;
      if (k < 0) continue;
      group.corners[n].dy += order_[static_cast<std::size_t>(k)].dy;
      group.corners[n].dx += order_[static_cast<std::size_t>(k)].dx;
    }
    return group;
  }

  std::vector<float> matrix(const Grid& from, const Group& group) const {
    std::vector<float> m;
    for (int k = 0; k < rows_; ++k) {
      for (const Offset& corner : group.corners) {
        m.push_back(from.at(corner.dy + k / o_.patch, corner.dx + k % o_.patch));
      }
    }
    return m;
  }

  Smallest nearest_rows(const std::vector<float>& m, int k) const {
    Smallest nearest(4, k);
    for (int l = 0; l < rows_; ++l) {
      if (l == k) continue;
      float distance = 0;
      for (int c = 0; c < kGroup; ++c) {
        const float d = m[static_cast<std::size_t>(k * kGroup + c)] - m[static_cast<std::size_t>(l * kGroup + c)];
        distance += d * d;
      }
      nearest.offer(distance, l);
    }
    return nearest;
  }

  void filter_group(const Group& group) {
    const std::vector<float> guide = matrix(guide_, group);
    std::vector<Smallest> similar;
    float sum = 0;
    for (int k = 0; k < rows_; ++k) {
      similar.push_back(nearest_rows(guide, k));
      sum += similar.back().values[0];
    }
    const float cut = o_.threshold * 2 * std::sqrt(sum / static_cast<float>(rows_));
    const bool textured_last = similar.back().values[3] >= kFlat;
    std::vector<float> m = matrix(in_, group), total(m.size(), 0.0f);
    std::vector<int> count(static_cast<std::size_t>(rows_), 0);
    for (int k = 0; k < rows_; ++k) haar(&m[static_cast<std::size_t>(k * kGroup)], kGroup, 1, false);
    for (int k = 0; k < rows_; ++k) {
      const Smallest& s = similar[static_cast<std::size_t>(k)];
      filter_rows(m, {k, s.items[0], s.items[1], s.items[2]}, s.values[3] < kFlat, textured_last ? -1 : cut, total,
                  count);
    }
    for (int k = 0; k < rows_; ++k) {
      float* const row = &total[static_cast<std::size_t>(k * kGroup)];
      for (int c = 0; c < kGroup; ++c) row[c] /= static_cast<float>(count[static_cast<std::size_t>(k)]);
      haar(row, kGroup, 1, true);
      for (int c = 0; c < kGroup; ++c) {
        const Offset& corner = group.corners[static_cast<std::size_t>(c)];
        sum_.at(corner.dy + k / o_.patch, corner.dx + k % o_.patch) += row[c];
        weight_.at(corner.dy + k / o_.patch, corner.dx + k % o_.patch) += 1;
      }
    }
  }

  static void filter_rows(const std::vector<float>& m, const std::array<int, 4>& rows, bool flat, float cut,
                          std::vector<float>& total, std::vector<int>& count) {
    float g[4 * kGroup];
    for (std::size_t r = 0; r < 4; ++r)
      std::copy_n(&m[static_cast<std::size_t>(rows[r] * kGroup)], kGroup, g + r * kGroup);
    for (int c = 0; c < kGroup; ++c) haar(g + c, 4, kGroup, false);
    for (int r = 1; flat && r < 4; ++r) std::fill(g + r * kGroup + 1, g + (r + 1) * kGroup, 0.0f);
    for (float& v : g) {
      if (std::abs(v) <= cut) v = 0;
    }
    for (int c = 0; c < kGroup; ++c) haar(g + c, 4, kGroup, true);
    for (std::size_t r = 0; r < 4; ++r) {
      for (std::size_t c = 0; c < kGroup; ++c)
        total[static_cast<std::size_t>(rows[r]) * kGroup + c] += g[r * kGroup + c];
      ++count[static_cast<std::size_t>(rows[r])];
    }
  }

  static constexpr float kFlat = 0.003f;

  const Grid& in_;
  const Grid& guide_;
  PlainPnlsOptions o_;
  int rows_;
  std::vector<Offset> order_;
  Grid sum_, weight_;
};

/// The definition takes v / 255 in double; a float that stands for such a level is taken as it.
double exact_level(float value) {
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
  double fy = (l + 16) / 116;
  fy = fy * fy * fy;
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
                                    const PlainPnlsOptions& options) {
  const Grid padded_guide = padded(guide, size, options.window);
  std::vector<float> out = plane;
  for (int n = 0; n < options.iterations; ++n) {
    out = Pass(padded(out, size, options.window), padded_guide, options).run(size);
  }
  return out;
}

ImageF plain_pnls(const ImageF& rgb, const PlainPnlsOptions& options) {
  const std::size_t count = rgb.size().pixels();
  std::array<std::vector<float>, 3> lab;
  std::vector<float> guide;
  for (std::size_t i = 0; i < count; ++i) {
    const double r = exact_level(rgb.plane(0)[i]), g = exact_level(rgb.plane(1)[i]), b = exact_level(rgb.plane(2)[i]);
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

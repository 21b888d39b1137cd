#include "tests/support/plain_windows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace csgis::test {
namespace {

enum class Edge { repeated, mirrored, mirrored_around };

/// The place of index i in an image of n: one fold at each end, until it is inside.
int folded(int i, int n, Edge edge) {
  while (i < 0 || i >= n) {
    if (edge == Edge::repeated) return i < 0 ? 0 : n - 1;
    if (edge == Edge::mirrored) i = i < 0 ? -1 - i : 2 * n - 1 - i;
    if (edge == Edge::mirrored_around) i = n == 1 ? 0 : i < 0 ? -i : 2 * n - 2 - i;
  }
  return i;
}

/// Planes of doubles with a border.
class Planes {
 public:
  Planes(Size size, int channels, int margin, Edge edge)
      : size_(size), margin_(margin), edge_(edge), stride_(static_cast<std::size_t>(size.width + 2 * margin)) {
    planes_.assign(static_cast<std::size_t>(channels),
                   std::vector<double>(stride_ * static_cast<std::size_t>(size.height + 2 * margin)));
  }

  int channels() const { return static_cast<int>(planes_.size()); }
  Size size() const { return size_; }
  double at(int c, int y, int x) const { return planes_[static_cast<std::size_t>(c)][index(y, x)]; }
  /// Pointer to column 0.
  const double* row(int c, int y) const { return planes_[static_cast<std::size_t>(c)].data() + index(y, 0); }

  /// Sets every value inside to value(c, y, x) and continues the border.
  template <class F>
  void set(const F& value) {
    for (int c = 0; c < channels(); ++c) {
      std::vector<double>& plane = planes_[static_cast<std::size_t>(c)];
      for (int y = 0; y < size_.height; ++y) {
        for (int x = 0; x < size_.width; ++x) plane[index(y, x)] = value(c, y, x);
      }
      for (int y = -margin_; y < size_.height + margin_; ++y) {
        for (int x = -margin_; x < size_.width + margin_; ++x) {
          plane[index(y, x)] = plane[index(folded(y, size_.height, edge_), folded(x, size_.width, edge_))];
        }
      }
    }
  }

 private:
  std::size_t index(int y, int x) const {
    return static_cast<std::size_t>(y + margin_) * stride_ + static_cast<std::size_t>(x + margin_);
  }

  Size size_;
  int margin_;
  Edge edge_;
  std::size_t stride_;
  std::vector<std::vector<double>> planes_;
};

struct Tap {
  int dy, dx;
  double weight;
};

/// Positions of the square of half width `reach` with keep(squared distance, weight).
template <class F>
std::vector<Tap> gaussian_taps(int reach, double sigma, const F& keep) {
  std::vector<Tap> taps;
  for (int dy = -reach; dy <= reach; ++dy) {
    for (int dx = -reach; dx <= reach; ++dx) {
      const double squared = dy * dy + dx * dx, weight = std::exp(-squared / (2 * sigma * sigma));
      if (keep(squared, weight)) taps.push_back({dy, dx, weight});
    }
  }
  return taps;
}

/// Mean of the source's channels at a pixel, weighted by taps and by the L1 distance of the guide's channels.
std::array<double, 3> joint_mean(const Planes& guide, const Planes& source, const std::vector<Tap>& taps, double sigma,
                                 int y, int x) {
  std::array<double, 3> sums{};
  double total = 0;
  for (const Tap& tap : taps) {
    double distance = 0;
    for (int c = 0; c < guide.channels(); ++c) {
      distance += std::abs(guide.at(c, y + tap.dy, x + tap.dx) - guide.at(c, y, x));
    }
    const double weight = tap.weight * std::exp(-distance * distance / (2 * sigma * sigma));
    for (int c = 0; c < source.channels(); ++c) {
      sums[static_cast<std::size_t>(c)] += weight * source.at(c, y + tap.dy, x + tap.dx);
    }
    total += weight;
  }
  for (double& sum : sums) sum /= total;
  return sums;
}

/// Mean over a square window of something at each pixel of a padded image.
template <class F>
double box_mean(int radius, int y, int x, const F& value) {
  double sum = 0;
  for (int v = y - radius; v <= y + radius; ++v) {
    for (int u = x - radius; u <= x + radius; ++u) sum += value(v, u);
  }
  return sum / ((2.0 * radius + 1) * (2.0 * radius + 1));
}

Planes padded_image(const ImageF& src, int margin, Edge edge) {
  Planes planes(src.size(), src.channels(), margin, edge);
  planes.set([&](int c, int y, int x) { return static_cast<double>(src.row(c, y)[x]); });
  return planes;
}

/// Each channel by itself.
ImageF guided_channels(const ImageF& src, int radius, double eps, Edge edge) {
  const Planes image = padded_image(src, radius, edge);
  const int channels = src.channels();
  Planes a(src.size(), channels, radius, edge), b(src.size(), channels, radius, edge);
  const auto mean_at = [&](int c, int y, int x) {
    return box_mean(radius, y, x, [&](int v, int u) { return image.at(c, v, u); });
  };
  a.set([&](int c, int y, int x) {
    const double mean = mean_at(c, y, x);
    const double variance =
        box_mean(radius, y, x, [&](int v, int u) { return image.at(c, v, u) * image.at(c, v, u); }) - mean * mean;
    return variance / (variance + eps);
  });
  b.set([&](int c, int y, int x) { return (1 - a.at(c, y, x)) * mean_at(c, y, x); });
  ImageF out(src.size(), channels);
  for (int c = 0; c < channels; ++c) {
    for (int y = 0; y < src.height(); ++y) {
      for (int x = 0; x < src.width(); ++x) {
        const double slope = box_mean(radius, y, x, [&](int v, int u) { return a.at(c, v, u); });
        const double offset = box_mean(radius, y, x, [&](int v, int u) { return b.at(c, v, u); });
        out.row(c, y)[x] = static_cast<float>(slope * image.at(c, y, x) + offset);
      }
    }
  }
  return out;
}

using Vector3 = std::array<double, 3>;
using Matrix3 = std::array<Vector3, 3>;

/// Gaussian elimination with the greatest pivot.
Vector3 solve(Matrix3 m, Vector3 right_side) {
  for (std::size_t k = 0; k < 3; ++k) {
    std::size_t pivot = k;
    for (std::size_t r = k + 1; r < 3; ++r) {
      if (std::abs(m[r][k]) > std::abs(m[pivot][k])) pivot = r;
    }
    std::swap(m[k], m[pivot]);
    std::swap(right_side[k], right_side[pivot]);
    for (std::size_t r = k + 1; r < 3; ++r) {
      const double factor = m[r][k] / m[k][k];
      for (std::size_t c = k; c < 3; ++c) m[r][c] -= factor * m[k][c];
      right_side[r] -= factor * right_side[k];
    }
  }
  for (std::size_t k = 3; k-- > 0;) {
    for (std::size_t c = k + 1; c < 3; ++c) right_side[k] -= m[k][c] * right_side[c];
    right_side[k] /= m[k][k];
  }
  return right_side;
}

/// The linear model of the window around a pixel for output channel c: three slopes, then the offset.
std::array<double, 4> colour_model(const Planes& image, int radius, double eps, int c, int y, int x) {
  Vector3 mean;
  Matrix3 covariance;
  for (int i = 0; i < 3; ++i) {
    mean[static_cast<std::size_t>(i)] = box_mean(radius, y, x, [&](int v, int u) { return image.at(i, v, u); });
  }
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      const auto row = static_cast<std::size_t>(i), column = static_cast<std::size_t>(j);
      covariance[row][column] =
          box_mean(radius, y, x, [&](int v, int u) { return image.at(i, v, u) * image.at(j, v, u); }) -
          mean[row] * mean[column];
    }
  }
  const Vector3 right_side = covariance[static_cast<std::size_t>(c)];
  for (std::size_t i = 0; i < 3; ++i) covariance[i][i] += eps;
  const Vector3 slope = solve(covariance, right_side);
  return {slope[0], slope[1], slope[2],
          mean[static_cast<std::size_t>(c)] - slope[0] * mean[0] - slope[1] * mean[1] - slope[2] * mean[2]};
}

}  // namespace

ImageF plain_bilateral(const ImageF& src, const BilateralOptions& o) {
  return plain_rgf_cv(src, {o.d, o.sigma_color, o.sigma_space, 1});
}

ImageF plain_rgf_cv(const ImageF& src, const RgfCvOptions& o) {
  const int radius = o.d > 0 ? std::max(1, o.d / 2) : static_cast<int>(std::round(1.5 * o.sigma_space));
  const auto taps = gaussian_taps(
      radius, o.sigma_space, [&](double squared, double) { return squared <= static_cast<double>(radius) * radius; });
  Planes source(src.size(), src.channels(), radius, Edge::mirrored_around);
  source.set([&](int c, int y, int x) {
    return std::nearbyint(std::clamp(static_cast<double>(src.row(c, y)[x]), 0.0, 1.0) * 255);
  });
  Planes guide = source;
  ImageF out(src.size(), src.channels());
  for (int n = 0; n < o.iterations; ++n) {
    for (int y = 0; y < src.height(); ++y) {
      for (int x = 0; x < src.width(); ++x) {
        const auto mean = joint_mean(guide, source, taps, o.sigma_color, y, x);
        for (int c = 0; c < src.channels(); ++c) {
          out.row(c, y)[x] = static_cast<float>(std::nearbyint(mean[static_cast<std::size_t>(c)]));
        }
      }
    }
    guide.set([&](int c, int y, int x) { return static_cast<double>(out.row(c, y)[x]); });
  }
  for (float& value : out.samples()) value = static_cast<float>(static_cast<double>(value) / 255);
  return out;
}

ImageF plain_rgf(const ImageF& src, const RgfOptions& o) {
  const int reach = static_cast<int>(std::floor(3 * o.sigma_s));
  const auto taps = gaussian_taps(reach, o.sigma_s, [&](double, double weight) { return weight > o.precision; });
  const double falloff = 1 / (2 * o.sigma_r * o.sigma_r);
  const Planes source = padded_image(src, reach, Edge::repeated);
  Planes guide(src.size(), src.channels(), reach, Edge::repeated), next = guide;
  guide.set([](int, int, int) { return 1.0; });
  for (int n = 0; n < o.iterations; ++n) {
    next.set([&](int c, int y, int x) {
      const double* const j = guide.row(c, y) + x;
      double sum = 0, total = 0;
      for (const Tap& tap : taps) {
        const double difference = guide.row(c, y + tap.dy)[x + tap.dx] - *j;
        const double weight = tap.weight * std::exp(-difference * difference * falloff);
        sum += weight * source.row(c, y + tap.dy)[x + tap.dx];
        total += weight;
      }
      return sum / total;
    });
    std::swap(guide, next);
  }
  ImageF out(src.size(), src.channels());
  for (int c = 0; c < src.channels(); ++c) {
    for (int y = 0; y < src.height(); ++y) {
      for (int x = 0; x < src.width(); ++x) out.row(c, y)[x] = static_cast<float>(guide.at(c, y, x));
    }
  }
  return out;
}

ImageF plain_guided(const ImageF& src, const GuidedOptions& o) {
  return guided_channels(src, o.radius, o.eps, Edge::repeated);
}

ImageF plain_guided_cov(const ImageF& src, const GuidedCovOptions& o) {
  if (src.channels() == 1) return guided_channels(src, o.radius, o.eps, Edge::mirrored);
  const Planes image = padded_image(src, o.radius, Edge::mirrored);
  ImageF out(src.size(), 3);
  for (int c = 0; c < 3; ++c) {
    Planes model(src.size(), 4, o.radius, Edge::mirrored);
    std::vector<std::array<double, 4>> models;
    for (int y = 0; y < src.height(); ++y) {
      for (int x = 0; x < src.width(); ++x) models.push_back(colour_model(image, o.radius, o.eps, c, y, x));
    }
    model.set([&](int k, int y, int x) {
      return models[static_cast<std::size_t>(y * src.width() + x)][static_cast<std::size_t>(k)];
    });
    for (int y = 0; y < src.height(); ++y) {
      for (int x = 0; x < src.width(); ++x) {
        const auto mean = [&](int k) {
          return box_mean(o.radius, y, x, [&](int v, int u) { return model.at(k, v, u); });
        };
        double value = mean(3);
        for (int k = 0; k < 3; ++k) value += mean(k) * image.at(k, y, x);
        out.row(c, y)[x] = static_cast<float>(value);
      }
    }
  }
  return out;
}

}  // namespace csgis::test

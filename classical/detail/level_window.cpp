#include "classical/detail/level_window.h"

#include "classical/detail/parallel_rows.h"
#include "classical/detail/window_filter.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace csgis::detail {
namespace {

constexpr int kMaxRadius = 500;
constexpr int kBlockRows = 16;

int window_radius(const char* method, int d, double sigma_space) {
  if (d > 0) return std::max(1, d / 2);
  const double radius = std::round(1.5 * sigma_space);
  require<UsageError>(radius <= kMaxRadius,
                      "{}: d=0 takes the radius from sigma-space {}, which gives {}; must be at most {}", method,
                      sigma_space, radius, kMaxRadius);
  return std::max(1, static_cast<int>(radius));
}

/// exp(-n^2 / (2 sigma^2)) for every possible distance n of `channels` levels.
std::vector<double> colour_weights(int channels, double sigma) {
  std::vector<double> weights;
  for (int n = 0; n <= 255 * channels; ++n) weights.push_back(std::exp(-1.0 * n * n / (2 * sigma * sigma)));
  return weights;
}

/// One row of the definition, in double, the window from top to bottom.
class ExactRow {
 public:
  ExactRow(const PaddedPlanes<float>& guide, const PaddedPlanes<float>& source, const DiscTaps& taps,
           const std::vector<double>& colour, int y)
      : guide_(guide), source_(source), taps_(taps), colour_(colour), y_(y) {}

  void filter(ImageF& out) const {
    for (int x = 0; x < out.width(); ++x) {
      double sums[3] = {}, total = 0;
      for (int dy = -taps_.radius; dy <= taps_.radius; ++dy) add_line(dy, x, sums, total);
      for (int c = 0; c < out.channels(); ++c) out.row(c, y_)[x] = static_cast<float>(sums[c] / total);
    }
  }

 private:
  void add_line(int dy, int x, double* sums, double& total) const {
    const TapRow& row = taps_.row(dy);
    for (int dx = -row.reach; dx <= row.reach; ++dx) {
      float distance = 0;  // a sum of whole numbers, exact
      for (int c = 0; c < guide_.channels(); ++c) {
        distance += std::abs(guide_.row(c, y_ + dy)[x + dx] - guide_.row(c, y_)[x]);
      }
      const double weight = row.weight(dx) * colour_[static_cast<std::size_t>(distance)];
      for (int c = 0; c < source_.channels(); ++c) {
        sums[c] += weight * static_cast<double>(source_.row(c, y_ + dy)[x + dx]);
      }
      total += weight;
    }
  }

  const PaddedPlanes<float>& guide_;
  const PaddedPlanes<float>& source_;
  const DiscTaps& taps_;
  const std::vector<double>& colour_;
  int y_;
};

}  // namespace

LevelWindow level_window(const char* method, int d, double sigma_color, double sigma_space) {
  return {disc_of_radius(window_radius(method, d, sigma_space), sigma_space), sigma_color};
}

PaddedPlanes<float> padded_levels(const ImageF& src, int margin) {
  PaddedPlanes<float> levels(src.size(), src.channels(), margin);
  for (int c = 0; c < src.channels(); ++c) {
    for (int y = 0; y < src.height(); ++y) {
      const float* const in = src.row(c, y);
      float* const out = levels.row(c, y);
      for (int x = 0; x < src.width(); ++x) out[x] = std::nearbyint(in[x] * 255.0f);
    }
  }
  levels.fill_margin(Border::reflect_101);
  return levels;
}

void filter_levels(const PaddedPlanes<float>& guide, const PaddedPlanes<float>& source, const LevelWindow& window,
                   const Execution& run, ImageF& out) {
  if (run.precision == Precision::fast) {
    const double falloff = 1 / (2 * window.sigma_color * window.sigma_color);
    window_filter(guide, source, {window.taps, falloff, WeightAccuracy::six_digits}, run.threads, out);
  } else {
    const std::vector<double> colour = colour_weights(guide.channels(), window.sigma_color);
    const int blocks = (out.height() + kBlockRows - 1) / kBlockRows;
    parallel_blocks(blocks, run.threads, [&](int block) {
      for (int y = block * kBlockRows; y < std::min(out.height(), (block + 1) * kBlockRows); ++y) {
        ExactRow(guide, source, window.taps, colour, y).filter(out);
      }
    });
  }
  for (float& value : out.samples()) value = std::nearbyint(value);
}

void levels_to_unit(ImageF& image) {
  for (float& value : image.samples()) value = static_cast<float>(static_cast<double>(value) / 255);
}

}  // namespace csgis::detail

#include "classical/guided_upsample.h"

#include "classical/detail/box_mean.h"
#include "core/error.h"

#include <algorithm>
#include <cmath>

namespace csgis {
namespace {

using Plane = std::vector<double>;

/// smoothed = factor * image + offset, at low resolution.
struct LinearModel {
  Plane factor, offset;
};

LinearModel fit(const float* guide, const float* target, Size size, const GuidedUpsampleOptions& options, int threads) {
  const auto mean = [&](Plane& plane) {
    detail::box_mean(plane, size, options.radius, detail::Border::replicate, threads);
  };
  Plane x(guide, guide + size.pixels()), y(target, target + size.pixels()), xx(size.pixels()), xy(size.pixels());
  for (std::size_t i = 0; i < size.pixels(); ++i) {
    xx[i] = x[i] * x[i];
    xy[i] = x[i] * y[i];
  }
  for (Plane* plane : {&x, &y, &xx, &xy}) mean(*plane);
  LinearModel model{std::move(xy), std::move(y)};
  for (std::size_t i = 0; i < size.pixels(); ++i) {
    model.factor[i] = (model.factor[i] - x[i] * model.offset[i]) / (xx[i] - x[i] * x[i] + options.eps);
    model.offset[i] -= model.factor[i] * x[i];
  }
  mean(model.factor);
  mean(model.offset);
  return model;
}

/// Where a pixel of the full image lies between two of the small one.
struct Between {
  std::size_t low, high;
  double share;  ///< Of `high`.
};

std::vector<Between> positions(int full, int small) {
  std::vector<Between> all;
  for (int i = 0; i < full; ++i) {
    const double at = std::clamp((i + 0.5) * small / full - 0.5, 0.0, static_cast<double>(small - 1));
    const auto low = static_cast<std::size_t>(at);
    all.push_back({low, std::min(low + 1, static_cast<std::size_t>(small - 1)), at - std::floor(at)});
  }
  return all;
}

double bilinear(const Plane& plane, std::size_t width, const Between& y, const Between& x) {
  const auto along = [&](std::size_t row) {
    const double* const values = plane.data() + row * width;
    return values[x.low] + x.share * (values[x.high] - values[x.low]);
  };
  const double above = along(y.low);
  return above + y.share * (along(y.high) - above);
}

}  // namespace

ImageF guided_upsample(const ImageF& small, const ImageF& smoothed, const ImageF& full,
                       const GuidedUpsampleOptions& options, const Execution& run) {
  require(options.radius >= 1 && options.eps > 0, "guided_upsample: radius is {}, eps {}; must be >= 1 and > 0",
          options.radius, options.eps);
  require(small.size() == smoothed.size() && small.channels() == smoothed.channels() &&
              small.channels() == full.channels() && !small.empty() && !full.empty(),
          "guided_upsample: images of {}, {} and {} channels, or of sizes that do not fit", small.channels(),
          smoothed.channels(), full.channels());
  ImageF result(full.size(), full.channels());
  const auto rows = positions(full.height(), small.height()), columns = positions(full.width(), small.width());
  const auto width = static_cast<std::size_t>(small.width());
  for (int c = 0; c < full.channels(); ++c) {
    const LinearModel model = fit(small.plane(c), smoothed.plane(c), small.size(), options, run.threads);
    for (int y = 0; y < full.height(); ++y) {
      const Between& row = rows[static_cast<std::size_t>(y)];
      for (std::size_t x = 0; x < columns.size(); ++x) {
        const double factor = bilinear(model.factor, width, row, columns[x]);
        const double offset = bilinear(model.offset, width, row, columns[x]);
        result.row(c, y)[x] = static_cast<float>(factor * full.row(c, y)[x] + offset);
      }
    }
  }
  return result;
}

}  // namespace csgis

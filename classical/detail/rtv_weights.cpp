#include "classical/detail/rtv_weights.h"

#include "classical/detail/gaussian_blur.h"
#include "classical/detail/row_blocks.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/rtv_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef CSGIS_RTV_WEIGHTS_ONCE
#define CSGIS_RTV_WEIGHTS_ONCE
namespace csgis::detail {

/// What the weights of one row are made from: per channel the row and the one below, of the image and of its blur.
/// At the bottom, `below` is the row itself.
template <class T>
struct RtvRows {
  struct Channel {
    const T *image, *image_below, *blur, *blur_below;
  };
  Channel channel[3];
  int channels;
  T sharpness, factor;
  T *east, *south;
};

}  // namespace csgis::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// All columns from 0 up; of the last one, and beyond, the result is of no use.
void WeightRow(const RtvRows<float>& rows, float blurred_floor, int width) {
  const hn::CappedTag<float, PaddedPlane<float>::kMargin> d;
  const auto per_channel = hn::Set(d, 1.0F / static_cast<float>(rows.channels));
  for (int i = 0; i < width; i += static_cast<int>(hn::Lanes(d))) {
    auto length = hn::Zero(d), blurred_x = hn::Zero(d), blurred_y = hn::Zero(d);
    for (int c = 0; c < rows.channels; ++c) {
      const auto& channel = rows.channel[c];
      const auto here = hn::LoadU(d, channel.image + i);
      const auto dx = hn::Sub(hn::LoadU(d, channel.image + i + 1), here);
      const auto dy = hn::Sub(hn::LoadU(d, channel.image_below + i), here);
      length = hn::Add(length, hn::Sqrt(hn::MulAdd(dx, dx, hn::Mul(dy, dy))));
      const auto blur = hn::LoadU(d, channel.blur + i);
      blurred_x = hn::Add(blurred_x, hn::AbsDiff(hn::LoadU(d, channel.blur + i + 1), blur));
      blurred_y = hn::Add(blurred_y, hn::AbsDiff(hn::LoadU(d, channel.blur_below + i), blur));
    }
    const auto factor = hn::Set(d, rows.factor), floor = hn::Set(d, blurred_floor);
    const auto local = hn::Max(hn::Mul(length, per_channel), hn::Set(d, rows.sharpness));
    const auto windowed_x = hn::Max(hn::Mul(blurred_x, per_channel), floor);
    const auto windowed_y = hn::Max(hn::Mul(blurred_y, per_channel), floor);
    hn::StoreU(hn::Div(factor, hn::Mul(windowed_x, local)), d, rows.east + i);
    hn::StoreU(hn::Div(factor, hn::Mul(windowed_y, local)), d, rows.south + i);
  }
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(WeightRow);

constexpr double kBlurredFloor = 0.001;  // of the windowed gradient; the published program's constant

/// One pixel; `right` is the column of its right neighbour, or its own at the end of the row.
template <class T>
void weigh_pixel(const RtvRows<T>& rows, int i, int right) {
  T length = 0, blurred_x = 0, blurred_y = 0;
  for (int c = 0; c < rows.channels; ++c) {
    const auto& channel = rows.channel[c];
    const T dx = channel.image[right] - channel.image[i];
    const T dy = channel.image_below[i] - channel.image[i];
    length += std::sqrt(dx * dx + dy * dy);
    blurred_x += std::abs(channel.blur[right] - channel.blur[i]);
    blurred_y += std::abs(channel.blur_below[i] - channel.blur[i]);
  }
  const T channels = static_cast<T>(rows.channels);
  const T local = std::max(length / channels, rows.sharpness);
  rows.east[i] = rows.factor / (std::max(blurred_x / channels, static_cast<T>(kBlurredFloor)) * local);
  rows.south[i] = rows.factor / (std::max(blurred_y / channels, static_cast<T>(kBlurredFloor)) * local);
}

void weigh_row(const RtvRows<double>& rows, int width) {
  for (int i = 0; i < width; ++i) weigh_pixel(rows, i, std::min(i + 1, width - 1));
}

void weigh_row(const RtvRows<float>& rows, int width) {
  HWY_DYNAMIC_DISPATCH(WeightRow)(rows, static_cast<float>(kBlurredFloor), width);
  weigh_pixel(rows, width - 1, width - 1);
}

}  // namespace

template <class T>
GridGraph<T> rtv_weights(const std::vector<PaddedPlane<T>>& image, const RtvWeightParameters& parameters, int threads) {
  const Size size = image.front().size();
  const std::vector<double> taps = gaussian_taps(parameters.sigma);
  std::vector<PaddedPlane<T>> blurred;
  for (const auto& channel : image) blurred.push_back(gaussian_blur(channel, taps, threads));

  GridGraph<T> graph(size, 2);
  parallel_rows(size.height, threads, [&](int first, int last) {
    for (int y = first; y < last; ++y) {
      const int below = std::min(y + 1, size.height - 1);
      RtvRows<T> rows{};
      rows.channels = static_cast<int>(image.size());
      rows.sharpness = static_cast<T>(parameters.sharpness);
      rows.factor = static_cast<T>(parameters.factor);
      rows.east = graph.edges[0].row(y);
      rows.south = graph.edges[1].row(y);
      for (std::size_t c = 0; c < image.size(); ++c) {
        rows.channel[c] = {image[c].row(y), image[c].row(below), blurred[c].row(y), blurred[c].row(below)};
      }
      weigh_row(rows, size.width);
      // The row stores ran to the end of the last vector, and over edges that would leave the image.
      std::fill(rows.east + size.width - 1, rows.east + size.width + PaddedPlane<T>::kMargin, T{0});
      T* const no_south = y + 1 < size.height ? rows.south + size.width : rows.south;
      std::fill(no_south, rows.south + size.width + PaddedPlane<T>::kMargin, T{0});
    }
  });
  return graph;
}

template GridGraph<float> rtv_weights(const std::vector<PaddedPlane<float>>&, const RtvWeightParameters&, int);
template GridGraph<double> rtv_weights(const std::vector<PaddedPlane<double>>&, const RtvWeightParameters&, int);

}  // namespace csgis::detail
#endif

#include "imaging/detail/png_unfilter.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/detail/png_unfilter.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Paeth rows of pixels of kBack = 3 or 4 bytes, a pixel at a time in four lanes of 16 bits: each pixel waits for the
/// one before it, but its channels need not wait for each other. Returns the bytes done; the last pixel of a row of
/// 3-byte pixels is left, because four bytes are read and written.
template <std::size_t kBack>
std::size_t PaethPixels(const std::uint8_t* in, const std::uint8_t* up, std::uint8_t* out, std::size_t count) {
#if HWY_TARGET == HWY_SCALAR
  (void)in, (void)up, (void)out, (void)count;
  return 0;
#else
  const hn::FixedTag<std::int16_t, 4> d;
  const hn::Rebind<std::uint8_t, decltype(d)> bytes;
  const auto low_byte = hn::Set(d, 0xff);
  auto left = hn::Zero(d);
  auto up_left = hn::Zero(d);
  std::size_t i = 0;
  for (; i + 4 <= count; i += kBack) {
    const auto above = hn::PromoteTo(d, hn::LoadU(bytes, up + i));
    const auto low = hn::Min(left, above);
    const auto high = hn::Max(left, above);
    const auto t = hn::Sub(hn::Add(hn::Add(up_left, up_left), up_left), hn::Add(left, above));
    const auto unless_low = hn::IfThenElse(hn::Gt(high, t), up_left, low);
    const auto predicted = hn::IfThenElse(hn::Gt(t, low), unless_low, high);
    left = hn::And(hn::Add(hn::PromoteTo(d, hn::LoadU(bytes, in + i)), predicted), low_byte);
    up_left = above;
    hn::StoreU(hn::DemoteTo(bytes, left), bytes, out + i);
  }
  return i;
#endif
}

std::size_t PaethPixels3(const std::uint8_t* in, const std::uint8_t* up, std::uint8_t* out, std::size_t count) {
  return PaethPixels<3>(in, up, out, count);
}

std::size_t PaethPixels4(const std::uint8_t* in, const std::uint8_t* up, std::uint8_t* out, std::size_t count) {
  return PaethPixels<4>(in, up, out, count);
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include "core/error.h"

#include <algorithm>
#include <array>

namespace csgis::detail {
namespace {

HWY_EXPORT(PaethPixels3);
HWY_EXPORT(PaethPixels4);

/// The nearest of the three to left + up - up_left, ties in the order left, up, up_left. Written without branches,
/// which photos would mispredict half of the time: with t = 3 up_left - left - up, up_left is the nearest just when t
/// lies between the other two; where t is beyond one of them, the nearest is the other.
int paeth(int left, int up, int up_left) {
  const int low = std::min(left, up);
  const int high = std::max(left, up);
  const int t = 3 * up_left - left - up;
  const int unless_low = high <= t ? low : up_left;
  return t <= low ? high : unless_low;
}

/// Filters that look at the pixel to the left; `predict(left, up, up_left)` is what the encoder subtracted. kBack, the
/// bytes of a pixel, is a constant so that the pixel to the left stays in registers. Bytes before `done` are decoded.
template <std::size_t kBack, class Predict>
void unfilter_with(const std::uint8_t* in, const std::uint8_t* up, std::uint8_t* out, std::size_t count,
                   std::size_t done, Predict predict) {
  std::array<int, kBack> left{}, up_left{};
  for (std::size_t k = 0; k < kBack && done > 0; ++k) {
    left[k] = out[done - kBack + k];
    up_left[k] = up[done - kBack + k];
  }
  for (std::size_t i = done; i + kBack <= count; i += kBack) {
    for (std::size_t k = 0; k < kBack; ++k) {
      const int above = up[i + k];
      left[k] = (in[i + k] + predict(left[k], above, up_left[k])) & 0xff;
      up_left[k] = above;
      out[i + k] = static_cast<std::uint8_t>(left[k]);
    }
  }
}

template <std::size_t kBack>
void unfilter_paeth(const std::uint8_t* in, const std::uint8_t* up, std::uint8_t* out, std::size_t count) {
  std::size_t done = 0;
  if constexpr (kBack == 3) done = HWY_DYNAMIC_DISPATCH(PaethPixels3)(in, up, out, count);
  if constexpr (kBack == 4) done = HWY_DYNAMIC_DISPATCH(PaethPixels4)(in, up, out, count);
  unfilter_with<kBack>(in, up, out, count, done, paeth);
}

template <std::size_t kBack>
void unfilter(int filter, const std::uint8_t* in, const std::uint8_t* up, std::uint8_t* out, std::size_t count) {
  switch (filter) {
    case 0:
      std::copy_n(in, count, out);
      return;
    case 1:
      return unfilter_with<kBack>(in, up, out, count, 0, [](int left, int, int) { return left; });
    case 2:
      for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint8_t>(in[i] + up[i]);
      return;
    case 3:
      return unfilter_with<kBack>(in, up, out, count, 0, [](int left, int above, int) { return (left + above) / 2; });
    case 4:
      return unfilter_paeth<kBack>(in, up, out, count);
    default:
      fail<DataError>("PNG is damaged: row filter {} is not defined", filter);
  }
}

}  // namespace

UnfilterRow unfilter_for(int pixel_bytes) {
  switch (pixel_bytes) {
    case 1:
      return unfilter<1>;
    case 2:
      return unfilter<2>;
    case 3:
      return unfilter<3>;
    case 4:
      return unfilter<4>;
    case 6:
      return unfilter<6>;
    case 8:
      return unfilter<8>;
    default:
      fail<InvalidArgument>("unfilter_for: pixels of {} bytes do not exist", pixel_bytes);
  }
}

}  // namespace csgis::detail

#endif

#include "imaging/detail/png_filter.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/detail/png_filter.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// The predictor in 8 bits: with p = left + above - corner, |p - left| and |p - above| are differences of two bytes,
/// and |p - corner| is their sum or their difference. Where the sum saturates it still exceeds both, so every
/// comparison comes out as with exact numbers.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V paeth(D d, V left, V above, V corner) {
  const V above_up = hn::SaturatedSub(above, corner), above_down = hn::SaturatedSub(corner, above);
  const V left_up = hn::SaturatedSub(left, corner), left_down = hn::SaturatedSub(corner, left);
  const V to_left = hn::Or(above_up, above_down);
  const V to_above = hn::Or(left_up, left_down);
  const auto opposite = hn::Or(hn::Min(above_up, left_down), hn::Min(above_down, left_up));
  const V difference = hn::Or(hn::SaturatedSub(to_left, to_above), hn::SaturatedSub(to_above, to_left));
  const V to_corner = hn::IfThenElse(hn::Eq(opposite, hn::Zero(d)), hn::SaturatedAdd(to_left, to_above), difference);
  const V nearest = hn::Min(to_left, hn::Min(to_above, to_corner));
  return hn::IfThenElse(hn::Eq(nearest, to_left), left, hn::IfThenElse(hn::Eq(nearest, to_above), above, corner));
}

void PaethFilter(const std::uint8_t* row, const std::uint8_t* above, std::size_t step, std::size_t count,
                 std::uint8_t* out) {
  const hn::CappedTag<std::uint8_t, kFilterSlack> d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto predicted =
        paeth(d, hn::LoadU(d, row + i - step), hn::LoadU(d, above + i), hn::LoadU(d, above + i - step));
    hn::StoreU(hn::Sub(hn::LoadU(d, row + i), predicted), d, out + i);
  }
}

void ZeroBits(const std::uint8_t* data, std::size_t count, std::uint64_t* words) {
  const hn::CappedTag<std::uint8_t, 64> d;
  std::uint8_t bits[sizeof(std::uint64_t)];
  for (std::size_t i = 0; i < count; i += 64) {
    for (std::size_t part = 0; part < 64; part += hn::Lanes(d)) {
      hn::StoreMaskBits(d, hn::Eq(hn::LoadU(d, data + i + part), hn::Zero(d)), bits + part / 8);
    }
    std::memcpy(words + i / 64, bits, sizeof(bits));
  }
  if (count % 64 != 0) words[count / 64] &= (std::uint64_t{1} << count % 64) - 1;
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(PaethFilter);
HWY_EXPORT(ZeroBits);

void paeth_filter(const std::uint8_t* row, const std::uint8_t* above, std::size_t step, std::size_t count,
                  std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(PaethFilter)(row, above, step, count, out);
}

void zero_bits(const std::uint8_t* data, std::size_t count, std::uint64_t* words) {
  HWY_DYNAMIC_DISPATCH(ZeroBits)(data, count, words);
}

}  // namespace csgis::detail
#endif

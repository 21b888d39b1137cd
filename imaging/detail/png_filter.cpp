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

template <class D>
HWY_INLINE void filter_at(D d, const RowPart& part, std::size_t step, std::size_t i, std::uint8_t* out) {
  const auto predicted =
      paeth(d, hn::LoadU(d, part.row + i - step), hn::LoadU(d, part.above + i), hn::LoadU(d, part.above + i - step));
  hn::StoreU(hn::Sub(hn::LoadU(d, part.row + i), predicted), d, out + i);
}

void PaethFilter(const RowPart& part, std::size_t step, std::size_t count, std::uint8_t* out) {
  const hn::CappedTag<std::uint8_t, 1> one;
  for (std::size_t i = 0; i < step; ++i) {
    const auto predicted = paeth(one, hn::LoadU(one, part.before_row + i), hn::LoadU(one, part.above + i),
                                 hn::LoadU(one, part.before_above + i));
    hn::StoreU(hn::Sub(hn::LoadU(one, part.row + i), predicted), one, out + i);
  }
  const hn::CappedTag<std::uint8_t, 64> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = step;
  for (; i + lanes <= count; i += lanes) filter_at(d, part, step, i, out);
  if (i == count) return;
  if (count >= step + lanes) {
    filter_at(d, part, step, count - lanes, out);  // the last vector overlaps the one before
  } else {
    for (; i < count; ++i) filter_at(one, part, step, i, out);
  }
}

/// Bits of 64 bytes; the target without vectors has one lane, too few for StoreMaskBits.
HWY_INLINE std::uint64_t repeats_in_64(const std::uint8_t* data) {
  const hn::CappedTag<std::uint8_t, 64> d;
  std::uint64_t word = 0;
  if constexpr (hn::MaxLanes(hn::CappedTag<std::uint8_t, 64>()) < 8) {
    for (unsigned i = 0; i < 64; ++i) word |= std::uint64_t{data[i] == *(data + i - 1)} << i;
  } else {
    std::uint8_t bits[sizeof(word)];
    for (std::size_t i = 0; i < 64; i += hn::Lanes(d)) {
      hn::StoreMaskBits(d, hn::Eq(hn::LoadU(d, data + i), hn::LoadU(d, data + i - 1)), bits + i / 8);
    }
    std::memcpy(&word, bits, sizeof(word));
  }
  return word;
}

void RepeatBits(const std::uint8_t* data, std::size_t count, std::uint64_t* words) {
  for (std::size_t i = 0; i < count; i += 64) words[i / 64] = repeats_in_64(data + i);
  if (count % 64 != 0) words[count / 64] &= (std::uint64_t{1} << count % 64) - 1;
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(PaethFilter);
HWY_EXPORT(RepeatBits);

void paeth_filter(const RowPart& part, std::size_t step, std::size_t count, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(PaethFilter)(part, step, count, out);
}

void repeat_bits(const std::uint8_t* data, std::size_t count, std::uint64_t* words) {
  HWY_DYNAMIC_DISPATCH(RepeatBits)(data, count, words);
}

}  // namespace csgis::detail
#endif

#include "imaging/detail/bit_writer.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/detail/bit_writer.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

/// Bits on their way out. A packed code added to `count` counts its bits in the lowest byte and leaves rubbish above,
/// which a shift by count % 64 does not see.
struct Bits {
  std::uint64_t bits;
  std::uint64_t count;

  HWY_INLINE void put(std::uint64_t packed) {
    bits |= packed >> 8 << (count & 63);
    count += packed;
  }
  HWY_INLINE std::uint8_t* flush(std::uint8_t* out) {
    count &= 255;
    std::memcpy(out, &bits, sizeof(bits));
    out += count >> 3;
    bits >>= count & 56;
    count &= 7;
    return out;
  }
};

/// No vectors in here: the targets differ in their shift instructions (BMI2).
std::uint8_t* PutPacked(const std::uint16_t* tokens, std::size_t count, const std::uint64_t* table, std::uint8_t* out,
                        PendingBits& pending) {
  Bits bits{pending.bits, pending.count};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const Bits before = bits;
    for (std::size_t k = 0; k < 4; ++k) bits.put(table[tokens[i + k]]);
    if ((bits.count & 255) > 63) {  // rare: too much for one word
      bits = before;
      for (std::size_t k = 0; k < 4; ++k) {
        bits.put(table[tokens[i + k]]);
        out = bits.flush(out);
      }
    }
    out = bits.flush(out);
  }
  for (; i < count; ++i) {
    bits.put(table[tokens[i]]);
    out = bits.flush(out);
  }
  pending = {bits.bits, static_cast<unsigned>(bits.count)};
  return out;
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(PutPacked);

void BitWriter::put_packed(const std::uint16_t* tokens, std::size_t count, const std::uint64_t* table) {
  out_ = HWY_DYNAMIC_DISPATCH(PutPacked)(tokens, count, table, out_, pending_);
}

}  // namespace csgis::detail
#endif

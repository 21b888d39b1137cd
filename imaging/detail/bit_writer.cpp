#include "imaging/detail/bit_writer.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/detail/bit_writer.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

/// No vectors in here: the targets differ in their shift instructions (BMI2), which is a third of the time.
std::uint8_t* PutPacked(const std::uint16_t* tokens, std::size_t count, const std::uint32_t* table, std::uint8_t* out,
                        PendingBits& pending) {
  std::uint64_t bits = pending.bits;
  std::uint64_t waiting = pending.count;
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    // A packed code serves as a shift count as it is, and sums of packed codes count the bits of several: only the
    // lowest six bits of a shift count matter.
    const std::uint64_t a = table[tokens[i]], b = table[tokens[i + 1]];
    const std::uint64_t c = table[tokens[i + 2]], d = table[tokens[i + 3]];
    const std::uint64_t first = a >> 8 | b >> 8 << (a & 63), second = c >> 8 | d >> 8 << (c & 63);
    if (((a + b + c + d) & 255) > 56) {  // rare: put the two halves one after the other
      bits |= first << waiting;
      waiting += (a + b) & 63;
      std::memcpy(out, &bits, sizeof(bits));
      out += waiting >> 3;
      bits >>= waiting & 56;
      waiting &= 7;
      bits |= second << waiting;
      waiting += (c + d) & 63;
    } else {
      bits |= (first | second << ((a + b) & 63)) << waiting;
      waiting += (a + b + c + d) & 63;
    }
    std::memcpy(out, &bits, sizeof(bits));
    out += waiting >> 3;
    bits >>= waiting & 56;
    waiting &= 7;
  }
  for (; i < count; ++i) {
    const std::uint64_t code = table[tokens[i]];
    bits |= code >> 8 << waiting;
    waiting += code & 63;
  }
  std::memcpy(out, &bits, sizeof(bits));
  out += waiting >> 3;
  pending.bits = bits >> (waiting & 56);
  pending.count = static_cast<unsigned>(waiting & 7);
  return out;
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(PutPacked);

void BitWriter::put_packed(const std::uint16_t* tokens, std::size_t count, const std::uint32_t* table) {
  out_ = HWY_DYNAMIC_DISPATCH(PutPacked)(tokens, count, table, out_, pending_);
}

}  // namespace csgis::detail
#endif

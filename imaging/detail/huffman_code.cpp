#include "imaging/detail/huffman_code.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <numeric>
#include <utility>

namespace csgis::detail {
namespace {

constexpr std::size_t kMaxSymbols = 320;
constexpr int kLongestCode = 15;

constexpr std::array<std::uint8_t, 256> make_reversed_bytes() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      if ((byte >> bit & 1U) != 0) table[byte] = static_cast<std::uint8_t>(table[byte] | 128U >> bit);
    }
  }
  return table;
}

constexpr std::array<std::uint8_t, 256> kReversed = make_reversed_bytes();

/// A symbol that occurs, and how often.
struct Occurring {
  std::uint32_t count;
  std::uint32_t symbol;
};

/// Sorts by count, equal counts by symbol: a byte at a time from the lowest on, leaving out bytes that are all zero.
void sort_by_count(std::span<Occurring> items) {
  std::array<Occurring, kMaxSymbols> other;
  std::span<Occurring> from = items, to(other.data(), items.size());
  std::uint32_t used_bits = 0;
  for (const Occurring& item : items) used_bits |= item.count;
  for (unsigned shift = 0; shift < 32 && used_bits >> shift != 0; shift += 8) {
    std::array<std::uint16_t, 257> place{};
    for (const Occurring& item : from) ++place[(item.count >> shift & 255) + 1];
    std::partial_sum(place.begin(), place.end(), place.begin());
    for (const Occurring& item : from) to[place[item.count >> shift & 255]++] = item;
    std::swap(from, to);
  }
  if (from.data() != items.data()) std::copy(from.begin(), from.end(), items.begin());
}

/// Turns ascending weights into the code lengths of an unlimited Huffman code (descending), in place.
void lengths_from_sorted_weights(std::span<std::uint32_t> a) {
  const std::size_t n = a.size();
  // First pass: a[next] becomes the weight of an inner node, and where that has been used up, the index of its parent.
  std::size_t leaf = 0, root = 0;
  for (std::size_t next = 0; next + 1 < n; ++next) {
    std::uint32_t weight = 0;
    for (int child = 0; child < 2; ++child) {
      if (leaf >= n || (root < next && a[root] < a[leaf])) {
        weight += a[root];
        a[root++] = static_cast<std::uint32_t>(next);
      } else {
        weight += a[leaf++];
      }
    }
    a[next] = weight;
  }
  // Second pass: depth of every inner node, from the root down.
  a[n - 2] = 0;
  for (std::size_t i = n - 2; i-- > 0;) a[i] = a[a[i]] + 1;
  // Third pass: the leaves take what the inner nodes leave free at each depth.
  std::size_t available = 1, inner = n - 1, out = n;
  for (std::uint32_t depth = 0; available > 0; ++depth) {
    std::size_t used = 0;
    while (inner > 0 && a[inner - 1] == depth) {
      ++used;
      --inner;
    }
    for (; available > used; --available) a[--out] = depth;
    available = 2 * used;
  }
}

/// Makes room after all lengths above `limit` were cut to it: count[l] symbols have length l.
void restore_kraft_sum(std::span<std::uint32_t> count, int limit) {
  const std::uint32_t whole = 1U << limit;
  std::uint32_t sum = 0;
  for (int l = 1; l <= limit; ++l) sum += count[static_cast<std::size_t>(l)] << (limit - l);
  for (; sum > whole; --sum) {
    // One of the longest codes moves up beside a shorter one, which grows by a bit: together they take one unit less.
    int shorter = limit - 1;
    while (count[static_cast<std::size_t>(shorter)] == 0) --shorter;
    --count[static_cast<std::size_t>(limit)];
    --count[static_cast<std::size_t>(shorter)];
    count[static_cast<std::size_t>(shorter) + 1] += 2;
  }
}

}  // namespace

void huffman_lengths(std::span<const std::uint32_t> counts, int limit, std::span<std::uint8_t> lengths) {
  assert(counts.size() <= kMaxSymbols && lengths.size() >= counts.size() && limit <= kLongestCode);
  std::array<Occurring, kMaxSymbols> sorted;
  std::size_t used = 0;
  for (std::uint32_t symbol = 0; symbol < counts.size(); ++symbol) {
    lengths[symbol] = 0;
    if (counts[symbol] != 0) sorted[used++] = {counts[symbol], symbol};
  }
  if (used == 0) return;
  if (used == 1) {
    lengths[sorted[0].symbol] = 1;
    return;
  }
  sort_by_count({sorted.data(), used});
  std::array<std::uint32_t, kMaxSymbols> weights;
  for (std::size_t i = 0; i < used; ++i) weights[i] = sorted[i].count;
  lengths_from_sorted_weights({weights.data(), used});

  std::array<std::uint32_t, kLongestCode + 1> count{};
  for (std::size_t i = 0; i < used; ++i) ++count[std::min<std::uint32_t>(weights[i], static_cast<unsigned>(limit))];
  restore_kraft_sum(count, limit);
  std::size_t i = used;
  for (int l = 1; l <= limit; ++l) {
    for (std::uint32_t k = count[static_cast<std::size_t>(l)]; k > 0; --k) {
      lengths[sorted[--i].symbol] = static_cast<std::uint8_t>(l);
    }
  }
}

void huffman_codes(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes) {
  std::array<std::uint32_t, kLongestCode + 2> next{};
  for (const std::uint8_t length : lengths) {
    if (length != 0) ++next[length + 1U];
  }
  // next[l] turns from the number of codes of length l - 1 into the first code of length l.
  for (std::size_t l = 1; l < next.size(); ++l) next[l] = (next[l - 1] + next[l]) << 1;
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    const unsigned length = lengths[symbol];
    const std::uint32_t code = length == 0 ? 0 : next[length]++;
    const auto reversed = static_cast<unsigned>(kReversed[code & 255] << 8 | kReversed[code >> 8]);
    codes[symbol] = static_cast<std::uint16_t>(reversed >> (16 - length));
  }
}

}  // namespace csgis::detail

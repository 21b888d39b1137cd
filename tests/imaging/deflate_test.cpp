#include "imaging/detail/deflate_encoder.h"
#include "imaging/detail/huffman_code.h"
#include "tests/support/catch.h"

#include <libdeflate.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

using namespace csgis::detail;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Sum of 2^-length in units of 2^-15.
std::uint32_t kraft_sum(const std::vector<std::uint8_t>& lengths) {
  std::uint32_t sum = 0;
  for (const std::uint8_t length : lengths) sum += length == 0 ? 0 : 1U << (15 - length);
  return sum;
}

std::vector<std::uint8_t> lengths_of(const std::vector<std::uint32_t>& counts, int limit) {
  std::vector<std::uint8_t> lengths(counts.size(), 99);
  huffman_lengths(counts, limit, lengths);
  return lengths;
}

std::uint64_t cost(const std::vector<std::uint32_t>& counts, const std::vector<std::uint8_t>& lengths) {
  return std::inner_product(counts.begin(), counts.end(), lengths.begin(), std::uint64_t{0});
}

/// Bits of an optimal unlimited code: the sum of all inner nodes when the two lightest are joined again and again.
std::uint64_t optimal_cost(std::vector<std::uint32_t> weights) {
  std::erase(weights, 0U);
  std::uint64_t sum = 0;
  while (weights.size() > 1) {
    std::sort(weights.begin(), weights.end(), std::greater<>());
    const std::uint32_t joined = weights.back() + weights[weights.size() - 2];
    weights.pop_back();
    weights.back() = joined;
    sum += joined;
  }
  return sum;
}

std::vector<std::uint32_t> fibonacci(std::size_t n) {
  std::vector<std::uint32_t> weights(n, 1);
  for (std::size_t i = 2; i < n; ++i) weights[i] = weights[i - 1] + weights[i - 2];
  return weights;
}

/// Deflates in calls of `part` bytes, each with only the last 32 KiB before it in memory.
Bytes deflate(const Bytes& data, std::size_t part) {
  DeflateEncoder encoder;
  encoder.reset();
  Bytes stream;
  for (std::size_t done = 0; done < data.size(); done += part) {
    const std::size_t count = std::min(part, data.size() - done), history = std::min(done, kDeflateWindow);
    Bytes window(data.begin() + static_cast<std::ptrdiff_t>(done - history),
                 data.begin() + static_cast<std::ptrdiff_t>(done + count));
    window.resize(window.size() + kDeflateSlack, 0xA5);
    Bytes out(DeflateEncoder::bound(count));
    std::uint8_t* const end =
        encoder.append(window.data() + history, history, count, done + count == data.size(), out.data());
    stream.insert(stream.end(), out.data(), end);
  }
  return stream;
}

/// By libdeflate, which accepts neither an incomplete code nor anything after the last block.
Bytes inflate(const Bytes& stream, std::size_t size) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  Bytes data(size);
  std::size_t used = 0;
  REQUIRE(libdeflate_deflate_decompress_ex(decompressor.get(), stream.data(), stream.size(), data.data(), size, &used,
                                           nullptr) == LIBDEFLATE_SUCCESS);
  CHECK(used == stream.size());
  return data;
}

bool survives(const Bytes& data, std::size_t part) {
  return inflate(deflate(data, part), data.size()) == data;
}

Bytes random_bytes(std::size_t n, unsigned seed, unsigned values = 256) {
  std::mt19937 random(seed);
  Bytes bytes(n);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % values);
  return bytes;
}

}  // namespace

TEST_CASE("Huffman lengths of Fibonacci weights fill the code within any limit") {
  const auto weights = fibonacci(40);
  for (int limit = 6; limit <= 15; ++limit) {
    CAPTURE(limit);
    const auto lengths = lengths_of(weights, limit);
    CHECK(kraft_sum(lengths) == 1U << 15);
    CHECK(*std::max_element(lengths.begin(), lengths.end()) == limit);
    CHECK(*std::min_element(lengths.begin(), lengths.end()) > 0);
    CHECK(std::is_sorted(lengths.rbegin(), lengths.rend()));
  }
}

TEST_CASE("Huffman lengths are optimal where the limit does not bind, and near it where it does") {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::uint32_t> counts(1 + random() % 286);
    for (auto& count : counts) count = random() % 3 == 0 ? 0 : 1 + random() % (1U << random() % 18);
    counts[random() % counts.size()] = 1;
    counts.push_back(1);
    const auto lengths = lengths_of(counts, 15);
    CAPTURE(round, counts.size());
    REQUIRE(kraft_sum(lengths) == 1U << 15);
    for (std::size_t i = 0; i < counts.size(); ++i) REQUIRE((lengths[i] == 0) == (counts[i] == 0));
    if (*std::max_element(lengths.begin(), lengths.end()) < 15) CHECK(cost(counts, lengths) == optimal_cost(counts));
    const auto limited = lengths_of(counts, 12);
    CHECK(kraft_sum(limited) == 1U << 15);
    CHECK(static_cast<double>(cost(counts, limited)) < 1.02 * static_cast<double>(optimal_cost(counts)));
  }
}

TEST_CASE("Huffman codes of one symbol and of none") {
  CHECK(lengths_of({0, 7, 0}, 14) == std::vector<std::uint8_t>{0, 1, 0});
  CHECK(lengths_of({0, 0}, 14) == std::vector<std::uint8_t>{0, 0});
  CHECK(lengths_of({5, 5}, 14) == std::vector<std::uint8_t>{1, 1});
}

TEST_CASE("canonical codes are those of RFC 1951, 3.2.2, from the first bit sent") {
  // The RFC's example: lengths 3,3,3,3,3,2,4,4 give 010 011 100 101 110 00 1110 1111.
  const std::vector<std::uint8_t> lengths{3, 3, 3, 3, 3, 2, 4, 4};
  std::vector<std::uint16_t> codes(lengths.size());
  huffman_codes(lengths, codes);
  CHECK(codes == std::vector<std::uint16_t>{0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111});
}

TEST_CASE("length and distance symbols are those of RFC 1951, 3.2.5") {
  const auto is = [](DeflateSymbol s, unsigned symbol, unsigned bits, unsigned extra) {
    return s.symbol == symbol && s.extra_bits == bits && s.extra == extra;
  };
  CHECK(is(length_symbol(3), 257, 0, 0));
  CHECK(is(length_symbol(10), 264, 0, 0));
  CHECK(is(length_symbol(12), 265, 1, 1));
  CHECK(is(length_symbol(115), 280, 4, 0));
  CHECK(is(length_symbol(131), 281, 5, 0));
  CHECK(is(length_symbol(257), 284, 5, 30));
  CHECK(is(length_symbol(258), 285, 0, 0));
  CHECK(is(distance_symbol(1), 0, 0, 0));
  CHECK(is(distance_symbol(6), 4, 1, 1));
  CHECK(is(distance_symbol(24577), 29, 13, 0));
  CHECK(is(distance_symbol(32768), 29, 13, 8191));
}

TEST_CASE("runs of every length inflate to themselves") {
  for (std::size_t run = 1; run <= 1100; run += run < 600 ? 1 : 37) {
    Bytes data(3, 9);
    data.insert(data.end(), run, 0);
    data.insert(data.end(), 2, 7);
    CAPTURE(run);
    REQUIRE(survives(data, data.size()));
  }
}

TEST_CASE("strings repeated at every reach of the window inflate to themselves") {
  for (const std::size_t gap : {58U, 258U, 4000U, 32718U, 32768U, 32769U, 40000U}) {
    const Bytes string = random_bytes(50, 1);
    Bytes data(8, 1);
    data.insert(data.end(), string.begin(), string.end());
    const Bytes filler = random_bytes(100000, 2, 3);
    data.insert(data.end(), filler.begin(), filler.begin() + static_cast<std::ptrdiff_t>(gap - string.size() - 8));
    data.insert(data.end(), 8, 1);
    data.insert(data.end(), string.begin(), string.end());
    CAPTURE(gap);
    for (const std::size_t part : {data.size(), std::size_t{1000}}) {
      CHECK(survives(data, part));
    }
  }
}

TEST_CASE("a block with thousands of far matches and few runs, all of rare symbols, inflates to itself") {
  std::mt19937 random(8);
  std::vector<Bytes> strings;
  Bytes data;
  for (unsigned i = 0; i < 10; ++i) {
    strings.push_back(random_bytes(20, 100 + i));
    data.insert(data.end(), 6 + i % 3, static_cast<std::uint8_t>(i));  // behind a run a string is remembered
    data.insert(data.end(), strings.back().begin(), strings.back().end());
  }
  for (int i = 0; i < 12000; ++i) {
    if (i % 600 == 0) data.insert(data.end(), 6, 88);
    const auto rank = static_cast<std::size_t>(std::countr_zero(random() | 1U << 9));  // each half as often
    data.insert(data.end(), strings[rank].begin(), strings[rank].end());
  }
  data.insert(data.end(), 200, 77);  // five extra bits
  const Bytes stream = deflate(data, data.size());
  CHECK(stream.size() < data.size() / 8);
  CHECK(inflate(stream, data.size()) == data);
}

TEST_CASE("adversarial data inflate to themselves, however they are cut into calls") {
  std::vector<Bytes> inputs = {Bytes(1, 0),
                               Bytes(1, 255),
                               Bytes(300000, 0),
                               random_bytes(300000, 3),
                               random_bytes(200000, 4, 2),
                               random_bytes(70000, 5, 4)};
  Bytes skewed;  // Fibonacci frequencies: the longest codes there are
  const auto weights = fibonacci(24);
  for (std::size_t value = 0; value < weights.size(); ++value) {
    skewed.insert(skewed.end(), weights[value], static_cast<std::uint8_t>(value * 11));
  }
  std::shuffle(skewed.begin(), skewed.end(), std::mt19937(6));
  inputs.push_back(skewed);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (const std::size_t part : {inputs[i].size(), std::size_t{65536}, std::size_t{777}}) {
      CAPTURE(i, part);
      CHECK(survives(inputs[i], part));
    }
  }
}

TEST_CASE("what cannot be compressed is stored, at five bytes in 64 KiB") {
  const Bytes noise = random_bytes(1 << 18, 7);
  CHECK(deflate(noise, noise.size()).size() <= noise.size() + 5 * 5);
}

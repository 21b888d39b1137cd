#pragma once
/// Counter-based random numbers: a draw depends on (seed, purpose, item key) and its position in that stream alone,
/// never on threads, order or shards.

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace csgis {

/// Philox4x32-10 block function. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011. Maps a 128-bit counter to 128 random bits under a 64-bit key.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// A stream of random numbers. Satisfies std::uniform_random_bit_generator, but use the members below: the
/// distributions of the standard library may differ between implementations, these do not.
class Random {
 public:
  using result_type = std::uint32_t;

  /// The stream for one purpose ("split", "augment") of one item ("st001__brick01") under the run's seed.
  Random(std::uint64_t seed, std::string_view purpose, std::string_view item);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  std::uint64_t bits64();

  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform integer in [0, count), unbiased. count >= 1.
  std::uint64_t below(std::uint64_t count);
  /// Uniform integer in [low, high], both included.
  int between(int low, int high);
  /// True with probability p.
  bool chance(double p) { return uniform() < p; }
  /// Normal deviate, mean 0, standard deviation 1 (Box-Muller).
  double normal();

  /// Fisher-Yates shuffle of a random-access container.
  template <class Container>
  void shuffle(Container& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      using std::swap;
      swap(items[i - 1], items[static_cast<std::size_t>(below(i))]);
    }
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

}  // namespace csgis

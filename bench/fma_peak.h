#pragma once
/// The most single-precision operations a second that some threads reach with fused multiply-adds in registers.

#include "bench/interleaved.h"

#include <sched.h>
#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace csgis::bench {

/// Independent sums: latency times throughput of a multiply-add on every core in use today.
inline constexpr int kSums = 12;

#if defined(__x86_64__)
__attribute__((target("avx512f"))) inline float multiply_add_512(std::int64_t rounds) {
  __m512 sums[kSums];  // std::array would lose the alignment
  for (int i = 0; i < kSums; ++i) sums[i] = _mm512_set1_ps(static_cast<float>(i));
  const __m512 factor = _mm512_set1_ps(0.999F), term = _mm512_set1_ps(1e-3F);
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
    for (std::size_t i = 0; i < kSums; ++i) sums[i] = _mm512_fmadd_ps(sums[i], factor, term);
  }
  __m512 total = sums[0];
  for (std::size_t i = 1; i < kSums; ++i) total = _mm512_add_ps(total, sums[i]);
  return _mm512_reduce_add_ps(total);
}

__attribute__((target("avx2,fma"))) inline float multiply_add_256(std::int64_t rounds) {
  __m256 sums[kSums];  // std::array would lose the alignment
  for (int i = 0; i < kSums; ++i) sums[i] = _mm256_set1_ps(static_cast<float>(i));
  const __m256 factor = _mm256_set1_ps(0.999F), term = _mm256_set1_ps(1e-3F);
  for (std::int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
    for (std::size_t i = 0; i < kSums; ++i) sums[i] = _mm256_fmadd_ps(sums[i], factor, term);
  }
  __m256 total = sums[0];
  for (std::size_t i = 1; i < kSums; ++i) total = _mm256_add_ps(total, sums[i]);
  return _mm256_cvtss_f32(total);
}
#endif

/// Where OMP_PROC_BIND pins the calling thread, new threads would inherit its one core and share it.
inline void use_any_core() {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (int core = 0; core < CPU_SETSIZE; ++core) CPU_SET(core, &all);
  sched_setaffinity(0, sizeof(all), &all);
}

/// Best of several runs; 0 where it is not known how to measure.
inline double fma_peak(int threads) {
#if defined(__x86_64__)
  constexpr std::int64_t kRounds = 20'000'000;
  const bool is_wide = __builtin_cpu_supports("avx512f");
  const double lanes = is_wide ? 16 : 8;
  double best = 0;
  for (int run = 0; run < 5; ++run) {
    volatile float sink = 0;
    const double time = milliseconds([&] {
      std::vector<std::jthread> team;
      for (int t = 0; t < threads; ++t) {
        team.emplace_back([&] {
          use_any_core();
          sink = is_wide ? multiply_add_512(kRounds) : multiply_add_256(kRounds);
        });
      }
    });
    best = std::max(best, 2 * lanes * kSums * static_cast<double>(kRounds) * threads / time * 1e3);
  }
  return best;
#else
  return 0;
#endif
}

}  // namespace csgis::bench

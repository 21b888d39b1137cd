#pragma once
/// Timing two programs against each other: runs alternate, so that what disturbs the machine disturbs both, and
/// medians count.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace csgis::bench {

template <class F>
double milliseconds(const F& run) {
  const auto begin = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

inline double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

/// Times of one program; the least shows how far the median was disturbed.
struct Times {
  std::vector<double> all;
  double middle() const { return median(all); }
  double least() const { return *std::min_element(all.begin(), all.end()); }
};

struct Pair {
  Times ours, peer;
  double ratio() const { return peer.middle() / ours.middle(); }
};

/// Runs both `repeats` times after one run each to warm up; ours `inner` times in a row for each run of the peer, if it
/// is too short to be timed beside it.
template <class Ours, class Peer>
Pair interleaved(int repeats, const Ours& ours, const Peer& peer, int inner = 1) {
  ours();
  peer();
  Pair pair;
  for (int i = 0; i < repeats; ++i) {
    for (int k = 0; k < inner; ++k) pair.ours.all.push_back(milliseconds(ours));
    pair.peer.all.push_back(milliseconds(peer));
  }
  return pair;
}

inline void print(const std::string& what, const Pair& pair) {
  fmt::print("{:44}  {:9.2f} ms (least {:9.2f})   peer {:10.2f} ms (least {:10.2f})   {:6.1f} x\n", what,
             pair.ours.middle(), pair.ours.least(), pair.peer.middle(), pair.peer.least(), pair.ratio());
}

}  // namespace csgis::bench

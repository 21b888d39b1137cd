#pragma once
/// Lanes of double for the code that Highway targets share (imaging/detail/fft-inl.h), in plain C++ without fused
/// multiply-add: the same bits on every CPU type.

#include <cstddef>

namespace csgis::detail {

template <std::size_t kCount>
struct PlainLanes {
  using Real = double;
  static constexpr std::size_t kLanes = kCount;
  double value[kCount];

  static PlainLanes load(const double* at) {
    PlainLanes out;
    for (std::size_t i = 0; i < kCount; ++i) out.value[i] = at[i];
    return out;
  }
  static PlainLanes all(double x) {
    PlainLanes out;
    for (double& v : out.value) v = x;
    return out;
  }
  void store(double* at) const {
    for (std::size_t i = 0; i < kCount; ++i) at[i] = value[i];
  }

  friend PlainLanes operator+(PlainLanes a, const PlainLanes& b) {
    for (std::size_t i = 0; i < kCount; ++i) a.value[i] += b.value[i];
    return a;
  }
  friend PlainLanes operator-(PlainLanes a, const PlainLanes& b) {
    for (std::size_t i = 0; i < kCount; ++i) a.value[i] -= b.value[i];
    return a;
  }
  friend PlainLanes operator*(PlainLanes a, const PlainLanes& b) {
    for (std::size_t i = 0; i < kCount; ++i) a.value[i] *= b.value[i];
    return a;
  }
  friend PlainLanes mul_add(const PlainLanes& a, const PlainLanes& b, const PlainLanes& c) { return a * b + c; }
  friend PlainLanes neg_mul_add(const PlainLanes& a, const PlainLanes& b, const PlainLanes& c) { return c - a * b; }
};

}  // namespace csgis::detail

#pragma once
/// Elementary functions of the generators. The C library picks its sin and exp by CPU (with or without fused
/// multiply-add) and their last bit may differ, so bytes would depend on the machine. These use + - * / alone, which
/// IEEE 754 fixes, and std::sqrt, which it fixes too.

#include <cstdint>

namespace csgis::synth {

/// Largest integer not above `value`; |value| < 2^31.
inline int floor_int(float value) {
  const int truncated = static_cast<int>(value);
  return truncated - (value < static_cast<float>(truncated) ? 1 : 0);
}

inline float fraction(float value) {
  return value - static_cast<float>(floor_int(value));
}

/// sin(2 pi turns), absolute error below 5e-6.
inline float sine_turns(float turns) {
  float t = turns - static_cast<float>(floor_int(turns + 0.5F));
  if (t > 0.25F) t = 0.5F - t;
  if (t < -0.25F) t = -0.5F - t;
  const float x = t * 6.28318530718F;
  const float x2 = x * x;
  constexpr float k3 = -1.0F / 6, k5 = 1.0F / 120, k7 = -1.0F / 5040, k9 = 1.0F / 362880;
  return x * (1 + x2 * (k3 + x2 * (k5 + x2 * (k7 + x2 * k9))));
}

inline float cosine_turns(float turns) {
  return sine_turns(turns + 0.25F);
}

inline float mix(float from, float to, float t) {
  return from + (to - from) * t;
}

inline float clamp01(float value) {
  return value < 0 ? 0 : (value > 1 ? 1 : value);
}

/// 0 below `from`, 1 above `to`, cubic between; from < to.
inline float smooth_step(float from, float to, float value) {
  const float t = clamp01((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}

}  // namespace csgis::synth

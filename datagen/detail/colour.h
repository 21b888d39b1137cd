#pragma once
/// Colours of the generators: sRGB-encoded components in [0,1] with straight alpha.

#include "datagen/detail/portable_math.h"

namespace csgis::synth {

struct Colour {
  float r = 0, g = 0, b = 0, a = 1;

  Colour with_alpha(float alpha) const { return {r, g, b, alpha}; }
};

/// 0xRRGGBB.
constexpr Colour rgb(unsigned hex) {
  return {static_cast<float>(hex >> 16 & 255U) / 255, static_cast<float>(hex >> 8 & 255U) / 255,
          static_cast<float>(hex & 255U) / 255, 1};
}

constexpr Colour grey(float level) {
  return {level, level, level, 1};
}

inline Colour mix(Colour from, Colour to, float t) {
  return {mix(from.r, to.r, t), mix(from.g, to.g, t), mix(from.b, to.b, t), mix(from.a, to.a, t)};
}

inline Colour lighter(Colour c, float t) {
  return mix(c, Colour{1, 1, 1, c.a}, t);
}

/// Towards a bluish black: shadows in daylight are cooler than what they fall on.
inline Colour darker(Colour c, float t) {
  return mix(c, Colour{0.04F, 0.04F, 0.09F, c.a}, t);
}

/// ITU-R BT.601 luma.
inline float luma(Colour c) {
  return 0.299F * c.r + 0.587F * c.g + 0.114F * c.b;
}

}  // namespace csgis::synth

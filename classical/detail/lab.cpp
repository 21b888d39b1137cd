#include "classical/detail/lab.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/lab.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "classical/detail/exp_log-inl.h"

#ifndef CSGIS_LAB_ONCE
#define CSGIS_LAB_ONCE
namespace csgis::detail {

constexpr double kExponent = 1 / 0.45;
constexpr double kCurveOffset = 0.099;
constexpr double kLinearBelow = 0.018;  // of the linear value
constexpr double kLinearSlope = 4.5138;
/// R, G, B to X, Y, Z, the rows divided by the white point (0.950456, 1, 1.088754).
constexpr double kXyz[3][3] = {
    {0.412453220144 / 0.950456, 0.357579581294 / 0.950456, 0.180422589971 / 0.950456},
    {0.212671121341, 0.715159205311, 0.072168776776},
    {0.019333816462 / 1.088754, 0.119193540207 / 1.088754, 0.950226922290 / 1.088754},
};
constexpr double kCubeRootFrom = 0.008856;
constexpr double kRootSlope = 841.0 / 108;
constexpr double kRootOffset = 4.0 / 29;

}  // namespace csgis::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

template <class D, class V = hn::Vec<D>>
HWY_INLINE V Linear(D d, V s) {
  const auto set = [d](double value) { return hn::Set(d, static_cast<float>(value)); };
  const V base = hn::Mul(hn::Add(s, set(kCurveOffset)), set(1 / (1 + kCurveOffset)));
  const V curve = Exp2(d, hn::Mul(set(kExponent), Log2(d, hn::Max(base, set(1e-30)))));
  return hn::IfThenElse(hn::Lt(curve, set(kLinearBelow)), hn::Mul(s, set(1 / kLinearSlope)), curve);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V Root(D d, V a) {
  const auto set = [d](double value) { return hn::Set(d, static_cast<float>(value)); };
  const V root = Exp2(d, hn::Mul(set(1.0 / 3), Log2(d, hn::Max(a, set(1e-30)))));
  return hn::IfThenElse(hn::Lt(a, set(kCubeRootFrom)), hn::MulAdd(a, set(kRootSlope), set(kRootOffset)), root);
}

void LabRow(const float* const rgb[3], int count, float* const lab[3]) {
  const hn::CappedTag<float, 16> d;
  const auto set = [d](double value) { return hn::Set(d, static_cast<float>(value)); };
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(d))) {
    const auto r = Linear(d, hn::LoadU(d, rgb[0] + i));
    const auto g = Linear(d, hn::LoadU(d, rgb[1] + i));
    const auto b = Linear(d, hn::LoadU(d, rgb[2] + i));
    const auto root = [&](const double(&row)[3]) {
      return Root(d, hn::MulAdd(set(row[0]), r, hn::MulAdd(set(row[1]), g, hn::Mul(set(row[2]), b))));
    };
    const auto x = root(kXyz[0]), y = root(kXyz[1]), z = root(kXyz[2]);
    hn::StoreU(hn::MulAdd(set(116), y, set(-16)), d, lab[0] + i);
    hn::StoreU(hn::Mul(set(500), hn::Sub(x, y)), d, lab[1] + i);
    hn::StoreU(hn::Mul(set(200), hn::Sub(y, z)), d, lab[2] + i);
  }
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(LabRow);

double linear(double s) {
  const double base = (s + kCurveOffset) / (1 + kCurveOffset);
  const double curve = base > 0 ? std::pow(base, kExponent) : 0;
  return curve < kLinearBelow ? s / kLinearSlope : curve;
}

double root(double a) {
  return a < kCubeRootFrom ? a * kRootSlope + kRootOffset : std::cbrt(a);
}

}  // namespace

void to_lab(const double* const rgb[3], int count, double* const lab[3]) {
  for (int i = 0; i < count; ++i) {
    const double r = linear(rgb[0][i]), g = linear(rgb[1][i]), b = linear(rgb[2][i]);
    double t[3];
    for (int k = 0; k < 3; ++k) t[k] = root(kXyz[k][0] * r + kXyz[k][1] * g + kXyz[k][2] * b);
    lab[0][i] = 116 * t[1] - 16;
    lab[1][i] = 500 * (t[0] - t[1]);
    lab[2][i] = 200 * (t[1] - t[2]);
  }
}

void to_lab(const float* const rgb[3], int count, float* const lab[3]) {
  HWY_DYNAMIC_DISPATCH(LabRow)(rgb, count, lab);
}

}  // namespace csgis::detail
#endif

// Carries out an FftPlan on many signals at once: one per lane. Included once per Highway target, and without one for
// plain double arithmetic; hence the guard, and code in the namespace of the target.
//
// Element n of the signals stands at data[2 n kLanes]: kLanes real parts, then kLanes imaginary parts. A type of lanes
// has Real, kLanes, load, store, all (broadcast), + - *, and mul_add(a, b, c) = a b + c, neg_mul_add(a, b, c) = c - a
// b.

#include "imaging/detail/fft_plan.h"

#include <hwy/highway.h>

#if defined(CSGIS_IMAGING_DETAIL_FFT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CSGIS_IMAGING_DETAIL_FFT_INL_H_
#undef CSGIS_IMAGING_DETAIL_FFT_INL_H_
#else
#define CSGIS_IMAGING_DETAIL_FFT_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

template <class L>
struct Complex {
  L re, im;

  HWY_INLINE static Complex load(const typename L::Real* at) { return {L::load(at), L::load(at + L::kLanes)}; }
  HWY_INLINE void store(typename L::Real* at) const {
    re.store(at);
    im.store(at + L::kLanes);
  }
  HWY_INLINE friend Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
  HWY_INLINE friend Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
};

/// One direction of the transform. Inverse means the conjugate of every factor; nothing is divided by the length.
template <class L, bool kInverse>
class FftPass {
  using Real = typename L::Real;
  using C = Complex<L>;
  static constexpr std::size_t kStep = 2 * static_cast<std::size_t>(L::kLanes);

 public:
  HWY_ATTR static void run(const FftPlan<Real>& plan, Real* data, Real* scratch) {
    if (!plan.stages.empty()) run_from(plan, 0, 1, data, scratch);
  }

 private:
  /// Stage `index` and all after it, on `groups` neighbouring groups of samples. Depth first, so that what fits a cache
  /// stays there; only the last stage, whose groups are short, takes many at once.
  HWY_ATTR static void run_from(const FftPlan<Real>& plan, std::size_t index, int groups, Real* data, Real* scratch) {
    const FftStage<Real>& stage = plan.stages[index];
    if constexpr (!kInverse) run_stage(stage, groups, data, scratch);
    if (index + 2 == plan.stages.size()) {
      run_from(plan, index + 1, stage.radix, data, scratch);
    } else if (index + 2 < plan.stages.size()) {
      const std::size_t step = static_cast<std::size_t>(stage.rest) * kStep;
      for (int q = 0; q < stage.radix; ++q)
        run_from(plan, index + 1, 1, data + static_cast<std::size_t>(q) * step, scratch);
    }
    if constexpr (kInverse) run_stage(stage, groups, data, scratch);
  }

  HWY_ATTR static void run_stage(const FftStage<Real>& stage, int groups, Real* data, Real* scratch) {
    switch (stage.radix) {
      case 2:
        return run_radix<2>(stage, groups, data);
      case 3:
        return run_radix<3>(stage, groups, data);
      case 4:
        return run_radix<4>(stage, groups, data);
      case 5:
        return run_radix<5>(stage, groups, data);
      case 8:
        return run_radix<8>(stage, groups, data);
      default:
        break;
    }
    const std::size_t step = static_cast<std::size_t>(stage.radix) * static_cast<std::size_t>(stage.rest) * kStep;
    for (int g = 0; g < groups; ++g, data += step) {
      if (stage.chirp) {
        run_chirp(stage, data, scratch);
      } else {
        run_odd(stage, data, scratch);
      }
    }
  }

  /// Times the complex number at `factor`, or its conjugate in the inverse.
  HWY_INLINE static C turned(C x, const Real* factor) {
    const L cosine = L::all(factor[0]), sine = kInverse ? L::all(-factor[1]) : L::all(factor[1]);
    return {neg_mul_add(x.im, sine, x.re * cosine), mul_add(x.re, sine, x.im * cosine)};
  }
  /// Times -i, or i in the inverse.
  HWY_INLINE static C quarter_turned(C x) {
    const L zero = L::all(0);
    if constexpr (kInverse) return {zero - x.im, x.re};
    return {x.im, zero - x.re};
  }

  HWY_INLINE static void butterfly(C (&x)[2]) {
    const C sum = x[0] + x[1];
    x[1] = x[0] - x[1];
    x[0] = sum;
  }

  HWY_INLINE static void butterfly(C (&x)[3]) {
    const L half = L::all(static_cast<Real>(0.5));
    const L root = L::all(static_cast<Real>(0.86602540378443864676));
    const C sum = x[1] + x[2], difference = quarter_turned(x[1] - x[2]);
    const C middle{neg_mul_add(half, sum.re, x[0].re), neg_mul_add(half, sum.im, x[0].im)};
    const C side{root * difference.re, root * difference.im};
    x[0] = x[0] + sum;
    x[1] = middle + side;
    x[2] = middle - side;
  }

  HWY_INLINE static void butterfly(C& x0, C& x1, C& x2, C& x3) {
    const C a = x0 + x2, b = x0 - x2, c = x1 + x3, d = quarter_turned(x1 - x3);
    x0 = a + c;
    x1 = b + d;
    x2 = a - c;
    x3 = b - d;
  }
  HWY_INLINE static void butterfly(C (&x)[4]) { butterfly(x[0], x[1], x[2], x[3]); }

  HWY_INLINE static void butterfly(C (&x)[5]) {
    const L cos1 = L::all(static_cast<Real>(0.30901699437494742410)),
            sin1 = L::all(static_cast<Real>(0.95105651629515357212));
    const L cos2 = L::all(static_cast<Real>(-0.80901699437494742410)),
            sin2 = L::all(static_cast<Real>(0.58778525229247312917));
    const C s1 = x[1] + x[4], s2 = x[2] + x[3];
    const C d1 = quarter_turned(x[1] - x[4]), d2 = quarter_turned(x[2] - x[3]);
    const C m1{mul_add(cos1, s1.re, mul_add(cos2, s2.re, x[0].re)),
               mul_add(cos1, s1.im, mul_add(cos2, s2.im, x[0].im))};
    const C m2{mul_add(cos2, s1.re, mul_add(cos1, s2.re, x[0].re)),
               mul_add(cos2, s1.im, mul_add(cos1, s2.im, x[0].im))};
    const C n1{mul_add(sin1, d1.re, sin2 * d2.re), mul_add(sin1, d1.im, sin2 * d2.im)};
    const C n2{neg_mul_add(sin1, d2.re, sin2 * d1.re), neg_mul_add(sin1, d2.im, sin2 * d1.im)};
    x[0] = x[0] + s1 + s2;
    x[1] = m1 + n1;
    x[2] = m2 + n2;
    x[3] = m2 - n2;
    x[4] = m1 - n1;
  }

  HWY_INLINE static void butterfly(C (&x)[8]) {
    butterfly(x[0], x[2], x[4], x[6]);
    butterfly(x[1], x[3], x[5], x[7]);
    const L root = L::all(static_cast<Real>(0.70710678118654752440));
    const C t1 = quarter_turned(x[3]), t3 = quarter_turned(x[7]);
    const C e0 = x[0], e1 = x[2], e2 = x[4], e3 = x[6];
    const C o0 = x[1], o1{root * (x[3].re + t1.re), root * (x[3].im + t1.im)};
    const C o2 = quarter_turned(x[5]), o3{root * (t3.re - x[7].re), root * (t3.im - x[7].im)};
    x[0] = e0 + o0;
    x[1] = e1 + o1;
    x[2] = e2 + o2;
    x[3] = e3 + o3;
    x[4] = e0 - o0;
    x[5] = e1 - o1;
    x[6] = e2 - o2;
    x[7] = e3 - o3;
  }

  template <int kRadix, bool kTurned>
  HWY_INLINE static void run_one(Real* at, std::size_t stride, const Real* twiddle) {
    C x[kRadix];
    for (int q = 0; q < kRadix; ++q) x[q] = C::load(at + static_cast<std::size_t>(q) * stride);
    if constexpr (kInverse && kTurned) {
      for (int q = 1; q < kRadix; ++q) x[q] = turned(x[q], twiddle + 2 * (q - 1));
    }
    butterfly(x);
    if constexpr (!kInverse && kTurned) {
      for (int q = 1; q < kRadix; ++q) x[q] = turned(x[q], twiddle + 2 * (q - 1));
    }
    for (int q = 0; q < kRadix; ++q) x[q].store(at + static_cast<std::size_t>(q) * stride);
  }

  template <int kRadix>
  HWY_ATTR static void run_radix(const FftStage<Real>& stage, int groups, Real* data) {
    const std::size_t stride = static_cast<std::size_t>(stage.rest) * kStep;
    for (int g = 0; g < groups; ++g, data += kRadix * stride) {
      run_one<kRadix, false>(data, stride, nullptr);
      const Real* twiddle = stage.twiddles.data();
      Real* at = data + kStep;
      for (int n = 1; n < stage.rest; ++n, at += kStep, twiddle += 2 * (kRadix - 1)) {
        run_one<kRadix, true>(at, stride, twiddle);
      }
    }
  }

  /// Any odd radix by its definition, with x_j + x_{p-j} and x_j - x_{p-j} formed once: (p-1)^2 multiplications.
  HWY_ATTR static void run_odd(const FftStage<Real>& stage, Real* data, Real* scratch) {
    const std::size_t stride = static_cast<std::size_t>(stage.rest) * kStep;
    const Real* twiddle = nullptr;
    for (int n = 0; n < stage.rest; ++n) {
      Real* const at = data + static_cast<std::size_t>(n) * kStep;
      fold(stage.radix, at, stride, twiddle, scratch);
      const int half = stage.radix / 2;
      int k = 1;
      for (; k < half; k += 2) odd_outputs<2>(stage, k, at, stride, twiddle, scratch);
      if (k == half) odd_outputs<1>(stage, k, at, stride, twiddle, scratch);
      twiddle = n == 0 ? stage.twiddles.data() : twiddle + 2 * (stage.radix - 1);
    }
  }

  /// Scratch: x_0, then for j = 1..h the sum and the difference of x_j and x_{p-j}. Writes output 0.
  HWY_INLINE static void fold(int radix, Real* at, std::size_t stride, const Real* twiddle, Real* scratch) {
    const C first = C::load(at);
    first.store(scratch);
    C total = first;
    for (int j = 1; j <= radix / 2; ++j) {
      C a = C::load(at + static_cast<std::size_t>(j) * stride);
      C b = C::load(at + static_cast<std::size_t>(radix - j) * stride);
      if (kInverse && twiddle != nullptr) {
        a = turned(a, twiddle + 2 * (j - 1));
        b = turned(b, twiddle + 2 * (radix - j - 1));
      }
      const C sum = a + b;
      sum.store(scratch + static_cast<std::size_t>(2 * j - 1) * kStep);
      (a - b).store(scratch + static_cast<std::size_t>(2 * j) * kStep);
      total = total + sum;
    }
    total.store(at);
  }

  /// Outputs k..k+kCount-1 and their mirror images p-k.
  template <int kCount>
  HWY_INLINE static void odd_outputs(const FftStage<Real>& stage, int k, Real* at, std::size_t stride,
                                     const Real* twiddle, const Real* scratch) {
    const int half = stage.radix / 2;
    const C first = C::load(scratch);
    C even[kCount], odd[kCount];
    const Real *cosine[kCount], *sine[kCount];
    for (int i = 0; i < kCount; ++i) {
      even[i] = first;
      odd[i] = {L::all(0), L::all(0)};
      cosine[i] = stage.roots.data() + (k + i - 1) * half;
      sine[i] = cosine[i] + half * half;
    }
    for (int j = 0; j < half; ++j) {
      const C sum = C::load(scratch + static_cast<std::size_t>(2 * j + 1) * kStep);
      const C difference = C::load(scratch + static_cast<std::size_t>(2 * j + 2) * kStep);
      for (int i = 0; i < kCount; ++i) {
        const L c = L::all(cosine[i][j]), s = L::all(sine[i][j]);
        even[i] = {mul_add(c, sum.re, even[i].re), mul_add(c, sum.im, even[i].im)};
        odd[i] = {mul_add(s, difference.re, odd[i].re), mul_add(s, difference.im, odd[i].im)};
      }
    }
    for (int i = 0; i < kCount; ++i) {
      const C side = quarter_turned(odd[i]);
      store_turned(even[i] + side, at, stride, k + i, twiddle);
      store_turned(even[i] - side, at, stride, stage.radix - k - i, twiddle);
    }
  }

  HWY_INLINE static void store_turned(C x, Real* at, std::size_t stride, int q, const Real* twiddle) {
    if (!kInverse && twiddle != nullptr) x = turned(x, twiddle + 2 * (q - 1));
    x.store(at + static_cast<std::size_t>(q) * stride);
  }

  HWY_INLINE static C swapped(C x) { return {x.im, x.re}; }

  /// Large primes: X_k = w_k sum_n (x_n w_n) conj(w_{k-n}), w_n = exp(-i pi n^2 / p). The inverse is the same on
  /// numbers with real and imaginary part exchanged, before and after.
  HWY_ATTR static void run_chirp(const FftStage<Real>& stage, Real* data, Real* scratch) {
    const Chirp<Real>& chirp = *stage.chirp;
    const FftPlan<Real>& inner = *chirp.convolution;
    const std::size_t stride = static_cast<std::size_t>(stage.rest) * kStep;
    Real* const inner_scratch = scratch + static_cast<std::size_t>(inner.length) * kStep;
    const Real* twiddle = nullptr;
    for (int n = 0; n < stage.rest; ++n) {
      Real* const at = data + static_cast<std::size_t>(n) * kStep;
      load_chirped(stage, at, stride, twiddle, scratch);
      FftPass<L, false>::run(inner, scratch, inner_scratch);
      for (int i = 0; i < inner.length; ++i) {
        Real* const element = scratch + static_cast<std::size_t>(i) * kStep;
        FftPass<L, false>::turned(C::load(element), chirp.spectrum.data() + 2 * i).store(element);
      }
      FftPass<L, true>::run(inner, scratch, inner_scratch);
      for (int k = 0; k < stage.radix; ++k) {
        C x = C::load(scratch + static_cast<std::size_t>(k) * kStep);
        x = FftPass<L, false>::turned(x, chirp.factors.data() + 2 * k);
        if (kInverse) x = swapped(x);
        store_turned(x, at, stride, k, k == 0 ? nullptr : twiddle);
      }
      twiddle = n == 0 ? stage.twiddles.data() : twiddle + 2 * (stage.radix - 1);
    }
  }

  HWY_INLINE static void load_chirped(const FftStage<Real>& stage, const Real* at, std::size_t stride,
                                      const Real* twiddle, Real* scratch) {
    const Chirp<Real>& chirp = *stage.chirp;
    for (int q = 0; q < stage.radix; ++q) {
      C x = C::load(at + static_cast<std::size_t>(q) * stride);
      if (kInverse && twiddle != nullptr && q > 0) x = turned(x, twiddle + 2 * (q - 1));
      if (kInverse) x = swapped(x);
      FftPass<L, false>::turned(x, chirp.factors.data() + 2 * q).store(scratch + static_cast<std::size_t>(q) * kStep);
    }
    const C zero{L::all(0), L::all(0)};
    for (int q = stage.radix; q < chirp.convolution->length; ++q) {
      zero.store(scratch + static_cast<std::size_t>(q) * kStep);
    }
  }

  friend class FftPass<L, !kInverse>;
};

/// Frequencies in the order of plan.frequency, from samples in order. In place. `scratch` holds
/// plan.scratch_elements elements.
template <class L>
HWY_ATTR void fft_forward(const FftPlan<typename L::Real>& plan, typename L::Real* data, typename L::Real* scratch) {
  FftPass<L, false>::run(plan, data, scratch);
}

/// Samples times the length, from frequencies in the order of plan.frequency.
template <class L>
HWY_ATTR void fft_inverse(const FftPlan<typename L::Real>& plan, typename L::Real* data, typename L::Real* scratch) {
  FftPass<L, true>::run(plan, data, scratch);
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CSGIS_IMAGING_DETAIL_FFT_INL_H_

// Solves (1 + a L) d = b on a torus for a constant a, L the Laplacian of circular differences (Dx'Dx + Dy'Dy), in
// float. Included once per Highway target.
//
// Along lines (x) the equation is diagonal after a Fourier transform; across them (j) each frequency k leaves a cyclic
// tridiagonal matrix with constant coefficients,
//   a (-1, 2 + e, -1) = a/r (1 - r z^-1)(1 - r z),   e = 1/a + 2 - 2 cos(2 pi k / length),
//   r = 2 / (2 + e + sqrt(e (e + 4))) < 1,
// solved by two first-order recursions, one down and one up, without a division. Each segment runs its recursions from
// 0 first, only to know its last value; from those follows what each one has to start from, round the torus.
//
// Rows 2 i and 2 i + 1 go through one complex transform as its real and imaginary part, and their spectra are taken
// apart afterwards: at the place of frequency k are then the real parts of both rows, at that of -k the imaginary ones.

#include "classical/detail/parallel_rows.h"
#include "classical/detail/segments.h"
#include "imaging/detail/fft-inl.h"
#include "imaging/detail/vector_lanes-inl.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <vector>

#if defined(CSGIS_CLASSICAL_DETAIL_PERIODIC_SOLVER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CSGIS_CLASSICAL_DETAIL_PERIODIC_SOLVER_INL_H_
#undef CSGIS_CLASSICAL_DETAIL_PERIODIC_SOLVER_INL_H_
#else
#define CSGIS_CLASSICAL_DETAIL_PERIODIC_SOLVER_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

inline constexpr std::size_t kVector = VectorLanes::kLanes;
inline constexpr std::size_t kPair = 2 * kVector;  ///< Floats of the same vector of two rows.

/// out[c][r] = in[r][c]; with vectors, rows and columns are multiples of 4.
template <std::size_t kRows, std::size_t kColumns>
HWY_INLINE void transpose(const float* in, float* out) {
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t c = 0; c < kColumns; ++c) out[c * kRows + r] = in[r * kColumns + c];
  }
#else
  const hn::FixedTag<float, 4> d;
  for (std::size_t r = 0; r < kRows; r += 4) {
    for (std::size_t c = 0; c < kColumns; c += 4) {
      const float* const from = in + r * kColumns + c;
      const auto a = hn::LoadU(d, from), b = hn::LoadU(d, from + kColumns);
      const auto e = hn::LoadU(d, from + 2 * kColumns), f = hn::LoadU(d, from + 3 * kColumns);
      const auto ab_low = hn::InterleaveLower(d, a, b), ab_high = hn::InterleaveUpper(d, a, b);
      const auto ef_low = hn::InterleaveLower(d, e, f), ef_high = hn::InterleaveUpper(d, e, f);
      float* const to = out + c * kRows + r;
      hn::StoreU(hn::ConcatLowerLower(d, ef_low, ab_low), d, to);
      hn::StoreU(hn::ConcatUpperUpper(d, ef_low, ab_low), d, to + kRows);
      hn::StoreU(hn::ConcatLowerLower(d, ef_high, ab_high), d, to + 2 * kRows);
      hn::StoreU(hn::ConcatUpperUpper(d, ef_high, ab_high), d, to + 3 * kRows);
    }
  }
#endif
}

/// Sets rows -1 and depth, the missing last lines of short segments, and the repeated vectors, from the lines.
HWY_ATTR inline void fill_halos(const SegmentLayout& layout, SegmentPlane& plane) {
  const hn::ScalableTag<float> d;
  const std::size_t length = static_cast<std::size_t>(layout.length);
  for (int j = 0; j < layout.depth; ++j) std::copy_n(plane.row(j), kVector, plane.row(j) + length * kVector);
  const std::size_t end = static_cast<std::size_t>(layout.segments - 1);
  const bool end_is_long = layout.segments == layout.long_segments;
  const auto is_long = hn::FirstN(d, static_cast<std::size_t>(layout.long_segments));
  float* const before = plane.row(-1);
  const float* const first = plane.row(0);
  float* const last = plane.row(layout.depth - 1);
  const float* const last_of_short = plane.row(layout.depth - 2);  // if depth is 1 there are no short segments
  float* const after = plane.row(layout.depth);
  for (std::size_t at = 0; at <= length * kVector; at += kVector) {
    const float end_value = (end_is_long ? last : last_of_short)[at + end];
    const auto line = hn::LoadU(d, last + at), next = hn::LoadU(d, first + at + 1);
    // Shifted by one lane; what falls into the next vector is overwritten when that one's turn comes.
    hn::StoreU(hn::IfThenElse(is_long, line, hn::LoadU(d, last_of_short + at)), d, before + at + 1);
    hn::StoreU(next, d, after + at);
    hn::StoreU(hn::IfThenElse(is_long, line, next), d, last + at);
    before[at] = end_value;
    (end_is_long ? after : last)[at + end] = first[at];
  }
}

/// The solver for planes of one layout. Keeps one plane of spectra.
class PeriodicSolver {
 public:
  PeriodicSolver(const SegmentLayout& layout, int threads)
      : layout_(layout),
        threads_(threads),
        pairs_((layout.depth + 1) / 2),
        plan_(make_fft_plan<float>(layout.length)),
        energy_(difference_energy(plan_)),
        spectra_(pairs_, layout.stride * kPair) {
    const std::size_t padded = (static_cast<std::size_t>(layout.length) + kGroup - 1) / kGroup * kGroup;
    for (std::vector<float>* table : {&ratio_, &scale_, &wrap_, &long_power_, &short_power_}) table->assign(padded, 0);
  }

  /// The constant a > 0 of the equation.
  void set_weight(double a) {
    for (std::size_t i = 0; i < energy_.size(); ++i) {
      const double e = 1 / a + energy_[i];
      const double r = 2 / (2 + e + std::sqrt(e * (e + 4)));
      const bool is_own_conjugate = 2 * plan_.frequency[i] % layout_.length == 0;  // others leave split() doubled
      ratio_[i] = static_cast<float>(r);
      scale_[i] = static_cast<float>((is_own_conjugate ? r : r / 2) / layout_.length);
      wrap_[i] = static_cast<float>(1 / (1 - std::pow(r, layout_.lines)));
      long_power_[i] = static_cast<float>(std::pow(r, layout_.depth));
      short_power_[i] = static_cast<float>(std::pow(r, layout_.depth - 1));
    }
  }

  /// Adds the solution to `plane` and fills its halos. make_right_side() makes an object for each block of rows, which
  /// is called as right_side(j, out) for consecutive rows j and writes b / a of that row, vectors kPair apart.
  template <class MakeRightSide>
  HWY_ATTR void add_solution(const MakeRightSide& make_right_side, SegmentPlane& plane) {
    over_pairs([&](int first, int end, float* scratch) HWY_ATTR {
      auto right_side = make_right_side();
      for (int i = first; i < end; ++i) {
        float* const pair = spectra_.row(i);
        right_side(2 * i, pair);
        if (2 * i + 1 < layout_.depth) {
          right_side(2 * i + 1, pair + kVector);
        } else {
          clear_second(pair);
        }
        fft_forward<VectorLanes>(plan_, pair, scratch);
        split(pair);
      }
    });
    const int groups = static_cast<int>(ratio_.size() / kGroup);
    parallel_blocks(groups, threads_, [&](int g) HWY_ATTR { solve_group(static_cast<std::size_t>(g) * kGroup); });
    over_pairs([&](int first, int end, float* scratch) HWY_ATTR {
      for (int i = first; i < end; ++i) {
        float* const pair = spectra_.row(i);
        join(pair);
        fft_inverse<VectorLanes>(plan_, pair, scratch);
        add_row(pair, plane.row(2 * i));
        if (2 * i + 1 < layout_.depth) add_row(pair + kVector, plane.row(2 * i + 1));
      }
    });
    fill_halos(layout_, plane);
  }

  /// Calls work(first, end, scratch) for blocks of pairs of rows that cover all, in parallel.
  template <class F>
  void over_pairs(const F& work) const {
    // One block on one thread, where nothing has to be shared out; else a few for each thread to even out the ends.
    const int blocks = std::min(pairs_, threads_ == 1 ? 1 : 4 * threads_);
    parallel_blocks(blocks, threads_, [&](int block) {
      std::vector<float> scratch(plan_.scratch_elements * kPair);
      work(pairs_ * block / blocks, pairs_ * (block + 1) / blocks, scratch.data());
    });
  }

 private:
  static constexpr std::size_t kGroup = kSweepGroup;
  static constexpr std::size_t kTogether = 8;  ///< Frequencies in registers at once, to hide the latency of a step.
  using Lanes = VectorLanes;
  using V = hn::Vec<Lanes::D>;

  /// A last row without a partner: what the last use left there would grow from pass to pass.
  HWY_INLINE void clear_second(float* pair) const {
    for (int x = 0; x < layout_.length; ++x, pair += kPair) Lanes::all(0).store(pair + kVector);
  }

  HWY_INLINE void add_row(const float* update, float* row) const {
    for (int x = 0; x < layout_.length; ++x, update += kPair, row += kVector) {
      (Lanes::load(row) + Lanes::load(update)).store(row);
    }
  }

  /// From the transform Z of a + i b to the transforms A and B, times two: Z_k + conj(Z_-k) = 2 A_k,
  /// Z_k - conj(Z_-k) = 2 i B_k. Real parts go to the place of k, imaginary parts to that of -k.
  HWY_INLINE void split(float* pair) const {
    for (const auto& [k, minus_k] : plan_.conjugates) {
      float *const at = pair + k * kPair, *const mirror = pair + minus_k * kPair;
      const Complex<Lanes> z = Complex<Lanes>::load(at), w = Complex<Lanes>::load(mirror);
      Complex<Lanes>{z.re + w.re, z.im + w.im}.store(at);
      Complex<Lanes>{z.im - w.im, w.re - z.re}.store(mirror);
    }
  }

  /// The inverse of split(), without a factor: Z_k = A_k + i B_k, Z_-k = conj(A_k) + i conj(B_k).
  HWY_INLINE void join(float* pair) const {
    for (const auto& [k, minus_k] : plan_.conjugates) {
      float *const at = pair + k * kPair, *const mirror = pair + minus_k * kPair;
      const Complex<Lanes> real = Complex<Lanes>::load(at), imaginary = Complex<Lanes>::load(mirror);
      Complex<Lanes>{real.re - imaginary.im, real.im + imaginary.re}.store(at);
      Complex<Lanes>{real.re + imaginary.im, real.im - imaginary.re}.store(mirror);
    }
  }

  /// Both recursions for places first..first+kGroup-1.
  HWY_ATTR void solve_group(std::size_t first) {
    HWY_ALIGN float ends[kGroup * kVector];     // [place][segment]
    HWY_ALIGN float crossed[kVector * kGroup];  // [segment][place]
    for (std::size_t i = 0; i < kGroup; i += kTogether) ends_down(first + i, ends + i * kVector);
    transpose<kGroup, kVector>(ends, crossed);
    starts_from_ends<false>(first, crossed);
    transpose<kVector, kGroup>(crossed, ends);
    for (std::size_t i = 0; i < kGroup; i += kTogether) {
      sweep_down(first + i, ends + i * kVector);
      ends_up(first + i, ends + i * kVector);
    }
    transpose<kGroup, kVector>(ends, crossed);
    starts_from_ends<true>(first, crossed);
    transpose<kVector, kGroup>(crossed, ends);
    for (std::size_t i = 0; i < kGroup; i += kTogether) sweep_up(first + i, ends + i * kVector);
  }

  /// Turns what each segment's recursion ends with when started from 0 into what it has to start from.
  template <bool kUp>
  HWY_INLINE void starts_from_ends(std::size_t first, float* crossed) const {
    const std::size_t segments = static_cast<std::size_t>(layout_.segments);
    const std::size_t long_segments = static_cast<std::size_t>(layout_.long_segments);
    for (std::size_t i = first; i < first + kGroup; i += kVector, crossed += kVector) {
      const Lanes powers[2] = {Lanes::load(short_power_.data() + i), Lanes::load(long_power_.data() + i)};
      Lanes carried = Lanes::all(0);
      for (std::size_t n = 0; n < segments; ++n) {
        const std::size_t s = kUp ? segments - 1 - n : n;
        carried = mul_add(powers[s < long_segments ? 1 : 0], carried, Lanes::load(crossed + s * kGroup));
      }
      carried = carried * Lanes::load(wrap_.data() + i);
      for (std::size_t n = 0; n < segments; ++n) {
        const std::size_t s = kUp ? segments - 1 - n : n;
        const Lanes end = Lanes::load(crossed + s * kGroup);
        carried.store(crossed + s * kGroup);
        carried = mul_add(powers[s < long_segments ? 1 : 0], carried, end);
      }
      for (std::size_t s = segments; s < kVector; ++s) Lanes::all(0).store(crossed + s * kGroup);
    }
  }

  /// One value for each of kTogether neighbouring places.
  struct Bundle {
    V v[kTogether];

    HWY_INLINE static Bundle zero() {
      Bundle out;
      for (V& x : out.v) x = hn::Zero(Lanes::D());
      return out;
    }
    HWY_INLINE static Bundle load(const float* at) {
      Bundle out;
      for (std::size_t i = 0; i < kTogether; ++i) out.v[i] = hn::LoadU(Lanes::D(), at + i * kVector);
      return out;
    }
    HWY_INLINE void store(float* at) const {
      for (std::size_t i = 0; i < kTogether; ++i) hn::StoreU(v[i], Lanes::D(), at + i * kVector);
    }
  };

  HWY_INLINE float* spectrum(int j, std::size_t place) {
    return spectra_.row(j / 2) + place * kPair + (j % 2 == 0 ? 0 : kVector);
  }

  /// row + ratio * value. In the last row only for the segments that have it; the others keep their value.
  template <bool kLastRow>
  HWY_INLINE void step(std::size_t place, int j, Bundle& value) {
    const hn::ScalableTag<float> d;
    const auto is_long = hn::FirstN(d, static_cast<std::size_t>(layout_.long_segments));
    const float* const row = spectrum(j, place);
    for (std::size_t i = 0; i < kTogether; ++i) {
      const V next = hn::MulAdd(hn::Set(d, ratio_[place + i]), value.v[i], hn::LoadU(d, row + i * kPair));
      value.v[i] = kLastRow ? hn::IfThenElse(is_long, next, value.v[i]) : next;
    }
  }

  HWY_INLINE void ends_down(std::size_t place, float* ends) {
    Bundle w = Bundle::zero();
    for (int j = 0; j + 1 < layout_.depth; ++j) step<false>(place, j, w);
    step<true>(place, layout_.depth - 1, w);
    w.store(ends);
  }

  HWY_INLINE void sweep_down(std::size_t place, const float* starts) {
    Bundle w = Bundle::load(starts);
    for (int j = 0; j < layout_.depth; ++j) {
      step<false>(place, j, w);
      for (std::size_t i = 0; i < kTogether; ++i) hn::StoreU(w.v[i], Lanes::D(), spectrum(j, place) + i * kPair);
    }
  }

  HWY_INLINE void ends_up(std::size_t place, float* ends) {
    Bundle v = Bundle::zero();
    step<true>(place, layout_.depth - 1, v);
    for (int j = layout_.depth - 2; j >= 0; --j) step<false>(place, j, v);
    v.store(ends);
  }

  HWY_INLINE void sweep_up(std::size_t place, const float* starts) {
    Bundle v = Bundle::load(starts);
    step<true>(place, layout_.depth - 1, v);
    store_scaled(v, place, layout_.depth - 1);
    for (int j = layout_.depth - 2; j >= 0; --j) {
      step<false>(place, j, v);
      store_scaled(v, place, j);
    }
  }

  HWY_INLINE void store_scaled(const Bundle& bundle, std::size_t place, int j) {
    for (std::size_t i = 0; i < kTogether; ++i) {
      const V scaled = hn::Mul(bundle.v[i], hn::Set(Lanes::D(), scale_[place + i]));
      hn::StoreU(scaled, Lanes::D(), spectrum(j, place) + i * kPair);
    }
  }

  const SegmentLayout& layout_;
  int threads_;
  int pairs_;
  FftPlan<float> plan_;
  std::vector<double> energy_;
  AlignedRows spectra_;
  std::vector<float> ratio_, scale_, wrap_, long_power_, short_power_;
};

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CSGIS_CLASSICAL_DETAIL_PERIODIC_SOLVER_INL_H_

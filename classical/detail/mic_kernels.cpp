#include "classical/detail/mic_kernels.h"

#include <cstddef>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/mic_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;
using Index = std::ptrdiff_t;

HWY_INLINE Index LaneCount() {
  return static_cast<Index>(hn::Lanes(D()));
}

/// Moves values across the rows of a group.
class RowShift {
 public:
  HWY_INLINE RowShift() : RowShift(Table(-1), Table(1)) {}

  /// Lane r becomes lane r - 1, lane 0 the last one.
  HWY_INLINE V Down(V v) const { return hn::TableLookupLanes(v, down_); }
  /// Lane r becomes lane r + 1, the last one lane 0.
  HWY_INLINE V Up(V v) const { return hn::TableLookupLanes(v, up_); }

  static HWY_INLINE V WithFirst(V v, float first) { return hn::IfThenElse(hn::FirstN(D(), 1), hn::Set(D(), first), v); }
  static HWY_INLINE V WithLast(V v, float last) {
    return hn::IfThenElse(hn::FirstN(D(), static_cast<std::size_t>(LaneCount() - 1)), v, hn::Set(D(), last));
  }

 private:
  struct Table {
    std::int32_t lane[16];
    explicit Table(int step) {
      const int lanes = static_cast<int>(LaneCount());
      for (int i = 0; i < lanes; ++i) lane[i] = (i + step + lanes) % lanes;
    }
  };
  HWY_INLINE RowShift(const Table& down, const Table& up)
      : down_(hn::SetTableIndices(D(), down.lane)), up_(hn::SetTableIndices(D(), up.lane)) {}

  decltype(hn::SetTableIndices(D(), static_cast<const std::int32_t*>(nullptr))) down_, up_;
};

/// A row that follows a group, walked along with the positions of the group. Where there is none, one zero is read
/// again and again.
class Rim {
 public:
  static HWY_INLINE Rim Near(const MicSouth& south, float* MicGroup::*member, int channels) {
    return south.group ? Rim(south.group->*member, south.near_shift, south.near_lane, channels) : Rim();
  }
  static HWY_INLINE Rim Far(const MicSouth& south, float* MicGroup::*member, int channels) {
    return south.group ? Rim(south.group->*member, south.far_shift, south.far_lane, channels) : Rim();
  }
  HWY_INLINE float At(Index s, int c) const { return start_[s * position_ + c * channel_]; }

 private:
  HWY_INLINE Rim() : start_(&kZero) {}
  HWY_INLINE Rim(const float* values, int shift, int lane, int channels)
      : start_(values + lane - shift * channels * LaneCount()),
        position_(channels * LaneCount()),
        channel_(LaneCount()) {}

  static constexpr float kZero = 0;
  const float* start_;
  Index position_ = 0, channel_ = 0;
};

/// One pass from the first position to the last. step(s, c, sum) gets the sum over the earlier neighbours of their
/// results times the weight between, and returns the result of its own pixels.
template <int kChannels, class Step>
HWY_INLINE void SweepDown(const MicShape& shape, const MicGroup& g, const MicPushes& pushes, const Step& step) {
  const D d;
  const RowShift shift;
  const Index lag = 3 * LaneCount() / 2;
  // What is on its way: to the east, one row down to the next position and to the one after it, two rows down.
  V east[kChannels], near[kChannels], southeast[kChannels], far[kChannels], far_before[kChannels];
  for (int c = 0; c < kChannels; ++c) {
    east[c] = near[c] = southeast[c] = far[c] = far_before[c] = hn::Zero(d);
  }
  for (Index s = 0; s < shape.positions; ++s) {
    const Index at = s * LaneCount();
    const V to_east = hn::LoadU(d, g.east + at), to_southwest = hn::LoadU(d, g.southwest + at);
    const V to_southeast = hn::LoadU(d, g.southeast + at), to_far_south = hn::LoadU(d, g.far_south + at);
    for (int c = 0; c < kChannels; ++c) {
      const Index rim = s * kChannels + c;
      V sum = hn::Add(east[c], RowShift::WithFirst(near[c], pushes.near[rim + (lag - 1) * kChannels]));
      if (pushes.received) sum = hn::Add(sum, hn::LoadU(d, pushes.received + rim * LaneCount()));
      const V from_far = RowShift::WithFirst(far_before[c], pushes.far[rim + (lag - 2) * kChannels]);

      const V result = step(s, c, sum);
      near[c] = shift.Down(hn::MulAdd(to_southwest, result, hn::Add(southeast[c], from_far)));
      far_before[c] = far[c];
      far[c] = shift.Down(hn::Mul(to_far_south, result));
      southeast[c] = hn::Mul(to_southeast, result);
      east[c] = hn::Mul(to_east, result);
      pushes.near[rim] = hn::GetLane(near[c]);
      pushes.far[rim] = hn::GetLane(far[c]);
    }
  }
}

/// values = (Id + L^T)^-1 rhs, from the last position to the first: rhs(s, c) is asked for once per vector, and
/// done(s, c, value) is told the result, which it stores in `values` of the group.
template <int kChannels, class Rhs, class Done>
HWY_INLINE void SweepUp(const MicShape& shape, const MicGroup& g, float* MicGroup::*values, const Rhs& rhs,
                        const Done& done) {
  const D d;
  const RowShift shift;
  const Rim near_rim = Rim::Near(g.south, values, kChannels), far_rim = Rim::Far(g.south, values, kChannels);
  // Results at s + 1, the same moved up a row, and rows below at s + 2 and s + 3.
  V after[kChannels], moved[kChannels], below_2[kChannels], below_3[kChannels];
  for (int c = 0; c < kChannels; ++c) after[c] = moved[c] = below_2[c] = below_3[c] = hn::Zero(d);
  for (Index s = shape.positions; s-- > 0;) {
    const Index at = s * LaneCount();
    const V to_east = hn::LoadU(d, g.east + at), to_southwest = hn::LoadU(d, g.southwest + at);
    const V to_southeast = hn::LoadU(d, g.southeast + at), to_far_south = hn::LoadU(d, g.far_south + at);
    for (int c = 0; c < kChannels; ++c) {
      const V below = RowShift::WithLast(moved[c], near_rim.At(s + 1, c));
      const V far_below = RowShift::WithLast(shift.Up(below_3[c]), far_rim.At(s + 3, c));
      V value = hn::MulAdd(to_far_south, far_below, rhs(s, c));
      value = hn::MulAdd(to_southeast, below_2[c], value);
      value = hn::MulAdd(to_east, after[c], value);
      value = hn::MulAdd(to_southwest, below, value);
      done(s, c, value);
      below_3[c] = below_2[c];
      below_2[c] = below;
      after[c] = value;
      moved[c] = shift.Up(value);
    }
  }
}

void Factor(const MicShape& shape, const MicGroup& g, const MicPushes& pushes) {
  const D d;
  const auto step = [&](Index s, int /*c*/, V handed) {
    const Index at = s * LaneCount();
    const V later = hn::Add(hn::Add(hn::LoadU(d, g.east + at), hn::LoadU(d, g.southwest + at)),
                            hn::Add(hn::LoadU(d, g.southeast + at), hn::LoadU(d, g.far_south + at)));
    const V diagonal = hn::Add(hn::LoadU(d, g.middle + at), hn::Set(d, 1));
    // With exact arithmetic the pivot is at least 1; rounding may not make it vanish.
    const V pivot = hn::Max(hn::Sub(diagonal, handed), hn::Mul(diagonal, hn::Set(d, 1e-4F)));
    const V inverse = hn::Div(hn::Set(d, 1), pivot);
    hn::StoreU(diagonal, d, g.middle + at);
    hn::StoreU(hn::Sqrt(inverse), d, g.scale + at);
    return hn::Mul(later, inverse);
  };
  SweepDown<1>(shape, g, pushes, step);
}

void Scale(const MicShape& shape, const MicGroup& g) {
  const D d;
  const RowShift shift;
  const Rim near_rim = Rim::Near(g.south, &MicGroup::scale, 1), far_rim = Rim::Far(g.south, &MicGroup::scale, 1);
  V after = hn::Zero(d), below_2 = hn::Zero(d), below_3 = hn::Zero(d);
  for (Index s = shape.positions; s-- > 0;) {
    const Index at = s * LaneCount();
    const V scale = hn::LoadU(d, g.scale + at);
    const V below = RowShift::WithLast(shift.Up(after), near_rim.At(s + 1, 0));
    const V far_below = RowShift::WithLast(shift.Up(below_3), far_rim.At(s + 3, 0));
    const auto times = [&](float* weight, V neighbour) {
      hn::StoreU(hn::Mul(hn::LoadU(d, weight + at), hn::Mul(scale, neighbour)), d, weight + at);
    };
    times(g.east, after);
    times(g.southwest, below);
    times(g.southeast, below_2);
    times(g.far_south, far_below);
    hn::StoreU(hn::MulSub(hn::LoadU(d, g.middle + at), hn::Mul(scale, scale), hn::Set(d, 2)), d, g.middle + at);
    below_3 = below_2;
    below_2 = below;
    after = scale;
  }
}

HWY_INLINE double Total(V sum) {
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(D(), sum)));
}

template <int kChannels>
void Start(const MicShape& shape, const MicGroup& g, const MicPushes& pushes, double* sums) {
  const D d;
  V squares[kChannels];
  for (int c = 0; c < kChannels; ++c) squares[c] = hn::Zero(d);
  SweepDown<kChannels>(shape, g, pushes, [&](Index s, int c, V sum) {
    float* const at = g.r + (s * kChannels + c) * LaneCount();
    const V r = hn::Add(hn::LoadU(d, at), sum);
    hn::StoreU(r, d, at);
    squares[c] = hn::MulAdd(r, r, squares[c]);
    return r;
  });
  for (int c = 0; c < kChannels; ++c) sums[c] = Total(squares[c]);
}

template <int kChannels>
void Backward(const MicShape& shape, const MicGroup& g, const float* alpha, const float* beta, double* sums) {
  const D d;
  V squares[kChannels], step[kChannels], turn[kChannels];
  for (int c = 0; c < kChannels; ++c) {
    squares[c] = hn::Zero(d);
    step[c] = hn::Set(d, alpha[c]);
    turn[c] = hn::Set(d, beta[c]);
  }
  const auto rhs = [&](Index s, int c) {
    const Index at = (s * kChannels + c) * LaneCount();
    const V r = hn::NegMulAdd(step[c], hn::LoadU(d, g.image + at), hn::LoadU(d, g.r + at));
    const V p = hn::LoadU(d, g.p + at);
    const V next = hn::MulAdd(turn[c], p, r);
    hn::StoreU(hn::MulAdd(step[c], p, hn::LoadU(d, g.y + at)), d, g.y + at);
    hn::StoreU(r, d, g.r + at);
    hn::StoreU(next, d, g.p + at);
    squares[c] = hn::MulAdd(r, r, squares[c]);
    return next;
  };
  const auto done = [&](Index s, int c, V t) { hn::StoreU(t, d, g.image + (s * kChannels + c) * LaneCount()); };
  SweepUp<kChannels>(shape, g, &MicGroup::image, rhs, done);
  for (int c = 0; c < kChannels; ++c) sums[c] = Total(squares[c]);
}

template <int kChannels>
void Forward(const MicShape& shape, const MicGroup& g, const MicPushes& pushes, double* sums) {
  const D d;
  V products[kChannels], squares[kChannels];
  for (int c = 0; c < kChannels; ++c) products[c] = squares[c] = hn::Zero(d);
  SweepDown<kChannels>(shape, g, pushes, [&](Index s, int c, V sum) {
    const Index at = (s * kChannels + c) * LaneCount();
    const V p = hn::LoadU(d, g.p + at), t = hn::LoadU(d, g.image + at);
    const V q = hn::Add(sum, hn::MulAdd(hn::LoadU(d, g.middle + s * LaneCount()), t, p));
    const V image = hn::Add(t, q);
    hn::StoreU(image, d, g.image + at);
    products[c] = hn::MulAdd(p, image, products[c]);
    squares[c] = hn::MulAdd(image, image, squares[c]);
    return q;
  });
  for (int c = 0; c < kChannels; ++c) {
    sums[c] = Total(products[c]);
    sums[kChannels + c] = Total(squares[c]);
  }
}

template <int kChannels>
void Finish(const MicShape& shape, const MicGroup& g) {
  const D d;
  const auto rhs = [&](Index s, int c) { return hn::LoadU(d, g.y + (s * kChannels + c) * LaneCount()); };
  const auto done = [&](Index s, int c, V t) {
    const Index at = (s * kChannels + c) * LaneCount();
    hn::StoreU(t, d, g.image + at);
    hn::StoreU(hn::Mul(t, hn::LoadU(d, g.scale + s * LaneCount())), d, g.y + at);
  };
  SweepUp<kChannels>(shape, g, &MicGroup::image, rhs, done);
}

void StartAny(const MicShape& shape, const MicGroup& g, const MicPushes& pushes, double* sums) {
  shape.channels == 3 ? Start<3>(shape, g, pushes, sums) : Start<1>(shape, g, pushes, sums);
}
void BackwardAny(const MicShape& shape, const MicGroup& g, const float* alpha, const float* beta, double* sums) {
  shape.channels == 3 ? Backward<3>(shape, g, alpha, beta, sums) : Backward<1>(shape, g, alpha, beta, sums);
}
void ForwardAny(const MicShape& shape, const MicGroup& g, const MicPushes& pushes, double* sums) {
  shape.channels == 3 ? Forward<3>(shape, g, pushes, sums) : Forward<1>(shape, g, pushes, sums);
}
void FinishAny(const MicShape& shape, const MicGroup& g) {
  shape.channels == 3 ? Finish<3>(shape, g) : Finish<1>(shape, g);
}
int CountLanes() {
  return static_cast<int>(LaneCount());
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(Factor);
HWY_EXPORT(Scale);
HWY_EXPORT(StartAny);
HWY_EXPORT(BackwardAny);
HWY_EXPORT(ForwardAny);
HWY_EXPORT(FinishAny);
HWY_EXPORT(CountLanes);

int mic_lanes() {
  return HWY_DYNAMIC_DISPATCH(CountLanes)();
}

int mic_lag() {
  return 3 * mic_lanes() / 2;
}

void mic_factor(const MicShape& shape, const MicGroup& group, const MicPushes& pushes) {
  HWY_DYNAMIC_DISPATCH(Factor)(shape, group, pushes);
}

void mic_scale(const MicShape& shape, const MicGroup& group) {
  HWY_DYNAMIC_DISPATCH(Scale)(shape, group);
}

void mic_start(const MicShape& shape, const MicGroup& group, const MicPushes& pushes, double* sums) {
  HWY_DYNAMIC_DISPATCH(StartAny)(shape, group, pushes, sums);
}

void mic_backward(const MicShape& shape, const MicGroup& group, const float* alpha, const float* beta, double* sums) {
  HWY_DYNAMIC_DISPATCH(BackwardAny)(shape, group, alpha, beta, sums);
}

void mic_forward(const MicShape& shape, const MicGroup& group, const MicPushes& pushes, double* sums) {
  HWY_DYNAMIC_DISPATCH(ForwardAny)(shape, group, pushes, sums);
}

void mic_finish(const MicShape& shape, const MicGroup& group) {
  HWY_DYNAMIC_DISPATCH(FinishAny)(shape, group);
}

}  // namespace csgis::detail
#endif

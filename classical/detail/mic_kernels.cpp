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

  /// Lane r becomes lane r - 1 of `previous`, lane 0 becomes `outside`.
  HWY_INLINE V FromNorth(V previous, float outside) const {
    return hn::IfThenElse(hn::FirstN(D(), 1), hn::Set(D(), outside), hn::TableLookupLanes(previous, north_));
  }
  /// Lane r becomes lane r + 1 of `next`, the last lane becomes `outside`.
  HWY_INLINE V FromSouth(V next, float outside) const {
    const auto inner = hn::FirstN(D(), static_cast<std::size_t>(LaneCount() - 1));
    return hn::IfThenElse(inner, hn::TableLookupLanes(next, south_), hn::Set(D(), outside));
  }

 private:
  struct Table {
    std::int32_t lane[16];
    explicit Table(int step) {
      const int lanes = static_cast<int>(LaneCount());
      for (int i = 0; i < lanes; ++i) lane[i] = (i + step + lanes) % lanes;
    }
  };
  HWY_INLINE RowShift(const Table& north, const Table& south)
      : north_(hn::SetTableIndices(D(), north.lane)), south_(hn::SetTableIndices(D(), south.lane)) {}

  decltype(hn::SetTableIndices(D(), static_cast<const std::int32_t*>(nullptr))) north_, south_;
};

/// The row of a neighbouring group that touches this one, walked along with the positions of this group. Without a
/// neighbour one zero is read again and again.
class Rim {
 public:
  /// Lane N - 1 of the group above, which at position s + N - 1 is the column of lane 0 at position s.
  static HWY_INLINE Rim Above(const float* values, int channels) {
    return values ? Rim(values + (LaneCount() - 1) * channels * LaneCount() + LaneCount() - 1, channels) : Rim();
  }
  /// Lane 0 of the group below.
  static HWY_INLINE Rim Below(const float* values, int channels) {
    return values ? Rim(values - (LaneCount() - 1) * channels * LaneCount(), channels) : Rim();
  }
  HWY_INLINE float At(Index s, int c) const { return start_[s * position_ + c * channel_]; }

 private:
  HWY_INLINE Rim() : start_(&kZero) {}
  HWY_INLINE Rim(const float* start, int channels)
      : start_(start), position_(channels * LaneCount()), channel_(LaneCount()) {}

  static constexpr float kZero = 0;
  const float* start_;
  Index position_ = 0, channel_ = 0;
};

HWY_INLINE const float* ValuesOf(const MicGroup* group, float* MicGroup::*member) {
  return group ? group->*member : nullptr;
}

void Factor(const MicShape& shape, const MicGroup& g, bool last_band) {
  const D d;
  const RowShift shift;
  const Rim south_above = Rim::Above(ValuesOf(g.above, &MicGroup::south), 1);
  const Rim fill_above = Rim::Above(ValuesOf(g.above, &MicGroup::fill), 1);
  const V one = hn::Set(d, 1);
  V west = hn::Zero(d), from_west = hn::Zero(d), south_before = hn::Zero(d), fill_before = hn::Zero(d);
  for (Index s = 0; s < shape.positions; ++s) {
    const Index at = s * LaneCount();
    const V east = hn::LoadU(d, g.east + at), south = hn::LoadU(d, g.south + at);
    const V north = shift.FromNorth(south_before, south_above.At(s, 0));
    V diagonal = hn::Add(hn::Add(one, hn::Add(east, west)), hn::Add(south, north));
    V handed = hn::Add(from_west, shift.FromNorth(fill_before, fill_above.At(s, 0)));
    if (last_band && g.opposite) {
      diagonal = hn::Add(diagonal, hn::LoadU(d, g.coupling + at));
      // The opposite group hands its fill on in lane N - 1 alone; its other lanes went to their own next row.
      const auto last_row = hn::Not(hn::FirstN(d, static_cast<std::size_t>(LaneCount() - 1)));
      handed = hn::Add(handed, hn::IfThenElseZero(last_row, hn::LoadU(d, g.opposite->fill + at)));
    }
    // With exact arithmetic the pivot is at least 1; rounding may not make it vanish.
    const V pivot = hn::Max(hn::Sub(diagonal, handed), hn::Mul(diagonal, hn::Set(d, 1e-4F)));
    const V inverse = hn::Div(one, pivot);
    const V both = hn::Mul(hn::Add(east, south), inverse);
    from_west = hn::Mul(east, both);
    fill_before = hn::Mul(south, both);
    west = east;
    south_before = south;
    hn::StoreU(north, d, g.north + at);
    hn::StoreU(diagonal, d, g.middle + at);
    hn::StoreU(fill_before, d, g.fill + at);
    hn::StoreU(hn::Sqrt(inverse), d, g.scale + at);
  }
}

void Scale(const MicShape& shape, const MicGroup& g, bool last_band) {
  const D d;
  const RowShift shift;
  const Rim above = Rim::Above(ValuesOf(g.above, &MicGroup::scale), 1);
  const Rim below = Rim::Below(ValuesOf(g.below, &MicGroup::scale), 1);
  V before = hn::Zero(d);
  for (Index s = 0; s < shape.positions; ++s) {
    const Index at = s * LaneCount();
    const V scale = hn::LoadU(d, g.scale + at);
    const V after = s + 1 < shape.positions ? hn::LoadU(d, g.scale + at + LaneCount()) : hn::Zero(d);
    const auto times = [&](float* weight, V neighbour) {
      hn::StoreU(hn::Mul(hn::LoadU(d, weight + at), hn::Mul(scale, neighbour)), d, weight + at);
    };
    times(g.east, after);
    times(g.south, shift.FromSouth(after, below.At(s, 0)));
    times(g.north, shift.FromNorth(before, above.At(s, 0)));
    if (g.opposite && !last_band) times(g.coupling, hn::LoadU(d, g.opposite->scale + at));
    hn::StoreU(hn::MulSub(hn::LoadU(d, g.middle + at), hn::Mul(scale, scale), hn::Set(d, 2)), d, g.middle + at);
    before = scale;
  }
}

/// values = (Id + L)^-1 rhs: rhs(s, c) is asked for once per vector, done(s, c, value) is told the result, which it
/// stores in `values` of the group.
template <int kChannels, class Rhs, class Done>
HWY_INLINE void SweepDown(const MicShape& shape, const MicGroup& g, bool coupled, float* MicGroup::*values,
                          const Rhs& rhs, const Done& done) {
  const D d;
  const RowShift shift;
  const Rim above = Rim::Above(ValuesOf(g.above, values), kChannels);
  const float* const opposite = coupled ? g.opposite->*values : nullptr;
  V before[kChannels];
  for (int c = 0; c < kChannels; ++c) before[c] = hn::Zero(d);
  V west = hn::Zero(d);
  for (Index s = 0; s < shape.positions; ++s) {
    const Index at = s * LaneCount();
    const V north = hn::LoadU(d, g.north + at);
    for (int c = 0; c < kChannels; ++c) {
      V value = hn::MulAdd(west, before[c], rhs(s, c));
      if (coupled) {
        value = hn::MulAdd(hn::LoadU(d, g.coupling + at), hn::LoadU(d, opposite + (s * kChannels + c) * LaneCount()),
                           value);
      }
      value = hn::MulAdd(north, shift.FromNorth(before[c], above.At(s, c)), value);
      done(s, c, value);
      before[c] = value;
    }
    west = hn::LoadU(d, g.east + at);
  }
}

/// The same for (Id + L^T)^-1, from the last position to the first.
template <int kChannels, class Rhs, class Done>
HWY_INLINE void SweepUp(const MicShape& shape, const MicGroup& g, bool coupled, float* MicGroup::*values,
                        const Rhs& rhs, const Done& done) {
  const D d;
  const RowShift shift;
  const Rim below = Rim::Below(ValuesOf(g.below, values), kChannels);
  const float* const opposite = coupled ? g.opposite->*values : nullptr;
  V after[kChannels];
  for (int c = 0; c < kChannels; ++c) after[c] = hn::Zero(d);
  for (Index s = shape.positions; s-- > 0;) {
    const Index at = s * LaneCount();
    const V east = hn::LoadU(d, g.east + at), south = hn::LoadU(d, g.south + at);
    for (int c = 0; c < kChannels; ++c) {
      V value = hn::MulAdd(east, after[c], rhs(s, c));
      if (coupled) {
        value = hn::MulAdd(hn::LoadU(d, g.coupling + at), hn::LoadU(d, opposite + (s * kChannels + c) * LaneCount()),
                           value);
      }
      value = hn::MulAdd(south, shift.FromSouth(after[c], below.At(s, c)), value);
      done(s, c, value);
      after[c] = value;
    }
  }
}

HWY_INLINE double Total(V sum) {
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(D(), sum)));
}

template <int kChannels>
void Start(const MicShape& shape, const MicGroup& g, bool coupled, double* sums) {
  const D d;
  V squares[kChannels];
  for (int c = 0; c < kChannels; ++c) squares[c] = hn::Zero(d);
  const auto rhs = [&](Index s, int c) { return hn::LoadU(d, g.r + (s * kChannels + c) * LaneCount()); };
  const auto done = [&](Index s, int c, V r) {
    hn::StoreU(r, d, g.r + (s * kChannels + c) * LaneCount());
    squares[c] = hn::MulAdd(r, r, squares[c]);
  };
  SweepDown<kChannels>(shape, g, coupled, &MicGroup::r, rhs, done);
  for (int c = 0; c < kChannels; ++c) sums[c] = Total(squares[c]);
}

template <int kChannels>
void Backward(const MicShape& shape, const MicGroup& g, bool coupled, const float* alpha, const float* beta,
              double* sums) {
  const D d;
  V squares[kChannels], step[kChannels], turn[kChannels];
  for (int c = 0; c < kChannels; ++c) {
    squares[c] = hn::Zero(d);
    step[c] = hn::Set(d, alpha[c]);
    turn[c] = hn::Set(d, beta[c]);
  }
  const auto rhs = [&](Index s, int c) {
    const Index at = (s * kChannels + c) * LaneCount();
    const V image = hn::Add(hn::LoadU(d, g.t + at), hn::LoadU(d, g.q + at));
    const V r = hn::NegMulAdd(step[c], image, hn::LoadU(d, g.r + at));
    const V p = hn::LoadU(d, g.p + at);
    const V next = hn::MulAdd(turn[c], p, r);
    hn::StoreU(hn::MulAdd(step[c], p, hn::LoadU(d, g.y + at)), d, g.y + at);
    hn::StoreU(r, d, g.r + at);
    hn::StoreU(next, d, g.p + at);
    squares[c] = hn::MulAdd(r, r, squares[c]);
    return next;
  };
  const auto done = [&](Index s, int c, V t) { hn::StoreU(t, d, g.t + (s * kChannels + c) * LaneCount()); };
  SweepUp<kChannels>(shape, g, coupled, &MicGroup::t, rhs, done);
  for (int c = 0; c < kChannels; ++c) sums[c] = Total(squares[c]);
}

template <int kChannels>
void Forward(const MicShape& shape, const MicGroup& g, bool coupled, double* sums) {
  const D d;
  V products[kChannels], squares[kChannels], p[kChannels], t[kChannels];
  for (int c = 0; c < kChannels; ++c) products[c] = squares[c] = hn::Zero(d);
  const auto rhs = [&](Index s, int c) {
    const Index at = (s * kChannels + c) * LaneCount();
    p[c] = hn::LoadU(d, g.p + at);
    t[c] = hn::LoadU(d, g.t + at);
    return hn::MulAdd(hn::LoadU(d, g.middle + s * LaneCount()), t[c], p[c]);
  };
  const auto done = [&](Index s, int c, V q) {
    hn::StoreU(q, d, g.q + (s * kChannels + c) * LaneCount());
    const V image = hn::Add(t[c], q);
    products[c] = hn::MulAdd(p[c], image, products[c]);
    squares[c] = hn::MulAdd(image, image, squares[c]);
  };
  SweepDown<kChannels>(shape, g, coupled, &MicGroup::q, rhs, done);
  for (int c = 0; c < kChannels; ++c) {
    sums[c] = Total(products[c]);
    sums[kChannels + c] = Total(squares[c]);
  }
}

template <int kChannels>
void Finish(const MicShape& shape, const MicGroup& g, bool coupled) {
  const D d;
  const auto rhs = [&](Index s, int c) { return hn::LoadU(d, g.y + (s * kChannels + c) * LaneCount()); };
  const auto done = [&](Index s, int c, V t) {
    const Index at = (s * kChannels + c) * LaneCount();
    hn::StoreU(t, d, g.t + at);
    hn::StoreU(hn::Mul(t, hn::LoadU(d, g.scale + s * LaneCount())), d, g.y + at);
  };
  SweepUp<kChannels>(shape, g, coupled, &MicGroup::t, rhs, done);
}

void StartAny(const MicShape& shape, const MicGroup& g, bool coupled, double* sums) {
  shape.channels == 3 ? Start<3>(shape, g, coupled, sums) : Start<1>(shape, g, coupled, sums);
}
void BackwardAny(const MicShape& shape, const MicGroup& g, bool coupled, const float* alpha, const float* beta,
                 double* sums) {
  shape.channels == 3 ? Backward<3>(shape, g, coupled, alpha, beta, sums)
                      : Backward<1>(shape, g, coupled, alpha, beta, sums);
}
void ForwardAny(const MicShape& shape, const MicGroup& g, bool coupled, double* sums) {
  shape.channels == 3 ? Forward<3>(shape, g, coupled, sums) : Forward<1>(shape, g, coupled, sums);
}
void FinishAny(const MicShape& shape, const MicGroup& g, bool coupled) {
  shape.channels == 3 ? Finish<3>(shape, g, coupled) : Finish<1>(shape, g, coupled);
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

void mic_factor(const MicShape& shape, const MicGroup& group, bool last_band) {
  HWY_DYNAMIC_DISPATCH(Factor)(shape, group, last_band);
}

void mic_scale(const MicShape& shape, const MicGroup& group, bool last_band) {
  HWY_DYNAMIC_DISPATCH(Scale)(shape, group, last_band);
}

void mic_start(const MicShape& shape, const MicGroup& group, bool coupled, double* sums) {
  HWY_DYNAMIC_DISPATCH(StartAny)(shape, group, coupled, sums);
}

void mic_backward(const MicShape& shape, const MicGroup& group, bool coupled, const float* alpha, const float* beta,
                  double* sums) {
  HWY_DYNAMIC_DISPATCH(BackwardAny)(shape, group, coupled, alpha, beta, sums);
}

void mic_forward(const MicShape& shape, const MicGroup& group, bool coupled, double* sums) {
  HWY_DYNAMIC_DISPATCH(ForwardAny)(shape, group, coupled, sums);
}

void mic_finish(const MicShape& shape, const MicGroup& group, bool coupled) {
  HWY_DYNAMIC_DISPATCH(FinishAny)(shape, group, coupled);
}

}  // namespace csgis::detail
#endif

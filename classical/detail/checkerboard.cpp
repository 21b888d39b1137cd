#include "classical/detail/checkerboard.h"

#include "classical/detail/row_blocks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/checkerboard.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef CSGIS_CHECKERBOARD_ONCE
#define CSGIS_CHECKERBOARD_ONCE
namespace csgis::detail {

/// The edges of a row to the east and to the next row, and the inverse diagonal.
struct EdgeRow {
  const float *east, *south, *inverse;
};

/// The row in the middle with what its stencil touches.
struct StencilRows {
  EdgeRow here, next, before;
  const float* south_before_last;  ///< Edges from two rows before.
};

struct ValueRows {
  const float *east, *south, *north, *inverse;
  const float *b, *above, *below;
};

}  // namespace csgis::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, PaddedPlane<float>::kMargin>;
using V = hn::Vec<D>;

HWY_INLINE V Load(const float* from) {
  return hn::LoadU(D(), from);
}

HWY_INLINE int Lanes() {
  return static_cast<int>(hn::Lanes(D()));
}

void InvertRow(const float* east, const float* south, const float* north, int width, float* out) {
  for (int i = 0; i < width; i += Lanes()) {
    const V across = hn::Add(Load(east + i), Load(east + i - 1)), along = hn::Add(Load(south + i), Load(north + i));
    const V one = hn::Set(D(), 1);
    hn::StoreU(hn::Div(one, hn::Add(one, hn::Add(across, along))), D(), out + i);
  }
}

/// The four red neighbours are taken one after the other. What a red pixel gives to the diagonal, w - w w / d, is
/// w (d - w) / d with d - w = 1 + the other three weights, which does not cancel.
void ReduceRow(const StencilRows& rows, int width, const ReducedRow& out) {
  const auto& [here, next, before, south_before_last] = rows;
  const V one = hn::Set(D(), 1);
  for (int i = 0; i < width; i += Lanes()) {
    const V east = Load(here.east + i), west = Load(here.east + i - 1);
    const V south = Load(here.south + i), north = Load(before.south + i);

    const V by_east = hn::Mul(east, Load(here.inverse + i + 1)), by_west = hn::Mul(west, Load(here.inverse + i - 1));
    const V by_south = hn::Mul(south, Load(next.inverse + i)), by_north = hn::Mul(north, Load(before.inverse + i));

    const V east_on = Load(here.east + i + 1), east_south = Load(here.south + i + 1);
    const V east_north = Load(before.south + i + 1);
    const V west_on = Load(here.east + i - 2), west_south = Load(here.south + i - 1);
    const V west_north = Load(before.south + i - 1);
    const V south_on = Load(next.south + i), south_east = Load(next.east + i), south_west = Load(next.east + i - 1);
    const V north_on = Load(south_before_last + i), north_east = Load(before.east + i);
    const V north_west = Load(before.east + i - 1);

    const auto others = [&](V a, V b, V c) { return hn::Add(hn::Add(one, a), hn::Add(b, c)); };
    V diagonal = hn::Mul(by_east, others(east_on, east_south, east_north));
    diagonal = hn::MulAdd(by_west, others(west_on, west_south, west_north), diagonal);
    diagonal = hn::MulAdd(by_south, others(south_on, south_east, south_west), diagonal);
    diagonal = hn::MulAdd(by_north, others(north_on, north_east, north_west), diagonal);
    hn::StoreU(diagonal, D(), out.diagonal + i);

    hn::StoreU(hn::Mul(by_east, east_on), D(), out.east + i);
    hn::StoreU(hn::Mul(by_south, south_on), D(), out.far_south + i);
    hn::StoreU(hn::MulAdd(by_east, east_south, hn::Mul(by_south, south_east)), D(), out.southeast + i);
    hn::StoreU(hn::MulAdd(by_west, west_south, hn::Mul(by_south, south_west)), D(), out.southwest + i);
  }
}

/// Columns whose parity is `first_red`'s become (b + sum of w x) / d.
void FillRedRow(const ValueRows& rows, int first_red, int width, float* x) {
  const D d;
  const hn::RebindToSigned<D> di;
  V west = Load(x - 1);
  for (int i = 0; i < width; i += Lanes()) {
    const V across = hn::MulAdd(Load(rows.east + i), Load(x + i + 1), hn::Mul(Load(rows.east + i - 1), west));
    const V along =
        hn::MulAdd(Load(rows.south + i), Load(rows.below + i), hn::Mul(Load(rows.north + i), Load(rows.above + i)));
    const auto parity = hn::And(hn::Iota(di, first_red + i), hn::Set(di, 1));
    const auto is_red = hn::RebindMask(d, hn::Eq(parity, hn::Zero(di)));
    const V red = hn::Mul(hn::Add(Load(rows.b + i), hn::Add(across, along)), Load(rows.inverse + i));
    // Black values stay, so the next ones may be read before these are stored; afterwards they would have to wait.
    west = Load(x + i + Lanes() - 1);
    hn::StoreU(hn::IfThenElse(is_red, red, Load(x + i)), d, x + i);
  }
}

void ResidualRow(const ValueRows& rows, int width, const float* x, float* out) {
  for (int i = 0; i < width; i += Lanes()) {
    const V here = Load(x + i);
    V sum = hn::Mul(Load(rows.east + i), hn::Sub(here, Load(x + i + 1)));
    sum = hn::MulAdd(Load(rows.east + i - 1), hn::Sub(here, Load(x + i - 1)), sum);
    sum = hn::MulAdd(Load(rows.south + i), hn::Sub(here, Load(rows.below + i)), sum);
    sum = hn::MulAdd(Load(rows.north + i), hn::Sub(here, Load(rows.above + i)), sum);
    hn::StoreU(hn::Sub(hn::Sub(Load(rows.b + i), here), sum), D(), out + i);
  }
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(InvertRow);
HWY_EXPORT(ReduceRow);
HWY_EXPORT(FillRedRow);
HWY_EXPORT(ResidualRow);

ValueRows value_rows(const GridGraph<float>& graph, const PaddedPlane<float>& inverse, const PaddedPlane<float>& b,
                     const PaddedPlane<float>& x, int y) {
  const PaddedPlane<float>&east = graph.edges[0], &south = graph.edges[1];
  return {east.row(y), south.row(y), south.row(y - 1), inverse.row(y), b.row(y), x.row(y - 1), x.row(y + 1)};
}

}  // namespace

Checkerboard::Checkerboard(const GridGraph<float>& graph, int threads)
    : graph_(graph), inverse_(graph.size()), empty_({1, graph.size().width}) {
  const Size size = graph.size();
  parallel_rows(size.height, threads, [&](int first, int last) {
    for (int y = first; y < last; ++y) {
      HWY_DYNAMIC_DISPATCH(InvertRow)
      (graph_.edges[0].row(y), graph_.edges[1].row(y), graph_.edges[1].row(y - 1), size.width, inverse_.row(y));
    }
  });
}

void Checkerboard::reduce_row(int y, int step, const ReducedRow& out) const {
  const Size size = graph_.size();
  const auto row_of = [&](const PaddedPlane<float>& plane, int row) {
    return row < 0 || row >= size.height ? empty_.row(0) : plane.row(row);
  };
  // Edges between a row and the next one stand with the upper of the two.
  const auto south_of = [&](int row) { return row_of(graph_.edges[1], step > 0 ? row : row - 1); };
  const auto edges_of = [&](int row) {
    return EdgeRow{row_of(graph_.edges[0], row), south_of(row), row_of(inverse_, row)};
  };
  const StencilRows rows{edges_of(y), edges_of(y + step), edges_of(y - step), south_of(y - 2 * step)};
  HWY_DYNAMIC_DISPATCH(ReduceRow)(rows, size.width, out);
}

void Checkerboard::fill_red(const std::vector<PaddedPlane<float>>& b, std::vector<PaddedPlane<float>>& x,
                            int threads) const {
  // A block reads the rows next to it, whole vectors of them, so that two neighbours may not run at the same time.
  const int blocks = row_blocks(graph_.size().height);
  for (const int odd : {0, 1}) {
    parallel_blocks((blocks + 1 - odd) / 2, threads, [&](int pair) {
      const int first = (2 * pair + odd) * kBlockRows, last = std::min(first + kBlockRows, graph_.size().height);
      for (int y = first; y < last; ++y) {
        const int first_red = 1 - y % 2;
        for (std::size_t c = 0; c < x.size(); ++c) {
          HWY_DYNAMIC_DISPATCH(FillRedRow)
          (value_rows(graph_, inverse_, b[c], x[c], y), first_red, graph_.size().width, x[c].row(y));
        }
      }
    });
  }
}

void Checkerboard::residual_row(const PaddedPlane<float>& b, const PaddedPlane<float>& x, int y, float* out) const {
  HWY_DYNAMIC_DISPATCH(ResidualRow)(value_rows(graph_, inverse_, b, x, y), x.width(), x.row(y), out);
}

}  // namespace csgis::detail
#endif

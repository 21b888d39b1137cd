#include "classical/detail/guided_stream.h"

#include "classical/detail/parallel_rows.h"

#include <algorithm>
#include <cstring>
#include <optional>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classical/detail/guided_stream.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, kRowSlack>;
using V = hn::Vec<D>;

/// One channel that guides itself. Moments I, I^2; coefficients a, b.
struct GreyModel {
  static constexpr int kChannels = 1, kMoments = 2, kCoefficients = 2;

  static void moments(const V* in, V* out) {
    out[0] = in[0];
    out[1] = hn::Mul(in[0], in[0]);
  }
  static void coefficients(const V* mean, V inverse_eps, V* out) {
    const D d;
    // var / (var + eps) = 1 - 1 / (1 + var / eps); a variance of rounding errors may be below zero.
    const V variance = hn::Max(hn::NegMulAdd(mean[0], mean[0], mean[1]), hn::Zero(d));
    const V scaled = hn::Mul(variance, inverse_eps);
    out[0] = hn::Div(scaled, hn::Add(scaled, hn::Set(d, 1.0f)));
    out[1] = hn::NegMulAdd(out[0], mean[0], mean[0]);
  }
  static void apply(const V* in, const V* coefficients, V* out) {
    out[0] = hn::MulAdd(coefficients[0], in[0], coefficients[1]);
  }
};

/// Three channels with their covariance S. Moments R G B, RR RG RB GG GB BB. The matrix of the slopes is
/// A = (S + eps)^-1 S = Id - (S / eps + Id)^-1: symmetric, so 6 coefficients (order of the moments) and 3 offsets, and
/// a determinant of at least 1 where S + eps has one of eps^3.
struct ColourModel {
  static constexpr int kChannels = 3, kMoments = 9, kCoefficients = 9;

  static void moments(const V* in, V* out) {
    for (int c = 0; c < 3; ++c) out[c] = in[c];
    int k = 3;
    for (int i = 0; i < 3; ++i) {
      for (int j = i; j < 3; ++j) out[k++] = hn::Mul(in[i], in[j]);
    }
  }
  static void coefficients(const V* mean, V inverse_eps, V* out) {
    const D d;
    const V one = hn::Set(d, 1.0f), zero = hn::Zero(d);
    const V m00 = hn::MulAdd(hn::Max(covariance(mean, 0, 0, 3), zero), inverse_eps, one);
    const V m01 = hn::Mul(covariance(mean, 0, 1, 4), inverse_eps);
    const V m02 = hn::Mul(covariance(mean, 0, 2, 5), inverse_eps);
    const V m11 = hn::MulAdd(hn::Max(covariance(mean, 1, 1, 6), zero), inverse_eps, one);
    const V m12 = hn::Mul(covariance(mean, 1, 2, 7), inverse_eps);
    const V m22 = hn::MulAdd(hn::Max(covariance(mean, 2, 2, 8), zero), inverse_eps, one);
    const V c00 = hn::NegMulAdd(m12, m12, hn::Mul(m11, m22));
    const V c01 = hn::NegMulAdd(m01, m22, hn::Mul(m02, m12));
    const V c02 = hn::NegMulAdd(m02, m11, hn::Mul(m01, m12));
    const V c11 = hn::NegMulAdd(m02, m02, hn::Mul(m00, m22));
    const V c12 = hn::NegMulAdd(m00, m12, hn::Mul(m01, m02));
    const V c22 = hn::NegMulAdd(m01, m01, hn::Mul(m00, m11));
    const V determinant = hn::MulAdd(m00, c00, hn::MulAdd(m01, c01, hn::Mul(m02, c02)));
    // Rounding can push a nearly singular matrix below its least possible determinant.
    const V inverse = hn::Div(one, hn::Max(determinant, one));
    out[0] = hn::NegMulAdd(c00, inverse, one);
    out[1] = hn::Neg(hn::Mul(c01, inverse));
    out[2] = hn::Neg(hn::Mul(c02, inverse));
    out[3] = hn::NegMulAdd(c11, inverse, one);
    out[4] = hn::Neg(hn::Mul(c12, inverse));
    out[5] = hn::NegMulAdd(c22, inverse, one);
    for (int c = 0; c < 3; ++c) out[6 + c] = hn::Sub(mean[c], row_times(out, c, mean));
  }
  static void apply(const V* in, const V* coefficients, V* out) {
    for (int c = 0; c < 3; ++c) out[c] = hn::Add(row_times(coefficients, c, in), coefficients[6 + c]);
  }

 private:
  static V covariance(const V* mean, int i, int j, int product) {
    return hn::NegMulAdd(mean[i], mean[j], mean[product]);
  }
  /// Row c of the symmetric matrix times a vector.
  static V row_times(const V* a, int c, const V* v) {
    constexpr int kPacked[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};
    return hn::MulAdd(a[kPacked[c][0]], v[0], hn::MulAdd(a[kPacked[c][1]], v[1], hn::Mul(a[kPacked[c][2]], v[2])));
  }
};

/// Sums of 2 radius + 1 neighbours of `count` values: sums[x] = line[x - radius] + ... + line[x + radius].
/// Long windows are put together from sums of 1, 2, 4, ... values, so that the cost grows with the logarithm of the
/// length and no error runs along the row. `powers` is overwritten.
void window_sums(const float* line, int radius, int count, float* powers, float* sums) {
  const D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const int length = 2 * radius + 1;
  constexpr int kLongestDirect = 9;
  if (length <= kLongestDirect) {
    for (int x = 0; x < count; x += lanes) {
      V sum = hn::LoadU(d, line + x - radius);
      for (int k = 1; k < length; ++k) sum = hn::Add(sum, hn::LoadU(d, line + x - radius + k));
      hn::StoreU(sum, d, sums + x);
    }
    return;
  }
  const int total = count + 2 * radius;
  std::copy(line - radius, line + count + radius + lanes, powers);
  std::fill(sums, sums + count + lanes, 0.0f);
  int done = 0;
  for (int power = 1;; power *= 2) {
    if ((length & power) != 0) {
      for (int x = 0; x < count; x += lanes) {
        hn::StoreU(hn::Add(hn::LoadU(d, sums + x), hn::LoadU(d, powers + x + done)), d, sums + x);
      }
      done += power;
    }
    if (done == length) return;
    for (int x = 0; x + power < total; x += lanes) {
      hn::StoreU(hn::Add(hn::LoadU(d, powers + x), hn::LoadU(d, powers + x + power)), d, powers + x);
    }
  }
}

/// The state of one pass down a block of rows.
template <class Model>
class Pass {
 public:
  Pass(const ImageF& src, const GuidedStream& job, int channel, ImageF& out)
      : src_(src),
        out_(out),
        channel_(channel),
        radius_(job.radius),
        border_(job.border),
        inverse_area_(static_cast<float>(1.0 / ((2.0 * job.radius + 1) * (2.0 * job.radius + 1)))),
        inverse_eps_(static_cast<float>(1.0 / job.eps)),
        input_({Model::kChannels, src.width()}, 1, 0),
        moment_sums_({Model::kMoments, src.width()}, 1, job.radius),
        coefficient_sums_({Model::kCoefficients, src.width()}, 1, job.radius),
        ring_({Model::kCoefficients * (2 * job.radius + 1), src.width()}, 1, 0),
        windows_({std::max(Model::kMoments, Model::kCoefficients), src.width()}, 1, 0),
        powers_({1, src.width() + 2 * job.radius}, 1, kRowSlack) {}

  /// Output rows [begin, end).
  void run(int begin, int end) {
    const int window = 2 * radius_ + 1;
    for (int y = begin - radius_; y < end + radius_; ++y) {
      move_moments_to(border_index(y, src_.height(), border_));
      const int slot = (y - begin + radius_) % window;
      push_coefficients(slot, y - begin + radius_ >= window);
      if (y >= begin + radius_) write_row(y - radius_);
    }
  }

 private:
  static constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));

  /// The channels of a source row in input_, with slack behind them.
  void load_input(int y) {
    for (int c = 0; c < Model::kChannels; ++c) {
      std::memcpy(input_.row(0, c), src_.row(channel_ + c, y), static_cast<std::size_t>(src_.width()) * sizeof(float));
    }
  }
  void inputs_at(int x, V* in) const {
    for (int c = 0; c < Model::kChannels; ++c) in[c] = hn::LoadU(D(), input_.row(0, c) + x);
  }

  template <bool kAdd>
  void change_moments(int y) {
    const D d;
    load_input(border_index(y, src_.height(), border_));
    for (int x = 0; x < src_.width(); x += kLanes) {
      V in[Model::kChannels], moments[Model::kMoments];
      inputs_at(x, in);
      Model::moments(in, moments);
      for (int k = 0; k < Model::kMoments; ++k) {
        float* const sum = moment_sums_.row(0, k) + x;
        const V old = hn::LoadU(d, sum);
        hn::StoreU(kAdd ? hn::Add(old, moments[k]) : hn::Sub(old, moments[k]), d, sum);
      }
    }
  }

  /// Column sums of the moments over the rows around y. Consecutive rows, also backwards in a mirrored border, cost two
  /// row updates; the first row of a block is summed in full, so that rounding errors end with the block.
  void move_moments_to(int y) {
    if (at_ && *at_ + 1 == y) {
      change_moments<true>(y + radius_);
      change_moments<false>(y - radius_ - 1);
    } else if (at_ && *at_ - 1 == y) {
      change_moments<true>(y - radius_);
      change_moments<false>(y + radius_ + 1);
    } else if (!at_ || *at_ != y) {
      moment_sums_.fill(0);
      for (int k = -radius_; k <= radius_; ++k) change_moments<true>(y + k);
    }
    at_ = y;
  }

  /// windows_.row(k) = sums of line k of `sums` along x.
  void sum_along_rows(PaddedPlanes<float>& sums, int lines) {
    for (int k = 0; k < lines; ++k) {
      float* const line = sums.row(0, k);
      for (int x = 1; x <= radius_; ++x) {
        line[-x] = line[border_index(-x, src_.width(), border_)];
        line[src_.width() - 1 + x] = line[border_index(src_.width() - 1 + x, src_.width(), border_)];
      }
      window_sums(line, radius_, src_.width(), powers_.row(0, 0), windows_.row(0, k));
    }
  }

  void push_coefficients(int slot, bool replaces) {
    const D d;
    sum_along_rows(moment_sums_, Model::kMoments);
    const V inverse_area = hn::Set(d, inverse_area_), inverse_eps = hn::Set(d, inverse_eps_);
    for (int x = 0; x < src_.width(); x += kLanes) {
      V mean[Model::kMoments], coefficients[Model::kCoefficients];
      for (int k = 0; k < Model::kMoments; ++k) {
        mean[k] = hn::Mul(hn::LoadU(d, windows_.row(0, k) + x), inverse_area);
      }
      Model::coefficients(mean, inverse_eps, coefficients);
      for (int k = 0; k < Model::kCoefficients; ++k) {
        float* const sum = coefficient_sums_.row(0, k) + x;
        float* const kept = ring_.row(0, slot * Model::kCoefficients + k) + x;
        const V change = replaces ? hn::Sub(coefficients[k], hn::LoadU(d, kept)) : coefficients[k];
        hn::StoreU(hn::Add(hn::LoadU(d, sum), change), d, sum);
        hn::StoreU(coefficients[k], d, kept);
      }
    }
  }

  void write_row(int y) {
    const D d;
    sum_along_rows(coefficient_sums_, Model::kCoefficients);
    load_input(y);
    const V inverse_area = hn::Set(d, inverse_area_);
    for (int x = 0; x < src_.width(); x += kLanes) {
      V in[Model::kChannels], mean[Model::kCoefficients], result[Model::kChannels];
      inputs_at(x, in);
      for (int k = 0; k < Model::kCoefficients; ++k) {
        mean[k] = hn::Mul(hn::LoadU(d, windows_.row(0, k) + x), inverse_area);
      }
      Model::apply(in, mean, result);
      for (int c = 0; c < Model::kChannels; ++c) hn::StoreU(result[c], d, input_.row(0, c) + x);
    }
    for (int c = 0; c < Model::kChannels; ++c) {
      std::copy_n(input_.row(0, c), src_.width(), out_.row(channel_ + c, y));
    }
  }

  const ImageF& src_;
  ImageF& out_;
  int channel_;
  int radius_;
  Border border_;
  float inverse_area_, inverse_eps_;
  std::optional<int> at_;
  PaddedPlanes<float> input_, moment_sums_, coefficient_sums_, ring_, windows_, powers_;
};

template <class Model>
void filter_rows(const ImageF& src, const GuidedStream& job, int channel, int begin, int end, ImageF& out) {
  Pass<Model>(src, job, channel, out).run(begin, end);
}

}  // namespace

void GuidedRows(const ImageF& src, const GuidedStream& job, int channel, int begin, int end, ImageF& out) {
  filter_rows<GreyModel>(src, job, channel, begin, end, out);
}

void GuidedColourRows(const ImageF& src, const GuidedStream& job, int begin, int end, ImageF& out) {
  filter_rows<ColourModel>(src, job, 0, begin, end, out);
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {

HWY_EXPORT(GuidedRows);
HWY_EXPORT(GuidedColourRows);

namespace {

/// Rows of a block: a function of the radius alone, long enough that the 2 radius extra rows do not dominate.
int block_rows(const GuidedStream& job) {
  return std::max(96, 8 * job.radius);
}

}  // namespace

void guided_stream(const ImageF& src, const GuidedStream& job, ImageF& out) {
  const int rows = block_rows(job);
  const int blocks = (src.height() + rows - 1) / rows;
  parallel_blocks(blocks * src.channels(), job.threads, [&](int block) {
    const int begin = block / src.channels() * rows;
    HWY_DYNAMIC_DISPATCH(GuidedRows)
    (src, job, block % src.channels(), begin, std::min(src.height(), begin + rows), out);
  });
}

void guided_cov_stream(const ImageF& src, const GuidedStream& job, ImageF& out) {
  const int rows = block_rows(job);
  parallel_blocks((src.height() + rows - 1) / rows, job.threads, [&](int block) {
    const int begin = block * rows;
    HWY_DYNAMIC_DISPATCH(GuidedColourRows)(src, job, begin, std::min(src.height(), begin + rows), out);
  });
}

}  // namespace csgis::detail
#endif

#include "classical/detail/mic_cg.h"

#include "classical/detail/parallel_rows.h"
#include "core/error.h"

#include <array>
#include <cmath>
#include <numeric>

namespace csgis::detail {
namespace {

constexpr int kMostIterations = 2000;
constexpr int kMostLanes = 16;

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

/// The rows of a group, with zeros on both sides for positions whose lanes lie outside the image.
class GroupRows {
 public:
  explicit GroupRows(int width)
      : stride_(kMargin + index((width + kMostLanes - 1) / kMostLanes * kMostLanes) + kMargin),
        values_(stride_ * kMostLanes) {}

  float* row(int lane) { return values_.data() + index(lane) * stride_ + kMargin; }
  const float* row(int lane) const { return values_.data() + index(lane) * stride_ + kMargin; }

  /// to[s step + r] = the pixel in lane r at position s.
  void skew(int lanes, int parity, int positions, int step, float* to) const {
    for (int s = 0; s < positions; ++s, to += step) {
      for (int r = 0; r < lanes; ++r) to[r] = row(r)[2 * s - 3 * r - parity];
    }
  }
  /// The inverse; leaves the other pixels alone.
  void unskew(int lanes, int parity, int positions, int step, const float* from) {
    for (int s = 0; s < positions; ++s, from += step) {
      for (int r = 0; r < lanes; ++r) row(r)[2 * s - 3 * r - parity] = from[r];
    }
  }

 private:
  static constexpr std::size_t kMargin = 4 * kMostLanes;  // more than 3 columns per lane

  std::size_t stride_;
  std::vector<float> values_;
};

}  // namespace

MicSolver::MicSolver(const Planes& b)
    : b_(b),
      size_(b.front().size()),
      lanes_(mic_lanes()),
      // The last lane of the last column, and two more positions for what it gives to the rows below.
      shape_{(size_.width + 3 * lanes_ - 3) / 2 + 3, static_cast<int>(b.size())} {
  for (const PaddedPlane<float>& plane : b) {
    double squares = 0;
    for (int y = 0; y < plane.height(); ++y) {
      squares += std::inner_product(plane.row(y), plane.row(y) + plane.width(), plane.row(y), 0.0);
    }
    norms_.push_back(std::sqrt(squares));
  }
  const int upper = (size_.height + 1) / 2, lower = size_.height - upper;
  const auto groups_for = [&](int rows) { return (rows + lanes_ - 1) / lanes_; };
  const std::size_t pushes = index(shape_.positions + mic_lag()) * b.size();
  const auto zeros = std::vector<float>(pushes);
  bands_.push_back({0, groups_for(upper), 0, upper, 1, zeros, zeros});
  if (lower > 0) bands_.push_back({groups_for(upper), groups_for(lower), size_.height - 1, lower, -1, zeros, zeros});
  lay_out();
  join_bands();
}

void MicSolver::lay_out() {
  constexpr std::array kWeights = {&MicGroup::east,      &MicGroup::southwest, &MicGroup::southeast,
                                   &MicGroup::far_south, &MicGroup::middle,    &MicGroup::scale};
  constexpr std::array kValues = {&MicGroup::r, &MicGroup::p, &MicGroup::image, &MicGroup::y};
  const std::size_t count = index(bands_.back().first_group + bands_.back().groups);
  const std::size_t weights = index(shape_.positions) * index(lanes_);
  const std::size_t values = weights * index(shape_.channels);
  // Sweeps look beyond a group, at places whose weight is 0: what stands there only has to be finite, and must not be
  // of a group that another thread is changing. So groups that two bands look at have free places around them.
  const std::size_t slack = index(mic_lag() + 4) * index(lanes_) * index(shape_.channels);
  const std::size_t total = count * (kWeights.size() * weights + kValues.size() * values) +
                            (kWeights.size() + kValues.size() + 1) * 3 * slack;
  memory_ = hwy::AllocateAligned<float>(total);
  if (!memory_) throw std::bad_alloc();
  std::fill_n(memory_.get(), total, 0.0F);

  groups_.resize(count);
  sums_.resize(count * 2 * index(shape_.channels));
  float* next = memory_.get() + slack;
  const auto give = [&](float* MicGroup::*member, std::size_t length) {
    for (std::size_t g = 0; g < count; ++g) {
      if (g == index(bands_.back().first_group) || g + 1 == count) next += slack;
      groups_[g].*member = next;
      next += length;
    }
    next += slack;
  };
  for (const auto member : kWeights) give(member, weights);
  for (const auto member : kValues) give(member, values);
}

void MicSolver::join_bands() {
  for (const Band& band : bands_) {
    for (int g = band.first_group; g + 1 < band.first_group + band.groups; ++g) {
      groups_[index(g)].south = {&groups_[index(g + 1)], mic_lag(), 0, mic_lag(), 1};
    }
    groups_[index(band.first_group + band.groups - 1)].south = {};
  }
  if (bands_.size() < 2) return;
  // Below the last row of the first band come the last and the last but one of the second. From 2 s - 3 r - o for the
  // same column in both; the parities differ, since the two last rows are neighbours.
  const int shift = parity_of(bands_[1]) == 0 ? 2 : 1;
  groups_[index(bands_[0].groups - 1)].south = {&groups_.back(), shift, lanes_ - 1, shift + 3, lanes_ - 2};
  received_.resize(index(shape_.positions * shape_.channels * lanes_));
}

int MicSolver::row_of(int group, int lane) const {
  const Band& band = band_of(group);
  const int row = (group - band.first_group - band.groups) * lanes_ + lane + band.rows;
  return row < 0 ? -1 : band.first_row + row * band.step;
}

/// Of the image row in lane 0 of the band's groups; lanes are even in number.
int MicSolver::parity_of(const Band& band) const {
  return (band.first_row + band.rows - band.groups * lanes_) & 1;
}

/// Group after group from the first rows of both bands to the last; the last group of the second band at the end, for
/// it depends on both.
void MicSolver::sweep_down(int channels, int threads, const std::function<void(int, const MicPushes&)>& work) {
  const int bands = static_cast<int>(bands_.size());
  const auto pushes = [](Band& band) { return MicPushes{band.near.data(), band.far.data(), nullptr}; };
  parallel_blocks(bands, threads, [&](int b) {
    Band& band = bands_[index(b)];
    std::fill(band.near.begin(), band.near.end(), 0.0F);
    std::fill(band.far.begin(), band.far.end(), 0.0F);
    for (int g = 0; g < band.groups - b; ++g) work(band.first_group + g, pushes(band));
  });
  if (bands < 2) return;
  receive(channels);
  MicPushes last = pushes(bands_[1]);
  last.received = received_.data();
  work(static_cast<int>(groups_.size()) - 1, last);
}

/// What the last two rows of the first band give to the last two of the second one.
void MicSolver::receive(int channels) {
  const Band& from = bands_[0];
  const int ahead = 1 - parity_of(bands_[1]);
  std::fill(received_.begin(), received_.end(), 0.0F);
  for (int s = 0; s < shape_.positions; ++s) {
    for (int c = 0; c < channels; ++c) {
      float* const lanes = &received_[index((s * channels + c) * lanes_)];
      lanes[lanes_ - 1] = from.near[index((s + ahead) * channels + c)];
      lanes[lanes_ - 2] = from.far[index((s + ahead + 1) * channels + c)];
    }
  }
}

void MicSolver::sweep_up(int threads, const std::function<void(int)>& work) const {
  const int bands = static_cast<int>(bands_.size());
  if (bands == 2) work(static_cast<int>(groups_.size()) - 1);
  parallel_blocks(bands, threads, [&](int b) {
    const Band& band = bands_[index(b)];
    for (int g = band.groups - 1 - b; g >= 0; --g) work(band.first_group + g);
  });
}

void MicSolver::load_weights(const Checkerboard& board, int g) {
  const MicGroup& group = groups_[index(g)];
  constexpr int kArrays = 5;
  std::vector<GroupRows> rows;
  rows.reserve(kArrays);
  for (int array = 0; array < kArrays; ++array) rows.emplace_back(size_.width);
  for (int lane = 0; lane < lanes_; ++lane) {
    const int y = row_of(g, lane);
    if (y < 0) continue;
    board.reduce_row(y, band_of(g).step,
                     {rows[0].row(lane), rows[1].row(lane), rows[2].row(lane), rows[3].row(lane), rows[4].row(lane)});
  }
  if (bands_.size() == 2 && g + 1 == static_cast<int>(groups_.size())) {
    // Edges between the bands stand with the first one.
    const auto clear = [&](GroupRows& array, int lane) { std::fill_n(array.row(lane), size_.width, 0.0F); };
    for (const std::size_t array : {1, 2, 3}) clear(rows[array], lanes_ - 1);
    clear(rows[3], lanes_ - 2);
  }
  float* const to[kArrays] = {group.east, group.southwest, group.southeast, group.far_south, group.middle};
  for (std::size_t array = 0; array < kArrays; ++array) {
    rows[array].skew(lanes_, parity_of_group(g), shape_.positions, lanes_, to[array]);
  }
}

void MicSolver::factor(const Checkerboard& board, int threads) {
  const int groups = static_cast<int>(groups_.size());
  parallel_blocks(groups, threads, [&](int g) { load_weights(board, g); });
  sweep_down(1, threads, [&](int g, const MicPushes& pushes) { mic_factor(shape_, groups_[index(g)], pushes); });
  parallel_blocks(groups, threads, [&](int g) { mic_scale(shape_, groups_[index(g)]); });
}

/// r = E (b - A x), y = 0
void MicSolver::load_residual(const Checkerboard& board, const Planes& x, int g) {
  const MicGroup& group = groups_[index(g)];
  const int step = lanes_ * shape_.channels;
  for (int c = 0; c < shape_.channels; ++c) {
    GroupRows rows(size_.width);
    for (int lane = 0; lane < lanes_; ++lane) {
      const int y = row_of(g, lane);
      if (y >= 0) board.residual_row(b_[index(c)], x[index(c)], y, rows.row(lane));
    }
    rows.skew(lanes_, parity_of_group(g), shape_.positions, step, group.r + c * lanes_);
  }
  for (int s = 0; s < shape_.positions; ++s) {
    for (int c = 0; c < shape_.channels; ++c) {
      float* const r = group.r + s * step + c * lanes_;
      for (int lane = 0; lane < lanes_; ++lane) r[lane] *= group.scale[s * lanes_ + lane];
    }
  }
  std::fill_n(group.y, index(shape_.positions) * index(step), 0.0F);
}

/// x += y at the black pixels.
void MicSolver::add_to(Planes& x, int g) const {
  GroupRows rows(size_.width);
  for (int c = 0; c < shape_.channels; ++c) {
    rows.unskew(lanes_, parity_of_group(g), shape_.positions, lanes_ * shape_.channels,
                groups_[index(g)].y + c * lanes_);
    for (int lane = 0; lane < lanes_; ++lane) {
      const int y = row_of(g, lane);
      if (y < 0) continue;
      float* const to = x[index(c)].row(y);
      for (int i = 0; i < size_.width; ++i) to[i] += rows.row(lane)[i];
    }
  }
}

double* MicSolver::share(int group, int per_group) {
  return &sums_[index(group) * index(per_group)];
}

std::vector<double> MicSolver::totals(int per_group) const {
  std::vector<double> sums(index(per_group));
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += sums_[g * sums.size() + k];
  }
  return sums;
}

SolveReport MicSolver::iterate(double tolerance, int threads) {
  const int channels = shape_.channels;
  sweep_down(channels, threads,
             [&](int g, const MicPushes& pushes) { mic_start(shape_, groups_[index(g)], pushes, share(g, channels)); });
  SolveReport report;
  std::array<float, 3> alpha{}, beta{};
  for (;; ++report.iterations) {
    sweep_up(threads,
             [&](int g) { mic_backward(shape_, groups_[index(g)], alpha.data(), beta.data(), share(g, channels)); });
    const std::vector<double> rr = totals(channels);
    report.residual = 0;
    for (std::size_t c = 0; c < rr.size(); ++c) {
      const double relative = rr[c] == 0 ? 0 : std::sqrt(rr[c]) / norms_[c];
      if (!(relative <= report.residual)) report.residual = relative;
    }
    if (report.residual <= tolerance || !std::isfinite(report.residual) || report.iterations == kMostIterations) break;

    sweep_down(channels, threads, [&](int g, const MicPushes& pushes) {
      mic_forward(shape_, groups_[index(g)], pushes, share(g, 2 * channels));
    });
    const std::vector<double> products = totals(2 * channels);
    for (std::size_t c = 0; c < rr.size(); ++c) {
      const double step = rr[c] == 0 ? 0 : rr[c] / products[c];
      const double predicted = step * step * products[rr.size() + c] - rr[c];
      alpha[c] = static_cast<float>(step);
      beta[c] = step == 0 ? 0 : static_cast<float>(std::max(predicted / rr[c], 0.0));
    }
  }
  return report;
}

SolveReport MicSolver::solve(const GridGraph<float>& graph, Planes& x, double tolerance, int threads) {
  const int groups = static_cast<int>(groups_.size());
  const Checkerboard board(graph, threads);
  factor(board, threads);
  board.fill_red(b_, x, threads);
  parallel_blocks(groups, threads, [&](int g) { load_residual(board, x, g); });

  const SolveReport report = iterate(tolerance, threads);
  require<DataError>(report.residual <= tolerance,
                     "conjugate gradients: relative residual {:.3g} after {} iterations, wanted {:.3g}; the weights or "
                     "values are too large for float, the exact mode reaches further",
                     report.residual, report.iterations, tolerance);
  sweep_up(threads, [&](int g) { mic_finish(shape_, groups_[index(g)]); });
  parallel_blocks(groups, threads, [&](int g) { add_to(x, g); });
  board.fill_red(b_, x, threads);
  return report;
}

}  // namespace csgis::detail

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

/// out[s step + r] = rows[r][s - r]: the rows of a group side by side, each one column behind the one before.
/// A row is read from 15 columns before its start to 15 behind its end.
void skew(const std::array<const float*, kMostLanes>& rows, int lanes, int positions, int step, float* out) {
  std::array<const float*, kMostLanes> shifted{};
  for (int r = 0; r < lanes; ++r) shifted[index(r)] = rows[index(r)] - r;
  for (int s = 0; s < positions; ++s, out += step) {
    for (int r = 0; r < lanes; ++r) out[r] = shifted[index(r)][s];
  }
}

double square_norm(const PaddedPlane<float>& plane) {
  double sum = 0;
  for (int y = 0; y < plane.height(); ++y) {
    const float* row = plane.row(y);
    sum += std::inner_product(row, row + plane.width(), row, 0.0);
  }
  return sum;
}

}  // namespace

MicSolver::MicSolver(Size size, int channels)
    : size_(size), shape_{size.width + mic_lanes() - 1, channels}, lanes_(mic_lanes()), empty_row_({1, size.width}) {
  const int upper = (size.height + 1) / 2, lower = size.height - upper;
  const auto groups_for = [&](int rows) { return (rows + lanes_ - 1) / lanes_; };
  bands_.push_back({0, groups_for(upper), 0, upper, 1});
  if (lower > 0) bands_.push_back({groups_for(upper), groups_for(lower), size.height - 1, lower, -1});
  lay_out();
}

void MicSolver::lay_out() {
  constexpr std::size_t kWeights = 5, kValues = 5;
  const std::size_t count = index(bands_.back().first_group + bands_.back().groups);
  const std::size_t weights = index(shape_.positions) * index(lanes_);
  const std::size_t values = weights * index(shape_.channels);
  // Sweeps look up to N positions beyond a group, at places whose weight is 0.
  const std::size_t slack = index(lanes_) * index(lanes_) * index(shape_.channels);
  const std::size_t total =
      count * (kWeights * weights + kValues * values) + weights + (kWeights + kValues + 1) * slack;
  memory_ = hwy::AllocateAligned<float>(total);
  if (!memory_) throw std::bad_alloc();
  std::fill_n(memory_.get(), total, 0.0F);

  groups_.resize(count);
  sums_.resize(count * 2 * index(shape_.channels));
  float* next = memory_.get() + slack;
  const auto give = [&](float* MicGroup::*member, std::size_t length) {
    for (MicGroup& group : groups_) {
      group.*member = next;
      next += length;
    }
    next += slack;
  };
  for (const auto member : {&MicGroup::east, &MicGroup::south, &MicGroup::north, &MicGroup::scale, &MicGroup::middle}) {
    give(member, weights);
  }
  for (const auto member : {&MicGroup::r, &MicGroup::p, &MicGroup::q, &MicGroup::t, &MicGroup::y}) give(member, values);
  for (MicGroup& group : groups_) group.fill = group.q;  // q is not yet in use while the factor is made

  for (const Band& band : bands_) {
    for (int g = 0; g < band.groups; ++g) {
      MicGroup& group = groups_[index(band.first_group + g)];
      if (g > 0) group.above = &group - 1;
      if (g + 1 < band.groups) group.below = &group + 1;
    }
  }
  if (bands_.size() == 2) {
    MicGroup& upper = groups_[index(bands_[1].first_group - 1)];
    MicGroup& lower = groups_.back();
    upper.opposite = &lower;
    lower.opposite = &upper;
    upper.coupling = lower.coupling = next;
  }
}

int MicSolver::row_of(int group, int lane) const {
  const Band& band = group < bands_[0].groups ? bands_[0] : bands_[1];
  const int row = (group - band.first_group - band.groups) * lanes_ + lane + band.rows;
  return row < 0 ? -1 : band.first_row + row * band.step;
}

void MicSolver::sweep_down(int threads, const std::function<void(int, bool)>& work) const {
  const int bands = static_cast<int>(bands_.size());
  parallel_blocks(bands, threads, [&](int b) {
    const Band& band = bands_[index(b)];
    for (int g = 0; g < band.groups - b; ++g) work(band.first_group + g, false);
  });
  if (bands == 2) work(static_cast<int>(groups_.size()) - 1, true);
}

void MicSolver::sweep_up(int threads, const std::function<void(int, bool)>& work) const {
  const int bands = static_cast<int>(bands_.size());
  if (bands == 2) work(static_cast<int>(groups_.size()) - 1, false);
  parallel_blocks(bands, threads, [&](int b) {
    const Band& band = bands_[index(b)];
    for (int g = band.groups - 1 - b; g >= 0; --g) {
      const int group = band.first_group + g;
      work(group, b == 0 && is_meeting(group));
    }
  });
}

void MicSolver::load_weights(const GridGraph<float>& graph, int g) {
  MicGroup& group = groups_[index(g)];
  const bool upper = g < bands_[0].groups;
  const bool meets_upper = !upper && is_meeting(g);
  std::array<const float*, kMostLanes> east{}, south{}, meeting{};
  for (int lane = 0; lane < lanes_; ++lane) {
    const int y = row_of(g, lane);
    meeting[index(lane)] = empty_row_.row(0);
    east[index(lane)] = y < 0 ? empty_row_.row(0) : graph.edges[0].row(y);
    // Towards the middle: row y - 1 holds the weight of the edge up from row y.
    south[index(lane)] = y < 0 ? empty_row_.row(0) : graph.edges[1].row(upper ? y : y - 1);
  }
  if (meets_upper) std::swap(south[index(lanes_ - 1)], meeting[index(lanes_ - 1)]);
  skew(east, lanes_, shape_.positions, lanes_, group.east);
  skew(south, lanes_, shape_.positions, lanes_, group.south);
  if (meets_upper) skew(meeting, lanes_, shape_.positions, lanes_, group.coupling);
}

void MicSolver::factor(const GridGraph<float>& graph, int threads) {
  const int groups = static_cast<int>(groups_.size());
  parallel_blocks(groups, threads, [&](int g) { load_weights(graph, g); });
  sweep_down(threads, [&](int g, bool) { mic_factor(shape_, groups_[index(g)], g >= bands_[0].groups); });
  parallel_blocks(groups, threads, [&](int g) { mic_scale(shape_, groups_[index(g)], g >= bands_[0].groups); });
}

/// r = E (b - A x), with the differences of x formed first: in flat areas they are exact.
void MicSolver::load_residual(const GridGraph<float>& graph, const Planes& b, const Planes& x, int g) {
  const MicGroup& group = groups_[index(g)];
  PaddedPlane<float> residual({lanes_, size_.width});
  std::array<const float*, kMostLanes> rows{};
  for (int c = 0; c < shape_.channels; ++c) {
    const PaddedPlane<float>& plane = x[index(c)];
    for (int lane = 0; lane < lanes_; ++lane) {
      float* const out = residual.row(lane);
      rows[index(lane)] = out;
      const int y = row_of(g, lane);
      if (y < 0) continue;
      const float *here = plane.row(y), *above = plane.row(y - 1), *below = plane.row(y + 1);
      const float *east = graph.edges[0].row(y), *south = graph.edges[1].row(y), *north = graph.edges[1].row(y - 1);
      const float* value = b[index(c)].row(y);
      for (int i = 0; i < size_.width; ++i) {
        const float across = east[i] * (here[i] - here[i + 1]) + east[i - 1] * (here[i] - here[i - 1]);
        const float along = south[i] * (here[i] - below[i]) + north[i] * (here[i] - above[i]);
        out[i] = (value[i] - here[i]) - (across + along);
      }
    }
    skew(rows, lanes_, shape_.positions, lanes_ * shape_.channels, group.r + c * lanes_);
  }
  for (int s = 0; s < shape_.positions; ++s) {
    for (int c = 0; c < shape_.channels; ++c) {
      float* const r = group.r + (s * shape_.channels + c) * lanes_;
      for (int lane = 0; lane < lanes_; ++lane) r[lane] *= group.scale[s * lanes_ + lane];
    }
  }
  std::fill_n(group.y, index(shape_.positions) * index(lanes_ * shape_.channels), 0.0F);
}

void MicSolver::add_to(Planes& x, int g) const {
  const MicGroup& group = groups_[index(g)];
  std::vector<float> dropped(index(shape_.positions + kMostLanes));
  for (int c = 0; c < shape_.channels; ++c) {
    std::array<float*, kMostLanes> rows{};
    for (int lane = 0; lane < lanes_; ++lane) {
      const int y = row_of(g, lane);
      rows[index(lane)] = (y < 0 ? dropped.data() + kMostLanes : x[index(c)].row(y)) - lane;
    }
    const float* from = group.y + c * lanes_;
    for (int s = 0; s < shape_.positions; ++s, from += lanes_ * shape_.channels) {
      for (int lane = 0; lane < lanes_; ++lane) rows[index(lane)][s] += from[lane];
    }
  }
}

std::vector<double> MicSolver::totals(int per_group) const {
  std::vector<double> sums(index(per_group));
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += sums_[g * sums.size() + k];
  }
  return sums;
}

SolveReport MicSolver::solve(const GridGraph<float>& graph, const Planes& b, Planes& x, double tolerance, int threads) {
  const int channels = shape_.channels, groups = static_cast<int>(groups_.size());
  std::vector<double> scale;
  for (const auto& channel : b) scale.push_back(std::sqrt(square_norm(channel)));
  const auto share = [&](int g, int per_group) { return &sums_[index(g * per_group)]; };

  factor(graph, threads);
  parallel_blocks(groups, threads, [&](int g) { load_residual(graph, b, x, g); });
  sweep_down(threads, [&](int g, bool coupled) { mic_start(shape_, groups_[index(g)], coupled, share(g, channels)); });

  SolveReport report;
  std::array<float, 3> alpha{}, beta{};
  for (;; ++report.iterations) {
    sweep_up(threads, [&](int g, bool coupled) {
      mic_backward(shape_, groups_[index(g)], coupled, alpha.data(), beta.data(), share(g, channels));
    });
    const std::vector<double> rr = totals(channels);
    report.residual = 0;
    for (int c = 0; c < channels; ++c) {
      const double relative = rr[index(c)] == 0 ? 0 : std::sqrt(rr[index(c)]) / scale[index(c)];
      if (!(relative <= report.residual)) report.residual = relative;
    }
    if (report.residual <= tolerance || !std::isfinite(report.residual) || report.iterations == kMostIterations) break;

    sweep_down(threads,
               [&](int g, bool coupled) { mic_forward(shape_, groups_[index(g)], coupled, share(g, 2 * channels)); });
    const std::vector<double> products = totals(2 * channels);
    for (int c = 0; c < channels; ++c) {
      const double step = rr[index(c)] == 0 ? 0 : rr[index(c)] / products[index(c)];
      const double predicted = step * step * products[index(channels + c)] - rr[index(c)];
      alpha[index(c)] = static_cast<float>(step);
      beta[index(c)] = step == 0 ? 0 : static_cast<float>(std::max(predicted / rr[index(c)], 0.0));
    }
  }
  require<DataError>(report.residual <= tolerance,
                     "conjugate gradients: relative residual {:.3g} after {} iterations, wanted {:.3g}; the weights or "
                     "values are too large for float, the exact mode reaches further",
                     report.residual, report.iterations, tolerance);
  sweep_up(threads, [&](int g, bool coupled) { mic_finish(shape_, groups_[index(g)], coupled); });
  parallel_blocks(groups, threads, [&](int g) { add_to(x, g); });
  return report;
}

}  // namespace csgis::detail

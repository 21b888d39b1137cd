#pragma once
/// The peer of rtv_bench and sdf_bench: a direct solve of the same systems with Eigen.

#include "bench/by_size.h"
#include "classical/detail/grid_graph.h"

#include <fmt/format.h>
#include <Eigen/Sparse>

#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace csgis::bench {

/// x = (Id + L)^-1 b for all channels with SimplicialLDLT, as anybody would write it: triplets, factor, solve. The
/// ordering is found once and serves all graphs of one size.
class DirectSolver {
 public:
  using Planes = std::vector<detail::PaddedPlane<double>>;

  void solve(const detail::GridGraph<double>& graph, const Planes& b, Planes& x) {
    const Matrix matrix = matrix_of(graph);
    if (!analysed_) factor_.analyzePattern(matrix);
    analysed_ = true;
    factor_.factorize(matrix);
    const Size size = graph.size();
    for (std::size_t c = 0; c < b.size(); ++c) {
      Eigen::VectorXd right(matrix.rows());
      for (int y = 0; y < size.height; ++y) std::copy_n(b[c].row(y), size.width, right.data() + y * size.width);
      const Eigen::VectorXd solution = factor_.solve(right);
      for (int y = 0; y < size.height; ++y) std::copy_n(solution.data() + y * size.width, size.width, x[c].row(y));
    }
  }

 private:
  using Matrix = Eigen::SparseMatrix<double>;

  static Matrix matrix_of(const detail::GridGraph<double>& graph) {
    const Size size = graph.size();
    const int count = static_cast<int>(size.pixels());
    std::vector<double> diagonal(size.pixels(), 1.0);
    std::vector<Eigen::Triplet<double>> entries;
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
      for (int y = 0; y < size.height; ++y) {
        const auto [first, last] = detail::edge_columns(size, detail::kEdgeSteps[e], y);
        for (int i = first; i < last; ++i) {
          const int p = y * size.width + i, q = p + detail::kEdgeSteps[e].dy * size.width + detail::kEdgeSteps[e].dx;
          const double weight = graph.edges[e].row(y)[i];
          diagonal[static_cast<std::size_t>(p)] += weight;
          diagonal[static_cast<std::size_t>(q)] += weight;
          entries.emplace_back(q, p, -weight);  // the lower half, which is all that the factor reads
        }
      }
    }
    for (int p = 0; p < count; ++p) entries.emplace_back(p, p, diagonal[static_cast<std::size_t>(p)]);
    Matrix matrix(count, count);
    matrix.setFromTriplets(entries.begin(), entries.end());
    return matrix;
  }

  Eigen::SimplicialLDLT<Matrix> factor_;
  bool analysed_ = false;
};

inline double psnr(const ImageF& a, const ImageF& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.samples().size(); ++i) {
    squares += std::pow(static_cast<double>(a.samples()[i]) - static_cast<double>(b.samples()[i]), 2);
  }
  return -10 * std::log10(squares / static_cast<double>(a.samples().size()));
}

/// Both on one thread, after a look at whether they compute the same.
inline void against_direct(const std::string& name, const Photo& photo, const Smoother& ours,
                           const std::function<ImageF(const ImageF&)>& direct, int repeats) {
  constexpr int kOursPerPeer = 5;
  const double agreement = psnr(ours(photo.pixels, {}), direct(photo.pixels));
  fmt::print("{}: {:.1f} dB from the peer\n", name, agreement);
  if (!(agreement > 70)) throw std::runtime_error(name + " and its peer are not the same filter");
  const Pair pair = interleaved(
      repeats, [&] { ours(photo.pixels, {}); }, [&] { direct(photo.pixels); }, kOursPerPeer);
  print(fmt::format("{} / Eigen SimplicialLDLT, {}, 1 thread", name, photo.name), pair);
}

}  // namespace csgis::bench

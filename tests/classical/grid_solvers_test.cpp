/// The solvers of rtv, sdf and wls against a dense Cholesky solve, on random graphs.

#include "classical/detail/chebyshev.h"
#include "classical/detail/checkerboard.h"
#include "classical/detail/jacobi_cg.h"
#include "classical/detail/mic_cg.h"
#include "core/error.h"
#include "tests/classical/dense_system.h"
#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <random>

using namespace csgis;
using namespace csgis::detail;
using csgis::test::on_every_simd_path;

namespace {

const std::vector<Size> kSizes = {{1, 1}, {1, 2},  {2, 1},   {1, 17},  {17, 1},  {2, 2},  {3, 5},
                                  {7, 9}, {5, 31}, {16, 16}, {17, 13}, {33, 19}, {64, 3}, {35, 16}};

/// Weights over many orders of magnitude, as smooth areas beside edges give them.
GridGraph<float> random_graph(Size size, int steps, double greatest, std::mt19937& random) {
  std::uniform_real_distribution<double> exponent(std::log(greatest * 1e-5), std::log(greatest));
  GridGraph<float> graph(size, steps);
  for (int e = 0; e < steps; ++e) {
    for (int y = 0; y < size.height; ++y) {
      const auto [first, last] = edge_columns(size, kEdgeSteps[static_cast<std::size_t>(e)], y);
      for (int x = first; x < last; ++x) {
        graph.edges[static_cast<std::size_t>(e)].row(y)[x] = static_cast<float>(std::exp(exponent(random)));
      }
    }
  }
  return graph;
}

GridGraph<double> widened(const GridGraph<float>& graph) {
  GridGraph<double> wide(graph.size(), graph.steps());
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    for (int y = 0; y < graph.size().height; ++y) {
      std::copy_n(graph.edges[e].row(y), graph.size().width, wide.edges[e].row(y));
    }
  }
  return wide;
}

std::vector<PaddedPlane<float>> random_planes(Size size, int channels, std::mt19937& random) {
  std::uniform_real_distribution<float> value(0, 1);
  std::vector<PaddedPlane<float>> planes;
  for (int c = 0; c < channels; ++c) {
    planes.emplace_back(size);
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) planes.back().row(y)[x] = value(random);
    }
  }
  return planes;
}

std::vector<std::vector<double>> dense_solution(const GridGraph<float>& graph,
                                                const std::vector<PaddedPlane<float>>& b) {
  const Size size = graph.size();
  test::DenseSystem system(static_cast<int>(size.pixels()));
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    for (int y = 0; y < size.height; ++y) {
      const auto [first, last] = edge_columns(size, kEdgeSteps[e], y);
      for (int x = first; x < last; ++x) {
        const int here = y * size.width + x;
        system.add_edge(here, here + kEdgeSteps[e].dy * size.width + kEdgeSteps[e].dx,
                        static_cast<double>(graph.edges[e].row(y)[x]));
      }
    }
  }
  std::vector<std::vector<double>> channels;
  for (const auto& plane : b) {
    channels.emplace_back();
    for (int y = 0; y < size.height; ++y) {
      channels.back().insert(channels.back().end(), plane.row(y), plane.row(y) + size.width);
    }
  }
  return system.solve(std::move(channels));
}

template <class T>
double error_of(const PaddedPlane<T>& x, const std::vector<double>& truth) {
  double greatest = 0;
  for (int y = 0; y < x.height(); ++y) {
    for (int i = 0; i < x.width(); ++i) {
      const double difference =
          std::abs(static_cast<double>(x.row(y)[i]) - truth[static_cast<std::size_t>(y * x.width() + i)]);
      if (!(difference <= greatest)) greatest = difference;
    }
  }
  return greatest;
}

enum class Fast { chebyshev, mic };

std::vector<PaddedPlane<float>> solve_fast(Fast which, const GridGraph<float>& graph,
                                           const std::vector<PaddedPlane<float>>& b, int threads,
                                           double tolerance = 1e-6) {
  std::vector<PaddedPlane<float>> x;
  for (std::size_t c = 0; c < b.size(); ++c) x.emplace_back(graph.size());
  if (which == Fast::chebyshev) {
    solve_chebyshev(graph, b, x, tolerance, threads);
  } else {
    MicSolver(b).solve(graph, x, tolerance, threads);
  }
  return x;
}

bool same(const std::vector<PaddedPlane<float>>& a, const std::vector<PaddedPlane<float>>& b) {
  for (std::size_t c = 0; c < a.size(); ++c) {
    for (int y = 0; y < a[c].height(); ++y) {
      if (!std::equal(a[c].row(y), a[c].row(y) + a[c].width(), b[c].row(y))) return false;
    }
  }
  return true;
}

/// One equation of the system without red pixels, by the formula of the elimination.
class ReducedPixel {
 public:
  ReducedPixel(const GridGraph<float>& graph, int y, int x) : graph_(graph), y_(y), x_(x) {}

  /// Weight to another black pixel: over the red ones between, the product of both weights divided by the diagonal.
  double to(int y, int x) const {
    double sum = 0;
    for (const auto& [dy, dx] : kAround)
      sum += weight(y_, x_, dy, dx) * weight_between(y_ + dy, x_ + dx, y, x) / diagonal_at(y_ + dy, x_ + dx);
    return sum;
  }
  double diagonal() const { return diagonal_at(y_, x_) - to(y_, x_); }

 private:
  static constexpr int kAround[4][2] = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}};

  double weight(int y, int x, int dy, int dx) const {
    const auto& plane = graph_.edges[dy == 0 ? 0 : 1];
    const Size size = graph_.size();
    if (y < 0 || x < 0 || y >= size.height || x >= size.width) return 0;
    if (y + dy < 0 || x + dx < 0 || y + dy >= size.height || x + dx >= size.width) return 0;
    return static_cast<double>(plane.row(std::min(y, y + dy))[std::min(x, x + dx)]);
  }
  double weight_between(int y, int x, int to_y, int to_x) const {
    for (const auto& [dy, dx] : kAround) {
      if (y + dy == to_y && x + dx == to_x) return weight(y, x, dy, dx);
    }
    return 0;
  }
  double diagonal_at(int y, int x) const {
    double sum = 1;
    for (const auto& [dy, dx] : kAround) sum += weight(y, x, dy, dx);
    return sum;
  }

  const GridGraph<float>& graph_;
  int y_, x_;
};

void check_fast(Fast which, int steps, double greatest_weight) {
  if (which == Fast::mic && !MicSolver::runs_here()) return;
  std::mt19937 random(7);
  for (const Size size : kSizes) {
    for (const int channels : {1, 3}) {
      INFO(fmt::format("{}x{}x{}, {} edge steps", size.height, size.width, channels, steps));
      const GridGraph<float> graph = random_graph(size, steps, greatest_weight, random);
      const auto b = random_planes(size, channels, random);
      const auto truth = dense_solution(graph, b);
      const auto x = solve_fast(which, graph, b, 1);
      for (std::size_t c = 0; c < x.size(); ++c) CHECK(error_of(x[c], truth[c]) < 2e-5);
    }
  }
}

}  // namespace

TEST_CASE("jacobi cg equals a dense Cholesky solve", "[classical][solver]") {
  std::mt19937 random(5);
  for (const Size size : kSizes) {
    for (const int steps : {2, 4}) {
      INFO(fmt::format("{}x{}, {} edge steps", size.height, size.width, steps));
      const GridGraph<float> graph = random_graph(size, steps, 1000, random);
      const auto b = random_planes(size, 1, random);
      PaddedPlane<double> wide_b(size), x(size);
      for (int y = 0; y < size.height; ++y) std::copy_n(b[0].row(y), size.width, wide_b.row(y));
      const SolveReport report = solve_jacobi_cg(widened(graph), wide_b, x, {1e-13, 1e-10, 100'000}, 1);
      CHECK(error_of(x, dense_solution(graph, b)[0]) < 1e-10);
      CHECK(report.residual < 1e-10);
    }
  }
}

TEST_CASE("jacobi cg: bytes do not depend on threads; zero in, zero out; too few iterations are an error",
          "[classical][solver]") {
  std::mt19937 random(6);
  const Size size{70, 41};
  const GridGraph<double> graph = widened(random_graph(size, 4, 100, random));
  const auto narrow = random_planes(size, 1, random);
  PaddedPlane<double> b(size);
  for (int y = 0; y < size.height; ++y) std::copy_n(narrow[0].row(y), size.width, b.row(y));
  PaddedPlane<double> first(size);
  solve_jacobi_cg(graph, b, first, {1e-12, 1e-9, 10'000}, 1);
  for (const int threads : {2, 3}) {
    PaddedPlane<double> x(size);
    solve_jacobi_cg(graph, b, x, {1e-12, 1e-9, 10'000}, threads);
    for (int y = 0; y < size.height; ++y) REQUIRE(std::equal(x.row(y), x.row(y) + size.width, first.row(y)));
  }
  PaddedPlane<double> x = std::move(first);
  CHECK(solve_jacobi_cg(graph, PaddedPlane<double>(size), x, {1e-12, 1e-9, 10'000}, 1).iterations == 0);
  CHECK(x.row(3)[5] == 0);
  CHECK_THROWS_AS(solve_jacobi_cg(graph, b, x, {1e-12, 1e-9, 2}, 1), DataError);
}

TEST_CASE("chebyshev equals a dense Cholesky solve on every SIMD target", "[classical][solver]") {
  on_every_simd_path([] {
    check_fast(Fast::chebyshev, 2, 3);
    check_fast(Fast::chebyshev, 4, 3);
  });
}

TEST_CASE("mic cg equals a dense Cholesky solve on every SIMD target", "[classical][solver]") {
  on_every_simd_path([] {
    check_fast(Fast::mic, 2, 3);
    check_fast(Fast::mic, 2, 300);
  });
}

TEST_CASE("the checkerboard leaves the equations of black pixels with red ones eliminated", "[classical][solver]") {
  on_every_simd_path([] {
    std::mt19937 random(10);
    for (const Size size : {Size{1, 1}, Size{1, 6}, Size{6, 1}, Size{5, 7}, Size{18, 35}}) {
      INFO(size.height << " x " << size.width);
      const GridGraph<float> graph = random_graph(size, 2, 100, random);
      const auto b = random_planes(size, 3, random);
      auto x = random_planes(size, 3, random);
      const Checkerboard board(graph, 1);
      board.fill_red(b, x, 2);

      std::vector<std::vector<float>> rows(5, std::vector<float>(64));
      const auto at = [&](std::size_t array, int i) {
        return static_cast<double>(rows[array][static_cast<std::size_t>(i)]);
      };
      PaddedPlane<float> residual(size);
      for (int y = 0; y < size.height; ++y) {
        board.residual_row(b[1], x[1], y, residual.row(y));
        for (int i = 1 - y % 2; i < size.width; i += 2) CHECK(std::abs(residual.row(y)[i]) < 1e-4F);
      }
      for (const int step : {1, -1}) {
        for (int y = 0; y < size.height; ++y) {
          board.reduce_row(y, step, {rows[0].data(), rows[1].data(), rows[2].data(), rows[3].data(), rows[4].data()});
          for (int i = y % 2; i < size.width; i += 2) {
            const ReducedPixel wanted(graph, y, i);
            CHECK(at(0, i) == Approx(wanted.to(y, i + 2)).margin(1e-12));
            CHECK(at(1, i) == Approx(wanted.to(y + step, i - 1)).margin(1e-12));
            CHECK(at(2, i) == Approx(wanted.to(y + step, i + 1)).margin(1e-12));
            CHECK(at(3, i) == Approx(wanted.to(y + 2 * step, i)).margin(1e-12));
            CHECK(at(4, i) + 1 == Approx(wanted.diagonal()));
          }
        }
      }
    }
  });
}

TEST_CASE("the fast solvers give the same bytes at any thread count", "[classical][solver]") {
  std::mt19937 random(8);
  for (const Size size : {Size{150, 47}, Size{33, 90}, Size{200, 7}}) {
    const auto b = random_planes(size, 3, random);
    const GridGraph<float> four = random_graph(size, 2, 30, random), eight = random_graph(size, 4, 10, random);
    const auto by_mic = solve_fast(Fast::mic, four, b, 1),
               by_chebyshev = solve_fast(Fast::chebyshev, eight, b, 1, 1e-5);
    for (const int threads : {2, 3, 5}) {
      CHECK(same(by_mic, solve_fast(Fast::mic, four, b, threads)));
      CHECK(same(by_chebyshev, solve_fast(Fast::chebyshev, eight, b, threads, 1e-5)));
    }
  }
}

TEST_CASE("the fast solvers report weights and values that float cannot hold", "[classical][solver]") {
  std::mt19937 random(9);
  const Size size{20, 30};
  auto b = random_planes(size, 1, random);
  GridGraph<float> graph = random_graph(size, 2, 10, random);
  b[0].row(4)[7] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(solve_fast(Fast::mic, graph, b, 1), DataError);
  CHECK_THROWS_AS(solve_fast(Fast::chebyshev, graph, b, 1), DataError);
}

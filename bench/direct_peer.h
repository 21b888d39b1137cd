#pragma once
/// What rtv_bench and sdf_bench share: the peer, a direct solve with Eigen, and how both programs measure.

#include "classical/detail/grid_graph.h"
#include "classical/execution.h"
#include "imaging/convert.h"
#include "imaging/image_file.h"

#include <fmt/format.h>
#include <Eigen/Sparse>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace csgis::bench {

/// x = (Id + L)^-1 b for all channels with SimplicialLDLT, as anybody would write it: triplets, factor, solve.
inline void solve_directly(const detail::GridGraph<double>& graph, const std::vector<detail::PaddedPlane<double>>& b,
                           std::vector<detail::PaddedPlane<double>>& x) {
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
        entries.emplace_back(q, p, -weight);
      }
    }
  }
  for (int p = 0; p < count; ++p) entries.emplace_back(p, p, diagonal[static_cast<std::size_t>(p)]);
  Eigen::SparseMatrix<double> matrix(count, count);
  matrix.setFromTriplets(entries.begin(), entries.end());
  const Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> factor(matrix);
  for (std::size_t c = 0; c < b.size(); ++c) {
    Eigen::VectorXd right(count);
    for (int y = 0; y < size.height; ++y) std::copy_n(b[c].row(y), size.width, right.data() + y * size.width);
    const Eigen::VectorXd solution = factor.solve(right);
    for (int y = 0; y < size.height; ++y) std::copy_n(solution.data() + y * size.width, size.width, x[c].row(y));
  }
}

/// The image and its mirror images side by side and below each other, cut to the size.
inline ImageF mirrored(const ImageF& image, Size size) {
  const auto fold = [](int i, int n) { return i / n % 2 == 0 ? i % n : n - 1 - i % n; };
  ImageF out(size, image.channels());
  for (int c = 0; c < out.channels(); ++c) {
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        out.row(c, y)[x] = image.row(c, fold(y, image.height()))[fold(x, image.width())];
      }
    }
  }
  return out;
}

inline double milliseconds(const std::function<void()>& run) {
  const auto begin = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

inline double psnr(const ImageF& a, const ImageF& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.samples().size(); ++i) {
    squares += std::pow(static_cast<double>(a.samples()[i]) - static_cast<double>(b.samples()[i]), 2);
  }
  return -10 * std::log10(squares / static_cast<double>(a.samples().size()));
}

using Smoother = std::function<ImageF(const ImageF&, const Execution&)>;
using Peer = std::function<ImageF(const ImageF&)>;

/// Both on one thread, a run of the peer between runs of ours.
inline void compare(const std::string& name, const ImageF& image, const Smoother& ours, const Peer& peer, int repeats) {
  constexpr int kOursPerPeer = 5;
  const ImageF truth = peer(image);
  const double agreement = psnr(ours(image, {}), truth);
  if (!(agreement > 70)) throw std::runtime_error(fmt::format("{}: {:.1f} dB from the peer", name, agreement));
  std::vector<double> own_times, peer_times;
  for (int i = 0; i < repeats; ++i) {
    for (int k = 0; k < kOursPerPeer; ++k) own_times.push_back(milliseconds([&] { ours(image, {}); }));
    peer_times.push_back(milliseconds([&] { peer(image); }));
  }
  fmt::print("{:<28} {:>4}x{:<4} {:9.1f} ms  peer {:9.1f} ms  {:6.1f}x  {:.1f} dB\n", name, image.width(),
             image.height(), median(own_times), median(peer_times), median(peer_times) / median(own_times), agreement);
}

/// Cost by size, one thread and two, and that both give the same bytes.
inline void scale(const ImageF& image, const Smoother& ours, int repeats) {
  for (const Size size : {Size{321, 481}, Size{516, 774}, Size{1224, 1632}, Size{3000, 4000}}) {
    const ImageF large = mirrored(image, size);
    if (!std::ranges::equal(ours(large, {Precision::fast, 1}).samples(), ours(large, {Precision::fast, 2}).samples())) {
      throw std::runtime_error("one thread and two differ");
    }
    std::vector<double> one, two;
    for (int i = 0; i < repeats; ++i) {
      one.push_back(milliseconds([&] { ours(large, {Precision::fast, 1}); }));
      two.push_back(milliseconds([&] { ours(large, {Precision::fast, 2}); }));
    }
    const double megapixels = static_cast<double>(size.pixels()) * 1e-6;
    fmt::print("{:5.2f} MP  1 thread {:9.1f} ms ({:6.1f} ms/MP)  2 threads {:9.1f} ms  {:.2f}x\n", megapixels,
               median(one), median(one) / megapixels, median(two), median(one) / median(two));
  }
}

/// PROGRAM IMAGE... [--repeats N]: every image against the peer, then the first one by size.
inline int run_bench(int argc, char** argv, const Smoother& ours, const Peer& peer) {
  try {
    std::vector<std::string> files;
    int repeats = 3;
    for (int i = 1; i < argc; ++i) {
      const std::string argument = argv[i];
      if (argument == "--repeats" && i + 1 < argc) {
        repeats = std::stoi(argv[++i]);
      } else {
        files.push_back(argument);
      }
    }
    require<UsageError>(!files.empty(), "usage: {} IMAGE... [--repeats N]", argv[0]);
    for (const std::string& file : files) compare(image_id(file), to_float(read_image(file)), ours, peer, repeats);
    scale(to_float(read_image(files.front())), ours, repeats);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}

}  // namespace csgis::bench

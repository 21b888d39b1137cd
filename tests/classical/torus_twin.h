#pragma once
/// The plain twins of the filters on a torus: every linear system assembled densely and solved by elimination.

#include "imaging/image.h"

#include <cmath>
#include <utility>
#include <vector>

namespace csgis::test {

/// Circular differences of one channel and the adjoint of their pair, in double, written for reading.
struct Torus {
  Size size;

  int count() const { return size.height * size.width; }
  int right(int p) const { return p / size.width * size.width + (p % size.width + 1) % size.width; }
  int below(int p) const { return (p + size.width) % count(); }
  double dx(const std::vector<double>& u, int p) const { return at(u, right(p)) - at(u, p); }
  double dy(const std::vector<double>& u, int p) const { return at(u, below(p)) - at(u, p); }

  /// Dx'h + Dy'v.
  std::vector<double> adjoint(const std::vector<double>& h, const std::vector<double>& v) const {
    std::vector<double> out(h.size());
    for (int p = 0; p < count(); ++p) {
      at(out, right(p)) += at(h, p);
      at(out, below(p)) += at(v, p);
      at(out, p) -= at(h, p) + at(v, p);
    }
    return out;
  }

  static double& at(std::vector<double>& u, int p) { return u[static_cast<std::size_t>(p)]; }
  static double at(const std::vector<double>& u, int p) { return u[static_cast<std::size_t>(p)]; }
};

/// Cholesky factor of Id + weight (Dx'Dx + Dy'Dy), dense.
class DenseTorusSystem {
 public:
  DenseTorusSystem(const Torus& torus, double weight) : n_(torus.count()), lower_(square(), 0) {
    for (int p = 0; p < n_; ++p) {
      entry(p, p) += 1;
      for (const int q : {torus.right(p), torus.below(p)}) {
        entry(p, p) += weight;
        entry(q, q) += weight;
        entry(p, q) -= weight;
        entry(q, p) -= weight;
      }
    }
    for (int j = 0; j < n_; ++j) {
      for (int k = 0; k < j; ++k) entry(j, j) -= entry(j, k) * entry(j, k);
      entry(j, j) = std::sqrt(entry(j, j));
      for (int i = j + 1; i < n_; ++i) {
        for (int k = 0; k < j; ++k) entry(i, j) -= entry(i, k) * entry(j, k);
        entry(i, j) /= entry(j, j);
      }
    }
  }

  std::vector<double> solve(std::vector<double> b) {
    for (int i = 0; i < n_; ++i) {
      for (int k = 0; k < i; ++k) Torus::at(b, i) -= entry(i, k) * Torus::at(b, k);
      Torus::at(b, i) /= entry(i, i);
    }
    for (int i = n_ - 1; i >= 0; --i) {
      for (int k = i + 1; k < n_; ++k) Torus::at(b, i) -= entry(k, i) * Torus::at(b, k);
      Torus::at(b, i) /= entry(i, i);
    }
    return b;
  }

 private:
  std::size_t square() const { return static_cast<std::size_t>(n_) * static_cast<std::size_t>(n_); }
  double& entry(int i, int j) {
    return lower_[static_cast<std::size_t>(i) * static_cast<std::size_t>(n_) + static_cast<std::size_t>(j)];
  }

  int n_;
  std::vector<double> lower_;
};

inline std::vector<double> plane_of(const ImageF& image, int c) {
  return {image.plane(c), image.plane(c) + image.size().pixels()};
}

inline void store(const std::vector<double>& plane, ImageF& image, int c) {
  for (std::size_t i = 0; i < plane.size(); ++i) image.plane(c)[i] = static_cast<float>(plane[i]);
}

}  // namespace csgis::test

#pragma once
/// The slow twin of the grid solvers: (Id + L) x = b as a dense matrix, solved by Cholesky's method in double.

#include <cmath>
#include <cstddef>
#include <vector>

namespace csgis::test {

class DenseSystem {
 public:
  explicit DenseSystem(int unknowns) : n_(static_cast<std::size_t>(unknowns)), a_(n_ * n_) {
    for (std::size_t i = 0; i < n_; ++i) at(i, i) = 1;
  }

  void add_edge(int p, int q, double weight) {
    const auto i = static_cast<std::size_t>(p), j = static_cast<std::size_t>(q);
    at(i, i) += weight;
    at(j, j) += weight;
    at(i, j) -= weight;
    at(j, i) -= weight;
  }

  /// Call once: the matrix becomes its factor.
  std::vector<std::vector<double>> solve(std::vector<std::vector<double>> channels) {
    factor();
    for (std::vector<double>& x : channels) {
      for (std::size_t i = 0; i < n_; ++i) {
        for (std::size_t k = 0; k < i; ++k) x[i] -= at(i, k) * x[k];
        x[i] /= at(i, i);
      }
      for (std::size_t i = n_; i-- > 0;) {
        for (std::size_t k = i + 1; k < n_; ++k) x[i] -= at(k, i) * x[k];
        x[i] /= at(i, i);
      }
    }
    return channels;
  }

 private:
  double& at(std::size_t i, std::size_t j) { return a_[i * n_ + j]; }

  void factor() {
    for (std::size_t j = 0; j < n_; ++j) {
      for (std::size_t k = 0; k < j; ++k) at(j, j) -= at(j, k) * at(j, k);
      at(j, j) = std::sqrt(at(j, j));
      for (std::size_t i = j + 1; i < n_; ++i) {
        for (std::size_t k = 0; k < j; ++k) at(i, j) -= at(i, k) * at(j, k);
        at(i, j) /= at(j, j);
      }
    }
  }

  std::size_t n_;
  std::vector<double> a_;
};

}  // namespace csgis::test

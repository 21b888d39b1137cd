#pragma once
/// How a smoother runs, apart from its own options.

namespace csgis {

enum class Precision {
  fast,   ///< float32, vector instructions; error against exact stated in each header.
  exact,  ///< double, the order of steps of the definition.
};

struct Execution {
  Precision precision = Precision::fast;
  int threads = 1;  ///< Threads inside one image. The result does not depend on it.
};

/// What an iterative solver did, for callers that want to know. Worst channel.
struct SolveReport {
  int iterations = 0;   ///< Sum over the outer steps.
  double residual = 0;  ///< Largest final relative residual, |b - A x| / |b|.
};

}  // namespace csgis

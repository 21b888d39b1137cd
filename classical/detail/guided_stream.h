#pragma once
/// The fast form of the guided filters: one pass down the image with running column sums, float32, vectors.

#include "classical/detail/padding.h"
#include "imaging/image.h"

namespace csgis::detail {

struct GuidedStream {
  int radius;
  double eps;
  Border border;
  int threads;
};

/// Each channel by itself; see guided(). `out` has the size of `src`.
void guided_stream(const ImageF& src, const GuidedStream& job, ImageF& out);

/// Three channels with their covariance; see guided_cov().
void guided_cov_stream(const ImageF& src, const GuidedStream& job, ImageF& out);

}  // namespace csgis::detail

#pragma once
/// The window filters written straight from their definitions: double, one loop over the window for each pixel. What
/// the filters are compared with, in tests for their values, in bench for their time.

#include "classical/bilateral.h"
#include "classical/guided.h"
#include "classical/rgf.h"
#include "classical/rgf_cv.h"

namespace csgis::test {

ImageF plain_bilateral(const ImageF& src, const BilateralOptions& options);
ImageF plain_rgf(const ImageF& src, const RgfOptions& options);
ImageF plain_rgf_cv(const ImageF& src, const RgfCvOptions& options);
ImageF plain_guided(const ImageF& src, const GuidedOptions& options);
ImageF plain_guided_cov(const ImageF& src, const GuidedCovOptions& options);

}  // namespace csgis::test

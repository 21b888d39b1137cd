#pragma once
/// Pixel-level non-local smoothing.

#include "classical/execution.h"
#include "core/options.h"
#include "imaging/image.h"

namespace csgis {

/// Defaults: the released program's (its "fast" setting; step 1 is the slow one).
struct PnlsOptions {
  int patch = 4;   ///< Side of the square patches, at least 3.
  int window = 9;  ///< Side of the square in which similar patches are looked for; odd, at least 2 patch - 3.
  int step = 4;    ///< Distance of neighbouring reference patches, at most `patch`.
  int iterations = 9;
  double threshold = 0.4;  ///< Coefficients up to this times the local noise estimate are removed.
};

template <class V>
void describe(V& v, PnlsOptions& o) {
  v("patch", o.patch, between(3, 8), "side of the square patches, in pixels");
  v("window", o.window, between(5, 15), "side of the search window, in pixels; odd");
  v("step", o.step, between(1, 8), "distance of neighbouring reference patches, at most the patch");
  v("iterations", o.iterations, between(1, 1000).tuned(3, 15), "number of times the filter is applied");
  v("threshold", o.threshold, between(0, 1e6).strength(0.02, 4),
    "factor on the noise estimate below which coefficients are removed");
}

/// Smooths by collecting similar pixels of similar patches. Around every reference patch the 16 most alike patches of
/// the window form a matrix, one row per pixel position; to each row the 3 most alike rows are found; the 4 rows pass
/// a Haar transform along both axes, small coefficients are removed, and the results are averaged where patches
/// overlap. Patches and rows are compared in a guide of colour differences made once from the input, max(R - B, (R + B)
/// / 2 - G) / 2 + 1/2; what is filtered is L, a, b (of values taken as linear) divided by 255.
/// Source: Xu, Liu, Hou, Zhen, Shao, Cheng, "Pixel-level Non-local Image Smoothing with Objective Evaluation", IEEE TMM
/// 2020, in the form of the authors' released program, whose accidents are kept: among equal
/// distances some candidates are dropped, and the last row of a group decides whether the group is thresholded at all.
/// Two things differ: the result is not rounded to 8 bits, and candidates missing after dropped ties (which the
/// program leaves undefined) are replaced by the reference itself.
///
/// Since patches are chosen by the guide alone, they are found once and serve all iterations and planes.
///
/// Colour or grey (run as R = G = B), any size from 1x1, values in [0,1]: others are refused, since the colour steps
/// clip there. Border: `window` rows and columns are copied from the image's first and last ones, not mirrored; an
/// image with fewer repeats what it has. The result is in [0,1].
///
/// Distances are float32 sums in the order of the pixels in both precisions: on 8-bit images equal distances are the
/// rule, and the rounding of a sum decides. A value that is nearest to a level v/255 is taken as exactly that level.
/// exact: groups are filtered in double between planes of float32. fast: all in float32, where a coefficient within
/// rounding of the threshold may fall on its other side; on 20 photos of 481x321 PSNR 107 dB against exact, at least
/// 100 dB for each, worst value 0.5/255. In either precision the result does not depend on the vector path.
/// Cost: linear in pixels and iterations, and with the inverse square of the step. Memory for 24 megapixels in colour,
/// input and result included: 1.0 GB (exact 1.1 GB) with step 4, 2.7 GB with step 1.
/// @throws UsageError       an option out of bounds
/// @throws InvalidArgument  step > patch, an even window or one too small for the patch, no pixels, not 1 or 3
///                          channels, a value that is not finite or outside [0,1]
ImageF pnls(const ImageF& src, const PnlsOptions& options = {}, const Execution& run = {});

}  // namespace csgis

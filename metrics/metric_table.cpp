#include "metrics/metric_table.h"

#include "core/nearest_name.h"
#include "metrics/fsim.h"
#include "metrics/psnr.h"
#include "metrics/regions.h"
#include "metrics/ssim.h"
#include "metrics/structure.h"
#include "metrics/weighted_error.h"

#include <vector>

namespace csgis {
namespace {

using PairMetric = double (*)(const ScoredImage&, const ScoredImage&);

const ScoredImage& gt_of(const ScoredPair& pair) {
  require(pair.gts.empty(), "compares with one ground truth, and there are several: wmae and wrmse take them");
  require(pair.gt.has_value(), "needs a ground truth");
  return *pair.gt;
}

template <PairMetric metric>
double of_gt(const ScoredPair& pair) {
  return metric(pair.pred, gt_of(pair));
}

template <double (*metric)(const ScoredImage&, const ScoredImage&, LumaForm), LumaForm form>
double of_luma(const ScoredPair& pair) {
  return metric(pair.pred, gt_of(pair), form);
}

/// What is the same against a ground truth and against the image before smoothing.
template <PairMetric metric>
double of_gt_or_photo(const ScoredPair& pair) {
  return metric(pair.pred, !pair.gt && pair.photo ? *pair.photo : gt_of(pair));
}

constexpr MetricInfo kMetrics[] = {
    {"psnr", Better::higher, "dB", "peak signal-to-noise ratio over all channels, 8-bit levels", of_gt<psnr>},
    {"psnr-y", Better::higher, "dB", "of the brightness (BT.601), not rounded", of_luma<psnr_luma, LumaForm::full>},
    {"psnr-y:rounded", Better::higher, "dB", "of the brightness rounded to levels",
     of_luma<psnr_luma, LumaForm::rounded>},
    {"psnr-y:studio", Better::higher, "dB", "of the brightness on 16..235, as MATLAB's rgb2ycbcr",
     of_luma<psnr_luma, LumaForm::studio>},
    {"ssim:csgis", Better::higher, "", "SSIM as the published CSGIS-Net program: all channels, zeros outside",
     of_gt<ssim_csgis>},
    {"ssim:wang-y", Better::higher, "", "SSIM of the brightness, complete windows: the definition of the paper",
     of_luma<ssim_wang_luma, LumaForm::full>},
    {"ssim:wang-y:rounded", Better::higher, "", "the same of the brightness rounded to levels",
     of_luma<ssim_wang_luma, LumaForm::rounded>},
    {"ssim:wang-y:studio", Better::higher, "", "the same of the brightness on 16..235",
     of_luma<ssim_wang_luma, LumaForm::studio>},
    {"ssim:wang-rgb", Better::higher, "", "SSIM with complete windows, mean of the channels", of_gt<ssim_wang_rgb>},
    {"ssim:skimage", Better::higher, "", "SSIM as scikit-image's with gaussian_weights: sample covariance",
     of_gt<ssim_skimage>},
    {"ms-ssim", Better::higher, "", "SSIM over five scales of the brightness; sides of at least 176 pixels",
     of_gt<ms_ssim>},
    {"fsim", Better::higher, "", "feature similarity: phase congruency and gradient", of_gt<fsim>},
    {"fsimc", Better::higher, "", "feature similarity with chrominance", of_gt<fsimc>},
    {"mae", Better::lower, "levels", "mean absolute error", of_gt<mean_absolute_error>},
    {"mse", Better::lower, "levels^2", "mean squared error", of_gt<mean_squared_error>},
    {"wmae", Better::lower, "levels", "absolute error against several weighted ground truths, pooled over the set",
     weighted_mae, Pool::values},
    {"wrmse", Better::lower, "levels", "root of the squared error against several ground truths, pooled over the set",
     weighted_rmse, Pool::squares_of_values},
    {"edge-f", Better::higher, "", "F-measure of edge pixels within 2 pixels", of_gt<edge_f_measure>, Pool::mean,
     Covers::one_side},
    {"edge-gradient", Better::lower, "", "gradient missed or added on the edges, relative", of_gt<edge_gradient_error>,
     Pool::mean, Covers::one_side},
    {"residual-texture", Better::lower, "levels", "fine difference left off the edges, RMS", of_gt<residual_texture>,
     Pool::mean, Covers::one_side},
    {"colour-shift", Better::lower, "levels", "mean length of the smoothed colour difference",
     of_gt_or_photo<colour_shift>, Pool::mean, Covers::one_side},
    {"flatness", Better::higher, "", "share of flat pixels inside the regions of the labels", region_flatness,
     Pool::mean, Covers::one_side},
    {"detail-removed", Better::higher, "", "share of the fine energy of the photo removed inside regions",
     detail_removed, Pool::mean, Covers::one_side},
    {"boundary-kept", Better::higher, "", "share of the gradient of the photo kept on boundaries of labels",
     boundary_kept, Pool::mean, Covers::one_side},
};

}  // namespace

std::span<const MetricInfo> metric_list() {
  return kMetrics;
}

const MetricInfo& find_metric(const std::string& name) {
  std::vector<std::string> names;
  for (const MetricInfo& metric : kMetrics) {
    if (name == metric.name) return metric;
    names.emplace_back(metric.name);
  }
  fail<UsageError>("no metric '{}'; did you mean '{}'?", name, nearest_name(name, names));
}

}  // namespace csgis

#include "metrics/metric_table.h"

#include "core/nearest_name.h"
#include "metrics/fsim.h"
#include "metrics/psnr.h"
#include "metrics/ssim.h"
#include "metrics/structure.h"

#include <vector>

namespace csgis {
namespace {

template <double (*metric)(const ScoredImage&, const ScoredImage&, LumaForm), LumaForm form>
double of_luma(const ScoredImage& pred, const ScoredImage& gt) {
  return metric(pred, gt, form);
}

constexpr MetricInfo kMetrics[] = {
    {"psnr", Better::higher, "dB", "peak signal-to-noise ratio over all channels, 8-bit levels", psnr},
    {"psnr-y", Better::higher, "dB", "of the brightness (BT.601), not rounded", of_luma<psnr_luma, LumaForm::full>},
    {"psnr-y:rounded", Better::higher, "dB", "of the brightness rounded to levels",
     of_luma<psnr_luma, LumaForm::rounded>},
    {"psnr-y:studio", Better::higher, "dB", "of the brightness on 16..235, as MATLAB's rgb2ycbcr",
     of_luma<psnr_luma, LumaForm::studio>},
    {"ssim:csgis", Better::higher, "", "SSIM as the published CSGIS-Net program: all channels, zeros outside",
     ssim_csgis},
    {"ssim:wang-y", Better::higher, "", "SSIM of the brightness, complete windows: the definition of the paper",
     of_luma<ssim_wang_luma, LumaForm::full>},
    {"ssim:wang-y:rounded", Better::higher, "", "the same of the brightness rounded to levels",
     of_luma<ssim_wang_luma, LumaForm::rounded>},
    {"ssim:wang-y:studio", Better::higher, "", "the same of the brightness on 16..235",
     of_luma<ssim_wang_luma, LumaForm::studio>},
    {"ssim:wang-rgb", Better::higher, "", "SSIM with complete windows, mean of the channels", ssim_wang_rgb},
    {"ssim:skimage", Better::higher, "", "SSIM as scikit-image's with gaussian_weights: sample covariance",
     ssim_skimage},
    {"ms-ssim", Better::higher, "", "SSIM over five scales of the brightness; sides of at least 176 pixels", ms_ssim},
    {"fsim", Better::higher, "", "feature similarity: phase congruency and gradient", fsim},
    {"fsimc", Better::higher, "", "feature similarity with chrominance", fsimc},
    {"mae", Better::lower, "levels", "mean absolute error", mean_absolute_error},
    {"mse", Better::lower, "levels^2", "mean squared error", mean_squared_error},
    {"edge-f", Better::higher, "", "F-measure of edge pixels within 2 pixels", edge_f_measure},
    {"edge-gradient", Better::lower, "", "gradient missed or added on the edges, relative", edge_gradient_error},
    {"residual-texture", Better::lower, "levels", "fine difference left off the edges, RMS", residual_texture},
    {"colour-shift", Better::lower, "levels", "mean length of the smoothed colour difference", colour_shift},
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

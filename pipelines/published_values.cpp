#include "pipelines/published_values.h"

namespace csgis {
namespace {

struct NksRow {
  const char* family;
  const char* label;  ///< In the published table.
  double psnr, ssim, fsim, seconds;
};

// Benchmark figure of the PNLS paper's public repository (zal0302/PNLS), read by eye; settings and machine as there.
constexpr NksRow kNks[] = {
    {"bilateral", "BF", 32.00, 0.8478, 0.8556, 1.53},
    {"wls", "WLS", 28.59, 0.9011, 0.9107, 0.91},
    {"l0", "L0", 33.01, 0.9249, 0.9374, 0.48},
    {"rtv", "RTV", 31.81, 0.9206, 0.9234, 0.68},
    {"guided", "GF", 32.09, 0.8779, 0.8672, 0.03},
    {"rgf", "RGF", 32.51, 0.9135, 0.9128, 0.22},
    {"pnls", "PNLS (Fast)", 33.45, 0.9378, 0.9397, 5.10},
    {"pnls", "PNLS (Slow)", 33.68, 0.9420, 0.9440, 78.68},
};

}  // namespace

std::vector<PublishedValue> published_values(const std::string& family) {
  std::vector<PublishedValue> values;
  for (const NksRow& row : kNks) {
    if (family != row.family) continue;
    const std::string source =
        std::string(row.label) + " in the benchmark figure of Xu et al., Pixel-level Non-local Image Smoothing (2020)";
    values.push_back({family, "NKS", "PSNR", row.psnr, source});
    values.push_back({family, "NKS", "SSIM", row.ssim, source});
    values.push_back({family, "NKS", "FSIM", row.fsim, source});
    values.push_back({family, "NKS", "seconds", row.seconds, source});
  }
  return values;
}

}  // namespace csgis

#include "classical/rgf.h"

#include "classical/detail/check_input.h"
#include "classical/detail/disc_taps.h"
#include "classical/detail/padding.h"
#include "classical/detail/parallel_rows.h"
#include "classical/detail/window_filter.h"

#include <cmath>

namespace csgis {
namespace {

using detail::Border;
using detail::DiscTaps;
using detail::PaddedPlanes;

constexpr int kBlockRows = 16;

/// One pass of the definition over one channel, in double; `guide` and `source` with filled margins.
void exact_pass(const PaddedPlanes<double>& guide, const PaddedPlanes<double>& source, const DiscTaps& taps,
                double falloff, int threads, PaddedPlanes<double>& out) {
  const int blocks = (out.height() + kBlockRows - 1) / kBlockRows;
  detail::parallel_blocks(blocks, threads, [&](int block) {
    for (int y = block * kBlockRows; y < std::min(out.height(), (block + 1) * kBlockRows); ++y) {
      for (int x = 0; x < out.width(); ++x) {
        const double centre = guide.row(0, y)[x];
        double sum = 0, total = 0;
        for (int dy = -taps.radius; dy <= taps.radius; ++dy) {
          const detail::TapRow& row = taps.row(dy);
          const double* const guides = guide.row(0, y + dy) + x;
          const double* const values = source.row(0, y + dy) + x;
          for (int dx = -row.reach; dx <= row.reach; ++dx) {
            const double difference = guides[dx] - centre;
            const double weight = row.weight(dx) * std::exp(-difference * difference * falloff);
            sum += weight * values[dx];
            total += weight;
          }
        }
        out.row(0, y)[x] = sum / total;
      }
    }
  });
}

void exact_channel(const ImageF& src, int channel, const DiscTaps& taps, const RgfOptions& options, int threads,
                   ImageF& result) {
  const double falloff = 1 / (2 * options.sigma_r * options.sigma_r);
  PaddedPlanes<double> source(src.size(), 1, taps.radius), guide(src.size(), 1, taps.radius),
      out(src.size(), 1, taps.radius);
  for (int y = 0; y < src.height(); ++y) std::copy_n(src.row(channel, y), src.width(), source.row(0, y));
  source.fill_margin(Border::replicate);
  guide.fill(1);
  for (int pass = 0; pass < options.iterations; ++pass) {
    exact_pass(guide, source, taps, falloff, threads, out);
    out.fill_margin(Border::replicate);
    std::swap(guide, out);
  }
  for (int y = 0; y < src.height(); ++y) {
    for (int x = 0; x < src.width(); ++x) result.row(channel, y)[x] = static_cast<float>(guide.row(0, y)[x]);
  }
}

void fast_channel(const ImageF& src, int channel, const DiscTaps& taps, const RgfOptions& options, int threads,
                  ImageF& result) {
  const double falloff = 1 / (2 * options.sigma_r * options.sigma_r);
  PaddedPlanes<float> source(src.size(), 1, taps.radius), guide(src.size(), 1, taps.radius);
  for (int y = 0; y < src.height(); ++y) std::copy_n(src.row(channel, y), src.width(), source.row(0, y));
  source.fill_margin(Border::replicate);
  ImageF out(src.size(), 1);
  for (int pass = 0; pass < options.iterations; ++pass) {
    if (pass > 0) {
      guide.set_inside(out);
      guide.fill_margin(Border::replicate);
    }
    detail::window_filter(guide, source, {taps, falloff, detail::WeightAccuracy::four_digits}, threads, out);
  }
  std::copy_n(out.plane(0), out.samples().size(), result.plane(channel));
}

}  // namespace

ImageF rgf(const ImageF& src, const RgfOptions& options, const Execution& run) {
  validate(options);
  detail::check_input("rgf", src);
  const DiscTaps taps = detail::disc_above(options.precision, options.sigma_s);
  ImageF result(src.size(), src.channels());
  const auto filter = run.precision == Precision::fast ? fast_channel : exact_channel;
  for (int c = 0; c < src.channels(); ++c) filter(src, c, taps, options, run.threads, result);
  return result;
}

}  // namespace csgis

#include "classical/ils_smooth.h"

#include "classical/detail/check_input.h"
#include "classical/detail/circular_divergence.h"
#include "classical/detail/ils_fast.h"
#include "imaging/detail/fft_2d.h"

#include <cmath>
#include <vector>

namespace csgis {
namespace {

using detail::ComplexField;

/// What the two versions share.
struct IlsSetting {
  double lambda, curvature;
  int iterations, threads;
};

/// The definition in its own order of steps; mu(d) = curvature * d - penalty'(d).
template <class Mu>
ImageF ils_exact(const ImageF& src, const IlsSetting& setting, const Mu& mu) {
  const Size size = src.size();
  const detail::Fft2d fft(size, detail::on_threads(setting.threads));
  const double half_lambda = setting.lambda / 2;
  ImageF result(size, src.channels());
  for (int c = 0; c < src.channels(); ++c) {
    std::vector<double> u = detail::plane_of(src, c);
    ComplexField spectrum(size), field(size);
    spectrum.re = u;
    fft.forward(spectrum);
    for (int i = 0; i < setting.iterations; ++i) {
      detail::circular_divergence(
          u, size, setting.threads, [&](std::size_t, double d) { return mu(d); }, field);
      fft.forward(field);
      detail::for_each_row(size, setting.threads, [&](int y) {
        for (int x = 0; x < size.width; ++x) {
          const std::size_t place =
              static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x);
          const double denominator = 1 + setting.curvature * half_lambda * fft.energy(y, x);
          spectrum.re[place] = (spectrum.re[place] + half_lambda * field.re[place]) / denominator;
          spectrum.im[place] = (spectrum.im[place] + half_lambda * field.im[place]) / denominator;
        }
      });
      field = spectrum;
      fft.inverse(field);
      u.swap(field.re);
    }
    detail::store_plane(u, result, c);
  }
  return result;
}

}  // namespace

ImageF ils_welsch_smooth(const ImageF& src, const IlsWelschOptions& options, const Execution& run) {
  validate(options);
  detail::check_input("ils-welsch", src);
  if (run.precision == Precision::fast) return detail::ils_welsch_fast(src, options, run.threads);
  const double c = 2, two_gamma_squared = 2 * options.gamma * options.gamma;
  return ils_exact(src, {options.lambda, c, options.iterations, run.threads},
                   [=](double d) { return c * d - 2 * d * std::exp(-d * d / two_gamma_squared); });
}

ImageF ils_lnorm_smooth(const ImageF& src, const IlsLnormOptions& options, const Execution& run) {
  validate(options);
  detail::check_input("ils-lnorm", src);
  if (run.precision == Precision::fast) return detail::ils_lnorm_fast(src, options, run.threads);
  const double p = options.p, eps = options.eps, power = p / 2 - 1, c = p * std::pow(eps, power);
  return ils_exact(src, {options.lambda, c, options.iterations, run.threads},
                   [=](double d) { return c * d - p * d * std::pow(d * d + eps, power); });
}

}  // namespace csgis

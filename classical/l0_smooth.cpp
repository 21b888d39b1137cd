#include "classical/l0_smooth.h"

#include "classical/detail/check_input.h"
#include "classical/detail/circular_divergence.h"
#include "classical/detail/l0_fast.h"
#include "imaging/detail/fft_2d.h"

#include <cstdint>
#include <vector>

namespace csgis {
namespace {

using detail::ComplexField;
using Planes = std::vector<std::vector<double>>;

/// 1 where the gradient of all channels together is below the threshold.
std::vector<std::uint8_t> weak_gradients(const Planes& s, Size size, double threshold, int threads) {
  std::vector<std::uint8_t> weak(size.pixels());
  const std::size_t width = static_cast<std::size_t>(size.width), height = static_cast<std::size_t>(size.height);
  detail::for_each_row(size, threads, [&](int row) {
    const std::size_t y = static_cast<std::size_t>(row), here = y * width, below = (y + 1) % height * width;
    for (std::size_t x = 0; x < width; ++x) {
      double strength = 0;
      for (const std::vector<double>& plane : s) {
        const double h = plane[here + (x + 1) % width] - plane[here + x], v = plane[below + x] - plane[here + x];
        strength += h * h + v * v;
      }
      weak[here + x] = strength < threshold;
    }
  });
  return weak;
}

/// The definition in its own order of steps.
ImageF l0_exact(const ImageF& src, const L0Options& options, int threads) {
  const Size size = src.size();
  const detail::Fft2d fft(size, detail::on_threads(threads));
  Planes s;
  std::vector<ComplexField> spectra;
  for (int c = 0; c < src.channels(); ++c) {
    s.push_back(detail::plane_of(src, c));
    spectra.emplace_back(size).re = s.back();
    fft.forward(spectra.back());
  }
  ComplexField field(size);
  for (double beta = 2 * options.lambda; beta < detail::kL0BetaMax; beta *= options.kappa) {
    const std::vector<std::uint8_t> weak = weak_gradients(s, size, options.lambda / beta, threads);
    const auto kept = [&](std::size_t place, double d) { return weak[place] != 0 ? 0 : d; };
    for (std::size_t c = 0; c < s.size(); ++c) {
      detail::circular_divergence(s[c], size, threads, kept, field);
      fft.forward(field);
      detail::for_each_row(size, threads, [&](int y) {
        for (int x = 0; x < size.width; ++x) {
          const std::size_t place =
              static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x);
          const double denominator = 1 + beta * fft.energy(y, x);
          field.re[place] = (spectra[c].re[place] + beta * field.re[place]) / denominator;
          field.im[place] = (spectra[c].im[place] + beta * field.im[place]) / denominator;
        }
      });
      fft.inverse(field);
      s[c].swap(field.re);
    }
  }
  ImageF result(size, src.channels());
  for (int c = 0; c < src.channels(); ++c) detail::store_plane(s[static_cast<std::size_t>(c)], result, c);
  return result;
}

}  // namespace

ImageF l0_smooth(const ImageF& src, const L0Options& options, const Execution& run) {
  validate(options);
  detail::check_input("l0", src);
  return run.precision == Precision::exact ? l0_exact(src, options, run.threads)
                                           : detail::l0_fast(src, options, run.threads);
}

}  // namespace csgis

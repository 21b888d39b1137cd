#include "classical/bilateral.h"

#include "classical/detail/check_input.h"
#include "classical/detail/level_window.h"

namespace csgis {

ImageF bilateral(const ImageF& src, const BilateralOptions& options, const Execution& run) {
  validate(options);
  detail::check_input("bilateral", src);
  detail::check_unit_range("bilateral", src);
  const auto window = detail::level_window("bilateral", options.d, options.sigma_color, options.sigma_space);
  const auto levels = detail::padded_levels(src, window.taps.radius);
  ImageF out(src.size(), src.channels());
  detail::filter_levels(levels, levels, window, run, out);
  detail::levels_to_unit(out);
  return out;
}

}  // namespace csgis

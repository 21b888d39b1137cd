#include "classical/rgf_cv.h"

#include "classical/detail/check_input.h"
#include "classical/detail/level_window.h"

namespace csgis {

ImageF rgf_cv(const ImageF& src, const RgfCvOptions& options, const Execution& run) {
  validate(options);
  detail::check_input("rgf-cv", src);
  detail::check_unit_range("rgf-cv", src);
  const auto window = detail::level_window("rgf-cv", options.d, options.sigma_color, options.sigma_space);
  const auto source = detail::padded_levels(src, window.taps.radius);
  ImageF out(src.size(), src.channels());
  detail::filter_levels(source, source, window, run, out);
  if (options.iterations > 1) {
    detail::PaddedPlanes<float> guide(src.size(), src.channels(), window.taps.radius);
    for (int pass = 1; pass < options.iterations; ++pass) {
      guide.set_inside(out);
      guide.fill_margin(detail::Border::reflect_101);
      detail::filter_levels(guide, source, window, run, out);
    }
  }
  detail::levels_to_unit(out);
  return out;
}

}  // namespace csgis

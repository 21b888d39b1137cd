#include "classical/pnls.h"

#include "classical/detail/check_input.h"
#include "classical/detail/group_filter.h"
#include "classical/detail/parallel_rows.h"
#include "classical/detail/patch_groups.h"
#include "classical/detail/pnls_colour.h"

#include <algorithm>

namespace csgis {
namespace {

using detail::PaddedPlanes;

constexpr int kBlockRows = 64;
constexpr double kLabScale = 255;

void check_geometry(const PnlsOptions& options) {
  require(options.step <= options.patch, "pnls: step {} leaves pixels between patches of {}; must be at most {}",
          options.step, options.patch, options.patch);
  require(options.window % 2 == 1, "pnls: window {} must be odd", options.window);
  require(2 * options.patch - 3 <= options.window,
          "pnls: window {} is too small for patches of {}; must be at least {}", options.window, options.patch,
          2 * options.patch - 3);
}

template <class F>
void for_each_row(int height, int threads, const F& work) {
  detail::parallel_blocks((height + kBlockRows - 1) / kBlockRows, threads, [&](int block) {
    for (int y = block * kBlockRows; y < std::min(height, (block + 1) * kBlockRows); ++y) work(y);
  });
}

/// Colours of one row; a grey image is R = G = B.
std::array<double, 3> colour_at(const ImageF& src, int y, int x) {
  std::array<double, 3> rgb;
  for (int c = 0; c < 3; ++c) {
    rgb[static_cast<std::size_t>(c)] = detail::exact_level(src.row(src.channels() == 3 ? c : 0, y)[x]);
  }
  return rgb;
}

void split_colours(const ImageF& src, int threads, ImageF& lab, PaddedPlanes<float>& guide) {
  for_each_row(src.height(), threads, [&](int y) {
    for (int x = 0; x < src.width(); ++x) {
      const std::array<double, 3> rgb = colour_at(src, y, x);
      const std::array<double, 3> values = detail::lab_from_rgb(rgb);
      for (int c = 0; c < 3; ++c) {
        lab.row(c, y)[x] = static_cast<float>(values[static_cast<std::size_t>(c)] / kLabScale);
      }
      guide.row(0, y)[x] = static_cast<float>(detail::opponent_guide(rgb));
    }
  });
}

/// L, a, b back to colours in place, or to the first plane of a grey result.
void join_colours(const ImageF& lab, int threads, ImageF& out) {
  for_each_row(lab.height(), threads, [&](int y) {
    for (int x = 0; x < lab.width(); ++x) {
      const std::array<double, 3> rgb = detail::rgb_from_lab({kLabScale * static_cast<double>(lab.row(0, y)[x]),
                                                              kLabScale * static_cast<double>(lab.row(1, y)[x]),
                                                              kLabScale * static_cast<double>(lab.row(2, y)[x])});
      for (int c = 0; c < out.channels(); ++c) {
        out.row(c, y)[x] = static_cast<float>(rgb[static_cast<std::size_t>(c)]);
      }
    }
  });
}

/// All iterations on each plane; `plane` is overwritten.
template <class T>
void filter_planes(const detail::PatchGroups& groups, int iterations, int threads, PaddedPlanes<float>& plane,
                   ImageF& lab) {
  detail::GroupFilter<T> filter(groups, lab.size());
  for (int c = 0; c < lab.channels(); ++c) {
    for (int y = 0; y < lab.height(); ++y) std::copy_n(lab.row(c, y), lab.width(), plane.row(0, y));
    for (int n = 0; n < iterations; ++n) {
      detail::fill_margin_by_copies(plane);
      filter.apply(plane, threads);
    }
    for (int y = 0; y < lab.height(); ++y) std::copy_n(plane.row(0, y), lab.width(), lab.row(c, y));
  }
}

}  // namespace

ImageF pnls(const ImageF& src, const PnlsOptions& options, const Execution& run) {
  validate(options);
  check_geometry(options);
  detail::check_input("pnls", src);
  detail::check_unit_range("pnls", src);

  ImageF lab(src.size(), 3);
  PaddedPlanes<float> plane(src.size(), 1, options.window);
  split_colours(src, run.threads, lab, plane);
  detail::fill_margin_by_copies(plane);
  const detail::PatchGroups groups(plane, {options.patch, options.window, options.step}, options.threshold,
                                   run.threads);
  const auto filter = run.precision == Precision::fast ? filter_planes<float> : filter_planes<double>;
  filter(groups, options.iterations, run.threads, plane, lab);
  if (src.channels() == 3) {
    join_colours(lab, run.threads, lab);
    return lab;
  }
  ImageF out(src.size(), 1);
  join_colours(lab, run.threads, out);
  return out;
}

}  // namespace csgis

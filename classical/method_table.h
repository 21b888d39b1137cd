#pragma once
/// The one list of smoothers. A new one joins with its header and one row; the method strings, `csgis help`, the
/// manifests, the golden tests and the benchmark read this table and nothing else.

#include "classical/bilateral.h"
#include "classical/execution.h"
#include "classical/gaussian.h"
#include "classical/guided.h"
#include "classical/ils_smooth.h"
#include "classical/l0_smooth.h"
#include "classical/pnls.h"
#include "classical/rgf.h"
#include "classical/rgf_cv.h"
#include "classical/rtv.h"
#include "classical/sdf.h"
#include "classical/wls.h"
#include "imaging/image.h"

#include <tuple>
#include <type_traits>

namespace csgis {

/// The image itself, for comparisons. Its "method" has no options.
struct NoneOptions {};
template <class V>
void describe(V&, NoneOptions&) {}
ImageF unsmoothed(const ImageF& src, const NoneOptions& options = {}, const Execution& run = {});

namespace detail {

template <class Options>
struct MethodRow {
  const char* name;     ///< As in method strings.
  const char* paper;    ///< Title and year; empty when there is none.
  const char* summary;  ///< One line for help and tables.
  ImageF (*smooth)(const ImageF&, const Options&, const Execution&, SolveReport*);
  int version;  ///< Raised when results change: scores kept from an older version are then computed again.
};

/// The options type of a smoother, from its signature.
template <class Options, class... Report>
Options options_of(ImageF (*)(const ImageF&, const Options&, const Execution&, Report...));

/// A row; smoothers without a solver take no report.
template <auto Smooth, class Options = decltype(options_of(Smooth))>
constexpr MethodRow<Options> method_row(const char* name, const char* paper, const char* summary, int version = 1) {
  return {name, paper, summary,
          [](const ImageF& src, const Options& options, const Execution& run, SolveReport* report) {
            if constexpr (std::is_invocable_v<decltype(Smooth), const ImageF&, const Options&, const Execution&,
                                              SolveReport*>) {
              return Smooth(src, options, run, report);
            } else {
              static_cast<void>(report);
              return Smooth(src, options, run);
            }
          },
          version};
}

inline constexpr std::tuple kMethodTable{
    method_row<unsmoothed>("none", "", "the image itself"),
    method_row<gaussian>("gaussian", "", "Gaussian blur: knows no edges, a control for comparisons"),
    method_row<l0_smooth>("l0", "Image Smoothing via L0 Gradient Minimization, 2011",
                          "counts non-zero gradients: flat regions, the strongest edges kept"),
    method_row<rtv_smooth>("rtv", "Structure Extraction from Texture via Relative Total Variation, 2012",
                           "takes out texture whose gradients cancel in a window, keeps structure"),
    method_row<bilateral>("bilateral", "Bilateral Filtering for Gray and Color Images, 1998",
                          "mean of near pixels of like colour, on 8-bit levels as OpenCV computes it"),
    method_row<rgf>("rgf", "Rolling Guidance Filter, 2014",
                    "removes small structures whatever their contrast, restores the edges of large ones"),
    method_row<rgf_cv>("rgf-cv", "Rolling Guidance Filter, 2014",
                       "repeated joint bilateral filter on 8-bit levels, as OpenCV computes it"),
    method_row<ils_welsch_smooth>("ils-welsch", "Real-time Image Smoothing via Iterative Least Squares, 2020",
                                  "Welsch penalty: keeps edges sharp, flattens what is weaker than gamma"),
    method_row<ils_lnorm_smooth>("ils-lnorm", "Real-time Image Smoothing via Iterative Least Squares, 2020",
                                 "power norm of gradients: soft, free of halos"),
    method_row<sdf_smooth>("sdf", "Robust Guided Image Filtering Using Nonconvex Potentials, 2018",
                           "smooths along edges common to the input and to its own result"),
    method_row<wls_smooth>("wls", "Edge-Preserving Decompositions for Multi-Scale Tone and Detail Manipulation, 2008",
                           "weighted least squares on the pixel graph with the weights of sdf"),
    method_row<guided>("guided", "Guided Image Filtering, 2013",
                       "linear model in small windows, each channel its own guide: cheap, soft"),
    method_row<guided_cov>("guided-cov", "Guided Image Filtering, 2013", "the same with the covariance of the colours"),
    method_row<pnls>("pnls", "Pixel-level Non-local Image Smoothing with Objective Evaluation, 2020",
                     "collects similar pixels of similar patches: removes texture where colours are alike"),
};

}  // namespace detail
}  // namespace csgis

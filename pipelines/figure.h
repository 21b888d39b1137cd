#pragma once
/// Figures for papers from kept results: `csgis report --figure`.

#include "core/options.h"
#include "pipelines/figure_page.h"
#include "pipelines/output_folder.h"
#include "pipelines/result_images.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

enum class FigureLayout { row, grid };
constexpr std::array<EnumName<FigureLayout>, 2> enum_names(FigureLayout) {
  return {{{FigureLayout::row, "row"}, {FigureLayout::grid, "grid"}}};
}

struct FigureOptions {
  std::vector<std::string> figure, crop, panel, caption;
  FigureLayout layout = FigureLayout::row;
  bool difference = false;
  std::optional<std::uint64_t> scan_line;
  double width_cm = 17.8;
  std::uint64_t dpi = 300;
};

template <class V>
void describe(V& v, FigureOptions& o) {
  v("figure", o.figure, any_value("IMAGE"), "make a figure of this image instead of the report");
  v("crop", o.crop, any_value("X,Y,W,H"), "frame this box and show it magnified below");
  v("panel", o.panel, any_value("NAME"), "input, GT or a method; all of them when not given");
  v("caption", o.caption, any_value("METRIC"), "score below each panel; the first two metrics when not given");
  v("layout", o.layout, any_value(), "panels in one row, or in a grid of about equal sides");
  v("difference", o.difference, any_value(), "the absolute difference to GT below each panel, 4 times");
  v("scan-line", o.scan_line, any_value(), "brightness along this row of pixels, below the panels");
  v("width-cm", o.width_cm, between(2, 100), "width of the figure");
  v("dpi", o.dpi, between(36, 1200), "pixels per inch of the PNG");
}

/// The figure as things on a sheet: for each image the panels, each with its coloured crop boxes, the boxes magnified
/// below it, the difference, name and scores; then the scan line's profile. A picture that cannot be had is an empty
/// frame with the reason.
/// @throws UsageError  an image, panel or metric that is not in the results, a box that is no box or not inside
FigurePage figure_page(const Results& results, const ResultImages& images, const FigureOptions& options);

/// A figure environment that includes figure.pdf, its caption naming panels, papers and boxes.
std::string figure_latex(const Results& results, const FigureOptions& options);

/// The files that write_figure() makes.
inline constexpr const char* kFigureFiles[] = {"figure.pdf", "figure.png", "figure.tex", "references.bib"};

/// Writes them. @throws as figure_page(), OutputError
void write_figure(const Results& results, const ResultImages& images, const FigureOptions& options,
                  OutputFolder& folder);

}  // namespace csgis

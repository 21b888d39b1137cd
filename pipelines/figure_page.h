#pragma once
/// A figure as things on a sheet, which is drawn as PDF and as PNG alike. Lengths in points (1/72 inch) from the top
/// left corner, y down.

#include "imaging/image.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace csgis {

struct SheetRect {
  double x = 0, y = 0, width = 0, height = 0;
};

struct SheetColour {
  std::uint8_t r = 0, g = 0, b = 0;
};

/// Part of an image, stretched over a rectangle; single pixels stay visible where it is magnified.
struct SheetPicture {
  std::size_t image = 0;  ///< Which of FigurePage::images.
  SheetRect part;         ///< Whole pixels of it.
  SheetRect at;
};

/// A line through points, or a closed frame.
struct SheetLine {
  std::vector<std::pair<double, double>> points;
  SheetColour colour;
  double thickness = 0.5;
  bool is_closed = false;
};

struct SheetText {
  double x = 0, y = 0;  ///< Middle of the base line.
  double size = 7;
  std::string text;
  bool is_bold = false;
};

struct FigurePage {
  double width = 0, height = 0;
  std::vector<Image8> images;  ///< R,G,B.
  std::vector<SheetPicture> pictures;
  std::vector<SheetLine> lines;
  std::vector<SheetText> texts;
};

/// Width of a line of Helvetica; characters outside ASCII count as "?", which they are drawn as.
double text_width(const std::string& text, double size, bool is_bold);

/// What can be set: bytes outside ASCII become one "?" a character.
std::string settable_text(const std::string& text);

/// The longest beginning of the text that fits, with ".." where something was cut.
std::string fitting_text(const std::string& text, double size, bool is_bold, double width);

/// One page. Pictures are stored without loss, each part once; text is Helvetica, a font that every reader has.
std::string figure_pdf(const FigurePage& page);

/// R,G,B on white. Text is drawn in a stroke font of the same widths. @throws UsageError  above 200 million pixels
Image8 figure_raster(const FigurePage& page, double dots_per_inch);

}  // namespace csgis

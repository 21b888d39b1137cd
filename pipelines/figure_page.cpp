#include "pipelines/figure_page.h"

#include <array>

namespace csgis {
namespace {

/// Helvetica's advance widths of the characters 32 to 126, in thousandths of the size, from Adobe's font metrics.
constexpr std::array<int, 95> kHelvetica{
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

/// The bold face is about so much wider.
constexpr double kBold = 1.07;

}  // namespace

std::string settable_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;  // a further byte of a character
    out += byte >= ' ' && byte < 127 ? c : '?';
  }
  return out;
}

double text_width(const std::string& text, double size, bool is_bold) {
  double width = 0;
  for (const char c : settable_text(text)) width += kHelvetica[static_cast<std::size_t>(c - ' ')];
  return width / 1000 * size * (is_bold ? kBold : 1);
}

std::string fitting_text(const std::string& text, double size, bool is_bold, double width) {
  if (text_width(text, size, is_bold) <= width) return text;
  std::string cut = settable_text(text);
  while (!cut.empty() && text_width(cut + "..", size, is_bold) > width) cut.pop_back();
  return cut + "..";
}

}  // namespace csgis

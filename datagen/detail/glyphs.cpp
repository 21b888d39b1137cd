#include "datagen/detail/glyphs.h"

#include <algorithm>
#include <array>

namespace csgis::synth {
namespace {

/// Strokes on a grid of x 0..2, y 0..4 (down): two digits per point, a space lifts the pen. A..Z, then 0..9.
constexpr std::array<std::string_view, 36> kGlyphs = {
    "0401102124 0323",          // A
    "000414231202 0010211202",  // B
    "21100103142423",           // C
    "00041423211000",           // D
    "20000424 0212",            // E
    "200004 0212",              // F
    "2110010314232212",         // G
    "0004 0222 2024",           // H
    "1014",                     // I
    "20231403",                 // J
    "0004 2002 0224",           // K
    "000424",                   // L
    "0400122024",               // M
    "04002420",                 // N
    "10010314232110",           // O
    "040010211202",             // P
    "1001031423211021 1324",    // Q
    "040010211202 1224",        // R
    "2110010212231403",         // S
    "0020 1014",                // T
    "0003142320",               // U
    "001420",                   // V
    "0004122420",               // W
    "0024 2004",                // X
    "001220 1214",              // Y
    "00200424",                 // Z
    "10010314232110 2103",      // 0
    "011014 0424",              // 1
    "011021220424",             // 2
    "002012231403",             // 3
    "100323 2024",              // 4
    "20000212231404",           // 5
    "2010010314232202",         // 6
    "002014",                   // 7
    "1001122314031221 1021",    // 8
    "0414232110010222",         // 9
};

int glyph_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= '0' && c <= '9') return 26 + (c - '0');
  return -1;
}

void add_glyph(Path& path, std::string_view strokes, Point origin, float cell_x, float cell_y) {
  bool pen_down = false;
  for (std::size_t i = 0; i + 1 < strokes.size();) {
    if (strokes[i] == ' ') {
      pen_down = false;
      ++i;
      continue;
    }
    const Point at{origin.x + static_cast<float>(strokes[i] - '0') * cell_x,
                   origin.y + static_cast<float>(strokes[i + 1] - '0') * cell_y};
    if (pen_down) {
      path.line_to(at);
    } else {
      path.move_to(at);
    }
    pen_down = true;
    i += 2;
  }
}

}  // namespace

std::string random_word(Random& random, int length) {
  static constexpr std::string_view kCommon = "AEIOULNRSTBCDFGHKMPVAEIO123456789";
  std::string word;
  for (int i = 0; i < length; ++i) word += kCommon[static_cast<std::size_t>(random.below(kCommon.size()))];
  return word;
}

void draw_text(Pen& pen, std::string_view text, Point origin, float height, float max_width, Colour colour) {
  constexpr float kLowest = 4;  // pixels; smaller letters would be noise, which scenes are free of
  if (text.empty() || height * pen.scale() < kLowest) return;
  const float cell_y = height / 4;
  const auto columns = static_cast<float>(3 * text.size() - 1);  // two cells per letter and one between letters
  const float cell_x = std::min(cell_y * 1.1F, max_width / columns);
  const float width = columns * cell_x;
  // On a mirrored object the letters turn back about the middle of the word.
  Pen straight = pen.mirrored() ? pen.within({-1, 0, 0, 1, 2 * origin.x + width, 0}) : pen;
  Path path;
  Point at = origin;
  for (const char c : text) {
    const int glyph = glyph_of(c);
    if (glyph >= 0) add_glyph(path, kGlyphs[static_cast<std::size_t>(glyph)], at, cell_x, cell_y);
    at.x += 3 * cell_x;
  }
  straight.line(path, height * 0.16F, colour);
}

}  // namespace csgis::synth

/// Televisions and computers, with a small picture on the screen.

#include "datagen/detail/glyphs.h"
#include "datagen/detail/object_table.h"

namespace csgis::synth {
namespace {

void landscape_on_screen(Pen& pen, float x0, float y0, float x1, float y1) {
  const float horizon = y0 + (y1 - y0) * 0.6F, w = x1 - x0;
  pen.paint(Path().rect(x0, y0, x1, y1),
            Paint::linear({x0, y0}, {x0, horizon}, pen.pick({0x2F5DA8, 0xE2711D, 0x1F7A8C}), rgb(0xF6E3B0)));
  pen.flat(Path().circle({x0 + w * pen.uniform(0.2F, 0.8F), y0 + (y1 - y0) * 0.3F}, (y1 - y0) * 0.1F), rgb(0xFFF6D8));
  const Colour hill = pen.pick({0x2E6B4A, 0x4A3A6B, 0x1F4A5E});
  pen.flat(Path().polygon({{x0, horizon},
                           {x0 + w * 0.25F, y0 + (y1 - y0) * 0.42F},
                           {x0 + w * 0.5F, horizon},
                           {x0 + w * 0.72F, y0 + (y1 - y0) * 0.36F},
                           {x1, horizon},
                           {x1, y1},
                           {x0, y1}}),
           hill);
  pen.flat(Path().rect(x0, y0 + (y1 - y0) * 0.8F, x1, y1), darker(hill, 0.4F));
}

void window_on_screen(Pen& pen, float x0, float y0, float x1, float y1) {
  const Colour page = rgb(0xF2F4F7), ink = pen.pick({0x2F5DA8, 0x2E8B57, 0x5B3E96});
  pen.flat(Path().rect(x0, y0, x1, y1), page);
  const float h = y1 - y0, w = x1 - x0;
  pen.flat(Path().rect(x0, y0, x1, y0 + h * 0.14F), ink);
  draw_text(pen, random_word(pen.random(), 7), {x0 + w * 0.04F, y0 + h * 0.035F}, h * 0.08F, w * 0.5F, page);
  for (int i = 0; i < 5; ++i) {
    const float y = y0 + h * (0.26F + 0.14F * static_cast<float>(i));
    pen.line(Path().line({x0 + w * 0.06F, y}, {x0 + w * pen.uniform(0.30F, 0.52F), y}), h * 0.03F, rgb(0x9AA4B0));
  }
  for (int i = 0; i < 4; ++i) {
    const float x = x0 + w * (0.62F + 0.085F * static_cast<float>(i));
    pen.flat(Path().rect(x, y0 + h * pen.uniform(0.3F, 0.7F), x + w * 0.055F, y1 - h * 0.12F),
             lighter(ink, 0.12F * static_cast<float>(i)));
  }
}

void screen(Pen& pen, float x0, float y0, float x1, float y1) {
  const double kind = pen.random().uniform();
  if (kind < 0.4) {
    landscape_on_screen(pen, x0, y0, x1, y1);
  } else if (kind < 0.75) {
    window_on_screen(pen, x0, y0, x1, y1);
  } else {
    pen.paint(Path().rect(x0, y0, x1, y1),
              Paint::linear({x0, y0}, {x1, y1}, rgb(0x4A5562), rgb(0x16191E), 0.45F, rgb(0x23272E)));
    pen.flat(Path().polygon({{x0 + (x1 - x0) * 0.1F, y0},
                             {x0 + (x1 - x0) * 0.35F, y0},
                             {x0 + (x1 - x0) * 0.1F, y1},
                             {x0, y1},
                             {x0, y0 + (y1 - y0) * 0.5F}}),
             rgb(0xFFFFFF).with_alpha(0.08F));
  }
}

}  // namespace

void draw_television(Pen& pen) {
  const Colour wood = pen.vary(pen.pick({0x8A5A33, 0x3A2A22, 0xE8E2D6, 0xB07B47}));
  pen.body(Path().round_rect(0.02F, 0.70F, 1.28F, 0.95F, 0.015F), wood);
  pen.line(Path().line({0.44F, 0.72F}, {0.44F, 0.93F}).line({0.86F, 0.72F}, {0.86F, 0.93F}), 0.008F, darker(wood, 0.5F),
           2);
  pen.flat(Path().circle({0.39F, 0.82F}, 0.014F).circle({0.81F, 0.82F}, 0.014F).circle({0.91F, 0.82F}, 0.014F),
           darker(wood, 0.6F));
  pen.flat(Path().rect(0.08F, 0.95F, 0.14F, 1.0F).rect(1.16F, 0.95F, 1.22F, 1.0F), darker(wood, 0.5F));
  pen.body(Path().polygon({{0.58F, 0.62F}, {0.72F, 0.62F}, {0.76F, 0.70F}, {0.54F, 0.70F}}), rgb(0x2B2D33));
  pen.body(Path().round_rect(0.10F, 0.0F, 1.20F, 0.66F, 0.03F), pen.pick({0x202226, 0x2B2D33, 0x8A9098}));
  screen(pen, 0.14F, 0.04F, 1.16F, 0.61F);
}

void draw_computer(Pen& pen) {
  const Colour frame = pen.pick({0x202226, 0xC4C9CE, 0xECEDEE, 0x3A3D42});
  pen.body(Path().polygon({{0.62F, 0.64F}, {0.80F, 0.64F}, {0.82F, 0.84F}, {0.60F, 0.84F}}), darker(frame, 0.25F));
  pen.body(Path().ellipse({0.71F, 0.86F}, 0.26F, 0.035F), frame);
  pen.body(Path().round_rect(0.12F, 0.0F, 1.30F, 0.70F, 0.03F), frame);
  screen(pen, 0.16F, 0.04F, 1.26F, 0.63F);
  pen.body(Path().polygon({{0.22F, 0.89F}, {1.06F, 0.89F}, {1.14F, 1.0F}, {0.14F, 1.0F}}), frame);
  Path keys;
  for (int row = 0; row < 3; ++row) {
    const float y = 0.902F + 0.030F * static_cast<float>(row), inset = 0.25F - 0.025F * static_cast<float>(row);
    const float pitch = (1.28F - 2 * inset) / 13;
    for (int key = 0; key < 13; ++key) {
      const float x = inset + pitch * static_cast<float>(key);
      keys.rect(x, y, x + pitch * 0.78F, y + 0.021F);
    }
  }
  if (pen.scale() > 90) pen.flat(keys, luma(frame) > 0.5F ? darker(frame, 0.35F) : lighter(frame, 0.35F));
  pen.body(Path().ellipse({1.24F, 0.96F}, 0.045F, 0.035F), frame);
}

}  // namespace csgis::synth

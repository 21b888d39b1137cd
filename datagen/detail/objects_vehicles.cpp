/// Vehicles on wheels and rails.

#include "datagen/detail/glyphs.h"
#include "datagen/detail/object_table.h"

namespace csgis::synth {
namespace {

const Colour kRubber = rgb(0x22242A);

Colour glass_colour(Pen& pen) {
  return pen.vary(pen.style().night ? rgb(0x3C4656) : rgb(0x9DB9C9), 0.03F);
}

Paint glass(Colour colour, float y0, float y1, float x = 0) {
  return Paint::linear({x, y0}, {x + 0.15F, y1}, lighter(colour, 0.35F), darker(colour, 0.3F));
}

/// Tyre, rim and hub of a road vehicle.
void wheel(Pen& pen, Point centre, float r, int spokes) {
  pen.body(Path().circle(centre, r), kRubber);
  pen.shade(Path().circle(centre, r * 0.64F), rgb(0xB9BEC4));
  pen.flat(Path().circle(centre, r * 0.5F), rgb(0x6E747C));
  for (int i = 0; i < spokes; ++i) {
    const float turn = static_cast<float>(i) / static_cast<float>(spokes) + 0.05F;
    const Point rim = centre + Point{cosine_turns(turn), sine_turns(turn)} * (r * 0.55F);
    pen.line(Path().line(centre, rim), r * 0.16F, rgb(0xC4C9CE));
  }
  pen.flat(Path().circle(centre, r * 0.15F), rgb(0x8A9098));
}

void headlight(Pen& pen, Point centre, float rx, float ry) {
  if (pen.style().night) {
    pen.paint(Path().ellipse(centre, rx * 4, ry * 4),
              Paint::radial(centre, rx * 4, ry * 4, rgb(0xFFF3C0).with_alpha(0.7F), rgb(0xFFF3C0).with_alpha(0)));
  }
  pen.flat(Path().ellipse(centre, rx, ry), rgb(0xFFF6D8));
}

}  // namespace

void draw_sedan(Pen& pen) {
  const Colour paint = vivid_colour(pen), window = glass_colour(pen);
  pen.body(Path()
               .move_to({0.06F, 0.80F})
               .cubic_to({0.02F, 0.66F}, {0.02F, 0.50F}, {0.10F, 0.42F})
               .cubic_to({0.25F, 0.38F}, {0.42F, 0.38F}, {0.55F, 0.37F})
               .cubic_to({0.72F, 0.20F}, {0.82F, 0.06F}, {1.05F, 0.04F})
               .cubic_to({1.35F, 0.00F}, {1.55F, 0.02F}, {1.70F, 0.07F})
               .cubic_to({1.88F, 0.14F}, {2.00F, 0.28F}, {2.14F, 0.38F})
               .cubic_to({2.45F, 0.42F}, {2.72F, 0.46F}, {2.82F, 0.54F})
               .cubic_to({2.90F, 0.62F}, {2.90F, 0.74F}, {2.88F, 0.82F})
               .line_to({2.80F, 0.86F})
               .line_to({0.12F, 0.86F})
               .close(),
           paint);
  pen.paint(Path()
                .move_to({0.72F, 0.37F})
                .cubic_to({0.85F, 0.20F}, {0.92F, 0.11F}, {1.08F, 0.10F})
                .line_to({1.32F, 0.09F})
                .line_to({1.32F, 0.37F})
                .close(),
            glass(window, 0.08F, 0.4F, 0.9F));
  pen.paint(Path()
                .move_to({1.39F, 0.09F})
                .cubic_to({1.62F, 0.08F}, {1.74F, 0.16F}, {1.98F, 0.37F})
                .line_to({1.39F, 0.37F})
                .close(),
            glass(window, 0.08F, 0.4F, 1.5F));
  const Colour seam = darker(paint, 0.45F);
  pen.line(Path()
               .polyline({{1.35F, 0.38F}, {1.35F, 0.80F}})
               .polyline({{2.05F, 0.42F}, {2.02F, 0.6F}})
               .polyline({{0.14F, 0.52F}, {2.70F, 0.55F}}),
           0.012F, seam, 2);
  pen.flat(Path().round_rect(1.15F, 0.46F, 1.27F, 0.49F, 0.015F).round_rect(1.84F, 0.46F, 1.96F, 0.49F, 0.015F), seam);
  pen.flat(Path().rect(0.5F, 0.82F, 2.5F, 0.87F), rgb(0x2A2C30));
  pen.flat(Path().round_rect(0.04F, 0.48F, 0.16F, 0.58F, 0.03F), rgb(0xB4201C));
  headlight(pen, {2.74F, 0.57F}, 0.10F, 0.045F);
  const int spokes = pen.random().between(5, 8);
  for (const float x : {0.60F, 2.30F}) {
    pen.flat(Path().circle({x, 0.79F}, 0.245F), darker(paint, 0.8F));
    wheel(pen, {x, 0.795F}, 0.205F, spokes);
  }
}

void draw_hatchback(Pen& pen) {
  const Colour paint = vivid_colour(pen), window = glass_colour(pen);
  pen.body(Path()
               .move_to({0.06F, 0.82F})
               .cubic_to({0.02F, 0.66F}, {0.04F, 0.46F}, {0.12F, 0.38F})
               .cubic_to({0.18F, 0.20F}, {0.26F, 0.07F}, {0.42F, 0.05F})
               .cubic_to({0.75F, 0.00F}, {1.10F, 0.00F}, {1.24F, 0.05F})
               .cubic_to({1.42F, 0.12F}, {1.55F, 0.28F}, {1.68F, 0.37F})
               .cubic_to({1.95F, 0.41F}, {2.18F, 0.45F}, {2.28F, 0.54F})
               .cubic_to({2.36F, 0.64F}, {2.36F, 0.76F}, {2.33F, 0.84F})
               .line_to({2.26F, 0.87F})
               .line_to({0.12F, 0.87F})
               .close(),
           paint);
  pen.paint(Path()
                .move_to({0.25F, 0.37F})
                .cubic_to({0.30F, 0.20F}, {0.36F, 0.12F}, {0.46F, 0.11F})
                .line_to({0.80F, 0.09F})
                .line_to({0.80F, 0.37F})
                .close(),
            glass(window, 0.08F, 0.4F, 0.4F));
  pen.paint(Path()
                .move_to({0.87F, 0.09F})
                .cubic_to({1.15F, 0.07F}, {1.28F, 0.14F}, {1.52F, 0.37F})
                .line_to({0.87F, 0.37F})
                .close(),
            glass(window, 0.08F, 0.4F, 1.0F));
  const Colour seam = darker(paint, 0.45F);
  pen.line(Path()
               .polyline({{0.83F, 0.38F}, {0.83F, 0.80F}})
               .polyline({{1.56F, 0.40F}, {1.50F, 0.62F}})
               .polyline({{0.12F, 0.54F}, {2.20F, 0.57F}}),
           0.012F, seam, 2);
  pen.flat(Path().round_rect(0.92F, 0.45F, 1.05F, 0.485F, 0.015F), seam);
  pen.flat(Path().rect(0.5F, 0.83F, 1.9F, 0.88F), rgb(0x2A2C30));
  pen.flat(Path().round_rect(0.05F, 0.42F, 0.15F, 0.58F, 0.03F), rgb(0xB4201C));
  headlight(pen, {2.19F, 0.58F}, 0.10F, 0.05F);
  const int spokes = pen.random().between(5, 8);
  for (const float x : {0.46F, 1.82F}) {
    pen.flat(Path().circle({x, 0.79F}, 0.245F), darker(paint, 0.8F));
    wheel(pen, {x, 0.795F}, 0.205F, spokes);
  }
}

void draw_car_front(Pen& pen) {
  const Colour paint = vivid_colour(pen), window = glass_colour(pen);
  pen.flat(Path().round_rect(0.10F, 0.70F, 0.32F, 1.0F, 0.04F).round_rect(0.93F, 0.70F, 1.15F, 1.0F, 0.04F), kRubber);
  pen.body(Path()
               .move_to({0.05F, 0.84F})
               .cubic_to({0.02F, 0.60F}, {0.05F, 0.48F}, {0.16F, 0.40F})
               .cubic_to({0.22F, 0.20F}, {0.26F, 0.06F}, {0.36F, 0.03F})
               .line_to({0.89F, 0.03F})
               .cubic_to({0.99F, 0.06F}, {1.03F, 0.20F}, {1.09F, 0.40F})
               .cubic_to({1.20F, 0.48F}, {1.23F, 0.60F}, {1.20F, 0.84F})
               .line_to({1.15F, 0.90F})
               .line_to({0.10F, 0.90F})
               .close(),
           paint);
  pen.paint(Path()
                .move_to({0.24F, 0.38F})
                .cubic_to({0.28F, 0.20F}, {0.32F, 0.10F}, {0.38F, 0.09F})
                .line_to({0.87F, 0.09F})
                .cubic_to({0.93F, 0.10F}, {0.97F, 0.20F}, {1.01F, 0.38F})
                .close(),
            glass(window, 0.08F, 0.4F, 0.5F));
  pen.line(Path().line({0.16F, 0.42F}, {1.09F, 0.42F}), 0.012F, darker(paint, 0.4F), 2);
  pen.flat(Path().round_rect(0.40F, 0.56F, 0.85F, 0.68F, 0.04F), rgb(0x2A2C30));
  for (int i = 0; i < 3; ++i) {
    const float y = 0.585F + 0.035F * static_cast<float>(i);
    pen.line(Path().line({0.42F, y}, {0.83F, y}), 0.010F, rgb(0x9AA0A6), 2);
  }
  pen.flat(Path().rect(0.06F, 0.82F, 1.19F, 0.90F), rgb(0x33363B));
  pen.flat(Path().rect(0.48F, 0.74F, 0.77F, 0.82F), rgb(0xF2F0E6));
  draw_text(pen, random_word(pen.random(), 5), {0.50F, 0.755F}, 0.05F, 0.25F, rgb(0x22242A));
  for (const float x : {0.22F, 1.03F}) headlight(pen, {x, 0.58F}, 0.10F, 0.065F);
  for (const float x : {0.10F, 1.15F}) pen.body(Path().ellipse({x, 0.40F}, 0.07F, 0.05F), paint);
}

void draw_bus(Pen& pen) {
  const Colour paint = vivid_colour(pen), window = glass_colour(pen);
  const Colour roof = lighter(paint, 0.5F);
  pen.body(Path().round_rect(0.02F, 0.02F, 2.58F, 0.90F, 0.07F), paint);
  pen.flat(Path().round_rect(0.02F, 0.02F, 2.58F, 0.10F, 0.04F), roof);
  const int count = pen.random().between(5, 7);
  const float pitch = 1.85F / static_cast<float>(count);
  for (int i = 0; i < count; ++i) {
    const float x = 0.10F + pitch * static_cast<float>(i);
    pen.paint(Path().round_rect(x, 0.20F, x + pitch - 0.05F, 0.50F, 0.025F), glass(window, 0.2F, 0.52F, x));
  }
  pen.paint(Path().round_rect(1.97F, 0.20F, 2.27F, 0.84F, 0.02F), glass(window, 0.2F, 0.9F, 1.97F));
  pen.line(Path().line({2.12F, 0.20F}, {2.12F, 0.84F}), 0.02F, darker(paint, 0.5F));
  pen.paint(Path().round_rect(2.33F, 0.18F, 2.57F, 0.56F, 0.03F), glass(window, 0.18F, 0.6F, 2.3F));
  pen.flat(Path().rect(0.03F, 0.60F, 1.95F, 0.67F), pen.chance(0.5) ? roof : darker(paint, 0.35F));
  pen.flat(Path().round_rect(1.30F, 0.105F, 1.90F, 0.175F, 0.01F), rgb(0x202226));
  draw_text(pen, random_word(pen.random(), 8), {1.33F, 0.115F}, 0.05F, 0.54F, rgb(0xF5B83D));
  pen.flat(Path().rect(0.05F, 0.86F, 2.55F, 0.91F), rgb(0x2A2C30));
  headlight(pen, {2.51F, 0.72F}, 0.045F, 0.04F);
  pen.flat(Path().round_rect(0.02F, 0.66F, 0.07F, 0.78F, 0.02F), rgb(0xB4201C));
  for (const float x : {0.52F, 1.78F}) {
    pen.flat(Path().circle({x, 0.86F}, 0.165F), rgb(0x1B1C20));
    wheel(pen, {x, 0.865F}, 0.135F, 6);
  }
}

void draw_bicycle(Pen& pen) {
  const Colour frame = vivid_colour(pen);
  const Point rear{0.34F, 0.66F}, front{1.31F, 0.66F}, crank{0.76F, 0.68F}, seat{0.62F, 0.24F}, head{1.14F, 0.22F};
  const float r = 0.31F;
  for (const Point hub : {rear, front}) {
    Path spokes;
    for (int i = 0; i < 12; ++i) {
      const float turn = static_cast<float>(i) / 12;
      spokes.line(hub, hub + Point{cosine_turns(turn), sine_turns(turn)} * r);
    }
    pen.line(spokes, 0.004F, rgb(0x9AA0A6), 1.5F);
    pen.line(Path().circle(hub, r), 0.045F, kRubber);
    pen.line(Path().circle(hub, r - 0.03F), 0.014F, rgb(0xB9BEC4));
    pen.flat(Path().circle(hub, 0.035F), rgb(0x55595F));
  }
  const float tube = 0.034F;
  pen.line(Path().line(rear, crank).line(rear, seat + Point{0.02F, 0.06F}), tube * 0.75F, darker(frame, 0.2F));
  pen.line(Path().line(head, front), tube, darker(frame, 0.3F));
  pen.line(Path().polyline({crank, seat, head + Point{-0.02F, 0.05F}, crank}), tube, frame);
  pen.line(Path().line(head, head + Point{-0.03F, -0.10F}), tube * 0.8F, rgb(0x55595F));
  pen.line(Path().curve({{1.02F, 0.10F}, {1.10F, 0.11F}, {1.20F, 0.11F}, {1.22F, 0.20F}, {1.14F, 0.22F}}), 0.032F,
           kRubber);
  pen.line(Path().line(seat, seat + Point{-0.02F, -0.07F}), tube * 0.8F, rgb(0x55595F));
  pen.flat(Path().loop({{0.46F, 0.13F}, {0.56F, 0.14F}, {0.74F, 0.15F}, {0.62F, 0.19F}, {0.48F, 0.19F}}), kRubber);
  pen.line(Path().circle(crank, 0.075F), 0.022F, rgb(0x55595F));
  pen.line(Path().polyline({crank + Point{-0.06F, -0.15F}, crank + Point{0.06F, 0.15F}}), 0.026F, rgb(0x6E747C));
  pen.line(Path()
               .line(crank + Point{-0.11F, -0.15F}, crank + Point{-0.01F, -0.15F})
               .line(crank + Point{0.01F, 0.15F}, crank + Point{0.11F, 0.15F}),
           0.03F, kRubber);
}

void draw_motorbike(Pen& pen) {
  const Colour paint = vivid_colour(pen);
  const Point rear{0.36F, 0.70F}, front{1.44F, 0.70F};
  for (const Point hub : {rear, front}) {
    pen.line(Path().circle(hub, 0.235F), 0.10F, kRubber);
    pen.line(Path().circle(hub, 0.17F), 0.03F, rgb(0xA8AEB5));
    Path spokes;
    for (int i = 0; i < 5; ++i) {
      const float turn = static_cast<float>(i) / 5;
      spokes.line(hub, hub + Point{cosine_turns(turn), sine_turns(turn)} * 0.17F);
    }
    pen.line(spokes, 0.028F, rgb(0xA8AEB5));
    pen.flat(Path().circle(hub, 0.05F), rgb(0x55595F));
  }
  pen.line(Path().line({0.36F, 0.70F}, {0.86F, 0.66F}), 0.06F, rgb(0x55595F));
  pen.line(Path().line({1.20F, 0.18F}, front), 0.05F, rgb(0xB9BEC4));
  pen.body(Path().polygon({{0.70F, 0.42F}, {1.10F, 0.40F}, {1.12F, 0.60F}, {1.02F, 0.80F}, {0.74F, 0.80F}}),
           rgb(0x6E747C));
  for (int i = 0; i < 4; ++i) {
    const float y = 0.48F + 0.055F * static_cast<float>(i);
    pen.line(Path().line({0.80F, y}, {1.06F, y}), 0.016F, rgb(0x3A3D42), 3);
  }
  pen.body(Path().round_rect(0.10F, 0.76F, 0.92F, 0.84F, 0.04F), rgb(0xC4C9CE));
  pen.body(
      Path().loop({{0.70F, 0.34F}, {0.82F, 0.20F}, {1.02F, 0.17F}, {1.18F, 0.26F}, {1.12F, 0.42F}, {0.88F, 0.45F}}),
      paint);
  pen.body(Path().loop({{0.06F, 0.28F},
                        {0.24F, 0.30F},
                        {0.46F, 0.33F},
                        {0.76F, 0.32F},
                        {0.74F, 0.42F},
                        {0.46F, 0.46F},
                        {0.22F, 0.38F}}),
           rgb(0x2A2C30));
  pen.body(Path()
               .move_to({0.04F, 0.42F})
               .cubic_to({0.18F, 0.36F}, {0.46F, 0.36F}, {0.64F, 0.56F})
               .line_to({0.56F, 0.60F})
               .cubic_to({0.42F, 0.44F}, {0.22F, 0.42F}, {0.06F, 0.48F})
               .close(),
           paint);
  pen.body(Path()
               .move_to({1.18F, 0.52F})
               .cubic_to({1.30F, 0.36F}, {1.60F, 0.36F}, {1.70F, 0.56F})
               .line_to({1.66F, 0.58F})
               .cubic_to({1.54F, 0.44F}, {1.36F, 0.44F}, {1.22F, 0.56F})
               .close(),
           paint);
  pen.line(Path().curve({{0.98F, 0.08F}, {1.08F, 0.07F}, {1.18F, 0.10F}, {1.22F, 0.20F}}), 0.035F, kRubber);
  pen.body(Path().circle({1.29F, 0.22F}, 0.075F), rgb(0x55595F));
  headlight(pen, {1.33F, 0.22F}, 0.04F, 0.06F);
  pen.line(Path().line({1.16F, 0.10F}, {1.12F, 0.01F}), 0.014F, rgb(0x3A3D42));
  pen.flat(Path().ellipse({1.11F, 0.02F}, 0.045F, 0.03F), rgb(0x3A3D42));
}

void draw_train_side(Pen& pen) {
  const Colour paint = vivid_colour(pen), window = glass_colour(pen);
  const Colour stripe = pen.pick({0xF2EFE6, 0xF0B429, 0x2B2D33});
  for (int i = 0; i < 6; ++i) {
    const float x = 0.36F + 0.3F * static_cast<float>(i) + (i > 1 ? 0.45F : 0.0F) + (i > 3 ? 0.45F : 0.0F);
    pen.body(Path().circle({x, 0.91F}, 0.085F), rgb(0x3A3D42));
  }
  pen.flat(Path().rect(0.1F, 0.80F, 3.4F, 0.88F), rgb(0x2A2C30));
  pen.body(Path()
               .move_to({0.02F, 0.84F})
               .line_to({0.02F, 0.14F})
               .cubic_to({0.02F, 0.08F}, {0.05F, 0.06F}, {0.10F, 0.06F})
               .line_to({2.70F, 0.06F})
               .cubic_to({3.10F, 0.07F}, {3.35F, 0.30F}, {3.50F, 0.58F})
               .cubic_to({3.58F, 0.72F}, {3.54F, 0.84F}, {3.40F, 0.84F})
               .close(),
           paint);
  pen.flat(Path().rect(0.03F, 0.58F, 3.45F, 0.65F), stripe);
  const int count = pen.random().between(6, 8);
  const float pitch = 2.2F / static_cast<float>(count);
  for (int i = 0; i < count; ++i) {
    const float x = 0.42F + pitch * static_cast<float>(i);
    pen.paint(Path().round_rect(x, 0.22F, x + pitch * 0.74F, 0.46F, 0.03F), glass(window, 0.2F, 0.5F, x));
  }
  pen.flat(Path().round_rect(0.12F, 0.20F, 0.34F, 0.80F, 0.02F), darker(paint, 0.35F));
  pen.paint(Path().round_rect(0.15F, 0.24F, 0.31F, 0.46F, 0.02F), glass(window, 0.2F, 0.5F, 0.1F));
  pen.paint(Path()
                .move_to({2.84F, 0.20F})
                .cubic_to({3.00F, 0.22F}, {3.18F, 0.34F}, {3.28F, 0.48F})
                .line_to({2.84F, 0.48F})
                .close(),
            glass(window, 0.2F, 0.5F, 2.8F));
  headlight(pen, {3.44F, 0.66F}, 0.045F, 0.035F);
  pen.line(Path().polyline({{1.2F, 0.06F}, {1.4F, 0.0F}, {1.6F, 0.06F}}).line({1.25F, 0.0F}, {1.55F, 0.0F}), 0.015F,
           rgb(0x3A3D42));
}

void draw_train_front(Pen& pen) {
  const Colour paint = vivid_colour(pen), window = glass_colour(pen);
  pen.flat(Path().rect(0.14F, 0.86F, 0.71F, 0.97F), rgb(0x2A2C30));
  pen.flat(Path().rect(0.14F, 0.90F, 0.20F, 1.0F).rect(0.65F, 0.90F, 0.71F, 1.0F), rgb(0x55595F));
  pen.body(Path()
               .move_to({0.03F, 0.88F})
               .line_to({0.03F, 0.26F})
               .cubic_to({0.04F, 0.06F}, {0.16F, 0.02F}, {0.425F, 0.02F})
               .cubic_to({0.69F, 0.02F}, {0.81F, 0.06F}, {0.82F, 0.26F})
               .line_to({0.82F, 0.88F})
               .close(),
           paint);
  pen.flat(Path()
               .move_to({0.03F, 0.62F})
               .line_to({0.425F, 0.74F})
               .line_to({0.82F, 0.62F})
               .line_to({0.82F, 0.88F})
               .line_to({0.03F, 0.88F})
               .close(),
           pen.pick({0xF0B429, 0xF2EFE6, 0x2B2D33}));
  pen.paint(Path().round_rect(0.10F, 0.22F, 0.40F, 0.52F, 0.04F), glass(window, 0.2F, 0.55F, 0.1F));
  pen.paint(Path().round_rect(0.45F, 0.22F, 0.75F, 0.52F, 0.04F), glass(window, 0.2F, 0.55F, 0.45F));
  pen.flat(Path().round_rect(0.25F, 0.09F, 0.60F, 0.17F, 0.015F), rgb(0x202226));
  draw_text(pen, random_word(pen.random(), 6), {0.28F, 0.105F}, 0.05F, 0.29F, rgb(0xF5B83D));
  for (const float x : {0.16F, 0.69F}) headlight(pen, {x, 0.66F}, 0.05F, 0.04F);
  pen.flat(Path().rect(0.30F, 0.84F, 0.55F, 0.92F), rgb(0x3A3D42));
  for (const float x : {0.16F, 0.69F}) pen.body(Path().circle({x, 0.89F}, 0.05F), rgb(0x8A9098));
}

}  // namespace csgis::synth

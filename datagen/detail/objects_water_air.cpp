/// Boats and aeroplanes.

#include "datagen/detail/glyphs.h"
#include "datagen/detail/object_table.h"

namespace csgis::synth {

void draw_sailing_boat(Pen& pen) {
  const Colour hull = vivid_colour(pen);
  const Colour sail = pen.pick({0xF7F3E8, 0xF2E3C6, 0xE8ECEF, 0xE3573F, 0xF0B429});
  pen.line(Path().line({0.44F, 0.02F}, {0.44F, 0.86F}), 0.018F, rgb(0x6B4A2F));
  pen.body(Path()
               .move_to({0.48F, 0.04F})
               .cubic_to({0.62F, 0.24F}, {0.76F, 0.50F}, {0.82F, 0.72F})
               .line_to({0.48F, 0.74F})
               .close(),
           sail);
  pen.body(Path()
               .move_to({0.41F, 0.10F})
               .cubic_to({0.36F, 0.36F}, {0.24F, 0.60F}, {0.06F, 0.72F})
               .line_to({0.41F, 0.74F})
               .close(),
           lighter(sail, 0.25F));
  if (pen.chance(0.5)) {
    pen.line(Path().line({0.48F, 0.28F}, {0.62F, 0.28F}).line({0.48F, 0.50F}, {0.74F, 0.50F}), 0.006F,
             darker(sail, 0.25F), 2);
  }
  pen.flat(Path().polygon({{0.44F, 0.01F}, {0.56F, 0.04F}, {0.44F, 0.07F}}), rgb(0xC8352B));
  pen.body(Path()
               .move_to({0.02F, 0.82F})
               .cubic_to({0.30F, 0.86F}, {0.60F, 0.85F}, {0.83F, 0.79F})
               .cubic_to({0.78F, 0.92F}, {0.70F, 0.99F}, {0.62F, 1.0F})
               .line_to({0.18F, 1.0F})
               .cubic_to({0.10F, 0.96F}, {0.05F, 0.90F}, {0.02F, 0.82F})
               .close(),
           hull);
  pen.line(Path().curve({{0.05F, 0.87F}, {0.30F, 0.905F}, {0.58F, 0.90F}, {0.80F, 0.85F}}), 0.02F, lighter(hull, 0.6F));
}

void draw_motor_boat(Pen& pen) {
  const Colour hull = vivid_colour(pen), cabin = rgb(0xF4F2EC);
  pen.line(Path().line({1.25F, 0.30F}, {1.25F, 0.02F}).line({1.12F, 0.10F}, {1.38F, 0.10F}), 0.02F, rgb(0x8A9098));
  pen.body(Path().polygon({{0.72F, 0.60F}, {0.80F, 0.26F}, {1.45F, 0.26F}, {1.72F, 0.60F}}), cabin);
  pen.body(Path().round_rect(0.70F, 0.21F, 1.52F, 0.29F, 0.03F), lighter(hull, 0.2F));
  const Colour glass = pen.style().night ? rgb(0xF6D98A) : rgb(0x5F88A3);
  for (const float x : {0.86F, 1.08F, 1.30F}) {
    pen.paint(
        Path().polygon({{x, 0.34F}, {x + 0.17F, 0.34F}, {x + 0.17F + (x > 1.2F ? 0.08F : 0.0F), 0.50F}, {x, 0.50F}}),
        Paint::linear({x, 0.34F}, {x + 0.1F, 0.5F}, lighter(glass, 0.4F), glass));
  }
  pen.body(Path()
               .move_to({0.04F, 0.58F})
               .line_to({1.80F, 0.58F})
               .cubic_to({2.05F, 0.57F}, {2.25F, 0.54F}, {2.47F, 0.46F})
               .cubic_to({2.36F, 0.72F}, {2.16F, 0.94F}, {1.96F, 1.0F})
               .line_to({0.16F, 1.0F})
               .cubic_to({0.08F, 0.88F}, {0.05F, 0.72F}, {0.04F, 0.58F})
               .close(),
           hull);
  pen.line(Path().curve({{0.05F, 0.70F}, {0.80F, 0.72F}, {1.70F, 0.71F}, {2.36F, 0.62F}}), 0.05F, lighter(hull, 0.7F));
  draw_text(pen, random_word(pen.random(), 6), {0.28F, 0.78F}, 0.10F, 0.7F, lighter(hull, 0.8F));
  pen.line(Path()
               .polyline({{1.75F, 0.58F}, {1.78F, 0.40F}, {2.30F, 0.36F}, {2.42F, 0.47F}})
               .line({2.02F, 0.57F}, {2.04F, 0.38F}),
           0.012F, rgb(0xC4C9CE), 3);
  for (const float x : {0.45F, 1.05F, 1.62F}) {
    pen.line(Path().circle({x, 0.66F}, 0.06F), 0.035F, rgb(0xE2711D));
  }
}

void draw_airliner(Pen& pen) {
  const Colour body = pen.pick({0xF4F4F2, 0xE6EAEE, 0xF2EEE2}), accent = vivid_colour(pen);
  pen.body(Path().polygon({{0.52F, 0.46F}, {0.14F, 0.30F}, {0.02F, 0.30F}, {0.28F, 0.52F}}), darker(body, 0.2F));
  pen.body(Path().polygon({{1.55F, 0.46F}, {1.36F, 0.22F}, {1.28F, 0.22F}, {1.38F, 0.48F}}), darker(body, 0.25F));
  pen.body(Path().polygon({{0.20F, 0.44F}, {0.02F, 0.02F}, {0.20F, 0.02F}, {0.66F, 0.42F}}), accent);
  pen.body(Path()
               .move_to({0.06F, 0.44F})
               .cubic_to({0.50F, 0.38F}, {0.90F, 0.37F}, {2.60F, 0.37F})
               .cubic_to({3.05F, 0.37F}, {3.32F, 0.46F}, {3.36F, 0.56F})
               .cubic_to({3.34F, 0.66F}, {3.05F, 0.70F}, {2.60F, 0.70F})
               .line_to({1.10F, 0.70F})
               .cubic_to({0.70F, 0.68F}, {0.30F, 0.56F}, {0.06F, 0.44F})
               .close(),
           body);
  pen.line(Path().curve({{0.42F, 0.55F}, {0.9F, 0.57F}, {2.2F, 0.57F}, {3.30F, 0.57F}}), 0.030F, accent);
  const int windows = pen.random().between(12, 20);
  Path row;
  for (int i = 0; i < windows; ++i) {
    const float x = 0.80F + 2.05F * static_cast<float>(i) / static_cast<float>(windows);
    row.round_rect(x, 0.455F, x + 0.055F, 0.51F, 0.02F);
  }
  pen.flat(row, rgb(0x3F5566));
  pen.flat(Path().polygon({{3.06F, 0.42F}, {3.20F, 0.46F}, {3.24F, 0.50F}, {3.04F, 0.50F}}), rgb(0x2E3E4C));
  pen.line(Path().rect(0.66F, 0.44F, 0.74F, 0.64F).rect(2.90F, 0.43F, 2.98F, 0.64F), 0.008F, darker(body, 0.35F), 1.5F);
  pen.body(Path().round_rect(1.50F, 0.74F, 1.92F, 0.90F, 0.08F), darker(body, 0.08F));
  pen.flat(Path().ellipse({1.90F, 0.82F}, 0.025F, 0.075F), rgb(0x2E3238));
  pen.body(Path().polygon({{2.00F, 0.62F}, {1.70F, 0.66F}, {0.98F, 0.98F}, {1.10F, 1.0F}, {1.86F, 0.74F}}),
           darker(body, 0.16F));
}

void draw_propeller_plane(Pen& pen) {
  const Colour body = vivid_colour(pen);
  const Colour wing = pen.chance(0.5) ? lighter(body, 0.6F) : rgb(0xF2EFE6);
  pen.body(Path().polygon({{0.30F, 0.44F}, {0.06F, 0.04F}, {0.28F, 0.04F}, {0.62F, 0.40F}}), wing);
  pen.line(Path()
               .line({1.72F, 0.66F}, {1.86F, 0.90F})
               .line({1.50F, 0.66F}, {1.40F, 0.90F})
               .line({0.30F, 0.56F}, {0.24F, 0.72F}),
           0.035F, rgb(0x6E747C));
  pen.flat(Path().circle({1.88F, 0.90F}, 0.10F).circle({1.38F, 0.90F}, 0.10F).circle({0.23F, 0.74F}, 0.05F),
           rgb(0x22242A));
  pen.body(Path()
               .move_to({0.10F, 0.44F})
               .cubic_to({0.70F, 0.40F}, {1.00F, 0.38F}, {1.30F, 0.36F})
               .line_to({1.86F, 0.36F})
               .cubic_to({2.20F, 0.36F}, {2.44F, 0.42F}, {2.46F, 0.54F})
               .cubic_to({2.44F, 0.68F}, {2.20F, 0.74F}, {1.80F, 0.74F})
               .cubic_to({1.20F, 0.72F}, {0.60F, 0.60F}, {0.10F, 0.52F})
               .close(),
           body);
  pen.outlined(Path()
                   .move_to({1.18F, 0.38F})
                   .cubic_to({1.28F, 0.20F}, {1.40F, 0.16F}, {1.56F, 0.16F})
                   .cubic_to({1.72F, 0.17F}, {1.80F, 0.26F}, {1.88F, 0.38F})
                   .close(),
               Paint::linear({1.3F, 0.16F}, {1.5F, 0.4F}, rgb(0xD7E8F0), rgb(0x6E94AB)));
  pen.line(Path().line({1.48F, 0.17F}, {1.48F, 0.38F}), 0.02F, darker(body, 0.4F));
  pen.line(Path().curve({{0.30F, 0.50F}, {1.10F, 0.54F}, {2.40F, 0.52F}}), 0.03F, wing);
  pen.body(Path().polygon({{1.18F, 0.56F}, {1.74F, 0.56F}, {1.62F, 0.70F}, {0.86F, 0.78F}, {0.80F, 0.72F}}), wing);
  pen.flat(Path().ellipse({2.50F, 0.54F}, 0.06F, 0.05F), rgb(0x55595F));
  pen.flat(Path().ellipse({2.54F, 0.36F}, 0.025F, 0.16F).ellipse({2.54F, 0.72F}, 0.025F, 0.16F), rgb(0x3A3D42));
}

}  // namespace csgis::synth

/// Things close to the viewer that hide part of a scene.

#include "datagen/detail/backdrop.h"

namespace csgis::synth {
namespace {

Colour dim(const Pen& pen, Colour colour) {
  return pen.style().night ? darker(colour, 0.55F) : colour;
}

void leaf_spray(Pen& pen, const Box& w) {
  const Colour green = dim(pen, pen.vary(pen.pick({0x3C6B32, 0x5E8A3A, 0x2A4F38, 0x9A7A2F, 0x7A8A4A})));
  const float size = w.y1 - w.y0;
  const bool left = pen.chance(0.5), top = pen.chance(0.4);
  const Point corner{left ? w.x0 : w.x1, top ? w.y0 : w.y1};
  for (int i = pen.random().between(7, 16); i > 0; --i) {
    const float turn = pen.uniform(0, 0.25F), reach = size * pen.uniform(0.15F, 0.42F);
    const Point out{(left ? 1.0F : -1.0F) * cosine_turns(turn), (top ? 1.0F : -1.0F) * sine_turns(turn)};
    const Point root = corner + out * (-0.1F * size), tip = corner + out * reach;
    const Point side{-out.y * reach * 0.11F, out.x * reach * 0.11F};
    pen.body(Path()
                 .move_to(root)
                 .cubic_to(mix(root, tip, 0.35F) + side, mix(root, tip, 0.8F) + side, tip)
                 .cubic_to(mix(root, tip, 0.8F) - side, mix(root, tip, 0.35F) - side, root)
                 .close(),
             pen.vary(green, 0.08F));
    pen.line(Path().line(root, mix(root, tip, 0.9F)), size * 0.004F, lighter(green, 0.2F), 2);
  }
}

void railing(Pen& pen, const Box& w) {
  const float size = w.y1 - w.y0, top = w.y1 - size * pen.uniform(0.12F, 0.34F);
  const Colour iron = dim(pen, pen.vary(pen.pick({0x22262A, 0x8A6B4F, 0xE6E2D8, 0x5A626A, 0x35503F})));
  const float pitch = size * pen.uniform(0.04F, 0.13F), thick = size * pen.uniform(0.006F, 0.03F);
  Path bars;
  for (float x = w.x0 + pitch * pen.uniform(0, 1); x < w.x1 + pitch; x += pitch) bars.line({x, top}, {x, w.y1 + 0.1F});
  pen.line(bars, thick, iron);
  pen.shade(Path().rect(w.x0 - 0.1F, top - thick, w.x1 + 0.1F, top + thick), iron);
  if (pen.chance(0.5))
    pen.line(Path().line({w.x0 - 0.1F, w.y1 - size * 0.05F}, {w.x1 + 0.1F, w.y1 - size * 0.05F}), thick, iron);
}

void post(Pen& pen, const Box& w) {
  const float size = w.y1 - w.y0, x = mix(w.x0, w.x1, pen.uniform(0.05F, 0.95F)),
              half = size * pen.uniform(0.012F, 0.06F);
  const Colour skin = dim(pen, pen.vary(pen.pick({0x5A4636, 0x8A8F94, 0x3A3F45, 0xB9A58A})));
  const float lean = pen.uniform(-0.04F, 0.04F);
  const Path trunk = Path().polygon({{x - half + lean, w.y0 - 0.1F},
                                     {x + half + lean, w.y0 - 0.1F},
                                     {x + half * 1.15F, w.y1 + 0.1F},
                                     {x - half * 1.15F, w.y1 + 0.1F}});
  pen.outlined(trunk, Paint::linear({x - half, 0}, {x + half, 0}, darker(skin, 0.3F), lighter(skin, 0.25F), 0.35F,
                                    darker(skin, 0.5F)));
}

/// The frame and bars of a window one looks through.
void pane(Pen& pen, const Box& w) {
  const float size = w.y1 - w.y0, thick = size * pen.uniform(0.02F, 0.05F);
  const Colour frame = dim(pen, pen.vary(pen.pick({0xF0EDE4, 0x4A3528, 0x2A2E33, 0x7A8A8F})));
  const float x = mix(w.x0, w.x1, pen.uniform(0.25F, 0.75F)), y = mix(w.y0, w.y1, pen.uniform(0.25F, 0.6F));
  pen.shade(Path().rect(x - thick / 2, w.y0 - 0.1F, x + thick / 2, w.y1 + 0.1F), frame);
  pen.shade(Path().rect(w.x0 - 0.1F, y - thick / 2, w.x1 + 0.1F, y + thick / 2), frame);
  pen.shade(Path()
                .rect(w.x0 - 0.2F, w.y0 - 0.2F, w.x1 + 0.2F, w.y1 + 0.2F)
                .rect(w.x0 + thick * 1.4F, w.y0 + thick * 1.4F, w.x1 - thick * 1.4F, w.y1 - thick * 1.4F)
                .as_hole(),
            darker(frame, 0.12F));
}

}  // namespace

void draw_foreground(Pen& pen, const Box& window) {
  using Draw = void (*)(Pen&, const Box&);
  constexpr Draw kKinds[] = {leaf_spray, railing, post, pane};
  const auto kind = pen.random().below(5);
  if (kind < 4) {
    kKinds[kind](pen, window);
  } else {
    const Point foot{mix(window.x0, window.x1, pen.chance(0.5) ? 0.05F : 0.95F), window.y1};
    draw_bare_tree(pen, {foot, (window.y1 - window.y0) * 1.3F});
  }
}

}  // namespace csgis::synth

#include "datagen/detail/noise.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace csgis::synth {
namespace {

/// Nodes along a tile of `elements`, at least one; 0 for an endless plane.
int nodes_along(int elements, float per_element) {
  return elements == 0 ? 0 : std::max(1, static_cast<int>(per_element * static_cast<float>(elements) + 0.5F));
}

/// The frequency that puts exactly that many nodes on the tile.
float fitted(int nodes, int elements, float wanted) {
  return elements == 0 ? wanted : static_cast<float>(nodes) / static_cast<float>(elements);
}

float gradient_dot(std::uint32_t bits, float x, float y) {
  constexpr float k = 0.7071068F;
  static constexpr std::array<std::array<float, 2>, 8> kDirections = {
      {{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {k, k}, {-k, k}, {k, -k}, {-k, -k}}};
  const auto& d = kDirections[bits >> 29];
  return d[0] * x + d[1] * y;
}

float fade(float t) {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

}  // namespace

Noise::Noise(const Grid& grid, Point nodes, Random& random)
    : columns_(nodes_along(grid.columns, nodes.x)), rows_(nodes_along(grid.rows, nodes.y)), seed_(random()) {
  nodes_ = {fitted(columns_, grid.columns, nodes.x), fitted(rows_, grid.rows, nodes.y)};
}

float Noise::octave(Point p, int doubling, std::uint32_t seed) const {
  const auto times = static_cast<float>(doubling);
  const float x = p.x * nodes_.x * times, y = p.y * nodes_.y * times;
  const int ix = floor_int(x), iy = floor_int(y);
  const float fx = x - static_cast<float>(ix), fy = y - static_cast<float>(iy);
  const int x0 = wrap(ix, columns_ * doubling), x1 = wrap(ix + 1, columns_ * doubling);
  const int y0 = wrap(iy, rows_ * doubling), y1 = wrap(iy + 1, rows_ * doubling);
  const float u = fade(fx), v = fade(fy);
  const float top = mix(gradient_dot(hash(x0, y0, seed), fx, fy), gradient_dot(hash(x1, y0, seed), fx - 1, fy), u);
  const float bottom =
      mix(gradient_dot(hash(x0, y1, seed), fx, fy - 1), gradient_dot(hash(x1, y1, seed), fx - 1, fy - 1), u);
  constexpr float kPeak = 1.4F;  // unit gradients reach 0.71 in the middle of a square
  return mix(top, bottom, v) * kPeak;
}

float Noise::fractal(Point p, int octaves, float gain) const {
  float sum = 0, amplitude = 1, total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += amplitude * octave(p, 1 << i, seed_ + static_cast<std::uint32_t>(i) * 0x68E31DA4U);
    total += amplitude;
    amplitude *= gain;
  }
  return sum / total * 1.3F;
}

float Noise::ridged(Point p, int octaves, float gain) const {
  float sum = 0, amplitude = 1, total = 0;
  for (int i = 0; i < octaves; ++i) {
    const float crest = 1 - std::fabs(octave(p, 1 << i, seed_ + static_cast<std::uint32_t>(i) * 0x68E31DA4U));
    sum += amplitude * crest * crest;
    total += amplitude;
    amplitude *= gain;
  }
  return clamp01(sum / total);
}

CellNoise::CellNoise(const Grid& grid, Point nodes, float jitter, Random& random)
    : columns_(nodes_along(grid.columns, nodes.x)),
      rows_(nodes_along(grid.rows, nodes.y)),
      jitter_(jitter),
      seed_(random()) {
  nodes_ = {fitted(columns_, grid.columns, nodes.x), fitted(rows_, grid.rows, nodes.y)};
}

CellNoise::Cell CellNoise::operator()(Point p) const {
  const float x = p.x * nodes_.x, y = p.y * nodes_.y;
  const int ix = floor_int(x), iy = floor_int(y);
  const float fx = x - static_cast<float>(ix), fy = y - static_cast<float>(iy);
  float best = 1e9F, next = 1e9F;
  Point best_offset, next_offset;
  Cell cell;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      const std::uint32_t bits = hash(wrap(ix + dx, columns_), wrap(iy + dy, rows_), seed_);
      const float cx = 0.5F + jitter_ * (hash_unit(bits, 0) - 0.5F), cy = 0.5F + jitter_ * (hash_unit(bits, 2) - 0.5F);
      const Point offset{fx - static_cast<float>(dx) - cx, fy - static_cast<float>(dy) - cy};
      const float squared = dot(offset, offset);
      if (squared < best) {
        next = best;
        next_offset = best_offset;
        best = squared;
        best_offset = offset;
        cell.id = bits;
      } else if (squared < next) {
        next = squared;
        next_offset = offset;
      }
    }
  }
  cell.nearest = std::sqrt(best);
  cell.second = std::sqrt(next);
  cell.from_centre = best_offset;
  // Distance to the perpendicular bisector of the two points.
  cell.border = (next - best) / (2 * std::max(length(best_offset - next_offset), 1e-4F));
  return cell;
}

}  // namespace csgis::synth

#pragma once
/// Round windows with a Gaussian weight per position.

#include <vector>

namespace csgis::detail {

/// One line of a round window: the weights of the positions dx = -reach..reach at distance dy from the centre.
struct TapRow {
  int dy = 0;
  int reach = 0;
  std::vector<double> weights;  ///< weights[dx + reach]

  double weight(int dx) const { return weights[static_cast<std::size_t>(dx + reach)]; }
};

/// The lines dy = 0..radius of a window; the lines -dy are the same.
struct DiscTaps {
  int radius = 0;
  std::vector<TapRow> rows;

  const TapRow& row(int dy) const { return rows[static_cast<std::size_t>(dy < 0 ? -dy : dy)]; }
};

/// Positions with dx^2 + dy^2 <= radius^2, weights exp(-(dx^2 + dy^2) / (2 sigma^2)). radius >= 0, sigma > 0.
DiscTaps disc_of_radius(int radius, double sigma);

/// Positions with |dx|, |dy| <= floor(3 sigma) whose weight exceeds `precision` (in [0, 1)), the same weights.
DiscTaps disc_above(double precision, double sigma);

}  // namespace csgis::detail

#pragma once
/// Options of negatives, as `csgis build` and `csgis negatives` take them.

#include "core/options.h"
#include "datagen/negative.h"

#include <string>
#include <vector>

namespace csgis {

struct NegativeOptions {
  std::vector<std::string> over, over_range, under;
  NegativePick negative_pick = NegativePick::random;
};

template <class V>
void describe(V& v, NegativeOptions& o) {
  v("over", o.over, any_value("METHOD"), "makes over-smoothed negatives; `published` stands for those of the paper");
  v("over-range", o.over_range, any_value("METHOD"),
    "the same in several strengths: one value is LOW..HIGH/COUNT, as in l0:lambda=0.02..0.1/4");
  v("under", o.under, any_value("METHOD"),
    "makes under-smoothed negatives; `weak` stands for three weak methods, `none` for the blend itself");
  v("negative-pick", o.negative_pick, any_value(), "one method per image, drawn at random, or all of them");
}

}  // namespace csgis

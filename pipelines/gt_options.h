#pragma once
/// Options of `csgis gt`.

#include "core/options.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

struct GtOptions {
  std::string photos, labels, out;
  std::vector<std::string> candidate, choices;
  std::optional<std::uint64_t> select;
  double least_score = 0.87;
  std::string shard = "0/1";
  std::uint64_t max_pixels = 200'000'000;
};

template <class V>
void describe(V& v, GtOptions& o) {
  v("photos", o.photos, folder(), "photos to make ground truths of");
  v("out", o.out, folder().required(), "where gt/, candidates/, the lists and the contact sheet go");
  v("candidate", o.candidate, any_value("METHOD"),
    "a method and setting to try on each photo, as in `csgis help smooth` (default: those listed below)");
  v("labels", o.labels, folder(), "label maps by ID: their boundaries count as structure, and they go along to label/");
  v("select", o.select, at_least(1), "keep this many photos, those that look easiest, and leave the others out");
  v("least-score", o.least_score, between(0, 1), "a photo whose best candidate scores less is rejected");
  v("choices", o.choices, any_value("FILE").location(),
    "what a person chose on the contact sheet; without --photos applied to the finished run in --out");
  v("shard", o.shard, any_value("I/N|auto").execution(),
    "only this part of the photos, I from 0; `csgis data merge` joins");
  v("max-pixels", o.max_pixels, at_least(1).execution(), "largest image that is read, in pixels");
}

}  // namespace csgis

#include "datagen/split.h"

#include "core/random.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>

namespace csgis {

HeldOut HeldOut::parse(std::string_view text) {
  HeldOut held_out;
  const char* end = text.data() + text.size();
  held_out.is_fraction = text.find('.') != std::string_view::npos;
  const auto [stop, error] = held_out.is_fraction ? std::from_chars(text.data(), end, held_out.fraction)
                                                  : std::from_chars(text.data(), end, held_out.count);
  const bool in_range = !held_out.is_fraction || (held_out.fraction >= 0 && held_out.fraction <= 1);
  require<UsageError>(error == std::errc() && stop == end && in_range,
                      "--val is '{}', must be a fraction with a decimal point (0.1) or a whole number (15)", text);
  return held_out;
}

std::uint64_t HeldOut::items_of(std::uint64_t total) const {
  if (is_none()) return 0;
  if (is_fraction) {
    const auto rounded = static_cast<std::uint64_t>(std::llround(fraction * static_cast<double>(total)));
    return std::clamp<std::uint64_t>(rounded, 1, std::max<std::uint64_t>(total, 1));
  }
  require<UsageError>(count <= total, "--val asks for {} of {}", count, total);
  return count;
}

std::vector<bool> hold_out_groups(std::span<const int> group, std::uint64_t wanted, std::uint64_t seed,
                                  std::string_view purpose) {
  std::map<int, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < group.size(); ++i) members[group[i]].push_back(i);
  std::vector<const std::vector<std::size_t>*> order;
  for (const auto& entry : members) order.push_back(&entry.second);
  Random(seed, "hold-out", purpose).shuffle(order);

  std::vector<bool> held_out(group.size(), false);
  if (wanted == 0 || order.size() < 2) return held_out;
  std::uint64_t taken = 0;
  std::size_t groups_taken = 0;
  const auto take = [&](const std::vector<std::size_t>& items) {
    for (const std::size_t i : items) held_out[i] = true;
    taken += items.size();
    ++groups_taken;
  };
  for (const auto* items : order) {
    if (groups_taken + 1 < order.size() && taken + items->size() <= wanted) take(*items);
  }
  if (taken == 0) {
    take(**std::min_element(order.begin(), order.end(), [](auto* a, auto* b) { return a->size() < b->size(); }));
  }
  return held_out;
}

std::vector<bool> hold_out_items(std::uint64_t total, std::uint64_t wanted, std::uint64_t seed,
                                 std::string_view purpose) {
  // Selection sampling (Knuth, TAOCP vol. 2, 3.4.2, algorithm S): one pass, no list of indices.
  Random random(seed, "hold-out", purpose);
  std::vector<bool> held_out(total, false);
  std::uint64_t missing = std::min(wanted, total);
  for (std::uint64_t i = 0; i < total && missing > 0; ++i) {
    if (random.below(total - i) < missing) {
      held_out[i] = true;
      --missing;
    }
  }
  return held_out;
}

Split split_of_pair(bool gt_held_out, bool texture_held_out) {
  if (gt_held_out) return texture_held_out ? Split::val : Split::val_gt;
  return texture_held_out ? Split::val_texture : Split::train;
}

std::vector<int> pick_some(int total, int wanted, std::uint64_t seed, std::string_view purpose, std::string_view item) {
  std::vector<int> all(static_cast<std::size_t>(total));
  std::iota(all.begin(), all.end(), 0);
  if (wanted >= total) return all;
  Random(seed, purpose, item).shuffle(all);
  all.resize(static_cast<std::size_t>(wanted));
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace csgis

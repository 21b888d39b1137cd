#pragma once
/// Which samples are held out for validation, and which textures a GT is blended with. Pure functions of the whole
/// list and the seed, so that every shard of a build draws the same.

#include "core/enum_names.h"
#include "core/error.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

/// What may not be shared between train and val.
enum class SplitBy {
  both,     ///< Neither GTs nor textures of val occur in train; mixed pairs get labels of their own.
  gt,       ///< GTs of val do not occur in train.
  texture,  ///< Textures of val do not occur in train.
  pair,     ///< Any pair may be held out (the published behaviour: GT and texture are seen in training).
};
constexpr std::array<EnumName<SplitBy>, 4> enum_names(SplitBy) {
  return {{{SplitBy::both, "both"}, {SplitBy::gt, "gt"}, {SplitBy::texture, "texture"}, {SplitBy::pair, "pair"}}};
}

enum class Split : std::uint8_t {
  train,
  val,
  val_gt,       ///< GT held out, texture seen in train.
  val_texture,  ///< Texture held out, GT seen in train.
};
constexpr std::array<EnumName<Split>, 4> enum_names(Split) {
  return {
      {{Split::train, "train"}, {Split::val, "val"}, {Split::val_gt, "val-gt"}, {Split::val_texture, "val-texture"}}};
}

/// How much is held out: a fraction ("0.1", "1.") or a count ("15"). The decimal point decides.
struct HeldOut {
  double fraction = 0;
  std::uint64_t count = 0;
  bool is_fraction = false;

  /// @throws UsageError unless the text is a fraction in [0,1] or a whole number.
  static HeldOut parse(std::string_view text);
  bool is_none() const { return is_fraction ? fraction == 0 : count == 0; }
  /// Items of `total`: the count itself, or the fraction rounded and at least 1. @throws UsageError if count > total.
  std::uint64_t items_of(std::uint64_t total) const;
};

/// Marks items for validation so that whole groups are held out together.
/// Groups are taken in seeded random order as long as they fit into the wanted number; when none fits, the smallest is
/// taken. At least one group always stays in train.
/// @param group  group[i]: any number shared by the items of one group.
std::vector<bool> hold_out_groups(std::span<const int> group, std::uint64_t wanted, std::uint64_t seed,
                                  std::string_view purpose);

/// Marks `wanted` of `total` items, each subset equally likely.
std::vector<bool> hold_out_items(std::uint64_t total, std::uint64_t wanted, std::uint64_t seed,
                                 std::string_view purpose);

/// The split of a pair under SplitBy::both, from whether its GT and its texture are held out.
Split split_of_pair(bool gt_held_out, bool texture_held_out);

/// `wanted` different numbers out of 0..total-1, ascending; all of them when wanted >= total.
std::vector<int> pick_some(int total, int wanted, std::uint64_t seed, std::string_view purpose, std::string_view item);

}  // namespace csgis

#pragma once
/// "Did you mean": the known name closest to a mistyped one.

#include <span>
#include <string>
#include <string_view>

namespace csgis {

/// Number of insertions, deletions, substitutions and neighbour swaps that turn `a` into `b`
/// (optimal string alignment distance; Damerau 1964, restricted form). Bytes, case-sensitive.
int edit_distance(std::string_view a, std::string_view b);

/// The element of `known` with the least edit distance to `name`, the first one among equals; empty if `known` is.
std::string nearest_name(std::string_view name, std::span<const std::string> known);

}  // namespace csgis

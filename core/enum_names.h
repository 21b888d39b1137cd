#pragma once
/// One table per enum ties values to the names users write. An enum joins in by declaring, in its own namespace,
///   constexpr std::array<EnumName<Split>, 2> enum_names(Split) { return {{{Split::gt, "gt"}, {Split::pair, "pair"}}};
///   }

#include "core/error.h"
#include "core/nearest_name.h"

#include <array>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace csgis {

template <class E>
struct EnumName {
  E value;
  const char* name;
};

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires {
  enum_names(E{});
};

template <NamedEnum E>
std::string to_name(E value) {
  for (const auto& entry : enum_names(E{})) {
    if (entry.value == value) return entry.name;
  }
  fail<InvalidArgument>("enum value {} has no name", static_cast<int>(value));
}

template <NamedEnum E>
std::vector<std::string> names_of() {
  std::vector<std::string> names;
  for (const auto& entry : enum_names(E{})) names.emplace_back(entry.name);
  return names;
}

/// @throws UsageError naming `what` (an option, a column), the text and the nearest name.
template <NamedEnum E>
E from_name(std::string_view text, std::string_view what) {
  for (const auto& entry : enum_names(E{})) {
    if (entry.name == text) return entry.value;
  }
  const std::vector<std::string> names = names_of<E>();
  fail<UsageError>("{}: unknown value '{}'; did you mean '{}'? Valid: {}", what, text, nearest_name(text, names),
                   fmt::join(names, ", "));
}

}  // namespace csgis

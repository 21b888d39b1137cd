#pragma once
/// Choosing a classical smoother by its text form, and running it. Grammar: classical/method_string.h; the list of
/// methods: classical/method_table.h.

#include "classical/execution.h"
#include "classical/method_string.h"
#include "classical/method_table.h"
#include "imaging/image.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace csgis {

namespace detail {

template <class Table>
struct MethodVariant;
template <class... Options>
struct MethodVariant<const std::tuple<MethodRow<Options>...>> {
  using type = std::variant<Options...>;
};

}  // namespace detail

/// The options of one method; which alternative it holds says which method. std::visit reaches every one of them.
using Method = detail::MethodVariant<decltype(detail::kMethodTable)>::type;

/// Reads a method string; options not named have their defaults.
/// @throws UsageError  not of the grammar; unknown method or key, with the nearest valid one; a value out of bounds
Method parse_method(std::string_view text);

/// The same from a string already taken apart. `other_methods` are names that the caller handles itself; they are
/// offered when the name is unknown.
Method method_from(const MethodString& text, std::span<const std::string> other_methods = {});

/// Throws what smooth() would throw for any image: options that contradict each other. @throws UsageError
void check_method(const Method& method);

/// "l0".
std::string method_name(const Method& method);

/// Name and all options, defaults included, in the order of their description: "l0:lambda=0.01,kappa=2". Two methods
/// with equal text compute the same; parse_method() gives the method back.
std::string method_text(const Method& method);

/// The version of the method's results: equal versions of equal text mean equal results on one vector path.
int method_version(const Method& method);

/// The image smoothed by the method. Every method checks its options and refuses an image without pixels, with other
/// than 1 or 3 channels, or with values that are not finite (InvalidArgument). The result has the size of the image
/// and is not clipped; it does not depend on run.threads. `report`, when given, is set by the methods that solve
/// equations by iteration and left alone by the others.
ImageF smooth(const Method& method, const ImageF& image, const Execution& run = {}, SolveReport* report = nullptr);

/// One method as help and documentation show it.
struct MethodInfo {
  struct Option {
    std::string name, default_text, bounds, help;
    std::optional<SearchRange> search;
    bool is_whole = false;  ///< Whole numbers alone.
  };
  std::string name, paper, summary;
  std::vector<Option> options;
};

/// All methods in the order of the table.
std::vector<MethodInfo> method_list();

}  // namespace csgis

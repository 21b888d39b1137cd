#pragma once
/// The text form of a method with options, wherever one is written: command line, manifests, reports.
///
///   name[:key=value{,key=value}]        l0:lambda=0.02,kappa=2        net:weights="a,b.pth"
///
/// The name ends at the first ':', a key at the first '='. Nothing is trimmed. In values `\,` stands for a comma and
/// `\\` for a backslash; a value may stand in double quotes, in which commas are plain; `\"` is a double quote. A
/// backslash before anything else is an error. Numbers are read and written without a locale.

#include "core/options.h"

#include <charconv>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace csgis {

/// A method string taken apart; values with quotes and escapes resolved. Keys are not yet known to be right.
struct MethodString {
  struct Item {
    std::string key, value;
  };
  std::string name;
  std::vector<Item> items;
};

/// Longer texts are refused: no path or number needs them, and error messages quote the text.
inline constexpr std::size_t kMaxMethodText = 16384;

/// @throws UsageError  text that the grammar does not make, or a key given twice; says where.
MethodString split_method_string(std::string_view text);

/// The inverse: splitting the result gives the same name and items. Quotes and escapes only where needed.
std::string join_method_string(const MethodString& method);

namespace detail {

/// @throws UsageError naming key and text unless all of `text` is a number of type T.
template <class T>
T method_number(const std::string& key, const std::string& text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  require<UsageError>(error == std::errc() && stop == end, "{} is '{}', must be {}", key, text,
                      std::is_integral_v<T> ? "a whole number" : "a number");
  return value;
}

/// describe() visitor: sets the fields that `items` names and marks the items as used.
class MethodReader {
 public:
  explicit MethodReader(const std::vector<MethodString::Item>& items) : items_(items), used_(items.size(), false) {}

  template <class T>
  void operator()(const char* name, T& field, const OptionInfo& /*info*/, const char* /*help*/) {
    keys_.emplace_back(name);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].key != name) continue;
      used_[i] = true;
      set(name, items_[i].value, field);
    }
  }

  /// @throws UsageError naming the first item that no field took, and the key nearest to it.
  void require_all_used() const;

 private:
  template <class T>
  static void set(const std::string& key, const std::string& text, T& field) {
    if constexpr (std::is_same_v<T, bool>) {
      require<UsageError>(text == "true" || text == "false", "{} is '{}', must be true or false", key, text);
      field = text == "true";
    } else if constexpr (std::is_same_v<T, std::string>) {
      field = text;
    } else if constexpr (std::is_enum_v<T>) {
      field = from_name<T>(text, key);
    } else {
      field = method_number<T>(key, text);
    }
  }

  const std::vector<MethodString::Item>& items_;
  std::vector<bool> used_;
  std::vector<std::string> keys_;
};

/// describe() visitor: every field as an item, in the order of the description.
struct MethodWriter {
  std::vector<MethodString::Item> items;

  template <class T>
  void operator()(const char* name, T& field, const OptionInfo& /*info*/, const char* /*help*/) {
    if constexpr (std::is_enum_v<T>) {
      items.push_back({name, to_name(field)});
    } else {
      items.push_back({name, fmt::format("{}", field)});
    }
  }
};

}  // namespace detail

/// Options with the defaults of their struct and the values of `items`.
/// @throws UsageError  unknown key (names the nearest one), value of the wrong kind, out of bounds, or missing.
template <class Options>
Options options_from(const std::vector<MethodString::Item>& items) {
  Options options;
  detail::MethodReader reader(items);
  describe(reader, options);
  reader.require_all_used();
  validate(options);
  return options;
}

/// All options as items, defaults included.
template <class Options>
std::vector<MethodString::Item> items_of(const Options& options) {
  detail::MethodWriter writer;
  describe(writer, const_cast<Options&>(options));  // one describe() serves readers and writers; this one only reads
  return std::move(writer.items);
}

}  // namespace csgis

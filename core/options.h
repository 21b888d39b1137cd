#pragma once
/// Options described once. A struct of options has one free function
///
///   template <class V> void describe(V& v, BlendOptions& o) {
///     v("strength", o.strength, greater_than(0), "factor on the texture before it is added");
///   }
///
/// and everything else reads that list: the command line (cli/option_binder.h), the validator, the JSON record of a
/// run, the help text. A name, a bound or a default stands nowhere else.

#include "core/enum_names.h"
#include "core/error.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace csgis {

/// What an option means to the identity of a run (design: the identity is input hashes and result-relevant options).
enum class OptionRole {
  result,     ///< Changes the bytes that are written.
  location,   ///< Names an input or output; its content counts, its name does not.
  execution,  ///< Threads, verbosity: changes how, never what.
};

/// Where good values of an option are looked for: from hardly any effect to clearly too much.
struct SearchRange {
  double low = 0, high = 0;
  bool is_even = false;      ///< Equal steps are equal differences; else equal ratios.
  bool is_strength = false;  ///< Of all options of its struct, the one that says how much is done.
};

/// Bounds and role of one option. Build with the functions below and chain the role.
struct OptionInfo {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool min_open = false;
  bool is_required = false;
  OptionRole role = OptionRole::result;
  const char* value_name = nullptr;   ///< Shown in help instead of the type's name: "DIR", "I/N".
  std::optional<SearchRange> search;  ///< Nothing where the default is not worth leaving.

  OptionInfo execution() const { return with_role(OptionRole::execution); }
  OptionInfo location() const { return with_role(OptionRole::location); }
  OptionInfo required() const {
    OptionInfo copy = *this;
    copy.is_required = true;
    return copy;
  }

  OptionInfo tuned(double low, double high) const { return with_search({low, high, false, false}); }
  OptionInfo tuned_evenly(double low, double high) const { return with_search({low, high, true, false}); }
  OptionInfo strength(double low, double high) const { return with_search({low, high, false, true}); }

  /// The bounds as words, "> 0" or "1 .. 64"; empty without bounds.
  std::string bounds_text() const;

 private:
  OptionInfo with_role(OptionRole r) const {
    OptionInfo copy = *this;
    copy.role = r;
    return copy;
  }
  OptionInfo with_search(const SearchRange& range) const {
    OptionInfo copy = *this;
    copy.search = range;
    return copy;
  }
};

inline OptionInfo any_value(const char* value_name = nullptr) {
  OptionInfo info;
  info.value_name = value_name;
  return info;
}
inline OptionInfo folder() {
  return any_value("DIR").location();
}
inline OptionInfo file() {
  return any_value("FILE").location();
}
inline OptionInfo at_least(double min) {
  OptionInfo info;
  info.min = min;
  return info;
}
inline OptionInfo greater_than(double min) {
  OptionInfo info;
  info.min = min;
  info.min_open = true;
  return info;
}
inline OptionInfo between(double min, double max) {
  OptionInfo info;
  info.min = min;
  info.max = max;
  return info;
}

/// @throws UsageError unless `value` is finite and within the bounds.
void check_bounds(const std::string& name, double value, const OptionInfo& info);

namespace detail {

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

/// Checks bounds and required values.
struct Validator {
  template <class T>
  void operator()(const char* name, T& field, const OptionInfo& info, const char* /*help*/) {
    if constexpr (is_optional<T>::value) {
      require<UsageError>(field.has_value() || !info.is_required, "--{} is required", name);
      if (field) (*this)(name, *field, info, "");
    } else if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
      check_bounds(name, static_cast<double>(field), info);
    } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::vector<std::string>>) {
      require<UsageError>(!field.empty() || !info.is_required, "--{} is required", name);
    }
  }
};

/// Writes the result-relevant options.
struct JsonWriter {
  nlohmann::json out = nlohmann::json::object();

  template <class T>
  void operator()(const char* name, T& field, const OptionInfo& info, const char* /*help*/) {
    if (info.role != OptionRole::result) return;
    if constexpr (is_optional<T>::value) {
      if (field) {
        (*this)(name, *field, info, "");
      } else {
        out[name] = nullptr;
      }
    } else if constexpr (std::is_enum_v<T>) {
      out[name] = to_name(field);
    } else {
      out[name] = field;
    }
  }
};

/// The inverse of JsonWriter; options that the record lacks keep their values.
struct JsonReader {
  const nlohmann::json& in;
  std::size_t used = 0;

  template <class T>
  void operator()(const char* name, T& field, const OptionInfo& info, const char* /*help*/) {
    if (info.role != OptionRole::result || !in.contains(name)) return;
    ++used;
    try {
      read(name, in.at(name), field);
    } catch (const nlohmann::json::exception&) {
      fail<DataError>("option '{}' has a value of another kind", name);
    }
  }

 private:
  template <class T>
  static void read(const char* name, const nlohmann::json& json, T& field) {
    if constexpr (is_optional<T>::value) {
      field.reset();
      if (!json.is_null()) read(name, json, field.emplace());
    } else if constexpr (std::is_enum_v<T>) {
      field = from_name<T>(json.get<std::string>(), name);
    } else {
      field = json.get<T>();
    }
  }
};

}  // namespace detail

/// @throws UsageError naming the first option that is missing or out of bounds.
template <class Options>
void validate(const Options& options) {
  detail::Validator visitor;
  describe(visitor, const_cast<Options&>(options));  // one describe() serves readers and writers; this one only reads
}

/// The result-relevant options as one JSON object, keys as on the command line.
template <class Options>
nlohmann::json to_json_record(const Options& options) {
  detail::JsonWriter visitor;
  describe(visitor, const_cast<Options&>(options));
  return visitor.out;
}

/// Sets the options that such an object holds; the others keep their values.
/// @throws DataError  no object, an unknown key, a value of another kind  @throws UsageError  an unknown name
template <class Options>
void read_json_record(const nlohmann::json& record, Options& options) {
  require<DataError>(record.is_object(), "the options are no object");
  detail::JsonReader visitor{record};
  describe(visitor, options);
  require<DataError>(visitor.used == record.size(), "the options hold keys that this version does not know");
}

}  // namespace csgis

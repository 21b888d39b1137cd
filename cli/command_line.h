#pragma once
/// Binds option structs (core/options.h) to the command line, the configuration file and the help text.

#include "cli/command.h"
#include "core/options.h"

#include <charconv>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace csgis::cli {

/// One option as the parser sees it.
struct BoundOption {
  std::string name;
  std::string value_name;  ///< Empty for a switch.
  std::string help;
  std::string default_text;  ///< Empty when there is none to show.
  bool is_required = false;
  bool is_repeated = false;
  std::function<void(const std::string&)> set;  ///< @throws UsageError
};

namespace detail {

template <class T>
T number_from(const std::string& name, const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const char* kind = std::is_integral_v<T> ? "a whole number" : "a number";
  require<UsageError>(error == std::errc() && stop == end, "--{} is '{}', must be {}{}", name, text, kind,
                      std::is_unsigned_v<T> ? " of at least 0" : "");
  return value;
}

/// describe() visitor that makes a BoundOption of each field.
struct Binder {
  std::vector<BoundOption>& out;

  template <class T>
  void operator()(const char* name, T& field, const OptionInfo& info, const char* help) {
    BoundOption option;
    option.name = name;
    option.help = help;
    option.is_required = info.is_required;
    bind_value(option, field, info);
    const std::string bounds = info.bounds_text();
    if (!bounds.empty()) option.help += fmt::format(" ({})", bounds);
    out.push_back(std::move(option));
  }

 private:
  template <class T>
  void bind_value(BoundOption& option, T& field, const OptionInfo& info) {
    const std::string name = option.name;
    if constexpr (csgis::detail::is_optional<T>::value) {
      using Inner = typename T::value_type;
      static thread_local Inner unset{};  // only its type is used: names, value name
      bind_value(option, unset, info);
      option.default_text.clear();
      option.set = [&field, name, info](const std::string& text) {
        Inner value{};
        BoundOption inner{name, {}, {}, {}, false, false, {}};
        Binder::bind_setter(inner, value);
        inner.set(text);
        field = std::move(value);
      };
    } else {
      option.value_name = info.value_name != nullptr ? info.value_name : type_name<T>();
      option.default_text = default_text(field);
      option.is_repeated = std::is_same_v<T, std::vector<std::string>>;
      bind_setter(option, field);
    }
  }

  template <class T>
  static void bind_setter(BoundOption& option, T& field) {
    const std::string name = option.name;
    if constexpr (std::is_same_v<T, bool>) {
      option.set = [&field, name](const std::string& text) {
        require<UsageError>(text == "true" || text == "false", "--{} is '{}', must be true or false", name, text);
        field = text == "true";
      };
    } else if constexpr (std::is_same_v<T, std::string>) {
      option.set = [&field](const std::string& text) { field = text; };
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      option.set = [&field](const std::string& text) { field.push_back(text); };
    } else if constexpr (std::is_enum_v<T>) {
      option.set = [&field, name](const std::string& text) { field = from_name<T>(text, "--" + name); };
    } else {
      option.set = [&field, name](const std::string& text) { field = number_from<T>(name, text); };
    }
  }

  template <class T>
  static std::string type_name() {
    if constexpr (std::is_same_v<T, bool>)
      return {};
    else if constexpr (std::is_enum_v<T>)
      return fmt::format("{}", fmt::join(names_of<T>(), "|"));
    else if constexpr (std::is_integral_v<T>)
      return "N";
    else if constexpr (std::is_floating_point_v<T>)
      return "X";
    else
      return "TEXT";
  }

  template <class T>
  static std::string default_text(const T& field) {
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::vector<std::string>>)
      return {};
    else if constexpr (std::is_same_v<T, std::string>)
      return field;
    else if constexpr (std::is_enum_v<T>)
      return to_name(field);
    else
      return fmt::format("{}", field);
  }
};

}  // namespace detail

/// What a command line offers, for those who do not run it: completions and manual pages.
struct CommandTable {
  std::string words, summary, example;
  std::vector<BoundOption> options;  ///< --config and --help, which all have, are not among them.
  std::string positional;            ///< Name of the arguments without a name; empty if there are none.
  std::string epilogue;              ///< The end of the help.
};

/// The tables of all commands and sub-commands, in the order of the help.
std::vector<CommandTable> command_tables();

class CommandLine {
 public:
  /// @param words  the command as typed, "build" or "data merge".
  CommandLine(std::string words, std::string summary, std::string example);

  template <class Options>
  void bind(Options& options) {
    detail::Binder binder{options_};
    describe(binder, options);
  }
  /// Arguments without a name, at least `least` and at most `most` of them.
  void bind_positional(const char* name, std::vector<std::string>& values, std::size_t least,
                       std::size_t most = std::numeric_limits<std::size_t>::max());

  /// Text for the end of the help, made for a width: what options cannot say.
  void append_to_help(std::function<std::string(std::size_t width)> make_text) { epilogue_ = std::move(make_text); }

  /// Sets the bound fields from --config FILE, then from the arguments. False when --help was asked for and printed.
  /// @throws UsageError  unknown option (naming the nearest), bad value, option given twice, required one missing.
  bool parse(Arguments arguments);

  /// The help text for a terminal of `width` columns.
  std::string help(std::size_t width) const;

 private:
  const BoundOption& option(const std::string& name, const std::string& where) const;
  std::vector<std::string> read_config(const std::string& path) const;

  std::string words_, summary_, example_;
  std::function<std::string(std::size_t)> epilogue_;
  std::vector<BoundOption> options_;
  const char* positional_name_ = nullptr;
  std::vector<std::string>* positional_ = nullptr;
  std::size_t least_positional_ = 0, most_positional_ = 0;
};

/// Columns of the terminal on a descriptor, 80 where it is none.
std::size_t terminal_width(int descriptor);

/// `text` broken into lines of at most `width`, each but the first indented, each but the last ended by `line_end`.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width, const std::string& line_end = "");

}  // namespace csgis::cli

#include "classical/method.h"
#include "cli/command_line.h"
#include "core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace csgis::cli {
namespace {

/// How the value of an option is completed.
enum class Value { none, folder, file, method, word, list };

struct Completion {
  Value value = Value::none;
  std::vector<std::string> words;  ///< For `list`.
};

/// Names of values that stand for paths are upper case by convention: DIR, FILE; lists of words are "a|b".
Completion completion_of(const std::string& value_name) {
  if (value_name.empty()) return {};
  if (value_name == "METHOD") return {Value::method, {}};
  const bool has_upper = std::ranges::any_of(value_name, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!has_upper && value_name.find('|') != std::string::npos) {
    Completion completion{Value::list, {}};
    for (std::size_t at = 0; at <= value_name.size();) {
      const std::size_t end = std::min(value_name.find('|', at), value_name.size());
      completion.words.push_back(value_name.substr(at, end - at));
      at = end + 1;
    }
    return completion;
  }
  if (value_name.find("FILE") != std::string::npos) return {Value::file, {}};
  if (value_name.find("DIR") != std::string::npos) return {Value::folder, {}};
  return {Value::word, {}};
}

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const MethodInfo& method : method_list()) names.emplace_back(method.name);
  return names;
}

/// The first words of commands, and below each that groups others its second ones.
struct CommandWords {
  std::vector<std::string> first;
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
};

CommandWords command_words() {
  CommandWords words;
  for (const Command& command : commands()) {
    words.first.emplace_back(command.name);
    if (command.children == nullptr) continue;
    auto& group = words.groups.emplace_back(command.name, std::vector<std::string>{});
    for (const Command& child : command.children()) group.second.emplace_back(child.name);
  }
  return words;
}

std::string bash_value(const Completion& completion) {
  switch (completion.value) {
    case Value::folder:
      return "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\"))";
    case Value::file:
      return "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))";
    case Value::method:
      return fmt::format("compopt -o nospace; COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))",
                         fmt::join(method_names(), " "));
    case Value::list:
      return fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$cur\"))", fmt::join(completion.words, " "));
    default:
      return ":";
  }
}

std::string bash_text(const std::vector<CommandTable>& tables) {
  const CommandWords words = command_words();
  std::string groups, values, options;
  for (const auto& [name, children] : words.groups) {
    groups += fmt::format("    {}) subcommands=\"{}\" ;;\n", name, fmt::join(children, " "));
  }
  for (const CommandTable& table : tables) {
    std::string names;
    for (const BoundOption& option : table.options) {
      names += fmt::format("--{} ", option.name);
      if (option.value_name.empty()) continue;
      values += fmt::format("    \"{} --{}\") {}; return ;;\n", table.words, option.name,
                            bash_value(completion_of(option.value_name)));
    }
    options += fmt::format("    \"{}\") options=\"{}--config --help\" ;;\n", table.words, names);
  }
  return fmt::format(R"(# bash completion of csgis; made by `csgis completion bash`
_csgis() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
  local subcommands="" options=""
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "{}" -- "$cur")); return
  fi
  case $command in
    help) COMPREPLY=($(compgen -W "{}" -- "$cur")); return ;;
{}  esac
  if [[ -n $subcommands ]]; then
    if ((COMP_CWORD == 2)); then
      COMPREPLY=($(compgen -W "$subcommands" -- "$cur")); return
    fi
    command="$command ${{COMP_WORDS[2]}}"
  fi
  case "$command $prev" in
    *" --config") compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")); return ;;
{}  esac
  case "$command" in
{}  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
  else
    compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur"))
  fi
}}
complete -F _csgis csgis
)",
                     fmt::join(words.first, " "), fmt::join(words.first, " "), groups, values, options);
}

/// Text inside single quotes of zsh, in a part where brackets and colons have a meaning.
std::string zsh_quoted(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_value(const BoundOption& option) {
  const Completion completion = completion_of(option.value_name);
  std::string action;
  if (completion.value == Value::none) return "";
  if (completion.value == Value::folder) action = "_files -/";
  if (completion.value == Value::file) action = "_files";
  if (completion.value == Value::method) action = fmt::format("({})", fmt::join(method_names(), " "));
  if (completion.value == Value::list) action = fmt::format("({})", fmt::join(completion.words, " "));
  return fmt::format(":{}:{}", zsh_quoted(option.value_name), action);
}

std::string zsh_text(const std::vector<CommandTable>& tables) {
  const CommandWords words = command_words();
  std::string groups, cases;
  for (const auto& [name, children] : words.groups) {
    groups += fmt::format("    {}) (( CURRENT == 3 )) && {{ compadd {}; return }}; command=\"$command $words[3]\" ;;\n",
                          name, fmt::join(children, " "));
  }
  for (const CommandTable& table : tables) {
    std::string specs;
    for (const BoundOption& option : table.options) {
      specs += fmt::format(" \\\n      '{}--{}[{}]{}'", option.is_repeated ? "*" : "", option.name,
                           zsh_quoted(option.help), zsh_value(option));
    }
    cases += fmt::format(
        "    \"{}\") _arguments{} '--config[options from an INI file]:FILE:_files' "
        "'--help[this text]' '*:file:_files' ;;\n",
        table.words, specs);
  }
  return fmt::format(R"(#compdef csgis
# zsh completion of csgis; made by `csgis completion zsh`
_csgis() {{
  local command=$words[2]
  (( CURRENT == 2 )) && {{ compadd {}; return }}
  case $command in
    help) compadd {}; return ;;
{}  esac
  shift words; (( CURRENT-- ))
  if [[ $command == *' '* ]]; then shift words; (( CURRENT-- )); fi
  case $command in
{}  esac
}}
if [[ $funcstack[1] == _csgis ]]; then _csgis "$@"; else compdef _csgis csgis; fi
)",
                     fmt::join(words.first, " "), fmt::join(words.first, " "), groups, cases);
}

}  // namespace

int run_completion(const Command& self, Arguments arguments) {
  std::vector<std::string> shells;
  CommandLine line(self.name, self.summary, self.example);
  line.bind_positional("SHELL", shells, 1, 1);
  if (!line.parse(arguments)) return kDone;
  const std::string& shell = shells.front();
  require<UsageError>(shell == "bash" || shell == "zsh", "csgis completion: '{}' is neither bash nor zsh", shell);
  const std::vector<CommandTable> tables = command_tables();
  fmt::print("{}", shell == "bash" ? bash_text(tables) : zsh_text(tables));
  return kDone;
}

}  // namespace csgis::cli

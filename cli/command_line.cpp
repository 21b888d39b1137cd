#include "cli/command_line.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <algorithm>
#include <boost/program_options.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

namespace csgis::cli {
namespace {

namespace po = boost::program_options;

constexpr const char* kPositionalKey = "\x01positional";  // no user can type it
constexpr std::size_t kWidthWithoutTerminal = 80;
constexpr std::size_t kHelpColumn = 28;

/// Where parse() leaves its table instead of parsing; every command parses before it does anything.
std::vector<CommandTable>* collected_tables = nullptr;

/// Boost accepts any beginning of a name unless told not to.
constexpr int kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

/// What an option's line starts with: "  --name VALUE".
std::string head_of(const BoundOption& option) {
  return fmt::format("  --{}{}{}", option.name, option.value_name.empty() ? "" : " ", option.value_name);
}

/// A section is named after a command: "build", "data merge".
void check_section(const std::string& section, const std::string& path) {
  const std::string command = section.substr(0, section.find(' '));
  std::vector<std::string> names;
  for (const Command& known : commands()) names.emplace_back(known.name);
  require<UsageError>(std::ranges::count(names, command) == 1, "{}: section [{}] is no command; did you mean '{}'?",
                      path, section, nearest_name(command, names));
}

std::string without_dashes(const std::string& name) {
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

}  // namespace

std::size_t terminal_width(int descriptor) {
  winsize size{};
  const bool known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kWidthWithoutTerminal;
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width, const std::string& line_end) {
  const std::size_t room = std::max<std::size_t>(width, indent + 20) - indent - line_end.size();
  std::string out;
  std::size_t at = 0;
  while (text.size() - at > room) {
    std::size_t end = text.rfind(' ', at + room);
    if (end == std::string::npos || end <= at) end = std::min(text.find(' ', at), text.size());
    out += text.substr(at, end - at) + line_end + '\n' + std::string(indent, ' ');
    at = std::min(end + 1, text.size());
  }
  return out + text.substr(at);
}

CommandLine::CommandLine(std::string words, std::string summary, std::string example)
    : words_(std::move(words)), summary_(std::move(summary)), example_(std::move(example)) {}

void CommandLine::bind_positional(const char* name, std::vector<std::string>& values, std::size_t least,
                                  std::size_t most) {
  positional_name_ = name;
  positional_ = &values;
  least_positional_ = least;
  most_positional_ = most;
}

const BoundOption& CommandLine::option(const std::string& name, const std::string& where) const {
  const auto found = std::ranges::find(options_, name, &BoundOption::name);
  if (found != options_.end()) return *found;
  std::vector<std::string> names{"config", "help"};
  for (const BoundOption& known : options_) names.push_back(known.name);
  fail<UsageError>("{}: unknown option '{}'; did you mean '--{}'?", where, name,
                   nearest_name(without_dashes(name), names));
}

std::vector<std::string> CommandLine::read_config(const std::string& path) const {
  std::ifstream file(path);
  require<UsageError>(file.good(), "--config: cannot read {}", path);
  std::vector<std::string> set;
  try {
    for (const auto& entry : po::parse_config_file(file, po::options_description(), true).options) {
      std::string name = entry.string_key;
      const std::size_t dot = name.find('.');
      if (dot != std::string::npos) {
        // A section belongs to one command; a file may serve several.
        const std::string section = name.substr(0, dot);
        check_section(section, path);
        if (section != words_) continue;
        name = name.substr(dot + 1);
      }
      const BoundOption& known = option(name, path);
      for (const std::string& value : entry.value) known.set(value);
      set.push_back(name);
    }
  } catch (const po::error& e) {
    fail<UsageError>("--config: {}: {}", path, e.what());
  }
  require<UsageError>(!file.bad(), "--config: cannot read {}", path);
  return set;
}

std::vector<CommandTable> command_tables() {
  std::vector<CommandTable> tables;
  collected_tables = &tables;
  for (const Command& command : commands()) {
    if (command.run == run_help) continue;
    for (const Command& child : command.children != nullptr ? command.children() : std::span(&command, 1)) {
      child.run(child, {});
    }
  }
  collected_tables = nullptr;
  return tables;
}

bool CommandLine::parse(Arguments arguments) {
  if (collected_tables != nullptr) {
    constexpr std::size_t kManualWidth = 80;
    collected_tables->push_back({words_, summary_, example_, options_,
                                 positional_name_ == nullptr ? "" : positional_name_,
                                 epilogue_ ? epilogue_(kManualWidth) : ""});
    return false;
  }
  po::options_description description;
  description.add_options()("help,h", "")("config", po::value<std::string>(), "")(
      kPositionalKey, po::value<std::vector<std::string>>(), "");
  for (const BoundOption& bound : options_) {
    if (bound.value_name.empty()) {
      description.add_options()(bound.name.c_str(), "");
    } else {
      description.add_options()(bound.name.c_str(), po::value<std::vector<std::string>>(), "");
    }
  }
  po::positional_options_description positional;
  positional.add(kPositionalKey, -1);

  std::vector<po::option> given;
  try {
    const std::vector<std::string> words(arguments.begin(), arguments.end());
    given = po::command_line_parser(words).options(description).positional(positional).style(kStyle).run().options;
  } catch (const po::unknown_option& e) {
    option(e.get_option_name(), "csgis " + words_);
  } catch (const po::error& e) {
    fail<UsageError>("csgis {}: {}", words_, e.what());
  }

  std::set<std::string> set;
  for (const po::option& o : given) {
    if (o.string_key == "help") {
      fmt::print("{}", help(terminal_width(STDOUT_FILENO)));
      return false;
    }
  }
  for (const po::option& o : given) {
    if (o.string_key == "config") std::ranges::copy(read_config(o.value.at(0)), std::inserter(set, set.end()));
  }
  std::set<std::string> seen;
  for (const po::option& o : given) {
    if (o.string_key == "config") continue;
    if (o.string_key == kPositionalKey) {
      require<UsageError>(positional_ != nullptr, "csgis {}: '{}' is no option", words_, o.value.at(0));
      positional_->push_back(o.value.at(0));
      continue;
    }
    const BoundOption& known = option(o.string_key, "csgis " + words_);
    const bool is_new = seen.insert(known.name).second;
    require<UsageError>(is_new || known.is_repeated, "--{} is given twice", known.name);
    known.set(known.value_name.empty() ? "true" : o.value.at(0));
  }
  set.merge(seen);
  for (const BoundOption& known : options_) {
    require<UsageError>(!known.is_required || set.contains(known.name), "csgis {}: --{} is required", words_,
                        known.name);
  }
  const std::size_t count = positional_ == nullptr ? 0 : positional_->size();
  require<UsageError>(count >= least_positional_, "csgis {}: {} is missing", words_,
                      positional_name_ == nullptr ? "" : positional_name_);
  require<UsageError>(count <= most_positional_, "csgis {}: too many arguments, '{}' is one too many", words_,
                      positional_ == nullptr ? "" : positional_->back());
  return true;
}

std::string CommandLine::help(std::size_t width) const {
  std::string usage = "Usage: csgis " + words_;
  for (const BoundOption& o : options_) {
    if (o.is_required) usage += fmt::format(" --{} {}", o.name, o.value_name);
  }
  if (positional_name_ != nullptr) usage += fmt::format(" {}", positional_name_);
  usage += " [options]";
  std::string text = wrapped(fmt::format("csgis {}: {}", words_, summary_), 2, width) + "\n\n";
  text += wrapped(usage, 4, width) + "\n\nOptions:\n";
  for (const BoundOption& o : options_) {
    std::string head = head_of(o);
    if (head.size() + 2 > kHelpColumn) {
      text += head + '\n';
      head.clear();
    }
    std::string words = o.help;
    if (!o.default_text.empty()) words += fmt::format(" [{}]", o.default_text);
    if (o.is_repeated) words += "; may be given several times";
    text += fmt::format("{:<{}}{}\n", head, kHelpColumn, wrapped(words, kHelpColumn, width));
  }
  text += fmt::format("{:<{}}{}\n", "  --config FILE", kHelpColumn,
                      wrapped("options from an INI file; those on the command line win", kHelpColumn, width));
  text += fmt::format("{:<{}}{}\n", "  -h, --help", kHelpColumn, "this text");
  if (epilogue_) text += epilogue_(width);
  text += fmt::format("\nExample:\n{}\n", wrapped("  " + example_, 6, width, " \\"));
  return text;
}

}  // namespace csgis::cli

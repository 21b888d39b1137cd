#include "cli/command_line.h"
#include "core/error.h"
#include "core/version.h"
#include "pipelines/output_folder.h"

#include <fmt/format.h>
#include <boost/filesystem/operations.hpp>

namespace csgis::cli {
namespace {

struct ManOptions {
  std::string out;
  bool overwrite = false;
};
template <class V>
void describe(V& v, ManOptions& o) {
  v("out", o.out, folder().required(), "where csgis.1, csgis-build.1 and so on go");
  v("overwrite", o.overwrite, any_value().execution(), "replace pages that are there");
}

constexpr const char* kExitStatus = R"(.SH EXIT STATUS
.TP
.B 0
all done
.TP
.B 1
internal error
.TP
.B 2
wrong usage
.TP
.B 3
finished, some items failed
.TP
.B 4
nothing usable in the input
.TP
.B 5
the output cannot be written or is in use
.TP
.B 130
cancelled
)";

/// Text of a page: no character of it is taken for a request or an escape, and dashes are those of options.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += "\\&";
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string page_name(std::string words) {
  for (char& c : words) {
    if (c == ' ') c = '-';
  }
  return words.empty() ? "csgis" : "csgis-" + words;
}

std::string head_of(const std::string& words, const std::string& summary) {
  return fmt::format(".TH {} 1 \"\" \"csgis {}\" \"csgis\"\n.SH NAME\n{} \\- {}\n", page_name(words), kVersion,
                     roff(page_name(words)), roff(summary));
}

std::string option_text(const BoundOption& option) {
  std::string text = fmt::format(".TP\n.B \\-\\-{}", roff(option.name));
  if (!option.value_name.empty()) text += fmt::format(" \\fI{}\\fR", roff(option.value_name));
  std::string help = option.help;
  if (!option.default_text.empty()) help += fmt::format(" [{}]", option.default_text);
  if (option.is_repeated) help += "; may be given several times";
  return fmt::format("{}\n{}\n", text, roff(help));
}

std::string page_of(const CommandTable& table) {
  std::string text = head_of(table.words, table.summary);
  text += fmt::format(".SH SYNOPSIS\n.B csgis {}\n", roff(table.words));
  for (const BoundOption& option : table.options) {
    if (option.is_required) text += fmt::format(".B \\-\\-{} \\fI{}\\fR\n", roff(option.name), roff(option.value_name));
  }
  if (!table.positional.empty()) text += fmt::format(".I {}\n", roff(table.positional));
  text += "[options]\n.SH OPTIONS\n";
  for (const BoundOption& option : table.options) text += option_text(option);
  text += ".TP\n.B \\-\\-config \\fIFILE\\fR\noptions from an INI file; those on the command line win\n";
  text += ".TP\n.B \\-h\\fR, \\fB\\-\\-help\nthe options, briefly\n";
  if (!table.epilogue.empty()) text += fmt::format(".SH NOTES\n.nf\n{}\n.fi\n", roff(table.epilogue));
  return text +
         fmt::format(".SH EXAMPLE\n.nf\n{}\n.fi\n{}.SH SEE ALSO\n.BR csgis (1)\n", roff(table.example), kExitStatus);
}

std::string main_page(const std::vector<CommandTable>& tables) {
  std::string text = head_of("", "structure-preserving image smoothing: datasets, filters, networks");
  text += ".SH SYNOPSIS\n.B csgis\n.I COMMAND\n[options]\n.SH COMMANDS\n";
  for (const CommandTable& table : tables) {
    text += fmt::format(".TP\n.BR {} (1)\n{}\n", roff(page_name(table.words)), roff(table.summary));
  }
  return text + kExitStatus;
}

}  // namespace

int run_man(const Command& self, Arguments arguments) {
  ManOptions options;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  if (!line.parse(arguments)) return kDone;
  const std::vector<CommandTable> tables = command_tables();
  boost::system::error_code error;
  boost::filesystem::create_directories(options.out, error);
  require<OutputError>(!error, "{} cannot be made: {}", options.out, error.message());
  const auto write = [&](const std::string& words, const std::string& text) {
    write_single_file(boost::filesystem::path(options.out) / (page_name(words) + ".1"),
                      {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, options.overwrite);
  };
  write("", main_page(tables));
  for (const CommandTable& table : tables) write(table.words, page_of(table));
  fmt::print("{}: {} pages\n", options.out, tables.size() + 1);
  return kDone;
}

}  // namespace csgis::cli

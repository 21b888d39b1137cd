#include "classical/method.h"
#include "cli/command_line.h"
#include "cli/session.h"
#include "pipelines/net_smoother.h"
#include "pipelines/smooth_files.h"

#include <unistd.h>

namespace csgis::cli {
namespace {

/// The methods and their options, as the end of the help.
std::string methods_text(std::size_t width) {
  constexpr std::size_t kNameColumn = 14;
  std::string text = "\nMethods, with the defaults of their options:\n";
  for (const MethodInfo& method : method_list()) {
    std::string words = method.summary;
    std::string options;
    for (const auto& option : method.options) {
      options += fmt::format("{}{}={}", options.empty() ? "" : ",", option.name, option.default_text);
    }
    if (!options.empty()) words += fmt::format(" [{}]", options);
    text += fmt::format("{:<{}}{}\n", "  " + method.name, kNameColumn, wrapped(words, kNameColumn, width));
  }
  constexpr const char* kNetwork =
      "a network: the one that ships with csgis, or weights=FILE [kind=, colour=auto, precision=fp32, "
      "rounding=nearest, amount=1, scale=1, "
      "passes=1, tile=0]";
  text +=
      fmt::format("{:<{}}{}\n", fmt::format("  {}", kNetMethod), kNameColumn, wrapped(kNetwork, kNameColumn, width));
  return text;
}

void print_report(const SmoothReport& report, const SmoothOptions& options, bool as_json) {
  if (as_json) {
    print_json(
        {{"out", options.out}, {"images", report.images}, {"resumed", report.resumed}, {"errors", report.errors}});
    return;
  }
  if (!writes_folder(options)) return;
  fmt::print("{}: {} images", options.out, report.images);
  if (report.resumed > 0) fmt::print(", {} of them from an earlier run", report.resumed);
  fmt::print("\n");
}

}  // namespace

int run_smooth(const Command& self, Arguments arguments) {
  SmoothOptions options;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  line.bind(common);
  line.append_to_help(methods_text);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const SmoothReport report = smooth_files(options, session.context());
  print_report(report, options, common.json);
  return items_failed(report.errors, options.out);
}

}  // namespace csgis::cli

#include "cli/command_line.h"
#include "cli/session.h"
#include "pipelines/weights.h"

#include <nlohmann/json.hpp>

#include <array>

namespace csgis::cli {
namespace {

using Json = nlohmann::ordered_json;

struct InspectArguments {
  std::string network;
};
template <class V>
void describe(V& v, InspectArguments& o) {
  v("network", o.network, any_value("NAME"), "compare with this network; exit code 3 when the file is not one of it");
}

struct ConvertArguments {
  std::optional<ChannelOrder> colour;
};
template <class V>
void describe(V& v, ConvertArguments& o) {
  v("colour", o.colour, any_value(), "note the order of channels that the network was trained with");
}

Json to_json(const WeightsReport& report) {
  Json json{{"format", name_of(report.format)},
            {"part", report.part},
            {"bytes", report.bytes},
            {"tensors", report.tensors},
            {"elements", report.elements},
            {"parameters", report.parameters},
            {"types", report.types},
            {"state_sha256", report.state_sha256},
            {"epoch", nullptr},
            {"optimizer", nullptr},
            {"metadata", report.metadata},
            {"kinds", report.kinds},
            {"compared_with", nullptr},
            {"sizes", nullptr}};
  if (report.epoch) json["epoch"] = *report.epoch;
  if (report.optimizer_tensors) {
    json["optimizer"] = {{"tensors", *report.optimizer_tensors}, {"groups", report.optimizer_groups}};
  }
  if (!report.compared_with.empty()) json["compared_with"] = report.compared_with;
  if (report.sizes) {
    json["sizes"] = {{"in", report.sizes->in},
                     {"out", report.sizes->out},
                     {"width", report.sizes->width},
                     {"blocks", report.sizes->blocks}};
  }
  json["missing"] = report.difference.missing;
  json["superfluous"] = report.difference.superfluous;
  json["reshaped"] = report.difference.reshaped;
  return json;
}

/// Text out of a file, on one line.
std::string in_one_line(std::string_view text) {
  std::string line = in_quotes(text);
  return line.substr(1, line.size() - 2);
}

void print_names(const char* what, const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 10;
  for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i) fmt::print("{:<12}{}\n", what, in_one_line(names[i]));
  if (names.size() > kMost) fmt::print("{:<12}and {} more\n", what, names.size() - kMost);
}

std::string network_in_words(const WeightsReport& report) {
  if (report.compared_with.empty()) return "none that is known";
  std::string name =
      report.kinds.empty() ? "like " + report.compared_with : fmt::format("{}", fmt::join(report.kinds, " or "));
  if (!report.sizes) return name;
  const NetworkSizes& sizes = *report.sizes;
  const std::string channels = fmt::format("{} channels in, {} out", sizes.in, sizes.out);
  if (!is_smoother(report.compared_with)) return fmt::format("{}, {}", name, channels);
  return fmt::format("{}, {} wide, {} blocks, {}", name, sizes.width, sizes.blocks, channels);
}

void print_report(const std::string& file, const WeightsReport& report) {
  std::string types;
  for (const auto& [type, count] : report.types)
    types += fmt::format("{}{} {}", types.empty() ? "" : ", ", count, type);
  fmt::print("{:<12}{}\n", "file", in_one_line(file));
  fmt::print("{:<12}{}{}\n", "format", name_of(report.format),
             report.part.empty() ? "" : ", state under '" + report.part + "'");
  fmt::print("{:<12}{}\n", "network", network_in_words(report));
  fmt::print("{:<12}{} in {} tensors ({})\n", "parameters", report.parameters, report.tensors, types);
  if (report.epoch) fmt::print("{:<12}{}\n", "epoch", *report.epoch);
  if (report.optimizer_tensors) {
    fmt::print("{:<12}{} tensors, {}\n", "optimiser", *report.optimizer_tensors,
               report.optimizer_groups.empty() ? "no options" : report.optimizer_groups.front().dump());
  }
  constexpr std::size_t kLongest = 2000;  // a list of ground truths may have 240000
  for (const auto& [key, value] : report.metadata) {
    const std::string rest = value.size() > kLongest ? fmt::format("... ({} bytes; --json has all)", value.size()) : "";
    fmt::print("{:<12}{} = {}{}\n", "note", in_one_line(key), in_one_line(value.substr(0, kLongest)), rest);
  }
  fmt::print("{:<12}{}\n", "sha256", report.state_sha256);
  if (!report.compared_with.empty()) {
    print_names("missing", report.difference.missing);
    print_names("superfluous", report.difference.superfluous);
    print_names("reshaped", report.difference.reshaped);
  }
}

int run_inspect(const Command& self, Arguments arguments) {
  InspectArguments options;
  CommonOptions common;
  std::vector<std::string> files;
  CommandLine line(fmt::format("weights {}", self.name), self.summary, self.example);
  line.bind(options);
  line.bind(common);
  line.bind_positional("FILE", files, 1, 1);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const WeightsReport report = inspect_weights(files.front(), options.network);
  if (common.json) {
    print_json(to_json(report));
  } else {
    print_report(files.front(), report);
  }
  return options.network.empty() || report.difference.is_none() ? kDone : kItemsFailed;
}

int run_convert(const Command& self, Arguments arguments) {
  ConvertArguments options;
  CommonOptions common;
  std::vector<std::string> files;
  CommandLine line(fmt::format("weights {}", self.name), self.summary, self.example);
  line.bind(options);
  line.bind(common);
  line.bind_positional("FILE OUT", files, 2, 2);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const ConversionReport report = convert_weights(files[0], files[1], options.colour, common.overwrite);
  if (report.is_optimizer_dropped) {
    session.context().log.warning("{}: the optimiser's state stays behind: training cannot continue from {}", files[0],
                                  files[1]);
  }
  if (common.json) {
    print_json({{"out", files[1]},
                {"from", name_of(report.from)},
                {"to", name_of(report.to)},
                {"tensors", report.tensors},
                {"optimizer_dropped", report.is_optimizer_dropped}});
  } else {
    fmt::print("{}: {} tensors, {} to {}\n", files[1], report.tensors, name_of(report.from), name_of(report.to));
  }
  return kDone;
}

constexpr std::array kWeightsCommands{
    Command{"inspect", "say what a weight file holds: network, sizes, epoch, hash", "csgis weights inspect net.pth",
            run_inspect},
    Command{"convert", "turn a checkpoint of PyTorch into safetensors, or back",
            "csgis weights convert net.pth net.safetensors --colour rgb", run_convert},
};

}  // namespace

std::span<const Command> weights_commands() {
  return kWeightsCommands;
}

}  // namespace csgis::cli

#include "cli/command.h"

#include "core/error.h"
#include "core/nearest_name.h"

#include <array>

namespace csgis::cli {
namespace {

constexpr std::array kCommands{
    Command{"demo", "show the main job on scenes and textures made on the spot", "csgis demo --out demo-out", run_demo},
    Command{"synth", "make licence-free structure scenes with labels, and textures",
            "csgis synth --out synth --scenes 20 --textures 12", run_synth},
    Command{"build", "blend textures into structure images: the training dataset",
            "csgis build --gt synth/scenes --labels synth/labels --textures synth/textures --out dataset", run_build},
    Command{"gt", "make ground truths of photos: several methods, screened, a person has the last word",
            "csgis gt --photos photos --out ground-truths", run_gt},
    Command{"negatives", "make over- and under-smoothed versions of images",
            "csgis negatives --in synth/scenes --out negatives --over published", run_negatives},
    Command{"smooth", "smooth images with a classical method",
            "csgis smooth --method l0:lambda=0.02 --in dataset/blend --out smooth", run_smooth},
    Command{"train", "train a network, of any published kind",
            "csgis train --data synth --network lite --patch 64 --steps 20 --synth-val 8 --out training", run_train},
    Command{"evaluate", "score images against their ground truths",
            "csgis evaluate --pred smooth --gt dataset --pairing dataset --metrics psnr,ssim:csgis", run_evaluate},
    Command{"benchmark", "compare methods on images with ground truth",
            "csgis benchmark --data dataset --method l0 --method gaussian:sigma=1 --tune-budget 8 --out benchmark",
            run_benchmark},
    Command{"rerun", "repeat a benchmark and compare", "csgis rerun benchmark/results.json --out again", run_rerun},
    Command{"report", "render results.json again: tables, a page, figures for papers",
            "csgis report --results benchmark/results.json --out report", run_report},
    Command{"data", "public data, development kits; check and join datasets", "csgis data verify dataset", run_child,
            data_commands},
    Command{"weights", "look into weight files, and convert them", "csgis weights inspect net.pth", run_child,
            weights_commands},
    Command{"info", "show versions, threads and vector instructions in use", "csgis info", run_info},
    Command{"completion", "print the completion of a shell: bash or zsh", "csgis completion bash", run_completion},
    Command{"man", "write manual pages", "csgis man --out man1", run_man},
    Command{"help", "show this list, or the options of one command", "csgis help build", run_help},
};

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

const Command& find_command(const std::string& name) {
  std::vector<std::string> names{"--help", "--version"};
  for (const Command& command : kCommands) {
    if (name == command.name) return command;
    names.emplace_back(command.name);
  }
  fail<UsageError>("unknown command '{}'; did you mean '{}'? `csgis help` lists them", name, nearest_name(name, names));
}

int run_child(const Command& self, Arguments arguments) {
  const std::span<const Command> children = self.children();
  const bool asks_help = arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h";
  if (asks_help) {
    fmt::print("Usage: csgis {} COMMAND [options]\n\nCommands:\n", self.name);
    for (const Command& child : children) fmt::print("  {:<12}{}\n", child.name, child.summary);
    fmt::print("\n`csgis help {} COMMAND` shows the options of one.\n", self.name);
    return arguments.empty() ? kWrongUsage : kDone;
  }
  std::vector<std::string> names;
  for (const Command& child : children) {
    if (arguments[0] == child.name) return child.run(child, arguments.subspan(1));
    names.emplace_back(child.name);
  }
  fail<UsageError>("unknown command '{} {}'; did you mean '{} {}'?", self.name, arguments[0], self.name,
                   nearest_name(arguments[0], names));
}

}  // namespace csgis::cli

#include "cli/command_line.h"
#include "cli/session.h"
#include "pipelines/synth.h"

namespace csgis::cli {

int run_synth(const Command& self, Arguments arguments) {
  SynthOptions options;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  line.bind(common);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const SynthReport report = synth_folder(options, session.context());
  if (common.json) {
    print_json({{"out", options.out}, {"scenes", report.scenes}, {"textures", report.textures}});
  } else {
    fmt::print("{}: {} scenes, {} textures\n", options.out, report.scenes, report.textures);
  }
  return kDone;
}

}  // namespace csgis::cli

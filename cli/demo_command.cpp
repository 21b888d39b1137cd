#include "cli/command_line.h"
#include "cli/session.h"
#include "core/error.h"
#include "imaging/image_file.h"
#include "imaging/png_writer.h"
#include "pipelines/benchmark.h"
#include "pipelines/build.h"
#include "pipelines/contact_sheet.h"
#include "pipelines/output_folder.h"
#include "pipelines/synth.h"
#include "pipelines/verify.h"

namespace csgis::cli {
namespace {

constexpr int kRowsShown = 12;

struct DemoOptions {
  std::string out;
  std::uint64_t scenes = 24;
  std::uint64_t textures = 16;
};
template <class V>
void describe(V& v, DemoOptions& o) {
  v("out", o.out, folder().required(), "where everything goes");
  v("scenes", o.scenes, at_least(2), "how many scenes to draw");
  v("textures", o.textures, at_least(1), "how many textures to draw");
}

void draw_inputs(const DemoOptions& demo, const RunContext& context) {
  SynthOptions options;
  options.out = demo.out + "/synth";
  options.scenes = demo.scenes;
  options.textures = demo.textures;
  synth_folder(options, context);
}

BuildReport build(const DemoOptions& demo, const RunContext& context) {
  BuildOptions options;
  options.gt = demo.out + "/synth/scenes";
  options.labels = demo.out + "/synth/labels";
  options.textures = demo.out + "/synth/textures";
  options.out = demo.out + "/dataset";
  options.licence = "CC0-1.0";
  options.negatives.over = {"published"};
  options.negatives.under = {"weak"};
  options.val = "0.2";
  return build_dataset(options, context);
}

/// A control, the fastest methods, tuned with a small budget, and the network: a report in less than a minute.
BenchmarkReport compare(const DemoOptions& demo, const RunContext& context) {
  BenchmarkOptions options;
  options.data = demo.out + "/dataset";
  options.out = demo.out + "/benchmark";
  options.method = {"gaussian", "guided", "l0", "ils-welsch", "rtv", "net"};
  options.metrics = {"psnr,ssim:csgis,ssim:wang-y,edge-gradient,residual-texture"};
  options.tune_budget = 12;
  options.tune_images = 4;
  return benchmark(options, context);
}

/// What a visitor opens first, at the top of the folder.
void put_pages_on_top(const DemoOptions& demo, const RunContext& context) {
  PngWriter png;
  write_single_file(demo.out + "/contact_sheet.png", png.encode(contact_sheet(demo.out + "/dataset", kRowsShown)),
                    true);
  write_gallery_page(demo.out, "dataset", kRowsShown, "dataset.html", context);
  write_single_file(demo.out + "/report.html", read_file_bytes(demo.out + "/benchmark/report.html"), true);
}

}  // namespace

int run_demo(const Command& self, Arguments arguments) {
  DemoOptions options;
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(options);
  line.bind(common);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const RunContext& context = session.context();
  draw_inputs(options, context);
  const BuildReport report = build(options, context);
  const VerifyReport checked = verify_dataset(options.out + "/dataset", {.decode = true}, context);
  require<Error>(checked.findings.empty(), "the dataset does not verify: {}",
                 checked.findings.empty() ? "" : checked.findings.front().file);

  const BenchmarkReport compared = compare(options, context);
  put_pages_on_top(options, context);
  fmt::print("{} scenes x {} textures: {} samples, verified: {}/dataset.html\n", report.gts, report.textures,
             report.samples, options.out);
  fmt::print("{} methods on {} of them: {}/report.html\n", compared.results.methods.size(),
             compared.results.images.size(), options.out);
  return kDone;
}

}  // namespace csgis::cli

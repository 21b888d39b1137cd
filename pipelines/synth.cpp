#include "pipelines/synth.h"

#include "core/error.h"
#include "core/version.h"
#include "imaging/png_writer.h"
#include "pipelines/hashing.h"
#include "pipelines/journal.h"
#include "pipelines/parallel_items.h"
#include "pipelines/run_identity.h"

#include <nlohmann/json.hpp>
#include <set>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

FileRecord write_png(OutputFolder& out, const std::string& path, PngWriter::Bytes bytes) {
  out.write(path, bytes);
  return record_of(path, bytes, Publish::no);
}

JournalEntry write_scene(std::uint64_t index, const std::string& item, const SynthOptions& options, std::uint64_t seed,
                         OutputFolder& out) {
  const SynthScene scene = synth_scene(seed, index, options.scene);
  const std::string name = fmt::format("scene_{:04}.png", index);
  PngWriter png;
  JournalEntry entry{item, {}};
  entry.files.push_back(write_png(out, "scenes/" + name, png.encode(scene.image)));
  entry.files.push_back(write_png(out, "labels/" + name, png.encode_indexed(scene.classes)));
  entry.files.push_back(write_png(out, "instances/" + name, png.encode_indexed(scene.instances)));
  return entry;
}

JournalEntry write_texture(std::uint64_t index, const std::string& item, const SynthOptions& options,
                           std::uint64_t seed, OutputFolder& out) {
  SynthTextureOptions texture_options;
  texture_options.family = options.family;
  texture_options.min_element = options.min_element;
  texture_options.max_element = options.max_element;
  const SynthTexture texture = synth_texture(seed, index, texture_options);
  PngWriter png;
  return {item,
          {write_png(out, fmt::format("textures/{}_{:04}.png", texture.family, index), png.encode(texture.image))}};
}

/// Also what concerns two options at once, before anything is written.
void check(const SynthOptions& o) {
  validate(o);
  require<UsageError>(o.scene.min_side <= o.scene.max_side, "--min-side {} is above --max-side {}", o.scene.min_side,
                      o.scene.max_side);
  require<UsageError>(o.scene.min_objects <= o.scene.max_objects, "--min-objects {} is above --max-objects {}",
                      o.scene.min_objects, o.scene.max_objects);
  require<UsageError>(o.min_element <= o.max_element, "--min-element {} is above --max-element {}", o.min_element,
                      o.max_element);
}

}  // namespace

SynthReport synth_folder(const SynthOptions& options, const RunContext& context) {
  check(options);
  const std::uint64_t seed = context.options.seed;
  OutputFolder out(options.out, Shard{}, context.log);
  const Json head{{"toolkit", fmt::format("csgis {}", kVersion)}, {"seed", seed}, {"options", to_json_record(options)}};
  const Json journal_head{{"identity", sha256_hex(head.dump())}, {"shard", "0/1"}, {"dataset", head}};
  check_folder_is_ours(out, journal_head, {"scenes/", "labels/", "instances/", "textures/"}, context);
  const auto finished = earlier_entries(out, Shard{}, journal_head, context);
  std::set<std::string> done;
  for (const JournalEntry& entry : finished) done.insert(entry.item);

  JournalWriter journal(out, "journal.jsonl", journal_head, finished);
  for (const char* folder : {"scenes", "labels", "instances", "textures"}) out.make_folder(folder);
  ProgressTask progress(context.progress, "drawing", options.scenes + options.textures);
  for_each_item(options.scenes + options.textures, context, [&](std::size_t i) {
    const bool is_scene = i < options.scenes;
    const std::uint64_t index = is_scene ? i : i - options.scenes;
    const std::string item = fmt::format("{}:{}", is_scene ? "scene" : "texture", index);
    if (!done.contains(item)) {
      journal.append(is_scene ? write_scene(index, item, options, seed, out)
                              : write_texture(index, item, options, seed, out));
    }
    progress.advance();
  });
  journal.finish({});
  return {options.scenes, options.textures};
}

}  // namespace csgis

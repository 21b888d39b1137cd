#include "pipelines/build.h"

#include "classical/simd_path.h"
#include "core/error.h"
#include "core/version.h"
#include "datagen/blend.h"
#include "imaging/label_map.h"
#include "pipelines/build_blends.h"
#include "pipelines/build_negatives.h"
#include "pipelines/build_plan.h"
#include "pipelines/build_run.h"
#include "pipelines/dataset_layout.h"
#include "pipelines/hashing.h"
#include "pipelines/parallel_items.h"
#include "pipelines/run_identity.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

/// With fewer work units than this per thread, units are cut so that no thread idles at the end.
constexpr std::size_t kUnitsPerThread = 8;

/// Negatives are recorded by what they are, not by how they were written down; and smoothers differ between vector
/// paths.
void record_negatives(const BuildOptions& options, Json& head) {
  const auto texts = [](NegativeKind kind, const std::vector<std::string>& given,
                        const std::vector<std::string>& ranges) {
    Json list = Json::array();
    for (const NegativeMethod& method : negative_methods(kind, given, ranges))
      list.push_back(method_text(method.method));
    return list;
  };
  const NegativeOptions& negatives = options.negatives;
  Json& record = head["options"];
  record["over"] = texts(NegativeKind::over, negatives.over, negatives.over_range);
  record["under"] = texts(NegativeKind::under, negatives.under, {});
  record.erase("over-range");
  if (!record["over"].empty() || !record["under"].empty()) head["simd"] = simd_path_in_use();
}

/// What dataset.json says about the run; also its identity.
Json dataset_head(const BuildOptions& options, std::uint64_t seed, const BuildInputs& inputs) {
  Json gts = Json::array(), textures = Json::array();
  for (const GtInput& gt : inputs.gts) {
    Json entry{{"file", gt.source.file}, {"sha256", gt.sha256}, {"label", nullptr}};
    if (gt.label) entry["label"] = {{"file", gt.label->source.file}, {"sha256", gt.label->sha256}};
    if (gt.photo) entry["photo"] = {{"file", gt.photo->source.file}, {"sha256", gt.photo->sha256}};
    if (!gt.maker.empty()) entry["made_by"] = gt.maker;
    gts.push_back(std::move(entry));
  }
  for (const TextureInput& texture : inputs.textures) {
    textures.push_back({{"file", texture.source.file}, {"sha256", texture.sha256}});
  }
  Json label_kind = nullptr;
  if (!options.labels.empty()) label_kind = to_name(options.label_kind);
  Json head{{"schema", 1},
            {"toolkit", fmt::format("csgis {}", kVersion)},
            {"layout", to_name(options.layout)},
            {"label_kind", label_kind},
            {"licence", options.licence},
            {"seed", seed},
            {"options", to_json_record(options)},
            {"inputs", {{"gt", gts}, {"textures", textures}, {"tables", inputs.tables}}}};
  record_negatives(options, head);
  return head;
}

/// The samples of one GT within one block of textures: what a thread works on at a time.
struct Unit {
  std::size_t gt = 0;
  bool writes_gt = false;
  std::vector<std::uint64_t> positions;
};

class Build {
 public:
  Build(const BuildOptions& options, const RunContext& context, const BuildInputs& inputs, const BuildPlan& plan,
        OutputFolder& out, ItemErrors& errors)
      : options_(options),
        context_(context),
        inputs_(inputs),
        plan_(plan),
        out_(out),
        errors_(errors),
        shard_(Shard::parse(options.shard)),
        layout_(make_layout(options, inputs, plan)),
        blends_(options, context.options.seed, inputs, plan),
        negatives_(options, context.options.seed, inputs, plan, *layout_) {
    written_.gts.resize(inputs.gts.size());
    written_.samples.resize(plan.samples.size());
  }

  BuildReport run() {
    const Json head = dataset_head(options_, context_.options.seed, inputs_);
    JournalWriter journal = open_journal(head);
    for (const std::string& part : layout_->parts()) {
      if (part.ends_with('/')) out_.make_folder(part.substr(0, part.size() - 1));
    }
    BuildReport report = initial_report();
    try {
      build_missing(journal, report);
    } catch (const ItemFailed&) {
      write_errors(out_, shard_.file_name("errors"), errors_.sorted());
      throw;
    }
    finish(journal, head, report);
    return report;
  }

 private:
  JournalWriter open_journal(const Json& head) {
    const Json journal_head{{"identity", sha256_hex(head.dump())}, {"shard", options_.shard}, {"dataset", head}};
    check_folder_is_ours(out_, journal_head, layout_->parts(), context_);
    auto earlier = earlier_entries(out_, shard_, journal_head, context_);
    take_over(earlier);
    return {out_, shard_.file_name("journal"), journal_head, earlier};
  }

  /// Enters what an earlier run has finished, by the journal's item names.
  void take_over(std::vector<JournalEntry>& entries) {
    if (entries.empty()) return;
    std::unordered_map<std::string, JournalEntry*> slots;
    for (std::size_t gt = 0; gt < inputs_.gts.size(); ++gt) slots[layout_->gt_item(gt)] = &written_.gts[gt];
    for (std::uint64_t i = 0; i < plan_.samples.size(); ++i) slots[layout_->sample_item(i)] = &written_.samples[i];
    for (const JournalEntry& entry : entries) {
      if (const auto slot = slots.find(entry.item); slot != slots.end()) *slot->second = entry;
    }
  }

  BuildReport initial_report() const {
    BuildReport report;
    report.gts = inputs_.gts.size();
    report.textures = inputs_.textures.size();
    report.without_label = inputs_.without_label();
    report.without_photo = inputs_.without_photo();
    report.resumed = count_owned([this](std::uint64_t i) { return !written_.samples[i].files.empty(); });
    return report;
  }

  template <class Predicate>
  std::uint64_t count_owned(Predicate&& predicate) const {
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i < plan_.samples.size(); ++i) count += shard_.owns(i) && predicate(i) ? 1 : 0;
    return count;
  }

  void build_missing(JournalWriter& journal, const BuildReport& report) {
    const std::uint64_t owned = count_owned([](std::uint64_t) { return true; });
    ProgressTask progress(context_.progress, "building", owned);
    progress.advance(report.resumed);
    for (std::size_t begin = 0; begin < inputs_.textures.size();) {
      const std::size_t end = block_end(begin);
      const std::vector<Unit> units = units_of_block(begin, end);
      const auto textures = load_block(begin, end, units);
      for_each_item(units.size(), context_, [&](std::size_t i) {
        work_on(units[i], begin, textures, journal, progress);
        if (context_.options.on_error == OnError::stop && !errors_.empty()) {
          fail<ItemFailed>("{}", errors_.sorted().front().reason);
        }
      });
      begin = end;
    }
  }

  std::size_t block_end(std::size_t begin) const {
    std::size_t end = begin, bytes = 0;
    while (end < inputs_.textures.size()) {
      bytes += inputs_.textures[end].size.pixels() * sizeof(std::int32_t);
      if (end > begin && bytes > kTextureBlockBytes) break;
      ++end;
    }
    return end;
  }

  /// Textures of a block that its units need; null where one can no longer be read, which its samples then report.
  std::vector<std::shared_ptr<const GreyTexture>> load_block(std::size_t begin, std::size_t end,
                                                             const std::vector<Unit>& units) {
    std::vector<std::shared_ptr<const GreyTexture>> textures(end - begin);
    std::vector<bool> is_needed(textures.size());
    for (const Unit& unit : units) {
      for (const std::uint64_t position : unit.positions) is_needed[plan_.samples[position].texture - begin] = true;
    }
    for_each_item(textures.size(), context_, [&](std::size_t i) {
      if (!is_needed[i]) return;
      const TextureInput& texture = inputs_.textures[begin + i];
      errors_.try_item(texture.source.id, texture.source.path, "texture",
                       [&] { textures[i] = grey_texture(texture, options_); });
    });
    return textures;
  }

  std::vector<Unit> units_of_block(std::size_t begin, std::size_t end) const {
    std::vector<Unit> by_gt(inputs_.gts.size());
    for (std::size_t gt = 0; gt < by_gt.size(); ++gt) {
      by_gt[gt].gt = gt;
      // The first block writes the shared files; later ones find the entry there.
      by_gt[gt].writes_gt = written_.gts[gt].files.empty() && owns_gt(gt);
    }
    for (std::uint64_t i = 0; i < plan_.samples.size(); ++i) {
      const PlannedSample& sample = plan_.samples[i];
      const bool in_block = sample.texture >= begin && sample.texture < end;
      if (in_block && shard_.owns(i) && written_.samples[i].files.empty()) by_gt[sample.gt].positions.push_back(i);
    }
    return cut(std::move(by_gt));
  }

  bool owns_gt(std::size_t gt) const {
    const std::uint64_t first = plan_.first_sample_of_gt[gt];
    return first < plan_.samples.size() && shard_.owns(first);
  }

  std::vector<Unit> cut(std::vector<Unit> by_gt) const {
    std::size_t positions = 0;
    for (const Unit& unit : by_gt) positions += unit.positions.size();
    const std::size_t wanted_units = kUnitsPerThread * static_cast<std::size_t>(context_.options.threads);
    const std::size_t longest = std::max<std::size_t>(1, positions / wanted_units);
    std::vector<Unit> units;
    for (Unit& unit : by_gt) {
      if (unit.positions.empty() && !unit.writes_gt) continue;
      std::size_t from = 0;
      do {
        const std::size_t to = std::min(from + longest, unit.positions.size());
        units.push_back({unit.gt,
                         unit.writes_gt && from == 0,
                         {unit.positions.begin() + static_cast<std::ptrdiff_t>(from),
                          unit.positions.begin() + static_cast<std::ptrdiff_t>(to)}});
        from = to;
      } while (from < unit.positions.size());
    }
    return units;
  }

  void work_on(const Unit& unit, std::size_t block_begin,
               const std::vector<std::shared_ptr<const GreyTexture>>& textures, JournalWriter& journal,
               ProgressTask& progress) {
    const ListedImage& source = inputs_.gts[unit.gt].source;
    GtWork work{unit.gt, nullptr, {}};
    const bool is_read = errors_.try_item(source.id, source.path, "gt", [&] {
      work.pixels = gt_pixels(inputs_.gts[unit.gt], options_);
      blends_.prepare(work);
    });
    if (!is_read || (unit.writes_gt && !write_gt(work, journal))) return;
    for (const std::uint64_t position : unit.positions) {
      if (context_.cancel.requested()) return;
      const auto& texture = textures[plan_.samples[position].texture - block_begin];
      if (!texture) continue;
      std::optional<MadeBlend> blend = make_blend(work, position, *texture);
      if (!blend) continue;
      JournalEntry entry = layout_->write_sample(work, position, blend->image, out_);
      entry.blend = std::move(blend->record);
      negatives_.add_of_sample(work, position, blend->image, out_, entry);
      journal.append(entry);
      written_.samples[position] = std::move(entry);
      progress.advance();
    }
  }

  /// Nothing where a texture of another region can no longer be read.
  std::optional<MadeBlend> make_blend(const GtWork& work, std::uint64_t position, const GreyTexture& texture) {
    std::optional<MadeBlend> blend;
    const TextureInput& input = inputs_.textures[plan_.samples[position].texture];
    errors_.try_item(sample_key(inputs_, plan_.samples[position]), input.source.path, "texture",
                     [&] { blend = blends_.make(work, position, texture); });
    return blend;
  }

  /// Writes what the samples of a GT share. False when its label or photo can no longer be read.
  bool write_gt(GtWork& work, JournalWriter& journal) {
    const GtInput& gt = inputs_.gts[work.gt];
    std::optional<LabelMaps> labels;
    if (gt.label) {
      const bool is_read = errors_.try_item(gt.source.id, gt.label->source.path, "label", [&] {
        labels = read_label(*gt.label, gt.source.id, gt.size, options_, inputs_.instance_classes);
      });
      if (!is_read) return false;
    } else if (options_.missing_label == MissingLabel::void_map) {
      labels = void_labels(gt.size);
    }
    JournalEntry entry = layout_->write_gt(work, labels, out_);
    const bool has_negatives = errors_.try_item(gt.source.id, gt.photo ? gt.photo->source.path : gt.source.path,
                                                "photo", [&] { negatives_.add_shared(work, out_, entry); });
    if (!has_negatives) return false;
    journal.append(entry);
    written_.gts[work.gt] = std::move(entry);
    return true;
  }

  LabelMaps void_labels(Size size) const {
    LabelMaps maps{LabelMap(size), std::nullopt};
    std::ranges::fill(maps.classes_or_instances.samples(), kVocVoid);
    if (inputs_.instance_classes) maps.instances = maps.classes_or_instances.clone();
    return maps;
  }

  /// A sample without the files it shares with others is not complete.
  void drop_samples_without_gt() {
    for (std::uint64_t i = 0; i < plan_.samples.size(); ++i) {
      const std::uint32_t gt = plan_.samples[i].gt;
      if (owns_gt(gt) && written_.gts[gt].files.empty()) written_.samples[i] = {};
    }
  }

  void finish(JournalWriter& journal, const Json& head, BuildReport& report) {
    journal.flush();
    drop_samples_without_gt();
    report.samples = count_owned([this](std::uint64_t i) { return !written_.samples[i].files.empty(); });
    const auto errors = errors_.sorted();
    report.errors = errors.size();
    const SplitCounts counts = layout_->write_lists(written_, shard_, out_);
    const DatasetSummaries summaries = summaries_of_written();
    report.blends = summaries.blends;
    report.negatives = summaries.negatives;
    if (const std::string warning = clipping_warning(report.blends); !warning.empty())
      context_.log.warning("{}", warning);
    if (shard_.is_whole()) write_dataset_json(out_, head, counts, errors.size(), summaries);
    write_errors(out_, shard_.file_name("errors"), errors);
    const bool all_there = count_owned([this](std::uint64_t i) { return written_.samples[i].files.empty(); }) == 0;
    if (all_there) journal.finish(list_records(out_, shard_, options_.layout));
  }

  DatasetSummaries summaries_of_written() const {
    std::vector<const JournalEntry*> entries;
    for (const JournalEntry& entry : written_.gts) entries.push_back(&entry);
    for (const JournalEntry& entry : written_.samples) entries.push_back(&entry);
    return summaries_of(entries);
  }

  const BuildOptions& options_;
  const RunContext& context_;
  const BuildInputs& inputs_;
  const BuildPlan& plan_;
  OutputFolder& out_;
  ItemErrors& errors_;
  Shard shard_;
  std::unique_ptr<DatasetLayout> layout_;
  BuildBlends blends_;
  BuildNegatives negatives_;
  WrittenItems written_;
};

void check_labels_complete(const BuildOptions& options, const BuildInputs& inputs) {
  if (options.labels.empty() || options.layout != Layout::reference) return;
  if (options.missing_label == MissingLabel::void_map || inputs.without_label() == 0) return;
  const auto without = std::ranges::find_if(inputs.gts, [](const GtInput& gt) { return !gt.label; });
  fail<UsageError>("--labels: {} of {} GTs have no label, {} first; the reference layout needs --missing-label void",
                   inputs.without_label(), inputs.gts.size(), without->source.file);
}

}  // namespace

BuildOptions options_of_build(const BuildOptions& given) {
  BuildOptions options = resolved(given);
  options.shard = Shard::from_option(options.shard).text();  // the journal says which part it is, not who said so
  return options;
}

PreparedBuild prepare_build(BuildOptions options, BuildSources sources, const RunContext& context, ItemErrors& errors) {
  PreparedBuild build{std::move(options), {}, {}};
  build.inputs = scan_build_inputs(build.options, std::move(sources), context, errors);
  if (!build.options.split_by) {
    build.options.split_by = default_split(build.options.layout, build.inputs.textures.size());
  }
  check_labels_complete(build.options, build.inputs);
  build.plan = plan_build(build.options, context.options.seed, build.inputs);
  return build;
}

BuildReport run_build(const BuildOptions& options, const BuildInputs& inputs, const BuildPlan& plan,
                      const RunContext& context, OutputFolder& out, ItemErrors& errors) {
  return Build(options, context, inputs, plan, out, errors).run();
}

BuildReport build_dataset(const BuildOptions& given, const RunContext& context) {
  validate(given);
  if (given.layout == Layout::webdataset) return build_webdataset(given, context);
  const BuildOptions options = options_of_build(given);
  const Shard shard = Shard::parse(options.shard);
  BuildSources sources = list_build_sources(options);
  OutputFolder out(options.out, shard, context.log);

  ItemErrors errors;
  const auto prepare = [&] {
    // What makes the run end here is left in the errors file. With the journal of an earlier run in the folder, its
    // errors are the record of what lies there.
    const auto explain = [&] {
      if (!context.options.overwrite && !journals_in(out.root()).empty()) return;
      write_errors(out, shard.file_name("errors"), errors.sorted());
    };
    try {
      return prepare_build(options, std::move(sources), context, errors);
    } catch (const NothingUsable&) {
      explain();
      throw;
    } catch (const ItemFailed&) {
      explain();
      throw;
    }
  };
  const PreparedBuild build = prepare();
  return run_build(build.options, build.inputs, build.plan, context, out, errors);
}

}  // namespace csgis

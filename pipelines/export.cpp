#include "pipelines/export.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/export_run.h"
#include "pipelines/hashing.h"
#include "pipelines/parallel_items.h"
#include "pipelines/run_identity.h"

#include <boost/filesystem/operations.hpp>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

SourceDataset SourceDataset::open(const std::string& folder) {
  SourceDataset source{folder, {}, {}, {}};
  require<NothingUsable>(fs::exists(source.root / kDatasetFile), "{} is no finished dataset: it has no {}", folder,
                         kDatasetFile);
  const auto bytes = read_file_bytes(source.root / kDatasetFile);
  try {
    source.head = Json::parse(bytes.begin(), bytes.end());
    require<NothingUsable>(source.head.at("layout") == to_name(Layout::native),
                           "{}: only datasets of the native layout can be exported; this one is '{}'", folder,
                           source.head.at("layout").get<std::string>());
  } catch (const nlohmann::json::exception& e) {
    fail<NothingUsable>("{}: {}", (source.root / kDatasetFile).string(), e.what());
  }
  source.samples = read_samples(source.root / kSamplesFile);
  require<NothingUsable>(!source.samples.empty(), "{} has no samples", folder);
  source.identity = sha256_hex(sha256_hex(bytes) + sha256_hex(read_file_bytes(source.root / kSamplesFile)));
  return source;
}

ExportRun::ExportRun(const SourceDataset& source, const ExportOptions& options, const RunContext& context)
    : source_(source), options_(options), context_(context), out_(options.out, Shard{}, context.log) {}

Json ExportRun::journal_head() const {
  const Json dataset{{"layout", fmt::format("export:{}", to_name(options_.format))},
                     {"options", to_json_record(options_)},
                     {"source", source_.identity}};
  return {{"identity", sha256_hex(dataset.dump())}, {"shard", Shard{}.text()}, {"dataset", dataset}};
}

ExportReport ExportRun::run() {
  const Json head = journal_head();
  const std::vector<std::string> names = parts();
  check_folder_is_ours(out_, head, names, context_);
  earlier_ = earlier_entries(out_, Shard{}, head, context_);
  for (const std::string& name : names) {
    if (name.ends_with('/')) out_.make_folder(name.substr(0, name.size() - 1));
  }
  journal_ = std::make_unique<JournalWriter>(out_, Shard{}.file_name("journal"), head, earlier_);
  write();
  write_errors(out_, kErrorsFile, errors_.sorted());
  report_.errors = errors_.sorted().size();
  journal_->flush();
  if (report_.errors == 0) {
    std::vector<FileRecord> records;
    for (const std::string& list : lists()) {
      records.push_back(record_of(list, read_file_bytes(out_.path(list)), Publish::no));
    }
    journal_->finish(records);
  }
  return report_;
}

void ExportRun::write_items(const std::vector<std::string>& names, const char* task,
                            const std::function<std::optional<JournalEntry>(std::size_t)>& make) {
  std::map<std::string, const JournalEntry*> finished;
  for (const JournalEntry& entry : earlier_) finished[entry.item] = &entry;
  std::mutex mutex;
  const auto count = [&](const JournalEntry& entry) {
    const std::lock_guard lock(mutex);
    for (const FileRecord& file : entry.files) {
      ++report_.files;
      report_.bytes += file.size;
    }
  };
  ProgressTask progress(context_.progress, task, names.size());
  for_each_item(names.size(), context_, [&](std::size_t i) {
    const auto known = finished.find(names[i]);
    if (known != finished.end()) {
      count(*known->second);
    } else if (const std::optional<JournalEntry> entry = make(i)) {
      journal_->append(*entry);
      count(*entry);
    }
    progress.advance();
  });
}

std::map<std::string, std::vector<std::size_t>> samples_by_split(const SourceDataset& source) {
  std::map<std::string, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < source.samples.size(); ++i) places[to_name(source.samples[i].split)].push_back(i);
  return places;
}

std::vector<std::string> negative_names(std::span<const SampleNegative> negatives) {
  std::map<std::string, int> seen;
  std::vector<std::string> names;
  for (const SampleNegative& negative : negatives) {
    const std::string method = negative.method.substr(0, negative.method.find(':'));
    const int count = ++seen[method];
    names.push_back(count == 1 ? method : fmt::format("{}-{}", method, count));
  }
  return names;
}

std::string licence_of(const SourceDataset& source, const ExportOptions& options) {
  return options.licence.empty() ? source.head.value("licence", "unspecified") : options.licence;
}

ExportReport export_dataset(const std::string& dataset, const ExportOptions& options, const RunContext& context) {
  validate(options);
  require<UsageError>(!options.name.empty() && options.name.find_first_of("/\\") == std::string::npos,
                      "--name: '{}' is no name of a file", options.name);
  const SourceDataset source = SourceDataset::open(dataset);
  switch (options.format) {
    case ExportFormat::webdataset:
      return export_webdataset(source, options, context)->run();
    case ExportFormat::imagefolder:
      return export_imagefolder(source, options, context)->run();
    case ExportFormat::croissant:
      return export_croissant(source, options, context)->run();
    case ExportFormat::reference:
      return export_reference(source, options, context)->run();
  }
  fail<Error>("no such format");
}

}  // namespace csgis

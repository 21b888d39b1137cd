#pragma once
/// What all exports have in common. A new format is one more class here and one row in export.cpp.

#include "pipelines/dataset_manifest.h"
#include "pipelines/export.h"
#include "pipelines/item_errors.h"
#include "pipelines/journal.h"

#include <boost/filesystem/path.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace csgis {

/// A finished native dataset.
struct SourceDataset {
  boost::filesystem::path root;
  nlohmann::ordered_json head;        ///< dataset.json
  std::vector<SampleRecord> samples;  ///< Sorted by key.
  std::string identity;               ///< Hash of both.

  /// @throws NothingUsable, DataError
  static SourceDataset open(const std::string& folder);
};

class ExportRun {
 public:
  ExportRun(const SourceDataset& source, const ExportOptions& options, const RunContext& context);
  virtual ~ExportRun() = default;

  ExportReport run();

 protected:
  /// Names the run writes at the top of the folder, '/' at the end of folders.
  virtual std::vector<std::string> parts() const = 0;
  /// Writes what is not finished; see write_items().
  virtual void write() = 0;
  /// Lists that the journal vouches for once all is done.
  virtual std::vector<std::string> lists() const { return {}; }

  /// Writes the items of these names in parallel, but for those that an earlier run finished. `make` gives nothing for
  /// an item that is not whole because some of its samples have errors: it is tried again by the next run.
  void write_items(const std::vector<std::string>& names, const char* task,
                   const std::function<std::optional<JournalEntry>(std::size_t)>& make);

  const SourceDataset& source() const { return source_; }
  const ExportOptions& options() const { return options_; }
  const RunContext& context() const { return context_; }
  OutputFolder& out() { return out_; }
  ItemErrors& errors() { return errors_; }
  ExportReport& report() { return report_; }

 private:
  nlohmann::ordered_json journal_head() const;

  const SourceDataset& source_;
  const ExportOptions& options_;
  const RunContext& context_;
  OutputFolder out_;
  ItemErrors errors_;
  ExportReport report_;
  std::vector<JournalEntry> earlier_;
  std::unique_ptr<JournalWriter> journal_;
};

std::unique_ptr<ExportRun> export_webdataset(const SourceDataset& source, const ExportOptions& options,
                                             const RunContext& context);
std::unique_ptr<ExportRun> export_imagefolder(const SourceDataset& source, const ExportOptions& options,
                                              const RunContext& context);
std::unique_ptr<ExportRun> export_croissant(const SourceDataset& source, const ExportOptions& options,
                                            const RunContext& context);
std::unique_ptr<ExportRun> export_reference(const SourceDataset& source, const ExportOptions& options,
                                            const RunContext& context);

/// The splits that occur, in the order of their names, each with the places of its samples.
std::map<std::string, std::vector<std::size_t>> samples_by_split(const SourceDataset& source);

/// "l0", "rtv-2": a name for each negative of a list: its method's, numbered where one occurs twice.
std::vector<std::string> negative_names(std::span<const SampleNegative> negatives);

/// The licence that the options or dataset.json name.
std::string licence_of(const SourceDataset& source, const ExportOptions& options);

}  // namespace csgis

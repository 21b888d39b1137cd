#pragma once
/// What every run has that makes files of each image of a list: inputs checked first, identity, journal, resume,
/// errors.

#include "core/run_context.h"
#include "imaging/decode.h"
#include "pipelines/image_listing.h"
#include "pipelines/item_errors.h"
#include "pipelines/journal.h"
#include "pipelines/output_folder.h"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace csgis {

struct ImageFolderReport {
  std::uint64_t items = 0;    ///< That are there now.
  std::uint64_t resumed = 0;  ///< Of those, found finished from an earlier run.
  std::uint64_t errors = 0;
};

/// Derived classes say what is made of an image: one item or several, each with its files.
class ImageFolderRun {
 public:
  /// Takes the lock of the output folder, for a shard its own.
  ImageFolderRun(const std::string& out, std::uint64_t max_pixels, const RunContext& context, const Shard& shard = {});
  virtual ~ImageFolderRun() = default;

  /// Checks all images, makes what is missing and closes the lists. Bad images are left out and named in errors.jsonl.
  /// With fewer images than threads, make() is told to use those left.
  /// @throws NothingUsable, OutputError, Cancelled, ItemFailed (with on_error = stop).
  ImageFolderReport run(std::vector<ListedImage> images);

 protected:
  struct Input {
    ListedImage source;
    std::string sha256;
  };

  /// What is done, for progress: "smoothing"; also the stage of its errors.
  virtual const char* task() const = 0;
  /// The result-relevant options, resolved; part of the run's identity.
  virtual nlohmann::ordered_json options() const = 0;
  /// Throws for an image that cannot be worked on, before it is read.
  virtual void check(const ListedImage& image) const = 0;
  /// Sees every image once before the work, from several threads; what it throws makes the image a bad one.
  virtual void look_at(const ListedImage& image, DecodedImage&& pixels);
  /// The places in inputs() of the images that are worked on, in order; all unless overridden. A shard takes its part
  /// of them.
  virtual std::vector<std::size_t> wanted() const;
  /// Names the run writes at the top of the folder, '/' at the end of folders.
  virtual std::vector<std::string> parts() const = 0;
  /// The items that are made of an image, by their names in the journal.
  virtual std::vector<std::string> items_of(const ListedImage& image) const = 0;
  /// Makes item `index` of an image with `threads` inner threads. May take the pixels of an image with one item.
  virtual JournalEntry make(const ListedImage& image, DecodedImage& pixels, std::size_t index, int threads) = 0;
  /// Writes what closes the folder; `entries` holds every finished item.
  virtual void write_lists(const std::map<std::string, JournalEntry>& entries) = 0;

  const RunContext& context() const { return context_; }
  OutputFolder& out() { return out_; }
  const Shard& shard() const { return shard_; }
  const std::vector<Input>& inputs() const { return inputs_; }
  std::size_t errors() const { return errors_.sorted().size(); }
  /// Toolkit, vector path, options, inputs: what the identity of the run is made of.
  virtual nlohmann::ordered_json head() const;
  /// The first line of the journal: identity, shard, head.
  nlohmann::ordered_json journal_head() const;
  /// The lists that the journal vouches for once all is done.
  virtual std::vector<FileRecord> list_records() const { return {}; }

 private:
  void scan(std::vector<ListedImage> images);
  void make_missing();
  void work_on(const Input& input, JournalWriter& journal, ProgressTask& progress);
  /// False when a step of this image failed, which is then named in the errors.
  bool attempt(const ListedImage& image, const char* stage, const std::function<void()>& steps);
  int inner_threads() const;

  const RunContext& context_;
  std::uint64_t max_pixels_;
  Shard shard_;
  OutputFolder out_;
  ItemErrors errors_;
  std::vector<Input> inputs_;
  std::mutex entries_mutex_;
  std::map<std::string, JournalEntry> entries_;
  ImageFolderReport report_;
};

}  // namespace csgis

#include "pipelines/image_folder_run.h"

#include "classical/simd_path.h"
#include "core/error.h"
#include "core/version.h"
#include "imaging/image_file.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/hashing.h"
#include "pipelines/parallel_items.h"
#include "pipelines/run_identity.h"

#include <algorithm>
#include <numeric>

namespace csgis {

using Json = nlohmann::ordered_json;

ImageFolderRun::ImageFolderRun(const std::string& out, std::uint64_t max_pixels, const RunContext& context,
                               const Shard& shard)
    : context_(context), max_pixels_(max_pixels), shard_(shard), out_(out, shard, context.log) {}

void ImageFolderRun::look_at(const ListedImage& /*image*/, DecodedImage&& /*pixels*/) {}

std::vector<std::size_t> ImageFolderRun::wanted() const {
  std::vector<std::size_t> all(inputs_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

ImageFolderReport ImageFolderRun::run(std::vector<ListedImage> images) {
  try {
    scan(std::move(images));
    make_missing();
  } catch (const ItemFailed&) {
    write_errors(out_, shard_.file_name("errors"), errors_.sorted());
    throw;
  } catch (const NothingUsable&) {
    // With the journal of an earlier run in the folder, its errors are the record of what lies there.
    if (context_.options.overwrite || journals_in(out_.root()).empty()) {
      write_errors(out_, shard_.file_name("errors"), errors_.sorted());
    }
    throw;
  }
  report_.items = entries_.size();
  report_.errors = errors_.sorted().size();
  return report_;
}

/// Decodes everything once: which inputs are good is part of the run's identity.
void ImageFolderRun::scan(std::vector<ListedImage> images) {
  std::vector<std::string> hashes(images.size());
  {
    ProgressTask progress(context_.progress, "checking inputs", images.size());
    for_each_item(images.size(), context_, [&](std::size_t i) {
      attempt(images[i], "image", [&] {
        check_name(images[i].file);
        check(images[i]);
        const auto bytes = read_file_bytes(images[i].path);
        look_at(images[i], decode_image(bytes, {max_pixels_}));
        hashes[i] = sha256_hex(bytes);
      });
      progress.advance();
    });
  }
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (!hashes[i].empty()) inputs_.push_back({std::move(images[i]), std::move(hashes[i])});
  }
  if (!inputs_.empty()) return;
  const ItemError first = errors_.sorted().front();
  fail<NothingUsable>("--in: none of the {} images can be used; the first: {}: {}", images.size(), first.file,
                      first.reason);
}

bool ImageFolderRun::attempt(const ListedImage& image, const char* stage, const std::function<void()>& steps) {
  const bool good = errors_.try_item(image.id, image.path, stage, steps);
  if (good || context_.options.on_error == OnError::skip) return good;
  const ItemError first = errors_.sorted().front();
  fail<ItemFailed>("{}: {}", first.file, first.reason);
}

Json ImageFolderRun::head() const {
  Json inputs = Json::array();
  for (const Input& input : inputs_) inputs.push_back({{"file", input.source.file}, {"sha256", input.sha256}});
  return {{"toolkit", fmt::format("csgis {}", kVersion)},
          {"simd", simd_path_in_use()},
          {"options", options()},
          {"inputs", inputs}};
}

Json ImageFolderRun::journal_head() const {
  const Json dataset = head();
  return {{"identity", sha256_hex(dataset.dump())}, {"shard", shard_.text()}, {"dataset", dataset}};
}

void ImageFolderRun::make_missing() {
  const Json journal_head = this->journal_head();
  const std::vector<std::string> names = parts();
  check_folder_is_ours(out_, journal_head, names, context_);
  const auto finished = earlier_entries(out_, shard_, journal_head, context_);
  for (const JournalEntry& entry : finished) entries_[entry.item] = entry;
  report_.resumed = entries_.size();
  for (const std::string& name : names) {
    if (name.ends_with('/')) out_.make_folder(name.substr(0, name.size() - 1));
  }
  JournalWriter journal(out_, shard_.file_name("journal"), journal_head, finished);
  std::vector<const Input*> mine;
  std::size_t total = 0, place = 0;
  for (const std::size_t i : wanted()) {
    if (!shard_.owns(place++)) continue;
    mine.push_back(&inputs_[i]);
    total += items_of(inputs_[i].source).size();
  }
  {
    ProgressTask progress(context_.progress, task(), total);
    for_each_item(mine.size(), context_, [&](std::size_t i) { work_on(*mine[i], journal, progress); });
  }
  write_errors(out_, shard_.file_name("errors"), errors_.sorted());
  write_lists(entries_);
  journal.flush();
  journal.finish(list_records());  // what is missing has failed and is named in the errors
}

void ImageFolderRun::work_on(const Input& input, JournalWriter& journal, ProgressTask& progress) {
  const std::vector<std::string> items = items_of(input.source);
  std::vector<std::size_t> missing;
  {
    const std::lock_guard lock(entries_mutex_);
    for (std::size_t k = 0; k < items.size(); ++k) {
      if (!entries_.contains(items[k])) missing.push_back(k);
    }
  }
  progress.advance(items.size() - missing.size());
  if (missing.empty()) return;
  DecodedImage pixels;
  const bool is_read = attempt(input.source, "image", [&] {
    const auto bytes = read_file_bytes(input.source.path);
    require<DataError>(sha256_hex(bytes) == input.sha256, "has changed since the run began");
    pixels = decode_image(bytes, {max_pixels_});
  });
  for (const std::size_t k : missing) {
    if (context_.cancel.requested() || !is_read) return;
    attempt(input.source, task(), [&] {
      JournalEntry entry = make(input.source, pixels, k, inner_threads());
      journal.append(entry);
      const std::lock_guard lock(entries_mutex_);
      entries_[entry.item] = std::move(entry);
    });
    progress.advance();
  }
}

/// Threads that images in flight leave idle work inside them.
int ImageFolderRun::inner_threads() const {
  const auto threads = static_cast<std::size_t>(context_.options.threads);
  return static_cast<int>(std::max<std::size_t>(1, threads / std::min(inputs_.size(), threads)));
}

}  // namespace csgis

#include "pipelines/smooth_files.h"

#include "classical/simd_path.h"
#include "core/error.h"
#include "core/version.h"
#include "imaging/image_file.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/hashing.h"
#include "pipelines/image_listing.h"
#include "pipelines/item_errors.h"
#include "pipelines/parallel_items.h"
#include "pipelines/run_identity.h"

#include <algorithm>
#include <atomic>
#include <boost/filesystem/operations.hpp>
#include <map>
#include <set>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kMethodsFile = "methods.json";

std::vector<Method> methods_of(const SmoothOptions& options) {
  std::vector<Method> methods;
  std::set<std::string> texts;
  for (const std::string& text : options.method) {
    methods.push_back(parse_method(text));
    const bool is_new = texts.insert(method_text(methods.back())).second;
    require<UsageError>(is_new, "--method: {} is given twice", method_text(methods.back()));
    check_method(methods.back());
  }
  require<UsageError>(options.device == Device::cpu, "--device cuda: {} runs on the CPU", options.method.front());
  return methods;
}

SmoothImageOptions image_options(const SmoothOptions& options) {
  return {options.depth, options.crop_right, options.normalise};
}

void log_solve(const RunContext& context, const std::string& name, const Method& method, const SolveReport& report) {
  if (report.iterations == 0) return;
  context.log.info("{}: {} took {} iterations, residual {:.1e}", name, method_name(method), report.iterations,
                   report.residual);
}

SmoothReport smooth_one(const SmoothOptions& options, const Method& method, const RunContext& context) {
  const fs::path in = options.in;
  boost::system::error_code ignored;
  const bool into_folder = fs::is_directory(options.out, ignored);
  const fs::path out = into_folder ? fs::path(options.out) / in.filename() : fs::path(options.out);
  require<UsageError>(!fs::equivalent(in, out, ignored), "--in and --out are the same file: {}", out.string());
  const ImageFormat format = result_format(out, options.depth);
  require<OutputError>(context.options.overwrite || !fs::exists(out, ignored), "{} exists; --overwrite replaces it",
                       out.string());
  SolveReport solved;
  std::vector<std::uint8_t> bytes;
  ItemErrors errors;
  const bool good = errors.try_item(image_id(in), in, "smooth", [&] {
    const DecodedImage image = read_image(in, {options.max_pixels});
    const Execution run{options.exact ? Precision::exact : Precision::fast, context.options.threads};
    bytes = smooth_to_file(image, method, run, format, image_options(options), &solved);
  });
  // What the words of the command decide was checked before: another image would do.
  if (!good) fail<NothingUsable>("{}: {}", in.string(), errors.sorted().front().reason);
  if (context.cancel.requested()) throw Cancelled();
  if (out.has_parent_path()) {
    fs::create_directories(out.parent_path(), ignored);  // what fails here, fails in the next line with its reason
  }
  write_single_file(out, bytes, context.options.overwrite);
  log_solve(context, out.filename().string(), method, solved);
  return {1, 0, 0};
}

/// A sub-folder name per method: none for a single one, else its name, with "-2" ... for further settings.
std::vector<std::string> method_folders(const std::vector<Method>& methods) {
  if (methods.size() == 1) return {""};
  std::map<std::string, int> uses;
  std::vector<std::string> folders;
  for (const Method& method : methods) {
    const std::string name = method_name(method);
    const int use = ++uses[name];
    folders.push_back(use == 1 ? name + "/" : fmt::format("{}-{}/", name, use));
  }
  return folders;
}

struct Input {
  ListedImage source;
  std::string sha256;
};

class FolderRun {
 public:
  FolderRun(const SmoothOptions& options, std::vector<Method> methods, const RunContext& context)
      : options_(options),
        context_(context),
        methods_(std::move(methods)),
        folders_(method_folders(methods_)),
        out_(options.out, Shard{}, context.log) {}

  SmoothReport run(std::vector<ListedImage> images) {
    try {
      scan(std::move(images));
      smooth_all();
    } catch (const ItemFailed&) {
      write_errors(out_, kErrorsFile, errors_.sorted());
      throw;
    } catch (const NothingUsable&) {
      if (context_.options.overwrite || journals_in(out_.root()).empty()) {
        write_errors(out_, kErrorsFile, errors_.sorted());
      }
      throw;
    }
    return {done_, resumed_, errors_.sorted().size()};
  }

 private:
  /// Decodes everything once: which inputs are good is part of the run's identity.
  void scan(std::vector<ListedImage> images) {
    std::vector<std::string> hashes(images.size());
    {
      ProgressTask progress(context_.progress, "checking inputs", images.size());
      for_each_item(images.size(), context_, [&](std::size_t i) {
        attempt(images[i], "image", [&] {
          check_name(images[i].file);
          static_cast<void>(result_format(images[i].path, options_.depth));
          const auto bytes = read_file_bytes(images[i].path);
          static_cast<void>(decode_image(bytes, {options_.max_pixels}));
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

  template <class Steps>
  void attempt(const ListedImage& image, const char* stage, const Steps& steps) {
    const bool good = errors_.try_item(image.id, image.path, stage, steps);
    if (good || context_.options.on_error == OnError::skip) return;
    const ItemError first = errors_.sorted().front();
    fail<ItemFailed>("{}: {}", first.file, first.reason);
  }

  Json head() const {
    Json methods = Json::array(), inputs = Json::array();
    for (const Method& method : methods_) methods.push_back(method_text(method));
    for (const Input& input : inputs_) inputs.push_back({{"file", input.source.file}, {"sha256", input.sha256}});
    Json options = to_json_record(options_);
    options["method"] = methods;
    return {{"toolkit", fmt::format("csgis {}", kVersion)},
            {"simd", simd_path_in_use()},
            {"options", options},
            {"inputs", inputs}};
  }

  /// What the run writes at the top of the folder.
  std::vector<std::string> parts() const {
    std::vector<std::string> names;
    if (methods_.size() > 1) {
      names = folders_;
      names.emplace_back(kMethodsFile);
    } else {
      for (const Input& input : inputs_) names.push_back(input.source.file);
    }
    return names;
  }

  void smooth_all() {
    const Json dataset = head();
    const Json journal_head{{"identity", sha256_hex(dataset.dump())}, {"shard", "0/1"}, {"dataset", dataset}};
    check_folder_is_ours(out_, journal_head, parts(), context_);
    const auto finished = earlier_entries(out_, Shard{}, journal_head, context_);
    std::set<std::string> finished_items;
    for (const JournalEntry& entry : finished) finished_items.insert(entry.item);
    resumed_ = done_ = finished_items.size();
    for (const std::string& folder : folders_) {
      if (!folder.empty()) out_.make_folder(folder.substr(0, folder.size() - 1));
    }
    JournalWriter journal(out_, "journal.jsonl", journal_head, finished);
    {
      ProgressTask progress(context_.progress, "smoothing", inputs_.size() * methods_.size());
      for_each_item(inputs_.size(), context_,
                    [&](std::size_t i) { smooth_input(inputs_[i], finished_items, journal, progress); });
    }
    write_lists();
    journal.flush();
    if (done_ == inputs_.size() * methods_.size()) journal.finish({});
  }

  void smooth_input(const Input& input, const std::set<std::string>& finished, JournalWriter& journal,
                    ProgressTask& progress) {
    std::vector<std::size_t> missing;
    for (std::size_t m = 0; m < methods_.size(); ++m) {
      if (!finished.contains(folders_[m] + input.source.file)) missing.push_back(m);
    }
    progress.advance(methods_.size() - missing.size());
    if (missing.empty()) return;
    DecodedImage image;
    attempt(input.source, "image", [&] {
      const auto bytes = read_file_bytes(input.source.path);
      require<DataError>(sha256_hex(bytes) == input.sha256, "has changed since the run began");
      image = decode_image(bytes, {options_.max_pixels});
    });
    for (const std::size_t m : missing) {
      if (context_.cancel.requested() || image.channels() == 0) return;
      attempt(input.source, "smooth", [&] { smooth_into(m, input, image, journal); });
      progress.advance();
    }
  }

  void smooth_into(std::size_t m, const Input& input, const DecodedImage& image, JournalWriter& journal) {
    const std::string path = folders_[m] + input.source.file;
    SolveReport solved;
    const ImageFormat format = result_format(path, options_.depth);
    const auto bytes = smooth_to_file(image, methods_[m], execution(), format, image_options(options_), &solved);
    out_.write(path, bytes);
    journal.append({path, {record_of(path, bytes, Publish::no)}});
    ++done_;
  }

  /// Threads that images in flight leave idle work inside them.
  Execution execution() const {
    const int in_flight =
        static_cast<int>(std::min<std::size_t>(inputs_.size(), static_cast<std::size_t>(context_.options.threads)));
    return {options_.exact ? Precision::exact : Precision::fast, std::max(1, context_.options.threads / in_flight)};
  }

  void write_lists() {
    write_errors(out_, kErrorsFile, errors_.sorted());
    if (methods_.size() == 1) return;
    Json list = Json::array();
    for (std::size_t m = 0; m < methods_.size(); ++m) {
      list.push_back({{"folder", folders_[m].substr(0, folders_[m].size() - 1)}, {"method", method_text(methods_[m])}});
    }
    out_.write_synced(kMethodsFile, Json{{"schema", 1}, {"methods", list}}.dump(2) + '\n');
  }

  const SmoothOptions& options_;
  const RunContext& context_;
  std::vector<Method> methods_;
  std::vector<std::string> folders_;
  OutputFolder out_;
  ItemErrors errors_;
  std::vector<Input> inputs_;
  std::atomic<std::uint64_t> done_ = 0;
  std::uint64_t resumed_ = 0;
};

bool reads_folder(const SmoothOptions& options) {
  boost::system::error_code ignored;
  return fs::is_directory(options.in, ignored);
}

/// Results keep the names of their images, so they may not lie where these do.
void require_apart(const SmoothOptions& options, const std::vector<Method>& methods) {
  const fs::path images = reads_folder(options) ? fs::path(options.in) : fs::path(options.in).parent_path();
  for (const std::string& folder : method_folders(methods)) {
    const fs::path results = fs::path(options.out) / folder;
    boost::system::error_code ignored;
    require<UsageError>(!fs::equivalent(images.empty() ? "." : images, results, ignored),
                        "--in and --out are the same folder: {}", results.string());
  }
}

}  // namespace

bool writes_folder(const SmoothOptions& options) {
  return options.method.size() > 1 || reads_folder(options);
}

SmoothReport smooth_files(const SmoothOptions& options, const RunContext& context) {
  validate(options);
  std::vector<Method> methods = methods_of(options);
  if (!writes_folder(options)) return smooth_one(options, methods.front(), context);
  require_apart(options, methods);
  std::vector<ListedImage> images;
  if (reads_folder(options)) {
    images = list_images(options.in, "--in");
  } else {
    const fs::path in = options.in;
    images.push_back({image_id(in), in.filename().string(), in});
  }
  return FolderRun(options, std::move(methods), context).run(std::move(images));
}

}  // namespace csgis

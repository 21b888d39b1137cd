#include "pipelines/smooth_files.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/image_folder_run.h"
#include "pipelines/method_names.h"
#include "pipelines/net_smoother.h"

#include <boost/filesystem/operations.hpp>
#include <map>
#include <set>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kMethodsFile = "methods.json";

using Method = std::shared_ptr<const ImageSmoother>;

std::vector<Method> methods_of(const SmoothOptions& options, const RunContext& context) {
  std::vector<Method> methods;
  std::set<std::string> texts;
  for (const std::string& text : options.method) {
    methods.push_back(make_smoother(text, {options.device, context.options.threads, &context.log}));
    const Method& method = methods.back();
    require<UsageError>(texts.insert(method->text()).second, "--method: {} is given twice", method->text());
    require<UsageError>(options.device == Device::cpu || method->name() == kNetMethod,
                        "--device cuda: {} runs on the CPU", text);
  }
  return methods;
}

SmoothImageOptions image_options(const SmoothOptions& options) {
  return {options.depth, options.crop_right, options.normalise};
}

void log_solve(const RunContext& context, const std::string& name, const Method& method, const SolveReport& report) {
  if (report.iterations == 0) return;
  context.log.info("{}: {} took {} iterations, residual {:.1e}", name, method->name(), report.iterations,
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
    const auto smooth = [&](const ImageF& colour) { return method->smooth(colour, run, &solved); };
    bytes = smooth_to_file(image, smooth, format, image_options(options));
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

/// A sub-folder name per method; none for a single one.
std::vector<std::string> method_folders(const std::vector<std::string>& names) {
  if (names.size() == 1) return {""};
  std::vector<std::string> folders = numbered_names(names);
  for (std::string& folder : folders) folder += '/';
  return folders;
}

std::vector<std::string> method_folders(const std::vector<Method>& methods) {
  std::vector<std::string> names;
  names.reserve(methods.size());
  for (const Method& method : methods) names.push_back(method->name());
  return method_folders(names);
}

class SmoothRun : public ImageFolderRun {
 public:
  SmoothRun(const SmoothOptions& options, std::vector<Method> methods, const RunContext& context)
      : ImageFolderRun(options.out, options.max_pixels, context, Shard::from_option(options.shard)),
        options_(options),
        methods_(std::move(methods)),
        folders_(method_folders(methods_)) {}

 private:
  const char* task() const override { return "smooth"; }

  Json head() const override {
    Json head{{"layout", kSmoothLayout}};
    head.update(ImageFolderRun::head());
    return head;
  }

  Json options() const override {
    Json record = to_json_record(options_), methods = Json::array();
    for (const Method& method : methods_) {
      methods.push_back(method->text());
      // Another file under the same name is another run.
      if (!method->content().empty()) record["files"][method->text()] = method->content();
    }
    record["method"] = methods;
    return record;
  }

  void check(const ListedImage& image) const override { static_cast<void>(result_format(image.path, options_.depth)); }

  std::vector<std::string> parts() const override {
    std::vector<std::string> names;
    if (methods_.size() > 1) {
      names = folders_;
      if (shard().is_whole()) names.emplace_back(kMethodsFile);
    } else {
      for (const Input& input : inputs()) names.push_back(input.source.file);
    }
    return names;
  }

  /// One per method, named as the file that it becomes.
  std::vector<std::string> items_of(const ListedImage& image) const override {
    std::vector<std::string> items;
    for (const std::string& folder : folders_) items.push_back(folder + image.file);
    return items;
  }

  JournalEntry make(const ListedImage& image, DecodedImage& pixels, std::size_t index, int threads) override {
    const std::string path = folders_[index] + image.file;
    const Execution execution{options_.exact ? Precision::exact : Precision::fast, threads};
    const auto smooth = [&](const ImageF& colour) { return methods_[index]->smooth(colour, execution, nullptr); };
    const auto bytes = smooth_to_file(pixels, smooth, result_format(path, options_.depth), image_options(options_));
    out().write(path, bytes);
    return {path, {record_of(path, bytes, Publish::no)}};
  }

  void write_lists(const std::map<std::string, JournalEntry>& /*entries*/) override {
    if (shard().is_whole()) lists_ = write_method_list(out(), head());
  }

  std::vector<FileRecord> list_records() const override { return lists_; }

  const SmoothOptions& options_;
  std::vector<Method> methods_;
  std::vector<std::string> folders_;
  std::vector<FileRecord> lists_;
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

std::vector<FileRecord> write_method_list(OutputFolder& out, const Json& dataset) {
  const auto texts = dataset.at("options").at("method").get<std::vector<std::string>>();
  if (texts.size() == 1) return {};
  std::vector<std::string> names;
  for (const std::string& text : texts) names.push_back(text.substr(0, text.find(':')));
  const std::vector<std::string> folders = method_folders(names);
  Json list = Json::array();
  for (std::size_t m = 0; m < texts.size(); ++m) {
    list.push_back({{"folder", folders[m].substr(0, folders[m].size() - 1)}, {"method", texts[m]}});
  }
  return {write_list(out, kMethodsFile, Json{{"schema", 1}, {"methods", list}}.dump(2) + '\n')};
}

bool writes_folder(const SmoothOptions& options) {
  return options.method.size() > 1 || reads_folder(options);
}

SmoothReport smooth_files(const SmoothOptions& options, const RunContext& context) {
  validate(options);
  auto methods = methods_of(options, context);
  require<UsageError>(writes_folder(options) || Shard::from_option(options.shard).is_whole(),
                      "--shard is for folders: --in is one image");
  if (!writes_folder(options)) return smooth_one(options, methods.front(), context);
  require_apart(options, methods);
  std::vector<ListedImage> images;
  if (reads_folder(options)) {
    images = list_images(options.in, "--in");
  } else {
    const fs::path in = options.in;
    images.push_back({image_id(in), in.filename().string(), in});
  }
  const ImageFolderReport report = SmoothRun(options, std::move(methods), context).run(std::move(images));
  return {report.items, report.resumed, report.errors};
}

}  // namespace csgis

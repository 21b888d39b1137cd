#include "pipelines/contender.h"

#include "classical/method_string.h"
#include "core/error.h"
#include "datagen/csv.h"
#include "imaging/encode.h"
#include "imaging/image_file.h"
#include "pipelines/external_program.h"
#include "pipelines/hashing.h"
#include "pipelines/output_folder.h"
#include "pipelines/scratch_folder.h"

#include <unistd.h>
#include <array>
#include <boost/filesystem/operations.hpp>
#include <charconv>
#include <cstdlib>
#include <map>
#include <sstream>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

class BuiltIn : public Contender {
 public:
  explicit BuiltIn(std::shared_ptr<const ImageSmoother> smoother) : smoother_(std::move(smoother)) {}

  std::string training_note() const override { return smoother_->training_note(); }
  std::string content() const override { return smoother_->content(); }
  std::string identity(const BenchmarkItem& /*item*/) const override { return smoother_->identity(); }

  Outcome run(const BenchmarkItem& /*item*/, const LoadedItem& loaded, Score score, int threads) const override {
    const auto begin = std::chrono::steady_clock::now();
    const ImageF result = smoother_->smooth(loaded.input, {Precision::fast, threads}, nullptr);
    const double seconds = seconds_since(begin);
    return {as_scored(result, score), seconds};
  }

 private:
  std::shared_ptr<const ImageSmoother> smoother_;
};

/// times.csv: columns image (an ID, or a file name) and seconds, which may be empty.
std::map<std::string, double> read_times(const fs::path& file) {
  std::map<std::string, double> times;
  boost::system::error_code ignored;
  if (!fs::exists(file, ignored)) return times;
  const auto bytes = read_file_bytes(file);
  const CsvTable table({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string());
  const std::size_t image = table.column("image"), seconds = table.column("seconds");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& text = table.at(row, seconds);
    if (text.empty()) continue;
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    require<DataError>(error == std::errc() && stop == text.data() + text.size() && value >= 0 && value < 1e9,
                       "{}: '{}' is no time in seconds", file.string(), text);
    times[table.at(row, image)] = value;
  }
  return times;
}

constexpr const char* kTimesFile = "times.csv";

class Files : public Contender {
 public:
  Files(const std::string& folder, std::uint64_t max_pixels) : folder_(folder), max_pixels_(max_pixels) {
    for (ListedImage& image : list_images(folder, "--method files:dir")) {
      std::string id = as_text(image.id);
      images_.emplace(std::move(id), std::move(image.path));
    }
    times_ = read_times(fs::path(folder) / kTimesFile);
  }

  std::string identity(const BenchmarkItem& item) const override {
    return "files " + xxh128_hex(read_file_bytes(path_of(item)));
  }

  Outcome run(const BenchmarkItem& item, const LoadedItem& /*loaded*/, Score score, int /*threads*/) const override {
    return {read_scored(path_of(item), score, max_pixels_), std::nullopt};
  }

  std::optional<double> seconds(const BenchmarkItem& item, std::optional<double> /*measured*/) const override {
    for (const std::string& name : {item.id, path_of(item).filename().string()}) {
      if (const auto time = times_.find(name); time != times_.end()) return time->second;
    }
    return std::nullopt;
  }

 private:
  const fs::path& path_of(const BenchmarkItem& item) const {
    const auto found = images_.find(item.id);
    require<DataError>(found != images_.end(), "no image {}.* in {}", item.id, folder_);
    return found->second;
  }

  std::string folder_;
  std::uint64_t max_pixels_;
  std::map<std::string, fs::path> images_;
  std::map<std::string, double> times_;
};

/// Where posix_spawnp() finds a program; the word itself where it does not.
fs::path program_file(const std::string& word) {
  const char* const path = std::getenv("PATH");
  if (word.find('/') != std::string::npos || path == nullptr) return word;
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    fs::path file = fs::path(folder.empty() ? "." : folder) / word;
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return word;
}

/// What is known of a file that a command names; empty if it names none.
std::string content_of(const fs::path& file) {
  constexpr std::uintmax_t kMostBytes = 256 << 20;
  boost::system::error_code error;
  if (!fs::is_regular_file(file, error)) return {};
  const auto bytes = fs::file_size(file, error);
  if (error || bytes > kMostBytes) return fmt::format(" ({} bytes, {})", bytes, fs::last_write_time(file, error));
  try {
    return fmt::format(" ({})", xxh128_hex(read_file_bytes(file)));
  } catch (const IoError&) {
    return {};  // an executable need not be readable
  }
}

class External : public Contender {
 public:
  External(const std::string& command, double timeout, std::uint64_t max_pixels)
      : command_(split_command(command)), timeout_(timeout), max_pixels_(max_pixels) {
    for (const char* word : {"{in}", "{out}"}) {
      const bool is_there = std::ranges::any_of(
          command_, [word](const std::string& argument) { return argument.find(word) != std::string::npos; });
      require<UsageError>(is_there, "method 'external': cmd has no {}", word);
    }
    identity_ = "external";
    for (std::size_t i = 0; i < command_.size(); ++i) {
      identity_ += ' ' + command_[i] + content_of(i == 0 ? program_file(command_[i]) : fs::path(command_[i]));
    }
  }

  /// A program or script that was changed is another one.
  std::string identity(const BenchmarkItem& /*item*/) const override { return identity_; }

  Outcome run(const BenchmarkItem& /*item*/, const LoadedItem& loaded, Score score, int /*threads*/) const override {
    const ScratchFolder scratch;
    const fs::path in = scratch.file("in.png"), out = scratch.file("out.png");
    write_single_file(in, encode_image(loaded.input, ImageFormat::png, SampleDepth::u8), false);
    std::vector<std::string> arguments = command_;
    for (std::string& argument : arguments) {
      replace(argument, "{in}", in.string());
      replace(argument, "{out}", out.string());
    }
    const double seconds = run_program(arguments, std::chrono::milliseconds(static_cast<long>(timeout_ * 1000)));
    boost::system::error_code ignored;
    require<DataError>(fs::exists(out, ignored), "{} ended well but wrote no {{out}}", arguments.front());
    return {read_scored(out, score, max_pixels_), seconds};
  }

 private:
  static void replace(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }

  std::vector<std::string> command_;
  std::string identity_;
  double timeout_;
  std::uint64_t max_pixels_;
};

struct FilesOptions {
  std::string dir, name;
};
template <class V>
void describe(V& v, FilesOptions& o) {
  v("dir", o.dir, folder().required(), "the results");
  v("name", o.name, any_value(), "the name in tables");
}

struct ExternalOptions {
  std::string name, cmd;
  double timeout = 600;
};
template <class V>
void describe(V& v, ExternalOptions& o) {
  v("name", o.name, any_value(), "the name in tables");
  v("cmd", o.cmd, any_value().required(), "the program with {in} and {out}");
  v("timeout", o.timeout, between(0.001, 1e6), "seconds that an image may take");
}

template <class Options>
Options read_options(const MethodString& text) {
  try {
    return options_from<Options>(text.items);
  } catch (const UsageError& e) {
    fail<UsageError>("method '{}': {}", join_method_string(text), e.what());
  }
}

std::unique_ptr<Contender> named(std::unique_ptr<Contender> contender, const std::string& text, const std::string& name,
                                 const char* setting) {
  for (const char* taken : {" (tuned)", " (oracle)"}) {
    require<UsageError>(!name.ends_with(taken), "method '{}': a name that ends in '{}' is kept for the toolkit's rows",
                        text, taken);
  }
  contender->record = {name.empty() ? text : name, text, name.empty() ? text : name, setting, {}};
  return contender;
}

}  // namespace

std::unique_ptr<Contender> make_contender(const std::string& text, std::uint64_t max_pixels,
                                          const SmootherSetting& setting) {
  const MethodString parts = split_method_string(text);
  if (parts.name == "files") {
    const auto options = read_options<FilesOptions>(parts);
    require<UsageError>(!options.dir.empty(), "method '{}': dir is missing", text);
    return named(std::make_unique<Files>(options.dir, max_pixels), text, options.name, "files");
  }
  if (parts.name == "external") {
    const auto options = read_options<ExternalOptions>(parts);
    return named(std::make_unique<External>(options.cmd, options.timeout, max_pixels), text, options.name, "external");
  }
  static const std::array<std::string, 2> kOthers{"files", "external"};
  auto smoother = make_smoother(text, setting, kOthers);
  const char* const chosen = parts.name == "none" ? "none" : parts.items.empty() ? "default" : "given";
  MethodRecord record{text, smoother->text(), parts.name, chosen, {}};
  auto contender = std::make_unique<BuiltIn>(std::move(smoother));
  contender->record = std::move(record);
  return contender;
}

std::unique_ptr<Contender> make_contender(const std::string& method_text, MethodRecord record) {
  auto contender = std::make_unique<BuiltIn>(make_smoother(method_text));
  contender->record = std::move(record);
  return contender;
}

}  // namespace csgis

#include "pipelines/fetch.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/download.h"
#include "pipelines/hashing.h"
#include "pipelines/unpack.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

bool is_url(const std::string& text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

/// By the XDG base directory specification: a relative XDG_CACHE_HOME counts as none.
fs::path default_cache() {
  const char* const xdg = std::getenv("XDG_CACHE_HOME");
  if (xdg != nullptr && fs::path(xdg).is_absolute()) return fs::path(xdg) / "csgis/downloads";
  const char* const home = std::getenv("HOME");
  require<UsageError>(home != nullptr && *home != '\0', "neither XDG_CACHE_HOME nor HOME is set; give --cache DIR");
  return fs::path(home) / ".cache/csgis/downloads";
}

class Fetching {
 public:
  Fetching(const DataSource& source, const FetchOptions& options, const RunContext& context)
      : source_(source),
        options_(options),
        context_(context),
        cache_((options.cache.empty() ? default_cache() : fs::path(options.cache)) / source.name),
        to_(options.to.empty() ? source.name : options.to) {
    require<NothingUsable>(!source.files.empty(), "{} is a list of identifiers: there is nothing to fetch. See {}",
                           source.name, source.homepage);
  }

  FetchReport run() {
    FetchReport report;
    report.folder = to_.string();
    if (!source_.layout.empty() && missing_layout().empty() && !context_.options.overwrite) {
      report.was_there = true;
      return report;
    }
    std::vector<fs::path> files;
    for (const SourceFile& file : source_.files) files.push_back(obtain(file));
    make_folder(to_);
    for (std::size_t i = 0; i < files.size(); ++i) report.files += place(source_.files[i], files[i]);
    report.missing = missing_layout();
    return report;
  }

 private:
  std::vector<std::string> missing_layout() const {
    std::vector<std::string> missing;
    boost::system::error_code ignored;
    for (const std::string& path : source_.layout) {
      if (!fs::exists(to_ / path, ignored)) missing.push_back(path);
    }
    return missing;
  }

  static void make_folder(const fs::path& folder) {
    boost::system::error_code error;
    fs::create_directories(folder, error);
    require<OutputError>(!error, "{} cannot be made: {}", folder.string(), error.message());
  }

  /// The checked file on this machine.
  fs::path obtain(const SourceFile& file) {
    if (!options_.from.empty() && !is_url(options_.from.front())) return given(file);
    fs::path cached = cache_ / file.name;
    if (fs::exists(cached)) {
      const std::string wrong = mismatch(cached, file);
      if (wrong.empty()) return cached;
      context_.log.warning("{} is not what it was: {}; it is fetched again", cached.string(), wrong);
    }
    const std::vector<std::string> urls = urls_of(file);
    require<NothingUsable>(!urls.empty(), "{} has no address to fetch from. {} Then: csgis data fetch {} --from FILE",
                           file.name, file.manual, source_.name);
    make_folder(cache_);
    try {
      download(file, urls, cached, {options_.attempts, options_.pause, 20, options_.stall}, context_);
    } catch (const NothingUsable& e) {
      fail<NothingUsable>("{}. By hand: download {} (see {}) and run csgis data fetch {} --from FILE, or put it at {}",
                          e.what(), file.name, source_.homepage, source_.name, cached.string());
    }
    if (file.sha256.empty() && file.md5.empty() && file.sha256_prefix.empty()) {
      // This one lets two people compare what they got.
      context_.log.warning("{}: no hash of it is published, so it is not checked; its SHA-256 is {}", cached.string(),
                           file_digests(cached.string()).sha256);
    }
    return cached;
  }

  std::vector<std::string> urls_of(const SourceFile& file) const {
    if (options_.from.empty()) return file.urls;
    std::vector<std::string> urls;
    for (const std::string& from : options_.from) {
      require<UsageError>(is_url(from), "--from: {} is no URL; several places must all be URLs", from);
      require<UsageError>(from.ends_with('/') || source_.files.size() == 1,
                          "--from: {} has {} files; give a folder, or a URL ending in /", source_.name,
                          source_.files.size());
      urls.push_back(from.ends_with('/') ? from + file.name : from);
    }
    return urls;
  }

  fs::path given(const SourceFile& file) const {
    require<UsageError>(options_.from.size() == 1, "--from: several places must all be URLs");
    fs::path path = options_.from.front();
    boost::system::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      path /= file.name;
    } else {
      require<UsageError>(source_.files.size() == 1, "--from: {} has {} files; give the folder they lie in",
                          source_.name, source_.files.size());
    }
    require<NothingUsable>(fs::is_regular_file(path, ignored), "--from: {} is not there", path.string());
    const std::string wrong = mismatch(path, file);
    require<NothingUsable>(wrong.empty(), "--from: {} is not {}: {}", path.string(), file.name, wrong);
    return path;
  }

  std::uint64_t place(const SourceFile& file, const fs::path& from) const {
    if (file.is_archive) return unpack(from, to_, context_.options.overwrite, {}, context_);
    const fs::path target = to_ / file.name;
    boost::system::error_code error;
    if (fs::exists(target, error)) {
      if (mismatch(target, file).empty() && !context_.options.overwrite) return 0;
      require<OutputError>(context_.options.overwrite, "{} exists; --overwrite replaces it", target.string());
    }
    const fs::path temporary = target.string() + ".csgis-tmp";
    fs::remove(temporary, error);
    fs::create_hard_link(from, temporary, error);
    if (error) fs::copy_file(from, temporary, error);
    if (!error) fs::rename(temporary, target, error);
    require<OutputError>(!error, "{} cannot be written: {}", target.string(), error.message());
    return 1;
  }

  const DataSource& source_;
  const FetchOptions& options_;
  const RunContext& context_;
  fs::path cache_, to_;
};

}  // namespace

DataSource source_to_fetch(const std::string& name, const FetchOptions& options) {
  if (options.manifest.empty()) return find_data_source(name);
  try {
    const std::vector<std::uint8_t> bytes = read_file_bytes(options.manifest);
    DataSource source =
        parse_data_source({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, options.manifest);
    require<NothingUsable>(source.name == name, "--manifest: {} describes '{}'", options.manifest, source.name);
    return source;
  } catch (const DataError& e) {
    fail<NothingUsable>("--manifest: {}", e.what());
  } catch (const IoError& e) {
    fail<NothingUsable>("--manifest: {}", e.what());
  }
}

FetchReport fetch(const DataSource& source, const FetchOptions& options, const RunContext& context) {
  validate(options);
  return Fetching(source, options, context).run();
}

}  // namespace csgis

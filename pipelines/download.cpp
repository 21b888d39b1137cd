#include "pipelines/download.h"

#include "core/error.h"
#include "core/version.h"
#include "pipelines/hashing.h"

#include <curl/curl.h>
#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, FileCloser>;

enum class Ending {
  complete,  // the host says so
  again,     // it may go better the next time
  fresh,     // what is there cannot be gone on from
  never,     // this URL will not give it
};

struct Attempt {
  Ending ending = Ending::never;
  std::string reason;
};

/// One connection that appends to a file.
class Transfer {
 public:
  Transfer(const std::string& url, const fs::path& part, const SourceFile& file, const DownloadOptions& options,
           const RunContext& context, ProgressTask& progress)
      : part_(part), file_(file), context_(context), progress_(progress) {
    boost::system::error_code none;
    const auto size = fs::file_size(part, none);
    offset_ = received_ = none ? 0 : size;
    out_.reset(std::fopen(part.c_str(), "ab"));
    require<OutputError>(out_ != nullptr, "{} cannot be written: {}", part.string(), std::strerror(errno));
    require<Error>(curl_ != nullptr, "libcurl cannot be started");
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 10L);
    set(CURLOPT_FAILONERROR, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, (std::string("csgis/") + kVersion).c_str());
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connect_seconds));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_seconds));
    set(CURLOPT_ERRORBUFFER, message_.data());
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_data);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    set(CURLOPT_XFERINFODATA, this);
    if (offset_ > 0) set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(offset_));
  }

  Attempt run() {
    const CURLcode code = curl_easy_perform(curl_.get());
    const bool is_written = std::fflush(out_.get()) == 0 && write_error_ == 0;
    require<OutputError>(is_written, "{} cannot be written: {}", part_.string(),
                         std::strerror(write_error_ != 0 ? write_error_ : errno));
    if (context_.cancel.requested()) throw Cancelled();
    if (code == CURLE_OK) return {Ending::complete, ""};
    if (is_too_long_) return {Ending::fresh, fmt::format("more than the {} bytes that were published", file_.size)};
    return {ending_of(code), reason_of(code)};
  }

  bool is_resumed() const { return offset_ > 0; }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    require<Error>(curl_easy_setopt(curl_.get(), option, value) == CURLE_OK, "libcurl knows no option {}",
                   static_cast<int>(option));
  }

  static std::size_t on_data(char* data, std::size_t, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->take(data, count);
  }
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(self)->context_.cancel.requested() ? 1 : 0;
  }

  std::size_t take(const char* data, std::size_t count) {
    if (file_.size > 0 && received_ + count > file_.size) {
      is_too_long_ = true;
      return 0;
    }
    if (std::fwrite(data, 1, count, out_.get()) != count) {
      write_error_ = errno;
      return 0;
    }
    const std::uint64_t before = received_ / kMegabyte;
    received_ += count;
    progress_.advance(received_ / kMegabyte - before);
    return count;
  }

  long status() const {
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  Ending ending_of(CURLcode code) const {
    switch (code) {
      case CURLE_RANGE_ERROR:
        return Ending::fresh;
      case CURLE_HTTP_RETURNED_ERROR:
        // 416: nothing lies beyond what we have, so it may be whole, whatever the host said of its length.
        if (status() == 416) return Ending::complete;
        return status() >= 500 || status() == 408 || status() == 429 ? Ending::again : Ending::never;
      case CURLE_PARTIAL_FILE:
      case CURLE_OPERATION_TIMEDOUT:
      case CURLE_RECV_ERROR:
      case CURLE_SEND_ERROR:
      case CURLE_GOT_NOTHING:
      case CURLE_COULDNT_CONNECT:
      case CURLE_SSL_CONNECT_ERROR:
      case CURLE_HTTP2:
      case CURLE_HTTP2_STREAM:
        return Ending::again;
      default:
        return Ending::never;
    }
  }

  std::string reason_of(CURLcode code) const {
    if (code == CURLE_HTTP_RETURNED_ERROR) return fmt::format("the host answers {}", status());
    return message_.front() != '\0' ? message_.data() : curl_easy_strerror(code);
  }

  const fs::path& part_;
  const SourceFile& file_;
  const RunContext& context_;
  ProgressTask& progress_;
  FileHandle out_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_{curl_easy_init(), &curl_easy_cleanup};
  std::array<char, CURL_ERROR_SIZE> message_{};
  std::uint64_t offset_ = 0, received_ = 0;
  bool is_too_long_ = false;
  int write_error_ = 0;
};

/// Every URL in turn, every one several times.
class Download {
 public:
  Download(const SourceFile& file, const fs::path& target, const DownloadOptions& options, const RunContext& context)
      : file_(file),
        target_(target),
        options_(options),
        context_(context),
        progress_(context.progress, "fetching " + file.name + " (MB)", file.size / kMegabyte) {}

  bool try_url(const std::string& url) {
    double pause = options_.pause_seconds;
    for (int attempt = 0; attempt < options_.attempts; ++attempt) {
      Attempt result;
      bool is_resumed = false;
      {
        Transfer transfer(url, part_, file_, options_, context_, progress_);
        is_resumed = transfer.is_resumed();
        result = transfer.run();
      }
      if (result.ending == Ending::complete) {
        const std::string wrong = mismatch(part_, file_);
        if (wrong.empty()) return finish();
        // What another run or host left may be to blame; a whole file from this host is not asked for again.
        result = {is_resumed ? Ending::fresh : Ending::never, "a wrong file: " + wrong};
        fs::remove(part_);
      }
      reasons_.push_back(fmt::format("{}: {}", url, result.reason));
      context_.log.warning("{}", reasons_.back());
      if (result.ending == Ending::never) return false;
      if (result.ending == Ending::fresh) {
        fs::remove(part_);
        continue;
      }
      if (attempt + 1 < options_.attempts) wait(pause);
      pause *= 2;
    }
    return false;
  }

  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  bool finish() {
    boost::system::error_code error;
    fs::rename(part_, target_, error);
    require<OutputError>(!error, "{} cannot be written: {}", target_.string(), error.message());
    return true;
  }

  void wait(double seconds) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < end) {
      if (context_.cancel.requested()) throw Cancelled();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  const SourceFile& file_;
  fs::path target_, part_{target_.string() + ".part"};
  const DownloadOptions& options_;
  const RunContext& context_;
  ProgressTask progress_;
  std::vector<std::string> reasons_;
};

}  // namespace

std::string mismatch(const fs::path& path, const SourceFile& file) {
  const FileDigests found = file_digests(path.string());
  if (file.size > 0 && found.size != file.size) return fmt::format("{} bytes instead of {}", found.size, file.size);
  if (!file.sha256.empty() && found.sha256 != file.sha256) {
    return fmt::format("SHA-256 {} instead of {}", found.sha256, file.sha256);
  }
  if (!found.sha256.starts_with(file.sha256_prefix)) {
    return fmt::format("SHA-256 {} instead of {}...", found.sha256, file.sha256_prefix);
  }
  if (!file.md5.empty() && found.md5 != file.md5) return fmt::format("MD5 {} instead of {}", found.md5, file.md5);
  return "";
}

void download(const SourceFile& file, std::span<const std::string> urls, const fs::path& target,
              const DownloadOptions& options, const RunContext& context) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  require<Error>(started == CURLE_OK, "libcurl cannot be started");
  Download job(file, target, options, context);
  for (const std::string& url : urls) {
    if (job.try_url(url)) return;
  }
  fail<NothingUsable>("{} cannot be fetched: {}", file.name, fmt::join(job.reasons(), "; "));
}

}  // namespace csgis

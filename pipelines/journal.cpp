#include "pipelines/journal.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/hashing.h"
#include "pipelines/item_errors.h"
#include "pipelines/parallel_items.h"

#include <fcntl.h>
#include <unistd.h>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

constexpr std::chrono::milliseconds kFlushInterval{1000};

using Json = nlohmann::ordered_json;

Json to_json(std::span<const FileRecord> files) {
  Json array = Json::array();
  for (const FileRecord& file : files) {
    Json object{{"path", file.path}, {"size", file.size}, {"xxh128", file.xxh128}};
    if (!file.sha256.empty()) object["sha256"] = file.sha256;
    array.push_back(std::move(object));
  }
  return array;
}

std::vector<FileRecord> files_from(const Json& array) {
  std::vector<FileRecord> files;
  for (const Json& file : array) {
    files.push_back({inner_path(file.at("path")), file.at("size"), file.at("xxh128"), file.value("sha256", "")});
  }
  return files;
}

Json to_json(std::span<const NegativeRecord> negatives) {
  Json array = Json::array();
  for (const NegativeRecord& n : negatives) {
    array.push_back({{"kind", to_name(n.kind)},
                     {"file", n.file},
                     {"method", n.method},
                     {"from", n.from},
                     {"psnr", n.score.psnr},
                     {"ssim", n.score.ssim},
                     {"detail", n.score.detail}});
  }
  return array;
}

std::vector<NegativeRecord> negatives_from(const Json& array) {
  std::vector<NegativeRecord> negatives;
  for (const Json& n : array) {
    // JSON has no infinity: the score of a negative that equals its GT is written as null.
    const double psnr = n.at("psnr").is_null() ? std::numeric_limits<double>::infinity() : n.at("psnr").get<double>();
    const std::string file = n.at("file");
    negatives.push_back({from_name<NegativeKind>(n.at("kind").get<std::string>(), "kind"),
                         file.empty() ? file : inner_path(file),
                         n.at("method"),
                         n.at("from"),
                         {psnr, n.at("ssim"), n.at("detail")}});
  }
  return negatives;
}

std::string entry_line(const JournalEntry& entry) {
  Json line{{"item", entry.item}, {"files", to_json(entry.files)}};
  if (!entry.negatives.empty()) line["negatives"] = to_json(entry.negatives);
  if (entry.blend) line["recipe"] = Json::parse(entry.blend->text);
  return line.dump() + '\n';
}

std::optional<BlendRecord> blend_from(const Json& line) {
  if (!line.contains("recipe")) return std::nullopt;
  return blend_record_from(line.at("recipe"));
}

}  // namespace

FileRecord record_of(std::string path, std::span<const std::uint8_t> bytes, Publish publish) {
  return {std::move(path), bytes.size(), xxh128_hex(bytes), publish == Publish::yes ? sha256_hex(bytes) : ""};
}

FileRecord write_list(OutputFolder& folder, const std::string& file, const std::string& text) {
  folder.write_synced(file, text);
  return record_of(file, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, Publish::no);
}

std::string inner_path(std::string path) {
  const fs::path parsed(path);
  bool inside = parsed.is_relative() && !path.empty();
  for (const fs::path& part : parsed) inside = inside && part != "..";
  require<DataError>(inside, "path '{}' leaves the dataset", path);
  return path;
}

std::optional<JournalContent> read_journal(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  const std::vector<std::uint8_t> bytes = read_file_bytes(path);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  JournalContent content;
  bool is_head = true;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    try {
      const Json line = Json::parse(text.substr(0, end));
      if (is_head) {
        content.head = line;
        require<DataError>(line.is_object() && line.contains("identity"), "{} is no journal of csgis", path.string());
      } else if (line.contains("complete")) {
        content.complete = true;
        content.lists = files_from(line.at("lists"));
      } else {
        content.entries.push_back({line.at("item"), files_from(line.at("files")),
                                   negatives_from(line.value("negatives", Json::array())), blend_from(line)});
      }
    } catch (const nlohmann::json::exception&) {
      require<DataError>(!is_head, "{} is no journal of csgis: its first line is not JSON", path.string());
      break;  // what a power loss may leave: everything after it is done again
    }
    is_head = false;
    text.remove_prefix(end + 1);
  }
  require<DataError>(!is_head, "{} is no journal of csgis: it has no complete line", path.string());
  return content;
}

std::string mismatch(const fs::path& root, const FileRecord& record) {
  const fs::path path = root / record.path;
  boost::system::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return error.message();
  if (size != record.size) return fmt::format("has {} bytes, was written with {}", size, record.size);
  try {
    if (xxh128_hex(read_file_bytes(path)) != record.xxh128) return "its content has changed";
  } catch (const IoError& e) {
    return reason_without_path(e, path);
  }
  return {};
}

std::vector<JournalEntry> trusted_entries(std::vector<JournalEntry> entries, const fs::path& root,
                                          const RunContext& context) {
  std::vector<char> trusted(entries.size(), 0);  // not vector<bool>: threads write neighbouring elements
  for_each_item(entries.size(), context, [&](std::size_t i) {
    trusted[i] = 1;
    for (const FileRecord& file : entries[i].files) {
      if (!mismatch(root, file).empty()) trusted[i] = 0;
    }
  });
  std::vector<JournalEntry> kept;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (trusted[i]) kept.push_back(std::move(entries[i]));
  }
  return kept;
}

JournalWriter::JournalWriter(OutputFolder& folder, const std::string& file_name, const nlohmann::ordered_json& head,
                             std::span<const JournalEntry> trusted)
    : path_(folder.path(file_name)), last_flush_(std::chrono::steady_clock::now()) {
  std::string text = head.dump() + '\n';
  for (const JournalEntry& entry : trusted) text += entry_line(entry);
  // Replaced as a whole: if this fails, the old journal is still there.
  folder.write_synced(file_name, text);
  fd_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  require<OutputError>(fd_ >= 0, "cannot write {}: {}", path_.string(), std::strerror(errno));
}

JournalWriter::~JournalWriter() {
  try {
    flush();
  } catch (const OutputError&) {
    // Only reached while another error is on its way; lines that are lost here are done again by the next run.
  }
  if (fd_ >= 0) ::close(fd_);
}

void JournalWriter::append(const JournalEntry& entry) {
  const std::string line = entry_line(entry);
  const std::lock_guard lock(mutex_);
  buffer_ += line;
  if (std::chrono::steady_clock::now() - last_flush_ >= kFlushInterval) flush_locked();
}

void JournalWriter::flush() {
  const std::lock_guard lock(mutex_);
  flush_locked();
}

void JournalWriter::flush_locked() {
  last_flush_ = std::chrono::steady_clock::now();
  while (!buffer_.empty()) {
    const ssize_t written = ::write(fd_, buffer_.data(), buffer_.size());
    if (written < 0 && errno == EINTR) continue;
    require<OutputError>(written >= 0, "cannot write {}: {}", path_.string(), std::strerror(errno));
    buffer_.erase(0, static_cast<std::size_t>(written));
  }
}

void JournalWriter::finish(std::span<const FileRecord> lists) {
  const std::lock_guard lock(mutex_);
  buffer_ += Json{{"complete", true}, {"lists", to_json(lists)}}.dump() + '\n';
  flush_locked();
  require<OutputError>(::fsync(fd_) == 0, "cannot write {}: {}", path_.string(), std::strerror(errno));
}

}  // namespace csgis

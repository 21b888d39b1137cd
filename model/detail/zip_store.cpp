#include "model/detail/zip_store.h"

#include "core/error.h"
#include "model/file_bytes.h"

#include <algorithm>
#include <cstring>

namespace csgis::detail {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50, kDirectoryEntry = 0x02014b50, kDirectoryEnd = 0x06054b50;
constexpr std::uint32_t kDirectoryEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr std::size_t kLocalHeaderBytes = 30, kDirectoryEntryBytes = 46, kDirectoryEndBytes = 22;
constexpr std::size_t kDirectoryEnd64Bytes = 56, kLocator64Bytes = 20;
constexpr std::uint32_t kIn64 = 0xffffffff;  // a 32-bit field whose value stands in the zip64 record
constexpr std::size_t kAlignment = 64;

template <class T>
T number_at(std::span<const std::byte> bytes, std::uint64_t at) {
  require<DataError>(bytes.size() >= sizeof(T) && at <= bytes.size() - sizeof(T),
                     "the archive ends too early: byte {} of {} is needed", at, bytes.size());
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

std::string_view text_at(std::span<const std::byte> bytes, std::uint64_t at, std::uint64_t size) {
  require<DataError>(at <= bytes.size() && size <= bytes.size() - at,
                     "the archive ends too early: byte {} of {} is needed", at + size, bytes.size());
  return {reinterpret_cast<const char*>(bytes.data()) + at, static_cast<std::size_t>(size)};
}

/// Sizes and place of a file, from its directory entry and the zip64 record of that.
struct Extent {
  std::uint64_t size = 0, stored_size = 0, header = 0;
};

Extent extent_of(std::span<const std::byte> archive, std::size_t entry, std::string_view extra) {
  Extent extent{number_at<std::uint32_t>(archive, entry + 24), number_at<std::uint32_t>(archive, entry + 20),
                number_at<std::uint32_t>(archive, entry + 42)};
  const std::span<const std::byte> records = bytes_of(extra);
  for (std::size_t at = 0; at + 4 <= records.size();) {
    const auto id = number_at<std::uint16_t>(records, at), size = number_at<std::uint16_t>(records, at + 2);
    const std::span<const std::byte> record = bytes_of(text_at(records, at + 4, size));
    at += 4 + std::size_t{size};
    if (id != 1) continue;
    std::size_t next = 0;
    for (std::uint64_t* field : {&extent.size, &extent.stored_size, &extent.header}) {
      if (*field != kIn64) continue;
      *field = number_at<std::uint64_t>(record, next);
      next += 8;
    }
  }
  return extent;
}

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.starts_with('/') ||
      name.find_first_of(std::string_view("\\\0", 2)) != std::string_view::npos) {
    return false;
  }
  const std::string framed = fmt::format("/{}/", name);
  return framed.find("/../") == std::string::npos && framed.find("/./") == std::string::npos;
}

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

/// The fields that a local header and a directory entry share, from the version needed to the length of the extra
/// field.
std::string common_fields(std::uint32_t crc, std::uint32_t size, std::size_t name, std::size_t extra) {
  std::string out;
  for (const int value : {0, 0, 0, 0, 0})
    put(out, static_cast<std::uint16_t>(value));  // version, flags, stored, no time
  put(out, crc);
  put(out, size);
  put(out, size);
  put(out, static_cast<std::uint16_t>(name));
  put(out, static_cast<std::uint16_t>(extra));
  return out;
}

}  // namespace

bool looks_like_zip(std::span<const std::byte> bytes) {
  return bytes.size() >= 4 && number_at<std::uint32_t>(bytes, 0) == kLocalHeader;
}

ZipReader::ZipReader(std::span<const std::byte> archive) : archive_(archive) {
  const Directory directory = find_directory();
  require<DataError>(directory.offset <= archive.size() && directory.size <= archive.size() - directory.offset,
                     "the archive's directory lies outside of it");
  data_end_ = directory.offset;
  auto at = static_cast<std::size_t>(directory.offset);
  const std::size_t end = at + static_cast<std::size_t>(directory.size);
  while (at < end) at = add_entry(at, end);
  require<DataError>(entries_.size() == directory.entries, "the archive has {} files, its directory says {}",
                     entries_.size(), directory.entries);
  std::uint64_t total = 0;
  for (const auto& [name, entry] : entries_) total += std::min(entry.size, data_end_ + 1);
  // Files that overlap would make a small archive large.
  require<DataError>(total <= data_end_, "the archive's files have more bytes than it");
}

ZipReader::Directory ZipReader::find_directory() const {
  // The end record stands last, with a comment of its own at most.
  constexpr std::size_t kLongestComment = 0xffff;
  require<DataError>(archive_.size() >= kDirectoryEndBytes, "the archive is too short: {} bytes", archive_.size());
  const std::size_t last = archive_.size() - kDirectoryEndBytes;
  const std::size_t first = last - std::min(last, kLongestComment);
  std::size_t at = last;
  const auto is_end = [&](std::size_t p) {
    return number_at<std::uint32_t>(archive_, p) == kDirectoryEnd &&
           number_at<std::uint16_t>(archive_, p + 20) == archive_.size() - p - kDirectoryEndBytes;
  };
  while (!is_end(at)) {
    require<DataError>(at > first, "the archive has no directory: it is cut off or damaged");
    --at;
  }
  const auto disk = number_at<std::uint16_t>(archive_, at + 4);
  if (at >= kLocator64Bytes && number_at<std::uint32_t>(archive_, at - kLocator64Bytes) == kLocator64) {
    const auto record = number_at<std::uint64_t>(archive_, at - kLocator64Bytes + 8);
    require<DataError>(archive_.size() >= kDirectoryEnd64Bytes && record <= archive_.size() - kDirectoryEnd64Bytes &&
                           number_at<std::uint32_t>(archive_, record) == kDirectoryEnd64,
                       "the archive's zip64 directory is not where it should be");
    return {number_at<std::uint64_t>(archive_, record + 32), number_at<std::uint64_t>(archive_, record + 40),
            number_at<std::uint64_t>(archive_, record + 48)};
  }
  require<DataError>(disk == 0, "the archive is split into several files");
  return {number_at<std::uint16_t>(archive_, at + 10), number_at<std::uint32_t>(archive_, at + 12),
          number_at<std::uint32_t>(archive_, at + 16)};
}

std::size_t ZipReader::add_entry(std::size_t at, std::size_t end) {
  require<DataError>(end - at >= kDirectoryEntryBytes && number_at<std::uint32_t>(archive_, at) == kDirectoryEntry,
                     "the archive's directory is damaged at byte {}", at);
  const auto flags = number_at<std::uint16_t>(archive_, at + 8), method = number_at<std::uint16_t>(archive_, at + 10);
  const auto name_size = number_at<std::uint16_t>(archive_, at + 28),
             extra = number_at<std::uint16_t>(archive_, at + 30);
  const std::size_t next = at + kDirectoryEntryBytes + name_size + extra + number_at<std::uint16_t>(archive_, at + 32);
  require<DataError>(next <= end, "the archive's directory is damaged at byte {}", at);
  const std::string name(text_at(archive_, at + kDirectoryEntryBytes, name_size));
  require<DataError>(is_plain_name(name), "the archive has a file of the unsafe name {}", in_quotes(name));
  require<DataError>((flags & 1) == 0, "the archive's file {} is encrypted", in_quotes(name));
  require<DataError>(method == 0, "the archive's file {} is compressed; checkpoints are stored", in_quotes(name));
  const Extent extent = extent_of(archive_, at, text_at(archive_, at + kDirectoryEntryBytes + name_size, extra));
  require<DataError>(extent.size == extent.stored_size, "the archive's file {} has {} bytes of which {} are stored",
                     in_quotes(name), extent.size, extent.stored_size);
  const Entry entry{extent.header, extent.size, number_at<std::uint32_t>(archive_, at + 16)};
  require<DataError>(entries_.emplace(name, entry).second, "the archive has two files {}", in_quotes(name));
  return next;
}

std::vector<std::string_view> ZipReader::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, entry] : entries_) names.push_back(name);
  std::ranges::sort(names);
  return names;
}

std::span<const std::byte> ZipReader::read(const std::string& name) const {
  const auto found = entries_.find(name);
  require<DataError>(found != entries_.end(), "the archive has no file {}", in_quotes(name));
  const Entry& entry = found->second;
  const std::span<const std::byte> area = archive_.first(static_cast<std::size_t>(data_end_));
  const bool is_there = entry.header < area.size() && number_at<std::uint32_t>(area, entry.header) == kLocalHeader;
  require<DataError>(is_there, "the archive's file {} is not where the directory says", in_quotes(name));
  const auto name_size = number_at<std::uint16_t>(area, entry.header + 26);
  const auto extra = number_at<std::uint16_t>(area, entry.header + 28);
  require<DataError>(text_at(area, entry.header + kLocalHeaderBytes, name_size) == name,
                     "the archive's file {} has another name where it lies", in_quotes(name));
  const std::uint64_t begin = entry.header + kLocalHeaderBytes + name_size + extra;
  require<DataError>(begin <= area.size() && entry.size <= area.size() - begin,
                     "the archive's file {} leaves the archive", in_quotes(name));
  const std::span<const std::byte> bytes =
      area.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(entry.size));
  require<DataError>(crc32(bytes) == entry.crc, "the archive's file {} is damaged: its checksum differs",
                     in_quotes(name));
  return bytes;
}

void ZipWriter::add(const std::string& name, std::span<const std::byte> bytes) {
  entries_.push_back({name, {}, bytes, crc32(bytes)});
}

std::vector<std::span<const std::byte>> ZipWriter::finish() {
  constexpr std::uint64_t kLargest = kIn64 - 1;
  std::vector<std::span<const std::byte>> pieces;
  std::uint64_t at = 0;
  for (Entry& entry : entries_) {
    // The extra field "FB" fills up to the alignment, as torch.save does it.
    const std::uint64_t unpadded = at + kLocalHeaderBytes + entry.name.size() + 4;
    const std::size_t padding = (kAlignment - unpadded % kAlignment) % kAlignment;
    require<DataError>(unpadded + padding + entry.bytes.size() + 0x1000000 < kLargest && entries_.size() < 0xffff,
                       "the tensors do not fit a .pth of at most 4 GiB");
    const auto size = static_cast<std::uint32_t>(entry.bytes.size());
    put(entry.header, kLocalHeader);
    entry.header += common_fields(entry.crc, size, entry.name.size(), padding + 4) + entry.name + "FB";
    put(entry.header, static_cast<std::uint16_t>(padding));
    entry.header.append(padding, 'Z');
    put(directory_, kDirectoryEntry);
    put(directory_, std::uint16_t{0});  // version made by
    directory_ += common_fields(entry.crc, size, entry.name.size(), 0);
    directory_.append(10, '\0');  // comment, disk, attributes
    put(directory_, static_cast<std::uint32_t>(at));
    directory_ += entry.name;
    pieces.push_back(bytes_of(entry.header));
    pieces.push_back(entry.bytes);
    at += entry.header.size() + entry.bytes.size();
  }
  const auto size = static_cast<std::uint32_t>(directory_.size());
  put(directory_, kDirectoryEnd);
  put(directory_, std::uint32_t{0});  // disks
  for (int i = 0; i < 2; ++i) put(directory_, static_cast<std::uint16_t>(entries_.size()));
  put(directory_, size);
  put(directory_, static_cast<std::uint32_t>(at));
  put(directory_, std::uint16_t{0});  // comment
  pieces.push_back(bytes_of(directory_));
  return pieces;
}

}  // namespace csgis::detail

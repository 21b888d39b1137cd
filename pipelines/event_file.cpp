#include "pipelines/event_file.h"

#include "core/error.h"
#include "imaging/png_writer.h"

#include <unistd.h>
#include <bit>
#include <boost/crc.hpp>
#include <boost/filesystem/operations.hpp>
#include <chrono>
#include <cmath>
#include <cstring>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Little-endian bytes of a number.
template <class T>
std::string bytes_of_number(T value) {
  static_assert(std::endian::native == std::endian::little);
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

/// The wire format of protocol buffers: a key of number and type, then the value.
enum WireType : std::uint64_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes += static_cast<char>(value);
}

std::string key(std::uint64_t number, WireType type) {
  return varint(number << 3 | type);
}

std::string field(std::uint64_t number, std::uint64_t value) {
  return key(number, kVarint) + varint(value);
}

std::string field(std::uint64_t number, double value) {
  return key(number, kFixed64) + bytes_of_number(value);
}

std::string field(std::uint64_t number, float value) {
  return key(number, kFixed32) + bytes_of_number(value);
}

std::string field(std::uint64_t number, std::string_view bytes) {
  return key(number, kBytes) + varint(bytes.size()) + std::string(bytes);
}

// Numbers of the fields in event.proto and summary.proto.
constexpr std::uint64_t kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7;
constexpr std::uint64_t kSummaryValue = 1, kTag = 1, kSimpleValue = 2, kImage = 4;
constexpr std::uint64_t kHeight = 1, kWidth = 2, kColourSpace = 3, kEncodedImage = 4;
constexpr std::uint64_t kSessionStatus = 1, kSessionStart = 1, kRgb = 3;

std::string host_name() {
  char name[256] = "";
  if (::gethostname(name, sizeof(name) - 1) != 0 || *name == '\0') return "host";
  return name;
}

std::unique_ptr<AppendFile> new_event_file(const fs::path& folder) {
  const std::string name =
      fmt::format("events.out.tfevents.{}.{}", static_cast<std::int64_t>(seconds_now()), host_name());
  fs::path path = folder / name;
  boost::system::error_code ignored;
  for (int i = 1; fs::exists(path, ignored); ++i) path = folder / fmt::format("{}.{}", name, i);
  return std::make_unique<AppendFile>(path, AppendFile::Existing::refuse);
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

std::uint32_t masked_crc32c(std::string_view bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xa282ead8U;
}

EventFile::EventFile(const fs::path& folder, std::optional<std::int64_t> after) : file_(new_event_file(folder)) {
  write(0, field(kFileVersion, std::string_view("brain.Event:2")));
  if (after) write(*after + 1, field(kSessionLog, field(kSessionStatus, kSessionStart)));
}

void EventFile::write(std::int64_t step, std::string_view content) {
  std::string event = field(kWallTime, seconds_now());
  if (step != 0) event += field(kStep, static_cast<std::uint64_t>(step));
  event += content;
  const std::string length = bytes_of_number(static_cast<std::uint64_t>(event.size()));
  file_->append(length + bytes_of_number(masked_crc32c(length)) + event + bytes_of_number(masked_crc32c(event)));
}

void EventFile::scalars(std::int64_t step, const std::vector<std::pair<std::string, double>>& values) {
  std::string summary;
  for (const auto& [tag, value] : values) {
    if (!std::isfinite(value)) continue;
    summary += field(kSummaryValue, field(kTag, tag) + field(kSimpleValue, static_cast<float>(value)));
  }
  if (!summary.empty()) write(step, field(kSummary, summary));
}

void EventFile::picture(std::int64_t step, std::string_view tag, const Image8& image) {
  require(image.channels() == 3, "event file: the picture has {} channels, must have 3", image.channels());
  PngWriter png;
  const PngWriter::Bytes bytes = png.encode(image);
  const std::string content =
      field(kHeight, static_cast<std::uint64_t>(image.height())) +
      field(kWidth, static_cast<std::uint64_t>(image.width())) + field(kColourSpace, kRgb) +
      field(kEncodedImage, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  write(step, field(kSummary, field(kSummaryValue, field(kTag, tag) + field(kImage, content))));
}

}  // namespace csgis

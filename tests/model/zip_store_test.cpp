#include "model/detail/zip_store.h"

#include "core/error.h"
#include "tests/model/weight_samples.h"
#include "tests/support/catch.h"

namespace csgis::detail {
namespace {

using namespace csgis::testing;

std::string archive_of(const std::vector<std::pair<std::string, std::string>>& files) {
  ZipWriter writer;
  for (const auto& [name, content] : files) writer.add(name, bytes_of(content));
  std::string archive;
  for (const auto piece : writer.finish()) archive += text_of(piece);
  return archive;
}

/// Reads every file; what the reader says when it refuses.
std::string refusal(const std::string& archive) {
  try {
    const ZipReader zip(bytes_of(archive));
    for (const std::string_view name : zip.names()) zip.read(std::string(name));
  } catch (const DataError& error) {
    return error.what();
  }
  return "accepted";
}

/// The archive with some bytes replaced, from `at` on; a negative place counts from the end.
std::string patched(std::string archive, std::ptrdiff_t at, std::string_view bytes) {
  const auto begin = static_cast<std::size_t>(at < 0 ? static_cast<std::ptrdiff_t>(archive.size()) + at : at);
  return archive.replace(begin, bytes.size(), bytes);
}

template <class T>
std::string raw(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

/// One file "f" of `content` described by zip64 records alone.
std::string archive64(const std::string& content) {
  const std::string crc = raw(crc32(bytes_of(content))), full = "\xff\xff\xff\xff";
  std::string zip =
      "PK\3\4" + std::string(10, '\0') + crc + full + full + raw<std::uint16_t>(1) + raw<std::uint16_t>(20) + "f";
  zip += raw<std::uint16_t>(1) + raw<std::uint16_t>(16) + raw<std::uint64_t>(content.size()) +
         raw<std::uint64_t>(content.size());
  zip += content;
  const std::uint64_t directory = zip.size();
  zip += "PK\1\2" + std::string(12, '\0') + crc + full + full + raw<std::uint16_t>(1) + raw<std::uint16_t>(28);
  zip += std::string(10, '\0') + full + "f" + raw<std::uint16_t>(1) + raw<std::uint16_t>(24);
  zip += raw<std::uint64_t>(content.size()) + raw<std::uint64_t>(content.size()) + raw<std::uint64_t>(0);
  const std::uint64_t end = zip.size();
  zip += "PK\6\6" + raw<std::uint64_t>(44) + std::string(12, '\0') + raw<std::uint64_t>(1) + raw<std::uint64_t>(1);
  zip += raw<std::uint64_t>(end - directory) + raw<std::uint64_t>(directory);
  zip += "PK\6\7" + raw<std::uint32_t>(0) + raw<std::uint64_t>(end) + raw<std::uint32_t>(1);
  return zip + "PK\5\6" + std::string(4, '\0') + full + full + full + raw<std::uint16_t>(0);
}

}  // namespace

TEST_CASE("crc32 gives the published check value", "[weights]") {
  CHECK(crc32(bytes_of("123456789")) == 0xcbf43926);
  CHECK(crc32({}) == 0);
}

TEST_CASE("ZipReader reads what ZipWriter writes, aligned", "[weights]") {
  const std::string archive =
      archive_of({{"r/data.pkl", "pickle"}, {"r/data/0", std::string(100, 'x')}, {"r/empty", ""}});
  const ZipReader zip(bytes_of(archive));
  CHECK(zip.names() == std::vector<std::string_view>{"r/data.pkl", "r/data/0", "r/empty"});
  CHECK(text_of(zip.read("r/data.pkl")) == "pickle");
  CHECK(zip.read("r/empty").empty());
  CHECK((zip.read("r/data/0").data() - bytes_of(archive).data()) % 64 == 0);
  CHECK_THROWS_WITH(zip.read("r/data/1"), ContainsSubstring("no file 'r/data/1'"));
  CHECK(refusal(archive_of({})) == "accepted");
}

TEST_CASE("ZipReader reads zip64 records and comments", "[weights]") {
  const std::string archive = archive64("content");
  const ZipReader zip(bytes_of(archive));
  CHECK(text_of(zip.read("f")) == "content");
  CHECK_THAT(refusal(patched(archive, static_cast<std::ptrdiff_t>(archive.find("PK\6\6")), "x")),
             ContainsSubstring("zip64"));

  const std::string commented = patched(archive_of({{"f", "1"}}), -2, raw<std::uint16_t>(4)) + "note";
  CHECK(refusal(commented) == "accepted");
  CHECK_THAT(refusal(commented + "s"), ContainsSubstring("no directory"));
}

TEST_CASE("ZipReader refuses unsafe and unusual archives", "[weights]") {
  for (const std::string name : {"/etc/passwd", "../up", "a/../../up", "a/..", "./a", "a\\b", ""}) {
    CHECK_THAT(refusal(archive_of({{name, "1"}})), ContainsSubstring("unsafe name"));
  }
  CHECK(refusal(archive_of({{"a..b/..c", "1"}})) == "accepted");
  CHECK_THAT(refusal(archive_of({{"a", "1"}, {"a", "2"}})), ContainsSubstring("two files 'a'"));

  const std::string good = archive_of({{"name", "content"}});
  const auto entry = static_cast<std::ptrdiff_t>(good.find("PK\1\2"));
  CHECK_THAT(refusal(patched(good, entry + 10, "\x08")), ContainsSubstring("compressed"));
  CHECK_THAT(refusal(patched(good, entry + 8, "\x01")), ContainsSubstring("encrypted"));
  CHECK_THAT(refusal(patched(good, entry + 20, "\x06")), ContainsSubstring("7 bytes of which 6"));
  CHECK_THAT(refusal(patched(good, entry + 20, std::string("\x01\0\0\x10\x01\0\0\x10", 8))),
             ContainsSubstring("more bytes than it"));
  CHECK_THAT(refusal(patched(good, entry + 42, "\x10")), ContainsSubstring("not where"));
  CHECK_THAT(refusal(patched(good, entry + 46, "m")), ContainsSubstring("another name"));
  CHECK_THAT(refusal(patched(good, entry + 28, "\xff\xff")), ContainsSubstring("damaged at byte"));
  CHECK_THAT(refusal(patched(good, entry, "x")), ContainsSubstring("damaged at byte"));
  CHECK_THAT(refusal(patched(good, static_cast<std::ptrdiff_t>(good.find("content")), "C")),
             ContainsSubstring("checksum"));
  CHECK_THAT(refusal(patched(good, -12, "\x02")), ContainsSubstring("has 1 files, its directory says 2"));
  CHECK_THAT(refusal(patched(good, -18, "\x01")), ContainsSubstring("split"));
  CHECK_THAT(refusal(patched(good, -6, "\xff\xff\xff\x7f")), ContainsSubstring("outside"));
}

TEST_CASE("ZipReader refuses files that share bytes", "[weights]") {
  // Ten directory entries for one file of 1000 bytes.
  const std::string one = archive_of({{"a", std::string(1000, 'x')}});
  const std::size_t begin = one.find("PK\1\2"), end = one.find("PK\5\6");
  std::string many = one.substr(0, begin), entry = one.substr(begin, end - begin);
  for (char name = 'a'; name < 'k'; ++name) {
    entry.back() = name;
    many += entry;
  }
  std::string tail = one.substr(end);
  tail.replace(8, 4, std::string("\x0a\0\x0a\0", 4)).replace(12, 4, raw(static_cast<std::uint32_t>(10 * entry.size())));
  CHECK_THAT(refusal(many + tail), ContainsSubstring("more bytes than it"));
}

TEST_CASE("a cut archive is refused", "[weights]") {
  for (const std::string& archive : {archive_of({{"a", "one"}, {"b", "two"}}), archive64("content")}) {
    for (std::size_t length = 0; length < archive.size(); ++length)
      CHECK(refusal(archive.substr(0, length)) != "accepted");
  }
}

}  // namespace csgis::detail

#include "model/safetensors.h"

#include "core/error.h"
#include "tests/model/weight_samples.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

#include <fmt/format.h>

namespace csgis {
namespace {

using namespace testing;

/// A file of this header and data.
std::string file_of(const std::string& header, const std::string& data = {}) {
  std::string file(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) file[i] = static_cast<char>(std::uint64_t{header.size()} >> (8 * i) & 0xff);
  return file + header + data;
}

TensorFile parsed(const std::string& file) {
  return parse_safetensors(shared(file));
}

/// What the reader says about a file that it must refuse, one line of text.
std::string refusal(const std::string& file) {
  try {
    parsed(file);
  } catch (const DataError& error) {
    const std::string reason = error.what();
    CHECK(reason.find('\n') == std::string::npos);
    return reason;
  }
  return "accepted";
}

std::string refused_header(const std::string& header, std::size_t data = 0) {
  return refusal(file_of(header, std::string(data, '\1')));
}

TensorFile mixed_tensors() {
  TensorFile file;
  add_values<float>(file, "late", DType::f32, {2, 1}, {1.5f, -2});
  add_values<std::int64_t>(file, "count", DType::i64, {}, {-7});
  add_values<std::uint8_t>(file, "flags", DType::boolean, {3}, {0, 1, 1});
  add_values<std::uint16_t>(file, "half", DType::f16, {1, 1}, {0x3c00});
  add_values<float>(file, "early \"\\\xc3\xa9", DType::f32, {1}, {3});
  add_values<double>(file, "none", DType::f64, {4, 0}, {});
  file.metadata = {{"kind", "HDC"}, {"colour", "rgb"}};
  return file;
}

}  // namespace

TEST_CASE("parse_safetensors reads the format's published vectors", "[weights]") {
  const TensorFile empty = parsed(std::string("\x08\0\0\0\0\0\0\0{}      ", 16));
  CHECK(empty.tensors.empty());
  CHECK(empty.metadata.empty());

  // A header whose length is no multiple of 8, so that the data are not aligned in the file.
  const TensorFile one =
      parsed(file_of(R"({"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}})", std::string(16, '\0')));
  REQUIRE(one.tensors.size() == 1);
  CHECK(one.tensors[0].name == "test");
  CHECK(one.tensors[0].dtype == DType::i32);
  CHECK(one.tensors[0].shape == std::vector<std::int64_t>{2, 2});
  CHECK(stored_values<std::int32_t>(one.tensors[0]) == std::vector<std::int32_t>(4, 0));
}

TEST_CASE("write_safetensors writes the format's published vector", "[weights]") {
  const ScratchFolder folder;
  TensorFile file;
  add_values<float>(file, "attn.0", DType::f32, {1, 2, 3}, {0, 1, 2, 3, 4, 5});
  write_safetensors(folder / "a", file, false);
  const std::string header = R"({"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}})";
  CHECK(file_text(folder / "a") ==
        file_of(header, std::string("\0\0\0\0\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40\0\0\xa0\x40", 24)));
}

TEST_CASE("safetensors files come back as they were written, in their order", "[weights]") {
  const ScratchFolder folder;
  const TensorFile file = mixed_tensors();
  write_safetensors(folder / "a", file, false);
  const TensorFile again = read_safetensors(folder / "a");
  CHECK(same_tensors(file, again));
  CHECK(again.metadata == file.metadata);
  write_safetensors(folder / "b", again, false);
  CHECK(file_text(folder / "a") == file_text(folder / "b"));
  // Widest types first, and the data begin at a multiple of 8.
  const std::string text = file_text(folder / "a");
  CHECK(text.find("\"count\"") < text.find("\"none\""));
  CHECK(text.find("\"early") < text.find("\"late\":"));
  CHECK(text.find("\"half\":") < text.find("\"flags\":"));
  CHECK(static_cast<unsigned char>(text[0]) % 8 == 0);
}

TEST_CASE("write_safetensors does not depend on the order of equal content", "[weights]") {
  const ScratchFolder folder;
  TensorFile sorted;
  add_values<float>(sorted, "a", DType::f32, {1}, {1});
  add_values<float>(sorted, "b", DType::f32, {1}, {2});
  write_safetensors(folder / "plain", sorted, false);
  CHECK(file_text(folder / "plain").find("__metadata__") == std::string::npos);
  std::swap(sorted.tensors[0], sorted.tensors[1]);
  write_safetensors(folder / "noted", sorted, false);
  CHECK(read_safetensors(folder / "noted").tensors[0].name == "b");
  CHECK(file_text(folder / "noted")
            .ends_with(file_text(folder / "plain").substr(file_text(folder / "plain").size() - 8)));
}

TEST_CASE("parse_safetensors takes the noted order only when it names all tensors", "[weights]") {
  const std::string tensors =
      R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]})";
  for (const std::string note : {"b", "b\\nb", "b\\nc", "", "b\\na\\na"}) {
    const TensorFile file =
        parsed(file_of(R"({"__metadata__":{"csgis.order":")" + note + "\"}," + tensors + "}", "xy"));
    CHECK(file.tensors[0].name == "a");
    CHECK(file.metadata.contains("csgis.order"));
  }
  const TensorFile file = parsed(file_of(R"({"__metadata__":{"csgis.order":"b\na"},)" + tensors + "}", "xy"));
  CHECK(file.tensors[0].name == "b");
  CHECK(text_of(file.tensors[0].bytes) == "y");
  CHECK(file.metadata.empty());
}

TEST_CASE("tensors that are not aligned in the file are aligned in memory", "[weights]") {
  const std::string header =
      R"({"byte":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"wide":{"dtype":"F64","shape":[2],"data_offsets":[1,17]}})";
  const TensorFile file = parsed(file_of(header, "\7" + std::string(6, '\0') + "\xf0\x3f" + std::string(8, '\0')));
  const Tensor* wide = file.find("wide");
  REQUIRE(wide != nullptr);
  CHECK(reinterpret_cast<std::uintptr_t>(wide->bytes.data()) % 8 == 0);
  CHECK(stored_values<double>(*wide) == std::vector<double>{1, 0});
  CHECK(file.find("narrow") == nullptr);
}

TEST_CASE("every element type has its name and size", "[weights]") {
  std::size_t narrower = 1;
  for (int i = 0; i < 15; ++i) {
    const auto type = static_cast<DType>(i);
    CHECK(dtype_named(name_of(type)) == type);
    CHECK(size_of(type) >= narrower);
    narrower = size_of(type);
    const std::size_t bytes = size_of(type) * 3;
    const TensorFile file = parsed(
        file_of(fmt::format(R"({{"t":{{"dtype":"{}","shape":[3],"data_offsets":[0,{}]}}}})", name_of(type), bytes),
                std::string(bytes, 'x')));
    CHECK(file.tensors[0].dtype == type);
  }
  CHECK_FALSE(dtype_named("F16 ").has_value());
}

TEST_CASE("parse_safetensors refuses a header that lies about lengths", "[weights]") {
  CHECK_THAT(refusal(""), ContainsSubstring("too short"));
  CHECK_THAT(refusal(std::string(7, '\0')), ContainsSubstring("too short"));
  CHECK_THAT(refusal(std::string(8, '\0')), ContainsSubstring("'{'"));
  CHECK_THAT(refusal(std::string("\x03\0\0\0\0\0\0\0{}", 10)), ContainsSubstring("claims a header of 3 bytes, 2 are"));
  CHECK_THAT(refusal(std::string("\x01\xe1\xf5\x05\0\0\0\0{}", 10)), ContainsSubstring("100000001"));
  CHECK_THAT(refusal(std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10)), ContainsSubstring("more than 100000000"));
  CHECK_THAT(refused_header("{}", 1), ContainsSubstring("end after 0 of 1 bytes"));
}

TEST_CASE("parse_safetensors refuses JSON of another form", "[weights]") {
  const std::string entry = R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  REQUIRE(refused_header("{" + entry + "}", 1) == "accepted");
  CHECK_THAT(refused_header(" {" + entry + "}", 1), ContainsSubstring("begin with '{'"));
  CHECK_THAT(refused_header("[]"), ContainsSubstring("begin with '{'"));
  CHECK_THAT(refused_header("{" + entry + "}x", 1), ContainsSubstring("no valid JSON"));
  CHECK_THAT(refused_header("{" + entry + "}" + std::string(1, '\0') + "x", 1), ContainsSubstring("zero byte"));
  CHECK_THAT(refused_header("{" + entry + ",}", 1), ContainsSubstring("no valid JSON"));
  CHECK_THAT(refused_header("{" + entry, 1), ContainsSubstring("no valid JSON"));
  CHECK_THAT(refused_header("{\"\xff\":{}}"), ContainsSubstring("no valid JSON"));
  CHECK_THAT(refused_header("{" + entry + "," + entry + "}", 1), ContainsSubstring("names tensor 'a' twice"));
  CHECK_THAT(refused_header(R"({"a":1})"), ContainsSubstring("the number 1 at 'a'"));
  CHECK_THAT(refused_header(R"({"a":[[[1]]]})"), ContainsSubstring("a list"));
  CHECK_THAT(refused_header(R"({"a":null})"), ContainsSubstring("null"));
  CHECK_THAT(refused_header(R"({"a":true})"), ContainsSubstring("boolean"));
  CHECK_THAT(refused_header(R"({"a":"F32"})"), ContainsSubstring("the text 'F32'"));
  CHECK_THAT(refused_header(R"({"a":{}})"), ContainsSubstring("'a' lacks"));
  CHECK_THAT(refused_header(R"({"a":{"dtype":"U8","shape":[1]}})"), ContainsSubstring("'a' lacks"));
  CHECK_THAT(refused_header(R"({"a":{"offsets":[0,1]}})"), ContainsSubstring("unknown key 'offsets'"));
  CHECK_THAT(refused_header(R"({"a":{"dtype":"U8","dtype":"U8"}})"), ContainsSubstring("key dtype twice"));
  CHECK_THAT(refused_header(R"({"a":{"shape":[],"shape":[]}})"), ContainsSubstring("key shape twice"));
  CHECK_THAT(refused_header(R"({"a":{"dtype":{}}})"), ContainsSubstring("an object"));
  CHECK_THAT(refused_header(R"({"a":{"dtype":["U8"]}})"), ContainsSubstring("a list"));
  CHECK_THAT(refused_header(R"({"a":{"dtype":"f32"}})"), ContainsSubstring("unknown type 'f32'"));
  CHECK_THAT(refused_header(R"({"a":{"shape":[[1]]}})"), ContainsSubstring("a list"));
  CHECK_THAT(refused_header(R"({"a":{"shape":[-1]}})"), ContainsSubstring("the number -1"));
  CHECK_THAT(refused_header(R"({"a":{"shape":[1.0]}})"), ContainsSubstring("the number 1.0"));
  CHECK_THAT(refused_header(R"({"a":{"shape":["1"]}})"), ContainsSubstring("the text '1'"));
  CHECK_THAT(refused_header(R"({"a":{"shape":[9223372036854775808]}})"), ContainsSubstring("too large"));
  CHECK_THAT(refused_header(R"({"__metadata__":{"a":1}})"), ContainsSubstring("the number 1"));
  CHECK_THAT(refused_header(R"({"__metadata__":{"a":{}}})"), ContainsSubstring("an object"));
  CHECK_THAT(refused_header(R"({"__metadata__":{"a":"1","a":"2"}})"), ContainsSubstring("metadata names 'a' twice"));
  CHECK_THAT(refused_header(R"({"__metadata__":{},"__metadata__":{}})"), ContainsSubstring("twice"));
  CHECK_THAT(refused_header(R"({"__metadata__":[]})"), ContainsSubstring("a list"));
  CHECK_THAT(refused_header("{\"two\\nlines\":1}"), ContainsSubstring("'two\\x0alines'"));
}

TEST_CASE("parse_safetensors refuses tensors that do not tile the data", "[weights]") {
  const auto layout = [](const std::string& a, const std::string& b, std::size_t data) {
    return refused_header(R"({"a":{"dtype":"F32",)" + a + R"(},"b":{"dtype":"U8",)" + b + "}}", data);
  };
  const std::string a = R"("shape":[1,1],"data_offsets":[0,4])", b = R"("shape":[2],"data_offsets":[4,6])";
  REQUIRE(layout(a, b, 6) == "accepted");
  CHECK_THAT(layout(a, b, 5), ContainsSubstring("end after 6 of 5"));
  CHECK_THAT(layout(a, b, 7), ContainsSubstring("end after 6 of 7"));
  CHECK_THAT(layout(a, R"("shape":[2],"data_offsets":[5,7])", 7),
             ContainsSubstring("'b' lies at bytes 5 to 7, must begin at 4"));
  CHECK_THAT(layout(a, R"("shape":[2],"data_offsets":[3,5])", 5), ContainsSubstring("must begin at 4"));
  CHECK_THAT(layout(a, R"("shape":[2],"data_offsets":[4,3])", 5), ContainsSubstring("4 to 3"));
  CHECK_THAT(layout(a, R"("shape":[3],"data_offsets":[4,6])", 6), ContainsSubstring("do not fit its shape [3] of U8"));
  CHECK_THAT(layout(a, R"("shape":[2],"data_offsets":[4])", 6), ContainsSubstring("has 1 data_offsets"));
  CHECK_THAT(layout(a, R"("shape":[2],"data_offsets":[4,6,8])", 6), ContainsSubstring("has 3 data_offsets"));
  // 2^32 * 2^32 elements would be 0 bytes, were the product not checked.
  CHECK_THAT(layout(a, R"("shape":[4294967296,4294967296],"data_offsets":[4,4])", 4), ContainsSubstring("do not fit"));
  CHECK_THAT(layout(R"("shape":[4611686018427387904],"data_offsets":[0,0])", R"("shape":[0],"data_offsets":[0,0])", 0),
             ContainsSubstring("do not fit"));
}

TEST_CASE("a safetensors file cut at any byte is refused", "[weights]") {
  const ScratchFolder folder;
  write_safetensors(folder / "a", mixed_tensors(), false);
  const std::string whole = file_text(folder / "a");
  REQUIRE(refusal(whole) == "accepted");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO("cut to " << length << " of " << whole.size());
    CHECK(refusal(whole.substr(0, length)) != "accepted");
  }
  CHECK(refusal(whole + '\0') != "accepted");
}

TEST_CASE("read_safetensors names the file", "[weights]") {
  const ScratchFolder folder;
  write_whole_file(folder / "bad ", {bytes_of("not tensors at all")}, false);
  CHECK_THROWS_WITH(read_safetensors(folder / "bad "), ContainsSubstring("bad : claims a header"));
  write_whole_file(folder / "empty", {}, false);
  CHECK_THROWS_AS(read_safetensors(folder / "empty"), DataError);
  CHECK_THROWS_AS(read_safetensors(folder / "missing"), IoError);
  CHECK_THROWS_AS(read_safetensors(folder.path()), IoError);
}

TEST_CASE("write_safetensors refuses what would be no valid file, and leaves nothing", "[weights]") {
  const ScratchFolder folder;
  TensorFile twice;
  add_values<float>(twice, "a", DType::f32, {1}, {1});
  add_values<double>(twice, "a", DType::f64, {1}, {1});
  CHECK_THROWS_AS(write_safetensors(folder / "x", twice, false), InvalidArgument);
  TensorFile wrong_shape;
  add_values<float>(wrong_shape, "a", DType::f32, {2}, {1});
  CHECK_THROWS_AS(write_safetensors(folder / "x", wrong_shape, false), InvalidArgument);
  TensorFile no_text;
  add_values<float>(no_text, "\xff", DType::f32, {1}, {1});
  CHECK_THROWS_AS(write_safetensors(folder / "x", no_text, false), InvalidArgument);
  TensorFile reserved;
  add_values<float>(reserved, "__metadata__", DType::f32, {1}, {1});
  CHECK_THROWS_AS(write_safetensors(folder / "x", reserved, false), InvalidArgument);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("write_whole_file replaces only what it may", "[weights]") {
  const ScratchFolder folder;
  write_whole_file(folder / "a", {bytes_of("one "), bytes_of("two")}, false);
  CHECK_THROWS_WITH(write_whole_file(folder / "a", {}, false), ContainsSubstring("--overwrite"));
  CHECK(file_text(folder / "a") == "one two");
  const SharedBytes before = map_file(folder / "a");
  write_whole_file(folder / "a", {bytes_of("three")}, true);
  CHECK(file_text(folder / "a") == "three");
  CHECK(text_of(before.bytes) == "one two");
  CHECK_THROWS_AS(write_whole_file(folder.path(), {}, true), OutputError);
  CHECK_THROWS_AS(write_whole_file(folder / "no" / "such", {}, true), OutputError);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("golden safetensors files keep tensors and order, and what we wrote its bytes", "[weights][golden]") {
  const ScratchFolder folder;
  const auto entries = golden_entries("network");  // outlives the loop over a part of it
  for (const auto& entry : entries.at("files")) {
    const std::string name = entry.at("path");
    if (!name.ends_with(".safetensors")) continue;
    INFO(name);
    const std::filesystem::path path = (golden_folder("network") / name).string();
    const TensorFile file = read_safetensors(path);
    CHECK_FALSE(file.tensors.empty());
    write_safetensors(folder / "again", file, true);
    const TensorFile again = read_safetensors(folder / "again");
    CHECK(again.metadata == file.metadata);
    REQUIRE(again.tensors.size() == file.tensors.size());
    for (std::size_t i = 0; i < file.tensors.size(); ++i) {
      const Tensor &was = file.tensors[i], &is = again.tensors[i];
      CHECK((is.name == was.name && is.dtype == was.dtype && is.shape == was.shape));
      CHECK(std::ranges::equal(is.bytes, was.bytes));
    }
    write_safetensors(folder / "third", again, true);
    CHECK((file_text(folder / "third") == file_text(folder / "again")));
  }
}

}  // namespace csgis

#include "model/detail/pickle.h"

#include "core/error.h"
#include "model/detail/pickle_writer.h"
#include "model/file_bytes.h"
#include "tests/support/catch.h"

#include <fmt/format.h>

#include <array>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

namespace csgis::detail {
namespace {

constexpr std::array kAllowed{
    AllowedGlobal{"lib.value", AllowedGlobal::value},
    AllowedGlobal{"lib.function", AllowedGlobal::call},
    AllowedGlobal{"collections.OrderedDict", AllowedGlobal::mapping},
    AllowedGlobal{"numpy.dtype", AllowedGlobal::call},
};

/// The text as bytes, zero bytes and all.
template <std::size_t N>
std::string code(const char (&text)[N]) {
  return {text, N - 1};
}

/// Pickles hold views of their bytes: these stay.
Pickle read(const std::string& bytes) {
  static std::deque<std::string> kept;
  return read_pickle(bytes_of(kept.emplace_back(bytes)), kAllowed);
}

std::string refusal(const std::string& bytes) {
  try {
    read(bytes);
  } catch (const DataError& error) {
    return error.what();
  }
  return "accepted";
}

/// The value of a pickle that holds one without parts.
PickleValue value_of(const std::string& opcodes) {
  const Pickle pickle = read("\x80\x02" + opcodes + ".");
  return pickle[pickle.root];
}

}  // namespace

TEST_CASE("read_pickle reads plain values", "[weights]") {
  CHECK(value_of("N").kind == PickleKind::none);
  CHECK(value_of("\x88").integer == 1);
  CHECK(value_of("\x89").kind == PickleKind::boolean);
  CHECK(value_of(code("K\xff")).integer == 255);
  CHECK(value_of(code("M\x01\x02")).integer == 0x201);
  CHECK(value_of(code("J\xfe\xff\xff\xff")).integer == -2);
  CHECK(value_of(code("\x8a\x00")).integer == 0);
  CHECK(value_of(code("\x8a\x01\xff")).integer == -1);
  CHECK(value_of(code("\x8a\x02\xff\x00")).integer == 255);
  CHECK(value_of(code("\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80")).integer == std::numeric_limits<std::int64_t>::min());
  CHECK(value_of(code("\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00")).kind == PickleKind::long_integer);
  CHECK(value_of(code("G\xc0\x04\x00\x00\x00\x00\x00\x00")).real == -2.5);
  CHECK(value_of(code("X\x02\x00\x00\x00\xc3\xa9")).text == "\xc3\xa9");
  CHECK(value_of(code("U\x02\xff\x00")).text == std::string_view("\xff\0", 2));
  CHECK(value_of("\x8f").kind == PickleKind::set);
}

TEST_CASE("read_pickle reads containers, marks and the memo", "[weights]") {
  // {"a": [1, 2], "b": (True,)} with the list stored and used once more.
  const Pickle pickle =
      read(code("\x80\x02}(X\x01\0\0\0a](K\x01K\x02"
                "eq\x07X\x01\0\0\0b\x88\x85X\x01\0\0\0ch\x07u."));
  const PickleValue& root = pickle[pickle.root];
  REQUIRE(root.kind == PickleKind::dict);
  REQUIRE(pickle.find(root, "a") != nullptr);
  CHECK(pickle.find(root, "a") == pickle.find(root, "c"));
  CHECK(pickle[pickle.find(root, "a")->items.at(1)].integer == 2);
  CHECK(pickle.find(root, "b")->kind == PickleKind::tuple);
  CHECK(pickle.find(root, "d") == nullptr);
  CHECK(pickle.find(*pickle.find(root, "a"), "a") == nullptr);
  // The last of two equal keys counts.
  const Pickle twice = read(code("}(X\x01\0\0\0aK\x01X\x01\0\0\0aK\x02u."));
  CHECK(twice.find(twice[twice.root], "a")->integer == 2);
  // A list may hold itself.
  const Pickle loop = read(code("]q\0h\0a."));
  CHECK(loop[loop.root].items.at(0) == loop.root);
  // Bytes behind STOP are not read.
  CHECK(read("N.rest").size == 2);
}

TEST_CASE("read_pickle turns calls into data", "[weights]") {
  const Pickle pickle = read(code("clib\nfunction\nK\x05\x85R."));
  const PickleValue& call = pickle[pickle.root];
  REQUIRE(call.kind == PickleKind::call);
  CHECK(pickle[call.items.at(0)].text == "lib.function");
  CHECK(pickle[pickle[call.items.at(1)].items.at(0)].integer == 5);
  const Pickle ordered = read(code("ccollections\nOrderedDict\n)RX\x01\0\0\0aK\x01s}X\x01\0\0\0vK\x02sb."));
  CHECK(ordered.find(ordered[ordered.root], "a")->integer == 1);
  const Pickle python2 =
      read(code("ccollections\nOrderedDict\n](](U\x01"
                "aK\x01"
                "e](U\x01"
                "bK\x02"
                "ee\x85R."));
  CHECK(python2.find(python2[python2.root], "b")->integer == 2);
  CHECK_THAT(refusal(code("ccollections\nOrderedDict\n](](NNNee\x85R.")), ContainsSubstring("something else"));
  const Pickle outside = read(code("U\x01k\x85Q."));
  CHECK(outside[outside.root].kind == PickleKind::persistent);
  CHECK(read(code("clib\nvalue\n.")).root != 0);
  CHECK_NOTHROW(read(code("cnumpy\ndtype\n)R)b.")));
  CHECK_NOTHROW(read(code("clib\nfunction\n)\x81.")));
}

TEST_CASE("read_pickle refuses what could do something, by name", "[weights]") {
  CHECK_THAT(refusal(code("cos\nsystem\nX\x02\0\0\0ls\x85R.")), ContainsSubstring("global 'os.system'"));
  CHECK_THAT(refusal(code("cbuiltins\neval\n.")), ContainsSubstring("'builtins.eval'"));
  CHECK_THAT(refusal(code("clib\nvalu\n.")), ContainsSubstring("'lib.valu'"));
  CHECK_THAT(refusal(code("clib.function\n\n.")), ContainsSubstring("not allowed"));
  CHECK_THAT(refusal(code("clib\nvalue\n)R.")), ContainsSubstring("calls the global 'lib.value'"));
  CHECK_THAT(refusal(code("K\x01)R.")), ContainsSubstring("no global"));
  CHECK_THAT(refusal(code("clib\nfunction\n]R.")), ContainsSubstring("no global"));
  CHECK_THAT(refusal(code("ccollections\nOrderedDict\nN\x85R.")), ContainsSubstring("makes a dict of something else"));
  CHECK_THAT(refusal(code("clib\nfunction\n)R}b.")), ContainsSubstring("BUILD"));
  CHECK_THAT(refusal(code("]}b.")), ContainsSubstring("BUILD at byte 2"));
  const std::vector<std::pair<char, const char*>> refused{{'i', "INST"},     {'o', "OBJ"},
                                                          {'P', "PERSID"},   {'I', "INT (0x49)"},
                                                          {'0', "POP"},      {'\x93', "STACK_GLOBAL (0x93)"},
                                                          {'\x82', "EXT1"},  {'\x92', "NEWOBJ_EX"},
                                                          {'\x95', "FRAME"}, {'\xff', "no known name (0xff)"},
                                                          {'\0', "0x00"}};
  for (const auto& [opcode, name] : refused) CHECK_THAT(refusal(std::string("N") + opcode), ContainsSubstring(name));
}

TEST_CASE("read_pickle refuses what no pickler writes", "[weights]") {
  for (const std::string& bytes :
       {code(""), code("N"), code("\x80"), code("K"), code("J\0\0\0"),
        code("X\xff\xff\xff\xff"
             "abc"),
        code("U\x05xx"), code("G\0\0"), code("cos"), code("cos\nsys"), code("\x8a\x05xx"), code("q"), code("j\0\0")}) {
    CHECK_THAT(refusal(bytes), ContainsSubstring("too early"));
  }
  CHECK_THAT(refusal("."), ContainsSubstring("not there"));
  CHECK_THAT(refusal("NN."), ContainsSubstring("1 values left over"));
  CHECK_THAT(refusal("(N."), ContainsSubstring("left over"));
  CHECK_THAT(refusal("t."), ContainsSubstring("misses a mark"));
  CHECK_THAT(refusal("N(\x85."), ContainsSubstring("not there"));  // a value below a mark is not to be had
  CHECK_THAT(refusal(code("(q\0.")), ContainsSubstring("not there"));
  CHECK_THAT(refusal(code("h\x03.")), ContainsSubstring("recalls value 3"));
  CHECK_THAT(refusal("NNa."), ContainsSubstring("no list"));
  CHECK_THAT(refusal("]NNs."), ContainsSubstring("no dict"));
  CHECK_THAT(refusal("}(Nu."), ContainsSubstring("key without a value"));
  CHECK_THAT(refusal(code("X\x02\0\0\0\xed\xa0.")), ContainsSubstring("no UTF-8"));
  CHECK_THAT(refusal("\x80\x09N."), ContainsSubstring("protocol"));
}

TEST_CASE("read_pickle is bounded in depth, marks and values", "[weights]") {
  CHECK(refusal("N" + std::string(63, '\x85') + ".") == "accepted");
  CHECK_THAT(refusal("N" + std::string(70, '\x85') + "."), ContainsSubstring("nested too deeply"));
  CHECK_THAT(refusal(std::string(100'000, '(') + "."), ContainsSubstring("nested too deeply"));
  CHECK_THAT(refusal("]" + std::string(100, ']') + std::string(100, 'a') + "."),
             ContainsSubstring("nested too deeply"));
  CHECK_THAT(refusal("](" + std::string(2'100'000, '}') + "e."), ContainsSubstring("more than 2000000 values"));
}

TEST_CASE("is_utf8 accepts and refuses what the standard does", "[weights]") {
  for (const std::string text :
       {"", "a", "\x7f", "\xc2\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    CHECK(is_utf8(text));
  }
  for (const std::string text : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2x", "\xe0\x9f\xbf", "\xed\xa0\x80",
                                 "\xe2\x82", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff"}) {
    CHECK_FALSE(is_utf8(text));
  }
}

TEST_CASE("read_pickle reads what PickleWriter writes", "[weights]") {
  PickleWriter writer;
  writer.begin_dict();
  const std::array<std::int64_t, 8> integers{0, 255, 256, -1, 2147483647, -2147483648LL, 2147483648LL, -9000000000LL};
  for (const std::int64_t integer : integers) {
    writer.text(fmt::format("{}", integer));
    writer.integer(integer);
  }
  writer.text("calls");
  writer.begin_list();
  for (int i = 0; i < 2; ++i) writer.call("lib.function", [&] { writer.real(0.1); });
  writer.end_list();
  writer.text("other");
  writer.tuple([&] {
    writer.none();
    writer.boolean(true);
    writer.global("lib.value");
  });
  writer.end_items();
  const std::string bytes = writer.finish();
  const Pickle pickle = read(bytes);
  const PickleValue& root = pickle[pickle.root];
  for (const std::int64_t integer : integers) CHECK(pickle.find(root, fmt::format("{}", integer))->integer == integer);
  const PickleValue& calls = *pickle.find(root, "calls");
  REQUIRE(calls.items.size() == 2);
  CHECK(pickle[calls.items[0]].items.at(0) == pickle[calls.items[1]].items.at(0));
  CHECK(pickle[pickle[pickle[calls.items[1]].items.at(1)].items.at(0)].real == 0.1);
  CHECK(pickle.find(root, "other")->items.size() == 3);
  for (std::size_t length = 0; length < bytes.size(); ++length) CHECK(refusal(bytes.substr(0, length)) != "accepted");
}

}  // namespace csgis::detail

#include "classical/method.h"
#include "tests/classical/test_images.h"
#include "tests/support/catch.h"

#include <limits>
#include <set>

using namespace csgis;

namespace {

/// What remains of a text when it is taken apart: "name|key>value|key>value".
std::string taken_apart(std::string_view text) {
  const MethodString method = split_method_string(text);
  std::string out = method.name;
  for (const auto& item : method.items) out += "|" + item.key + ">" + item.value;
  return out;
}

}  // namespace

TEST_CASE("method strings: names, keys and values are taken as they stand") {
  CHECK(taken_apart("l0") == "l0");
  CHECK(taken_apart("l0:lambda=0.02,kappa=2") == "l0|lambda>0.02|kappa>2");
  CHECK(taken_apart("net:weights=a=b:c") == "net|weights>a=b:c");
  CHECK(taken_apart(" l0 : lambda = 1 ") == " l0 | lambda > 1 ");
  CHECK(taken_apart("net:weights=") == "net|weights>");
}

TEST_CASE("method strings: escapes and quotes") {
  CHECK(taken_apart(R"(net:weights=a\,b,x=1)") == "net|weights>a,b|x>1");
  CHECK(taken_apart(R"(net:weights=C:\\dir\\f)") == R"(net|weights>C:\dir\f)");
  CHECK(taken_apart(R"(net:weights="a,b",x=1)") == "net|weights>a,b|x>1");
  CHECK(taken_apart(R"(net:weights="a\,\\b")") == R"(net|weights>a,\b)");
  CHECK(taken_apart(R"(net:weights="")") == "net|weights>");
  CHECK(taken_apart(R"(net:weights=a"b")") == R"(net|weights>a"b")");
  CHECK(taken_apart(R"(net:weights=\"a)") == R"(net|weights>"a)");
}

TEST_CASE("method strings: what the grammar does not make is refused with its place") {
  CHECK_THROWS_WITH(split_method_string("l0:"), ContainsSubstring("has no value"));
  CHECK_THROWS_WITH(split_method_string("l0:lambda"), ContainsSubstring("write lambda=VALUE"));
  CHECK_THROWS_WITH(split_method_string("l0:lambda,kappa=2"), ContainsSubstring("'lambda' has no value"));
  CHECK_THROWS_WITH(split_method_string("l0:=2"), ContainsSubstring("no key"));
  CHECK_THROWS_WITH(split_method_string("l0:lambda=1,"), ContainsSubstring("has no value"));
  CHECK_THROWS_WITH(split_method_string("l0:lambda=1,lambda=1"), ContainsSubstring("'lambda' is given twice"));
  CHECK_THROWS_WITH(split_method_string("net:weights=a\\b"), ContainsSubstring("means nothing"));
  CHECK_THROWS_WITH(split_method_string("net:weights=a\\"), ContainsSubstring("means nothing"));
  CHECK_THROWS_WITH(split_method_string("net:weights=\"a"), ContainsSubstring("not closed"));
  CHECK_THROWS_WITH(split_method_string("net:weights=\"a\"b"), ContainsSubstring("closing quote"));
  CHECK_THROWS_AS(split_method_string(std::string(kMaxMethodText + 1, 'x')), UsageError);
}

TEST_CASE("method strings: any text is taken apart and joined again, or refused as wrong usage") {
  const std::string alphabet = "al0:=,\\\"k.2 \n\0\xff";
  std::uint64_t state = 1;
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = "n:k=";  // half of the texts get past the name at once
    if (i % 2 == 0) text.clear();
    for (int length = i % 13; length > 0; --length) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      text += alphabet[(state >> 33) % alphabet.size()];
    }
    try {
      const std::string meaning = taken_apart(text);
      ++accepted;
      const MethodString method = split_method_string(text);
      CHECK(taken_apart(join_method_string(method)) == meaning);
      CHECK(join_method_string(split_method_string(join_method_string(method))) == join_method_string(method));
    } catch (const UsageError&) {
    }
    try {
      parse_method(text);
    } catch (const UsageError&) {
    }
  }
  CHECK(accepted > 2000);
}

TEST_CASE("a method's text names every option and gives the method back") {
  CHECK(method_text(parse_method("l0:lambda=0.05")) == "l0:lambda=0.05,kappa=2");
  CHECK(method_text(parse_method("none")) == "none");
  for (const MethodInfo& info : method_list()) {
    INFO(info.name);
    const std::string text = method_text(parse_method(info.name));
    CHECK(method_text(parse_method(text)) == text);
    CHECK(method_name(parse_method(text)) == info.name);
    for (const MethodInfo::Option& option : info.options) {
      CHECK(text.find(option.name + "=" + option.default_text) != std::string::npos);
      CHECK(!option.help.empty());
    }
    CHECK(!info.summary.empty());
  }
}

TEST_CASE("options of a method keep all their digits") {
  const Method method = parse_method("l0:lambda=0.1000000000000000055,kappa=1.7976931348623");
  CHECK(std::get<L0Options>(method).lambda == 0.1);
  CHECK(std::get<L0Options>(parse_method(method_text(method))).kappa == 1.7976931348623);
}

TEST_CASE("unknown methods and keys are answered with the nearest valid one") {
  CHECK_THROWS_WITH(parse_method("lo"), ContainsSubstring("did you mean 'l0'"));
  CHECK_THROWS_WITH(parse_method(""), ContainsSubstring("unknown method ''"));
  CHECK_THROWS_WITH(parse_method("l0 "), ContainsSubstring("unknown method 'l0 '"));
  CHECK_THROWS_WITH(parse_method("l0:lamda=1"), ContainsSubstring("did you mean 'lambda'"));
  CHECK_THROWS_WITH(parse_method("none:lambda=1"), ContainsSubstring("no options"));
  const std::vector<std::string> others{"net"};
  CHECK_THROWS_WITH(method_from({"nett", {}}, others), ContainsSubstring("did you mean 'net'"));
}

TEST_CASE("values of the wrong kind or out of bounds are named") {
  for (const char* text :
       {"l0:lambda=", "l0:lambda=abc", "l0:lambda= 1", "l0:lambda=1 ", "l0:lambda=1,5e", "l0:lambda=0x1",
        "l0:lambda=nan", "l0:lambda=inf", "l0:lambda=-1", "l0:lambda=1e999", "l0:lambda=0", "ils-welsch:iterations=1.5",
        "ils-welsch:iterations=99999999999", "ils-welsch:iterations=0"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_method(text), UsageError);
  }
  CHECK_THROWS_WITH(parse_method("l0:lambda=0"), ContainsSubstring("l0:lambda=0") && ContainsSubstring("lambda is 0"));
  CHECK_THROWS_WITH(parse_method("l0:lambda=x"), ContainsSubstring("lambda is 'x', must be a number"));
}

TEST_CASE("methods have different names, and each smooths and refuses through the table") {
  std::set<std::string> names;
  ImageF bad = test::textured_image({12, 14}, 3);
  bad.row(0, 1)[2] = std::numeric_limits<float>::quiet_NaN();
  for (const MethodInfo& info : method_list()) {
    INFO(info.name);
    CHECK(names.insert(info.name).second);
    const Method method = parse_method(info.name);
    for (const int channels : {1, 3}) {
      const ImageF src = test::textured_image({12, 14}, channels);
      const ImageF result = smooth(method, src, {Precision::fast, 2});
      CHECK(result.size() == src.size());
      CHECK(result.channels() == channels);
      CHECK((info.name == "none") == test::same_bytes(result, src));
    }
    CHECK_THROWS_AS(smooth(method, bad), InvalidArgument);
    CHECK_THROWS_AS(smooth(method, ImageF()), InvalidArgument);
  }
}

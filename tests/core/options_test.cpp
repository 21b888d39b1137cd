#include "core/options.h"
#include "tests/support/catch.h"

using namespace csgis;

namespace {

enum class Shape { round, square };
constexpr std::array<EnumName<Shape>, 2> enum_names(Shape) {
  return {{{Shape::round, "round"}, {Shape::square, "square"}}};
}

struct SampleOptions {
  std::string input;
  double strength = 1;
  int threads = 2;
  Shape shape = Shape::round;
  std::optional<int> count;
};

template <class V>
void describe(V& v, SampleOptions& o) {
  v("input", o.input, folder().required(), "where from");
  v("strength", o.strength, greater_than(0), "factor");
  v("threads", o.threads, between(1, 64).execution(), "workers");
  v("shape", o.shape, any_value(), "shape");
  v("count", o.count, at_least(1), "how many");
}

}  // namespace

TEST_CASE("validate names the option, its value and its bounds") {
  SampleOptions o;
  o.input = "somewhere";
  CHECK_NOTHROW(validate(o));
  o.strength = 0;
  CHECK_THROWS_WITH(validate(o), "--strength is 0, must be > 0");
  o.strength = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(validate(o), UsageError);
  o.strength = 1;
  o.threads = 65;
  CHECK_THROWS_WITH(validate(o), "--threads is 65, must be 1 .. 64");
  o.threads = 1;
  o.count = 0;
  CHECK_THROWS_WITH(validate(o), "--count is 0, must be >= 1");
}

TEST_CASE("validate asks for required options") {
  CHECK_THROWS_WITH(validate(SampleOptions{}), "--input is required");
}

TEST_CASE("the JSON record holds what changes the result and nothing else") {
  SampleOptions o;
  o.input = "somewhere";
  o.shape = Shape::square;
  CHECK(to_json_record(o).dump() == R"({"count":null,"shape":"square","strength":1.0})");
  o.count = 3;
  CHECK(to_json_record(o)["count"] == 3);
}

TEST_CASE("an unknown enum value names the nearest one") {
  CHECK(from_name<Shape>("square", "--shape") == Shape::square);
  CHECK_THROWS_WITH(from_name<Shape>("squar", "--shape"), ContainsSubstring("did you mean 'square'"));
}

TEST_CASE("options read back from their JSON record") {
  SampleOptions options;
  const nlohmann::json record = to_json_record(options);
  SampleOptions other;
  read_json_record(record, other);
  CHECK(to_json_record(other) == record);
  nlohmann::json unknown = record;
  unknown["no-such-option"] = 1;
  CHECK_THROWS_AS(read_json_record(unknown, other), DataError);
  CHECK_THROWS_AS(read_json_record(nlohmann::json(3), other), DataError);
  for (const auto& [name, value] : record.items()) {
    nlohmann::json broken = record;
    broken[name] = nlohmann::json::object();
    INFO(name);
    CHECK_THROWS_AS(read_json_record(broken, other), DataError);
  }
}

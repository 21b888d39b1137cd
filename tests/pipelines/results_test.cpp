/// The row model of scores: results.json read and written, and the tables.

#include "core/error.h"
#include "pipelines/results_json.h"
#include "pipelines/results_text.h"
#include "pipelines/statistics.h"
#include "tests/support/catch.h"

#include <limits>

using namespace csgis;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Something in every field.
Results full() {
  Results results;
  results.run = {{"command", "benchmark"}};
  results.metrics = {"psnr", "mae"};
  results.methods = {"none", "l0, \"strong\""};
  results.images = {"a__t", "b__t"};
  results.unmatched = {"c.png"};
  results.rows = {{"none", "a__t", {}, {{"psnr", 20.1}, {"mae", 3}}, {}, "", ""},
                  {"none", "b__t", {}, {{"psnr", kInfinity}}, {{"mae", "too small"}}, "", ""},
                  {"l0, \"strong\"",
                   "a__t",
                   0.25,
                   {{"psnr", 30.0 / 7}, {"mae", 1e-17}},
                   {},
                   "",
                   "outputs/l0/a__t.png",
                   {"made-gt", "chosen-on-gt"}},
                  {"l0, \"strong\"", "b__t", {}, {}, {}, "truncated, at byte 7", ""}};
  summarise(results);
  results.summary[1].interval = Interval{1, 2};
  results.summary[1].gain = -0.5;
  results.summary[1].wins = 1;
  results.summary[1].rank_by_gt = 1.5;
  results.method_records = {{"none", "none", "none", "none", {}},
                            {"l0, \"strong\"", "l0:lambda=0.1", "l0", "given", {"x"}}};
  results.image_records = {{"a__t", "a", "t", "blend/a__t.png", "gt/a.png", {{"contrast", "low"}}}};
  results.comparisons = {{"psnr", "l0", "none", 2, 1.5, {1, 2}, 0.01, 0.02}};
  results.strata = {{"contrast", "low", "psnr", "none", 1, 20.1}};
  results.seed_means = {{"psnr", "mode=full", 3, 2, 20.1, 0.2}};
  results.seed_differences = {{"psnr", "mode=full", "mode=baseline", 0.1, {-0.2, 0.4}}};
  results.times = {{"l0", 512, 768, 2, 5, 0.1, 0.09, 0.11, 1 << 20, "machine"}};
  results.sweeps = {{"l0", "l0:lambda=0.1", {{"psnr", 20}}}};
  results.curve_values = {{"l0", "mae", 0.5, "psnr", 21}};
  results.published = {{"l0", "NKS", "psnr", 33.01, "table 1"}};
  results.notes = {"few images"};
  return results;
}

}  // namespace

TEST_CASE("results.json read back and written again is the same text") {
  const std::string text = to_json_text(full());
  const Results back = results_from_json(text, "results.json");
  CHECK(to_json_text(back) == text);
  CHECK(back.rows[1].metrics[0].second == kInfinity);
  CHECK(back.rows[2].metrics[0].second == 30.0 / 7);
  CHECK(back.rows[3].error == "truncated, at byte 7");
  CHECK(back.summary[1].gain == -0.5);
  CHECK(back.times[0].peak_bytes == 1 << 20);
}

TEST_CASE("every field that is missing or of another type is refused, named with its place") {
  const nlohmann::json whole = nlohmann::json::parse(to_json_text(full()));
  const nlohmann::json flat = whole.flatten();
  int refused = 0;
  for (const auto& [pointer, value] : flat.items()) {
    const nlohmann::json::json_pointer at(pointer);
    if (pointer.starts_with("/run") || pointer.find("/better") != std::string::npos ||
        pointer.find("/unit") != std::string::npos || pointer.find("/definition") != std::string::npos) {
      continue;  // for people alone
    }
    INFO(pointer);
    nlohmann::json broken = whole;
    // An array and an object stand where nothing of the model has one.
    broken[at] = nlohmann::json::array({nlohmann::json::array()});
    if (value.is_null()) continue;
    ++refused;
    CHECK_THROWS_AS(results_from_json(broken.dump(), "r.json"), DataError);
    const auto parent = at.parent_pointer();
    if (!whole[parent].is_object()) continue;
    broken = whole;
    broken[parent].erase(at.back());
    try {
      const Results read = results_from_json(broken.dump(), "r.json");
      CHECK(to_json_text(read) != to_json_text(full()));  // optional: then it is absent, not made up
    } catch (const DataError& e) {
      CHECK(std::string(e.what()).starts_with("r.json: "));
    }
  }
  CHECK(refused > 80);
}

TEST_CASE("texts that are no results are refused with the file's name") {
  for (const char* text : {"", "{", "[]", "null", "{\"schema\":2}", "{\"schema\":1}", "{\"schema\":\"1\"}"}) {
    INFO(text);
    CHECK_THROWS_AS(results_from_json(text, "x.json"), DataError);
  }
  nlohmann::json json = nlohmann::json::parse(to_json_text(full()));
  json["rows"][0]["method"] = "unheard-of";
  CHECK_THROWS_WITH(results_from_json(json.dump(), "x.json"),
                    Catch::Contains("x.json") && Catch::Contains("unheard-of"));
  json = nlohmann::json::parse(to_json_text(full()));
  json["metrics"][0]["name"] = "pnsr";
  CHECK_THROWS_WITH(results_from_json(json.dump(), "x.json"), Catch::Contains("psnr"));
  json = nlohmann::json::parse(to_json_text(full()));
  json["times"][0]["threads"] = 1e12;
  CHECK_THROWS_AS(results_from_json(json.dump(), "x.json"), DataError);
  json = nlohmann::json::parse(to_json_text(full()));
  json["strata"][0]["metric"] = "ssim:csgis";  // known, but not of these results
  CHECK_THROWS_AS(results_from_json(json.dump(), "x.json"), DataError);
  json = nlohmann::json::parse(to_json_text(full()));
  json["images"][1] = json["images"][0];
  CHECK_THROWS_WITH(results_from_json(json.dump(), "x.json"), Catch::Contains("listed twice"));
  const std::string deep = "{\"schema\":1,\"run\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  CHECK_THROWS_WITH(results_from_json(deep, "x.json"), Catch::Contains("x.json: nested"));
  json = nlohmann::json::parse(to_json_text(full()));
  json["comparisons"][0]["metric"] = "";
  CHECK_THROWS_AS(results_from_json(json.dump(), "x.json"), DataError);
}

TEST_CASE("summaries: infinite values apart, the worst 5 % by the metric's direction") {
  Results results;
  results.metrics = {"psnr", "mae"};
  results.methods = {"m"};
  for (int i = 1; i <= 40; ++i) results.rows.push_back({"m", "", {}, {{"psnr", i}, {"mae", i}}, {}, "", ""});
  results.rows.push_back({"m", "", {}, {{"psnr", kInfinity}}, {}, "", ""});
  summarise(results);
  const MetricSummary& psnr = results.summary[0];
  CHECK(psnr.count == 40);
  CHECK(psnr.infinite == 1);
  CHECK(psnr.mean == Approx(20.5));
  CHECK(psnr.median == Approx(20.5));
  CHECK(psnr.deviation == Approx(std::sqrt(40 * 41 / 12.0)));
  CHECK(psnr.worst == Approx(1.5));
  CHECK(results.summary[1].worst == Approx(39.5));
}

TEST_CASE("tables: csv quotes what needs it, markdown marks the best") {
  const Results results = full();
  CHECK(to_csv_text(results) ==
        "method,image,status,seconds,psnr,mae,error,flags\n"
        "none,a__t,ok,,20.1,3.0,,\n"
        "none,b__t,ok,,inf,,,\n"
        "\"l0, \"\"strong\"\"\",a__t,ok,0.25,4.285714285714286,1e-17,,made-gt;chosen-on-gt\n"
        "\"l0, \"\"strong\"\"\",b__t,failed,,,,\"truncated, at byte 7\",\n");
  CHECK(to_markdown_text(results) ==
        "| method | psnr, dB | mae, levels |\n|---|---:|---:|\n"
        "| none | **20.10** (1 inf) | *3.00* |\n| l0, \"strong\" \u2020 | 4.29 [1.00 .. 2.00] (1 of 2) | **0.00** |\n\n"
        "| Over seeds | Metric | Mean | SD of seeds | Seeds | Images |\n|---|---|---|---|---|---|\n"
        "| mode=full | psnr | 20.10 | 0.20 | 3 | 2 |\n\n"
        "| Difference | Metric | Mean | 95 % over seeds | |\n|---|---|---|---|---|\n"
        "| mode=full - mode=baseline | psnr | 0.10 | -0.20 .. 0.40 | within seed noise |\n\n"
        "- Bold: best; italics: second best. In brackets: 95 % intervals, where known.\n"
        "- \u2020: had a hand in ground truths it is scored on, as said below.\n- few images\n- l0, \"strong\": x\n");
}

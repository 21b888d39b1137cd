#include "pipelines/results_json.h"

#include "core/error.h"
#include "metrics/metric_table.h"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

// Each record is described once, by fields(); Writer and Reader go through the same list, so they cannot differ.

template <class V>
void fields(V& v, MethodRecord& r) {
  v("name", r.name);
  v("text", r.text);
  v("family", r.family);
  v("setting", r.setting);
  v("flags", r.flags);
}

template <class V>
void fields(V& v, ImageRecord& r) {
  v("image", r.image);
  v("gt_id", r.gt_id);
  v("texture_id", r.texture_id);
  v("input", r.input);
  v("gt", r.gt);
  v("strata", r.strata);
}

template <class V>
void fields(V& v, Interval& i) {
  v("low", i.low);
  v("high", i.high);
}

template <class V>
void fields(V& v, MetricSummary& s) {
  v("method", s.method);
  v("metric", s.metric);
  v("count", s.count);
  v("infinite", s.infinite);
  if (s.count == 0) return;
  v("mean", s.mean);
  v("median", s.median);
  v("sd", s.deviation);
  v("worst5", s.worst);
  v("interval", s.interval);
  v("gain", s.gain);
  v("wins", s.wins);
  v("rank_by_gt", s.rank_by_gt);
  v("rank_by_texture", s.rank_by_texture);
}

template <class V>
void fields(V& v, Comparison& c) {
  v("metric", c.metric);
  v("method", c.method);
  v("against", c.against);
  v("count", c.count);
  v("difference", c.difference);
  v("interval", c.interval);
  v("p", c.p);
  v("p_holm", c.p_holm);
}

template <class V>
void fields(V& v, StratumMean& s) {
  v("stratum", s.stratum);
  v("value", s.value);
  v("metric", s.metric);
  v("method", s.method);
  v("count", s.count);
  v("mean", s.mean);
}

template <class V>
void fields(V& v, SeedMean& s) {
  v("metric", s.metric);
  v("group", s.group);
  v("seeds", s.seeds);
  v("images", s.images);
  v("mean", s.mean);
  v("sd", s.deviation);
}

template <class V>
void fields(V& v, SeedDifference& d) {
  v("metric", d.metric);
  v("group", d.group);
  v("against", d.against);
  v("difference", d.difference);
  v("interval", d.interval);
}

template <class V>
void fields(V& v, TimeRecord& t) {
  v("method", t.method);
  v("height", t.height);
  v("width", t.width);
  v("threads", t.threads);
  v("repeats", t.repeats);
  v("median", t.median);
  v("lower_quartile", t.lower_quartile);
  v("upper_quartile", t.upper_quartile);
  v("peak_bytes", t.peak_bytes);
  v("machine", t.machine);
}

template <class V>
void fields(V& v, SweepPoint& s) {
  v("family", s.family);
  v("text", s.text);
  v("metrics", s.metrics);
}

template <class V>
void fields(V& v, CurveValue& c) {
  v("family", c.family);
  v("along", c.along);
  v("at", c.at);
  v("metric", c.metric);
  v("value", c.value);
}

template <class V>
void fields(V& v, PublishedValue& p) {
  v("family", p.family);
  v("dataset", p.dataset);
  v("metric", p.metric);
  v("value", p.value);
  v("source", p.source);
}

template <class V>
void fields(V& v, ResultRow& r) {
  v("method", r.method);
  v("image", r.image);
  std::string status = r.error.empty() ? "ok" : "failed";
  v("status", status);
  v.check(status == "ok" || status == "failed", "status is neither ok nor failed");
  if (status == "failed") {
    v("error", r.error);
    v.check(!r.error.empty(), "a failed row without a reason");
    return;
  }
  v.or_null("seconds", r.seconds);
  v("metrics", r.metrics);
  v.unless_empty("skipped", r.skipped);
  v.unless_empty("file", r.file);
  v.unless_empty("flags", r.flags);
}

template <class V>
void fields(V& v, Results& r) {
  v("methods", r.methods);
  v("images", r.images);
  v("unmatched", r.unmatched);
  v.unless_empty("notes", r.notes);
  v.unless_empty("method_records", r.method_records);
  v.unless_empty("image_records", r.image_records);
  v("summary", r.summary);
  v.unless_empty("comparisons", r.comparisons);
  v.unless_empty("strata", r.strata);
  v.unless_empty("seed_means", r.seed_means);
  v.unless_empty("seed_differences", r.seed_differences);
  v.unless_empty("times", r.times);
  v.unless_empty("sweeps", r.sweeps);
  v.unless_empty("curve_values", r.curve_values);
  v.unless_empty("published", r.published);
  v("rows", r.rows);
}

Json written(const std::string& value) {
  return value;
}
Json written(double value) {
  return json_of(value);
}
template <std::integral T>
Json written(T value) {
  return value;
}
template <class T>
Json written(const std::vector<std::pair<std::string, T>>& values) {
  Json object = Json::object();
  for (const auto& [name, value] : values) object[name] = written(value);
  return object;
}
template <class T>
Json written(const std::vector<T>& values);
template <class T>
requires std::is_class_v<T> Json written(const T& record);

struct Writer {
  Json out = Json::object();

  template <class T>
  void operator()(const char* name, const T& value) {
    out[name] = written(value);
  }
  template <class T>
  void operator()(const char* name, const std::optional<T>& value) {
    if (value) out[name] = written(*value);
  }
  template <class T>
  void or_null(const char* name, const std::optional<T>& value) {
    out[name] = value ? written(*value) : Json(nullptr);
  }
  template <class T>
  void unless_empty(const char* name, const T& value) {
    if (!value.empty()) out[name] = written(value);
  }
  void check(bool, const char*) {}
};

template <class T>
Json written(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(written(value));
  return list;
}
template <class T>
requires std::is_class_v<T> Json written(const T& record) {
  Writer writer;
  fields(writer, const_cast<T&>(record));  // a Writer changes nothing
  return std::move(writer.out);
}

/// @throws DataError with the place: "rows[12].metrics"
struct Reader {
  const Json& in;
  std::string place;

  [[noreturn]] void refuse(const std::string& what) const {
    fail<DataError>("{}: {}", place.empty() ? "results" : place, what);
  }
  void check(bool good, const char* what) const {
    if (!good) refuse(what);
  }
  const Json& member(const char* name) const {
    const auto found = in.find(name);
    if (found == in.end()) refuse(fmt::format("'{}' is missing", name));
    return *found;
  }
  bool has(const char* name) const { return in.contains(name); }

  template <class T>
  void operator()(const char* name, T& value) {
    read(member(name), place + '.' + name, value);
  }
  template <class T>
  void operator()(const char* name, std::optional<T>& value) {
    if (has(name)) read(member(name), place + '.' + name, value.emplace());
  }
  template <class T>
  void or_null(const char* name, std::optional<T>& value) {
    if (!member(name).is_null()) read(member(name), place + '.' + name, value.emplace());
  }
  template <class T>
  void unless_empty(const char* name, T& value) {
    if (has(name)) read(member(name), place + '.' + name, value);
  }

  static void read(const Json& json, const std::string& place, std::string& value) {
    require<DataError>(json.is_string(), "{} is no text", place);
    value = json.get<std::string>();
  }
  static void read(const Json& json, const std::string& place, double& value) { value = double_from(json, place); }
  template <std::integral T>
  static void read(const Json& json, const std::string& place, T& value) {
    require<DataError>(json.is_number_unsigned() && json.get<std::uint64_t>() <= std::uint64_t{1} << 53,
                       "{} is no whole number", place);
    const auto number = json.get<std::uint64_t>();
    require<DataError>(std::in_range<T>(number), "{} is too large", place);
    value = static_cast<T>(number);
  }
  template <class T>
  static void read(const Json& json, const std::string& place, std::vector<std::pair<std::string, T>>& values) {
    require<DataError>(json.is_object(), "{} is no object", place);
    for (const auto& [name, value] : json.items())
      read(value, place + '.' + name, values.emplace_back(name, T{}).second);
  }
  template <class T>
  static void read(const Json& json, const std::string& place, std::vector<T>& values) {
    require<DataError>(json.is_array(), "{} is no list", place);
    for (std::size_t i = 0; i < json.size(); ++i) read(json[i], fmt::format("{}[{}]", place, i), values.emplace_back());
  }
  template <class T>
  requires std::is_class_v<T>
  static void read(const Json& json, const std::string& place, T& record) {
    require<DataError>(json.is_object(), "{} is no object", place);
    Reader reader{json, place};
    fields(reader, record);
  }
};

Json metrics_json(const Results& results) {
  Json metrics = Json::array();
  for (const std::string& name : results.metrics) {
    const MetricInfo& metric = find_metric(name);
    metrics.push_back({{"name", name},
                       {"better", metric.better == Better::higher ? "higher" : "lower"},
                       {"unit", metric.unit},
                       {"definition", metric.summary}});
  }
  return metrics;
}

void check_unique(std::vector<std::string> names, const char* what) {
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  require<DataError>(twice == names.end(), "the {} '{}' is listed twice", what, twice == names.end() ? "" : *twice);
}

void check_names(const Results& results) {
  check_unique(results.methods, "method");
  check_unique(results.images, "image");
  check_unique(results.metrics, "metric");
  const auto known = [](const std::vector<std::string>& names, const std::string& name, const char* what) {
    require<DataError>(std::ranges::find(names, name) != names.end(), "no {} '{}' in its list", what, name);
  };
  for (const ResultRow& row : results.rows) {
    known(results.methods, row.method, "method");
    for (const auto& [metric, value] : row.metrics) known(results.metrics, metric, "metric");
  }
  for (const MetricSummary& summary : results.summary) {
    known(results.methods, summary.method, "method");
    known(results.metrics, summary.metric, "metric");
  }
  for (const Comparison& comparison : results.comparisons) known(results.metrics, comparison.metric, "metric");
  for (const StratumMean& mean : results.strata) known(results.metrics, mean.metric, "metric");
  for (const SeedMean& mean : results.seed_means) known(results.metrics, mean.metric, "metric");
  for (const SeedDifference& difference : results.seed_differences) known(results.metrics, difference.metric, "metric");
}

Results read_results(const Json& json) {
  require<DataError>(json.is_object(), "not a JSON object");
  Results results;
  Reader reader{json, ""};
  require<DataError>(reader.member("schema") == 1, "schema {} is not known; 1 is", reader.member("schema").dump());
  results.run = reader.member("run");
  require<DataError>(reader.member("metrics").is_array(), "metrics is no list");
  for (const Json& metric : reader.member("metrics")) {
    require<DataError>(metric.is_object() && metric.contains("name"), "metrics: an entry without a name");
    Reader::read(metric.at("name"), "metrics.name", results.metrics.emplace_back());
    static_cast<void>(find_metric(results.metrics.back()));
  }
  fields(reader, results);
  check_names(results);
  return results;
}

}  // namespace

Json json_of(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

double double_from(const Json& json, const std::string& place) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (json == "inf") return kInfinity;
  if (json == "-inf") return -kInfinity;
  require<DataError>(json.is_number(), "{} is no number", place);
  return json.get<double>();
}

std::string to_json_text(const Results& results) {
  Writer writer;
  writer.out = Json{{"schema", 1}, {"run", results.run}, {"metrics", metrics_json(results)}};
  fields(writer, const_cast<Results&>(results));  // a Writer changes nothing
  return writer.out.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Results results_from_json(std::string_view text, const std::string& name) {
  // Writing recurses, so that text of brackets alone could exhaust the stack.
  static constexpr int kDeepest = 64;
  const auto check_depth = [&name](int depth, Json::parse_event_t, const Json&) {
    require<DataError>(depth <= kDeepest, "{}: nested more than {} deep", name, kDeepest);
    return true;
  };
  const Json json = Json::parse(text, check_depth, false);
  require<DataError>(!json.is_discarded(), "{}: not JSON", name);
  try {
    return read_results(json);
  } catch (const Error& e) {
    fail<DataError>("{}: {}", name, e.what());
  }
}

}  // namespace csgis

#include "cli/dry_run.h"

#include "cli/command.h"
#include "cli/session.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace csgis::cli {
namespace {

using Json = nlohmann::ordered_json;

void add(const Forecast::Counts& counts, const Cost& cost, Json& object) {
  for (const auto& [name, number] : counts) object[name] = number;
  object["seconds"] = cost.seconds;
  object["cpu_seconds"] = cost.cpu_seconds;
  object["bytes"] = cost.bytes;
  object["files"] = cost.files;
}

/// Two digits are more than an estimate is worth.
std::string about(double value) {
  if (value <= 0) return "0";
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  const double rounded = std::round(value / unit) * unit;
  return rounded < 10 ? fmt::format("{:.2g}", rounded) : fmt::format("{:.0f}", rounded);
}

std::string time_in_words(double seconds) {
  constexpr double kMinute = 60, kHour = 3600, kDay = 86400;
  if (seconds < 2 * kMinute) return about(seconds) + " s";
  if (seconds < 2 * kHour) return about(seconds / kMinute) + " min";
  return seconds < 2 * kDay ? about(seconds / kHour) + " h" : about(seconds / kDay) + " days";
}

std::string size_in_words(double bytes) {
  constexpr std::array kUnits{"bytes", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < kUnits.size(); ++unit) bytes /= 1000;
  return fmt::format("{} {}", about(bytes), kUnits[unit]);
}

void print(const Forecast::Counts& counts, const Cost& cost, const char* of_what) {
  fmt::print("{}", of_what);
  const char* between = "";
  for (auto [name, number] : counts) {
    std::ranges::replace(name, '_', ' ');
    fmt::print("{}{} {}", between, number, name);
    between = ", ";
  }
  fmt::print("\n  about {} ({} of processor time), {} in {} files\n", time_in_words(cost.seconds),
             time_in_words(cost.cpu_seconds), size_in_words(static_cast<double>(cost.bytes)), cost.files);
}

}  // namespace

int show_forecast(const Forecast& forecast, const std::string& out, const CommonOptions& common) {
  if (common.json) {
    Json object{{"dry_run", true}, {"out", out}};
    add(forecast.counts, forecast.cost, object);
    object["threads"] = common.threads;
    object["errors"] = forecast.errors;
    if (forecast.whole) add(forecast.whole->first, forecast.whole->second, object["whole"]);
    object["measured"] = {{"items", forecast.measured}, {"seconds", forecast.measured_seconds}};
    object["notes"] = forecast.notes;
    print_json(object);
  } else {
    fmt::print("{}: nothing is written; the run would do this, on {} thread{}:\n", out, common.threads,
               common.threads == 1 ? "" : "s");
    print(forecast.counts, forecast.cost, forecast.whole ? "  this shard: " : "  ");
    if (forecast.whole) print(forecast.whole->first, forecast.whole->second, "  all shards: ");
    fmt::print("  estimated from {}, which took {}\n", forecast.measured, time_in_words(forecast.measured_seconds));
    for (const std::string& note : forecast.notes) fmt::print("  {}\n", note);
  }
  if (forecast.errors == 0) return kDone;
  fmt::print(stderr, "csgis: {} cannot be used; {}{}\n",
             forecast.errors == 1 ? "1 input" : fmt::format("{} inputs", forecast.errors),
             forecast.errors == 1 ? "" : "the first: ", forecast.first_error);
  return kItemsFailed;
}

}  // namespace csgis::cli

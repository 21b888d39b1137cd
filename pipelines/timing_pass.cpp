#include "pipelines/timing_pass.h"

#include "core/error.h"
#include "pipelines/cluster_bootstrap.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

namespace csgis {
namespace {

constexpr std::size_t kLeastRepeats = 3, kRepeats = 5;
constexpr double kLongestSeconds = 2;

/// "VmRSS" or "VmHWM" of /proc/self/status, in bytes; 0 if it is not told.
std::uint64_t memory_now(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ':')) return std::stoull(line.substr(field.size() + 1)) * 1024;
  }
  return 0;
}

/// Sets the peak back to what is in use now (Linux 4.0).
void forget_peak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
}

TimeRecord time_one(const Contender& contender, const BenchmarkItem& item, const LoadedItem& loaded, int threads) {
  TimeRecord record;
  record.method = contender.record.name;
  record.height = loaded.input.height();
  record.width = loaded.input.width();
  record.threads = threads;
  record.machine = machine_name();
  forget_peak();
  const std::uint64_t before = memory_now("VmRSS");
  std::vector<double> seconds;
  double total = 0;
  const auto run = [&] { return contender.run(item, loaded, Score::unclipped, threads).seconds; };
  if (!run()) return record;
  while (seconds.size() < kLeastRepeats || (seconds.size() < kRepeats && total < kLongestSeconds)) {
    seconds.push_back(*run());
    total += seconds.back();
  }
  const std::uint64_t peak = memory_now("VmHWM");
  record.peak_bytes = peak > before ? peak - before : 0;
  std::ranges::sort(seconds);
  record.repeats = seconds.size();
  record.median = quantile(seconds, 0.5);
  record.lower_quartile = quantile(seconds, 0.25);
  record.upper_quartile = quantile(seconds, 0.75);
  return record;
}

}  // namespace

std::vector<TimeRecord> time_contenders(const BenchmarkItem& item, std::span<const Contender* const> contenders,
                                        const std::vector<int>& thread_counts, std::uint64_t max_pixels,
                                        const RunContext& context) {
  const LoadedItem loaded = load_item(item, Score::unclipped, max_pixels);
  std::vector<TimeRecord> records;
  ProgressTask progress(context.progress, "timing", contenders.size() * thread_counts.size());
  for (const Contender* contender : contenders) {
    for (const int threads : thread_counts) {
      if (context.cancel.requested()) throw Cancelled();
      try {
        const TimeRecord record = time_one(*contender, item, loaded, threads);
        if (record.repeats > 0) records.push_back(record);
      } catch (const Error& e) {  // the scoring has named it already
        context.log.warning("{}: not timed: {}", contender->record.name, e.what());
      }
      progress.advance();
    }
  }
  return records;
}

std::string machine_name() {
  std::ifstream info("/proc/cpuinfo");
  std::string model = "unknown processor";
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (!line.starts_with("model name") || colon == std::string::npos) continue;
    model = line.substr(colon + 2);
    break;
  }
  return fmt::format("{}, {} threads", model, std::thread::hardware_concurrency());
}

}  // namespace csgis

#pragma once
/// What a run would do and what it would cost, without doing it: --dry-run of build, negatives and benchmark.
///
/// Inputs are listed and checked as the run does it, so that counts and errors are those of the run. The cost comes
/// from the run itself, on a small, evenly chosen part of its items and into a scratch folder: parts that grow until
/// about kCalibrationSeconds are used up, the last of them is extrapolated by pixels. Processor time is measured, and
/// divided by the threads: what the run takes on a machine that does nothing else, with a disk that keeps up.

#include "core/run_context.h"

#include <boost/filesystem/path.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace csgis {

inline constexpr double kCalibrationSeconds = 5;

struct Cost {
  double cpu_seconds = 0;
  double seconds = 0;  ///< On the threads of the run.
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};

struct Forecast {
  using Counts = std::vector<std::pair<std::string, std::uint64_t>>;  ///< Name, as in the JSON output, and number.

  Counts counts;  ///< What the run works on; of a shard, what is its own.
  Cost cost;
  std::optional<std::pair<Counts, Cost>> whole;  ///< For a shard: all shards together, seconds as one after the other.
  std::string measured;                          ///< "12 of 1496 samples"
  double measured_seconds = 0;                   ///< How long that took.
  std::uint64_t errors = 0;                      ///< Inputs that cannot be used.
  std::string first_error;
  std::vector<std::string> notes;  ///< Sentences on what was left out of account.
};

/// Processor time of this process so far, in seconds.
double process_seconds();

/// The threads that can run at once of those that were asked for.
double cores_of(const RunContext& context);

/// Calls measure(n) for n = 1, 2, 4 ... and last `most`, as long as the next call, expected to take `growth` times as
/// long as the last one, ends before kCalibrationSeconds have passed. The first is made in any case.
/// @return  the seconds it took  @throws Cancelled
double calibrate(std::size_t most, double growth, const RunContext& context,
                 const std::function<void(std::size_t n)>& measure);

/// `count` places of 0 .. total-1 in ascending order, evenly spread; all if there are fewer.
std::vector<std::size_t> evenly_chosen(std::size_t total, std::size_t count);

/// What lies in a folder: images (PNG, TIFF, archives of them), and the lists, records and pages beside them.
struct Tally {
  std::uint64_t image_bytes = 0, images = 0, list_bytes = 0, lists = 0;
};
Tally tally(const boost::filesystem::path& folder);

/// A line through two measurements: `each` for every unit more, `fixed` for what does not grow; neither is negative.
/// With one measurement (equal units) all of it is `each`.
struct Line {
  double fixed = 0, each = 0;

  static Line through(double units_a, double value_a, double units_b, double value_b);
  double at(double units) const { return fixed + each * units; }
};

/// The context of a run that nobody is to hear of.
class Unheard : public Log, public ProgressSink {
 public:
  RunContext context(const RunContext& of) { return {*this, *this, of.cancel, of.options}; }

  void write(LogLevel /*level*/, std::string_view /*message*/) override {}
  void start(std::string_view /*task*/, std::uint64_t /*total*/) override {}
  void advance(std::uint64_t /*items*/) override {}
  void finish() override {}
};

/// A note when something lies in the output folder already: it is not looked into.
void note_what_lies_there(const std::string& out, Forecast& forecast);

}  // namespace csgis

#include "pipelines/forecast.h"

#include "core/error.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

namespace csgis {
namespace fs = boost::filesystem;

double process_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double cores_of(const RunContext& context) {
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return std::min(cores, context.options.threads);
}

double calibrate(std::size_t most, double growth, const RunContext& context,
                 const std::function<void(std::size_t n)>& measure) {
  using Clock = std::chrono::steady_clock;
  const auto seconds_since = [](Clock::time_point t) {
    return std::chrono::duration<double>(Clock::now() - t).count();
  };
  const Clock::time_point begin = Clock::now();
  for (std::size_t n = 1;; n = std::min(2 * n, most)) {
    const Clock::time_point round = Clock::now();
    measure(n);
    if (context.cancel.requested()) throw Cancelled();
    if (n >= most || seconds_since(begin) + growth * seconds_since(round) > kCalibrationSeconds) break;
  }
  return seconds_since(begin);
}

std::vector<std::size_t> evenly_chosen(std::size_t total, std::size_t count) {
  count = std::min(count, total);
  std::vector<std::size_t> places;
  for (std::size_t k = 0; k < count; ++k)
    places.push_back((2 * k + 1) * total / (2 * count));  // middles of equal parts
  return places;
}

Tally tally(const fs::path& folder) {
  Tally sum;
  boost::system::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; at != end; at.increment(error)) {
    if (error || !fs::is_regular_file(at->path(), error)) continue;
    const std::string extension = at->path().extension().string();
    const bool is_image = extension == ".png" || extension == ".tif" || extension == ".tar";
    (is_image ? sum.image_bytes : sum.list_bytes) += fs::file_size(at->path(), error);
    ++(is_image ? sum.images : sum.lists);
  }
  return sum;
}

Line Line::through(double units_a, double value_a, double units_b, double value_b) {
  if (units_b <= units_a) return {0, units_b > 0 ? value_b / units_b : 0};
  const double each = std::clamp((value_b - value_a) / (units_b - units_a), 0.0, value_b / units_b);
  return {value_b - each * units_b, each};
}

void note_what_lies_there(const std::string& out, Forecast& forecast) {
  boost::system::error_code error;
  if (!fs::is_directory(out, error) || fs::is_empty(out, error)) return;
  forecast.notes.push_back(out + " holds files already; what an earlier run has finished is not taken off");
}

}  // namespace csgis

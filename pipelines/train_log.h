#pragma once
/// metrics.jsonl of a training: a line per so many steps, and one per epoch with validation.

#include "pipelines/append_file.h"
#include "pipelines/output_folder.h"

#include <boost/filesystem/path.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

inline constexpr const char* kMetricsFile = "metrics.jsonl";

/// The lines of a file; a torn last line, which a crash leaves, is left out. None for a missing file.
/// @throws DataError  another line is no JSON object with a whole number "step"; names file and line
std::vector<nlohmann::ordered_json> read_metrics(const boost::filesystem::path& path);

/// Appends to metrics.jsonl. Everything that differs between equal runs stands under the key "time" of a line.
class TrainLog {
 public:
  /// @param step, epoch  where the training stands: what the file holds of later steps, of this epoch's end, and of the
  ///                     end of a shorter training is cut off
  /// @throws OutputError, DataError
  TrainLog(OutputFolder& folder, std::int64_t step, std::int64_t epoch);

  /// @throws OutputError
  void write(const nlohmann::ordered_json& line);
  void sync() { file_->sync(); }

 private:
  std::optional<AppendFile> file_;
};

}  // namespace csgis

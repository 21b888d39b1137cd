#include "pipelines/train_log.h"

#include "core/error.h"
#include "imaging/image_file.h"

#include <boost/filesystem/operations.hpp>

#include <string_view>

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::vector<Json> read_metrics(const boost::filesystem::path& path) {
  std::vector<Json> lines;
  boost::system::error_code ignored;
  if (!boost::filesystem::exists(path, ignored)) return lines;
  const std::vector<std::uint8_t> bytes = read_file_bytes(path);
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    Json line = Json::parse(rest.substr(0, end), nullptr, false);
    const bool is_good = line.is_object() && line.contains("step") && line["step"].is_number_integer();
    require<DataError>(is_good, "{}: line {} is no record of a training", path.string(), lines.size() + 1);
    lines.push_back(std::move(line));
    rest.remove_prefix(end + 1);
  }
  return lines;
}

TrainLog::TrainLog(OutputFolder& folder, std::int64_t step, std::int64_t epoch) {
  const boost::filesystem::path path = folder.path(kMetricsFile);
  std::vector<Json> lines = step == 0 ? std::vector<Json>() : read_metrics(path);
  std::erase_if(lines, [&](const Json& line) {
    return line["step"] > step || line.contains("end") || (line.contains("val") && line.value("epoch", epoch) >= epoch);
  });
  std::size_t next = 0;
  folder.write_lines_synced(kMetricsFile, [&](std::string& text) {
    if (next == lines.size()) return false;
    text = lines[next++].dump();
    return true;
  });
  file_.emplace(path);
}

void TrainLog::write(const Json& line) {
  file_->append(line.dump() + '\n');
}

}  // namespace csgis

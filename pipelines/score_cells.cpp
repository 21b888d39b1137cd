#include "pipelines/score_cells.h"

#include "core/error.h"
#include "imaging/encode.h"
#include "imaging/image_file.h"
#include "imaging/png_writer.h"
#include "pipelines/hashing.h"
#include "pipelines/parallel_items.h"
#include "pipelines/results_json.h"
#include "pipelines/timing_pass.h"

#include <fcntl.h>
#include <unistd.h>
#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <set>
#include <sstream>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kCells = "cells";

std::string to_line(const Cell& cell) {
  Json metrics = Json::object(), skipped = Json::object();
  for (const auto& [name, value] : cell.metrics) metrics[name] = json_of(value);
  for (const auto& [name, reason] : cell.skipped) skipped[name] = reason;
  const Json json{{"cell", cell.key},
                  {"metrics", metrics},
                  {"skipped", skipped},
                  {"contrast", cell.contrast},
                  {"seconds", cell.seconds ? Json(*cell.seconds) : Json(nullptr)},
                  {"machine", cell.machine},
                  {"file", cell.file},
                  {"hash", cell.file_hash}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// @throws Json::exception  not a line of ours
Cell from_line(const std::string& line) {
  const Json json = Json::parse(line);
  Cell cell;
  cell.key = json.at("cell").get<std::string>();
  for (const auto& [name, value] : json.at("metrics").items())
    cell.metrics.emplace_back(name, double_from(value, name));
  for (const auto& [name, value] : json.at("skipped").items()) {
    cell.skipped.emplace_back(name, value.get<std::string>());
  }
  cell.contrast = json.at("contrast").get<double>();
  if (!json.at("seconds").is_null()) cell.seconds = json.at("seconds").get<double>();
  cell.machine = json.value("machine", "");
  cell.file = json.at("file").get<std::string>();
  cell.file_hash = json.at("hash").get<std::string>();
  return cell;
}

bool has_metric(const Cell& cell, const std::string& metric) {
  return value_of(cell.metrics, metric).has_value() ||
         std::ranges::find(cell.skipped, metric, &std::pair<std::string, std::string>::first) != cell.skipped.end();
}

bool is_as_written(const fs::path& file, const std::string& hash) {
  try {
    return xxh128_hex(read_file_bytes(file)) == hash;
  } catch (const Error&) {
    return false;
  }
}

double deviation(double sum, double squares, std::size_t values) {
  const auto count = static_cast<double>(values);
  return std::sqrt(std::max(0.0, squares / count - (sum / count) * (sum / count)));
}

/// In whole numbers: exact, and a tenth of the time.
double contrast_of(const Image8& a, const Image8& b) {
  constexpr std::size_t kBlock = 4096;  // whose sum of squares fits into 32 bits
  const auto p = a.samples(), q = b.samples();
  std::int64_t sum = 0, squares = 0;
  for (std::size_t first = 0; first < p.size(); first += kBlock) {
    const std::size_t end = std::min(first + kBlock, p.size());
    std::int32_t block_sum = 0, block_squares = 0;
    for (std::size_t i = first; i < end; ++i) {
      const std::int32_t d = static_cast<std::int32_t>(p[i]) - static_cast<std::int32_t>(q[i]);
      block_sum += d;
      block_squares += d * d;
    }
    sum += block_sum;
    squares += block_squares;
  }
  return deviation(static_cast<double>(sum), static_cast<double>(squares), p.size());
}

/// Standard deviation of a - b over all values.
double contrast_of(const ScoredImage& a, const ScoredImage& b) {
  if (a.bytes() != nullptr && b.bytes() != nullptr) return contrast_of(*a.bytes(), *b.bytes());
  std::vector<double> p(a.row_values()), q(a.row_values());
  double sum = 0, squares = 0;
  for (int y = 0; y < a.height(); ++y) {
    a.read_row(y, p.data());
    b.read_row(y, q.data());
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double d = p[i] - q[i];
      sum += d;
      squares += d * d;
    }
  }
  return deviation(sum, squares, a.values());
}

std::vector<std::uint8_t> file_of(const Scored& image) {
  if (const auto* const floats = std::get_if<ImageF>(&image)) {
    return encode_image(*floats, ImageFormat::tiff, SampleDepth::f32);
  }
  thread_local PngWriter png;
  const auto bytes = png.encode(std::get<Image8>(image));
  return {bytes.begin(), bytes.end()};
}

/// Keys of a dataset come from its lists; as names of files they must not lead elsewhere.
std::string kept_path(const std::string& folder, std::string name, Score score) {
  std::ranges::replace(name, '/', '_');
  return fmt::format("images/{}/{}{}", folder, name, score == Score::rounded ? ".png" : ".tif");
}

class Scoring {
 public:
  Scoring(std::span<const BenchmarkItem> items, std::span<const Contender* const> contenders, const ScoringSetup& setup,
          const CellOutput& out, ProgressTask& progress, const RunContext& context)
      : items_(items),
        contenders_(contenders),
        setup_(setup),
        out_(out),
        progress_(progress),
        context_(context),
        cells_(contenders.size()) {
    for (auto& row : cells_) row.resize(items.size());
    const auto threads = static_cast<std::size_t>(context.options.threads);
    const std::size_t in_flight = std::clamp<std::size_t>(items.size(), 1, threads);
    inner_threads_ = static_cast<int>(std::max<std::size_t>(1, threads / in_flight));
  }

  std::vector<std::vector<ScoredCell>> run() {
    for (const std::string& kept : setup_.kept_in) out_.folder.make_folder("images/" + kept);
    if (keeps_images()) out_.folder.make_folder("images/gt");
    for_each_item(items_.size(), context_, [&](std::size_t i) { score_item(i); });
    out_.store.flush();
    return std::move(cells_);
  }

 private:
  bool keeps_images() const { return !setup_.kept_in.empty(); }

  void score_item(std::size_t i) {
    std::optional<LoadedItem> loaded;
    const BenchmarkItem& item = items_[i];
    const std::string read_error =
        attempt(item.id, item.input, "read", [&] { loaded = load_item(item, setup_.score, setup_.max_pixels); });
    boost::system::error_code ignored;
    if (loaded && keeps_images() && !fs::exists(out_.folder.path(kept_gt(item.gt_id, setup_.score)), ignored)) {
      keep_gt(item, *loaded);
    }
    for (std::size_t m = 0; m < contenders_.size(); ++m) {
      if (context_.cancel.requested()) return;
      ResultRow& row = cells_[m][i].row;
      row.method = contenders_[m]->record.name;
      row.image = item.id;
      row.error = read_error;
      cells_[m][i].is_unreadable = !loaded;
      if (loaded) {
        const std::string name = row.method + '/' + item.id;
        row.error = attempt(name, item.input, "smooth", [&] { fill(cells_[m][i], *contenders_[m], i, m, *loaded); });
      }
      progress_.advance();
    }
  }

  /// What went wrong; empty if nothing did.
  template <class Steps>
  std::string attempt(const std::string& name, const fs::path& file, const char* stage, const Steps& steps) {
    ItemErrors own;
    if (own.try_item(name, file, stage, steps)) return {};
    const ItemError error = own.sorted().front();
    out_.errors.add(error);
    if (context_.options.on_error == OnError::stop) fail<ItemFailed>("{}: {}", error.item, error.reason);
    return error.reason;
  }

  void fill(ScoredCell& out, const Contender& contender, std::size_t i, std::size_t m, const LoadedItem& loaded) {
    const BenchmarkItem& item = items_[i];
    const std::string file = keeps_images() ? kept_path(setup_.kept_in[m], item.id, setup_.score) : "";
    const std::string key =
        xxh128_hex_of(fmt::format("{}\n{}\n{}\n{}\n{}\n{}", contender.identity(item), item.id, loaded.input_hash,
                                  loaded.gt_hash, item.is_pair, to_name(setup_.score)));
    std::optional<Cell> cell = out_.store.find(key, setup_.metrics, file);
    if (!cell) {
      cell = computed(contender, item, loaded, file);
      cell->key = key;
      cell->machine = machine_;
      out_.store.add(*cell);
    }
    out.contrast = cell->contrast;
    out.row.seconds = contender.seconds(item, cell->machine == machine_ ? cell->seconds : std::nullopt);
    out.row.file = file;
    for (const std::string& name : setup_.metrics) {
      if (const auto value = value_of(cell->metrics, name)) out.row.metrics.emplace_back(name, *value);
    }
    for (const auto& [name, reason] : cell->skipped) {
      if (std::ranges::find(setup_.metrics, name) != setup_.metrics.end()) out.row.skipped.emplace_back(name, reason);
    }
  }

  Cell computed(const Contender& contender, const BenchmarkItem& item, const LoadedItem& loaded,
                const std::string& file) {
    const Outcome outcome = contender.run(item, loaded, setup_.score, inner_threads_);
    ResultRow row;
    const ScoredPair pair{view(outcome.image), view(loaded.gt), {}, loaded.labels ? &*loaded.labels : nullptr, {}};
    score_pair(pair, setup_.metrics, row);
    Cell cell;
    cell.seconds = outcome.seconds;
    cell.metrics = std::move(row.metrics);
    cell.skipped = std::move(row.skipped);
    cell.contrast = contrast_of(view(outcome.image), view(loaded.gt));
    if (!file.empty()) {
      const auto bytes = file_of(outcome.image);
      cell.file = file;
      cell.file_hash = xxh128_hex(bytes);
      out_.folder.write(file, bytes);
      keep_gt(item, loaded);
    }
    return cell;
  }

  /// Once a run: a ground truth belongs to many items.
  void keep_gt(const BenchmarkItem& item, const LoadedItem& loaded) {
    {
      const std::lock_guard lock(gts_mutex_);
      if (!kept_gts_.insert(item.gt_id).second) return;
    }
    out_.folder.write(kept_gt(item.gt_id, setup_.score), file_of(loaded.gt));
  }

  static std::string xxh128_hex_of(const std::string& text) {
    return xxh128_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }

  std::span<const BenchmarkItem> items_;
  std::span<const Contender* const> contenders_;
  const ScoringSetup& setup_;
  const CellOutput& out_;
  ProgressTask& progress_;
  const RunContext& context_;
  const std::string machine_ = machine_name();
  int inner_threads_ = 1;
  std::mutex gts_mutex_;
  std::set<std::string> kept_gts_;
  std::vector<std::vector<ScoredCell>> cells_;
};

/// The shards that have left cells.I-of-N.jsonl.
std::vector<Shard> shards_with_cells(const OutputFolder& folder) {
  const std::string start = std::string(kCells) + '.', end = ".jsonl";
  std::vector<Shard> shards;
  for (const auto& entry : fs::directory_iterator(folder.root())) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(start) || !name.ends_with(end) || name.size() <= start.size() + end.size()) continue;
    std::string part = name.substr(start.size(), name.size() - start.size() - end.size());
    const auto of = part.find("-of-");
    if (of == std::string::npos) continue;
    try {
      shards.push_back(Shard::parse(part.replace(of, 4, "/")));
    } catch (const UsageError&) {  // not a name of ours
    }
  }
  return shards;
}

struct CellFile {
  std::vector<Cell> cells;
  bool is_torn = false;  ///< Ends in the middle of a line.
};

CellFile read_cells(const fs::path& path) {
  CellFile file;
  boost::system::error_code ignored;
  if (!fs::exists(path, ignored)) return file;
  const auto bytes = read_file_bytes(path);
  file.is_torn = !bytes.empty() && bytes.back() != '\n';
  std::istringstream lines(std::string(bytes.begin(), bytes.end()));
  for (std::string line; std::getline(lines, line);) {
    try {
      file.cells.push_back(from_line(line));
    } catch (const Json::exception&) {
      continue;
    } catch (const DataError&) {
      continue;
    }
  }
  return file;
}

}  // namespace

bool holds_cells(const OutputFolder& folder) {
  boost::system::error_code ignored;
  return fs::exists(folder.path(Shard{}.file_name(kCells)), ignored) || !shards_with_cells(folder).empty();
}

CellStore::CellStore(OutputFolder& folder, const Shard& shard, Log& log)
    : folder_(folder), file_(shard.file_name(kCells)), last_flush_(std::chrono::steady_clock::now()) {
  const fs::path path = folder.path(file_);
  CellFile known = read_cells(path);
  for (Cell& cell : known.cells) cells_[cell.key].insert_or_assign(cell.file, std::move(cell));
  if (known.is_torn) buffer_ = "\n";
  fd_ = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  require<OutputError>(fd_ >= 0, "{}: {}", path.string(), std::strerror(errno));
  if (!shard.is_whole()) return;
  for (const Shard& part : shards_with_cells(folder)) take_over(part, log);
}

void CellStore::take_over(const Shard& shard, Log& log) {
  OutputFolder part(folder_.root(), shard, log);  // while it is at work, its lock is not to be had
  for (const Cell& cell : read_cells(part.path(shard.file_name(kCells))).cells) add(cell);
  flush();
  part.end_writing();
  for (const char* stem : {kCells, "errors"}) part.remove(shard.file_name(stem));
  part.remove(".csgis-" + shard.name() + ".lock");
}

CellStore::~CellStore() {
  try {
    flush();
  } catch (const Error&) {  // the cells are computed again by the next run
  }
  close(fd_);
}

std::optional<Cell> CellStore::find(const std::string& key, const std::vector<std::string>& metrics,
                                    const std::string& file) const {
  std::optional<Cell> cell;
  {
    const std::lock_guard lock(mutex_);
    const Cell* const found = find_locked(key, file);
    if (found == nullptr) return std::nullopt;
    cell = *found;
  }
  if (!std::ranges::all_of(metrics, [&](const std::string& metric) { return has_metric(*cell, metric); })) return {};
  if (!file.empty() && !is_as_written(folder_.path(file), cell->file_hash)) return {};
  return cell;
}

/// Without a file any cell of the key will do.
const Cell* CellStore::find_locked(const std::string& key, const std::string& file) const {
  const auto of_key = cells_.find(key);
  if (of_key == cells_.end()) return nullptr;
  const auto found = file.empty() ? of_key->second.begin() : of_key->second.find(file);
  return found == of_key->second.end() ? nullptr : &found->second;
}

void CellStore::add(const Cell& cell) {
  const std::lock_guard lock(mutex_);
  cells_[cell.key].insert_or_assign(cell.file, cell);
  buffer_ += to_line(cell);
  if (std::chrono::steady_clock::now() - last_flush_ > std::chrono::seconds(1)) flush_locked();
}

void CellStore::flush() {
  const std::lock_guard lock(mutex_);
  flush_locked();
}

void CellStore::flush_locked() {
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t wrote = write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      buffer_.erase(0, done);
      fail<OutputError>("{}: {}", folder_.path(file_).string(), std::strerror(errno));
    }
    done += static_cast<std::size_t>(wrote);
  }
  buffer_.clear();
  last_flush_ = std::chrono::steady_clock::now();
}

std::string kept_gt(const std::string& gt_id, Score score) {
  return kept_path("gt", gt_id, score);
}

std::vector<std::vector<ScoredCell>> score_cells(std::span<const BenchmarkItem> items,
                                                 std::span<const Contender* const> contenders,
                                                 const ScoringSetup& setup, const CellOutput& out,
                                                 ProgressTask& progress, const RunContext& context) {
  return Scoring(items, contenders, setup, out, progress, context).run();
}

}  // namespace csgis

#include "datagen/csv.h"

#include "core/error.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace csgis {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Takes records off the front of a text.
class RecordReader {
 public:
  RecordReader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  /// The next record that is not an empty line; false at the end.
  bool next(std::vector<std::string>& record) {
    do {
      if (at_ >= text_.size()) return false;
      record.assign(1, {});
      ++line_;
      read(record);
    } while (record.size() == 1 && record[0].empty());
    return true;
  }
  int line() const { return line_; }

 private:
  void read(std::vector<std::string>& record) {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\n') return;
      if (c == '\r' && (at_ == text_.size() || text_[at_] == '\n')) continue;
      require<DataError>(static_cast<unsigned char>(c) >= 0x20 || c == '\t', "{}, line {}: byte {:#04x} is no text",
                         name_, line_, static_cast<unsigned char>(c));
      if (c == ',') {
        record.emplace_back();
      } else if (c == '"' && record.back().empty()) {
        read_quoted(record.back());
      } else {
        record.back() += c;
      }
    }
  }

  void read_quoted(std::string& field) {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c != '"') {
        field += c;
      } else if (at_ < text_.size() && text_[at_] == '"') {
        field += '"';
        ++at_;
      } else {
        return;
      }
    }
    fail<DataError>("{}, line {}: a quote is not closed", name_, line_);
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  int line_ = 0;
};

}  // namespace

CsvTable::CsvTable(std::string_view text, std::string name) : name_(std::move(name)) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  RecordReader reader(text, name_);
  require<DataError>(reader.next(head_), "{}: is empty, needs a line of column names", name_);
  std::vector<std::string> record;
  while (reader.next(record)) {
    require<DataError>(record.size() == head_.size(), "{}, line {}: {} fields, the head has {}", name_, reader.line(),
                       record.size(), head_.size());
    rows_.push_back(std::move(record));
  }
}

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = std::find(head_.begin(), head_.end(), name);
  require<DataError>(found != head_.end(), "{}: has no column '{}'; its columns are {}", name_, name,
                     fmt::join(head_, ", "));
  return static_cast<std::size_t>(found - head_.begin());
}

int CsvTable::integer_at(std::size_t row, std::size_t column, int low, int high) const {
  const std::string& text = at(row, column);
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc() && stop == text.data() + text.size();
  require<DataError>(is_number && value >= low && value <= high, "{}, row {}, column {}: '{}' must be {} .. {}", name_,
                     row + 1, head_[column], text, low, high);
  return value;
}

}  // namespace csgis

#pragma once
/// Small tables that people write by hand or export from a spreadsheet.

#include <string>
#include <string_view>
#include <vector>

namespace csgis {

/// A table whose first row names the columns.
class CsvTable {
 public:
  /// Reads RFC 4180: commas, optional double quotes, doubled quotes inside them, LF or CRLF. A UTF-8 byte order mark
  /// and empty lines are skipped.
  /// @param name  what to call the table in messages, its file name.
  /// @throws DataError naming the line: unclosed quote, a row with another number of fields than the head, binary
  /// bytes.
  CsvTable(std::string_view text, std::string name);

  std::size_t rows() const { return rows_.size(); }
  /// Index of a column. @throws DataError naming the columns there are.
  std::size_t column(std::string_view name) const;
  const std::string& at(std::size_t row, std::size_t column) const { return rows_[row][column]; }
  /// The field as a whole number in [low, high]. @throws DataError naming row and column.
  int integer_at(std::size_t row, std::size_t column, int low, int high) const;

 private:
  std::string name_;
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace csgis

#pragma once
/// What went wrong with single items of a run, and where it is written down.

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

struct ItemError {
  std::string item;    ///< Sample key or image ID.
  std::string file;    ///< Plain name of the file at fault.
  std::string stage;   ///< "read", "label", "blend", "write".
  std::string reason;  ///< One line, plain words.

  friend auto operator<=>(const ItemError&, const ItemError&) = default;
};

/// One line of errors.jsonl, without the newline. Bytes that are no UTF-8 become U+FFFD.
std::string to_json_line(const ItemError& error);
/// @throws DataError when the line is not such an object.
ItemError item_error_from_json(std::string_view line);

/// Collects errors from several threads.
class ItemErrors {
 public:
  void add(ItemError error);
  bool empty() const;
  std::size_t size() const;
  /// Sorted by item, then file, stage and reason; doubles removed.
  std::vector<ItemError> sorted() const;

 private:
  mutable std::mutex mutex_;
  std::vector<ItemError> errors_;
};

}  // namespace csgis

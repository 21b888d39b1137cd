#pragma once
/// What went wrong with single items of a run, and where it is written down.

#include "core/error.h"

#include <boost/filesystem/path.hpp>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

struct ItemError {
  std::string item;    ///< Sample key or image ID.
  std::string file;    ///< Plain name of the file at fault.
  std::string stage;   ///< Which input was being read: "gt", "texture", "label".
  std::string reason;  ///< One line, plain words.

  friend auto operator<=>(const ItemError&,
                          const ItemError&) = default;  // NOLINT(modernize-use-nullptr): of the checker's own making
};

/// One line of errors.jsonl, without the newline. Bytes that are no UTF-8 become U+FFFD.
std::string to_json_line(const ItemError& error);
/// @throws DataError when the line is not such an object.
ItemError item_error_from_json(std::string_view line);

/// What an error says, without the path in front: records that outlive a run name files themselves.
std::string reason_without_path(const Error& error, const boost::filesystem::path& path);

/// Collects errors from several threads.
class ItemErrors {
 public:
  void add(ItemError error);
  /// Runs the steps of one item; what they throw becomes a line here. Errors of the output pass: they end the run.
  /// @return  whether the steps came to their end.
  template <class Steps>
  bool try_item(const std::string& item, const boost::filesystem::path& file, const char* stage, Steps&& steps) {
    try {
      steps();
      return true;
    } catch (const OutputError&) {
      throw;
    } catch (const Error& e) {
      add({item, file.filename().string(), stage, reason_without_path(e, file)});
    } catch (const std::bad_alloc&) {
      add({item, file.filename().string(), stage, "needs more memory than there is"});
    }
    return false;
  }
  bool empty() const;
  std::size_t size() const;
  /// Sorted by item, then file, stage and reason; doubles removed.
  std::vector<ItemError> sorted() const;

 private:
  mutable std::mutex mutex_;
  std::vector<ItemError> errors_;
};

}  // namespace csgis

#include "pipelines/item_errors.h"

#include "core/error.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace csgis {

std::string to_json_line(const ItemError& error) {
  const nlohmann::ordered_json line{
      {"item", error.item}, {"file", error.file}, {"stage", error.stage}, {"reason", error.reason}};
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

ItemError item_error_from_json(std::string_view line) {
  try {
    const auto object = nlohmann::json::parse(line);
    return {object.at("item"), object.at("file"), object.at("stage"), object.at("reason")};
  } catch (const nlohmann::json::exception& e) {
    fail<DataError>("no line of an errors file: {}", e.what());
  }
}

std::string reason_without_path(const Error& error, const boost::filesystem::path& path) {
  const std::string_view reason = error.what();
  if (!reason.starts_with(path.string())) return std::string(reason);
  const std::string_view rest = reason.substr(path.string().size());
  return std::string(rest.substr(std::min(rest.find_first_not_of(":, "), rest.size())));
}

void ItemErrors::add(ItemError error) {
  const std::lock_guard lock(mutex_);
  errors_.push_back(std::move(error));
}

bool ItemErrors::empty() const {
  return size() == 0;
}

std::size_t ItemErrors::size() const {
  const std::lock_guard lock(mutex_);
  return errors_.size();
}

std::vector<ItemError> ItemErrors::sorted() const {
  const std::lock_guard lock(mutex_);
  std::vector<ItemError> sorted = errors_;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

}  // namespace csgis

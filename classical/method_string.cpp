#include "classical/method_string.h"

#include "core/nearest_name.h"

#include <algorithm>

namespace csgis {
namespace {

/// Walks over the part after the name.
class ItemScanner {
 public:
  explicit ItemScanner(std::string_view text) : text_(text) {}

  MethodString::Item next() {
    MethodString::Item item;
    const std::size_t equals = text_.find('=', at_);
    const std::string_view key = text_.substr(at_, std::min(equals, text_.find(',', at_)) - at_);
    require<UsageError>(equals != std::string_view::npos && at_ + key.size() == equals,
                        "'{}' has no value; write {}=VALUE", key, key.empty() ? "KEY" : key);
    require<UsageError>(!key.empty(), "there is no key before '='");
    item.key = key;
    at_ = equals + 1;
    item.value = !at_end() && text_[at_] == '"' ? quoted_value(item.key) : plain_value(item.key);
    return item;
  }

  /// Steps over the comma between two items; false at the end of the text.
  bool more() {
    if (at_end()) return false;
    ++at_;
    return true;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }

  std::string plain_value(const std::string& key) {
    std::string value;
    while (!at_end() && text_[at_] != ',') value += character(key);
    return value;
  }

  std::string quoted_value(const std::string& key) {
    std::string value;
    ++at_;
    while (!at_end() && text_[at_] != '"') value += character(key);
    require<UsageError>(!at_end(), "the quotes around the value of '{}' are not closed", key);
    ++at_;
    require<UsageError>(at_end() || text_[at_] == ',',
                        "after the closing quote of '{}' stands '{}', must be ',' or nothing", key, text_.substr(at_));
    return value;
  }

  char character(const std::string& key) {
    if (text_[at_] != '\\') return text_[at_++];
    const std::string_view escape = text_.substr(at_, 2);
    require<UsageError>(escape == "\\," || escape == "\\\\" || escape == "\\\"",
                        "'{}' in the value of '{}' means nothing; write \\\\ for a backslash", escape, key);
    at_ += 2;
    return escape[1];
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string escaped(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == ',' || (c == '"' && out.empty())) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

MethodString split_method_string(std::string_view text) {
  require<UsageError>(text.size() <= kMaxMethodText, "a method of {} characters, at most {} make sense", text.size(),
                      kMaxMethodText);
  MethodString method;
  const std::size_t colon = text.find(':');
  method.name = text.substr(0, colon);
  if (colon == std::string_view::npos) return method;
  try {
    ItemScanner scanner(text.substr(colon + 1));
    do {
      method.items.push_back(scanner.next());
      const std::string& key = method.items.back().key;
      const auto same = [&](const MethodString::Item& item) { return item.key == key; };
      require<UsageError>(std::ranges::count_if(method.items, same) == 1, "'{}' is given twice", key);
    } while (scanner.more());
  } catch (const UsageError& error) {
    fail<UsageError>("method '{}': {}", text, error.what());
  }
  return method;
}

std::string join_method_string(const MethodString& method) {
  std::string text = method.name;
  char separator = ':';
  for (const MethodString::Item& item : method.items) {
    text += fmt::format("{}{}={}", separator, item.key, escaped(item.value));
    separator = ',';
  }
  return text;
}

void detail::MethodReader::require_all_used() const {
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (used_[i]) continue;
    require<UsageError>(!keys_.empty(), "it has no options, but '{}' is given", items_[i].key);
    fail<UsageError>("unknown key '{}'; did you mean '{}'? Valid: {}", items_[i].key,
                     nearest_name(items_[i].key, keys_), fmt::join(keys_, ", "));
  }
}

}  // namespace csgis

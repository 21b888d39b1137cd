#include "pipelines/environment.h"

#include "core/error.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace csgis {

std::optional<int> number_in_environment(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  const std::string_view view(text);
  int number = 0;
  const auto [stop, error] = std::from_chars(view.data(), view.data() + view.size(), number);
  require<UsageError>(error == std::errc() && stop == view.data() + view.size() && number >= 0,
                      "{} is '{}', must be a whole number of at least 0", variable, view);
  return number;
}

}  // namespace csgis

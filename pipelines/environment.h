#pragma once
/// What launchers and job schedulers say in environment variables.

#include <optional>

namespace csgis {

/// The value of a variable; nothing where it is not set. @throws UsageError  it is no whole number of at least 0
std::optional<int> number_in_environment(const char* variable);

}  // namespace csgis

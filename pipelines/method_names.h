#pragma once
/// Lists of methods as the user gives them, and what their files are called.

#include "classical/method.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

/// Reads and checks the method strings of a repeated option. @throws UsageError  a bad one, or two equal ones
std::vector<Method> parse_methods(const std::vector<std::string>& texts, std::string_view option);

/// A name for each that is free of options: "l0", for a second setting of it "l0-2".
std::vector<std::string> short_names(std::span<const Method> methods);

}  // namespace csgis

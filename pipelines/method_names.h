#pragma once
/// Lists of methods as the user gives them, and what their files are called.

#include "classical/method.h"

#include <string>
#include <string_view>
#include <vector>

namespace csgis {

/// Reads and checks the method strings of a repeated option. @throws UsageError  a bad one, or two equal ones
std::vector<Method> parse_methods(const std::vector<std::string>& texts, std::string_view option);

/// The names of files and folders of methods by their names without options: "l0", for a second one of it "l0-2".
std::vector<std::string> numbered_names(const std::vector<std::string>& names);

}  // namespace csgis

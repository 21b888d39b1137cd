#pragma once
/// results.json: docs/formats.md.

#include "pipelines/results.h"

#include <string>
#include <string_view>

namespace csgis {

/// A number as all our JSON files hold it: infinity is the string "inf".
nlohmann::ordered_json json_of(double value);
/// The inverse. @throws DataError  neither a number nor "inf" or "-inf"; `place` names it
double double_from(const nlohmann::ordered_json& json, const std::string& place);

/// Infinity is the string "inf"; doubles are as short as they read back equal; absent parts are left out.
std::string to_json_text(const Results& results);

/// The inverse, strict: what it accepts, to_json_text() writes again with the same content.
/// @param name  the file, for messages
/// @throws DataError  not JSON, another schema, a field missing or of another type, a row of an unknown method
Results results_from_json(std::string_view text, const std::string& name);

}  // namespace csgis

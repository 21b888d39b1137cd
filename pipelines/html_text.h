#pragma once
/// Text into pages.

#include <map>
#include <string>
#include <string_view>

namespace csgis {

/// Text as an HTML page shows it, in content and in quoted attributes: no character of it is markup.
std::string html_escaped(std::string_view text);

/// A relative path as a URL: everything but letters, digits and a few marks is percent-encoded.
std::string url_escaped(std::string_view path);

/// The page with every @name@ of the map replaced, in one pass: marks inside the values stay as they are.
std::string filled(std::string_view page, const std::map<std::string, std::string>& values);

}  // namespace csgis

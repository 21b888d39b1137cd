#include "pipelines/html_text.h"

#include <fmt/format.h>

#include <cctype>

namespace csgis {

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string url_escaped(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("/._-").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string filled(std::string_view page, const std::map<std::string, std::string>& values) {
  std::string out;
  while (!page.empty()) {
    const std::size_t open = page.find('@');
    out += page.substr(0, open);
    if (open == std::string_view::npos) break;
    page.remove_prefix(open + 1);
    const std::size_t close = page.find('@');
    const auto value = values.find(std::string(page.substr(0, close == std::string_view::npos ? 0 : close)));
    if (value == values.end()) {
      out += '@';  // a lone sign, as in "@media"
      continue;
    }
    out += value->second;
    page.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace csgis

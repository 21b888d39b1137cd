#pragma once
/// Tables in pages.

#include "pipelines/html_text.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace csgis {

/// A table that the page can sort: numbers stand in data-value, so that what is shown may be words.
class HtmlTable {
 public:
  explicit HtmlTable(std::string caption, std::string name = "")
      : caption_(std::move(caption)), name_(std::move(name)) {}

  void column(const std::string& title, bool is_number = true, const std::string& detail = "") {
    head_ += fmt::format("<th scope=\"col\"{}>{}{}</th>", is_number ? " class=\"number\"" : "", html_escaped(title),
                         detail.empty() ? "" : fmt::format(" <small>{}</small>", html_escaped(detail)));
  }
  void begin_row() { body_ += "<tr>"; }
  void end_row() { body_ += "</tr>\n"; }
  void name_cell(const std::string& html) { body_ += "<th scope=\"row\">" + html + "</th>"; }
  void text_cell(const std::string& text) { body_ += "<td>" + html_escaped(text) + "</td>"; }
  void empty_cell() { body_ += "<td class=\"number\"></td>"; }
  void number_cell(double value, const std::string& html, const char* mark = "") {
    body_ += fmt::format("<td class=\"number{}\" data-value=\"{}\">{}</td>", mark, value, html);
  }

  std::string html() const {
    return fmt::format(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table class=\"sortable\"{1}>"
        "<caption>{0}</caption>\n<thead><tr>{2}</tr></thead>\n<tbody>\n{3}</tbody></table></div>\n",
        html_escaped(caption_), name_.empty() ? "" : fmt::format(" id=\"{}\"", name_), head_, body_);
  }

 private:
  std::string caption_, name_, head_, body_;
};

}  // namespace csgis

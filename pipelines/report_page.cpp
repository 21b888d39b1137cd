#include "pipelines/report_page.h"

#include "chart_js.h"
#include "chart_licence.h"
#include "pipelines/hashing.h"
#include "pipelines/html_text.h"
#include "pipelines/report_sections.h"
#include "report_css.h"
#include "report_html.h"
#include "report_js.h"

#include <fmt/format.h>

namespace csgis {
namespace {

std::string gallery_remark(const PictureCount& count) {
  if (count.kept == 0) {
    return count.outside > 0
               ? "No pictures: their files lie outside the folder of results.json. Render again with --data DIR."
               : "No pictures were kept.";
  }
  std::string text = fmt::format("{} of {} images with pictures are in this page", count.shown, count.kept);
  text += count.shown < count.kept ? ", those on which the methods do worst; more would make it too large." : ".";
  if (count.outside > 0) {
    text +=
        fmt::format(" {} files lie outside the folder of results.json: render again with --data DIR.", count.outside);
  }
  if (count.missing > 0) text += fmt::format(" {} files are missing or unreadable.", count.missing);
  return text;
}

}  // namespace

std::string report_page(const Results& results, const PictureBlocks& pictures) {
  std::map<std::string, std::string> parts = report_sections(results);
  // Sections without content are hidden by an attribute, as the policy forbids styles in elements.
  for (const char* section : {"notes", "comparisons", "strata", "seeds", "times", "published", "failures"}) {
    parts[fmt::format("{}_hidden", section)] = parts.at(section).empty() ? "hidden" : "";
  }
  parts["gallery_remark"] = html_escaped(gallery_remark(pictures.count));
  parts["chart_licence"] = html_escaped(kChartLicence);
  parts["chart_script"] = kChartScript;
  parts["script"] = kReportScript;
  parts["style"] = kReportCss;
  parts["chart_hash"] = sha256_base64(kChartScript);
  parts["script_hash"] = sha256_base64(kReportScript);
  parts["style_hash"] = sha256_base64(kReportCss);
  parts["data"] = page_data(results, pictures);
  parts["pictures"] = pictures.html;
  return filled(kReportHtml, parts);
}

}  // namespace csgis

#include "pipelines/gt_sheet.h"

#include "core/version.h"
#include "gt_sheet_css.h"
#include "gt_sheet_html.h"
#include "gt_sheet_js.h"
#include "imaging/image_file.h"
#include "pipelines/base64.h"
#include "pipelines/hashing.h"
#include "pipelines/html_text.h"
#include "pipelines/page_picture.h"
#include "pipelines/parallel_items.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>

namespace csgis {
namespace {

constexpr std::size_t kPageBudget = 24'000'000;  ///< Bytes of a page's photos.
constexpr std::size_t kBatch = 32;               ///< Photos made at a time, in parallel.

std::string image_element(const std::string& jpeg, const std::string& alternative) {
  return fmt::format("<img loading=\"lazy\" decoding=\"async\" src=\"data:image/jpeg;base64,{}\" alt=\"{}\">", jpeg,
                     html_escaped(alternative));
}

std::string radio(std::size_t place, const std::string& value, bool is_checked) {
  return fmt::format("<input type=\"radio\" name=\"p{}\" value=\"{}\"{}>", place, html_escaped(value),
                     is_checked ? " checked" : "");
}

std::string candidate_html(const OutputFolder& out, std::size_t place, const GtCandidate& candidate, std::size_t number,
                           const GtDecision& decision) {
  const std::string jpeg = base64(page_picture(read_colour8(out.path(candidate.file)), kSheetSide));
  return fmt::format(
      "<div class=\"candidate\"><label>{}<span class=\"sr\">{}</span>{}<span class=\"caption\"><b>{}</b> {}"
      "<span class=\"score\">{:.3f}</span></span></label>"
      "<p class=\"remark\"><code>{}</code> edges {:.3f}, flatness {:.3f} <a href=\"{}\">full size</a></p></div>\n",
      radio(place, candidate.name, decision.chosen == &candidate), html_escaped(candidate.name),
      image_element(jpeg, ""), number, html_escaped(candidate.name), candidate.score.total,
      html_escaped(candidate.method), candidate.score.edges, candidate.score.flatness, url_escaped(candidate.file));
}

/// One photo: a group of radio buttons, so that the keyboard works without a script of ours.
std::string photo_html(const OutputFolder& out, const GtRecord& record, const GtDecision& decision,
                       const std::string& automatic, std::size_t place) {
  const double best = decision.best->score.total;
  double second = 0;
  for (const GtCandidate& c : record.candidates) {
    if (&c != decision.best) second = std::max(second, c.score.total);
  }
  std::string html = fmt::format(
      "<fieldset class=\"photo\" data-id=\"{}\" data-automatic=\"{}\" data-best=\"{}\" data-margin=\"{:.4f}\">"
      "<legend>{} <span class=\"verdict\" role=\"status\"></span></legend>\n<div class=\"grid\">\n<figure>{}"
      "<figcaption>photo, ease {:.3f}</figcaption></figure>\n",
      html_escaped(record.id), html_escaped(automatic), best, best - second, html_escaped(record.file),
      image_element(base64(read_file_bytes(out.path(gt_photo_picture(record.id)))), "photo " + record.file),
      record.ease);
  for (std::size_t c = 0; c < record.candidates.size(); ++c) {
    html += candidate_html(out, place, record.candidates[c], c + 1, decision);
  }
  const std::string& reason = decision.reason;
  html += fmt::format(
      "<div class=\"candidate none\"><label>{}<span class=\"caption\"><b>0</b> no ground truth</span></label>"
      "<p class=\"remark\">{}</p></div>\n</div></fieldset>\n",
      radio(place, "", decision.chosen == nullptr), html_escaped(reason));
  return html;
}

/// What the screening alone says: the name of a candidate, or nothing for a rejection.
std::string automatic_choice(const GtRecord& record, double least_score) {
  const GtDecision decision = decide(record, least_score, {});
  return decision.chosen == nullptr ? "" : decision.chosen->name;
}

class SheetWriter {
 public:
  SheetWriter(const GtRun& run, const std::function<void(const std::string&, const std::string&)>& write)
      : run_(run), write_(write) {}

  void add(const std::string& photo) {
    if (!body_.empty() && body_.size() + photo.size() > kPageBudget) end_page(false);
    body_ += photo;
    ++photos_;
  }

  std::uint64_t finish() {
    end_page(true);
    return pages_;
  }

 private:
  void end_page(bool is_last) {
    std::string links;
    if (pages_ > 0) links += fmt::format("<a href=\"{}\">previous page</a> ", gt_sheet_file(pages_ - 1));
    if (!is_last) links += fmt::format("<a href=\"{}\">next page</a>", gt_sheet_file(pages_ + 1));
    const std::string page = filled(kGtSheetHtml, {{"style", kGtSheetCss},
                                                   {"style_hash", sha256_base64(kGtSheetCss)},
                                                   {"script", kGtSheetScript},
                                                   {"script_hash", sha256_base64(kGtSheetScript)},
                                                   {"version", kVersion},
                                                   {"run", html_escaped(run_.identity())},
                                                   {"page", std::to_string(pages_ + 1)},
                                                   {"count", std::to_string(photos_)},
                                                   {"links", links},
                                                   {"photos", body_}});
    write_(gt_sheet_file(pages_), page);
    ++pages_;
    photos_ = 0;
    body_.clear();
  }

  const GtRun& run_;
  const std::function<void(const std::string&, const std::string&)>& write_;
  std::string body_;
  std::size_t photos_ = 0, pages_ = 0;
};

}  // namespace

std::string gt_photo_picture(const std::string& id) {
  return fmt::format("candidates/{}.jpg", id);
}

std::string gt_sheet_file(std::size_t page) {
  return page == 0 ? "contact.html" : fmt::format("contact-{}.html", page + 1);
}

std::uint64_t write_gt_sheets(OutputFolder& out, const GtRun& run, const std::vector<GtDecision>& decisions,
                              const RunContext& context,
                              const std::function<void(const std::string& file, const std::string& page)>& write) {
  const double least_score = run.dataset().at("options").at("least-score");
  SheetWriter sheet(run, write);
  ProgressTask progress(context.progress, "contact sheet", run.records.size());
  for (std::size_t begin = 0; begin < run.records.size(); begin += kBatch) {
    std::vector<std::string> photos(std::min(kBatch, run.records.size() - begin));
    for_each_item(photos.size(), context, [&](std::size_t i) {
      const GtRecord& record = run.records[begin + i];
      photos[i] = photo_html(out, record, decisions[begin + i], automatic_choice(record, least_score), begin + i);
      progress.advance();
    });
    for (const std::string& photo : photos) sheet.add(photo);
  }
  const std::uint64_t pages = sheet.finish();
  boost::system::error_code ignored;
  for (std::size_t page = pages; boost::filesystem::exists(out.path(gt_sheet_file(page)), ignored); ++page) {
    out.remove(gt_sheet_file(page));
  }
  return pages;
}

}  // namespace csgis

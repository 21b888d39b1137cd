/// Tables, bibliography and page of a set of results: the same figures everywhere, and no name is markup.

#include "classical/method.h"
#include "pipelines/figure.h"
#include "pipelines/hashing.h"
#include "pipelines/html_text.h"
#include "pipelines/references.h"
#include "pipelines/report_page.h"
#include "pipelines/results_latex.h"
#include "pipelines/results_text.h"
#include "pipelines/statistics.h"
#include "pipelines/summary_table.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <limits>
#include <regex>

using namespace csgis;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::string kHostile = "</script><b>&\"'`%_{}$#~^\\|*@style@";

/// Four methods on two images: psnr falls, mae falls (so the last is worst and best).
Results sample() {
  Results results;
  results.run = {{"command", "benchmark"}, {"note", kHostile}};
  results.metrics = {"psnr", "mae"};
  results.methods = {"none", "l0", kHostile, "rtv (oracle)"};
  results.images = {"a", kHostile};
  double value = 20.126;
  for (const std::string& method : results.methods) {
    for (const std::string& image : results.images) {
      results.rows.push_back({method, image, {}, {{"psnr", value}, {"mae", value / 3}}, {}, "", ""});
    }
    value -= 1.5;
  }
  results.rows[0].metrics[0].second = kInfinity;
  summarise(results);
  results.summary[1].interval = Interval{18.0, 19.254};
  results.method_records = {{"none", "none", "none", "none", {}},
                            {"l0", "l0:lambda=0.02,kappa=2", "l0", "default", {kHostile}},
                            {kHostile, "external", "external", "external", {}},
                            {"rtv (oracle)", "rtv:lambda=0.1", "rtv", "oracle", {}}};
  results.image_records = {{"a", "gt", "tx", "in.png", "gt.png", {}}, {kHostile, kHostile, kHostile, "", "", {}}};
  results.times = {{"l0", 512, 768, 1, 5, 0.01234, 0.012, 0.013, 1 << 20, "box"},
                   {"l0", 512, 768, 2, 5, 0.007, 0.007, 0.008, 1 << 20, "box"},
                   {"none", 512, 768, 1, 5, 12.5, 12, 13, 1 << 20, "box"}};
  results.notes = {kHostile};
  return results;
}

std::size_t count_of(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

/// The text without what is inside tags.
std::string without_tags(const std::string& html) {
  return std::regex_replace(html, std::regex("<[^>]*>"), " ");
}

}  // namespace

TEST_CASE("places: best and second best by direction, upper bounds have none, equal means share") {
  Results results = sample();
  SummaryTable table = summary_table(results);
  CHECK(table.rows[0].cells[0].place == Place::best);
  CHECK(table.rows[1].cells[0].place == Place::second);
  CHECK(table.rows[0].cells[0].note == "1 inf");
  CHECK(table.rows[2].cells[1].place == Place::best);  // the fourth is better, but an oracle
  CHECK(table.rows[3].cells[1].place == Place::none);
  CHECK(table.rows[1].cells[1].place == Place::second);
  CHECK(table.time_of == "768x512, 1 thread, box");
  CHECK(table.rows[1].time->median == 0.01234);
  CHECK(table.rows[2].time == nullptr);
  results.summary[1].mean = results.summary[0].mean;
  table = summary_table(results);
  CHECK(table.rows[1].cells[0].place == Place::best);
  CHECK(table.rows[2].cells[0].place == Place::second);
}

TEST_CASE("times keep three figures") {
  CHECK(seconds_text(0.012345) == "0.0123");
  CHECK(seconds_text(12.5) == "12.5");
  CHECK(seconds_text(1234) == "1234");
  CHECK(seconds_text(2e-5) == "0.0000200");
  CHECK(seconds_text(0) == "0");
}

TEST_CASE("Markdown, LaTeX and HTML hold the same figures in the same order") {
  const Results results = sample();
  const std::string page = report_page(results, {});
  const std::size_t begin = page.find("<table class=\"sortable\" id=\"summary\"");
  const std::string html = without_tags(page.substr(begin, page.find("</table>", begin) - begin));
  const auto figures = [](const std::string& text, const std::string& after) {
    const std::regex number("\\d+\\.\\d+");
    const auto from = text.begin() + static_cast<std::ptrdiff_t>(text.find(after));
    std::vector<std::string> found;
    for (std::sregex_iterator i(from, text.end(), number), end; i != end; ++i) found.push_back(i->str());
    return found;
  };
  std::vector<std::string> expected;
  for (const TableRow& row : summary_table(results).rows) {
    if (row.method == "l0") expected.insert(expected.end(), {"0.02"});  // the setting below the name, HTML alone
    for (const TableCell& cell : row.cells) {
      expected.push_back(cell.mean);
      if (!cell.interval.empty()) expected.insert(expected.end(), {"18.00", "19.25"});
    }
    if (row.time != nullptr) expected.push_back(seconds_text(row.time->median));
    if (row.method == "rtv (oracle)") expected.insert(expected.end() - 2, "0.1");
  }
  CHECK(figures(html, "none") == expected);
  std::erase(expected, "0.02");
  std::erase(expected, "0.1");
  const std::string markdown = to_markdown_text(results);
  CHECK(figures(markdown.substr(0, markdown.find("\n\n")), "none") == expected);
  const std::string latex = to_latex_text(results, {true});
  CHECK(figures(latex, "\\midrule") == expected);
}

TEST_CASE("LaTeX: best in bold, second underlined, citations that are in the bibliography") {
  const Results results = sample();
  const std::string text = to_latex_text(results);
  CHECK_THAT(text, Catch::Contains("none & \\textbf{20.13} (1 inf) & 6.71 & 12.5 \\\\\n"));
  CHECK_THAT(text, Catch::Contains("l0~\\cite{xu2011l0} & \\underline{18.63} & \\underline{6.21} & 0.0123 \\\\\n"));
  CHECK_THAT(text, !Catch::Contains("19.25"));  // intervals when asked for
  const std::string bibliography_text = bibliography(results);
  CHECK_THAT(bibliography_text, Catch::Contains("@article{xu2011l0,") && Catch::Contains("@article{xu2012rtv,"));
  CHECK_THAT(bibliography_text, !Catch::Contains("farbman"));
  CHECK(std::ranges::count(bibliography_text, '{') == std::ranges::count(bibliography_text, '}'));
}

TEST_CASE("every method and metric that is from a paper has an entry") {
  Results results;
  results.methods = {"net"};
  for (const MethodInfo& method : method_list()) {
    INFO(method.name);
    CHECK(references_of_method(method.name).empty() == method.paper.empty());
    if (!method.paper.empty()) results.methods.push_back(method.name);
  }
  CHECK(results.methods.size() > 10);
  results.metrics = {"ssim:csgis", "ssim:wang-y:rounded", "ms-ssim", "fsim", "fsimc"};
  const std::string text = bibliography(results);
  for (const auto& metric : results.metrics) CHECK_FALSE(references_of_metric(metric).empty());
  for (const auto& method : results.methods) {
    for (const std::string& key : references_of_method(method)) CHECK(count_of(text, "{" + key + ",") == 1);
  }
  CHECK(references_of_method("none").empty());
}

TEST_CASE("no name is markup: LaTeX") {
  CHECK(latex_escaped("a_b%c&d#e$f{g}h~i^j\\k<l>m|n\"o`p\nq--r-s") ==
        "a\\_b\\%c\\&d\\#e\\$f\\{g\\}h\\textasciitilde{}i\\textasciicircum{}j\\textbackslash{}k\\textless{}"
        "l\\textgreater{}"
        "m\\textbar{}n''o\\textasciigrave{}p q-{}-r-s");
  std::string text = to_latex_text(sample());
  Results broken = sample();
  broken.notes = {"line one\n\\input{secret}"};
  text = to_latex_text(broken);
  CHECK_THAT(text, !Catch::Contains("\n\\input"));  // a comment stays one line
}

TEST_CASE("no name is markup: Markdown and HTML") {
  const std::string markdown = to_markdown_text(sample());
  for (const std::string& line : {std::string("| \\</script\\>\\<b\\>\\&\"'\\`%\\_{}$#~^\\\\\\|\\*@style@ |")}) {
    CHECK_THAT(markdown, Catch::Contains(line));
  }
  CHECK(html_escaped("<a href=\"x\">'&") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
  const std::string page = report_page(sample(), {});
  CHECK_THAT(page, !Catch::Contains("</script><b>"));
  CHECK(count_of(page, "<script") == 3);  // data, charts, ours; names bring none
  CHECK(count_of(page, "</script>") == 3);
  CHECK(count_of(page, "</style>") == 1);
  CHECK_THAT(page, Catch::Contains("&lt;/script&gt;&lt;b&gt;&amp;&quot;&#39;`%_{}$#~^\\|*@style@"));
}

TEST_CASE("marks are filled once; what stands in values or alone is text") {
  CHECK(filled("@a@-@b@ @media @c@ me@b@", {{"a", "@b@"}, {"b", "x"}}) == "@b@-x @media @c@ mex");
  CHECK(filled("@", {}) == "@");
  CHECK(filled("", {{"", "x"}}).empty());
}

TEST_CASE("the page's policy names its scripts and style by hash") {
  const std::string page = report_page(sample(), {});
  const std::regex hash("'sha256-([A-Za-z0-9+/=]{44})'");
  std::vector<std::string> named;
  for (std::sregex_iterator i(page.begin(), page.end(), hash), end; i != end; ++i) named.push_back((*i)[1]);
  REQUIRE(named.size() == 3);
  std::vector<std::string> found;
  for (const auto& [open, close] : {std::pair("<script>", "</script>"), std::pair("<style>", "</style>")}) {
    for (std::size_t at = page.find(open); at != std::string::npos; at = page.find(open, at + 1)) {
      const std::size_t begin = at + std::string(open).size();
      found.push_back(sha256_base64(page.substr(begin, page.find(close, begin) - begin)));
    }
  }
  CHECK(found == named);
  CHECK_THAT(page, !Catch::Contains("unsafe"));
  CHECK_THAT(page, Catch::Contains("default-src 'none'"));
}

TEST_CASE("results of one evaluation, without records of anything, make a page") {
  Results results;
  results.metrics = {"psnr"};
  results.methods = {"mine"};
  results.images = {"a"};
  results.rows = {{"mine", "a", {}, {}, {}, "truncated", ""}};
  summarise(results);
  const std::string page = report_page(results, {});
  CHECK_THAT(page, Catch::Contains("1 of 1 rows failed") && Catch::Contains("truncated"));
  CHECK_THAT(to_latex_text(results), Catch::Contains("mine &  \\\\"));
}

TEST_CASE("the LaTeX of a figure cites what it shows, and its names are no markup") {
  Results results = sample();
  FigureOptions options;
  options.figure = {kHostile};
  const std::string text = figure_latex(results, options);
  CHECK_THAT(text, Catch::Contains("l0~\\cite{xu2011l0}") && Catch::Contains("Results on \\textless{}/script"));
  CHECK(settable_text("a\xC3\xA9z\n(") == "a?z?(");
  CHECK(fitting_text("WWWWWWWWWW", 10, false, 40) == "WWW..");
}

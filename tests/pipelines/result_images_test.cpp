/// Pictures of results: which files may be read, which go into a page, and what figures make of them.

#include "core/error.h"
#include "pipelines/figure.h"
#include "pipelines/report_data.h"
#include "pipelines/report_page.h"
#include "pipelines/statistics.h"
#include "tests/support/catch.h"
#include "tests/support/test_folder.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

using namespace csgis;
using namespace csgis::testing;
namespace fs = boost::filesystem;

namespace {

std::size_t count_of(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

/// A folder with pictures and results that name them.
class PictureSet {
 public:
  PictureSet() {
    for (const char* file : {"run/in.png", "run/gt.png", "run/out.png", "data/in.png"}) write(file, 40, 60);
    write("run/pair.png", 40, 120);
    results_.metrics = {"psnr"};
    results_.methods = {"none", "l0"};
    for (const char* image : {"good", "better"}) {
      results_.images.emplace_back(image);
      results_.image_records.push_back({image, "g", "t", "in.png", "gt.png", {}});
      results_.rows.push_back({"none", image, {}, {{"psnr", 10}}, {}, "", "in.png"});
      results_.rows.push_back({"l0", image, {}, {{"psnr", image == std::string("good") ? 20 : 30}}, {}, "", "out.png"});
    }
    summarise(results_);
  }

  ResultImages images(const std::vector<std::string>& data = {}) const {
    return {results_, path("run"), data, 1'000'000};
  }
  Results& results() { return results_; }
  fs::path path(const std::string& file) const { return folder_ / file; }
  void write(const std::string& file, int height, int width) {
    Image8 image({height, width}, 3);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) image.at(y, x)[0] = static_cast<std::uint8_t>(x + y);
    }
    folder_.write_png(file, image);
  }

 private:
  TestFolder folder_;
  Results results_;
};

}  // namespace

TEST_CASE("pictures are read from the folder of results.json and from named folders alone") {
  PictureSet set;
  ImageRecord& record = set.results().image_records[0];
  CHECK(set.images().read("good", 0).image.size() == Size{40, 60});
  record.input = "../data/in.png";
  CHECK(set.images().read("good", 0).gap.word == "outside");
  CHECK(set.images({set.path("data").string()}).read("good", 0).image.size() == Size{40, 60});
  record.input = set.path("data/in.png").string();  // absolute
  CHECK(set.images().read("good", 0).gap.word == "outside");
  fs::create_symlink(set.path("data/in.png"), set.path("run/link.png"));
  record.input = "link.png";
  CHECK(set.images().read("good", 0).gap.word == "outside");
  record.input = "data-not/../in.png";
  CHECK(set.images().read("good", 0).gap.word == "missing");
  set.write("run-not/in.png", 40, 60);
  record.input = "../run-not/in.png";  // begins with the folder's name, is not in it
  CHECK(set.images().read("good", 0).gap.word == "outside");
  record.input = "";
  CHECK(set.images().read("good", 0).gap.word == "not kept");
  std::ofstream(set.path("run/in.png").string()) << "no image";
  record.input = "in.png";
  CHECK(set.images().read("good", 0).gap.word == "unreadable");
  CHECK_THROWS_AS(set.images({"/nowhere"}), UsageError);
}

TEST_CASE("one file for input and ground truth is a pair image") {
  PictureSet set;
  set.results().image_records[0].input = set.results().image_records[0].gt = "pair.png";
  CHECK(set.images().read("good", 0).image.at(0, 0)[0] == 60);
  CHECK(set.images().read("good", 1).image.at(0, 0)[0] == 0);
  CHECK(set.images().read("good", 1).image.size() == Size{40, 60});
}

TEST_CASE("worst images come first, and none beyond the budget") {
  PictureSet set;
  std::swap(set.results().images[0], set.results().images[1]);
  CHECK(worst_first(set.results()) == std::vector<std::string>{"good", "better"});
  SilentRun run;
  const ResultImages images = set.images();
  const PictureBlocks all = picture_blocks(images, worst_first(set.results()), 1'000'000, run.context());
  CHECK(all.count.shown == 2);
  CHECK(all.index[0]["image"] == "good");
  CHECK(all.index[0]["parts"].size() == 4);
  const PictureBlocks one = picture_blocks(images, worst_first(set.results()), all.html.size() * 3 / 4, run.context());
  CHECK(one.count.shown == 1);
  CHECK(one.count.kept == 2);
  CHECK(one.html.size() < all.html.size() * 3 / 4);
  CHECK_THAT(report_page(set.results(), one), Catch::Contains("1 of 2 images with pictures are in this page"));
}

TEST_CASE("figures: panels, magnified boxes, differences") {
  PictureSet set;
  FigureOptions options;
  options.figure = {"good"};
  options.crop = {"0,0,10,10", "50,30,10,10"};
  options.difference = true;
  options.scan_line = 3;
  const ResultImages images = set.images();
  const FigurePage page = figure_page(set.results(), images, options);
  // Input, l0 and GT (none is the input), each with two boxes; two differences.
  CHECK(page.pictures.size() == 3 * 3 + 2);
  CHECK(page.width == Approx(17.8 / 2.54 * 72));
  CHECK(page.pictures[1].part.width == 10);
  CHECK(page.pictures[1].at.width > 4 * 10 * page.pictures[0].at.width / 60 / 2);
  const auto has_text = [&](const std::string& text) {
    return std::ranges::any_of(page.texts, [&](const SheetText& t) { return t.text == text; });
  };
  CHECK(has_text("psnr 10.00"));  // the input's score is that of none
  CHECK(has_text("psnr 20.00"));
  const Image8 raster = figure_raster(page, 100);
  CHECK(raster.width() == static_cast<int>(std::ceil(17.8 / 2.54 * 100)));
  const std::string pdf = figure_pdf(page);
  CHECK(pdf.starts_with("%PDF-1.4\n"));
  CHECK(pdf.ends_with("%%EOF\n"));
  CHECK(count_of(pdf, "/Subtype /Image") == page.pictures.size());
  // The table at the end points at its objects.
  const std::size_t table = std::stoul(pdf.substr(pdf.rfind("startxref\n") + 10));
  CHECK(pdf.compare(table, 5, "xref\n") == 0);
  const std::size_t first = std::stoul(pdf.substr(pdf.find("0000000000 65535 f \n") + 20, 10));
  CHECK(pdf.compare(first, 8, "1 0 obj\n") == 0);
}

TEST_CASE("figures of what is not there are refused with the nearest name") {
  PictureSet set;
  const ResultImages images = set.images();
  const auto refuse = [&](auto change, const char* word) {
    FigureOptions options;
    options.figure = {"good"};
    change(options);
    CHECK_THROWS_WITH(figure_page(set.results(), images, options), Catch::Contains(word));
  };
  refuse([](FigureOptions& o) { o.figure = {"goood"}; }, "'good'");
  refuse([](FigureOptions& o) { o.panel = {"l1"}; }, "'l0'");
  refuse([](FigureOptions& o) { o.caption = {"psrn"}; }, "'psnr'");
  refuse([](FigureOptions& o) { o.scan_line = 40; }, "40 rows");
  for (const char* crop :
       {"", "1,2,3", "1,2,3,4,5", "1,2,0,4", "-1,2,3,4", "a,b,c,d", "1,2,3,4x", "99999999999,1,1,1"}) {
    INFO(crop);
    refuse([&](FigureOptions& o) { o.crop = {crop}; }, "whole pixels");
  }
  refuse([](FigureOptions& o) { o.crop = {"50,30,11,10"}; }, "60x40");
  refuse([](FigureOptions& o) { o.crop = {"2147483647,2147483647,2147483647,1"}; }, "not inside");
}

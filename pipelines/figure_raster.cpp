#include "core/error.h"
#include "pipelines/figure_page.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace csgis {
namespace {

constexpr int kShift = 4;  // OpenCV draws lines at sixteenths of a pixel

cv::Scalar colour_of(const SheetColour& colour) {
  return {static_cast<double>(colour.r), static_cast<double>(colour.g), static_cast<double>(colour.b)};
}

void draw(const SheetPicture& picture, const Image8& image, double scale, cv::Mat& sheet) {
  const auto pixel = [scale](double length) { return static_cast<int>(std::lround(length * scale)); };
  const cv::Mat whole(image.height(), image.width(), CV_8UC3, const_cast<std::uint8_t*>(image.data()));
  const SheetRect& p = picture.part;
  const cv::Mat part = whole(
      cv::Rect(static_cast<int>(p.x), static_cast<int>(p.y), static_cast<int>(p.width), static_cast<int>(p.height)));
  const cv::Rect at =
      cv::Rect(cv::Point(pixel(picture.at.x), pixel(picture.at.y)),
               cv::Point(pixel(picture.at.x + picture.at.width), pixel(picture.at.y + picture.at.height))) &
      cv::Rect(0, 0, sheet.cols, sheet.rows);
  if (at.empty()) return;
  cv::resize(part, sheet(at), at.size(), 0, 0, at.width > part.cols ? cv::INTER_NEAREST : cv::INTER_AREA);
}

void draw(const SheetLine& line, double scale, cv::Mat& sheet) {
  std::vector<cv::Point> points;
  for (const auto& [x, y] : line.points) {
    points.emplace_back(static_cast<int>(std::lround((x * scale - 0.5) * (1 << kShift))),
                        static_cast<int>(std::lround((y * scale - 0.5) * (1 << kShift))));
  }
  cv::polylines(sheet, points, line.is_closed, colour_of(line.colour),
                std::max(1, static_cast<int>(std::lround(line.thickness * scale))), cv::LINE_AA, kShift);
}

void draw(const SheetText& word, double scale, cv::Mat& sheet) {
  const std::string text = settable_text(word.text);
  const double width = text_width(word.text, word.size, word.is_bold) * scale;
  const int thickness = std::max(1, static_cast<int>(std::lround(word.size * scale / (word.is_bold ? 13 : 20))));
  int base = 0;
  const cv::Size unit = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, 1, 1, &base);
  if (unit.width == 0) return;
  // Hershey's capitals are 21 units high; the size follows the height, or the width where that is less.
  const double size = std::min(word.size * scale * 0.72 / 21, width / unit.width);
  const double left = word.x * scale - unit.width * size / 2;
  cv::putText(sheet, text, {static_cast<int>(std::lround(left)), static_cast<int>(std::lround(word.y * scale))},
              cv::FONT_HERSHEY_SIMPLEX, size, {0, 0, 0}, thickness, cv::LINE_AA);
}

}  // namespace

Image8 figure_raster(const FigurePage& page, double dots_per_inch) {
  const double scale = dots_per_inch / 72;
  constexpr double kMostPixels = 2e8;
  require<UsageError>(page.height * scale * page.width * scale <= kMostPixels,
                      "a figure of {:.0f}x{:.0f} pixels is too large; a lower --dpi or --width-cm, or a box less thin, "
                      "makes it smaller",
                      page.width * scale, page.height * scale);
  Image8 out({std::max(1, static_cast<int>(std::ceil(page.height * scale))),
              std::max(1, static_cast<int>(std::ceil(page.width * scale)))},
             3);
  cv::Mat sheet(out.height(), out.width(), CV_8UC3, out.data());
  sheet.setTo(cv::Scalar(255, 255, 255));
  for (const SheetPicture& picture : page.pictures) draw(picture, page.images[picture.image], scale, sheet);
  for (const SheetLine& line : page.lines) draw(line, scale, sheet);
  for (const SheetText& word : page.texts) draw(word, scale, sheet);
  return out;
}

}  // namespace csgis

#include "pipelines/figure.h"

#include "core/error.h"
#include "core/nearest_name.h"
#include "imaging/png_writer.h"
#include "metrics/metric_table.h"
#include "pipelines/references.h"
#include "pipelines/results_latex.h"
#include "pipelines/summary_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace csgis {
namespace {

constexpr double kGap = 3, kTextSize = 7, kLineHeight = 8.5, kProfileHeight = 60;
constexpr int kDifferenceGain = 4;
constexpr SheetColour kCropColours[] = {{230, 25, 75}, {60, 180, 75}, {0, 130, 200}, {245, 130, 48}};
constexpr SheetColour kProfileColours[] = {{213, 94, 0},  {0, 114, 178},  {0, 158, 115},   {204, 121, 167},
                                           {230, 159, 0}, {86, 180, 233}, {138, 111, 223}, {140, 90, 43}};
constexpr SheetColour kBlack{0, 0, 0}, kGrey{150, 150, 150}, kScan{255, 210, 63};

SheetColour crop_colour(std::size_t i) {
  return kCropColours[i % std::size(kCropColours)];
}

SheetRect parse_crop(const std::string& text) {
  std::vector<int> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    int value = 0;
    const auto [stop, error] = std::from_chars(at, end, value);
    require<UsageError>(error == std::errc() && value >= 0, "--crop '{}' is no X,Y,W,H in whole pixels", text);
    numbers.push_back(value);
    if (stop == end) break;
    require<UsageError>(*stop == ',', "--crop '{}' is no X,Y,W,H in whole pixels", text);
    at = stop + 1;
  }
  require<UsageError>(numbers.size() == 4 && numbers[2] > 0 && numbers[3] > 0,
                      "--crop '{}' is no X,Y,W,H in whole pixels", text);
  return {1.0 * numbers[0], 1.0 * numbers[1], 1.0 * numbers[2], 1.0 * numbers[3]};
}

void check_known(const std::string& name, const std::vector<std::string>& known, const char* option) {
  require<UsageError>(std::ranges::find(known, name) != known.end(),
                      "--{} '{}' is not in the results; did you mean '{}'?", option, name,
                      known.empty() ? "" : nearest_name(name, known));
}

/// Names of all parts in the order of ResultImages.
std::vector<std::string> part_names(const Results& results) {
  std::vector<std::string> names{"input", "GT"};
  names.insert(names.end(), results.methods.begin(), results.methods.end());
  return names;
}

/// Places in that order: input, methods, GT last, as figures have it; the unsmoothed method is the input again.
std::vector<std::size_t> chosen_parts(const Results& results, const std::vector<std::string>& panels) {
  const std::vector<std::string> names = part_names(results);
  std::vector<std::size_t> parts;
  for (const std::string& panel : panels) {
    check_known(panel, names, "panel");
    parts.push_back(static_cast<std::size_t>(std::ranges::find(names, panel) - names.begin()));
  }
  if (!parts.empty()) return parts;
  parts.push_back(0);
  for (std::size_t i = 2; i < names.size(); ++i) {
    if (family_of(results, names[i]) != "none") parts.push_back(i);
  }
  parts.push_back(1);
  return parts;
}

std::vector<std::string> caption_metrics(const Results& results, const FigureOptions& options) {
  for (const std::string& metric : options.caption) check_known(metric, results.metrics, "caption");
  if (!options.caption.empty()) return options.caption;
  return {results.metrics.begin(), results.metrics.begin() + std::min<std::ptrdiff_t>(2, std::ssize(results.metrics))};
}

Image8 difference(const Image8& image, const Image8& truth) {
  Image8 out(image.size(), 3);
  const auto a = image.samples(), b = truth.samples();
  for (std::size_t i = 0; i < a.size(); ++i) {
    out.samples()[i] = static_cast<std::uint8_t>(std::min(255, kDifferenceGain * std::abs(a[i] - b[i])));
  }
  return out;
}

class FigureBuilder {
 public:
  FigureBuilder(const Results& results, const ResultImages& images, const FigureOptions& options)
      : results_(results),
        images_(images),
        options_(options),
        parts_(chosen_parts(results, options.panel)),
        metrics_(caption_metrics(results, options)) {
    for (const std::string& crop : options.crop) crops_.push_back(parse_crop(crop));
    page_.width = options.width_cm / 2.54 * 72;
    const auto count = static_cast<double>(parts_.size());
    columns_ =
        options.layout == FigureLayout::row ? parts_.size() : static_cast<std::size_t>(std::ceil(std::sqrt(count)));
    panel_width_ = (page_.width - kGap * static_cast<double>(columns_ - 1)) / static_cast<double>(columns_);
  }

  FigurePage build() {
    for (const std::string& image : options_.figure) {
      check_known(image, results_.images, "figure");
      add_image(image);
    }
    page_.height = y_;
    return std::move(page_);
  }

 private:
  /// One picture of the image at hand, and where it is among the page's images.
  struct Panel {
    ResultPicture picture;
    std::optional<std::size_t> image;
  };

  void add_image(const std::string& image) {
    std::vector<Panel> panels;
    for (const std::size_t part : parts_) panels.push_back({images_.read(image, part), {}});
    const Image8 truth = images_.read(image, 1).image;
    const auto known = std::ranges::find_if(panels, [](const Panel& p) { return !p.picture.image.empty(); });
    require<UsageError>(known != panels.end(), "--figure '{}' has no picture: {}", image,
                        panels.front().picture.gap.reason);
    size_ = known->picture.image.size();
    check_boxes(image);
    for (Panel& panel : panels) {
      if (panel.picture.image.size() != size_) continue;
      panel.image = page_.images.size();
      page_.images.push_back(panel.picture.image.clone());
    }
    for (std::size_t begin = 0; begin < panels.size(); begin += columns_) {
      double bottom = y_;
      for (std::size_t i = begin; i < std::min(panels.size(), begin + columns_); ++i) {
        const double x = static_cast<double>(i - begin) * (panel_width_ + kGap);
        bottom = std::max(bottom, add_panel(panels[i], parts_[i], image, truth, x));
      }
      y_ = bottom + kGap;
    }
    if (options_.scan_line) add_profile(panels);
  }

  void check_boxes(const std::string& image) const {
    for (std::size_t i = 0; i < crops_.size(); ++i) {
      const SheetRect& crop = crops_[i];
      require<UsageError>(crop.x + crop.width <= size_.width && crop.y + crop.height <= size_.height,
                          "--crop '{}' is not inside {}, which is {}x{}", options_.crop[i], image, size_.width,
                          size_.height);
    }
    require<UsageError>(!options_.scan_line || *options_.scan_line < static_cast<std::uint64_t>(size_.height),
                        "--scan-line {} is not inside {}, which has {} rows", options_.scan_line.value_or(0), image,
                        size_.height);
  }

  /// The picture with its boxes, the boxes magnified, the difference, the words. Returns where it ends.
  double add_panel(const Panel& panel, std::size_t part, const std::string& image, const Image8& truth, double x) {
    double y = y_;
    const double scale = panel_width_ / size_.width, height = size_.height * scale;
    const SheetRect at{x, y, panel_width_, height};
    add_picture(panel, {0, 0, 1.0 * size_.width, 1.0 * size_.height}, at);
    if (panel.image && options_.scan_line) {
      const double line = y + (static_cast<double>(*options_.scan_line) + 0.5) * scale;
      page_.lines.push_back({{{x, line}, {x + panel_width_, line}}, kScan, 0.5, false});
    }
    for (std::size_t i = 0; i < crops_.size(); ++i) {
      const SheetRect& c = crops_[i];
      if (panel.image)
        frame({x + c.x * scale, y + c.y * scale, c.width * scale, c.height * scale}, crop_colour(i), 0.8);
    }
    y += height;
    y = add_crops(panel, x, y);
    if (options_.difference) y = add_difference(panel, truth, part, x, y);
    return add_words(panel, part, image, x, y);
  }

  void add_picture(const Panel& panel, const SheetRect& part, const SheetRect& at) {
    if (panel.image) {
      page_.pictures.push_back({*panel.image, part, at});
      return;
    }
    frame(at, kGrey, 0.5);
    const std::string word = panel.picture.image.empty() ? panel.picture.gap.word : "another size";
    page_.texts.push_back(
        {at.x + at.width / 2, at.y + at.height / 2, kTextSize, fitting_text(word, kTextSize, false, at.width), false});
  }

  void frame(const SheetRect& r, const SheetColour& colour, double thickness) {
    page_.lines.push_back({{{r.x, r.y}, {r.x + r.width, r.y}, {r.x + r.width, r.y + r.height}, {r.x, r.y + r.height}},
                           colour,
                           thickness,
                           true});
  }

  /// The boxes side by side over the width of the panel, all of one height.
  double add_crops(const Panel& panel, double x, double y) {
    if (crops_.empty()) return y;
    const double ratios = std::accumulate(crops_.begin(), crops_.end(), 0.0,
                                          [](double sum, const SheetRect& c) { return sum + c.width / c.height; });
    const double gap = kGap / 2, height = (panel_width_ - gap * static_cast<double>(crops_.size() - 1)) / ratios;
    y += gap;
    for (std::size_t i = 0; i < crops_.size(); ++i) {
      const SheetRect at{x, y, height * crops_[i].width / crops_[i].height, height};
      add_picture(panel, crops_[i], at);
      if (panel.image) frame({at.x + 0.4, at.y + 0.4, at.width - 0.8, at.height - 0.8}, crop_colour(i), 0.8);
      x += at.width + gap;
    }
    return y + height;
  }

  double add_difference(const Panel& panel, const Image8& truth, std::size_t part, double x, double y) {
    const double height = panel_width_ * size_.height / size_.width;
    const SheetRect at{x, y + kGap / 2, panel_width_, height};
    if (part == 1) return at.y + height;  // GT to itself
    Panel shown;
    shown.picture.gap.word = "no GT";
    if (panel.image && truth.size() == size_) {
      shown.image = page_.images.size();
      page_.images.push_back(difference(page_.images[*panel.image], truth));
    }
    add_picture(shown, {0, 0, 1.0 * size_.width, 1.0 * size_.height}, at);
    return at.y + height;
  }

  double add_words(const Panel& panel, std::size_t part, const std::string& image, double x, double y) {
    const auto add = [&](const std::string& text, bool is_bold) {
      y += kLineHeight;
      page_.texts.push_back(
          {x + panel_width_ / 2, y, kTextSize, fitting_text(text, kTextSize, is_bold, panel_width_), is_bold});
    };
    add(panel.picture.name, true);
    const ResultRow* const row = part == 1 ? nullptr : row_of(part, image);
    for (const std::string& metric : metrics_) {
      const std::optional<double> value = row == nullptr ? std::nullopt : value_of(row->metrics, metric);
      add(value ? fmt::format("{} {}", metric, figure(*value, find_metric(metric))) : "", false);
    }
    return y + 3;
  }

  /// That of the input is the unsmoothed method's.
  const ResultRow* row_of(std::size_t part, const std::string& image) const {
    if (part >= 2) return images_.row(results_.methods[part - 2], image);
    const auto none =
        std::ranges::find_if(results_.methods, [&](const std::string& m) { return family_of(results_, m) == "none"; });
    return none == results_.methods.end() ? nullptr : images_.row(*none, image);
  }

  /// Brightness along the line, the input's left out: its texture would hide the rest. GT black.
  void add_profile(const std::vector<Panel>& panels) {
    const double top = y_ + kGap, left = 0;
    frame({left, top, page_.width, kProfileHeight}, kGrey, 0.4);
    double word = 0;
    std::size_t coloured = 0;
    y_ = top + kProfileHeight + kLineHeight;
    for (std::size_t i = 0; i < panels.size(); ++i) {
      if (!panels[i].image || (parts_[i] == 0 && panels.size() > 2)) continue;
      const SheetColour colour = parts_[i] == 1 ? kBlack : kProfileColours[coloured++ % std::size(kProfileColours)];
      page_.lines.push_back(
          {profile(page_.images[*panels[i].image], left, top), colour, parts_[i] == 1 ? 0.9 : 0.5, false});
      const double width = text_width(panels[i].picture.name, kTextSize, false);
      page_.lines.push_back({{{word, y_ - 2.5}, {word + 10, y_ - 2.5}}, colour, 1, false});
      page_.texts.push_back({word + 13 + width / 2, y_, kTextSize, panels[i].picture.name, false});
      word += width + 22;
    }
    y_ += kGap + 3;
  }

  std::vector<std::pair<double, double>> profile(const Image8& image, double left, double top) const {
    std::vector<std::pair<double, double>> points;
    for (int x = 0; x < image.width(); ++x) {
      const std::uint8_t* const p = image.at(static_cast<int>(*options_.scan_line), x);
      const double level = 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
      points.emplace_back(left + (x + 0.5) / image.width() * page_.width, top + (1 - level / 255) * kProfileHeight);
    }
    return points;
  }

  const Results& results_;
  const ResultImages& images_;
  const FigureOptions& options_;
  std::vector<std::size_t> parts_;
  std::vector<std::string> metrics_;
  std::vector<SheetRect> crops_;
  std::size_t columns_ = 1;
  double panel_width_ = 0, y_ = 0;
  Size size_;
  FigurePage page_;
};

}  // namespace

FigurePage figure_page(const Results& results, const ResultImages& images, const FigureOptions& options) {
  validate(options);
  return FigureBuilder(results, images, options).build();
}

std::string figure_latex(const Results& results, const FigureOptions& options) {
  std::vector<std::string> names;
  for (const std::size_t part : chosen_parts(results, options.panel)) {
    const std::string name = part_names(results)[part];
    const auto keys = part < 2 ? std::vector<std::string>{} : references_of_method(family_of(results, name));
    names.push_back(latex_escaped(name) + (keys.empty() ? "" : fmt::format("~\\cite{{{}}}", fmt::join(keys, ","))));
  }
  std::string caption = fmt::format("{}.", fmt::join(names, ", "));
  if (!options.crop.empty()) caption += " The framed parts are shown magnified.";
  if (options.difference)
    caption += fmt::format(" Below: absolute difference to the ground truth, {} times.", kDifferenceGain);
  if (options.scan_line) caption += fmt::format(" Bottom: brightness along row {}.", *options.scan_line);
  std::vector<std::string> images;
  for (const std::string& image : options.figure) images.push_back(latex_escaped(image));
  return fmt::format(
      "\\begin{{figure*}}\n\\centering\n\\includegraphics[width=\\textwidth]{{figure.pdf}}\n"
      "\\caption{{Results on {}. From left to right: {}}}\n\\label{{fig:csgis}}\n\\end{{figure*}}\n",
      fmt::join(images, ", "), caption);
}

void write_figure(const Results& results, const ResultImages& images, const FigureOptions& options,
                  OutputFolder& folder) {
  const FigurePage page = figure_page(results, images, options);
  const std::string pdf = figure_pdf(page);
  PngWriter writer;
  const PngWriter::Bytes png = writer.encode(figure_raster(page, static_cast<double>(options.dpi)));
  folder.write("figure.pdf", {reinterpret_cast<const std::uint8_t*>(pdf.data()), pdf.size()});
  folder.write("figure.png", png);
  folder.write_synced("figure.tex", figure_latex(results, options));
  folder.write_synced("references.bib", bibliography(results));
}

}  // namespace csgis

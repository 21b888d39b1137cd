#include "datagen/negatives.h"

#include "core/error.h"
#include "imaging/convert.h"
#include "metrics/psnr.h"
#include "metrics/ssim.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <numeric>
#include <optional>
#include <set>

namespace csgis {
namespace {

constexpr const char* kPublished[] = {"bilateral:d=45,sigma-color=200,sigma-space=1000",
                                      "rgf-cv:d=45,sigma-color=150,sigma-space=1000,iterations=4",
                                      "rtv:lambda=0.04,sigma=5", "l0:lambda=0.05"};
constexpr const char* kWeak[] = {"l0:lambda=0.002", "rtv:lambda=0.002,sigma=1.5",
                                 "bilateral:d=9,sigma-color=15,sigma-space=5"};
constexpr std::size_t kMostStrengths = 64;

/// LOW..HIGH/COUNT.
struct Range {
  double low, high;
  std::size_t count;

  static std::optional<Range> parse(const std::string& key, const std::string& text) {
    const std::size_t dots = text.find(".."), slash = text.rfind('/');
    if (dots == std::string::npos || slash == std::string::npos || slash < dots) return std::nullopt;
    return Range{detail::method_number<double>(key, text.substr(0, dots)),
                 detail::method_number<double>(key, text.substr(dots + 2, slash - dots - 2)),
                 detail::method_number<std::size_t>(key, text.substr(slash + 1))};
  }

  double value(std::size_t i) const {
    return i + 1 == count ? high : low * std::pow(high / low, static_cast<double>(i) / static_cast<double>(count - 1));
  }
};

/// The method strings that a text with one range stands for.
std::vector<std::string> expand_range(const std::string& text) {
  MethodString method = split_method_string(text);
  std::optional<Range> range;
  std::string* ranged_value = nullptr;
  for (MethodString::Item& item : method.items) {
    const auto found = Range::parse(item.key, item.value);
    if (!found) continue;
    require<UsageError>(!range, "'{}': two values are ranges, only one may be", text);
    range = found;
    ranged_value = &item.value;
  }
  require<UsageError>(range.has_value(), "'{}': no value is a range LOW..HIGH/COUNT", text);
  require<UsageError>(range->count >= 2 && range->count <= kMostStrengths && 0 < range->low && range->low < range->high,
                      "'{}': a range is LOW..HIGH/COUNT with 0 < LOW < HIGH and COUNT from 2 to {}", text,
                      kMostStrengths);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < range->count; ++i) {
    *ranged_value = fmt::format("{:.4g}", range->value(i));
    texts.push_back(join_method_string(method));
  }
  return texts;
}

std::vector<std::string> expand(NegativeKind kind, const std::vector<std::string>& texts,
                                const std::vector<std::string>& ranges) {
  std::vector<std::string> all;
  for (const std::string& text : texts) {
    if (kind == NegativeKind::over && text == "published") {
      all.insert(all.end(), std::begin(kPublished), std::end(kPublished));
    } else if (kind == NegativeKind::under && text == "weak") {
      all.insert(all.end(), std::begin(kWeak), std::end(kWeak));
    } else {
      all.push_back(text);
    }
  }
  for (const std::string& range : ranges) {
    const auto strengths = expand_range(range);
    all.insert(all.end(), strengths.begin(), strengths.end());
  }
  return all;
}

/// Sum over all values of |right - here| + |below - here|.
std::uint64_t total_gradient(const Image8& image) {
  std::uint64_t sum = 0;
  const auto step = static_cast<std::size_t>(image.channels());
  const auto add = [&sum](const std::uint8_t* a, const std::uint8_t* b, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) sum += static_cast<std::uint64_t>(std::abs(a[i] - b[i]));
  };
  for (int y = 0; y < image.height(); ++y) {
    add(image.row(y), image.row(y) + step, image.row_samples() - step);
    if (y + 1 < image.height()) add(image.row(y), image.row(y + 1), image.row_samples());
  }
  return sum;
}

}  // namespace

std::vector<NegativeMethod> negative_methods(NegativeKind kind, const std::vector<std::string>& texts,
                                             const std::vector<std::string>& ranges) {
  std::vector<NegativeMethod> methods;
  std::map<std::string, int> uses;
  std::set<std::string> seen;
  const char* const preset = kind == NegativeKind::over ? "published" : "weak";
  for (const std::string& text : expand(kind, texts, ranges)) {
    Method method = method_from(split_method_string(text), std::array<std::string, 1>{preset});
    check_method(method);
    const bool is_new = seen.insert(method_text(method)).second;
    require<UsageError>(is_new, "--{}: {} is given twice", to_name(kind), method_text(method));
    const std::string name = method_name(method);
    const int use = ++uses[name];
    methods.push_back({use == 1 ? name : fmt::format("{}-{}", name, use), method});
  }
  return methods;
}

NegativeScore score_negative(const Image8& negative, const Image8& gt) {
  // A flat ground truth has no gradient to compare with.
  const auto gradient = static_cast<double>(std::max<std::uint64_t>(1, total_gradient(gt)));
  return {psnr(negative, gt), ssim_csgis(negative, gt), static_cast<double>(total_gradient(negative)) / gradient};
}

void make_negatives(const Image8& source, const Image8& gt, std::span<const NegativeMethod> methods, NegativePick pick,
                    Random draw, const std::function<void(const Negative&)>& take, double nearest) {
  std::vector<std::size_t> order(methods.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (pick == NegativePick::random) draw.shuffle(order);
  const ImageF planes = to_float(source);
  for (const std::size_t i : order) {
    Negative negative{i, to_image8(smooth(methods[i].method, planes)), {}, false};
    negative.score = score_negative(negative.image, gt);
    negative.is_accepted = negative.score.psnr < nearest;
    take(negative);
    if (negative.is_accepted && pick == NegativePick::random) return;
  }
}

}  // namespace csgis

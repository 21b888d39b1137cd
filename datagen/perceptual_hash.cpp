#include "datagen/perceptual_hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <numeric>
#include <opencv2/imgproc.hpp>

namespace csgis {
namespace {

constexpr int kReduced = 32;
constexpr int kFrequencies = 8;
/// Keeps the sign of frequencies that are zero but for rounding from being noise. Grey levels; real ones are far
/// larger.
constexpr double kRoundingMargin = 1e-6;

/// Union-find over 0..n-1 whose representative is the least member.
class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0); }

  int find(int item) {
    int& parent = parent_[static_cast<std::size_t>(item)];
    if (parent != item) parent = find(parent);
    return parent;
  }
  void join(int a, int b) {
    const auto [low, high] = std::minmax({find(a), find(b)});  // by value: find() returns temporaries
    parent_[static_cast<std::size_t>(high)] = low;
  }

 private:
  std::vector<int> parent_;
};

}  // namespace

std::uint64_t perceptual_hash(const Image8& image) {
  require(image.channels() == 3 && !image.empty(), "perceptual hash: needs at least one RGB pixel");
  // The Mat only views the image: reading functions do not change it.
  const cv::Mat rgb(image.height(), image.width(), CV_8UC3, const_cast<std::uint8_t*>(image.data()));
  cv::Mat reduced, grey, values, spectrum;
  cv::resize(rgb, reduced, {kReduced, kReduced}, 0, 0, cv::INTER_AREA);
  cv::cvtColor(reduced, grey, cv::COLOR_RGB2GRAY);
  grey.convertTo(values, CV_64F);
  cv::dct(values, spectrum);

  // The mean (0,0) is left out: it says how bright the image is, not what it shows.
  std::array<double, kFrequencies * kFrequencies> low{};
  for (int v = 0; v < kFrequencies; ++v) {
    for (int u = 0; u < kFrequencies; ++u)
      low[static_cast<std::size_t>(v * kFrequencies + u)] = spectrum.at<double>(v, u);
  }
  std::array<double, kFrequencies * kFrequencies - 1> without_mean{};
  std::copy(low.begin() + 1, low.end(), without_mean.begin());
  const auto middle = without_mean.begin() + without_mean.size() / 2;
  std::nth_element(without_mean.begin(), middle, without_mean.end());
  std::uint64_t hash = 0;
  for (std::size_t i = 1; i < low.size(); ++i)
    hash |= static_cast<std::uint64_t>(low[i] > *middle + kRoundingMargin) << i;
  return hash;
}

std::vector<int> duplicate_groups(std::span<const std::uint64_t> hashes, std::span<const int> known_groups) {
  require(hashes.size() == known_groups.size(), "duplicate groups: {} hashes for {} items", hashes.size(),
          known_groups.size());
  const int count = static_cast<int>(hashes.size());
  Groups groups(hashes.size());
  std::map<int, int> first_of_known;
  for (int i = 0; i < count; ++i) {
    const int known = known_groups[static_cast<std::size_t>(i)];
    if (known >= 0) groups.join(i, first_of_known.emplace(known, i).first->second);
    for (int j = 0; j < i; ++j) {
      const std::uint64_t different = hashes[static_cast<std::size_t>(i)] ^ hashes[static_cast<std::size_t>(j)];
      if (std::popcount(different) <= kNearDuplicateBits) groups.join(i, j);
    }
  }
  std::vector<int> group(hashes.size());
  for (int i = 0; i < count; ++i) group[static_cast<std::size_t>(i)] = groups.find(i);
  return group;
}

}  // namespace csgis

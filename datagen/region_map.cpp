#include "datagen/region_map.h"

#include "imaging/label_map.h"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

namespace csgis {
namespace {

/// Gives every void pixel the label of the nearest other one.
void fill_void(LabelMap& labels) {
  cv::Mat is_void(labels.height(), labels.width(), CV_8U);
  std::ranges::transform(labels.samples(), is_void.ptr<std::uint8_t>(),
                         [](std::uint8_t label) { return label == kVocVoid ? std::uint8_t{1} : std::uint8_t{0}; });
  cv::Mat distance, nearest;
  cv::distanceTransform(is_void, distance, nearest, cv::DIST_L2, cv::DIST_MASK_5, cv::DIST_LABEL_PIXEL);
  // OpenCV numbers the pixels that are not void; each of them carries its own number.
  std::vector<std::uint8_t> label_of_number(labels.samples().size() + 1);
  const int* numbers = nearest.ptr<int>();
  const auto values = labels.samples();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != kVocVoid) label_of_number[static_cast<std::size_t>(numbers[i])] = values[i];
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == kVocVoid) values[i] = label_of_number[static_cast<std::size_t>(numbers[i])];
  }
}

}  // namespace

RegionMap whole_image(Size size) {
  RegionMap map;
  map.regions.push_back({0, size.pixels(), 0, 0});
  return map;
}

RegionMap label_regions(const LabelMap& labels) {
  std::array<std::size_t, 256> first{}, count{};
  const auto given = labels.samples();
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (count[given[i]]++ == 0) first[given[i]] = i;
  }
  if (count[kVocVoid] == given.size()) return whole_image(labels.size());

  RegionMap map{labels.clone(), {}};
  if (count[kVocVoid] > 0) {
    fill_void(map.index);
    count.fill(0);
    for (const std::uint8_t label : map.index.samples()) ++count[label];
  }
  std::array<std::uint8_t, 256> position{};
  for (std::size_t label = 0; label < count.size(); ++label) {
    if (count[label] == 0) continue;
    position[label] = static_cast<std::uint8_t>(map.regions.size());
    const auto width = static_cast<std::size_t>(labels.width());
    map.regions.push_back({static_cast<int>(label), count[label], static_cast<int>(first[label] / width),
                           static_cast<int>(first[label] % width)});
  }
  for (std::uint8_t& label : map.index.samples()) label = position[label];
  return map;
}

}  // namespace csgis

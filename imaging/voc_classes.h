#pragma once
/// Names of the classes of PASCAL VOC, by their index in label maps.

#include "imaging/label_map.h"

#include <array>

namespace csgis {

inline constexpr std::array<const char*, kVocClasses> kVocClassNames{
    "background", "aeroplane", "bicycle",     "bird",  "boat",        "bottle", "bus",
    "car",        "cat",       "chair",       "cow",   "diningtable", "dog",    "horse",
    "motorbike",  "person",    "pottedplant", "sheep", "sofa",        "train",  "tvmonitor"};

}  // namespace csgis

#pragma once
/// Several ground truths per image, as the EPS benchmark stores them: 0001_1.png .. 0001_5.png belong to 0001, and a
/// table has the weight of each.

#include "pipelines/pairing.h"

namespace csgis {

/// Pairs NAME.EXT with the ground truths NAME_1, NAME_2, ... of any image extension. All images need as many: one with
/// fewer, with more or with gaps has no ground truth, and the reason says why. Names that do not end in an underscore
/// and a number are unmatched.
/// @param weights  a text file, empty for equal weights that sum to 1. One line per image, in the order of their names,
///                 and a number per ground truth, separated by tabs. A first line with text is a header; if it begins
///                 with "image", the first column names the image of its line, in any order, and lines of other images
///                 are ignored. Weights are finite, not negative, and used as they are. At most 16 MiB.
/// @throws NothingUsable  a folder without images; the table is missing, damaged, or has not as many lines or columns
/// as
///                        there are images or ground truths
PairedFolders pair_several(const boost::filesystem::path& pred, const boost::filesystem::path& gt,
                           const boost::filesystem::path& weights);

}  // namespace csgis

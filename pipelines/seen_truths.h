#pragma once
/// The ground truths that a network has learnt from, as its weight file lists them: so that a benchmark can tell
/// whether it is scored on them.

#include "imaging/image.h"
#include "model/image_plane.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace csgis {

/// 12 hexadecimal digits of XXH3-128 over size and planes: of the pixels, whatever file and layout holds them. Two of
/// 20000 different images are the same with a probability of 1e-6.
std::string truth_hash(const std::array<ImagePlane, 3>& planes);
std::string truth_hash(const Image8& image);

/// Hashes of ground truths, in bounded space.
struct TruthList {
  static constexpr std::size_t kMost = 20000;

  std::uint64_t count = 0;       ///< All of them.
  std::set<std::string> hashes;  ///< With more than kMost those that come first: as good as drawn at random.

  static TruthList of(std::set<std::string> all);
  /// Both lists as one.
  void add(const TruthList& other);
  /// Whether every ground truth is listed.
  bool is_whole() const { return count == hashes.size(); }
};

struct SeenTruths {
  TruthList trained_on;
  TruthList chosen_on;         ///< Those by which the epoch was chosen.
  bool is_start_known = true;  ///< Whether initial weights, if there were any, said the same of themselves.
};

/// {"trained_on": {"count": 2, "hashes": "1f0c...a27b..."}, "chosen_on": {...}, "start_known": true}
nlohmann::ordered_json to_json(const SeenTruths& seen);

/// From the note `training` of a weight file; nothing where it holds no such record.
std::optional<SeenTruths> seen_truths_from(std::string_view training_note);

}  // namespace csgis

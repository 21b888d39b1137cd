#pragma once
/// What `csgis gt` knows of each photo, and what follows from it.

#include "metrics/screening.h"
#include "pipelines/gt_choices.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace csgis {

/// What one method made of a photo.
struct GtCandidate {
  std::string name;    ///< "rtv", for a second setting of it "rtv-2".
  std::string method;  ///< With all options.
  std::string file;    ///< candidates/ID__NAME.png
  std::string sha256;
  ScreeningScore score;  ///< In four decimals, as it is written.
};

/// A photo with its candidates, in the order of the options: candidates/ID.json.
struct GtRecord {
  std::string id, file, sha256;      ///< Of the photo; file is its plain name.
  double ease = 0;                   ///< Screening::ease(), four decimals.
  std::optional<std::string> label;  ///< File name of its label map.
  std::vector<GtCandidate> candidates;

  /// The candidate of that name, or null.
  const GtCandidate* find(const std::string& name) const;
};

nlohmann::ordered_json to_json(const ScreeningScore& score);
nlohmann::ordered_json to_json(const GtRecord& record);
/// @throws DataError  a field is missing or of another kind, no candidate, a path that leaves the folder
GtRecord gt_record_from_json(const nlohmann::ordered_json& json);

/// What is done with a photo.
struct GtDecision {
  const GtCandidate* chosen = nullptr;     ///< Null: no ground truth is made of it.
  const GtCandidate* best = nullptr;       ///< By score; the first of equal ones.
  const GtCandidate* runner_up = nullptr;  ///< The best of the others; null if there is only one.
  bool is_by_person = false;
  std::string reason;  ///< Why it is rejected.
};

/// The candidate a person chose, else the best one if it scores `least_score`. Points into the record.
/// @throws DataError  the choice names a candidate that the photo does not have
GtDecision decide(const GtRecord& record, double least_score, const GtChoices& choices);

}  // namespace csgis

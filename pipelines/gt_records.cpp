#include "pipelines/gt_records.h"

#include "core/error.h"
#include "pipelines/journal.h"

#include <algorithm>

namespace csgis {

using Json = nlohmann::ordered_json;

const GtCandidate* GtRecord::find(const std::string& name) const {
  const auto found = std::ranges::find(candidates, name, &GtCandidate::name);
  return found == candidates.end() ? nullptr : &*found;
}

Json to_json(const ScreeningScore& score) {
  return {{"total", score.total}, {"edges", score.edges}, {"flatness", score.flatness}};
}

Json to_json(const GtRecord& record) {
  Json candidates = Json::array();
  for (const GtCandidate& c : record.candidates) {
    candidates.push_back(
        {{"name", c.name}, {"method", c.method}, {"file", c.file}, {"sha256", c.sha256}, {"score", to_json(c.score)}});
  }
  return {{"id", record.id},
          {"photo", record.file},
          {"sha256", record.sha256},
          {"ease", record.ease},
          {"label", record.label ? Json(*record.label) : Json()},
          {"candidates", candidates}};
}

GtRecord gt_record_from_json(const Json& json) {
  try {
    GtRecord record{json.at("id"), json.at("photo"), json.at("sha256"), json.at("ease"), {}, {}};
    if (!json.at("label").is_null()) record.label = json.at("label").get<std::string>();
    for (const Json& c : json.at("candidates")) {
      const Json& score = c.at("score");
      record.candidates.push_back({c.at("name"),
                                   c.at("method"),
                                   inner_path(c.at("file")),
                                   c.at("sha256"),
                                   {score.at("edges"), score.at("flatness"), score.at("total")}});
    }
    require<DataError>(!record.candidates.empty(), "'{}' has no candidates", record.id);
    return record;
  } catch (const nlohmann::json::exception& e) {
    fail<DataError>("no record of candidates: {}", e.what());
  }
}

GtDecision decide(const GtRecord& record, double least_score, const GtChoices& choices) {
  GtDecision decision;
  for (const GtCandidate& candidate : record.candidates) {
    if (decision.best == nullptr || candidate.score.total > decision.best->score.total) {
      decision.runner_up = decision.best;
      decision.best = &candidate;
    } else if (decision.runner_up == nullptr || candidate.score.total > decision.runner_up->score.total) {
      decision.runner_up = &candidate;
    }
  }
  if (const auto choice = choices.find(record.id); choice != choices.end()) {
    decision.is_by_person = true;
    if (!choice->second) {
      decision.reason = "rejected by a person";
      return decision;
    }
    decision.chosen = record.find(*choice->second);
    require<DataError>(decision.chosen != nullptr, "'{}' has no candidate '{}'", record.id, *choice->second);
    if (decision.chosen != decision.best) decision.runner_up = decision.best;
    return decision;
  }
  if (decision.best->score.total >= least_score) {
    decision.chosen = decision.best;
  } else {
    decision.reason =
        fmt::format("its best candidate scores {:.4f}, below {}", decision.best->score.total, least_score);
  }
  return decision;
}

}  // namespace csgis

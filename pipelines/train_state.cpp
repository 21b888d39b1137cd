#include "pipelines/train_state.h"

#include "core/error.h"

namespace csgis {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNote = "csgis.training";

Json to_json(const TrainState& s) {
  return {{"epoch", s.epoch},
          {"batch", s.batch},
          {"step", s.step},
          {"rate", s.rate},
          {"best", s.best},
          {"best_epoch", s.best_epoch ? Json(*s.best_epoch) : Json(nullptr)},
          {"margin", s.margin},
          {"margin_features", s.margin_features},
          {"seconds", s.seconds},
          {"epoch_means", s.epoch_means.saved()},
          {"logged_means", s.logged_means.saved()},
          {"validation", s.validation.saved()},
          {"identity", s.identity}};
}

TrainState from_json(const Json& json) {
  TrainState s;
  s.epoch = json.at("epoch");
  s.batch = json.at("batch");
  s.step = json.at("step");
  s.rate = json.at("rate");
  s.best = json.at("best");
  if (!json.at("best_epoch").is_null()) s.best_epoch = json.at("best_epoch").get<std::int64_t>();
  s.margin = json.at("margin");
  s.margin_features = json.at("margin_features");
  s.seconds = json.at("seconds");
  s.epoch_means = StepMeans::from_saved(json.at("epoch_means"));
  s.logged_means = StepMeans::from_saved(json.at("logged_means"));
  s.validation = StepMeans::from_saved(json.at("validation"));
  s.identity = json.at("identity");
  require<DataError>(s.epoch >= 0 && s.batch >= 0 && s.step >= s.batch, "epoch {}, batch {}, step {} cannot be",
                     s.epoch, s.batch, s.step);
  return s;
}

}  // namespace

void save_train_state(const boost::filesystem::path& path, Checkpoint trainer, const TrainState& state) {
  trainer.part = "net";
  trainer.epoch = state.epoch;
  trainer.state.metadata[kNote] = to_json(state).dump();
  write_torch_file(path.string(), trainer, true);
}

SavedTraining load_train_state(const boost::filesystem::path& path) {
  SavedTraining saved;
  saved.trainer = read_checkpoint(path.string());
  const auto note = saved.trainer.state.metadata.find(kNote);
  require<DataError>(note != saved.trainer.state.metadata.end(), "{} holds weights, but no training to go on with",
                     path.string());
  try {
    saved.state = from_json(Json::parse(note->second));
  } catch (const nlohmann::json::exception& error) {
    fail<DataError>("{}: the state of the training is damaged: {}", path.string(), error.what());
  } catch (const DataError& error) {
    fail<DataError>("{}: {}", path.string(), error.what());
  }
  return saved;
}

}  // namespace csgis

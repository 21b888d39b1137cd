#pragma once
/// Trainer (model/trainer.h) on LibTorch.

#include "model/trainer.h"

#include <memory>

namespace csgis::nets {

/// @throws  as ModelModule::trainer()
std::unique_ptr<Trainer> make_trainer(const TrainerOptions& options, const GuideWeights& guides);

}  // namespace csgis::nets

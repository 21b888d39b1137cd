#pragma once
/// Weight files of any kind: safetensors, and what torch.save wrote (.pth, .pt, .ckpt or no extension at all).

#include "model/tensor_file.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>

namespace csgis {

/// How a file is built. Its content decides, never its name.
enum class WeightFormat {
  safetensors,
  torch_zip,     ///< torch.save of PyTorch 1.6 and later.
  torch_legacy,  ///< torch.save of earlier versions.
};

/// "safetensors", "torch zip", "torch legacy".
std::string_view name_of(WeightFormat format);

/// What an optimiser needs to go on, as torch's Optimizer.state_dict() has it.
struct OptimizerState {
  TensorFile tensors;  ///< Named "POSITION.NAME", "0.exp_avg"; a step that is a plain number becomes an i64 scalar.
  nlohmann::ordered_json groups = nlohmann::ordered_json::array();  ///< lr, betas, params and so on of each group.
};

/// A network's state and how far its training is.
struct Checkpoint {
  WeightFormat format = WeightFormat::torch_zip;
  /// Under which key of the file the state stands: "net", "model_state", "state_dict"; empty when the file is the
  /// state.
  std::string part;
  TensorFile state;                   ///< In the file's order, notes in its metadata.
  std::optional<std::int64_t> epoch;  ///< "now_epoch": the epoch to continue with.
  std::optional<OptimizerState> optimizer;
};

/// Reads a checkpoint without executing anything of it: pickles may hold plain data, tensors and parameters, and name
/// nothing else. Of a torch file these entries are used: the state (see Checkpoint::part; a "module." before every
/// name, left by DataParallel, is dropped), `now_epoch`, `opt` when it has the form of an optimiser's state, `metadata`
/// when it maps texts to texts. All others are checked and skipped. Tensors of any device, made contiguous. Memory: the
/// file is mapped; besides, at most 16 times its size, and 200 MB.
/// @throws DataError  neither kind of file, damaged, not allowed, or without a state. Says which opcode, global or
/// tensor.
Checkpoint parse_checkpoint(const SharedBytes& file);

/// The same for a file. @throws IoError, DataError with the path in front
Checkpoint read_checkpoint(const std::filesystem::path& path);

/// Writes the zip container, for Python's torch.load of 1.6 and later: a dict of the state as OrderedDict under
/// `checkpoint.part` ("net" when that is empty and there is more than a state; else the state itself), `now_epoch`,
/// `opt` and `metadata` if there are any. The bytes depend on nothing else. Tensors that shared memory no longer do.
/// @throws DataError    a type that torch has no storage for, or more than 4 GiB
/// @throws OutputError  see write_whole_file()
void write_torch_file(const std::filesystem::path& path, const Checkpoint& checkpoint, bool overwrite);

/// Writes the state and its metadata as safetensors, the epoch as the note "now_epoch"; the optimiser stays behind.
/// @throws  as write_safetensors()
void write_state(const std::filesystem::path& path, const Checkpoint& checkpoint, bool overwrite);

}  // namespace csgis

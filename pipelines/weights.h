#pragma once
/// Weight files as users meet them: what is in one, and converting between PyTorch's files and safetensors.

#include "core/enum_names.h"
#include "model/checkpoint.h"
#include "model/network_state.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

/// What a weight file holds.
struct WeightsReport {
  WeightFormat format = WeightFormat::safetensors;
  std::string part;                                ///< See Checkpoint::part.
  std::uint64_t bytes = 0;                         ///< Of the file.
  std::uint64_t tensors = 0, elements = 0;         ///< Of the state.
  std::map<std::string, std::uint64_t> types;      ///< Tensors by element type, "F32".
  std::optional<std::int64_t> epoch;               ///< To continue with.
  std::optional<std::uint64_t> optimizer_tensors;  ///< Nothing without an optimiser's state.
  nlohmann::ordered_json optimizer_groups;         ///< Their options, without the list of parameters.
  std::map<std::string, std::string> metadata;
  /// SHA-256 over a line "NAME TYPE SHAPE SHA256-OF-BYTES" per tensor, sorted by name: equal for equal states in files
  /// of any format and order.
  std::string state_sha256;

  std::vector<std::string> kinds;     ///< Networks whose state this is; see kinds_of_state().
  std::string compared_with;          ///< The first of them, the one asked for, or the nearest; empty without any.
  std::optional<NetworkSizes> sizes;  ///< Of `compared_with`, if the state shows them.
  std::uint64_t parameters = 0;       ///< Elements without the statistics of batch normalisations.
  StateDifference difference;         ///< To `compared_with`.
};

/// Looks into a weight file.
/// @param network  compare with this kind; empty: with the one that fits or comes nearest
/// @throws UsageError  no such kind  @throws IoError, DataError  see read_checkpoint()
WeightsReport inspect_weights(const std::filesystem::path& path, const std::string& network);

enum class ChannelOrder { rgb, bgr };
constexpr std::array<EnumName<ChannelOrder>, 2> enum_names(ChannelOrder) {
  return {{{ChannelOrder::rgb, "rgb"}, {ChannelOrder::bgr, "bgr"}}};
}

/// What a conversion wrote.
struct ConversionReport {
  WeightFormat from = WeightFormat::safetensors, to = WeightFormat::safetensors;
  std::uint64_t tensors = 0;
  bool is_optimizer_dropped = false;  ///< safetensors files of ours hold the state alone.
};

/// Converts by the content of `from` and the extension of `to`: .safetensors, or .pth, .pt, .ckpt for Python's
/// torch.load. Types, values and the order of the state stay. A safetensors file notes the network's kind and sizes if
/// they are known, the epoch, and the colour order if given. A .pth of a smoother has the published layout, with the
/// other notes under `metadata`.
/// @throws UsageError  another extension  @throws IoError, DataError, OutputError
ConversionReport convert_weights(const std::filesystem::path& from, const std::filesystem::path& to,
                                 std::optional<ChannelOrder> colour, bool overwrite);

}  // namespace csgis

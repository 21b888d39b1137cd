#pragma once
/// What the state of each network consists of: names, types and shapes, known without building it. Weight files are
/// told apart and checked by this. Source: spec of the published CSGIS-Net and JESS-Net, DeepLabV3+ and VGG16 state
/// names.

#include "model/tensor_file.h"

#include <string>
#include <string_view>
#include <vector>

namespace csgis {

/// Sizes that differ between networks of one kind. Those that a kind does not have keep their values here.
struct NetworkSizes {
  std::int64_t in = 3;       ///< Channels of the input.
  std::int64_t out = 3;      ///< Channels of the result, or classes.
  std::int64_t width = 64;   ///< Channels inside, of smoothers.
  std::int64_t blocks = 12;  ///< Blocks of a smoother's descriptor.

  bool operator==(const NetworkSizes&) const = default;
};

/// One tensor of a state.
struct StateEntry {
  std::string name;
  DType type = DType::f32;
  std::vector<std::int64_t> shape;
  bool is_parameter = true;  ///< Else a buffer: statistics of a batch normalisation.
};

/// Every kind there is, smoothers first.
std::vector<std::string> network_kinds();
/// Whether networks of this kind smooth images, and come in any width and number of blocks.
/// @throws UsageError  no such kind
bool is_smoother(std::string_view kind);

/// The sizes with which a network of this kind is trained when nobody says otherwise: those of the published programs;
/// of `lite`, the largest whose training keeps three steps of eight 128x128 crops a second on two cores.
/// @throws UsageError  no such kind
NetworkSizes default_sizes(std::string_view kind);

/// The state of a network in registration order, which is that of PyTorch's state_dict().
/// @throws UsageError  no such kind; names the nearest
std::vector<StateEntry> network_state(std::string_view kind, const NetworkSizes& sizes);

/// The sizes that a state of this kind has, by the shapes of its first and last layer and its numbered blocks.
/// @throws UsageError  no such kind
/// @throws DataError   these tensors are missing or no network's: names the tensor
NetworkSizes sizes_of_state(std::string_view kind, const TensorFile& state);

/// How a state differs from that of a network. Element types may differ, as a file may hold half precision, and the
/// counters of batches may be missing, as in files of PyTorch before 0.4.1.
struct StateDifference {
  std::vector<std::string> missing, superfluous;
  std::vector<std::string> reshaped;  ///< "NAME: [2,3] instead of [3,2]"

  bool is_none() const { return missing.empty() && superfluous.empty() && reshaped.empty(); }
};

/// Compares with a network of this kind and of the sizes that the state shows; of default sizes where it shows none.
/// @throws UsageError  no such kind
StateDifference compare_state(std::string_view kind, const TensorFile& state);
/// @throws DataError  there is a difference; names its first tensor  @throws UsageError  no such kind
void require_state(std::string_view kind, const TensorFile& state);

/// The kinds that a state fits without difference, in the order of network_kinds(). Networks that differ in their flow
/// alone have equal states: HDC_edge_refine and HDC_no_edge.
std::vector<std::string> kinds_of_state(const TensorFile& state);

}  // namespace csgis

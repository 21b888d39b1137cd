#include "model/network_state.h"

#include "core/error.h"
#include "core/nearest_name.h"
#include "model/detail/state_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

namespace csgis {
namespace {

using detail::StateList;

/// How to list a kind, and where its sizes show.
struct Kind {
  const char* name;
  void (*list)(StateList&, const NetworkSizes&);  ///< Null for smoothers, which list_smoother() knows by name.
  const char* first;                              ///< The layer that sees the input.
  const char* last;                               ///< The layer that makes the result.
  const char* blocks;     ///< What stands before the numbers of blocks; null when there are always as many.
  std::int64_t fold = 1;  ///< Squares of so many pixels a side are one pixel of the first and last layer.
};

constexpr std::int64_t kVocClasses = 21;
constexpr const char* kIn = "descriptor.conv_in.weight";
constexpr const char* kBlocks = "descriptor.res16.";

constexpr std::array kKinds{
    Kind{"HDC_edge_refine", nullptr, kIn, "refine.9.weight", kBlocks},
    Kind{"HDC_no_edge", nullptr, kIn, "refine.9.weight", kBlocks},
    Kind{"HDC_edge", nullptr, kIn, "interpreter2.9.weight", kBlocks},
    Kind{"HDC", nullptr, kIn, "interpreter.6.weight", kBlocks},
    Kind{"Baseline", nullptr, kIn, "interpreter.9.weight", kBlocks},
    Kind{"RDB_edge_refine", nullptr, kIn, "refine.9.weight", "descriptor.des."},
    Kind{"PDP_edge_refine", nullptr, kIn, "refine.4.weight", kBlocks},
    Kind{"Edge_guided", nullptr, kIn, "refine.9.weight", kBlocks},
    Kind{"HDC_cbam", nullptr, kIn, "refine.9.weight", kBlocks},
    Kind{"HDC_att", nullptr, kIn, "refine.9.weight", kBlocks},
    Kind{"lite", nullptr, kIn, "refine.4.weight", "descriptor.body.", detail::kLiteFold},
    Kind{"DeepLabV3Plus_MobileNetV2", detail::list_deeplab_mobilenet, "backbone.low_level_features.0.0.weight",
         "classifier.classifier.3.weight", nullptr},
    Kind{"DeepLabV3Plus_ResNet50", detail::list_deeplab_resnet, "backbone.conv1.weight",
         "classifier.classifier.3.weight", nullptr},
    Kind{"VGG16_features", detail::list_vgg16_features, "features.0.weight", "features.21.weight", nullptr},
};

const Kind& find_kind(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, [](const Kind& kind) { return std::string_view(kind.name); });
  if (found != kKinds.end()) return *found;
  const std::vector<std::string> names = network_kinds();
  fail<UsageError>("unknown network '{}'; did you mean '{}'? Known: {}", name, nearest_name(name, names),
                   fmt::join(names, ", "));
}

/// Size `axis` of a convolution's weight, over `unit`.
std::int64_t weight_size(const TensorFile& state, const char* name, std::size_t axis, std::int64_t unit = 1) {
  constexpr std::int64_t kMost = 65536;  // far beyond any network, and products of three stay small
  const Tensor* const weight = state.find(name);
  require<DataError>(weight != nullptr, "the state has no {}", name);
  require<DataError>(weight->shape.size() == 4 && weight->shape[axis] >= 1 && weight->shape[axis] <= kMost &&
                         weight->shape[axis] % unit == 0,
                     "{} has the shape [{}]", name, fmt::join(weight->shape, ","));
  return weight->shape[axis] / unit;
}

/// One more than the highest number behind `prefix`.
std::int64_t count_blocks(const TensorFile& state, std::string_view prefix) {
  constexpr std::int64_t kMost = 1024;  // far beyond any network
  std::int64_t count = 0;
  for (const Tensor& tensor : state.tensors) {
    if (!tensor.name.starts_with(prefix)) continue;
    const char* const end = tensor.name.data() + tensor.name.size();
    std::int64_t index = 0;
    const auto [stop, error] = std::from_chars(tensor.name.data() + prefix.size(), end, index);
    const bool is_block = error == std::errc() && stop != end && *stop == '.' && index >= 0;
    if (is_block && index < kMost) count = std::max(count, index + 1);
  }
  return count;
}

NetworkSizes sizes_of(const Kind& kind, const TensorFile& state) {
  NetworkSizes sizes;
  sizes.in = weight_size(state, kind.first, 1, kind.fold * kind.fold);
  sizes.out = weight_size(state, kind.last, 0, kind.fold * kind.fold);
  if (kind.blocks == nullptr) return sizes;
  sizes.width = weight_size(state, kind.first, 0);
  sizes.blocks = count_blocks(state, kind.blocks);
  return sizes;
}

std::vector<StateEntry> list_state(const Kind& kind, const NetworkSizes& sizes) {
  StateList list;
  if (kind.list == nullptr) {
    detail::list_smoother(list, kind.name, sizes);
  } else {
    kind.list(list, sizes);
  }
  return list.take();
}

StateDifference difference(const std::vector<StateEntry>& expected, const TensorFile& state) {
  std::unordered_map<std::string_view, const Tensor*> tensors;
  for (const Tensor& tensor : state.tensors) tensors.emplace(tensor.name, &tensor);
  StateDifference out;
  for (const StateEntry& entry : expected) {
    const auto found = tensors.find(entry.name);
    if (found == tensors.end()) {
      // PyTorch has counted batches since 0.4.1; no result depends on it.
      if (entry.type != DType::i64) out.missing.push_back(entry.name);
      continue;
    }
    if (found->second->shape != entry.shape) {
      out.reshaped.push_back(fmt::format("{}: [{}] instead of [{}]", entry.name, fmt::join(found->second->shape, ","),
                                         fmt::join(entry.shape, ",")));
    }
    tensors.erase(found);
  }
  for (const Tensor& tensor : state.tensors) {
    if (tensors.contains(tensor.name)) out.superfluous.push_back(tensor.name);
  }
  return out;
}

}  // namespace

std::vector<std::string> network_kinds() {
  std::vector<std::string> names;
  names.reserve(std::size(kKinds));
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

bool is_smoother(std::string_view kind) {
  return find_kind(kind).blocks != nullptr;
}

NetworkSizes default_sizes(std::string_view kind) {
  NetworkSizes sizes;
  const Kind& row = find_kind(kind);
  if (row.list != nullptr) sizes.out = kVocClasses;
  if (row.fold > 1) {
    sizes.width = 32;
    sizes.blocks = 16;
  }
  return sizes;
}

std::vector<StateEntry> network_state(std::string_view kind, const NetworkSizes& sizes) {
  return list_state(find_kind(kind), sizes);
}

NetworkSizes sizes_of_state(std::string_view kind, const TensorFile& state) {
  return sizes_of(find_kind(kind), state);
}

StateDifference compare_state(std::string_view kind, const TensorFile& state) {
  const Kind& row = find_kind(kind);
  NetworkSizes sizes;
  try {
    sizes = sizes_of(row, state);
  } catch (const DataError&) {
    // The difference will say that these layers are missing.
    if (row.blocks == nullptr) sizes.out = kVocClasses;
  }
  return difference(list_state(row, sizes), state);
}

void require_state(std::string_view kind, const TensorFile& state) {
  const StateDifference difference = compare_state(kind, state);
  for (const auto& [list, what] :
       {std::pair(&difference.missing, "missing"), std::pair(&difference.reshaped, "of another size"),
        std::pair(&difference.superfluous, "unknown")}) {
    if (list->empty()) continue;
    fail<DataError>("the weights do not fit {}: {} tensors {}, {} first", kind, list->size(), what, list->front());
  }
}

std::vector<std::string> kinds_of_state(const TensorFile& state) {
  std::vector<std::string> kinds;
  for (const Kind& kind : kKinds) {
    if (state.find(kind.first) == nullptr || state.find(kind.last) == nullptr) continue;
    if (compare_state(kind.name, state).is_none()) kinds.emplace_back(kind.name);
  }
  return kinds;
}

}  // namespace csgis

#include "model/detail/torch_globals.h"

#include <algorithm>

namespace csgis::detail {
namespace {

std::vector<AllowedGlobal> all_globals() {
  std::vector<AllowedGlobal> globals(kOtherGlobals.begin(), kOtherGlobals.end());
  for (const TorchType& row : kTorchTypes) {
    globals.push_back({row.global});
    if (!row.storage.empty()) globals.push_back({row.storage});
  }
  for (const std::string_view storage : kUntypedStorages) globals.push_back({storage});
  // Known to torch, without a type here: named, so that a message can say which tensor has it.
  for (const std::string_view name : {"torch.complex64", "torch.complex128", "torch.complex32",
                                      "torch.ComplexFloatStorage", "torch.ComplexDoubleStorage"}) {
    globals.push_back({name});
  }
  return globals;
}

}  // namespace

std::span<const AllowedGlobal> checkpoint_globals() {
  static const std::vector<AllowedGlobal> globals = all_globals();
  return globals;
}

std::optional<DType> type_of_storage(std::string_view global) {
  const auto row = std::ranges::find(kTorchTypes, global, &TorchType::storage);
  return row == kTorchTypes.end() ? std::nullopt : std::optional(row->type);
}

std::optional<DType> type_of_dtype(std::string_view global) {
  const auto row = std::ranges::find(kTorchTypes, global, &TorchType::global);
  return row == kTorchTypes.end() ? std::nullopt : std::optional(row->type);
}

}  // namespace csgis::detail

#pragma once
/// Building the networks whose states model/network_state.h lists. A new one joins there and here.

#include "model/detail/smoother.h"
#include "model/network_state.h"

#include <memory>
#include <span>
#include <string_view>

namespace csgis::nets {

struct NetworkKind {
  const char* name;  ///< As in network_kinds().
  bool is_local;     ///< A pixel of the result depends on a bounded part of the image.
  std::shared_ptr<torch::nn::Module> (*build)(const NetworkSizes&);  ///< With weights as before a training.
};

/// DeepLabV3+ is built for output stride 16, which no weight file tells; DeepLab itself takes either.
std::span<const NetworkKind> network_table();

/// @throws UsageError  no such kind
const NetworkKind& network_kind(std::string_view name);

/// @throws InvalidArgument  not a smoother
Smoother build_smoother(const NetworkKind& kind, const NetworkSizes& sizes);

}  // namespace csgis::nets

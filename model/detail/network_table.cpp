#include "model/detail/network_table.h"

#include "core/error.h"
#include "core/nearest_name.h"
#include "model/detail/deeplab.h"
#include "model/detail/state_list.h"
#include "model/detail/vgg.h"

#include <array>

namespace csgis::nets {
namespace {

using Built = std::shared_ptr<torch::nn::Module>;

template <SmootherPlan plan>
Built smoother(const NetworkSizes& sizes) {
  return std::make_shared<SmootherImpl>(plan, sizes);
}

template <Backbone backbone>
Built deeplab(const NetworkSizes& sizes) {
  constexpr int kOutputStride = 16;
  return std::make_shared<DeepLabImpl>(backbone, kOutputStride, sizes.out);
}

Built vgg(const NetworkSizes& /*sizes*/) {
  return std::make_shared<VggFeaturesImpl>();
}

constexpr std::array kTable{
    NetworkKind{"HDC_edge_refine", true, smoother<SmootherPlan{}>},
    NetworkKind{"HDC_no_edge", true, smoother<SmootherPlan{.edge_is_given = true}>},
    NetworkKind{"HDC_edge", true, smoother<SmootherPlan{.has_refine = false}>},
    NetworkKind{"HDC", true, smoother<SmootherPlan{.has_edge = false, .has_refine = false}>},
    NetworkKind{"Baseline", true,
                smoother<SmootherPlan{
                    .trunk = Trunk::residual, .core = Core::residual, .has_edge = false, .has_refine = false}>},
    NetworkKind{"RDB_edge_refine", true, smoother<SmootherPlan{.trunk = Trunk::detailed}>},
    NetworkKind{"PDP_edge_refine", false, smoother<SmootherPlan{.core = Core::pyramid}>},
    NetworkKind{"Edge_guided", false, smoother<SmootherPlan{.is_non_local = true}>},
    NetworkKind{"HDC_cbam", false, smoother<SmootherPlan{.gate = Gate::cbam}>},
    NetworkKind{"HDC_att", false, smoother<SmootherPlan{.gate = Gate::filter}>},
    NetworkKind{"lite", true,
                smoother<SmootherPlan{
                    .trunk = Trunk::plain, .core = Core::plain, .fold = detail::kLiteFold, .adds_input = true}>},
    NetworkKind{"DeepLabV3Plus_MobileNetV2", false, deeplab<Backbone::mobilenet_v2>},
    NetworkKind{"DeepLabV3Plus_ResNet50", false, deeplab<Backbone::resnet50>},
    NetworkKind{"VGG16_features", true, vgg},
};

}  // namespace

std::span<const NetworkKind> network_table() {
  return kTable;
}

const NetworkKind& network_kind(std::string_view name) {
  static_cast<void>(is_smoother(name));  // refuses an unknown name with the nearest one
  for (const NetworkKind& kind : kTable) {
    if (kind.name == name) return kind;
  }
  fail<Error>("network {} has a state, but nothing builds it", name);
}

Smoother build_smoother(const NetworkKind& kind, const NetworkSizes& sizes) {
  require(is_smoother(kind.name), "{} does not smooth images", kind.name);
  return Smoother(std::static_pointer_cast<SmootherImpl>(kind.build(sizes)));
}

}  // namespace csgis::nets

/// States of the smoothers, by the tables of blocks, heads and names of the published networks.

#include "model/detail/state_list.h"

namespace csgis::detail {
namespace {

/// Three convolutions with normalisation: the plain residual block and the one with dilations 1, 2, 3.
void residual_block(StateList& list, const std::string& path, std::int64_t width) {
  for (const int i : {0, 3, 6}) {
    list.conv(fmt::format("{}.triple_conv.{}", path, i), 3, width, width);
    list.norm(fmt::format("{}.triple_conv.{}", path, i + 1), width);
  }
}

void dilated_block(StateList& list, const std::string& path, std::int64_t width) {
  for (const int i : {1, 2, 3}) {
    list.conv(fmt::format("{}.conv_3x3_{}", path, i), 3, width, width);
    list.norm(fmt::format("{}.bn_conv_3x3_{}", path, i), width);
  }
}

void detailed_block(StateList& list, const std::string& path, std::int64_t width) {
  list.conv(path + ".conv0.0", 1, width, width);
  for (const char* branch : {".conv1", ".conv2", ".conv3"}) list.conv(path + branch, 3, width, width);
  list.conv(path + ".conv4.0", 3, 3 * width, width);
  for (const int i : {1, 2}) {
    list.conv(fmt::format("{}.conv4.1.conv{}", path, i), 3, width, width, Bias::no);
    list.norm(fmt::format("{}.conv4.1.bn{}", path, i), width);
  }
}

void cbam(StateList& list, const std::string& path, std::int64_t channels) {
  constexpr std::int64_t kReduction = 16;
  list.linear(path + ".ChannelGate.mlp.1", channels, channels / kReduction);
  list.linear(path + ".ChannelGate.mlp.3", channels / kReduction, channels);
  list.conv(path + ".SpatialGate.spatial.conv", 7, 2, 1, Bias::no);
  list.norm(path + ".SpatialGate.spatial.bn", 1);
}

/// Four pyramids, each of which sees the input and all before it.
void pyramids(StateList& list, const std::string& path, std::int64_t width) {
  for (int k = 1; k <= 4; ++k) {
    const std::string pyramid = fmt::format("{}.PP{}", path, k);
    for (int i = 1; i <= 4; ++i) list.conv(fmt::format("{}.conv_3x3_{}", pyramid, i), 3, k * width, width);
    for (const auto& [i, parts] : {std::pair{1, 4}, {2, 3}, {3, 2}, {0, 4}}) {
      list.conv(fmt::format("{}.conv_1x1_{}", pyramid, i), 1, parts * width, width);
    }
    cbam(list, pyramid + ".cbam", width);
  }
}

/// conv, BN, ReLU at positions `at` to `at` + 2.
void conv_norm(StateList& list, const std::string& head, int at, std::int64_t in, std::int64_t out) {
  list.conv(fmt::format("{}.{}", head, at), 3, in, out);
  list.norm(fmt::format("{}.{}", head, at + 1), out);
}

void descriptor(StateList& list, std::string_view kind, const NetworkSizes& sizes) {
  list.conv("descriptor.conv_in", 3, sizes.in, sizes.width);
  for (std::int64_t i = 0; i < sizes.blocks; ++i) {
    if (kind == "RDB_edge_refine") {
      detailed_block(list, fmt::format("descriptor.des.{}", i), sizes.width);
    } else {
      const auto block = kind == "Baseline" ? residual_block : dilated_block;
      block(list, fmt::format("descriptor.res16.{}", i), sizes.width);
    }
  }
}

/// Without edges: one head.
void single_head(StateList& list, std::string_view kind, const NetworkSizes& sizes) {
  const std::int64_t width = sizes.width;
  const std::string head = "interpreter";
  conv_norm(list, head, 0, width, width);
  if (kind == "HDC") {
    conv_norm(list, head, 3, width, width);
    list.conv(head + ".6", 3, width, sizes.out);
    return;
  }
  for (const int i : {3, 4, 5}) residual_block(list, fmt::format("{}.{}", head, i), width);
  conv_norm(list, head, 6, width, width);
  list.conv(head + ".9", 3, width, sizes.out);
}

/// The first estimate, from features and edges.
void interpreter2(StateList& list, std::string_view kind, const NetworkSizes& sizes) {
  const std::int64_t width = sizes.width;
  const std::string head = "interpreter2";
  conv_norm(list, head, 0, width + 1, width);
  if (kind == "PDP_edge_refine") {
    pyramids(list, head + ".3", width);
    conv_norm(list, head, 4, width, width);
    list.conv(head + ".7", 3, width, sizes.out);
    return;
  }
  for (const int i : {3, 4, 5}) dilated_block(list, fmt::format("{}.{}", head, i), width);
  if (kind == "Edge_guided") return list.conv(head + ".6", 3, width, width);
  conv_norm(list, head, 6, width, width);
  list.conv(head + ".9", 3, width, sizes.out);
}

/// What is added to the first estimate.
void refine(StateList& list, std::string_view kind, const NetworkSizes& sizes) {
  const std::int64_t width = sizes.width;
  conv_norm(list, "refine", 0, width + 1 + sizes.out, width);
  if (kind == "PDP_edge_refine") {
    pyramids(list, "refine.3", width);
    list.conv("refine.4", 3, width, sizes.out);
    return;
  }
  for (int i = 3; i <= 8; ++i) dilated_block(list, fmt::format("refine.{}", i), width);
  list.conv("refine.9", 3, width, sizes.out);
}

/// Length of the filter over `channels` channels in the gate of HDC_att: odd, and 3 for 8 to 64 of them.
std::int64_t gate_length(std::int64_t channels) {
  std::int64_t log2_floor = 0;
  while (channels >> (log2_floor + 1) != 0) ++log2_floor;
  // floor((log2 C + 1) / 2) needs the whole part of the logarithm alone.
  const std::int64_t length = (log2_floor + 1) / 2;
  return length % 2 == 1 ? length : length + 1;
}

void non_local(StateList& list, const NetworkSizes& sizes) {
  const std::int64_t width = sizes.width, inner = width / 2;
  for (const char* part : {"egnl.theta", "egnl.phi", "egnl.g"}) list.conv(part, 1, width, inner);
  list.conv("egnl.down", 4, 1, width, Bias::no);
  list.conv("egnl.z", 1, inner, width);
  list.conv("tail.0", 3, width, width, Bias::no);
  list.norm("tail.1", width);
  list.conv("tail.3", 1, width, sizes.out, Bias::no);
}

/// Two convolutions without normalisation.
void plain_block(StateList& list, const std::string& path, std::int64_t width) {
  list.conv(path + ".conv1", 3, width, width);
  list.conv(path + ".conv2", 3, width, width);
}

/// Every layer sees squares of pixels as its channels.
void lite(StateList& list, const NetworkSizes& sizes) {
  constexpr std::int64_t kSquare = kLiteFold * kLiteFold;
  const std::int64_t width = sizes.width;
  list.conv("descriptor.conv_in", 3, kSquare * sizes.in, width);
  for (std::int64_t i = 0; i < sizes.blocks; ++i) plain_block(list, fmt::format("descriptor.body.{}", i), width);
  list.conv("interpreter1.0", 3, width, width);
  list.conv("interpreter1.2", 3, width, kSquare);
  list.conv("interpreter2.0", 3, width + kSquare, width);
  list.conv("interpreter2.2", 3, width, kSquare * sizes.out);
  list.conv("refine.0", 3, width + kSquare + kSquare * sizes.out, width);
  for (const int i : {2, 3}) plain_block(list, fmt::format("refine.{}", i), width);
  list.conv("refine.4", 3, width, kSquare * sizes.out);
}

}  // namespace

void list_smoother(StateList& list, std::string_view kind, const NetworkSizes& sizes) {
  if (kind == "lite") return lite(list, sizes);
  const std::int64_t width = sizes.width;
  descriptor(list, kind, sizes);
  if (kind == "Baseline" || kind == "HDC") return single_head(list, kind, sizes);
  conv_norm(list, "interpreter1", 0, width, width);
  conv_norm(list, "interpreter1", 3, width, width);
  list.conv("interpreter1.6", 3, width, 1);
  interpreter2(list, kind, sizes);
  if (kind != "HDC_edge") refine(list, kind, sizes);
  const std::int64_t gated[] = {width + 1, width + 1 + sizes.out};
  for (int i = 0; i < 2; ++i) {
    if (kind == "HDC_cbam") cbam(list, fmt::format("cbam{}", i + 1), gated[i]);
    if (kind == "HDC_att") list.add(fmt::format("eca{}.weight", i + 1), {1, 1, gate_length(gated[i])});
  }
  if (kind == "Edge_guided") non_local(list, sizes);
}

}  // namespace csgis::detail

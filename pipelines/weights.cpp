#include "pipelines/weights.h"

#include "core/error.h"
#include "pipelines/hashing.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

namespace csgis {
namespace fs = std::filesystem;
namespace {

/// Notes that follow from the state and are made anew.
constexpr std::array<const char*, 5> kDerivedNotes{"kind", "width", "blocks", "in", "out"};

std::string hash_of(const TensorFile& state) {
  std::vector<const Tensor*> sorted;
  for (const Tensor& tensor : state.tensors) sorted.push_back(&tensor);
  std::ranges::sort(sorted, {}, &Tensor::name);
  std::string lines;
  for (const Tensor* tensor : sorted) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(tensor->bytes.data());
    lines += fmt::format("{} {} [{}] {}\n", tensor->name, name_of(tensor->dtype), fmt::join(tensor->shape, ","),
                         sha256_hex(std::span(bytes, tensor->bytes.size())));
  }
  return sha256_hex(lines);
}

/// The kind with the fewest differences, if any has at least half its tensors here.
std::string nearest_kind(const TensorFile& state) {
  std::string nearest;
  std::size_t least = 0;
  for (const std::string& kind : network_kinds()) {
    const StateDifference difference = compare_state(kind, state);
    const std::size_t count = difference.missing.size() + difference.superfluous.size() + difference.reshaped.size();
    if (2 * difference.superfluous.size() > state.tensors.size() || (!nearest.empty() && count >= least)) continue;
    nearest = kind;
    least = count;
  }
  return nearest;
}

std::optional<NetworkSizes> sizes_if_shown(const std::string& kind, const TensorFile& state) {
  try {
    return sizes_of_state(kind, state);
  } catch (const DataError&) {
    return std::nullopt;  // the difference names the layers that are missing
  }
}

/// Statistics of batch normalisations are told by their names, which no parameter has.
bool is_parameter(const Tensor& tensor) {
  constexpr std::array<std::string_view, 3> kStatistics{"running_mean", "running_var", "num_batches_tracked"};
  return std::ranges::none_of(kStatistics, [&](std::string_view name) { return tensor.name.ends_with(name); });
}

void count_tensors(const TensorFile& state, WeightsReport& report) {
  report.tensors = state.tensors.size();
  for (const Tensor& tensor : state.tensors) {
    const std::uint64_t elements = tensor.bytes.size() / size_of(tensor.dtype);
    report.elements += elements;
    if (is_parameter(tensor)) report.parameters += elements;
    ++report.types[std::string(name_of(tensor.dtype))];
  }
}

void note_network(TensorFile& state) {
  const std::vector<std::string> kinds = kinds_of_state(state);
  if (kinds.empty()) return;
  // A note of the kind stays when the state fits it: equal states can be of several kinds.
  const auto noted = state.metadata.find("kind");
  const bool is_noted = noted != state.metadata.end() && std::ranges::find(kinds, noted->second) != kinds.end();
  const std::string kind = is_noted ? noted->second : kinds.front();
  const NetworkSizes sizes = sizes_of_state(kind, state);
  state.metadata["kind"] = kind;
  for (const auto& [name, size] : {std::pair{"in", sizes.in}, {"out", sizes.out}}) {
    state.metadata[name] = std::to_string(size);
  }
  if (!is_smoother(kind)) return;
  state.metadata["width"] = std::to_string(sizes.width);
  state.metadata["blocks"] = std::to_string(sizes.blocks);
}

/// Where the published programs look for the state of a network of this kind.
std::string part_of(const TensorFile& state) {
  const std::vector<std::string> kinds = kinds_of_state(state);
  if (kinds.empty()) return "";
  if (is_smoother(kinds.front())) return "net";
  return kinds.front().starts_with("DeepLab") ? "model_state" : "";
}

/// The format that a name asks for.
WeightFormat format_of_name(const fs::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".safetensors") return WeightFormat::safetensors;
  const bool is_torch = extension == ".pth" || extension == ".pt" || extension == ".ckpt";
  require<UsageError>(is_torch, "{} ends in '{}'; weights are written as .safetensors, .pth, .pt or .ckpt",
                      path.string(), extension);
  return WeightFormat::torch_zip;
}

}  // namespace

WeightsReport inspect_weights(const fs::path& path, const std::string& network) {
  if (!network.empty()) network_state(network, {});  // a wrong name is told before the file is read
  const Checkpoint checkpoint = read_checkpoint(path);
  WeightsReport report;
  report.format = checkpoint.format;
  report.part = checkpoint.part;
  report.bytes = fs::file_size(path);
  report.epoch = checkpoint.epoch;
  report.metadata = checkpoint.state.metadata;
  report.state_sha256 = hash_of(checkpoint.state);
  count_tensors(checkpoint.state, report);
  report.optimizer_groups = nlohmann::ordered_json::array();
  if (checkpoint.optimizer) {
    report.optimizer_tensors = checkpoint.optimizer->tensors.tensors.size();
    for (nlohmann::ordered_json group : checkpoint.optimizer->groups) {
      group.erase("params");
      report.optimizer_groups.push_back(std::move(group));
    }
  }
  report.kinds = kinds_of_state(checkpoint.state);
  report.compared_with = !network.empty()       ? network
                         : report.kinds.empty() ? nearest_kind(checkpoint.state)
                                                : report.kinds.front();
  if (!report.compared_with.empty()) {
    report.sizes = sizes_if_shown(report.compared_with, checkpoint.state);
    report.difference = compare_state(report.compared_with, checkpoint.state);
  }
  return report;
}

ConversionReport convert_weights(const fs::path& from, const fs::path& to, std::optional<ChannelOrder> colour,
                                 bool overwrite) {
  ConversionReport report;
  report.to = format_of_name(to);
  Checkpoint checkpoint = read_checkpoint(from);
  report.from = checkpoint.format;
  report.tensors = checkpoint.state.tensors.size();
  if (colour) checkpoint.state.metadata["colour"] = to_name(*colour);
  if (report.to == WeightFormat::safetensors) {
    note_network(checkpoint.state);
    report.is_optimizer_dropped = checkpoint.optimizer.has_value();
    write_state(to, checkpoint, overwrite);
    return report;
  }
  if (checkpoint.format == WeightFormat::safetensors) checkpoint.part = part_of(checkpoint.state);
  for (const char* note : kDerivedNotes) checkpoint.state.metadata.erase(note);
  write_torch_file(to, checkpoint, overwrite);
  return report;
}

}  // namespace csgis

#include "model/checkpoint.h"

#include "core/error.h"
#include "model/detail/torch_file.h"
#include "model/file_bytes.h"
#include "model/safetensors.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unordered_set>

namespace csgis {
namespace {

using detail::PickleKind;
using detail::PickleRef;
using detail::PickleValue;
using detail::TorchFile;
using Json = nlohmann::ordered_json;

constexpr const char* kEpochKey = "now_epoch";
constexpr std::array<const char*, 3> kParts{"net", "model_state", "state_dict"};

bool is_word(const PickleValue& value) {
  return (value.kind == PickleKind::text || value.kind == PickleKind::bytes) && detail::is_utf8(value.text);
}

bool is_state(const TorchFile& file, const PickleValue& dict) {
  if (dict.kind != PickleKind::dict || dict.items.empty()) return false;
  for (std::size_t i = 0; i < dict.items.size(); i += 2) {
    if (!is_word(file.tree()[dict.items[i]]) || !file.is_tensor(file.tree()[dict.items[i + 1]])) return false;
  }
  return true;
}

/// The keys of a dict, for a message.
std::string keys_of(const TorchFile& file, const PickleValue& dict) {
  constexpr std::size_t kMost = 8;
  std::string keys;
  for (std::size_t i = 0; i < std::min(dict.items.size(), 2 * kMost); i += 2) {
    const PickleValue& key = file.tree()[dict.items[i]];
    keys += (i == 0 ? "" : ", ") + (is_word(key) ? in_quotes(key.text) : std::string("one that is no text"));
  }
  return dict.items.size() > 2 * kMost ? keys + " and more" : keys;
}

/// Finds the state's dict and sets the part it stands under.
const PickleValue& find_state(const TorchFile& file, std::string& part) {
  const PickleValue& root = file.root();
  require<DataError>(root.kind == PickleKind::dict, "holds no dict and therefore no network state");
  for (const char* name : kParts) {
    const PickleValue* const state = file.tree().find(root, name);
    if (state == nullptr || file.is_tensor(*state)) continue;
    require<DataError>(state->kind == PickleKind::dict, "has under '{}' something that is no state", name);
    part = name;
    return *state;
  }
  require<DataError>(is_state(file, root), "holds no network state; its keys are {}", keys_of(file, root));
  return root;
}

/// DataParallel puts this before every name.
void drop_wrapper(TensorFile& state) {
  constexpr std::string_view kWrapper = "module.";
  const auto has_wrapper = [&](const Tensor& tensor) { return tensor.name.starts_with(kWrapper); };
  if (!std::ranges::all_of(state.tensors, has_wrapper)) return;
  for (Tensor& tensor : state.tensors) tensor.name.erase(0, kWrapper.size());
}

void read_state(TorchFile& file, const PickleValue& dict, TensorFile& state) {
  std::unordered_set<std::string_view> names;
  for (std::size_t i = 0; i < dict.items.size(); i += 2) {
    const PickleValue& name = file.tree()[dict.items[i]];
    require<DataError>(is_word(name), "has a state entry whose name is no text");
    require<DataError>(names.insert(name.text).second, "has two state entries {}", in_quotes(name.text));
    file.add_tensor(file.tree()[dict.items[i + 1]], std::string(name.text), state);
  }
  drop_wrapper(state);
}

/// A plain value, or a list of such; nothing for all others.
std::optional<Json> plain_value(const TorchFile& file, const PickleValue& value, bool is_inside = false) {
  switch (value.kind) {
    case PickleKind::none:
      return Json(nullptr);
    case PickleKind::boolean:
      return Json(value.integer != 0);
    case PickleKind::integer:
      return Json(value.integer);
    case PickleKind::real:
      return std::isfinite(value.real) ? std::optional<Json>(value.real) : std::nullopt;
    case PickleKind::text:
      return Json(std::string(value.text));
    case PickleKind::tuple:
    case PickleKind::list:
      break;
    default:
      return std::nullopt;
  }
  if (is_inside) return std::nullopt;
  Json list = Json::array();
  for (const PickleRef ref : value.items) {
    std::optional<Json> element = plain_value(file, file.tree()[ref], true);
    if (!element) return std::nullopt;
    list.push_back(std::move(*element));
  }
  return list;
}

Json read_group(const TorchFile& file, const PickleValue& dict) {
  constexpr std::size_t kMostOptions = 256;  // an ordered object looks its names up one by one
  require<DataError>(dict.items.size() / 2 <= kMostOptions, "has an optimiser with {} options", dict.items.size() / 2);
  Json group = Json::object();
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const PickleValue& name = file.tree()[dict.items[i]];
    std::optional<Json> value = plain_value(file, file.tree()[dict.items[i + 1]]);
    if (is_word(name) && value) group[std::string(name.text)] = std::move(*value);
  }
  return group;
}

/// Adds what the optimiser keeps for one parameter: tensors, and steps that old versions counted with plain numbers.
void read_slot(TorchFile& file, std::int64_t position, const PickleValue& dict, TensorFile& to) {
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const PickleValue &key = file.tree()[dict.items[i]], &value = file.tree()[dict.items[i + 1]];
    if (!is_word(key)) continue;
    const std::string name = fmt::format("{}.{}", position, key.text);
    if (file.is_tensor(value)) {
      file.add_tensor(value, name, to);
    } else if (value.kind == PickleKind::integer) {
      to.add_copy({name, DType::i64, {}, std::as_bytes(std::span(&value.integer, 1))});
    }
  }
}

/// {"state": {position: {...}}, "param_groups": [{...}]}; nothing when it has another form.
std::optional<OptimizerState> read_optimizer(TorchFile& file, const PickleValue* dict) {
  if (dict == nullptr) return std::nullopt;
  const PickleValue *slots = file.tree().find(*dict, "state"), *groups = file.tree().find(*dict, "param_groups");
  if (slots == nullptr || slots->kind != PickleKind::dict) return std::nullopt;
  if (groups == nullptr || groups->kind != PickleKind::list) return std::nullopt;
  OptimizerState optimizer;
  for (const PickleRef ref : groups->items) {
    if (file.tree()[ref].kind != PickleKind::dict) return std::nullopt;
    optimizer.groups.push_back(read_group(file, file.tree()[ref]));
  }
  std::unordered_set<std::int64_t> positions;
  for (std::size_t i = 0; i + 1 < slots->items.size(); i += 2) {
    const PickleValue &position = file.tree()[slots->items[i]], &slot = file.tree()[slots->items[i + 1]];
    if (position.kind != PickleKind::integer || slot.kind != PickleKind::dict) return std::nullopt;
    require<DataError>(positions.insert(position.integer).second, "has two optimiser states of parameter {}",
                       position.integer);
    read_slot(file, position.integer, slot, optimizer.tensors);
  }
  return optimizer;
}

void read_metadata(const TorchFile& file, const PickleValue* dict, std::map<std::string, std::string>& metadata) {
  if (dict == nullptr || dict->kind != PickleKind::dict) return;
  for (std::size_t i = 0; i + 1 < dict->items.size(); i += 2) {
    const PickleValue &key = file.tree()[dict->items[i]], &value = file.tree()[dict->items[i + 1]];
    if (is_word(key) && is_word(value)) metadata.insert_or_assign(std::string(key.text), std::string(value.text));
  }
}

Checkpoint parse_torch(const SharedBytes& bytes) {
  Checkpoint out;
  out.format = TorchFile::is_zip(bytes.bytes) ? WeightFormat::torch_zip : WeightFormat::torch_legacy;
  TorchFile file(bytes.bytes);
  const PickleValue& state = find_state(file, out.part);
  out.state.memory.push_back(bytes.owner);
  read_state(file, state, out.state);
  if (out.part.empty()) return out;
  const PickleValue* const epoch = file.tree().find(file.root(), kEpochKey);
  if (epoch != nullptr && epoch->kind == PickleKind::integer) out.epoch = epoch->integer;
  out.optimizer = read_optimizer(file, file.tree().find(file.root(), "opt"));
  if (out.optimizer) out.optimizer->tensors.memory.push_back(bytes.owner);
  read_metadata(file, file.tree().find(file.root(), "metadata"), out.state.metadata);
  return out;
}

Checkpoint parse_state(const SharedBytes& bytes) {
  Checkpoint out;
  out.format = WeightFormat::safetensors;
  out.state = parse_safetensors(bytes);
  const auto note = out.state.metadata.find(kEpochKey);
  if (note == out.state.metadata.end()) return out;
  const std::string& text = note->second;
  std::int64_t epoch = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (error != std::errc() || stop != text.data() + text.size()) return out;
  out.epoch = epoch;
  out.state.metadata.erase(note);
  return out;
}

}  // namespace

std::string_view name_of(WeightFormat format) {
  constexpr std::array<std::string_view, 3> kNames{"safetensors", "torch zip", "torch legacy"};
  return kNames[static_cast<std::size_t>(format)];
}

Checkpoint parse_checkpoint(const SharedBytes& file) {
  if (looks_like_safetensors(file.bytes)) return parse_state(file);
  require<DataError>(TorchFile::is_zip(file.bytes) || TorchFile::is_legacy(file.bytes),
                     "is no weight file: neither safetensors nor a checkpoint of torch.save");
  return parse_torch(file);
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  const SharedBytes file = map_file(path);
  try {
    return parse_checkpoint(file);
  } catch (const DataError& error) {
    fail<DataError>("{}: {}", path.string(), error.what());
  }
}

void write_state(const std::filesystem::path& path, const Checkpoint& checkpoint, bool overwrite) {
  TensorFile state = checkpoint.state;
  if (checkpoint.epoch) state.metadata[kEpochKey] = fmt::format("{}", *checkpoint.epoch);
  write_safetensors(path, state, overwrite);
}

}  // namespace csgis

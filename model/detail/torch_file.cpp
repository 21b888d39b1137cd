#include "model/detail/torch_file.h"

#include "core/error.h"
#include "model/detail/torch_globals.h"
#include "model/detail/zip_store.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace csgis::detail {
namespace {

/// torch's magic number 0x1950a86a20f9469cfc6c as a pickled integer.
constexpr std::string_view kLegacyMagic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
constexpr std::int64_t kLegacyProtocol = 1001;
constexpr std::uint64_t kMostGrowth = 16, kSmallFile = std::uint64_t{64} << 20;

bool is_word(const PickleValue& value) {
  return (value.kind == PickleKind::text || value.kind == PickleKind::bytes) && is_utf8(value.text);
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The one folder of the archive that holds data.pkl.
std::string root_folder(const ZipReader& zip) {
  std::string root;
  for (const std::string_view name : zip.names()) {
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos || name.substr(slash) != "/data.pkl") continue;
    require<DataError>(root.empty(), "the archive has two files data.pkl");
    root = name.substr(0, slash + 1);
  }
  require<DataError>(!root.empty(), "the archive has no file data.pkl: it is no checkpoint");
  require<DataError>(!zip.contains(root + "constants.pkl"), "is a TorchScript program, not a checkpoint");
  if (zip.contains(root + "byteorder")) {
    require<DataError>(text_of(zip.read(root + "byteorder")) == "little", "was written on a big-endian machine");
  }
  return root;
}

bool is_contiguous(std::span<const std::int64_t> shape, std::span<const std::int64_t> strides) {
  std::int64_t expected = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (shape[i] != 1 && strides[i] != expected) return false;
    expected *= shape[i];  // the elements are counted before, and not none: no overflow
  }
  return true;
}

/// Whether the last element that shape and strides reach lies below `count`.
bool is_inside(std::span<const std::int64_t> shape, std::span<const std::int64_t> strides, std::int64_t offset,
               std::int64_t count) {
  std::int64_t last = offset;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0) return offset <= count;
    std::int64_t reach = 0;
    if (__builtin_mul_overflow(shape[i] - 1, strides[i], &reach) || __builtin_add_overflow(last, reach, &last))
      return false;
  }
  return last < count;
}

/// Copies the elements in row-major order.
void gather(const std::byte* from, std::size_t size, std::span<const std::int64_t> shape,
            std::span<const std::int64_t> strides, std::byte*& to) {
  if (shape.empty()) {
    std::memcpy(to, from, size);
    to += size;
    return;
  }
  for (std::int64_t i = 0; i < shape[0]; ++i) {
    gather(from + i * strides[0] * static_cast<std::int64_t>(size), size, shape.subspan(1), strides.subspan(1), to);
  }
}

}  // namespace

bool TorchFile::is_zip(std::span<const std::byte> bytes) {
  return looks_like_zip(bytes);
}

bool TorchFile::is_legacy(std::span<const std::byte> bytes) {
  // PROTO, its number, LONG1, 10 bytes
  return bytes.size() >= 4 + kLegacyMagic.size() && bytes[0] == std::byte{0x80} &&
         text_of(bytes.subspan(4)).starts_with(kLegacyMagic);
}

TorchFile::TorchFile(std::span<const std::byte> file)
    : bytes_left_(kMostGrowth * std::uint64_t{file.size()} + kSmallFile) {
  if (is_zip(file)) {
    read_zip(file);
  } else {
    read_legacy(file);
  }
}

void TorchFile::read_zip(std::span<const std::byte> file) {
  const ZipReader zip(file);
  const std::string root = root_folder(zip);
  tree_ = read_pickle(zip.read(root + "data.pkl"), checkpoint_globals());
  list_storages();
  for (auto& [key, storage] : storages_) {
    storage.bytes = zip.read(root + "data/" + key);
    require<DataError>(storage.bytes.size() / size_of(storage.type) == static_cast<std::uint64_t>(storage.count) &&
                           storage.bytes.size() % size_of(storage.type) == 0,
                       "the storage {} has {} bytes, must have {} elements of {}", in_quotes(key), storage.bytes.size(),
                       storage.count, name_of(storage.type));
  }
}

void TorchFile::read_legacy(std::span<const std::byte> file) {
  const auto next_pickle = [&file](std::span<const AllowedGlobal> allowed) {
    Pickle pickle = read_pickle(file, allowed);
    file = file.subspan(pickle.size);
    return pickle;
  };
  const Pickle magic = next_pickle({}), protocol = next_pickle({}), system = next_pickle({});
  require<DataError>(magic[magic.root].kind == PickleKind::long_integer && magic[magic.root].text == kLegacyMagic,
                     "is no checkpoint");
  require<DataError>(protocol[protocol.root].integer == kLegacyProtocol, "has the unknown protocol {}",
                     protocol[protocol.root].integer);
  const PickleValue* little = system.find(system[system.root], "little_endian");
  require<DataError>(little != nullptr && little->integer == 1, "was written on a big-endian machine");
  tree_ = next_pickle(checkpoint_globals());
  const Pickle keys = next_pickle({});
  list_storages();
  std::size_t found = 0;
  for (const PickleRef ref : keys[keys.root].items) {
    const PickleValue& key = keys[ref];
    const auto entry = is_word(key) ? storages_.find(key.text) : storages_.end();
    require<DataError>(entry != storages_.end() && entry->second.bytes.data() == nullptr,
                       "lists a storage that no tensor uses, or one twice");
    Storage& storage = entry->second;
    std::int64_t count = 0;
    require<DataError>(file.size() >= sizeof(count), "ends before storage {}", in_quotes(key.text));
    std::memcpy(&count, file.data(), sizeof(count));
    file = file.subspan(sizeof(count));
    require<DataError>(count == storage.count, "the storage {} has {} elements, must have {}", in_quotes(key.text),
                       count, storage.count);
    require<DataError>(static_cast<std::uint64_t>(count) <= file.size() / size_of(storage.type),
                       "ends within storage {}", in_quotes(key.text));
    storage.bytes = file.first(static_cast<std::size_t>(count) * size_of(storage.type));
    file = file.subspan(storage.bytes.size());
    ++found;
  }
  require<DataError>(found == storages_.size(), "lists {} storages, its tensors use {}", found, storages_.size());
  require<DataError>(file.empty(), "has {} bytes behind its last storage", file.size());
}

void TorchFile::list_storages() {
  for (const PickleValue& value : tree_.values) {
    if (value.kind != PickleKind::persistent) continue;
    const auto [key, storage] = storage_of(tree_[value.items[0]]);
    const auto [place, is_new] = storages_.emplace(key, storage);
    require<DataError>(is_new || (place->second.type == storage.type && place->second.count == storage.count),
                       "describes the storage {} in two ways", in_quotes(key));
  }
}

/// ('storage', class, key, device, elements) and, in old files, a view that is None.
std::pair<std::string, TorchFile::Storage> TorchFile::storage_of(const PickleValue& id) const {
  const auto item = [&](std::size_t i) -> const PickleValue& { return tree_[id.items[i]]; };
  const bool is_storage = id.kind == PickleKind::tuple && (id.items.size() == 5 || id.items.size() == 6) &&
                          item(0).text == "storage" && item(1).kind == PickleKind::global && is_word(item(2)) &&
                          item(4).kind == PickleKind::integer &&
                          (id.items.size() == 5 || item(5).kind == PickleKind::none);
  require<DataError>(is_storage, "refers to data outside of the pickle that are no storage");
  const std::string_view type_name = item(1).text;
  const bool is_untyped = std::ranges::find(kUntypedStorages, type_name) != kUntypedStorages.end();
  const std::optional<DType> type = is_untyped ? DType::u8 : type_of_storage(type_name);
  require<DataError>(type.has_value(), "has a storage of the type {}, which is not supported", type_name);
  const std::int64_t count = item(4).integer;
  require<DataError>(count >= 0, "has a storage of {} elements", count);
  return {std::string(item(2).text), {*type, count, {}}};
}

std::string_view TorchFile::name_of_call(const PickleValue& value) const {
  return value.kind == PickleKind::call ? tree_[value.items[0]].text : std::string_view{};
}

const PickleValue& TorchFile::argument(const PickleValue& call, std::size_t index) const {
  const PickleValue& arguments = tree_[call.items[1]];
  require<DataError>(index < arguments.items.size(), "calls {} with {} arguments", name_of_call(call),
                     arguments.items.size());
  return tree_[arguments.items[index]];
}

/// A parameter is a tensor in a wrapper.
const PickleValue& TorchFile::unwrapped(const PickleValue& value) const {
  const std::string_view name = name_of_call(value);
  const bool is_wrapped = name == kRebuildParameter || name == kParameter;
  return is_wrapped ? argument(value, 0) : value;
}

bool TorchFile::is_tensor(const PickleValue& value) const {
  const std::string_view name = name_of_call(unwrapped(value));
  return name == kRebuildTensor || name == kRebuildTensor2 || name == kRebuildTensor3;
}

/// A tuple of integers, or a torch.Size of one.
std::vector<std::int64_t> TorchFile::integers_of(const PickleValue& value) const {
  const PickleValue& tuple = name_of_call(value) == "torch.Size" ? argument(value, 0) : value;
  constexpr std::size_t kMostDimensions = 64;
  require<DataError>(tuple.kind == PickleKind::tuple && tuple.items.size() <= kMostDimensions,
                     "has a tensor whose shape is no tuple of at most {} numbers", kMostDimensions);
  std::vector<std::int64_t> integers;
  for (const PickleRef ref : tuple.items) {
    require<DataError>(tree_[ref].kind == PickleKind::integer && tree_[ref].integer >= 0,
                       "has a tensor with a size or stride that is no whole number of at least 0");
    integers.push_back(tree_[ref].integer);
  }
  return integers;
}

/// (storage, offset, shape, strides, ...), the type at index 6 in the third version.
TorchFile::View TorchFile::view_of(const PickleValue& call) const {
  const PickleValue& storage_id = argument(call, 0);
  require<DataError>(storage_id.kind == PickleKind::persistent, "has a tensor without a storage");
  const PickleValue& offset = argument(call, 1);
  require<DataError>(offset.kind == PickleKind::integer && offset.integer >= 0, "has a tensor with a wrong offset");
  View view;
  view.storage = &storages_.find(tree_[tree_[storage_id.items[0]].items[2]].text)->second;
  view.type = view.storage->type;
  view.offset = offset.integer;
  view.shape = integers_of(argument(call, 2));
  view.strides = integers_of(argument(call, 3));
  require<DataError>(view.shape.size() == view.strides.size(), "has a tensor of {} sizes and {} strides",
                     view.shape.size(), view.strides.size());
  if (name_of_call(call) == kRebuildTensor3) {
    const std::optional<DType> type = type_of_dtype(argument(call, 6).text);
    require<DataError>(type.has_value(), "has a tensor of an unknown type");
    view.type = *type;
  }
  return view;
}

void TorchFile::add_tensor(const PickleValue& value, const std::string& name, TensorFile& to) {
  require<DataError>(is_tensor(value), "{} is no tensor", in_quotes(name));
  const View view = view_of(unwrapped(value));
  const std::size_t size = size_of(view.type);
  const std::int64_t available = static_cast<std::int64_t>(view.storage->bytes.size() / size);
  const std::optional<std::int64_t> count = element_count(view.shape);
  require<DataError>(count && is_inside(view.shape, view.strides, view.offset, available),
                     "tensor {} of shape [{}] leaves its storage of {} elements", in_quotes(name),
                     fmt::join(view.shape, ","), available);
  const auto elements = static_cast<std::uint64_t>(*count);
  require<DataError>(elements <= bytes_left_ / size, "the tensors up to {} are far larger than the file",
                     in_quotes(name));
  bytes_left_ -= elements * size;
  const std::span<const std::byte> bytes = view.storage->bytes.subspan(static_cast<std::size_t>(view.offset) * size);
  if (elements == 0 || is_contiguous(view.shape, view.strides)) {
    return to.add({name, view.type, view.shape, bytes.first(elements * size)});
  }
  std::shared_ptr<std::byte[]> copy(new std::byte[elements * size]);
  std::byte* next = copy.get();
  gather(bytes.data(), size, view.shape, view.strides, next);
  to.memory.push_back(copy);
  to.add({name, view.type, view.shape, {copy.get(), elements * size}});
}

}  // namespace csgis::detail

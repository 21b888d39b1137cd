#include "model/safetensors.h"

#include "core/error.h"
#include "model/file_bytes.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace csgis {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeader = 100'000'000;
constexpr const char* kMetadataKey = "__metadata__";
constexpr const char* kOrderKey = "csgis.order";  // names, each but the last followed by a separator
constexpr char kOrderSeparator = '\n';

/// One entry of the header.
struct Entry {
  std::string name;
  std::optional<DType> dtype;
  std::optional<std::vector<std::int64_t>> shape;
  std::optional<std::vector<std::int64_t>> offsets;
};

/// Takes the header apart while it is parsed: an object of objects, the latter of strings (the metadata) or of a type,
/// a shape and two offsets. Whatever else the JSON may say is an error at once, so that memory stays bounded by it.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<Entry> entries;
  std::map<std::string, std::string> metadata;

  bool null() override { fail_here("null"); }
  bool boolean(bool) override { fail_here("a boolean"); }
  bool number_float(number_float_t, const string_t& text) override { fail_here("the number " + text); }
  bool number_integer(number_integer_t value) override { fail_here(fmt::format("the number {}", value)); }
  bool binary(binary_t&) override { fail_here("bytes"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (numbers_ == nullptr) fail_here(fmt::format("the number {}", value));
    require<DataError>(value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()),
                       "the header's number {} is too large", value);
    numbers_->push_back(static_cast<std::int64_t>(value));
    return true;
  }
  bool string(string_t& text) override {
    if (place_ == Place::metadata) {
      require<DataError>(metadata.emplace(key_, text).second, "the metadata names {} twice", in_quotes(key_));
      return true;
    }
    if (place_ != Place::tensor || key_ != "dtype") fail_here("the text " + in_quotes(text));
    entries.back().dtype = dtype_named(text);
    require<DataError>(entries.back().dtype.has_value(), "tensor {} has the unknown type {}", entry_name(),
                       in_quotes(text));
    return true;
  }
  bool key(string_t& name) override {
    key_ = name;
    if (place_ == Place::top && name == kMetadataKey) {
      require<DataError>(!std::exchange(has_metadata_, true), "the header has {} twice", kMetadataKey);
    } else if (place_ == Place::top) {
      require<DataError>(names_.insert(name).second, "the header names tensor {} twice", in_quotes(name));
      entries.push_back({name, {}, {}, {}});
    } else if (place_ == Place::tensor) {
      check_key(name);
    }
    return true;
  }
  bool start_object(std::size_t) override {
    if (place_ == Place::outside) {
      place_ = Place::top;
    } else if (place_ == Place::top) {
      place_ = key_ == kMetadataKey ? Place::metadata : Place::tensor;
    } else {
      fail_here("an object");
    }
    return true;
  }
  bool end_object() override {
    if (place_ == Place::tensor) {
      const Entry& entry = entries.back();
      require<DataError>(entry.dtype && entry.shape && entry.offsets,
                         "tensor {} lacks one of dtype, shape and data_offsets", entry_name());
    }
    place_ = place_ == Place::top ? Place::outside : Place::top;
    return true;
  }
  bool start_array(std::size_t) override {
    const bool is_wanted =
        place_ == Place::tensor && numbers_ == nullptr && (key_ == "shape" || key_ == "data_offsets");
    if (!is_wanted) fail_here("a list");
    numbers_ = &(key_ == "shape" ? entries.back().shape : entries.back().offsets).emplace();
    return true;
  }
  bool end_array() override {
    numbers_ = nullptr;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    fail<DataError>("the header is no valid JSON from byte {} on", position);
  }

 private:
  enum class Place { outside, top, metadata, tensor };

  [[noreturn]] void fail_here(const std::string& what) const {
    fail<DataError>("the header has {} at {}, where the format has none", what, in_quotes(key_));
  }
  std::string entry_name() const { return in_quotes(entries.back().name); }
  void check_key(const std::string& name) const {
    const Entry& entry = entries.back();
    const bool is_known = name == "dtype" || name == "shape" || name == "data_offsets";
    require<DataError>(is_known, "tensor {} has the unknown key {}", entry_name(), in_quotes(name));
    const bool is_repeated =
        name == "dtype" ? entry.dtype.has_value() : (name == "shape" ? entry.shape : entry.offsets).has_value();
    require<DataError>(!is_repeated, "tensor {} has the key {} twice", entry_name(), name);
  }

  Place place_ = Place::outside;
  std::string key_;
  bool has_metadata_ = false;
  std::unordered_set<std::string> names_;
  std::vector<std::int64_t>* numbers_ = nullptr;
};

std::string_view header_text(std::span<const std::byte> file) {
  require<DataError>(file.size() >= kLengthBytes, "is too short for a safetensors file: {} bytes", file.size());
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), kLengthBytes);
  require<DataError>(length <= kMaxHeader, "claims a header of {} bytes, more than {} are allowed", length, kMaxHeader);
  require<DataError>(length <= file.size() - kLengthBytes, "claims a header of {} bytes, {} are left in the file",
                     length, file.size() - kLengthBytes);
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + kLengthBytes, length);
  require<DataError>(text.starts_with('{'), "the header does not begin with '{{'");
  // The JSON parser takes a zero byte for the end of the text.
  require<DataError>(text.find('\0') == std::string_view::npos, "the header is no valid JSON: it holds a zero byte");
  return text;
}

/// The checks on types, shapes and places of all tensors.
void check_layout(const std::vector<Entry>& entries, std::size_t data_bytes) {
  std::vector<const Entry*> by_offset;
  for (const Entry& entry : entries) {
    require<DataError>(entry.offsets->size() == 2, "tensor {} has {} data_offsets, must have 2", in_quotes(entry.name),
                       entry.offsets->size());
    by_offset.push_back(&entry);
  }
  std::ranges::stable_sort(
      by_offset, {}, [](const Entry* entry) -> const auto& { return *entry->offsets; });
  std::int64_t end = 0;
  for (const Entry* entry : by_offset) {
    const auto [begin, stop] = std::pair((*entry->offsets)[0], (*entry->offsets)[1]);
    require<DataError>(begin == end && stop >= begin, "tensor {} lies at bytes {} to {}, must begin at {}",
                       in_quotes(entry->name), begin, stop, end);
    const std::optional<std::int64_t> count = element_count(*entry->shape);
    std::int64_t bytes = 0;
    const bool fits =
        count && !__builtin_mul_overflow(*count, static_cast<std::int64_t>(size_of(*entry->dtype)), &bytes);
    require<DataError>(fits && bytes == stop - begin, "tensor {} has {} bytes, which do not fit its shape [{}] of {}",
                       in_quotes(entry->name), stop - begin, fmt::join(*entry->shape, ","), name_of(*entry->dtype));
    end = stop;
  }
  require<DataError>(static_cast<std::uint64_t>(end) == data_bytes, "the tensors end after {} of {} bytes of data", end,
                     data_bytes);
}

/// Puts the tensors into the noted order, if the note names just these; takes the note away.
void restore_order(TensorFile& file) {
  const auto note = file.metadata.find(kOrderKey);
  if (note == file.metadata.end()) return;
  std::unordered_map<std::string_view, std::size_t> rank;
  std::string_view rest = note->second;
  std::size_t names = 1;
  for (std::size_t end; (end = rest.find(kOrderSeparator)) != std::string_view::npos; rest.remove_prefix(end + 1)) {
    rank.emplace(rest.substr(0, end), names++);
  }
  rank.emplace(rest, names);
  const auto is_named = [&](const Tensor& tensor) { return rank.contains(tensor.name); };
  if (names != file.tensors.size() || !std::ranges::all_of(file.tensors, is_named)) return;
  std::ranges::sort(file.tensors, {}, [&](const Tensor& tensor) { return rank.at(tensor.name); });
  file.metadata.erase(note);
}

/// Checks a tensor before it is written.
void check_tensor(const Tensor& tensor) {
  const std::optional<std::int64_t> count = element_count(tensor.shape);
  std::int64_t bytes = 0;
  const bool fits = count && !__builtin_mul_overflow(*count, static_cast<std::int64_t>(size_of(tensor.dtype)), &bytes);
  require(fits && static_cast<std::uint64_t>(bytes) == tensor.bytes.size(),
          "write_safetensors: tensor {} has {} bytes, which do not fit its shape", in_quotes(tensor.name),
          tensor.bytes.size());
  require(tensor.name != kMetadataKey, "write_safetensors: a tensor cannot be named {}", kMetadataKey);
}

std::vector<const Tensor*> in_file_order(const TensorFile& file) {
  std::vector<const Tensor*> sorted;
  for (const Tensor& tensor : file.tensors) {
    check_tensor(tensor);
    sorted.push_back(&tensor);
  }
  std::ranges::stable_sort(sorted, [](const Tensor* a, const Tensor* b) {
    return a->dtype != b->dtype ? a->dtype > b->dtype : a->name < b->name;
  });
  std::unordered_set<std::string_view> names;
  for (const Tensor* tensor : sorted) {
    require(names.insert(tensor->name).second, "write_safetensors: two tensors are named {}", in_quotes(tensor->name));
  }
  return sorted;
}

std::string header_of(const TensorFile& file, const std::vector<const Tensor*>& sorted) {
  using Json = nlohmann::ordered_json;
  std::map<std::string, std::string> metadata = file.metadata;
  metadata.erase(kOrderKey);
  const auto is_at = [](const Tensor* a, const Tensor& b) { return a == &b; };
  const auto is_separable = [](const Tensor& tensor) { return tensor.name.find(kOrderSeparator) == std::string::npos; };
  if (!std::ranges::equal(sorted, file.tensors, is_at) && std::ranges::all_of(file.tensors, is_separable)) {
    std::string& names = metadata[kOrderKey];
    for (const Tensor& tensor : file.tensors) names += tensor.name + kOrderSeparator;
    names.pop_back();
  }
  // Entry by entry: an ordered_json object would look every name up in a list.
  std::string header = metadata.empty() ? "{" : fmt::format("{{\"{}\":{},", kMetadataKey, Json(metadata).dump());
  std::uint64_t begin = 0;
  for (const Tensor* tensor : sorted) {
    const std::uint64_t end = begin + tensor->bytes.size();
    header += fmt::format(R"({}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}},)", Json(tensor->name).dump(),
                          name_of(tensor->dtype), fmt::join(tensor->shape, ","), begin, end);
    begin = end;
  }
  if (header.back() == ',') header.pop_back();
  header += '}';
  header.append((kLengthBytes - header.size() % kLengthBytes) % kLengthBytes, ' ');
  return header;
}

}  // namespace

bool looks_like_safetensors(std::span<const std::byte> bytes) {
  // The length is below 2^32, and the header begins with a brace.
  return bytes.size() > kLengthBytes && bytes[kLengthBytes] == std::byte{'{'} &&
         std::ranges::all_of(bytes.subspan(4, 4), [](std::byte byte) { return byte == std::byte{0}; });
}

TensorFile parse_safetensors(const SharedBytes& file) {
  const std::string_view header = header_text(file.bytes);
  HeaderReader reader;
  nlohmann::json::sax_parse(header.begin(), header.end(), &reader);
  const std::span<const std::byte> data = file.bytes.subspan(kLengthBytes + header.size());
  check_layout(reader.entries, data.size());

  TensorFile out;
  out.metadata = std::move(reader.metadata);
  out.memory.push_back(file.owner);
  for (Entry& entry : reader.entries) {
    const auto [begin, end] = std::pair((*entry.offsets)[0], (*entry.offsets)[1]);
    out.add({std::move(entry.name), *entry.dtype, std::move(*entry.shape),
             data.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin))});
  }
  restore_order(out);
  return out;
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  const SharedBytes file = map_file(path);
  try {
    return parse_safetensors(file);
  } catch (const DataError& error) {
    fail<DataError>("{}: {}", path.string(), error.what());
  }
}

void write_safetensors(const std::filesystem::path& path, const TensorFile& file, bool overwrite) {
  const std::vector<const Tensor*> sorted = in_file_order(file);
  std::string header;
  try {
    header = header_of(file, sorted);
  } catch (const nlohmann::json::exception&) {
    fail<InvalidArgument>("write_safetensors: a name or a note is no UTF-8");
  }
  require(header.size() <= kMaxHeader, "write_safetensors: the header would have {} bytes, at most {} are allowed",
          header.size(), kMaxHeader);
  const std::uint64_t length = header.size();
  std::vector<std::span<const std::byte>> pieces{std::as_bytes(std::span(&length, 1)), bytes_of(header)};
  for (const Tensor* tensor : sorted) pieces.push_back(tensor->bytes);
  write_whole_file(path, pieces, overwrite);
}

}  // namespace csgis

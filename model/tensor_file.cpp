#include "model/tensor_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace csgis {
namespace {

static_assert(std::endian::native == std::endian::little, "weight files are little-endian, and are mapped as they are");

struct DTypeRow {
  DType type;
  std::string_view name;
  std::size_t size;
};

constexpr std::array<DTypeRow, 15> kDTypes{{
    {DType::boolean, "BOOL", 1},
    {DType::u8, "U8", 1},
    {DType::i8, "I8", 1},
    {DType::f8_e5m2, "F8_E5M2", 1},
    {DType::f8_e4m3, "F8_E4M3", 1},
    {DType::i16, "I16", 2},
    {DType::u16, "U16", 2},
    {DType::f16, "F16", 2},
    {DType::bf16, "BF16", 2},
    {DType::i32, "I32", 4},
    {DType::u32, "U32", 4},
    {DType::f32, "F32", 4},
    {DType::f64, "F64", 8},
    {DType::i64, "I64", 8},
    {DType::u64, "U64", 8},
}};

const DTypeRow& row_of(DType type) {
  return kDTypes[static_cast<std::size_t>(type)];
}

}  // namespace

std::size_t size_of(DType type) {
  return row_of(type).size;
}

std::string_view name_of(DType type) {
  return row_of(type).name;
}

std::optional<DType> dtype_named(std::string_view name) {
  for (const DTypeRow& row : kDTypes) {
    if (row.name == name) return row.type;
  }
  return std::nullopt;
}

std::optional<std::int64_t> element_count(std::span<const std::int64_t> shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(count, size, &count)) return std::nullopt;
  }
  return count;
}

SharedBytes SharedBytes::copy_of(std::span<const std::byte> bytes) {
  std::shared_ptr<std::byte[]> block(new std::byte[bytes.size()]);  // new aligns for every fundamental type
  std::ranges::copy(bytes, block.get());
  return {{block.get(), bytes.size()}, block};
}

void TensorFile::add(Tensor tensor) {
  if (reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % size_of(tensor.dtype) != 0) return add_copy(tensor);
  tensors.push_back(std::move(tensor));
}

void TensorFile::add_copy(Tensor tensor) {
  SharedBytes copy = SharedBytes::copy_of(tensor.bytes);
  tensor.bytes = copy.bytes;
  memory.push_back(std::move(copy.owner));
  tensors.push_back(std::move(tensor));
}

const Tensor* TensorFile::find(std::string_view name) const {
  const auto found = std::ranges::find(tensors, name, &Tensor::name);
  return found == tensors.end() ? nullptr : &*found;
}

std::string in_quotes(std::string_view name) {
  constexpr std::size_t kLongest = 120;
  std::string text = "'";
  for (const char c : name.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      text += fmt::format("\\x{:02x}", byte);
    } else {
      text += c;
    }
  }
  return text + (name.size() > kLongest ? "...'" : "'");
}

}  // namespace csgis

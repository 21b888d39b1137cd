#pragma once
/// Named tensors as weight files hold them: plain bytes with a type and a shape, no torch.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

/// Types of one element, in the order in which safetensors files sort them.
enum class DType { boolean, u8, i8, f8_e5m2, f8_e4m3, i16, u16, f16, bf16, i32, u32, f32, f64, i64, u64 };

/// Bytes of one element.
std::size_t size_of(DType type);
/// The name in safetensors files: "F32".
std::string_view name_of(DType type);
std::optional<DType> dtype_named(std::string_view name);

/// The product of the sizes; 1 for a scalar. Nothing when it, or a size, is negative or beyond 63 bit.
std::optional<std::int64_t> element_count(std::span<const std::int64_t> shape);

/// One tensor. Whoever holds it keeps its TensorFile alive.
struct Tensor {
  std::string name;
  DType dtype = DType::f32;
  std::vector<std::int64_t> shape;   ///< Outermost first, empty for a scalar.
  std::span<const std::byte> bytes;  ///< Row-major without gaps, little-endian, aligned to an element's size.
};

/// Bytes, and what keeps them: a mapped file or a block on the heap.
struct SharedBytes {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;

  /// A copy on the heap, aligned for every type.
  static SharedBytes copy_of(std::span<const std::byte> bytes);
};

/// The tensors of a file in its order, and its notes. Names are unique. Copies share the bytes.
struct TensorFile {
  std::vector<Tensor> tensors;
  std::map<std::string, std::string> metadata;
  std::vector<std::shared_ptr<const void>> memory;  ///< What the tensors' bytes lie in.

  /// Appends a tensor whose bytes one of `memory` owns; bytes that are not aligned to the element's size are copied.
  void add(Tensor tensor);
  /// The same for bytes that belong to nobody here: they are copied.
  void add_copy(Tensor tensor);
  /// The tensor of that name or nullptr. Linear in the number of tensors.
  const Tensor* find(std::string_view name) const;
};

/// The elements of a tensor as they are stored. T must have the size of one: float for f32, std::int64_t for i64.
template <class T>
std::vector<T> stored_values(const Tensor& tensor) {
  std::vector<T> values(tensor.bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data(), values.size() * sizeof(T));
  return values;
}

/// A name out of a file as it may stand in a message: one line, in quotes, control bytes as \xNN, at most 120 bytes.
std::string in_quotes(std::string_view name);

}  // namespace csgis

#pragma once
/// What the fuzz programs of weight files do with one input.

#include "core/error.h"
#include "model/network_state.h"
#include "model/tensor_file.h"

#include <cstdlib>

namespace csgis::fuzz {

/// Aborts, which libFuzzer reports, when something that must hold does not.
inline void demand(bool holds) {
  if (!holds) std::abort();
}

/// Types, shapes and bytes agree, and every byte can be read.
inline void check_tensors(const TensorFile& file) {
  unsigned sum = 0;
  for (const Tensor& tensor : file.tensors) {
    const auto count = element_count(tensor.shape);
    demand(count && static_cast<std::uint64_t>(*count) * size_of(tensor.dtype) == tensor.bytes.size());
    demand(reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % size_of(tensor.dtype) == 0);
    for (const std::byte byte : tensor.bytes) sum += static_cast<unsigned>(byte);
  }
  [[maybe_unused]] static volatile unsigned sink;
  sink = sum;
}

/// A reader may refuse bytes with a DataError of one line and nothing else; what it accepts must be usable.
template <class Read>
void check_weights(Read read, const std::uint8_t* data, std::size_t size) {
  try {
    const TensorFile file = read(SharedBytes::copy_of(std::as_bytes(std::span(data, size))));
    check_tensors(file);
    for (const std::string& kind : kinds_of_state(file)) demand(compare_state(kind, file).is_none());
  } catch (const DataError& error) {
    const std::string_view reason = error.what();
    demand(!reason.empty() && reason.find('\n') == std::string_view::npos);
  }
}

}  // namespace csgis::fuzz

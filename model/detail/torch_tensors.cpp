#include "model/detail/torch_tensors.h"

#include "core/error.h"

#include <algorithm>
#include <array>
#include <span>

namespace csgis::nets {
namespace {

struct TypePair {
  DType file;
  torch::ScalarType torch;
};
constexpr std::array kTypes{TypePair{DType::boolean, torch::kBool}, TypePair{DType::u8, torch::kUInt8},
                            TypePair{DType::i8, torch::kInt8},      TypePair{DType::i16, torch::kInt16},
                            TypePair{DType::f16, torch::kFloat16},  TypePair{DType::bf16, torch::kBFloat16},
                            TypePair{DType::i32, torch::kInt32},    TypePair{DType::f32, torch::kFloat32},
                            TypePair{DType::f64, torch::kFloat64},  TypePair{DType::i64, torch::kInt64}};

torch::ScalarType type_of(const csgis::Tensor& tensor) {
  const auto found = std::ranges::find(kTypes, tensor.dtype, &TypePair::file);
  require<DataError>(found != kTypes.end(), "{} has type {}, which no network uses", tensor.name,
                     name_of(tensor.dtype));
  return found->torch;
}

DType type_of(const torch::Tensor& tensor) {
  const auto found = std::ranges::find(kTypes, tensor.scalar_type(), &TypePair::torch);
  require(found != kTypes.end(), "a tensor of type {} cannot be written", torch::toString(tensor.scalar_type()));
  return found->file;
}

}  // namespace

std::map<std::string, torch::Tensor> as_torch(const TensorFile& file) {
  std::map<std::string, torch::Tensor> tensors;
  for (const csgis::Tensor& tensor : file.tensors) {
    auto* data = const_cast<std::byte*>(tensor.bytes.data());
    tensors.emplace(tensor.name, torch::from_blob(data, tensor.shape, type_of(tensor)));
  }
  return tensors;
}

TensorFile as_file(const std::vector<std::pair<std::string, torch::Tensor>>& state) {
  TensorFile file;
  for (const auto& [name, value] : state) {
    const torch::Tensor plain = value.detach().cpu().contiguous();
    const auto* data = static_cast<const std::byte*>(plain.data_ptr());
    file.add_copy(csgis::Tensor{name, type_of(plain), plain.sizes().vec(), std::span(data, plain.nbytes())});
  }
  return file;
}

}  // namespace csgis::nets

#pragma once
/// The globals that checkpoints may name, and the types that some of them stand for.

#include "model/detail/pickle.h"
#include "model/tensor_file.h"

#include <array>
#include <optional>

namespace csgis::detail {

inline constexpr std::string_view kRebuildTensor = "torch._utils._rebuild_tensor";
inline constexpr std::string_view kRebuildTensor2 = "torch._utils._rebuild_tensor_v2";
inline constexpr std::string_view kRebuildTensor3 = "torch._utils._rebuild_tensor_v3";
inline constexpr std::string_view kRebuildParameter = "torch._utils._rebuild_parameter";
inline constexpr std::string_view kParameter = "torch.nn.parameter.Parameter";
inline constexpr std::string_view kNumpyType = "numpy.dtype";

/// An element type under torch's names.
struct TorchType {
  DType type;
  std::string_view global;   ///< As dtype.
  std::string_view storage;  ///< Class of a typed storage; empty where torch has none.
};

inline constexpr std::array<TorchType, 15> kTorchTypes{{
    {DType::f32, "torch.float32", "torch.FloatStorage"},
    {DType::f64, "torch.float64", "torch.DoubleStorage"},
    {DType::f16, "torch.float16", "torch.HalfStorage"},
    {DType::bf16, "torch.bfloat16", "torch.BFloat16Storage"},
    {DType::i64, "torch.int64", "torch.LongStorage"},
    {DType::i32, "torch.int32", "torch.IntStorage"},
    {DType::i16, "torch.int16", "torch.ShortStorage"},
    {DType::i8, "torch.int8", "torch.CharStorage"},
    {DType::u8, "torch.uint8", "torch.ByteStorage"},
    {DType::boolean, "torch.bool", "torch.BoolStorage"},
    {DType::u16, "torch.uint16", ""},
    {DType::u32, "torch.uint32", ""},
    {DType::u64, "torch.uint64", ""},
    {DType::f8_e4m3, "torch.float8_e4m3fn", ""},
    {DType::f8_e5m2, "torch.float8_e5m2", ""},
}};

/// Storages that count bytes and leave the type to the tensor.
inline constexpr std::array<std::string_view, 2> kUntypedStorages{"torch.storage.UntypedStorage",
                                                                  "torch.UntypedStorage"};

inline constexpr std::array kOtherGlobals{
    AllowedGlobal{"collections.OrderedDict", AllowedGlobal::mapping},
    AllowedGlobal{"collections.Counter", AllowedGlobal::mapping},
    AllowedGlobal{kRebuildTensor, AllowedGlobal::call},
    AllowedGlobal{kRebuildTensor2, AllowedGlobal::call},
    AllowedGlobal{kRebuildTensor3, AllowedGlobal::call},
    AllowedGlobal{kRebuildParameter, AllowedGlobal::call},
    AllowedGlobal{kParameter, AllowedGlobal::call},
    AllowedGlobal{"torch.Size", AllowedGlobal::call},
    AllowedGlobal{"torch.device", AllowedGlobal::call},
    AllowedGlobal{"_codecs.encode", AllowedGlobal::call},
    AllowedGlobal{"numpy.core.multiarray.scalar", AllowedGlobal::call},
    AllowedGlobal{"numpy._core.multiarray.scalar", AllowedGlobal::call},
    AllowedGlobal{kNumpyType, AllowedGlobal::call},
};

/// Everything a checkpoint may name.
std::span<const AllowedGlobal> checkpoint_globals();

/// The type of a typed storage's elements or of a dtype, if `global` is one.
std::optional<DType> type_of_storage(std::string_view global);
std::optional<DType> type_of_dtype(std::string_view global);

}  // namespace csgis::detail

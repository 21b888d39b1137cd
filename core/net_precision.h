#pragma once
/// The number types that networks run in.

#include "core/enum_names.h"

#include <array>

namespace csgis {

enum class NetPrecision { fp32, bf16, fp16 };
constexpr std::array<EnumName<NetPrecision>, 3> enum_names(NetPrecision) {
  return {{{NetPrecision::fp32, "fp32"}, {NetPrecision::bf16, "bf16"}, {NetPrecision::fp16, "fp16"}}};
}

}  // namespace csgis

#pragma once
/// Opens the network module at the first use.

#include "model/module.h"

#include <string>

namespace csgis {

/// The module, opened once per process from beside the program (../lib) or the library path.
/// @throws IoError  it is not installed or does not fit; says what the loader said.
ModelModule& model_module();

}  // namespace csgis

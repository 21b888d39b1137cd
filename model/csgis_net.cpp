/// csgis-net: the network module alone, for machines that have LibTorch and nothing else of the toolkit's needs.

#include "core/version.h"
#include "model/module.h"

#include <fmt/format.h>

extern "C" csgis::ModelModule* csgis_model_module();

int main() {
  const csgis::ModelRuntime runtime = csgis_model_module()->runtime();
  fmt::print("csgis-net {}\nLibTorch {}, {} threads\n", csgis::kVersion, runtime.torch_version, runtime.threads);
  if (runtime.cuda_devices.empty()) fmt::print("no CUDA device\n");
  for (const std::string& device : runtime.cuda_devices) fmt::print("{}\n", device);
  return 0;
}

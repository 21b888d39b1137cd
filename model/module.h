#pragma once
/// The door to everything that needs LibTorch. The module is a shared library that is opened at the first use, because
/// linking LibTorch costs every command half a second and 160 MB before main. No torch type passes through here.

#include <string>
#include <vector>

namespace csgis {

/// What the module runs on.
struct ModelRuntime {
  std::string torch_version;              ///< "1.13.1"
  std::vector<std::string> cuda_devices;  ///< "cuda:0" and so on; empty without CUDA.
  int threads = 1;                        ///< Threads inside one operator.
};

/// What the module can do. One object per process; its functions are thread-safe unless they say otherwise.
class ModelModule {
 public:
  virtual ~ModelModule() = default;
  virtual ModelRuntime runtime() const = 0;
};

/// Name of the entry point in libcsgis_model.so, of type ModelModule* (), which gives a module that lives as long as
/// the process.
inline constexpr const char* kModelEntry = "csgis_model_module";

}  // namespace csgis

#pragma once
/// The door to everything that needs LibTorch. The module is a shared library that is opened at the first use, because
/// linking LibTorch costs every command half a second and 160 MB before main. No torch type passes through here.

#include "model/predictor.h"
#include "model/tensor_file.h"
#include "model/trainer.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace csgis {

/// What the module runs on.
struct ModelRuntime {
  std::string torch_version;              ///< "1.13.1"
  std::vector<std::string> cuda_devices;  ///< "cuda:0" and so on; empty without CUDA.
  int threads = 1;                        ///< Threads inside one operator.
  std::string onednn_version;             ///< "2.6.3" where oneDNN is called directly; else empty.
};

/// What the module can do. One object per process; its functions are thread-safe unless they say otherwise.
class ModelModule {
 public:
  virtual ~ModelModule() = default;
  virtual ModelRuntime runtime() const = 0;

  /// The bytes of the network that ships with the toolkit, a safetensors file; they live as long as the process.
  virtual std::span<const std::byte> default_network() const = 0;

  /// A network ready to smooth. The weights are copied; the file may be closed.
  /// @param weights  a state under published names; metadata "kind" may name the network
  /// @throws DataError   tensors missing, superfluous or of other sizes than the network's; of no known network
  /// @throws UsageError  an unknown network, one that needs more than an image, or a device that is not there
  /// @throws InvalidArgument  a precision that the device cannot do
  virtual std::unique_ptr<Predictor> load(const TensorFile& weights, const PredictorOptions& options) const = 0;

  /// A network with random weights, ready to be trained. The weights of the guides are copied.
  /// @throws UsageError  an unknown network or one that the task does not train, weights of a guide that the mode needs
  ///   are absent, or a device that is not there
  /// @throws DataError   weights of a guide that are another network's
  /// @throws InvalidArgument  an option out of its range
  virtual std::unique_ptr<Trainer> trainer(const TrainerOptions& options, const GuideWeights& guides) const = 0;
};

/// Name of the entry point in libcsgis_model.so, of type ModelModule* (), which gives a module that lives as long as
/// the process.
inline constexpr const char* kModelEntry = "csgis_model_module";

}  // namespace csgis

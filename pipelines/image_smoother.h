#pragma once
/// Whatever smooths images by name: the methods of classical/method_table.h, and networks (pipelines/net_smoother.h).

#include "classical/execution.h"
#include "core/enum_names.h"
#include "core/run_context.h"
#include "imaging/image.h"

#include <array>
#include <memory>
#include <span>
#include <string>

namespace csgis {

enum class Device { cpu, cuda };
constexpr std::array<EnumName<Device>, 2> enum_names(Device) {
  return {{{Device::cpu, "cpu"}, {Device::cuda, "cuda"}}};
}

/// One smoother with its options. Thread-safe.
class ImageSmoother {
 public:
  virtual ~ImageSmoother() = default;
  virtual std::string name() const = 0;  ///< "l0"
  /// Name and all options, defaults included; gives the same smoother back.
  virtual std::string text() const = 0;
  /// SHA-256 of the file that its options name; empty without one.
  virtual std::string content() const { return {}; }
  /// What its weights say of their training, as JSON; empty if nothing, and of methods that are not trained.
  virtual std::string training_note() const { return {}; }
  /// All that its results depend on beside the image: options, version, vector path, the content of files.
  virtual std::string identity() const = 0;
  /// See smooth() in classical/method.h. @throws Error  the image cannot be smoothed
  virtual ImageF smooth(const ImageF& image, const Execution& run, SolveReport* report) const = 0;
};

/// What a smoother may need of a run.
struct SmootherSetting {
  Device device = Device::cpu;  ///< Where networks run.
  int threads = 1;              ///< Of one network.
  Log* log = nullptr;           ///< For what was assumed.
};

/// Reads a method string; a network's weights are read as well.
/// @param other_names  offered for an unknown name, because the caller takes them
/// @throws UsageError  unknown method or key, values out of bounds or contradicting each other
/// @throws IoError, DataError  weights that cannot be read
std::shared_ptr<const ImageSmoother> make_smoother(const std::string& text, const SmootherSetting& setting = {},
                                                   std::span<const std::string> other_names = {});

}  // namespace csgis

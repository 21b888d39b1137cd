#pragma once
/// Where networks run, by the names that users write.

#include "core/net_precision.h"

#include <torch/types.h>

#include <string>

namespace csgis::nets {

/// "cpu", "cuda", "cuda:1". @throws UsageError  another name, or a device that is not there
torch::Device device_named(const std::string& name);

torch::ScalarType type_of(NetPrecision precision);

/// Threads inside one operator; 0: all cores.
void use_threads(int threads);

/// Lets operators that gain from it run in a narrower type while it lives. Inert for fp32.
class Autocast {
 public:
  Autocast(const torch::Device& device, NetPrecision precision);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool is_on_, is_cuda_;
};

/// From here on the process keeps memory that was freed instead of giving it back. The kernel clears every page that it
/// hands out: with tensors of tens of megabytes, made and freed in each step, that is more than half of a training's
/// time. With glibc; nothing elsewhere.
void keep_memory();

}  // namespace csgis::nets

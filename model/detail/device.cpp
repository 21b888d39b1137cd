#include "model/detail/device.h"

#include "core/error.h"

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <torch/cuda.h>
#include <torch/version.h>

#include <algorithm>
#include <thread>

namespace csgis::nets {
namespace {

/// LibTorch renamed these in 2.4.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
void set_autocast(bool is_cuda, torch::ScalarType type, bool on) {
  const auto device = is_cuda ? at::kCUDA : at::kCPU;
  if (on) at::autocast::set_autocast_dtype(device, type);
  at::autocast::set_autocast_enabled(device, on);
}
#else
void set_autocast(bool is_cuda, torch::ScalarType type, bool on) {
  if (is_cuda) {
    if (on) at::autocast::set_autocast_gpu_dtype(type);
    at::autocast::set_enabled(on);
  } else {
    if (on) at::autocast::set_autocast_cpu_dtype(type);
    at::autocast::set_cpu_enabled(on);
  }
}
#endif

}  // namespace

torch::Device device_named(const std::string& name) {
  const bool is_cuda = name == "cuda" || name.starts_with("cuda:");
  require<UsageError>(name == "cpu" || is_cuda, "unknown device '{}'; valid: cpu, cuda, cuda:N", name);
  if (!is_cuda) return torch::kCPU;
  require<UsageError>(torch::cuda::is_available(), "device {}: this machine or this LibTorch has no CUDA", name);
  try {
    const torch::Device device(name);
    require<UsageError>(!device.has_index() || device.index() < static_cast<int>(torch::cuda::device_count()),
                        "device {}: there are {} CUDA devices", name, torch::cuda::device_count());
    return device;
  } catch (const c10::Error&) {
    fail<UsageError>("device '{}' must be cuda or cuda:N", name);
  }
}

torch::ScalarType type_of(NetPrecision precision) {
  switch (precision) {
    case NetPrecision::fp32:
      return torch::kFloat32;
    case NetPrecision::bf16:
      return torch::kBFloat16;
    case NetPrecision::fp16:
      return torch::kFloat16;
  }
  fail<InvalidArgument>("unknown precision");
}

void use_threads(int threads) {
  at::set_num_threads(threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
}

Autocast::Autocast(const torch::Device& device, NetPrecision precision)
    : is_on_(precision != NetPrecision::fp32), is_cuda_(device.is_cuda()) {
  if (is_on_) set_autocast(is_cuda_, type_of(precision), true);
}

Autocast::~Autocast() {
  if (!is_on_) return;
  set_autocast(is_cuda_, torch::kBFloat16, false);
  at::autocast::clear_cache();
}

void keep_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

}  // namespace csgis::nets

/// The inference engine against the network as LibTorch runs it eagerly in NCHW, in one run; the share that the engine
/// reaches of the machine's fused multiply-adds on the CPU, of its bf16 matrix product on CUDA, both measured here.
///
///   network_bench [--threads N] [--size HEIGHTxWIDTH] [--network NAME] [--width N] [--blocks N] [--repeats N]
///                 [--device cpu|cuda]
///
/// Weights are random: the time does not depend on them. Pin threads for steady numbers: OMP_PROC_BIND=true.

#include <torch/torch.h>

#include "bench/fma_peak.h"
#include "bench/interleaved.h"
#include "model/detail/engine.h"
#include "model/detail/network_table.h"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

using namespace csgis;

namespace {

struct Setup {
  std::string network = "HDC_edge_refine";
  torch::Device device = torch::kCPU;
  NetworkSizes size;
  std::int64_t height = 321, width = 481;
  int threads = 2, repeats = 5;
};

Setup read_arguments(int argc, char** argv) {
  Setup setup;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (++i == argc) throw std::runtime_error(name + " needs a value");
    const char* const value = argv[i];
    if (name == "--threads")
      setup.threads = std::atoi(value);
    else if (name == "--repeats")
      setup.repeats = std::atoi(value);
    else if (name == "--network")
      setup.network = value;
    else if (name == "--width")
      setup.size.width = std::atoi(value);
    else if (name == "--blocks")
      setup.size.blocks = std::atoi(value);
    else if (name == "--device")
      setup.device = torch::Device(value);
    else if (name == "--size") {
      if (std::sscanf(value, "%ldx%ld", &setup.height, &setup.width) != 2)
        throw std::runtime_error("--size is not HxW");
    } else
      throw std::runtime_error("unknown option " + name);
  }
  return setup;
}

/// Waits for what was started, on devices where that returns at once.
void finish(const torch::Device& device) {
  if (device.is_cuda()) torch::cuda::synchronize(device.index());
}

/// Operations a second of a large bf16 matrix product.
double matrix_rate(const torch::Device& device) {
  constexpr std::int64_t kSide = 8192;
  const torch::Tensor a = torch::randn({kSide, kSide}, torch::TensorOptions(torch::kBFloat16).device(device));
  const auto run = [&] {
    torch::matmul(a, a);
    finish(device);
  };
  run();
  std::vector<double> times;
  for (int i = 0; i < 9; ++i) times.push_back(bench::milliseconds(run));
  return 2.0 * kSide * kSide * kSide / bench::median(times) * 1e3;
}

/// Engine and eager network, alternating.
void compare(const Setup& setup, nets::Smoother& network, const nets::Target& target, double peak) {
  nets::Engine engine(nets::record(*network), target);
  const torch::Tensor image = torch::rand({1, 3, setup.height, setup.width});
  torch::Tensor out = torch::empty_like(image), expected;
  const torch::Tensor there = image.to(setup.device);
  const bench::Pair pair = bench::interleaved(
      setup.repeats,
      [&] {
        engine.run(image, {}, {}, out);
        finish(setup.device);
      },
      [&] {
        const torch::NoGradGuard no_gradient;
        expected = nets::smoothed(network->forward(there));
        finish(setup.device);
      });
  const torch::Tensor error = out - expected.cpu();
  const char* const type = target.type == torch::kFloat32 ? "fp32" : "bf16";
  bench::print(fmt::format("{} {}{} / eager fp32 NCHW", setup.network, type, target.plain_operators ? " LibTorch" : ""),
               pair);
  const double rate = static_cast<double>(engine.program().operations_per_pixel() * setup.height * setup.width) /
                      pair.ours.middle() * 1e3;
  fmt::print("{:46}{:.1f} GFLOP/s, {:.1f} % of the measured peak; relative RMS error {:.2e}, {:.0f} MB\n", "",
             rate * 1e-9, 100 * rate / peak, (error.norm() / expected.norm().cpu()).item<double>(),
             engine.bytes(setup.height, setup.width) * 1e-6);
}

void run(const Setup& setup) {
  at::set_num_threads(setup.threads);
  nets::Smoother network = nets::build_smoother(nets::network_kind(setup.network), setup.size);
  network->eval();
  network->to(setup.device);
  const bool is_cuda = setup.device.is_cuda();
  const double peak = is_cuda ? matrix_rate(setup.device) : bench::fma_peak(setup.threads);
  fmt::print("{} x {}, {} threads, peak {:.1f} GFLOP/s ({})\n", setup.width, setup.height, setup.threads, peak * 1e-9,
             is_cuda ? "bf16 matrix product" : "fp32 multiply-add");
  nets::Target target{setup.device};
  compare(setup, network, target, peak);
  target.type = torch::kBFloat16;
  compare(setup, network, target, peak);
  if (is_cuda) return;
  target = {setup.device, torch::kFloat32, true};
  compare(setup, network, target, peak);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(read_arguments(argc, argv));
  } catch (const std::exception& error) {
    fmt::print(stderr, "network_bench: {}\n", error.what());
    return 1;
  }
  return 0;
}

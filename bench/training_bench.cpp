/// A step of the trainer against the same step written plainly (contiguous tensors, every loss as a chain of operators,
/// LibTorch's Adam), in one run; and where the time of ours goes.
///
///   training_bench [--threads N] [--network NAME] [--width N] [--blocks N] [--batch N] [--patch N] [--repeats N]
///                  [--device cpu|cuda] [--precision fp32|bf16]
///
/// Mode baseline, Adam. Weights and images are random. Pin threads for steady numbers: OMP_PROC_BIND=true.

#include <torch/torch.h>

#include "bench/fma_peak.h"
#include "bench/interleaved.h"
#include "core/enum_names.h"
#include "model/detail/device.h"
#include "model/detail/network_table.h"
#include "model/detail/program.h"
#include "model/detail/smoother_trainer.h"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

using namespace csgis;

namespace {

struct Setup {
  TrainerOptions options;
  std::int64_t batch = 8, patch = 128;
  int repeats = 5;
};

Setup read_arguments(int argc, char** argv) {
  Setup setup;
  TrainerOptions& options = setup.options;
  options.mode = TrainingMode::baseline;
  options.threads = 2;
  std::int64_t width = 0, blocks = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (++i == argc) throw std::runtime_error(name + " needs a value");
    const std::string value = argv[i];
    if (name == "--threads")
      options.threads = std::stoi(value);
    else if (name == "--repeats")
      setup.repeats = std::stoi(value);
    else if (name == "--network")
      options.network = value;
    else if (name == "--width")
      width = std::stoi(value);
    else if (name == "--blocks")
      blocks = std::stoi(value);
    else if (name == "--batch")
      setup.batch = std::stoi(value);
    else if (name == "--patch")
      setup.patch = std::stoi(value);
    else if (name == "--device")
      options.device = value;
    else if (name == "--precision")
      options.precision = from_name<NetPrecision>(value, name);
    else
      throw std::runtime_error("unknown option " + name);
  }
  options.sizes = default_sizes(options.network);
  if (width > 0) options.sizes.width = width;
  if (blocks > 0) options.sizes.blocks = blocks;
  return setup;
}

nets::BatchTensors random_batch(const Setup& setup) {
  const torch::Device device = nets::device_named(setup.options.device);
  const auto images = [&](std::int64_t channels) {
    return torch::rand({setup.batch, channels, setup.patch, setup.patch}, device);
  };
  nets::BatchTensors batch;
  batch.input = images(3);
  batch.truth = images(3);
  batch.edge = (images(1) > 0.9).to(torch::kFloat32);
  batch.smooth = 1 - batch.edge;
  return batch;
}

/// The published step, operator by operator.
class PlainStep {
 public:
  explicit PlainStep(const Setup& setup)
      : device_(nets::device_named(setup.options.device)),
        network_(nets::build_smoother(nets::network_kind(setup.options.network), setup.options.sizes)) {
    network_->to(device_);
    adam_ = std::make_unique<torch::optim::Adam>(network_->parameters(), 1e-3);
    const torch::Tensor x = torch::arange(11) - 5;
    const torch::Tensor taps = torch::exp(-(x * x) / 4.5);
    const torch::Tensor unit = taps / taps.sum();
    window_ = torch::outer(unit, unit).expand({3, 1, 11, 11}).contiguous().to(device_);
  }

  double run(const nets::BatchTensors& batch) {
    const auto out = network_->forward(batch.input);
    const torch::Tensor pre = out.out1, pred = nets::smoothed(out);
    const torch::Tensor difference = torch::l1_loss(pre, batch.truth) + torch::l1_loss(pred, batch.truth);
    const torch::Tensor similar = 8 - similarity(pre, batch.truth) - similarity(pred, batch.truth);
    const torch::Tensor loss = difference + 0.1 * similar + 0.001 * edges(out.edge, batch.edge);
    adam_->zero_grad();
    loss.backward();
    adam_->step();
    return loss.item<double>();
  }

 private:
  torch::Tensor filtered(const torch::Tensor& x) { return torch::conv2d(x, window_, {}, 1, 5, 1, 3); }
  torch::Tensor one_scale(const torch::Tensor& p, const torch::Tensor& g) {
    const torch::Tensor mp = filtered(p), mg = filtered(g);
    const torch::Tensor vp = filtered(p * p) - mp * mp, vg = filtered(g * g) - mg * mg, c = filtered(p * g) - mp * mg;
    return (((2 * mp * mg + 1e-4) * (2 * c + 9e-4)) / ((mp * mp + mg * mg + 1e-4) * (vp + vg + 9e-4))).mean();
  }
  torch::Tensor similarity(torch::Tensor p, torch::Tensor g) {
    torch::Tensor sum = one_scale(p, g);
    for (int i = 0; i < 3; ++i) {
      p = torch::max_pool2d(p, 2);
      g = torch::max_pool2d(g, 2);
      sum = sum + one_scale(p, g);
    }
    return sum;
  }
  static torch::Tensor edges(const torch::Tensor& z, const torch::Tensor& e) {
    const torch::Tensor share = e.mean();
    return torch::binary_cross_entropy_with_logits(z, e, torch::where(e > 0, 1 - share, share), {}, at::Reduction::Sum);
  }

  torch::Device device_;
  nets::Smoother network_;
  std::unique_ptr<torch::optim::Adam> adam_;
  torch::Tensor window_;
};

/// Where the time of one step goes.
void print_parts(const Setup& setup, nets::SmootherTrainer& trainer, const nets::BatchTensors& batch) {
  const auto finish = [&] {
    if (batch.input.is_cuda()) torch::cuda::synchronize();
  };
  std::vector<double> forward, losses, all;
  nets::SmootherImpl& network = trainer.network();
  const auto format = setup.options.channels_last ? torch::MemoryFormat::ChannelsLast : torch::MemoryFormat::Contiguous;
  for (int i = 0; i < setup.repeats; ++i) {
    nets::SmootherOutputs<torch::Tensor> out;
    network.train();
    forward.push_back(bench::milliseconds([&] {
      const nets::Autocast narrow(nets::device_named(setup.options.device), setup.options.precision);
      out = network.forward(batch.input.contiguous(format));
      finish();
    }));
    for (torch::Tensor* value : {&out.edge, &out.out1, &out.out2}) {
      if (value->defined()) *value = value->to(torch::kFloat32).detach().requires_grad_();
    }
    losses.push_back(bench::milliseconds([&] {
      const nets::Terms terms = trainer.objective().terms(network.plan, out, batch, Negative::input);
      torch::autograd::grad({terms.total}, {out.edge, out.out1, out.out2}, {}, c10::nullopt, false, true);
      finish();
    }));
    all.push_back(bench::milliseconds([&] { trainer.step(batch, Negative::input, 1e-3); }));
  }
  fmt::print(
      "{:46}forward {:.1f} ms, losses and their gradient {:.1f} ms ({:.0f} %), step {:.1f} ms, {:.1f} images/s\n", "",
      bench::median(forward), bench::median(losses), 100 * bench::median(losses) / bench::median(all),
      bench::median(all), 1e3 * static_cast<double>(setup.batch) / bench::median(all));
}

void run(const Setup& setup) {
  const TrainerOptions& options = setup.options;
  nets::use_threads(options.threads);
  nets::SmootherTrainer trainer(options, {});
  PlainStep plain(setup);
  const nets::BatchTensors batch = random_batch(setup);
  // As a program on its own: memory is given back after every step.
  std::vector<double> alone;
  for (int i = 0; i < setup.repeats; ++i) alone.push_back(bench::milliseconds([&] { plain.run(batch); }));
  nets::keep_memory();
  const bench::Pair pair = bench::interleaved(
      setup.repeats, [&] { trainer.step(batch, Negative::input, 1e-3); }, [&] { plain.run(batch); });
  bench::print(fmt::format("{} {} step / plain fp32 NCHW", options.network, to_name(options.precision)), pair);
  fmt::print("{:46}plain, with memory given back: {:.1f} ms, {:.1f} x\n", "", bench::median(alone),
             bench::median(alone) / pair.ours.middle());
  const double pixels = static_cast<double>(setup.batch * setup.patch * setup.patch);
  const auto forward = static_cast<double>(nets::record(trainer.network()).operations_per_pixel());
  const double rate = 3 * forward * pixels / pair.ours.middle() * 1e3;  // forward, and two products backward
  fmt::print("{:46}{:.1f} GFLOP/s", "", rate * 1e-9);
  if (options.device == "cpu") {
    const double peak = bench::fma_peak(options.threads);
    fmt::print(", {:.1f} % of the measured peak {:.1f}", 100 * rate / peak, peak * 1e-9);
  }
  fmt::print("\n");
  print_parts(setup, trainer, batch);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(read_arguments(argc, argv));
  } catch (const std::exception& error) {
    fmt::print(stderr, "training_bench: {}\n", error.what());
    return 1;
  }
  return 0;
}

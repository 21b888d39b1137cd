#include "model/detail/load_predictor.h"

#include "core/error.h"
#include "model/detail/device.h"
#include "model/detail/engine.h"
#include "model/detail/module_state.h"
#include "model/detail/network_table.h"
#include "model/detail/torch_tensors.h"

#include <torch/version.h>

#include <cmath>
#include <fstream>
#include <mutex>

namespace csgis::nets {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

/// What the kernel says could be had without swapping; a cautious guess where it says nothing.
double free_memory() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  for (double kib = 0; file >> key >> kib; std::getline(file, unit)) {
    if (key == "MemAvailable:") return kib * 1024;
  }
  return 2 * kGiB;
}

/// The network that the caller names, else the file's notes where they name one, else its tensors.
std::string kind_of(const TensorFile& weights, const std::string& wanted) {
  if (!wanted.empty()) {
    require<UsageError>(is_smoother(wanted), "network {} does not smooth images", wanted);
    return wanted;
  }
  const auto noted = weights.metadata.find("kind");
  for (const std::string& kind : network_kinds()) {
    if (noted != weights.metadata.end() && noted->second == kind && is_smoother(kind)) return kind;
  }
  for (const std::string& kind : kinds_of_state(weights)) {
    if (is_smoother(kind)) return kind;
  }
  fail<DataError>("the weights fit none of the smoothing networks exactly; kind=NAME says what is missing for one");
}

/// The network of a weight file. Nothing is built before the file is known to hold all of it.
std::pair<Smoother, std::string> load_network(const TensorFile& weights, const std::string& wanted) {
  const std::string kind = kind_of(weights, wanted);
  require_state(kind, weights);
  Smoother network = build_smoother(network_kind(kind), sizes_of_state(kind, weights));
  load_state(*network, as_torch(weights));
  return {network, kind};
}

torch::Tensor as_torch(const PixelView<const float>& view) {
  return torch::from_blob(const_cast<float*>(view.data), {1, view.channels, view.height, view.width},
                          {0, view.channel, view.row, view.pixel}, torch::kFloat32);
}
torch::Tensor as_torch(const PixelView<float>& view) {
  return as_torch(
      PixelView<const float>{view.data, view.height, view.width, view.channels, view.row, view.pixel, view.channel});
}

class TorchPredictor : public Predictor {
 public:
  TorchPredictor(Smoother network, const std::string& kind, const PredictorOptions& options)
      : options_(options),
        target_{device_named(options.device), type_of(options.precision), options.plain_operators},
        engine_(record(*network), target_) {
    const Program& program = engine_.program();
    require<UsageError>(program.edge == kNoValue, "network {} needs an edge map beside the image; it smooths no files",
                        kind);
    require<InvalidArgument>(network->size.in == network->size.out, "the network makes {} channels of {}",
                             network->size.out, network->size.in);
    info_ = {kind, network->size.width, network->size.blocks, network->size.in,
             0,    program.is_local,    program.halo(),       program.operations_per_pixel(),
             {}};
    for (const torch::Tensor& tensor : network->parameters()) info_.parameters += tensor.numel();
    const std::string engine = target_.device.is_cpu() && !options.plain_operators && !onednn_version().empty()
                                   ? "oneDNN " + onednn_version()
                                   : "LibTorch " TORCH_VERSION;
    info_.backend = fmt::format("{} {}, {}", target_.device.str(), to_name(options.precision), engine);
  }

  const PredictorInfo& info() const override { return info_; }

  std::int64_t tile_for(std::int64_t height, std::int64_t width) const override {
    const Program& program = engine_.program();
    if (!program.is_local) {
      require(options_.tile == 0, "network {} sees the whole image at once and cannot run in tiles", info_.kind);
      const double needed = engine_.bytes(height, width);
      require(!target_.device.is_cpu() || needed <= free_memory(),
              "network {} sees the whole image at once: {} x {} needs {:.1f} GiB, {:.1f} are free", info_.kind, width,
              height, needed / kGiB, free_memory() / kGiB);
      return 0;
    }
    if (options_.tile > 0) return options_.tile < std::max(height, width) ? options_.tile : 0;
    const double memory = working_memory();
    if (engine_.bytes(height, width) <= memory) return 0;
    const auto side = static_cast<std::int64_t>(std::sqrt(memory / engine_.bytes(1, 1))) - 2 * program.halo();
    constexpr std::int64_t kSmallest = 64;  // below, a tile is little beside its surroundings
    return std::max(side, kSmallest);
  }

  void smooth(const PixelView<const float>& in, const PixelView<float>& out) override {
    require(in.height == out.height && in.width == out.width && in.channels == out.channels,
            "network: the result is {}x{}x{}, the image {}x{}x{}", out.height, out.width, out.channels, in.height,
            in.width, in.channels);
    require(in.channels == info_.channels, "network {} takes {} channels, the image has {}", info_.kind, info_.channels,
            in.channels);
    require(in.height >= 1 && in.width >= 1, "network: the image is empty");
    const std::lock_guard lock(mutex_);
    use_threads(options_.threads);
    torch::Tensor result = as_torch(out);
    const torch::Tensor image = as_torch(in);
    run(image, result);
  }

 private:
  /// On CUDA a region that does not fit is tried again in smaller ones; later images begin with those.
  void run(const torch::Tensor& image, torch::Tensor& result) {
    std::int64_t tile = tile_for(image.size(2), image.size(3));
    const std::int64_t region = tile > 0 ? tile : std::max(image.size(2), image.size(3));
    if (most_that_fits_ > 0 && region > most_that_fits_) tile = most_that_fits_;
    for (;;) {
      try {
        engine_.run(image, {}, {tile, options_.swap_channels}, result);
        return;
      } catch (const c10::Error& error) {
        const bool is_memory = std::string_view(error.what()).find("out of memory") != std::string_view::npos;
        const std::int64_t smaller = (tile > 0 ? tile : std::max(image.size(2), image.size(3))) / 2;
        if (!is_memory || target_.device.is_cpu() || !engine_.program().is_local || smaller < 16) {
          fail<Error>("network {}: {}", info_.kind, error.what_without_backtrace());
        }
        if (most_that_fits_ == 0 && options_.warn) {
          options_.warn("the GPU has too little memory: going on in smaller tiles, which takes longer");
        }
        tile = most_that_fits_ = smaller;
        engine_.forget();
      }
    }
  }

  double working_memory() const {
    if (options_.memory > 0) return static_cast<double>(options_.memory);
    constexpr double kOnCuda = 8 * kGiB;  // what is too much shows at run time
    return target_.device.is_cpu() ? std::min(free_memory() / 2, 1.5 * kGiB) : kOnCuda;
  }

  PredictorOptions options_;
  Target target_;
  Engine engine_;
  PredictorInfo info_;
  std::int64_t most_that_fits_ = 0;  ///< Side of the tiles after memory ran out; 0: it has not.
  std::mutex mutex_;
};

}  // namespace

std::unique_ptr<Predictor> load_predictor(const TensorFile& weights, const PredictorOptions& options) {
  auto [network, kind] = load_network(weights, options.kind);
  return std::make_unique<TorchPredictor>(network, kind, options);
}

}  // namespace csgis::nets

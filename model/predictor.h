#pragma once
/// Smoothing images with a network, without torch types: weights in, an object that maps images to images out.

#include "core/net_precision.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace csgis {

/// Values of an image somewhere in memory: channel c of the pixel at (y, x) is data[y * row + x * pixel + c * channel].
template <class T>
struct PixelView {
  T* data = nullptr;
  std::int64_t height = 0, width = 0, channels = 0;
  std::int64_t row = 0, pixel = 0, channel = 0;  ///< Steps in values, not bytes.
};

struct PredictorOptions {
  std::string kind{};          ///< Name of the network; empty: told by the weights.
  std::string device = "cpu";  ///< "cpu", "cuda", "cuda:1"
  NetPrecision precision = NetPrecision::fp32;
  int threads = 0;             ///< Of the CPU; 0: all cores.
  std::int64_t tile = 0;       ///< Largest height and width of a region that is computed at once; 0: by memory.
  std::int64_t memory = 0;     ///< Bytes of working memory; 0: half of what is free, at most 1.5 GiB on the CPU.
  bool swap_channels = false;  ///< The network wants the first and third channel of the images exchanged.
  std::function<void(const std::string&)> warn{};  ///< Told once when a GPU has too little memory for the tiles.
  bool plain_operators = false;  ///< LibTorch's operators even where oneDNN could be called: for comparisons.
};

struct PredictorInfo {
  std::string kind;
  std::int64_t width = 0, blocks = 0;  ///< Channels of the features, blocks of the descriptor.
  std::int64_t channels = 0;           ///< Of the images, in and out.
  std::int64_t parameters = 0;
  bool is_local = false;                  ///< Runs in tiles.
  std::int64_t halo = 0;                  ///< Pixels around a tile that decide it, when local.
  std::int64_t operations_per_pixel = 0;  ///< Multiplications and additions of the convolutions.
  std::string backend;                    ///< "cpu fp32, oneDNN 2.6.3"
};

/// A network with its weights, ready on a device. Thread-safe; images are smoothed one at a time, with all threads.
class Predictor {
 public:
  virtual ~Predictor() = default;
  virtual const PredictorInfo& info() const = 0;

  /// The network's image of `in`: estimate and correction summed, neither clamped nor rounded. Values nominally in
  /// [0,1]. Networks with a bounded view run in tiles if the image is too large for the memory; in fp32 the result is
  /// that of the whole image within 1e-5. The bytes of the result depend on the number of threads, in the last digits.
  /// @throws InvalidArgument  sizes differ, or channels that the network does not take; a network that sees the whole
  ///   image and would need more memory than there is (says how much), or that got a tile size
  virtual void smooth(const PixelView<const float>& in, const PixelView<float>& out) = 0;

  /// Height and width of the regions that an image of this size is computed in; 0: at once.
  virtual std::int64_t tile_for(std::int64_t height, std::int64_t width) const = 0;
};

}  // namespace csgis

#pragma once
/// Lists the tensors of layers, in the order in which PyTorch registers them.

#include "model/network_state.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace csgis::detail {

/// `lite` works on squares of 2 x 2 pixels.
inline constexpr std::int64_t kLiteFold = 2;

enum class Bias { yes, no };

class StateList {
 public:
  /// A convolution of size x size; `in` counts the channels of one group.
  void conv(const std::string& path, std::int64_t size, std::int64_t in, std::int64_t out, Bias bias = Bias::yes) {
    add(path + ".weight", {out, in, size, size});
    if (bias == Bias::yes) add(path + ".bias", {out});
  }
  void linear(const std::string& path, std::int64_t in, std::int64_t out) {
    add(path + ".weight", {out, in});
    add(path + ".bias", {out});
  }
  void norm(const std::string& path, std::int64_t channels) {
    add(path + ".weight", {channels});
    add(path + ".bias", {channels});
    for (const char* name : {".running_mean", ".running_var"}) {
      entries_.push_back({path + name, DType::f32, {channels}, false});
    }
    entries_.push_back({path + ".num_batches_tracked", DType::i64, {}, false});
  }
  void add(std::string name, std::vector<std::int64_t> shape) {
    entries_.push_back({std::move(name), DType::f32, std::move(shape), true});
  }

  std::vector<StateEntry> take() { return std::move(entries_); }

 private:
  std::vector<StateEntry> entries_;
};

/// The states that network_state() chooses from.
void list_smoother(StateList& list, std::string_view kind, const NetworkSizes& sizes);
void list_deeplab_mobilenet(StateList& list, const NetworkSizes& sizes);
void list_deeplab_resnet(StateList& list, const NetworkSizes& sizes);
void list_vgg16_features(StateList& list, const NetworkSizes& sizes);

}  // namespace csgis::detail

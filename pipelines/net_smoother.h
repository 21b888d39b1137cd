#pragma once
/// Networks as a method:
/// net[:weights=FILE,kind=NAME,colour=rgb|bgr,precision=...,rounding=...,amount=1,scale=1,passes=1]
/// Without weights it is the network of model/default_network.h.

#include "classical/method_string.h"
#include "core/net_precision.h"
#include "core/options.h"
#include "pipelines/image_smoother.h"

namespace csgis {

inline constexpr const char* kNetMethod = "net";

enum class ColourOrder {
  automatic,  ///< What the notes of the weight file say, else rgb with a warning.
  rgb,
  bgr,
};
constexpr std::array<EnumName<ColourOrder>, 3> enum_names(ColourOrder) {
  return {{{ColourOrder::automatic, "auto"}, {ColourOrder::rgb, "rgb"}, {ColourOrder::bgr, "bgr"}}};
}

enum class NetRounding {
  nearest,   ///< As for every method: values are rounded where they become levels.
  truncate,  ///< Values are cut down to whole 8-bit levels, as the published inference program does.
};
constexpr std::array<EnumName<NetRounding>, 2> enum_names(NetRounding) {
  return {{{NetRounding::nearest, "nearest"}, {NetRounding::truncate, "truncate"}}};
}

struct NetOptions {
  std::string weights;
  std::string kind;
  ColourOrder colour = ColourOrder::automatic;
  NetPrecision precision = NetPrecision::fp32;
  NetRounding rounding = NetRounding::nearest;
  double amount = 1;
  double scale = 1;
  int passes = 1;
  double limit = 0;
  std::int64_t tile = 0;
};

template <class V>
void describe(V& v, NetOptions& o) {
  v("weights", o.weights, file(), "safetensors, or what torch.save wrote; empty: the network that ships with csgis");
  v("kind", o.kind, any_value("NAME"), "the network; empty: told by the weights");
  v("colour", o.colour, any_value(),
    "channel order that the network was trained on; auto: noted in the weights, or rgb");
  v("precision", o.precision, any_value(), "fp16 on CUDA only");
  v("rounding", o.rounding, any_value(), "truncate: down to whole 8-bit levels, as the published program");
  v("amount", o.amount, between(0, 4), "image + amount * (network - image)");
  v("scale", o.scale, between(0.05, 1), "the network sees the image at this size; edges come from the image itself");
  v("passes", o.passes, between(1, 100), "times that the network is applied");
  v("limit", o.limit, between(0, 255), "no pixel changes by more than so many levels in a channel; 0: by any number");
  v("tile", o.tile, at_least(0).execution(), "largest height and width computed at once; 0: by memory");
}

/// Reads the weights and opens the network module. Grey images go through as three equal channels and come back as
/// their mean.
/// @throws UsageError, IoError, DataError, as make_smoother()
std::shared_ptr<const ImageSmoother> make_net_smoother(const MethodString& text, const SmootherSetting& setting);

}  // namespace csgis

#include "pipelines/net_smoother.h"

#include "classical/guided_upsample.h"
#include "core/error.h"
#include "imaging/image_file.h"
#include "model/checkpoint.h"
#include "pipelines/hashing.h"
#include "pipelines/model_module.h"
#include "pipelines/seen_truths.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace csgis {
namespace {

/// Grey as three equal channels.
ImageF as_colour(const ImageF& image) {
  if (image.channels() == 3) return image.clone();
  ImageF colour(image.size(), 3);
  for (int c = 0; c < 3; ++c) std::copy_n(image.plane(0), image.size().pixels(), colour.plane(c));
  return colour;
}

ImageF as_grey(const ImageF& colour) {
  ImageF grey(colour.size(), 1);
  for (std::size_t i = 0; i < grey.size().pixels(); ++i) {
    grey.plane(0)[i] = (colour.plane(0)[i] + colour.plane(1)[i] + colour.plane(2)[i]) / 3;
  }
  return grey;
}

/// Each pixel the mean of those that it covers.
ImageF reduced(const ImageF& image, double scale) {
  const auto scaled = [&](int length) { return std::max(1, static_cast<int>(std::lround(length * scale))); };
  ImageF small({scaled(image.height()), scaled(image.width())}, image.channels());
  for (int c = 0; c < image.channels(); ++c) {
    const cv::Mat from(image.height(), image.width(), CV_32F, const_cast<float*>(image.plane(c)));
    cv::Mat to(small.height(), small.width(), CV_32F, small.plane(c));
    cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
  }
  return small;
}

/// Cuts changes down to `most`. The channels of a pixel keep their ratio, so that its colour moves straight.
void limit_change(const ImageF& before, ImageF& after, float most) {
  const std::size_t pixels = after.size().pixels();
  for (std::size_t i = 0; i < pixels; ++i) {
    float largest = 0;
    for (int c = 0; c < after.channels(); ++c) {
      largest = std::max(largest, std::abs(after.plane(c)[i] - before.plane(c)[i]));
    }
    if (largest <= most) continue;
    for (int c = 0; c < after.channels(); ++c) {
      const float from = before.plane(c)[i];
      after.plane(c)[i] = from + (after.plane(c)[i] - from) * (most / largest);
    }
  }
}

/// Down to whole levels of 8 bits, in float32 as the published program computes them.
void truncate_to_levels(ImageF& image) {
  for (float& value : image.samples()) value = std::floor(std::clamp(value * 255.0F, 0.0F, 255.0F)) / 255.0F;
}

template <class T, class Image>
PixelView<T> view_of(Image& image) {
  return {image.data(),
          image.height(),
          image.width(),
          image.channels(),
          image.width(),
          1,
          static_cast<std::int64_t>(image.size().pixels())};
}

class NetSmoother : public ImageSmoother {
 public:
  NetSmoother(NetOptions options, const SmootherSetting& setting) : options_(std::move(options)) {
    const Checkpoint checkpoint = weights();
    PredictorOptions how;
    how.kind = options_.kind;
    how.device = to_name(setting.device);
    how.precision = options_.precision;
    how.threads = setting.threads;
    how.tile = options_.tile;
    how.swap_channels = colour_of(checkpoint.state, setting.log) == ColourOrder::bgr;
    if (setting.log != nullptr) how.warn = [log = setting.log](const std::string& text) { log->warning("{}", text); };
    training_note_ = training_note_of(checkpoint.state);
    predictor_ = model_module().load(checkpoint.state, how);
    torch_ = model_module().runtime().torch_version;
  }

  std::string name() const override { return kNetMethod; }
  std::string text() const override { return join_method_string({kNetMethod, items_of(options_)}); }

  std::string content() const override { return hash_; }
  std::string training_note() const override { return training_note_; }
  std::string identity() const override {
    return fmt::format("{} weights {} on {}, LibTorch {}", text(), hash_, predictor_->info().backend, torch_);
  }

  ImageF smooth(const ImageF& image, const Execution& run, SolveReport* /*report*/) const override {
    require(image.channels() == 1 || image.channels() == 3, "net: the image has {} channels, must have 1 or 3",
            image.channels());
    require(std::ranges::all_of(image.samples(), [](float v) { return std::isfinite(v); }),
            "net: the image has values that are not finite");
    ImageF colour = as_colour(image);
    for (int pass = 0; pass < options_.passes; ++pass) colour = one_pass(colour, run);
    require<DataError>(std::ranges::all_of(colour.samples(), [](float v) { return std::isfinite(v); }),
                       "net: the result has values that are not finite: damaged weights, or too little precision");
    if (options_.limit > 0) limit_change(as_colour(image), colour, static_cast<float>(options_.limit / 255));
    if (image.channels() == 1) colour = as_grey(colour);
    if (options_.rounding == NetRounding::truncate) truncate_to_levels(colour);
    return colour;
  }

 private:
  /// Those of the file, or the ones that ship with the toolkit.
  Checkpoint weights() {
    if (!options_.weights.empty()) {
      hash_ = sha256_hex(read_file_bytes(options_.weights));
      return read_checkpoint(options_.weights);
    }
    const std::span<const std::byte> bytes = model_module().default_network();
    hash_ = sha256_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    return parse_checkpoint({bytes, nullptr});
  }

  /// The network that ships with the toolkit has seen drawn scenes alone.
  std::string training_note_of(const TensorFile& weights) const {
    if (options_.weights.empty()) return nlohmann::ordered_json{{"truths", to_json(SeenTruths{})}}.dump();
    const auto note = weights.metadata.find("training");
    return note == weights.metadata.end() ? "" : note->second;
  }

  ColourOrder colour_of(const TensorFile& weights, Log* log) {
    if (options_.colour != ColourOrder::automatic) return options_.colour;
    const auto noted = weights.metadata.find("colour");
    if (noted != weights.metadata.end()) {
      const bool is_known = noted->second == "rgb" || noted->second == "bgr";
      require<DataError>(is_known, "{}: notes the colour order {}; colour=rgb or colour=bgr says what it is",
                         options_.weights, in_quotes(noted->second));
      return noted->second == "bgr" ? ColourOrder::bgr : ColourOrder::rgb;
    }
    if (log != nullptr) {
      log->warning(
          "{}: the weights do not say the order of their channels; rgb is assumed (colour=bgr for the "
          "published HDC_edge_refine of 20 blocks and HDC_edge)",
          options_.weights);
    }
    return ColourOrder::rgb;
  }

  ImageF network(const ImageF& image) const {
    ImageF result(image.size(), image.channels());
    predictor_->smooth(view_of<const float>(image), view_of<float>(result));
    return result;
  }

  ImageF one_pass(const ImageF& image, const Execution& run) const {
    ImageF result;
    if (options_.scale < 1) {
      const ImageF small = reduced(image, options_.scale);
      result = guided_upsample(small, network(small), image, {}, run);
    } else {
      result = network(image);
    }
    const auto amount = static_cast<float>(options_.amount);
    if (options_.amount == 1) return result;
    for (std::size_t i = 0; i < result.samples().size(); ++i) {
      const float before = image.data()[i];
      result.data()[i] = before + amount * (result.data()[i] - before);
    }
    return result;
  }

  NetOptions options_;
  std::string hash_, torch_, training_note_;
  std::unique_ptr<Predictor> predictor_;
};

}  // namespace

std::shared_ptr<const ImageSmoother> make_net_smoother(const MethodString& text, const SmootherSetting& setting) {
  try {
    NetOptions options = options_from<NetOptions>(text.items);
    return std::make_shared<NetSmoother>(std::move(options), setting);
  } catch (const InvalidArgument& error) {
    fail<UsageError>("method '{}': {}", join_method_string(text), error.what());
  }
}

}  // namespace csgis

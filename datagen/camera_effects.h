#pragma once
/// What a camera does to a scene after the fact: slight blur, sensor noise, JPEG. A network that has seen nothing but
/// clean vector art mistakes the traces of a camera for structure. Noise and JPEG are for blends, never for ground
/// truth.

#include "core/options.h"
#include "imaging/image.h"

#include <cstdint>
#include <string_view>

namespace csgis {

/// How strong the effects may be; each is drawn per image, evenly between none and the most given here.
struct CameraOptions {
  double blur = 0.8;        ///< Largest standard deviation of the Gaussian in pixels; below 0.3 there is none.
  double noise = 4;         ///< Largest standard deviation of the noise in grey levels of 0..255.
  int min_quality = 60;     ///< Of JPEG, libjpeg's scale.
  int max_quality = 95;     ///< >= min_quality.
  double jpeg_share = 0.5;  ///< Share of images that are compressed at all.
};

template <class V>
void describe(V& v, CameraOptions& o) {
  v("camera-blur", o.blur, between(0, 3), "largest blur in pixels (standard deviation)");
  v("camera-noise", o.noise, between(0, 32), "largest noise in grey levels (standard deviation)");
  v("camera-min-quality", o.min_quality, between(1, 100), "lowest JPEG quality");
  v("camera-max-quality", o.max_quality, between(1, 100), "highest JPEG quality");
  v("camera-jpeg-share", o.jpeg_share, between(0, 1), "share of images that go through JPEG");
}

/// The effects of one image, in the order in which they are applied; 0 leaves one out.
struct CameraEffects {
  double blur = 0;
  double noise = 0;
  int jpeg_quality = 0;

  bool any() const { return blur > 0 || noise > 0 || jpeg_quality > 0; }
};

/// What the image `key` of the run `seed` gets.
/// @throws UsageError       an option out of its bounds.
/// @throws InvalidArgument  min_quality > max_quality.
CameraEffects draw_camera_effects(std::uint64_t seed, std::string_view key, const CameraOptions& options = {});

/// `image` with the effects. The noise is approximately normal (the sum of four even draws, at most 3.5 standard
/// deviations), alike in the three channels for half of its variance, as demosaicing leaves it, and depends on `seed`
/// and `key` alone; values are rounded and clipped. Blur: separable, replicated borders, radius 3 sigma rounded up.
/// JPEG keeps colour at full resolution. Same bytes on every machine with the same libjpeg.
/// @param image  1 or 3 channels, sides >= 1.
/// @throws InvalidArgument  another number of channels; blur not 0 to 100, noise negative or not finite, quality
///                          not 0 to 100.
/// Cost: about 75 ns per pixel with everything.
Image8 apply_camera_effects(const Image8& image, const CameraEffects& effects, std::uint64_t seed,
                            std::string_view key);

}  // namespace csgis

#pragma once
/// One sample on its way from whole images into a batch: what is drawn for it, and the published ways of carrying it
/// out.

#include "core/random.h"
#include "imaging/image.h"
#include "model/recipe.h"
#include "model/training_batch.h"
#include "pipelines/sample_source.h"

namespace csgis {

/// Where a sample is cut out, and how it is changed.
struct SampleDraw {
  std::int64_t top = 0, left = 0, height = 0, width = 0;
  AugmentDraw augment;
};

/// In the order of the published set: top, left, flip, angle, brightness, contrast, hue, order of the three. The crop
/// lies anywhere; sides that the image lacks are cut short.
SampleDraw draw_four_folders(Random& random, Size image, int patch);
/// Height, width (each a quarter less to a quarter more than the patch), top, left, flip, angle (whole degrees), hue,
/// contrast, brightness.
SampleDraw draw_edge_set(Random& random, Size image, int patch);
/// In the middle, or anywhere if `random` is given; nothing else is changed.
SampleDraw draw_crop(Random* random, Size image, std::int64_t height, std::int64_t width);

/// What a stream does with its samples.
struct SampleForm {
  AugmentationStyle style = AugmentationStyle::four_folders;
  Augmentation augment = Augmentation::exact;  ///< device: the crop alone is taken.
  Recipe recipe{};
  LayerSet layers;

  bool is_bgr() const { return style == AugmentationStyle::edge_set && !recipe.fixes(24); }
  /// What an edge is in bytes.
  int edge_unit() const { return style == AugmentationStyle::edge_set ? 1 : 255; }
};

/// Makes room for `count` samples of that size.
TrainingBatch empty_batch(const SampleForm& form, std::int64_t count, std::int64_t height, std::int64_t width);

/// Fills place `index` of the batch.
///   four-folders  crop, flip, rotation by nearest neighbours of all layers, jitter of the images. As published the
///                 over-smoothed image is only cropped, and edges are not thresholded
///   edge-set      edges to 0 and 1 at 100 (R-22: exactly 100 stays), crop brought to the patch, flip, rotation, both
///                 bilinear for all layers in single precision, cut to 8 bits, jitter in the order of the draw;
///                 images as B,G,R taken for R,G,B
/// Corrected: the over-smoothed image goes through everything; an edge begins at 100; labels and edges take the nearest
/// pixel; colours are what they are called.
void put_sample(const SampleLayers& sample, const SampleDraw& draw, const SampleForm& form, TrainingBatch& batch,
                std::int64_t index);

}  // namespace csgis

#pragma once
/// `csgis evaluate --photos`: what smoothing removes and what it keeps, where nobody knows the right result.

#include "pipelines/evaluate.h"
#include "pipelines/image_smoother.h"
#include "pipelines/item_errors.h"

namespace csgis {

/// Scores smoothed photos with the measures of metrics/regions.h, which look at the photo and its label map alone. A
/// photo without a label map fails alone.
///
/// With --pred the results in that folder, one row per image. Without, the photos smoothed by each --method at
/// --strengths places, even on the scale of its strength (pipelines/tuning_ranges.h), from weak to strong; other
/// options are as the method string has them, and a string that sets the strength itself is one setting. A network goes
/// a share of its way, and then sees the image smaller and smaller.
/// `none` and `gaussian` always take part, as controls: a filter that keeps no more of the boundaries than a blur does
/// at equal detail removed knows nothing of structure.
///
/// Besides rows and summaries the results hold `sweeps`, the means of every setting, and `curve_values`: straight lines
/// join the means of a method from `none` on, and where they first reach 0.3, 0.5, 0.7 and 0.9 of detail-removed, the
/// other metrics are read off. A method that never removes that much has no value there.
/// Memory: a photo and its results per thread, and the rows.
class TradeOff {
 public:
  TradeOff(const EvaluateOptions& options, const RunContext& context);

  /// @throws UsageError, NothingUsable (also when no row is good), Cancelled, ItemFailed (on_error = stop)
  EvaluateReport run();
  const ItemErrors& errors() const { return errors_; }

 private:
  /// One method at one setting; without a method the files of --pred.
  struct Setting {
    std::string family, name;
    std::shared_ptr<const ImageSmoother> method;
  };

  void score_image(const PairedImage& pair, std::size_t image);
  void score_row(const PairedImage& pair, const Scored& photo, const LabelMap& labels, const Setting& setting,
                 ResultRow& row);
  void add_curves();

  const EvaluateOptions& options_;
  const RunContext& context_;
  std::vector<std::string> metrics_;
  std::vector<Setting> settings_;
  ItemErrors errors_;
  EvaluateReport report_;
};

}  // namespace csgis

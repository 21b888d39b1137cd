#pragma once
/// Means of what the steps of a training report.

#include "model/trainer.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace csgis {

/// A number as records hold it: infinity as the string "inf", NaN as null; and back.
nlohmann::ordered_json number_json(double value);
double number_from_json(const nlohmann::ordered_json& json);

/// Sums over steps. Values that some steps do not report count for those that do.
class StepMeans {
 public:
  /// @param skips_first  the losses of the first step are left out, as published; ssim and psnr are not
  /// @param has_scores   reports hold ssim and psnr
  explicit StepMeans(bool skips_first = false, bool has_scores = true)
      : skips_first_(skips_first), has_scores_(has_scores) {}

  void add(const StepReport& report);
  std::int64_t steps() const { return steps_; }

  /// By name, in the order of the reports, then "ssim" and "psnr", or of segmentation "miou", that of all pixels; NaN
  /// where nothing was counted. Empty without steps.
  std::vector<std::pair<std::string, double>> means() const;
  nlohmann::ordered_json json() const;
  /// One of them; NaN if there is none of that name.
  double mean(std::string_view name) const;

  /// All of it, for going on later: the same means to the last bit.
  nlohmann::ordered_json saved() const;
  /// @throws DataError
  static StepMeans from_saved(const nlohmann::ordered_json& saved);

 private:
  struct Sum {
    std::string name;
    double sum = 0;
    std::int64_t count = 0;
  };
  void add(const std::string& name, double value, bool counts);

  bool skips_first_, has_scores_;
  std::int64_t steps_ = 0;
  std::vector<Sum> sums_;
  double ssim_ = 0, psnr_ = 0;
  std::vector<double> confusion_;
};

}  // namespace csgis

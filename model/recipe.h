#pragma once
/// What a training does where the published program and its papers, or common sense, part.

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

inline constexpr int kDiscrepancies = 31;

/// The numbered discrepancies of the published training program that a training may correct, R-1 to R-31. Each is off
/// (as published) or on (corrected). Only those in trainable_fixes() change anything here.
class Recipe {
 public:
  static Recipe reference() { return {}; }
  static Recipe corrected();

  bool fixes(int number) const { return on_[static_cast<std::size_t>(number)]; }
  void set(int number, bool on) { on_[static_cast<std::size_t>(number)] = on; }

  /// Applies "R-12=on". @throws UsageError  not of that form, or a number that has no effect on a training
  void apply(std::string_view setting);
  /// "R-7 R-11 R-12", those that are on; empty for the reference.
  std::string text() const;

  bool operator==(const Recipe&) const = default;

 private:
  std::bitset<kDiscrepancies + 1> on_;
};

struct FixInfo {
  int number;
  const char* published;  ///< What the published program does.
  const char* corrected;  ///< What the correction does.
};

/// Those that have an effect on a training, by number.
const std::vector<FixInfo>& trainable_fixes();

}  // namespace csgis

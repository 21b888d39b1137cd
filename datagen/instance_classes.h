#pragma once
/// Turns label images that hold object numbers into VOC class maps.

#include "imaging/image.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace csgis {

/// VOC class of each object of each scene, from a table with the columns id, label, voc_class (others are ignored).
class InstanceClasses {
 public:
  /// @param csv_text  the table; `name` is what messages call it.
  /// @throws DataError  bad table, a label outside 0..255, a class outside 0..20, or two rows for one object.
  InstanceClasses(std::string_view csv_text, const std::string& name);

  /// The class map of scene `id`. Value 0 is background and 255 void unless the table says otherwise.
  /// @throws DataError naming the first object number that the table does not have.
  LabelMap classes_of(const std::string& id, const LabelMap& instances) const;

 private:
  static constexpr int kUnknown = -1;
  std::map<std::string, std::array<int, 256>> classes_;
};

}  // namespace csgis

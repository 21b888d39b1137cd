#pragma once
/// Which textures the regions of a class may bear.

#include "imaging/voc_classes.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

/// The group a texture belongs to: its ID without the number at its end and the '_', '-', '.' or ' ' before that
/// ("brick01" and "brick_2" are of "brick"). An ID that is a number is a group of its own.
std::string texture_group(std::string_view id);

class ClassTextures {
 public:
  /// @param json  an object: class name (VOC, "background" for 0) -> texture ID or group, or a list of them. Regions of
  ///              a class with an empty list stay flat; those of classes that are not named bear any texture.
  /// @param name  what messages call the file
  /// @param texture_ids  of the textures there are
  /// @throws DataError  text that is no such object, a class or texture that there is not, naming the nearest
  ClassTextures(std::string_view json, const std::string& name, std::span<const std::string> texture_ids);

  /// Indices of the textures, ascending; null where any will do.
  const std::vector<int>* of_class(int voc_class) const;

 private:
  std::array<std::optional<std::vector<int>>, kVocClasses> textures_;
};

}  // namespace csgis

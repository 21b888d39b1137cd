#include "datagen/instance_classes.h"

#include "datagen/csv.h"
#include "imaging/label_map.h"

namespace csgis {
namespace {

constexpr std::array<int, 256> without_objects(int unknown) {
  std::array<int, 256> classes{};
  classes.fill(unknown);
  return classes;
}

}  // namespace

InstanceClasses::InstanceClasses(std::string_view csv_text, const std::string& name) {
  const CsvTable table(csv_text, name);
  const std::size_t id = table.column("id"), label = table.column("label"), voc_class = table.column("voc_class");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    auto& scene = classes_.emplace(table.at(row, id), without_objects(kUnknown)).first->second;
    int& entry = scene[static_cast<std::size_t>(table.integer_at(row, label, 0, 255))];
    require<DataError>(entry == kUnknown, "{}, row {}: object {} of {} is listed twice", name, row + 1,
                       table.at(row, label), table.at(row, id));
    entry = table.integer_at(row, voc_class, 0, kVocClasses - 1);
  }
}

LabelMap InstanceClasses::classes_of(const std::string& id, const LabelMap& instances) const {
  const auto scene = classes_.find(id);
  std::array<int, 256> lookup = scene == classes_.end() ? without_objects(kUnknown) : scene->second;
  if (lookup[0] == kUnknown) lookup[0] = 0;
  if (lookup[kVocVoid] == kUnknown) lookup[kVocVoid] = kVocVoid;

  LabelMap classes(instances.size());
  const auto from = instances.samples();
  const auto to = classes.samples();
  for (std::size_t i = 0; i < from.size(); ++i) {
    const int value = lookup[from[i]];
    require<DataError>(value != kUnknown, "object {} of {} is not in the label map table", from[i], id);
    to[i] = static_cast<std::uint8_t>(value);
  }
  return classes;
}

}  // namespace csgis

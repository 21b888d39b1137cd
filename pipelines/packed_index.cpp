#include "pipelines/packed_index.h"

#include "core/error.h"
#include "pipelines/hashing.h"
#include "pipelines/packed_header.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace csgis {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kLargestSide = 65535;

std::uint64_t whole_number(const Json& json) {
  require<DataError>(json.is_number_unsigned(), "its index holds a value of another kind");
  return json.get<std::uint64_t>();
}

/// Names stand in messages of one line.
std::string name_from(const Json& json) {
  std::string name = json;
  const bool is_plain = std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  require<DataError>(is_plain, "its index holds a name with a control character");
  return name;
}

PackedImage image_from(const Json& json, std::uint64_t end) {
  PackedImage image;
  image.name = name_from(json.at(0));
  const std::uint64_t height = whole_number(json.at(1)), width = whole_number(json.at(2)),
                      channels = whole_number(json.at(3));
  const auto is_side = [](std::uint64_t side) { return side >= 1 && side <= kLargestSide; };
  require<DataError>(is_side(height) && is_side(width) && (channels == 1 || channels == 3),
                     "its image {} is said to have {}x{}x{} values", image.name, height, width, channels);
  image.height = static_cast<std::int64_t>(height);
  image.width = static_cast<std::int64_t>(width);
  image.channels = static_cast<int>(channels);
  image.offset = whole_number(json.at(4));
  image.xxh128 = json.at(5);
  require<DataError>(image.offset >= kPackedHeaderBytes && image.offset <= end && image.bytes() <= end - image.offset,
                     "its image {} lies outside of the file", image.name);
  return image;
}

/// A reference to an image of so many channels, and of the size of the ground truth where that is given.
LayerRef ref_from(const Json& json, const std::vector<PackedImage>& images, int channels, const PackedImage* truth) {
  const std::uint64_t place = whole_number(json);
  require<DataError>(place < images.size(), "it refers to an image that it does not hold");
  const PackedImage& image = images[place];
  require<DataError>(image.channels == channels, "its image {} has {} channels where {} are needed", image.name,
                     image.channels, channels);
  require<DataError>(truth == nullptr || (image.height == truth->height && image.width == truth->width),
                     "its image {} is of another size than its ground truth", image.name);
  return {place, ImagePart::whole};
}

std::vector<TableSample> samples_from(const Json& json, const std::vector<PackedImage>& images) {
  std::vector<TableSample> samples;
  for (const Json& entry : json) {
    TableSample sample;
    sample.key = name_from(entry.at(0));
    sample.truth = ref_from(entry.at(1), images, 3, nullptr);
    const PackedImage* const truth = &images[sample.truth.file];
    sample.input = ref_from(entry.at(2), images, 3, truth);
    if (!entry.at(3).is_null()) sample.edge = ref_from(entry.at(3), images, 1, truth);
    if (!entry.at(4).is_null()) sample.label = ref_from(entry.at(4), images, 1, truth);
    for (const Json& over : entry.at(5)) sample.over.push_back(ref_from(over, images, 3, truth));
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace

bool looks_packed(std::span<const std::byte> bytes) {
  return bytes.size() >= kPackedMagic.size() &&
         std::string_view(reinterpret_cast<const char*>(bytes.data()), kPackedMagic.size()) == kPackedMagic;
}

PackedIndex parse_packed(std::span<const std::byte> file) {
  require<DataError>(looks_packed(file), "is not a file of csgis data pack");
  require<DataError>(file.size() >= kPackedHeaderBytes, "is cut short");
  const PackedHeader header = read_header(file.first<kPackedHeaderBytes>());
  require<DataError>(header.version == kPackedVersion, "is of version {}, this program reads {}", header.version,
                     kPackedVersion);
  require<DataError>(header.file_bytes == file.size(), "has {} bytes, its header says {}: it is cut short or damaged",
                     file.size(), header.file_bytes);
  require<DataError>(header.index_offset <= file.size() && header.index_bytes <= file.size() - header.index_offset,
                     "its index lies outside of the file");
  const auto bytes = as_u8(file.subspan(header.index_offset, header.index_bytes));
  require<DataError>(xxh128_hex(bytes) == header.index_xxh128, "its index is damaged");
  try {
    const Json json = Json::parse(bytes.begin(), bytes.end());
    PackedIndex index;
    for (const Json& image : json.at("images")) index.images.push_back(image_from(image, header.index_offset));
    index.table.identity = json.at("identity");
    index.table.labels = from_name<SampleLabels>(json.at("labels").get<std::string>(), "labels");
    index.table.train = samples_from(json.at("train"), index.images);
    index.table.held_out = samples_from(json.at("held_out"), index.images);
    return index;
  } catch (const nlohmann::json::exception& e) {
    fail<DataError>("its index is no index: {}", e.what());
  } catch (const UsageError& e) {
    fail<DataError>("its index is no index: {}", e.what());
  }
}

}  // namespace csgis

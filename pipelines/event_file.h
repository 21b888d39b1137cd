#pragma once
/// Event files of TensorBoard: scalars and pictures over steps. Format: TensorFlow's record files ("TFRecords and
/// tf.train.Example", framing and masked CRC-32C) holding messages of tensorflow/core/util/event.proto, of which four
/// fields are written here by hand.

#include "imaging/image.h"
#include "pipelines/append_file.h"

#include <boost/filesystem/path.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace csgis {

/// CRC-32C (Castagnoli), and as record files store it: rotated by 15 bits and shifted by a constant.
std::uint32_t crc32c(std::string_view bytes);
std::uint32_t masked_crc32c(std::string_view bytes);

/// One event file. Every call is one record, written whole.
class EventFile {
 public:
  /// Makes events.out.tfevents.SECONDS.HOST in the folder; with ".1" and so on behind it where that exists.
  /// @param after  the step behind which a training begins again: readers drop what earlier files hold of later ones
  /// @throws OutputError
  EventFile(const boost::filesystem::path& folder, std::optional<std::int64_t> after);

  /// Values under their tags ("train/total"). Those that are not finite are left out. @throws OutputError
  void scalars(std::int64_t step, const std::vector<std::pair<std::string, double>>& values);
  /// An R,G,B image, stored as PNG. @throws OutputError
  void picture(std::int64_t step, std::string_view tag, const Image8& image);

 private:
  void write(std::int64_t step, std::string_view content);

  std::unique_ptr<AppendFile> file_;
};

}  // namespace csgis

/// Reads one image and writes it with our encoders, for readers other than ours:
/// image_rewrite tiff-none|tiff-deflate|jpeg IN OUT
#include "imaging/convert.h"
#include "imaging/image_file.h"
#include "imaging/jpeg_writer.h"
#include "imaging/tiff_writer.h"

#include <fstream>
#include <string>

int main(int argc, char** argv) {
  using namespace csgis;
  if (argc != 4) return 2;
  const std::string kind = argv[1];
  const ImageF image = to_float(read_image(argv[2]));
  const std::vector<std::uint8_t> file =
      kind == "jpeg" ? encode_jpeg(to_image8(image))
                     : encode_tiff(image, kind == "tiff-none" ? TiffCompression::none : TiffCompression::deflate);
  std::ofstream out(argv[3], std::ios::binary);
  out.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  return out.good() ? 0 : 1;
}

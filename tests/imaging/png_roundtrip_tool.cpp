/// png_roundtrip_tool DIR SEED: writes PNG files of all kinds into DIR, and beside NAME.png the samples it holds in
/// NAME.raw (16 bits little-endian). NAME is CONTENT_BITS_HEIGHT_WIDTH_CHANNELS, or index_8_HEIGHT_WIDTH_1 for a
/// palette image. The Python test reads them with other programs' decoders.

#include "imaging/png_writer.h"
#include "tests/imaging/png_cases.h"

#include <fmt/format.h>

#include <fstream>
#include <string>

namespace {

using namespace csgis;

class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  template <class T>
  void add(std::string_view content, const InterleavedImage<T>& image, PngWriter::Bytes file) const {
    save(content, 8 * sizeof(T), image.size(), image.channels(), image.data(), image.bytes(), file);
  }
  void add(const LabelMap& labels, PngWriter::Bytes file) const {
    save("index", 8, labels.size(), 1, labels.data(), labels.bytes(), file);
  }

 private:
  void save(std::string_view content, std::size_t bits, Size size, int channels, const void* samples, std::size_t bytes,
            PngWriter::Bytes file) const {
    const std::string stem = fmt::format("{}/{}_{}_{}_{}_{}", path_, content, bits, size.height, size.width, channels);
    std::ofstream(stem + ".png", std::ios::binary)
        .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    std::ofstream(stem + ".raw", std::ios::binary)
        .write(static_cast<const char*>(samples), static_cast<std::streamsize>(bytes));
  }

  std::string path_;
};

void write_cases(const Folder& folder, Size size, unsigned seed) {
  PngWriter writer;
  for (const auto content : test::kPngContents) {
    for (const int channels : {1, 3, 4}) {
      const auto image8 = test::make_png_case<std::uint8_t>(content, size, channels, seed);
      folder.add(content, image8, writer.encode(image8));
      const auto image16 = test::make_png_case<std::uint16_t>(content, size, channels, seed);
      folder.add(content, image16, writer.encode(image16));
    }
  }
  LabelMap labels(size);
  const auto indices = test::make_png_case<std::uint8_t>("cartoon", size, 1, seed);
  std::copy(indices.samples().begin(), indices.samples().end(), labels.samples().begin());
  folder.add(labels, writer.encode_indexed(labels));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: png_roundtrip_tool DIR SEED\n");
    return 2;
  }
  const Folder folder(argv[1]);
  auto seed = static_cast<unsigned>(std::stoul(argv[2]));
  for (int side = 1; side <= 70; ++side) {
    write_cases(folder, {side, side}, seed++);
    write_cases(folder, {side, (side * 37 + 11) % 70 + 1}, seed++);
  }
  return 0;
}

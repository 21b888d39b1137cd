/// Writes decoded pixels to stdout for comparison with other readers: image_dump colour8|lossless|label FILE...
/// Per file a line of JSON, {"height","width","channels","type"} or {"error"}, then the samples, interleaved, host
/// order.
#include "imaging/image_file.h"

#include <nlohmann/json.hpp>

#include <iostream>
#include <string>

namespace {

using namespace csgis;

template <class Image>
void write(const Image& image, const char* type) {
  const nlohmann::json head{
      {"height", image.height()}, {"width", image.width()}, {"channels", image.channels()}, {"type", type}};
  std::cout << head.dump() << '\n';
  std::cout.write(reinterpret_cast<const char*>(image.data()), static_cast<std::streamsize>(image.bytes()));
}

void write_lossless(const DecodedImage& image) {
  constexpr const char* kTypes[] = {"uint8", "uint16", "float32"};
  std::visit([&](const auto& pixels) { write(pixels, kTypes[image.pixels.index()]); }, image.pixels);
}

void dump(const std::string& mode, const std::string& path) {
  if (mode == "colour8") return write(read_colour8(path), "uint8");
  if (mode == "label") return write(read_label_map(path), "uint8");
  write_lossless(read_image(path));
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 2; i < argc; ++i) {
    try {
      dump(argv[1], argv[i]);
    } catch (const Error& error) {
      std::cout << nlohmann::json{{"error", error.what()}}.dump(-1, ' ', false,
                                                                nlohmann::json::error_handler_t::replace)
                << '\n';
    }
  }
}

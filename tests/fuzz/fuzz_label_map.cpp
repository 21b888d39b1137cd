#include "tests/fuzz/decode_check.h"
#include "tests/support/png_builder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace csgis;
  const std::vector<std::uint8_t> file = test::with_right_checksums({data, size});
  try {
    const LabelMap labels = decode_label_map(file, fuzz::kLimits);
    fuzz::expect(!labels.empty() && labels.size().pixels() <= fuzz::kLimits.max_pixels);
  } catch (const DataError& error) {
    fuzz::expect(std::string_view(error.what()).find('\n') == std::string_view::npos);
  }
  return 0;
}

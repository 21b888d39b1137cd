#include "imaging/detail/decoders.h"
#include "tests/fuzz/decode_check.h"
#include "tests/support/png_builder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  csgis::fuzz::check_decoder(csgis::detail::decode_png, {data, size});
  csgis::fuzz::check_decoder(csgis::detail::decode_png, csgis::test::with_right_checksums({data, size}));
  return 0;
}

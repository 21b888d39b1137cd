#include "imaging/detail/decoders.h"
#include "tests/fuzz/decode_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  csgis::fuzz::check_decoder(csgis::detail::decode_tiff, {data, size});
  return 0;
}

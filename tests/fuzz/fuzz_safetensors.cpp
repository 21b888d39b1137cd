#include "model/safetensors.h"
#include "tests/fuzz/weights_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  csgis::fuzz::check_weights([](const csgis::SharedBytes& file) { return csgis::parse_safetensors(file); }, data, size);
  return 0;
}

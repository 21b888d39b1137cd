#include "model/checkpoint.h"
#include "tests/fuzz/weights_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  csgis::fuzz::check_weights(
      [](const csgis::SharedBytes& file) {
        csgis::Checkpoint checkpoint = csgis::parse_checkpoint(file);
        if (checkpoint.optimizer) csgis::fuzz::check_tensors(checkpoint.optimizer->tensors);
        return std::move(checkpoint.state);
      },
      data, size);
  return 0;
}

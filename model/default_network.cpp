#include "model/default_network.h"

// The assembler takes the file as it is: as text in a header it would cost the compiler seconds.
__asm__(
    ".pushsection .rodata\n"
    ".balign 64\n"
    "csgis_default_network_begin:\n"
    ".incbin \"" CSGIS_DEFAULT_NETWORK
    "\"\n"
    "csgis_default_network_end:\n"
    ".byte 0\n"
    ".popsection\n"
    ".globl csgis_default_network_begin\n"
    ".hidden csgis_default_network_begin\n"
    ".globl csgis_default_network_end\n"
    ".hidden csgis_default_network_end\n");

extern "C" {
extern const std::byte csgis_default_network_begin[];
extern const std::byte csgis_default_network_end[];
}

namespace csgis {

std::span<const std::byte> default_network() {
  return {csgis_default_network_begin, csgis_default_network_end};
}

}  // namespace csgis

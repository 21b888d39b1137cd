# Warnings, sanitizers and optimisation of our own code, in one interface target that every folder links privately.
add_library(csgis_flags INTERFACE)
target_compile_options(csgis_flags INTERFACE
  $<$<CONFIG:Release>:-O3>
  # Contracting a*b+c differs between SIMD paths; results may not depend on what the compiler finds to fuse.
  -ffp-contract=off)
if(CSGIS_WERROR)
  target_compile_options(csgis_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Werror)
endif()
if(CSGIS_SANITIZE)
  target_compile_options(csgis_flags INTERFACE -fsanitize=${CSGIS_SANITIZE} -fno-omit-frame-pointer -g)
  target_link_options(csgis_flags INTERFACE -fsanitize=${CSGIS_SANITIZE})
endif()

# Warnings, sanitizers and optimisation of our own code, in one interface target that every folder links privately.
add_library(csgis_flags INTERFACE)
target_compile_options(csgis_flags INTERFACE
  # Contracting a*b+c differs between SIMD paths; results may not depend on what the compiler finds to fuse.
  -ffp-contract=off)
# Three vector paths, those of --simd: each more costs a fifth of the build, and nobody could ask for it. Instrumented code
# takes so long to compile that one wide path must do.
set(unused_paths "HWY_SSSE3|HWY_SSE4|HWY_AVX3_DL")
if(CSGIS_SANITIZE)
  string(APPEND unused_paths "|HWY_AVX3")
endif()
target_compile_definitions(csgis_flags INTERFACE "HWY_DISABLED_TARGETS=(${unused_paths})")
if(CSGIS_WERROR)
  # Designated initialisers leave out fields on purpose.
  target_compile_options(csgis_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Wno-missing-field-initializers -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Its own headers of vector instructions set these off (GCC bug 105593).
    target_compile_options(csgis_flags INTERFACE -Wno-uninitialized -Wno-maybe-uninitialized)
  endif()
endif()
if(CSGIS_SANITIZE)
  target_compile_options(csgis_flags INTERFACE -fsanitize=${CSGIS_SANITIZE} -fno-omit-frame-pointer -g1)
  target_link_options(csgis_flags INTERFACE -fsanitize=${CSGIS_SANITIZE})
endif()

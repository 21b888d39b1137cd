# csgis_add_test(folder SRCS ... LIBS ... [LABELS golden slow])
# One program per mirrored folder. Catch2 2.13 sets no ctest labels from tags, so each tag that is also a ctest label
# gets a discovery call of its own; LABELS names those the folder's tests use.
function(csgis_add_test folder)
  cmake_parse_arguments(ARG "" "" "SRCS;LIBS;LABELS" ${ARGN})
  set(target ${folder}_test)
  add_executable(${target} ${ARG_SRCS})
  target_link_libraries(${target} PRIVATE ${ARG_LIBS} csgis_test_main csgis_flags)
  target_compile_definitions(${target} PRIVATE
    CSGIS_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data" CSGIS_BINARY="$<TARGET_FILE_DIR:${target}>/csgis")
  catch_discover_tests(${target} TEST_SPEC "~[golden]~[slow]" TEST_PREFIX "${folder}/"
    PROPERTIES LABELS ${folder} DISCOVERY_TIMEOUT 60)
  foreach(label ${ARG_LABELS})
    catch_discover_tests(${target} TEST_SPEC "[${label}]" TEST_PREFIX "${folder}/"
      TEST_LIST ${target}_${label} PROPERTIES LABELS "${folder};${label}" DISCOVERY_TIMEOUT 60)
  endforeach()
endfunction()

# csgis_add_script_test(name script [LABELS ...]): a Python test of the built binary, run by Debian's interpreter.
function(csgis_add_script_test name script)
  cmake_parse_arguments(ARG "" "" "LABELS" ${ARGN})
  add_test(NAME ${name} COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/${script})
  set_tests_properties(${name} PROPERTIES
    ENVIRONMENT "CSGIS_BINARY=${PROJECT_BINARY_DIR}/bin/csgis;CSGIS_SOURCE=${PROJECT_SOURCE_DIR};PYTHONPATH=${PROJECT_SOURCE_DIR}/tests/support"
    SKIP_RETURN_CODE 77 LABELS "${ARG_LABELS}")
endfunction()

# csgis_add_fuzzer(name source LIBS ...): a libFuzzer program in the fuzz preset; elsewhere the same entry point is
# linked with a small main that replays tests/fuzz/corpus/name as a normal test.
function(csgis_add_fuzzer name source)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(fuzz_${name} ${source})
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers fuzz_${name})
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_LIBS} csgis_flags)
  if(CSGIS_FUZZ)
    target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    add_test(NAME "fuzz corpus: ${name}" COMMAND fuzz_${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    set_tests_properties("fuzz corpus: ${name}" PROPERTIES LABELS fuzz)
  endif()
endfunction()

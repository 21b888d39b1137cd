# csgis_add_library(name SRCS ... [PUBLIC targets] [PRIVATE targets])
# One static library per folder, exported as csgis::name. PUBLIC is for what a header includes.
function(csgis_add_library name)
  cmake_parse_arguments(ARG "" "" "SRCS;PUBLIC;PRIVATE" ${ARGN})
  set(target csgis_${name})
  add_library(${target} STATIC ${ARG_SRCS})
  add_library(csgis::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/csgis>)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} $<BUILD_INTERFACE:csgis_flags>)
  install(TARGETS ${target} EXPORT csgisTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/csgis/${folder}
    FILES_MATCHING PATTERN "*.h" PATTERN "detail" EXCLUDE)
endfunction()


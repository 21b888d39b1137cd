# csgis_embed(target constant name file...): makes NAME.h with a string constant of the files' content, one after the
# other, for #include. Files are named from the current folder or in full. They are part of the program, so nothing is
# looked up at run time.
function(csgis_embed target constant name)
  set(content "")
  foreach(file ${ARGN})
    get_filename_component(path ${file} ABSOLUTE)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(READ ${path} part)
    string(APPEND content "${part}")
  endforeach()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  file(CONFIGURE OUTPUT ${folder}/${name}.h CONTENT [[
#pragma once
namespace csgis {
inline constexpr const char* @constant@ = R"~embedded~(@content@)~embedded~";
}  // namespace csgis
]] @ONLY)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()

# csgis_embed_table(target constant name file...): the same for several files, as pairs of plain name and content.
function(csgis_embed_table target constant name)
  set(rows "")
  foreach(path ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(READ ${path} content)
    get_filename_component(file ${path} NAME)
    string(APPEND rows "    {\"${file}\", R\"~embedded~(${content})~embedded~\"},\n")
  endforeach()
  list(LENGTH ARGN count)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  file(CONFIGURE OUTPUT ${folder}/${name}.h CONTENT [[
#pragma once
#include <array>
#include <utility>
namespace csgis {
inline constexpr std::array<std::pair<const char*, const char*>, @count@> @constant@{{
@rows@}};
}  // namespace csgis
]] @ONLY)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()

# csgis_embed(target constant file): makes NAME_EXT.h with a string constant of the file's content, for #include by its
# name ("gallery_html.h" for gallery.html). The file is part of the program, so nothing is looked up at run time.
function(csgis_embed target constant file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  file(READ ${file} content)
  get_filename_component(name ${file} NAME)
  string(REPLACE "." "_" name ${name})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  file(CONFIGURE OUTPUT ${folder}/${name}.h CONTENT [[
#pragma once
namespace csgis {
inline constexpr const char* @constant@ = R"~embedded~(@content@)~embedded~";
}  // namespace csgis
]] @ONLY)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()

# Manual pages and completions, as the program itself tells them: made after it is linked, installed where man, bash and
# zsh look for them.
set(manuals ${PROJECT_BINARY_DIR}/manuals)
find_program(CSGIS_GZIP gzip)
mark_as_advanced(CSGIS_GZIP)
set(compress "")
if(CSGIS_GZIP)
  set(compress COMMAND sh -c "${CSGIS_GZIP} -9nf ${manuals}/man1/*.1")  # -n: the same bytes from every build
endif()
add_custom_command(
  OUTPUT ${manuals}/stamp
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${manuals}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${manuals}
  COMMAND csgis man --out ${manuals}/man1
  ${compress}
  COMMAND sh -c "$<TARGET_FILE:csgis> completion bash > ${manuals}/csgis"
  COMMAND sh -c "$<TARGET_FILE:csgis> completion zsh > ${manuals}/_csgis"
  COMMAND ${CMAKE_COMMAND} -E touch ${manuals}/stamp
  DEPENDS csgis COMMENT "Manual pages and completions" VERBATIM)
add_custom_target(csgis_manuals ALL DEPENDS ${manuals}/stamp)

install(DIRECTORY ${manuals}/man1/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT runtime)
install(FILES ${manuals}/csgis DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT runtime)
install(FILES ${manuals}/_csgis DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT shell)

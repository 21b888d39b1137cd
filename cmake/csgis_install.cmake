# The CMake package: find_package(csgis) gives csgis::core, csgis::imaging, csgis::datagen, csgis::pipelines.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/csgis)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/csgisConfig.cmake.in
  ${PROJECT_BINARY_DIR}/csgisConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/csgisConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/csgisConfig.cmake ${PROJECT_BINARY_DIR}/csgisConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/csgis_packages.cmake DESTINATION ${package_folder})
install(FILES ${PROJECT_BINARY_DIR}/generated/core/version.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/csgis/core)
install(EXPORT csgisTargets NAMESPACE csgis:: DESTINATION ${package_folder})

# Installing, and a .deb by CPack: cmake --build build/release && (cd build/release && cpack -G DEB)
include(GNUInstallDirs)
set(generated ${CMAKE_CURRENT_BINARY_DIR}/install)
add_custom_command(
  OUTPUT ${generated}/inquest.1.gz
  COMMAND ${PROJECT_SOURCE_DIR}/tools/install_files $<TARGET_FILE:inquest> ${generated}
  DEPENDS inquest tools/install_files docs/inquest.1 CHANGELOG.md
  VERBATIM)
add_custom_target(installed_files ALL DEPENDS ${generated}/inquest.1.gz)

install(TARGETS inquest DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${generated}/inquest.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${generated}/inquest.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME inquest)
install(FILES ${generated}/_inquest DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES README.md docs/report-schema.json ${generated}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME inquest)
set(CPACK_PACKAGE_CONTACT "The inquest developers <inquest@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Reads a kernel log in any state (dmesg, serial console, journal, syslog, mail,
a paste) or a kernel dump, finds every crash in it, explains the fault, names
the known issue behind it, works out whether this kernel is affected, and
prints the commands of the remedy with their risks.")
include(CPack)

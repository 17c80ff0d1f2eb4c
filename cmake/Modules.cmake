# inquest_module(NAME [PLUGINS folder Type accessor header]... [LINK lib...])
#
# One folder of src/ as a static library. Every *.cpp in it belongs to it, except main.cpp and x_test.cpp (the unit tests of
# x.cpp, collected into ONE test binary per module: inquest_NAME_test).
#
# PLUGINS: each FOLDER/x.cpp defines `extern const Type plugin_FOLDER_x;` (dashes in file names become _). A table of them is generated and
# `std::span<const Type* const> accessor()` returns it in file name order, so a plugin that is there but defines
# nothing fails the link, and nothing is dropped silently as self-registering statics in archives are.

function(inquest_plugins name folder type accessor header)
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER files EXCLUDE REGEX "_test\\.cpp$")
  list(SORT files)
  set(declarations "")
  set(entries "")
  foreach(file ${files})
    get_filename_component(stem ${file} NAME_WE)
    string(MAKE_C_IDENTIFIER "plugin_${folder}_${stem}" symbol)
    string(APPEND declarations "extern const ${type} ${symbol};\n")
    string(APPEND entries "    &${symbol},\n")
  endforeach()
  if(entries)
    set(body "static const ${type}* const kTable[] = {\n${entries}};\n\nstd::span<const ${type}* const> ${accessor}() { return kTable; }")
  else()
    set(body "std::span<const ${type}* const> ${accessor}() { return {}; }")
  endif()
  set(table ${CMAKE_CURRENT_BINARY_DIR}/${folder}_table.cpp)
  file(GENERATE OUTPUT ${table} CONTENT "// Generated from the files of ${folder}/.
#include <span>

#include \"${header}\"

namespace inquest {
${declarations}
${body}
}  // namespace inquest
")
  target_sources(inquest_${name} PRIVATE ${table})
endfunction()

function(inquest_module name)
  cmake_parse_arguments(ARG "" "" "LINK;PLUGINS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  add_library(inquest_${name} STATIC ${sources})
  target_include_directories(inquest_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(inquest_${name} PUBLIC ${ARG_LINK})
  while(ARG_PLUGINS)
    list(POP_FRONT ARG_PLUGINS folder type accessor header)
    inquest_plugins(${name} ${folder} ${type} ${accessor} ${header})
  endwhile()
  if(INQUEST_TESTS AND tests)
    find_package(GTest REQUIRED)
    add_executable(inquest_${name}_test ${tests})
    target_link_libraries(inquest_${name}_test PRIVATE inquest_${name} GTest::gtest GTest::gtest_main)
    target_compile_definitions(inquest_${name}_test PRIVATE INQUEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND inquest_${name}_test)
  endif()
endfunction()

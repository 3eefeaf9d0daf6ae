# SPDX-License-Identifier: GPL-2.0-only
# Helpers: one library per folder, one Check program per source file, one benchmark per file.

set(PHBSIM_WARNINGS -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings)
if(PHBSIM_WERROR)
  list(APPEND PHBSIM_WARNINGS -Werror)
endif()
set(PHBSIM_INSTRUMENT)
if(PHBSIM_SANITIZE)
  list(APPEND PHBSIM_INSTRUMENT -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
endif()
if(PHBSIM_COVERAGE)
  list(APPEND PHBSIM_INSTRUMENT --coverage)
endif()
add_link_options(${PHBSIM_INSTRUMENT})

# phbsim_library(FOLDER LIBS...) - lib<FOLDER>.a of FOLDER/**.c (folders named linux, bus and elf are built elsewhere).
function(phbsim_library folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c)
  list(FILTER sources EXCLUDE REGEX "/${folder}/(linux|bus|elf)/")
  add_library(${folder} STATIC ${sources})
  target_include_directories(${folder} PUBLIC ${CMAKE_SOURCE_DIR})
  target_compile_options(${folder} PRIVATE ${PHBSIM_WARNINGS} ${PHBSIM_INSTRUMENT})
  target_link_libraries(${folder} PUBLIC ${ARGN})
endfunction()

# phbsim_check_suites(FOLDER LIBS...) - tests/FOLDER/test_*.c, one program and one ctest entry each; label unit.
function(phbsim_check_suites folder)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/test_*.c)
  foreach(source ${sources})
    get_filename_component(name ${source} NAME_WE)
    set(target ${folder}.${name})
    add_executable(${target} ${source})
    target_compile_options(${target} PRIVATE ${PHBSIM_WARNINGS} ${PHBSIM_INSTRUMENT})
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${target} PRIVATE ${ARGN} PkgConfig::CHECK)
    add_test(NAME ${target} COMMAND ${target} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${target} PROPERTIES LABELS unit TIMEOUT 300)
  endforeach()
endfunction()

# phbsim_bench(NAME LIBS...) - bench/NAME.c, not run by ctest.
function(phbsim_bench name)
  add_executable(${name} ${CMAKE_SOURCE_DIR}/bench/${name}.c)
  target_compile_options(${name} PRIVATE ${PHBSIM_WARNINGS} ${PHBSIM_INSTRUMENT})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARGN})
endfunction()

# SPDX-License-Identifier: GPL-2.0-only
# Hosting a kernel: one relocatable object per (version, page size), its globals local but for its operations table.

set(PHBSIM_KERNEL_OVERRIDES ${CMAKE_SOURCE_DIR}/kernel-model/linux/include)
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=include OUTPUT_VARIABLE PHBSIM_GCC_INCLUDE
  OUTPUT_STRIP_TRAILING_WHITESPACE)

# Hosted code is compiled as Kbuild would, but for x86 and in user space (kernel-model/README.md).
# The shim makes some POWER idioms differ on this host; UBSan names them and goes on (kernel-model/README.md).
set(PHBSIM_KERNEL_FLAGS -nostdinc -isystem ${PHBSIM_GCC_INCLUDE} -fno-strict-aliasing -fno-strict-overflow
  -fno-delete-null-pointer-checks -funsigned-char -fno-common -fPIC -ffunction-sections -fdata-sections
  -fno-builtin-sprintf -Wall -Wno-unused-but-set-variable -Wno-address-of-packed-member -Wno-pointer-sign -Wno-main
  -Wno-unused-function -Wno-format-truncation -Wno-maybe-uninitialized
  # As Kbuild has them: what would only show at the link, or at run time.
  -Werror=implicit-function-declaration -Werror=implicit-int -Werror=incompatible-pointer-types)
if(PHBSIM_SANITIZE)
  # Without asan-globals=0 every global would be a root of --gc-sections.
  list(APPEND PHBSIM_KERNEL_FLAGS -fsanitize=address,undefined --param asan-globals=0 -fno-sanitize=alignment,object-size
    -fno-omit-frame-pointer)
endif()
if(PHBSIM_COVERAGE)
  list(APPEND PHBSIM_KERNEL_FLAGS --coverage)
endif()
set(PHBSIM_KERNEL_DEFINITIONS __KERNEL__ __powerpc64__ __powerpc__ __LITTLE_ENDIAN__ _CALL_ELF=2
  # libc has functions of these names with other semantics (%pV, %pad, %ps).
  vsnprintf=km_vsnprintf snprintf=km_snprintf sprintf=km_sprintf vsprintf=km_vsprintf sscanf=km_sscanf
  vsscanf=km_vsscanf)

set(PHBSIM_HOSTED ${CMAKE_SOURCE_DIR}/kernel-model/hosted)
# The oldest series whose interfaces kernel-model/linux/km_compat.h knows; the newest is the last of the table.
set(PHBSIM_KERNEL_OLDEST 6.1)

# phbsim_kernel_tree(SOURCE OUT) - a tree of kernel sources: SOURCE is a Debian package, an archive, or a folder.
# OUT is empty where the package is not installed.
function(phbsim_kernel_tree source out)
  execute_process(COMMAND ${CMAKE_SOURCE_DIR}/cmake/extract-kernel.sh ${source} OUTPUT_VARIABLE tree
    OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE result ERROR_VARIABLE error ECHO_ERROR_VARIABLE)
  if(result EQUAL 3)
    set(tree "")
    # A file that is not there yet cannot be watched, its folder can.
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS /usr/src)
  elseif(result)
    message(FATAL_ERROR "no kernel source in ${source}: see the line above")
  endif()
  # A newer package means another tree: configure again.
  if(EXISTS /usr/src/${source}.tar.xz)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS /usr/src/${source}.tar.xz)
  endif()
  set(${out} "${tree}" PARENT_SCOPE)
endfunction()

# phbsim_kernel_version(TREE OUT) - "6.1.192", from the tree's Makefile.
function(phbsim_kernel_version tree out)
  file(STRINGS ${tree}/Makefile lines REGEX "^(VERSION|PATCHLEVEL|SUBLEVEL) = [0-9]+$" LIMIT_COUNT 3)
  string(REGEX REPLACE "[A-Z]+ = " "" version "${lines}")
  string(REPLACE ";" "." version "${version}")
  set(${out} ${version} PARENT_SCOPE)
endfunction()

# phbsim_kernel_headers(NAME TREE OUT) - generated headers in the build tree.
function(phbsim_kernel_headers name tree out)
  set(dir ${CMAKE_BINARY_DIR}/kernel/${name}/include)
  set(stamp ${dir}/.stamp)
  # The stamp holds the tree's path: generated headers name it, and a cache may move.
  set(made_from "")
  if(EXISTS ${stamp})
    file(READ ${stamp} made_from)
  endif()
  if(NOT made_from STREQUAL tree OR ${CMAKE_SOURCE_DIR}/kernel-model/gen-headers.sh IS_NEWER_THAN ${stamp})
    execute_process(COMMAND ${CMAKE_SOURCE_DIR}/kernel-model/gen-headers.sh ${tree} ${dir} ${PHBSIM_KERNEL_OVERRIDES}
      RESULT_VARIABLE result)
    if(result)
      message(FATAL_ERROR "generated headers of ${name} failed")
    endif()
    file(WRITE ${stamp} ${tree})
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/kernel-model/gen-headers.sh)
  set(${out} ${dir} PARENT_SCOPE)
endfunction()

# phbsim_kernel_rows(FILE VERSION ERA OUT) - rows of a table in kernel-model/hosted whose column KERNELS speaks of a kernel;
# the column itself and the blanks around "|" are gone.
function(phbsim_kernel_rows file column version era out)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(STRINGS ${file} lines REGEX "^[^#]")
  set(rows "")
  foreach(line ${lines})
    string(REPLACE " | " ";" fields "${line}")
    list(GET fields ${column} kernels)
    list(REMOVE_AT fields ${column})
    if(kernels STREQUAL "all" OR (era AND kernels STREQUAL era) OR
       (kernels MATCHES "^>=([0-9.]+)$" AND version VERSION_GREATER_EQUAL CMAKE_MATCH_1) OR
       (kernels MATCHES "^<([0-9.]+)$" AND version VERSION_LESS CMAKE_MATCH_1))
      string(REPLACE ";" "|" fields "${fields}")
      list(APPEND rows "${fields}")
    endif()
  endforeach()
  set(${out} "${rows}" PARENT_SCOPE)
endfunction()

# phbsim_kernel_definitions(SOURCE MODULE) - what Kbuild would define for one hosted file.
function(phbsim_kernel_definitions source module)
  get_filename_component(stem ${source} NAME_WE)
  string(MAKE_C_IDENTIFIER ${stem} stem)
  set(definitions KBUILD_MODNAME="${stem}" KBUILD_BASENAME="${stem}" KBUILD_MODFILE="${stem}"
    __KBUILD_MODNAME=kmod_${stem})
  if(NOT module STREQUAL "-")
    string(REPLACE "!" "" module ${module})
    list(APPEND definitions MODULE init_module=km_module_init_${module} cleanup_module=km_module_exit_${module})
  else()
    # Its initcalls can be called by name.
    set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS
      "-include;${PHBSIM_KERNEL_OVERRIDES}/km_initcall.h")
  endif()
  set_source_files_properties(${source} PROPERTIES COMPILE_DEFINITIONS "${definitions}")
endfunction()

# phbsim_kernel_compile(TARGET PAGE TREE HEADERS SOURCES) - object library of code that sees the kernel's headers.
# kernel_first_options: of the caller; options that come before the kernel's own.
function(phbsim_kernel_compile target page tree headers)
  add_library(${target} OBJECT ${ARGN})
  foreach(source ${ARGN})
    get_source_file_property(definitions ${source} COMPILE_DEFINITIONS)
    if(NOT definitions)
      get_filename_component(stem ${source} NAME_WE)
      set_source_files_properties(${source} PROPERTIES COMPILE_DEFINITIONS
        "KBUILD_MODNAME=\"${stem}\";KBUILD_BASENAME=\"${stem}\";KBUILD_MODFILE=\"${stem}\";__KBUILD_MODNAME=kmod_${stem}")
    endif()
  endforeach()
  target_compile_options(${target} PRIVATE ${PHBSIM_KERNEL_FLAGS} -U__x86_64__ -U__i386__ ${kernel_first_options}
    "SHELL:-iquote ${CMAKE_SOURCE_DIR}" "SHELL:-iquote ${tree}"
    -I${PHBSIM_KERNEL_OVERRIDES} -I${headers} -I${tree}/arch/powerpc/include -I${tree}/include
    -I${PHBSIM_KERNEL_OVERRIDES}/uapi -I${tree}/arch/powerpc/include/uapi -I${headers}/uapi -I${tree}/include/uapi
    "SHELL:-include ${tree}/include/linux/compiler-version.h" "SHELL:-include ${tree}/include/linux/kconfig.h"
    "SHELL:-include ${tree}/include/linux/compiler_types.h")
  target_compile_definitions(${target} PRIVATE ${PHBSIM_KERNEL_DEFINITIONS})
  if(page STREQUAL "4k")
    target_compile_definitions(${target} PRIVATE KM_PAGES_4K)
  endif()
endfunction()

# phbsim_kernel_link(ROOT NAME OUT TREE OBJECT_LIBRARIES) - one object of what table ROOT reaches; the table is called NAME.
# kernel_other_objects: of the caller; objects that are in no library of the list. kernel_link_wrap, kernel_link_rename: of the
# caller; files for cmake/link-kernel.sh.
function(phbsim_kernel_link root name out tree)
  set(objects ${kernel_other_objects})
  foreach(target ${ARGN})
    list(APPEND objects $<TARGET_OBJECTS:${target}>)
  endforeach()
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -E env LD=${CMAKE_LINKER} OBJCOPY=${CMAKE_OBJCOPY} NM=${CMAKE_NM} TREE=${tree}
      WRAP=${kernel_link_wrap} RENAME=${kernel_link_rename}
      ${CMAKE_SOURCE_DIR}/cmake/link-kernel.sh ${root} ${name} ${out} ${objects}
    DEPENDS ${CMAKE_SOURCE_DIR}/cmake/link-kernel.sh ${CMAKE_SOURCE_DIR}/cmake/kernel-needs.txt
      ${kernel_link_wrap} ${kernel_link_rename} ${ARGN} ${objects} COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Linking ${name}")
  set_source_files_properties(${out} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  # What it is made of, for kernel-model/elf.
  file(GENERATE OUTPUT ${out}.objects CONTENT "$<JOIN:${objects},\n>\n")
  # A target of its own, so that one kernel can be linked although another does not compile (CMake lets a command wait for
  # what all targets with its output have in common).
  add_custom_target(link_${name} DEPENDS ${out})
endfunction()

# phbsim_kernel_hosted(NAME TREE VERSION TABLE) - the files of kernel-model/hosted/TABLE that kernel NAME hosts from TREE. Sets in
# the caller: sources; hosted, lines of path and file; rows, for the table of the program.
function(phbsim_kernel_hosted name tree version table)
  phbsim_kernel_rows(${PHBSIM_HOSTED}/${table} 2 ${version} "" files)
  set(sources "")
  set(hosted "")
  set(rows "")
  foreach(file ${files})
    string(REPLACE "|" ";" fields "${file}")
    list(GET fields 0 path)
    list(GET fields 1 module)
    list(GET fields 2 role)
    if(NOT EXISTS ${tree}/${path})
      message(FATAL_ERROR "${name}: found no ${path} in ${tree} (Linux ${version}), expected it by "
        "kernel-model/hosted/${table}")
    endif()
    phbsim_kernel_definitions(${tree}/${path} ${module})
    list(APPEND sources ${tree}/${path})
    file(SHA256 ${tree}/${path} sum)
    string(APPEND hosted "${path} ${tree}/${path}\n")
    string(APPEND rows "\t{\"${path}\",\n\t \"${sum}\", \"${role}\"},\n")
  endforeach()
  set(sources "${sources}" PARENT_SCOPE)
  set(hosted "${hosted}" PARENT_SCOPE)
  set(rows "${rows}" PARENT_SCOPE)
endfunction()

# phbsim_host_kernel(NAME TREE ORIGIN ARCHIVE) - build kernel NAME from TREE for both page sizes and put it into the tables.
# ORIGIN: where it is from, for people. ARCHIVE: what its files are compared with; "-": nothing.
# Sets in the caller: kernel_objects (appended), kernel_tree_ID, kernel_headers_ID, kernel_archive_ID.
function(phbsim_host_kernel name tree origin archive)
  string(MAKE_C_IDENTIFIER "${name}" id)
  phbsim_kernel_version(${tree} version)
  phbsim_kernel_headers(${name} ${tree} headers)
  phbsim_kernel_hosted(${name} ${tree} ${version} files.txt)
  file(GLOB model CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/kernel-model/linux/*.c ${CMAKE_SOURCE_DIR}/vfio-model/bus/*.c)
  foreach(page 64k 4k)
    phbsim_kernel_compile(kernel_${id}_${page} ${page} ${tree} ${headers} ${sources} ${model})
    set(object ${CMAKE_BINARY_DIR}/kernel/${id}_${page}.o)
    phbsim_kernel_link(km_ops km_ops_${id}_${page} ${object} ${tree} kernel_${id}_${page})
    list(APPEND kernel_objects ${object})
  endforeach()
  phbsim_kernel_note(${name} ${version} "${origin}" "${rows}" "")
  set_property(DIRECTORY APPEND PROPERTY PHBSIM_KERNEL_LINES "${name}|${id}|${version}|${tree}|${archive}")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/kernel/${id}.files CONTENT "${hosted}")
  set(kernel_objects ${kernel_objects} PARENT_SCOPE)
  set(kernel_tree_${id} ${tree} PARENT_SCOPE)
  set(kernel_archive_${id} ${archive} PARENT_SCOPE)
  set(kernel_headers_${id} ${headers} PARENT_SCOPE)
endfunction()

# phbsim_guest_kernel(NAME) - the guest's kernel of the tree that kernel NAME was hosted from, with 64K pages: what of its
# objects and of hosted/guest.txt is reached from struct gm_ops. Sets in the caller: kernel_objects (appended).
function(phbsim_guest_kernel name)
  string(MAKE_C_IDENTIFIER "${name}" id)
  set(tree ${kernel_tree_${id}})
  phbsim_kernel_version(${tree} version)
  phbsim_kernel_hosted(${name} ${tree} ${version} guest.txt)
  file(GLOB model CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/kernel-model/linux/guest/*.c)
  phbsim_kernel_compile(guest_${id} 64k ${tree} ${kernel_headers_${id}} ${sources} ${model})
  if(PHBSIM_COVERAGE)
    # kernel/dma calls what its configuration excludes, and relies on the compiler to see that.
    target_compile_options(guest_${id} PRIVATE -O1)
  endif()
  set(object ${CMAKE_BINARY_DIR}/kernel/guest_${id}.o)
  set(kernel_link_wrap ${PHBSIM_HOSTED}/guest-wrap.txt)
  set(kernel_link_rename ${PHBSIM_HOSTED}/guest-seam.txt)
  phbsim_kernel_link(gm_ops gm_ops_${id} ${object} ${tree} kernel_${id}_64k guest_${id})
  set_property(DIRECTORY APPEND_STRING PROPERTY PHBSIM_GUEST_C "
extern const struct gm_ops gm_ops_${id};
static const struct km_hosted guest_hosted_${id}[] = {
${rows}};
")
  set_property(DIRECTORY APPEND_STRING PROPERTY PHBSIM_GUEST_DESCS "\t{\"${name}\", 64 << 10, \"${version}\", &gm_ops_${id},\n\t \
guest_hosted_${id}, sizeof(guest_hosted_${id}) / sizeof(guest_hosted_${id}[0])},\n")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/kernel/${id}.guest CONTENT "${hosted}")
  set(kernel_objects ${kernel_objects} ${object} PARENT_SCOPE)
endfunction()

# phbsim_kernel_note(NAME VERSION ORIGIN ROWS ERA) - remember what the program's table says of a kernel.
function(phbsim_kernel_note name version origin rows era)
  string(MAKE_C_IDENTIFIER "${name}" id)
  phbsim_kernel_rows(${PHBSIM_HOSTED}/environment.txt 0 ${version} "${era}" environment)
  set(around "")
  foreach(row ${environment})
    string(REPLACE "|" "\", \"" row "${row}")
    string(APPEND around "\t{\"${row}\"},\n")
  endforeach()
  set_property(DIRECTORY APPEND_STRING PROPERTY PHBSIM_KERNEL_C "
extern const struct km_ops km_ops_${id}_64k, km_ops_${id}_4k;
static const struct km_hosted hosted_${id}[] = {
${rows}};
static const struct km_environment environment_${id}[] = {
${around}};
")
  foreach(page 64k 4k)
    string(REPLACE "k" " << 10" bytes ${page})
    set_property(DIRECTORY APPEND_STRING PROPERTY PHBSIM_KERNEL_DESCS "\t{\"${name}\", ${bytes}, \"${version}\", \"${origin}\", \
&km_ops_${id}_${page},\n\t hosted_${id}, sizeof(hosted_${id}) / sizeof(hosted_${id}[0]),\n\t environment_${id}, \
sizeof(environment_${id}) / sizeof(environment_${id}[0]), \"${era}\"},\n")
  endforeach()
endfunction()

# phbsim_kernel_left_out(NAME WHY) - say so now, and in "phbsim list kernels".
function(phbsim_kernel_left_out name why)
  message(STATUS "${name} is left out: ${why}")
  set_property(DIRECTORY APPEND PROPERTY PHBSIM_KERNEL_LEFT_OUT "${name}|${why}")
endfunction()

# phbsim_kernel_list(OUT) - the kernels so far, for scripts: NAME|ID|VERSION|TREE|ARCHIVE, one a line.
function(phbsim_kernel_list out)
  get_directory_property(lines PHBSIM_KERNEL_LINES)
  string(REPLACE ";" "\n" lines "${lines}")
  file(CONFIGURE OUTPUT ${out} CONTENT "${lines}\n")
endfunction()

# phbsim_kernel_tables(OUT_C OUT_LIST) - the program's table of kernels, and the same for scripts (phbsim_kernel_list());
# the files of each are in ID.files beside it: PATH FILE [SUM ORIGIN], the last two where it is not the tree's; those of
# its guests in ID.guest; what is not
# in the program in OUT_LIST.left-out: NAME|WHY.
function(phbsim_kernel_tables out_c out_list)
  get_directory_property(text PHBSIM_KERNEL_C)
  get_directory_property(descs PHBSIM_KERNEL_DESCS)
  get_directory_property(guest_text PHBSIM_GUEST_C)
  get_directory_property(guest_descs PHBSIM_GUEST_DESCS)
  phbsim_kernel_list(${out_list})
  get_directory_property(left_out PHBSIM_KERNEL_LEFT_OUT)
  string(REPLACE ";" "\n" left_out "${left_out}")
  file(CONFIGURE OUTPUT ${out_list}.left-out CONTENT "${left_out}\n")
  file(CONFIGURE OUTPUT ${out_c} @ONLY CONTENT [[/* Generated by cmake/PhbsimKernel.cmake from what is compiled. */
#include "kernel-model/guest.h"
#include "kernel-model/kernel.h"
#include "kernel-model/kernel_internal.h"
@text@@guest_text@
const struct km_desc km_desc_table[] = {
@descs@};
const size_t km_desc_table_count = sizeof(km_desc_table) / sizeof(km_desc_table[0]);
const struct gm_desc_row gm_desc_table[] = {
@guest_descs@};
const size_t gm_desc_table_count = sizeof(gm_desc_table) / sizeof(gm_desc_table[0]);
]])
endfunction()

# phbsim_kernel_tests(OUT_C IDS) - library kernel_tests: the tests of tests/kernel-model/linux inside each kernel, as one
# more object per kernel and page size.
function(phbsim_kernel_tests out_c)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/kernel-model/linux/*.c)
  set(objects "")
  set(externs "")
  set(rows "")
  foreach(id ${ARGN})
    foreach(page 64k 4k)
      string(REPLACE "k" " << 10" bytes ${page})
      phbsim_kernel_compile(kernel_tests_${id}_${page} ${page} ${kernel_tree_${id}} ${kernel_headers_${id}} ${sources})
      phbsim_kernel_link(km_tests km_tests_${id}_${page} ${CMAKE_BINARY_DIR}/kernel/tests_${id}_${page}.o
        ${kernel_tree_${id}} kernel_${id}_${page} kernel_tests_${id}_${page})
      list(APPEND objects ${CMAKE_BINARY_DIR}/kernel/tests_${id}_${page}.o)
      string(APPEND externs "extern const struct km_tests km_tests_${id}_${page};\n")
      string(APPEND rows "\t{\"${id}\", ${bytes}, &km_tests_${id}_${page}},\n")
    endforeach()
  endforeach()
  file(CONFIGURE OUTPUT ${out_c} @ONLY CONTENT [[/* Generated by cmake/PhbsimKernel.cmake. */
#include <stddef.h>

#include "tests/kernel-model/linux/km_tests.h"

@externs@
const struct km_test_kernel km_test_kernels[] = {
@rows@};
const size_t km_test_kernel_count = sizeof(km_test_kernels) / sizeof(km_test_kernels[0]);
]])
  add_library(kernel_tests STATIC EXCLUDE_FROM_ALL ${out_c} ${objects})
  target_include_directories(kernel_tests PRIVATE ${CMAKE_SOURCE_DIR})
endfunction()

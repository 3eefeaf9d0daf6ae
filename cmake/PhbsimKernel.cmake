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
  -Wno-unused-function -Wno-format-truncation -Wno-maybe-uninitialized)
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

# phbsim_kernel_tree(VERSION OUT) - the unpacked tree of Debian's linux-source-VERSION.
function(phbsim_kernel_tree version out)
  execute_process(COMMAND ${CMAKE_SOURCE_DIR}/cmake/extract-kernel.sh ${version} OUTPUT_VARIABLE tree
    OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE result)
  if(result)
    message(FATAL_ERROR "no kernel source for Linux ${version}: see the line above")
  endif()
  # A newer package means another tree: configure again.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS /usr/src/linux-source-${version}.tar.xz)
  set(${out} ${tree} PARENT_SCOPE)
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

# phbsim_kernel_sources(LIST_FILE TREE OUT) - hosted files, with the per-file definitions Kbuild would give.
function(phbsim_kernel_sources list tree out)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list})
  file(STRINGS ${list} lines REGEX "^[^#]")
  foreach(line ${lines})
    string(REPLACE " | " ";" fields "${line}")
    list(GET fields 0 path)
    list(GET fields 1 module)
    get_filename_component(stem ${path} NAME_WE)
    string(MAKE_C_IDENTIFIER ${stem} stem)
    set(definitions KBUILD_MODNAME="${stem}" KBUILD_BASENAME="${stem}" KBUILD_MODFILE="${stem}"
      __KBUILD_MODNAME=kmod_${stem})
    if(NOT module STREQUAL "-")
      string(REPLACE "!" "" module ${module})
      list(APPEND definitions MODULE init_module=km_module_init_${module} cleanup_module=km_module_exit_${module})
    endif()
    set_source_files_properties(${tree}/${path} PROPERTIES COMPILE_DEFINITIONS "${definitions}")
    list(APPEND sources ${tree}/${path})
  endforeach()
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

# phbsim_kernel_compile(TARGET PAGE TREE HEADERS SOURCES) - object library of code that sees the kernel's headers.
function(phbsim_kernel_compile target page tree headers)
  add_library(${target} OBJECT ${ARGN})
  foreach(source ${ARGN})
    if(NOT source MATCHES "^${tree}/")
      get_filename_component(stem ${source} NAME_WE)
      set_source_files_properties(${source} PROPERTIES COMPILE_DEFINITIONS
        "KBUILD_MODNAME=\"${stem}\";KBUILD_BASENAME=\"${stem}\";KBUILD_MODFILE=\"${stem}\";__KBUILD_MODNAME=kmod_${stem}")
    endif()
  endforeach()
  target_compile_options(${target} PRIVATE ${PHBSIM_KERNEL_FLAGS} -U__x86_64__ -U__i386__
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

# phbsim_kernel_link(ROOT NAME OUT OBJECT_LIBRARIES) - one object of what table ROOT reaches; the table is called NAME.
function(phbsim_kernel_link root name out)
  set(objects "")
  foreach(target ${ARGN})
    list(APPEND objects $<TARGET_OBJECTS:${target}>)
  endforeach()
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -E env LD=${CMAKE_LINKER} OBJCOPY=${CMAKE_OBJCOPY} NM=${CMAKE_NM}
      ${CMAKE_SOURCE_DIR}/cmake/link-kernel.sh ${root} ${name} ${out} ${objects}
    DEPENDS ${CMAKE_SOURCE_DIR}/cmake/link-kernel.sh ${ARGN} ${objects} COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Linking ${name}")
  set_source_files_properties(${out} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
endfunction()

# phbsim_kernel_object(NAME PAGE TREE HEADERS SOURCES) - NAME_PAGE.o with the one global km_ops_NAME_PAGE.
function(phbsim_kernel_object name page tree headers)
  string(MAKE_C_IDENTIFIER "${name}_${page}" id)
  file(GLOB model CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/kernel-model/linux/*.c ${CMAKE_SOURCE_DIR}/vfio-model/bus/*.c)
  phbsim_kernel_compile(kernel_${id} ${page} ${tree} ${headers} ${ARGN} ${model})
  set(object ${CMAKE_BINARY_DIR}/kernel/${id}.o)
  phbsim_kernel_link(km_ops km_ops_${id} ${object} kernel_${id})
  set(kernel_object_${page} ${object} PARENT_SCOPE)
endfunction()

# phbsim_kernel_table(NAME VERSION TREE LIST_FILE OUT_C) - rows of struct km_desc with the checksums of what is compiled.
function(phbsim_kernel_table name tree list out)
  string(MAKE_C_IDENTIFIER "${name}" id)
  file(STRINGS ${tree}/.kernel-version version LIMIT_COUNT 1)
  file(STRINGS ${tree}/.package-version package LIMIT_COUNT 1)
  file(STRINGS ${list} lines REGEX "^[^#]")
  set(rows "")
  foreach(line ${lines})
    string(REPLACE " | " ";" fields "${line}")
    list(GET fields 0 path)
    list(GET fields 2 role)
    file(SHA256 ${tree}/${path} sum)
    string(APPEND rows "\t{\"${path}\",\n\t \"${sum}\", \"${role}\"},\n")
  endforeach()
  string(REPLACE "linux-" "linux-source-" archive ${name})
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT [[/* Generated by cmake/PhbsimKernel.cmake from what is compiled. */
#include "kernel-model/kernel.h"
#include "kernel-model/kernel_internal.h"

extern const struct km_ops km_ops_@id@_64k, km_ops_@id@_4k;

static const struct km_hosted hosted[] = {
@rows@};

const struct km_desc km_desc_table[] = {
	{"@name@", 65536, "@version@", "@archive@ @package@", &km_ops_@id@_64k, hosted, sizeof(hosted) / sizeof(hosted[0])},
	{"@name@", 4096, "@version@", "@archive@ @package@", &km_ops_@id@_4k, hosted, sizeof(hosted) / sizeof(hosted[0])},
};
const size_t km_desc_table_count = sizeof(km_desc_table) / sizeof(km_desc_table[0]);
]])
endfunction()

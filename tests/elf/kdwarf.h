/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_ELF_KDWARF_H
#define TESTS_ELF_KDWARF_H
/*
 * tests/elf/kdwarf.h - debug information of an object file or program: units, structures, functions. What the compiler
 * saw, not what a source says.
 */
#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct kdwarf - a file's debug information, its sections relocated as if it were loaded. */
struct kdwarf {
	Dwfl *dwfl;
	Dwfl_Module *module;
	Dwarf *dwarf;
	Dwarf_Addr bias;
};

/** kdwarf_open - Return: false when @path has none. kdwarf_close() either way. */
bool kdwarf_open(struct kdwarf *kdwarf, const char *path);
void kdwarf_close(struct kdwarf *kdwarf);

/** kdwarf_unit_fn - @name: the file that was compiled. Return: true to go on with the next unit. */
typedef bool kdwarf_unit_fn(struct kdwarf *kdwarf, Dwarf_Die *unit, const char *name, void *arg);
void kdwarf_for_each_unit(struct kdwarf *kdwarf, kdwarf_unit_fn *fn, void *arg);

/** kdwarf_find - the entry of kind @tag called @name at the top of @unit: a declaration, or the thing itself. */
bool kdwarf_find(Dwarf_Die *unit, int tag, const char *name, bool declaration, Dwarf_Die *out);

/**
 * kdwarf_member - where member @name of structure @type is, also inside of nameless unions.
 * Return: false when there is none.
 */
bool kdwarf_member(Dwarf_Die *type, const char *name, uint64_t *offset, uint64_t *bytes);

/**
 * kdwarf_signature - what a caller has to know of a function: "result(parameter, ...)", each as kind and size ("u4",
 * "s8", "struct page *"), without names, qualifiers and typedefs. Return: owned by the caller.
 */
char *kdwarf_signature(Dwarf_Die *function);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_SYMBOL_INTERNAL_H
#define SIM_SYMBOL_INTERNAL_H
/*
 * sim/symbol_internal.h - what symbol.c (names) and unwind.c (frames) share: the objects of this process, opened.
 */
#include <elfutils/libdw.h>

#include "sim/symbol.h"

/**
 * struct symbol_object - a file that was mapped into the process.
 * @begin, @end: addresses of its segments. @bias: from addresses in the file to those in the process.
 * @dwarf, @cfi: NULL when it has none.
 */
struct symbol_object {
	struct symbol_object *next;
	uintptr_t begin, end, bias;
	int fd;
	Elf *elf;
	Dwarf *dwarf;
	Dwarf_CFI *cfi;
};

/** struct symbol_names - answers for one address; owned frames. */
struct symbol_names {
	uintptr_t pc; /* 0: free */
	struct symbol_frame *frame;
	size_t count;
};

/** struct unwind_rule - where the caller's frame is, for one address; see unwind.c. */
struct unwind_rule {
	uintptr_t pc; /* 0: free */
	int32_t cfa_offset, rbp_offset;
	uint8_t kind;
};

/**
 * struct symbols - hangs off struct sim; made when first needed.
 * @names, @rules: open hash tables over addresses, of @name_size and @rule_size places, powers of two; nothing but
 * look-ups depends on their order.
 */
struct symbols {
	struct symbol_object *objects;
	struct symbol_names *names;
	size_t name_count, name_size;
	struct unwind_rule *rules;
	size_t rule_count, rule_size;
};

/** symbols_of - @sim's, made if need be. */
struct symbols *symbols_of(struct sim *sim);
/** symbol_object_at - the object that holds @pc, opened; NULL when there is none. */
struct symbol_object *symbol_object_at(struct symbols *symbols, uintptr_t pc);
/** symbol_hash - first place of @pc in a table of @size. */
static inline size_t symbol_hash(uintptr_t pc, size_t size)
{
	return (size_t)((pc * 0x9e3779b97f4a7c15ull) >> 32) & (size - 1);
}

/** symbols_destroy - close all. @symbols: may be NULL. */
void symbols_destroy(struct symbols *symbols);

#endif

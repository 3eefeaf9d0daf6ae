/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/symbol.c - objects of this process, and names of addresses in them.
 *
 * The only file that asks libdw for names. A CU is found by .debug_aranges, the line by its line table, the chain of
 * inlined calls by its DIEs.
 */
#define _GNU_SOURCE /* dl_iterate_phdr() */
#include "sim/symbol.h"

#include <dwarf.h>
#include <fcntl.h>
#include <gelf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/symbol_internal.h"

#define TABLE_MIN 64u
#define INLINE_MAX 32u

struct symbols *symbols_of(struct sim *sim)
{
	struct symbols *symbols = sim->symbols;

	if (symbols)
		return symbols;
	symbols = sim_alloc(sizeof(*symbols));
	symbols->name_size = TABLE_MIN;
	symbols->names = sim_alloc(symbols->name_size * sizeof(*symbols->names));
	symbols->rule_size = TABLE_MIN;
	symbols->rules = sim_alloc(symbols->rule_size * sizeof(*symbols->rules));
	sim->symbols = symbols;
	return symbols;
}

void symbols_destroy(struct symbols *symbols)
{
	struct symbol_object *object;

	if (!symbols)
		return;
	for (size_t i = 0; i < symbols->name_size; i++)
		free(symbols->names[i].frame);
	free(symbols->names);
	free(symbols->rules);
	while ((object = symbols->objects)) {
		symbols->objects = object->next;
		if (object->cfi)
			dwarf_cfi_end(object->cfi);
		dwarf_end(object->dwarf);
		elf_end(object->elf);
		if (object->fd >= 0)
			close(object->fd);
		free(object);
	}
	free(symbols);
}

/* ---- Objects ---- */

/** struct search - @pc: looked for. @object: its range, if it was found. */
struct search {
	uintptr_t pc;
	struct symbol_object object;
	char *path;
};

static int look_into(struct dl_phdr_info *info, size_t bytes, void *arg)
{
	struct search *search = arg;
	uintptr_t begin = UINTPTR_MAX, end = 0;

	(void)bytes;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		if (segment->p_type != PT_LOAD)
			continue;
		if (info->dlpi_addr + segment->p_vaddr < begin)
			begin = info->dlpi_addr + segment->p_vaddr;
		if (info->dlpi_addr + segment->p_vaddr + segment->p_memsz > end)
			end = info->dlpi_addr + segment->p_vaddr + segment->p_memsz;
	}
	if (search->pc < begin || search->pc >= end)
		return 0;
	search->object = (struct symbol_object){.begin = begin, .end = end, .bias = info->dlpi_addr, .fd = -1};
	/* The program itself has no name here. */
	search->path = sim_strdup(*info->dlpi_name ? info->dlpi_name : "/proc/self/exe");
	return 1;
}

struct symbol_object *symbol_object_at(struct symbols *symbols, uintptr_t pc)
{
	struct search search = {.pc = pc};
	struct symbol_object *object;

	for (object = symbols->objects; object; object = object->next)
		if (pc >= object->begin && pc < object->end)
			return object;
	if (!dl_iterate_phdr(look_into, &search))
		return NULL;
	object = sim_alloc(sizeof(*object));
	*object = search.object;
	object->next = symbols->objects;
	symbols->objects = object;
	elf_version(EV_CURRENT);
	object->fd = open(search.path, O_RDONLY | O_CLOEXEC);
	free(search.path);
	if (object->fd < 0)
		return object;
	object->elf = elf_begin(object->fd, ELF_C_READ_MMAP_PRIVATE, NULL);
	if (object->elf) {
		object->dwarf = dwarf_begin_elf(object->elf, DWARF_C_READ, NULL);
		object->cfi = dwarf_getcfi_elf(object->elf);
	}
	return object;
}

/* ---- Names ---- */

/* Our own files are known by their path in the project: this one's tells where that begins. */
static const char *shorten(const char *path)
{
	static const char here[] = __FILE__, own[] = "sim/symbol.c";
	size_t root_bytes = sizeof(here) - sizeof(own);

	if (!path)
		return "";
	return strncmp(path, here, root_bytes) ? path : path + root_bytes;
}

static const char *call_site(Dwarf_Die *cu, Dwarf_Die *inlined, uint32_t *line)
{
	Dwarf_Attribute attribute;
	Dwarf_Files *files;
	Dwarf_Word value;
	size_t n;

	*line = 0;
	if (!dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &value))
		*line = (uint32_t)value;
	if (!dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &value) &&
	    !dwarf_getsrcfiles(cu, &files, &n) && value < n)
		return shorten(dwarf_filesrc(files, value, NULL, NULL));
	return "";
}

/* The scopes around @addr, inlined ones where they were inlined; owned by the caller. */
static int find_scopes(Dwarf_Die *cu, Dwarf_Addr addr, Dwarf_Die **scopes)
{
	Dwarf_Die innermost;

	if (dwarf_getscopes(cu, addr, scopes) <= 0)
		return 0;
	innermost = (*scopes)[0];
	free(*scopes);
	return dwarf_getscopes_die(&innermost, scopes);
}

/*
 * The name that the symbol table has for @addr, or NULL. The compiler leaves code that DWARF has no function for: of
 * two equal functions it keeps one, and the other calls that.
 */
static const char *symbol_at(Elf *elf, Dwarf_Addr addr)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		Elf_Data *data = elf_getdata(section, NULL);

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB || !data || !header.sh_entsize)
			continue;
		for (size_t i = 0; i < header.sh_size / header.sh_entsize; i++) {
			GElf_Sym symbol;

			if (gelf_getsym(data, (int)i, &symbol) && GELF_ST_TYPE(symbol.st_info) == STT_FUNC &&
			    addr >= symbol.st_value && addr - symbol.st_value < symbol.st_size)
				return elf_strptr(elf, header.sh_link, symbol.st_name);
		}
	}
	return NULL;
}

static size_t collect(const struct symbol_object *object, Dwarf_Addr addr, struct symbol_frame *frame)
{
	Dwarf_Die cu, *scopes = NULL;
	const char *file = "", *name;
	Dwarf_Line *source;
	uint32_t line = 0;
	size_t count = 0;
	int n, number;

	if (!object || !object->dwarf || !dwarf_addrdie(object->dwarf, addr, &cu))
		return 0;
	source = dwarf_getsrc_die(&cu, addr);
	if (source) {
		file = shorten(dwarf_linesrc(source, NULL, NULL));
		if (!dwarf_lineno(source, &number))
			line = (uint32_t)number;
	}
	n = find_scopes(&cu, addr, &scopes);
	for (int i = 0; i < n && count < INLINE_MAX; i++) {
		bool inlined = dwarf_tag(&scopes[i]) == DW_TAG_inlined_subroutine;

		if (!inlined && dwarf_tag(&scopes[i]) != DW_TAG_subprogram)
			continue;
		name = dwarf_diename(&scopes[i]);
		frame[count++] = (struct symbol_frame){.function = name ? name : "?",
						       .file = file,
						       .unit = shorten(dwarf_diename(&cu)),
						       .line = line,
						       .inlined = inlined};
		if (!inlined)
			break;
		file = call_site(&cu, &scopes[i], &line);
	}
	if (n > 0)
		free(scopes);
	name = count ? NULL : symbol_at(object->elf, addr);
	if (name)
		frame[count++] = (struct symbol_frame){
			.function = name, .file = file, .unit = shorten(dwarf_diename(&cu)), .line = line};
	return count;
}

static void grow(struct symbols *symbols)
{
	struct symbol_names *old = symbols->names;
	size_t old_size = symbols->name_size;

	symbols->name_size *= 2;
	symbols->names = sim_alloc(symbols->name_size * sizeof(*symbols->names));
	for (size_t i = 0; i < old_size; i++) {
		size_t at = symbol_hash(old[i].pc, symbols->name_size);

		if (!old[i].pc)
			continue;
		while (symbols->names[at].pc)
			at = (at + 1) & (symbols->name_size - 1);
		symbols->names[at] = old[i];
	}
	free(old);
}

const struct symbol_frame *symbol_resolve(struct sim *sim, uintptr_t pc, size_t *n)
{
	struct symbols *symbols = symbols_of(sim);
	struct symbol_frame frame[INLINE_MAX];
	struct symbol_object *object;
	struct symbol_names *names;
	size_t at;

	sim_assert(sim, pc);
	for (at = symbol_hash(pc, symbols->name_size); symbols->names[at].pc;
	     at = (at + 1) & (symbols->name_size - 1)) {
		if (symbols->names[at].pc != pc)
			continue;
		*n = symbols->names[at].count;
		return symbols->names[at].frame;
	}
	/* A call may be the last instruction of a function: what is asked for is the call, not where it returns to. */
	object = symbol_object_at(symbols, pc - 1);
	*n = object ? collect(object, pc - 1 - object->bias, frame) : 0;
	if (!*n) {
		frame[0] = (struct symbol_frame){.function = "?", .file = "", .unit = ""};
		*n = 1;
	}
	names = &symbols->names[at];
	names->pc = pc;
	names->count = *n;
	names->frame = sim_alloc(*n * sizeof(*frame));
	memcpy(names->frame, frame, *n * sizeof(*frame));
	symbols->name_count++;
	if (2 * symbols->name_count > symbols->name_size) {
		const struct symbol_frame *found = names->frame;

		grow(symbols);
		return found;
	}
	return names->frame;
}

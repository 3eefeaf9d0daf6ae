// SPDX-License-Identifier: GPL-2.0-only
/* tests/elf/kdwarf.c - libdwfl reads object files with their relocations, libdw the rest. */
#include "tests/elf/kdwarf.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/sim.h"

static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

bool kdwarf_open(struct kdwarf *kdwarf, const char *path)
{
	*kdwarf = (struct kdwarf){.dwfl = dwfl_begin(&callbacks)};
	if (!kdwarf->dwfl)
		return false;
	kdwarf->module = dwfl_report_offline(kdwarf->dwfl, "", path, -1);
	if (!kdwarf->module || dwfl_report_end(kdwarf->dwfl, NULL, NULL))
		return false;
	kdwarf->dwarf = dwfl_module_getdwarf(kdwarf->module, &kdwarf->bias);
	return kdwarf->dwarf;
}

void kdwarf_close(struct kdwarf *kdwarf)
{
	dwfl_end(kdwarf->dwfl);
}

void kdwarf_for_each_unit(struct kdwarf *kdwarf, kdwarf_unit_fn *fn, void *arg)
{
	Dwarf_Off at = 0, next;
	size_t header;
	Dwarf_Die unit;

	for (; !dwarf_nextcu(kdwarf->dwarf, at, &next, &header, NULL, NULL, NULL); at = next) {
		const char *name;

		if (!dwarf_offdie(kdwarf->dwarf, at + header, &unit))
			continue;
		name = dwarf_diename(&unit);
		if (!fn(kdwarf, &unit, name ? name : "", arg))
			return;
	}
}

bool kdwarf_find(Dwarf_Die *unit, int tag, const char *name, bool declaration, Dwarf_Die *out)
{
	Dwarf_Die die;

	if (dwarf_child(unit, &die))
		return false;
	do {
		const char *found = dwarf_tag(&die) == tag ? dwarf_diename(&die) : NULL;

		if (found && !strcmp(found, name) && dwarf_hasattr(&die, DW_AT_declaration) == declaration) {
			*out = die;
			return true;
		}
	} while (!dwarf_siblingof(&die, &die));
	return false;
}

/* ---- Types ---- */

/* The type of @die without typedefs and qualifiers. Return: false for void. */
static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;

	return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), type) &&
	       !dwarf_peel_type(type, type);
}

static uint64_t number(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	return dwarf_formudata(dwarf_attr_integrate(die, name, &attribute), &value) ? 0 : value;
}

bool kdwarf_member(Dwarf_Die *type, const char *name, uint64_t *offset, uint64_t *bytes)
{
	Dwarf_Die die, of;
	Dwarf_Word size;

	if (dwarf_child(type, &die))
		return false;
	do {
		const char *found = dwarf_tag(&die) == DW_TAG_member ? dwarf_diename(&die) : NULL;

		if (dwarf_tag(&die) != DW_TAG_member || !type_of(&die, &of))
			continue;
		*offset = number(&die, DW_AT_data_member_location);
		if (found && !strcmp(found, name)) {
			*bytes = dwarf_aggregate_size(&of, &size) ? 0 : size; /* 0: a flexible array */
			return true;
		}
		if (!found) {
			uint64_t base = *offset;

			if (kdwarf_member(&of, name, offset, bytes)) {
				*offset += base;
				return true;
			}
		}
	} while (!dwarf_siblingof(&die, &die));
	return false;
}

static char *describe(Dwarf_Die *die, bool pointee);

static char *describe_base(Dwarf_Die *type)
{
	uint64_t encoding = number(type, DW_AT_encoding);
	bool is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;

	if (encoding == DW_ATE_boolean)
		return sim_strdup("bool");
	return sim_asprintf("%c%d", is_signed ? 's' : 'u', dwarf_bytesize(type));
}

/* Pointers to structures tell which; to anything else, that they are pointers: POWER's and our long are alike. */
static char *describe(Dwarf_Die *die, bool pointee)
{
	Dwarf_Die type;
	const char *name;
	char *inner, *text;

	if (!type_of(die, &type))
		return sim_strdup("void");
	name = dwarf_diename(&type);
	switch (dwarf_tag(&type)) {
	case DW_TAG_pointer_type:
		inner = pointee ? sim_strdup("") : describe(&type, true);
		text = sim_asprintf("%s*", inner);
		free(inner);
		return text;
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		return sim_asprintf("struct %s ", name ? name : "?");
	case DW_TAG_enumeration_type:
		return pointee ? sim_strdup("") : sim_asprintf("u%d", dwarf_bytesize(&type));
	case DW_TAG_base_type:
		return pointee ? sim_strdup("") : describe_base(&type);
	default:
		return sim_strdup("");
	}
}

char *kdwarf_signature(Dwarf_Die *function)
{
	char *text = describe(function, false), *longer, *one;
	const char *between = "(";
	Dwarf_Die die;

	if (!dwarf_child(function, &die)) {
		do {
			if (dwarf_tag(&die) == DW_TAG_formal_parameter)
				one = describe(&die, false);
			else if (dwarf_tag(&die) == DW_TAG_unspecified_parameters)
				one = sim_strdup("...");
			else
				continue;
			longer = sim_asprintf("%s%s%s", text, between, one);
			free(text);
			free(one);
			text = longer;
			between = ", ";
		} while (!dwarf_siblingof(&die, &die));
	}
	longer = sim_asprintf("%s%s)", text, *between == '(' ? "(" : "");
	free(text);
	return longer;
}

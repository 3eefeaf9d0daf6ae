/* SPDX-License-Identifier: GPL-2.0-only */
/* hw/phb/phb_gen.c - the generations of PHBs that there are. */
#include "hw/phb/phb_gen.h"

const char *const phb_gen_names[] = {"phb3", "p7ioc", "phb4", "phb5", NULL};
static const struct phb_gen *const generations[] = {&phb_gen_phb3, &phb_gen_p7ioc, &phb_gen_phb4, &phb_gen_phb5};

const struct phb_gen *phb_gen_at(uint64_t index)
{
	return generations[index];
}

// SPDX-License-Identifier: GPL-2.0-only
/* kernel-model/opal/opal_gen.c - the generations of PHBs that this firmware knows. */
#include "kernel-model/opal/opal_internal.h"

static const struct opal_gen *const generations[] = {&opal_gen_p7ioc, &opal_gen_phb3, &opal_gen_phb4, &opal_gen_phb5};

const struct opal_gen *opal_gen_find(enum platform_phb_type type)
{
	size_t i;

	for (i = 0; i < sim_count_of(generations); i++) {
		if (generations[i]->type == type)
			return generations[i];
	}
	return NULL;
}

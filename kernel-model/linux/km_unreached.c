// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_unreached.c - functions that hosted code links to but that no modelled path reaches: each says
 * so in a finding when called after all, and answers "nothing".
 *
 * Declared here without their headers on purpose: a prototype of their own for a call that is an error in any case.
 */
#include "kernel-model/host.h"

#define KM_UNREACHED(name)                                                                            \
	unsigned long name(void);                                                                     \
	unsigned long name(void)                                                                      \
	{                                                                                             \
		host_finding("kernel-unimplemented", #name "() was reached, which is not modelled"); \
		return 0;                                                                             \
	}

/* lib/vsprintf.c: %pOF with flags (device tree nodes), %pt (times), hashed %p. */
KM_UNREACHED(of_find_property)
KM_UNREACHED(of_prop_next_string)
KM_UNREACHED(of_property_read_string)
KM_UNREACHED(time64_to_tm)
KM_UNREACHED(siphash_1u64)
/* vfio_main.c: dirty page tracking, which no device here offers. */
KM_UNREACHED(iova_bitmap_alloc)
KM_UNREACHED(iova_bitmap_for_each)
KM_UNREACHED(iova_bitmap_free)

/* lib/vsprintf.c: tables of %pGp, %pGg, %pGv and %pU. */
const unsigned long gfpflag_names[2], pageflag_names[2], vmaflag_names[2];
const unsigned char uuid_index[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
const unsigned char guid_index[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

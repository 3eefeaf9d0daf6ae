/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_UNREACHED_H
#define KM_UNREACHED_H
/*
 * kernel-model/linux/km_unreached.h - a function that hosted code links to but that no modelled path reaches: it says so in
 * a finding when called after all, and answers "nothing".
 */
#include "kernel-model/host.h"

#define KM_UNREACHED(name)                                                                            \
	unsigned long name(void);                                                                     \
	unsigned long name(void)                                                                      \
	{                                                                                             \
		host_finding("kernel-unimplemented", #name "() was reached, which is not modelled"); \
		return 0;                                                                             \
	}

/* The same, unless a guest's kernel brings its own (guest/). */
#define KM_UNREACHED_HOST(name)                \
	unsigned long name(void) __attribute__((weak)); \
	KM_UNREACHED(name)

#endif

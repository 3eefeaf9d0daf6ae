/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_INITCALL_H
#define KM_INITCALL_H
/*
 * km_initcall.h - included before every hosted file that is built in: an initcall becomes a variable km_initcall_<function>
 * instead of an entry in a section, which a relocatable link would drop. kernel-model/linux/km_initcall.c calls those that
 * a boot of this model needs, in the order of their levels. So with options of the command line: km_setup_<function>, which
 * guest/gm_entry.c calls.
 */
#include <linux/init.h>

#undef ___define_initcall
#define ___define_initcall(fn, id, __sec) \
	extern initcall_t km_initcall_##fn; \
	initcall_t km_initcall_##fn = fn;

#undef __setup_param
#define __setup_param(str, unique_id, fn, early) \
	extern int (*km_setup_##unique_id)(char *val); \
	int (*km_setup_##unique_id)(char *val) = fn

#endif

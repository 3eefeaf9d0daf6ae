/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_MODULE_H
#define KM_ASM_MODULE_H
/* asm/module.h - replaces the POWER header: it emits a .stubs section by assembly. */
#include <asm-generic/module.h>
#endif

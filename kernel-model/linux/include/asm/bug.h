/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_BUG_H
#define KM_ASM_BUG_H
/* asm/bug.h - replaces the POWER header: trap instructions and a bug table. WARN and BUG become calls of the model. */
#include <asm/asm-compat.h>
#include <asm-generic/bug.h>

struct pt_regs;
extern void die(const char *, struct pt_regs *, long);
#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* asm/reg.h - the POWER header, but for one global register variable (r1). */
#define register extern
#include_next <asm/reg.h>
#undef register

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_PACA_H
#define KM_ASM_PACA_H
/* asm/paca.h - replaces the POWER header: local_paca is a global register variable (r13), which x86 would take literally. */
#define register extern
#define local_paca km_local_paca_register
#include_next <asm/paca.h>
#undef register
#undef local_paca
extern struct paca_struct km_paca;
#define local_paca (&km_paca)
#undef get_paca
#define get_paca() (&km_paca)
#endif

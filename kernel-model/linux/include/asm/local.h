/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_LOCAL_H
#define KM_ASM_LOCAL_H
/* asm/local.h - replaces the POWER header: ldarx/stdcx. sequences. */
#include <asm-generic/local.h>
#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_CURRENT_H
#define KM_ASM_CURRENT_H
/* asm/current.h - replaces the POWER header: current lives in the PACA behind r13. The scheduler of the model keeps it. */
#include <linux/compiler.h>

struct task_struct;
extern struct task_struct *km_current;
#define get_current() km_current
#define current get_current()
#endif

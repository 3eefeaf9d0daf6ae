/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_PERCPU_H
#define KM_ASM_PERCPU_H
/* asm/percpu.h - replaces the POWER header: the offset lives in the PACA. */
extern unsigned long km_percpu_offset; /* of the CPU that the running task is on */
#define __my_cpu_offset km_percpu_offset
#define percpu_first_chunk_is_paged false
#include <asm-generic/percpu.h>
#include <asm/paca.h>
#endif

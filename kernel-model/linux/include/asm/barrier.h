/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_BARRIER_H
#define KM_ASM_BARRIER_H
/* asm/barrier.h - replaces the POWER header: sync and lwsync. One host thread runs all tasks: compiler barriers are enough. */
#define mb() __asm__ __volatile__("" ::: "memory")
#define rmb() mb()
#define wmb() mb()
#define dma_rmb() mb()
#define dma_wmb() mb()
#define __smp_mb() mb()
#define __smp_rmb() mb()
#define __smp_wmb() mb()
#define barrier_nospec() do { } while (0)
#define data_barrier(x) do { (void)(x); } while (0)
#include <asm-generic/barrier.h>
#endif

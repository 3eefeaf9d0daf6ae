/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_BARRIER_H
#define KM_ASM_BARRIER_H
/*
 * asm/barrier.h - replaces the POWER header: sync and lwsync. One host thread runs all tasks, so a compiler barrier is
 * enough; a full barrier towards devices (sync) costs time. Those between processors are part of what uses them.
 */
extern void km_charge_sync(void);
#define mb() km_charge_sync()
#define rmb() mb()
#define wmb() mb()
#define dma_rmb() __smp_mb()
#define dma_wmb() __smp_mb()
#define __smp_mb() __asm__ __volatile__("" ::: "memory")
#define __smp_rmb() __smp_mb()
#define __smp_wmb() __smp_mb()
#define barrier_nospec() do { } while (0)
#define data_barrier(x) do { (void)(x); } while (0)
#include <asm-generic/barrier.h>
#endif

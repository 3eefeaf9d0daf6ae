/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_VDSO_PROCESSOR_H
#define KM_ASM_VDSO_PROCESSOR_H
/* asm/vdso/processor.h - replaces the POWER header: thread priorities are forms of "or" and "wait". Nobody spins here. */
#define HMT_very_low() do { } while (0)
#define HMT_low() do { } while (0)
#define HMT_medium_low() do { } while (0)
#define HMT_medium() do { } while (0)
#define HMT_medium_high() do { } while (0)
#define HMT_high() do { } while (0)
#define cpu_relax() barrier()
#endif

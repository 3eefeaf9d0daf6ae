/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_ENGINE_H
#define KERNEL_MODEL_ENGINE_H
/*
 * kernel-model/engine.h - what the kernel's own drivers of dma-engines (kernel-model/linux/km_engine.c) offer to processes:
 * a device node "/dev/engine-0000:03:00.0" with one ioctl, and read(), which copies the driver's buffer. Builtin types only:
 * both sides compile it.
 */
#define KM_ENGINE_PATH "/dev/engine-"
#define KM_ENGINE_BUFFER_BYTES 0x10000u

/* Names of the drivers, for struct km_ops.set_driver: they differ in what they do for error recovery. */
#define KM_ENGINE_RESET "engine"	   /* asks for a reset and goes on after it */
#define KM_ENGINE_THAW "engine-thaw"	   /* goes on without a reset */
#define KM_ENGINE_UNAWARE "engine-unaware" /* has no callbacks: is removed and probed again */

#define KM_ENGINE_RUN 0x4501u
/* The driver has a bug: it tells the device an address that it never mapped. */
#define KM_ENGINE_STRAY 1u
/* The driver looks at a register of its device first, as drivers do that poll. */
#define KM_ENGINE_LOOK 2u

/**
 * struct km_engine_job - argument of KM_ENGINE_RUN: the device fills the driver's buffer with its pattern.
 * @seed: of the pattern. @bytes: up to KM_ENGINE_BUFFER_BYTES, a multiple of 256. @flags: KM_ENGINE_.
 * @bus_addr: out: where the device was told to write.
 * ioctl returns 0; -EIO: the device is frozen or did not end in time; -ENODEV: the driver is gone.
 */
struct km_engine_job {
	unsigned long long seed, bytes, bus_addr;
	unsigned int flags, reserved;
};

#endif

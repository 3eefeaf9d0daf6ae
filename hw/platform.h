/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PLATFORM_H
#define HW_PLATFORM_H
/*
 * hw/platform.h - the seam between software and hardware: what software can do to the machine, as a table of
 * functions with builtin types only. kernel-model/ knows no other part of hw/ (except register layouts).
 *
 * Values of registers are in host order; RAM is bytes. Everything here may be called from a task only
 * where it says "yields".
 */

#define PLATFORM_MAX_PHBS 16

typedef unsigned long long platform_u64;
typedef unsigned int platform_u32;
typedef unsigned char platform_u8;

/** enum platform_phb_type - which generation a PHB is. */
enum platform_phb_type { PLATFORM_PHB_P7IOC = 1, PLATFORM_PHB_PHB3 = 2, PLATFORM_PHB_PHB4 = 3, PLATFORM_PHB_PHB5 = 4 };

/* Registers on the pervasive (SCOM) bus: bases of three units per PHB; layouts in hw/regs/phb_scom_regs.h. */
#define PLATFORM_SCOM_UNITS 3
enum platform_scom_unit { PLATFORM_SCOM_NEST, PLATFORM_SCOM_PCI, PLATFORM_SCOM_INDIRECT };

/**
 * struct platform_phb - what firmware knows of one PHB.
 * @reg_base, @reg_bytes: register window (CPU real address).
 * @m32_base, @m32_bytes, @m32_pci_base: CPU window of 32-bit MMIO and the PCI address of its first byte.
 * @asb_base: its registers by the slow path that works behind a fence (P7IOC); 0: none.
 * @io_base, @io_bytes: CPU window of I/O space, whose first byte is I/O address 0 (P7IOC); 0 bytes: none.
 * @m64_base, @m64_bytes: CPU window of 64-bit MMIO, which is the same PCI address; 0 bytes: none.
 * @esb_base, @esb_bytes: CPU window of the pages of interrupt sources, hw/regs/xive_regs.h; 0 bytes: none.
 * @scom_base: addresses of its units on the pervasive bus, by enum platform_scom_unit; 0: none.
 * @pe_count: PEs of this PHB. @reserved_pe: where unknown RIDs go.
 * @lsi_base: first interrupt source number of this PHB. @msi_count: MSIs, numbered from @lsi_base... see phb3_regs.h.
 */
struct platform_phb {
	platform_u64 opal_id;
	enum platform_phb_type type;
	platform_u64 reg_base, reg_bytes, asb_base;
	platform_u64 io_base, io_bytes;
	platform_u64 m32_base, m32_bytes, m32_pci_base;
	platform_u64 m64_base, m64_bytes;
	platform_u64 esb_base, esb_bytes;
	platform_u32 scom_base[PLATFORM_SCOM_UNITS];
	platform_u32 pe_count, reserved_pe;
	platform_u32 irq_base, msi_count;
};

/**
 * struct platform_ops - what software can do. @ctx is struct platform.ctx.
 * @mmio_read, @mmio_write: CPU access of 1, 2, 4 or 8 bytes to a real address that is not RAM; charges its latency
 *                          (yields). An address nobody claims reads all ones and is counted.
 * @scom_read, @scom_write: access to a register of the pervasive bus, by word address; charges its latency (yields).
 * @charge: spend simulated time in the running task, in ps (yields).
 * @now: simulated time in ps.
 */
struct platform_ops {
	platform_u64 (*mmio_read)(void *ctx, platform_u64 real_addr, platform_u32 bytes);
	void (*mmio_write)(void *ctx, platform_u64 real_addr, platform_u64 value, platform_u32 bytes);
	platform_u64 (*scom_read)(void *ctx, platform_u32 addr);
	void (*scom_write)(void *ctx, platform_u32 addr, platform_u64 value);
	void (*charge)(void *ctx, platform_u64 ps);
	platform_u64 (*now)(void *ctx);
};

/** platform_irq_fn - the machine raises interrupt @irq (irq_base + source); event context, must not yield. */
typedef void platform_irq_fn(void *arg, platform_u32 irq);

/**
 * struct platform - one machine as software sees it. Built by hw/machine.c (or a test's fake).
 * @ram: host address of simulated real address 0: one sparse mapping of @ram_bytes; untouched pages cost nothing.
 * @hub_base, @hub_bytes, @hub_irq: registers and interrupt of the chip around the PHBs (P7IOC); 0 bytes: none.
 * @irq_fn, @irq_arg: set by the interrupt's owner (kernel-model) before the run.
 */
struct platform {
	const struct platform_ops *ops;
	void *ctx;
	platform_u8 *ram;
	platform_u64 ram_bytes;
	platform_u64 hub_base, hub_bytes;
	platform_u32 hub_irq;
	platform_u32 phb_count;
	struct platform_phb phb[PLATFORM_MAX_PHBS];
	platform_irq_fn *irq_fn;
	void *irq_arg;
};

#endif

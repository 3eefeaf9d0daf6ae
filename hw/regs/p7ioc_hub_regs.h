/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_P7IOC_HUB_REGS_H
#define HW_REGS_P7IOC_HUB_REGS_H
/*
 * hw/regs/p7ioc_hub_regs.h - registers of the P7IOC around its six PHBs: error macros of its units (LEM), what gathers
 * them (GEM), fences, resets, its own interrupt. Offsets from the chip's first window (GX BAR 1).
 *
 * Facts from skiboot (include/p7ioc-regs.h, include/p7ioc.h, hw/p7ioc.c, hw/p7ioc-inits.c, commit 16b7ae641^).
 */
#include "hw/ppc_bits.h"

/* clang-format off */

/* The first window: PHBs by the slow path (ASB), by the fast one (AIB), the chip itself, I/O space from 16 MiB on. */
#define P7IOC_PHBS 6u
#define P7IOC_ASB_OFFSET 0x0u
#define P7IOC_AIB_OFFSET 0x80000u
#define P7IOC_PHB_STRIDE 0x10000u
#define P7IOC_HUB_OFFSET 0x3c0000u
#define P7IOC_HUB_BYTES 0x40000u
#define P7IOC_HUB_LAST (P7IOC_HUB_OFFSET + P7IOC_HUB_BYTES - 8)

/* A local error macro, from its base. A PHB has its own at 0xc00 (hw/regs/phb_regs.h). */
#define P7IOC_LEM_FIR 0x00
#define P7IOC_LEM_FIR_AND 0x08
#define P7IOC_LEM_FIR_OR 0x10
#define P7IOC_LEM_MASK 0x18
#define P7IOC_LEM_MASK_AND 0x20
#define P7IOC_LEM_MASK_OR 0x28
#define P7IOC_LEM_ACTION0 0x30
#define P7IOC_LEM_ACTION1 0x38
#define P7IOC_LEM_WOF 0x40

/* Units. The number is the bit of the GEM's registers that stands for the unit. */
#define P7IOC_BI_UP_LEM 0x3c0000u
#define P7IOC_BI_DOWN_LEM 0x3c0050u
#define P7IOC_CI_STRIDE 0x1000u
#define P7IOC_CI_LEM(port) (0x3d0200u + (port) * P7IOC_CI_STRIDE)
#define P7IOC_RGC_LEM 0x3e1e00u
#define   P7IOC_RGC_LEM_FENCE PPC_BIT(18) /* a PHB is fenced: informational, skiboot clears it after a reset */
#define P7IOC_MISC_LEM 0x3ea000u
#define P7IOC_I2C_LEM 0x3eb000u
#define P7IOC_GEM_RGC 1u
#define P7IOC_GEM_BI_UP 2u
#define P7IOC_GEM_BI_DOWN 3u
#define P7IOC_GEM_CI(port) (4u + (port))
#define P7IOC_GEM_PHB(n) (16u + (n))
#define P7IOC_GEM_MISC 24u
#define P7IOC_GEM_I2C 25u
#define P7IOC_CI_PORTS 8u /* 0 up, 1 the chip itself, then the PHBs */
#define P7IOC_CI_PHB_PORT(n) (2u + (n))

/* Bus interface (BI) and crossbar (CI). */
#define P7IOC_BI_LDCP_FIRST 0x3c0100u
#define P7IOC_BI_FENCE_STATUS 0x3c0130u
#define P7IOC_CI_CONFIG(port) (0x3d0000u + (port) * P7IOC_CI_STRIDE)
#define P7IOC_CI_STATUS(port) (0x3d0008u + (port) * P7IOC_CI_STRIDE)
#define P7IOC_CI_LDCP(port) (0x3d0010u + (port) * P7IOC_CI_STRIDE)
#define P7IOC_CI_ROUTE_FIRST 0x3d0400u
#define P7IOC_CI_ROUTE_LAST 0x3d06f8u

/* Global error macro. */
#define P7IOC_GEM_XFIR 0x3e0008u
#define P7IOC_GEM_RFIR 0x3e0010u
#define P7IOC_GEM_RIRQFIR 0x3e0018u
#define P7IOC_GEM_MASK 0x3e0020u
#define   P7IOC_INIT_GEM_MASK 0x000f033fffffffffull
#define P7IOC_GEM_RWOF 0x3e0028u

/* Register and global control (RGC). */
#define P7IOC_RGC_GP 0x3e1018u
#define P7IOC_RGC_AIB_BASE_FIRST 0x3e1080u
#define P7IOC_RGC_AIB_BASE_LAST 0x3e10a8u
#define P7IOC_RGC_BUID 0x3e1800u
#define   P7IOC_RGC_BUID_FIELD PPC_BITMASK(23, 31)
#define P7IOC_RGC_IODA_ADDR 0x3e1820u
#define P7IOC_RGC_IODA_DATA 0x3e1830u
#define P7IOC_RGC_IODA_LOCK 0x3e1840u
#define   P7IOC_RGC_TBL_HRT 0u
#define   P7IOC_RGC_TBL_IST 1u
#define   P7IOC_RGC_TBL_XIVT 2u
#define   P7IOC_RGC_TABLE_ENTRIES 16u
#define P7IOC_CCRR 0x3e1c00u /* resets: crossbar ports, PHBs */
#define   P7IOC_CCRR_CI_FUNCTION(n) PPC_BIT(9 + 2 * P7IOC_CI_PHB_PORT(n))
#define   P7IOC_CCRR_PHB(n) PPC_BIT(32 + (n))
#define P7IOC_RGC_CONFIG 0x3e1c08u
#define P7IOC_RGC_STATUS 0x3e1c10u
#define P7IOC_RGC_LDCP 0x3e1c18u
#define P7IOC_RGC_CREDITS 0x3e1c20u

/* Fences: two bits for each PHB. */
#define P7IOC_FENCE_SHADOW 0x3ec010u
#define   P7IOC_FENCE(n) (0x0003000000000000ull >> (4 * (n)))
#define P7IOC_FENCE_WOF 0x3ec018u
#define   P7IOC_FENCE_FIRST(n) PPC_BIT(15 + 4 * (n))

/* Classes of LEM bits by unit, as skiboot's recovery has them: what stops the chip (GXE), a PHB, and what informs. */
#define P7IOC_RGC_LEM_GXE 0xf00086e0f4fcffffull
#define P7IOC_RGC_LEM_INF 0x0fff781f0b030000ull
#define P7IOC_CI_PHB_LEM_GXE 0x5b0b000000000000ull
#define P7IOC_CI_PHB_LEM_PHB 0xa4f4000000000000ull
#define P7IOC_CI_PHB_LEM_INF 0x0000ffffffffffffull

/* Interrupt numbers, counted in blocks of 16 from the chip's base: its own, LSIs and MSIs of a PHB. */
#define P7IOC_RGC_BUID_OFFSET 0x10u
#define P7IOC_LSI_BUID_OFFSET(n) (0x40u + 0x40u * (n))
#define P7IOC_MSI_BUID_OFFSET(n) (0x60u + 0x40u * (n))

#endif

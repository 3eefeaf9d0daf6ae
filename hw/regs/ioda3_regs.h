/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_IODA3_REGS_H
#define HW_REGS_IODA3_REGS_H
/*
 * hw/regs/ioda3_regs.h - what IODA3 (PHB4 of POWER9, PHB5 of POWER10) has that IODA2 has not, or has in another format:
 * the interrupt state tables on the chip, the MMIO BARs with their domain table, fields of a TVE. All else of the
 * tables is that of hw/regs/ioda_regs.h.
 *
 * Numbers are facts taken from skiboot (include/phb4-regs.h, hw/phb4.c, commit ecebf4fb3); IBM bit numbers. The IODA3
 * specification was not available.
 */
#include "hw/regs/ioda_regs.h"

/* clang-format off */

/* Table selectors that mean something else than in IODA2; LIST, RCAM, MRT, PESTA, PESTB, TVT, TCAM, TDR, PEEV do not. */
#define IODA3_TBL_MIST 2
#define IODA3_TBL_MBT 16
#define IODA3_TBL_MDT 17

/* LIST: state of an LSI. STATE: the interrupt is asserted. */
#define IODA3_LIST_P PPC_BIT(6)
#define IODA3_LIST_Q PPC_BIT(7)
#define IODA3_LIST_STATE PPC_BIT(14)

/* MIST: state and PE of four MSIs in a doubleword; MSI n is in quarter n % 4 of doubleword n / 4, the first on top. */
#define IODA3_MIST_PER_ENTRY 4u
#define IODA3_MIST_QUARTER_BITS 16u
/* Fields of a quarter, as if it were the lowest one. */
#define IODA3_MIST_P PPC_BIT(48)
#define IODA3_MIST_Q PPC_BIT(49)
#define IODA3_MIST_PE PPC_BITMASK(52, 63)
static_assert((IODA3_MIST_P | IODA3_MIST_Q | IODA3_MIST_PE) == 0xcfff, "QEMU: bits that can be written");

/* TVE: page size codes of IODA3, and a non-translated window with bounds. */
#define   IODA3_TVT_PAGE_4K 1
#define   IODA3_TVT_PAGE_64K 5
#define   IODA3_TVT_PAGE_2M 10
#define   IODA3_TVT_PAGE_1G 19
#define IODA3_TVT_NON_TRANSLATE_50 PPC_BIT(56)
static_assert(IODA3_TVT_NON_TRANSLATE_50 == 0x80, "skiboot");

/* MBT: an MMIO BAR is two doublewords, 2 * n and 2 * n + 1. */
#define IODA3_MBT_DWORDS 2u
#define IODA3_MBT_ENABLE PPC_BIT(0) /* in both doublewords */
#define IODA3_MBT0_M32 PPC_BIT(1)
#define IODA3_MBT0_MODE PPC_BITMASK(2, 3)
#define   IODA3_MBT_MODE_SEGMENT 0 /* the segment's number is its PE */
#define   IODA3_MBT_MODE_MDT 1     /* a column of the MDT says whose it is */
#define   IODA3_MBT_MODE_SINGLE 2
#define IODA3_MBT0_DIVISOR PPC_BITMASK(4, 5) /* mode SEGMENT: as many as there are PEs, 128, 64, 8 segments */
#define IODA3_MBT0_COLUMN PPC_BITMASK(4, 5)  /* mode MDT: A to D */
#define IODA3_MBT0_BASE PPC_BITMASK(8, 51)
#define IODA3_MBT1_MASK PPC_BITMASK(8, 51)
#define IODA3_MBT1_PE PPC_BITMASK(55, 63)    /* mode SINGLE: the PE; mode SEGMENT: the PE of the first segment */
#define   IODA3_MBT_ADDR_SHIFT 12
static_assert(IODA3_MBT0_BASE == 0x00fffffffffff000ull && IODA3_MBT0_MODE == 0x3000000000000000ull, "skiboot");
static_assert(IODA3_MBT0_DIVISOR == 0x0c00000000000000ull && IODA3_MBT1_PE == 0x1ff, "skiboot");

/* MDT: PEs of one segment number, for the four columns. */
#define IODA3_MDT_A PPC_BITMASK(0, 15)
#define IODA3_MDT_B PPC_BITMASK(16, 31)
#define IODA3_MDT_C PPC_BITMASK(32, 47)
#define IODA3_MDT_D PPC_BITMASK(48, 63)

#endif

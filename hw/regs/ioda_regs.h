/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_IODA_REGS_H
#define HW_REGS_IODA_REGS_H
/*
 * hw/regs/ioda_regs.h - IODA2 tables: selectors of the on-chip ones, and the entries of all of them.
 *
 * Numbers are facts taken from skiboot (include/phb3-regs.h, hw/phb3.c, commit ecebf4fb3), Linux 6.1
 * (arch/powerpc/platforms/powernv) and LoPAR 2.9 (TCE format); IBM bit numbers. The IODA2 specification was not
 * available.
 */
#include <assert.h>

#include "hw/ppc_bits.h"

/* clang-format off */

/* Table selectors: IODA_ADDR TSEL. */
#define IODA2_TBL_LIST 1
#define IODA2_TBL_LXIVT 2
#define IODA2_TBL_IVC_CAM 3
#define IODA2_TBL_RBA 4
#define IODA2_TBL_RCAM 5
#define IODA2_TBL_MRT 6
#define IODA2_TBL_PESTA 7
#define IODA2_TBL_PESTB 8
#define IODA2_TBL_TVT 9
#define IODA2_TBL_TCAM 10
#define IODA2_TBL_TDR 11
#define IODA2_TBL_M64BT 16
#define IODA2_TBL_M32DT 17
#define IODA2_TBL_PEEV 20
#define IODA_TBL_COUNT 32 /* five bits of selector */

/* Tables in memory: RTT, one 16-bit PE number per RID; PEST, two doublewords per PE. PELT-V rows have a bit per PE. */
#define IODA2_RTT_COUNT 65536u
#define IODA2_RTT_BYTES (2u * IODA2_RTT_COUNT)
#define IODA2_PEST_ROW_BYTES 16u
static_assert(IODA2_RTT_BYTES == 128 * 1024, "skiboot: RTT_TABLE_SIZE");

/* TVE, translated window. */
#define IODA2_TVT_TABLE_ADDR PPC_BITMASK(0, 47)	 /* real address >> 12 of the first-level table */
#define IODA2_TVT_NUM_LEVELS PPC_BITMASK(48, 50) /* levels - 1; 0..4 */
#define IODA2_TVT_TABLE_SIZE PPC_BITMASK(51, 55) /* log2(bytes of one level's table) - 11; 0: invalid */
#define IODA2_TVT_PAGE_SIZE PPC_BITMASK(59, 63)	 /* log2(page bytes) - 11; 0: not translated */
#define   IODA2_TVT_TABLE_ADDR_SHIFT 12
#define   IODA2_TVT_TABLE_SIZE_SHIFT 11
#define   IODA2_TVT_PAGE_SIZE_SHIFT 11
#define   IODA2_TVT_LEVELS_MAX 5
/* Page size codes of PHB3 (skiboot). */
#define   IODA2_TVT_PAGE_4K 1
#define   IODA2_TVT_PAGE_64K 5
#define   IODA2_TVT_PAGE_16M 13
#define   IODA2_TVT_PAGE_256M 17
/* TVE, non-translated window: bits of the PCI address (LSB-0) [47:24], then [49:48]. */
#define IODA2_TVT_REAL_START PPC_BITMASK(0, 23)
#define IODA2_TVT_REAL_END PPC_BITMASK(24, 47)
#define IODA2_TVT_REAL PPC_BIT(51)
#define IODA2_TVT_REAL_START_HI PPC_BITMASK(52, 53)
#define IODA2_TVT_REAL_END_HI PPC_BITMASK(54, 55)
#define   IODA2_TVT_REAL_SHIFT 24
#define   IODA2_TVT_REAL_HI_SHIFT 48
static_assert(IODA2_TVT_TABLE_ADDR == 0xffffffffffff0000ull && IODA2_TVT_NUM_LEVELS == 0xe000, "skiboot");
static_assert(IODA2_TVT_TABLE_SIZE == 0x1f00 && IODA2_TVT_PAGE_SIZE == 0x1f, "skiboot");
static_assert(IODA2_TVT_REAL == 0x1000, "skiboot: bit 51");

/* DMA addresses (LSB-0): bits 63:60 class, bit 59 chooses one of the PE's two TVEs. */
#define IODA2_ADDR_CLASS_SHIFT 60
#define IODA2_ADDR_TVE_SELECT (1ull << 59)
#define IODA2_ADDR_TVE_SELECT_SHIFT 59
#define IODA2_TVES_PER_PE 2
#define IODA2_MSI32_BASE 0xffff0000ull
#define IODA2_MSI32_BYTES 0x10000ull
#define IODA2_MSI64_CLASS 1
#define   IODA2_MSI_ADDR_SHIFT 4 /* vector = (address >> 4 & 0xffff) | (data & 0x1f) */
#define   IODA2_MSI_ADDR_MASK 0xffffull
#define   IODA2_MSI_DATA_MASK 0x1fu
#define   IODA2_MSI_BYTES 4

/* TCE (LoPAR 2.9): in memory, big-endian. */
#define TCE_RPN PPC_BITMASK(0, 51)
#define TCE_WRITE PPC_BIT(62) /* device may write memory */
#define TCE_READ PPC_BIT(63)  /* device may read memory */
#define TCE_CONTROL PPC_BITMASK(62, 63)
#define TCE_BYTES 8
#define TCE_INDEX_SHIFT 3
static_assert(TCE_RPN == 0xfffffffffffff000ull && TCE_WRITE == 2 && TCE_READ == 1, "LoPAR");

/* PEST: doubleword A, then B. On the chip bit 0 of each; the record of what happened is in memory. */
#define IODA2_PESTA_MMIO_FROZEN PPC_BIT(0)
#define IODA2_PESTA_MMIO_CAUSE PPC_BIT(2)
#define IODA2_PESTA_CFG_READ PPC_BIT(3)
#define IODA2_PESTA_CFG_WRITE PPC_BIT(4)
#define IODA2_PESTA_TRANS_TYPE PPC_BITMASK(5, 7)
#define   IODA2_PEST_DMA_WRITE 0
#define   IODA2_PEST_MSI 1
#define   IODA2_PEST_DMA_READ 2
#define   IODA2_PEST_DMA_READ_RESPONSE 3
#define   IODA2_PEST_MMIO_LOAD 4
#define   IODA2_PEST_MMIO_STORE 5
#define   IODA2_PEST_OTHER 7
#define IODA2_PESTA_CA_RETURNED PPC_BIT(8)
#define IODA2_PESTA_UR_RETURNED PPC_BIT(9)
#define IODA2_PESTA_NONFATAL PPC_BIT(10)
#define IODA2_PESTA_FATAL PPC_BIT(11)
#define IODA2_PESTA_UNCORRECTABLE PPC_BIT(13)
#define IODA2_PESTA_CORRECTABLE PPC_BIT(14)
#define IODA2_PESTA_PCIE_INTERRUPT PPC_BIT(15)
#define IODA2_PESTA_IODA_ERROR PPC_BIT(16) /* shared with the MMIO translate error */
#define IODA2_PESTA_TCE_PAGE_FAULT PPC_BIT(18)
#define IODA2_PESTA_TCE_ACCESS_FAULT PPC_BIT(19)
#define IODA2_PESTA_DMA_RESP_TIMEOUT PPC_BIT(20)
#define IODA2_PESTA_AIB_SIZE PPC_BIT(21)
#define IODA2_PESTA_LEM_BIT PPC_BITMASK(26, 31)
#define IODA2_PESTA_RID PPC_BITMASK(32, 47)
#define IODA2_PESTA_MSI_DATA PPC_BITMASK(48, 63)
#define IODA2_PESTB_DMA_STOPPED PPC_BIT(0)
#define IODA2_PESTB_FAIL_ADDR PPC_BITMASK(3, 63)
static_assert(IODA2_PESTA_TRANS_TYPE == 0x0700000000000000ull && IODA2_PESTA_UR_RETURNED == 0x0040000000000000ull, "skiboot");
static_assert(IODA2_PESTA_TCE_PAGE_FAULT == 0x0000200000000000ull, "skiboot");
static_assert(IODA2_PESTA_TCE_ACCESS_FAULT == 0x0000100000000000ull, "skiboot");
static_assert(IODA2_PESTA_LEM_BIT == 0x0000003f00000000ull && IODA2_PESTA_RID == 0x00000000ffff0000ull, "skiboot");
static_assert(IODA2_PESTB_FAIL_ADDR == 0x1fffffffffffffffull, "skiboot");

/*
 * Bits of the LEM fault isolation register that a PEST record names: those of POWER9 and POWER10 (hostboot p9_phb.rule).
 * Which of them a PHB3 shares says hw/phb/phb3.c.
 */
#define PHB_LEM_AIB_ADDRESS 1
#define PHB_LEM_AIB_ACCESS 2
#define PHB_LEM_INJECT_OUTBOUND 3
#define PHB_LEM_OUT_FATAL 10
#define PHB_LEM_CFG_WRITE 12
#define PHB_LEM_CFG_LOGIC 15
#define PHB_LEM_ERR_GROUP_FATAL 21
#define PHB_LEM_ERR_GROUP_INF 22
#define PHB_LEM_PCIE_MACRO_ERROR 31
#define PHB_LEM_MSI_PE_MISMATCH 33
#define PHB_LEM_MSI_ADDRESS 34
#define PHB_LEM_TVT_ERROR 35
#define PHB_LEM_ERR_FATAL 36
#define PHB_LEM_ERR_NONFATAL 37
#define PHB_LEM_ERR_CORRECTABLE 38
#define PHB_LEM_INJECT_INBOUND 39
#define PHB_LEM_ARB_FATAL 40
#define PHB_LEM_TABLE_BAR_DISABLED 41
#define PHB_LEM_COMPLETION_ERROR 42
#define PHB_LEM_TLP_POISONED 46
#define PHB_LEM_RTT_PE_INVALID 47
#define PHB_LEM_MRG_FATAL 48
#define PHB_LEM_MRG_BAR_DISABLED 49
#define PHB_LEM_TCE_PAGE_ACCESS 56
#define PHB_LEM_TCE_UNEXPECTED_RESPONSE 58
#define PHB_LEM_TCE_FATAL 59

/* IVE: doubleword 0 of an interrupt vector in memory. */
#define IODA2_IVE_SERVER PPC_BITMASK(0, 23)
#define IODA2_IVE_PRIORITY PPC_BITMASK(24, 31)
#define   IODA2_IVE_PRIORITY_MASKED 0xff
#define IODA2_IVE_GEN PPC_BITMASK(37, 38) /* QEMU */
#define IODA2_IVE_P PPC_BIT(39)
#define IODA2_IVE_Q PPC_BIT(47)
#define IODA2_IVE_PE PPC_BITMASK(48, 63)
static_assert(IODA2_IVE_P == 0x0000000001000000ull && IODA2_IVE_Q == 0x0000000000010000ull, "skiboot");

/* On-chip interrupt vectors of the LSIs. */
#define IODA2_LXIVT_SERVER PPC_BITMASK(8, 23)
#define IODA2_LXIVT_PRIORITY PPC_BITMASK(24, 31)
#define IODA2_LXIVT_NODE_ID PPC_BITMASK(56, 63)

/* MMIO: PE of an M32 segment; M64 BARs. */
#define IODA2_M32DT_PE PPC_BITMASK(8, 15)
#define IODA2_M64BT_ENABLE PPC_BIT(0)
#define IODA2_M64BT_SINGLE_PE PPC_BIT(1)
#define IODA2_M64BT_BASE PPC_BITMASK(2, 31)
#define IODA2_M64BT_MASK PPC_BITMASK(34, 63)
#define IODA2_M64BT_SINGLE_BASE PPC_BITMASK(2, 26)
#define IODA2_M64BT_PE_HI PPC_BITMASK(27, 31)
#define IODA2_M64BT_SINGLE_MASK PPC_BITMASK(34, 58)
#define IODA2_M64BT_PE_LOW PPC_BITMASK(59, 63)
static_assert(IODA2_M32DT_PE == 0x00ff000000000000ull, "skiboot");
static_assert(IODA2_M64BT_BASE == 0x3fffffff00000000ull && IODA2_M64BT_MASK == 0x3fffffff, "skiboot");
static_assert(IODA2_M64BT_SINGLE_BASE == 0x3fffffe000000000ull && IODA2_M64BT_SINGLE_MASK == 0x3fffffe0, "skiboot");

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_P7IOC_REGS_H
#define HW_REGS_P7IOC_REGS_H
/*
 * hw/regs/p7ioc_regs.h - what a PHB of the P7IOC (POWER7, IODA1) has of its own: registers, on-chip tables and their
 * entries. Registers that other generations have at the same place are in hw/regs/phb_regs.h, those of the chip around
 * the PHBs in hw/regs/p7ioc_hub_regs.h; TCEs are the same everywhere (hw/regs/ioda_regs.h).
 *
 * Numbers are facts taken from skiboot (include/p7ioc-regs.h, include/p7ioc.h, hw/p7ioc-phb.c before POWER7 was
 * dropped, commit 16b7ae641^) and Linux 6.1 (arch/powerpc/platforms/powernv/pci-ioda.c); IBM bit numbers.
 */
#include <assert.h>

#include "hw/ppc_bits.h"

/* clang-format off */

/* Sizes. */
#define P7IOC_REG_BYTES 0x1000u
#define P7IOC_PE_COUNT 128u
#define P7IOC_MSI_COUNT 256u
#define P7IOC_SOURCE_COUNT (P7IOC_MSI_COUNT + 8u) /* 8 LSIs behind the MSIs */

/* Table selectors: IODA_ADDR TSEL. */
#define IODA1_TBL_HRT 0
#define IODA1_TBL_LIST 1
#define IODA1_TBL_LXIVT 2
#define IODA1_TBL_MIST 3
#define IODA1_TBL_MXIVT 4
#define IODA1_TBL_MVT 5
#define IODA1_TBL_PELTM 6
#define IODA1_TBL_PESTA 7
#define IODA1_TBL_PESTB 8
#define IODA1_TBL_TVT 9
#define IODA1_TBL_TCAM 10
#define IODA1_TBL_TDR 11
#define IODA1_TBL_PELTV 12
#define IODA1_TBL_M64BT 16
#define IODA1_TBL_IODT 17
#define IODA1_TBL_M32DT 18
#define IODA1_TBL_M64DT 19
#define IODA1_TBL_PEEV 20

/* Entries (MIST: assumed, as many as MXIVT has; skiboot does not touch it). */
#define P7IOC_HRT_COUNT 4u
#define P7IOC_LIST_COUNT 8u
#define P7IOC_LXIVT_COUNT 8u
#define P7IOC_MIST_COUNT 256u
#define P7IOC_MXIVT_COUNT 256u
#define P7IOC_MVT_COUNT 256u
#define P7IOC_PELTM_COUNT 128u
#define P7IOC_TVT_COUNT 128u
#define P7IOC_PELTV_COUNT 128u
#define P7IOC_M64BT_COUNT 16u
#define P7IOC_IODT_COUNT 128u
#define P7IOC_M32DT_COUNT 128u
#define P7IOC_M64DT_COUNT 128u /* BAR * 8 + segment */
#define P7IOC_PEEV_COUNT 2u
#define P7IOC_M64_SEGMENTS 8u
#define P7IOC_SEGMENTS 128u /* of the I/O window and of M32 */

/* LXIVT and MXIVT. */
#define IODA1_XIVT_SERVER PPC_BITMASK(8, 23)
#define IODA1_XIVT_PRIORITY PPC_BITMASK(24, 31)
#define   IODA1_XIVT_MASKED 0xff
#define IODA1_XIVT_PE PPC_BITMASK(41, 47) /* has to be the requester's */
#define IODA1_XIVT_HUB PPC_BITMASK(58, 59)

/* MVT: who may write to this address of an MSI. */
#define IODA1_MVT_VALID PPC_BIT(0)
#define IODA1_MVT_BUS_VALID PPC_BITMASK(21, 23)
#define IODA1_MVT_BUS PPC_BITMASK(24, 31)
#define IODA1_MVT_PE PPC_BITMASK(41, 47)
#define IODA1_MVT_DEV_VALID PPC_BIT(50)
#define IODA1_MVT_DEV PPC_BITMASK(51, 55)
#define IODA1_MVT_FUNC_VALID PPC_BIT(60)
#define IODA1_MVT_FUNC PPC_BITMASK(61, 63)

/* PELTM: the requesters of the PE whose number is the index; the lowest index that matches wins. */
#define IODA1_PELTM_BUS PPC_BITMASK(0, 7)
#define IODA1_PELTM_DEV PPC_BITMASK(8, 12)
#define IODA1_PELTM_FUNC PPC_BITMASK(13, 15)
#define IODA1_PELTM_BUS_VALID PPC_BITMASK(16, 18)
#define   IODA1_BUS_ANY 0 /* 1 is not used; 2..7: this and one more of the upper bits of the bus number count */
#define   IODA1_BUS_3_BITS 2
#define   IODA1_BUS_ALL 7
#define IODA1_PELTM_DEV_VALID PPC_BIT(19)
#define IODA1_PELTM_FUNC_VALID PPC_BIT(20)
#define   IODA1_PELTM_NOBODY 0x0001f80000000000ull /* skiboot: RID 0001 exactly, which no device has */

/* TVT: doubleword 0 through DATA0, doubleword 1 through DATA1. */
#define IODA1_TVT0_TABLE_ADDR PPC_BITMASK(0, 47) /* real address >> 12 */
#define   IODA1_TVT0_TABLE_ADDR_SHIFT 12
#define IODA1_TVT0_BUS_VALID PPC_BITMASK(48, 50)
#define IODA1_TVT0_WINDOW_SIZE PPC_BITMASK(51, 55) /* log2(bytes of the window) - 26; 0: no window */
#define   IODA1_TVT0_WINDOW_SIZE_SHIFT 26
#define IODA1_TVT0_BUS PPC_BITMASK(56, 63)
#define IODA1_TVT1_DEV_VALID PPC_BIT(2)
#define IODA1_TVT1_DEV PPC_BITMASK(3, 7)
#define IODA1_TVT1_HUB PPC_BITMASK(10, 11)
#define IODA1_TVT1_FUNC_VALID PPC_BIT(12)
#define IODA1_TVT1_FUNC PPC_BITMASK(13, 15)
#define IODA1_TVT1_PAGE_SIZE PPC_BITMASK(19, 23) /* log2(page bytes) - 11 */
#define   IODA1_TVT1_PAGE_SIZE_SHIFT 11
#define   IODA1_PAGE_4K 1
#define   IODA1_PAGE_64K 5
#define   IODA1_PAGE_16M 13
#define   IODA1_PAGE_16G 23
#define IODA1_TVT1_PE PPC_BITMASK(57, 63)

/* DMA addresses: 16 windows of 256 MiB in 4 GiB. MSIs: the number of the MVE stands in the address, the XIVE's in data.
 */
#define IODA1_WINDOW_SHIFT 28
#define IODA1_WINDOWS 16u
#define IODA1_MSI32_MVE_SHIFT 4
#define IODA1_MSI64_CLASS 9
#define IODA1_MSI64_MVE_SHIFT 48
#define   IODA1_MSI_MVE_MASK 0xffu

/* MMIO: M64 BARs in units of 16 MiB; whose PE a segment is. */
#define IODA1_M64BT_ENABLE PPC_BIT(0)
#define IODA1_M64BT_BASE PPC_BITMASK(8, 31)
#define IODA1_M64BT_MASK PPC_BITMASK(40, 63)
#define   IODA1_M64BT_UNIT_SHIFT 24
#define IODA1_XXDT_PE PPC_BITMASK(0, 6)

/* PEST: as on later PHBs (hw/regs/ioda_regs.h), all of it on the chip; two causes are the P7IOC's own. */
#define IODA1_PESTA_TAG_REUSE PPC_BIT(12)
#define IODA1_PESTA_TVT_EXTENT PPC_BIT(17)

/* Fundamental register set A. */
#define P7IOC_BUID 0x100
#define   P7IOC_BUID_LSI PPC_BITMASK(7, 15)
#define   P7IOC_BUID_MSI PPC_BITMASK(23, 31)
#define   P7IOC_CONFIG_IO_EN PPC_BIT(12) /* in PHB_CONFIG */
#define P7IOC_IO_BASE_ADDR 0x170
#define P7IOC_IO_BASE_MASK 0x178
#define P7IOC_IO_START_ADDR 0x180
#define   P7IOC_TCE_KILL_PAIR PPC_BIT(0)
#define   P7IOC_TCE_KILL_ADDR PPC_BITMASK(16, 59) /* of 16 bytes of a TCE table in memory */
#define   P7IOC_IODA_ADDR_TADR PPC_BITMASK(48, 63)
#define P7IOC_IODA_DATA1 0x230
#define P7IOC_LOCK2 0x240
#define   P7IOC_INJECT_CFG PPC_BITMASK(4, 11)
#define   P7IOC_INJECT_M32 PPC_BITMASK(16, 39) /* 16 MiB */
#define   P7IOC_INJECT_IO PPC_BITMASK(16, 47)	/* 64 KiB */
#define   P7IOC_INJECT_DMA PPC_BITMASK(60, 63) /* number of the window */

/* PCIe stack. */
#define UTL_OUT_POST_DAT_BUF_ALLOC 0x4d0
#define UTL_IN_POST_HDR_BUF_ALLOC 0x4e0
#define UTL_IN_POST_DAT_BUF_ALLOC 0x4f0
#define UTL_PCIE_PORT_CONTROL 0x540
#define UTL_PCIE_PORT_STATUS 0x548
#define UTL_PCIE_PORT_ERROR_SEV 0x550
#define UTL_PCIE_PORT_IRQ_EN 0x558
#define UTL_RC_STATUS 0x560
#define P7IOC_UTL_PM_FIRST 0x590
#define P7IOC_UTL_PM_LAST 0x5a8
#define P7IOC_PCIE_BUS_NUMBER 0x608
#define P7IOC_PCIE_SYSTEM_TEST 0x618
#define   P7IOC_PCIE_TX_DISABLE PPC_BIT(1) /* in PHB_PCIE_DLP_TRAIN_CTL */
#define   P7IOC_PCIE_RX_DISABLED PPC_BIT(16)
#define   P7IOC_PCIE_PGRESET PPC_BIT(22)
#define P7IOC_PCIE_AER_CONTROL 0x650
#define P7IOC_PCIE_AUX_POWER 0x658
#define P7IOC_PCIE_SLOTCTL1 0x660
#define P7IOC_PCIE_SLOTCTL2 0x668
#define   P7IOC_SLOTCTL2_POWER_ON PPC_BIT(17)
#define   P7IOC_SLOTCTL2_PRESENT PPC_BIT(24)
#define P7IOC_PCIE_UTL_CONFIG 0x670
#define P7IOC_PCIE_STRAPPING 0x700

/* Fundamental register set B. */
#define   P7IOC_VERSION_VALUE 0x000000a200000002ull /* DD1.1 */
#define   P7IOC_RESET_CORES PPC_BITMASK(0, 1)	 /* in PHB_RESET: 1: the PCIe cores run */
#define   P7IOC_RESET_PERST PPC_BIT(2)		 /* 1: PERST# is not asserted */
#define   P7IOC_RESET_ERRORS PPC_BIT(4)		 /* 1: the error report macros are held in reset */
#define   P7IOC_CONTROL_READ_ABORT PPC_BIT(12) /* in PHB_CONTROL: a failed DMA read is a Completer Abort. skiboot names
						  three settings of the value it writes, not their bits: assumed, the last */
#define P7IOC_AIB_RX_CRED_TIMER 0x818
#define P7IOC_AIB_RX_CMD_CRED 0x820
#define P7IOC_AIB_RX_DATA_CRED 0x828
#define P7IOC_AIB_TX_CRED_SYNC 0x848
#define P7IOC_LEGACY_CTRL 0x850
#define   P7IOC_LEGACY_DKILL PPC_BIT(0)

/* Values that skiboot writes at start-up. */
#define P7IOC_INIT_AIB_TX_CHAN 0x0211300000000000ull
#define P7IOC_INIT_AIB_RX_CMD 0x0020002000200001ull
#define P7IOC_INIT_AIB_RX_DATA 0x0000002000000001ull
#define P7IOC_INIT_AIB_RX_TIMER 0xff00000000000000ull
#define P7IOC_INIT_TAGS 0xffffffff00000000ull
#define P7IOC_INIT_SYSTEM_CONFIG 0x422800fc20000000ull
#define P7IOC_INIT_RESET_FIRST 0xe800000000000000ull
#define P7IOC_INIT_RESET 0xe000000000000000ull
#define P7IOC_INIT_CONTROL 0x7f38000000000000ull
#define P7IOC_INIT_TCE_PREFETCH 0x0000c00000000000ull
#define P7IOC_INIT_TIMEOUT1 0x1611112010200000ull
#define P7IOC_INIT_TIMEOUT2 0x0000561300000000ull
#define P7IOC_INIT_ERR_LEM_ENABLE 0xffffffffefffffffull
#define P7IOC_INIT_ERR_FREEZE_ENABLE 0x0000000061c00000ull
#define P7IOC_INIT_ERR_FENCE_ENABLE 0xffffffc58c000000ull
#define P7IOC_INIT_OUT_LEM_ENABLE 0xffffffffffffffffull
#define P7IOC_INIT_OUT_FREEZE_ENABLE 0x0000430803000000ull
#define P7IOC_INIT_OUT_FENCE_ENABLE 0x9df3bc00f0f0700full
#define P7IOC_INIT_INA_LEM_ENABLE 0xffffffffffffffffull
#define P7IOC_INIT_INA_FREEZE_ENABLE 0xc00003ff01006000ull
#define P7IOC_INIT_INA_FENCE_ENABLE 0x3fff50007e559fd8ull
#define P7IOC_INIT_INB_LEM_ENABLE 0xffffffffffffffffull
#define P7IOC_INIT_INB_FREEZE_ENABLE 0x0000000000000000ull
#define P7IOC_INIT_INB_FENCE_ENABLE 0x18ff80ffff7f0000ull
#define P7IOC_INIT_LEM_ERROR_MASK 0x1249a1147f500f2cull
#define P7IOC_INIT_LEM_ACTION0 0xffffffffffffffffull
#define P7IOC_INIT_LEM_ACTION1 0x0000000000000000ull
/* Classes of LEM bits: what firmware makes of each. */
#define P7IOC_LEM_CLASS_PHB 0xadb650cb808dd051ull
#define P7IOC_LEM_CLASS_ER 0x0000a0147f50092cull
#define P7IOC_LEM_CLASS_INF 0x52490f2000222682ull
/* While a PHB is reset: its fence-class bits, written to the error mask. */
#define P7IOC_LEM_MASK_IN_RESET 0xadb650c9808dd051ull

static_assert(!(P7IOC_INIT_ERR_FREEZE_ENABLE & P7IOC_INIT_ERR_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(P7IOC_INIT_OUT_FREEZE_ENABLE & P7IOC_INIT_OUT_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(P7IOC_INIT_INA_FREEZE_ENABLE & P7IOC_INIT_INA_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(P7IOC_INIT_INB_FREEZE_ENABLE & P7IOC_INIT_INB_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(P7IOC_LEM_CLASS_PHB & P7IOC_LEM_CLASS_ER) && !(P7IOC_LEM_CLASS_PHB & P7IOC_LEM_CLASS_INF) &&
	      !(P7IOC_LEM_CLASS_ER & P7IOC_LEM_CLASS_INF), "a bit has one class");
static_assert(IODA1_XIVT_SERVER == 0x00ffff0000000000ull && IODA1_XIVT_PE == 0x00000000007f0000ull, "skiboot");
static_assert(IODA1_XIVT_HUB == 0x30 && IODA1_MVT_BUS_VALID == 0x0000070000000000ull, "skiboot");
static_assert(IODA1_MVT_DEV == 0x1f00 && IODA1_MVT_DEV_VALID == 0x2000 && IODA1_MVT_FUNC_VALID == 8, "skiboot");
static_assert(IODA1_PELTM_DEV == 0x00f8000000000000ull && IODA1_PELTM_BUS_VALID == 0x0000e00000000000ull, "skiboot");
static_assert(IODA1_PELTM_DEV_VALID == 0x0000100000000000ull && IODA1_PELTM_FUNC_VALID == 0x0000080000000000ull, "skiboot");
static_assert(IODA1_TVT0_TABLE_ADDR == 0xffffffffffff0000ull && IODA1_TVT0_BUS_VALID == 0xe000, "skiboot");
static_assert(IODA1_TVT0_WINDOW_SIZE == 0x1f00 && IODA1_TVT0_BUS == 0xff, "skiboot");
static_assert(IODA1_TVT1_DEV_VALID == 0x2000000000000000ull && IODA1_TVT1_DEV == 0x1f00000000000000ull, "skiboot");
static_assert(IODA1_TVT1_FUNC_VALID == 0x0008000000000000ull && IODA1_TVT1_FUNC == 0x0007000000000000ull, "skiboot");
static_assert(IODA1_TVT1_PAGE_SIZE == 0x00001f0000000000ull && IODA1_TVT1_PE == 0x7f, "skiboot");
static_assert(IODA1_M64BT_BASE == 0x00ffffff00000000ull && IODA1_M64BT_MASK == 0xffffff, "skiboot");
static_assert(IODA1_XXDT_PE == 0xfe00000000000000ull && P7IOC_TCE_KILL_ADDR == 0x0000fffffffffff0ull, "skiboot");
static_assert(IODA1_PESTA_TAG_REUSE == 0x0008000000000000ull && IODA1_PESTA_TVT_EXTENT == 0x0000400000000000ull, "skiboot");
static_assert(P7IOC_INJECT_M32 == 0x0000ffffff000000ull && P7IOC_INJECT_IO == 0x0000ffffffff0000ull, "skiboot");
static_assert(P7IOC_INIT_CONTROL & P7IOC_CONTROL_READ_ABORT, "skiboot: reads of a failed DMA end in CA");
static_assert(P7IOC_BUID_LSI == 0x01ff000000000000ull && P7IOC_BUID_MSI == 0x000001ff00000000ull, "skiboot");

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_PHB_REGS_H
#define HW_REGS_PHB_REGS_H
/*
 * hw/regs/phb_regs.h - registers that P7IOC, PHB3, PHB4 and PHB5 have at the same place: offsets from the PHB's register
 * base and the fields that are alike. What differs stands in the header of the generation.
 *
 * Numbers are facts taken from skiboot (include/phb3-regs.h and phb4-regs.h, commit ecebf4fb3, 2025-12-23;
 * include/p7ioc-regs.h before POWER7 was dropped, commit 16b7ae641^). All registers are 64 bits, big-endian, IBM bit
 * numbers; CONFIG_DATA alone is little-endian.
 *
 * Values given to phb_reg_read() and phb_reg_write() are numbers in host order. For CONFIG_DATA that is the number
 * which a byte-reversed access (lwbrx) yields: the caller swaps nothing.
 */
#include <assert.h>

#include "hw/ppc_bits.h"

/* clang-format off */

/* Fundamental register set A. */
#define PHB_LSI_SOURCE_ID 0x100
#define PHB_DMA_CHAN_STATUS 0x110
#define PHB_CPU_LOADSTORE_STATUS 0x120
#define   PHB_STATUS_ANY_ERROR PPC_BIT(27)
#define   PHB_STATUS_ANY_FIRST PPC_BIT(28)
#define   PHB_STATUS_ANY_FREEZE PPC_BIT(29)
#define PHB_CONFIG_DATA 0x130
#define PHB_LOCK0 0x138
#define PHB_CONFIG_ADDRESS 0x140
#define   PHB_CA_ENABLE PPC_BIT(0)
#define   PHB_CA_BUS PPC_BITMASK(4, 11)
#define   PHB_CA_DEV PPC_BITMASK(12, 16)
#define   PHB_CA_FUNC PPC_BITMASK(17, 19)
#define   PHB_CA_BDFN PPC_BITMASK(4, 19)
#define   PHB_CA_REG PPC_BITMASK(20, 31)
#define PHB_LOCK1 0x148
#define PHB_CONFIG 0x160
#define   PHB_CONFIG_64B_TCE_EN PPC_BIT(2)
#define   PHB_CONFIG_32BIT_MSI_EN PPC_BIT(8)
#define   PHB_CONFIG_64BIT_MSI_EN PPC_BIT(14)
#define   PHB_CONFIG_M32_EN PPC_BIT(16)
#define PHB_RTT_BAR 0x168
#define   PHB_RTT_BAR_ENABLE PPC_BIT(0)
#define PHB_PELTV_BAR 0x188
#define   PHB_PELTV_BAR_ENABLE PPC_BIT(0)
#define PHB_M32_BASE_ADDR 0x190 /* and the mask: P7IOC and PHB3; PHB4 has them in the MBT */
#define PHB_M32_BASE_MASK 0x198
#define PHB_M32_START_ADDR 0x1a0
#define PHB_PEST_BAR 0x1a8
#define   PHB_PEST_BAR_ENABLE PPC_BIT(0)
#define PHB_M64_UPPER_BITS 0x1f0
#define PHB_DMARD_SYNC 0x200 /* fields as on PHB4 (skiboot include/phb4-regs.h); assumed for PHB3 */
#define   PHB_DMARD_SYNC_START PPC_BIT(0)
#define   PHB_DMARD_SYNC_COMPLETE PPC_BIT(1)
#define PHB_RTC_INVALIDATE 0x208
#define   PHB_RTC_INVALIDATE_ALL PPC_BIT(0)
#define   PHB_RTC_INVALIDATE_RID PPC_BITMASK(16, 31)
#define PHB_TCE_KILL 0x210 /* formats: skiboot and Linux arch/powerpc/platforms/powernv/pci-ioda.c */
#define   PHB_TCE_KILL_ALL PPC_BIT(0)
#define   PHB_TCE_KILL_PE PPC_BIT(1)
#define   PHB_TCE_KILL_ONE PPC_BIT(2)
#define PHB_TCE_SPEC_CTL 0x218
#define PHB_IODA_ADDR 0x220
#define   PHB_IODA_ADDR_AUTOINC PPC_BIT(0)
#define   PHB_IODA_ADDR_TSEL PPC_BITMASK(11, 15)
#define PHB_IODA_DATA0 0x228
#define PHB_XIVE_UPDATE 0x248
#define PHB_GEN_CAP 0x250
#define PHB_TCE_CAP 0x258
#define PHB_IRQ_CAP 0x260
#define PHB_EEH_CAP 0x268
#define PHB_PAPR_ERR_INJ_CTL 0x2b0
#define   PHB_PAPR_ERR_INJ_CTL_INB PPC_BIT(0)
#define   PHB_PAPR_ERR_INJ_CTL_OUTB PPC_BIT(1)
#define   PHB_PAPR_ERR_INJ_CTL_STICKY PPC_BIT(2)
#define   PHB_PAPR_ERR_INJ_CTL_CFG PPC_BIT(3)
#define   PHB_PAPR_ERR_INJ_CTL_RD PPC_BIT(4)
#define   PHB_PAPR_ERR_INJ_CTL_WR PPC_BIT(5)
#define   PHB_PAPR_ERR_INJ_CTL_FREEZE PPC_BIT(6)
#define PHB_PAPR_ERR_INJ_ADDR 0x2b8
#define   PHB_PAPR_ERR_INJ_MMIO PPC_BITMASK(16, 63) /* address on the CPU's side */
#define PHB_PAPR_ERR_INJ_MASK 0x2c0
#define PHB_ETU_ERR_SUMMARY 0x2c8

/* UTL and PCIe stack of P7IOC and PHB3: plain storage in the model. */
#define UTL_SYS_BUS_CONTROL 0x400
#define UTL_STATUS 0x408
#define UTL_SYS_BUS_AGENT_STATUS 0x410
#define UTL_SYS_BUS_AGENT_ERR_SEVERITY 0x418
#define UTL_SYS_BUS_AGENT_IRQ_EN 0x420
#define UTL_SYS_BUS_BURST_SZ_CONF 0x440
#define UTL_REVISION_ID 0x448
#define UTL_BUFFER_ALLOC_FIRST 0x4c0
#define UTL_BUFFER_ALLOC_LAST 0x510
#define UTL_PCIE_TAGS_ALLOC 0x520
#define UTL_GBIF_READ_TAGS_ALLOC 0x530
#define UTL_PCIE_PORT_FIRST 0x540
#define UTL_PCIE_PORT_LAST 0x588
#define PHB_PCIE_SYSTEM_CONFIG 0x600
#define PHB_PCIE_DLP_LINK_MGT 0x630
#define PHB_PCIE_DLP_TRAIN_CTL 0x640
#define   PHB_PCIE_DLP_TC_DL_LINKUP PPC_BIT(21)
#define   PHB_PCIE_DLP_TC_DL_LINKACT PPC_BIT(23)
#define   PHB_PCIE_DLP_INBAND_PRESENCE PPC_BIT(19)
#define PHB_PCIE_SLOP_LOOPBACK 0x648
#define PHB_PCIE_DLP_LINK_INIT 0x668
#define PHB_PCIE_DLP_CTL 0x678
#define PHB_UTL_ERR_LOG_FIRST 0x680
#define PHB_UTL_ERR_LOG_LAST 0x698
#define PHB_DLP_ERR_LOG_FIRST 0x6a0
#define PHB_DLP_ERR_LOG_LAST 0x6c8

/* Fundamental register set B. */
#define PHB_VERSION 0x800
#define PHB_RESET 0x808
#define PHB_CONTROL 0x810
#define PHB_AIB_CREDIT_FIRST 0x818
#define PHB_AIB_CREDIT_LAST 0x838
#define PHB_AIB_TX_CHAN_MAPPING 0x840
#define PHB_AIB_TAG_ENABLE 0x858
#define PHB_AIB_FENCE_CTRL 0x860
#define PHB_TCE_TAG_ENABLE 0x868
#define PHB_TCE_WATERMARK 0x870
#define PHB_TIMEOUT_CTRL1 0x878
#define PHB_TIMEOUT_CTRL2 0x880
#define PHB_QUIESCE_DMA_G 0x888
#define PHB_AIB_TAG_STATUS 0x900
#define PHB_TCE_TAG_STATUS 0x908

/* Local error macro. */
#define PHB_LEM_FIR_ACCUM 0xc00
#define PHB_LEM_FIR_AND_MASK 0xc08
#define PHB_LEM_FIR_OR_MASK 0xc10
#define PHB_LEM_ERROR_MASK 0xc18
#define PHB_LEM_ERROR_AND_MASK 0xc20
#define PHB_LEM_ERROR_OR_MASK 0xc28
#define PHB_LEM_ACTION0 0xc30
#define PHB_LEM_ACTION1 0xc38
#define PHB_LEM_WOF 0xc40

/* Error trap groups: the same registers in each; PHB4 calls OUT TXE, INA RXE_ARB and INB RXE_MRG. */
#define PHB_ERR_BASE 0xc80
#define PHB_OUT_ERR_BASE 0xd00
#define PHB_INA_ERR_BASE 0xd80
#define PHB_INB_ERR_BASE 0xe00
#define   PHB_ERR_STATUS 0x00
#define   PHB_ERR_FIRST 0x08
#define   PHB_ERR_INJECT 0x10
#define   PHB_ERR_LEM_ENABLE 0x18
#define   PHB_ERR_IRQ_ENABLE 0x20
#define   PHB_ERR_FREEZE_ENABLE 0x28
#define   PHB_ERR_FENCE_ENABLE 0x30
#define   PHB_ERR_LOG0 0x40
#define   PHB_ERR_LOG1 0x48
#define   PHB_ERR_STATUS_MASK 0x50
#define   PHB_ERR_FIRST_MASK 0x58
#define PHB_ERR_GROUP_BYTES 0x80
#define PHB_ERR_LAST (PHB_INB_ERR_BASE + PHB_ERR_FIRST_MASK)

#define PHB_TRACE_PERFMON_FIRST 0xf80
#define PHB_TRACE_PERFMON_LAST 0xfa8
#define PHB_HOTPLUG_OVERRIDE 0xfb0

/* The PHB's own interrupts among its 8 LSIs (skiboot include/phb3.h, phb4.h). */
#define PHB_LSI_INF 6
#define PHB_LSI_ER 7

static_assert(PHB_CA_BUS == 0x0ff0000000000000ull && PHB_CA_DEV == 0x000f800000000000ull, "skiboot");
static_assert(PHB_CA_FUNC == 0x0000700000000000ull && PHB_CA_REG == 0x00000fff00000000ull, "skiboot");
static_assert(PHB_CA_BDFN == (PHB_CA_BUS | PHB_CA_DEV | PHB_CA_FUNC), "bus, device and function adjoin");
static_assert(PHB_CONFIG_64B_TCE_EN == 0x2000000000000000ull && PHB_CONFIG_32BIT_MSI_EN == 0x0080000000000000ull, "skiboot");
static_assert(PHB_CONFIG_64BIT_MSI_EN == 0x0002000000000000ull && PHB_CONFIG_M32_EN == 0x0000800000000000ull, "skiboot");
static_assert(PHB_RTC_INVALIDATE_RID == 0x0000ffff00000000ull, "skiboot");

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_PHB3_REGS_H
#define HW_REGS_PHB3_REGS_H
/*
 * hw/regs/phb3_regs.h - registers of a PHB3 (POWER8): offsets from the PHB's register base, their fields, table sizes.
 *
 * Numbers are facts taken from skiboot (include/phb3-regs.h, hw/phb3.c, commit ecebf4fb3, 2025-12-23) and, where it
 * says so, from QEMU 10.0 (hw/pci-host/pnv_phb3.c). The IODA2 specification itself was not available. All registers are
 * 64 bits, big-endian, IBM bit numbers; CONFIG_DATA alone is little-endian.
 *
 * Values given to phb_reg_read() and phb_reg_write() are numbers in host order. For CONFIG_DATA that is the number
 * which a byte-reversed access (lwbrx) yields: the caller swaps nothing.
 */
#include <assert.h>

#include "hw/ppc_bits.h"

/* clang-format off */

/* Sizes. */
#define PHB3_REG_BYTES 0x1000u
#define PHB3_PE_COUNT 256u
#define PHB3_RTT_COUNT 65536u /* one 16-bit PE number per RID */
#define PHB3_RTT_BYTES (2u * PHB3_RTT_COUNT)
#define PHB3_PELTV_ROW_BYTES 32u
#define PHB3_PELTV_BYTES (PHB3_PE_COUNT * PHB3_PELTV_ROW_BYTES)
#define PHB3_PEST_ROW_BYTES 16u
#define PHB3_PEST_BYTES (PHB3_PE_COUNT * PHB3_PEST_ROW_BYTES)
#define PHB3_IVE_COUNT 2048u /* 2040 MSIs, then 8 LSIs */
#define PHB3_MSI_COUNT 2040u
#define PHB3_IVE_BYTES 128u /* with CONTROL IVE_128_BYTES */
#define PHB3_IVE_SMALL_BYTES 16u
#define PHB3_IVT_BYTES (PHB3_IVE_COUNT * PHB3_IVE_BYTES)
#define PHB3_M32_SEGMENTS 256u
static_assert(PHB3_RTT_BYTES == 128 * 1024, "skiboot: RTT_TABLE_SIZE");
static_assert(PHB3_PELTV_BYTES == 0x2000, "skiboot: PELTV_TABLE_SIZE");
static_assert(PHB3_PEST_BYTES == 0x1000, "skiboot: PEST_TABLE_SIZE");

/* Entries of the on-chip tables (skiboot; LIST, IVC_CAM, RCAM, TCAM, TDR: QEMU's index masks). */
#define PHB3_LIST_COUNT 8u
#define PHB3_LXIVT_COUNT 8u
#define PHB3_IVC_CAM_COUNT 32u
#define PHB3_RBA_COUNT 32u
#define PHB3_RCAM_COUNT 64u
#define PHB3_MRT_COUNT 8u
#define PHB3_TVT_COUNT 512u
#define PHB3_TCAM_COUNT 64u
#define PHB3_TDR_COUNT 64u
#define PHB3_M64BT_COUNT 16u
#define PHB3_M32DT_COUNT 256u
#define PHB3_PEEV_COUNT 4u

/* Fundamental register set A. */
#define PHB_LSI_SOURCE_ID 0x100
#define   PHB_LSI_SRC_ID PPC_BITMASK(5, 12)
#define PHB_DMA_CHAN_STATUS 0x110
#define PHB_CPU_LOADSTORE_STATUS 0x120
#define   PHB_STATUS_ANY_ERROR PPC_BIT(27)
#define   PHB_STATUS_ANY_FIRST PPC_BIT(28)
#define   PHB_STATUS_ANY_FREEZE PPC_BIT(29)
#define PHB_DMA_MSI_NODE_ID 0x128
#define   PHB_DMAMSI_NODE_FIXED PPC_BIT(0)
#define   PHB_DMAMSI_NODE_ID PPC_BITMASK(24, 31)
#define PHB_CONFIG_DATA 0x130
#define PHB_LOCK0 0x138
#define PHB_CONFIG_ADDRESS 0x140
#define   PHB_CA_ENABLE PPC_BIT(0)
#define   PHB_CA_BUS PPC_BITMASK(4, 11)
#define   PHB_CA_DEV PPC_BITMASK(12, 16)
#define   PHB_CA_FUNC PPC_BITMASK(17, 19)
#define   PHB_CA_BDFN PPC_BITMASK(4, 19)
#define   PHB_CA_REG PPC_BITMASK(20, 31)
#define   PHB_CA_PE PPC_BITMASK(40, 47)
#define PHB_LOCK1 0x148
#define PHB_IVT_BAR 0x150
#define   PHB_IVT_BAR_ENABLE PPC_BIT(0)
#define   PHB_IVT_BASE_ADDRESS PPC_BITMASK(14, 48)
#define   PHB_IVT_LENGTH PPC_BITMASK(52, 63)
#define PHB_RBA_BAR 0x158
#define   PHB_RBA_BAR_ENABLE PPC_BIT(0)
#define   PHB_RBA_BASE_ADDRESS PPC_BITMASK(14, 55)
#define PHB_CONFIG 0x160
#define   PHB_CONFIG_64B_TCE_EN PPC_BIT(2)
#define   PHB_CONFIG_32BIT_MSI_EN PPC_BIT(8)
#define   PHB_CONFIG_64BIT_MSI_EN PPC_BIT(14)
#define   PHB_CONFIG_M32_EN PPC_BIT(16)
#define PHB_RTT_BAR 0x168
#define   PHB_RTT_BAR_ENABLE PPC_BIT(0)
#define   PHB_RTT_BASE_ADDRESS PPC_BITMASK(14, 46)
#define PHB_PELTV_BAR 0x188
#define   PHB_PELTV_BAR_ENABLE PPC_BIT(0)
#define   PHB_PELTV_BASE_ADDRESS PPC_BITMASK(14, 50)
#define PHB_M32_BASE_ADDR 0x190
#define PHB_M32_BASE_MASK 0x198
#define PHB_M32_START_ADDR 0x1a0
#define PHB_PEST_BAR 0x1a8
#define   PHB_PEST_BAR_ENABLE PPC_BIT(0)
#define   PHB_PEST_BASE_ADDRESS PPC_BITMASK(14, 51)
#define PHB_M64_UPPER_BITS 0x1f0
#define PHB_INTREP_TIMER 0x1f8
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
#define   PHB_TCE_KILL_ADDR PPC_BITMASK(3, 51) /* DMA address; the page number of 4 KiB pages and what is above */
#define   PHB_TCE_KILL_PENUM PPC_BITMASK(56, 63)
#define PHB_TCE_SPEC_CTL 0x218
#define PHB_IODA_ADDR 0x220
#define   PHB_IODA_ADDR_AUTOINC PPC_BIT(0)
#define   PHB_IODA_ADDR_TSEL PPC_BITMASK(11, 15)
#define   PHB_IODA_ADDR_TADR PPC_BITMASK(55, 63)
#define PHB_IODA_DATA0 0x228
#define PHB_FFI_REQUEST 0x238
#define   PHB_FFI_LOCK_CLEAR PPC_BIT(3)
#define   PHB_FFI_REQUEST_ISN PPC_BITMASK(49, 59)
#define PHB_FFI_LOCK 0x240
#define   PHB_FFI_LOCK_STATE PPC_BIT(0)
#define PHB_XIVE_UPDATE 0x248
#define PHB_GEN_CAP 0x250
#define PHB_TCE_CAP 0x258
#define PHB_IRQ_CAP 0x260
#define PHB_EEH_CAP 0x268
#define PHB_IVC_INVALIDATE 0x2a0
#define   PHB_IVC_INVALIDATE_ALL PPC_BIT(0)
#define   PHB_IVC_INVALIDATE_SID PPC_BITMASK(16, 31)
#define PHB_IVC_UPDATE 0x2a8
#define   PHB_IVC_UPDATE_ENABLE_P PPC_BIT(0)
#define   PHB_IVC_UPDATE_ENABLE_Q PPC_BIT(1)
#define   PHB_IVC_UPDATE_ENABLE_SERVER PPC_BIT(2)
#define   PHB_IVC_UPDATE_ENABLE_PRI PPC_BIT(3)
#define   PHB_IVC_UPDATE_ENABLE_GEN PPC_BIT(4)
#define   PHB_IVC_UPDATE_ENABLE_CON PPC_BIT(5)
#define   PHB_IVC_UPDATE_GEN_MATCH PPC_BITMASK(6, 7)
#define   PHB_IVC_UPDATE_SERVER PPC_BITMASK(8, 23)
#define   PHB_IVC_UPDATE_PRI PPC_BITMASK(24, 31)
#define   PHB_IVC_UPDATE_GEN PPC_BITMASK(32, 33)
#define   PHB_IVC_UPDATE_P PPC_BIT(34)
#define   PHB_IVC_UPDATE_Q PPC_BIT(35)
#define   PHB_IVC_UPDATE_SID PPC_BITMASK(48, 63)
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

/* UTL and PCIe stack: plain storage in the model. */
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
#define   PHB3_VERSION_VALUE 0x000000a300000005ull /* QEMU */
#define PHB_RESET 0x808
#define   PHB3_INIT_RESET 0xd000000000000000ull
#define PHB_CONTROL 0x810
#define   PHB_CONTROL_32BIT_BYPASS PPC_BIT(11) /* Naples: non-translate in the low window everywhere */
#define   PHB_CONTROL_IVE_128_BYTES PPC_BIT(24)
#define   PHB3_INIT_CONTROL 0xf3a80edb00000000ull
#define PHB_AIB_CREDIT_FIRST 0x818
#define PHB_AIB_CREDIT_LAST 0x838
#define PHB_AIB_TX_CHAN_MAPPING 0x840
#define PHB_AIB_TAG_ENABLE 0x858
#define PHB_AIB_FENCE_CTRL 0x860
#define PHB_TCE_TAG_ENABLE 0x868
#define   PHB3_TAGS_VALUE 0xffffffff00000000ull /* skiboot: 32 tags each */
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

/* Error trap groups: four bases, the same registers in each. */
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

/* Values that skiboot's phb3_init_hw() writes. */
#define PHB3_INIT_INTREP_TIMER 0x0004000000000000ull /* Murano DD2.0 */
#define PHB3_INIT_TCE_SPEC_CTL 0xf000000000000000ull
#define PHB3_INIT_ERR_LEM_ENABLE 0xffffffffffffffffull
#define PHB3_INIT_ERR_IRQ_ENABLE 0x0000002280b80000ull
#define PHB3_INIT_ERR_FREEZE_ENABLE 0x0000000080800000ull
#define PHB3_INIT_ERR_FENCE_ENABLE 0xffffffdd0c00ffc0ull
#define PHB3_INIT_OUT_LEM_ENABLE 0xfdffffffffbfffffull
#define PHB3_INIT_OUT_IRQ_ENABLE 0x600c42fc042080f0ull
#define PHB3_INIT_OUT_FREEZE_ENABLE 0x0000420800000000ull
#define PHB3_INIT_OUT_FENCE_ENABLE 0x9cf3bc00f89c700full
#define PHB3_INIT_INA_LEM_ENABLE 0xffffffffffffffffull
#define PHB3_INIT_INA_IRQ_ENABLE 0xc000a3a901826020ull
#define PHB3_INIT_INA_FREEZE_ENABLE 0xc00003a901006000ull
#define PHB3_INIT_INA_FENCE_ENABLE 0x3fff5452fe019fdeull
#define PHB3_INIT_INB_LEM_ENABLE 0xffffffffffffffffull
#define PHB3_INIT_INB_IRQ_ENABLE 0x0000600000800070ull
#define PHB3_INIT_INB_FREEZE_ENABLE 0x0000600000000060ull
#define PHB3_INIT_INB_FENCE_ENABLE 0xfcff80fbff7ff08cull
#define PHB3_INIT_LEM_ERROR_MASK 0x42498e367f502eaeull
static_assert(!(PHB3_INIT_ERR_FREEZE_ENABLE & PHB3_INIT_ERR_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(PHB3_INIT_OUT_FREEZE_ENABLE & PHB3_INIT_OUT_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(PHB3_INIT_INA_FREEZE_ENABLE & PHB3_INIT_INA_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(PHB3_INIT_INB_FREEZE_ENABLE & PHB3_INIT_INB_FENCE_ENABLE), "an error freezes or fences");

/* Interrupt sources of the PHB itself (skiboot include/phb3.h): the last two of the 8 LSIs. */
#define PHB3_LSI_INF (PHB3_MSI_COUNT + 6)
#define PHB3_LSI_ER (PHB3_MSI_COUNT + 7)

static_assert(PHB_LSI_SRC_ID == 0x07f8000000000000ull, "skiboot");
static_assert(PHB_CA_BUS == 0x0ff0000000000000ull && PHB_CA_DEV == 0x000f800000000000ull, "skiboot");
static_assert(PHB_CA_FUNC == 0x0000700000000000ull && PHB_CA_REG == 0x00000fff00000000ull, "skiboot");
static_assert(PHB_CA_BDFN == (PHB_CA_BUS | PHB_CA_DEV | PHB_CA_FUNC), "bus, device and function adjoin");
static_assert(PHB_CA_PE == 0x0000000000ff0000ull, "skiboot");
static_assert(PHB_IVT_BASE_ADDRESS == 0x0003ffffffff8000ull && PHB_IVT_LENGTH == 0xfff, "skiboot");
static_assert(PHB_RBA_BASE_ADDRESS == 0x0003ffffffffff00ull, "skiboot");
static_assert(PHB_CONFIG_64B_TCE_EN == 0x2000000000000000ull && PHB_CONFIG_32BIT_MSI_EN == 0x0080000000000000ull, "skiboot");
static_assert(PHB_CONFIG_64BIT_MSI_EN == 0x0002000000000000ull && PHB_CONFIG_M32_EN == 0x0000800000000000ull, "skiboot");
static_assert(PHB_RTT_BASE_ADDRESS == 0x0003fffffffe0000ull, "skiboot");
static_assert(PHB_PELTV_BASE_ADDRESS == 0x0003ffffffffe000ull, "skiboot");
static_assert(PHB_PEST_BASE_ADDRESS == 0x0003fffffffff000ull, "skiboot");
static_assert(PHB_RTC_INVALIDATE_RID == 0x0000ffff00000000ull, "skiboot");
static_assert(PHB_TCE_KILL_ONE == 0x2000000000000000ull && PHB_TCE_KILL_PENUM == 0xff, "Linux pci-ioda.c");
static_assert(PHB_TCE_KILL_ADDR == 0x1ffffffffffff000ull, "below the command, above the page offset");
static_assert(PHB_IODA_ADDR_TSEL == 0x001f000000000000ull && PHB_IODA_ADDR_TADR == 0x1ff, "skiboot");
static_assert(PHB_FFI_REQUEST_ISN == 0x0000000000007ff0ull, "skiboot");
static_assert(PHB_IVC_UPDATE_SERVER == 0x00ffff0000000000ull && PHB_IVC_UPDATE_GEN == 0x00000000c0000000ull, "skiboot");
static_assert(PHB_CONTROL_32BIT_BYPASS == 0x0010000000000000ull, "skiboot, Naples");

#endif

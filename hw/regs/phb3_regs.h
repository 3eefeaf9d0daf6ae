/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_PHB3_REGS_H
#define HW_REGS_PHB3_REGS_H
/*
 * hw/regs/phb3_regs.h - what is a PHB3's own (POWER8, IODA2): registers, fields, table sizes, values of firmware.
 *
 * Numbers are facts taken from skiboot (include/phb3-regs.h, hw/phb3.c, commit ecebf4fb3, 2025-12-23) and, where it
 * says so, from QEMU 10.0 (hw/pci-host/pnv_phb3.c). The IODA2 specification itself was not available.
 */
#include "hw/regs/ioda_regs.h"
#include "hw/regs/phb_regs.h"

/* clang-format off */

/* Sizes. */
#define PHB3_REG_BYTES 0x1000u
#define PHB3_PE_COUNT 256u
#define PHB3_PELTV_ROW_BYTES 32u
#define PHB3_PELTV_BYTES (PHB3_PE_COUNT * PHB3_PELTV_ROW_BYTES)
#define PHB3_PEST_BYTES (PHB3_PE_COUNT * IODA2_PEST_ROW_BYTES)
#define PHB3_IVE_COUNT 2048u /* 2040 MSIs, then 8 LSIs */
#define PHB3_MSI_COUNT 2040u
#define PHB3_IVE_BYTES 128u /* with CONTROL IVE_128_BYTES */
#define PHB3_IVE_SMALL_BYTES 16u
#define PHB3_IVT_BYTES (PHB3_IVE_COUNT * PHB3_IVE_BYTES)
#define PHB3_M32_SEGMENTS 256u
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

/* Fundamental register set A; a field without its register above it is one of hw/regs/phb_regs.h. */
#define   PHB3_LSI_SRC_ID PPC_BITMASK(5, 12)
#define PHB3_DMA_MSI_NODE_ID 0x128
#define   PHB3_DMAMSI_NODE_FIXED PPC_BIT(0)
#define   PHB3_DMAMSI_NODE_ID PPC_BITMASK(24, 31)
#define   PHB3_CA_PE PPC_BITMASK(40, 47)
#define PHB3_IVT_BAR 0x150
#define   PHB3_IVT_BAR_ENABLE PPC_BIT(0)
#define   PHB3_IVT_BASE_ADDRESS PPC_BITMASK(14, 48)
#define   PHB3_IVT_LENGTH PPC_BITMASK(52, 63)
#define PHB3_RBA_BAR 0x158
#define   PHB3_RBA_BAR_ENABLE PPC_BIT(0)
#define   PHB3_RBA_BASE_ADDRESS PPC_BITMASK(14, 55)
#define   PHB3_RTT_BASE_ADDRESS PPC_BITMASK(14, 46)
#define   PHB3_PELTV_BASE_ADDRESS PPC_BITMASK(14, 50)
#define   PHB3_PEST_BASE_ADDRESS PPC_BITMASK(14, 51)
#define PHB3_INTREP_TIMER 0x1f8
#define   PHB3_TCE_KILL_ADDR PPC_BITMASK(3, 51) /* DMA address; the page number of 4 KiB pages and what is above */
#define   PHB3_TCE_KILL_PENUM PPC_BITMASK(56, 63)
#define   PHB3_IODA_ADDR_TADR PPC_BITMASK(55, 63)
#define PHB3_FFI_REQUEST 0x238
#define   PHB3_FFI_LOCK_CLEAR PPC_BIT(3)
#define   PHB3_FFI_REQUEST_ISN PPC_BITMASK(49, 59)
#define PHB3_FFI_LOCK 0x240
#define   PHB3_FFI_LOCK_STATE PPC_BIT(0)
#define PHB3_IVC_INVALIDATE 0x2a0
#define   PHB3_IVC_INVALIDATE_ALL PPC_BIT(0)
#define   PHB3_IVC_INVALIDATE_SID PPC_BITMASK(16, 31)
#define PHB3_IVC_UPDATE 0x2a8
#define   PHB3_IVC_UPDATE_ENABLE_P PPC_BIT(0)
#define   PHB3_IVC_UPDATE_ENABLE_Q PPC_BIT(1)
#define   PHB3_IVC_UPDATE_ENABLE_SERVER PPC_BIT(2)
#define   PHB3_IVC_UPDATE_ENABLE_PRI PPC_BIT(3)
#define   PHB3_IVC_UPDATE_ENABLE_GEN PPC_BIT(4)
#define   PHB3_IVC_UPDATE_ENABLE_CON PPC_BIT(5)
#define   PHB3_IVC_UPDATE_GEN_MATCH PPC_BITMASK(6, 7)
#define   PHB3_IVC_UPDATE_SERVER PPC_BITMASK(8, 23)
#define   PHB3_IVC_UPDATE_PRI PPC_BITMASK(24, 31)
#define   PHB3_IVC_UPDATE_GEN PPC_BITMASK(32, 33)
#define   PHB3_IVC_UPDATE_P PPC_BIT(34)
#define   PHB3_IVC_UPDATE_Q PPC_BIT(35)
#define   PHB3_IVC_UPDATE_SID PPC_BITMASK(48, 63)

/* Fundamental register set B. */
#define   PHB3_VERSION_VALUE 0x000000a300000005ull /* QEMU */
#define   PHB3_INIT_RESET 0xd000000000000000ull
#define   PHB3_RESET_NO_PERST PPC_BIT(2) /* PERST# is not driven (skiboot phb3_freset()) */
#define   PHB3_CONTROL_32BIT_BYPASS PPC_BIT(11) /* Naples: non-translate in the low window everywhere */
#define   PHB3_CONTROL_IVE_128_BYTES PPC_BIT(24)
#define   PHB3_INIT_CONTROL 0xf3a80edb00000000ull
#define   PHB3_TAGS_VALUE 0xffffffff00000000ull /* skiboot: 32 tags each */

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
#define PHB3_INIT_OUT_STATUS_MASK 0x0000000000400000ull /* and of ERR1: several BARs that hit are not told of */
#define PHB3_INIT_LEM_ERROR_MASK 0x42498e367f502eaeull
#define PHB3_INIT_TIMEOUT_CTRL1 0x1715152016200000ull
#define PHB3_INIT_TIMEOUT_CTRL2 0x2320d71600000000ull
/* Error classes that skiboot's phb3_err_check_pbcq() and phb3_err_check_lem() see in NFIR and LEM. */
#define PHB3_NFIR_DEAD 0x018000f800000000ull
#define PHB3_NFIR_FENCED 0x7e7dc70000000000ull
#define PHB3_LEM_FENCED 0xadb670c980add151ull
#define PHB3_LEM_ER 0x000800107f500a2cull
#define PHB3_LEM_INF 0x42018e2200002482ull
static_assert(!(PHB3_LEM_FENCED & PHB3_LEM_ER) && !(PHB3_LEM_FENCED & PHB3_LEM_INF) && !(PHB3_LEM_ER & PHB3_LEM_INF), "classes");
static_assert(!(PHB3_INIT_ERR_FREEZE_ENABLE & PHB3_INIT_ERR_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(PHB3_INIT_OUT_FREEZE_ENABLE & PHB3_INIT_OUT_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(PHB3_INIT_INA_FREEZE_ENABLE & PHB3_INIT_INA_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(PHB3_INIT_INB_FREEZE_ENABLE & PHB3_INIT_INB_FENCE_ENABLE), "an error freezes or fences");

/* Interrupt sources of the PHB itself (skiboot include/phb3.h): the last two of the 8 LSIs. */
#define PHB3_LSI_INF (PHB3_MSI_COUNT + PHB_LSI_INF)
#define PHB3_LSI_ER (PHB3_MSI_COUNT + PHB_LSI_ER)

static_assert(PHB3_LSI_SRC_ID == 0x07f8000000000000ull, "skiboot");
static_assert(PHB3_CA_PE == 0x0000000000ff0000ull, "skiboot");
static_assert(PHB3_IVT_BASE_ADDRESS == 0x0003ffffffff8000ull && PHB3_IVT_LENGTH == 0xfff, "skiboot");
static_assert(PHB3_RBA_BASE_ADDRESS == 0x0003ffffffffff00ull, "skiboot");
static_assert(PHB3_RTT_BASE_ADDRESS == 0x0003fffffffe0000ull, "skiboot");
static_assert(PHB3_PELTV_BASE_ADDRESS == 0x0003ffffffffe000ull, "skiboot");
static_assert(PHB3_PEST_BASE_ADDRESS == 0x0003fffffffff000ull, "skiboot");
static_assert(PHB_TCE_KILL_ONE == 0x2000000000000000ull && PHB3_TCE_KILL_PENUM == 0xff, "Linux pci-ioda.c");
static_assert(PHB3_TCE_KILL_ADDR == 0x1ffffffffffff000ull, "below the command, above the page offset");
static_assert(PHB_IODA_ADDR_TSEL == 0x001f000000000000ull && PHB3_IODA_ADDR_TADR == 0x1ff, "skiboot");
static_assert(PHB3_FFI_REQUEST_ISN == 0x0000000000007ff0ull, "skiboot");
static_assert(PHB3_IVC_UPDATE_SERVER == 0x00ffff0000000000ull && PHB3_IVC_UPDATE_GEN == 0x00000000c0000000ull, "skiboot");
static_assert(PHB3_CONTROL_32BIT_BYPASS == 0x0010000000000000ull, "skiboot, Naples");

#endif

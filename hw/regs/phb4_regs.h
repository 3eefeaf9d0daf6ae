/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_PHB4_REGS_H
#define HW_REGS_PHB4_REGS_H
/*
 * hw/regs/phb4_regs.h - what is a PHB4's (POWER9) and a PHB5's (POWER10) own: registers, fields, table sizes, values
 * of firmware. PHB5 has PHB4's register file; where a field or a value is its own, the name says PHB5.
 *
 * Numbers are facts taken from skiboot (include/phb4-regs.h, hw/phb4.c, external/pci-scripts/phberr.py, commit
 * ecebf4fb3) and, where it says so, from QEMU 10.0 (hw/pci-host/pnv_phb4.c). The PHB4 specification was not available.
 */
#include "hw/regs/ioda3_regs.h"
#include "hw/regs/phb_regs.h"

/* clang-format off */

/* Sizes; a small PHB has half of a big one's. */
#define PHB4_REG_BYTES 0x2000u
#define PHB4_PE_COUNT 512u
#define PHB4_SOURCE_COUNT 4096u /* the last 8 of them are LSIs */
#define PHB4_LSI_COUNT 8u

/* Entries of a big PHB's on-chip tables (LIST, RCAM, TCAM, TDR: QEMU's index masks). */
#define PHB4_LIST_COUNT 8u /* of a small one's, too */
#define PHB4_MIST_COUNT 1024u
#define PHB4_RCAM_COUNT 128u
#define PHB4_MRT_COUNT 16u
#define PHB4_TVT_COUNT 1024u
#define PHB4_TCAM_COUNT 1024u
#define PHB4_TDR_COUNT 1024u
#define PHB4_MBT_COUNT 32u /* BARs; twice as many doublewords */
#define PHB4_MDT_COUNT 512u
#define PHB4_PEEV_COUNT 8u

/* Fundamental register set A; a field without its register above it is one of hw/regs/phb_regs.h. */
#define   PHB4_LSI_SRC_ID PPC_BITMASK(4, 12) /* number of the first LSI / 8 */
#define   PHB4_CA_STATUS PPC_BITMASK(1, 3) /* how the last cycle ended (QEMU) */
#define     PHB4_CA_STATUS_GOOD 0
#define     PHB4_CA_STATUS_UR 1
#define     PHB4_CA_STATUS_CRS 2
#define     PHB4_CA_STATUS_CA 4
#define   PHB4_CA_PE PPC_BITMASK(39, 47)
#define   PHB4_RTT_BASE_ADDRESS PPC_BITMASK(8, 46)
#define   PHB4_PELTV_BASE_ADDRESS PPC_BITMASK(8, 50)
#define   PHB4_PEST_BASE_ADDRESS PPC_BITMASK(8, 51)
#define PHB4_ASN_CMPM 0x1c0
#define PHB4_CAPI_CMPM 0x1c8
#define PHB4_M64_AOMASK 0x1d0
#define PHB4_NXLATE_PREFIX 0x1f8
#define   PHB5_DMA_WRITE_SYNC_START PPC_BIT(2)
#define   PHB5_DMA_WRITE_SYNC_COMPLETE PPC_BIT(3)
#define   PHB4_TCE_KILL_PSEL PPC_BIT(3) /* the lowest address bits are a size: */
#define   PHB4_TCE_KILL_SIZE PPC_BITMASK(50, 51)
#define     PHB4_TCE_KILL_64K 1
#define     PHB4_TCE_KILL_2M 2
#define     PHB4_TCE_KILL_1G 3
#define   PHB4_TCE_KILL_ADDR PPC_BITMASK(4, 51)
#define   PHB4_TCE_KILL_PENUM PPC_BITMASK(55, 63)
#define   PHB4_IODA_ADDR_MIST_PWV PPC_BITMASK(28, 31) /* which quarters of a MIST doubleword a write changes */
#define   PHB4_IODA_ADDR_TADR PPC_BITMASK(54, 63)
#define   PHB4_GEN_CAP_VALUE 0xe4b8000000000000ull /* QEMU; not decoded in public sources */
#define   PHB4_TCE_CAP_BIG 0x4008440000000400ull
#define   PHB4_TCE_CAP_SMALL 0x2008440000000200ull
#define   PHB4_IRQ_CAP_BIG 0x0800000000001000ull
#define   PHB4_IRQ_CAP_SMALL 0x0800000000000800ull
#define   PHB4_IRQ_CAP_SOURCES PPC_BITMASK(48, 63)
#define   PHB4_EEH_CAP_BIG 0x2000000000000000ull
#define   PHB4_EEH_CAP_SMALL 0x1000000000000000ull
#define   PHB4_EEH_CAP_PES PPC_BITMASK(0, 11)
#define PHB4_INT_NOTIFY_ADDR 0x300
#define   PHB5_INT_NOTIFY_ADDR_64K PPC_BIT(1)
#define PHB4_INT_NOTIFY_INDEX 0x308

/* Fundamental register set B. */
#define   PHB4_VERSION_VALUE 0x000000a400000002ull /* QEMU */
#define   PHB5_VERSION_VALUE 0x000000a500000002ull
#define   PHB5_CTRLR_IRQ_PQ_DISABLE PPC_BIT(9)
#define   PHB5_CTRLR_IRQ_ABT_MODE PPC_BIT(10)
#define   PHB4_CTRLR_IRQ_PGSZ_64K PPC_BIT(11)
#define   PHB4_CTRLR_IRQ_STORE_EOI PPC_BIT(12)
#define   PHB4_CTRLR_MMIO_RD_STRICT PPC_BIT(13)
#define   PHB4_CTRLR_MMIO_EEH_DISABLE PPC_BIT(14)
#define   PHB4_CTRLR_CFG_EEH_BLOCK PPC_BIT(15)
#define   PHB4_CTRLR_FENCE_LNKILL_DIS PPC_BIT(16)
#define   PHB4_CTRLR_TVT_ADDR_SEL PPC_BITMASK(17, 19) /* log2(TVEs of a PE) - 1 */
#define     PHB4_TVT_2_PER_PE 0
#define     PHB4_TVT_16_PER_PE 3
#define   PHB4_CTRLR_TCE_CLB_DISABLE PPC_BIT(21)
#define   PHB4_CTRLR_TVE1_4GB PPC_BIT(24)
#define   PHB4_CTRLR_DMA_RD_SPACING PPC_BITMASK(28, 31)
#define PHB4_Q_DMA_R PHB_QUIESCE_DMA_G
#define   PHB4_Q_DMA_R_QUIESCE PPC_BIT(0)
#define   PHB4_Q_DMA_R_AUTORESET PPC_BIT(1)
#define   PHB4_Q_DMA_R_DMA_RESP PPC_BIT(4)
#define   PHB4_Q_DMA_R_MMIO_RESP PPC_BIT(5)
#define   PHB4_Q_DMA_R_TCE_RESP PPC_BIT(6)
#define   PHB4_Q_DMA_R_TCE_KILL PPC_BIT(7) /* a kill is not done yet */
#define   PHB4_TCE_TAGS_VALUE 0xffffffffffffffffull /* skiboot */

/* Error trap groups: PHB4 calls OUT TXE, INA RXE_ARB, INB RXE_MRG; the fifth is its own. */
#define PHB4_TCE_ERR_BASE 0xe80

/* Root complex: its configuration space, 4 bytes at a time. */
#define PHB4_RC_CONFIG_BASE 0x1000
#define PHB4_RC_CONFIG_BYTES 0x800

/* REGB: the PCIe buffer layer (PBL) and the stack below it. */
#define PHB4_PBL_CONTROL 0x1800
#define   PHB4_PBL_CONTROL_VALUE 0xc009000000000000ull /* proposed reset values of QEMU's model (S. Abrar, 2025) */
#define PHB4_PBL_TIMEOUT_CTRL 0x1810
#define   PHB4_PBL_TIMEOUT_VALUE 0x2020000000000000ull
#define   PHB4_INIT_PBL_TIMEOUT 0x2013000000000000ull
#define PHB4_PBL_NPTAG_ENABLE 0x1820
#define   PHB4_PBL_NPTAG_VALUE 0xffffffff00000000ull
#define PHB4_PBL_NBW_CMP_MASK 0x1830
#define PHB4_PBL_SYS_LINK_INIT 0x1838
#define   PHB4_PBL_SYS_LINK_INIT_VALUE 0x80088b4642473000ull
#define PHB4_PBL_BUF_STATUS 0x1840
#define PHB4_PBL_ERR_BASE 0x1900
#define PHB4_PCIE_SCR 0x1a00
#define   PHB4_PCIE_SCR_SLOT_CAP PPC_BIT(15)
#define   PHB4_PCIE_SCR_MAX_SPEED PPC_BITMASK(32, 35)
#define PHB4_PCIE_CRESET 0x1a10
#define   PHB4_PCIE_CRESET_CFG_CORE PPC_BIT(0)
#define   PHB4_PCIE_CRESET_TLDLP PPC_BIT(1)
#define   PHB4_PCIE_CRESET_PBL PPC_BIT(2)
#define   PHB4_PCIE_CRESET_PERST_N PPC_BIT(3)
#define   PHB4_PCIE_CRESET_PIPE_N PPC_BIT(4)
#define PHB4_PCIE_HOTPLUG_STATUS 0x1a20
#define   PHB4_PCIE_HPSTAT_ABSENT PPC_BIT(10) /* skiboot: 0 means that a card is there */
#define PHB4_PCIE_DLP_TRAIN_CTL 0x1a40
#define   PHB4_PCIE_DLP_DISABLE_DETECT PPC_BIT(12)
#define   PHB4_PCIE_DLP_INBAND_PRESENCE PPC_BIT(19)
#define   PHB4_PCIE_DLP_TRAINING PPC_BIT(20)
#define   PHB4_PCIE_DLP_PGRESET PPC_BIT(22)
#define   PHB4_PCIE_DLP_LINK_ACTIVE PPC_BIT(23)
#define   PHB4_PCIE_DLP_LTSSM PPC_BITMASK(24, 27)
#define     PHB4_PCIE_DLP_LTSSM_RESET 0
#define     PHB4_PCIE_DLP_LTSSM_DETECT 1
#define     PHB4_PCIE_DLP_LTSSM_L0 4
#define     PHB4_PCIE_DLP_LTSSM_HOT_RESET 8
#define     PHB4_PCIE_DLP_LTSSM_DISABLED 9
#define   PHB4_PCIE_DLP_LINK_WIDTH PPC_BITMASK(30, 35)
#define   PHB4_PCIE_DLP_LINK_SPEED PPC_BITMASK(36, 39)
#define PHB4_PCIE_DLP_CTL 0x1a78
#define   PHB5_PCIE_DLP_CTL_SFC_DISABLE PPC_BIT(60) /* scaled flow control */
#define PHB4_PCIE_DLP_TRWCTL 0x1a80
#define PHB4_PCIE_DLP_ERRLOG1 0x1aa0
#define PHB4_PCIE_DLP_ERRLOG2 0x1aa8
#define PHB4_PCIE_DLP_ERR_STATUS 0x1ab0
#define PHB4_PCIE_DLP_ERR_COUNTERS 0x1ab8
#define PHB4_PCIE_LANE_EQ_FIRST 0x1ad0
#define PHB4_PCIE_LANE_EQ_LAST 0x1b08
#define PHB4_PCIE_TRACE_CTRL 0x1b20
#define PHB4_PCIE_MISC_STRAP 0x1b30
#define   PHB4_PCIE_MISC_STRAP_LINK_DOWN PPC_BITMASK(21, 22) /* error enable and kill enable; which is which is not said */
#define PHB4_PCIE_PHY_EQ_CNTL 0x1b38
#define PHB4_REGB_ERR_BASE 0x1c00
/* Registers of the PBL and REGB groups at the places where the others have enables. */
#define   PHB4_ERR_INF_ENABLE 0x20
#define   PHB4_ERR_ERC_ENABLE 0x28
#define   PHB4_ERR_FAT_ENABLE 0x30

/* Bits of the summary group, the REGB group and others that are no row of a trap table. */
#define PHB4_ESR_ARB_ANY PPC_BIT(20)
#define PHB4_ESR_MRG_ANY PPC_BIT(21)
#define PHB4_ESR_TCE_ANY PPC_BIT(22)
#define PHB4_ESR_TXE_ANY PPC_BIT(23)
#define PHB4_ESR_REGB_INF PPC_BIT(24)
#define PHB4_ESR_REGB_ERC PPC_BIT(25)
#define PHB4_ESR_REGB_FAT PPC_BIT(26)
#define PHB4_REGB_PBL_INF PPC_BIT(25)
#define PHB4_REGB_PBL_ERC PPC_BIT(26)
#define PHB4_REGB_PBL_FAT PPC_BIT(27)

/* Values that skiboot's phb4_init_hw() and phb4_int_unmask_all() write. */
#define PHB4_INIT_CTRLR (PHB4_CTRLR_IRQ_PGSZ_64K | PHB4_CTRLR_TCE_CLB_DISABLE)
#define PHB4_INIT_ASN_CMPM 0x0c00ff0000000001ull /* indication, mask, enable */
#define PHB4_INIT_TIMEOUT_CTRL1 0x0015150000150000ull
#define PHB4_INIT_TIMEOUT_CTRL2 0x0000151500000000ull
#define PHB4_INIT_ERR_LEM_ENABLE 0xffffffffffffffffull
#define PHB4_INIT_ERR_IRQ_ENABLE 0xca8880cc00000000ull
#define PHB4_INIT_ERR_FREEZE_ENABLE 0x0000004000000000ull
#define PHB4_INIT_ERR_FENCE_ENABLE 0x35777033ff000000ull
#define PHB4_INIT_TXE_LEM_ENABLE 0xffffff0fffffffffull
#define PHB4_INIT_TXE_IRQ_ENABLE 0x2008400e08200000ull
#define PHB5_INIT_TXE_IRQ_ENABLE 0x200850be08200020ull
#define PHB4_INIT_TXE_FREEZE_ENABLE 0x0000000a00000000ull
#define PHB5_INIT_TXE_FREEZE_ENABLE 0x0000500a00000000ull
#define PHB4_INIT_TXE_FENCE_ENABLE 0xdff7bd05f7ddfff0ull
#define PHB5_INIT_TXE_FENCE_ENABLE 0xdff7af41f7ddffdfull
#define PHB4_INIT_ARB_LEM_ENABLE 0xfffffffffbffffffull
#define PHB4_INIT_ARB_IRQ_ENABLE 0xc40038fc01804070ull
#define PHB4_INIT_ARB_FREEZE_ENABLE 0xc00018b801000060ull
#define PHB4_INIT_ARB_FENCE_ENABLE 0x3bffd703fa7fbf8full
#define PHB4_INIT_ARB_FIRST_MASK 0x0000000004000000ull
#define PHB4_INIT_MRG_LEM_ENABLE 0xffffffffffffffffull
#define PHB4_INIT_MRG_IRQ_ENABLE 0x00006100008000a8ull
#define PHB4_INIT_MRG_FREEZE_ENABLE 0x0000600000000000ull
#define PHB4_INIT_MRG_FENCE_ENABLE 0xfffffeffff7fff57ull
#define PHB4_INIT_TCE_LEM_ENABLE 0xffffffffffffffffull
#define PHB4_INIT_TCE_IRQ_ENABLE 0x60510050c0000000ull
#define PHB4_INIT_TCE_FREEZE_ENABLE 0x60000000c0000000ull
#define PHB4_INIT_TCE_FENCE_ENABLE 0x9faeffaf3fffffffull
#define PHB4_INIT_PBL_INF_ENABLE 0x000000004d1780f8ull
#define PHB4_INIT_PBL_ERC_ENABLE 0x0000000000000000ull
#define PHB4_INIT_PBL_FAT_ENABLE 0xffffffffb2f87f07ull
#define PHB4_INIT_REGB_INF_ENABLE 0x2130006efca8bc00ull
#define PHB4_INIT_REGB_ERC_ENABLE 0x0080000000000000ull
#define PHB4_INIT_REGB_FAT_ENABLE 0xde1fff91035743ffull
#define PHB4_LINK_REGB_FAT_ENABLE 0xde0fff91035743ffull /* with a link */
#define PHB4_INIT_REGB_FIRST_MASK 0x0040000000000000ull
#define PHB4_INIT_LEM_ACTION 0xffffffffffffffffull
#define PHB5_INIT_PHY_EQ_CNTL 0x80f4ffffff0f9c00ull
static_assert(!(PHB4_INIT_ERR_FREEZE_ENABLE & PHB4_INIT_ERR_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(PHB4_INIT_TXE_FREEZE_ENABLE & PHB4_INIT_TXE_FENCE_ENABLE), "an error freezes or fences");
static_assert(!(PHB5_INIT_TXE_FREEZE_ENABLE & PHB5_INIT_TXE_FENCE_ENABLE), "an error freezes or fences");
static_assert((PHB4_INIT_ARB_FREEZE_ENABLE & PHB4_INIT_ARB_FENCE_ENABLE) == PPC_BIT(19), "completion timeout: both");
static_assert((PHB4_INIT_MRG_FREEZE_ENABLE & PHB4_INIT_MRG_FENCE_ENABLE) == PPC_BITMASK(17, 18), "migration: both");
static_assert(!(PHB4_INIT_TCE_FREEZE_ENABLE & PHB4_INIT_TCE_FENCE_ENABLE), "an error freezes or fences");
static_assert((PHB4_INIT_PBL_INF_ENABLE & PHB4_INIT_PBL_FAT_ENABLE) == PPC_BIT(43), "poisoned TLP: both");
static_assert((PHB4_INIT_REGB_INF_ENABLE & PHB4_INIT_REGB_FAT_ENABLE) == PPC_BIT(11), "link bandwidth: both");

static_assert(PHB4_LSI_SRC_ID == 0x0ff8000000000000ull && PHB4_CA_PE == 0x0000000001ff0000ull, "skiboot");
static_assert(PHB4_RTT_BASE_ADDRESS == 0x00fffffffffe0000ull && PHB4_PELTV_BASE_ADDRESS == 0x00ffffffffffe000ull, "skiboot");
static_assert(PHB4_PEST_BASE_ADDRESS == 0x00fffffffffff000ull, "skiboot");
static_assert(PHB4_TCE_KILL_SIZE == 0x3000 && PHB4_TCE_KILL_PENUM == 0x1ff, "skiboot");
static_assert(PHB4_IODA_ADDR_MIST_PWV == 0x0000000f00000000ull && PHB4_IODA_ADDR_TADR == 0x3ff, "skiboot");
static_assert(PHB4_CTRLR_TVT_ADDR_SEL == 0x0000700000000000ull, "skiboot");
static_assert(PHB4_PCIE_DLP_LTSSM == 0x000000f000000000ull && PHB4_PCIE_DLP_LINK_WIDTH == 0x00000003f0000000ull, "skiboot");
static_assert(PHB4_PCIE_DLP_LINK_SPEED == 0x000000000f000000ull, "skiboot");

#endif

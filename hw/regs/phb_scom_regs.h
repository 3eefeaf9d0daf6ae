/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_PHB_SCOM_REGS_H
#define HW_REGS_PHB_SCOM_REGS_H
/*
 * hw/regs/phb_scom_regs.h - registers of a PHB on the pervasive (SCOM) bus, through which firmware finds and forces a
 * fence, resets the PHB's core and reads registers behind a fence.
 *
 * Offsets in words from three bases per PHB: nest (PBCQ on PHB3, the stack's nest unit on PHB4), PCI and the indirect
 * window (SPCI on PHB3, ETU on PHB4). Facts from skiboot (hw/phb3.c, include/phb4-regs.h, commit ecebf4fb3), bases from
 * QEMU 10.0 (include/hw/ppc/pnv_xscom.h).
 */
#include "hw/ppc_bits.h"

/* clang-format off */

/* Nest. */
#define PHB_SCOM_NFIR 0x0
#define   PHB_SCOM_NFIR_FENCED PPC_BIT(16) /* AIB fence; PHB4 calls it a freeze of the PCI FIR */
#define   PHB3_SCOM_NFIR_FORCE PPC_BITMASK(24, 27) /* written to the set register: fence now */
#define   PHB4_SCOM_NFIR_FORCE PPC_BIT(26)
#define PHB_SCOM_NFIR_CLEAR 0x1 /* AND */
#define PHB_SCOM_NFIR_SET 0x2 /* OR */
#define PHB_SCOM_NFIR_MASK 0x3
#define PHB4_SCOM_FIR_MASK_CLEAR 0x4 /* AND */
#define PHB4_SCOM_FIR_MASK_SET 0x5 /* OR */
#define PHB_SCOM_NFIR_WOF 0x8
#define PHB3_SCOM_PBCQ_INJECT 0xa
#define PHB3_SCOM_PBCQ_STATUS 0xf
#define PHB4_SCOM_PBCQ_STATUS 0xc
#define PHB4_SCOM_PBCQ_MODE 0xd
#define   PHB4_SCOM_PBCQ_MODE_P2P PPC_BIT(0) /* keep a queue for stores of other PHBs */
#define   PHB_SCOM_STATUS_PENDING PPC_BITMASK(0, 1)
/* PCI. */
#define PHB_SCOM_ETU_RESET 0xa
#define   PHB_SCOM_ETU_RESET_HOLD PPC_BIT(0)
/* Indirect access to the PHB's registers. */
#define PHB3_SCOM_ASB_ADDR 0x0
#define PHB3_SCOM_ASB_STATUS 0x1
#define PHB3_SCOM_ASB_DATA 0x2
#define PHB4_SCOM_ASB_ADDR 0x0
#define PHB4_SCOM_ASB_DATA 0x1
#define   PHB_SCOM_ASB_VALID PPC_BIT(0)
#define   PHB_SCOM_ASB_4B PPC_BIT(1)
#define   PHB_SCOM_ASB_AUTOINC PPC_BIT(2)
#define   PHB_SCOM_ASB_OFFSET PPC_BITMASK(51, 63)

#define PHB_SCOM_UNIT_WORDS 0x40u

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_XIVE_REGS_H
#define HW_REGS_XIVE_REGS_H
/*
 * hw/regs/xive_regs.h - the event state buffer (ESB) page of an interrupt source, through which software ends and masks
 * it: offsets in a page. Facts from skiboot (include/xive-regs.h) and Linux (arch/powerpc/include/asm/xive-regs.h).
 *
 * Loads are of 8 bytes and give the state before: P in LSB-0 bit 1, Q in bit 0; a load at LOAD_EOI gives 1 when the
 * interrupt came again meanwhile. A store's value does not matter.
 */

#define XIVE_ESB_LOAD_EOI 0x000u      /* load */
#define XIVE_ESB_STORE_TRIGGER 0x000u /* store */
#define XIVE_ESB_STORE_EOI 0x400u     /* store, where the source can do that */
#define XIVE_ESB_GET 0x800u	      /* load */
#define XIVE_ESB_SET_PQ_00 0xc00u     /* load; each 0x100 more sets one state on */
#define XIVE_ESB_SET_PQ_01 0xd00u
#define XIVE_ESB_SET_PQ_10 0xe00u
#define XIVE_ESB_SET_PQ_11 0xf00u
#define XIVE_ESB_OFFSET_MASK 0xfffu

#define XIVE_ESB_VAL_P 2u
#define XIVE_ESB_VAL_Q 1u

#define XIVE_ESB_SHIFT_4K 12
#define XIVE_ESB_SHIFT_64K 16

#endif

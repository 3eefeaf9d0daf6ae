/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB_ROWS_H
#define HW_PHB_PHB_ROWS_H
/*
 * hw/phb/phb_rows.h - how a register row is written down (struct phb_reg_row); for the tables of the generations only.
 */
#include "hw/phb/phb_error.h"

/* clang-format off */
#define STORE(off, text) {.offset = (off), .count = 1, .name = (text)}
#define RESET(off, text, value) {.offset = (off), .count = 1, .name = (text), .reset = (value)}
#define RANGE(first, last, text) {.offset = (first), .count = ((last) - (first)) / 8 + 1, .name = (text)}
#define BITS(off, text, writable) {.offset = (off), .count = 1, .name = (text), .read_only = ~(writable)}
#define FIXED(off, text, value) {.offset = (off), .count = 1, .name = (text), .reset = (value), .read_only = UINT64_MAX}
#define HOOK(off, text, rd, wr) \
	{.offset = (off), .count = 1, .name = (text), .read_only = UINT64_MAX, .read = (rd), .write = (wr)}
#define WRITE(off, text, wr) {.offset = (off), .count = 1, .name = (text), .write = (wr)}
#define LEM(off, text, value) \
	{.offset = (off), .count = 1, .name = (text), .reset = (value), .sticky = true, .write = phb_lem_write}
#define TRAP(off, n, text, value, keep) \
	{.offset = (off), .count = (n), .name = (text), .reset = (value), .sticky = (keep), \
	 .read = phb_trap_read, .write = phb_trap_write}
/*
 * An error trap group. Reset values of enables and masks are not known. The model wakes up isolating and reporting
 * nothing: FREEZE_ENABLE holds @freeze, firmware's mask, so that isolation never depends on firmware; all else is off,
 * and STATUS_MASK and ERR1_MASK hide everything, as LEM_ERROR_MASK does.
 */
#define TRAPS(base, text, freeze) \
	TRAP((base) + PHB_ERR_STATUS, 3, text "_STATUS_ERR1_INJECT", 0, true), \
	TRAP((base) + PHB_ERR_LEM_ENABLE, 1, text "_LEM_ENABLE", 0, false), \
	TRAP((base) + PHB_ERR_IRQ_ENABLE, 1, text "_IRQ_ENABLE", 0, false), \
	TRAP((base) + PHB_ERR_FREEZE_ENABLE, 1, text "_FREEZE_ENABLE", freeze, false), \
	TRAP((base) + PHB_ERR_FENCE_ENABLE, 1, text "_FENCE_ENABLE", 0, false), \
	TRAP((base) + PHB_ERR_LOG0, 2, text "_LOG", 0, true), \
	TRAP((base) + PHB_ERR_STATUS_MASK, 2, text "_MASKS", UINT64_MAX, false)
/* clang-format on */

#endif

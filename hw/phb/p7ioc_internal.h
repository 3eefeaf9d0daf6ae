/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_P7IOC_INTERNAL_H
#define HW_PHB_P7IOC_INTERNAL_H
/* hw/phb/p7ioc_internal.h - hooks of the generation p7ioc, for hw/phb/p7ioc*.c and their tests only. */
#include "hw/phb/phb_error.h"
#include "hw/regs/p7ioc_regs.h"

/**
 * struct p7ioc_filter - a filter of requesters as PELTM, TVT and MVT have it: a RID passes when it equals @value under
 * @mask.
 */
struct p7ioc_filter {
	uint16_t value, mask;
};

/**
 * p7ioc_filter - from an entry's fields. @code: which bits of @bus count (IODA1_BUS_*). @dev_valid, @func_valid: does
 * the number count?
 */
struct p7ioc_filter p7ioc_filter(uint64_t code, uint64_t bus, bool dev_valid, uint64_t dev, bool func_valid,
				 uint64_t func);

/* p7ioc_xlate.c */
void p7ioc_select(struct phb *phb);
enum phb_verdict p7ioc_find_pe(const struct phb *phb, uint16_t rid, uint32_t *pe);
void p7ioc_peltm_write(struct phb *phb, uint32_t index, uint64_t value);
void p7ioc_tve_decode(struct phb *phb, uint32_t index);

/* p7ioc_mmio.c */
bool p7ioc_route(const struct phb *phb, uint64_t real, struct phb_route *out);

/* p7ioc_msi.c */
enum phb_verdict p7ioc_msi(struct phb *phb, const struct tlp *tlp, uint32_t pe, uint32_t *source);
bool p7ioc_lsi(struct phb *phb, uint32_t lsi, bool on);
void p7ioc_mxivt_write(struct phb *phb, uint32_t index, uint64_t value);

#endif

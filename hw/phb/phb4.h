/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB4_H
#define HW_PHB_PHB4_H
/*
 * hw/phb/phb4.h - what the files of the generations PHB4 and PHB5 (hw/phb/phb4*.c) share.
 */
#include "hw/phb/phb_internal.h"
#include "hw/regs/phb4_regs.h"

/* phb4_mbt.c: hooks of the table MBT and of struct phb_gen. */
void phb4_mbt_write(struct phb *phb, uint32_t index, uint64_t value);
bool phb4_route(const struct phb *phb, uint64_t real, struct phb_route *out);

/* phb4_msi.c: hooks of the tables MIST and LIST and of struct phb_gen. */
void phb4_mist_write(struct phb *phb, uint32_t index, uint64_t value);
void phb4_list_write(struct phb *phb, uint32_t index, uint64_t value);
enum phb_verdict phb4_msi(struct phb *phb, const struct tlp *tlp, uint32_t pe, uint32_t *source);
bool phb4_lsi(struct phb *phb, uint32_t lsi, bool on);
uint64_t phb4_esb_read(struct phb *phb, uint64_t offset);
void phb4_esb_write(struct phb *phb, uint64_t offset);

/* phb4_views.c: hooks of the tables that show caches. */
uint64_t phb4_rcam_read(struct phb *phb, uint32_t index);
uint64_t phb4_tcam_read(struct phb *phb, uint32_t index);
uint64_t phb4_tdr_read(struct phb *phb, uint32_t index);

#endif

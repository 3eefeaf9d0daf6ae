/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB_ERROR_H
#define HW_PHB_PHB_ERROR_H
/*
 * hw/phb/phb_error.h - the way of an error through a PHB: what found it describes it (struct phb_error), the trap group
 * decides (phb_trap.c), and then come the FIR and the interrupts (phb_lem.c), the freeze (phb_pest.c) or the fence
 * (phb_fence.c). For hw/phb/ and its tests only.
 */
#include "hw/phb/phb_internal.h"

/* phb_pest.c */
/**
 * struct phb_error - an error as the PEST record tells it.
 * @cause: PESTA cause bits. @type: IODA2_PEST_*. @rid, @msi_data, @addr: fields of the record; its LEM bit is the
 * trap's.
 * @message: the error came as a PCIe message (PELT-V scope). @trap: where it is caught. @force: freeze the PE whatever
 * the enables say. @pe: PHB_PE_NONE when nobody is to blame, PHB_PE_ALL when all are concerned.
 */
struct phb_error {
	uint64_t cause, addr;
	uint32_t pe, type;
	enum phb_trap trap;
	bool force;
	uint16_t rid, msi_data;
	bool message;
};
/** phb_pest_word - doubleword A of the record of @error, with bit 0. */
uint64_t phb_pest_word(const struct phb *phb, const struct phb_error *error);
/** phb_pest_error - record @error and freeze its PE; whether it is to freeze is decided in phb_trap.c. */
void phb_pest_error(struct phb *phb, const struct phb_error *error);
/** phb_pest_set - software writes bit 0 of PESTA (@dma false) or PESTB of @pe. */
void phb_pest_set(struct phb *phb, uint32_t pe, bool dma, bool frozen);
bool phb_pest_any(const struct phb *phb);
/** phb_pest_refresh - whether a frozen PE's MMIO is stopped has changed for all. */
void phb_pest_refresh(struct phb *phb);

/** phb_pest_thaw_all - a reset clears all freeze bits. */
void phb_pest_thaw_all(struct phb *phb);

/* phb_trap.c */
/** phb_trap_error - an error: caught in its group, and what the group's enables make of it. */
void phb_trap_error(struct phb *phb, const struct phb_error *error);
/** phb_trap_note - an error that belongs to no PE; @addr for the log. */
void phb_trap_note(struct phb *phb, enum phb_trap trap, uint64_t addr);
/** phb_trap_bit - an error that no row names, at IBM bit @bit of @group. */
void phb_trap_bit(struct phb *phb, uint32_t group, uint32_t bit, uint64_t addr);
uint64_t phb_trap_read(struct phb *phb, uint32_t offset);
void phb_trap_write(struct phb *phb, uint32_t offset, uint64_t value);
/** phb_errors_clear - status, first error, logs and FIR. */
void phb_errors_clear(struct phb *phb);
/** phb_trap_summary - ETU_ERR_SUMMARY. */
uint64_t phb_trap_summary(const struct phb *phb);
/** phb_trap_channel - DMA_CHAN_STATUS or CPU_LOADSTORE_STATUS. */
uint64_t phb_trap_channel(const struct phb *phb, enum phb_trap_side side);

/* phb_lem.c */
void phb_lem_set(struct phb *phb, uint32_t bit);
void phb_lem_write(struct phb *phb, uint32_t offset, uint64_t value);
/** phb_lsi_update - bring LSIs 6 and 7 up to date with all status, enable and mask registers. */
void phb_lsi_update(struct phb *phb);

/* phb_fence.c */
/** phb_refusal - how a DMA read ends that is not performed; @frozen: because its PE is. */
enum tlp_status phb_refusal(const struct phb *phb, bool frozen);
/** phb_tell_hub - what the chip around the PHB sees of it may have changed. */
void phb_tell_hub(const struct phb *phb);
/** phb_fence - cut the PHB off. @status, @group: what did it, for the trace. */
void phb_fence(struct phb *phb, uint64_t status, uint32_t group);
/** phb_out - is it cut off, by a fence or a reset that lasts? */
static inline bool phb_out(const struct phb *phb)
{
	return phb->guard & PHB_GUARD_OUT;
}

/* phb_link.c */
/** phb_perst_write - a write of the register that drives PERST#. */
void phb_perst_write(struct phb *phb, uint32_t offset, uint64_t value);
/** phb_link_reset - the core has been reset, its registers too; @perst: what the one that drives PERST# held before. */
void phb_link_reset(struct phb *phb, uint64_t perst);
/** phb_is_root_space - is register @offset in the root port's configuration space, where that is mapped? */
bool phb_is_root_space(const struct phb *phb, uint64_t offset);
/* Aligned words of it. */
uint64_t phb_root_read(struct phb *phb, uint64_t offset);
void phb_root_write(struct phb *phb, uint64_t offset, uint64_t value);

/* phb_scom.c */
/** phb_scom_note_fence - the nest sees that the PHB is fenced. */
void phb_scom_note_fence(struct phb *phb);

/* phb_inject.c */
/** phb_inject_arm - a write of PAPR_ERR_INJ_CTL. */
void phb_inject_arm(struct phb *phb, uint32_t offset, uint64_t control);
/** phb_inject_dma, phb_inject_mmio, phb_inject_config - does this access meet the armed injection? It is an error then.
 */
bool phb_inject_dma(struct phb *phb, const struct tlp *tlp);
bool phb_inject_mmio(struct phb *phb, const struct phb_route *route, uint64_t real, bool write);
bool phb_inject_config(struct phb *phb, bool write);

/* phb_timeout.c */
/**
 * phb_timeout_begin - a load (type IODA2_PEST_MMIO_LOAD) or configuration cycle went out that nobody answers. @error:
 * what it is when time is up; trap PHB_TRAP_COUNT: none. @held: the CPU waits for it.
 */
void phb_timeout_begin(struct phb *phb, const struct phb_error *error, bool held);
/** phb_timeout_pending - is a load out that nobody answers? */
bool phb_timeout_pending(const struct phb *phb);
void phb_timeout_init(struct phb *phb);
/** phb_timeout_reset - what is out is forgotten. */
void phb_timeout_reset(struct phb *phb);
void phb_timeout_finish(struct phb *phb);

/* phb_fault.c */
/** phb_fault - count a DMA error, and freeze the PE if there is one to freeze. */
void phb_fault(struct phb *phb, enum phb_verdict verdict, uint32_t pe, const struct tlp *tlp);
const char *phb_verdict_why(enum phb_verdict verdict);

#endif

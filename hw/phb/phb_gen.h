/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PHB_PHB_GEN_H
#define HW_PHB_PHB_GEN_H
/*
 * hw/phb/phb_gen.h - a generation of PHBs as data: sizes, register rows, on-chip tables, error traps, and hooks where
 * generations do the same thing in different formats. The model around it (hw/phb/phb_*.c) is one for all of them.
 *
 * A generation is one file, hw/phb/<name>.c, with one const struct phb_gen, listed in phb_gen.c in the order of
 * phb_gen_names.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hw/phb/phb.h"
#include "hw/regs/ioda_regs.h"
#include "hw/regs/phb_scom_regs.h"

struct phb;
struct phb_error;
struct tlp;

/* What any generation fits into; arrays of struct phb have these sizes. */
#define PHB_PE_MAX 512u
#define PHB_TVT_MAX 1024u
#define PHB_TVES_PER_PE_LOG2_MAX 4u
#define PHB_REG_BYTES_MAX 0x2000u
#define PHB_SOURCES_MAX 4096u
#define PHB_SCOM_PHBS 6u

/* For a CONTROL bit of struct phb_gen: as if it were set. */
#define PHB_ALWAYS UINT64_MAX

/** enum phb_verdict - what translation says of one access. */
enum phb_verdict {
	PHB_XLATE_OK,
	PHB_XLATE_MSI,		/* not memory: a message interrupt */
	PHB_XLATE_FROZEN,	/* the PE's DMA is stopped */
	PHB_XLATE_RTT_DISABLED, /* errors from here on */
	PHB_XLATE_RTE_INVALID,
	PHB_XLATE_ADDR_CLASS,
	PHB_XLATE_MSI_READ,
	PHB_XLATE_MSI_SIZE,
	PHB_XLATE_MSI_ADDRESS, /* crooked, or a number that there is not */
	PHB_XLATE_MSI_PE,
	PHB_XLATE_TVE_INVALID,
	PHB_XLATE_TVE_DENIED, /* the window is another requester's */
	PHB_XLATE_TVE_RANGE,
	PHB_XLATE_PAGE_FAULT,
	PHB_XLATE_ACCESS_FAULT,
	PHB_XLATE_WALK_ERROR, /* a table lies outside RAM */
	PHB_XLATE_IVT_DISABLED,
	PHB_XLATE_POISONED,
	PHB_XLATE_ERR_FATAL,
	PHB_XLATE_ERR_NONFATAL,
	PHB_XLATE_VERDICTS,
	/* Only from phb_xlate_probe(): something has to be fetched first. */
	PHB_XLATE_RTC_MISS = PHB_XLATE_VERDICTS,
	PHB_XLATE_TCE_MISS,
};

/** enum phb_trap - what the error trap groups can catch. */
enum phb_trap {
	PHB_TRAP_DECODE,
	PHB_TRAP_SIZE,
	PHB_TRAP_ALIGNMENT,
	PHB_TRAP_INJECT_OUT,
	PHB_TRAP_CFG_WRITE, /* a configuration write ended as an error */
	PHB_TRAP_CFG_ENABLE,
	PHB_TRAP_CFG_SIZE,
	PHB_TRAP_CFG_BUS,
	PHB_TRAP_CFG_LINK,
	PHB_TRAP_CFG_TIMEOUT, /* a configuration write that nobody answered */
	PHB_TRAP_CA, /* how a load ended */
	PHB_TRAP_UR,
	PHB_TRAP_TIMEOUT,
	PHB_TRAP_UNEXPECTED, /* a completion that nobody waits for */
	PHB_TRAP_REQUEST, /* a device's request that nobody supports */
	PHB_TRAP_POISONED,
	PHB_TRAP_TVE_INVALID,
	PHB_TRAP_TVE_DENIED,
	PHB_TRAP_TVE_ADDRESS,
	PHB_TRAP_MSI_SIZE,
	PHB_TRAP_MSI_ADDRESS,
	PHB_TRAP_MSI_PE,
	PHB_TRAP_PELTV_BAR,
	PHB_TRAP_INJECT_IN,
	PHB_TRAP_RTE_PE,
	PHB_TRAP_TABLE_BAR,
	PHB_TRAP_ERR_FATAL,
	PHB_TRAP_ERR_NONFATAL,
	PHB_TRAP_ERR_COR,
	PHB_TRAP_PEST_BAR,
	PHB_TRAP_TCE_REQUEST,
	PHB_TRAP_TCE_RESPONSE,
	PHB_TRAP_TCE_FETCH,
	PHB_TRAP_KILL_OVERFLOW,
	PHB_TRAP_IODA_ACCESS,
	PHB_TRAP_LINK_DOWN,
	PHB_TRAP_COUNT,
};

/**
 * struct phb_reg_row - one register, or @count consecutive ones that are alike.
 * @reset: its value after a reset. @read_only: bits that writes leave. @w1c: bits that a written 1 clears.
 * @sticky: survives a reset. @read, @write: NULL for storage under the masks; @offset is that of the access.
 */
struct phb_reg_row {
	uint32_t offset, count;
	const char *name;
	uint64_t reset, read_only, w1c;
	uint64_t (*read)(struct phb *phb, uint32_t offset);
	void (*write)(struct phb *phb, uint32_t offset, uint64_t value);
	bool sticky;
};

struct phb_reg_rows {
	const struct phb_reg_row *row;
	size_t count;
};

/**
 * struct phb_ioda_table - an on-chip table. @count: entries, a power of two; 0: no such table.
 * @wide: entries have a second doubleword, which is reached through DATA1 and kept @count places behind the first.
 * @read, @write: NULL for storage; @index is that place for a second doubleword.
 */
struct phb_ioda_table {
	uint32_t count;
	uint64_t (*read)(struct phb *phb, uint32_t index);
	void (*write)(struct phb *phb, uint32_t index, uint64_t value);
	bool wide;
};

/**
 * struct phb_trap_row - where an error is caught. @group: base of its trap group; 0: this generation does not catch it.
 * @bit: IBM bit there. @lem_bit: in the FIR and in the PEST record.
 */
struct phb_trap_row {
	uint32_t group, bit, lem_bit;
	const char *name;
};

/** enum phb_trap_side - whose traffic a trap group watches: none's in particular, the CPUs', the devices'. */
enum phb_trap_side { PHB_SIDE_NONE, PHB_SIDE_CPU, PHB_SIDE_DMA };

/* Classes of an error in the PCIe stack: informs, is recoverable, is fatal. */
#define PHB_TRAP_CLASSES 3

/**
 * struct phb_trap_group - @lem_bit: of a bit that no row names. @any: its bit in the summary group.
 * @up: base of the group to which this one hands its errors on, instead of consequences of its own; 0: it has its own.
 * @up_bits: the bit there of each class.
 */
struct phb_trap_group {
	uint32_t base, lem_bit;
	uint64_t any;
	const char *name;
	enum phb_trap_side side;
	uint32_t up;
	uint64_t up_bits[PHB_TRAP_CLASSES];
};

/** enum phb_kill_kind - what a write of TCE_KILL asks to forget. */
enum phb_kill_kind { PHB_KILL_NONE, PHB_KILL_ALL, PHB_KILL_PE, PHB_KILL_PAGE, PHB_KILL_PAIR };

/**
 * struct phb_kill - @pe: of KILL_PE and KILL_PAGE. @addr: DMA address of KILL_PAGE, real address of KILL_PAIR. @bytes:
 * that a KILL_PAGE covers; 0: the page there, whatever its size. @value: as written to TCE_KILL.
 */
struct phb_kill {
	enum phb_kill_kind kind;
	uint32_t pe;
	uint64_t addr, bytes, value;
};

/**
 * struct phb_route - what an outbound MMIO access meets. @pci: address on the link. @pe: whose segment it is.
 * @io: an address of I/O space.
 */
struct phb_route {
	uint64_t pci;
	uint32_t pe;
	bool io;
};

/**
 * struct phb_inject_fields - which bits of PAPR_ERR_INJ_ADDR and _MASK are compared, by kind of access.
 * @dma_shift: what is compared of a DMA address is the address shifted down by it.
 */
struct phb_inject_fields {
	uint64_t mmio, io, config, dma;
	uint32_t dma_shift;
};

/** enum phb_scom_role - what a register on the pervasive bus is. */
enum phb_scom_role {
	PHB_SCOM_FIR,
	PHB_SCOM_FIR_AND,
	PHB_SCOM_FIR_OR,
	PHB_SCOM_FIR_MASK,
	PHB_SCOM_FIR_MASK_AND,
	PHB_SCOM_FIR_MASK_OR,
	PHB_SCOM_FIR_WOF,
	PHB_SCOM_PENDING, /* transactions in the queues */
	PHB_SCOM_MODE,	  /* storage */
	PHB_SCOM_RESET,	  /* of the PHB's core */
	PHB_SCOM_ASB_ADDRESS,
	PHB_SCOM_ASB_DATA,
	PHB_SCOM_NOTHING, /* accepted without an effect, reads 0 */
};

/** struct phb_scom_row - a register on the pervasive bus. @pci_fir: the FIR of the PCI unit, not the nest's. */
struct phb_scom_row {
	enum phb_scom_unit unit;
	uint32_t offset;
	enum phb_scom_role role;
	bool pci_fir;
};

/**
 * struct phb_shape - how large a PHB is. @tables: on-chip tables, IODA_TBL_COUNT of them, by selector.
 * LSIs are the 8 sources from @msi_count on.
 */
struct phb_shape {
	uint32_t pe_count, tve_count, msi_count, source_count;
	const struct phb_ioda_table *tables;
};

/* A chip may have PHBs of two sizes. */
enum phb_size { PHB_SMALL, PHB_BIG, PHB_SIZES };

/** struct phb_gen - one generation. IBM bits and masks are those of its register header. */
struct phb_gen {
	const char *name;
	enum platform_phb_type type;
	const struct phb_shape *shape[PHB_SIZES]; /* the same twice when there is one size */
	uint32_t big_phbs;			  /* bit n: the n-th PHB of a chip is a big one */
	uint32_t reg_bytes;

	/* Registers, traps, tables. */
	const struct phb_reg_rows *const *rows; /* NULL at the end */
	uint64_t ioda_tadr;			/* IODA_ADDR: the index field */
	const struct phb_trap_row *traps;	/* PHB_TRAP_COUNT of them */
	const struct phb_trap_group *groups;	/* the first is the summary */
	uint32_t group_count;
	struct phb_inject_fields inject;
	bool traps_by_fetch; /* PHB_TRAP_TCE_REQUEST and _RESPONSE tell when a fault was found, not which */
	bool lem_interrupts; /* an unmasked bit of the FIR is an interrupt */

	/* Configuration cycles: fields of CONFIG_ADDRESS, 0: it has none (@config_pe: whose RID it is); CONTROL bit
	 * that keeps them from frozen PEs, 0: they always go out, PHB_ALWAYS: they never do. @root_mapped: the root
	 * complex' space is among the registers, and not reached by cycles. */
	uint64_t config_pe, config_status, config_block;
	bool root_mapped;

	/* Link. @perst: the register that resets what is below, unless @perst_off is set in it. @link_error: bits of
	 * MISC_STRAP, one of which makes a link that goes down an error. */
	uint32_t perst;
	uint64_t perst_off, link_error;

	/* Tables in memory: address fields of their BARs. 0: the table is on the chip. */
	uint64_t rtt_addr, peltv_addr, pest_addr;

	/* Pervasive bus. @nfir_force: bits whose setting fences. @asb_valid: indirect addresses need their valid bit.
	 */
	const struct phb_scom_row *scom;
	uint32_t scom_count;
	uint64_t nfir_force;
	bool asb_valid;
	const uint32_t (*scom_base)[PLATFORM_SCOM_UNITS]; /* of PHBs 0 to PHB_SCOM_PHBS - 1 */

	/* Translation. @page_codes: bit n: TVE page code n is one of the generation. @tves_per_pe_log2: after a reset.
	 * @extent_cause: PEST cause of an address beyond its window. */
	uint32_t page_codes, tves_per_pe_log2;
	uint64_t extent_cause;
	uint64_t read_abort;  /* CONTROL bit that makes refused reads Completer Aborts; 0: none, as configured */
	uint64_t msi64_class; /* bits 63:60 (LSB-0) of a 64-bit MSI address */
	uint64_t low_bypass;  /* CONTROL bit that lets window 0 be non-translated below 4 GiB; 0: it always may */
	uint64_t real_bounds; /* TVE bit of a non-translated window that has bounds; 0: all have */
	bool kill_async;      /* kills are queued and have a status */
	bool write_sync;      /* there is a sync for posted requests, too */
	const uint8_t (*read_engines)[PHB_SCOM_PHBS]; /* by split of the PEC, then PHB of the chip; NULL: no limit known */
	uint64_t pq_disable;   /* CONTROL bit that leaves the state of MSIs to the interrupt controller */
	uint64_t tclb_disable; /* CONTROL bit that disables the line buffer; 0: there is none */

	/* Hooks. @select: NULL: PEs have TVEs of their own (phb_select_set()). */
	void (*select)(struct phb *phb);
	enum phb_verdict (*find_pe)(const struct phb *phb, uint16_t rid, uint32_t *pe);
	void (*tve_decode)(struct phb *phb, uint32_t index);
	struct phb_kill (*kill)(uint64_t value); /* decode a write of TCE_KILL */
	/* Decide about an MSI. Return: PHB_XLATE_OK and *@source to present (UINT32_MAX: none now). */
	enum phb_verdict (*msi)(struct phb *phb, const struct tlp *tlp, uint32_t pe, uint32_t *source);
	/* Where the entry of interrupt @source lies in memory; NULL: on the chip. Return: false: nowhere. */
	bool (*ive_at)(const struct phb *phb, uint32_t source, struct raddr *at);
	/* Which window and segment takes the CPU's address @real? Return: false when none does. */
	bool (*route)(const struct phb *phb, uint64_t real, struct phb_route *out);
	/* The level of LSI @lsi is @on now. Return: has it been presented? */
	bool (*lsi)(struct phb *phb, uint32_t lsi, bool on);
	/* A page per interrupt source, through which software ends and masks it; NULL: there is none. */
	uint64_t (*esb_read)(struct phb *phb, uint64_t offset);
	void (*esb_write)(struct phb *phb, uint64_t offset);
	/* An access to no register, or (@size) of a wrong size: NULL: no error. */
	void (*reg_error)(struct phb *phb, uint64_t offset, bool size);
};

extern const struct phb_gen phb_gen_p7ioc, phb_gen_phb3, phb_gen_phb4, phb_gen_phb5;

/** phb_gen_names - values of the row "phb.generation", NULL at the end. */
extern const char *const phb_gen_names[];
/** phb_gen_at - the generation that phb_gen_names[@index] names. */
const struct phb_gen *phb_gen_at(uint64_t index);

#endif

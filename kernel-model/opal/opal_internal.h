/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_OPAL_OPAL_INTERNAL_H
#define KERNEL_MODEL_OPAL_OPAL_INTERNAL_H
/*
 * kernel-model/opal/opal_internal.h - firmware's private state and register helpers, for kernel-model/opal/ only.
 */
#include "hw/regs/ioda_regs.h"
#include "hw/regs/phb3_regs.h"
#include "kernel-model/opal/opal.h"
#include "kernel-model/opal/opal_api.h"
#include "kernel-model/opal/opal_pci.h"
#include "sim/task.h"

struct opal_phb;

/** enum opal_error_class - what an error does to a PHB, most serious first (skiboot include/phb3.h). */
enum opal_error_class {
	OPAL_CLASS_NONE,
	OPAL_CLASS_HUB_DEAD, /* the chip around the PHBs */
	OPAL_CLASS_DEAD,
	OPAL_CLASS_FENCED,
	OPAL_CLASS_ER,	/* PEs are frozen */
	OPAL_CLASS_INF, /* informs */
	OPAL_CLASS_COUNT,
};

/**
 * struct opal_table - an on-chip table that a reset of the PHB loses: firmware keeps a copy and writes it back.
 * @count: entries of a PHB with pe_max PEs; smaller ones have fewer in proportion. @wide: an entry has two doublewords,
 * in the copy one after the other. @select: more bits of IODA_ADDR that writing it takes.
 */
struct opal_table {
	uint32_t selector, count;
	bool wide;
	uint64_t select;
};

/**
 * struct opal_diag - a layout of diagnostic data: three words, the root port's (@gap unused ones among them), @words in
 * all; then doublewords: @extra unused ones, with @nest the nest's FIR, mask and "who's on first", @registers (@count),
 * and the PEST of @pe_max PEs.
 */
struct opal_diag {
	uint32_t type, gap, words, extra, count, pe_max;
	bool nest;
	const uint16_t *registers;
};

/** struct opal_target - what the pair of error injection registers aims at. */
struct opal_target {
	uint64_t addr, mask;
};

/** struct opal_page - a TCE page size and its code in a TVE. */
struct opal_page {
	uint64_t bytes;
	uint32_t code;
};

/**
 * struct opal_trap_group - a group of error traps and what firmware opens there: bits that reach the LEM, interrupt,
 * freeze a PE, fence the PHB; @mask: bits that are not noted, @first_mask: not as the first. @classes: @irq, @freeze
 * and @fence are those of the classes of the PCIe stack, which are open from the start: INF, ERC and FAT.
 */
struct opal_trap_group {
	uint32_t base;
	uint64_t lem, irq, freeze, fence, mask, first_mask;
	bool classes;
};

/** struct opal_requesters - those that a call names: @bdfn, and how much of it counts (enum opal_bus_compare, 0 or 1).
 */
struct opal_requesters {
	uint32_t bdfn;
	uint8_t bus_compare, dev_compare, func_compare;
};

/**
 * struct opal_gen - what firmware does differently for each generation of PHBs. Callers have looked the PHB up and
 * checked that PE numbers are below pe_count; methods check the rest and return an OPAL code. A method that is NULL
 * answers OPAL_UNSUPPORTED. Contexts: yield.
 */
struct opal_gen {
	enum platform_phb_type type;
	uint32_t pe_max;
	uint64_t memory_bytes;			   /* of RAM, for its tables; a power of two; 0: none there */
	uint64_t ioda_tadr;			   /* IODA_ADDR: the index field */
	const struct opal_table *tables;	   /* in the order in which a reset writes them; count 0 at the end */
	const struct opal_page *pages;		   /* bytes 0 at the end */
	const struct opal_trap_group *trap_groups; /* base 0 at the end */
	uint64_t real_window;			   /* TVE bits that say "not translated" */
	uint64_t config_pe;			   /* CONFIG_ADDRESS: the PE field, 0: none */
	uint64_t mmio_cause; /* PESTA bit that tells errors of MMIO from those of DMA; 0: they are one type */
	uint32_t root_base, root_bytes; /* the root port's registers within the PHB's; 0: reached by cycles */
	const struct opal_diag *layout; /* of opal_diag_fill() */
	/* The indirect window on the pervasive bus: its registers, and what goes with an address. Not where the
	 * platform has a window of its own for it. */
	uint32_t asb_address, asb_data;
	uint64_t asb_valid;

	/*
	 * place_tables: give the tables in RAM their places from @base on. init: from reset to service, with what is
	 * below still in its fundamental reset; @first: tables and copies are new, otherwise they are written back.
	 * chip_init: the chip around the PHBs, before them; chip_open: after them.
	 */
	void (*chip_init)(struct opal *opal);
	void (*chip_open)(struct opal *opal);
	void (*place_tables)(struct opal_phb *phb, uint64_t base);
	void (*init)(struct opal_phb *phb, bool first);
	/*
	 * Complete reset: reset_start cuts the PHB off and holds its core in reset; reset_idle: has it come to rest?
	 * Then nothing tells of a fence any more, and init brings it back.
	 */
	void (*reset_start)(struct opal_phb *phb);
	bool (*reset_idle)(struct opal_phb *phb);
	/* perst: drive the fundamental reset signal of all that is below. link_up: is the root port's link up? */
	void (*perst)(struct opal_phb *phb, bool asserted);
	bool (*link_up)(struct opal_phb *phb);
	/* link_change: the link is about to go down on purpose, or is there; NULL: nothing to do. */
	void (*link_change)(struct opal_phb *phb, bool up);
	/* Write all on-chip tables from firmware's copies and drop all caches; @purge: clear copies and tables first.
	 */
	void (*ioda_reset)(struct opal_phb *phb, bool purge);

	/* PEs and MMIO windows. */
	int64_t (*set_pe)(struct opal_phb *phb, uint32_t pe, const struct opal_requesters *who, bool map);
	int64_t (*set_peltv)(struct opal_phb *phb, uint32_t parent, uint32_t child, bool set);
	int64_t (*map_mmio)(struct opal_phb *phb, uint32_t pe, uint16_t type, uint16_t window, uint16_t segment);
	int64_t (*set_mem_window)(struct opal_phb *phb, uint16_t type, uint16_t window, uint64_t real, uint64_t pci,
				  uint64_t bytes);
	int64_t (*mmio_enable)(struct opal_phb *phb, uint16_t type, uint16_t window, uint16_t mode);
	uint32_t (*pe_of)(struct opal_phb *phb, uint32_t bdfn);
	/* May there be a configuration cycle now? NULL: always. */
	bool (*config_open)(struct opal_phb *phb);

	/* DMA windows; size 0 takes a window away. */
	int64_t (*map_dma)(struct opal_phb *phb, uint32_t pe, uint16_t window, uint16_t levels, uint64_t table,
			   uint64_t table_bytes, uint64_t page_bytes);
	int64_t (*map_dma_real)(struct opal_phb *phb, uint32_t pe, uint16_t window, uint64_t start, uint64_t bytes);
	int64_t (*tce_kill)(struct opal_phb *phb, uint32_t kind, uint32_t pe, uint32_t page_bytes, uint64_t dma_addr,
			    uint32_t pages);
	int64_t (*set_option)(struct opal_phb *phb, uint64_t option, uint64_t setting);
	int64_t (*get_option)(struct opal_phb *phb, uint64_t option, uint64_t *setting);
	/* Stores of @pe to MMIO of another PHB: this one's part as the initiator, or (@target) as the other. */
	void (*set_p2p)(struct opal_phb *phb, bool target, uint32_t pe, bool enable);

	/* Errors. fenced: is the PHB cut off? class_error: the class of what its error registers hold. */
	bool class_always; /* class_error is asked also when nobody told of an error */
	bool (*fenced)(struct opal_phb *phb);
	enum opal_error_class (*class_error)(struct opal_phb *phb);
	void (*clear_errors)(struct opal_phb *phb);
	bool clear_silent; /* errors of no class are cleared when firmware looks at them */
	int64_t (*inject)(struct opal_phb *phb, uint32_t pe, bool wide, uint32_t function, uint64_t addr,
			  uint64_t mask);
	int64_t (*diag)(struct opal_phb *phb, uint8_t *out, uint64_t bytes);
	int64_t (*hub_diag)(struct opal *opal, uint8_t *out, uint64_t bytes);

	/* Interrupts: @vector counts from 0 within the PHB. */
	int64_t (*set_xive)(struct opal_phb *phb, uint32_t vector, uint16_t server, uint8_t priority);
	int64_t (*get_xive)(struct opal_phb *phb, uint32_t vector, uint16_t *server, uint8_t *priority);
	int64_t (*set_xive_pe)(struct opal_phb *phb, uint32_t pe, uint32_t vector);
	int64_t (*get_msi)(struct opal_phb *phb, uint32_t mve, uint32_t vector, bool wide, uint64_t *addr,
			   uint32_t *data);
	int64_t (*msi_eoi)(struct opal_phb *phb, uint32_t vector);
	int64_t (*set_mve)(struct opal_phb *phb, uint32_t mve, uint32_t pe);
	int64_t (*set_mve_enable)(struct opal_phb *phb, uint32_t mve, uint32_t state);
};

extern const struct opal_gen opal_gen_p7ioc, opal_gen_phb3, opal_gen_phb4, opal_gen_phb5;
/** opal_gen_find - Return: NULL when this firmware does not know such PHBs. */
const struct opal_gen *opal_gen_find(enum platform_phb_type type);

/**
 * struct opal_phb - one PHB as firmware keeps it.
 * @info: what the platform says of it. @rtt, @peltv, @pest, @ivt: real addresses of its tables.
 * @copy: what was last written to on-chip tables, by selector; owned.
 * @error_pending: an interrupt or a call told of an error that next_error has not answered for. @error_class: what it
 * was when last looked at; @hub_class: what the chip around the PHB says it is.
 * @broken: firmware has given it up.
 * @nfir, @pfir: errors that a complete reset found. @reset_tries: of lifting the fence. @slot: the PHB's own: all that
 * is below the root port.
 * @device, @device_count: functions in the order in which they were found; owned array. @mps: payload size of all,
 * bytes. @config_blocked: the root port's link is being reset: only the root port itself can be configured.
 * @config_by_asb: the root port is reached through the indirect window.
 */
struct opal_phb {
	struct opal *opal;
	const struct opal_gen *gen;
	const struct platform_phb *info;
	uint64_t memory_offset; /* of its share of firmware's memory */
	uint64_t rtt, peltv, pest, ivt;
	uint64_t *copy[IODA_TBL_COUNT];
	bool error_pending;
	enum opal_error_class error_class, hub_class;
	bool broken;
	uint64_t nfir, pfir;
	uint32_t reset_tries;
	struct opal_slot slot;
	struct opal_device *device;
	uint32_t device_count, mps;
	bool config_blocked, config_by_asb;
};

/** enum opal_wait - how long the steps of a reset take: configuration rows "kernel.opal.*". */
enum opal_wait {
	OPAL_WAIT_NONE,
	OPAL_WAIT_SLOT_HOLD,
	OPAL_WAIT_SLOT_SETTLE,
	OPAL_WAIT_SLOT_POWER,
	OPAL_WAIT_SLOT_LINK,
	OPAL_WAIT_PHB_HOLD,
	OPAL_WAIT_PHB_SETTLE,
	OPAL_WAIT_PHB_QUIESCE,
	OPAL_WAIT_PHB_INIT,
	OPAL_WAIT_PHB_LINK,
	OPAL_WAIT_COUNT
};

#define OPAL_CALL_COUNT_MAX 48

/** struct opal_stats - statistics "opal"; rows and order: opal_calls.c. */
struct opal_stats {
	uint64_t calls[OPAL_CALL_COUNT_MAX];
	uint64_t failed;
	uint64_t unknown;
	uint64_t register_reads, register_writes;
	uint64_t error_interrupts;
};

/**
 * struct opal_hub - the chip around the PHBs as firmware keeps it. @pending: its interrupt or a call told of an error
 * that nobody has looked at or asked for. @unit: whose error, a bit of the GEM; 0: nobody's. @dead: it stops the chip.
 * @mask: bits to mask when they have been reported.
 */
struct opal_hub {
	bool pending, dead;
	uint32_t unit;
	uint64_t mask;
};

struct opal {
	struct sim *sim;
	struct platform *platform;
	const struct opal_gen *chip; /* of the PHBs of the chip with registers of its own; NULL: there is none */
	struct opal_hub hub;
	bool skiboot_bugs;
	uint64_t reserved_base;
	sim_ps wait_ps[OPAL_WAIT_COUNT];
	bool kill_by_pe;  /* "kernel.opal.kill_by_pe" */
	bool mutant_hasty; /* "mutant.hasty_firmware" */
	struct opal_stats stats;
	bool locked;
	struct sim_waitq waiters;
	struct opal_phb phb[PLATFORM_MAX_PHBS];
};

/** opal_stats_register - publish the statistics "opal". */
void opal_stats_register(struct opal *opal);

/* Calls run one at a time, so that the select and the access of an indirect port stay together. Context: yields. */
void opal_lock(struct opal *opal);
void opal_unlock(struct opal *opal);

/** opal_phb_find - the PHB with OPAL id @phb_id, or NULL. */
struct opal_phb *opal_phb_find(struct opal *opal, uint64_t phb_id);

/* Registers of a PHB, by offset. Contexts: yields. */
uint64_t opal_read(struct opal_phb *phb, uint64_t offset);
void opal_write(struct opal_phb *phb, uint64_t offset, uint64_t value);
/* Registers on the pervasive bus. Contexts: yield. */
uint64_t opal_scom_read(struct opal_phb *phb, enum platform_scom_unit unit, uint32_t offset);
void opal_scom_write(struct opal_phb *phb, enum platform_scom_unit unit, uint32_t offset, uint64_t value);

/* Registers of a PHB by the slow path that works behind a fence too: the indirect window. Contexts: yield. */
/* @address: offset, with PHB_SCOM_ASB_* bits if need be. */
uint64_t opal_asb_read(struct opal_phb *phb, uint64_t address);
void opal_asb_write(struct opal_phb *phb, uint64_t address, uint64_t value);
/** opal_phb_scale - @count of a PHB with pe_max PEs is how many of this one? */
uint32_t opal_phb_scale(const struct opal_phb *phb, uint32_t count);

/* opal_ioda.c: the indirect port. Contexts: yield. */
/** opal_ioda_select - point the port at entry @index of @table; @autoinc: advance with each data access. */
void opal_ioda_select(struct opal_phb *phb, uint32_t table, uint32_t index, bool autoinc);
/** opal_ioda_select_with - @bits: further ones of IODA_ADDR. */
void opal_ioda_select_with(struct opal_phb *phb, uint32_t table, uint32_t index, uint64_t bits);
/** opal_ioda_write - write one entry. */
void opal_ioda_write(struct opal_phb *phb, uint32_t table, uint32_t index, uint64_t value);
/** opal_ioda_read - read one entry. */
uint64_t opal_ioda_read(struct opal_phb *phb, uint32_t table, uint32_t index);
/** opal_ioda_set - write one entry and its copy. */
void opal_ioda_set(struct opal_phb *phb, uint32_t table, uint32_t index, uint64_t value);
/** opal_ioda_set_wide - the same for an entry of two doublewords: the second goes first, as it waits for the first. */
void opal_ioda_set_wide(struct opal_phb *phb, uint32_t table, uint32_t index, uint64_t first, uint64_t second);
/** opal_ioda_load - a whole table through the auto-incrementing port; @entries NULL: zeros. */
void opal_ioda_load(struct opal_phb *phb, uint32_t table, const uint64_t *entries, uint32_t count);
/** opal_ioda_load_copies - all tables of which there are copies. */
void opal_ioda_load_copies(struct opal_phb *phb);
/** opal_ioda_thaw_all - clear the freeze bits of all PEs. */
void opal_ioda_thaw_all(struct opal_phb *phb);

/* Big-endian stores and loads of firmware in its own memory. */
void opal_store_be64(struct opal *opal, uint64_t real, uint64_t value);
uint64_t opal_load_be64(const struct opal *opal, uint64_t real);
void opal_store_be16(struct opal *opal, uint64_t real, uint16_t value);
uint16_t opal_load_be16(const struct opal *opal, uint64_t real);
uint8_t *opal_memory(const struct opal *opal, uint64_t real);

/* Results that the kernel reads as big-endian. */
void opal_out_be16(void *to, uint16_t value);
void opal_out_be32(void *to, uint32_t value);
void opal_out_be64(void *to, uint64_t value);

/* Methods that generations share: tables in memory (opal_pe.c), 64-bit TVEs (opal_dma.c). */
int64_t opal_rtt_set_pe(struct opal_phb *phb, uint32_t pe, const struct opal_requesters *who, bool map);
uint32_t opal_rtt_pe(struct opal_phb *phb, uint32_t bdfn);
int64_t opal_peltv_set(struct opal_phb *phb, uint32_t parent, uint32_t child, bool set);
int64_t opal_tve_map(struct opal_phb *phb, uint32_t pe, uint16_t window, uint16_t levels, uint64_t table,
		     uint64_t table_bytes, uint64_t page_bytes);
int64_t opal_tve_map_real(struct opal_phb *phb, uint32_t pe, uint16_t window, uint64_t start, uint64_t bytes);
/* opal_traps.c: set up all that @phb->gen->trap_groups names; let interrupts through; clear what has happened. */
void opal_traps_init(struct opal_phb *phb, uint64_t lem_action0, uint64_t lem_action1);
void opal_traps_open(struct opal_phb *phb, uint64_t lem_mask);
void opal_traps_clear(struct opal_phb *phb);
int64_t opal_msi_get(struct opal_phb *phb, uint32_t mve, uint32_t vector, bool wide, uint64_t *addr, uint32_t *data);

/* opal_diag.c */
#define OPAL_DIAG_REGISTERS 21
extern const uint16_t opal_diag_registers[OPAL_DIAG_REGISTERS]; /* of PHB3 and those before */
/** opal_diag_fill - gen->diag by gen->layout. */
int64_t opal_diag_fill(struct opal_phb *phb, uint8_t *out, uint64_t bytes);

/* opal_inject.c: error injection. */
/** opal_inject_is_bus - is @pe a whole bus? @bdfn: its first requester, IODA2_RTT_COUNT: it has none. */
bool opal_inject_is_bus(struct opal_phb *phb, uint32_t pe, uint32_t *bdfn);
/** opal_inject_config - configuration cycles of @pe, those asked for if they are its own. Return: false: it has none. */
bool opal_inject_config(struct opal_phb *phb, uint32_t pe, uint64_t addr, uint64_t mask, struct opal_target *target);
bool opal_inject_is_config(uint32_t function);
bool opal_inject_is_store(uint32_t function);
/** opal_inject_arm - @kind: PHB_PAPR_ERR_INJ_CTL_*. */
void opal_inject_arm(struct opal_phb *phb, const struct opal_target *target, uint64_t kind, bool store);

/** opal_eeh_pending - an error interrupt of @phb came: next_error has something to look at. */
void opal_eeh_pending(struct opal_phb *phb);

/* The calls; @opal first, then as the kernel's asm/opal.h has them, pointers to big-endian results. */
int64_t opal_pci_config_read(struct opal *opal, uint64_t phb_id, uint64_t bdfn, uint64_t offset, uint32_t bytes,
			     void *data);
int64_t opal_pci_config_write(struct opal *opal, uint64_t phb_id, uint64_t bdfn, uint64_t offset, uint32_t bytes,
			      uint32_t data);
int64_t opal_pci_set_pe(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t bdfn, uint8_t bus_compare,
			uint8_t dev_compare, uint8_t func_compare, uint8_t action);
int64_t opal_pci_set_peltv(struct opal *opal, uint64_t phb_id, uint32_t parent, uint32_t child, uint8_t state);
int64_t opal_pci_map_pe_mmio_window(struct opal *opal, uint64_t phb_id, uint16_t pe, uint16_t type, uint16_t window,
				    uint16_t segment);
int64_t opal_pci_set_phb_mem_window(struct opal *opal, uint64_t phb_id, uint16_t type, uint16_t window, uint64_t real,
				    uint64_t pci, uint64_t bytes);
int64_t opal_pci_phb_mmio_enable(struct opal *opal, uint64_t phb_id, uint16_t type, uint16_t window, uint16_t mode);
int64_t opal_pci_map_pe_dma_window(struct opal *opal, uint64_t phb_id, uint16_t pe, uint16_t window, uint16_t levels,
				   uint64_t table, uint64_t table_bytes, uint64_t page_bytes);
int64_t opal_pci_map_pe_dma_window_real(struct opal *opal, uint64_t phb_id, uint16_t pe, uint16_t window,
					uint64_t start, uint64_t bytes);
int64_t opal_pci_set_p2p(struct opal *opal, uint64_t initiator, uint64_t target, uint64_t what, uint32_t pe);
int64_t opal_pci_tce_kill(struct opal *opal, uint64_t phb_id, uint32_t kill, uint32_t pe, uint32_t page_bytes,
			  uint64_t dma_addr, uint32_t pages);
int64_t opal_pci_eeh_freeze_status(struct opal *opal, uint64_t phb_id, uint64_t pe, uint8_t *state, void *error_type,
				   void *phb_status);
int64_t opal_pci_eeh_freeze_clear(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t action);
int64_t opal_pci_eeh_freeze_set(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t action);
int64_t opal_pci_next_error(struct opal *opal, uint64_t phb_id, void *first_pe, void *error_type, void *severity);
int64_t opal_pci_err_inject(struct opal *opal, uint64_t phb_id, uint32_t pe, uint32_t type, uint32_t func,
			    uint64_t addr, uint64_t mask);
int64_t opal_pci_get_phb_diag_data2(struct opal *opal, uint64_t phb_id, void *buffer, uint64_t bytes);
int64_t opal_pci_get_hub_diag_data(struct opal *opal, uint64_t hub_id, void *buffer, uint64_t bytes);
int64_t opal_pci_reset(struct opal *opal, uint64_t id, uint8_t scope, uint8_t assert_state);
int64_t opal_pci_reinit(struct opal *opal, uint64_t phb_id, uint64_t scope, uint64_t bdfn);
int64_t opal_pci_poll(struct opal *opal, uint64_t id);
int64_t opal_set_xive(struct opal *opal, uint32_t isn, uint16_t server, uint8_t priority);
int64_t opal_get_xive(struct opal *opal, uint32_t isn, void *server, uint8_t *priority);
int64_t opal_pci_set_xive_pe(struct opal *opal, uint64_t phb_id, uint32_t pe, uint32_t xive);
int64_t opal_get_msi_32(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, void *addr,
			void *data);
int64_t opal_get_msi_64(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, void *addr,
			void *data);
int64_t opal_pci_msi_eoi(struct opal *opal, uint64_t phb_id, uint32_t hw_irq);
int64_t opal_pci_set_mve(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t pe);
int64_t opal_pci_set_mve_enable(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t state);
int64_t opal_pci_set_option(struct opal *opal, uint64_t phb_id, uint64_t option, uint64_t setting);
int64_t opal_pci_get_option(struct opal *opal, uint64_t phb_id, uint64_t option, void *setting);

#endif

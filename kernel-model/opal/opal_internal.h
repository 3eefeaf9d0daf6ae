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
#include "sim/task.h"

/* Sizes of the tables in memory; layout within a PHB's share of the reserved RAM in opal_phb3.c. */
#define OPAL_PHB_MEMORY_BYTES 0x80000u

/**
 * struct opal_phb - one PHB as firmware keeps it.
 * @info: what the platform says of it. @pe_count: PEs. @rtt, @peltv, @pest, @ivt: real addresses of its tables.
 * @tve, @m32d, @m64b: what was last written to on-chip tables; the chip loses them in a reset, so firmware keeps copies.
 * @reset_until_ps: a slot reset is under way until then.
 */
struct opal_phb {
	struct opal *opal;
	const struct platform_phb *info;
	uint64_t rtt, peltv, pest, ivt;
	uint64_t tve[PHB3_TVT_COUNT];
	uint64_t m32d[PHB3_PE_COUNT];
	uint64_t m64b[PHB3_M64BT_COUNT];
	sim_ps reset_until_ps;
};

#define OPAL_CALL_COUNT_MAX 40

/** struct opal_stats - statistics "opal"; rows and order: opal_calls.c. */
struct opal_stats {
	uint64_t calls[OPAL_CALL_COUNT_MAX];
	uint64_t failed;
	uint64_t unknown;
	uint64_t register_reads, register_writes;
};

struct opal {
	struct sim *sim;
	struct platform *platform;
	uint64_t reserved_base;
	sim_ps reset_hold_ps, reset_settle_ps;
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
/** opal_ioda_select - point the IODA port at entry @index of @table; @autoinc: advance with each data access. */
void opal_ioda_select(struct opal_phb *phb, uint32_t table, uint32_t index, bool autoinc);
/** opal_ioda_write - write one entry. */
void opal_ioda_write(struct opal_phb *phb, uint32_t table, uint32_t index, uint64_t value);
/** opal_ioda_read - read one entry. */
uint64_t opal_ioda_read(struct opal_phb *phb, uint32_t table, uint32_t index);

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

/** opal_phb3_place_tables - give the tables their places from @base on. */
void opal_phb3_place_tables(struct opal_phb *phb, uint64_t base);
/** opal_phb3_init - bring a PHB3 from reset to service. */
void opal_phb3_init(struct opal_phb *phb);
/** opal_phb3_ioda_reset - write all on-chip tables from firmware's copies and drop all caches; @purge: clear first. */
void opal_phb3_ioda_reset(struct opal_phb *phb, bool purge);

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
int64_t opal_pci_tce_kill(struct opal *opal, uint64_t phb_id, uint32_t kill, uint32_t pe, uint32_t page_bytes,
			  uint64_t dma_addr, uint32_t pages);
int64_t opal_pci_eeh_freeze_status(struct opal *opal, uint64_t phb_id, uint64_t pe, uint8_t *state, void *error_type,
				   void *severity);
int64_t opal_pci_eeh_freeze_clear(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t action);
int64_t opal_pci_eeh_freeze_set(struct opal *opal, uint64_t phb_id, uint64_t pe, uint64_t action);
int64_t opal_pci_next_error(struct opal *opal, uint64_t phb_id, void *first_pe, void *error_type, void *severity);
int64_t opal_pci_err_inject(struct opal *opal, uint64_t phb_id, uint32_t pe, uint32_t type, uint32_t func,
			    uint64_t addr, uint64_t mask);
int64_t opal_pci_get_phb_diag_data2(struct opal *opal, uint64_t phb_id, void *buffer, uint64_t bytes);
int64_t opal_pci_reset(struct opal *opal, uint64_t id, uint8_t scope, uint8_t assert_state);
int64_t opal_pci_poll(struct opal *opal, uint64_t id);
int64_t opal_set_xive(struct opal *opal, uint32_t isn, uint16_t server, uint8_t priority);
int64_t opal_get_xive(struct opal *opal, uint32_t isn, void *server, uint8_t *priority);
int64_t opal_pci_set_xive_pe(struct opal *opal, uint64_t phb_id, uint32_t pe, uint32_t xive);
int64_t opal_get_msi_32(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, void *addr,
			void *data);
int64_t opal_get_msi_64(struct opal *opal, uint64_t phb_id, uint32_t mve, uint32_t xive, uint8_t range, void *addr,
			void *data);
int64_t opal_pci_msi_eoi(struct opal *opal, uint64_t phb_id, uint32_t hw_irq);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/p7ioc_hub.c - the chip around the PHBs: rows of registers, error macros, fences, resets, one interrupt.
 *
 * Not modelled: see hw/phb/p7ioc_hub.h.
 */
#include "hw/phb/p7ioc_hub.h"

#include <stdlib.h>

#include "hw/regs/p7ioc_hub_regs.h"
#include "hw/regs/p7ioc_regs.h"
#include "hw/regs/phb_regs.h"
#include "sim/event.h"
#include "sim/stat.h"

#define HUB_REGS (P7IOC_HUB_BYTES / 8)
#define LEM_LAST P7IOC_LEM_WOF
#define RGC_SOURCE 0u /* the one that errors raise */
#define RGC_TABLES 3u

struct p7ioc_hub_stats {
	uint64_t reads, writes, unimplemented_reads, unimplemented_writes, bad_accesses, interrupts, resets;
};

struct p7ioc_hub {
	struct sim *sim; /* borrowed */
	struct phb *phb[P7IOC_PHBS];
	uint32_t fenced; /* bit n: PHB n was, when it was looked at last */
	uint64_t told;	 /* RWOF when the interrupt was last presented */
	uint64_t reg[HUB_REGS];
	uint64_t table[RGC_TABLES][P7IOC_RGC_TABLE_ENTRIES];
	struct sim_event irq_event;
	sim_ps irq_ps;
	p7ioc_hub_irq_fn *irq;
	void *irq_arg;
	struct p7ioc_hub_stats stats;
};

/* clang-format off */
#define ROW(name, unit, help) {#name, STAT_COUNTER, unit, help, offsetof(struct p7ioc_hub_stats, name)}
static const struct stat_row hub_stat_rows[] = {
	ROW(reads, "loads", "Registers of the chip around the PHBs read by the CPU."),
	ROW(writes, "stores", "Registers of the chip around the PHBs written by the CPU."),
	ROW(unimplemented_reads, "loads", "Reads of registers that nobody modelled."),
	ROW(unimplemented_writes, "stores", "Writes of registers that nobody modelled."),
	ROW(bad_accesses, "accesses", "Accesses of a wrong size or alignment."),
	ROW(interrupts, "interrupts", "Error interrupts of the chip."),
	ROW(resets, "resets", "PHBs put into reset through CCRR."),
};
#undef ROW

/** struct hub_unit - a unit with a LEM. @gem: its bit. */
static const struct hub_unit {
	uint32_t lem, gem;
} units[] = {
	{P7IOC_RGC_LEM, P7IOC_GEM_RGC}, {P7IOC_BI_UP_LEM, P7IOC_GEM_BI_UP}, {P7IOC_BI_DOWN_LEM, P7IOC_GEM_BI_DOWN},
	{P7IOC_CI_LEM(0), P7IOC_GEM_CI(0)}, {P7IOC_CI_LEM(1), P7IOC_GEM_CI(1)}, {P7IOC_CI_LEM(2), P7IOC_GEM_CI(2)},
	{P7IOC_CI_LEM(3), P7IOC_GEM_CI(3)}, {P7IOC_CI_LEM(4), P7IOC_GEM_CI(4)}, {P7IOC_CI_LEM(5), P7IOC_GEM_CI(5)},
	{P7IOC_CI_LEM(6), P7IOC_GEM_CI(6)}, {P7IOC_CI_LEM(7), P7IOC_GEM_CI(7)},
	{P7IOC_MISC_LEM, P7IOC_GEM_MISC}, {P7IOC_I2C_LEM, P7IOC_GEM_I2C},
};
/* clang-format on */

static uint64_t *hub_reg(struct p7ioc_hub *hub, uint32_t at)
{
	return &hub->reg[(at - P7IOC_HUB_OFFSET) / 8];
}

/* ---- Errors ---- */

static uint64_t hub_rfir(struct p7ioc_hub *hub)
{
	uint64_t bits = 0;
	uint32_t i;

	for (i = 0; i < sim_count_of(units); i++) {
		if (*hub_reg(hub, units[i].lem + P7IOC_LEM_FIR) & ~*hub_reg(hub, units[i].lem + P7IOC_LEM_MASK))
			bits |= PPC_BIT(units[i].gem);
	}
	for (i = 0; i < P7IOC_PHBS; i++) {
		if (hub->phb[i] && phb_fir_pending(hub->phb[i]))
			bits |= PPC_BIT(P7IOC_GEM_PHB(i));
	}
	return bits;
}

static void hub_fire(struct sim *sim, struct sim_event *event)
{
	struct p7ioc_hub *hub = sim_container_of(event, struct p7ioc_hub, irq_event);

	(void)sim;
	hub->stats.interrupts++;
	hub->irq(hub->irq_arg);
}

/* Something may have risen or gone: note who is first, and tell software once unless its vector is masked. */
static void hub_update(struct p7ioc_hub *hub)
{
	uint64_t *rwof = hub_reg(hub, P7IOC_GEM_RWOF), bits = hub_rfir(hub) & ~*hub_reg(hub, P7IOC_GEM_MASK);
	uint64_t vector = hub->table[P7IOC_RGC_TBL_XIVT][RGC_SOURCE];

	*rwof &= bits;
	if (bits && !*rwof)
		*rwof = PPC_BIT(__builtin_clzll(bits));
	hub->told &= *rwof;
	if (*rwof == hub->told || ppc_get(IODA1_XIVT_PRIORITY, vector) == IODA1_XIVT_MASKED)
		return;
	hub->told = *rwof;
	if (!sim_event_pending(&hub->irq_event))
		sim_event_after(hub->sim, &hub->irq_event, hub->irq_ps);
}

static void hub_lem_set(struct p7ioc_hub *hub, uint32_t lem, uint64_t bits)
{
	uint64_t *wof = hub_reg(hub, lem + P7IOC_LEM_WOF);

	*hub_reg(hub, lem + P7IOC_LEM_FIR) |= bits;
	bits &= ~*hub_reg(hub, lem + P7IOC_LEM_MASK);
	if (bits && !*wof)
		*wof = PPC_BIT(__builtin_clzll(bits));
}

static void hub_phb_changed(void *arg, uint32_t n)
{
	struct p7ioc_hub *hub = arg;
	uint32_t bit = 1u << n;
	bool fenced = phb_fenced(hub->phb[n]);

	if (fenced && !(hub->fenced & bit)) {
		*hub_reg(hub, P7IOC_FENCE_WOF) |= P7IOC_FENCE_FIRST(n);
		hub_lem_set(hub, P7IOC_RGC_LEM, P7IOC_RGC_LEM_FENCE);
	}
	hub->fenced = fenced ? hub->fenced | bit : hub->fenced & ~bit;
	hub_update(hub);
}

/* ---- Registers ---- */

typedef uint64_t hub_read_fn(struct p7ioc_hub *hub, uint32_t at);
typedef void hub_write_fn(struct p7ioc_hub *hub, uint32_t at, uint64_t value);

static uint64_t hub_rfir_read(struct p7ioc_hub *hub, uint32_t at)
{
	return at == P7IOC_GEM_RIRQFIR ? hub_rfir(hub) & ~*hub_reg(hub, P7IOC_GEM_MASK) : hub_rfir(hub);
}

static uint64_t hub_shadow_read(struct p7ioc_hub *hub, uint32_t at)
{
	uint64_t bits = 0;
	uint32_t i;

	(void)at;
	for (i = 0; i < P7IOC_PHBS; i++)
		bits |= hub->phb[i] && phb_fenced(hub->phb[i]) ? P7IOC_FENCE(i) : 0;
	return bits;
}

static void hub_ignore(struct p7ioc_hub *hub, uint32_t at, uint64_t value)
{
	(void)hub;
	(void)at;
	(void)value;
}

static void hub_ccrr_write(struct p7ioc_hub *hub, uint32_t at, uint64_t value)
{
	uint64_t risen = value & ~*hub_reg(hub, at);
	uint32_t i;

	*hub_reg(hub, at) = value;
	for (i = 0; i < P7IOC_PHBS; i++) {
		if (!hub->phb[i])
			continue;
		hub->stats.resets += (risen & P7IOC_CCRR_PHB(i)) != 0;
		phb_hold(hub->phb[i], value & P7IOC_CCRR_PHB(i));
	}
}

static uint64_t *hub_ioda(struct p7ioc_hub *hub)
{
	uint64_t *addr = hub_reg(hub, P7IOC_RGC_IODA_ADDR), *entry;
	uint64_t table = ppc_get(PHB_IODA_ADDR_TSEL, *addr), index = ppc_get(P7IOC_IODA_ADDR_TADR, *addr);

	if (table >= RGC_TABLES)
		return NULL;
	index %= P7IOC_RGC_TABLE_ENTRIES;
	entry = &hub->table[table][index];
	if (*addr & PHB_IODA_ADDR_AUTOINC)
		*addr = ppc_set(P7IOC_IODA_ADDR_TADR, *addr, (index + 1) % P7IOC_RGC_TABLE_ENTRIES);
	return entry;
}

static uint64_t hub_ioda_read(struct p7ioc_hub *hub, uint32_t at)
{
	const uint64_t *entry = hub_ioda(hub);

	(void)at;
	hub->stats.unimplemented_reads += !entry;
	return entry ? *entry : 0;
}

static void hub_ioda_write(struct p7ioc_hub *hub, uint32_t at, uint64_t value)
{
	uint64_t *entry = hub_ioda(hub);

	(void)at;
	hub->stats.unimplemented_writes += !entry;
	if (entry)
		*entry = value;
	hub_update(hub);
}

static void hub_gem_write(struct p7ioc_hub *hub, uint32_t at, uint64_t value)
{
	*hub_reg(hub, at) = value;
	if (at == P7IOC_GEM_RWOF)
		hub->told = 0;
	hub_update(hub);
}

/* clang-format off */
/** struct hub_row - registers @first to @last. @read, @write: NULL for storage. */
static const struct hub_row {
	uint32_t first, last;
	hub_read_fn *read;
	hub_write_fn *write;
} rows[] = {
	{P7IOC_BI_LDCP_FIRST, P7IOC_BI_FENCE_STATUS, NULL, NULL},
	{P7IOC_CI_ROUTE_FIRST, P7IOC_CI_ROUTE_LAST, NULL, NULL},
	{P7IOC_GEM_XFIR, P7IOC_GEM_XFIR, NULL, NULL},
	{P7IOC_GEM_RFIR, P7IOC_GEM_RIRQFIR, hub_rfir_read, hub_ignore},
	{P7IOC_GEM_MASK, P7IOC_GEM_RWOF, NULL, hub_gem_write},
	{P7IOC_RGC_GP, P7IOC_RGC_GP, NULL, NULL},
	{P7IOC_RGC_AIB_BASE_FIRST, P7IOC_RGC_AIB_BASE_LAST, NULL, NULL},
	{P7IOC_RGC_BUID, P7IOC_RGC_BUID, NULL, NULL},
	{P7IOC_RGC_IODA_ADDR, P7IOC_RGC_IODA_ADDR, NULL, NULL},
	{P7IOC_RGC_IODA_DATA, P7IOC_RGC_IODA_DATA, hub_ioda_read, hub_ioda_write},
	{P7IOC_RGC_IODA_LOCK, P7IOC_RGC_IODA_LOCK, NULL, NULL},
	{P7IOC_CCRR, P7IOC_CCRR, NULL, hub_ccrr_write},
	{P7IOC_RGC_CONFIG, P7IOC_RGC_CREDITS, NULL, NULL},
	{P7IOC_FENCE_SHADOW, P7IOC_FENCE_SHADOW, hub_shadow_read, hub_ignore},
	{P7IOC_FENCE_WOF, P7IOC_FENCE_WOF, NULL, NULL},
};
/* clang-format on */

static const struct hub_row *hub_row_of(uint32_t at)
{
	static const struct hub_row storage = {0, 0, NULL, NULL};
	uint32_t i, port;

	for (i = 0; i < sim_count_of(rows); i++) {
		if (at >= rows[i].first && at <= rows[i].last)
			return &rows[i];
	}
	for (port = 0; port < P7IOC_CI_PORTS; port++) {
		if (at >= P7IOC_CI_CONFIG(port) && at <= P7IOC_CI_LDCP(port))
			return &storage;
	}
	return NULL;
}

/* The LEM that @at is a register of, or NULL. */
static const struct hub_unit *hub_unit_of(uint32_t at)
{
	uint32_t i;

	for (i = 0; i < sim_count_of(units); i++) {
		if (at >= units[i].lem && at <= units[i].lem + LEM_LAST)
			return &units[i];
	}
	return NULL;
}

static void hub_lem_write(struct p7ioc_hub *hub, const struct hub_unit *unit, uint32_t at, uint64_t value)
{
	uint64_t *fir = hub_reg(hub, unit->lem + P7IOC_LEM_FIR), *mask = hub_reg(hub, unit->lem + P7IOC_LEM_MASK);

	switch (at - unit->lem) {
	case P7IOC_LEM_FIR_AND:
		*fir &= value;
		break;
	case P7IOC_LEM_FIR_OR:
		hub_lem_set(hub, unit->lem, value);
		break;
	case P7IOC_LEM_MASK_AND:
		*mask &= value;
		break;
	case P7IOC_LEM_MASK_OR:
		*mask |= value;
		break;
	default:
		*hub_reg(hub, at) = value;
		break;
	}
	hub_update(hub);
}

uint64_t p7ioc_hub_read(struct p7ioc_hub *hub, uint64_t offset, uint32_t bytes)
{
	uint32_t at = (uint32_t)offset + P7IOC_HUB_OFFSET;
	const struct hub_row *row = hub_row_of(at);

	hub->stats.reads++;
	if (bytes != 8 || offset % 8 || offset >= P7IOC_HUB_BYTES) {
		hub->stats.bad_accesses++;
		return UINT64_MAX >> (bytes < 8 ? 64 - 8 * bytes : 0);
	}
	if (row)
		return row->read ? row->read(hub, at) : *hub_reg(hub, at);
	if (hub_unit_of(at))
		return *hub_reg(hub, at);
	hub->stats.unimplemented_reads++;
	return 0;
}

void p7ioc_hub_write(struct p7ioc_hub *hub, uint64_t offset, uint64_t value, uint32_t bytes)
{
	uint32_t at = (uint32_t)offset + P7IOC_HUB_OFFSET;
	const struct hub_row *row = hub_row_of(at);
	const struct hub_unit *unit = hub_unit_of(at);

	hub->stats.writes++;
	if (bytes != 8 || offset % 8 || offset >= P7IOC_HUB_BYTES) {
		hub->stats.bad_accesses++;
	} else if (row) {
		if (row->write)
			row->write(hub, at, value);
		else
			*hub_reg(hub, at) = value;
	} else if (unit) {
		hub_lem_write(hub, unit, at, value);
	} else {
		hub->stats.unimplemented_writes++;
	}
}

/* ---- Life ---- */

/* Everything is masked after power-on: skiboot opens masks with AND writes. */
struct p7ioc_hub *p7ioc_hub_create(struct sim *sim, sim_ps irq_ps, p7ioc_hub_irq_fn *irq, void *irq_arg)
{
	struct p7ioc_hub *hub = sim_alloc(sizeof(*hub));
	uint32_t i;

	hub->sim = sim;
	hub->irq_ps = irq_ps;
	hub->irq = irq;
	hub->irq_arg = irq_arg;
	sim_event_init(&hub->irq_event, hub_fire, SIM_PRIO_IRQ);
	for (i = 0; i < sim_count_of(units); i++)
		*hub_reg(hub, units[i].lem + P7IOC_LEM_MASK) = UINT64_MAX;
	*hub_reg(hub, P7IOC_GEM_MASK) = UINT64_MAX;
	stat_register(sim, "hub", hub_stat_rows, sim_count_of(hub_stat_rows), &hub->stats);
	return hub;
}

void p7ioc_hub_destroy(struct p7ioc_hub *hub)
{
	if (!hub)
		return;
	sim_event_cancel(hub->sim, &hub->irq_event);
	stat_unregister(hub->sim, &hub->stats);
	free(hub);
}

void p7ioc_hub_attach(struct p7ioc_hub *hub, uint32_t n, struct phb *phb)
{
	sim_assert(hub->sim, n < P7IOC_PHBS);
	hub->phb[n] = phb;
	phb_set_hub(phb, hub_phb_changed, hub);
}

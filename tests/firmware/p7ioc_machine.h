/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_FIRMWARE_P7IOC_MACHINE_H
#define TESTS_FIRMWARE_P7IOC_MACHINE_H
/*
 * tests/firmware/p7ioc_machine.h - firmware on the modelled POWER7 host itself: what it does has to have the effect
 * on the hardware that it is for. A log between the two remembers register writes.
 */
#include <check.h>
#include <stdlib.h>

#include "hw/machine.h"
#include "hw/phb/phb.h"
#include "kernel-model/kernel.h"
#include "kernel-model/opal/opal_p7ioc.h"
#include "sim/stat.h"

#define LOG_MAX 16384
#define PHBS 2

/** struct pm_write - a store to a register, by real address. */
struct pm_write {
	uint64_t real, value;
};

struct pm {
	struct sim *sim;
	struct cfg *cfg;
	struct machine *machine;
	struct platform *platform;
	struct platform_ops below, ops; /* the machine's, and those with the log */
	struct opal *opal;
	struct pm_write log[LOG_MAX];
	size_t log_count;
	uint32_t irqs;	  /* that firmware does not take */
	bool stuck_fence; /* the hub says that PHB 0 is fenced, whatever it is */
};

static struct pm *pm_of_ctx;

static inline void pm_write(void *ctx, platform_u64 real, platform_u64 value, platform_u32 bytes)
{
	struct pm *pm = pm_of_ctx;

	ck_assert_uint_lt(pm->log_count, LOG_MAX);
	pm->log[pm->log_count++] = (struct pm_write){real, value};
	pm->below.mmio_write(ctx, real, value, bytes);
}

static inline platform_u64 pm_read(void *ctx, platform_u64 real, platform_u32 bytes)
{
	const struct pm *pm = pm_of_ctx;
	platform_u64 value = pm->below.mmio_read(ctx, real, bytes);

	if (pm->stuck_fence && real == pm->platform->hub_base + P7IOC_FENCE_SHADOW - P7IOC_HUB_OFFSET)
		value |= P7IOC_FENCE(0);
	return value;
}

static inline void pm_irq(void *arg, platform_u32 irq)
{
	struct pm *pm = arg;

	if (!opal_interrupt(pm->opal, irq))
		pm->irqs++;
}

/* @sets: further settings, NULL at the end; or NULL. */
static inline struct pm *pm_create(const char *const *sets)
{
	struct pm *pm = sim_alloc(sizeof(*pm));

	pm->sim = sim_create(1);
	pm->cfg = cfg_create();
	machine_add_cfg_rows(pm->cfg);
	cfg_add_rows(pm->cfg, km_cfg_rows, km_cfg_row_count);
	ck_assert_msg(cfg_load(pm->cfg, "workloads/machines/power7-p7ioc.yaml") == 0, "%s", cfg_error(pm->cfg));
	ck_assert_int_eq(cfg_set(pm->cfg, "machine.ram=256MiB"), 0);
	ck_assert_int_eq(cfg_set(pm->cfg, "machine.phbs=2"), 0);
	for (; sets && *sets; sets++)
		ck_assert_msg(cfg_set(pm->cfg, *sets) == 0, "%s", cfg_error(pm->cfg));
	ck_assert_msg(machine_create(pm->sim, pm->cfg, &pm->machine) == 0, "%s", cfg_error(pm->cfg));
	pm->platform = machine_platform(pm->machine);
	pm->below = *pm->platform->ops;
	pm->ops = pm->below;
	pm->ops.mmio_write = pm_write;
	pm->ops.mmio_read = pm_read;
	pm->platform->ops = &pm->ops;
	pm->platform->irq_fn = pm_irq;
	pm->platform->irq_arg = pm;
	pm_of_ctx = pm;
	pm->opal = opal_create(pm->sim, pm->platform, pm->cfg);
	return pm;
}

static inline struct pm *pm_booted(const char *const *sets)
{
	struct pm *pm = pm_create(sets);

	ck_assert_int_eq(opal_boot(pm->opal), 0);
	sim_run(pm->sim, SIM_PS_NEVER);
	pm->log_count = 0;
	return pm;
}

static inline void pm_destroy(struct pm *pm)
{
	opal_destroy(pm->opal);
	ck_assert_uint_eq(machine_flow(pm->machine, NULL, NULL), 0);
	machine_destroy(pm->machine);
	cfg_destroy(pm->cfg);
	sim_destroy(pm->sim);
	free(pm);
}

/* Registers as they are, past the log. */
static inline uint64_t pm_reg(struct pm *pm, uint32_t phb, uint32_t offset)
{
	return pm->below.mmio_read(pm->platform->ctx, pm->platform->phb[phb].asb_base + offset, 8);
}

static inline void pm_poke(struct pm *pm, uint32_t phb, uint32_t offset, uint64_t value)
{
	pm->below.mmio_write(pm->platform->ctx, pm->platform->phb[phb].asb_base + offset, value, 8);
}

static inline uint64_t pm_hub(struct pm *pm, uint32_t at)
{
	return pm->below.mmio_read(pm->platform->ctx, pm->platform->hub_base + at - P7IOC_HUB_OFFSET, 8);
}

static inline void pm_hub_poke(struct pm *pm, uint32_t at, uint64_t value)
{
	pm->below.mmio_write(pm->platform->ctx, pm->platform->hub_base + at - P7IOC_HUB_OFFSET, value, 8);
}

/* Entry @index of on-chip table @table; @wide: its second doubleword. */
static inline uint64_t pm_entry(struct pm *pm, uint32_t phb, uint32_t table, uint32_t index, bool wide)
{
	pm_poke(pm, phb, PHB_IODA_ADDR, ppc_set(P7IOC_IODA_ADDR_TADR, ppc_set(PHB_IODA_ADDR_TSEL, 0, table), index));
	return pm_reg(pm, phb, wide ? P7IOC_IODA_DATA1 : PHB_IODA_DATA0);
}

static inline uint64_t pm_stat(struct pm *pm, const char *path, const char *name)
{
	const uint64_t *value = stat_find(pm->sim, path, name, NULL);

	ck_assert_msg(value != NULL, "no statistic %s.%s", path, name);
	return *value;
}

static inline uint64_t be(const void *p, size_t bytes)
{
	const uint8_t *b = p;
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < bytes; i++)
		value = value << 8 | b[i];
	return value;
}

/* struct pm_error - what next_error says. */
struct pm_error {
	uint64_t pe;
	uint32_t type, severity;
};

static inline struct pm_error pm_next_error(struct pm *pm, uint32_t phb)
{
	uint8_t pe[8], type[2], severity[2];

	ck_assert_int_eq(opal_pci_next_error(pm->opal, phb, pe, type, severity), OPAL_SUCCESS);
	return (struct pm_error){be(pe, 8), (uint32_t)be(type, 2), (uint32_t)be(severity, 2)};
}

struct pm_reset {
	struct pm *pm;
	uint32_t phb;
	int64_t ret;
};

static inline void pm_reset_task(struct sim *sim, void *arg)
{
	struct pm_reset *reset = arg;

	reset->ret = opal_pci_reset(reset->pm->opal, reset->phb, OPAL_RESET_PHB_COMPLETE, 1);
	while (reset->ret > 0) {
		sim_task_charge(sim, (sim_ps)reset->ret * SIM_PS_PER_MS);
		reset->ret = opal_pci_poll(reset->pm->opal, reset->phb);
	}
}

/* A complete reset from call to end, polled as often as firmware says. Return: what the last call said. */
static inline int64_t pm_complete_reset(struct pm *pm, uint32_t phb)
{
	struct pm_reset reset = {.pm = pm, .phb = phb, .ret = 1};

	sim_task_create(pm->sim, "reset", pm_reset_task, &reset);
	sim_run(pm->sim, SIM_PS_NEVER);
	return reset.ret;
}

/* An error of the fence class, where it would happen. */
static inline void pm_fence(struct pm *pm, uint32_t phb)
{
	pm_poke(pm, phb, PHB_INA_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(19));
	sim_run(pm->sim, SIM_PS_NEVER);
	ck_assert(phb_fenced(machine_phb(pm->machine, phb)));
}

#endif

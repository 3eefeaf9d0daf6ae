/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_PHB4_RIG_H
#define TESTS_KERNEL_MODEL_PHB4_RIG_H
/*
 * tests/kernel-model/phb4_rig.h - firmware on a real machine with PHB4s or PHB5s, and a log of its register accesses in
 * between. As firmware waits for hardware there, a test's body runs in a task, while the machine goes on.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hw/machine.h"
#include "hw/phb/phb.h"
#include "hw/platform.h"
#include "hw/ram.h"
#include "hw/regs/ioda3_regs.h"
#include "hw/regs/pci_regs.h"
#include "hw/regs/phb4_regs.h"
#include "hw/regs/phb_scom_regs.h"
#include "hw/regs/xive_regs.h"
#include "kernel-model/kernel.h"
#include "kernel-model/opal/opal_internal.h"
#include "sim/sim.h"
#include "sim/stat.h"
#include "sim/task.h"

#define RIG_LOG_MAX 65536u
#define RIG_RAM_BYTES (256ull << 20)
#define RIG_RID 0x300u /* the first device */

enum { RIG_PHB4_BIG, RIG_PHB4_SMALL, RIG_PHB5_BIG, RIG_PHB5_SMALL, RIG_VARIANTS };

/* struct rig_access - one access of firmware to PHB 0. @scom: @offset is an address on the pervasive bus. */
struct rig_access {
	bool write, scom;
	uint32_t offset, bytes;
	uint64_t value;
};

struct rig {
	int variant;
	bool big, phb5, done;
	struct sim *sim;
	struct cfg *cfg;
	struct machine *machine;
	struct phb *phb;
	struct platform *real;
	struct platform platform; /* @real with the log in between */
	const struct platform_phb *info;
	struct opal *opal;
	uint64_t ram_base; /* of firmware */
	uint32_t pe_count, bar_count;
	struct rig_access log[RIG_LOG_MAX];
	uint32_t log_count;
	void (*body)(struct rig *rig);
};

static inline void rig_log(struct rig *rig, bool write, bool scom, uint64_t addr, uint32_t bytes, uint64_t value)
{
	if (!scom && addr - rig->info->reg_base >= rig->info->reg_bytes)
		return;
	ck_assert_uint_lt(rig->log_count, RIG_LOG_MAX);
	rig->log[rig->log_count++] = (struct rig_access){
		write, scom, (uint32_t)(scom ? addr : addr - rig->info->reg_base), bytes, value};
}

static inline platform_u64 rig_mmio_read(void *ctx, platform_u64 addr, platform_u32 bytes)
{
	struct rig *rig = ctx;
	uint64_t value = rig->real->ops->mmio_read(rig->real->ctx, addr, bytes);

	rig_log(rig, false, false, addr, bytes, value);
	return value;
}

static inline void rig_mmio_write(void *ctx, platform_u64 addr, platform_u64 value, platform_u32 bytes)
{
	struct rig *rig = ctx;

	rig_log(rig, true, false, addr, bytes, value);
	rig->real->ops->mmio_write(rig->real->ctx, addr, value, bytes);
}

static inline platform_u64 rig_scom_read(void *ctx, platform_u32 addr)
{
	struct rig *rig = ctx;
	uint64_t value = rig->real->ops->scom_read(rig->real->ctx, addr);

	rig_log(rig, false, true, addr, 8, value);
	return value;
}

static inline void rig_scom_write(void *ctx, platform_u32 addr, platform_u64 value)
{
	struct rig *rig = ctx;

	rig_log(rig, true, true, addr, 8, value);
	rig->real->ops->scom_write(rig->real->ctx, addr, value);
}

static inline void rig_charge(void *ctx, platform_u64 ps)
{
	struct rig *rig = ctx;

	rig->real->ops->charge(rig->real->ctx, ps);
}

static inline platform_u64 rig_now(void *ctx)
{
	return sim_now(((struct rig *)ctx)->sim);
}

static const struct platform_ops rig_ops = {
	.mmio_read = rig_mmio_read,
	.mmio_write = rig_mmio_write,
	.scom_read = rig_scom_read,
	.scom_write = rig_scom_write,
	.charge = rig_charge,
	.now = rig_now,
};

static inline void rig_irq(void *arg, platform_u32 irq)
{
	struct rig *rig = arg;

	(void)opal_interrupt(rig->opal, irq);
}

static inline void rig_main(struct sim *sim, void *arg)
{
	struct rig *rig = arg;

	(void)sim;
	ck_assert_int_eq(opal_boot(rig->opal), 0);
	rig->body(rig);
	rig->done = true;
}

static inline void rig_set(struct rig *rig, const char *setting)
{
	ck_assert_msg(cfg_set(rig->cfg, setting) == 0, "%s", cfg_error(rig->cfg));
}

/* Run @body on a booted machine of @variant, configured with @more too (NULL, or NULL at the end). */
static inline void rig_run(int variant, const char *const *more, void (*body)(struct rig *rig))
{
	struct rig *rig = sim_alloc(sizeof(*rig));

	rig->variant = variant;
	rig->phb5 = variant >= RIG_PHB5_BIG;
	rig->big = variant == RIG_PHB4_BIG || variant == RIG_PHB5_BIG;
	rig->body = body;
	rig->sim = sim_create(1);
	rig->cfg = cfg_create();
	machine_add_cfg_rows(rig->cfg);
	cfg_add_rows(rig->cfg, km_cfg_rows, km_cfg_row_count);
	rig_set(rig, "machine.ram=256MiB");
	rig_set(rig, "machine.phbs=2");
	rig_set(rig, rig->phb5 ? "phb.generation=phb5" : "phb.generation=phb4");
	rig_set(rig, rig->big ? "phb.size=big" : "phb.size=small");
	rig_set(rig, "machine.phb.reg_bytes=8KiB");
	rig_set(rig, "machine.phb.esb_base=0x600c300000000");
	rig_set(rig, "machine.phb.esb_bytes=256MiB");
	rig_set(rig, "machine.phb.m64_base=0x6000000000000");
	rig_set(rig, "machine.phb.m64_bytes=256GiB");
	for (; more && *more; more++)
		rig_set(rig, *more);
	ck_assert_msg(machine_create(rig->sim, rig->cfg, &rig->machine) == 0, "%s", cfg_error(rig->cfg));
	rig->phb = machine_phb(rig->machine, 0);
	rig->real = machine_platform(rig->machine);
	rig->platform = *rig->real;
	rig->platform.ops = &rig_ops;
	rig->platform.ctx = rig;
	rig->real->irq_fn = rig_irq;
	rig->real->irq_arg = rig;
	rig->info = &rig->platform.phb[0];
	rig->pe_count = rig->big ? 512 : 256;
	rig->bar_count = rig->big ? 32 : 16;
	rig->opal = opal_create(rig->sim, &rig->platform, rig->cfg);
	rig->ram_base = opal_reserved_base(rig->opal);
	(void)sim_task_create(rig->sim, "firmware", rig_main, rig);
	(void)sim_run(rig->sim, UINT64_MAX);
	ck_assert(rig->done);
	opal_destroy(rig->opal);
	ck_assert_uint_eq(machine_flow(rig->machine, NULL, NULL), 0);
	machine_destroy(rig->machine);
	cfg_destroy(rig->cfg);
	sim_destroy(rig->sim);
	free(rig);
}

/* A test whose body has @rig: a booted machine, once per variant (_i). */
#define RIG_TEST_WITH(name, more)                                                                                      \
	static void name##_body(struct rig *rig);                                                                      \
	START_TEST(name)                                                                                               \
	{                                                                                                              \
		rig_run(_i, more, name##_body);                                                                        \
	}                                                                                                              \
	END_TEST                                                                                                       \
	static void name##_body(struct rig *rig)
#define RIG_TEST(name) RIG_TEST_WITH(name, NULL)

/* ---- What the hardware holds, unlogged; no time passes ---- */

static inline uint64_t rig_reg(struct rig *rig, uint32_t offset)
{
	return phb_reg_read(rig->phb, offset, 8);
}

static inline void rig_poke(struct rig *rig, uint32_t offset, uint64_t value)
{
	phb_reg_write(rig->phb, offset, value, 8);
}

static inline uint64_t rig_table(struct rig *rig, uint32_t table, uint32_t index)
{
	uint64_t select = ppc_set(PHB_IODA_ADDR_TSEL, index, table), before = rig_reg(rig, PHB_IODA_ADDR), value;

	rig_poke(rig, PHB_IODA_ADDR, select);
	value = rig_reg(rig, PHB_IODA_DATA0);
	rig_poke(rig, PHB_IODA_ADDR, before);
	return value;
}

static inline void rig_table_poke(struct rig *rig, uint32_t table, uint32_t index, uint64_t value)
{
	rig_poke(rig, PHB_IODA_ADDR, ppc_set(PHB_IODA_ADDR_TSEL, index, table));
	rig_poke(rig, PHB_IODA_DATA0, value);
}

static inline uint64_t rig_stat(struct rig *rig, const char *path, const char *name)
{
	const uint64_t *value = stat_find(rig->sim, path, name, NULL);

	ck_assert_msg(value != NULL, "no statistic %s.%s", path, name);
	return *value;
}

static inline uint64_t rig_be(const void *at, uint32_t bytes)
{
	const uint8_t *byte = at;
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | *byte++;
	return value;
}

/* A fence that only its register shows: forced, as firmware does it. */
static inline void rig_fence(struct rig *rig)
{
	phb_scom_write(rig->phb, PHB_SCOM_NEST, PHB_SCOM_NFIR_SET, PHB4_SCOM_NFIR_FORCE);
	ck_assert(phb_fenced(rig->phb));
}

/* Were exactly these registers written, in this order, since the log was cleared? */
static inline void rig_wrote(const struct rig *rig, const struct rig_access *want, uint32_t count)
{
	uint32_t i, seen = 0;

	for (i = 0; i < rig->log_count; i++) {
		if (!rig->log[i].write)
			continue;
		ck_assert_uint_lt(seen, count);
		ck_assert_uint_eq(rig->log[i].offset, want[seen].offset);
		ck_assert_uint_eq(rig->log[i].value, want[seen].value);
		seen++;
	}
	ck_assert_uint_eq(seen, count);
}

#endif

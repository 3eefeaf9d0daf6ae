/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine: its memory map and what is wrong with bad ones, MMIO routing and cost, interrupts, a DMA end to end. */
#include "machine_fixture.h"
#include "hw/regs/p7ioc_hub_regs.h"
#include "hw/regs/p7ioc_regs.h"

/* The map. */

static void assert_map_error(const char *yaml, const char *expect)
{
	struct cfg *cfg = rows_of_a_machine();
	struct machine_map map;
	struct machine *machine = NULL;
	struct sim *sim = sim_create(1);

	ck_assert_msg(cfg_load_text(cfg, "m.yaml", yaml) == 0, "%s", cfg_error(cfg));
	ck_assert_int_eq(machine_map_build(&map, cfg), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg), expect);
	ck_assert_int_eq(machine_create(sim, cfg, &machine), -EINVAL);
	ck_assert_ptr_null(machine);
	sim_destroy(sim);
	cfg_destroy(cfg);
}

START_TEST(test_map_that_makes_no_sense_is_refused_with_place_and_reason)
{
	/* Why: a window over another is the user's mistake; the message names the line, both windows and what is
	 * expected. */
	assert_map_error("machine:\n  ram: 1GiB\n  phb:\n    reg_base: 0x3ffff000\n",
			 "m.yaml:4:15: found registers of phb0 at 0x3ffff000-0x3fffffff, which overlaps RAM at "
			 "0x0-0x3fffffff, expected windows that do not overlap");
	assert_map_error("machine:\n  phb:\n    m32_base: 0x100000000\n",
			 "m.yaml:3:15: found M32 window of phb0 at 0x100000000-0x17fffffff, which overlaps RAM at "
			 "0x0-0x3ffffffff, expected windows that do not overlap");
	assert_map_error(
		"machine:\n  phb:\n    reg_base: 0x3fe07ffff000\n",
		"m.yaml:3:15: found M32 window of phb0 at 0x3fe000000000-0x3fe07fffffff, which overlaps registers of "
		"phb0 at 0x3fe07ffff000-0x3fe07fffffff, expected windows that do not overlap");
	assert_map_error(
		"machine:\n  phbs: 2\n  phb:\n    reg_bytes: 64KiB\n    reg_stride: 4KiB\n",
		"m.yaml:5:17: found registers of phb1 at 0x3fffe40001000-0x3fffe40010fff, which overlaps registers of "
		"phb0 at 0x3fffe40000000-0x3fffe4000ffff, expected windows that do not overlap");
	assert_map_error(
		"machine:\n  phb:\n    m32_base: 0xffffffff80000000\n  phbs: 2\n",
		"m.yaml:3:15: found a place for phb1 past the end of the address space, expected one below 2^64");
	assert_map_error("machine:\n  phb:\n    m32_base: 0x40000000\n    m32_pci_base: 0x80000000\n",
			 "m.yaml:3:15: found 0x40000000, expected a multiple of the window's 0x80000000 bytes");
	assert_map_error("machine:\n  phb:\n    m32_pci_base: 0x90000000\n",
			 "m.yaml:3:19: found 0x90000000, expected a multiple of the window's 0x80000000 bytes");
	assert_map_error("machine:\n  phb:\n    m64_base: 0x10000\n",
			 "m.yaml:3:15: found 0x10000, expected a multiple of the window's 0x1000000000 bytes");
	assert_map_error("machine:\n  phb:\n    reg_base: 0x3fffe40000800\n",
			 "m.yaml:3:15: found 0x3fffe40000800, expected a multiple of the window's 0x1000 bytes");
	assert_map_error("machine:\n  phb:\n    io_base: 0x10000\n    io_bytes: 8MiB\n",
			 "m.yaml:3:14: found 0x10000, expected a multiple of the window's 0x800000 bytes");
	assert_map_error("machine:\n  phb:\n    asb_base: 0x3fffe40000000\n    asb_bytes: 4KiB\n",
			 "m.yaml:3:15: found ASB window of phb0 at 0x3fffe40000000-0x3fffe40000fff, which overlaps "
			 "registers of phb0 at 0x3fffe40000000-0x3fffe40000fff, expected windows that do not overlap");
	assert_map_error("machine:\n  phbs: 2\n  phb:\n    m32_stride: 1GiB\n",
			 "m.yaml:4:17: found M32 window of phb1 at 0x3fe040000000-0x3fe0bfffffff, which overlaps M32 "
			 "window of phb0 at 0x3fe000000000-0x3fe07fffffff, expected windows that do not overlap");
	assert_map_error("machine:\n  hub:\n    base: 0x1000\n    bytes: 4KiB\nphb:\n  generation: p7ioc\n",
			 "m.yaml:3:11: found hub registers at 0x1000-0x1fff, which overlaps RAM at 0x0-0x3ffffffff, "
			 "expected windows that do not overlap");
	assert_map_error("machine:\n  ram: 16777217B\n",
			 "m.yaml:2:8: found 0x1000001 bytes, expected a multiple of 64KiB");
}
END_TEST

START_TEST(test_map_at_the_very_edges_is_accepted)
{
	/* Why: windows that only touch do not overlap, and the last byte below 2^64 is a place like any other. */
	struct cfg *cfg = rows_of_a_machine();
	struct machine_map map;
	const struct machine_window *window;

	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml",
				       "machine:\n  ram: 2GiB\n  phbs: 1\n  phb:\n    reg_base: 0xfffffffffffff000\n"
				       "    m32_base: 0x80000000\n"),
			 0);
	ck_assert_msg(machine_map_build(&map, cfg) == 0, "%s", cfg_error(cfg));
	ck_assert_uint_eq(map.count, 4);
	ck_assert_int_eq(machine_map_find(&map, 2 * GIB - 1, 1)->kind, MACHINE_WINDOW_RAM);
	ck_assert_ptr_null(machine_map_find(&map, 2 * GIB - 1, 2)); /* across two windows: nobody's */
	ck_assert_int_eq(machine_map_find(&map, 2 * GIB, 8)->kind, MACHINE_WINDOW_M32);
	ck_assert_int_eq(machine_map_find(&map, 4 * GIB - 8, 8)->kind, MACHINE_WINDOW_M32);
	ck_assert_ptr_null(machine_map_find(&map, 4 * GIB, 1));
	window = machine_map_find(&map, UINT64_MAX - 7, 8);
	ck_assert_ptr_nonnull(window);
	ck_assert_int_eq(window->kind, MACHINE_WINDOW_REGS);
	ck_assert_ptr_null(machine_map_find(&map, UINT64_MAX - 6, 8));
	cfg_destroy(cfg);
}
END_TEST

START_TEST(test_rows_refuse_what_is_out_of_range)
{
	/* Why: unknown keys, missing units and impossible numbers stop before anything is built. */
	static const char *const bad[] = {
		"machine.ram=2TiB",
		"machine.ram=16",
		"machine.phbs=0",
		"machine.phbs=7",
		"machine.devices=9",
		"machine.tlps=0",
		"machine.phb.reg_bytes=128KiB",
		"machine.phb.reg_bytes=5000B",
		"machine.cpus=4",
		"machine.irq_latency=5",
		"dma.queue_depth=257",
		"dma.bar_bytes=2MiB",
		"dma.msi_vectors=3",
	};
	struct cfg *cfg = rows_of_a_machine();
	size_t i;

	for (i = 0; i < sim_count_of(bad); i++)
		ck_assert_msg(cfg_set(cfg, bad[i]) < 0, "%s", bad[i]);
	cfg_destroy(cfg);
}
END_TEST

START_TEST(test_preset_power8_phb3_builds_and_spells_out_the_defaults)
{
	/* Why: the preset is documentation too: each of its keys must be known and say what is true without it. */
	struct cfg *preset = rows_of_a_preset(), *plain = rows_of_a_preset();
	struct sim *sim = sim_create(1);
	struct machine *machine;
	char a[64], b[64];
	size_t i;

	ck_assert_msg(cfg_load(preset, "workloads/machines/power8-phb3.yaml") == 0, "%s", cfg_error(preset));
	for (i = 0; i < cfg_row_count(preset); i++) {
		const struct cfg_row *row = cfg_row_get(preset, i);

		ck_assert_str_eq(cfg_format_value(preset, row, a, sizeof(a)),
				 cfg_format_value(plain, row, b, sizeof(b)));
	}
	ck_assert(cfg_is_set(preset, "machine.phb.m32_base"));
	ck_assert_int_eq(machine_create(sim, preset, &machine), 0);
	machine_destroy(machine);
	cfg_destroy(preset);
	cfg_destroy(plain);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_hub_around_phbs_that_have_none_is_refused)
{
	/* Why: only a P7IOC has one; nobody would be behind its registers. */
	struct cfg *cfg = rows_of_a_machine();
	struct machine *machine = NULL;
	struct sim *sim = sim_create(1);

	ck_assert_int_eq(cfg_load_text(cfg, "m.yaml", "machine:\n  hub:\n    bytes: 256KiB\n"), 0);
	ck_assert_int_eq(machine_create(sim, cfg, &machine), -EINVAL);
	ck_assert_str_eq(cfg_error(cfg), "m.yaml:3:12: found a hub around PHBs of generation phb3, expected none");
	ck_assert_ptr_null(machine);
	sim_destroy(sim);
	cfg_destroy(cfg);
}
END_TEST

static void open_power7(struct bench *bench, const char *const *sets)
{
	memset(bench, 0, sizeof(*bench));
	bench->sim = sim_create(3);
	bench->cfg = rows_of_a_preset();
	ck_assert_msg(cfg_load(bench->cfg, "workloads/machines/power7-p7ioc.yaml") == 0, "%s", cfg_error(bench->cfg));
	ck_assert_int_eq(cfg_set(bench->cfg, "machine.ram=256MiB"), 0);
	for (; sets && *sets; sets++)
		ck_assert_msg(cfg_set(bench->cfg, *sets) == 0, "%s", cfg_error(bench->cfg));
	ck_assert_msg(machine_create(bench->sim, bench->cfg, &bench->machine) == 0, "%s", cfg_error(bench->cfg));
	bench->platform = machine_platform(bench->machine);
	bench->platform->irq_fn = bench_irq;
	bench->platform->irq_arg = bench;
}

START_TEST(test_preset_power7_p7ioc_has_the_windows_of_a_power7_host)
{
	/* Why: the addresses that the boot log of a POWER7 host with six PHBs shows. */
	struct bench bench;
	uint32_t i;

	open_power7(&bench, (const char *[]){"machine.phbs=6", NULL});
	ck_assert_uint_eq(bench.platform->hub_base, 0x3efe003c0000);
	ck_assert_uint_eq(bench.platform->hub_bytes, 0x40000);
	for (i = 0; i < 6; i++) {
		const struct platform_phb *phb = &bench.platform->phb[i];

		ck_assert_int_eq(phb->type, PLATFORM_PHB_P7IOC);
		ck_assert_uint_eq(phb->reg_base, 0x3efe00080000 + i * 0x10000);
		ck_assert_uint_eq(phb->asb_base, 0x3efe00000000 + i * 0x10000);
		ck_assert_uint_eq(phb->io_base, 0x3efe01000000 + i * 0x800000);
		ck_assert_uint_eq(phb->io_bytes, 0x800000);
		ck_assert_uint_eq(phb->m32_base, 0x3da080000000 + i * 4 * GIB);
		ck_assert_uint_eq(phb->m32_bytes, 2 * GIB);
		ck_assert_uint_eq(phb->m64_base, 0x3da800000000 + i * 32 * GIB);
		ck_assert_uint_eq(phb->m64_bytes, 32 * GIB);
		ck_assert_uint_eq(phb->pe_count, 128);
		ck_assert_uint_eq(phb->reserved_pe, 127);
		ck_assert_uint_eq(phb->msi_count, 256);
		ck_assert_uint_eq(bench_read(&bench, phb->reg_base + PHB_VERSION, 8), P7IOC_VERSION_VALUE);
	}
	bench_close(&bench);
}
END_TEST

START_TEST(test_power7_io_space_reaches_config_and_asb_and_hub_answer_behind_a_fence)
{
	/* Why: each kind of window goes where it should: I/O space to a PHB's IODT; AIB registers are dead behind a
	 * fence, ASB and the hub's are not; the hub's interrupt arrives one latency later under its own number. */
	struct bench bench;
	const struct platform_phb *phb;
	uint64_t hub;

	open_power7(&bench, (const char *[]){"machine.phbs=2", "machine.irq_latency=500ns", NULL});
	phb = &bench.platform->phb[1];
	hub = bench.platform->hub_base - P7IOC_HUB_OFFSET;
	ck_assert_uint_eq(bench_read(&bench, phb->io_base + 0x123456, 4), UINT32_MAX);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "mmio_reads"), 1);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "unclaimed"), 0);
	bench_write(&bench, hub + P7IOC_GEM_MASK, P7IOC_INIT_GEM_MASK, 8);
	bench_write(&bench, hub + P7IOC_RGC_LEM + P7IOC_LEM_MASK_AND, 0x0fff001f03030000ull, 8);
	bench_write(&bench, phb->reg_base + PHB_INA_ERR_BASE + PHB_ERR_FENCE_ENABLE, PPC_BIT(19), 8);
	bench_write(&bench, phb->reg_base + PHB_INA_ERR_BASE + PHB_ERR_INJECT, PPC_BIT(19), 8);
	ck_assert_uint_eq(bench_read(&bench, phb->reg_base + PHB_VERSION, 8), UINT64_MAX);
	ck_assert_uint_eq(bench_read(&bench, phb->asb_base + PHB_VERSION, 8), P7IOC_VERSION_VALUE);
	ck_assert_uint_eq(bench_read(&bench, bench.platform->phb[0].reg_base + PHB_VERSION, 8), P7IOC_VERSION_VALUE);
	ck_assert_uint_eq(bench_read(&bench, hub + P7IOC_FENCE_SHADOW, 8), PPC_BIT(18) | PPC_BIT(19));
	bench_write(&bench, phb->asb_base + PHB_LEM_ERROR_MASK, 0x77, 8);
	ck_assert_uint_eq(bench_read(&bench, phb->asb_base + PHB_LEM_ERROR_MASK, 8), 0x77);
	sim_run(bench.sim, 500 * SIM_PS_PER_NS - 1);
	ck_assert_uint_eq(bench.irq_count, 0);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.irq_count, 1);
	ck_assert_uint_eq(bench.irq[0], bench.platform->hub_irq);
	bench_close(&bench);
}
END_TEST

/* What software sees. */

START_TEST(test_platform_describes_the_machine)
{
	/* Why: firmware and kernel know the machine by this table alone. */
	struct bench bench;
	const struct platform *platform;
	uint32_t i;

	bench_open(&bench, (const char *[]){"machine.phbs=3", "machine.devices=5", NULL});
	platform = bench.platform;
	ck_assert_ptr_eq(platform->ram, ram_base(machine_ram(bench.machine)));
	ck_assert_uint_eq(platform->ram_bytes, 256 << 20);
	ck_assert_uint_eq(platform->phb_count, 3);
	ck_assert_uint_eq(machine_phb_count(bench.machine), 3);
	for (i = 0; i < 3; i++) {
		const struct platform_phb *phb = &platform->phb[i];

		ck_assert_uint_eq(phb->opal_id, i);
		ck_assert_int_eq(phb->type, PLATFORM_PHB_PHB3);
		ck_assert_uint_eq(phb->reg_base, REG_BASE + i * 0x100000);
		ck_assert_uint_eq(phb->reg_bytes, 0x1000);
		ck_assert_uint_eq(phb->m32_base, M32_BASE + i * 2 * GIB);
		ck_assert_uint_eq(phb->m32_bytes, 2 * GIB);
		ck_assert_uint_eq(phb->m32_pci_base, 0x80000000);
		ck_assert_uint_eq(phb->pe_count, 256);
		ck_assert_uint_eq(phb->reserved_pe, 255);
		ck_assert_uint_eq(phb->irq_base, 4096 * (i + 1));
		ck_assert_uint_eq(phb->m64_base, 0x3b0000000000 + i * 64 * GIB);
		ck_assert_uint_eq(phb->m64_bytes, 64 * GIB);
		ck_assert_uint_eq(phb->msi_count, 2040);
		ck_assert_ptr_nonnull(machine_phb(bench.machine, i));
		ck_assert_ptr_nonnull(topology_function(machine_topology(bench.machine, i), 0));
		ck_assert_ptr_null(topology_function(machine_topology(bench.machine, i), 0x700));
		bring_up(&bench, i);
		ck_assert_ptr_nonnull(topology_function(machine_topology(bench.machine, i), 0x700));
		ck_assert_ptr_null(topology_function(machine_topology(bench.machine, i), 0x800));
		ck_assert_ptr_null(topology_function(machine_topology(bench.machine, i), 0x701));
	}
	bench_close(&bench);
}
END_TEST

START_TEST(test_unclaimed_mmio_reads_ones_and_is_counted)
{
	/* Why: nobody answers below, between and above the windows, to RAM through MMIO, or to odd sizes. */
	struct bench bench;

	bench_open(&bench, NULL);
	ck_assert_uint_eq(bench_read(&bench, REG_BASE - 8, 8), UINT64_MAX);
	ck_assert_uint_eq(bench_read(&bench, REG_BASE + 0x1000, 4), UINT32_MAX);
	ck_assert_uint_eq(bench_read(&bench, M32_BASE + 2 * GIB, 2), 0xffff);
	ck_assert_uint_eq(bench_read(&bench, UINT64_MAX, 1), 0xff);
	ck_assert_uint_eq(bench_read(&bench, 0x1000, 8), UINT64_MAX);
	ck_assert_uint_eq(bench_read(&bench, REG_BASE + 0xffc, 8), UINT64_MAX);
	ck_assert_uint_eq(bench_read(&bench, REG_BASE, 3), 0xffffff);
	bench_write(&bench, 0x2000, 0xdead, 8);
	ck_assert_uint_eq(bench.platform->ram[0x2000], 0);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "unclaimed"), 8);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "reg_reads"), 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_devices_are_found_by_config_cycles_and_answer_mmio)
{
	/* Why: the whole outbound way: register window, CONFIG_ADDRESS and DATA, BAR, M32 window, device register. */
	struct bench bench;
	uint64_t bar;
	uint32_t phb;

	bench_open(&bench, (const char *[]){"machine.phbs=2", NULL});
	for (phb = 0; phb < 2; phb++) {
		bring_up(&bench, phb);
		ck_assert_uint_eq(config_read32(&bench, phb, 0x300, PCI_REG_VENDOR_ID), 0x70481234);
		ck_assert_uint_eq(config_read32(&bench, phb, 0x400, PCI_REG_VENDOR_ID), 0x70481234);
		ck_assert_uint_eq(config_read32(&bench, phb, 0x500, PCI_REG_VENDOR_ID), UINT32_MAX);
		bar = bring_up_device(&bench, phb, 0x400, 0x800000);
		ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_ID, 8), DMA_ENGINE_ID_VALUE);
		bench_write(&bench, bar + DMA_ENGINE_SEED, 0x1122334455667788 + phb, 8);
		ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_SEED, 4), 0x55667788 + phb);
		ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_SEED + 4, 4), 0x11223344);
	}
	ck_assert_uint_eq(bench_stat(&bench, "machine", "mmio_reads"), 6);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "mmio_writes"), 2);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "unclaimed"), 0);
	bench_close(&bench);
}
END_TEST

/** struct costs - what accesses took in a task. */
struct costs {
	struct bench *bench;
	uint64_t bar;
	sim_ps reg_read, reg_write, mmio_read, mmio_write, unclaimed, charge;
};

static sim_ps cost_since(struct bench *bench, sim_ps *from)
{
	sim_ps took = bench->platform->ops->now(bench->platform->ctx) - *from;

	*from += took;
	return took;
}

static void cost_task(struct sim *sim, void *arg)
{
	struct costs *costs = arg;
	struct bench *bench = costs->bench;
	sim_ps from = sim_now(sim);

	bench_read(bench, REG_BASE + PHB_CONFIG, 8);
	costs->reg_read = cost_since(bench, &from);
	bench_write(bench, REG_BASE + PHB_M32_START_ADDR, 0x80000000, 8);
	costs->reg_write = cost_since(bench, &from);
	bench_read(bench, costs->bar + DMA_ENGINE_ID, 8);
	costs->mmio_read = cost_since(bench, &from);
	bench_write(bench, costs->bar + DMA_ENGINE_SEED, 1, 8);
	costs->mmio_write = cost_since(bench, &from);
	bench_read(bench, 0x9000000000, 8);
	costs->unclaimed = cost_since(bench, &from);
	bench->platform->ops->charge(bench->platform->ctx, 777);
	costs->charge = cost_since(bench, &from);
}

START_TEST(test_mmio_costs_the_task_its_rows_and_the_link)
{
	/* Why: each access costs its row; a device load also 20 B down, 28 B up and both flights; without a task,
	 * nothing. */
	struct bench bench;
	struct costs costs = {.bench = &bench};

	bench_open(&bench, (const char *[]){"machine.mmio_reg_read=11ns", "machine.mmio_reg_write=13ns",
					    "machine.mmio_read=17ns", "machine.mmio_write=19ns", NULL});
	bring_up(&bench, 0);
	costs.bar = bring_up_device(&bench, 0, 0x300, 0);
	ck_assert_uint_eq(sim_now(bench.sim), 0);
	sim_task_create(bench.sim, "cpu", cost_task, &costs);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(costs.reg_read, 11000);
	ck_assert_uint_eq(costs.reg_write, 13000);
	ck_assert_uint_eq(costs.mmio_read, 17000 + link_round_trip_ps(machine_link(bench.machine, 0), 0, 8));
	ck_assert_uint_eq(costs.mmio_write, 19000);
	ck_assert_uint_eq(costs.unclaimed, 17000);
	ck_assert_uint_eq(costs.charge, 777);
	bench_close(&bench);
}
END_TEST

static void scom_task(struct sim *sim, void *arg)
{
	struct costs *costs = arg;
	const struct platform *platform = costs->bench->platform;
	sim_ps from = sim_now(sim);

	platform->ops->scom_write(platform->ctx, platform->phb[1].scom_base[PLATFORM_SCOM_NEST] + PHB_SCOM_NFIR_SET,
				  PPC_BIT(5));
	costs->reg_write = cost_since(costs->bench, &from);
	platform->ops->scom_read(platform->ctx, platform->phb[1].scom_base[PLATFORM_SCOM_NEST] + PHB_SCOM_NFIR);
	costs->reg_read = cost_since(costs->bench, &from);
}

START_TEST(test_scom_reaches_the_phb_whose_unit_it_is_and_costs_its_row)
{
	/* Why: firmware has nothing but the address; QEMU's PHB 1 has its nest registers at 0x02012400. */
	struct bench bench;
	const struct platform_ops *ops;
	struct costs costs = {.bench = &bench};

	bench_open(&bench, (const char *[]){"machine.phbs=2", "machine.scom_access=33ns", NULL});
	ops = bench.platform->ops;
	ck_assert_uint_eq(bench.platform->phb[1].scom_base[PLATFORM_SCOM_NEST], 0x02012400);
	ck_assert_uint_eq(bench.platform->phb[1].scom_base[PLATFORM_SCOM_PCI], 0x09012400);
	ck_assert_uint_eq(bench.platform->phb[1].scom_base[PLATFORM_SCOM_INDIRECT], 0x09013c40);
	sim_task_create(bench.sim, "cpu", scom_task, &costs);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(costs.reg_write, 33000);
	ck_assert_uint_eq(costs.reg_read, 33000);
	ck_assert_uint_eq(ops->scom_read(bench.platform->ctx, 0x02012400 + PHB_SCOM_NFIR), PPC_BIT(5));
	ck_assert_uint_eq(ops->scom_read(bench.platform->ctx, 0x02012000 + PHB_SCOM_NFIR), 0);
	ops->scom_write(bench.platform->ctx, 0x09013c40, PHB_VERSION);
	ck_assert_uint_eq(ops->scom_read(bench.platform->ctx, 0x09013c42), PHB3_VERSION_VALUE);
	ck_assert_uint_eq(ops->scom_read(bench.platform->ctx, 0x12345), UINT64_MAX);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "unclaimed"), 1);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "scoms"), 7);
	bench_close(&bench);
}
END_TEST

START_TEST(test_interrupt_arrives_one_latency_later_and_merges_with_itself)
{
	/* Why: irq_base + source, not at t - 1 ps, at t; the same source again meanwhile is one interrupt, another is
	 * not. */
	struct bench bench;
	uint64_t regs;

	bench_open(&bench, (const char *[]){"machine.phbs=2", "machine.irq_latency=700ns", NULL});
	bring_up(&bench, 1);
	regs = bench.platform->phb[1].reg_base;
	bench_write(&bench, regs + PHB3_FFI_REQUEST, ppc_set(PHB3_FFI_REQUEST_ISN, 0, 5), 8);
	sim_run(bench.sim, 100000);
	bench_write(&bench, regs + PHB3_FFI_REQUEST, ppc_set(PHB3_FFI_REQUEST_ISN, 0, 5), 8);
	bench_write(&bench, regs + PHB3_FFI_REQUEST, ppc_set(PHB3_FFI_REQUEST_ISN, 0, 9), 8);
	sim_run(bench.sim, 699999);
	ck_assert_uint_eq(bench.irq_count, 0);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.irq_count, 2);
	ck_assert_uint_eq(bench.irq[0], 2 * 4096 + 5);
	ck_assert_uint_eq(bench.irq_ps[0], 700000);
	ck_assert_uint_eq(bench.irq[1], 2 * 4096 + 9);
	ck_assert_uint_eq(bench.irq_ps[1], 800000);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "irqs"), 2);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "irqs_merged"), 1);
	/* Nobody listens: counted, not lost in silence. */
	bench.platform->irq_fn = NULL;
	bench_write(&bench, regs + PHB3_FFI_REQUEST, ppc_set(PHB3_FFI_REQUEST_ISN, 0, 6), 8);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench_stat(&bench, "machine", "irqs_lost"), 1);
	bench_close(&bench);
}
END_TEST

START_TEST(test_dma_reaches_ram_and_its_msi_the_cpu)
{
	/* Why: the machine as a whole: bytes written by a device lie in RAM, are read back unharmed, and an interrupt
	 * tells. */
	struct bench bench;
	const uint64_t bytes = 1 << 20,
		       start = DMA_ENGINE_CTRL_START | DMA_ENGINE_CTRL_MSI_DONE | DMA_ENGINE_CTRL_CHECK;
	uint64_t bar;
	uint8_t *ram;

	bench_open(&bench, NULL);
	ram = bench.platform->ram;
	bring_up(&bench, 0);
	bar = bring_up_device(&bench, 0, 0x300, 0);
	program_run(&bench, bar, BUFFER_AT, bytes, 0);
	bench_write(&bench, bar + DMA_ENGINE_CTRL, start, 8);
	/* At the very instant at which DONE can be read, the last byte is in memory. */
	while (!(bench_read(&bench, bar + DMA_ENGINE_STATUS, 8) & DMA_ENGINE_STATUS_DONE))
		ck_assert(sim_step(bench.sim));
	ck_assert_uint_eq(dma_engine_pattern_check(42, IODA2_ADDR_TVE_SELECT | BUFFER_AT, ram + BUFFER_AT, bytes, NULL),
			  0);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_STATUS, 8), DMA_ENGINE_STATUS_DONE);
	ck_assert_uint_eq(ram[BUFFER_AT - 1] | ram[BUFFER_AT + bytes], 0);
	ck_assert_uint_eq(bench.irq_count, 1);
	ck_assert_uint_eq(bench.irq[0], 4096 + 1);
	ck_assert_uint_eq(machine_tlps_in_flight(bench.machine), 0);

	program_run(&bench, bar, BUFFER_AT, bytes, 256);
	ram[BUFFER_AT + 12345] ^= 1;
	bench_write(&bench, bar + DMA_ENGINE_CTRL, start, 8);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_READ_BYTES, 8), bytes);
	ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_MISMATCHES, 8), 1);
	ck_assert_uint_eq(bench_read(&bench, bar + DMA_ENGINE_MISMATCH_ADDR, 8),
			  IODA2_ADDR_TVE_SELECT | (BUFFER_AT + 12345));
	ck_assert_uint_eq(bench_stat(&bench, "phb0.dma0", "errors"), 0);
	ck_assert_uint_eq(bench_stat(&bench, "phb0.dma1", "requests"), 0);
	ck_assert_uint_eq(machine_tlps_in_flight(bench.machine), 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_devices_share_few_tlps_and_finish)
{
	/* Why: four devices and four TLPs: back-pressure must neither lose, starve nor lock up anybody. */
	struct bench bench;
	uint64_t bar[4];
	uint32_t i;

	bench_open(&bench, (const char *[]){"machine.devices=4", "machine.tlps=4", NULL});
	bring_up(&bench, 0);
	for (i = 0; i < 4; i++) {
		bar[i] = bring_up_device(&bench, 0, (3 + i) << 8, i * 0x800000);
		program_run(&bench, bar[i], BUFFER_AT + i * 0x100000, 0x40000, 128);
		bench_write(&bench, bar[i] + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_START, 8);
	}
	/* Fair: when the first has finished, no other is far behind. */
	while (bench_read(&bench, bar[0] + DMA_ENGINE_STATUS, 8) & DMA_ENGINE_STATUS_BUSY)
		ck_assert(sim_step(bench.sim));
	for (i = 1; i < 4; i++)
		ck_assert_uint_ge(bench_read(&bench, bar[i] + DMA_ENGINE_ISSUED, 8), 512);
	sim_run(bench.sim, SIM_PS_NEVER);
	for (i = 0; i < 4; i++) {
		ck_assert_uint_eq(bench_read(&bench, bar[i] + DMA_ENGINE_STATUS, 8), DMA_ENGINE_STATUS_DONE);
		ck_assert_uint_eq(bench_read(&bench, bar[i] + DMA_ENGINE_READ_BYTES, 8) +
					  bench_read(&bench, bar[i] + DMA_ENGINE_WRITE_BYTES, 8),
				  0x40000);
	}
	ck_assert_uint_eq(machine_tlps_in_flight(bench.machine), 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_destroy_in_full_flight_leaves_nothing_behind)
{
	/* Why: a time limit ends a run anywhere; teardown must not leave events into freed memory (ASan watches). */
	sim_ps t;

	for (t = 0; t < 4 * SIM_PS_PER_US; t += 370 * SIM_PS_PER_NS) {
		struct bench bench;
		uint64_t bar;

		bench_open(&bench, (const char *[]){"machine.tlps=8", NULL});
		bring_up(&bench, 0);
		bar = bring_up_device(&bench, 0, 0x300, 0);
		program_run(&bench, bar, BUFFER_AT, 0x10000, 128);
		bench_write(&bench, bar + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_START | DMA_ENGINE_CTRL_MSI_DONE, 8);
		sim_run(bench.sim, t);
		machine_destroy(bench.machine);
		ck_assert_uint_eq(sim_event_count(bench.sim), 0);
		cfg_destroy(bench.cfg);
		sim_destroy(bench.sim);
	}
	machine_destroy(NULL);
}
END_TEST

static uint64_t resident_bytes(void)
{
	unsigned long long total, resident;
	FILE *file = fopen("/proc/self/statm", "r");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fscanf(file, "%llu %llu", &total, &resident), 2);
	fclose(file);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

START_TEST(test_idle_terabyte_with_four_phbs_stays_small)
{
	/* Why: the promise: 1 TiB and 4 PHBs, idle, under 300 MiB of host memory; registers of all were touched. */
	uint64_t before = resident_bytes();
	struct bench bench;
	uint32_t i;

	bench_open(&bench, (const char *[]){"machine.ram=1TiB", "machine.phbs=4", "machine.devices=8", NULL});
	for (i = 0; i < 4; i++) {
		bring_up(&bench, i);
		ck_assert_uint_eq(config_read32(&bench, i, 0xa00, PCI_REG_VENDOR_ID), 0x70481234);
	}
	bench.platform->ram[(1ull << 40) - 1] = 1; /* the last byte is there */
	ck_assert_uint_lt(resident_bytes() - before, 300ull << 20);
	bench_close(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.machine");
	TCase *tcase = tcase_create("machine");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, test_map_that_makes_no_sense_is_refused_with_place_and_reason);
	tcase_add_test(tcase, test_map_at_the_very_edges_is_accepted);
	tcase_add_test(tcase, test_rows_refuse_what_is_out_of_range);
	tcase_add_test(tcase, test_preset_power8_phb3_builds_and_spells_out_the_defaults);
	tcase_add_test(tcase, test_hub_around_phbs_that_have_none_is_refused);
	tcase_add_test(tcase, test_preset_power7_p7ioc_has_the_windows_of_a_power7_host);
	tcase_add_test(tcase, test_power7_io_space_reaches_config_and_asb_and_hub_answer_behind_a_fence);
	tcase_add_test(tcase, test_platform_describes_the_machine);
	tcase_add_test(tcase, test_unclaimed_mmio_reads_ones_and_is_counted);
	tcase_add_test(tcase, test_scom_reaches_the_phb_whose_unit_it_is_and_costs_its_row);
	tcase_add_test(tcase, test_devices_are_found_by_config_cycles_and_answer_mmio);
	tcase_add_test(tcase, test_mmio_costs_the_task_its_rows_and_the_link);
	tcase_add_test(tcase, test_interrupt_arrives_one_latency_later_and_merges_with_itself);
	tcase_add_test(tcase, test_dma_reaches_ram_and_its_msi_the_cpu);
	tcase_add_test(tcase, test_devices_share_few_tlps_and_finish);
	tcase_add_test(tcase, test_destroy_in_full_flight_leaves_nothing_behind);
	tcase_add_test(tcase, test_idle_terabyte_with_four_phbs_stays_small);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

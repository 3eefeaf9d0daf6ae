/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/machine_map.c - the map of real addresses: RAM from 0, then each PHB's registers and its MMIO windows.
 *
 * Default places are those of POWER8 hosts: PHB_BASE_ADDRS of hostboot's processMrw and QEMU's pnv_phb3_pbcq.c put the
 * registers of PHB n at 0x3fffe40000000 + n MiB; boot logs of OpenPOWER machines show its M32 window at
 * 0x3fe000000000 + n * 2 GiB, which is PCI 0x80000000 (skiboot hw/phb3.c), and its M64 window at 0x3b0000000000 +
 * n * 64 GiB, which is the same PCI address. Those of a POWER7 are in workloads/machines/power7-p7ioc.yaml; only its
 * P7IOC has windows for I/O space, for registers behind a fence, and for the chip around the PHBs. PHB4 and PHB5 also
 * have pages of interrupt sources (ESB); skiboot's hw/phys-map.c has the places of POWER9 and POWER10. A window only
 * says whose accesses they are; what the PHB makes of one is decided by its own registers.
 *
 * Not modelled: windows of other chips, the interrupt controller.
 */
#include <inttypes.h>

#include "hw/machine_internal.h"

static const char *machine_window_name(const struct machine_window *window, char *buf, size_t bytes)
{
	static const char *const names[] = {
		[MACHINE_WINDOW_RAM] = "RAM",	     [MACHINE_WINDOW_REGS] = "registers",
		[MACHINE_WINDOW_ASB] = "ASB window", [MACHINE_WINDOW_IO] = "I/O window",
		[MACHINE_WINDOW_M32] = "M32 window", [MACHINE_WINDOW_M64] = "M64 window",
		[MACHINE_WINDOW_ESB] = "ESB pages",  [MACHINE_WINDOW_HUB] = "hub registers"};

	if (window->kind == MACHINE_WINDOW_RAM || window->kind == MACHINE_WINDOW_HUB)
		snprintf(buf, bytes, "%s", names[window->kind]);
	else
		snprintf(buf, bytes, "%s of phb%" PRIu32, names[window->kind], window->phb);
	return buf;
}

/* Which row to name when @a and @b collide: one that the user set, if any. */
static const char *machine_map_culprit(const struct cfg *cfg, const struct machine_window *a,
				       const struct machine_window *b)
{
	if (a->kind == b->kind)
		return a->step;
	return !cfg_is_set(cfg, a->row) && cfg_is_set(cfg, b->row) ? b->row : a->row;
}

static int machine_map_add(struct machine_map *map, struct cfg *cfg, const struct machine_window *window)
{
	char name[48], other[48];
	uint64_t last = window->base + window->bytes - 1;
	uint32_t i;

	machine_window_name(window, name, sizeof(name));
	if (last < window->base)
		return cfg_fail(cfg, window->row,
				"found %s at 0x%" PRIx64 " with 0x%" PRIx64
				" bytes, which passes the end of the address space, "
				"expected an end below 2^64",
				name, window->base, window->bytes);
	for (i = 0; i < map->count; i++) {
		const struct machine_window *at = &map->window[i];

		if (last < at->base || window->base > at->base + at->bytes - 1)
			continue;
		return cfg_fail(cfg, machine_map_culprit(cfg, window, at),
				"found %s at 0x%" PRIx64 "-0x%" PRIx64 ", which overlaps %s at 0x%" PRIx64 "-0x%" PRIx64
				", expected windows that do not overlap",
				name, window->base, last, machine_window_name(at, other, sizeof(other)), at->base,
				at->base + at->bytes - 1);
	}
	map->window[map->count++] = *window;
	return 0;
}

/**
 * struct machine_series - windows of one kind, one per PHB: rows of the first's base, of the size, of the step (0: the
 * size), and of the place of PHB SECOND_RUN where another run may begin (NULL: none; value 0: the run goes on).
 */
struct machine_series {
	enum machine_window_kind kind;
	const char *base, *bytes, *step, *second;
};

#define SECOND_RUN 3u

static const struct machine_series series[MACHINE_WINDOWS_PER_PHB] = {
	{MACHINE_WINDOW_REGS, "machine.phb.reg_base", "machine.phb.reg_bytes", "machine.phb.reg_stride", NULL},
	{MACHINE_WINDOW_ASB, "machine.phb.asb_base", "machine.phb.asb_bytes", "machine.phb.asb_bytes", NULL},
	{MACHINE_WINDOW_IO, "machine.phb.io_base", "machine.phb.io_bytes", "machine.phb.io_bytes", NULL},
	{MACHINE_WINDOW_M32, "machine.phb.m32_base", "machine.phb.m32_bytes", "machine.phb.m32_stride", NULL},
	{MACHINE_WINDOW_M64, "machine.phb.m64_base", "machine.phb.m64_bytes", "machine.phb.m64_bytes",
	 "machine.phb.m64_base_3"},
	{MACHINE_WINDOW_ESB, "machine.phb.esb_base", "machine.phb.esb_bytes", "machine.phb.esb_stride", NULL},
};

/* Window @phb of series @s; one of 0 bytes does not exist. */
static int machine_map_add_series(struct machine_map *map, struct cfg *cfg, const struct machine_series *s,
				  uint32_t phb)
{
	bool second = s->second && phb >= SECOND_RUN && cfg_u64(cfg, s->second);
	struct machine_window window = {.kind = s->kind,
					.phb = phb,
					.bytes = cfg_u64(cfg, s->bytes),
					.row = second ? s->second : s->base,
					.step = s->step};
	uint64_t step = cfg_u64(cfg, s->step);
	/* At most 6 windows, and steps of at most 2^48. */
	uint64_t offset = (second ? phb - SECOND_RUN : phb) * (step ? step : window.bytes);

	window.base = cfg_u64(cfg, window.row);
	if (!window.bytes)
		return 0;
	if (window.base > UINT64_MAX - offset)
		return cfg_fail(cfg, window.row,
				"found a place for phb%" PRIu32
				" past the end of the address space, expected one below 2^64",
				phb);
	window.base += offset;
	return machine_map_add(map, cfg, &window);
}

static int machine_map_check_alignment(struct cfg *cfg)
{
	static const char *const m64_rows[] = {"machine.phb.m64_base", "machine.phb.m64_base_3"};
	size_t i;
	uint64_t base = cfg_u64(cfg, "machine.phb.m32_base");
	uint64_t bytes = cfg_u64(cfg, "machine.phb.m32_bytes");
	uint64_t pci = cfg_u64(cfg, "machine.phb.m32_pci_base");
	uint64_t regs = cfg_u64(cfg, "machine.phb.reg_base");
	uint64_t m64 = cfg_u64(cfg, "machine.phb.m64_bytes"), io = cfg_u64(cfg, "machine.phb.io_bytes");
	uint64_t ram = cfg_u64(cfg, "machine.ram");

	if (ram % MACHINE_RAM_UNIT_BYTES)
		return cfg_fail(cfg, "machine.ram", "found 0x%" PRIx64 " bytes, expected a multiple of 64KiB", ram);
	if (regs % cfg_u64(cfg, "machine.phb.reg_bytes"))
		return cfg_fail(cfg, "machine.phb.reg_base",
				"found 0x%" PRIx64 ", expected a multiple of the window's 0x%" PRIx64 " bytes", regs,
				cfg_u64(cfg, "machine.phb.reg_bytes"));
	/* The window's registers are a base and a mask, and PCI addresses replace the upper bits. */
	if (base % bytes)
		return cfg_fail(cfg, "machine.phb.m32_base",
				"found 0x%" PRIx64 ", expected a multiple of the window's 0x%" PRIx64 " bytes", base,
				bytes);
	for (i = 0; i < sim_count_of(m64_rows) && m64; i++) {
		if (cfg_u64(cfg, m64_rows[i]) % m64)
			return cfg_fail(cfg, m64_rows[i],
					"found 0x%" PRIx64 ", expected a multiple of the window's 0x%" PRIx64 " bytes",
					cfg_u64(cfg, m64_rows[i]), m64);
	}
	if (io && cfg_u64(cfg, "machine.phb.io_base") % io)
		return cfg_fail(cfg, "machine.phb.io_base",
				"found 0x%" PRIx64 ", expected a multiple of the window's 0x%" PRIx64 " bytes",
				cfg_u64(cfg, "machine.phb.io_base"), io);
	if (pci % bytes)
		return cfg_fail(cfg, "machine.phb.m32_pci_base",
				"found 0x%" PRIx64 ", expected a multiple of the window's 0x%" PRIx64 " bytes", pci,
				bytes);
	if (pci + bytes > 1ull << 32)
		return cfg_fail(cfg, "machine.phb.m32_pci_base",
				"found 0x%" PRIx64 "-0x%" PRIx64 ", expected a window below 4 GiB", pci,
				pci + bytes - 1);
	return 0;
}

int machine_map_build(struct machine_map *map, struct cfg *cfg)
{
	uint32_t i, k, phbs = (uint32_t)cfg_u64(cfg, "machine.phbs");
	struct machine_window memory = {
		.kind = MACHINE_WINDOW_RAM, .bytes = cfg_u64(cfg, "machine.ram"), .row = "machine.ram"};
	struct machine_window hub = {.kind = MACHINE_WINDOW_HUB,
				     .base = cfg_u64(cfg, "machine.hub.base"),
				     .bytes = cfg_u64(cfg, "machine.hub.bytes"),
				     .row = "machine.hub.base"};
	int err;

	map->count = 0;
	err = machine_map_check_alignment(cfg);
	if (!err)
		err = machine_map_add(map, cfg, &memory);
	if (!err && hub.bytes)
		err = machine_map_add(map, cfg, &hub);
	for (i = 0; i < phbs; i++) {
		for (k = 0; k < MACHINE_WINDOWS_PER_PHB && !err; k++)
			err = machine_map_add_series(map, cfg, &series[k], i);
	}
	return err;
}

const struct machine_window *machine_map_find(const struct machine_map *map, uint64_t addr, uint64_t bytes)
{
	uint32_t i;

	for (i = 0; i < map->count; i++) {
		const struct machine_window *window = &map->window[i];

		if (addr >= window->base && addr - window->base < window->bytes &&
		    bytes <= window->bytes - (addr - window->base))
			return window;
	}
	return NULL;
}

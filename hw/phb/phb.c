/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb.c - a PHB as a whole: its life, its observers.
 *
 * Not modelled: see hw/phb/phb.h and docs/hardware.md.
 */
#include "hw/phb/phb_error.h"

#include <stdlib.h>

/* @choice: value of "phb.size". */
static enum phb_size phb_size(const struct phb_gen *gen, uint64_t choice, uint32_t index)
{
	if (choice)
		return choice == 1 ? PHB_SMALL : PHB_BIG;
	return gen->big_phbs >> index & 1 ? PHB_BIG : PHB_SMALL;
}

static void phb_down_send(void *ctx, struct tlp *tlp)
{
	topology_send_down(ctx, tlp);
}

static enum pcie_config_status phb_down_config_read(void *ctx, uint16_t rid, uint32_t reg, uint32_t bytes,
						    uint32_t *value)
{
	return topology_config_read(ctx, rid, reg, bytes, value);
}

static enum pcie_config_status phb_down_config_write(void *ctx, uint16_t rid, uint32_t reg, uint32_t value,
						     uint32_t bytes)
{
	return topology_config_write(ctx, rid, reg, value, bytes);
}

static const struct pcie_function *phb_down_claimer(void *ctx, uint64_t pci_addr, bool write)
{
	return topology_claimer(ctx, pci_addr, write);
}

static enum pcie_config_status phb_down_root_read(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	return topology_root_read(ctx, reg, bytes, value);
}

static enum pcie_config_status phb_down_root_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	return topology_root_write(ctx, reg, value, bytes);
}

static void phb_down_perst(void *ctx, bool asserted)
{
	topology_perst(ctx, asserted);
}

static void phb_down_reset(void *ctx)
{
	topology_reset(ctx);
}

static void phb_heard_link(void *ctx, bool up)
{
	phb_link_change(ctx, up);
}

static void phb_connect(struct phb *phb, struct topology *topology)
{
	phb->down = (struct phb_down){
		.ctx = topology,
		.send = phb_down_send,
		.config_read = phb_down_config_read,
		.config_write = phb_down_config_write,
		.claimer = phb_down_claimer,
		.root_read = phb_down_root_read,
		.root_write = phb_down_root_write,
		.perst = phb_down_perst,
		.reset = phb_down_reset,
	};
	if (!topology)
		return;
	topology_connect_phb(topology, phb_dma_receive, phb);
	topology_connect_link(topology, phb_heard_link, phb);
	phb->link_speed = link_speed(topology_link(topology));
	phb->link_width = link_width(topology_link(topology));
	phb_perst_write(phb, phb->gen->perst, phb_reg(phb, phb->gen->perst));
}

/* Read engines of the @index-th PHB of a chip, by @split of "phb.pec_split"; 0: any number. */
static uint32_t phb_engines(const struct phb *phb, uint64_t split)
{
	return phb->gen->read_engines ? phb->gen->read_engines[split][phb->index % PHB_SCOM_PHBS] : 0;
}

static void phb_memory_init(struct phb *phb, const struct cfg *cfg, struct memory *memory, const char *phb_path)
{
	struct memory_port_shape shape = {
		.bytes_per_s = cfg_u64(cfg, "phb.ram_bandwidth"),
		.credits = {[MEMORY_READ] = (uint32_t)cfg_u64(cfg, "phb.read_engines"),
			    [MEMORY_WRITE] = (uint32_t)cfg_u64(cfg, "phb.write_buffers")},
	};
	char *path = sim_asprintf("%s.memory", phb_path);

	if (!shape.credits[MEMORY_READ])
		shape.credits[MEMORY_READ] = phb_engines(phb, cfg_u64(cfg, "phb.pec_split"));
	memory_attach(memory, &phb->memory, phb->index, &shape, path);
	free(path);
}

static void phb_cache_init(struct phb *phb, const struct cfg *cfg, uint32_t twice)
{
	uint32_t lines = twice * (uint32_t)cfg_u64(cfg, "phb.tce_cache.entries");
	uint32_t ways = (uint32_t)cfg_u64(cfg, "phb.tce_cache.ways");

	tce_cache_init(&phb->cache, lines, ways ? ways : lines, (uint32_t)cfg_u64(cfg, "phb.tce_cache.line_tces"));
}

struct phb *phb_create(struct sim *sim, const struct cfg *cfg, uint32_t index, struct ram *ram, struct memory *memory,
		       struct topology *topology, struct tlp_pool *pool, phb_irq_fn *irq, void *irq_arg)
{
	struct phb *phb = sim_alloc(sizeof(*phb));
	char *path = sim_asprintf("phb%u", index);
	uint32_t twice;

	phb->sim = sim;
	phb->gen = phb_gen_at(cfg_u64(cfg, "phb.generation"));
	phb->index = index;
	phb->shape = phb->gen->shape[phb_size(phb->gen, cfg_u64(cfg, "phb.size"), index)];
	phb->pe_count = phb->shape->pe_count;
	phb->tve_count = phb->shape->tve_count;
	phb->ram = ram;
	phb->ram_base = ram_base(ram);
	phb->ram_bytes = ram_bytes(ram);
	phb->pool = pool;
	phb->irq = irq;
	phb->irq_arg = irq_arg;
	phb_configure(phb, cfg);
	twice = phb->gen->big_phbs && phb->shape == phb->gen->shape[PHB_BIG] ? 2 : 1;
	/* Where requesters are matched on the chip this is no cache of the hardware, but a memory of the model. */
	phb_rtc_init(&phb->rtc,
		     phb->gen->rtt_addr ? twice * (uint32_t)cfg_u64(cfg, "phb.rtc.entries") : IODA2_RTT_COUNT);
	phb_cache_init(phb, cfg, twice);
	if (phb->gen->select)
		phb->gen->select(phb);
	else
		phb_select_set(phb, phb->gen->tves_per_pe_log2, 0);
	phb_regs_init(phb);
	phb_regs_reset(phb, true);
	phb_tve_decode_all(phb);
	phb_irq_init(phb);
	phb_dma_init(phb, cfg);
	phb_kill_init(phb, cfg);
	phb_timeout_init(phb);
	phb_connect(phb, topology);
	stat_register(sim, path, phb_stat_rows, phb_stat_row_count, &phb->stats);
	phb_stage_init(phb, path);
	phb_memory_init(phb, cfg, memory, path);
	free(path);
	return phb;
}

void phb_destroy(struct phb *phb)
{
	if (!phb)
		return;
	phb_dma_finish(phb);
	phb_kill_reset(phb);
	phb_timeout_finish(phb);
	phb_irq_finish(phb);
	stat_unregister(phb->sim, &phb->stats);
	phb_stage_finish(phb);
	memory_detach(&phb->memory);
	tce_cache_finish(&phb->cache);
	phb_rtc_finish(&phb->rtc);
	free(phb);
}

enum platform_phb_type phb_generation(const struct phb *phb)
{
	return phb->gen->type;
}

uint32_t phb_pe_count(const struct phb *phb)
{
	return phb->pe_count;
}

uint32_t phb_reserved_pe(const struct phb *phb)
{
	return phb->pe_count - 1;
}

uint32_t phb_scom_base(const struct phb *phb, enum phb_scom_unit unit)
{
	return phb->gen->scom_base && phb->index < PHB_SCOM_PHBS ? phb->gen->scom_base[phb->index][unit] : 0;
}

uint32_t phb_msi_count(const struct phb *phb)
{
	return phb->shape->msi_count;
}

uint64_t phb_esb_read(struct phb *phb, uint64_t offset, uint32_t bytes)
{
	if (phb_out(phb) || !phb->gen->esb_read || bytes != 8 || offset % 8) {
		phb->stats.esb_refused++;
		return UINT64_MAX >> (64 - 8 * bytes);
	}
	phb->stats.esb_reads++;
	return phb->gen->esb_read(phb, offset);
}

void phb_esb_write(struct phb *phb, uint64_t offset, uint32_t bytes)
{
	if (phb_out(phb) || !phb->gen->esb_write || bytes != 8 || offset % 8) {
		phb->stats.esb_refused++;
		return;
	}
	phb->stats.esb_writes++;
	phb->gen->esb_write(phb, offset);
}

void phb_observe(struct phb *phb, phb_event_fn *fn, void *arg)
{
	sim_assert(phb->sim, phb->observer_count < PHB_OBSERVERS_MAX);
	phb->observer[phb->observer_count].fn = fn;
	phb->observer[phb->observer_count].arg = arg;
	phb->observer_count++;
}

void phb_notify(struct phb *phb, enum phb_event_kind kind, uint32_t pe, const struct tlp *tlp, uint64_t value)
{
	struct phb_event event = {.kind = kind, .phb = phb->index, .pe = pe, .tlp = tlp, .value = value};
	uint32_t i;

	for (i = 0; i < phb->observer_count; i++)
		phb->observer[i].fn(phb->observer[i].arg, &event);
}

void phb_trace(struct phb *phb, const char *name, const struct trace_arg *args, size_t n)
{
	if (!phb->track) {
		char *path = sim_asprintf("phb%u", phb->index);

		phb->track = trace_track(phb->sim, path, "events");
		free(path);
	}
	trace_instant(phb->sim, phb->track, name, args, n);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/device/dma_engine.c - the dma-engine: runs, requests, errors and interrupts; the function below the link.
 *
 * A run makes requests by its pattern; a request goes out as packets that do not cross 4 KiB. A write counts as in
 * flight until the PHB has drained it, so DONE is not seen before the data is in memory, as PCIe's ordering rules
 * guarantee to a CPU that reads a status register.
 *
 * The engine waits, and loses nothing, when the TLP pool is empty, while bus master is off and while its queue is full.
 *
 * Not modelled: see hw/device/dma_engine.h.
 */
#include "hw/device/dma_engine.h"

#include <stdlib.h>
#include <string.h>

#include "hw/device/dma_engine_internal.h"
#include "sim/sim.h"
#include "sim/trace.h"

/* clang-format off */
const struct cfg_row dma_engine_cfg_rows[] = {
	{.path = "dma.bar_bytes", .type = CFG_SIZE, .def = 64 << 10, .min = 64 << 10, .max = 1 << 20, .pow2 = true,
	 .source = CFG_USER, .where = "device of our own design",
	 .help = "Size of BAR0 of a dma-engine."},
	{.path = "dma.queue_depth", .type = CFG_COUNT, .def = 64, .min = 1, .max = DMA_ENGINE_DEPTH_MAX,
	 .source = CFG_USER, .where = "device of our own design",
	 .help = "Packets that a dma-engine can have in flight; its QDEPTH register cannot ask for more."},
	{.path = "dma.read_tags", .type = CFG_COUNT, .def = DMA_ENGINE_DEPTH_MAX, .min = 1, .max = DMA_ENGINE_DEPTH_MAX,
	 .source = CFG_DOCUMENTED, .where = "PCI Express Base Specification 3.0, 2.2.6.2: 32, with extended tags 256",
	 .help = "Tags of a dma-engine: data reads that it can have in flight, each of at most pcie.mrrs bytes."},
	{.path = "dma.msi_vectors", .type = CFG_COUNT, .def = 2, .min = 1, .max = 32, .pow2 = true,
	 .source = CFG_USER, .where = "device of our own design",
	 .help = "MSI vectors that a dma-engine asks for."},
	{.path = "dma.completion_timeout", .type = CFG_TIME, .def = 10 * SIM_PS_PER_MS, .min = SIM_PS_PER_US,
	 .max = 64 * SIM_PS_PER_S, .source = CFG_DOCUMENTED,
	 .where = "PCI Express Base Specification 3.0, section 2.8: 50 us to 50 ms, not below 10 ms if it can be helped",
	 .help = "A read that has no completion after this time has failed."},
};
/* clang-format on */
const size_t dma_engine_cfg_row_count = sim_count_of(dma_engine_cfg_rows);

/* clang-format off */
#define ROW(name, kind, unit, help) {#name, kind, unit, help, offsetof(struct dma_engine_stats, name)}
/* clang-format on */
static const struct stat_row dma_engine_stat_rows[] = {
	ROW(runs, STAT_COUNTER, "runs", "Runs started."),
	ROW(requests, STAT_COUNTER, "requests", "Requests begun (descriptors in the ring pattern)."),
	ROW(reads, STAT_COUNTER, "TLPs", "Read packets that succeeded."),
	ROW(writes, STAT_COUNTER, "TLPs", "Write packets that the PHB has drained."),
	ROW(read_bytes, STAT_COUNTER, "bytes", "Bytes read from memory."),
	ROW(write_bytes, STAT_COUNTER, "bytes", "Bytes of drained writes."),
	ROW(errors, STAT_COUNTER, "TLPs",
	    "Packets that failed: bad completion status, poisoned, malformed, timed out."),
	ROW(timeouts, STAT_COUNTER, "TLPs", "Reads without a completion in time; also counted as errors."),
	ROW(mismatch_bytes, STAT_COUNTER, "bytes", "Bytes read that differ from the pattern."),
	ROW(late_completions, STAT_COUNTER, "TLPs", "Completions that nobody waits for any more."),
	ROW(descriptors, STAT_COUNTER, "descriptors", "Ring descriptors worked off."),
	ROW(fetches, STAT_COUNTER, "TLPs", "Reads of ring descriptors."),
	ROW(provoked, STAT_COUNTER, "errors", "Errors made because PROVOKE asked for them."),
	ROW(messages, STAT_COUNTER, "messages", "Error messages sent."),
	ROW(msis, STAT_COUNTER, "MSIs", "Interrupt messages sent."),
	ROW(msis_off, STAT_COUNTER, "MSIs", "Interrupts that were due while MSI was off: INTA."),
	ROW(tlp_waits, STAT_COUNTER, "waits", "Times the engine found the TLP pool empty."),
	ROW(resets, STAT_COUNTER, "resets", "Resets: of the function, of its link, and RESETs."),
	ROW(unanswered, STAT_COUNTER, "accesses", "Loads and configuration cycles that it did not answer, stores that it lost."),
	ROW(unimplemented, STAT_COUNTER, "accesses", "Register accesses that nothing answers."),
	ROW(busy_ps, STAT_COUNTER, "ps", "Time spent in finished runs."),
	ROW(goodput, STAT_GAUGE, "B/s", "Bytes moved over the time of the last finished run."),
	ROW(read_latency_ps, STAT_HIST, "ps", "From sending a data read to its completion."),
};
#undef ROW

/* Interrupts. */

void dma_engine_intx_update(struct dma_engine *engine)
{
	bool due = *dma_engine_reg(engine, DMA_ENGINE_STATUS) & DMA_ENGINE_STATUS_INTX;

	config_space_change(&engine->config, PCI_REG_STATUS, 2, PCI_STATUS_INTX, due ? PCI_STATUS_INTX : 0);
	due = due && !dma_engine_config_command(engine, PCI_COMMAND_INTX_OFF) && !dma_engine_config_msi_on(engine);
	if (due != engine->function.intx)
		topology_intx(&engine->function, due);
}

/* MSI is off: the interrupt goes by INTA. */
static void dma_engine_intx_raise(struct dma_engine *engine)
{
	engine->stats.msis_off++;
	*dma_engine_reg(engine, DMA_ENGINE_STATUS) |= DMA_ENGINE_STATUS_INTX;
	dma_engine_intx_update(engine);
}

void dma_engine_msi(struct dma_engine *engine, uint32_t vector)
{
	uint64_t addr;
	uint32_t data;

	if (!dma_engine_config_msi(engine, vector, &addr, &data)) {
		dma_engine_intx_raise(engine);
		return;
	}
	engine->msi_pending |= 1u << (vector % 32);
	dma_engine_kick(engine);
}

/* Send messages that are due; false when the pool is empty. */
static bool dma_engine_send_msis(struct dma_engine *engine)
{
	while (engine->msi_pending) {
		uint32_t vector = (uint32_t)__builtin_ctz(engine->msi_pending);
		uint64_t addr;
		uint32_t data;
		struct tlp *tlp;

		if (!dma_engine_config_msi(engine, vector, &addr, &data)) {
			engine->msi_pending &= ~(1u << vector);
			dma_engine_intx_raise(engine);
			continue;
		}
		tlp = tlp_alloc_wait(engine->pool, &engine->waiter);
		if (!tlp) {
			engine->stats.tlp_waits++;
			return false;
		}
		engine->msi_pending &= ~(1u << vector);
		engine->stats.msis++;
		tlp->type = TLP_MEM_WRITE;
		tlp->rid = engine->function.rid;
		tlp->addr.v = addr;
		tlp->bytes = 4;
		tlp->issued_ps = sim_now(engine->sim);
		dma_engine_store_le(tlp->data, data, 4);
		topology_send_up(&engine->function, tlp);
	}
	return true;
}

void dma_engine_trace(struct dma_engine *engine, const char *name, uint64_t addr, uint64_t value)
{
	struct trace_arg args[] = {{"addr", addr, NULL, true}, {"value", value, NULL, false}};

	if (!engine->track)
		engine->track = trace_track(engine->sim, "devices", engine->path);
	trace_instant(engine->sim, engine->track, name, args, sim_count_of(args));
}

/* Runs. */

void dma_engine_start(struct dma_engine *engine)
{
	struct dma_engine_params params;
	uint32_t offset;

	if (engine->state != DMA_ENGINE_IDLE || !dma_engine_regs_params(engine, &params)) {
		*dma_engine_reg(engine, DMA_ENGINE_STATUS) |= DMA_ENGINE_STATUS_BAD_CONFIG;
		return;
	}
	engine->run = params;
	engine->state = DMA_ENGINE_RUN;
	engine->failed = false;
	engine->started = 0;
	engine->begun_ps = engine->next_issue_ps = sim_now(engine->sim);
	memset(&engine->request, 0, sizeof(engine->request));
	for (offset = DMA_ENGINE_READS; offset < DMA_ENGINE_REG_BYTES; offset += 8)
		*dma_engine_reg(engine, offset) = 0;
	*dma_engine_reg(engine, DMA_ENGINE_RING_HEAD) = 0;
	*dma_engine_reg(engine, DMA_ENGINE_RING_DONE) = 0;
	*dma_engine_reg(engine, DMA_ENGINE_STATUS) &= ~DMA_ENGINE_STATUS_DONE;
	engine->stats.runs++;
	dma_engine_kick(engine);
}

void dma_engine_abandon(struct dma_engine *engine)
{
	if (engine->state != DMA_ENGINE_RUN)
		return;
	engine->state = DMA_ENGINE_DRAIN;
	dma_engine_ring_abandon(engine);
	memset(&engine->request, 0, sizeof(engine->request));
	sim_event_cancel(engine->sim, &engine->pace);
	dma_engine_kick(engine);
}

void dma_engine_stop(struct dma_engine *engine)
{
	dma_engine_abandon(engine);
}

static void dma_engine_end_run(struct dma_engine *engine)
{
	struct dma_engine_stats *stats = &engine->stats;
	sim_ps took = sim_now(engine->sim) - engine->begun_ps;
	uint64_t moved =
		*dma_engine_reg(engine, DMA_ENGINE_READ_BYTES) + *dma_engine_reg(engine, DMA_ENGINE_WRITE_BYTES);

	engine->state = DMA_ENGINE_IDLE;
	stats->busy_ps += took;
	/* 128 bits: bytes x 10^12 overflows 64 from 18 MB on. */
	stats->goodput = took ? (uint64_t)((unsigned __int128)moved * SIM_PS_PER_S / took) : 0;
	if (engine->failed)
		return;
	*dma_engine_reg(engine, DMA_ENGINE_STATUS) |= DMA_ENGINE_STATUS_DONE;
	if (*dma_engine_reg(engine, DMA_ENGINE_CTRL) & DMA_ENGINE_CTRL_MSI_DONE)
		dma_engine_msi(engine, *dma_engine_reg(engine, DMA_ENGINE_MSI_VECTORS) & 0xff);
}

void dma_engine_reset(struct dma_engine *engine)
{
	engine->state = DMA_ENGINE_IDLE;
	engine->msi_pending = 0;
	memset(&engine->request, 0, sizeof(engine->request));
	memset(&engine->run, 0, sizeof(engine->run));
	dma_engine_ring_reset(engine);
	dma_engine_regs_reset(engine);
	dma_engine_intx_update(engine);
	dma_engine_packet_reset(engine);
	tlp_waiter_cancel(engine->pool, &engine->waiter);
	sim_event_cancel(engine->sim, &engine->kick);
	sim_event_cancel(engine->sim, &engine->pace);
	sim_event_cancel(engine->sim, &engine->timeout);
	engine->stats.resets++;
}

static uint64_t dma_engine_next_addr(struct dma_engine *engine)
{
	const struct dma_engine_params *run = &engine->run;

	switch (run->pattern) {
	case DMA_ENGINE_PATTERN_STRIDED:
		return run->base + engine->started % run->slots * run->stride;
	case DMA_ENGINE_PATTERN_RANDOM:
		return run->base + sim_rng_below(&engine->rng, run->slots) * run->req_bytes;
	default:
		return run->base + engine->started % run->slots * run->req_bytes;
	}
}

/* Begin the next request if it is due. Return: is there one to issue packets of? */
static bool dma_engine_next_request(struct dma_engine *engine)
{
	const struct dma_engine_params *run = &engine->run;

	if (engine->request.left)
		return true;
	if (run->count && engine->started == run->count) {
		dma_engine_abandon(engine);
		return false;
	}
	if (engine->next_issue_ps > sim_now(engine->sim)) {
		if (!sim_event_pending(&engine->pace))
			sim_event_at(engine->sim, &engine->pace, engine->next_issue_ps);
		return false;
	}
	memset(&engine->request, 0, sizeof(engine->request));
	if (run->pattern == DMA_ENGINE_PATTERN_RING) {
		if (!dma_engine_ring_next(engine))
			return false;
	} else {
		engine->request.addr = dma_engine_next_addr(engine);
		engine->request.left = run->req_bytes;
		engine->request.write = !sim_rng_chance(&engine->rng, run->read_share, 256);
	}
	engine->started++;
	engine->stats.requests++;
	*dma_engine_reg(engine, DMA_ENGINE_ISSUED) = engine->started;
	engine->next_issue_ps = sim_now(engine->sim) + run->interval_ps;
	return true;
}

/* Send the next packet of the request in hand; false when the pool is empty. */
static bool dma_engine_issue(struct dma_engine *engine)
{
	struct dma_engine_request *request = &engine->request;
	uint32_t bytes = DMA_ENGINE_PAGE_BYTES - (uint32_t)(request->addr % DMA_ENGINE_PAGE_BYTES);
	struct tlp *tlp;

	bytes = bytes < request->left ? bytes : request->left;
	bytes = bytes < engine->run.req_bytes ? bytes : engine->run.req_bytes;
	if (!request->write && bytes > engine->mrrs)
		bytes = engine->mrrs;
	tlp = dma_engine_packet(engine, request->write ? DMA_ENGINE_DATA_WRITE : DMA_ENGINE_DATA_READ, request->addr,
				bytes, request->desc);
	if (!tlp)
		return false;
	if (request->write)
		dma_engine_pattern_fill(engine->run.seed, request->addr, tlp->data, bytes);
	request->addr += bytes;
	request->left -= bytes;
	if (request->desc) {
		request->desc->unsent -= bytes;
		request->desc->in_flight++;
	}
	if (!request->left)
		request->desc = NULL;
	dma_engine_send_data(engine, tlp);
	return true;
}

/* Everything that can be sent now is sent; what stops it wakes the engine again. */
static void dma_engine_send(struct dma_engine *engine)
{
	while (dma_engine_ring_control(engine) && dma_engine_send_msis(engine)) {
		if (engine->state != DMA_ENGINE_RUN || engine->data_in_flight >= engine->run.depth)
			return;
		if (!dma_engine_next_request(engine))
			return;
		/* A descriptor that made no sense leaves no packet, but a write-back. */
		if (!engine->request.left)
			continue;
		if (!engine->request.write && engine->reads_in_flight >= engine->read_tags)
			return;
		if (!dma_engine_issue(engine))
			return;
	}
}

static void dma_engine_pump(struct dma_engine *engine)
{
	if (sim_likely(!engine->dead) && dma_engine_config_command(engine, PCI_COMMAND_BUS_MASTER))
		dma_engine_send(engine);
	if (engine->state == DMA_ENGINE_DRAIN && !engine->in_flight && !engine->descs_used)
		dma_engine_end_run(engine);
}

static void dma_engine_kicked(struct sim *sim, struct sim_event *event)
{
	(void)sim;
	dma_engine_pump(sim_container_of(event, struct dma_engine, kick));
}

static void dma_engine_paced(struct sim *sim, struct sim_event *event)
{
	(void)sim;
	dma_engine_pump(sim_container_of(event, struct dma_engine, pace));
}

static void dma_engine_granted(struct sim *sim, struct sim_event *event)
{
	struct tlp_waiter *waiter = sim_container_of(event, struct tlp_waiter, event);
	struct dma_engine *engine = sim_container_of(waiter, struct dma_engine, waiter);

	(void)sim;
	dma_engine_pump(engine);
	/* Nothing to send any more (stopped, bus master off): let another have it. */
	if (waiter->granted)
		tlp_waiter_cancel(engine->pool, waiter);
}

void dma_engine_kick(struct dma_engine *engine)
{
	if (engine->state == DMA_ENGINE_IDLE && !engine->msi_pending)
		return; /* nothing to go on with */
	if (!sim_event_pending(&engine->kick))
		sim_event_after(engine->sim, &engine->kick, 0);
}

/* The function below the link. */

static bool dma_engine_claims(void *ctx, uint64_t addr)
{
	struct dma_engine *engine = ctx;
	uint32_t bar = dma_engine_config_bar(engine);

	return dma_engine_config_command(engine, PCI_COMMAND_MEMORY) && addr >= bar && addr - bar < engine->bar_bytes;
}

static enum pcie_load_end dma_engine_mmio_read(void *ctx, uint64_t addr, uint32_t bytes, uint64_t *value)
{
	struct dma_engine *engine = ctx;
	enum pcie_load_end end = dma_engine_load_end(engine);

	if (end == PCIE_LOAD_OK)
		*value = dma_engine_regs_read(engine, addr - dma_engine_config_bar(engine), bytes);
	return end;
}

static void dma_engine_mmio_write(void *ctx, uint64_t addr, uint64_t value, uint32_t bytes)
{
	struct dma_engine *engine = ctx;

	if (!dma_engine_silent(engine, 0))
		dma_engine_regs_write(engine, addr - dma_engine_config_bar(engine), value, bytes);
}

/* A read has reached the engine. */
static void dma_engine_answer(struct dma_engine *engine, struct tlp *tlp)
{
	enum pcie_load_end end = PCIE_LOAD_CA;
	uint64_t value = 0;

	if (tlp->bytes <= 8) {
		end = dma_engine_mmio_read(engine, tlp->addr.v, tlp->bytes, &value);
	} else { /* a programming model that the device does not have: PCIe 3.0, 2.3.1 */
		engine->stats.unimplemented++;
		dma_engine_abort(engine, tlp);
	}
	if (end == PCIE_LOAD_SILENT) {
		tlp_end(tlp, TLP_SILENCE);
		return;
	}
	tlp->type = TLP_COMPLETION;
	tlp->status = end == PCIE_LOAD_CA ? TLP_CA : TLP_SC;
	tlp->poisoned = end == PCIE_LOAD_POISONED;
	if (tlp->status == TLP_SC)
		dma_engine_store_le(tlp->data, value, tlp->bytes);
	topology_send_up(&engine->function, tlp);
}

static void dma_engine_receive(void *ctx, struct tlp *tlp)
{
	struct dma_engine *engine = ctx;
	enum tlp_fate fate = TLP_DONE;

	if (tlp->type == TLP_MEM_READ) {
		dma_engine_answer(engine, tlp);
		return;
	}
	if (tlp->type == TLP_COMPLETION) {
		if (!dma_engine_packet_completed(engine, tlp)) {
			dma_engine_unexpected(engine, tlp);
			fate = TLP_LATE;
		}
	} else if (tlp->type == TLP_MEM_WRITE && tlp->bytes <= 8) {
		dma_engine_mmio_write(ctx, tlp->addr.v, dma_engine_load_le(tlp->data, tlp->bytes), tlp->bytes);
	} else {
		engine->stats.unimplemented++;
		fate = TLP_NOBODY;
	}
	tlp_end(tlp, fate);
	dma_engine_pump(engine);
}

static void dma_engine_link_reset(void *ctx, bool fundamental)
{
	struct dma_engine *engine = ctx;

	engine->dead = false;
	dma_engine_config_reset(engine, fundamental);
	aer_finish(&engine->aer);
	dma_engine_reset(engine);
}

static const struct pcie_function_ops dma_engine_function_ops = {
	.receive = dma_engine_receive,
	.config_read = dma_engine_config_read,
	.config_write = dma_engine_config_write,
	.claims = dma_engine_claims,
	.mmio_read = dma_engine_mmio_read,
	.mmio_write = dma_engine_mmio_write,
	.unsupported = dma_engine_unsupported,
	.reset = dma_engine_link_reset,
};

struct dma_engine *dma_engine_create(struct sim *sim, const struct cfg *cfg, const char *path, struct tlp_pool *pool,
				     const struct dma_engine_place *place)
{
	struct dma_engine *engine = sim_alloc(sizeof(*engine));

	engine->sim = sim;
	engine->pool = pool;
	engine->path = sim_strdup(path);
	engine->bar_bytes = (uint32_t)cfg_u64(cfg, "dma.bar_bytes");
	engine->depth_max = (uint32_t)cfg_u64(cfg, "dma.queue_depth");
	engine->read_tags = (uint32_t)cfg_u64(cfg, "dma.read_tags");
	engine->mrrs = (uint32_t)cfg_u64(cfg, "pcie.mrrs");
	engine->msi_vectors_log2 = (uint32_t)__builtin_ctzll(cfg_u64(cfg, "dma.msi_vectors"));
	engine->timeout_ps = cfg_u64(cfg, "dma.completion_timeout");
	sim_rng_init(&engine->rng, sim->seed, path);
	sim_event_init(&engine->kick, dma_engine_kicked, SIM_PRIO_HW);
	sim_event_init(&engine->pace, dma_engine_paced, SIM_PRIO_HW);
	sim_event_init(&engine->timeout, dma_engine_packet_timed_out, SIM_PRIO_HW);
	tlp_waiter_init(&engine->waiter, dma_engine_granted);
	stat_register(sim, path, dma_engine_stat_rows, sim_count_of(dma_engine_stat_rows), &engine->stats);
	dma_engine_config_init(engine, place);
	dma_engine_reset(engine);
	engine->stats.resets = 0;
	engine->function = (struct pcie_function){.ops = &dma_engine_function_ops, .ctx = engine};
	topology_attach(place->topology, &engine->function, place->port, place->number);
	return engine;
}

void dma_engine_destroy(struct dma_engine *engine)
{
	if (!engine)
		return;
	dma_engine_reset(engine);
	aer_finish(&engine->aer);
	stat_unregister(engine->sim, &engine->stats);
	free(engine->path);
	free(engine);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/device/dma_engine_error.c - errors of the dma-engine: requests that fail, what it finds wrong with packets that
 * reach it, and errors that PROVOKE asks for. Who reports what, and whether it is advisory: PCI Express Base
 * Specification 3.0, sections 6.2.3.2.4 and 6.2.4; a bad completion status is the completer's to report.
 *
 * Not modelled: poisoned writes to the engine.
 */
#include "hw/device/dma_engine_internal.h"
#include "sim/trace.h"

/* Of whoever sends or receives poisoned data as a master, if told to note it. */
static uint32_t error_parity(const struct dma_engine *engine)
{
	return dma_engine_config_command(engine, PCI_COMMAND_PARITY) ? PCI_STATUS_MASTER_PARITY : 0;
}

void dma_engine_fail(struct dma_engine *engine, uint64_t addr, uint32_t end)
{
	uint64_t *status = dma_engine_reg(engine, DMA_ENGINE_STATUS);
	uint64_t *errors = dma_engine_reg(engine, DMA_ENGINE_ERRORS);
	bool first = !(*status & DMA_ENGINE_STATUS_ERROR);

	engine->stats.errors++;
	if (!(*errors)++)
		*dma_engine_reg(engine, DMA_ENGINE_ERROR_ADDR) = addr;
	*status &= ~DMA_ENGINE_STATUS_LAST_MASK;
	*status |= DMA_ENGINE_STATUS_ERROR | (uint64_t)end << DMA_ENGINE_STATUS_LAST_SHIFT;
	if (end == DMA_ENGINE_END_UR)
		dma_engine_config_status(engine, PCI_STATUS_MASTER_ABORT);
	else if (end == DMA_ENGINE_END_CA)
		dma_engine_config_status(engine, PCI_STATUS_TARGET_ABORT);
	else if (end == DMA_ENGINE_END_POISONED)
		dma_engine_config_status(engine, PCI_STATUS_PARITY | error_parity(engine));
	if (trace_on(engine->sim))
		dma_engine_trace(engine, "request failed", addr, end);
	if (first && *dma_engine_reg(engine, DMA_ENGINE_CTRL) & DMA_ENGINE_CTRL_MSI_ERROR)
		dma_engine_msi(engine, *dma_engine_reg(engine, DMA_ENGINE_MSI_VECTORS) >> 8 & 0xff);
	if (engine->run.stop_on_error) {
		engine->failed = true;
		dma_engine_abandon(engine);
	}
}

void dma_engine_report(struct dma_engine *engine, uint32_t end, const struct tlp *tlp)
{
	if (end == DMA_ENGINE_END_TIMEOUT)
		aer_uncorrectable(&engine->aer, PCI_AER_TIMEOUT, false, NULL);
	else if (end == DMA_ENGINE_END_MALFORMED)
		aer_uncorrectable(&engine->aer, PCI_AER_MALFORMED, false, tlp);
	else if (end == DMA_ENGINE_END_POISONED)
		aer_uncorrectable(&engine->aer, PCI_AER_POISONED, true, tlp);
}

void dma_engine_unexpected(struct dma_engine *engine, const struct tlp *tlp)
{
	engine->stats.late_completions++;
	aer_uncorrectable(&engine->aer, PCI_AER_UNEXPECTED, true, tlp);
}

void dma_engine_abort(struct dma_engine *engine, const struct tlp *tlp)
{
	dma_engine_config_status(engine, PCI_STATUS_SIGNALED_ABORT);
	aer_uncorrectable(&engine->aer, PCI_AER_COMPLETER_ABORT, true, tlp);
}

void dma_engine_unsupported(void *ctx, const struct tlp *tlp)
{
	struct dma_engine *engine = ctx;

	aer_uncorrectable(&engine->aer, PCI_AER_UNSUPPORTED, tlp->type != TLP_MEM_WRITE, tlp);
}

void dma_engine_message(void *ctx, struct tlp *tlp)
{
	struct dma_engine *engine = ctx;

	if (sim_unlikely(engine->dead)) {
		tlp_end(tlp, TLP_SILENCE);
		return;
	}
	engine->stats.messages++;
	tlp->rid = engine->function.rid;
	topology_send_up(&engine->function, tlp);
}

/* A completion that nobody asked for, for a tag of its own. Without a TLP there is none. */
static void error_stray(struct dma_engine *engine)
{
	struct tlp *tlp = tlp_alloc(engine->pool);

	if (!tlp)
		return;
	tlp->type = TLP_COMPLETION;
	tlp->status = TLP_SC;
	tlp->rid = engine->function.rid;
	tlp->issued_ps = sim_now(engine->sim);
	topology_send_up(&engine->function, tlp);
}

/* What happens at once. */
void dma_engine_provoke(struct dma_engine *engine, uint64_t what)
{
	engine->stats.provoked += (uint64_t)__builtin_popcountll(what & DMA_ENGINE_PROVOKE_NOW);
	if (what & DMA_ENGINE_PROVOKE_CORRECTABLE)
		aer_correctable(&engine->aer, PCI_AER_RECEIVER);
	if (what & DMA_ENGINE_PROVOKE_NONFATAL)
		aer_uncorrectable(&engine->aer, PCI_AER_ECRC, false, NULL);
	if (what & DMA_ENGINE_PROVOKE_FATAL)
		aer_uncorrectable(&engine->aer, PCI_AER_DATA_LINK, false, NULL);
	if (what & DMA_ENGINE_PROVOKE_UNEXPECTED)
		dma_engine_unexpected(engine, NULL);
	if (what & DMA_ENGINE_PROVOKE_STRAY)
		error_stray(engine);
	if (what & DMA_ENGINE_PROVOKE_DEAD)
		engine->dead = true;
}

static bool error_take(struct dma_engine *engine, uint64_t what)
{
	uint64_t *provoke = dma_engine_reg(engine, DMA_ENGINE_PROVOKE);

	if (!(*provoke & what))
		return false;
	*provoke &= ~what;
	engine->stats.provoked++;
	return true;
}

bool dma_engine_silent(struct dma_engine *engine, uint64_t what)
{
	if (sim_likely(!engine->dead) && sim_likely(!error_take(engine, what)))
		return false;
	engine->stats.unanswered++;
	return true;
}

enum pcie_load_end dma_engine_load_end(struct dma_engine *engine)
{
	if (dma_engine_silent(engine, DMA_ENGINE_PROVOKE_NO_LOAD))
		return PCIE_LOAD_SILENT;
	if (error_take(engine, DMA_ENGINE_PROVOKE_LOAD_POISONED))
		return PCIE_LOAD_POISONED;
	if (!error_take(engine, DMA_ENGINE_PROVOKE_LOAD_ABORT))
		return PCIE_LOAD_OK;
	dma_engine_abort(engine, NULL);
	return PCIE_LOAD_CA;
}

/* What waits for a data packet. */
void dma_engine_send_data(struct dma_engine *engine, struct tlp *tlp)
{
	bool write = tlp->type == TLP_MEM_WRITE;

	if (sim_likely(!*dma_engine_reg(engine, DMA_ENGINE_PROVOKE))) {
		topology_send_up(&engine->function, tlp);
		return;
	}
	if (write && error_take(engine, DMA_ENGINE_PROVOKE_POISONED)) {
		tlp->poisoned = true;
		dma_engine_config_status(engine, error_parity(engine));
	}
	if (!write && error_take(engine, DMA_ENGINE_PROVOKE_LOST))
		tlp_end(tlp, TLP_SILENCE); /* on the way; the engine waits for a completion */
	else if (error_take(engine, DMA_ENGINE_PROVOKE_MALFORMED))
		topology_send_malformed(&engine->function, tlp);
	else
		topology_send_up(&engine->function, tlp);
}

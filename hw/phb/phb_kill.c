/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_kill.c - TCE kills: software tells the PHB to forget cached TCEs.
 *
 * Formats: skiboot hw/phb3.c, hw/phb4.c and Linux arch/powerpc/platforms/powernv/pci-ioda.c. An engine carries out one
 * kill after the other, each in its cycles. A queue stands before it.
 *
 * PHB3 and earlier have no status: software fires and forgets. So a kill takes effect at the store, before any later
 * decision about a DMA, and holds the pipeline up for its cycles; a full queue pushes back on the store: the machine
 * lets the writer wait (phb_store_wait_ps()).
 *
 * PHB4 and PHB5 are asynchronous: the pipeline goes on beside the engine, a kill takes effect when the engine is done
 * with it (assumed), and Q_DMA_R tells that one is not done. The command bits of TCE_KILL read back as they were written
 * until the kill is queued; a store before that overflows the queue: the kill that waited is lost and the trap group
 * knows. Until a kill is done a DMA may meet the old TCE, and software that gives a page away before has let a device
 * at it.
 *
 * Two errata of PHB4 and PHB5, each a switch. HW560152 (phb.errata.kill_page_dropped): a kill of one page that meets
 * another kill waiting or under way is lost (skiboot: may be dropped when the queue is backed up; the rule is assumed).
 * HW557787 (phb.errata.tclb_realloc), unless CTRLR disables the line buffer: the last line that a kill changed is
 * brought back as it was when it is fetched again while another walk is under way (skiboot: entries may be allocated
 * again wrongly under load; the rule is assumed).
 *
 * Not modelled: a kill's dependence on what the cache is doing; the order of a kill and of walks under way, which fetch
 * what memory holds at their end.
 */
#include "hw/phb/phb_error.h"
#include "hw/phb/phb_xlate.h"
#include "hw/regs/p7ioc_regs.h"
#include "hw/regs/phb4_regs.h"

void phb_kill_cache(struct phb *phb)
{
	phb->stats.killed_tces += tce_cache_kill_all(&phb->cache);
}

static struct phb_kill kill_command(uint64_t value)
{
	struct phb_kill kill = {.kind = PHB_KILL_NONE, .value = value};

	if (value & PHB_TCE_KILL_ALL)
		kill.kind = PHB_KILL_ALL;
	else if (value & PHB_TCE_KILL_PE)
		kill.kind = PHB_KILL_PE;
	else if (value & PHB_TCE_KILL_ONE)
		kill.kind = PHB_KILL_PAGE;
	return kill;
}

struct phb_kill phb_kill_ioda1(uint64_t value)
{
	struct phb_kill kill = {.kind = PHB_KILL_NONE, .pe = PHB_PE_NONE, .value = value};

	if (value & P7IOC_TCE_KILL_PAIR) {
		kill.kind = PHB_KILL_PAIR;
		kill.addr = value & P7IOC_TCE_KILL_ADDR;
	}
	return kill;
}

struct phb_kill phb_kill_ioda2(uint64_t value)
{
	struct phb_kill kill = kill_command(value);

	kill.pe = (uint32_t)ppc_get(PHB3_TCE_KILL_PENUM, value);
	kill.addr = value & PHB3_TCE_KILL_ADDR;
	return kill;
}

struct phb_kill phb_kill_ioda3(uint64_t value)
{
	static const uint64_t bytes[] = {1ull << 12, 1ull << 16, 1ull << 21, 1ull << 30};
	struct phb_kill kill = kill_command(value);

	kill.pe = (uint32_t)ppc_get(PHB4_TCE_KILL_PENUM, value);
	kill.bytes = bytes[value & PHB4_TCE_KILL_PSEL ? ppc_get(PHB4_TCE_KILL_SIZE, value) : 0];
	kill.addr = value & PHB4_TCE_KILL_ADDR & ~(kill.bytes - 1);
	return kill;
}

/*
 * The TCEs of the window whose pages a kill covers. A kill that brings no size is of one page. Does one that is smaller
 * than a page take it? That is a switch, for nothing tells; a kill that software forgot to give the size is seen best
 * when it does not.
 */
static uint32_t kill_pages(struct phb *phb, const struct phb_kill *kill)
{
	uint32_t index = phb_tve_index(phb, kill->pe, kill->addr);
	uint64_t page, last, offset = phb_tve_offset(phb, kill->addr);
	const struct phb_tve *tve = &phb->tve[index];

	if (phb_tve_kind(tve) != PHB_TVE_TRANSLATE)
		return 0;
	if (kill->bytes && kill->bytes < 1ull << tve->page_shift && !phb->kill_any_size)
		return 0;
	page = offset >> tve->page_shift;
	last = kill->bytes ? (offset + kill->bytes - 1) >> tve->page_shift : page;
	return tce_cache_kill_pages(&phb->cache, index, page, last);
}

static uint32_t kill_execute(struct phb *phb, const struct phb_kill *kill)
{
	switch (kill->kind) {
	case PHB_KILL_ALL:
		return tce_cache_kill_all(&phb->cache);
	case PHB_KILL_PE:
		return tce_cache_kill_tves(&phb->cache, kill->pe << phb->select.pe_shift, phb->select.addr_mask + 1);
	case PHB_KILL_PAGE:
		return kill_pages(phb, kill);
	case PHB_KILL_PAIR:
		return tce_cache_kill_pair(&phb->cache, kill->addr);
	default:
		return 0;
	}
}

static void kill_effect(struct phb *phb, const struct phb_kill *kill)
{
	struct trace_arg args[] = {{.name = "value", .value = kill->value, .hex = true}, {.name = "killed"}};

	if (!phb->mutant_forget_kill) {
		args[1].value = kill_execute(phb, kill);
		phb->stats.killed_tces += args[1].value;
		if (trace_on(phb->sim))
			phb_trace(phb, "TCE kill", args, sim_count_of(args));
	}
	phb_notify(phb, PHB_EVENT_KILL, kill->pe, NULL, kill->value);
}

static sim_ps kill_time(const struct phb *phb, const struct phb_kill *kill)
{
	bool one = kill->kind == PHB_KILL_PAGE || kill->kind == PHB_KILL_PAIR;

	return one ? phb->timing.kill_one_ps : phb->timing.kill_scan_ps;
}

/* A kill that came @latency_ps ago is done. */
static void kill_time_note(struct phb *phb, const struct phb_kill *kill, sim_ps latency_ps)
{
	stat_hist_add(&phb_stage_of(phb, kill->kind == PHB_KILL_ALL ? PHB_PE_NONE : kill->pe)->kill, latency_ps);
}

static void kill_count(struct phb *phb, const struct phb_kill *kill)
{
	phb->stats.kills_all += kill->kind == PHB_KILL_ALL;
	phb->stats.kills_pe += kill->kind == PHB_KILL_PE;
	phb->stats.kills_one += kill->kind == PHB_KILL_PAGE;
	phb->stats.kills_pair += kill->kind == PHB_KILL_PAIR;
}

/* ---- Effect at the store: the queue holds no more than when each kill is done ---- */

/* The slot @behind the head, at most the depth; a division would show. */
static uint32_t kill_slot(const struct phb_kills *kills, uint32_t behind)
{
	uint32_t slot = kills->head + behind;

	return slot < kills->depth ? slot : slot - kills->depth;
}

static void kill_retire(struct phb_kills *kills, sim_ps now_ps)
{
	while (kills->count && kills->slot[kills->head].done_ps <= now_ps) {
		kills->head = kill_slot(kills, 1);
		kills->count--;
	}
}

static void kill_at_once(struct phb *phb, const struct phb_kill *kill)
{
	struct phb_kills *kills = &phb->kills;
	sim_ps now_ps = sim_now(phb->sim), time_ps = kill_time(phb, kill);

	kill_effect(phb, kill);
	phb_dma_stall(phb, time_ps);
	kill_time_note(phb, kill, phb->dma.front_free_ps - now_ps);
	kill_retire(kills, now_ps);
	/* Whoever did not ask how long to wait has waited all the same. */
	if (kills->count == kills->depth)
		kill_retire(kills, kills->slot[kills->head].done_ps);
	kills->free_ps = (kills->free_ps > now_ps ? kills->free_ps : now_ps) + time_ps;
	kills->slot[kill_slot(kills, kills->count++)].done_ps = kills->free_ps;
}

sim_ps phb_store_wait_ps(struct phb *phb, uint64_t offset)
{
	struct phb_kills *kills = &phb->kills;
	sim_ps now_ps = sim_now(phb->sim);

	if (sim_unlikely((offset | 3) == (PHB_CONFIG_DATA | 3)))
		return phb_load_wait_ps(phb, offset);
	if (offset != PHB_TCE_KILL || phb->gen->kill_async || phb_out(phb))
		return 0;
	kill_retire(kills, now_ps);
	if (kills->count < kills->depth)
		return 0;
	phb->stats.kills_waited++;
	return kills->slot[kills->head].done_ps - now_ps;
}

/* ---- Asynchronous: the head of the queue is under way ---- */

static void kill_start(struct phb *phb)
{
	struct phb_kills *kills = &phb->kills;

	sim_event_after(phb->sim, &kills->event, kill_time(phb, &kills->slot[kills->head].kill));
}

static void kill_queue(struct phb *phb, const struct phb_kill *kill)
{
	struct phb_kills *kills = &phb->kills;

	kills->slot[kill_slot(kills, kills->count)].kill = *kill;
	kills->slot[kill_slot(kills, kills->count++)].since_ps = sim_now(phb->sim);
	phb->reg[PHB_TCE_KILL / 8] = kill->value & ~(PHB_TCE_KILL_ALL | PHB_TCE_KILL_PE | PHB_TCE_KILL_ONE);
	if (kills->count == 1)
		kill_start(phb);
}

static void kill_fire_done(struct sim *sim, struct sim_event *event)
{
	struct phb *phb = sim_container_of(event, struct phb, kills.event);
	struct phb_kills *kills = &phb->kills;
	struct phb_kill done = kills->slot[kills->head].kill;

	kill_effect(phb, &done);
	kill_time_note(phb, &done, sim_now(sim) - kills->slot[kills->head].since_ps);
	kills->head = kill_slot(kills, 1);
	kills->count--;
	if (kills->count)
		kill_start(phb);
	if (kills->held) {
		kills->held = false;
		kill_queue(phb, &kills->next);
	}
}

static bool kill_is_lost(const struct phb *phb, const struct phb_kill *kill)
{
	return kill->kind == PHB_KILL_PAGE && phb->kill_page_dropped && phb->kills.count;
}

static void kill_later(struct phb *phb, const struct phb_kill *kill)
{
	struct phb_kills *kills = &phb->kills;
	struct trace_arg args[] = {{.name = "value", .value = kill->value, .hex = true}};

	if (kills->held) {
		phb->stats.kills_overflowed++;
		phb_trap_note(phb, PHB_TRAP_KILL_OVERFLOW, kills->next.value);
	} else if (kill_is_lost(phb, kill)) {
		phb->stats.kills_dropped++;
		if (trace_on(phb->sim))
			phb_trace(phb, "TCE kill lost", args, sim_count_of(args));
		return;
	}
	if (kills->count < kills->depth) {
		kill_queue(phb, kill);
		return;
	}
	kills->held = true;
	kills->next = *kill;
	phb->reg[PHB_TCE_KILL / 8] = kill->value;
}

bool phb_kill_undone(const struct phb *phb, uint64_t key)
{
	return phb->tclb_realloc && phb->cache.victim.key == key && phb->dma.walkers_busy > 1 &&
	       !(phb_reg(phb, PHB_CONTROL) & phb->gen->tclb_disable);
}

bool phb_kill_busy(const struct phb *phb)
{
	return phb->gen->kill_async && phb->kills.count;
}

void phb_kill_write(struct phb *phb, uint32_t offset, uint64_t value)
{
	struct phb_kill kill = phb->gen->kill(value);

	(void)offset;
	kill_count(phb, &kill);
	if (kill.kind == PHB_KILL_NONE)
		return;
	if (phb->gen->kill_async)
		kill_later(phb, &kill);
	else
		kill_at_once(phb, &kill);
}

/* ---- Life ---- */

void phb_kill_init(struct phb *phb, const struct cfg *cfg)
{
	struct phb_kills *kills = &phb->kills;

	sim_event_init(&kills->event, kill_fire_done, SIM_PRIO_HW);
	kills->depth = (uint32_t)cfg_u64(cfg, "phb.kill_queue");
	phb->kill_any_size = cfg_u64(cfg, "phb.kill_page_match");
	phb->kill_page_dropped = phb->gen->kill_async && cfg_bool(cfg, "phb.errata.kill_page_dropped");
	phb->tclb_realloc = phb->gen->tclb_disable && cfg_bool(cfg, "phb.errata.tclb_realloc");
}

void phb_kill_reset(struct phb *phb)
{
	struct phb_kills *kills = &phb->kills;

	sim_event_cancel(phb->sim, &kills->event);
	kills->head = 0;
	kills->count = 0;
	kills->held = false;
	kills->free_ps = 0;
	phb_kill_cache(phb);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/machine_flow.c - does every TLP that was made end, and does somebody hold each that has not?
 *
 * Two books are kept apart: counters of what enters and leaves a block, and the blocks' queues, which are counted by
 * walking along them. Each block must have in its queues what has entered and not left. The pool must have made what
 * has ended, with a word how (enum tlp_fate), and what is in use; and what is in use must lie in a queue of some block,
 * once. A TLP that is dropped without a word, held by nobody or freed behind somebody's back breaks one of them.
 *
 * A device's requests are counted by its own book: a read is its own until its completion, its time-out or a reset.
 *
 * Loads, stores and configuration cycles of CPUs are no TLPs here (hw/phb/phb_mmio.c).
 */
#include "hw/machine_internal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "sim/stat.h"

/* clang-format off */
#define ROW(label, fate, help) {label, STAT_COUNTER, "TLPs", help, offsetof(struct tlp_ledger, ended[fate])}
/* clang-format on */
static const struct stat_row ledger_rows[] = {
	{"made", STAT_COUNTER, "TLPs", "TLPs that a device, a bridge or the PHB began.",
	 offsetof(struct tlp_ledger, made)},
	ROW("done", TLP_DONE, "Ended where they were meant to: in memory, as an interrupt, as an answer."),
	ROW("late", TLP_LATE, "Completions that nobody waited for."),
	ROW("nobody", TLP_NOBODY, "Ended because nobody takes them."),
	ROW("refused", TLP_REFUSED, "Posted ones that a bridge did not pass: bus master or SERR# is off."),
	ROW("malformed", TLP_MALFORMED, "Dropped by a port as malformed."),
	ROW("flushed", TLP_FLUSHED, "Lost by a reset of the link."),
	ROW("fault", TLP_FAULT, "Posted ones that were errors of the PHB's."),
	ROW("frozen", TLP_FROZEN, "Posted ones dropped because their PE is frozen."),
	ROW("fenced", TLP_FENCED, "Posted ones dropped because the PHB is fenced or held in reset."),
	ROW("reset", TLP_RESET, "Posted ones that a reset of the PHB found in its pipeline."),
	ROW("not_ram", TLP_NOT_RAM, "Posted ones whose real address is no memory."),
	ROW("silence", TLP_SILENCE, "Lost by a device that was told to, or is dead."),
	ROW("unused", TLP_UNUSED, "Given back without having been sent."),
};
#undef ROW
static_assert(sim_count_of(ledger_rows) == 1 + TLP_FATES, "a row for each fate");

void machine_flow_init(struct sim *sim, struct tlp_pool *pool, uint32_t index)
{
	char path[32];

	snprintf(path, sizeof(path), "tlps%" PRIu32, index);
	stat_register(sim, path, ledger_rows, sim_count_of(ledger_rows), tlp_pool_ledger(pool));
}

void machine_flow_finish(struct sim *sim, struct tlp_pool *pool)
{
	stat_unregister(sim, tlp_pool_ledger(pool));
}

/** struct flow_book - who is told, and what was found so far. @in_queues: TLPs that lie somewhere. */
struct flow_book {
	uint32_t phb;
	machine_flow_fn *fn;
	void *arg;
	uint64_t in_queues;
	uint32_t broken;
};

static void flow_tell(struct flow_book *book, const char *where, enum tlp_class class, const struct tlp_flow *flow)
{
	book->broken += flow->entered != flow->left + flow->held;
	if (book->fn)
		book->fn(book->arg, book->phb, where, class, flow);
}

static void flow_of_link(struct flow_book *book, const struct link *link, const char *name)
{
	struct tlp_flow flow;
	char where[32];
	uint32_t up, class;

	for (up = 0; up < 2; up++) {
		snprintf(where, sizeof(where), "%s %s", name, up ? "up" : "down");
		for (class = 0; class < TLP_CLASSES; class ++) {
			link_flow(link, up, class, &flow);
			book->in_queues += flow.held;
			flow_tell(book, where, class, &flow);
		}
	}
}

uint32_t machine_flow_node(const struct machine_flow_node *node, machine_flow_fn *fn, void *arg)
{
	struct flow_book book = {.phb = node->index, .fn = fn, .arg = arg};
	const struct link *wire;
	struct tlp_flow flow;
	char where[32];
	uint32_t i, class;

	flow_of_link(&book, node->link, "link");
	for (i = 0; (wire = topology_wire(node->topology, i)); i++) {
		snprintf(where, sizeof(where), "port %" PRIu32, i);
		flow_of_link(&book, wire, where);
	}
	for (class = TLP_POSTED; class <= TLP_NONPOSTED; class ++) {
		phb_tlp_flow(node->phb, class, &flow);
		book.in_queues += flow.held;
		flow_tell(&book, "PHB", class, &flow);
		for (i = 0; i < node->engine_count; i++) {
			snprintf(where, sizeof(where), "device %" PRIu32, i);
			dma_engine_flow(node->engine[i], class, &flow);
			flow_tell(&book, where, class, &flow);
		}
	}
	tlp_pool_flow(node->pool, &flow);
	flow_tell(&book, "pool", TLP_CLASSES, &flow);
	flow = (struct tlp_flow){.entered = flow.held, .held = book.in_queues + topology_refused_count(node->topology)};
	flow_tell(&book, "in use", TLP_CLASSES, &flow);
	return book.broken;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/memory.c - nodes with their memory, the ways between them, and the ports of PHBs.
 *
 * A lane is a serialiser: an access begins when those before it are through. The bus of a port sets the pace; way and
 * memory may begin later, never earlier, than it, and the access is through when the last of them is.
 *
 * An access is one of the node on which its first byte lives.
 *
 * Not modelled: see hw/memory.h.
 */
#include "hw/memory.h"

#include <inttypes.h>
#include <stdlib.h>

#include "sim/clock.h"
#include "sim/sim.h"

#define BLOCK_UNIT_BYTES 65536u /* so that no small page lies on two nodes */

enum memory_spread { MEMORY_BLOCKS, MEMORY_INTERLEAVED };
static const char *const memory_spread_names[] = {"blocks", "interleaved", NULL};

/* clang-format off */
const struct cfg_row memory_cfg_rows[] = {
	{.path = "memory.nodes", .type = CFG_COUNT, .def = 1, .min = 1, .max = MEMORY_NODES_MAX,
	 .source = CFG_USER, .where = "choice of the user",
	 .help = "Chips with memory of their own, over which RAM is spread."},
	{.path = "memory.spread", .type = CFG_CHOICE, .def = MEMORY_BLOCKS, .min = 0, .max = MEMORY_INTERLEAVED,
	 .choices = memory_spread_names, .source = CFG_USER, .where = "choice of the user",
	 .help = "How RAM is spread over nodes: blocks, one behind the other; interleaved, memory.interleave bytes in turn."},
	{.path = "memory.interleave", .type = CFG_SIZE, .def = 64 << 10, .min = 4096, .max = 1ull << 30, .pow2 = true,
	 .source = CFG_USER, .where = "choice of the user",
	 .help = "Neighbouring bytes on one node when RAM is interleaved."},
	{.path = "memory.phbs_per_node", .type = CFG_COUNT, .def = 6, .min = 1, .max = 64,
	 .source = CFG_DOCUMENTED, .where = "skiboot hw/phys-map.c: a POWER9 or POWER10 chip has 6 PHBs",
	 .help = "PHBs on a node: the first so many sit on node 0, the next on node 1, and so on."},
	{.path = "memory.line", .type = CFG_SIZE, .def = 128, .min = 1, .max = 4096, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "cache line of POWER",
	 .help = "Line of memory: what one read of a table brings, and what a read engine or a write buffer is for."},
	{.path = "memory.read_bandwidth", .type = CFG_RATE, .def = 90000000000, .min = 1000000, .max = 10000000000000,
	 .source = CFG_MEASURED, .where = "AnandTech 10435: STREAM triad of a POWER8 about 91 GB/s, both directions together",
	 .help = "Rate at which a node's memory can be read."},
	{.path = "memory.write_bandwidth", .type = CFG_RATE, .def = 45000000000, .min = 1000000, .max = 10000000000000,
	 .source = CFG_ASSUMED, .where = "half of the reads",
	 .help = "Rate at which a node's memory can be written."},
	{.path = "memory.remote_read_latency", .type = CFG_TIME, .def = 105 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS,
	 .source = CFG_ASSUMED, .where = "no figure of POWER; a remote socket adds 105 ns on an x86 host (pcie-bench)",
	 .help = "What a read takes longer when the page lives on another node than the PHB."},
	{.path = "memory.remote_write_latency", .type = CFG_TIME, .def = 105 * SIM_PS_PER_NS, .min = 0, .max = SIM_PS_PER_MS,
	 .source = CFG_ASSUMED, .where = "as reads",
	 .help = "What a write takes longer when the page lives on another node than the PHB."},
	{.path = "memory.remote_bandwidth", .type = CFG_RATE, .def = 30000000000, .min = 1000000, .max = 10000000000000,
	 .source = CFG_ASSUMED, .where = "order of a bus between chips; no public figure at hand",
	 .help = "Rate between two nodes, in each direction."},
};
/* clang-format on */
const size_t memory_cfg_row_count = sim_count_of(memory_cfg_rows);

/** struct memory_node - @way: lanes to the other nodes. */
struct memory_node {
	struct memory_lane lane[MEMORY_DIRS], way[MEMORY_NODES_MAX];
	struct memory_dir_stats stats[MEMORY_DIRS];
};

/** struct memory - the node of an address is (addr >> @shift) % @count, or addr / @block_bytes where that is not 0. */
struct memory {
	struct sim *sim; /* borrowed */
	uint32_t count, shift, line_bytes, phbs_per_node;
	uint64_t block_bytes;
	sim_ps remote_ps[MEMORY_DIRS];
	struct memory_node node[MEMORY_NODES_MAX];
};

/* clang-format off */
#define AT(dir, field) (dir * sizeof(struct memory_dir_stats) + offsetof(struct memory_dir_stats, field))
#define ROWS(dir, name, done, last_name, last_field, last_help) \
	{name "_accesses", STAT_COUNTER, "accesses", "Accesses that " done ": data and lines of tables.", AT(dir, accesses)}, \
	{name "_bytes", STAT_COUNTER, "bytes", "Bytes that they moved.", AT(dir, bytes)}, \
	{name "_remote_bytes", STAT_COUNTER, "bytes", "Of those, bytes between two nodes.", AT(dir, remote_bytes)}, \
	{name last_name, STAT_COUNTER, "ps", last_help, AT(dir, last_field)}, \
	{name "_wait", STAT_HIST, "ps", "Time they waited for others, of those that had to.", AT(dir, wait)}

static const struct stat_row memory_node_rows[] = {
	ROWS(MEMORY_READ, "read", "read this node's memory", "_busy", busy_ps,
	     "Time that took at full rate; over the run's time: the busy share."),
	ROWS(MEMORY_WRITE, "write", "wrote this node's memory", "_busy", busy_ps,
	     "Time that took at full rate; over the run's time: the busy share."),
};

static const struct stat_row memory_port_rows[] = {
	ROWS(MEMORY_READ, "read", "read memory", "_held", held_ps,
	     "Time of each read engine in use, in sum; over the run's time: how many are on average."),
	ROWS(MEMORY_WRITE, "write", "wrote memory", "_held", held_ps,
	     "Time of each write buffer in use, in sum; over the run's time: how many are on average."),
};
#undef ROWS
#undef AT
/* clang-format on */

static void lane_init(struct memory_lane *lane, const struct memory *memory, uint64_t bytes_per_s)
{
	*lane = (struct memory_lane){.bytes_per_s = bytes_per_s,
				     .line_bytes = memory->line_bytes,
				     .line_ps = sim_rate_ps(memory->line_bytes, bytes_per_s)};
}

struct memory *memory_create(struct sim *sim, const struct cfg *cfg, uint64_t ram_bytes)
{
	struct memory *memory = sim_alloc(sizeof(*memory));
	uint32_t i, j;

	memory->sim = sim;
	memory->count = (uint32_t)cfg_u64(cfg, "memory.nodes");
	memory->shift = (uint32_t)__builtin_ctzll(cfg_u64(cfg, "memory.interleave"));
	if (cfg_u64(cfg, "memory.spread") == MEMORY_BLOCKS)
		memory->block_bytes = (ram_bytes / memory->count + BLOCK_UNIT_BYTES - 1) & ~(uint64_t)(BLOCK_UNIT_BYTES - 1);
	memory->phbs_per_node = (uint32_t)cfg_u64(cfg, "memory.phbs_per_node");
	memory->line_bytes = (uint32_t)cfg_u64(cfg, "memory.line");
	memory->remote_ps[MEMORY_READ] = cfg_u64(cfg, "memory.remote_read_latency");
	memory->remote_ps[MEMORY_WRITE] = cfg_u64(cfg, "memory.remote_write_latency");
	for (i = 0; i < memory->count; i++) {
		struct memory_node *node = &memory->node[i];
		char *path = sim_asprintf("memory.node%" PRIu32, i);

		lane_init(&node->lane[MEMORY_READ], memory, cfg_u64(cfg, "memory.read_bandwidth"));
		lane_init(&node->lane[MEMORY_WRITE], memory, cfg_u64(cfg, "memory.write_bandwidth"));
		for (j = 0; j < memory->count; j++)
			lane_init(&node->way[j], memory, cfg_u64(cfg, "memory.remote_bandwidth"));
		stat_register(sim, path, memory_node_rows, sim_count_of(memory_node_rows), node->stats);
		free(path);
	}
	return memory;
}

void memory_destroy(struct memory *memory)
{
	uint32_t i;

	if (!memory)
		return;
	for (i = 0; i < memory->count; i++)
		stat_unregister(memory->sim, memory->node[i].stats);
	free(memory);
}

uint32_t memory_node_of(const struct memory *memory, uint64_t addr)
{
	if (sim_likely(memory->count == 1))
		return 0;
	if (memory->block_bytes)
		return (uint32_t)(addr / memory->block_bytes) % memory->count;
	return (uint32_t)(addr >> memory->shift) % memory->count;
}

void memory_attach(struct memory *memory, struct memory_port *port, uint32_t index,
		   const struct memory_port_shape *shape, const char *path)
{
	uint32_t dir;

	port->memory = memory;
	port->node = index / memory->phbs_per_node % memory->count;
	port->line_bytes = memory->line_bytes;
	port->line_shift = (uint32_t)__builtin_ctz(memory->line_bytes);
	port->spread = memory->count > 1;
	lane_init(&port->bus, memory, shape->bytes_per_s);
	for (dir = 0; dir < MEMORY_DIRS; dir++)
		port->credits[dir].limit = port->credits[dir].free = shape->credits[dir];
	stat_register(memory->sim, path, memory_port_rows, sim_count_of(memory_port_rows), port->stats);
}

void memory_detach(struct memory_port *port)
{
	stat_unregister(port->memory->sim, port->stats);
}

static sim_ps later(sim_ps a, sim_ps b)
{
	return a > b ? a : b;
}

static inline sim_ps lane_ps(struct memory_lane *lane, uint32_t bytes)
{
	if (bytes == lane->line_bytes)
		return lane->line_ps;
	if (sim_unlikely(lane->last_bytes != bytes)) {
		lane->last_bytes = bytes;
		lane->last_ps = sim_rate_ps(bytes, lane->bytes_per_s);
	}
	return lane->last_ps;
}

/** struct memory_move - @end_ps: the last byte is through. @own_ps: how long that takes without company. */
struct memory_move {
	sim_ps end_ps, own_ps;
};

/* @lane takes its share, not before @begin_ps. Return: how long it was not free from then on. */
static inline sim_ps lane_take(struct memory_lane *lane, uint32_t bytes, sim_ps begin_ps, struct memory_move *move)
{
	sim_ps begin = later(begin_ps, lane->free_ps), ps = lane_ps(lane, bytes);

	lane->free_ps = begin + ps;
	move->end_ps = later(move->end_ps, lane->free_ps);
	move->own_ps = later(move->own_ps, ps);
	return begin - begin_ps;
}

/* Between the node of @port and @node. */
static __attribute__((noinline)) void memory_cross(struct memory_port *port, enum memory_dir dir, uint32_t node,
						   uint32_t bytes, sim_ps begin_ps, struct memory_move *move)
{
	struct memory *memory = port->memory;
	uint32_t from = dir == MEMORY_READ ? node : port->node, to = dir == MEMORY_READ ? port->node : node;

	(void)lane_take(&memory->node[from].way[to], bytes, begin_ps, move);
	port->stats[dir].remote_bytes += bytes;
	memory->node[node].stats[dir].remote_bytes += bytes;
}

static struct memory_move memory_move(struct memory_port *port, enum memory_dir dir, uint64_t addr, uint32_t bytes,
				      sim_ps *latency_ps)
{
	struct memory *memory = port->memory;
	uint32_t home = memory_node_of(memory, addr);
	struct memory_node *node = &memory->node[home];
	struct memory_dir_stats *stats = &port->stats[dir];
	struct memory_move move = {0, 0};
	sim_ps now = sim_now(memory->sim), begin_ps = now + lane_take(&port->bus, bytes, now, &move), wait_ps;

	if (sim_unlikely(home != port->node)) {
		memory_cross(port, dir, home, bytes, begin_ps, &move);
		*latency_ps += memory->remote_ps[dir];
	}
	wait_ps = lane_take(&node->lane[dir], bytes, begin_ps, &move);
	node->stats[dir].accesses++;
	node->stats[dir].bytes += bytes;
	node->stats[dir].busy_ps += lane_ps(&node->lane[dir], bytes);
	if (wait_ps)
		stat_hist_add(&node->stats[dir].wait, wait_ps);
	stats->accesses++;
	stats->bytes += bytes;
	if (move.end_ps - move.own_ps > now)
		stat_hist_add(&stats->wait, move.end_ps - move.own_ps - now);
	return move;
}

sim_ps memory_access(struct memory_port *port, enum memory_dir dir, uint64_t addr, uint32_t bytes, sim_ps latency_ps)
{
	struct memory_move move = memory_move(port, dir, addr, bytes, &latency_ps);

	return move.end_ps + latency_ps;
}

sim_ps memory_fetch(struct memory_port *port, enum memory_dir dir, uint64_t addr, sim_ps latency_ps)
{
	struct memory_move move = memory_move(port, dir, addr, port->line_bytes, &latency_ps);

	return move.end_ps - move.own_ps + latency_ps;
}

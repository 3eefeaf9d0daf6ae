/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_MEMORY_H
#define HW_MEMORY_H
/*
 * hw/memory.h - memory and fabric in time: how long it takes until an access of a PHB has been served.
 *
 * A machine has nodes, chips with memory of their own; RAM is spread over them. A PHB sits on a node and reaches memory
 * through a port. An access waits for the port's bus, which both directions share; if the page lives on another node,
 * for the way there, per direction; and for that node's memory, per direction. Bytes flow through all three at once
 * (cut through): without company an access takes as long as the slowest of them. Then follows the latency of its kind,
 * and what a remote node adds. All are served in order of arrival, so nothing here is an event: the times of an access
 * are known when it comes.
 *
 * A port has credits per direction, each for one line of memory (a command on the fabric) that is under way. Who has
 * none has to wait, in an order that is the PHB's business.
 *
 * Not modelled: banks, rows and refresh of DRAM, caches, the traffic of CPUs, retries of the fabric, priorities.
 */
#include <stdbool.h>

#include "hw/types.h"
#include "sim/cfg.h"
#include "sim/stat.h"

#define MEMORY_NODES_MAX 4u

enum memory_dir { MEMORY_READ, MEMORY_WRITE, MEMORY_DIRS };

/**
 * struct memory_lane - what moves bytes, one access after the other. @free_ps: when the last one is through. @line_ps:
 * of a line. @last_bytes, @last_ps: the size that was moved last and how long that takes: mostly the next is like it.
 */
struct memory_lane {
	uint64_t bytes_per_s;
	sim_ps free_ps, line_ps, last_ps;
	uint32_t line_bytes, last_bytes;
};

/** struct memory_credits - lines that may be under way, and how many more may now. @limit 0: any number. */
struct memory_credits {
	uint32_t limit, free;
};

/**
 * struct memory_dir_stats - of a port or a node, in one direction. @busy_ps: bytes moved (of a node). @held_ps: sum
 * over credits of how long each was taken (of a port). @wait: of the accesses that had to wait.
 */
struct memory_dir_stats {
	uint64_t accesses, bytes, remote_bytes, busy_ps, held_ps;
	struct stat_hist wait;
};

struct memory;

/**
 * struct memory_port - where a PHB reaches memory; in the PHB. @node: where it sits. @spread: there are several nodes,
 * so it matters where in memory an access is.
 */
struct memory_port {
	struct memory *memory;
	uint32_t node, line_bytes, line_shift;
	bool spread;
	struct memory_lane bus;
	struct memory_credits credits[MEMORY_DIRS];
	struct memory_dir_stats stats[MEMORY_DIRS];
};

/** struct memory_port_shape - @bytes_per_s: of its bus. @credits: lines under way per direction; 0: any number. */
struct memory_port_shape {
	uint64_t bytes_per_s;
	uint32_t credits[MEMORY_DIRS];
};

extern const struct cfg_row memory_cfg_rows[];
extern const size_t memory_cfg_row_count;

/** memory_create - @ram_bytes: how much there is to spread. Statistics: "memory.node<n>". Return: the caller's. */
struct memory *memory_create(struct sim *sim, const struct cfg *cfg, uint64_t ram_bytes);
void memory_destroy(struct memory *memory);
/** memory_node_of - the node on which the byte at @addr lives. */
uint32_t memory_node_of(const struct memory *memory, uint64_t addr);

/** memory_attach - make @port that of the @index-th PHB, on its node; statistics at @path. @memory: borrowed. */
void memory_attach(struct memory *memory, struct memory_port *port, uint32_t index,
		   const struct memory_port_shape *shape, const char *path);
void memory_detach(struct memory_port *port);

/**
 * memory_access - data: @bytes at @addr are moved, from now on. @latency_ps: from its last byte on the bus to the end,
 * if the node is not remote. Return: when that is.
 */
sim_ps memory_access(struct memory_port *port, enum memory_dir dir, uint64_t addr, uint32_t bytes, sim_ps latency_ps);

/**
 * memory_fetch - a table: the line at @addr is read or written, from now on. @latency_ps: of the whole access, the
 * line's transfer included, if it meets nobody on a node that is not remote. Return: when it is over.
 */
sim_ps memory_fetch(struct memory_port *port, enum memory_dir dir, uint64_t addr, sim_ps latency_ps);

/** memory_lines - in how many lines do @bytes at @addr lie? At least one. */
static inline uint32_t memory_lines(const struct memory_port *port, uint64_t addr, uint32_t bytes)
{
	return (((uint32_t)addr & (port->line_bytes - 1)) + (bytes ? bytes : 1) + port->line_bytes - 1) >>
	       port->line_shift;
}

/* Of @lines, those that need a credit: one that wants more than there are takes all. */
static inline uint32_t memory_credits_of(const struct memory_credits *credits, uint32_t lines)
{
	return lines < credits->limit ? lines : credits->limit;
}

/** memory_cover - are there credits for @lines? */
static inline bool memory_cover(const struct memory_port *port, enum memory_dir dir, uint32_t lines)
{
	return memory_credits_of(&port->credits[dir], lines) <= port->credits[dir].free;
}

/** memory_take - they are there. */
static inline void memory_take(struct memory_port *port, enum memory_dir dir, uint32_t lines)
{
	port->credits[dir].free -= memory_credits_of(&port->credits[dir], lines);
}

/** memory_give - back, after they were taken for @held_ps. */
static inline void memory_give(struct memory_port *port, enum memory_dir dir, uint32_t lines, sim_ps held_ps)
{
	port->credits[dir].free += memory_credits_of(&port->credits[dir], lines);
	port->stats[dir].held_ps += lines * held_ps;
}

#endif

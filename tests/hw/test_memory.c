/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_memory.c - memory and fabric in time, by formulas: 1 byte per ns on the bus of a port and between
 * nodes, 2 bytes per ns read and 1 byte per ns written in a node's memory, unless a case says otherwise. Remote reads
 * take 70 ns more, remote writes 30 ns.
 */
#include <check.h>
#include <stdlib.h>

#include "hw/memory.h"
#include "sim/event.h"

#define NS SIM_PS_PER_NS
#define LATENCY (200 * NS)
#define LINE 128u
#define RAM (64ull << 20)
#define FAR (RAM / 2) /* of two blocks the second */
#define ROUND                                                                                                          \
	"memory.read_bandwidth=2GB/s", "memory.write_bandwidth=1GB/s", "memory.remote_bandwidth=1GB/s",                \
		"memory.remote_read_latency=70ns", "memory.remote_write_latency=30ns", "memory.phbs_per_node=1"

struct bench {
	struct sim *sim;
	struct cfg *cfg;
	struct memory *memory;
	struct memory_port port[2];
};

/* Two ports, on nodes 0 and 1 if there are two. */
static void begin(struct bench *bench, const char *const *settings, uint64_t bus, uint32_t credits)
{
	struct memory_port_shape shape = {.bytes_per_s = bus, .credits = {credits, credits}};

	*bench = (struct bench){.sim = sim_create(1), .cfg = cfg_create()};
	cfg_add_rows(bench->cfg, memory_cfg_rows, memory_cfg_row_count);
	for (; *settings; settings++)
		ck_assert_msg(!cfg_set(bench->cfg, *settings), "%s", cfg_error(bench->cfg));
	bench->memory = memory_create(bench->sim, bench->cfg, RAM);
	memory_attach(bench->memory, &bench->port[0], 0, &shape, "phb0.memory");
	memory_attach(bench->memory, &bench->port[1], 1, &shape, "phb1.memory");
}

static void end(struct bench *bench)
{
	memory_detach(&bench->port[0]);
	memory_detach(&bench->port[1]);
	memory_destroy(bench->memory);
	cfg_destroy(bench->cfg);
	sim_destroy(bench->sim);
}

static void nothing(struct sim *sim, struct sim_event *event)
{
	(void)sim;
	(void)event;
}

/* Let it be @when_ps. */
static void pass(struct bench *bench, sim_ps when_ps)
{
	struct sim_event event;

	sim_event_init(&event, nothing, SIM_PRIO_HW);
	sim_event_at(bench->sim, &event, when_ps);
	sim_run(bench->sim, when_ps);
}

static const char *const one_node[] = {ROUND, NULL};
static const char *const two_nodes[] = {ROUND, "memory.nodes=2", NULL};

static uint64_t counter(const struct bench *bench, const char *path, const char *name)
{
	const uint64_t *value = stat_find(bench->sim, path, name, NULL);

	ck_assert_msg(value, "%s.%s", path, name);
	return *value;
}

static const struct stat_hist *hist(const struct bench *bench, const char *path, const char *name)
{
	const struct stat_hist *found = stat_find(bench->sim, path, name, NULL);

	ck_assert_msg(found, "%s.%s", path, name);
	return found;
}

START_TEST(test_memory_when_nobody_else_is_there_then_bus_and_latency)
{
	/* Why: presets state latencies of an idle machine. How: one access each; memory that is faster than the bus
	 * adds nothing, memory that is slower sets the pace. */
	static const char *const slow[] = {ROUND, "memory.read_bandwidth=500MB/s", NULL};
	struct bench bench;

	begin(&bench, one_node, 1000000000, 0);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, 0, 256, LATENCY), 256 * NS + LATENCY);
	pass(&bench, 1000 * NS);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_WRITE, 0, 64, LATENCY), 1064 * NS + LATENCY);
	pass(&bench, 2000 * NS);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, 0, 0, LATENCY), 2000 * NS + LATENCY);
	ck_assert_uint_eq(hist(&bench, "phb0.memory", "read_wait")->mean.count, 0);
	end(&bench);
	begin(&bench, slow, 1000000000, 0);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, 0, 256, LATENCY), 512 * NS + LATENCY);
	end(&bench);
}
END_TEST

START_TEST(test_memory_when_reads_and_writes_meet_then_share_the_bus_alone)
{
	/* Why: bandwidth is per direction in memory, in sum on the bus. How: a read, then a write of the same port;
	 * then one of each port, of which the bus is not shared. */
	struct bench bench;

	begin(&bench, one_node, 1000000000, 0);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, 0, 100, LATENCY), 100 * NS + LATENCY);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_WRITE, 0, 100, LATENCY), 200 * NS + LATENCY);
	pass(&bench, 1000 * NS);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, 0, 100, LATENCY), 1100 * NS + LATENCY);
	ck_assert_uint_eq(memory_access(&bench.port[1], MEMORY_WRITE, 0, 100, LATENCY), 1100 * NS + LATENCY);
	ck_assert_uint_eq(counter(&bench, "memory.node0", "read_bytes"), 200);
	ck_assert_uint_eq(counter(&bench, "memory.node0", "write_bytes"), 200);
	ck_assert_uint_eq(counter(&bench, "memory.node0", "write_busy"), 200 * NS);
	ck_assert_uint_eq(counter(&bench, "memory.node0", "read_busy"), 100 * NS);
	ck_assert_uint_eq(hist(&bench, "phb0.memory", "write_wait")->mean.sum, 100 * NS);
	end(&bench);
}
END_TEST

START_TEST(test_memory_when_ports_meet_then_are_bound_by_the_node)
{
	/* Why: several bridges of a chip can ask for more than its memory gives. How: two ports of 1 byte per ns write
	 * in turn into memory of 1 byte per ns: the n-th access in all ends after n times its bytes. */
	struct bench bench;
	uint32_t i;

	begin(&bench, one_node, 1000000000, 0);
	for (i = 1; i <= 20; i++)
		ck_assert_uint_eq(memory_access(&bench.port[i % 2], MEMORY_WRITE, 0, 100, LATENCY),
				  i * 100 * NS + LATENCY);
	ck_assert_uint_eq(counter(&bench, "memory.node0", "write_busy"), 20 * 100 * NS);
	ck_assert_uint_eq(hist(&bench, "phb0.memory", "write_wait")->mean.count, 10);
	ck_assert_uint_eq(hist(&bench, "phb1.memory", "write_wait")->mean.max, 18 * 100 * NS);
	end(&bench);
}
END_TEST

START_TEST(test_memory_when_the_page_is_remote_then_way_and_more_latency)
{
	/* Why: where a page lives is a choice of software, and costs. How: each port's own block and the other's; both
	 * directions of a way at once; then a way that is slower than the bus. */
	static const char *const narrow[] = {ROUND, "memory.nodes=2", "memory.remote_bandwidth=500MB/s", NULL};
	struct bench bench;

	begin(&bench, two_nodes, 1000000000, 0);
	ck_assert_uint_eq(memory_node_of(bench.memory, FAR - 1), 0);
	ck_assert_uint_eq(memory_node_of(bench.memory, FAR), 1);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, FAR, 100, LATENCY), (100 + 70) * NS + LATENCY);
	ck_assert_uint_eq(memory_access(&bench.port[1], MEMORY_READ, FAR, 0, LATENCY), 50 * NS + LATENCY);
	ck_assert_uint_eq(counter(&bench, "phb0.memory", "read_remote_bytes"), 100);
	ck_assert_uint_eq(counter(&bench, "memory.node1", "read_remote_bytes"), 100);
	ck_assert_uint_eq(counter(&bench, "memory.node0", "read_bytes"), 0);
	pass(&bench, 1000 * NS);
	/* Port 0 reads from node 1, port 1 writes to node 0: the same way. Then the other way round. */
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, FAR, 100, LATENCY), 1170 * NS + LATENCY);
	ck_assert_uint_eq(memory_access(&bench.port[1], MEMORY_WRITE, 0, 100, LATENCY), 1230 * NS + LATENCY);
	pass(&bench, 2000 * NS);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, FAR, 100, LATENCY), 2170 * NS + LATENCY);
	ck_assert_uint_eq(memory_access(&bench.port[1], MEMORY_READ, 0, 100, LATENCY), 2170 * NS + LATENCY);
	end(&bench);
	begin(&bench, narrow, 1000000000, 0);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, FAR, 100, LATENCY), (200 + 70) * NS + LATENCY);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, 0, 100, LATENCY), 200 * NS + LATENCY);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, FAR, 100, LATENCY), (400 + 70) * NS + LATENCY);
	end(&bench);
}
END_TEST

START_TEST(test_memory_when_interleaved_then_neighbours_are_on_different_nodes)
{
	/* How: three nodes, 4 KiB in turn; the nodes of PHBs are taken in turn as well. */
	static const char *const three[] = {ROUND, "memory.nodes=3", "memory.spread=interleaved",
					    "memory.interleave=4KiB", NULL};
	struct bench bench;
	uint64_t page;

	begin(&bench, three, 1000000000, 0);
	for (page = 0; page < 10; page++) {
		ck_assert_uint_eq(memory_node_of(bench.memory, page * 4096), page % 3);
		ck_assert_uint_eq(memory_node_of(bench.memory, page * 4096 + 4095), page % 3);
	}
	ck_assert_uint_eq(bench.port[0].node, 0);
	ck_assert_uint_eq(bench.port[1].node, 1);
	end(&bench);
}
END_TEST

START_TEST(test_memory_when_tables_are_fetched_then_compete_with_data)
{
	/* Why: a walk behind a stream is slower, and so is a stream with walks in it. How: alone a fetch takes its
	 * latency, line included; it waits for data before it, and data behind it wait for its line. */
	struct bench bench;

	begin(&bench, one_node, 1000000000, 0);
	ck_assert_uint_eq(memory_fetch(&bench.port[0], MEMORY_READ, 0, LATENCY), LATENCY);
	ck_assert_uint_eq(memory_access(&bench.port[0], MEMORY_READ, 0, 64, LATENCY), (LINE + 64) * NS + LATENCY);
	pass(&bench, 1000 * NS);
	(void)memory_access(&bench.port[0], MEMORY_READ, 0, 512, LATENCY);
	ck_assert_uint_eq(memory_fetch(&bench.port[0], MEMORY_READ, 0, LATENCY), 1512 * NS + LATENCY);
	ck_assert_uint_eq(memory_fetch(&bench.port[0], MEMORY_READ, 0, LATENCY), (1512 + LINE) * NS + LATENCY);
	ck_assert_uint_eq(counter(&bench, "phb0.memory", "read_bytes"), 3 * LINE + 64 + 512);
	ck_assert_uint_eq(counter(&bench, "phb0.memory", "read_accesses"), 5);
	end(&bench);
	begin(&bench, two_nodes, 1000000000, 0);
	ck_assert_uint_eq(memory_fetch(&bench.port[0], MEMORY_READ, FAR, LATENCY), 70 * NS + LATENCY);
	end(&bench);
}
END_TEST

START_TEST(test_memory_credits_then_count_lines)
{
	/* Why: an engine is for a line, whatever the request. How: sizes and places around lines; a request that wants
	 * more than there are takes all; without a limit there are always enough. */
	struct bench bench;
	struct memory_port *port = &bench.port[0];

	begin(&bench, one_node, 1000000000, 3);
	ck_assert_uint_eq(memory_lines(port, 0, 0), 1);
	ck_assert_uint_eq(memory_lines(port, 0, LINE), 1);
	ck_assert_uint_eq(memory_lines(port, 0, LINE + 1), 2);
	ck_assert_uint_eq(memory_lines(port, LINE - 1, 2), 2);
	ck_assert_uint_eq(memory_lines(port, 64, 512), 5);
	ck_assert(memory_cover(port, MEMORY_READ, 3));
	ck_assert(memory_cover(port, MEMORY_READ, 5));
	memory_take(port, MEMORY_READ, 2);
	ck_assert(memory_cover(port, MEMORY_READ, 1));
	ck_assert(!memory_cover(port, MEMORY_READ, 2));
	ck_assert(!memory_cover(port, MEMORY_READ, 5));
	ck_assert(memory_cover(port, MEMORY_WRITE, 3));
	memory_give(port, MEMORY_READ, 2, 10 * NS);
	memory_take(port, MEMORY_READ, 5);
	ck_assert_uint_eq(port->credits[MEMORY_READ].free, 0);
	memory_give(port, MEMORY_READ, 5, 0);
	ck_assert_uint_eq(port->credits[MEMORY_READ].free, 3);
	ck_assert_uint_eq(counter(&bench, "phb0.memory", "read_held"), 20 * NS);
	end(&bench);
	begin(&bench, one_node, 1000000000, 0);
	memory_take(port, MEMORY_READ, 1000);
	ck_assert(memory_cover(port, MEMORY_READ, 1000));
	end(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.memory");
	TCase *tcase = tcase_create("memory");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_memory_when_nobody_else_is_there_then_bus_and_latency);
	tcase_add_test(tcase, test_memory_when_reads_and_writes_meet_then_share_the_bus_alone);
	tcase_add_test(tcase, test_memory_when_ports_meet_then_are_bound_by_the_node);
	tcase_add_test(tcase, test_memory_when_the_page_is_remote_then_way_and_more_latency);
	tcase_add_test(tcase, test_memory_when_interleaved_then_neighbours_are_on_different_nodes);
	tcase_add_test(tcase, test_memory_when_tables_are_fetched_then_compete_with_data);
	tcase_add_test(tcase, test_memory_credits_then_count_lines);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

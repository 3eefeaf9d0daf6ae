/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_symbol.c - names of addresses and walks of stacks: functions whose names and lines the test knows, on
 * the stack of a task.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sim/symbol.h"
#include "sim/task.h"
#include "sim/unwind.h"

#define THIS_FILE "tests/sim/test_symbol.c"
#define DEPTH 5
#define noinline_ __attribute__((noinline, noclone))

static uintptr_t seen[UNWIND_FRAMES_MAX];
static size_t seen_count;
static uint32_t deepest_line, inlined_line, caller_line;
static volatile uint32_t sink; /* keeps calls from ending in jumps */

/* The calls that the stack must show, innermost first. */
static noinline_ void deepest(struct sim *sim)
{
	deepest_line = __LINE__ + 1;
	seen_count = unwind_task(sim, seen, sim_count_of(seen));
	sink++;
}

static inline __attribute__((always_inline)) void inlined(struct sim *sim)
{
	inlined_line = __LINE__ + 1;
	deepest(sim);
	sink++;
}

static noinline_ void caller(struct sim *sim)
{
	caller_line = __LINE__ + 1;
	inlined(sim);
	sink++;
}

static noinline_ void recursive(struct sim *sim, uint32_t more)
{
	if (more)
		recursive(sim, more - 1);
	else
		caller(sim);
	sink++;
}

static void task_main(struct sim *sim, void *arg)
{
	(void)arg;
	recursive(sim, DEPTH);
}

static void run_in_task(struct sim *sim, sim_task_fn *fn)
{
	sim_task_create(sim, "test", fn, NULL);
	sim_run(sim, SIM_PS_NEVER);
}

static void frame_is(const struct symbol_frame *frame, const char *function, uint32_t line, bool is_inlined)
{
	ck_assert_str_eq(frame->function, function);
	ck_assert_str_eq(frame->file, THIS_FILE);
	ck_assert_str_eq(frame->unit, THIS_FILE);
	ck_assert_uint_eq(frame->line, line);
	ck_assert_int_eq(frame->inlined, is_inlined);
}

START_TEST(test_resolve_when_functions_are_known_then_names_lines_and_inlining)
{
	/*
	 * Why: a profile or finding that names the wrong line misleads. How: a chain of calls that note their own
	 * lines, one of them inlined into its caller by force.
	 */
	struct sim *sim = sim_create(1);
	const struct symbol_frame *frame;
	size_t n;

	run_in_task(sim, task_main);
	ck_assert_uint_ge(seen_count, 3 + DEPTH + 1);
	frame = symbol_resolve(sim, seen[0], &n);
	ck_assert_uint_eq(n, 1);
	frame_is(&frame[0], "deepest", deepest_line, false);
	frame = symbol_resolve(sim, seen[1], &n);
	ck_assert_uint_eq(n, 2);
	frame_is(&frame[0], "inlined", inlined_line, true);
	frame_is(&frame[1], "caller", caller_line, false);
	/* Asked again, the answer is the one that was kept. */
	ck_assert_ptr_eq(symbol_resolve(sim, seen[1], &n), frame);
	for (uint32_t i = 2; i < 3 + DEPTH; i++) {
		frame = symbol_resolve(sim, seen[i], &n);
		ck_assert_str_eq(frame[0].function, "recursive");
	}
	frame = symbol_resolve(sim, seen[3 + DEPTH], &n);
	ck_assert_str_eq(frame[n - 1].function, "task_main");
	sim_destroy(sim);
}
END_TEST

START_TEST(test_unwind_when_stack_is_deep_then_whole_and_cut_where_asked)
{
	/* Why: a walk that stops early or runs on bills the wrong caller. How: the outermost frame is the coroutine's.
	 */
	struct sim *sim = sim_create(1);
	const struct symbol_frame *frame;
	uintptr_t all[UNWIND_FRAMES_MAX];
	size_t n, count;

	run_in_task(sim, task_main);
	count = seen_count;
	memcpy(all, seen, sizeof(all));
	ck_assert_uint_lt(count, UNWIND_FRAMES_MAX);
	/* Frames of sim/task.c and sim/coro.c are last; the name of coro_begin(), in assembly, is the symbol table's. */
	frame = symbol_resolve(sim, all[count - 2], &n);
	ck_assert_str_eq(frame[n - 1].file, "sim/coro.c");
	frame = symbol_resolve(sim, all[count - 1], &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(frame->function, "coro_begin");
	ck_assert_str_eq(frame->unit, "sim/coro.c");
	/* The same stack gives the same addresses. */
	run_in_task(sim, task_main);
	ck_assert_uint_eq(seen_count, count);
	ck_assert_mem_eq(seen, all, count * sizeof(all[0]));
	sim_destroy(sim);
}
END_TEST

static void shallow_main(struct sim *sim, void *arg)
{
	(void)arg;
	memset(seen, 0, sizeof(seen));
	seen_count = unwind_task(sim, seen, 2);
	sink++;
}

START_TEST(test_unwind_when_places_are_few_then_no_more_are_written)
{
	/* Why: callers pass arrays on a task's stack. How: two places, and what lies behind them stays zero. */
	struct sim *sim = sim_create(1);

	run_in_task(sim, shallow_main);
	ck_assert_uint_eq(seen_count, 2);
	ck_assert_uint_ne(seen[1], 0);
	ck_assert_uint_eq(seen[2], 0);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_unwind_when_no_task_runs_then_nothing)
{
	/* Why: events run on the program's own stack, whose bounds nobody knows. */
	struct sim *sim = sim_create(1);

	ck_assert_uint_eq(unwind_task(sim, seen, sim_count_of(seen)), 0);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_resolve_when_address_is_nowhere_then_unknown)
{
	/* Why: whatever is on a stack, the answer is a name that can be printed. How: no object is mapped there. */
	struct sim *sim = sim_create(1);
	const struct symbol_frame *frame;
	size_t n;

	frame = symbol_resolve(sim, 16, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(frame->function, "?");
	ck_assert_str_eq(frame->file, "");
	/* A library without debug information is an object that names nothing. */
	frame = symbol_resolve(sim, (uintptr_t)&strtoul + 8, &n);
	ck_assert_uint_ge(n, 1);
	ck_assert_ptr_nonnull(frame->function);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_resolve_when_addresses_are_many_then_table_grows_and_keeps_all)
{
	/* Why: answers are kept in a table that grows. How: more addresses than it begins with, each asked twice. */
	struct sim *sim = sim_create(1);
	const struct symbol_frame *frame[1000];
	size_t n;

	for (uint32_t i = 0; i < sim_count_of(frame); i++)
		frame[i] = symbol_resolve(sim, (uintptr_t)&deepest + 1 + i, &n);
	for (uint32_t i = 0; i < sim_count_of(frame); i++)
		ck_assert_ptr_eq(symbol_resolve(sim, (uintptr_t)&deepest + 1 + i, &n), frame[i]);
	ck_assert_str_eq(frame[0]->function, "deepest");
	sim_destroy(sim);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.symbol");
	TCase *tcase = tcase_create("symbol");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_resolve_when_functions_are_known_then_names_lines_and_inlining);
	tcase_add_test(tcase, test_unwind_when_stack_is_deep_then_whole_and_cut_where_asked);
	tcase_add_test(tcase, test_unwind_when_places_are_few_then_no_more_are_written);
	tcase_add_test(tcase, test_unwind_when_no_task_runs_then_nothing);
	tcase_add_test(tcase, test_resolve_when_address_is_nowhere_then_unknown);
	tcase_add_test(tcase, test_resolve_when_addresses_are_many_then_table_grows_and_keeps_all);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_coro.c - stacks and the switch between them.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sim/coro.h"

struct pair {
	struct coro here;
	struct coro there;
	struct coro_pool pool;
	uint32_t step[16];
	uint32_t steps;
	uintptr_t stack_address;
	const char *inner; /* something in the coroutine's frame */
};

static void pair_note(struct pair *pair, uint32_t step)
{
	pair->step[pair->steps++] = step;
}

static void pair_main(void *arg)
{
	struct pair *pair = arg;
	char text[32] = "kept over a switch";

	pair->stack_address = (uintptr_t)__builtin_frame_address(0);
	pair->inner = text;
	pair_note(pair, 1);
	coro_switch(&pair->there, &pair->here);
	pair_note(pair, 3);
	ck_assert_str_eq(text, "kept over a switch");
	coro_leave(&pair->there, &pair->here);
}

START_TEST(test_switch_when_back_and_forth_then_each_continues_where_it_was)
{
	/* The order of steps shows that control alternates; the text shows that frames survive. */
	struct pair pair = {.steps = 0};
	uint32_t i;

	coro_init(&pair.there, &pair.pool, pair_main, &pair);
	coro_switch(&pair.here, &pair.there);
	pair_note(&pair, 2);
	ck_assert_str_eq(pair.inner, "kept over a switch");
	coro_switch(&pair.here, &pair.there);
	pair_note(&pair, 4);
	ck_assert_uint_eq(pair.steps, 4);
	for (i = 0; i < 4; i++)
		ck_assert_uint_eq(pair.step[i], i + 1);
	coro_finish(&pair.there, &pair.pool);
	coro_pool_finish(&pair.pool);
}
END_TEST

/*
 * regs_kept - hold more values than there are registers that a callee must keep, switch, and compare. An optimising
 * compiler keeps as many of them in those registers as it can.
 */
static uint64_t regs_kept(struct coro *from, struct coro *to, uint64_t seed)
{
	uint64_t a = seed * 3, b = seed * 5, c = seed * 7, d = seed * 11, e = seed * 13, f = seed * 17;

	__asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
	coro_switch(from, to);
	__asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
	return a == seed * 3 && b == seed * 5 && c == seed * 7 && d == seed * 11 && e == seed * 13 && f == seed * 17;
}

static void regs_main(void *arg)
{
	struct pair *pair = arg;
	uint64_t seed;

	for (seed = 1000;; seed++)
		if (!regs_kept(&pair->there, &pair->here, seed))
			pair_note(pair, 99);
}

START_TEST(test_switch_when_registers_are_full_then_both_sides_keep_theirs)
{
	/* Both sides fill the registers with different values before each switch. */
	struct pair pair = {.steps = 0};
	uint64_t i;

	coro_init(&pair.there, &pair.pool, regs_main, &pair);
	for (i = 1; i < 100; i++)
		ck_assert(regs_kept(&pair.here, &pair.there, i));
	ck_assert_uint_eq(pair.steps, 0);
	coro_finish(&pair.there, &pair.pool);
	coro_pool_finish(&pair.pool);
}
END_TEST

static void align_main(void *arg)
{
	struct pair *pair = arg;
	/* Aligned vector moves on this fault if the stack is off by 8. */
	_Alignas(16) volatile char block[64];

	memset((char *)block, 0x5a, sizeof(block));
	pair->stack_address = (uintptr_t)__builtin_frame_address(0);
	pair->step[0] = block[63];
	coro_leave(&pair->there, &pair->here);
}

START_TEST(test_init_when_entered_then_stack_is_aligned_as_the_abi_wants)
{
	/* At the first instruction of a function the stack pointer is 8 off 16; so its frame pointer is on 16. */
	struct pair pair = {.steps = 0};

	coro_init(&pair.there, &pair.pool, align_main, &pair);
	coro_switch(&pair.here, &pair.there);
	ck_assert_uint_eq(pair.stack_address % 16, 0);
	ck_assert_uint_eq(pair.step[0], 0x5a);
	coro_finish(&pair.there, &pair.pool);
	coro_pool_finish(&pair.pool);
}
END_TEST

START_TEST(test_finish_when_given_back_then_stack_is_reused)
{
	/* A thousand coroutines one after the other live on one stack, unfinished ones too. */
	struct pair pair = {.steps = 0};
	uintptr_t address = 0;
	uint32_t i;

	for (i = 0; i < 1000; i++) {
		pair.steps = 0;
		coro_init(&pair.there, &pair.pool, pair_main, &pair);
		coro_switch(&pair.here, &pair.there);
		if (i)
			ck_assert_uint_eq(pair.stack_address, address);
		address = pair.stack_address;
		if (i % 2)
			coro_switch(&pair.here, &pair.there);
		coro_finish(&pair.there, &pair.pool);
	}
	coro_pool_finish(&pair.pool);
}
END_TEST

#ifndef __SANITIZE_ADDRESS__
static uint32_t overflow(volatile char *above, uint32_t depth)
{
	volatile char frame[4096];

	frame[0] = above[0];
	if (depth == 1000000)
		return 0;
	return overflow(frame, depth + 1) + (uint32_t)frame[0];
}

static void overflow_main(void *arg)
{
	char first = 1;

	(void)arg;
	overflow(&first, 0);
}

START_TEST(test_stack_when_it_overflows_then_guard_faults)
{
	/* Endless recursion must hit the guard, never a neighbour's stack. */
	struct pair pair = {.steps = 0};

	coro_init(&pair.there, &pair.pool, overflow_main, &pair);
	coro_switch(&pair.here, &pair.there);
}
END_TEST
#endif

static void deep_main(void *arg)
{
	struct pair *pair = arg;
	volatile char block[60 * 1024];

	block[0] = 7;
	pair->step[0] = (uint32_t)block[0];
	coro_leave(&pair->there, &pair->here);
}

START_TEST(test_stack_when_60_kib_are_used_then_they_are_there)
{
	/* Hosted code is promised 64 KiB. */
	struct pair pair = {.steps = 0};

	coro_init(&pair.there, &pair.pool, deep_main, &pair);
	coro_switch(&pair.here, &pair.there);
	ck_assert_uint_eq(pair.step[0], 7);
	coro_finish(&pair.there, &pair.pool);
	coro_pool_finish(&pair.pool);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.coro");
	TCase *tcase = tcase_create("coro");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_switch_when_back_and_forth_then_each_continues_where_it_was);
	tcase_add_test(tcase, test_switch_when_registers_are_full_then_both_sides_keep_theirs);
	tcase_add_test(tcase, test_init_when_entered_then_stack_is_aligned_as_the_abi_wants);
	tcase_add_test(tcase, test_finish_when_given_back_then_stack_is_reused);
	tcase_add_test(tcase, test_stack_when_60_kib_are_used_then_they_are_there);
#ifndef __SANITIZE_ADDRESS__
	/* AddressSanitizer reports the fault itself and exits. */
	tcase_add_test_raise_signal(tcase, test_stack_when_it_overflows_then_guard_faults, 11);
#endif
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

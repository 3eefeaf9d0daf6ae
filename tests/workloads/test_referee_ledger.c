// SPDX-License-Identifier: GPL-2.0-only
/* Suite workloads.referee_ledger: what the referee's ledgers say before, during and after each call. */
#include <check.h>
#include <stdlib.h>

#include "workloads/referee_internal.h"

#define WINDOW_START 0x800000000000000ull
#define WINDOW_BYTES (16ull << 20)
#define PAGE 0x10000ull
#define VA 0x100000000ull
#define REAL 0x40000000ull
#define RW (LEDGER_READ | LEDGER_WRITE)

static uint64_t real_of(void *arg, uint64_t user_va)
{
	return *(uint64_t *)arg + (user_va - VA);
}

static enum ledger_verdict judge(const struct ledger *ledger, uint64_t iova, uint8_t perm, uint64_t real)
{
	struct ledger_page *page;

	return ledger_judge(ledger, iova, perm, real, &page);
}

static void map_return(struct ledger *ledger, uint64_t iova, uint64_t bytes, uint8_t perm, uint64_t real,
		       enum ledger_outcome outcome)
{
	const struct ledger_map map = {
		.iova = iova, .bytes = bytes, .user_va = VA, .perm = perm, .real = real_of, .arg = &real};

	ledger_map_return(ledger, &map, outcome, 100);
}

static void map(struct ledger *ledger, uint64_t iova, uint64_t bytes, uint8_t perm, uint64_t real)
{
	ledger_map_enter(ledger, iova, bytes, perm);
	map_return(ledger, iova, bytes, perm, real, LEDGER_DONE);
}

START_TEST(test_window_when_none_then_beyond)
{
	/* Without a window every address is outside; with one only the addresses around it are. */
	struct ledger ledger = {0};

	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_BEYOND_WINDOW);
	ledger_window_add(&ledger, WINDOW_START, WINDOW_BYTES, 16);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_UNMAPPED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START - 1, LEDGER_READ, REAL), LEDGER_BEYOND_WINDOW);
	ck_assert_int_eq(judge(&ledger, WINDOW_START + WINDOW_BYTES - 1, LEDGER_READ, REAL), LEDGER_UNMAPPED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START + WINDOW_BYTES, LEDGER_READ, REAL), LEDGER_BEYOND_WINDOW);
	ledger_finish(&ledger);
}
END_TEST

START_TEST(test_map_when_returned_then_exact_page_and_direction)
{
	/* A mapping allows exactly its frames, offsets kept, and its direction. */
	struct ledger ledger = {0};

	ledger_window_add(&ledger, WINDOW_START, WINDOW_BYTES, 16);
	map(&ledger, WINDOW_START + PAGE, 2 * PAGE, LEDGER_READ, REAL);
	ck_assert_int_eq(judge(&ledger, WINDOW_START + PAGE + 5, LEDGER_READ, REAL + 5), LEDGER_ALLOWED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START + 2 * PAGE, LEDGER_READ, REAL + PAGE), LEDGER_ALLOWED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START + 2 * PAGE, LEDGER_READ, REAL), LEDGER_WRONG_PAGE);
	ck_assert_int_eq(judge(&ledger, WINDOW_START + PAGE, LEDGER_WRITE, REAL), LEDGER_DIRECTION);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_UNMAPPED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START + 3 * PAGE, LEDGER_READ, REAL), LEDGER_UNMAPPED);
	ledger_finish(&ledger);
}
END_TEST

START_TEST(test_map_when_under_way_then_either)
{
	/* From entry to return of MAP both answers are right: the TCE may or may not be there yet. */
	struct ledger ledger = {0};

	ledger_window_add(&ledger, WINDOW_START, WINDOW_BYTES, 16);
	ledger_map_enter(&ledger, WINDOW_START, PAGE, LEDGER_READ);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, UINT64_MAX), LEDGER_EITHER);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_WRITE, REAL), LEDGER_DIRECTION);
	map_return(&ledger, WINDOW_START, PAGE, LEDGER_READ, REAL, LEDGER_DONE);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_ALLOWED);
	ledger_finish(&ledger);
}
END_TEST

START_TEST(test_map_when_failed_then_as_before)
{
	/* A MAP that returned an error grants nothing, and takes nothing away that was granted before. */
	struct ledger ledger = {0};
	uint64_t other = REAL + 64 * PAGE;

	ledger_window_add(&ledger, WINDOW_START, WINDOW_BYTES, 16);
	ledger_map_enter(&ledger, WINDOW_START, PAGE, RW);
	map_return(&ledger, WINDOW_START, PAGE, RW, other, LEDGER_REFUSED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_UNMAPPED);
	map(&ledger, WINDOW_START, PAGE, RW, REAL);
	ledger_map_enter(&ledger, WINDOW_START, PAGE, RW);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_EITHER);
	map_return(&ledger, WINDOW_START, PAGE, RW, other, LEDGER_REFUSED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_ALLOWED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, other), LEDGER_WRONG_PAGE);
	ledger_finish(&ledger);
}
END_TEST

START_TEST(test_unmap_when_returned_then_stale)
{
	/* Between entry and return either is right; after the return the page is off limits, a failed UNMAP changes nothing. */
	struct ledger ledger = {0};

	ledger_window_add(&ledger, WINDOW_START, WINDOW_BYTES, 16);
	map(&ledger, WINDOW_START, 2 * PAGE, RW, REAL);
	ledger_unmap_enter(&ledger, WINDOW_START, PAGE);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_EITHER);
	ledger_unmap_return(&ledger, WINDOW_START, PAGE, LEDGER_REFUSED, 8);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_ALLOWED);
	ledger_unmap_enter(&ledger, WINDOW_START, PAGE);
	ledger_unmap_return(&ledger, WINDOW_START, PAGE, LEDGER_DONE, 9);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_WAS_UNMAPPED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START + PAGE, LEDGER_READ, REAL + PAGE), LEDGER_ALLOWED);
	ledger_finish(&ledger);
}
END_TEST

START_TEST(test_calls_when_they_overlap_then_uncertain_until_one_is_alone)
{
	/* Two vCPUs write one entry: whoever is last wins, and nobody outside knows who that was. */
	struct ledger ledger = {0};
	uint64_t other = REAL + 64 * PAGE;

	ledger_window_add(&ledger, WINDOW_START, WINDOW_BYTES, 16);
	ledger_map_enter(&ledger, WINDOW_START, PAGE, LEDGER_READ);
	ledger_map_enter(&ledger, WINDOW_START, PAGE, RW);
	map_return(&ledger, WINDOW_START, PAGE, RW, REAL, LEDGER_DONE);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_WRITE, REAL), LEDGER_EITHER);
	map_return(&ledger, WINDOW_START, PAGE, LEDGER_READ, other, LEDGER_DONE);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_WRITE, REAL), LEDGER_EITHER);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, other), LEDGER_EITHER);
	map(&ledger, WINDOW_START, PAGE, LEDGER_READ, other);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, other), LEDGER_ALLOWED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_WRONG_PAGE);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_WRITE, other), LEDGER_DIRECTION);
	/* Two that unmap: afterwards it is unmapped, but the ledger needs a call that was alone to say so. */
	ledger_unmap_enter(&ledger, WINDOW_START, PAGE);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_WRONG_PAGE);
	ledger_unmap_return(&ledger, WINDOW_START, PAGE, LEDGER_DONE, 9);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, other), LEDGER_WAS_UNMAPPED);
	ledger_finish(&ledger);
}
END_TEST

START_TEST(test_call_when_uncertain_then_either_until_the_next)
{
	/* A kernel that gave up half-way has written something or not; what it may have granted is all that is excused.
	 */
	struct ledger ledger = {0};

	ledger_window_add(&ledger, WINDOW_START, WINDOW_BYTES, 16);
	ledger_map_enter(&ledger, WINDOW_START, PAGE, LEDGER_READ);
	map_return(&ledger, WINDOW_START, PAGE, LEDGER_READ, REAL, LEDGER_UNCERTAIN);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_EITHER);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_WRITE, REAL), LEDGER_DIRECTION);
	ledger_unmap_enter(&ledger, WINDOW_START, PAGE);
	ledger_unmap_return(&ledger, WINDOW_START, PAGE, LEDGER_DONE, 9);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_WAS_UNMAPPED);
	/* Unmapping what is unmapped excuses nothing, not even meanwhile. */
	ledger_unmap_enter(&ledger, WINDOW_START, PAGE);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_WAS_UNMAPPED);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, UINT64_MAX), LEDGER_WAS_UNMAPPED);
	ledger_unmap_return(&ledger, WINDOW_START, PAGE, LEDGER_DONE, 9);
	ledger_finish(&ledger);
}
END_TEST

START_TEST(test_window_when_removed_then_its_pages_are_stale)
{
	/* REMOVE takes the mappings along; a new window at the same place starts clean. */
	struct ledger ledger = {0};

	ledger_window_add(&ledger, WINDOW_START, WINDOW_BYTES, 16);
	map(&ledger, WINDOW_START, PAGE, RW, REAL);
	ledger_window_remove(&ledger, WINDOW_START, 50);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_WAS_UNMAPPED);
	ledger_window_add(&ledger, WINDOW_START, WINDOW_BYTES, 12);
	ck_assert_int_eq(judge(&ledger, WINDOW_START, LEDGER_READ, REAL), LEDGER_UNMAPPED);
	ledger_finish(&ledger);
}
END_TEST

START_TEST(test_map_when_past_window_end_then_tail_not_granted)
{
	/* 6.1 accepts a MAP that runs past the window; the ledger grants only what lies inside. */
	struct ledger ledger = {0};
	uint64_t last = WINDOW_START + WINDOW_BYTES - PAGE;

	ledger_window_add(&ledger, WINDOW_START, WINDOW_BYTES, 16);
	map(&ledger, last, 4 * PAGE, RW, REAL);
	ck_assert_int_eq(judge(&ledger, last, LEDGER_READ, REAL), LEDGER_ALLOWED);
	ck_assert_int_eq(judge(&ledger, last + PAGE, LEDGER_READ, REAL + PAGE), LEDGER_BEYOND_WINDOW);
	ledger_finish(&ledger);
}
END_TEST

START_TEST(test_frames_when_pinned_and_freed_then_told)
{
	/* Pins are counted; a freed frame stays freed until it is handed out or pinned again. */
	struct frames *frames = frames_create(1ull << 40, 65536);

	ck_assert_uint_eq(frames_pinned(frames, 0x10000), 0);
	frames_pin(frames, 1);
	frames_pin(frames, 1);
	frames_unpin(frames, 1);
	ck_assert_uint_eq(frames_pinned(frames, 0x1ffff), 1);
	ck_assert_uint_eq(frames_pinned(frames, 0x20000), 0);
	frames_unpin(frames, 1);
	frames_free(frames, 1);
	ck_assert(frames_freed(frames, 0x10000));
	frames_use(frames, 1);
	ck_assert(!frames_freed(frames, 0x10000));
	frames_free(frames, 1);
	frames_pin(frames, 1);
	ck_assert(!frames_freed(frames, 0x10000));
	/* An address beyond RAM is simply not pinned. */
	ck_assert_uint_eq(frames_pinned(frames, 1ull << 50), 0);
	frames_destroy(frames);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("workloads.referee_ledger");
	TCase *tcase = tcase_create("ledger");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_window_when_none_then_beyond);
	tcase_add_test(tcase, test_map_when_returned_then_exact_page_and_direction);
	tcase_add_test(tcase, test_map_when_under_way_then_either);
	tcase_add_test(tcase, test_map_when_failed_then_as_before);
	tcase_add_test(tcase, test_unmap_when_returned_then_stale);
	tcase_add_test(tcase, test_calls_when_they_overlap_then_uncertain_until_one_is_alone);
	tcase_add_test(tcase, test_call_when_uncertain_then_either_until_the_next);
	tcase_add_test(tcase, test_window_when_removed_then_its_pages_are_stale);
	tcase_add_test(tcase, test_map_when_past_window_end_then_tail_not_granted);
	tcase_add_test(tcase, test_frames_when_pinned_and_freed_then_told);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

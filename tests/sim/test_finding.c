/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/sim/test_finding.c - the list of findings.
 */
#include <check.h>
#include <stdio.h>

#include "sim/event.h"
#include "sim/finding.h"

START_TEST(test_add_when_new_then_kept_in_order_with_time)
{
	/* Order of first time, formatted text, counts by severity, look-up by kind. */
	struct sim *sim = sim_create(1);

	ck_assert_ptr_null(finding_get(sim, 0));
	ck_assert_ptr_null(finding_find(sim, "leak"));
	sim_run(sim, 0);
	finding_add(sim, FINDING_NOTE, "note", "%d of %s", 3, "four");
	finding_add(sim, FINDING_VIOLATION, "referee-stale", "page 0x%x", 0x1000);
	finding_add(sim, FINDING_WARN, "leak", "pin");
	finding_add(sim, FINDING_WARN, "leak", "page");
	ck_assert_uint_eq(finding_count(sim, FINDING_NOTE), 4);
	ck_assert_uint_eq(finding_count(sim, FINDING_WARN), 3);
	ck_assert_uint_eq(finding_count(sim, FINDING_VIOLATION), 1);
	ck_assert_str_eq(finding_get(sim, 0)->text, "3 of four");
	ck_assert_str_eq(finding_get(sim, 1)->text, "page 0x1000");
	ck_assert_str_eq(finding_get(sim, 1)->kind, "referee-stale");
	ck_assert_ptr_null(finding_get(sim, 4));
	ck_assert_str_eq(finding_find(sim, "leak")->text, "pin");
	sim_destroy(sim);
}
END_TEST

static void add_fire(struct sim *sim, struct sim_event *event)
{
	finding_add(sim, FINDING_WARN, "late", "same");
	if (sim_now(sim) < 30)
		sim_event_after(sim, event, 10);
}

START_TEST(test_add_when_seen_before_then_counted_with_first_time)
{
	/* At 10, 20 and 30: one entry, first seen at 10, counted three times; the worst severity stays. */
	struct sim *sim = sim_create(1);
	struct sim_event event;

	sim_event_init(&event, add_fire, SIM_PRIO_HW);
	sim_event_at(sim, &event, 10);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert_uint_eq(finding_count(sim, FINDING_NOTE), 1);
	ck_assert_uint_eq(finding_get(sim, 0)->count, 3);
	ck_assert_uint_eq(finding_get(sim, 0)->when_ps, 10);
	finding_add(sim, FINDING_VIOLATION, "late", "same");
	finding_add(sim, FINDING_NOTE, "late", "same");
	ck_assert_uint_eq(finding_get(sim, 0)->count, 5);
	ck_assert_int_eq(finding_get(sim, 0)->severity, FINDING_VIOLATION);
	/* The pair counts: neither the same text of another kind nor parts moved between them are the same. */
	finding_add(sim, FINDING_NOTE, "other", "same");
	finding_add(sim, FINDING_NOTE, "late", "samesame");
	ck_assert_uint_eq(finding_count(sim, FINDING_NOTE), 3);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_add_when_many_then_all_are_found_again)
{
	/* 20000 distinct ones, each twice: the table grows and the order stays. Pointers stay valid. */
	struct sim *sim = sim_create(1);
	const struct finding *first;
	char text[16];
	uint32_t i, turn;

	finding_add(sim, FINDING_NOTE, "many", "%u", 0);
	first = finding_get(sim, 0);
	for (turn = 0; turn < 2; turn++)
		for (i = turn ? 0 : 1; i < 20000; i++)
			finding_add(sim, FINDING_NOTE, "many", "%u", i);
	ck_assert_uint_eq(finding_count(sim, FINDING_NOTE), 20000);
	ck_assert_ptr_eq(first, finding_get(sim, 0));
	for (i = 0; i < 20000; i += 997) {
		snprintf(text, sizeof(text), "%u", i);
		ck_assert_str_eq(finding_get(sim, i)->text, text);
		ck_assert_uint_eq(finding_get(sim, i)->count, 2);
	}
	sim_destroy(sim);
}
END_TEST

START_TEST(test_expect_when_kind_then_its_findings_are_notes_and_no_others)
{
	/* A scenario that knows why may take the verdict back, of one kind and no more. */
	struct sim *sim = sim_create(1);

	finding_add(sim, FINDING_VIOLATION, "pin-leak", "one");
	finding_add(sim, FINDING_WARN, "pin-leak", "two");
	finding_add(sim, FINDING_VIOLATION, "page-leak", "one");
	ck_assert_uint_eq(finding_expect(sim, "pin-leak"), 2);
	ck_assert_uint_eq(finding_expect(sim, "nothing"), 0);
	ck_assert_int_eq(finding_get(sim, 0)->severity, FINDING_NOTE);
	ck_assert_int_eq(finding_get(sim, 1)->severity, FINDING_NOTE);
	ck_assert_uint_eq(finding_count(sim, FINDING_VIOLATION), 1);
	sim_destroy(sim);
}
END_TEST

START_TEST(test_severity_name_when_known_then_documented_word)
{
	/* The words are part of results.json. */
	ck_assert_str_eq(finding_severity_name(FINDING_NOTE), "note");
	ck_assert_str_eq(finding_severity_name(FINDING_WARN), "warn");
	ck_assert_str_eq(finding_severity_name(FINDING_VIOLATION), "violation");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim.finding");
	TCase *tcase = tcase_create("finding");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_add_when_new_then_kept_in_order_with_time);
	tcase_add_test(tcase, test_add_when_seen_before_then_counted_with_first_time);
	tcase_add_test(tcase, test_add_when_many_then_all_are_found_again);
	tcase_add_test(tcase, test_expect_when_kind_then_its_findings_are_notes_and_no_others);
	tcase_add_test(tcase, test_severity_name_when_known_then_documented_word);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_tce_cache.c - lines, ways, replacement and kills of the TCE cache. */
#include "tests/hw/phb_fixture.h"

static uint32_t fill_from(struct tce_cache *cache, uint32_t tve, uint64_t page, uint64_t value, uint64_t source)
{
	uint64_t line[TCE_CACHE_LINE_TCES], key = tce_cache_key(cache, tve, page);
	uint32_t i;

	for (i = 0; i < TCE_CACHE_LINE_TCES; i++)
		line[i] = htobe64(value + i);
	return tce_cache_fill(cache, key, tce_cache_find(cache, key), line, source);
}

static uint32_t fill(struct tce_cache *cache, uint32_t tve, uint64_t page, uint64_t value)
{
	return fill_from(cache, tve, page, value, 0);
}

static bool holds(struct tce_cache *cache, uint32_t tve, uint64_t page, uint64_t value)
{
	uint32_t entry;

	return tce_cache_lookup(cache, tce_cache_key(cache, tve, page), page, &entry) &&
	       tce_cache_tce(cache, entry, page) == value;
}

START_TEST(test_tce_cache_line_when_filled_then_holds_its_sixteen_tces)
{
	/* One fetch brings the neighbours along, and not one more. */
	struct tce_cache cache;
	uint32_t i;

	tce_cache_init(&cache, 64, 4, 16);
	fill(&cache, 3, 37, 0x1000);
	for (i = 32; i < 48; i++)
		ck_assert(holds(&cache, 3, i, 0x1000 + i - 32));
	ck_assert(!holds(&cache, 3, 31, 0));
	ck_assert(!holds(&cache, 3, 48, 0));
	ck_assert(!holds(&cache, 2, 37, 0x1005));
	tce_cache_finish(&cache);
}
END_TEST

START_TEST(test_tce_cache_of_one_set_then_keeps_any_number_of_single_tces)
{
	/* An I/O TLB: 70 entries of one TCE each, the least recently used goes, kills forget one page and not its
	 * neighbours. */
	struct tce_cache cache;
	uint32_t i;

	tce_cache_init(&cache, 70, 70, 1);
	for (i = 0; i < 70; i++)
		fill(&cache, 1, 1000 + i, 0x1000 * i);
	ck_assert(holds(&cache, 1, 1000, 0));
	fill(&cache, 1, 5000, 0xabc000);
	for (i = 0; i < 70; i++)
		ck_assert(holds(&cache, 1, 1000 + i, 0x1000 * i) == (i != 1));
	ck_assert_uint_eq(tce_cache_kill_pages(&cache, 1, 1010, 1010), 1);
	ck_assert(!holds(&cache, 1, 1010, 0));
	ck_assert(holds(&cache, 1, 1011, 0x1000 * 11));
	ck_assert_uint_eq(tce_cache_kill_pages(&cache, 1, 1005, 1014), 9);
	ck_assert_uint_eq(tce_cache_kill_all(&cache), 60);
	tce_cache_finish(&cache);
}
END_TEST

START_TEST(test_tce_cache_line_of_four_then_kills_within_it)
{
	/* Lines shorter than 16: the ends of a killed range fall inside lines, on both sides. */
	struct tce_cache cache;

	tce_cache_init(&cache, 16, 4, 4);
	fill(&cache, 0, 8, 0x100);
	fill(&cache, 0, 12, 0x200);
	ck_assert(holds(&cache, 0, 11, 0x103) && !holds(&cache, 0, 7, 0) && holds(&cache, 0, 12, 0x200));
	ck_assert_uint_eq(tce_cache_kill_pages(&cache, 0, 10, 13), 4);
	ck_assert(holds(&cache, 0, 9, 0x101) && !holds(&cache, 0, 10, 0) && !holds(&cache, 0, 13, 0));
	ck_assert(holds(&cache, 0, 14, 0x202));
	ck_assert_uint_eq(tce_cache_kill_pages(&cache, 0, 9, 9), 1);
	ck_assert_uint_eq(tce_cache_kill_all(&cache), 3);
	tce_cache_finish(&cache);
}
END_TEST

static const uint32_t shapes[][2] = {{16, 1}, {64, 1}, {64, 2}, {64, 4}, {16, 16}, {512, 8}};

START_TEST(test_tce_cache_set_when_full_then_forgets_the_least_recently_used)
{
	/* For each shape: fill one set, use all but the second way, add one: the second must be gone, the others not.
	 */
	struct tce_cache cache;
	uint32_t lines = shapes[_i][0], ways = shapes[_i][1], sets = lines / ways, w;
	uint32_t victim = ways > 1 ? 1 : 0;

	tce_cache_init(&cache, lines, ways, 16);
	for (w = 0; w < ways; w++)
		fill(&cache, 0, (uint64_t)w * sets * 16, w * 0x100);
	for (w = 0; w < ways; w++)
		ck_assert(w == victim || holds(&cache, 0, (uint64_t)w * sets * 16, w * 0x100));
	fill(&cache, 0, (uint64_t)ways * sets * 16, 0xabc000);
	for (w = 0; w < ways; w++)
		ck_assert(holds(&cache, 0, (uint64_t)w * sets * 16, w * 0x100) == (w != victim));
	ck_assert(holds(&cache, 0, (uint64_t)ways * sets * 16, 0xabc000));
	tce_cache_finish(&cache);
}
END_TEST

START_TEST(test_tce_cache_replacement_when_random_then_agrees_with_a_list)
{
	/* Against an independent list model: same hits and misses over a long random run, kills included. */
	struct tce_cache cache;
	struct sim_rng rng;
	uint64_t list[4][4] = {{0}}; /* per set, most recent first; page / 16 + 1 */
	uint32_t n;

	tce_cache_init(&cache, 16, 4, 16);
	sim_rng_init(&rng, 42, "tce_cache");
	for (n = 0; n < 20000; n++) {
		uint64_t line = sim_rng_below(&rng, 40), *set = list[line % 4], entry = line + 1;
		uint32_t at = 0, i;
		bool hit;

		while (at < 4 && set[at] != entry)
			at++;
		hit = at < 4;
		ck_assert_msg(holds(&cache, 0, line * 16, line) == hit, "request %u, line %u", n, (uint32_t)line);
		if (!hit)
			fill(&cache, 0, line * 16, line);
		for (i = hit ? at : 3; i; i--)
			set[i] = set[i - 1];
		set[0] = entry;
		if (sim_rng_chance(&rng, 1, 100)) {
			tce_cache_kill_tves(&cache, 0, 2);
			memset(list, 0, sizeof(list));
		}
	}
	tce_cache_finish(&cache);
}
END_TEST

START_TEST(test_tce_cache_kill_one_when_done_then_spares_the_line)
{
	/* A page kill names one TCE: the neighbours stay, a second kill finds nothing, and the last one frees the line.
	 */
	struct tce_cache cache;
	uint32_t i;

	tce_cache_init(&cache, 64, 4, 16);
	fill(&cache, 5, 0, 0x10);
	ck_assert_uint_eq(tce_cache_kill_pages(&cache, 5, 7, 7), 1);
	ck_assert_uint_eq(tce_cache_kill_pages(&cache, 5, 7, 7), 0);
	ck_assert(!holds(&cache, 5, 7, 0x17));
	ck_assert(holds(&cache, 5, 6, 0x16));
	ck_assert_uint_eq(tce_cache_kill_pages(&cache, 4, 6, 6), 0);
	/* Fetched again into its own place: the whole line is fresh. */
	fill(&cache, 5, 7, 0x20);
	ck_assert(holds(&cache, 5, 6, 0x26));
	for (i = 0; i < 16; i++)
		ck_assert_uint_eq(tce_cache_kill_pages(&cache, 5, i, i), 1);
	ck_assert_uint_eq(tce_cache_find(&cache, tce_cache_key(&cache, 5, 0)), TCE_CACHE_MISS);
	tce_cache_finish(&cache);
}
END_TEST

START_TEST(test_tce_cache_kill_pe_when_done_then_takes_both_windows_only)
{
	/* A PE has two TVEs; its kill takes the lines of both and of nobody else; all means all. */
	struct tce_cache cache;

	tce_cache_init(&cache, 64, 4, 16);
	fill(&cache, 6, 0, 0x10);
	fill(&cache, 7, 160, 0x20);
	fill(&cache, 8, 320, 0x30);
	fill(&cache, 5, 480, 0x40);
	ck_assert_uint_eq(tce_cache_kill_tves(&cache, 6, 2), 32);
	ck_assert(!holds(&cache, 6, 0, 0x10));
	ck_assert(!holds(&cache, 7, 160, 0x20));
	ck_assert(holds(&cache, 8, 320, 0x30));
	ck_assert(holds(&cache, 5, 480, 0x40));
	/* PE 0's first TVE has index 0, as empty entries might: a kill of PE 0 must not count them. */
	ck_assert_uint_eq(tce_cache_kill_tves(&cache, 0, 2), 0);
	ck_assert_uint_eq(tce_cache_kill_all(&cache), 32);
	ck_assert_uint_eq(tce_cache_kill_all(&cache), 0);
	tce_cache_finish(&cache);
}
END_TEST

START_TEST(test_tce_cache_kill_pair_when_done_then_takes_two_tces_wherever_they_serve)
{
	/* By place in memory: both TCEs of the pair, in every line that came from there, whatever the TVE or the page.
	 */
	struct tce_cache cache;
	uint32_t i;

	tce_cache_init(&cache, 64, 4, 16);
	fill_from(&cache, 1, 0, 0x10, 0x10000);
	fill_from(&cache, 2, 160, 0x20, 0x10000);
	fill_from(&cache, 1, 16, 0x30, 0x10080);
	ck_assert_uint_eq(tce_cache_kill_pair(&cache, 0x10020), 4); /* TCEs 4 and 5 */
	for (i = 0; i < 16; i++) {
		bool killed = i == 4 || i == 5;

		ck_assert(holds(&cache, 1, i, 0x10 + i) == !killed);
		ck_assert(holds(&cache, 2, 160 + i, 0x20 + i) == !killed);
		ck_assert(holds(&cache, 1, 16 + i, 0x30 + i));
	}
	ck_assert_uint_eq(tce_cache_kill_pair(&cache, 0x10020), 0);
	ck_assert_uint_eq(tce_cache_kill_pair(&cache, 0x100f0), 2); /* the last pair of the third line */
	ck_assert(holds(&cache, 1, 16 + 13, 0x3d));
	ck_assert(!holds(&cache, 1, 16 + 14, 0x3e));
	ck_assert_uint_eq(tce_cache_kill_pair(&cache, 0x10100), 0);
	tce_cache_finish(&cache);
}
END_TEST

START_TEST(test_tce_cache_kill_pair_when_a_line_is_gone_then_finds_nothing)
{
	/* Empty entries have no source, though memory at 0 is a source; a line refilled from elsewhere left the old. */
	struct tce_cache cache;
	uint32_t i;

	tce_cache_init(&cache, 64, 4, 16);
	ck_assert_uint_eq(tce_cache_kill_pair(&cache, 0), 0);
	fill_from(&cache, 1, 0, 0x10, 0x10000);
	fill_from(&cache, 1, 0, 0x20, 0x20000);
	ck_assert_uint_eq(tce_cache_kill_pair(&cache, 0x10000), 0);
	ck_assert(holds(&cache, 1, 0, 0x20));
	for (i = 0; i < 8; i++)
		ck_assert_uint_eq(tce_cache_kill_pair(&cache, 0x20000 + i * 16), 2);
	ck_assert_uint_eq(tce_cache_find(&cache, tce_cache_key(&cache, 1, 0)), TCE_CACHE_MISS);
	fill_from(&cache, 0, 0, 0x30, 0x30000);
	tce_cache_kill_all(&cache);
	ck_assert_uint_eq(tce_cache_kill_pair(&cache, 0x30000), 0);
	tce_cache_finish(&cache);
}
END_TEST

START_TEST(test_tce_cache_kills_when_random_then_lines_in_use_are_counted)
{
	/* A kill of an empty cache looks at nothing, so what "empty" means must be right after whatever happened: fills in
	 * place of others, kills of one, a pair, a PE, all, by a generator with a fixed start. */
	struct tce_cache cache;
	uint64_t seed = 1;
	uint32_t round, entry, used;

	tce_cache_init(&cache, 64, 4, 16);
	for (round = 0; round < 3000; round++) {
		uint32_t tve, page, what;

		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		tve = seed >> 60 & 3;
		page = seed >> 40 & 0x7ff;
		what = seed >> 52 & 63;
		if (what < 24)
			fill_from(&cache, tve, page & ~15u, 0x10, 0x10000 + (page & ~15u) * 8);
		else if (what < 60)
			tce_cache_kill_pages(&cache, tve, page, page + what - 24);
		else if (what < 62)
			tce_cache_kill_pair(&cache, 0x10000 + (page & ~1u) * 8);
		else if (what == 62)
			tce_cache_kill_tves(&cache, tve & 2, 2);
		else
			tce_cache_kill_all(&cache);
		for (entry = used = 0; entry < cache.lines; entry++)
			used += cache.key[entry] != 0;
		ck_assert_uint_eq(cache.used, used);
	}
	tce_cache_finish(&cache);
}
END_TEST

START_TEST(test_tce_cache_miss_when_by_a_kill_then_known_until_the_place_is_taken)
{
	/* A line of which one TCE was killed, a line that was killed whole, one that was evicted, one that never was.
	 */
	struct tce_cache cache;
	uint32_t i;

	tce_cache_init(&cache, 16, 1, 16);
	fill(&cache, 0, 0, 0x10);
	ck_assert_uint_eq(tce_cache_kill_pages(&cache, 0, 3, 3), 1);
	ck_assert(tce_cache_was_killed(&cache, tce_cache_key(&cache, 0, 3)));
	for (i = 0; i < 16; i++)
		(void)tce_cache_kill_pages(&cache, 0, i, i);
	ck_assert_uint_eq(tce_cache_find(&cache, tce_cache_key(&cache, 0, 3)), TCE_CACHE_MISS);
	ck_assert(tce_cache_was_killed(&cache, tce_cache_key(&cache, 0, 3)));
	ck_assert(!tce_cache_was_killed(&cache, tce_cache_key(&cache, 0, 16)));
	/* 16 sets of one way: line 16 takes the place of line 0. */
	fill(&cache, 0, 256, 0x20);
	ck_assert(!tce_cache_was_killed(&cache, tce_cache_key(&cache, 0, 3)));
	fill(&cache, 0, 0, 0x10);
	ck_assert(!tce_cache_was_killed(&cache, tce_cache_key(&cache, 0, 256)));
	ck_assert_uint_eq(tce_cache_kill_all(&cache), 16);
	ck_assert(tce_cache_was_killed(&cache, tce_cache_key(&cache, 0, 0)));
	tce_cache_finish(&cache);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hw.tce_cache");
	TCase *tc = tcase_create("tce_cache");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, test_tce_cache_line_when_filled_then_holds_its_sixteen_tces);
	tcase_add_test(tc, test_tce_cache_of_one_set_then_keeps_any_number_of_single_tces);
	tcase_add_test(tc, test_tce_cache_line_of_four_then_kills_within_it);
	tcase_add_loop_test(tc, test_tce_cache_set_when_full_then_forgets_the_least_recently_used, 0,
			    sim_count_of(shapes));
	tcase_add_test(tc, test_tce_cache_replacement_when_random_then_agrees_with_a_list);
	tcase_add_test(tc, test_tce_cache_kill_one_when_done_then_spares_the_line);
	tcase_add_test(tc, test_tce_cache_kill_pe_when_done_then_takes_both_windows_only);
	tcase_add_test(tc, test_tce_cache_kill_pair_when_done_then_takes_two_tces_wherever_they_serve);
	tcase_add_test(tc, test_tce_cache_kill_pair_when_a_line_is_gone_then_finds_nothing);
	tcase_add_test(tc, test_tce_cache_kills_when_random_then_lines_in_use_are_counted);
	tcase_add_test(tc, test_tce_cache_miss_when_by_a_kill_then_known_until_the_place_is_taken);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

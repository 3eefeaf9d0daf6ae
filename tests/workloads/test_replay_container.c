/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/workloads/test_replay_container.c - the model of a container against rows of docs/vfio-ioctls.md, which the
 * driver itself is held to by tests/kernel-model/test_ioctls.c. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "workloads/replay_container.h"
#include "workloads/replay_table.h"

#define PAGE 4096ull
#define BUFFER 0x100200000ull
#define RW 3u

static struct container container;
static uint64_t start, cleared;

/* A container with a window of 4K pages at 0 and 16 pages registered. */
static void setup(void)
{
	container_init(&container, PAGE);
	ck_assert_int_eq(container_remove(&container, 0), 0);
	ck_assert_int_eq(container_create(&container, 1ull << 37, 12, &start), 0);
	ck_assert_uint_eq(start, 0);
	ck_assert_int_eq(container_register(&container, BUFFER, 16 * PAGE), 0);
}

static void teardown(void)
{
	container_finish(&container);
}

START_TEST(test_container_when_windows_then_two_at_known_places)
{
	/* Why: traces name I/O addresses as their windows lay. How: the second, a third, one that comes back. */
	ck_assert_int_eq(container_create(&container, 1 << 20, 12, &start), 0);
	ck_assert_uint_eq(start, REPLAY_DDW_START);
	ck_assert_int_eq(container_create(&container, 1 << 20, 12, &start), -ENOSPC);
	ck_assert_int_eq(container_remove(&container, 0x1234000), 0); /* any address inside will do */
	ck_assert_int_eq(container_remove(&container, 0x1234000), -EINVAL);
	ck_assert_int_eq(container_create(&container, 1 << 20, 12, &start), 0);
	ck_assert_uint_eq(start, 0);
}
END_TEST

START_TEST(test_container_when_ranges_then_whole_ones_only)
{
	/* Why: the rules of mm_iommu_new() and mm_iommu_get(). How: the rows of REGISTER and UNREGISTER. */
	ck_assert_int_eq(container_register(&container, BUFFER, 16 * PAGE), -EBUSY);
	ck_assert_int_eq(container_register(&container, BUFFER + PAGE, PAGE), -EINVAL);
	ck_assert_int_eq(container_register(&container, BUFFER + 15 * PAGE, 2 * PAGE), -EINVAL);
	ck_assert_int_eq(container_register(&container, BUFFER - PAGE, 2 * PAGE), -EINVAL);
	ck_assert_int_eq(container_register(&container, BUFFER + 1, PAGE), -EINVAL);
	ck_assert_int_eq(container_register(&container, BUFFER + 16 * PAGE, PAGE), 0);
	ck_assert_int_eq(container_register(&container, BUFFER - PAGE, PAGE), 0);
	ck_assert_int_eq(container_unregister(&container, BUFFER, PAGE), -ENOENT);
	ck_assert_int_eq(container_unregister(&container, BUFFER, 16 * PAGE), 0);
	ck_assert_int_eq(container_unregister(&container, BUFFER, 16 * PAGE), -ENOENT);
}
END_TEST

START_TEST(test_container_when_mapped_then_pages_are_known_and_unmapped)
{
	/* Why: the end of a replay compares every TCE with these. */
	ck_assert_int_eq(container_map(&container, 0x10000, 2 * PAGE, BUFFER, 1), 0);
	ck_assert_uint_eq(container_page(&container, 0x10abc), BUFFER | 1);
	ck_assert_uint_eq(container_page(&container, 0x11000), (BUFFER + PAGE) | 1);
	ck_assert_uint_eq(container_page(&container, 0x12000), 0);
	ck_assert_uint_eq(container_live_bytes(&container, 0), 2 * PAGE);
	ck_assert_int_eq(container_map(&container, 0x10000, PAGE, BUFFER + PAGE, RW), 0); /* in place of the old one */
	ck_assert_uint_eq(container_live_bytes(&container, 0), 2 * PAGE);
	ck_assert_int_eq(container_unmap(&container, 0, 1ull << 37, &cleared), 0);
	ck_assert_uint_eq(cleared, 2);
	ck_assert_uint_eq(container_page(&container, 0x10000), CONTAINER_GONE);
	ck_assert_uint_eq(container_live_bytes(&container, 0), 0);
}
END_TEST

START_TEST(test_container_when_map_makes_no_sense_then_the_drivers_answers)
{
	/* Why: programs of traces may be refused by the real driver. How: the rows of MAP_DMA and UNMAP_DMA. */
	ck_assert_int_eq(container_map(&container, 1ull << 37, PAGE, BUFFER, RW), -ENXIO);
	ck_assert_int_eq(container_map(&container, 0, PAGE / 2, BUFFER, RW), -EINVAL);
	ck_assert_int_eq(container_map(&container, 0, PAGE, BUFFER, 0), -EINVAL);
	ck_assert_int_eq(container_map(&container, PAGE / 2, PAGE, BUFFER, RW), 1);
	ck_assert_int_eq(container_map(&container, 0, PAGE, BUFFER + 16 * PAGE, RW), -EINVAL);
	ck_assert_int_eq(container_map(&container, 0, 2 * PAGE, BUFFER + 15 * PAGE, RW), -EINVAL);
	ck_assert_uint_eq(container_live_bytes(&container, 0), 0);
	ck_assert_int_eq(container_unmap(&container, 1ull << 37, PAGE, &cleared), -ENXIO);
	ck_assert_int_eq(container_unmap(&container, 0, PAGE / 2, &cleared), -EINVAL);
	ck_assert_int_eq(container_unmap(&container, 0, (1ull << 37) + PAGE, &cleared), 1);
	container_finish(&container);
	container_init(&container, PAGE);
	ck_assert_int_eq(container_map(&container, 0, PAGE, BUFFER, RW), -EPERM); /* nothing was ever registered */
	ck_assert_int_eq(container_unmap(&container, 0, PAGE, &cleared), -EPERM);
}
END_TEST

START_TEST(test_container_when_dpdk_unmaps_then_the_slip_is_seen_and_the_range_held)
{
	/*
	 * Why: this is the mistake that the traces show. How: two segments at their own addresses; freeing the upper
	 * one takes the lower one away and leaves the upper; an honest UNMAP of page 0 is no slip.
	 */
	ck_assert_int_eq(container_register(&container, BUFFER + 0x200000, 16 * PAGE), 0);
	ck_assert_int_eq(container_map(&container, BUFFER, 16 * PAGE, BUFFER, RW), 0);
	ck_assert_int_eq(container_map(&container, BUFFER + 0x200000, 16 * PAGE, BUFFER + 0x200000, RW), 0);
	ck_assert(!container_is_slip(&container, BUFFER, 16 * PAGE));
	ck_assert(!container_is_slip(&container, 0, PAGE));
	ck_assert(!container_is_slip(&container, 0, BUFFER + 0x300000));
	ck_assert(container_is_slip(&container, 0, BUFFER + 0x200000));
	ck_assert_int_eq(container_unmap(&container, 0, BUFFER + 0x200000, &cleared), 0);
	ck_assert_uint_eq(cleared, 16);
	ck_assert_uint_eq(container_live_bytes(&container, 0), 16 * PAGE);
	ck_assert_uint_eq(container_held_pages(&container), 0);
	ck_assert_int_eq(container_unregister(&container, BUFFER + 0x200000, 16 * PAGE), 0);
	ck_assert_uint_eq(container_held_pages(&container), 16);
	ck_assert_int_eq(container_unregister(&container, BUFFER + 0x200000, 16 * PAGE), -ENOENT);
	ck_assert_int_eq(container_register(&container, BUFFER + 0x200000, 16 * PAGE), 0); /* the kernel still has it */
	ck_assert_int_eq(container_unregister(&container, BUFFER, 16 * PAGE), 0);	   /* nothing of it is mapped */
	ck_assert_uint_eq(container_held_pages(&container), 16);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("workloads.replay_container");
	TCase *tc = tcase_create("container");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_container_when_windows_then_two_at_known_places);
	tcase_add_test(tc, test_container_when_ranges_then_whole_ones_only);
	tcase_add_test(tc, test_container_when_mapped_then_pages_are_known_and_unmapped);
	tcase_add_test(tc, test_container_when_map_makes_no_sense_then_the_drivers_answers);
	tcase_add_test(tc, test_container_when_dpdk_unmaps_then_the_slip_is_seen_and_the_range_held);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* tests/hw/test_ram.c - simulated RAM: sparse, big-endian for hardware, observed. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw/ram.h"

#define MIB (1024ull * 1024)
#define TIB (1024ull * 1024 * MIB)

static uint64_t resident_bytes(void)
{
	unsigned long long total, resident = 0;
	FILE *in = fopen("/proc/self/statm", "r");

	ck_assert_ptr_nonnull(in);
	ck_assert_int_eq(fscanf(in, "%llu %llu", &total, &resident), 2);
	fclose(in);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

START_TEST(test_ram_of_a_tebibyte_when_untouched_then_costs_nothing)
{
	/* A machine may be configured with far more RAM than the host has; only what is touched may cost. */
	uint64_t before = resident_bytes();
	struct ram *ram = ram_create(TIB);
	struct stat st;

	ck_assert_ptr_nonnull(ram);
	ck_assert_uint_eq(ram_bytes(ram), TIB);
	ram_store_be64(ram, (struct raddr){0}, 1);
	ram_store_be64(ram, (struct raddr){TIB - 8}, 2);
	ram_store_be64(ram, (struct raddr){TIB / 2}, 3);
	ck_assert_uint_eq(ram_load_be64(ram, (struct raddr){TIB - 8}), 2);
	ck_assert_uint_lt(resident_bytes(), before + 8 * MIB);
	ck_assert_int_eq(fstat(ram_fd(ram), &st), 0);
	ck_assert_uint_eq((uint64_t)st.st_size, TIB);
	ck_assert_uint_le((uint64_t)st.st_blocks * 512, 8 * MIB);
	ram_destroy(ram);
	ck_assert_uint_lt(resident_bytes(), before + 8 * MIB);
}
END_TEST

START_TEST(test_ram_create_when_size_is_wrong_then_says_so)
{
	/* Sizes come from the user: zero, an odd size and an impossible one must fail with a reason. */
	static const uint64_t wrong[] = {0, 1, 0x1000, 0x18000, 17 * TIB, UINT64_MAX};
	size_t i;

	for (i = 0; i < sim_count_of(wrong); i++) {
		errno = 0;
		ck_assert_ptr_null(ram_create(wrong[i]));
		ck_assert_int_eq(errno, EINVAL);
	}
	ram_destroy(NULL);
}
END_TEST

START_TEST(test_ram_words_when_stored_then_lie_big_endian)
{
	/* Tables in memory are big-endian whatever the host is. */
	struct ram *ram = ram_create(0x10000);
	static const uint8_t expect[8] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

	ck_assert_ptr_nonnull(ram);
	ram_store_be64(ram, (struct raddr){0x100}, 0x0123456789abcdefull);
	ck_assert_mem_eq(ram_base(ram) + 0x100, expect, 8);
	ck_assert_uint_eq(ram_load_be64(ram, (struct raddr){0x100}), 0x0123456789abcdefull);
	ck_assert_uint_eq(ram_load_be16(ram, (struct raddr){0x102}), 0x4567);
	ram_destroy(ram);
}
END_TEST

START_TEST(test_ram_contains_when_range_touches_the_end_then_counts_bytes)
{
	/* The last byte is inside, the next is not, and a length must not wrap around. */
	struct ram *ram = ram_create(0x20000);

	ck_assert(ram_contains(ram, (struct raddr){0}, 0x20000));
	ck_assert(ram_contains(ram, (struct raddr){0x1ffff}, 1));
	ck_assert(!ram_contains(ram, (struct raddr){0x1ffff}, 2));
	ck_assert(!ram_contains(ram, (struct raddr){0x20000}, 0));
	ck_assert(!ram_contains(ram, (struct raddr){0x10000}, UINT64_MAX));
	ck_assert(!ram_contains(ram, (struct raddr){UINT64_MAX}, 1));
	ram_destroy(ram);
}
END_TEST

struct seen {
	uint32_t calls;
	struct ram_dma last;
	uint8_t first_byte;
	const struct ram *ram;
};

static void see(void *arg, const struct ram_dma *dma)
{
	struct seen *seen = arg;

	seen->calls++;
	seen->last = *dma;
	seen->first_byte = ram_base(seen->ram)[dma->real.v];
}

START_TEST(test_ram_dma_when_observed_then_tells_before_the_bytes_move)
{
	/* Referees judge an access by what memory holds before it; every field of the requester must reach them. */
	struct ram *ram = ram_create(0x10000);
	struct seen a = {.ram = ram}, b = {.ram = ram};
	uint8_t data[4] = {1, 2, 3, 4}, back[4] = {0};
	struct ram_dma dma = {.when_ps = 7,
			      .real = {0x40},
			      .bytes = 4,
			      .write = true,
			      .rid = 0x200,
			      .phb = 1,
			      .bus_addr = {0x123000},
			      .issued_ps = 5};

	ram_observe(ram, see, &a);
	ram_observe(ram, see, &b);
	ram_dma(ram, &dma, data);
	ck_assert_uint_eq(a.calls, 1);
	ck_assert_uint_eq(b.calls, 1);
	ck_assert_uint_eq(a.first_byte, 0);
	ck_assert_mem_eq(&a.last, &dma, sizeof(dma));
	ck_assert_mem_eq(ram_base(ram) + 0x40, data, 4);
	dma.write = false;
	ram_dma(ram, &dma, back);
	ck_assert_mem_eq(back, data, 4);
	ck_assert_uint_eq(b.calls, 2);
	ck_assert(!b.last.write);
	ram_destroy(ram);
}
END_TEST

START_TEST(test_ram_when_mapped_elsewhere_then_shares_its_bytes)
{
	/* A real process will later get frames of the simulation mapped: the memfd must be the memory itself. */
	struct ram *ram = ram_create(0x20000);
	uint8_t *view = mmap(NULL, 0x10000, PROT_READ | PROT_WRITE, MAP_SHARED, ram_fd(ram), 0x10000);

	ck_assert_ptr_ne(view, MAP_FAILED);
	view[3] = 0x5a;
	ck_assert_uint_eq(ram_base(ram)[0x10003], 0x5a);
	ck_assert_int_eq(munmap(view, 0x10000), 0);
	ram_destroy(ram);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hw.ram");
	TCase *tc = tcase_create("ram");
	SRunner *sr;
	int failed;

	tcase_add_test(tc, test_ram_of_a_tebibyte_when_untouched_then_costs_nothing);
	tcase_add_test(tc, test_ram_create_when_size_is_wrong_then_says_so);
	tcase_add_test(tc, test_ram_words_when_stored_then_lie_big_endian);
	tcase_add_test(tc, test_ram_contains_when_range_touches_the_end_then_counts_bytes);
	tcase_add_test(tc, test_ram_dma_when_observed_then_tells_before_the_bytes_move);
	tcase_add_test(tc, test_ram_when_mapped_elsewhere_then_shares_its_bytes);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_WORKLOADS_TEMP_FILE_H
#define TESTS_WORKLOADS_TEMP_FILE_H
/* tests/workloads/temp_file.h - one file for each test, a checked fixture: temp_path, and what is put there. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char temp_path[] = P_tmpdir "/phbsim_file_XXXXXX";

static inline void setup(void)
{
	int fd;

	strcpy(temp_path + strlen(temp_path) - 6, "XXXXXX");
	fd = mkstemp(temp_path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static inline void teardown(void)
{
	unlink(temp_path);
}

static inline void put(const void *data, size_t bytes)
{
	FILE *out = fopen(temp_path, "wb");

	ck_assert_ptr_nonnull(out);
	ck_assert_uint_eq(fwrite(data, 1, bytes, out), bytes);
	ck_assert_int_eq(fclose(out), 0);
}

static inline void put_text(const char *text)
{
	put(text, strlen(text));
}

#endif

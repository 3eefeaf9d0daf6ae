// SPDX-License-Identifier: GPL-2.0-only
/* tests/kernel-model/linux/kt.c - the table of tests on the Linux side, and what they share. */
#include <linux/string.h>

#include "kernel-model/ops.h"
#include "tests/kernel-model/linux/kt.h"

extern const struct km_ops km_ops;

void kt_failed(const char *what, int line, unsigned long long a, unsigned long long b)
{
	char text[256];

	snprintf(text, sizeof(text), "line %d: %s: %llu (0x%llx), %llu (0x%llx)", line, what, a, a, b, b);
	host_finding("test", text);
}

void kt_sleep(u64 ps)
{
	u64 until = host_now_ps() + ps;

	while (host_now_ps() < until)
		km_block_until(until);
}

struct km_task *kt_enter(void)
{
	struct km_task *task = km_task_create("test", km_mm_create());

	km_enter(task);
	return task;
}

void kt_exit(struct km_task *task)
{
	struct mm_struct *mm = task->t.mm;

	task->t.mm = NULL;
	km_mm_destroy(mm);
	km_leave("test");
	km_task_destroy(task);
}

const struct km_tests km_tests = {
	&km_ops, { kt_lock_tests, kt_mem_tests, kt_pci_tests, kt_srcu_tests, kt_tce_tests }, KT_GROUP_V1, kt_group_without
};

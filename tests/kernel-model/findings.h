/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_FINDINGS_H
#define TESTS_KERNEL_MODEL_FINDINGS_H
/*
 * tests/kernel-model/findings.h - what the tests of docs/findings.md share: a process with a device and windows, an end that counts what is
 * left behind, and what a sanitizer build says where the driver goes astray.
 */
#include "vfio_fixture.h"

#include "inside.h"

#ifdef __SANITIZE_ADDRESS__
#include <fcntl.h>
#include <sanitizer/asan_interface.h>
#include <unistd.h>
#endif

#include "kernel-model/host.h"

/* A table of this many entries fills whole pages of both kernels; a smaller window would silently be made as large. */
#define FULL_PAGE_ENTRIES 8192ull
#define HOLE 0x10000000ull /* the kernel's mappings begin higher */

static inline struct km_account account(void)
{
	struct km_account now;

	ops->rcu_barrier();
	ops->account(&now);
	return now;
}

static inline unsigned int page_shift(void)
{
	return (unsigned int)__builtin_ctz(page_bytes);
}

/* Is it a kernel of at least @major.@minor? */
static inline bool since(unsigned int major, unsigned int minor)
{
	unsigned int have_major = 0, have_minor = 0;

	ck_assert_int_eq(sscanf(kernel_desc(kernel)->version, "%u.%u", &have_major, &have_minor), 2);
	return have_major > major || (have_major == major && have_minor >= minor);
}

static inline long create(uint32_t shift, uint64_t bytes, uint32_t levels, uint64_t *start)
{
	struct vfio_iommu_spapr_tce_create arg = {.argsz = sizeof(arg), .page_shift = shift, .window_size = bytes,
						  .levels = levels};
	long ret = call(container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &arg, sizeof(arg));

	*start = arg.start_addr;
	return ret;
}

/* A window of @levels levels at 1 << 59, with the kernel's pages. */
static inline uint64_t window(uint64_t bytes, uint32_t levels)
{
	uint64_t start;

	ck_assert_int_eq(create(page_shift(), bytes, levels, &start), 0);
	return start;
}

static inline uint64_t registered(uint64_t bytes)
{
	uint64_t va = buffer_map(bytes);

	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, bytes), 0);
	return va;
}

static inline void begin(void)
{
	boot();
	proc_start();
	device_open(0);
}

/* Close all, end the process. Return: how many things were left behind (findings of the leak check). */
static inline uint32_t end(void)
{
	device_close();
	ops->proc_exit(proc);
	finished = true;
	return kernel_check_leaks(kernel);
}

/* As run() of the fixture, but @kind must be among the findings, or (NULL) nothing may be. */
static inline void run_expecting(sim_task_fn *fn, const char *kind)
{
	sim_task_create(sim, "test", fn, NULL);
	sim_run(sim, SIM_PS_NEVER);
	if (!finished || (kind && !finding_find(sim, kind)) || (!kind && finding_count(sim, FINDING_NOTE)))
		print_log();
	ck_assert(finished);
	if (kind)
		ck_assert_ptr_nonnull(finding_find(sim, kind));
	else
		ck_assert_uint_eq(finding_count(sim, FINDING_NOTE), 0);
}

/* What a sanitizer build says of the write behind the table: where in the driver it happens. */
#define STOPPED_IN_DRIVER 42
#ifdef __SANITIZE_ADDRESS__
static const char *stops_in = "tce_iommu_build_v2";

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0"; /* leaks of the driver are what some of these tests are about */
}

static inline void on_report(const char *report)
{
	if ((strstr(report, "use-after-") || strstr(report, "SEGV")) && strstr(report, stops_in))
		_exit(STOPPED_IN_DRIVER);
}

static inline void expect_report(const char *function)
{
	stops_in = function;
	__sanitizer_set_report_fd((void *)(intptr_t)open("/dev/null", O_WRONLY));
	__asan_set_error_report_callback(on_report);
}
#else
static inline void expect_report(const char *function)
{
	(void)function;
}
#endif

#endif

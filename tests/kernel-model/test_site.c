// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_site.c - hosted code by its names: in findings, in the trace, in the profile; on every
 * kernel. A finding is made from below, at a register write, where the stack holds the driver, powernv's code and the
 * model's.
 */
#include <stdlib.h>
#include <unistd.h>

#include "kernel-model/host.h"
#include "kernel-model/site.h"
#include "sim/profile.h"
#include "sim/task.h"
#include "sim/trace.h"

#include "vfio_fixture.h"

#define DRIVER "drivers/vfio/vfio_iommu_spapr_tce.c"

static const struct platform_ops *machine_ops;
static struct platform_ops spying_ops;
static bool armed;
static char trace_path[64];

static void spying_write(void *ctx, platform_u64 real_addr, platform_u64 value, platform_u32 bytes)
{
	if (armed) {
		armed = false;
		host_finding("lock-misuse", "made by the test at a register write");
	}
	/* The fake machine takes no time; a real one does. */
	if (sim_task_current(sim))
		sim_task_charge(sim, SIM_PS_PER_NS);
	machine_ops->mmio_write(ctx, real_addr, value, bytes);
}

/* As setup() of the fixture, with a profile, a trace, and somebody who looks at register writes. */
static void setup_spying(void)
{
	const char *tmp = getenv("TMPDIR");
	int fd;

	page_bytes = kernel_under_test->page_bytes;
	sim = sim_create(1);
	profile_start(sim);
	snprintf(trace_path, sizeof(trace_path), "%.40s/site.XXXXXX", tmp ? tmp : "/tmp");
	fd = mkstemp(trace_path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(trace_open(sim, trace_path), 0);
	fake = fake_create(sim, 1, FAKE_RAM_BYTES);
	fake_function_add(fake, 0, 0, 0);
	machine_ops = fake->platform.ops;
	spying_ops = *machine_ops;
	spying_ops.mmio_write = spying_write;
	fake->platform.ops = &spying_ops;
	cfg = cfg_create();
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	kernel = kernel_create(sim, &fake->platform, kernel_under_test, cfg, 0);
	ops = kernel_ops(kernel);
	finished = armed = false;
}

static void main_map(struct sim *s, void *arg)
{
	unsigned int shift = (unsigned int)__builtin_ctz(page_bytes);
	struct vfio_iommu_spapr_tce_create create = {
		.argsz = sizeof(create), .page_shift = shift, .window_size = 8192ull << shift, .levels = 1};
	uint64_t va;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	va = buffer_map(BUFFER_BYTES);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, BUFFER_BYTES), 0);
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &create, sizeof(create)), 0);
	ck_assert_int_eq(map_dma(va, create.start_addr, BUFFER_BYTES), 0);
	armed = true;
	ck_assert_int_eq(unmap_dma(create.start_addr, BUFFER_BYTES), 0);
	ck_assert(!armed);
	device_close();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

static void run_spying(void)
{
	sim_task_create(sim, "test", main_map, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
}

static void teardown_spying(void)
{
	unlink(trace_path);
	teardown();
}

START_TEST(test_finding_when_made_below_the_driver_then_names_its_callers)
{
	/* Why: "who called that?" is the first question. How: the nearest hosted functions, each with file and line. */
	const struct finding *finding;

	run_spying();
	finding = finding_find(sim, "lock-misuse");
	ck_assert_ptr_nonnull(finding);
	ck_assert_ptr_nonnull(finding->site);
	ck_assert_msg(strstr(finding->site, "(arch/powerpc/platforms/powernv/pci-ioda.c:"), "%s", finding->site);
	ck_assert_msg(strstr(finding->site, " < tce_iommu_clear (" DRIVER ":"), "%s", finding->site);
	ck_assert_msg(!strstr(finding->site, "(/") && !strstr(finding->site, "km_"), "%s", finding->site);
	/* Chains are short. */
	ck_assert_uint_le(strlen(finding->site), 100 * SITE_TEXT_FRAMES);
}
END_TEST

START_TEST(test_trace_when_kernel_calls_firmware_then_says_where_from)
{
	/* Why: a span "OPAL_..." without its caller says half. How: the window that the driver creates. */
	static char text[1 << 20];
	const char *line;
	FILE *in;

	run_spying();
	ck_assert_int_eq(trace_close(sim), 0);
	in = fopen(trace_path, "r");
	ck_assert_ptr_nonnull(in);
	ck_assert_uint_gt(fread(text, 1, sizeof(text) - 1, in), 0);
	fclose(in);
	line = strstr(text, "\"name\":\"OPAL_PCI_MAP_PE_DMA_WINDOW\"");
	ck_assert_ptr_nonnull(line);
	line = strstr(line, "\"site\":\"");
	ck_assert_ptr_nonnull(line);
	ck_assert_msg(!strncmp(line, "\"site\":\"pnv_", 12), "%.80s", line);
	line = strstr(text, "\"name\":\"lock-misuse\"");
	ck_assert_ptr_nonnull(line);
	ck_assert_ptr_nonnull(strstr(line, "\"text\":\"made by the test at a register write\""));
}
END_TEST

/** struct seen - what is looked for among rows. */
struct seen {
	bool pin_in_iommu_api, lock_by_driver, firmware, outside;
	uint64_t nameless;
};

static void look(void *arg, const struct profile_row *row)
{
	struct site site[SITE_INLINE_MAX];
	struct seen *seen = arg;
	bool hosted = false;
	size_t n;

	for (uint32_t i = 0; i < row->depth; i++) {
		n = site_resolve(sim, kernel_desc(kernel), row->pc[i], site);
		for (size_t k = 0; k < n; k++) {
			const char *file = site[k].file;

			seen->outside |= site[k].kind != SITE_OTHER && *file == '/';
			seen->firmware |= site[k].kind == SITE_FIRMWARE && !strcmp(row->kind, "register_write");
			seen->nameless += !strcmp(site[k].function, "?") && i + 1 < row->depth;
			if (site[k].kind != SITE_HOSTED)
				continue;
			ck_assert_uint_gt(site[k].line, 0);
			/* The innermost hosted function of a pin is the IOMMU API's; who waits for a lock, the driver.
			 */
			if (!hosted && !strcmp(row->kind, "pin"))
				seen->pin_in_iommu_api |= !strcmp(file, "arch/powerpc/mm/book3s64/iommu_api.c");
			if (!hosted && !strcmp(row->kind, "lock"))
				seen->lock_by_driver |= !strcmp(file, DRIVER);
			hosted = true;
		}
	}
}

START_TEST(test_profile_when_kernel_runs_then_all_time_has_a_named_place)
{
	/* Why: a share of a total that is not whole is no share. How: boot, map, unmap, exit; nothing is missing. */
	struct seen seen = {0};

	run_spying();
	profile_settle(sim);
	ck_assert_int_eq(profile_gap_ps(sim), 0);
	ck_assert_uint_gt(profile_total_ps(sim, false), 0);
	profile_for_each(sim, look, &seen);
	ck_assert(seen.pin_in_iommu_api);
	ck_assert(seen.lock_by_driver);
	ck_assert(seen.firmware);
	ck_assert(!seen.outside);
	ck_assert_uint_eq(seen.nameless, 0);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("site");

	tcase_add_checked_fixture(tc, setup_spying, teardown_spying);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, test_finding_when_made_below_the_driver_then_names_its_callers);
	tcase_add_test(tc, test_trace_when_kernel_calls_firmware_then_says_where_from);
	tcase_add_test(tc, test_profile_when_kernel_runs_then_all_time_has_a_named_place);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kernel-model.site", add);
}

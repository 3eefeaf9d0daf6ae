// SPDX-License-Identifier: GPL-2.0-only
/* tests/kernel-model/test_host.c - the seam: charges in simulated time, tasks, MMIO byte order, log, pages, firmware. */
#include <check.h>
#include <errno.h>

#include "fake_platform.h"
#include "kernel-model/host.h"
#include "kernel-model/kernel.h"
#include "kernel-model/opal/opal_api.h"
#include "sim/finding.h"
#include "sim/stat.h"

static struct sim *sim;
static struct fake *fake;
static struct cfg *cfg;
static struct kernel *kernel;
static unsigned int last_irq, irq_count;
static bool finished;

static void fake_irq(unsigned int irq)
{
	last_irq = irq;
	irq_count++;
}

static const struct km_ops ops = {.irq = fake_irq};
static const struct km_desc desc = {.name = "fake", .page_bytes = 4096, .ops = &ops};

static void setup(void)
{
	sim = sim_create(1);
	fake = fake_create(sim, 2, FAKE_RAM_BYTES);
	fake->phb[1].direct = true;
	fake_function_add(fake, 1, 0, 0);
	cfg = cfg_create();
	cfg_add_rows(cfg, km_cfg_rows, km_cfg_row_count);
	ck_assert_int_eq(cfg_set(cfg, "kernel.cost.pin=100ns"), 0);
	ck_assert_int_eq(cfg_set(cfg, "kernel.log_lines=2"), 0);
	kernel = kernel_create(sim, &fake->platform, &desc, cfg, KM_MUTANT_EARLY_UNPIN);
	finished = false;
	irq_count = 0;
}

static void teardown(void)
{
	kernel_destroy(kernel);
	cfg_destroy(cfg);
	fake_destroy(fake);
	sim_destroy(sim);
}

static uint64_t stat(const char *name)
{
	const uint64_t *value = stat_find(sim, "kernel", name, NULL);

	ck_assert_ptr_nonnull(value);
	return *value;
}

static void run(sim_task_fn *fn)
{
	sim_task_create(sim, "test", fn, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
}

static void main_charge(struct sim *s, void *arg)
{
	sim_ps before = sim_now(s);

	(void)arg;
	host_charge(HOST_COST_PIN, 7);
	ck_assert_uint_eq(sim_now(s), before + 700 * SIM_PS_PER_NS);
	ck_assert_uint_eq(host_now_ps(), sim_now(s));
	finished = true;
}

START_TEST(test_charge_in_a_task_then_time_passes_and_is_counted)
{
	/* Why: rates come from these prices. How: seven pins at 100 ns are 700 ns, exactly; counters follow. */
	run(main_charge);
	ck_assert_uint_eq(stat("pin_count"), 7);
	ck_assert_uint_eq(stat("pin_time"), 700 * SIM_PS_PER_NS);
	ck_assert_uint_eq(stat("charges_outside_tasks"), 0);
}
END_TEST

START_TEST(test_charge_without_task_then_no_time_but_counted)
{
	/* Why: event context has nobody to bill. How: charge outside; time stands, the counter says so. */
	host_charge(HOST_COST_PIN, 3);
	ck_assert_uint_eq(sim_now(sim), 0);
	ck_assert_uint_eq(stat("pin_count"), 3);
	ck_assert_uint_eq(stat("pin_time"), 0);
	ck_assert_uint_eq(stat("charges_outside_tasks"), 1);
	ck_assert_ptr_null(host_task());
}
END_TEST

START_TEST(test_charge_without_kernel_then_ignored)
{
	/* Why: nothing may crash before a kernel exists. How: destroy, charge, make another. */
	kernel_destroy(kernel);
	host_charge(HOST_COST_LOCK, 1);
	ck_assert_ptr_null(host_task());
	kernel = kernel_create(sim, &fake->platform, &desc, cfg, 0);
	ck_assert(!host_mutant("early-unpin"));
}
END_TEST

static void *sleeper;
static sim_ps woken_ps;

static void thread_sleep(void *arg)
{
	ck_assert_ptr_eq(arg, &sleeper);
	sleeper = host_task();
	ck_assert_int_eq(host_block_until(host_now_ps() + 5 * SIM_PS_PER_NS), 0);
	ck_assert_uint_eq(host_now_ps(), 5 * SIM_PS_PER_NS);
	host_block();
	woken_ps = host_now_ps();
	host_task_exit();
}

static void main_wake(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	ck_assert_ptr_nonnull(host_spawn("sleeper", thread_sleep, &sleeper));
	ck_assert_int_eq(host_block_until(20 * SIM_PS_PER_NS), 0);
	ck_assert_uint_eq(woken_ps, 0);
	host_wake(sleeper);
	ck_assert_int_eq(host_block_until(21 * SIM_PS_PER_NS), 0);
	ck_assert_uint_eq(woken_ps, 20 * SIM_PS_PER_NS);
	finished = true;
}

START_TEST(test_block_when_woken_or_deadline_then_at_that_instant)
{
	/* Why: locks and sleeps rest on it. How: a deadline to the ps, a wake at its instant, exit from depth. */
	run(main_wake);
	ck_assert_uint_eq(sim_task_alive_count(sim), 0);
}
END_TEST

static void main_mmio(struct sim *s, void *arg)
{
	struct fake_phb *phb = &fake->phb[1];
	struct fake_function *f = &phb->function[0][0];
	uint64_t base = fake->platform.phb[1].reg_base;

	(void)s;
	(void)arg;
	/* __raw_writeq_be(v): the CPU stores the swapped value; the register reads v. */
	host_mmio_write(base + PHB_TCE_KILL, __builtin_bswap64(0x2000000000010005ull), 8);
	ck_assert_uint_eq(phb->reg[PHB_TCE_KILL / 8], 0x2000000000010005ull);
	ck_assert_uint_eq(host_mmio_read(base + PHB_TCE_KILL, 8), __builtin_bswap64(0x2000000000010005ull));
	/* The configuration data port is little-endian by itself. */
	phb->reg[PHB_CONFIG_ADDRESS / 8] = PHB_CA_ENABLE;
	ck_assert_uint_eq(host_mmio_read(base + PHB_CONFIG_DATA, 2), BRIDGE_VENDOR_IBM);
	ck_assert_uint_eq(host_mmio_read(base + PHB_CONFIG_DATA + 2, 2), BRIDGE_DEVICE_PHB3);
	/* A device's BAR is little-endian: no swap. */
	(void)topology_config_write(phb->topology, 0, PCI_BRIDGE_MEM_BASE, 0xfff0u << 16 | 0x8000, 4);
	(void)topology_config_write(phb->topology, 0, PCI_REG_COMMAND, PCI_COMMAND_MEMORY, 2);
	fake_config_set(f, PCI_REG_BAR0, FAKE_M32_PCI_BASE, 4);
	fake_config_set(f, PCI_REG_COMMAND, PCI_COMMAND_MEMORY, 2);
	host_mmio_write(fake->platform.phb[1].m32_base + 4, 0x11223344, 4);
	ck_assert_uint_eq(f->bar[4], 0x44);
	ck_assert_uint_eq(host_mmio_read(fake->platform.phb[1].m32_base + 4, 4), 0x11223344);
	ck_assert_uint_eq(host_mmio_read(fake->platform.phb[1].m32_base + 0x100000, 4), 0xffffffff);
	finished = true;
}

START_TEST(test_mmio_when_phb_register_then_swapped_and_device_not)
{
	/* Why: a little-endian kernel writes big-endian registers. How: both PHB and BAR, both directions. */
	run(main_mmio);
	ck_assert_uint_eq(stat("mmio_writes"), 2);
	ck_assert_uint_eq(stat("mmio_reads"), 5);
}
END_TEST

START_TEST(test_log_when_more_than_kept_then_first_ones_and_count)
{
	/* Why: a storm of warnings must not eat memory. How: three lines into room for two. */
	sim_ps when = 1;

	host_log(HOST_LOG_ERR, "one");
	host_log(HOST_LOG_INFO, "two");
	host_log(HOST_LOG_DEBUG, "three");
	ck_assert_str_eq(kernel_log_line(kernel, 0, &when), "E one");
	ck_assert_uint_eq(when, 0);
	ck_assert_str_eq(kernel_log_line(kernel, 1, NULL), "I two");
	ck_assert_ptr_null(kernel_log_line(kernel, 2, NULL));
	ck_assert_uint_eq(stat("log_lines"), 3);
}
END_TEST

START_TEST(test_finding_when_warn_then_warning_and_all_else_violation)
{
	/* Why: the exit status follows. How: a WARN does not fail a run, a leaked lock does. */
	host_finding("kernel-warn", "w");
	ck_assert_uint_eq(finding_count(sim, FINDING_VIOLATION), 0);
	ck_assert_uint_eq(finding_count(sim, FINDING_WARN), 1);
	host_finding("lock-leak", "l");
	ck_assert_uint_eq(finding_count(sim, FINDING_VIOLATION), 1);
	ck_assert_str_eq(finding_find(sim, "lock-leak")->text, "l");
}
END_TEST

struct seen {
	int event;
	uint64_t pfn, va;
	uint32_t proc;
	unsigned int count;
};

static void page_seen(void *arg, int event, uint64_t pfn, uint64_t va, uint32_t proc)
{
	struct seen *seen = arg;

	*seen = (struct seen){event, pfn, va, proc, seen->count + 1};
}

START_TEST(test_page_when_listened_to_then_passed_on_and_counted)
{
	/* Why: the referee lives on it. How: one event of each kind, with and without a listener. */
	struct seen seen = {0};

	host_page(HOST_PAGE_FREE, 1, 0, 0);
	kernel_observe_pages(kernel, page_seen, &seen);
	host_page(HOST_PAGE_PIN, 5, 0x1000, 3);
	ck_assert_int_eq(seen.event, HOST_PAGE_PIN);
	ck_assert_uint_eq(seen.pfn, 5);
	ck_assert_uint_eq(seen.va, 0x1000);
	ck_assert_uint_eq(seen.proc, 3);
	host_page(HOST_PAGE_UNPIN, 5, 0, 0);
	host_page(HOST_PAGE_MAP_USER, 5, 0, 0);
	ck_assert_uint_eq(seen.count, 3);
	ck_assert_uint_eq(stat("pins"), 1);
	ck_assert_uint_eq(stat("unpins"), 1);
	ck_assert_uint_eq(stat("frees"), 1);
	ck_assert_uint_eq(stat("user_maps"), 1);
}
END_TEST

START_TEST(test_irq_when_machine_raises_then_kernel_gets_it)
{
	/* Why: the kernel is the platform's interrupt owner. How: raise through the platform. */
	fake->platform.irq_fn(fake->platform.irq_arg, 0x1234);
	ck_assert_uint_eq(irq_count, 1);
	ck_assert_uint_eq(last_irq, 0x1234);
	ck_assert_uint_eq(stat("irqs"), 1);
}
END_TEST

START_TEST(test_heap_when_zero_or_reserved_then_usable)
{
	/* Why: sizes of 0 are legal in the kernel; the page array must cost nothing. How: 1 TiB of address space. */
	uint8_t *p = host_malloc(0), *big = host_reserve(1ull << 40);
	uint64_t *z = host_calloc(64);

	ck_assert_ptr_nonnull(p);
	p = host_realloc(p, 100);
	p[99] = 1;
	host_free(p);
	ck_assert_uint_eq(z[7], 0);
	host_free(z);
	big[(1ull << 40) - 1] = 1;
	ck_assert_uint_eq(big[0], 0);
}
END_TEST

START_TEST(test_mutant_when_switched_on_then_by_its_name_only)
{
	/* Why: a mutant must be asked for by name. How: the one that is on, another name. */
	ck_assert(host_mutant("early-unpin"));
	ck_assert(!host_mutant("stale-tce"));
}
END_TEST

static void main_firmware(struct sim *s, void *arg)
{
	host_u64 args[HOST_FIRMWARE_ARGS] = {OPAL_PCI_SET_PE};
	sim_ps before = sim_now(s);

	(void)arg;
	ck_assert_int_eq(host_firmware(OPAL_CHECK_TOKEN, args), 1);
	ck_assert_uint_eq(sim_now(s) - before, cfg_u64(cfg, "kernel.cost.opal"));
	ck_assert_uint_eq(host_firmware_base(), FAKE_RAM_BYTES - (16ull << 20));
	finished = true;
}

START_TEST(test_firmware_when_called_then_costs_its_entry)
{
	/* Why: every OPAL call costs at least the way in and out. How: a call that touches no register. */
	run(main_firmware);
	ck_assert_uint_eq(stat("opal_count"), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kernel-model.host");
	TCase *tc = tcase_create("host");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_charge_in_a_task_then_time_passes_and_is_counted);
	tcase_add_test(tc, test_charge_without_task_then_no_time_but_counted);
	tcase_add_test(tc, test_charge_without_kernel_then_ignored);
	tcase_add_test(tc, test_block_when_woken_or_deadline_then_at_that_instant);
	tcase_add_test(tc, test_mmio_when_phb_register_then_swapped_and_device_not);
	tcase_add_test(tc, test_log_when_more_than_kept_then_first_ones_and_count);
	tcase_add_test(tc, test_finding_when_warn_then_warning_and_all_else_violation);
	tcase_add_test(tc, test_page_when_listened_to_then_passed_on_and_counted);
	tcase_add_test(tc, test_irq_when_machine_raises_then_kernel_gets_it);
	tcase_add_test(tc, test_heap_when_zero_or_reserved_then_usable);
	tcase_add_test(tc, test_mutant_when_switched_on_then_by_its_name_only);
	tcase_add_test(tc, test_firmware_when_called_then_costs_its_entry);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_eeh.c - the kernel's own EEH code on a fake machine: a test freezes a PE as hardware does, by its
 * state table, and raises the PHB's error interrupt; what comes of it is the hosted eeh*.c's and eeh-powernv.c's doing.
 */
#include "vfio_fixture.h"

#include "hw/regs/dma_engine_regs.h"
#include "kernel-model/engine.h"

#define FUNCTION_NAME "0000:03:00.0"
#define LINK_RETRY_MS 2000u
#define INJECT_LOAD 0u /* EEH_ERR_FUNC_LD_MEM_ADDR of asm/eeh.h */
#define INJECT_LAST 19u

static struct fake_function *function;
static uint64_t *pesta, *pestb;

/* The first function looks like a dma-engine, whose only register is its name: a driver of the kernel's own takes it. */
static void engine_appears(void)
{
	uint64_t id = DMA_ENGINE_ID_VALUE;

	function = &fake->phb[0].function[0][0];
	fake_config_set(function, PCI_REG_VENDOR_ID, DMA_ENGINE_DEVICE_ID << 16 | DMA_ENGINE_VENDOR_ID, 4);
	memcpy(function->bar + DMA_ENGINE_ID, &id, sizeof(id));
}

static void look_up(void)
{
	char name[32];
	unsigned int phb;

	ck_assert_int_eq(ops->device_info(0, name, sizeof(name), &group, &phb, &pe, &rid), 0);
	ck_assert_str_eq(name, FUNCTION_NAME);
	pesta = &fake->phb[0].ioda[IODA2_TBL_PESTA][pe];
	pestb = &fake->phb[0].ioda[IODA2_TBL_PESTB][pe];
}

static void start(const char *driver)
{
	engine_appears();
	boot();
	look_up();
	if (driver)
		ck_assert_int_eq(ops->set_driver(FUNCTION_NAME, driver), 0);
	proc_start();
}

static void error_interrupt(void)
{
	fake->platform.irq_fn(fake->platform.irq_arg, fake->platform.phb[0].irq_base + PHB3_LSI_ER);
}

static void freeze(void)
{
	*pesta = IODA2_PESTA_MMIO_FROZEN;
	*pestb = IODA2_PESTB_DMA_STOPPED;
}

/* Lines of the kernel log that hold @text; when the last of them was written. */
static unsigned int logged(const char *text, sim_ps *last_ps)
{
	unsigned int count = 0;
	const char *line;
	sim_ps when_ps;

	for (size_t i = 0; (line = kernel_log_line(kernel, i, &when_ps)); i++) {
		if (!strstr(line, text))
			continue;
		count++;
		if (last_ps)
			*last_ps = when_ps;
	}
	return count;
}

static void wait_ms(unsigned int ms)
{
	sim_task_block_until(sim, sim_now(sim) + ms * SIM_PS_PER_MS);
}

/* Until the kernel has recovered @times times. */
static void await_recovery(unsigned int times)
{
	for (unsigned int i = 0; i < 2 * LINK_RETRY_MS && logged("EEH: Recovery successful", NULL) < times; i++)
		wait_ms(10);
	ck_assert_uint_eq(logged("EEH: Recovery successful", NULL), times);
}

static void finish(void)
{
	ops->proc_exit(proc);
	finished = true;
}

static void main_unowned(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	start(NULL);
	for (unsigned int times = 1; times <= 2; times++) {
		freeze();
		error_interrupt();
		await_recovery(times);
		ck_assert_uint_eq(*pesta | *pestb, 0);
	}
	ck_assert_uint_eq(logged("EEH: Frozen PE#fb on PHB#0 detected", NULL), 2);
	ck_assert_uint_eq(logged("vfio-pci driver reports: 'can recover'", NULL), 2);
	ck_assert_uint_ne(logged("PHB3 PHB#0 Diag-data", NULL), 0);
	ck_assert_uint_eq(function->resets, 0);
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_freeze_when_vfio_device_is_not_open_then_kernel_thaws_it_each_time)
{
	/*
	 * Why: nobody else would recover it; the event must come again after it was handled. How: twice, vfio-pci bound,
	 * which wants no reset; the state table is clear, nothing is left.
	 */
	run(main_unowned);
}
END_TEST

static long eeh_op(uint32_t op, uint32_t type, uint32_t func)
{
	struct vfio_eeh_pe_op arg = {.argsz = sizeof(arg), .op = op};

	arg.err.type = type;
	arg.err.func = func;
	return call(container_fd, VFIO_EEH_PE_OP, &arg, sizeof(arg));
}

static void main_owned(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	start(NULL);
	device_open(0);
	ck_assert_int_eq(eeh_op(VFIO_EEH_PE_ENABLE, 0, 0), 0);
	freeze();
	error_interrupt();
	wait_ms(LINK_RETRY_MS);
	ck_assert_uint_ne(*pesta & IODA2_PESTA_MMIO_FROZEN, 0);
	ck_assert_uint_ne(*pestb & IODA2_PESTB_DMA_STOPPED, 0);
	ck_assert_uint_eq(logged("EEH: Recovering", NULL), 0);
	ck_assert_int_eq(eeh_op(VFIO_EEH_PE_GET_STATE, 0, 0), VFIO_EEH_PE_STATE_STOPPED);
	/* Giving it back thaws it (eeh_dev_release()). */
	device_close();
	ck_assert_uint_eq(*pesta | *pestb, 0);
	finish();
}

START_TEST(test_freeze_when_process_has_device_then_kernel_leaves_it_alone)
{
	/* Why: who has the PE recovers it. How: the interrupt changes nothing; the last close does. */
	run(main_owned);
}
END_TEST

static void main_reset(struct sim *s, void *arg)
{
	uint32_t bar, address;
	sim_ps begin_ps, end_ps = 0;

	(void)s;
	(void)arg;
	start(KM_ENGINE_RESET);
	bar = fake_config_get(function, PCI_REG_BAR0, 4);
	address = fake_config_get(function, FAKE_MSI_AT + 8, 4);
	ck_assert_uint_ne(bar, 0);
	ck_assert_uint_ne(address, 0);
	freeze();
	begin_ps = sim_now(sim);
	error_interrupt();
	await_recovery(1);
	ck_assert_uint_eq(function->resets, 1);
	ck_assert_uint_eq(*pesta | *pestb, 0);
	ck_assert_uint_eq(fake_config_get(function, PCI_REG_BAR0, 4), bar);
	ck_assert_uint_eq(fake_config_get(function, FAKE_MSI_AT + 8, 4), address);
	ck_assert_uint_eq(fake_config_get(function, FAKE_MSI_AT + PCI_MSI_CONTROL, 2) & PCI_MSI_CONTROL_ENABLE, 1);
	ck_assert_uint_eq(fake_config_get(function, PCI_REG_COMMAND, 2) & 6, 6);
	ck_assert_uint_eq(logged("engine driver reports: 'need reset'", NULL), 1);
	ck_assert_uint_eq(logged("Invoking engine->slot_reset()", NULL), 1);
	/* Hold and settle times of firmware's slot reset. */
	ck_assert_uint_eq(logged("EEH: Recovery successful", &end_ps), 1);
	ck_assert_uint_ge(end_ps - begin_ps, 2050 * SIM_PS_PER_MS);
	finish();
}

START_TEST(test_freeze_when_driver_asks_for_reset_then_slot_is_reset_and_state_is_back)
{
	/* Why: what a reset takes, EEH and the driver give back. How: one reset; BAR, MSI and command register as before. */
	run(main_reset);
}
END_TEST

static void main_thaw(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	start(KM_ENGINE_THAW);
	freeze();
	error_interrupt();
	await_recovery(1);
	ck_assert_uint_eq(function->resets, 0);
	ck_assert_uint_eq(*pesta | *pestb, 0);
	ck_assert_uint_eq(logged("Invoking engine-thaw->mmio_enabled()", NULL), 1);
	ck_assert_uint_eq(logged("engine: ready again", NULL), 1);
	finish();
}

START_TEST(test_freeze_when_driver_can_go_on_then_thawed_in_two_steps_without_reset)
{
	/* Why: the other way of pci-error-recovery.rst. How: registers, callback, DMA; no reset is seen by the function. */
	run(main_thaw);
}
END_TEST

static int engine_open(void)
{
	return (int)ops->open(proc, KM_ENGINE_PATH FUNCTION_NAME, 2);
}

static void main_hotplug(struct sim *s, void *arg)
{
	sim_ps begin_ps, end_ps = 0;
	int fd, before;

	(void)s;
	(void)arg;
	start(KM_ENGINE_UNAWARE);
	before = ops->device_count();
	fd = engine_open();
	ck_assert_int_ge(fd, 0);
	freeze();
	begin_ps = sim_now(sim);
	error_interrupt();
	wait_ms(1000);
	/* It is gone while the bus is reset; who has its node finds out. */
	ck_assert_int_eq(ops->device_count(), before - 1);
	ck_assert_int_eq(engine_open(), -ENOENT);
	ck_assert_int_eq(ops->read(proc, fd, arg_va, 1), -ENODEV);
	ck_assert_int_eq(ops->close(proc, fd), 0);
	await_recovery(1);
	ck_assert_uint_eq(logged("EEH: Recovery successful", &end_ps), 1);
	ck_assert_uint_ge(end_ps - begin_ps, 7050 * SIM_PS_PER_MS);
	ck_assert_int_eq(ops->device_count(), before);
	look_up();
	ck_assert_uint_eq(*pesta | *pestb, 0);
	ck_assert_uint_eq(function->resets, 1);
	ck_assert_uint_ne(fake_config_get(function, PCI_REG_BAR0, 4), 0);
	ck_assert_uint_eq(fake_config_get(function, PCI_REG_COMMAND, 2) & 6, 6);
	ck_assert_uint_eq(logged("engine: probed", NULL), 2);
	fd = engine_open();
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ops->close(proc, fd), 0);
	/* It can be given to a process again. */
	ck_assert_int_eq(ops->set_driver(FUNCTION_NAME, "vfio-pci"), 0);
	device_open(0);
	device_close();
	finish();
}

START_TEST(test_freeze_when_driver_has_no_callbacks_then_removed_reset_and_probed_again)
{
	/*
	 * Why: that is how drivers without callbacks survive. How: the function and its node go; after the reset and five seconds
	 * they are back, with a BAR, a PE and a group; VFIO can have it.
	 */
	run(main_hotplug);
}
END_TEST

static void main_permanent(struct sim *s, void *arg)
{
	int before;

	(void)s;
	(void)arg;
	start(NULL);
	before = ops->device_count();
	for (unsigned int times = 1; times <= 5; times++) {
		freeze();
		error_interrupt();
		await_recovery(times);
	}
	freeze();
	error_interrupt();
	wait_ms(LINK_RETRY_MS);
	ck_assert_uint_eq(logged("has failed 6 times in the last hour and has been permanently disabled", NULL), 1);
	ck_assert_int_eq(ops->device_count(), before - 1);
	finish();
}

START_TEST(test_freeze_when_sixth_within_an_hour_then_device_is_removed_for_good)
{
	/* Why: eeh_max_freezes counts by the kernel's clock, which is simulated time. How: five recoveries, then none. */
	run(main_permanent);
}
END_TEST

static void read_counters(char *text, size_t bytes)
{
	int fd = (int)ops->open(proc, "/proc/powerpc/eeh", 0);
	long got;

	ck_assert_int_ge(fd, 0);
	got = ops->read(proc, fd, arg_va, bytes - 1);
	ck_assert_int_gt(got, 0);
	ck_assert_int_eq(ops->user_load(proc, arg_va, text, (unsigned long long)got), 0);
	text[got] = 0;
	ck_assert_int_eq(ops->close(proc, fd), 0);
}

static void main_checked(struct sim *s, void *arg)
{
	struct km_engine_job job = {.bytes = KM_ENGINE_BUFFER_BYTES, .flags = KM_ENGINE_LOOK};
	char text[512];
	int fd;

	(void)s;
	(void)arg;
	start(KM_ENGINE_THAW);
	fd = engine_open();
	ck_assert_int_ge(fd, 0);
	/* All ones, but nothing is frozen. */
	memset(function->bar + DMA_ENGINE_ID, 0xff, 8);
	ck_assert_int_eq(call(fd, KM_ENGINE_RUN, &job, sizeof(job)), -EIO);
	read_counters(text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "eeh_total_mmio_ffs=1\n"));
	ck_assert_ptr_nonnull(strstr(text, "eeh_false_positives=1\n"));
	ck_assert_ptr_nonnull(strstr(text, "eeh_slot_resets=0\n"));
	/* Frozen, and no interrupt tells. */
	freeze();
	ck_assert_int_eq(call(fd, KM_ENGINE_RUN, &job, sizeof(job)), -EIO);
	engine_appears();
	await_recovery(1);
	ck_assert_uint_eq(*pesta | *pestb, 0);
	read_counters(text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "no device=0\n"));
	ck_assert_ptr_nonnull(strstr(text, "eeh_total_mmio_ffs=2\n"));
	ck_assert_ptr_nonnull(strstr(text, "eeh_slot_resets=1\n"));
	ck_assert_int_eq(ops->close(proc, fd), 0);
	finish();
}

START_TEST(test_load_when_all_ones_then_firmware_is_asked_whether_frozen)
{
	/*
	 * Why: detection by a driver's own load is EEH's other half; the address must lead to its function. How: a false alarm
	 * counts as one, a freeze is recovered without an interrupt.
	 */
	run(main_checked);
}
END_TEST

static void main_inject(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	start(NULL);
	device_open(0);
	ck_assert_int_eq(eeh_op(VFIO_EEH_PE_INJECT_ERR, 0, INJECT_LOAD), 0);
	ck_assert_uint_eq(fake->phb[0].reg[PHB_PAPR_ERR_INJ_CTL / 8] & PHB_PAPR_ERR_INJ_CTL_OUTB, PHB_PAPR_ERR_INJ_CTL_OUTB);
	ck_assert_int_eq(eeh_op(VFIO_EEH_PE_INJECT_ERR, 0, INJECT_LAST + 1), -EINVAL);
	/* The generic check of the type went with 6.10 or before; powernv's own answers otherwise. */
	ck_assert_int_eq(eeh_op(VFIO_EEH_PE_INJECT_ERR, 7, INJECT_LOAD),
			 strcmp(kernel_under_test->name, "linux-6.1") ? -ERANGE : -EINVAL);
	ck_assert_int_eq(eeh_op(VFIO_EEH_PE_INJECT_ERR + 1, 0, 0), -EINVAL);
	ck_assert_int_eq(eeh_op(VFIO_EEH_PE_DISABLE, 0, 0), 0);
	device_close();
	finish();
}

START_TEST(test_inject_when_asked_then_registers_of_phb_or_each_kernels_error)
{
	/* Why: the call goes down to the PHB; kernels differ in what they refuse. How: registers, and two bad arguments. */
	run(main_inject);
}
END_TEST

static long debugfs_write(const char *file, const char *text)
{
	int fd = (int)ops->open(proc, file, 1);
	long ret;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ops->user_store(proc, arg_va, text, strlen(text) + 1), 0);
	ret = ops->write(proc, fd, arg_va, strlen(text) + 1);
	ck_assert_int_eq(ops->close(proc, fd), 0);
	return ret;
}

static void main_debugfs(struct sim *s, void *arg)
{
	static const char injct[] = "/sys/kernel/debug/powerpc/PCI0000/err_injct";
	static const char recover[] = "/sys/kernel/debug/powerpc/eeh_force_recover";

	(void)s;
	(void)arg;
	start(NULL);
	ck_assert_int_eq(ops->open(proc, "/sys/kernel/debug/powerpc/nothing", 1), -ENOENT);
	ck_assert_int_eq(debugfs_write(injct, "what"), -EINVAL);
	ck_assert_int_eq(debugfs_write(injct, "77:0:0:0:0"), -ENODEV);
	ck_assert_int_eq(debugfs_write(injct, "fb:0:0:0:0"), 11);
	ck_assert_uint_ne(fake->phb[0].reg[PHB_PAPR_ERR_INJ_CTL / 8], 0);
	/* "Recover PE fb of PHB 0": it need not be frozen. */
	ck_assert_int_eq(debugfs_write(recover, "0:fb"), 5);
	await_recovery(1);
	finish();
}

START_TEST(test_debugfs_when_written_then_kernels_own_handlers_run)
{
	/* Why: these files are how people test EEH on a machine. How: bad and good injections, a forced recovery. */
	run(main_debugfs);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("eeh");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_freeze_when_vfio_device_is_not_open_then_kernel_thaws_it_each_time);
	tcase_add_test(tc, test_freeze_when_process_has_device_then_kernel_leaves_it_alone);
	tcase_add_test(tc, test_freeze_when_driver_asks_for_reset_then_slot_is_reset_and_state_is_back);
	tcase_add_test(tc, test_freeze_when_driver_can_go_on_then_thawed_in_two_steps_without_reset);
	tcase_add_test(tc, test_freeze_when_driver_has_no_callbacks_then_removed_reset_and_probed_again);
	tcase_add_test(tc, test_freeze_when_sixth_within_an_hour_then_device_is_removed_for_good);
	tcase_add_test(tc, test_load_when_all_ones_then_firmware_is_asked_whether_frozen);
	tcase_add_test(tc, test_inject_when_asked_then_registers_of_phb_or_each_kernels_error);
	tcase_add_test(tc, test_debugfs_when_written_then_kernels_own_handlers_run);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kernel-model.eeh", add);
}

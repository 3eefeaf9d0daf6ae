// SPDX-License-Identifier: GPL-2.0-only
/* Suite vfio-model.vfm_device: opening a device, every way in which that can fail, BAR0, interrupts, sPAPR and EEH
 * calls. */
#include "tests/vfio-model/fake_kernel.h"

#include <linux/pci_regs.h>

#define NAME "0000:03:00.0"

static struct rig rig;

static void setup(void)
{
	rig_open(&rig);
}

static void teardown(void)
{
	rig_close(&rig);
}

/** struct attempt - an open: its result, and what it left open and mapped before the process ended. */
struct attempt {
	const char *name;
	int err;
	uint32_t files, maps;
	struct vfm_device dev;
};

static void main_open(struct vfm_proc *proc, void *arg)
{
	struct attempt *attempt = arg;

	attempt->err = vfm_device_open(proc, attempt->name, VFIO_SPAPR_TCE_v2_IOMMU, &attempt->dev);
	attempt->files = fake->open_files;
	attempt->maps = fake->maps - 1; /* the argument area stays */
}

START_TEST(test_open_when_all_goes_well_then_device_is_in_hand)
{
	/* Group, PE and RID are those of the device that was asked for, and memory and bus mastering are switched on.
	 */
	struct attempt attempt = {.name = NAME};

	rig_run(&rig, main_open, &attempt);
	ck_assert_int_eq(attempt.err, 0);
	ck_assert_uint_eq(attempt.files, 4);
	ck_assert_uint_eq(attempt.maps, 1);
	ck_assert_int_eq(attempt.dev.group, 11);
	ck_assert_uint_eq(attempt.dev.pe, 6);
	ck_assert_uint_eq(attempt.dev.rid, 0x300);
	ck_assert_uint_eq(attempt.dev.bar0_bytes, FAKE_BAR_BYTES);
	ck_assert_str_eq(fake->last_open, "/dev/vfio/11");
	ck_assert_uint_eq(fake->config[PCI_COMMAND], PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}
END_TEST

START_TEST(test_open_when_nth_call_fails_then_nothing_stays_open)
{
	/* Fail the 2nd, 3rd, ... call until an open passes without one: each failure must close all that was opened. */
	uint32_t failures = 0;

	for (uint32_t n = 2;; n++) {
		struct attempt attempt = {.name = NAME};
		char name[16];

		snprintf(name, sizeof(name), "A%u", n);
		fake->fail_at = n;
		fake->calls = 0;
		fake->open_files = fake->maps = 0;
		fake->mem_used = 0;
		(void)vfm_proc_start(rig.vfm, name, 0, main_open, &attempt);
		(void)sim_run(rig.sim, SIM_PS_NEVER);
		if (!attempt.err)
			break;
		failures++;
		ck_assert_msg(attempt.err == -EIO, "call %u: %d", n, attempt.err);
		ck_assert_msg(!attempt.files && !attempt.maps, "call %u: %u files, %u maps left", n, attempt.files,
			      attempt.maps);
	}
	/* open, version, extension; open, status, container, iommu; fd, info, region, mmap, config, pread, pwrite,
	 * irq... */
	ck_assert_uint_eq(failures, 17);
}
END_TEST

START_TEST(test_open_when_no_such_device_then_enodev)
{
	/* A name that the kernel does not offer opens nothing at all. */
	struct attempt attempt = {.name = "0000:09:00.0"};

	rig_run(&rig, main_open, &attempt);
	ck_assert_int_eq(attempt.err, -ENODEV);
	ck_assert_uint_eq(attempt.files, 0);
}
END_TEST

START_TEST(test_open_when_group_is_not_viable_then_ebusy)
{
	/* A group of which the host still uses a device must not be used. */
	struct attempt attempt = {.name = NAME};

	fake->not_viable = true;
	rig_run(&rig, main_open, &attempt);
	ck_assert_int_eq(attempt.err, -EBUSY);
	ck_assert_uint_eq(attempt.files, 0);
}
END_TEST

static void main_steps(struct vfm_proc *proc, void *arg)
{
	struct vfm_device dev;

	(void)arg;
	ck_assert_int_eq(vfm_device_attach(proc, NAME, VFIO_SPAPR_TCE_IOMMU, &dev), 0);
	ck_assert_uint_eq(fake->open_files, 2);
	ck_assert_int_eq(dev.device_fd, -1);
	for (uint32_t i = 0; i < 2; i++) {
		ck_assert_int_eq(vfm_device_get(&dev, NAME), 0);
		ck_assert_uint_eq(fake->open_files, 4);
		ck_assert_uint_eq(fake->maps - 1, 1);
		vfm_device_put(&dev);
		ck_assert_uint_eq(fake->open_files, 2);
		ck_assert_uint_eq(fake->maps - 1, 0);
	}
	vfm_device_close(&dev);
	ck_assert_uint_eq(fake->open_files, 0);
}

START_TEST(test_open_when_in_steps_then_the_function_comes_and_goes_and_the_container_stays)
{
	/* Who gives a function back and takes it anew keeps container and group; after the last step nothing is open. */
	rig_run(&rig, main_steps, NULL);
}
END_TEST

static void main_bar(struct vfm_proc *proc, void *arg)
{
	struct vfm_device dev;

	(void)arg;
	ck_assert_int_eq(vfm_device_open(proc, NAME, VFIO_SPAPR_TCE_v2_IOMMU, &dev), 0);
	vfm_bar0_write(&dev, 0x18, 0x1122334455667788, 8);
	ck_assert_uint_eq(fake->bar[0x18], 0x88);
	ck_assert_uint_eq(fake->bar[0x1f], 0x11);
	ck_assert_uint_eq(vfm_bar0_read(&dev, 0x18, 8), 0x1122334455667788);
	ck_assert_uint_eq(vfm_bar0_read(&dev, 0x1c, 4), 0x11223344);
	vfm_bar0_write(&dev, 0x18, 0xffaa, 2);
	ck_assert_uint_eq(vfm_bar0_read(&dev, 0x18, 4), 0x5566ffaa);
	if (fake->bar_can_map)
		ck_assert_uint_eq(vfm_bar0_read(&dev, FAKE_BAR_BYTES, 4), UINT32_MAX);
	fake->eventfd_count = 3;
	ck_assert_int_eq(vfm_device_irq_wait(&dev), 3);
	vfm_device_close(&dev);
	vfm_device_close(&dev);
	ck_assert_uint_eq(fake->open_files, 0);
}

START_TEST(test_bar0_when_mapped_then_bytes_are_little_endian)
{
	/* Registers are little-endian on the bus; beyond the mapping a load reads ones and is reported. Closing twice
	 * is safe. */
	rig_run(&rig, main_bar, NULL);
	ck_assert_ptr_nonnull(finding_find(rig.sim, "process-fault"));
}
END_TEST

START_TEST(test_bar0_when_it_cannot_be_mapped_then_reached_through_the_file)
{
	/* A BAR smaller than a page has no mmap; the same accesses must work by pread and pwrite. */
	fake->bar_can_map = false;
	rig_run(&rig, main_bar, NULL);
	ck_assert_ptr_null(finding_find(rig.sim, "process-fault"));
}
END_TEST

static void answer_spapr(struct fake *kernel, uint64_t arg)
{
	struct vfio_iommu_spapr_tce_info info;
	struct vfio_iommu_spapr_tce_create create;

	if (kernel->last_cmd == VFIO_IOMMU_SPAPR_TCE_GET_INFO) {
		memcpy(&info, fake_at(arg, sizeof(info)), sizeof(info));
		ck_assert_uint_eq(info.argsz, sizeof(info));
		info.dma32_window_start = 0x1000;
		info.dma32_window_size = 0x80000000;
		memcpy(fake_at(arg, sizeof(info)), &info, sizeof(info));
	} else if (kernel->last_cmd == VFIO_IOMMU_SPAPR_TCE_CREATE) {
		memcpy(&create, fake_at(arg, sizeof(create)), sizeof(create));
		ck_assert_uint_eq(create.page_shift, 16);
		ck_assert_uint_eq(create.levels, 2);
		ck_assert_uint_eq(create.window_size, 1ull << 34);
		create.start_addr = 0x800000000000000;
		memcpy(fake_at(arg, sizeof(create)), &create, sizeof(create));
	} else if (kernel->last_cmd == VFIO_IOMMU_MAP_DMA) {
		struct vfio_iommu_type1_dma_map map;

		memcpy(&map, fake_at(arg, sizeof(map)), sizeof(map));
		ck_assert_uint_eq(map.flags, VFIO_DMA_MAP_FLAG_READ);
		ck_assert_uint_eq(map.vaddr, 0x111000);
		ck_assert_uint_eq(map.iova, 0x222000);
		ck_assert_uint_eq(map.size, 0x3000);
	} else if (kernel->last_cmd == VFIO_EEH_PE_OP) {
		struct vfio_eeh_pe_op op;

		memcpy(&op, fake_at(arg, sizeof(op)), sizeof(op));
		ck_assert_uint_eq(op.op, VFIO_EEH_PE_GET_STATE);
		ck_assert_uint_eq(op.flags, 0);
	}
}

static void main_spapr(struct vfm_proc *proc, void *arg)
{
	struct vfm_device dev = {.proc = proc, .container_fd = 3};
	uint64_t start = 7, bytes = 7;

	(void)arg;
	fake->patch = answer_spapr;
	ck_assert_int_eq(vfm_spapr_get_info(&dev, &start, &bytes), 0);
	ck_assert_uint_eq(start, 0x1000);
	ck_assert_uint_eq(bytes, 0x80000000);
	ck_assert_int_eq(vfm_spapr_create(&dev, 16, 1ull << 34, 2, &start), 0);
	ck_assert_uint_eq(start, 0x800000000000000);
	ck_assert_int_eq(vfm_map_dma(&dev, 0x111000, 0x222000, 0x3000, true, false), 0);
	fake->ioctl_ret = VFIO_EEH_PE_STATE_STOPPED;
	ck_assert_int_eq(vfm_eeh(&dev, VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_STOPPED);
	fake->ioctl_ret = -EINVAL;
	start = 7;
	ck_assert_int_eq(vfm_spapr_create(&dev, 16, 1ull << 34, 2, &start), -EINVAL);
	ck_assert_int_eq(vfm_spapr_get_info(&dev, &start, &bytes), -EINVAL);
	ck_assert_uint_eq(start, 7);
	ck_assert_int_eq(vfm_spapr_register(&dev, 0x1000, 0x2000), -EINVAL);
	ck_assert_uint_eq(fake->last_cmd, VFIO_IOMMU_SPAPR_REGISTER_MEMORY);
	ck_assert_int_eq(vfm_spapr_unregister(&dev, 0x1000, 0x2000), -EINVAL);
	ck_assert_uint_eq(fake->last_cmd, VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY);
	ck_assert_int_eq(vfm_spapr_remove(&dev, 0x1000), -EINVAL);
	ck_assert_uint_eq(fake->last_cmd, VFIO_IOMMU_SPAPR_TCE_REMOVE);
	ck_assert_int_eq(vfm_spapr_enable(&dev), -EINVAL);
	ck_assert_uint_eq(fake->last_cmd, VFIO_IOMMU_ENABLE);
	ck_assert_int_eq(vfm_spapr_disable(&dev), -EINVAL);
	ck_assert_uint_eq(fake->last_cmd, VFIO_IOMMU_DISABLE);
}

START_TEST(test_spapr_when_called_then_structures_are_filled_and_read)
{
	/* Each field must go where linux/vfio.h has it; out-parameters are written on success only. */
	rig_run(&rig, main_spapr, NULL);
	ck_assert_uint_eq(fake->calls, 1 + 11);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vfio-model.vfm_device");
	TCase *tcase = tcase_create("devices");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_open_when_all_goes_well_then_device_is_in_hand);
	tcase_add_test(tcase, test_open_when_nth_call_fails_then_nothing_stays_open);
	tcase_add_test(tcase, test_open_when_no_such_device_then_enodev);
	tcase_add_test(tcase, test_open_when_group_is_not_viable_then_ebusy);
	tcase_add_test(tcase, test_open_when_in_steps_then_the_function_comes_and_goes_and_the_container_stays);
	tcase_add_test(tcase, test_bar0_when_mapped_then_bytes_are_little_endian);
	tcase_add_test(tcase, test_bar0_when_it_cannot_be_mapped_then_reached_through_the_file);
	tcase_add_test(tcase, test_spapr_when_called_then_structures_are_filled_and_read);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

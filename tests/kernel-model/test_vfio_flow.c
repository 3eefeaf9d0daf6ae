// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_vfio_flow.c - the hosted kernel end to end on a fake machine, at both page sizes: boot finds the
 * functions and gives them PEs, a process drives the whole VFIO life of one, and nothing is left behind.
 */
#include "vfio_fixture.h"

static void main_boot(struct sim *s, void *arg)
{
	unsigned int phb[2], pes[2], rids[2], i;
	int groups[2];
	char name[32];

	(void)s;
	(void)arg;
	boot();
	ck_assert_int_eq(ops->device_count(), 2);
	for (i = 0; i < 2; i++) {
		uint64_t bar = fake_config_get(&fake->phb[0].function[i][0], PCI_REG_BAR0, 4);
		const uint8_t *rtt = fake->platform.ram + (fake->phb[0].reg[PHB_RTT_BAR / 8] & PHB3_RTT_BASE_ADDRESS);
		uint64_t segment = (bar - FAKE_M32_PCI_BASE) / (FAKE_M32_BYTES / PHB3_M32_SEGMENTS);

		ck_assert_int_eq(ops->device_info((int)i, name, sizeof(name), &groups[i], &phb[i], &pes[i], &rids[i]), 0);
		ck_assert_str_eq(name, i ? "0000:04:00.0" : "0000:03:00.0");
		ck_assert_uint_eq(rids[i], FAKE_RID(i));
		ck_assert_uint_eq((unsigned int)rtt[2 * rids[i]] << 8 | rtt[2 * rids[i] + 1], pes[i]);
		ck_assert_uint_ge(bar, FAKE_M32_PCI_BASE);
		ck_assert_uint_eq(ppc_get(IODA2_M32DT_PE, fake->phb[0].ioda[IODA2_TBL_M32DT][segment]), pes[i]);
		/* A default 32-bit window and bypass, as the kernel leaves an unowned PE. */
		ck_assert_uint_ne(ppc_get(IODA2_TVT_TABLE_SIZE, fake->phb[0].ioda[IODA2_TBL_TVT][2 * pes[i]]), 0);
		ck_assert_uint_eq(fake->phb[0].ioda[IODA2_TBL_TVT][2 * pes[i] + 1] & IODA2_TVT_REAL, IODA2_TVT_REAL);
	}
	ck_assert_int_ne(groups[0], groups[1]);
	ck_assert_uint_ne(pes[0], pes[1]);
	ck_assert_int_eq(ops->device_info(2, name, sizeof(name), groups, phb, pes, rids), -ENODEV);
	/* The same object cannot boot again. */
	ck_assert_int_eq(kernel_boot(kernel), -EBUSY);
	finished = true;
}

START_TEST(test_boot_when_two_functions_then_each_has_pe_group_segment)
{
	/* Why: isolation starts with one PE per function. How: tables in the PHB and in RAM after boot. */
	run(main_boot);
}
END_TEST

static void main_life(struct sim *s, void *arg)
{
	struct vfio_iommu_spapr_tce_info info = {.argsz = sizeof(info)};
	struct vfio_iommu_spapr_tce_create create = {.argsz = sizeof(create)};
	struct vfio_iommu_spapr_tce_remove rm = {.argsz = sizeof(rm)};
	struct km_account account;
	uint64_t buffer, at, kill;
	unsigned int shift = page_bytes == 65536 ? 16 : 12;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info, sizeof(info)), 0);
	ck_assert_uint_ne(info.ddw.pgsizes & 1ull << shift, 0);

	buffer = buffer_map(BUFFER_BYTES);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, buffer, BUFFER_BYTES), 0);
	ops->account(&account);
	ck_assert_uint_eq(account.pins, BUFFER_BYTES / page_bytes);
	create.page_shift = shift;
	create.window_size = WINDOW_BYTES;
	create.levels = 2;
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_CREATE, &create, sizeof(create)), 0);
	ck_assert_uint_eq(create.start_addr, 1ull << 59);

	ck_assert_int_eq(map_dma(buffer, create.start_addr, BUFFER_BYTES), 0);
	for (at = 0; at < BUFFER_BYTES; at += page_bytes)
		ck_assert_uint_eq(tce_of(create.start_addr + at), ops->user_real(proc, buffer + at) | 3);
	ck_assert_int_eq(unmap_dma(create.start_addr, BUFFER_BYTES), 0);
	ck_assert_uint_eq(tce_of(create.start_addr) & 3, 0);
	/* The kernel's own MMIO: the last kill names the last page and the PE, as the big-endian register reads it. */
	kill = PHB_TCE_KILL_ONE | (create.start_addr + BUFFER_BYTES - (1ull << shift)) | pe;
	ck_assert_uint_eq(fake->phb[0].reg[PHB_TCE_KILL / 8], kill);

	rm.start_addr = create.start_addr;
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_REMOVE, &rm, sizeof(rm)), 0);
	ck_assert_uint_eq(fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe + 1], 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, buffer, BUFFER_BYTES), 0);
	device_close();
	ck_assert_uint_eq(ops->proc_locked_vm(proc), 0);
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_flow_when_register_create_map_unmap_close_then_nothing_left)
{
	/* Why: the story of first light, without hardware. How: TCEs in RAM, the kill register, accounts at the end. */
	run(main_life);
}
END_TEST

static void main_exit(struct sim *s, void *arg)
{
	uint64_t buffer;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(1);
	buffer = buffer_map(BUFFER_BYTES);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, buffer, BUFFER_BYTES), 0);
	ck_assert_int_eq(map_dma(buffer, 0, BUFFER_BYTES), 0);
	ck_assert_uint_eq(tce_of(0), ops->user_real(proc, buffer) | 3);
	ops->proc_exit(proc);
	/* Its window is gone, the kernel's default is back. */
	ck_assert_uint_eq(tce_of(0), 0);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_flow_when_process_dies_with_everything_mapped_then_nothing_left)
{
	/* Why: exit must clean up what the process did not. How: leave it registered, mapped and open. */
	run(main_exit);
}
END_TEST

static void main_device(struct sim *s, void *arg)
{
	struct vfio_device_info info = {.argsz = offsetof(struct vfio_device_info, num_irqs) + 4};
	struct vfio_region_info bar = {.argsz = sizeof(bar), .index = VFIO_PCI_BAR0_REGION_INDEX};
	struct vfio_region_info config = {.argsz = sizeof(config), .index = VFIO_PCI_CONFIG_REGION_INDEX};
	struct vfio_irq_info irq = {.argsz = sizeof(irq), .index = VFIO_PCI_MSI_IRQ_INDEX};
	struct fake_function *f = &fake->phb[0].function[0][0];
	uint32_t word = 0x12345678;
	long long bar_va;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	ck_assert_int_eq(call(device_fd, VFIO_DEVICE_GET_INFO, &info, info.argsz), 0);
	ck_assert_uint_eq(info.flags & (VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET),
			  VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET);
	ck_assert_int_eq(call(device_fd, VFIO_DEVICE_GET_REGION_INFO, &bar, sizeof(bar)), 0);
	ck_assert_uint_eq(bar.size, FAKE_BAR_BYTES);
	ck_assert_int_eq(call(device_fd, VFIO_DEVICE_GET_REGION_INFO, &config, sizeof(config)), 0);
	ck_assert_uint_eq(config.size, PCI_CONFIG_BYTES);
	ck_assert_int_eq(call(device_fd, VFIO_DEVICE_GET_IRQ_INFO, &irq, sizeof(irq)), 0);
	ck_assert_uint_eq(irq.count, 1);

	/* BAR by pwrite and by mapping meet in the device, little-endian. */
	ck_assert_int_eq(ops->user_store(proc, arg_va, &word, 4), 0);
	ck_assert_int_eq(ops->pwrite(proc, device_fd, arg_va, 4, bar.offset + 8), 4);
	ck_assert_uint_eq(f->bar[8], 0x78);
	bar_va = ops->mmap(proc, 0, bar.size, KM_PROT_READ | KM_PROT_WRITE, KM_MAP_SHARED, device_fd, bar.offset);
	ck_assert_int_gt(bar_va, 0);
	word = 0;
	ck_assert_int_eq(ops->user_load(proc, (uint64_t)bar_va + 8, &word, 4), 0);
	ck_assert_uint_eq(word, 0x12345678);
	ck_assert_int_eq(ops->mmap(proc, 0, 2 * bar.size, KM_PROT_READ, KM_MAP_SHARED, device_fd, bar.offset), -EINVAL);

	/* Bus master through configuration space; a BAR there is virtual. */
	word = PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER;
	ck_assert_int_eq(ops->user_store(proc, arg_va, &word, 2), 0);
	ck_assert_int_eq(ops->pwrite(proc, device_fd, arg_va, 2, config.offset + PCI_REG_COMMAND), 2);
	ck_assert_uint_eq(fake_config_get(f, PCI_REG_COMMAND, 2) & PCI_COMMAND_BUS_MASTER, PCI_COMMAND_BUS_MASTER);
	word = 0xffffffff;
	ck_assert_int_eq(ops->user_store(proc, arg_va, &word, 4), 0);
	ck_assert_int_eq(ops->pwrite(proc, device_fd, arg_va, 4, config.offset + PCI_REG_BAR0), 4);
	ck_assert_int_eq(ops->pread(proc, device_fd, arg_va, 4, config.offset + PCI_REG_BAR0), 4);
	ck_assert_int_eq(ops->user_load(proc, arg_va, &word, 4), 0);
	ck_assert_uint_eq(word, ~(FAKE_BAR_BYTES - 1));
	ck_assert_uint_ne(fake_config_get(f, PCI_REG_BAR0, 4), word);
	ck_assert_int_eq(ops->pread(proc, device_fd, arg_va, 4, config.offset + PCI_CONFIG_BYTES), -EINVAL);
	ck_assert_int_eq(ops->read(proc, container_fd, arg_va, 4), -EINVAL);

	ck_assert_int_eq(ops->ioctl(proc, device_fd, VFIO_DEVICE_RESET, 0), 0);
	ck_assert_uint_eq(f->flrs, 1);
	ck_assert_int_eq(ops->munmap(proc, (uint64_t)bar_va, bar.size), 0);
	device_close();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_device_when_regions_are_used_then_as_vfio_pci)
{
	/* Why: programs rely on vfio-pci's answers. How: BAR by call and by mapping, config space, reset, errors. */
	run(main_device);
}
END_TEST

/* The device sends its MSI: the machine raises the interrupt that the address and data name. */
static struct sim_event msi_event;

static void msi_fire(struct sim *s, struct sim_event *event)
{
	struct fake_function *f = &fake->phb[0].function[0][0];
	uint64_t address = fake_config_get(f, FAKE_MSI_AT + PCI_MSI_ADDRESS, 4) |
			   (uint64_t)fake_config_get(f, FAKE_MSI_AT + PCI_MSI_ADDRESS_HIGH, 4) << 32;
	uint32_t vector = (uint32_t)(address >> 4 & 0xffff) | (fake_config_get(f, FAKE_MSI_AT + PCI_MSI_DATA, 2) & 0x1f);

	(void)s;
	(void)event;
	ck_assert_uint_eq(address >> 60, 1);
	fake->platform.irq_fn(fake->platform.irq_arg, fake->platform.phb[0].irq_base + vector);
}

static void main_irq(struct sim *s, void *arg)
{
	struct {
		struct vfio_irq_set hdr;
		int32_t fd;
	} set = {.hdr = {.argsz = sizeof(set), .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			 .index = VFIO_PCI_MSI_IRQ_INDEX, .count = 1}};
	struct fake_function *f = &fake->phb[0].function[0][0];
	uint64_t ive, value = 0;
	sim_ps asked_ps;

	(void)arg;
	boot();
	proc_start();
	device_open(0);
	set.fd = (int)ops->eventfd(proc, 0, 0);
	ck_assert_int_ge(set.fd, 0);
	ck_assert_int_eq(call(device_fd, VFIO_DEVICE_SET_IRQS, &set, sizeof(set)), 0);
	ck_assert_uint_eq(fake_config_get(f, FAKE_MSI_AT + PCI_MSI_CONTROL, 2) & PCI_MSI_CONTROL_ENABLE, 1);
	/* Vector 0 belongs to the PE and is not masked. */
	ive = ram_be64(fake->phb[0].reg[PHB3_IVT_BAR / 8] & PHB3_IVT_BASE_ADDRESS);
	ck_assert_uint_eq(ppc_get(IODA2_IVE_PE, ive), pe);
	ck_assert_uint_ne(ppc_get(IODA2_IVE_PRIORITY, ive), IODA2_IVE_PRIORITY_MASKED);

	sim_event_init(&msi_event, msi_fire, SIM_PRIO_IRQ);
	sim_event_after(s, &msi_event, 50 * SIM_PS_PER_US);
	asked_ps = sim_now(s);
	ck_assert_int_eq(ops->read(proc, set.fd, arg_va, 8), 8);
	ck_assert_uint_ge(sim_now(s), asked_ps + 50 * SIM_PS_PER_US);
	ck_assert_int_eq(ops->user_load(proc, arg_va, &value, 8), 0);
	ck_assert_uint_eq(value, 1);
	ck_assert_int_eq(ops->close(proc, set.fd), 0);
	device_close();
	/* The last close takes the interrupt away. */
	ck_assert_uint_eq(fake_config_get(f, FAKE_MSI_AT + PCI_MSI_CONTROL, 2) & PCI_MSI_CONTROL_ENABLE, 0);
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_irq_when_device_sends_msi_then_reader_wakes_in_simulated_time)
{
	/* Why: MSI to eventfd is the way results come back. How: a reader sleeps until the event, not a ps less. */
	run(main_irq);
}
END_TEST

static long eeh(uint32_t op)
{
	struct vfio_eeh_pe_op arg = {.argsz = offsetof(struct vfio_eeh_pe_op, err), .op = op};

	return call(container_fd, VFIO_EEH_PE_OP, &arg, sizeof(arg));
}

static void main_eeh(struct sim *s, void *arg)
{
	struct fake_function *f = &fake->phb[0].function[0][0];
	uint64_t *pesta, *pestb;
	uint32_t bar;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	pesta = &fake->phb[0].ioda[IODA2_TBL_PESTA][pe];
	pestb = &fake->phb[0].ioda[IODA2_TBL_PESTB][pe];
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_CHECK_EXTENSION, VFIO_EEH), 1);
	ck_assert_int_eq(eeh(VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_NORMAL);
	*pesta = IODA2_PESTA_MMIO_FROZEN;
	*pestb = IODA2_PESTB_DMA_STOPPED;
	ck_assert_int_eq(eeh(VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_STOPPED);
	ck_assert_int_eq(eeh(VFIO_EEH_PE_UNFREEZE_IO), 0);
	ck_assert_int_eq(eeh(VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_STOPPED_DMA);
	ck_assert_uint_eq(*pesta, 0);
	ck_assert_int_eq(eeh(VFIO_EEH_PE_UNFREEZE_DMA), 0);
	ck_assert_int_eq(eeh(VFIO_EEH_PE_GET_STATE), VFIO_EEH_PE_STATE_NORMAL);
	ck_assert_uint_eq(*pestb, 0);

	/* Reset: frozen while it lasts, the function reset, its BAR restored, thawed at the end. */
	bar = fake_config_get(f, PCI_REG_BAR0, 4);
	ck_assert_int_eq(eeh(VFIO_EEH_PE_RESET_HOT), 0);
	ck_assert_uint_eq(f->resets, 1);
	ck_assert_uint_eq(f->flrs, 0);
	ck_assert_uint_ne(*pesta & IODA2_PESTA_MMIO_FROZEN, 0);
	ck_assert_int_eq(eeh(VFIO_EEH_PE_RESET_DEACTIVATE), 0);
	ck_assert_uint_eq(*pesta | *pestb, 0);
	ck_assert_uint_eq(fake_config_get(f, PCI_REG_BAR0, 4), bar);
	ck_assert_int_eq(eeh(VFIO_EEH_PE_CONFIGURE), 0);
	device_close();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_eeh_when_pe_freezes_then_owner_thaws_and_resets_it)
{
	/* Why: recovery runs through the hosted EEH ioctls. How: set the freeze bits, thaw in steps, reset. */
	run(main_eeh);
}
END_TEST

static void main_refused(struct sim *s, void *arg)
{
	char name[32];
	unsigned int phb;
	int fd;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	ck_assert_int_eq(ops->open(proc, "/dev/vfio/99", 2), -ENOENT);
	ck_assert_int_eq(ops->open(proc, "/dev/null", 2), -ENOENT);
	ck_assert_int_eq(ops->close(proc, 77), -EBADF);
	ck_assert_int_eq(ops->ioctl(proc, 5000, VFIO_GET_API_VERSION, 0), -EBADF);
	fd = (int)ops->open(proc, "/dev/vfio/vfio", 2);
	ck_assert_int_eq(ops->ioctl(proc, fd, VFIO_GET_API_VERSION, 0), VFIO_API_VERSION);
	ck_assert_int_eq(ops->ioctl(proc, fd, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU), -EINVAL);
	ck_assert_int_eq(ops->close(proc, fd), 0);
	/* A group is opened once. */
	device_open(0);
	snprintf(name, sizeof(name), "/dev/vfio/%d", group);
	ck_assert_int_eq(ops->open(proc, name, 2), -EBUSY);
	/* IODA2 groups have no v1. */
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_IOMMU), -EINVAL);
	ck_assert_int_eq(ops->device_info(0, name, sizeof(name), &fd, &phb, &pe, &rid), 0);
	/* Nothing is registered: the container is not enabled. */
	ck_assert_int_eq(map_dma(0x10000000, 0, page_bytes), -EPERM);
	device_close();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_flow_when_calls_are_wrong_then_refused_and_nothing_left)
{
	/* Why: errors must not leak either. How: wrong paths, descriptors, orders. */
	run(main_refused);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("flow");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_boot_when_two_functions_then_each_has_pe_group_segment);
	tcase_add_test(tc, test_flow_when_register_create_map_unmap_close_then_nothing_left);
	tcase_add_test(tc, test_flow_when_process_dies_with_everything_mapped_then_nothing_left);
	tcase_add_test(tc, test_device_when_regions_are_used_then_as_vfio_pci);
	tcase_add_test(tc, test_irq_when_device_sends_msi_then_reader_wakes_in_simulated_time);
	tcase_add_test(tc, test_eeh_when_pe_freezes_then_owner_thaws_and_resets_it);
	tcase_add_test(tc, test_flow_when_calls_are_wrong_then_refused_and_nothing_left);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kernel-model.vfio_flow", add);
}

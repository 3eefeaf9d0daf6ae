// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_vfio_bus.c - the bus driver's edges, event descriptors, several PHBs, and two processes at once.
 */
#include "vfio_fixture.h"

#define TWO_TASKS_ROUNDS 20

struct irq_set {
	struct vfio_irq_set hdr;
	int32_t fd;
};

static long set_irqs(uint32_t flags, uint32_t index, uint32_t start, uint32_t count, int32_t fd)
{
	struct irq_set set = {.hdr = {.argsz = sizeof(set), .flags = flags, .index = index, .start = start, .count = count},
			      .fd = fd};

	return call(device_fd, VFIO_DEVICE_SET_IRQS, &set, sizeof(set));
}

#define EVENTFD (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER)
#define NONE (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER)
#define BOOL (VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER)

static uint64_t event_read(int fd)
{
	uint64_t value = 0;

	ck_assert_int_eq(ops->read(proc, fd, arg_va, 8), 8);
	ck_assert_int_eq(ops->user_load(proc, arg_va, &value, 8), 0);
	return value;
}

static void end(void)
{
	device_close();
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

static void main_set_irqs(struct sim *s, void *arg)
{
	struct fake_function *f = &fake->phb[0].function[0][0];
	int fd;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	fd = (int)ops->eventfd(proc, 0, 0);
	ck_assert_int_eq(set_irqs(EVENTFD, VFIO_PCI_MSI_IRQ_INDEX, 0, 2, fd), -EINVAL);
	ck_assert_int_eq(set_irqs(EVENTFD, VFIO_PCI_MSI_IRQ_INDEX, 1, 1, fd), -EINVAL);
	ck_assert_int_eq(set_irqs(EVENTFD, VFIO_PCI_NUM_IRQS, 0, 1, fd), -EINVAL);
	ck_assert_int_eq(set_irqs(EVENTFD, VFIO_PCI_MSIX_IRQ_INDEX, 0, 1, fd), -EINVAL);
	ck_assert_int_eq(set_irqs(VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_MASK, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, fd),
			 -ENOTTY);
	ck_assert_int_eq(set_irqs(EVENTFD, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, 99), -EBADF);
	ck_assert_int_eq(set_irqs(EVENTFD, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, device_fd), -EINVAL);
	ck_assert_int_eq(set_irqs(NONE, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, 0), -EINVAL);
	ck_assert_uint_eq(fake_config_get(f, FAKE_MSI_AT + PCI_MSI_CONTROL, 2) & PCI_MSI_CONTROL_ENABLE, 0);

	/* On; again with the same descriptor; loop-back both ways; off. */
	ck_assert_int_eq(set_irqs(EVENTFD, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, fd), 0);
	ck_assert_int_eq(set_irqs(EVENTFD, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, fd), 0);
	ck_assert_int_eq(set_irqs(NONE, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, 0), 0);
	ck_assert_int_eq(set_irqs(BOOL, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, 1), 0);
	ck_assert_int_eq(set_irqs(BOOL, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, 0), 0);
	ck_assert_uint_eq(event_read(fd), 2);
	ck_assert_int_eq(set_irqs(NONE, VFIO_PCI_MSI_IRQ_INDEX, 0, 0, 0), 0);
	ck_assert_uint_eq(fake_config_get(f, FAKE_MSI_AT + PCI_MSI_CONTROL, 2) & PCI_MSI_CONTROL_ENABLE, 0);
	ck_assert_int_eq(set_irqs(EVENTFD, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, fd), 0);
	ck_assert_int_eq(set_irqs(EVENTFD, VFIO_PCI_MSI_IRQ_INDEX, 0, 1, -1), 0);
	ck_assert_uint_eq(fake_config_get(f, FAKE_MSI_AT + PCI_MSI_CONTROL, 2) & PCI_MSI_CONTROL_ENABLE, 0);
	ck_assert_int_eq(ops->close(proc, fd), 0);
	end();
}

START_TEST(test_set_irqs_when_arguments_vary_then_as_vfio_pci)
{
	/* Why: programs probe with wrong counts and rely on the errors. How: each refusal, loop-back, replace, off. */
	run(main_set_irqs);
}
END_TEST

static void main_eventfd(struct sim *s, void *arg)
{
	const uint64_t three = 3, all = UINT64_MAX;
	int fd, semaphore;

	(void)s;
	(void)arg;
	boot();
	proc_start();
	ck_assert_int_eq(ops->eventfd(proc, 0, 0x7), -EINVAL);
	fd = (int)ops->eventfd(proc, 5, 04000); /* EFD_NONBLOCK */
	ck_assert_uint_eq(event_read(fd), 5);
	ck_assert_int_eq(ops->read(proc, fd, arg_va, 8), -EAGAIN);
	ck_assert_int_eq(ops->read(proc, fd, arg_va, 4), -EINVAL);
	ck_assert_int_eq(ops->user_store(proc, arg_va, &three, 8), 0);
	ck_assert_int_eq(ops->write(proc, fd, arg_va, 8), 8);
	ck_assert_int_eq(ops->write(proc, fd, arg_va, 8), 8);
	ck_assert_uint_eq(event_read(fd), 6);
	ck_assert_int_eq(ops->user_store(proc, arg_va, &all, 8), 0);
	ck_assert_int_eq(ops->write(proc, fd, arg_va, 8), -EINVAL);
	ck_assert_int_eq(ops->write(proc, fd, 0x10, 8), -EFAULT);
	ck_assert_int_eq(ops->ioctl(proc, fd, 0, 0), -ENOTTY);
	ck_assert_int_eq(ops->pread(proc, fd, arg_va, 8, 0), -ESPIPE);
	ck_assert_int_eq(ops->pread(proc, fd, arg_va, 8, ~0ull), -EINVAL);
	semaphore = (int)ops->eventfd(proc, 2, 1); /* EFD_SEMAPHORE */
	ck_assert_int_ne(semaphore, fd);
	ck_assert_uint_eq(event_read(semaphore), 1);
	ck_assert_uint_eq(event_read(semaphore), 1);
	/* The lowest free descriptor is given again. */
	ck_assert_int_eq(ops->close(proc, fd), 0);
	ck_assert_int_eq(ops->eventfd(proc, 0, 0), fd);
	ops->proc_exit(proc);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_eventfd_when_read_and_written_then_as_its_manual_page)
{
	/* Why: it is user space's side of interrupts. How: counter, semaphore, non-blocking, errors, reuse. */
	run(main_eventfd);
}
END_TEST

static void main_regions(struct sim *s, void *arg)
{
	struct vfio_region_info info = {.argsz = sizeof(info)};
	uint64_t bar_at, config_at;
	uint8_t bytes[8];

	(void)s;
	(void)arg;
	boot();
	proc_start();
	device_open(0);
	info.index = VFIO_PCI_BAR1_REGION_INDEX;
	ck_assert_int_eq(call(device_fd, VFIO_DEVICE_GET_REGION_INFO, &info, sizeof(info)), 0);
	ck_assert_uint_eq(info.size, 0);
	info.index = VFIO_PCI_NUM_REGIONS;
	ck_assert_int_eq(call(device_fd, VFIO_DEVICE_GET_REGION_INFO, &info, sizeof(info)), -EINVAL);
	info.index = VFIO_PCI_VGA_REGION_INDEX;
	ck_assert_int_eq(call(device_fd, VFIO_DEVICE_GET_REGION_INFO, &info, sizeof(info)), -EINVAL);
	info.index = VFIO_PCI_CONFIG_REGION_INDEX;
	info.argsz = 8;
	ck_assert_int_eq(call(device_fd, VFIO_DEVICE_GET_REGION_INFO, &info, sizeof(info)), -EINVAL);
	ck_assert_int_eq(ops->ioctl(proc, device_fd, VFIO_DEVICE_GET_REGION_INFO, 0x10), -EFAULT);
	ck_assert_int_eq(ops->ioctl(proc, device_fd, VFIO_DEVICE_PCI_HOT_RESET, arg_va), -ENOTTY);
	bar_at = (uint64_t)VFIO_PCI_BAR0_REGION_INDEX << 40;
	config_at = (uint64_t)VFIO_PCI_CONFIG_REGION_INDEX << 40;

	/* Unaligned and long reads are split; the end of a region cuts them. */
	fake->phb[0].function[0][0].bar[1] = 0x11;
	fake->phb[0].function[0][0].bar[2] = 0x22;
	fake->phb[0].function[0][0].bar[7] = 0x77;
	ck_assert_int_eq(ops->pread(proc, device_fd, arg_va, 7, bar_at + 1), 7);
	ck_assert_int_eq(ops->user_load(proc, arg_va, bytes, 7), 0);
	ck_assert_mem_eq(bytes, "\x11\x22\0\0\0\0\x77", 7);
	ck_assert_int_eq(ops->pread(proc, device_fd, arg_va, 8, bar_at + FAKE_BAR_BYTES - 4), 4);
	ck_assert_int_eq(ops->pread(proc, device_fd, arg_va, 8, bar_at + FAKE_BAR_BYTES), -EINVAL);
	ck_assert_int_eq(ops->pread(proc, device_fd, arg_va, 0, bar_at), 0);
	ck_assert_int_eq(ops->pread(proc, device_fd, 0x10, 4, bar_at), -EFAULT);
	ck_assert_int_eq(ops->pread(proc, device_fd, arg_va, 4, (uint64_t)VFIO_PCI_ROM_REGION_INDEX << 40), -EINVAL);
	ck_assert_int_eq(ops->pread(proc, device_fd, arg_va, 4, 9ull << 40), -EINVAL);
	ck_assert_int_eq(ops->pwrite(proc, device_fd, arg_va, 4, config_at + PCI_CONFIG_BYTES), -EINVAL);

	/* The MSI capability is the kernel's. */
	memset(bytes, 0xff, sizeof(bytes));
	ck_assert_int_eq(ops->user_store(proc, arg_va, bytes, 2), 0);
	ck_assert_int_eq(ops->pwrite(proc, device_fd, arg_va, 2, config_at + FAKE_MSI_AT + PCI_MSI_CONTROL), 2);
	ck_assert_uint_eq(fake_config_get(&fake->phb[0].function[0][0], FAKE_MSI_AT + PCI_MSI_CONTROL, 2),
			  PCI_MSI_CONTROL_64BIT);
	/* Private mappings of device memory are refused. */
	ck_assert_int_eq(ops->mmap(proc, 0, FAKE_BAR_BYTES, KM_PROT_READ, KM_MAP_PRIVATE, device_fd, bar_at), -EINVAL);
	ck_assert_int_eq(ops->mmap(proc, 0, page_bytes, KM_PROT_READ, KM_MAP_SHARED, device_fd, config_at), -EINVAL);
	ck_assert_int_eq(ops->mmap(proc, 0, page_bytes, KM_PROT_READ, KM_MAP_SHARED, 500, bar_at), -EBADF);
	end();
}

START_TEST(test_regions_when_edges_are_touched_then_as_vfio_pci)
{
	/* Why: an off-by-one here reads a neighbour's registers. How: ends, splits, kinds that are not there. */
	run(main_regions);
}
END_TEST

static void main_phbs(struct sim *s, void *arg)
{
	unsigned int phb, rid0;
	char name[32];

	(void)s;
	(void)arg;
	boot();
	ck_assert_int_eq(ops->device_count(), 3);
	ck_assert_int_eq(ops->device_info(2, name, sizeof(name), &group, &phb, &pe, &rid0), 0);
	ck_assert_str_eq(name, "0001:03:00.0");
	ck_assert_uint_eq(phb, 1);
	ck_assert_int_eq(group, 2);
	/* The second PHB's own tables. */
	ck_assert_uint_ne(fake->phb[0].reg[PHB_RTT_BAR / 8], fake->phb[1].reg[PHB_RTT_BAR / 8]);
	ck_assert_uint_eq(fake->platform.ram[(fake->phb[1].reg[PHB_RTT_BAR / 8] & PHB3_RTT_BASE_ADDRESS) + 2 * 0x300 + 1], pe);
	proc_start();
	device_open(2);
	end();
}

START_TEST(test_boot_when_two_phbs_then_each_its_domain_and_tables)
{
	/* Why: PHB numbers are domains, and every PHB has its own tables. How: a function below the second. */
	run(main_phbs);
}
END_TEST

static void setup_two_phbs(void)
{
	setup_with(2, 0);
}

/* Two lives at once. One has its own variables, so that nothing is shared but the kernel. */
struct life {
	struct km_proc *proc;
	int index, container, group_fd, device;
	uint64_t arg, buffer;
	bool done;
};

static long life_call(struct life *l, int fd, uint32_t cmd, void *arg, size_t bytes)
{
	long ret;

	ck_assert_int_eq(ops->user_store(l->proc, l->arg, arg, bytes), 0);
	ret = ops->ioctl(l->proc, fd, cmd, l->arg);
	ck_assert_int_eq(ops->user_load(l->proc, l->arg, arg, bytes), 0);
	return ret;
}

static uint64_t life_map(struct life *l, uint64_t bytes)
{
	long long va = ops->mmap(l->proc, 0, bytes, KM_PROT_READ | KM_PROT_WRITE, KM_MAP_PRIVATE | KM_MAP_ANONYMOUS, -1, 0);

	ck_assert_int_gt(va, 0);
	return (uint64_t)va;
}

static void life_main(struct sim *s, void *arg)
{
	struct vfio_iommu_spapr_register_memory reg = {.argsz = sizeof(reg), .size = BUFFER_BYTES};
	struct vfio_iommu_spapr_tce_create create = {.argsz = sizeof(create), .window_size = WINDOW_BYTES, .levels = 2};
	struct vfio_iommu_type1_dma_unmap unmap = {.argsz = sizeof(unmap), .size = BUFFER_BYTES};
	struct vfio_iommu_type1_dma_map map = {sizeof(map), RW_FLAGS, 0, 0, BUFFER_BYTES};
	char name[32], path[32];
	unsigned int phb, my_pe, my_rid, i;
	struct life *l = arg;
	int my_group;

	(void)s;
	l->proc = ops->proc_create("life", MEMLOCK_BYTES, 0);
	l->arg = life_map(l, page_bytes);
	l->buffer = life_map(l, BUFFER_BYTES);
	ck_assert_int_eq(ops->device_info(l->index, name, sizeof(name), &my_group, &phb, &my_pe, &my_rid), 0);
	snprintf(path, sizeof(path), "/dev/vfio/%d", my_group);
	l->container = (int)ops->open(l->proc, "/dev/vfio/vfio", 2);
	l->group_fd = (int)ops->open(l->proc, path, 2);
	ck_assert_int_eq(life_call(l, l->group_fd, VFIO_GROUP_SET_CONTAINER, &l->container, 4), 0);
	ck_assert_int_eq(ops->ioctl(l->proc, l->container, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU), 0);
	l->device = (int)life_call(l, l->group_fd, VFIO_GROUP_GET_DEVICE_FD, name, sizeof(name));
	ck_assert_int_ge(l->device, 0);
	reg.vaddr = map.vaddr = l->buffer;
	ck_assert_int_eq(life_call(l, l->container, VFIO_IOMMU_SPAPR_REGISTER_MEMORY, &reg, sizeof(reg)), 0);
	create.page_shift = page_bytes == 65536 ? 16 : 12;
	ck_assert_int_eq(life_call(l, l->container, VFIO_IOMMU_SPAPR_TCE_CREATE, &create, sizeof(create)), 0);
	map.iova = unmap.iova = create.start_addr;
	for (i = 0; i < TWO_TASKS_ROUNDS; i++) {
		ck_assert_int_eq(life_call(l, l->container, VFIO_IOMMU_MAP_DMA, &map, sizeof(map)), 0);
		ck_assert_int_eq(life_call(l, l->container, VFIO_IOMMU_UNMAP_DMA, &unmap, sizeof(unmap)), 0);
	}
	ops->proc_exit(l->proc);
	l->done = true;
}

/* Something happens every few nanoseconds, so that every charge gives the other task a turn. */
static struct sim_event tick;

static void tick_fire(struct sim *s, struct sim_event *event)
{
	if (!finished)
		sim_event_after(s, event, 7 * SIM_PS_PER_NS);
}

static void main_two(struct sim *s, void *arg)
{
	struct life life[2] = {{.index = 0}, {.index = 1}};

	(void)arg;
	boot();
	sim_event_init(&tick, tick_fire, SIM_PRIO_HW);
	sim_event_after(s, &tick, 1);
	sim_task_create(s, "life 0", life_main, &life[0]);
	sim_task_create(s, "life 1", life_main, &life[1]);
	while (!life[0].done || !life[1].done)
		sim_task_block_until(s, sim_now(s) + SIM_PS_PER_MS);
	ck_assert_uint_eq(kernel_check_leaks(kernel), 0);
	finished = true;
}

START_TEST(test_flow_when_two_processes_interleave_then_neither_notices)
{
	/*
	 * Why: current, the interrupt mask and the IODA port must survive a switch at every point that spends time.
	 * How: two whole lives with an event every 7 ns, so that each charge, MMIO and firmware call may switch.
	 */
	run(main_two);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("bus"), *two = tcase_create("two phbs");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_set_irqs_when_arguments_vary_then_as_vfio_pci);
	tcase_add_test(tc, test_eventfd_when_read_and_written_then_as_its_manual_page);
	tcase_add_test(tc, test_regions_when_edges_are_touched_then_as_vfio_pci);
	tcase_add_test(tc, test_flow_when_two_processes_interleave_then_neither_notices);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(two, setup_two_phbs, teardown);
	tcase_add_test(two, test_boot_when_two_phbs_then_each_its_domain_and_tables);
	suite_add_tcase(s, two);
}

int main(void)
{
	return run_on_kernels("kernel-model.vfio_bus", add);
}

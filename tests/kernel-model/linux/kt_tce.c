// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/linux/kt_tce.c - hosted functions of TCE tables and registered memory that VFIO's calls never call that way:
 * what they answer to arguments that their callers keep from them, and memory of devices, which only NVLink registered.
 */
#include <linux/iommu.h>
#include <linux/sched/mm.h>

#include <asm/iommu.h>
#include <asm/mmu_context.h>
#include <asm/pci-bridge.h>
#include <asm/tce.h>

#include "arch/powerpc/platforms/powernv/pci.h"
#include "kernel-model/linux/km_device.h"
#include "tests/kernel-model/linux/kt.h"

#define KT_DEVICE_REAL 0x600000000000UL
#define KT_DEVICE_PAGES 8

/* Why: firmware without "ibm,supported-tce-sizes" means what POWER8 can do. How: a PHB whose node has no properties. */
static void kt_tce_sizes(const unsigned long long *cost_ps)
{
	static struct pci_controller hose;
	static struct pnv_phb phb = { .hose = &hose };

	KT_EQ(pnv_ioda_parse_tce_sizes(&phb), SZ_4K | SZ_64K | SZ_16M | SZ_256M);
}

/* Why: their callers check before them; if one did not, they would. How: levels and sizes that make no table. */
static void kt_tables_refused(const unsigned long long *cost_ps)
{
	struct km_task *task = kt_enter();
	struct iommu_table *tbl = pnv_pci_table_alloc(0);
	u64 pages = km_page_allocated();

	KT_TRUE(tbl);
	KT_EQ(pnv_pci_ioda2_table_alloc_pages(0, 0, 16, SZ_1G, 0, true, tbl), -EINVAL);
	KT_EQ(pnv_pci_ioda2_table_alloc_pages(0, 0, 16, SZ_1G, 6, true, tbl), -EINVAL);
	KT_EQ(pnv_pci_ioda2_table_alloc_pages(0, 0, 16, 3UL * SZ_1G, 1, true, tbl), -EINVAL);
	KT_EQ(km_page_allocated(), pages);
	/* A table without pages has none to give back. */
	pnv_pci_ioda2_table_free_pages(tbl);
	KT_EQ(km_page_allocated(), pages);
	kfree(tbl);
	kt_exit(task);
}

/* Why: levels are made on demand, so what is not there is empty. How: reads and exchanges in a missing level. */
static void kt_missing_level(const unsigned long long *cost_ps)
{
	struct iommu_table *tbl = kt_table_group(0)->tables[0]; /* the kernel's own window: two levels, nothing in them */
	enum dma_data_direction direction = DMA_NONE;
	struct km_task *task = kt_enter();
	u64 pages = km_page_allocated();
	unsigned long hpa = 0;

	KT_TRUE(tbl->it_indirect_levels);
	KT_EQ(pnv_tce_get(tbl, tbl->it_offset + 7), 0);
	KT_EQ(pnv_tce_xchg(tbl, tbl->it_offset + 7, &hpa, &direction), 0);
	KT_EQ(hpa, 0);
	KT_EQ(direction, DMA_NONE);
	KT_EQ(km_page_allocated(), pages);
	/* It is made for what is stored, and stays when that goes. */
	hpa = SZ_16M;
	direction = DMA_TO_DEVICE;
	KT_EQ(pnv_tce_xchg(tbl, tbl->it_offset + 7, &hpa, &direction), 0);
	KT_EQ(pnv_tce_get(tbl, tbl->it_offset + 7), SZ_16M | 1);
	KT_TRUE(km_page_allocated() > pages);
	hpa = 0;
	direction = DMA_NONE;
	KT_EQ(pnv_tce_xchg(tbl, tbl->it_offset + 7, &hpa, &direction), 0);
	KT_EQ(hpa, SZ_16M);
	KT_EQ(direction, DMA_TO_DEVICE);
	kt_exit(task);
}

/* Why: the kernel's own tables have no copy of user addresses. How: ask for one; a WARN. */
static void kt_no_copy(const unsigned long long *cost_ps)
{
	KT_TRUE(!pnv_tce_useraddrptr(kt_table_group(0)->tables[0], 0, true));
}

/* Why: a table that is not a group's cannot be taken from it. How: nothing, twice nothing, another's; WARNs. */
static void kt_link_refused(const unsigned long long *cost_ps)
{
	struct iommu_table_group *group = kt_table_group(0);
	struct km_task *task = kt_enter();
	struct iommu_table *tbl = pnv_pci_table_alloc(0);

	KT_EQ(pnv_pci_link_table_and_group(0, 0, NULL, group), -EINVAL);
	pnv_pci_unlink_table_and_group(NULL, group);
	pnv_pci_unlink_table_and_group(tbl, NULL);
	pnv_pci_unlink_table_and_group(tbl, group);
	kfree(tbl);
	kt_exit(task);
}

/* Why: callers round before they ask. How: below the window, misaligned, at its end, a length that wraps. */
static void kt_checks(const unsigned long long *cost_ps)
{
	KT_EQ(iommu_tce_check_ioba(16, 8, 8, 7UL << 16, 1), -EINVAL);
	KT_EQ(iommu_tce_check_ioba(16, 8, 8, 8UL << 16, 8), 0);
	KT_EQ(iommu_tce_check_ioba(16, 8, 8, 8UL << 16, 9), -EINVAL);
	KT_EQ(iommu_tce_check_ioba(16, 8, 8, (8UL << 16) + 1, 1), -EINVAL);
	KT_EQ(iommu_tce_check_ioba(16, 8, 8, 15UL << 16, ~0UL), -EINVAL);
	KT_EQ(iommu_tce_check_gpa(16, 1UL << 16), 0);
	KT_EQ(iommu_tce_check_gpa(16, 1UL << 15), -EINVAL);
	KT_EQ(iommu_direction_to_tce_perm(DMA_NONE), 0);
}

static unsigned int kt_flushes;

static void kt_flush(struct iommu_table *tbl)
{
	kt_flushes++;
}

/* Why: tables of other platforms flush, or cannot be taken over. How: operations with and without. */
static void kt_table_life(const unsigned long long *cost_ps)
{
	struct iommu_table *tbl = kt_table_group(0)->tables[0];
	struct iommu_table_ops ops = *tbl->it_ops, *real = tbl->it_ops;
	struct km_task *task = kt_enter();

	ops.flush = kt_flush;
	tbl->it_ops = &ops;
	iommu_flush_tce(tbl);
	KT_EQ(kt_flushes, 1);
	ops.tce_kill = NULL;
	iommu_tce_kill(tbl, tbl->it_offset, 1); /* nobody to tell */
	tbl->it_ops = real;
	/* A reference keeps it; who comes when the last is gone gets none. */
	KT_TRUE(iommu_tce_table_get(tbl) == tbl);
	KT_EQ(iommu_tce_table_put(tbl), 0);
	{
		struct iommu_table dead = { 0 };

		KT_TRUE(!iommu_tce_table_get(&dead));
	}
	kt_exit(task);
}

/* Why: nothing is no table. How: a WARN. */
static void kt_put_nothing(const unsigned long long *cost_ps)
{
	KT_EQ(iommu_tce_table_put(NULL), 0);
}

/* Why: the kernel's own DMA stores TCEs by other functions than VFIO. How: a run of pages, taken away over a missing level. */
static void kt_kernel_tces(const unsigned long long *cost_ps)
{
	struct iommu_table *tbl = kt_table_group(0)->tables[0];
	unsigned long page = 1UL << tbl->it_page_shift, entries = tbl->it_level_size;
	struct km_task *task = kt_enter();

	KT_EQ(tbl->it_ops->set(tbl, tbl->it_offset, 3, (unsigned long)__va(SZ_16M), DMA_FROM_DEVICE, 0), 0);
	/* A device that may write reads too: it may read back what it wrote. */
	KT_EQ(pnv_tce_get(tbl, tbl->it_offset), SZ_16M | TCE_PCI_READ | TCE_PCI_WRITE);
	KT_EQ(pnv_tce_get(tbl, tbl->it_offset + 2), (SZ_16M + 2 * page) | TCE_PCI_READ | TCE_PCI_WRITE);
	KT_EQ(pnv_tce_get(tbl, tbl->it_offset + 3), 0);
	KT_EQ(tbl->it_ops->set(tbl, tbl->it_offset + 2 * entries, 1, (unsigned long)__va(SZ_16M), DMA_TO_DEVICE, 0), 0);
	KT_EQ(pnv_tce_get(tbl, tbl->it_offset + 2 * entries), SZ_16M | TCE_PCI_READ);
	tbl->it_ops->clear(tbl, tbl->it_offset, 2 * entries + 1);
	KT_EQ(pnv_tce_get(tbl, tbl->it_offset), 0);
	KT_EQ(pnv_tce_get(tbl, tbl->it_offset + 2 * entries), 0);
	kt_exit(task);
}

/* Why: each PE gets a group when its PHB is set up, and loses it when that goes. How: a group's life; no memory for it. */
static void kt_group_life(const unsigned long long *cost_ps)
{
	static struct iommu_table_group group;
	struct km_task *task = kt_enter();

	iommu_register_group(&group, 7, 9);
	KT_TRUE(group.group);
	KT_TRUE(iommu_group_get_iommudata(group.group) == &group);
	iommu_group_put(group.group);
	KT_TRUE(!group.group); /* its release says so */
	km_fault_arm(NULL, KM_FAULT_OBJECT, 1, 0);
	iommu_register_group(&group, 7, 9);
	KT_TRUE(km_fault_fired(KM_FAULT_OBJECT));
	KT_TRUE(!group.group);
	KT_EQ(iommu_tce_direction(TCE_PCI_WRITE), DMA_FROM_DEVICE);
	KT_EQ(iommu_tce_direction(0), DMA_NONE);
	kt_exit(task);
}

/* Why: buses are walked more than once. How: a function that has a group, one that is not there yet, nothing. */
static void kt_group_devices(const unsigned long long *cost_ps)
{
	struct iommu_table_group *group = kt_table_group(0);
	struct km_task *task = kt_enter();
	static struct device absent;
	struct pci_dev *pdev;
	int i;

	for (i = 0; (pdev = km_pci_dev(i)) && !pdev->dev.iommu_group; i++)
		;
	KT_TRUE(pdev);
	KT_EQ(iommu_add_device(group, &pdev->dev), -EBUSY);
	KT_EQ(iommu_add_device(group, &absent), -ENOENT);
#if KM_SINCE(6, 4)
	{
		struct pci_dev *found = NULL;

		KT_EQ(dev_has_iommu_table(&absent, &found), 0);
		KT_EQ(dev_has_iommu_table(&pdev->dev, &found), 1);
		KT_EQ(found, pdev);
		KT_TRUE(device_iommu_capable(&pdev->dev, IOMMU_CAP_CACHE_COHERENCY));
		KT_TRUE(!device_iommu_capable(&pdev->dev, IOMMU_CAP_NOEXEC));
	}
#else
	iommu_del_device(&absent);
	iommu_del_device(&pdev->dev);
	KT_TRUE(!pdev->dev.iommu_group);
	KT_EQ(iommu_add_device(group, &pdev->dev), 0);
	KT_TRUE(pdev->dev.iommu_group == group->group);
#endif
	kt_exit(task);
}

/* ---- Registered memory ---- */

/* Why: KVM asks whether anything is registered. How: before, between, after; one put too many. */
static void kt_registered(const unsigned long long *cost_ps)
{
	struct mm_iommu_table_group_mem_t *mem, *device;
	struct km_task *task = kt_enter();
	struct mm_struct *mm = current->mm;
	unsigned long hpa = 0;

	KT_TRUE(!mm_iommu_preregistered(mm));
	KT_EQ(mm_iommu_newdev(mm, SZ_1G, KT_DEVICE_PAGES, KT_DEVICE_REAL, &device), 0);
	KT_TRUE(mm_iommu_preregistered(mm));
	/* Memory of a device is neither pinned nor accounted, and its pages are as large as it is aligned. */
	KT_EQ(km_pins(), 0);
	KT_EQ(mm->locked_vm, 0);
	mem = mm_iommu_lookup(mm, SZ_1G + PAGE_SIZE, PAGE_SIZE);
	KT_TRUE(mem == device);
	KT_EQ(mm_iommu_ua_to_hpa(mem, SZ_1G + PAGE_SIZE + 5, PAGE_SHIFT, &hpa), 0);
	KT_EQ(hpa, KT_DEVICE_REAL + PAGE_SIZE + 5);
	KT_EQ(mm_iommu_ua_to_hpa(mem, SZ_1G + KT_DEVICE_PAGES * PAGE_SIZE, PAGE_SHIFT, &hpa), -EFAULT);
	KT_EQ(mm_iommu_ua_to_hpa(mem, SZ_1G, PAGE_SHIFT + 4, &hpa), -EFAULT);
	/* Another range over it is refused, whoever's memory it is. */
	KT_EQ(mm_iommu_newdev(mm, SZ_1G + PAGE_SIZE, 1, KT_DEVICE_REAL, &mem), -EINVAL);
	KT_EQ(mm_iommu_put(mm, device), 0);
	KT_EQ(mm_iommu_put(mm, device), -ENOENT); /* RCU still keeps it */
	KT_TRUE(!mm_iommu_preregistered(mm));
	km_rcu_barrier();
	kt_exit(task);
}

/* Why: docs/findings.md, devmem-rcu. How: a page of a device's memory; the RCU section that nobody leaves. */
static void kt_device_memory(const unsigned long long *cost_ps)
{
	struct mm_iommu_table_group_mem_t *device;
	struct km_task *task = kt_enter();
	struct mm_struct *mm = current->mm;
	unsigned long size = 0;

	KT_EQ(mm_iommu_newdev(mm, SZ_1G, KT_DEVICE_PAGES, KT_DEVICE_REAL, &device), 0);
	KT_TRUE(!mm_iommu_is_devmem(mm, KT_DEVICE_REAL + KT_DEVICE_PAGES * PAGE_SIZE, PAGE_SHIFT, &size));
	KT_EQ(preempt_count(), 0);
	KT_TRUE(mm_iommu_is_devmem(mm, KT_DEVICE_REAL, PAGE_SHIFT, &size));
	KT_EQ(size, PAGE_SIZE);
	KT_EQ(preempt_count(), 1); /* rcu_read_lock() without its end */
	km_leave("mm_iommu_is_devmem");
	km_enter(task);
	KT_EQ(mm_iommu_put(mm, device), 0);
	km_rcu_barrier();
	kt_exit(task);
}

const struct km_test kt_tce_tests[] = {
	{ "tce_sizes_when_firmware_is_silent_then_those_of_power8", kt_tce_sizes, "" },
	{ "table_when_levels_or_size_make_none_then_refused", kt_tables_refused, "" },
	{ "tce_when_its_level_is_missing_then_empty_until_stored", kt_missing_level, "" },
	{ "copy_of_addresses_when_table_has_none_then_warning", kt_no_copy, "kernel-warn" },
	{ "link_when_table_is_not_the_groups_then_warning", kt_link_refused, "kernel-warn kernel-warn" },
	{ "checks_when_range_is_outside_then_einval", kt_checks, "" },
	{ "table_when_last_reference_is_gone_then_none_to_get", kt_table_life, "" },
	{ "put_when_nothing_then_warning", kt_put_nothing, "kernel-warn" },
	{ "kernel_tces_when_cleared_over_a_missing_level_then_gone", kt_kernel_tces, "" },
	{ "group_when_its_last_reference_goes_then_unknown", kt_group_life, "fault-injected" },
	{ "group_when_function_is_in_one_or_absent_then_refused", kt_group_devices, "" },
	{ "registered_when_memory_of_a_device_then_neither_pinned_nor_accounted", kt_registered, "" },
	{ "device_memory_when_found_then_rcu_section_is_not_left", kt_device_memory, "preempt-leak" },
	{}
};

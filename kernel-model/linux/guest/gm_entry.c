// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/guest/gm_entry.c - the way into a guest's kernel: struct gm_ops of kernel-model/guest_ops.h.
 *
 * Each vCPU runs one task of the kernel, with per-CPU variables of its own: the allocator spreads CPUs over its pools by them.
 *
 * Not modelled: a boot beyond what DMA needs; interrupts, so that drivers poll; a scheduler, for a vCPU has one task.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/firmware.h>
#include <asm/iommu.h>
#include <asm/machdep.h>
#include <asm/pci-bridge.h>
#include <asm/ppc-pci.h>

#include "arch/powerpc/platforms/pseries/pseries.h"
#include "kernel-model/linux/guest/gm.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

extern struct machdep_calls mach_pseries;
unsigned long max_pfn, max_low_pfn;

/* All per-CPU variables; the bounds are the final link's. */
extern char __start_gm_percpu[], __stop_gm_percpu[];

static struct km_task *gm_task[GM_CPUS_MAX];
static char *gm_area[GM_CPUS_MAX]; /* a CPU's per-CPU variables */

unsigned int gm_cpu(void)
{
	return (unsigned int)(unsigned long)km_task(current)->kthread_arg;
}

void gm_enter(unsigned int cpu)
{
	km_current = &gm_task[cpu]->t;
	km_irq_mask = 0;
	km_percpu_offset = __per_cpu_offset[cpu];
}

void gm_leave(const char *what)
{
	struct km_task *task = km_task(current);
	char text[160];

	if (unlikely(task->held_locks || preempt_count() || km_irq_mask)) {
		snprintf(text, sizeof(text), "%s on vCPU %u ended with locks held: %u, preempt count %d, interrupt mask %lu", what,
			 gm_cpu(), task->held_locks, preempt_count(), km_irq_mask);
		host_finding("lock-leak", text);
		task->held_locks = 0;
		current_thread_info()->preempt_count = 0;
	}
	km_current = NULL;
}

/* ---- Boot ---- */

/* CPU 0 has the variables themselves, the others copies of what they were before anybody ran. */
static void gm_cpus_init(unsigned int cpus)
{
	size_t bytes = __stop_gm_percpu - __start_gm_percpu;
	char name[TASK_COMM_LEN];
	unsigned int cpu;

	nr_cpu_ids = cpus;
	for (cpu = 0; cpu < cpus; cpu++) {
		cpumask_set_cpu(cpu, &__cpu_possible_mask);
		snprintf(name, sizeof(name), "guest/%u", cpu);
		gm_task[cpu] = km_task_create(name, NULL);
		gm_task[cpu]->kthread_arg = (void *)(unsigned long)cpu;
		if (!cpu)
			continue;
		gm_area[cpu] = host_malloc(bytes);
		memcpy(gm_area[cpu], __start_gm_percpu, bytes);
		__per_cpu_offset[cpu] = gm_area[cpu] - __start_gm_percpu;
	}
}

/* arch/powerpc/mm/mem.c, over memblock: memory is one piece. */
int walk_system_ram_range(unsigned long start_pfn, unsigned long nr_pages, void *arg,
			  int (*func)(unsigned long start_pfn, unsigned long nr_pages, void *arg))
{
	unsigned long end = min(start_pfn + nr_pages, max_pfn);

	return start_pfn < end ? func(start_pfn, end - start_pfn, arg) : -1;
}

/* Options of the command line that hosted files have; @early ones come before the platform's own set-up. */
extern int (*km_setup_disable_ddw_setup)(char *val);
extern int (*km_setup_disable_multitce)(char *val);
extern int (*km_setup_setup_iommu)(char *val);

static const struct {
	const char *name;
	int (**setup)(char *val);
	bool early;
} gm_options[] = {
	{ "disable_ddw", &km_setup_disable_ddw_setup, true },
	{ "multitce=", &km_setup_disable_multitce, false },
	{ "iommu=", &km_setup_setup_iommu, false },
};

static void gm_command_line(const char *line, bool early)
{
	unsigned int i;

	for (; *line; line += strlen(line) + 1) {
		for (i = 0; i < ARRAY_SIZE(gm_options); i++) {
			size_t bytes = strlen(gm_options[i].name);

			if (gm_options[i].early == early && !strncmp(line, gm_options[i].name, bytes))
				(*gm_options[i].setup)((char *)line + bytes);
		}
	}
}

extern initcall_t km_initcall___machine_initcall_pseries_find_existing_ddw_windows;
extern initcall_t km_initcall_setup_iommu_pool_hash;
#ifdef KM_IOMMU_CORE_HOSTED
extern initcall_t km_initcall_iommu_subsys_init;
#define gm_initcall_groups km_initcall_iommu_subsys_init
#else
extern initcall_t km_initcall___machine_initcall_pseries_tce_iommu_bus_notifier_init;
#define gm_initcall_groups km_initcall___machine_initcall_pseries_tce_iommu_bus_notifier_init
#endif

static int gm_boot_steps(const struct gm_boot *boot)
{
	int ret = gm_rtas_init();

	if (ret)
		return ret;
	/* pSeries_init_early() and what comes before and after it */
	gm_of_flat(boot->hypertas);
	pseries_probe_fw_features();
	gm_command_line(boot->command_line, true);
	iommu_init_early_pSeries();
	gm_command_line(boot->command_line, false);
	/* arch_initcall, subsys_initcall, subsys_initcall_sync */
	ret = km_initcall___machine_initcall_pseries_find_existing_ddw_windows();
	if (!ret)
		ret = km_initcall_setup_iommu_pool_hash();
	if (!ret)
		ret = gm_pci_init(boot);
	return ret ? ret : gm_initcall_groups();
}

static int gm_op_boot(const struct gm_boot *boot)
{
	int ret;

	if (!boot->cpus || boot->cpus > GM_CPUS_MAX)
		return -EINVAL;
	gm_locks = boot->locks;
	km_page_init(boot->ram, boot->ram_bytes, boot->ram_bytes);
	max_pfn = max_low_pfn = boot->ram_bytes >> PAGE_SHIFT;
	machine_id = &mach_pseries;
	powerpc_firmware_features = 0;
	gm_cpus_init(boot->cpus);
	gm_enter(0);
	ret = gm_boot_steps(boot);
	gm_leave("boot");
	return ret;
}

/* ---- The other entry points ---- */

/* @expr on vCPU @cpu, between entry and the checks. */
#define GM_CALL(cpu, what, expr)   \
	({                         \
		int __ret;         \
                                   \
		gm_enter(cpu);     \
		__ret = (expr);    \
		gm_leave(what);    \
		__ret;             \
	})

static int gm_do_set_mask(u32 function, u32 bits)
{
	struct pci_dev *pdev = gm_pci_dev(function);

	return pdev ? dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(bits)) : -ENODEV;
}

static int gm_op_set_mask(gm_u32 cpu, gm_u32 function, gm_u32 bits)
{
	return GM_CALL(cpu, "dma_set_mask()", gm_do_set_mask(function, bits));
}

static int gm_op_bypass(gm_u32 function, gm_u64 *offset)
{
	struct pci_dev *pdev = gm_pci_dev(function);

	*offset = pdev ? pdev->dev.archdata.dma_offset : 0;
	return pdev && pdev->dev.dma_ops_bypass;
}

static int gm_op_window(gm_u32 function, gm_u32 index, struct gm_window *out)
{
	struct pci_dev *pdev = gm_pci_dev(function);
	struct iommu_table_group *group;
	struct iommu_table *tbl;

	group = pdev ? PCI_DN(pdev->dev.of_node->parent)->table_group : NULL;
	tbl = group && index < IOMMU_TABLE_GROUP_MAX_TABLES ? group->tables[index] : NULL;
	if (!tbl)
		return -ENOENT;
	*out = (struct gm_window){ .liobn = tbl->it_index,
				   .start = (u64)tbl->it_offset << tbl->it_page_shift,
				   .entries = tbl->it_size,
				   .used = bitmap_weight(tbl->it_map, tbl->it_size),
				   .shift = tbl->it_page_shift,
				   .pools = tbl->nr_pools };
	return 0;
}

static int gm_op_net(gm_u32 cpu, gm_u32 function, const struct gm_net *net, struct gm_result *out)
{
	return GM_CALL(cpu, "the network driver", gm_net_run(function, net, out));
}

static int gm_op_blk(gm_u32 cpu, gm_u32 function, const struct gm_blk *blk, struct gm_result *out)
{
	return GM_CALL(cpu, "the block driver", gm_blk_run(function, blk, out));
}

static int gm_op_bench(gm_u32 cpu, gm_u32 function, const struct gm_bench *bench, struct gm_result *out)
{
	return GM_CALL(cpu, "the benchmark", gm_bench_run(function, bench, out));
}

#define GM_BLOCK_BYTES 0x400000

static int gm_do_map(u32 function, u64 offset, u64 bytes, bool to_device, gm_u64 *iova, gm_u64 *gpa)
{
	struct pci_dev *pdev = gm_pci_dev(function);
	unsigned long at;

	if (!pdev || offset + bytes > GM_BLOCK_BYTES)
		return -EINVAL;
	at = __get_free_pages(GFP_KERNEL, get_order(GM_BLOCK_BYTES));
	if (!at)
		return -ENOMEM;
	*gpa = __pa(at);
	*iova = gm_map(&pdev->dev, (void *)(at + offset), bytes, to_device ? DMA_TO_DEVICE : DMA_FROM_DEVICE);
	if (*iova != DMA_MAPPING_ERROR)
		return 0;
	free_pages(at, get_order(GM_BLOCK_BYTES));
	return -EIO;
}

static int gm_op_map(gm_u32 cpu, gm_u32 function, gm_u64 offset, gm_u64 bytes, int to_device, gm_u64 *iova, gm_u64 *gpa)
{
	return GM_CALL(cpu, "dma_map_single()", gm_do_map(function, offset, bytes, to_device, iova, gpa));
}

static int gm_do_unmap(u32 function, u64 iova, u64 gpa, u64 bytes, bool to_device)
{
	struct pci_dev *pdev = gm_pci_dev(function);

	if (!pdev)
		return -ENODEV;
	gm_unmap(&pdev->dev, iova, bytes, to_device ? DMA_TO_DEVICE : DMA_FROM_DEVICE);
	free_pages((unsigned long)__va(gpa), get_order(GM_BLOCK_BYTES));
	return 0;
}

static int gm_op_unmap(gm_u32 cpu, gm_u32 function, gm_u64 iova, gm_u64 gpa, gm_u64 bytes, int to_device)
{
	return GM_CALL(cpu, "dma_unmap_single()", gm_do_unmap(function, iova, gpa, bytes, to_device));
}

static int gm_op_detach(gm_u32 cpu)
{
	return GM_CALL(cpu, "the host bridge's removal", (gm_pci_detach(), 0));
}

static void gm_op_account(struct km_account *out)
{
	out->pages = km_page_allocated();
	out->objects = km_objects();
}

extern const struct gm_ops gm_ops;
const struct gm_ops gm_ops = {
	.boot = gm_op_boot,
	.set_mask = gm_op_set_mask,
	.bypass = gm_op_bypass,
	.window = gm_op_window,
	.net = gm_op_net,
	.blk = gm_op_blk,
	.bench = gm_op_bench,
	.map = gm_op_map,
	.unmap = gm_op_unmap,
	.detach = gm_op_detach,
	.account = gm_op_account,
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_initcall.c - initcalls of hosted files that are built in (see include/km_initcall.h), in the order of
 * their levels and, within a level, of the link order of the kernel.
 *
 * Not called, because what they set up is on no modelled path: classes and memory pools (iommu-sysfs.c, iommu.c's kobject
 * set, mm/util.c), the key that hashes %p (lib/vsprintf.c).
 */
#include <linux/init.h>
#include <linux/kernel.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

/* arch_initcall: before subsys_initcall(pcibios_init), which scans the buses. */
extern initcall_t km_initcall___machine_initcall_powernv_eeh_powernv_init;
/* subsys_initcall, of arch/powerpc/kernel, drivers/iommu; then subsys_initcall_sync; then device_initcall. */
extern initcall_t km_initcall_setup_iommu_pool_hash;
#ifdef KM_IOMMU_CORE_HOSTED
extern initcall_t km_initcall_iommu_subsys_init;
#else
extern initcall_t km_initcall___machine_initcall_powernv_pnv_tce_iommu_bus_notifier_init;
#endif
extern initcall_t km_initcall_eeh_init_proc;

static int km_initcalls(initcall_t *const *calls, unsigned int count)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < count && !ret; i++)
		ret = (*calls[i])();
	return ret;
}

int km_initcalls_early(void)
{
	static initcall_t *const calls[] = { &km_initcall___machine_initcall_powernv_eeh_powernv_init };

	return km_initcalls(calls, ARRAY_SIZE(calls));
}

int km_initcalls_late(void)
{
	static initcall_t *const calls[] = {
		&km_initcall_setup_iommu_pool_hash,
#ifdef KM_IOMMU_CORE_HOSTED
		&km_initcall_iommu_subsys_init,
#else
		&km_initcall___machine_initcall_powernv_pnv_tce_iommu_bus_notifier_init,
#endif
		&km_initcall_eeh_init_proc,
	};

	return km_initcalls(calls, ARRAY_SIZE(calls));
}

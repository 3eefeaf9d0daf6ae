// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_module.c - modules: a table of what is hosted as one, loaded once, with the soft dependencies
 * that modprobe would follow (MODULE_SOFTDEP of vfio_main.c: vfio_iommu_spapr_tce comes after vfio).
 *
 * KVM's is made of what powerpc's two (kvm, kvm-hv) do at their start, in km_kvm.c. symbol_get() finds what the hosted
 * modules look for in each other. Initcalls of hosted files that are built in are in km_initcall.c.
 *
 * Not modelled: unloading (cleanup_module is never called), parameters, sysfs.
 */
#include <linux/kmod.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/vfio.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_kvm.h"

/* module_init() of each hosted module, under the name that cmake/PhbsimKernel.cmake gives it. */
extern int km_module_init_vfio(void);
extern int km_module_init_vfio_iommu_spapr_tce(void);

struct module __this_module;

static struct km_module {
	const char *name, *post;
	int (*init)(void);
	bool loaded;
} km_modules[] = {
	{ "vfio", "vfio_iommu_spapr_tce", km_module_init_vfio },
	{ "vfio_iommu_spapr_tce", NULL, km_module_init_vfio_iommu_spapr_tce },
	{ "kvm", NULL, km_kvm_init },
};

int km_module_load(const char *name)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(km_modules); i++) {
		struct km_module *module = &km_modules[i];

		if (strcmp(module->name, name))
			continue;
		if (module->loaded)
			return 0;
		module->loaded = true;
		err = module->init();
		if (err)
			return err;
		return module->post ? km_module_load(module->post) : 0;
	}
	return -ENOENT;
}

int __request_module(bool wait, const char *fmt, ...)
{
	char name[MODULE_NAME_LEN];
	va_list args;

	va_start(args, fmt);
	vscnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	return km_module_load(name);
}

/* What modules export to each other by name: virt/kvm/vfio.c and the VFIO core work without knowing each other. */
#define KM_SYMBOL_ROW(name) { #name, name }
#define KM_SYMBOL(name) KM_SYMBOL_ROW(name)
static const struct {
	const char *name;
	void *address;
} km_symbols[] = {
	KM_SYMBOL(vfio_file_set_kvm),
	KM_SYMBOL(vfio_file_enforced_coherent),
	KM_SYMBOL(vfio_file_iommu_group),
	KM_SYMBOL(KM_VFIO_FILE_TEST),
	KM_SYMBOL(kvm_get_kvm_safe),
	KM_SYMBOL(kvm_put_kvm),
};

void *__symbol_get(const char *symbol)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(km_symbols); i++)
		if (!strcmp(km_symbols[i].name, symbol))
			return km_symbols[i].address;
	return NULL;
}

void __symbol_put(const char *symbol)
{
}

bool try_module_get(struct module *module)
{
	return true;
}

void __module_get(struct module *module)
{
}

void module_put(struct module *module)
{
}

/* Modules are linked into the one object like everything else: no address is one of theirs. */
bool is_module_address(unsigned long addr)
{
	return false;
}

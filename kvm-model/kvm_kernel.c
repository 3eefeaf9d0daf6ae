// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-model/kvm_kernel.c - what a guest's kernel finds in its machine: memory, firmware's tables, hypercalls,
 * registers.
 *
 * The device tree is QEMU's where the kernel looks at it: "ibm,dma-window", "ibm,ddw-applicable", "ibm,ddw-extensions"
 * of the host bridge, "ibm,hypertas-functions" of RTAS.
 */
#include "kvm-model/kvm_kernel.h"

#include <errno.h>
#include <stdlib.h>

#include "kvm-model/kvm_internal.h"

#define BUS 0u
#define MMIO32_START 0x200080000000ull /* QEMU include/hw/pci-host/spapr.h: SPAPR_PCI_BASE and the window in it */
#define MMIO32_BYTES (2ull << 30)
#define PROPERTIES 5u

struct kvm_kernel {
	struct kvm_guest *machine;
	struct kvm_kernel_options options;
	struct guest *guest; /* owned */
	struct guest_backend backend;
	uint8_t *ram;
	uint64_t ram_bytes;
};

/* ---- Backend ---- */

/* Usually they were started in the order of their numbers. */
static struct kvm_cpu *cpu_of(const struct kvm_kernel *kernel, uint32_t index)
{
	struct kvm_cpu *const *cpu = kernel->machine->cpu;

	if (index < kernel->machine->cpu_count && cpu[index]->options.index == index)
		return cpu[index];
	for (uint32_t i = 0; i < kernel->machine->cpu_count; i++)
		if (cpu[i]->options.index == index)
			return cpu[i];
	sim_assert(kernel->machine->kvm->sim, false);
	return NULL;
}

static int64_t do_hcall(void *ctx, uint32_t cpu, uint64_t nr, uint64_t *args)
{
	return kvm_hcall(cpu_of(ctx, cpu), nr, args);
}

static uint64_t do_bar(void *ctx, uint32_t cpu, uint32_t function, uint64_t offset, bool write, uint64_t value)
{
	struct kvm_kernel *kernel = ctx;
	struct vfm_device *device = kernel->options.function[function];

	(void)cpu;
	if (!write)
		return vfm_bar0_read(device, offset, 8);
	vfm_bar0_write(device, offset, value, 8);
	return 0;
}

static void do_idle(void *ctx, uint32_t cpu, sim_ps ps)
{
	kvm_idle(cpu_of(ctx, cpu), ps);
}

/* ---- Memory ---- */

/* Real address of the page at guest address @gpa, faulted in if it is not there yet. */
static uint64_t page_real(struct kvm_guest *machine, uint64_t gpa)
{
	uint64_t va = kvm_guest_va(machine, gpa, NULL), real = vfm_user_real(machine->vmm, va);
	uint8_t byte = 0;

	if (real == UINT64_MAX && !vfm_store(machine->vmm, va, &byte, 1))
		real = vfm_user_real(machine->vmm, va);
	return real;
}

/* Pages that follow each other in memory are mapped in one piece. */
static int map_memory(struct kvm_kernel *kernel)
{
	struct kvm_guest *machine = kernel->machine;
	uint64_t page = vfm_proc_page_bytes(machine->vmm), begin = 0, first = 0, gpa = 0;
	uint8_t *ram = kernel_ram(machine->kvm->kernel);

	while (begin < kernel->ram_bytes) {
		uint64_t real = gpa < kernel->ram_bytes ? page_real(machine, gpa) : UINT64_MAX;
		int err;

		if (gpa == begin)
			first = real;
		if (gpa < kernel->ram_bytes && real == UINT64_MAX)
			return -ENOMEM;
		if (gpa < kernel->ram_bytes && real == first + (gpa - begin)) {
			gpa += page;
			continue;
		}
		err = guest_ram_map(kernel->guest, begin, ram + first, gpa - begin);
		if (err)
			return err;
		begin = gpa;
	}
	return 0;
}

int kvm_kernel_create(struct kvm_guest *guest, const struct cfg *cfg, const char *name,
		      const struct kvm_kernel_options *options, struct kvm_kernel **out)
{
	const struct gm_desc_row *desc = gm_desc_find(options->kernel);
	struct kvm_kernel *kernel;
	int err;

	if (!desc)
		return -ENOENT;
	kernel = sim_alloc(sizeof(*kernel));
	kernel->machine = guest;
	kernel->options = *options;
	kernel->backend =
		(struct guest_backend){.hcall = do_hcall, .bar = do_bar, .idle = do_idle, .pattern = options->pattern};
	(void)kvm_guest_va(guest, 0, &kernel->ram_bytes);
	kernel->guest = guest_create(guest->kvm->sim, cfg, desc, name, &kernel->backend, kernel);
	kernel->ram = guest_ram_reserve(kernel->guest, kernel->ram_bytes);
	err = map_memory(kernel);
	guest->kernel = kernel;
	*out = kernel;
	return err;
}

void kvm_kernel_destroy(struct kvm_kernel *kernel)
{
	if (!kernel)
		return;
	guest_destroy(kernel->guest);
	free(kernel);
}

const struct gm_ops *kvm_kernel_ops(const struct kvm_kernel *kernel)
{
	return guest_ops(kernel->guest);
}

/* ---- Firmware's tables ---- */

int kvm_kernel_boot(struct kvm_kernel *kernel)
{
	const struct kvm_pe_options *pe = &kernel->machine->pe.options;
	const gm_u32 window[] = {(gm_u32)pe->liobn, 0, 0, (gm_u32)(pe->window_bytes >> 32), (gm_u32)pe->window_bytes};
	const gm_u32 applicable[] = {KVM_RTAS_QUERY, KVM_RTAS_CREATE, KVM_RTAS_REMOVE};
	const gm_u32 extensions[] = {pe->wide ? 2 : 1, KVM_RTAS_RESET, 1}, two = 2;
	struct gm_property property[PROPERTIES] = {{"ibm,dma-window", window, sim_count_of(window)},
						   {"ibm,#dma-address-cells", &two, 1},
						   {"ibm,#dma-size-cells", &two, 1}};
	bool multi_tce = kernel->machine->kvm->multi_tce;
	struct gm_boot boot = {
		.ram = kernel->ram,
		.ram_bytes = kernel->ram_bytes,
		.cpus = kernel->options.cpus,
		.hypertas = multi_tce ? "hcall-tce\0hcall-multi-tce\0" : "hcall-tce\0",
		.command_line = kernel->options.multi_tce ? kernel->options.ddw ? "" : "disable_ddw\0"
				: kernel->options.ddw	  ? "multitce=off\0"
							  : "multitce=off\0disable_ddw\0",
		.buid = pe->buid,
		.mmio32_start = MMIO32_START,
		.mmio32_bytes = MMIO32_BYTES,
		.phb_properties = property,
		.phb_property_count = 3,
		.functions = kernel->options.functions,
		.bus = BUS,
		.locks = kernel->options.locks,
	};

	if (pe->ddw)
		property[boot.phb_property_count++] = (struct gm_property){"ibm,ddw-applicable", applicable, 3};
	if (pe->ddw && pe->reset)
		property[boot.phb_property_count++] =
			(struct gm_property){"ibm,ddw-extensions", extensions, pe->wide ? 3 : 2};
	return kvm_kernel_ops(kernel)->boot(&boot);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-model/kvm_rtas.c - DMA windows of a guest's host bridge: the default one, and those that the guest makes and
 * removes by RTAS (LoPAR, "DMA window" calls; QEMU's hw/ppc/spapr_rtas_ddw.c and hw/vfio/spapr.c for what the VMM does
 * then).
 *
 * A window of the guest is a table in KVM and a window of the device's container (TCE_CREATE, TCE_REMOVE) with the
 * largest page that both the bridge and guest memory allow. As in QEMU there are at most two, the second one at 2^59,
 * and a query tells of 2^31 TCEs (2^37 with six outputs) whatever the machine's size.
 *
 * Not modelled: calls that answer "busy", more than one host bridge, RTAS calls that are not about DMA windows.
 */
#include <endian.h>
#include <errno.h>
#include <linux/vfio.h>

#include "kvm-model/kvm_internal.h"

#define DEFAULT_SHIFT 12u
#define LEVELS 2u
#define ARGS_MAX 16u
#define HEADER 3u /* token, number of arguments, of results */
#define LARGEST_NARROW 0x80000000ull
#define LARGEST_WIDE 0x2000000000ull

/** struct rtas - a call in hand. @arg, @ret: in host order; @ret[0] is the status. */
struct rtas {
	struct kvm_guest *guest;
	uint32_t nargs, nrets;
	uint32_t arg[ARGS_MAX], ret[ARGS_MAX];
};

/* ---- Windows ---- */

static uint32_t window_count(const struct kvm_pe *pe)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < KVM_WINDOWS; i++)
		n += pe->window[i].bytes != 0;
	return n;
}

/* The device's pages: the largest of the bridge that are not larger than the guest's, nor than those of its memory. */
static uint32_t device_shift(const struct kvm_pe *pe, uint32_t page_shift)
{
	uint32_t shift = page_shift < pe->options.ram_shift ? page_shift : pe->options.ram_shift;

	while (shift > DEFAULT_SHIFT && !(pe->bridge_pages >> shift & 1))
		shift--;
	return shift;
}

static int make_window(struct kvm_guest *guest, uint32_t index, uint32_t page_shift, uint64_t bytes)
{
	struct kvm_pe *pe = &guest->pe;
	struct kvm_window *window = &pe->window[index];
	struct kvm_table_options table = {
		.liobn = pe->options.liobn + index, .page_shift = page_shift, .entries = bytes >> page_shift};
	int64_t ret = vfm_spapr_create(pe->device, device_shift(pe, page_shift), bytes, LEVELS, &table.start);
	int err;

	if (ret)
		return (int)ret;
	err = kvm_guest_table_add(guest, &table);
	if (!err) {
		err = kvm_guest_table_attach(guest, table.liobn, pe->device);
		if (err && kvm_guest_table_remove(guest, table.liobn))
			return err;
	}
	if (err) {
		(void)vfm_spapr_remove(pe->device, table.start);
		return err;
	}
	*window = (struct kvm_window){.liobn = table.liobn, .start = table.start, .bytes = bytes};
	return 0;
}

static int drop_window(struct kvm_guest *guest, uint32_t index)
{
	struct kvm_window *window = &guest->pe.window[index];
	int64_t ret;

	if (!window->bytes)
		return 0;
	ret = kvm_guest_table_remove(guest, window->liobn);
	if (!ret)
		ret = vfm_spapr_remove(guest->pe.device, window->start);
	window->bytes = 0;
	return (int)ret;
}

int kvm_guest_pe_add(struct kvm_guest *guest, struct vfm_device *device, const struct kvm_pe_options *options)
{
	struct vfio_iommu_spapr_tce_info info = {.argsz = sizeof(info)};
	int64_t ret;

	if (guest->pe.device)
		return -EBUSY;
	ret = vfm_ioctl(device->proc, device->container_fd, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info, sizeof(info));
	if (ret)
		return (int)ret;
	guest->pe = (struct kvm_pe){.options = *options, .device = device, .bridge_pages = info.ddw.pgsizes};
	ret = vfm_spapr_remove(device, info.dma32_window_start);
	return ret ? (int)ret : make_window(guest, 0, DEFAULT_SHIFT, options->window_bytes);
}

/* ---- Calls ---- */

static bool is_bridge(const struct rtas *rtas)
{
	const struct kvm_pe *pe = &rtas->guest->pe;

	return pe->device && pe->options.ddw && pe->options.buid == ((uint64_t)rtas->arg[1] << 32 | rtas->arg[2]);
}

/* LoPAR's bits for page sizes, from the end; that of 2 MiB is QEMU's and Linux's. */
static uint32_t query_pages(uint64_t pages)
{
	static const uint32_t shifts[] = {12, 16, 24, 25, 26, 27, 28, 34, 21};
	uint32_t mask = 0;

	for (uint32_t i = 0; i < sim_count_of(shifts); i++)
		mask |= (uint32_t)(pages >> shifts[i] & 1) << i;
	return mask;
}

static int32_t rtas_query(struct rtas *rtas)
{
	const struct kvm_pe *pe = &rtas->guest->pe;
	uint64_t largest = rtas->nrets == 6 ? LARGEST_WIDE : LARGEST_NARROW;
	uint32_t at = 1;

	if (!is_bridge(rtas) || (rtas->nrets != 5 && !(rtas->nrets == 6 && pe->options.wide)))
		return KVM_RTAS_PARAMETER;
	if (pe->options.largest && pe->options.largest < largest)
		largest = pe->options.largest;
	rtas->ret[at++] = pe->options.windows - window_count(pe);
	if (rtas->nrets == 6)
		rtas->ret[at++] = (uint32_t)(largest >> 32);
	rtas->ret[at++] = (uint32_t)largest;
	rtas->ret[at++] = query_pages(pe->options.pages);
	rtas->ret[at] = 0; /* none while a partition migrates */
	return KVM_RTAS_SUCCESS;
}

static int32_t rtas_create(struct rtas *rtas)
{
	struct kvm_pe *pe = &rtas->guest->pe;
	uint32_t page_shift = rtas->arg[3], window_shift = rtas->arg[4], index = 0;

	if (!is_bridge(rtas) || page_shift > 63 || !(pe->options.pages >> page_shift & 1) ||
	    window_shift < page_shift || window_shift > 63)
		return KVM_RTAS_PARAMETER;
	while (index < KVM_WINDOWS && pe->window[index].bytes)
		index++;
	if (window_count(pe) >= pe->options.windows ||
	    make_window(rtas->guest, index, page_shift, 1ull << window_shift))
		return KVM_RTAS_HARDWARE;
	rtas->ret[1] = (uint32_t)pe->window[index].liobn;
	rtas->ret[2] = (uint32_t)(pe->window[index].start >> 32);
	rtas->ret[3] = (uint32_t)pe->window[index].start;
	return KVM_RTAS_SUCCESS;
}

static int32_t rtas_remove(struct rtas *rtas)
{
	struct kvm_pe *pe = &rtas->guest->pe;

	for (uint32_t i = 0; i < KVM_WINDOWS && pe->options.ddw; i++)
		if (pe->window[i].bytes && (uint32_t)pe->window[i].liobn == rtas->arg[0])
			return drop_window(rtas->guest, i) ? KVM_RTAS_HARDWARE : KVM_RTAS_SUCCESS;
	return KVM_RTAS_PARAMETER;
}

static int32_t rtas_reset(struct rtas *rtas)
{
	struct kvm_pe *pe = &rtas->guest->pe;

	if (!is_bridge(rtas) || !pe->options.reset)
		return KVM_RTAS_PARAMETER;
	for (uint32_t i = 0; i < KVM_WINDOWS; i++)
		if (drop_window(rtas->guest, i))
			return KVM_RTAS_HARDWARE;
	return make_window(rtas->guest, 0, DEFAULT_SHIFT, pe->options.window_bytes) ? KVM_RTAS_HARDWARE
										    : KVM_RTAS_SUCCESS;
}

/** struct rtas_row - a call: how many arguments, and results at least. */
static const struct rtas_row {
	uint32_t token, nargs, nrets;
	int32_t (*fn)(struct rtas *rtas);
} rtas_rows[] = {
	{KVM_RTAS_QUERY, 3, 5, rtas_query},
	{KVM_RTAS_CREATE, 5, 4, rtas_create},
	{KVM_RTAS_REMOVE, 1, 1, rtas_remove},
	{KVM_RTAS_RESET, 3, 1, rtas_reset},
};

static const struct rtas_row *find_row(uint32_t token)
{
	for (size_t i = 0; i < sim_count_of(rtas_rows); i++)
		if (rtas_rows[i].token == token)
			return &rtas_rows[i];
	return NULL;
}

/* Numbers in guest memory are big-endian. */
static int64_t load_words(struct kvm_guest *guest, struct vfm_proc *thread, uint64_t gpa, uint32_t *words, uint32_t n)
{
	uint64_t va = kvm_guest_va(guest, gpa, NULL);
	int64_t ret = va == UINT64_MAX ? -EFAULT : vfm_load(thread, va, words, n * sizeof(*words));

	for (uint32_t i = 0; i < n && !ret; i++)
		words[i] = be32toh(words[i]);
	return ret;
}

static int64_t store_words(struct kvm_guest *guest, struct vfm_proc *thread, uint64_t gpa, const uint32_t *words,
			   uint32_t n)
{
	uint32_t big[ARGS_MAX];

	for (uint32_t i = 0; i < n; i++)
		big[i] = htobe32(words[i]);
	return vfm_store(thread, kvm_guest_va(guest, gpa, NULL), big, n * sizeof(*big));
}

int64_t kvm_rtas(struct kvm_guest *guest, struct vfm_proc *thread, uint64_t gpa)
{
	struct rtas rtas = {.guest = guest};
	const struct rtas_row *row;
	uint32_t header[HEADER];
	int32_t status;

	if (load_words(guest, thread, gpa, header, HEADER))
		return KVM_H_PARAMETER;
	row = find_row(header[0]);
	rtas.nargs = header[1];
	rtas.nrets = header[2];
	if (rtas.nargs > ARGS_MAX || rtas.nrets > ARGS_MAX - rtas.nargs || !rtas.nrets ||
	    load_words(guest, thread, gpa + HEADER * 4, rtas.arg, rtas.nargs))
		return KVM_H_PARAMETER;
	guest->stats.rtas_calls++;
	status = row && row->nargs == rtas.nargs && row->nrets <= rtas.nrets ? row->fn(&rtas) : KVM_RTAS_PARAMETER;
	guest->stats.rtas_refused += status != KVM_RTAS_SUCCESS;
	rtas.ret[0] = (uint32_t)status;
	if (store_words(guest, thread, gpa + (HEADER + rtas.nargs) * 4, rtas.ret, rtas.nrets))
		return KVM_H_PARAMETER;
	return KVM_H_SUCCESS;
}

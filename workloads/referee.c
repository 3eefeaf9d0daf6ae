// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/referee.c - judges every DMA that touches RAM against what the API side allowed at that moment.
 *
 * Sources: ioctls at entry and return (vfm_observe), hypercalls (referee_kvm.c), mappings of the kernel's own drivers
 * (kernel_observe_dma), frames (kernel_observe_pages), TLPs as they arrive and freezes (phb_observe), and the memory
 * controller (ram_observe). It never reads a TCE, a TVE or a PEST record, and calls nothing of hw/phb but the observer hook.
 *
 * Not judged: pins of the kernel's own buffers (it has none); DMA of functions that nobody owns is reported as
 * "unowned" whatever it does; MSI writes (they do not touch RAM).
 */
#include "workloads/referee.h"

#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/phb/phb.h"
#include "kernel-model/host.h"
#include "sim/finding.h"
#include "sim/stat.h"
#include "workloads/referee_internal.h"

#define REFEREE_DEVICES 64u
/* Findings spelled out per kind and PE; the rest is counted and told in one line at the end. */
#define REFEREE_SPELLED 4u

/* What the referee calls each kind of violation, and why it is one. */
enum referee_kind {
	REFEREE_UNMAPPED,
	REFEREE_STALE,
	REFEREE_WRONG_PAGE,
	REFEREE_NOT_PINNED,
	REFEREE_FREED,
	REFEREE_BEYOND_WINDOW,
	REFEREE_DIRECTION,
	REFEREE_AFTER_FREEZE,
	REFEREE_NOT_FROZEN,
	REFEREE_UNOWNED,
	REFEREE_KINDS
};

static const struct {
	const char *kind, *why;
} referee_kinds[REFEREE_KINDS] = {
	[REFEREE_UNMAPPED] = {"referee-unmapped", "nothing ever mapped that page"},
	[REFEREE_STALE] = {"referee-stale", "the page was unmapped before"},
	[REFEREE_WRONG_PAGE] = {"referee-wrong-page", "another page was mapped there"},
	[REFEREE_NOT_PINNED] = {"referee-not-pinned", "the page is not pinned"},
	[REFEREE_FREED] = {"referee-freed", "the page was given back to the allocator"},
	[REFEREE_BEYOND_WINDOW] = {"referee-beyond-window", "the address lies in no DMA window"},
	[REFEREE_DIRECTION] = {"referee-direction", "that direction was not allowed"},
	[REFEREE_AFTER_FREEZE] = {"referee-after-freeze", "an earlier violation had to freeze the PE"},
	[REFEREE_NOT_FROZEN] = {"referee-not-frozen", "the PE went on after a violation"},
	[REFEREE_UNOWNED] = {"referee-unowned", "nobody owns the device"},
};

/**
 * struct referee_container - one VFIO container of one process, or all that the kernel maps for one device of its own
 * (@proc NULL). It lives until the referee dies: a container
 * that is gone is what makes later accesses stale.
 */
struct referee_container {
	struct referee_container *next;
	struct vfm_proc *proc;
	int fd;
	struct ledger ledger;
};

/**
 * struct referee_device - one function in a process's hands.
 * @isolated: a violation arrived and the PE has to stay frozen until software thaws it.
 * @isolated_issue_ps: when the device issued that request; what it issued later must not touch RAM.
 * @excused: a request arrived while a call was under way, so either outcome is right.
 * @thawing: software is thawing the PE just now, so a request may meet it frozen or not.
 */
struct referee_device {
	struct referee_container *container;
	struct vfm_device dev;
	uint32_t open_fds;
	bool isolated, frozen, excused, thawing;
	sim_ps isolated_issue_ps, isolated_ps;
	uint64_t isolated_addr;
	uint64_t spelled[REFEREE_KINDS];
};

struct referee_phb {
	struct referee *referee;
	uint32_t index;
};

struct referee {
	struct sim *sim;
	struct referee_kvm *kvm; /* owned */
	struct machine *machine;
	struct frames *frames;
	uint32_t page_bytes; /* of the kernel */
	struct referee_container *containers;
	struct referee_device device[REFEREE_DEVICES];
	uint32_t device_count;
	struct referee_phb phb[PLATFORM_MAX_PHBS];
	struct referee_counts counts;
	uint64_t unowned_spelled;
};

static const struct stat_row referee_stat_rows[] = {
	{"dmas_judged", STAT_COUNTER, "requests", "DMAs that touched RAM and were judged",
	 offsetof(struct referee_counts, dmas_judged)},
	{"bytes_judged", STAT_COUNTER, "bytes", "bytes of these DMAs", offsetof(struct referee_counts, bytes_judged)},
	{"tlps_seen", STAT_COUNTER, "TLPs", "requests seen arriving at PHBs",
	 offsetof(struct referee_counts, tlps_seen)},
	{"maps_learned", STAT_COUNTER, "calls", "MAP_DMA calls that succeeded",
	 offsetof(struct referee_counts, maps_learned)},
	{"unmaps_learned", STAT_COUNTER, "calls", "UNMAP_DMA calls that succeeded",
	 offsetof(struct referee_counts, unmaps_learned)},
	{"hcalls_learned", STAT_COUNTER, "calls", "hypercalls that wrote TCEs of devices and succeeded",
	 offsetof(struct referee_counts, hcalls_learned)},
	{"tces_learned", STAT_COUNTER, "TCEs", "TCEs that they wrote", offsetof(struct referee_counts, tces_learned)},
	{"isolations", STAT_COUNTER, "requests", "requests outside their rights, each of which had to freeze its PE",
	 offsetof(struct referee_counts, isolations)},
	{"violations", STAT_COUNTER, "accesses", "accesses that isolation did not stop",
	 offsetof(struct referee_counts, violations)},
};

/* ---- Verdicts ---- */

static const char *owner_name(const struct referee_device *device)
{
	if (!device)
		return "none";
	return device->dev.proc ? vfm_proc_name(device->dev.proc) : "the kernel";
}

static void report(struct referee *referee, struct referee_device *device, enum referee_kind kind,
		   const struct ram_dma *dma, uint64_t iova, const struct ledger_page *page)
{
	uint64_t *spelled = device ? &device->spelled[kind] : &referee->unowned_spelled;
	char since[64] = "";

	referee->counts.violations++;
	if ((*spelled)++ >= REFEREE_SPELLED)
		return;
	if (page && page->changed_ps && kind == REFEREE_STALE)
		snprintf(since, sizeof(since), " (since %" PRIu64 " ns)", page->changed_ps / SIM_PS_PER_NS);
	finding_add(referee->sim, FINDING_VIOLATION, referee_kinds[kind].kind,
		    "at %" PRIu64 " ns PHB %" PRIu32 " PE %" PRIu32 " (RID %04x, process %s): DMA %s of %" PRIu32
		    " bytes at IOVA 0x%" PRIx64 " reached real address 0x%" PRIx64 ": %s%s",
		    sim_now(referee->sim) / SIM_PS_PER_NS, dma->phb, device ? device->dev.pe : 0, dma->rid,
		    owner_name(device), dma->write ? "write" : "read", dma->bytes, iova,
		    dma->real.v + (iova - dma->bus_addr.v), referee_kinds[kind].why, since);
}

/* Software thaws the PE, or the run ends, and the PHB never said that it froze. */
static void report_if_not_frozen(struct referee *referee, const struct referee_device *device)
{
	if (!device->isolated || device->frozen)
		return;
	referee->counts.violations++;
	finding_add(referee->sim, FINDING_VIOLATION, referee_kinds[REFEREE_NOT_FROZEN].kind,
		    "PHB %" PRIu32 " PE %" PRIu32 " (RID %04" PRIx32 ", process %s): the request at IOVA 0x%" PRIx64
		    " that arrived at %" PRIu64 " ns was outside its rights and did not freeze the PE",
		    device->dev.phb, device->dev.pe, device->dev.rid, owner_name(device),
		    device->isolated_addr, device->isolated_ps / SIM_PS_PER_NS);
}

static struct referee_device *device_of(struct referee *referee, uint32_t phb, uint16_t rid)
{
	for (uint32_t i = 0; i < referee->device_count; i++)
		if (referee->device[i].dev.phb == phb && referee->device[i].dev.rid == rid)
			return &referee->device[i];
	return NULL;
}

static const enum referee_kind kind_of_verdict[] = {
	[LEDGER_UNMAPPED] = REFEREE_UNMAPPED,		[LEDGER_WAS_UNMAPPED] = REFEREE_STALE,
	[LEDGER_DIRECTION] = REFEREE_DIRECTION,		[LEDGER_WRONG_PAGE] = REFEREE_WRONG_PAGE,
	[LEDGER_BEYOND_WINDOW] = REFEREE_BEYOND_WINDOW,
};

/* A process that is gone has no mappings, whatever its last calls said. */
static void bury_if_exited(struct referee *referee, struct referee_device *device)
{
	if (device->dev.proc && vfm_proc_exited(device->dev.proc))
		ledger_remove_all(&device->container->ledger, sim_now(referee->sim));
}

/* Judge the part of @dma that lies within one IOMMU page, at @iova. */
static void judge_page(struct referee *referee, struct referee_device *device, const struct ram_dma *dma, uint64_t iova)
{
	uint64_t real = dma->real.v + (iova - dma->bus_addr.v);
	struct ledger_page *page = NULL;
	enum ledger_verdict verdict =
		ledger_judge(&device->container->ledger, iova, dma->write ? LEDGER_WRITE : LEDGER_READ, real, &page);

	if (verdict > LEDGER_EITHER)
		report(referee, device, kind_of_verdict[verdict], dma, iova, page);
	else if (frames_freed(referee->frames, real))
		report(referee, device, REFEREE_FREED, dma, iova, page);
	else if (device->dev.proc && !frames_pinned(referee->frames, real))
		report(referee, device, REFEREE_NOT_PINNED, dma, iova, page);
}

static uint64_t page_end(const struct referee_device *device, uint64_t iova)
{
	const struct ledger_window *window = ledger_window_at(&device->container->ledger, iova);
	uint32_t shift = window ? window->shift : 12;

	return ((iova >> shift) + 1) << shift;
}

static void on_ram_dma(void *arg, const struct ram_dma *dma)
{
	struct referee *referee = arg;
	struct referee_device *device = device_of(referee, dma->phb, dma->rid);
	uint64_t end = dma->bus_addr.v + dma->bytes;

	referee->counts.dmas_judged++;
	referee->counts.bytes_judged += dma->bytes;
	if (!device) {
		report(referee, NULL, REFEREE_UNOWNED, dma, dma->bus_addr.v, NULL);
		return;
	}
	bury_if_exited(referee, device);
	if (device->isolated && dma->issued_ps > device->isolated_issue_ps) {
		report(referee, device, REFEREE_AFTER_FREEZE, dma, dma->bus_addr.v, NULL);
		return;
	}
	for (uint64_t iova = dma->bus_addr.v; iova < end; iova = page_end(device, iova))
		judge_page(referee, device, dma, iova);
}

/* ---- What arrives at the PHB: a request outside its rights has to freeze the PE ---- */

/* Windows of MSIs: 64 KiB below 4 GiB, and a sixteenth of all addresses, another one on P7IOC (skiboot, get_msi_64()).
 */
static bool is_msi(struct referee *referee, uint32_t phb, uint64_t addr)
{
	bool p7ioc = machine_platform(referee->machine)->phb[phb].type == PLATFORM_PHB_P7IOC;

	return addr >> 60 == (p7ioc ? 9 : 1) || (addr >= 0xffff0000u && addr <= 0xffffffffu);
}

static void on_tlp_in(struct referee *referee, uint32_t phb, const struct tlp *tlp)
{
	struct referee_device *device = device_of(referee, phb, tlp->rid);
	uint64_t end = tlp->addr.v + (tlp->bytes ? tlp->bytes : 1);
	bool write = tlp->type == TLP_MEM_WRITE;

	if (tlp->type != TLP_MEM_READ && !write)
		return;
	referee->counts.tlps_seen++;
	if (!device || device->isolated || (write && is_msi(referee, phb, tlp->addr.v)))
		return;
	bury_if_exited(referee, device);
	for (uint64_t iova = tlp->addr.v; iova < end; iova = page_end(device, iova)) {
		struct ledger_page *page;
		enum ledger_verdict verdict = ledger_judge(&device->container->ledger, iova,
							   write ? LEDGER_WRITE : LEDGER_READ, UINT64_MAX, &page);

		if (verdict == LEDGER_EITHER || device->thawing)
			device->excused = true;
		if (verdict <= LEDGER_EITHER || device->thawing)
			continue;
		device->isolated = true;
		device->frozen = false;
		device->isolated_issue_ps = tlp->issued_ps;
		device->isolated_ps = sim_now(referee->sim);
		device->isolated_addr = iova;
		referee->counts.isolations++;
		return;
	}
}

static void on_freeze(struct referee *referee, const struct phb_event *event)
{
	for (uint32_t i = 0; i < referee->device_count; i++) {
		struct referee_device *device = &referee->device[i];

		if (device->dev.phb != event->phb || device->dev.pe != event->pe)
			continue;
		if (!device->isolated && !device->excused)
			finding_add(referee->sim, FINDING_WARN, "referee-unexpected-freeze",
				    "PHB %" PRIu32 " PE %" PRIu32 " (process %s) was frozen although every request of "
				    "its device was within its rights",
				    event->phb, event->pe, owner_name(device));
		device->frozen = true;
	}
}

static void on_phb_event(void *arg, const struct phb_event *event)
{
	struct referee_phb *phb = arg;

	if (event->kind == PHB_EVENT_TLP_IN)
		on_tlp_in(phb->referee, phb->index, event->tlp);
	else if (event->kind == PHB_EVENT_FREEZE)
		on_freeze(phb->referee, event);
}

/* ---- The API side ---- */

static struct referee_container *container_of_fd(struct referee *referee, const struct vfm_proc *proc, int fd)
{
	for (struct referee_container *c = referee->containers; c; c = c->next)
		if (c->proc == proc && c->fd == fd)
			return c;
	return NULL;
}

static uint64_t resolve_real(void *arg, uint64_t user_va)
{
	return vfm_user_real(arg, user_va);
}

static void on_map(struct referee *referee, struct referee_container *container, const struct vfm_ioctl *call)
{
	struct vfio_iommu_type1_dma_map map;
	uint8_t perm;

	if (call->arg_bytes < sizeof(map))
		return;
	memcpy(&map, call->arg, sizeof(map));
	perm = (map.flags & VFIO_DMA_MAP_FLAG_READ ? LEDGER_READ : 0) |
	       (map.flags & VFIO_DMA_MAP_FLAG_WRITE ? LEDGER_WRITE : 0);
	if (!call->returned) {
		ledger_map_enter(&container->ledger, map.iova, map.size, perm);
		return;
	}
	referee->counts.maps_learned += call->ret == 0;
	ledger_map_return(&container->ledger,
			  &(struct ledger_map){.iova = map.iova,
					       .bytes = map.size,
					       .user_va = map.vaddr,
					       .perm = perm,
					       .real = resolve_real,
					       .arg = call->proc},
			  call->ret == 0 ? LEDGER_DONE : LEDGER_REFUSED, sim_now(referee->sim));
}

static void on_unmap(struct referee *referee, struct referee_container *container, const struct vfm_ioctl *call)
{
	struct vfio_iommu_type1_dma_unmap unmap;

	if (call->arg_bytes < sizeof(unmap))
		return;
	memcpy(&unmap, call->arg, sizeof(unmap));
	if (!call->returned) {
		ledger_unmap_enter(&container->ledger, unmap.iova, unmap.size);
		return;
	}
	referee->counts.unmaps_learned += call->ret == 0;
	ledger_unmap_return(&container->ledger, unmap.iova, unmap.size, call->ret == 0 ? LEDGER_DONE : LEDGER_REFUSED,
			    sim_now(referee->sim));
}

static void on_info(struct referee *referee, struct referee_container *container, const struct vfm_ioctl *call)
{
	struct vfio_iommu_spapr_tce_info info;

	(void)referee;
	if (!call->returned || call->ret || call->arg_bytes < offsetof(struct vfio_iommu_spapr_tce_info, ddw))
		return;
	memcpy(&info, call->arg, offsetof(struct vfio_iommu_spapr_tce_info, ddw));
	/* The default window always has 4 KiB pages (linux/vfio.h, VFIO_IOMMU_SPAPR_TCE_GET_INFO). */
	ledger_window_add(&container->ledger, info.dma32_window_start, info.dma32_window_size, 12);
}

static void on_create(struct referee *referee, struct referee_container *container, const struct vfm_ioctl *call)
{
	struct vfio_iommu_spapr_tce_create create;

	(void)referee;
	if (!call->returned || call->ret || call->arg_bytes < sizeof(create))
		return;
	memcpy(&create, call->arg, sizeof(create));
	ledger_window_add(&container->ledger, create.start_addr, create.window_size, create.page_shift);
}

static void on_remove(struct referee *referee, struct referee_container *container, const struct vfm_ioctl *call)
{
	struct vfio_iommu_spapr_tce_remove remove;

	if (!call->returned || call->ret || call->arg_bytes < sizeof(remove))
		return;
	memcpy(&remove, call->arg, sizeof(remove));
	ledger_window_remove(&container->ledger, remove.start_addr, sim_now(referee->sim));
}

static void thaw(struct referee *referee, struct referee_device *device)
{
	report_if_not_frozen(referee, device);
	device->isolated = false;
	device->frozen = false;
	device->excused = false;
}

/* From a call on the PE may live again; while it is under way either outcome is right. */
static void may_thaw(struct referee *referee, struct referee_device *device, const struct vfm_ioctl *call)
{
	device->thawing = !call->returned;
	if (!call->returned)
		thaw(referee, device);
}

void referee_excuse(struct referee *referee, uint32_t phb, uint32_t pe)
{
	for (uint32_t i = 0; i < referee->device_count; i++)
		if (referee->device[i].dev.phb == phb && referee->device[i].dev.pe == pe)
			referee->device[i].excused = true;
}

/* A thaw, or a reset that ends with one. A reset freezes the PE first, and an injected error is to freeze it. */
static void on_eeh(struct referee *referee, struct referee_container *container, const struct vfm_ioctl *call)
{
	struct vfio_eeh_pe_op op;
	bool freezes;

	if (call->arg_bytes < offsetof(struct vfio_eeh_pe_op, err))
		return;
	memcpy(&op, call->arg, offsetof(struct vfio_eeh_pe_op, err));
	freezes = op.op == VFIO_EEH_PE_RESET_HOT || op.op == VFIO_EEH_PE_RESET_FUNDAMENTAL;
	if (op.op != VFIO_EEH_PE_UNFREEZE_DMA && op.op != VFIO_EEH_PE_RESET_DEACTIVATE &&
	    op.op != VFIO_EEH_PE_INJECT_ERR && !freezes)
		return;
	for (uint32_t i = 0; i < referee->device_count; i++) {
		struct referee_device *device = &referee->device[i];

		if (device->container != container)
			continue;
		if (op.op == VFIO_EEH_PE_INJECT_ERR) {
			device->excused = true;
			continue;
		}
		may_thaw(referee, device, call);
		device->excused |= freezes;
	}
}

/* Who takes a function anew gets its PE thawed by the kernel. */
static void on_get_device(struct referee *referee, const struct vfm_ioctl *call)
{
	for (uint32_t i = 0; i < referee->device_count; i++) {
		struct referee_device *device = &referee->device[i];

		if (device->dev.proc == call->proc && device->dev.group_fd == call->fd && device->open_fds)
			may_thaw(referee, device, call);
	}
}

/* A device whose container, group and device files are all closed has no mappings any more. */
static void on_close(struct referee *referee, const struct vfm_ioctl *call)
{
	for (uint32_t i = 0; i < referee->device_count; i++) {
		struct referee_device *device = &referee->device[i];
		const int fds[] = {device->dev.container_fd, device->dev.group_fd, device->dev.device_fd};

		if (device->dev.proc != vfm_proc_leader(call->proc) || !device->open_fds)
			continue;
		for (uint32_t j = 0; j < sim_count_of(fds); j++)
			if (fds[j] == call->fd)
				device->open_fds &= ~(1u << j);
		if (!device->open_fds) {
			ledger_remove_all(&device->container->ledger, sim_now(referee->sim));
			device->container->fd = -1;
		}
	}
}

/* A group that has left its container leaves no mappings there. */
static void on_detach(struct referee *referee, const struct vfm_ioctl *call)
{
	for (uint32_t i = 0; i < referee->device_count; i++) {
		struct referee_device *device = &referee->device[i];

		if (device->dev.proc == call->proc && device->dev.group_fd == call->fd && device->open_fds)
			ledger_remove_all(&device->container->ledger, sim_now(referee->sim));
	}
}

static const struct {
	uint32_t cmd;
	void (*fn)(struct referee *referee, struct referee_container *container, const struct vfm_ioctl *call);
} referee_calls[] = {
	{VFIO_IOMMU_MAP_DMA, on_map},
	{VFIO_IOMMU_UNMAP_DMA, on_unmap},
	{VFIO_IOMMU_SPAPR_TCE_GET_INFO, on_info},
	{VFIO_IOMMU_SPAPR_TCE_CREATE, on_create},
	{VFIO_IOMMU_SPAPR_TCE_REMOVE, on_remove},
	{VFIO_EEH_PE_OP, on_eeh},
};

static void on_ioctl(void *arg, const struct vfm_ioctl *call)
{
	struct referee *referee = arg;
	struct referee_container *container;

	if (call->cmd == VFM_CLOSE) {
		if (call->returned)
			on_close(referee, call);
		return;
	}
	if (call->cmd == VFIO_GROUP_GET_DEVICE_FD)
		on_get_device(referee, call);
	if (call->cmd == VFIO_GROUP_UNSET_CONTAINER && call->returned && !call->ret)
		on_detach(referee, call);
	if (!call->arg)
		return;
	container = container_of_fd(referee, vfm_proc_leader(call->proc), call->fd);
	if (!container)
		return;
	for (size_t i = 0; i < sim_count_of(referee_calls); i++)
		if (referee_calls[i].cmd == call->cmd)
			referee_calls[i].fn(referee, container, call);
}

/* ---- The kernel's own drivers ---- */

static struct referee_container *container_create(struct referee *referee, struct vfm_proc *proc, int fd)
{
	struct referee_container *container = sim_alloc(sizeof(*container));

	container->proc = proc;
	container->fd = fd;
	container->next = referee->containers;
	referee->containers = container;
	return container;
}

static struct referee_device *device_add(struct referee *referee, uint32_t phb, uint32_t rid)
{
	struct referee_device *device = device_of(referee, phb, (uint16_t)rid);

	if (!device) {
		sim_assert(referee->sim, referee->device_count < REFEREE_DEVICES);
		device = &referee->device[referee->device_count++];
	}
	return device;
}

/* A device that the kernel maps something for is the kernel's, until a process takes it. */
static struct referee_device *kernel_device(struct referee *referee, const struct host_dma *dma)
{
	struct referee_device *device = device_of(referee, dma->phb, (uint16_t)dma->rid);

	if (device && !device->dev.proc && device->dev.pe == dma->pe)
		return device;
	if (device)
		report_if_not_frozen(referee, device);
	device = device_add(referee, dma->phb, dma->rid);
	memset(device, 0, sizeof(*device));
	device->dev.phb = dma->phb;
	device->dev.rid = dma->rid;
	device->dev.pe = dma->pe;
	device->container = container_create(referee, NULL, -1);
	return device;
}

static uint64_t resolve_kernel(void *arg, uint64_t user_va)
{
	(void)arg;
	return user_va;
}

/* Mappings of the kernel happen in one moment: its driver knows the address only afterwards. */
static void on_kernel_dma(void *arg, int event, const struct host_dma *dma)
{
	struct referee *referee = arg;
	struct referee_device *device = kernel_device(referee, dma);
	struct ledger *ledger = &device->container->ledger;
	const struct ledger_map map = {.iova = dma->iova, .bytes = dma->bytes, .user_va = dma->real,
				       .perm = LEDGER_READ | LEDGER_WRITE, .real = resolve_kernel};

	if (event == HOST_DMA_MAP) {
		ledger_window_add(ledger, dma->window_start, dma->window_bytes, dma->window_shift);
		ledger_map_enter(ledger, map.iova, map.bytes, map.perm);
		ledger_map_return(ledger, &map, LEDGER_DONE, sim_now(referee->sim));
		for (uint64_t at = dma->real; at < dma->real + dma->bytes; at += referee->page_bytes)
			frames_use(referee->frames, at / referee->page_bytes);
		referee->counts.maps_learned++;
	} else if (event == HOST_DMA_UNMAP) {
		ledger_unmap_enter(ledger, dma->iova, dma->bytes);
		ledger_unmap_return(ledger, dma->iova, dma->bytes, LEDGER_DONE, sim_now(referee->sim));
		referee->counts.unmaps_learned++;
	} else {
		thaw(referee, device);
	}
}

static void on_page(void *arg, int event, uint64_t pfn, uint64_t user_va, uint32_t proc_id)
{
	struct referee *referee = arg;

	(void)user_va;
	(void)proc_id;
	switch (event) {
	case HOST_PAGE_PIN:
		frames_pin(referee->frames, pfn);
		break;
	case HOST_PAGE_UNPIN:
		frames_unpin(referee->frames, pfn);
		break;
	case HOST_PAGE_FREE:
		frames_free(referee->frames, pfn);
		break;
	default:
		frames_use(referee->frames, pfn);
	}
}

/* ---- For referee_kvm.c ---- */

struct ledger *referee_ledger(struct referee *referee, const struct vfm_device *dev)
{
	struct referee_container *container = container_of_fd(referee, vfm_proc_leader(dev->proc), dev->container_fd);

	return container ? &container->ledger : NULL;
}

void referee_learned(struct referee *referee, uint64_t tces)
{
	referee->counts.hcalls_learned++;
	referee->counts.tces_learned += tces;
}

/* ---- Life cycle ---- */

struct referee *referee_create(struct sim *sim, struct machine *machine, struct kernel *kernel, struct vfm *vfm,
			       struct kvm *kvm)
{
	struct referee *referee = sim_alloc(sizeof(*referee));

	referee->sim = sim;
	referee->machine = machine;
	referee->page_bytes = kernel_desc(kernel)->page_bytes;
	referee->frames = frames_create(ram_bytes(machine_ram(machine)), referee->page_bytes);
	for (uint32_t i = 0; i < machine_phb_count(machine); i++) {
		referee->phb[i] = (struct referee_phb){referee, i};
		phb_observe(machine_phb(machine, i), on_phb_event, &referee->phb[i]);
	}
	ram_observe(machine_ram(machine), on_ram_dma, referee);
	kernel_observe_pages(kernel, on_page, referee);
	kernel_observe_dma(kernel, on_kernel_dma, referee);
	vfm_observe(vfm, on_ioctl, referee);
	referee->kvm = referee_kvm_create(referee, sim, machine, kvm);
	stat_register(sim, "referee", referee_stat_rows, sim_count_of(referee_stat_rows), &referee->counts);
	return referee;
}

void referee_destroy(struct referee *referee)
{
	struct referee_container *container;

	if (!referee)
		return;
	stat_unregister(referee->sim, &referee->counts);
	while ((container = referee->containers)) {
		referee->containers = container->next;
		ledger_finish(&container->ledger);
		free(container);
	}
	referee_kvm_destroy(referee->kvm);
	frames_destroy(referee->frames);
	free(referee);
}

void referee_device(struct referee *referee, const struct vfm_device *dev)
{
	struct vfm_proc *proc = vfm_proc_leader(dev->proc);
	struct referee_container *container = container_of_fd(referee, proc, dev->container_fd);
	struct referee_device *device = device_add(referee, dev->phb, dev->rid);

	if (!container)
		container = container_create(referee, proc, dev->container_fd);
	if (device->container != container) {
		report_if_not_frozen(referee, device);
		memset(device, 0, sizeof(*device));
		device->container = container;
	}
	device->dev = *dev;
	device->dev.proc = proc;
	device->open_fds = (dev->container_fd >= 0) | (dev->group_fd >= 0) << 1 | (dev->device_fd >= 0) << 2;
}

void referee_finish(struct referee *referee)
{
	for (uint32_t i = 0; i < referee->device_count; i++) {
		struct referee_device *device = &referee->device[i];

		report_if_not_frozen(referee, device);
		for (uint32_t kind = 0; kind < REFEREE_KINDS; kind++)
			if (device->spelled[kind] > REFEREE_SPELLED)
				finding_add(referee->sim, FINDING_VIOLATION, referee_kinds[kind].kind,
					    "PHB %" PRIu32 " PE %" PRIu32 " (RID %04" PRIx32 "): %" PRIu64
					    " more accesses like those above",
					    device->dev.phb, device->dev.pe, device->dev.rid,
					    device->spelled[kind] - REFEREE_SPELLED);
	}
}

struct referee_counts referee_counts(const struct referee *referee)
{
	return referee->counts;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_pci_assign.c - addresses: what drivers/pci/setup-bus.c does for memory that is not prefetchable or
 * below 4 GiB. A bridge's window is as large as what is behind it, in units of what the platform wants of a window
 * (controller_ops.window_alignment: an M32 segment, because a segment belongs to one PE); the largest come first in it. Bridges
 * are set up from the leaves to the root, each after the platform had its say (controller_ops.setup_bridge).
 *
 * Not modelled: prefetchable and 64-bit windows (all BARs go into M32), I/O, ROMs, room for hot plug, fallbacks when space
 * is short: it is an error.
 */
#include <linux/pci.h>
#include <linux/slab.h>

#include <asm/pci-bridge.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_WINDOW_UNIT 0x100000ull /* granularity of a bridge's memory window */
#define KM_WINDOW_CLOSED 0x0000fff0u
#define KM_REQUESTS 64

/* Something that wants a place in a bus's window. */
struct km_request {
	struct resource *res;
	struct pci_dev *pdev;
	int index; /* of the BAR, or PCI_BRIDGE_MEM_WINDOW */
	u64 size, align;
};

static struct resource *km_pci_window(const struct pci_bus *bus)
{
	return bus->self ? &bus->self->resource[PCI_BRIDGE_MEM_WINDOW] :
			   &pci_bus_to_host((struct pci_bus *)bus)->mem_resources[0];
}

/* pcibios_window_alignment() */
static u64 km_pci_window_alignment(struct pci_bus *bus)
{
	struct pci_controller *hose = pci_bus_to_host(bus);
	u64 align = KM_WINDOW_UNIT;

	if (hose->controller_ops.window_alignment)
		align = max_t(u64, align, hose->controller_ops.window_alignment(bus, IORESOURCE_MEM));
	return align;
}

/* Largest alignment first; those that are alike stay in the order in which they were found. */
static int km_pci_insert(struct km_request *requests, int count, const struct km_request *request)
{
	int at = count;

	if (count == KM_REQUESTS)
		return -ENOSPC;
	for (; at && requests[at - 1].align < request->align; at--)
		requests[at] = requests[at - 1];
	requests[at] = *request;
	return count + 1;
}

static int km_pci_collect(struct pci_bus *bus, struct km_request *requests)
{
	struct pci_dev *pdev;
	int i, count = 0;

	list_for_each_entry(pdev, &bus->devices, bus_list) {
		for (i = 0; i <= PCI_BRIDGE_MEM_WINDOW; i++) {
			struct resource *res = &pdev->resource[i];
			struct km_request request = { res, pdev, i, resource_size(res), resource_size(res) };

			if (!(res->flags & IORESOURCE_MEM) || res->end <= res->start)
				continue;
			/* A window keeps its alignment where its start will be, as in pbus_size_mem(). */
			if (i == PCI_BRIDGE_MEM_WINDOW) {
				request.align = res->start;
				request.size = res->end + 1 - res->start;
			}
			count = km_pci_insert(requests, count, &request);
			if (count < 0)
				return count;
		}
	}
	return count;
}

/* Windows of the bridges behind @bus, then of its own bridge. Return: 0 or -errno. */
static int km_pci_size_bus(struct pci_bus *bus)
{
	struct km_request *requests;
	struct pci_bus *child;
	u64 size = 0, align;
	int i, count, ret;

	list_for_each_entry(child, &bus->children, node) {
		ret = km_pci_size_bus(child);
		if (ret)
			return ret;
	}
	if (!bus->self)
		return 0;
	requests = kcalloc(KM_REQUESTS, sizeof(*requests), GFP_KERNEL);
	if (!requests)
		return -ENOMEM;
	align = km_pci_window_alignment(bus);
	count = km_pci_collect(bus, requests);
	for (i = 0; i < count; i++) {
		size = ALIGN(size, requests[i].align) + requests[i].size;
		align = max(align, requests[i].align);
	}
	kfree(requests);
	if (count < 0)
		return count;
	if (size) {
		struct resource *window = km_pci_window(bus);

		window->start = align;
		window->end = align + ALIGN(size, align) - 1;
	}
	return 0;
}

static void km_pci_write_bar(struct pci_dev *pdev, int bar)
{
	const struct pci_controller *hose = pci_bus_to_host(pdev->bus);
	const struct resource *res = &pdev->resource[bar];
	int reg = PCI_BASE_ADDRESS_0 + 4 * bar;

	pci_write_config_dword(pdev, reg, (u32)(res->start - hose->mem_offset[0]));
	if (res->flags & IORESOURCE_MEM_64)
		pci_write_config_dword(pdev, reg + 4, 0);
	dev_info(&pdev->dev, "BAR %d: assigned [mem 0x%llx-0x%llx]\n", bar, res->start, res->end);
}

/* pci_setup_bridge() */
static void km_pci_setup_bridge(struct pci_bus *bus)
{
	const unsigned long type = IORESOURCE_IO | IORESOURCE_MEM | IORESOURCE_PREFETCH;
	struct pci_controller *hose = pci_bus_to_host(bus);
	const struct resource *window = km_pci_window(bus);
	struct pci_dev *bridge = bus->self;
	u32 value = KM_WINDOW_CLOSED;

	if (hose->controller_ops.setup_bridge)
		hose->controller_ops.setup_bridge(bus, type);
	if (window->parent) {
		u64 start = window->start - hose->mem_offset[0], end = window->end - hose->mem_offset[0];

		value = (u32)(start >> 16 & 0xfff0) | (u32)(end & 0xfff00000);
		dev_info(&bridge->dev, "  bridge window [mem 0x%llx-0x%llx]\n", window->start, window->end);
	}
	pci_write_config_dword(bridge, PCI_MEMORY_BASE, value);
	pci_write_config_dword(bridge, PCI_PREF_LIMIT_UPPER32, 0);
	pci_write_config_dword(bridge, PCI_PREF_MEMORY_BASE, KM_WINDOW_CLOSED);
	pci_write_config_dword(bridge, PCI_PREF_BASE_UPPER32, 0);
	pci_write_config_word(bridge, PCI_BRIDGE_CONTROL, bus->bridge_ctl);
}

/* The first place from @at on that none of @requests has. */
static u64 km_pci_find_place(const struct km_request *requests, int count, const struct km_request *request, u64 at)
{
	int i;

	at = ALIGN(at, request->align);
	for (i = 0; i < count; i++) {
		const struct resource *res = requests[i].res;

		if ((res->flags & IORESOURCE_UNSET) || at > res->end || at + request->size - 1 < res->start)
			continue;
		at = ALIGN(res->end + 1, request->align);
		i = -1;
	}
	return at;
}

/* What is on the bus and has no place yet gets one. */
static int km_pci_assign_new(struct pci_bus *bus)
{
	struct resource *window = km_pci_window(bus);
	struct km_request *requests = kcalloc(KM_REQUESTS, sizeof(*requests), GFP_KERNEL);
	u64 at = window->start;
	int i, count, ret = 0;

	if (!requests)
		return -ENOMEM;
	count = km_pci_collect(bus, requests);
	for (i = 0; i < count && !ret; i++) {
		struct km_request *request = &requests[i];

		if (!(request->res->flags & IORESOURCE_UNSET))
			continue;
		at = km_pci_find_place(requests, count, request, at);
		if (at + request->size - 1 > window->end) {
			dev_err(&request->pdev->dev, "BAR %d: no space for 0x%llx bytes\n", request->index, request->size);
			ret = -ENOSPC;
			break;
		}
		request->res->start = at;
		request->res->end = at + request->size - 1;
		request->res->flags &= ~IORESOURCE_UNSET;
		request->res->parent = window;
		at += request->size;
		if (request->index != PCI_BRIDGE_MEM_WINDOW)
			km_pci_write_bar(request->pdev, request->index);
	}
	kfree(requests);
	return ret || count >= 0 ? ret : count;
}

int km_pci_assign_below(struct pci_bus *bus)
{
	struct pci_bus *child;
	int ret = km_pci_assign_new(bus);

	list_for_each_entry(child, &bus->children, node) {
		if (!ret)
			ret = km_pci_assign_below(child);
	}
	return ret;
}

/* __pci_bus_assign_resources(): what is on the bus gets its places, then the buses behind, then each bridge is set up. */
static int km_pci_assign_bus(struct pci_bus *bus)
{
	struct pci_bus *child;
	int ret = km_pci_assign_new(bus);

	if (ret)
		return ret;
	list_for_each_entry(child, &bus->children, node) {
		ret = km_pci_assign_bus(child);
		if (ret)
			return ret;
		km_pci_setup_bridge(child);
	}
	return 0;
}

int km_pci_assign(struct pci_controller *hose)
{
	int ret = km_pci_size_bus(hose->bus);

	return ret ? ret : km_pci_assign_bus(hose->bus);
}

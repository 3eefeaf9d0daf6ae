// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/guest/gm_of.c - the rest of drivers/of that a guest's kernel needs beside km_of.c: nodes by type,
 * properties that come and go, DMA windows in cells. The tree itself comes from a table (struct gm_boot).
 * Properties that come and go are in km_of.c.
 *
 * Not modelled: reference counts of nodes; more than one who listens to changes.
 */
#include <linux/notifier.h>
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/prom.h>

#include "kernel-model/linux/guest/gm.h"
#include "kernel-model/linux/km_device.h"

#define GM_NODES 16

/* All nodes, in order. */
static struct {
	struct device_node *np;
	const char *type;
} gm_nodes[GM_NODES];
static int gm_node_count;

struct device_node *gm_of_node(struct device_node *parent, const char *name, const char *type)
{
	struct device_node *np = km_of_add(parent, name);

	if (!np || gm_node_count == GM_NODES)
		return NULL;
	gm_nodes[gm_node_count].np = np;
	gm_nodes[gm_node_count++].type = type;
	return np;
}

/* Index of @np, or of the first. */
static int gm_after(const struct device_node *np)
{
	int i;

	for (i = 0; i < gm_node_count && np; i++)
		if (gm_nodes[i].np == np)
			return i + 1;
	return 0;
}

struct device_node *of_find_node_by_type(struct device_node *from, const char *type)
{
	int i;

	for (i = gm_after(from); i < gm_node_count; i++)
		if (gm_nodes[i].type && !strcmp(gm_nodes[i].type, type))
			return gm_nodes[i].np;
	return NULL;
}

struct device_node *of_find_node_with_property(struct device_node *from, const char *name)
{
	int i;

	for (i = gm_after(from); i < gm_node_count; i++)
		if (of_find_property(gm_nodes[i].np, name, NULL))
			return gm_nodes[i].np;
	return NULL;
}

int of_n_addr_cells(struct device_node *np)
{
	return 2;
}

int of_n_size_cells(struct device_node *np)
{
	return 2;
}

/* ---- The flattened tree, which kernels look at before they have made nodes of it: what the hypervisor offers ---- */

#define GM_FLAT_RTAS 1

static const char *gm_hypertas;

int of_scan_flat_dt(int (*it)(unsigned long node, const char *uname, int depth, void *data), void *data)
{
	return it(GM_FLAT_RTAS, "rtas", 1, data);
}

const void *of_get_flat_dt_prop(unsigned long node, const char *name, int *size)
{
	const char *end = gm_hypertas;

	if (node != GM_FLAT_RTAS || strcmp(name, "ibm,hypertas-functions"))
		return NULL;
	while (*end)
		end += strlen(end) + 1;
	*size = end - gm_hypertas;
	return gm_hypertas;
}

void gm_of_flat(const char *hypertas)
{
	gm_hypertas = hypertas;
}

/* ---- Nodes that go ---- */

static struct notifier_block *gm_reconfig;

int of_reconfig_notifier_register(struct notifier_block *nb)
{
	gm_reconfig = nb;
	return 0;
}

void gm_of_detach(struct device_node *np)
{
	struct of_reconfig_data data = { .dn = np };

	if (gm_reconfig)
		gm_reconfig->notifier_call(gm_reconfig, OF_RECONFIG_DETACH_NODE, &data);
}

struct device_node *of_chosen;

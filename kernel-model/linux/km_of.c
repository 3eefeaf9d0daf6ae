// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_of.c - the device tree, as far as hosted code looks at it: a node per PHB and, below it, one per
 * function that firmware has found, with the properties that skiboot gives them (core/pci.c pci_add_one_device_node()).
 * The hosted pci_dn.c makes struct pci_dn and eeh_dev of them.
 *
 * Firmware hands its list over at boot (host_firmware_node()), where a real one hands over a flattened tree.
 *
 * Not modelled: any other part of the tree; properties that nobody asks for; nodes that come and go.
 */
#include <linux/ioport.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/property.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_NODE_NAME_BYTES 40
#define KM_NODE_PROPERTIES 10
#define KM_NODE_CELLS 24

/* A node with its properties; numbers are big-endian, as in a flattened tree. */
struct km_node {
	struct device_node dn; /* first: a node is found from it */
	char name[KM_NODE_NAME_BYTES];
	struct property property[KM_NODE_PROPERTIES];
	__be32 cell[KM_NODE_CELLS];
	int properties, cells;
};

static struct km_node *km_node(const struct device_node *np)
{
	return container_of(np, struct km_node, dn);
}

struct device_node *km_of_add(struct device_node *parent, const char *name)
{
	struct km_node *node = kzalloc(sizeof(*node), GFP_KERNEL);
	struct device_node **at;

	if (!node)
		return NULL;
	strscpy(node->name, name, sizeof(node->name));
	node->dn.name = node->name;
	node->dn.full_name = node->name;
	node->dn.parent = parent;
	for (at = parent ? &parent->child : NULL; at && *at; at = &(*at)->sibling)
		;
	if (at)
		*at = &node->dn;
	return &node->dn;
}

void km_of_set(struct device_node *np, const char *name, const void *value, int len)
{
	struct km_node *node = km_node(np);

	BUG_ON(node->properties == KM_NODE_PROPERTIES);
	node->property[node->properties++] = (struct property){
		.name = (char *)name, .value = (void *)value, .length = len };
}

void km_of_set_cells(struct device_node *np, const char *name, const u32 *values, int count)
{
	struct km_node *node = km_node(np);
	int i;

	BUG_ON(node->cells + count > KM_NODE_CELLS);
	for (i = 0; i < count; i++)
		node->cell[node->cells + i] = cpu_to_be32(values[i]);
	km_of_set(np, name, &node->cell[node->cells], count * (int)sizeof(__be32));
	node->cells += count;
}

void km_of_set_cell(struct device_node *np, const char *name, u32 value)
{
	km_of_set_cells(np, name, &value, 1);
}

/* Functions below a PHB. */
static struct device_node *km_of_add_function(struct device_node *parent, const struct host_pci_node *found)
{
	const u32 reg[] = { found->bdfn << 8, 0, 0, 0, 0 };
	struct device_node *np;
	char name[KM_NODE_NAME_BYTES];

	snprintf(name, sizeof(name), found->bdfn & 7 ? "pci@%x,%x" : "pci@%x", found->bdfn >> 3 & 0x1f,
		 found->bdfn & 7);
	np = km_of_add(parent, name);
	if (!np)
		return NULL;
	km_of_set_cells(np, "reg", reg, ARRAY_SIZE(reg));
	km_of_set_cell(np, "vendor-id", found->vendor_id);
	km_of_set_cell(np, "device-id", found->device_id);
	km_of_set_cell(np, "class-code", found->class_code);
	km_of_set_cell(np, "revision-id", found->revision_id);
	km_of_set_cell(np, "ibm,pci-config-space-type", 1);
	if (found->slot)
		km_of_set_cell(np, "ibm,reset-by-firmware", 1);
	return np;
}

int km_of_add_functions(struct device_node *phb, u64 opal_id)
{
	struct host_pci_node found;
	struct device_node **nodes;
	int count = 0, i, ret = 0;

	while (!host_firmware_node(opal_id, count, &found))
		count++;
	nodes = kcalloc(count, sizeof(*nodes), GFP_KERNEL);
	if (count && !nodes)
		return -ENOMEM;
	for (i = 0; i < count && !ret; i++) {
		host_firmware_node(opal_id, i, &found);
		nodes[i] = km_of_add_function(found.parent < 0 ? phb : nodes[found.parent], &found);
		ret = nodes[i] ? 0 : -ENOMEM;
	}
	kfree(nodes);
	return ret;
}

struct device_node *km_of_find_function(const struct device_node *parent, unsigned int devfn)
{
	struct device_node *np;
	const __be32 *reg;

	for (np = parent ? parent->child : NULL; np; np = np->sibling) {
		reg = of_get_property(np, "reg", NULL);
		if (reg && (be32_to_cpu(*reg) >> 8 & 0xff) == devfn)
			return np;
	}
	return NULL;
}

/* ---- drivers/of ---- */

struct property *of_find_property(const struct device_node *np, const char *name, int *len)
{
	struct km_node *node = km_node(np);
	struct property *property;
	int i;

	for (i = 0; np && i < node->properties; i++) {
		if (strcmp(name, node->property[i].name))
			continue;
		if (len)
			*len = node->property[i].length;
		return &node->property[i];
	}
	for (property = np ? np->properties : NULL; property; property = property->next) {
		if (strcmp(name, property->name))
			continue;
		if (len)
			*len = property->length;
		return property;
	}
	return NULL;
}

/* What is added later belongs to who adds it; it is linked as in the real tree. */
int of_add_property(struct device_node *np, struct property *prop)
{
	if (of_find_property(np, prop->name, NULL))
		return -EEXIST;
	prop->next = np->properties;
	np->properties = prop;
	return 0;
}

int of_remove_property(struct device_node *np, struct property *prop)
{
	struct km_node *node = km_node(np);
	struct property **at;
	int i;

	for (at = &np->properties; *at; at = &(*at)->next) {
		if (*at != prop)
			continue;
		*at = prop->next;
		prop->next = np->deadprops;
		np->deadprops = prop;
		return 0;
	}
	for (i = 0; i < node->properties; i++) {
		if (&node->property[i] == prop) {
			prop->name = "";
			return 0;
		}
	}
	return -ENODEV;
}

const void *of_get_property(const struct device_node *np, const char *name, int *len)
{
	const struct property *property = of_find_property(np, name, len);

	return property ? property->value : NULL;
}

/* Nodes stay. */
struct device_node *of_node_get(struct device_node *np)
{
	return np;
}

void of_node_put(struct device_node *np)
{
}

struct device_node *of_get_parent(const struct device_node *np)
{
	return np ? np->parent : NULL;
}

bool of_device_is_available(const struct device_node *np)
{
	return true;
}

int of_device_is_compatible(const struct device_node *np, const char *name)
{
	const char *compatible;
	int len, at;

	compatible = of_get_property(np, "compatible", &len);
	for (at = 0; compatible && at < len; at += strlen(compatible + at) + 1) {
		if (!strcmp(compatible + at, name))
			return 1;
	}
	return 0;
}

struct device_node *of_get_next_child(const struct device_node *np, struct device_node *prev)
{
	return prev ? prev->sibling : np->child;
}

/* No node translates addresses. */
u64 of_translate_address(struct device_node *np, const __be32 *addr)
{
	return of_read_number(addr, 2);
}

int of_property_count_elems_of_size(const struct device_node *np, const char *name, int size)
{
	int len;

	return of_get_property(np, name, &len) ? len / size : -EINVAL;
}

int of_property_read_u32_index(const struct device_node *np, const char *name, u32 index, u32 *out)
{
	int len;
	const __be32 *value = of_get_property(np, name, &len);

	if (!value)
		return -EINVAL;
	if ((index + 1) * sizeof(*value) > len)
		return -EOVERFLOW;
	*out = be32_to_cpu(value[index]);
	return 0;
}

int of_property_read_variable_u32_array(const struct device_node *np, const char *name, u32 *out, size_t min, size_t max)
{
	int len, i;
	const __be32 *value = of_get_property(np, name, &len);

	if (!value)
		return -EINVAL;
	if (len < (int)(min * sizeof(*value)))
		return -EOVERFLOW;
	for (i = 0; i < len / (int)sizeof(*value) && (size_t)i < (max ? max : min); i++)
		out[i] = be32_to_cpu(value[i]);
	return i;
}

int of_address_to_resource(struct device_node *np, int index, struct resource *r)
{
	int len;
	const __be32 *reg = of_get_property(np, "reg", &len);
	u64 start, size;

	if (index || !reg || len < 4 * (int)sizeof(*reg))
		return -EINVAL;
	start = of_read_number(reg, 2);
	size = of_read_number(reg + 2, 2);
	*r = (struct resource){ .start = start, .end = start + size - 1, .flags = IORESOURCE_MEM };
	return 0;
}

/* lib/vsprintf.c prints a node (%pOF) through these: a PHB's is directly below the root. */
static struct device_node *km_of_from(const struct fwnode_handle *fwnode)
{
	return container_of(fwnode, struct device_node, fwnode);
}

unsigned int fwnode_count_parents(const struct fwnode_handle *fwnode)
{
	const struct device_node *np = km_of_from(fwnode);
	unsigned int count = 0;

	while ((np = np->parent))
		count++;
	return count;
}

struct fwnode_handle *fwnode_get_nth_parent(struct fwnode_handle *fwnode, unsigned int depth)
{
	struct device_node *np = km_of_from(fwnode);

	while (depth-- && np)
		np = np->parent;
	return np ? &np->fwnode : NULL;
}

const char *fwnode_get_name_prefix(const struct fwnode_handle *fwnode)
{
	return "/";
}

const char *fwnode_get_name(const struct fwnode_handle *fwnode)
{
	return km_of_from(fwnode)->full_name;
}

void fwnode_handle_put(struct fwnode_handle *fwnode)
{
}

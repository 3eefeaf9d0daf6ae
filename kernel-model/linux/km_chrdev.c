// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_chrdev.c - the driver core as far as the hosted code sees it: reference counts of devices,
 * classes, character devices, misc devices, and the nodes that devtmpfs would make of them under /dev.
 *
 * Drivers and their buses are in km_driver.c.
 *
 * Not modelled: sysfs, uevents, runtime power management, device links, majors other than dynamic ones.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_CHRDEV_MAJOR_FIRST 240 /* dynamic majors */
#define KM_PATH_BYTES 64

/* A node of /dev: misc devices have @misc, the others @dev and the cdev that covers their number. */
struct km_node {
	struct list_head list;
	struct inode inode;
	struct miscdevice *misc;
	struct device *dev;
};

/* A cdev that was added for @dev. */
struct km_cdev {
	struct list_head list;
	struct cdev *cdev;
};

static LIST_HEAD(km_nodes);
static LIST_HEAD(km_cdevs);
static DEFINE_MUTEX(km_chrdev_mutex);
static unsigned int km_next_major = KM_CHRDEV_MAJOR_FIRST;
static unsigned int km_next_misc_minor;

static void km_node_path(const struct km_node *node, char *path)
{
	char *name = NULL;

	if (node->misc) {
		snprintf(path, KM_PATH_BYTES, "/dev/%s", node->misc->nodename ?: node->misc->name);
		return;
	}
	if (node->dev->class && node->dev->class->devnode)
		name = node->dev->class->devnode(node->dev, NULL);
	snprintf(path, KM_PATH_BYTES, "/dev/%s", name ?: dev_name(node->dev));
	kfree(name);
}

static struct km_node *km_node_add(struct miscdevice *misc, struct device *dev, dev_t devt)
{
	struct km_node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	if (!node)
		return NULL;
	node->misc = misc;
	node->dev = dev;
	node->inode.i_rdev = devt;
	node->inode.i_mode = S_IFCHR;
	mutex_lock(&km_chrdev_mutex);
	list_add_tail(&node->list, &km_nodes);
	mutex_unlock(&km_chrdev_mutex);
	return node;
}

static void km_node_remove(const struct miscdevice *misc, const struct device *dev)
{
	struct km_node *node, *next;

	mutex_lock(&km_chrdev_mutex);
	list_for_each_entry_safe(node, next, &km_nodes, list) {
		if (node->misc != misc || node->dev != dev)
			continue;
		list_del(&node->list);
		kfree(node);
	}
	mutex_unlock(&km_chrdev_mutex);
}

static struct cdev *km_cdev_find(dev_t devt)
{
	struct km_cdev *entry;

	list_for_each_entry(entry, &km_cdevs, list) {
		if (devt >= entry->cdev->dev && devt < entry->cdev->dev + entry->cdev->count)
			return entry->cdev;
	}
	return NULL;
}

/* As chrdev_open() and misc_open(): a cdev's file starts without private data, a misc one with its device. */
struct inode *km_chrdev_lookup(const char *path, const struct file_operations **fops, void **private_data)
{
	struct inode *inode = NULL;
	struct km_node *node;

	mutex_lock(&km_chrdev_mutex);
	list_for_each_entry(node, &km_nodes, list) {
		char name[KM_PATH_BYTES];

		km_node_path(node, name);
		if (strcmp(path, name))
			continue;
		if (node->misc) {
			*fops = node->misc->fops;
			*private_data = node->misc;
			inode = &node->inode;
		} else {
			struct cdev *cdev = km_cdev_find(node->inode.i_rdev);

			if (!cdev)
				continue;
			node->inode.i_cdev = cdev;
			*fops = cdev->ops;
			*private_data = NULL;
			inode = &node->inode;
		}
		break;
	}
	mutex_unlock(&km_chrdev_mutex);
	return inode;
}

/* Character device numbers. */
int alloc_chrdev_region(dev_t *dev, unsigned int baseminor, unsigned int count, const char *name)
{
	*dev = MKDEV(km_next_major++, baseminor);
	return 0;
}

void unregister_chrdev_region(dev_t from, unsigned int count)
{
}

void cdev_init(struct cdev *cdev, const struct file_operations *fops)
{
	memset(cdev, 0, sizeof(*cdev));
	INIT_LIST_HEAD(&cdev->list);
	kref_init(&cdev->kobj.kref);
	cdev->ops = fops;
}

int cdev_device_add(struct cdev *cdev, struct device *dev)
{
	struct km_cdev *entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	int ret;

	if (!entry)
		return -ENOMEM;
	cdev->dev = dev->devt;
	cdev->count = 1;
	cdev->kobj.parent = &dev->kobj;
	entry->cdev = cdev;
	list_add_tail(&entry->list, &km_cdevs);
	ret = device_add(dev);
	if (ret) {
		list_del(&entry->list);
		kfree(entry);
	}
	return ret;
}

void cdev_device_del(struct cdev *cdev, struct device *dev)
{
	struct km_cdev *entry, *next;

	device_del(dev);
	list_for_each_entry_safe(entry, next, &km_cdevs, list) {
		if (entry->cdev != cdev)
			continue;
		list_del(&entry->list);
		kfree(entry);
	}
}

int misc_register(struct miscdevice *misc)
{
	if (misc->minor == MISC_DYNAMIC_MINOR)
		misc->minor = km_next_misc_minor++;
	return km_node_add(misc, NULL, MKDEV(MISC_MAJOR, misc->minor)) ? 0 : -ENOMEM;
}

void misc_deregister(struct miscdevice *misc)
{
	km_node_remove(misc, NULL);
}

/* Classes. */
struct class *KM_CLASS_CREATE
{
	struct class *class = kzalloc(sizeof(*class), GFP_KERNEL);

	if (!class)
		return ERR_PTR(-ENOMEM);
	class->name = name;
	return class;
}

void class_destroy(KM_CLASS_CONST struct class *class)
{
	if (!IS_ERR_OR_NULL(class))
		kfree(class);
}

/* Devices: kobject names and counts, and release when the last reference goes. */
static void km_device_release(struct kref *kref)
{
	struct device *dev = container_of(kref, struct device, kobj.kref);
	const char *name = dev->kobj.name;

	if (dev->release)
		dev->release(dev);
	else if (dev->class && dev->class->dev_release)
		dev->class->dev_release(dev);
	else
		WARN(1, "Device '%s' does not have a release() function\n", name);
	kfree_const(name);
}

void device_initialize(struct device *dev)
{
	kref_init(&dev->kobj.kref);
	INIT_LIST_HEAD(&dev->kobj.entry);
	dev->kobj.state_initialized = 1;
	mutex_init(&dev->mutex);
	spin_lock_init(&dev->devres_lock);
	INIT_LIST_HEAD(&dev->devres_head);
}

struct device *get_device(struct device *dev)
{
	if (dev)
		kref_get(&dev->kobj.kref);
	return dev;
}

void put_device(struct device *dev)
{
	if (dev)
		kref_put(&dev->kobj.kref, km_device_release);
}

int dev_set_name(struct device *dev, const char *fmt, ...)
{
	va_list args;
	int ret;

	va_start(args, fmt);
	ret = kobject_set_name_vargs(&dev->kobj, fmt, args);
	va_end(args);
	return ret;
}

int device_add(struct device *dev)
{
	if (!dev->kobj.name)
		return -EINVAL;
	get_device(dev);
	get_device(dev->parent);
	if (MAJOR(dev->devt) && !km_node_add(NULL, dev, dev->devt)) {
		put_device(dev->parent);
		put_device(dev);
		return -ENOMEM;
	}
	dev->kobj.state_in_sysfs = 1; /* device_is_registered() */
	km_bus_notify(dev, BUS_NOTIFY_ADD_DEVICE);
	return 0;
}

void device_del(struct device *dev)
{
	km_bus_notify(dev, BUS_NOTIFY_DEL_DEVICE);
	dev->kobj.state_in_sysfs = 0;
	if (MAJOR(dev->devt))
		km_node_remove(NULL, dev);
	km_bus_notify(dev, BUS_NOTIFY_REMOVED_DEVICE);
	put_device(dev->parent);
	put_device(dev);
}

const char *dev_driver_string(const struct device *dev)
{
	if (dev->driver)
		return dev->driver->name;
	return dev->bus ? dev->bus->name : "";
}

/* Devices are on the PCI bus or on none. */
KM_BUS_CONST struct bus_type platform_bus_type = { .name = "platform" };

int bus_for_each_dev(KM_BUS_CONST struct bus_type *bus, struct device *start, void *data,
		     int (*fn)(struct device *dev, void *data))
{
	struct pci_dev *pdev;
	int i, ret = 0;

	for (i = 0; (pdev = km_pci_dev(i)) && !ret; i++) {
		if (pdev->dev.bus == bus && device_is_registered(&pdev->dev))
			ret = fn(&pdev->dev, data);
	}
	return ret;
}

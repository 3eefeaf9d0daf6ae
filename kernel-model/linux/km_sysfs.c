// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_sysfs.c - kobjects with their counts, names and parents (lib/kobject.c), because what hosted code
 * frees hangs on them; and sysfs, where nobody looks: files and links are accepted and forgotten.
 *
 * Not modelled: sysfs itself, ksets, uevents.
 */
#include <linux/device.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "kernel-model/linux/km.h"

static void km_kobject_free_dynamic(struct kobject *kobj)
{
	kfree(kobj);
}

static const struct kobj_type km_dynamic_ktype = { .release = km_kobject_free_dynamic };

/* As kobject_cleanup(): the name goes after the release, the parent's reference last. */
static void km_kobject_release(struct kref *kref)
{
	struct kobject *kobj = container_of(kref, struct kobject, kref), *parent = kobj->parent;
	const char *name = kobj->name;

	if (kobj->ktype && kobj->ktype->release)
		kobj->ktype->release(kobj);
	else
		WARN(1, "kobject '%s' does not have a release() function\n", name);
	kfree_const(name);
	kobject_put(parent);
}

struct kobject *kobject_get(struct kobject *kobj)
{
	if (kobj)
		kref_get(&kobj->kref);
	return kobj;
}

void kobject_put(struct kobject *kobj)
{
	if (kobj)
		kref_put(&kobj->kref, km_kobject_release);
}

int kobject_set_name_vargs(struct kobject *kobj, const char *fmt, va_list args)
{
	const char *old = kobj->name;

	kobj->name = kvasprintf_const(GFP_KERNEL, fmt, args);
	if (!kobj->name) {
		kobj->name = old;
		return -ENOMEM;
	}
	kfree_const(old);
	return 0;
}

int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype, struct kobject *parent, const char *fmt, ...)
{
	va_list args;
	int ret;

	kref_init(&kobj->kref);
	INIT_LIST_HEAD(&kobj->entry);
	kobj->ktype = ktype;
	kobj->parent = kobject_get(parent);
	kobj->state_initialized = 1;
	va_start(args, fmt);
	ret = kobject_set_name_vargs(kobj, fmt, args);
	va_end(args);
	return ret;
}

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	if (kobj && kobject_init_and_add(kobj, &km_dynamic_ktype, parent, "%s", name)) {
		kobject_put(kobj);
		return NULL;
	}
	return kobj;
}

int sysfs_create_file_ns(struct kobject *kobj, const struct attribute *attr, const void *ns)
{
	return 0;
}

void sysfs_remove_file_ns(struct kobject *kobj, const struct attribute *attr, const void *ns)
{
}

int device_create_file(struct device *dev, const struct device_attribute *attr)
{
	return 0;
}

void device_remove_file(struct device *dev, const struct device_attribute *attr)
{
}

int sysfs_create_link(struct kobject *kobj, struct kobject *target, const char *name)
{
	return 0;
}

int sysfs_create_link_nowarn(struct kobject *kobj, struct kobject *target, const char *name)
{
	return 0;
}

void sysfs_remove_link(struct kobject *kobj, const char *name)
{
}

int sysfs_add_link_to_group(struct kobject *kobj, const char *group_name, struct kobject *target, const char *link_name)
{
	return 0;
}

void sysfs_remove_link_from_group(struct kobject *kobj, const char *group_name, const char *link_name)
{
}

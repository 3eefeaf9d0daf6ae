// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_files.c - files that hosted code offers to look into it: debugfs below /sys/kernel/debug (there is a
 * directory "powerpc", which arch/powerpc makes) and /proc files of one piece. A process opens them by their whole path.
 *
 * Not modelled: directories to be listed, permissions, removal; numbers that are a variable (debugfs_create_u32() and such);
 * seq_file beyond one call of show().
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_device.h"

#define KM_FILES_PATH 96
#define KM_FILES_SEQ 4096

/* A file or directory; its struct dentry is what the kernel hands around. @show: of /proc. */
struct km_entry {
	struct dentry dentry;
	struct list_head list;
	struct inode inode;
	const struct file_operations *fops;
	int (*show)(struct seq_file *seq, void *unused);
	char path[KM_FILES_PATH];
};

static LIST_HEAD(km_entries);
static struct km_entry km_debug_powerpc = { .path = "/sys/kernel/debug/powerpc" };
struct dentry *arch_debugfs_dir = &km_debug_powerpc.dentry;

static struct km_entry *km_entry_add(const char *directory, const char *name, const struct file_operations *fops, void *data)
{
	struct km_entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry)
		return NULL;
	snprintf(entry->path, sizeof(entry->path), "%s/%s", directory, name);
	entry->fops = fops;
	entry->inode.i_private = data;
	list_add_tail(&entry->list, &km_entries);
	return entry;
}

struct inode *km_files_lookup(const char *path, const struct file_operations **fops)
{
	struct km_entry *entry;

	list_for_each_entry(entry, &km_entries, list) {
		if (!entry->fops || strcmp(entry->path, path))
			continue;
		*fops = entry->fops;
		return &entry->inode;
	}
	return NULL;
}

/* ---- debugfs ---- */

static struct dentry *km_debugfs_add(struct dentry *parent, const char *name, const struct file_operations *fops, void *data)
{
	struct km_entry *directory = parent ? container_of(parent, struct km_entry, dentry) : NULL;
	struct km_entry *entry;

	if (IS_ERR(parent))
		return parent;
	entry = km_entry_add(directory ? directory->path : "/sys/kernel/debug", name, fops, data);
	return entry ? &entry->dentry : ERR_PTR(-ENOMEM);
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	return km_debugfs_add(parent, name, NULL, NULL);
}

struct dentry *debugfs_create_file_unsafe(const char *name, umode_t mode, struct dentry *parent, void *data,
					  const struct file_operations *fops)
{
	return km_debugfs_add(parent, name, fops, data);
}

struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data,
				   const struct file_operations *fops)
{
	return km_debugfs_add(parent, name, fops, data);
}

/* Numbers that somebody could look at. */
void debugfs_create_u32(const char *name, umode_t mode, struct dentry *parent, u32 *value)
{
}

void debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, bool *value)
{
}

/* ---- fs/libfs.c ---- */

int simple_open(struct inode *inode, struct file *file)
{
	if (inode->i_private)
		file->private_data = inode->i_private;
	return 0;
}

ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *ppos, const void *from, size_t available)
{
	loff_t pos = *ppos;

	if (pos < 0)
		return -EINVAL;
	if (pos >= available || !count)
		return 0;
	count = min_t(size_t, count, available - pos);
	if (copy_to_user(to, from + pos, count))
		return -EFAULT;
	*ppos = pos + count;
	return count;
}

ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos, const void __user *from, size_t count)
{
	loff_t pos = *ppos;

	if (pos < 0)
		return -EINVAL;
	if (pos >= available || !count)
		return 0;
	count = min_t(size_t, count, available - pos);
	if (copy_from_user(to + pos, from, count))
		return -EFAULT;
	*ppos = pos + count;
	return count;
}

/* A file of one number. */
struct simple_attr {
	int (*get)(void *data, u64 *value);
	int (*set)(void *data, u64 value);
	void *data;
	const char *fmt;
};

int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *), int (*set)(void *, u64),
		     const char *fmt)
{
	struct simple_attr *attr = kzalloc(sizeof(*attr), GFP_KERNEL);

	if (!attr)
		return -ENOMEM;
	attr->get = get;
	attr->set = set;
	attr->data = inode->i_private;
	attr->fmt = fmt;
	file->private_data = attr;
	return 0;
}

int simple_attr_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

ssize_t simple_attr_read(struct file *file, char __user *to, size_t count, loff_t *ppos)
{
	struct simple_attr *attr = file->private_data;
	char text[24];
	u64 value;
	int ret;

	if (!attr->get)
		return -EACCES;
	ret = attr->get(attr->data, &value);
	if (ret)
		return ret;
	ret = scnprintf(text, sizeof(text), attr->fmt, (unsigned long long)value);
	return simple_read_from_buffer(to, count, ppos, text, ret);
}

ssize_t simple_attr_write(struct file *file, const char __user *from, size_t count, loff_t *ppos)
{
	struct simple_attr *attr = file->private_data;
	size_t bytes = min_t(size_t, count, 23);
	unsigned long long value;
	char text[24];
	int ret;

	if (!attr->set)
		return -EACCES;
	if (copy_from_user(text, from, bytes))
		return -EFAULT;
	text[bytes] = 0;
	ret = kstrtoull(text, 0, &value);
	if (!ret)
		ret = attr->set(attr->data, value);
	return ret ? ret : (ssize_t)count;
}

ssize_t debugfs_attr_read(struct file *file, char __user *to, size_t count, loff_t *ppos)
{
	return simple_attr_read(file, to, count, ppos);
}

ssize_t debugfs_attr_write(struct file *file, const char __user *from, size_t count, loff_t *ppos)
{
	return simple_attr_write(file, from, count, ppos);
}

/* ---- /proc ---- */

void seq_printf(struct seq_file *seq, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	seq->count += vscnprintf(seq->buf + seq->count, seq->size - seq->count, fmt, args);
	va_end(args);
}

struct km_seq {
	struct seq_file seq; /* first: file->private_data */
	int (*show)(struct seq_file *seq, void *unused);
};

int single_open(struct file *file, int (*show)(struct seq_file *, void *), void *data)
{
	struct km_seq *seq = kzalloc(sizeof(*seq), GFP_KERNEL);

	if (!seq)
		return -ENOMEM;
	seq->seq.private = data;
	seq->show = show;
	file->private_data = &seq->seq;
	return 0;
}

int single_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;

	kfree(seq->buf);
	kfree(container_of(seq, struct km_seq, seq));
	return 0;
}

/* What show() says at the first read is what all reads return. */
ssize_t seq_read(struct file *file, char __user *to, size_t count, loff_t *ppos)
{
	struct seq_file *seq = file->private_data;

	if (!seq->buf) {
		seq->size = KM_FILES_SEQ;
		seq->buf = kmalloc(seq->size, GFP_KERNEL);
		if (!seq->buf)
			return -ENOMEM;
		container_of(seq, struct km_seq, seq)->show(seq, NULL);
	}
	return simple_read_from_buffer(to, count, ppos, seq->buf, seq->count);
}

static int km_proc_open(struct inode *inode, struct file *file)
{
	struct km_entry *entry = container_of(inode, struct km_entry, inode);

	return single_open(file, entry->show, inode->i_private);
}

static const struct file_operations km_proc_fops = {
	.open = km_proc_open,
	.read = seq_read,
	.release = single_release,
};

struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode, struct proc_dir_entry *parent,
					       int (*show)(struct seq_file *, void *), void *data)
{
	struct km_entry *entry = km_entry_add("/proc", name, &km_proc_fops, data);

	if (entry)
		entry->show = show;
	return (struct proc_dir_entry *)entry;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_file.c - files and descriptors: what fs/file.c, fs/file_table.c, fs/open.c and fs/read_write.c
 * are to the hosted code. struct file, files_struct and inode are the kernel's own.
 *
 * The last fput() does not call release(): as in the kernel it is put off to the way out of the system call, when no
 * lock of the caller is held any more. A kernel thread has no way out; there it happens at once.
 *
 * Not modelled: path walk (a path is looked up as a whole among the nodes of /dev, then among km_files.c's),
 * permissions, file positions of anything but character devices, poll, fcntl, descriptors above KM_FILE_FDS.
 */
#include <linux/anon_inodes.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/uaccess.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_FILE_FDS 1024
#define KM_FILE_FIRST_FD 3 /* a process starts with standard input, output and error open elsewhere */

static unsigned long km_files_open;
static struct inode km_anon_inode;

/* The table: the kernel's struct fdtable with room for all descriptors from the start. */
struct files_struct *km_files_create(void)
{
	struct files_struct *files = kzalloc(sizeof(*files), GFP_KERNEL);
	struct fdtable *fdt;
	int fd;

	if (!files)
		return NULL;
	atomic_set(&files->count, 1);
	spin_lock_init(&files->file_lock);
	fdt = &files->fdtab;
	fdt->max_fds = KM_FILE_FDS;
	fdt->fd = kcalloc(KM_FILE_FDS, sizeof(*fdt->fd), GFP_KERNEL);
	fdt->open_fds = kcalloc(BITS_TO_LONGS(KM_FILE_FDS), sizeof(long), GFP_KERNEL);
	if (!fdt->fd || !fdt->open_fds) {
		kfree(fdt->fd);
		kfree(fdt->open_fds);
		kfree(files);
		return NULL;
	}
	for (fd = 0; fd < KM_FILE_FIRST_FD; fd++)
		__set_bit(fd, fdt->open_fds);
	files->fdt = fdt;
	return files;
}

struct files_struct *km_files_share(struct files_struct *files)
{
	atomic_inc(&files->count);
	return files;
}

void km_files_put(struct files_struct *files)
{
	struct fdtable *fdt = files->fdt;
	unsigned int fd;

	if (!atomic_dec_and_test(&files->count))
		return;
	for (fd = 0; fd < fdt->max_fds; fd++) {
		struct file *file = fdt->fd[fd];

		if (!file)
			continue;
		fdt->fd[fd] = NULL;
		if (file->f_op->flush)
			file->f_op->flush(file, files);
		fput(file);
		km_file_work();
	}
	kfree(fdt->fd);
	kfree(fdt->open_fds);
	kfree(files);
}

int get_unused_fd_flags(unsigned int flags)
{
	struct files_struct *files = current->files;
	struct fdtable *fdt = files->fdt;
	unsigned long fd;

	spin_lock(&files->file_lock);
	fd = find_first_zero_bit(fdt->open_fds, fdt->max_fds);
	if (fd < fdt->max_fds)
		__set_bit(fd, fdt->open_fds);
	spin_unlock(&files->file_lock);
	return fd < fdt->max_fds ? (int)fd : -EMFILE;
}

void put_unused_fd(unsigned int fd)
{
	struct files_struct *files = current->files;

	spin_lock(&files->file_lock);
	__clear_bit(fd, files->fdt->open_fds);
	spin_unlock(&files->file_lock);
}

void fd_install(unsigned int fd, struct file *file)
{
	struct fdtable *fdt = current->files->fdt;

	BUG_ON(fdt->fd[fd]);
	rcu_assign_pointer(fdt->fd[fd], file);
}

struct file *fget(unsigned int fd)
{
	struct fdtable *fdt;
	struct file *file = NULL;

	if (!current->files)
		return NULL;
	fdt = current->files->fdt;
	if (fd < fdt->max_fds)
		file = fdt->fd[fd];
	if (file)
		get_file(file);
	return file;
}

KM_FDGET
{
	struct file *file = fget(fd);

	return km_fdget_result(file ? (unsigned long)file | FDPUT_FPUT : 0);
}

static struct file *km_file_alloc(const struct file_operations *fops, int flags)
{
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return ERR_PTR(-ENFILE);
	atomic_long_set(&file->f_count, 1);
	spin_lock_init(&file->f_lock);
	mutex_init(&file->f_pos_lock);
	file->f_flags = flags;
	file->f_mode = OPEN_FMODE(flags);
	file->f_op = fops;
	if ((file->f_mode & FMODE_READ) && fops->read)
		file->f_mode |= FMODE_CAN_READ;
	if ((file->f_mode & FMODE_WRITE) && fops->write)
		file->f_mode |= FMODE_CAN_WRITE;
	km_files_open++;
	return file;
}

static void km_file_free(struct file *file)
{
	km_files_open--;
	kfree(file);
}

struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv, int flags)
{
	struct file *file;

	if (fops->owner && !try_module_get(fops->owner))
		return ERR_PTR(-ENOENT);
	file = km_file_alloc(fops, flags & (O_ACCMODE | O_NONBLOCK));
	if (IS_ERR(file)) {
		module_put(fops->owner);
		return file;
	}
	file->f_inode = &km_anon_inode;
	file->f_mapping = km_anon_inode.i_mapping;
	file->private_data = priv;
	return file;
}

int anon_inode_getfd(const char *name, const struct file_operations *fops, void *priv, int flags)
{
	struct file *file;
	int fd = get_unused_fd_flags(flags);

	if (fd < 0)
		return fd;
	file = anon_inode_getfile(name, fops, priv, flags);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}

/*
 * Inodes of no name (fs/libfs.c), as the VFIO core makes one per device for the mapping of its files. The file system
 * that they belong to is pinned in name only: it has no superblock that anybody would look at.
 */
int simple_pin_fs(struct file_system_type *type, struct vfsmount **mount, int *count)
{
	static struct vfsmount km_pinned_mount;

	*mount = &km_pinned_mount;
	++*count;
	return 0;
}

void simple_release_fs(struct vfsmount **mount, int *count)
{
	if (!--*count)
		*mount = NULL;
}

struct inode *alloc_anon_inode(struct super_block *sb)
{
	struct inode *inode = kzalloc(sizeof(*inode), GFP_KERNEL);

	if (!inode)
		return ERR_PTR(-ENOMEM);
	atomic_set(&inode->i_count, 1);
	inode->i_mapping = &inode->i_data;
	inode->i_mode = S_IRUSR | S_IWUSR;
	return inode;
}

void iput(struct inode *inode)
{
	if (inode && atomic_dec_and_test(&inode->i_count))
		kfree(inode);
}

static void km_file_release(struct file *file)
{
	const struct file_operations *fops = file->f_op;

	if (fops->release)
		fops->release(file->f_inode, file);
	module_put(fops->owner);
	km_file_free(file);
}

static void km_file_release_work(struct callback_head *work)
{
	km_file_release(container_of(work, struct file, km_file_callback));
}

void fput(struct file *file)
{
	struct callback_head *work = &file->km_file_callback;

	if (!atomic_long_dec_and_test(&file->f_count))
		return;
	if (current->flags & PF_KTHREAD) {
		km_file_release(file);
		return;
	}
	work->func = km_file_release_work;
	work->next = current->task_works;
	current->task_works = work;
}

/* Newest first in the list, oldest first to run, as task_work_run() does. A release may drop further files. */
void km_file_work(void)
{
	while (current->task_works) {
		struct callback_head *work = current->task_works, *next, *head = NULL;

		current->task_works = NULL;
		for (; work; work = next) {
			next = work->next;
			work->next = head;
			head = work;
		}
		for (; head; head = next) {
			next = head->next;
			head->func(head);
		}
	}
}

long km_file_open(const char *path, int flags)
{
	const struct file_operations *fops;
	void *private_data;
	struct inode *inode = km_chrdev_lookup(path, &fops, &private_data);
	struct file *file;
	int fd, ret;

	if (!inode) {
		inode = km_files_lookup(path, &fops);
		private_data = NULL;
	}
	if (!inode)
		return -ENOENT;
	if (fops->owner && !try_module_get(fops->owner))
		return -ENODEV;
	fd = get_unused_fd_flags(flags);
	if (fd < 0) {
		module_put(fops->owner);
		return fd;
	}
	file = km_file_alloc(fops, flags);
	if (IS_ERR(file)) {
		ret = PTR_ERR(file);
		goto err_fd;
	}
	/* do_dentry_open() */
	file->f_mode |= FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE;
	file->f_inode = inode;
	file->f_mapping = inode->i_mapping;
	file->private_data = private_data;
	ret = fops->open ? fops->open(inode, file) : 0;
	if (ret)
		goto err_file;
	fd_install(fd, file);
	return fd;

err_file:
	km_file_free(file);
err_fd:
	module_put(fops->owner);
	put_unused_fd(fd);
	return ret;
}

long km_file_close(unsigned int fd)
{
	struct fdtable *fdt = current->files->fdt;
	struct file *file;
	long ret = 0;

	if (fd >= fdt->max_fds || !fdt->fd[fd])
		return -EBADF;
	file = fdt->fd[fd];
	fdt->fd[fd] = NULL;
	put_unused_fd(fd);
	if (file->f_op->flush)
		ret = file->f_op->flush(file, current->files);
	fput(file);
	return ret;
}

long km_file_receive(struct file *file)
{
	int fd = get_unused_fd_flags(0);

	if (fd < 0)
		fput(file);
	else
		fd_install(fd, file);
	return fd;
}

long km_file_ioctl(unsigned int fd, unsigned int cmd, unsigned long arg)
{
	struct file *file = fget(fd);
	long ret = -ENOTTY;

	if (!file)
		return -EBADF;
	km_charge(HOST_COST_IOCTL, 1);
	if (file->f_op->unlocked_ioctl)
		ret = file->f_op->unlocked_ioctl(file, cmd, arg);
	if (ret == -ENOIOCTLCMD)
		ret = -ENOTTY;
	fput(file);
	return ret;
}

static long km_file_do_read(struct file *file, char __user *buf, size_t bytes, loff_t *pos)
{
	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (!(file->f_mode & FMODE_CAN_READ))
		return -EINVAL;
	if (unlikely(!access_ok(buf, bytes)))
		return -EFAULT;
	return file->f_op->read(file, buf, min_t(size_t, bytes, MAX_RW_COUNT), pos);
}

static long km_file_do_write(struct file *file, const char __user *buf, size_t bytes, loff_t *pos)
{
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!(file->f_mode & FMODE_CAN_WRITE))
		return -EINVAL;
	if (unlikely(!access_ok(buf, bytes)))
		return -EFAULT;
	return file->f_op->write(file, buf, min_t(size_t, bytes, MAX_RW_COUNT), pos);
}

/* @pos: where, of pread() and pwrite(); NULL: at the file's own position. */
static long km_file_rw(unsigned int fd, char __user *buf, size_t bytes, loff_t *pos, bool write)
{
	struct file *file;
	long ret = -ESPIPE;

	if (pos && *pos < 0)
		return -EINVAL;
	file = fget(fd);
	if (!file)
		return -EBADF;
	if (!pos || file->f_mode & (write ? FMODE_PWRITE : FMODE_PREAD)) {
		pos = pos ?: &file->f_pos;
		ret = write ? km_file_do_write(file, buf, bytes, pos) : km_file_do_read(file, buf, bytes, pos);
	}
	fput(file);
	return ret;
}

long km_file_read(unsigned int fd, char __user *buf, size_t bytes)
{
	return km_file_rw(fd, buf, bytes, NULL, false);
}

long km_file_write(unsigned int fd, const char __user *buf, size_t bytes)
{
	return km_file_rw(fd, (char __user *)buf, bytes, NULL, true);
}

long km_file_pread(unsigned int fd, char __user *buf, size_t bytes, loff_t pos)
{
	return km_file_rw(fd, buf, bytes, &pos, false);
}

long km_file_pwrite(unsigned int fd, const char __user *buf, size_t bytes, loff_t pos)
{
	return km_file_rw(fd, (char __user *)buf, bytes, &pos, true);
}

unsigned long km_file_count(void)
{
	return km_files_open;
}

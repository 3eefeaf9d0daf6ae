// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_eventfd.c - event descriptors: a counter that one side adds to and the other waits for, in
 * simulated time. What fs/eventfd.c is to a bus driver and to user space.
 *
 * Not modelled: poll and wake-up callbacks (irqfd, resampling), blocking writes: a counter that would overflow is an
 * error here (-EAGAIN), whatever the mode.
 */
#include <linux/anon_inodes.h>
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"
#include "kernel-model/linux/km_device.h"

#define KM_EVENTFD_MAX (ULLONG_MAX - 1)

/* A reader that sleeps; on its stack. */
struct km_eventfd_waiter {
	struct list_head list;
	void *task;
};

struct eventfd_ctx {
	struct kref kref;
	struct list_head waiters;
	u64 count;
	unsigned int flags;
};

static void km_eventfd_free(struct kref *kref)
{
	kfree(container_of(kref, struct eventfd_ctx, kref));
}

void eventfd_ctx_put(struct eventfd_ctx *ctx)
{
	kref_put(&ctx->kref, km_eventfd_free);
}

static void km_eventfd_wake(struct eventfd_ctx *ctx)
{
	struct km_eventfd_waiter *waiter;

	list_for_each_entry(waiter, &ctx->waiters, list)
		host_wake(waiter->task);
}

/* By one: all that hosted code and the bus driver ask for. */
static u64 km_eventfd_add(struct eventfd_ctx *ctx)
{
	u64 n = ctx->count < KM_EVENTFD_MAX;

	ctx->count += n;
	km_eventfd_wake(ctx);
	return n;
}

KM_EVENTFD_SIGNAL
{
	return km_eventfd_result(km_eventfd_add(ctx));
}

static int km_eventfd_release(struct inode *inode, struct file *file)
{
	eventfd_ctx_put(file->private_data);
	return 0;
}

static ssize_t km_eventfd_read(struct file *file, char __user *buf, size_t bytes, loff_t *pos)
{
	struct eventfd_ctx *ctx = file->private_data;
	u64 value;

	if (bytes < sizeof(value))
		return -EINVAL;
	while (!ctx->count) {
		struct km_eventfd_waiter waiter = { .task = host_task() };

		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		list_add_tail(&waiter.list, &ctx->waiters);
		km_block();
		list_del(&waiter.list);
	}
	value = ctx->flags & EFD_SEMAPHORE ? 1 : ctx->count;
	ctx->count -= value;
	return copy_to_user(buf, &value, sizeof(value)) ? -EFAULT : sizeof(value);
}

static ssize_t km_eventfd_write(struct file *file, const char __user *buf, size_t bytes, loff_t *pos)
{
	struct eventfd_ctx *ctx = file->private_data;
	u64 value;

	if (bytes < sizeof(value))
		return -EINVAL;
	if (copy_from_user(&value, buf, sizeof(value)))
		return -EFAULT;
	if (value == ULLONG_MAX)
		return -EINVAL;
	if (KM_EVENTFD_MAX - ctx->count < value)
		return -EAGAIN;
	ctx->count += value;
	if (value)
		km_eventfd_wake(ctx);
	return sizeof(value);
}

static const struct file_operations km_eventfd_fops = {
	.release = km_eventfd_release,
	.read = km_eventfd_read,
	.write = km_eventfd_write,
};

long km_eventfd_create(unsigned int count, int flags)
{
	struct eventfd_ctx *ctx;
	int fd;

	if (flags & ~EFD_FLAGS_SET)
		return -EINVAL;
	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	kref_init(&ctx->kref);
	INIT_LIST_HEAD(&ctx->waiters);
	ctx->count = count;
	ctx->flags = flags;
	fd = anon_inode_getfd("[eventfd]", &km_eventfd_fops, ctx, O_RDWR | (flags & EFD_SHARED_FCNTL_FLAGS));
	if (fd < 0)
		eventfd_ctx_put(ctx);
	return fd;
}

struct eventfd_ctx *eventfd_ctx_fileget(struct file *file)
{
	struct eventfd_ctx *ctx = file->private_data;

	if (file->f_op != &km_eventfd_fops)
		return ERR_PTR(-EINVAL);
	kref_get(&ctx->kref);
	return ctx;
}

struct eventfd_ctx *eventfd_ctx_fdget(int fd)
{
	struct eventfd_ctx *ctx;
	struct file *file = fget(fd);

	if (!file)
		return ERR_PTR(-EBADF);
	ctx = eventfd_ctx_fileget(file);
	fput(file);
	return ctx;
}

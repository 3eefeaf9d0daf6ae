// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_uaccess.c - copies between the kernel and simulated user memory, and user code's own loads and
 * stores. User addresses are those of current->mm; host pointers are never user memory.
 */
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "kernel-model/linux/km.h"

/* Return: the number of bytes that could not be copied. */
static unsigned long km_copy(struct mm_struct *mm, unsigned long addr, void *kernel, unsigned long bytes, bool to_user)
{
	while (bytes) {
		unsigned long offset = addr & ~PAGE_MASK;
		unsigned long chunk = min(bytes, PAGE_SIZE - offset);
		struct page *page = mm ? km_vma_fault(mm, addr, to_user) : NULL;

		if (!page)
			return bytes;
		if (to_user)
			memcpy(page_address(page) + offset, kernel, chunk);
		else
			memcpy(kernel, page_address(page) + offset, chunk);
		addr += chunk;
		kernel += chunk;
		bytes -= chunk;
	}
	return 0;
}

static void km_charge_copy(unsigned long bytes)
{
	km_charge(HOST_COST_COPY, 1);
	if (bytes > 64)
		km_charge(HOST_COST_COPY_64B, DIV_ROUND_UP(bytes, 64));
}

unsigned long raw_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	km_charge_copy(n);
	if (km_fault(KM_FAULT_COPY_FROM))
		return n;
	return km_copy(current->mm, (unsigned long)from, to, n, false);
}

unsigned long raw_copy_to_user(void __user *to, const void *from, unsigned long n)
{
	km_charge_copy(n);
	if (km_fault(KM_FAULT_COPY_TO))
		return n;
	return km_copy(current->mm, (unsigned long)to, (void *)from, n, true);
}

unsigned long _copy_from_user(void *to, const void __user *from, unsigned long n)
{
	unsigned long left = access_ok(from, n) ? raw_copy_from_user(to, from, n) : n;

	if (unlikely(left))
		memset(to + (n - left), 0, left);
	return left;
}

unsigned long _copy_to_user(void __user *to, const void *from, unsigned long n)
{
	return access_ok(to, n) ? raw_copy_to_user(to, from, n) : n;
}

unsigned long km_clear_user(void __user *to, unsigned long n)
{
	static const char zeroes[256];
	unsigned long done = 0;

	km_charge_copy(n);
	while (done < n) {
		unsigned long chunk = min_t(unsigned long, n - done, sizeof(zeroes));

		unsigned long left = km_copy(current->mm, (unsigned long)to + done, (void *)zeroes, chunk, true);

		done += chunk - left;
		if (left)
			break;
	}
	return n - done;
}

/* Length with the terminating zero, or more than @count, or 0 on a fault. */
long strnlen_user(const char __user *str, long count)
{
	long n;
	char c;

	km_charge(HOST_COST_COPY, 1);
	for (n = 0; n < count; n++) {
		if (!access_ok(str + n, 1) || km_copy(current->mm, (unsigned long)str + n, &c, 1, false))
			return 0;
		if (!c)
			return n + 1;
	}
	return count + 1;
}

long strncpy_from_user(char *dst, const char __user *src, long count)
{
	long n;

	km_charge(HOST_COST_COPY, 1);
	for (n = 0; n < count; n++) {
		if (!access_ok(src + n, 1) || km_copy(current->mm, (unsigned long)src + n, dst + n, 1, false))
			return -EFAULT;
		if (!dst[n])
			return n;
	}
	return count;
}

/* ---- User code ---- */

static long km_device_access(u64 real, void *bytes, unsigned long n, bool write)
{
	struct km_context context;
	u64 value = 0;

	if (n > 8 || (n & (n - 1)) || real & (n - 1))
		return -EFAULT; /* alignment interrupt: cache-inhibited accesses are naturally aligned */
	km_context_save(&context);
	if (write) {
		memcpy(&value, bytes, n);
		host_mmio_write(real, value, n);
	} else {
		value = host_mmio_read(real, n);
		memcpy(bytes, &value, n);
	}
	km_context_restore(&context);
	return 0;
}

long km_user_load(struct mm_struct *mm, unsigned long addr, void *to, unsigned long bytes)
{
	u64 real;

	if (km_vma_device(mm, addr, false, &real))
		return km_device_access(real, to, bytes, false);
	return km_copy(mm, addr, to, bytes, false) ? -EFAULT : 0;
}

long km_user_store(struct mm_struct *mm, unsigned long addr, const void *from, unsigned long bytes)
{
	u64 real;

	if (km_vma_device(mm, addr, true, &real))
		return km_device_access(real, (void *)from, bytes, true);
	return km_copy(mm, addr, (void *)from, bytes, true) ? -EFAULT : 0;
}

/* Called where the compiler sees that a copy does not fit; at -O0 (preset coverage) it only keeps the symbol. */
void __copy_overflow(int size, unsigned long count)
{
	WARN(1, "Buffer overflow detected (%d < %lu)!\n", size, count);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_lib.c - small library functions of the kernel that libc does not have.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"

ssize_t KM_STRSCPY(char *dest, const char *src, size_t count)
{
	size_t n;

	if (!count)
		return -E2BIG;
	for (n = 0; n < count; n++) {
		dest[n] = src[n];
		if (!src[n])
			return n;
	}
	dest[count - 1] = 0;
	return -E2BIG;
}

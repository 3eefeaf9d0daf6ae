/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_UACCESS_H
#define KM_ASM_UACCESS_H
/* asm/uaccess.h - replaces the POWER header: asm goto with exception tables, KUAP. User memory is the model's: it walks current->mm. */
#include <asm/processor.h>
#include <asm/page.h>
#include <asm/extable.h>
#define TASK_SIZE_MAX TASK_SIZE_USER64
#include <asm-generic/access_ok.h>

extern unsigned long raw_copy_from_user(void *to, const void __user *from, unsigned long n);
extern unsigned long raw_copy_to_user(void __user *to, const void *from, unsigned long n);
extern unsigned long km_clear_user(void __user *to, unsigned long n);

#define __get_user(x, p)                                          \
	({                                                        \
		__unqual_scalar_typeof(*(p)) __v;            \
		int __e = 0;                                      \
		if (raw_copy_from_user(&__v, (p), sizeof(__v))) { \
			__e = -EFAULT;                            \
			memset(&__v, 0, sizeof(__v));             \
		}                                                 \
		(x) = __v;                                        \
		__e;                                              \
	})
#define get_user(x, p) \
	(access_ok((p), sizeof(*(p))) ? __get_user(x, p) : ((x) = (__typeof__(*(p)))0, -EFAULT))
#define __put_user(x, p)                                                      \
	({                                                                    \
		__typeof__(*(p)) __v = (__typeof__(*(p)))(x);                 \
		raw_copy_to_user((p), &__v, sizeof(__v)) ? -EFAULT : 0;       \
	})
#define put_user(x, p) (access_ok((p), sizeof(*(p))) ? __put_user(x, p) : -EFAULT)

static inline unsigned long clear_user(void __user *to, unsigned long n)
{
	return access_ok(to, n) ? km_clear_user(to, n) : n;
}
#define __clear_user clear_user

extern long strncpy_from_user(char *dst, const char __user *src, long count);
extern __must_check long strnlen_user(const char __user *str, long n);
#endif

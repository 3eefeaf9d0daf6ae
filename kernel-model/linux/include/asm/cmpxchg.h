/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_CMPXCHG_H
#define KM_ASM_CMPXCHG_H
/* asm/cmpxchg.h - replaces the POWER header: lwarx/stwcx. sequences. An exchange of a doubleword (a TCE) costs time. */
#include <linux/compiler.h>

extern void km_charge_xchg(void);

/* Where another CPU may come in between; one branch unless fault injection wants that (kernel-model/linux/km_fault.c). */
extern int km_fault_delays;
extern void km_fault_delay(void);
#define KM_ATOMIC_POINT()                               \
	do {                                            \
		if (__builtin_expect(km_fault_delays, 0)) \
			km_fault_delay();               \
	} while (0)

#define arch_xchg(p, v)                                   \
	({                                                \
		typeof(*(p)) __old;                       \
		if (sizeof(*(p)) == 8)                    \
			km_charge_xchg();                 \
		KM_ATOMIC_POINT();                        \
		__old = READ_ONCE(*(p));                  \
		WRITE_ONCE(*(p), (typeof(*(p)))(v));      \
		KM_ATOMIC_POINT();                        \
		__old;                                    \
	})
#define arch_cmpxchg(p, o, n)                                     \
	({                                                        \
		typeof(*(p)) __cur;                               \
		KM_ATOMIC_POINT();                                \
		__cur = READ_ONCE(*(p));                          \
		if (__cur == (typeof(*(p)))(o))                   \
			WRITE_ONCE(*(p), (typeof(*(p)))(n));      \
		__cur;                                            \
	})
#define arch_cmpxchg_local(p, o, n) arch_cmpxchg(p, o, n)
#define arch_cmpxchg64(p, o, n) arch_cmpxchg(p, o, n)
#define arch_cmpxchg64_local(p, o, n) arch_cmpxchg(p, o, n)

static __always_inline unsigned long __cmpxchg_u64(unsigned long *p, unsigned long o, unsigned long n)
{
	return arch_cmpxchg(p, o, n);
}
#endif

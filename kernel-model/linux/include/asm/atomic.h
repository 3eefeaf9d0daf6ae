/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_ATOMIC_H
#define KM_ASM_ATOMIC_H
/* asm/atomic.h - replaces the POWER header: lwarx/stwcx. sequences. One host thread runs all tasks, so plain C is atomic. */
#include <linux/types.h>
#include <asm/cmpxchg.h>
#include <asm/barrier.h>

#define KM_ATOMIC_OP(pfx, type, num, name, op)                                                  \
	static __always_inline num arch_##pfx##_fetch_##name(num i, type *v)                   \
	{                                                                                       \
		num old;                                                                        \
                                                                                                \
		KM_ATOMIC_POINT();                                                              \
		old = v->counter;                                                               \
		v->counter = old op i;                                                          \
		return old;                                                                     \
	}                                                                                       \
	static __always_inline num arch_##pfx##_##name##_return(num i, type *v)                \
	{                                                                                       \
		return arch_##pfx##_fetch_##name(i, v) op i;                                    \
	}                                                                                       \
	static __always_inline void arch_##pfx##_##name(num i, type *v)                        \
	{                                                                                       \
		arch_##pfx##_fetch_##name(i, v);                                                \
	}

#define KM_ATOMIC(pfx, type, num)                                                               \
	static __always_inline num arch_##pfx##_read(const type *v)                            \
	{                                                                                       \
		return READ_ONCE(v->counter);                                                   \
	}                                                                                       \
	static __always_inline void arch_##pfx##_set(type *v, num i)                           \
	{                                                                                       \
		WRITE_ONCE(v->counter, i);                                                      \
	}                                                                                       \
	static __always_inline num arch_##pfx##_xchg(type *v, num n)                           \
	{                                                                                       \
		num old;                                                                        \
                                                                                                \
		KM_ATOMIC_POINT();                                                              \
		old = v->counter;                                                               \
		v->counter = n;                                                                 \
		return old;                                                                     \
	}                                                                                       \
	static __always_inline num arch_##pfx##_cmpxchg(type *v, num o, num n)                 \
	{                                                                                       \
		return arch_cmpxchg(&v->counter, o, n);                                         \
	}                                                                                       \
	KM_ATOMIC_OP(pfx, type, num, add, +)                                                    \
	KM_ATOMIC_OP(pfx, type, num, sub, -)                                                    \
	KM_ATOMIC_OP(pfx, type, num, and, &)                                                    \
	KM_ATOMIC_OP(pfx, type, num, or, |)                                                     \
	KM_ATOMIC_OP(pfx, type, num, xor, ^)

KM_ATOMIC(atomic, atomic_t, int)
KM_ATOMIC(atomic64, atomic64_t, s64)

#undef KM_ATOMIC
#undef KM_ATOMIC_OP

#define ATOMIC64_INIT(i) { (i) }

/* Say which of the optional operations exist, as linux/atomic/atomic-arch-fallback.h asks. */
#define arch_atomic_add_return arch_atomic_add_return
#define arch_atomic_sub_return arch_atomic_sub_return
#define arch_atomic_fetch_add arch_atomic_fetch_add
#define arch_atomic_fetch_sub arch_atomic_fetch_sub
#define arch_atomic_fetch_and arch_atomic_fetch_and
#define arch_atomic_fetch_or arch_atomic_fetch_or
#define arch_atomic_fetch_xor arch_atomic_fetch_xor
#define arch_atomic_xchg arch_atomic_xchg
#define arch_atomic_cmpxchg arch_atomic_cmpxchg
#define arch_atomic64_add_return arch_atomic64_add_return
#define arch_atomic64_sub_return arch_atomic64_sub_return
#define arch_atomic64_fetch_add arch_atomic64_fetch_add
#define arch_atomic64_fetch_sub arch_atomic64_fetch_sub
#define arch_atomic64_fetch_and arch_atomic64_fetch_and
#define arch_atomic64_fetch_or arch_atomic64_fetch_or
#define arch_atomic64_fetch_xor arch_atomic64_fetch_xor
#define arch_atomic64_xchg arch_atomic64_xchg
#define arch_atomic64_cmpxchg arch_atomic64_cmpxchg
#endif

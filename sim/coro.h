/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_CORO_H
#define SIM_CORO_H
/*
 * sim/coro.h - stacks and the switch between them; the only place that knows how. For sim/task.c.
 *
 * A switch saves what the ABI lets a callee keep, and no floating-point control words: simulated software decides
 * by integers and never changes rounding.
 */
#include "sim/sim.h"

struct coro_stack;
typedef void coro_fn(void *arg);

/** struct coro_pool - stacks for reuse. Zero-initialised is empty. */
struct coro_pool {
	/* private: */
	struct coro_stack *free;
	uint32_t made;
};

/** struct coro - a context that can be switched to: a coroutine, or (zero-initialised) the one that starts them. */
struct coro {
	/* private: */
	void *sp;
	struct coro_stack *stack; /* owned; NULL for the thread's own stack */
	coro_fn *fn;
	void *arg;
	struct coro *previous; /* who switched here last */
	const void *bottom;    /* bounds of the stack and the state that AddressSanitizer keeps of it */
	size_t bytes;
	void *fake_stack;
};

/** coro_pool_finish - unmap the pool's stacks; those in use must have been given back. */
void coro_pool_finish(struct coro_pool *pool);

/** coro_init - a coroutine that runs @fn(@arg) when first switched to. @fn must end in coro_leave(). */
void coro_init(struct coro *coro, struct coro_pool *pool, coro_fn *fn, void *arg);

/** coro_finish - give the stack back to @pool, whatever is on it. @coro must not be running. */
void coro_finish(struct coro *coro, struct coro_pool *pool);

/** coro_switch - continue @to; returns when something switches back to @from, the running context. */
void coro_switch(struct coro *from, struct coro *to);

/** coro_leave - continue @to for good; @from may then be finished. */
void coro_leave(struct coro *from, struct coro *to) sim_noreturn;

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/coro.c - stacks with a guard page, and the hand-written switch between them.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_STACK */
#include "sim/coro.h"

#include <stdlib.h>
#include <sys/mman.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

/* Untouched pages cost nothing, so the size is generous: sanitizers and unoptimised builds need three times as much. */
#define STACK_BYTES (256u * 1024)
#define GUARD_BYTES 65536u /* one page, whatever its size */

/*
 * Stacks that all begin at the same offset in a page would fight for the same few lines of the first-level cache;
 * each is shifted by a multiple of two lines.
 */
#define COLOUR_COUNT 32u
#define COLOUR_BYTES 128u

struct coro_stack {
	struct coro_stack *next;
	char *base; /* mapping: guard, then stack */
	uint32_t colour_bytes;
};

/* Save the running context's stack pointer to *@save_sp and continue the one that was saved as @load_sp. */
void coro_swap(void **save_sp, void *load_sp) __attribute__((visibility("hidden")));
/* Where a new coroutine begins: calls the function in r13 with the argument in r12. */
void coro_begin(void) __attribute__((visibility("hidden")));

#if defined(__x86_64__)
/*
 * System V ABI: rbx, rbp and r12 to r15 belong to the caller of a function. The return is a jump through rcx: the
 * processor predicts a ret by its stack of calls, which a switch always proves wrong, and a jump by where it last went.
 */
__asm__(".pushsection .text\n"
	".balign 32\n"
	".type coro_swap, @function\n"
	"coro_swap:\n"
	".cfi_startproc\n"
	"	pushq	%rbp\n	.cfi_adjust_cfa_offset 8\n"
	"	pushq	%rbx\n	.cfi_adjust_cfa_offset 8\n"
	"	pushq	%r12\n	.cfi_adjust_cfa_offset 8\n"
	"	pushq	%r13\n	.cfi_adjust_cfa_offset 8\n"
	"	pushq	%r14\n	.cfi_adjust_cfa_offset 8\n"
	"	pushq	%r15\n	.cfi_adjust_cfa_offset 8\n"
	"	movq	%rsp, (%rdi)\n"
	"	movq	%rsi, %rsp\n"
	"	popq	%r15\n	.cfi_adjust_cfa_offset -8\n"
	"	popq	%r14\n	.cfi_adjust_cfa_offset -8\n"
	"	popq	%r13\n	.cfi_adjust_cfa_offset -8\n"
	"	popq	%r12\n	.cfi_adjust_cfa_offset -8\n"
	"	popq	%rbx\n	.cfi_adjust_cfa_offset -8\n"
	"	popq	%rbp\n	.cfi_adjust_cfa_offset -8\n"
	"	popq	%rcx\n	.cfi_adjust_cfa_offset -8\n"
	"	jmp	*%rcx\n"
	".cfi_endproc\n"
	".size coro_swap, . - coro_swap\n"
	".balign 16\n"
	".type coro_begin, @function\n"
	"coro_begin:\n"
	".cfi_startproc\n"
	".cfi_undefined rip\n" /* debuggers stop unwinding here */
	"	xorl	%ebp, %ebp\n"
	"	movq	%r12, %rdi\n"
	"	call	*%r13\n"
	"	ud2\n"
	".cfi_endproc\n"
	".size coro_begin, . - coro_begin\n"
	".popsection\n");

/* frame_init - what coro_swap() will pop: r15, r14, r13, r12, rbx, rbp, the address. Return: the stack pointer. */
static void *frame_init(char *top, void (*fn)(struct coro *), struct coro *arg)
{
	uintptr_t *sp = (uintptr_t *)(void *)top;

	/* coro_begin() is entered with an aligned stack, as its call needs it. */
	*--sp = 0;
	*--sp = 0;
	*--sp = (uintptr_t)coro_begin;
	*--sp = 0;
	*--sp = 0;
	*--sp = (uintptr_t)arg;
	*--sp = (uintptr_t)fn;
	*--sp = 0;
	*--sp = 0;
	return sp;
}
#else
#error "sim/coro.c: the context switch is written for x86-64 only; add coro_swap, coro_begin and frame_init here"
#endif

static struct coro_stack *stack_make(struct coro_pool *pool)
{
	struct coro_stack *stack = sim_alloc(sizeof(*stack));

	stack->base = mmap(NULL, GUARD_BYTES + STACK_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	sim_assert(NULL, stack->base != MAP_FAILED);
	sim_assert(NULL, mprotect(stack->base, GUARD_BYTES, PROT_NONE) == 0);
	stack->colour_bytes = pool->made++ % COLOUR_COUNT * COLOUR_BYTES;
	return stack;
}

static void stack_unpoison(struct coro_stack *stack)
{
#ifdef __SANITIZE_ADDRESS__
	/* Frames that were left by a switch for good still have their red zones. */
	__asan_unpoison_memory_region(stack->base + GUARD_BYTES, STACK_BYTES);
#else
	(void)stack;
#endif
}

void coro_pool_finish(struct coro_pool *pool)
{
	struct coro_stack *stack;

	while ((stack = pool->free) != NULL) {
		pool->free = stack->next;
		munmap(stack->base, GUARD_BYTES + STACK_BYTES);
		free(stack);
	}
}

/* arrived - @self runs (again): tell AddressSanitizer, and learn the bounds of the stack that was left. */
static inline void arrived(struct coro *self)
{
#ifdef __SANITIZE_ADDRESS__
	__sanitizer_finish_switch_fiber(self->fake_stack, &self->previous->bottom, &self->previous->bytes);
#else
	(void)self;
#endif
}

static void coro_main(struct coro *self)
{
	arrived(self);
	self->fn(self->arg);
	sim_assert(NULL, !"a coroutine returned");
}

void coro_init(struct coro *coro, struct coro_pool *pool, coro_fn *fn, void *arg)
{
	struct coro_stack *stack = pool->free;

	if (stack)
		pool->free = stack->next;
	else
		stack = stack_make(pool);
	*coro = (struct coro){.stack = stack, .fn = fn, .arg = arg};
	coro->bottom = stack->base + GUARD_BYTES;
	coro->bytes = STACK_BYTES;
	coro->sp = frame_init(stack->base + GUARD_BYTES + STACK_BYTES - stack->colour_bytes, coro_main, coro);
}

void coro_finish(struct coro *coro, struct coro_pool *pool)
{
	stack_unpoison(coro->stack);
	coro->stack->next = pool->free;
	pool->free = coro->stack;
	coro->stack = NULL;
}

void coro_switch(struct coro *from, struct coro *to)
{
	to->previous = from;
#ifdef __SANITIZE_ADDRESS__
	__sanitizer_start_switch_fiber(&from->fake_stack, to->bottom, to->bytes);
#endif
	coro_swap(&from->sp, to->sp);
	arrived(from);
}

void coro_leave(struct coro *from, struct coro *to)
{
	to->previous = from;
#ifdef __SANITIZE_ADDRESS__
	/* NULL: the fake stack of what will never run again is freed. */
	__sanitizer_start_switch_fiber(NULL, to->bottom, to->bytes);
#endif
	coro_swap(&from->sp, to->sp);
	__builtin_unreachable();
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/unwind.c - from frame to frame by rules that are kept per return address.
 *
 * What gcc writes for x86-64: the frame of a caller (CFA) begins a constant above rsp or rbp, the return address is the
 * word below it, and rbp is either untouched or saved a constant away from it. Anything else (a frame that was
 * realigned, a signal's) ends the walk. Every word that is read lies in the task's own stack.
 */
#include "sim/unwind.h"

#include <dwarf.h>
#include <stdlib.h>

#include "sim/symbol_internal.h"
#include "sim/task.h"

/* DWARF numbers of registers (System V ABI for x86-64, figure 3.36). */
#define REG_RBP 6
#define REG_RSP 7
#define REG_RETURN 16

enum { RULE_END, RULE_RSP, RULE_RBP };
#define RBP_UNTOUCHED INT32_MIN

/* "A constant away from the CFA" as libdw puts it. */
static bool saved_at(Dwarf_Frame *frame, int reg, int32_t *offset)
{
	Dwarf_Op memory[3], *ops;
	size_t n;

	if (dwarf_frame_register(frame, reg, memory, &ops, &n) || !n || ops[0].atom != DW_OP_call_frame_cfa || n > 2 ||
	    (n == 2 && ops[1].atom != DW_OP_plus_uconst))
		return false;
	*offset = n == 2 ? (int32_t)ops[1].number : 0;
	return true;
}

static bool untouched(Dwarf_Frame *frame, int reg)
{
	Dwarf_Op memory[3], *ops;
	size_t n;

	return !dwarf_frame_register(frame, reg, memory, &ops, &n) && !n && !ops;
}

static struct unwind_rule read_rule(struct symbols *symbols, uintptr_t pc)
{
	struct symbol_object *object = symbol_object_at(symbols, pc - 1);
	struct unwind_rule rule = {.pc = pc, .kind = RULE_END, .rbp_offset = RBP_UNTOUCHED};
	int32_t return_offset = 0;
	Dwarf_Frame *frame;
	Dwarf_Op *ops;
	size_t n;

	if (!object || !object->cfi || dwarf_cfi_addrframe(object->cfi, pc - 1 - object->bias, &frame))
		return rule;
	if (!dwarf_frame_cfa(frame, &ops, &n) && n == 1 && saved_at(frame, REG_RETURN, &return_offset) &&
	    return_offset == -8 && (saved_at(frame, REG_RBP, &rule.rbp_offset) || untouched(frame, REG_RBP))) {
		bool extended = ops[0].atom == DW_OP_bregx;
		uint64_t reg = extended ? ops[0].number : (uint64_t)(ops[0].atom - DW_OP_breg0);

		rule.cfa_offset = (int32_t)(extended ? ops[0].number2 : ops[0].number);
		if (reg == REG_RSP || reg == REG_RBP)
			rule.kind = reg == REG_RSP ? RULE_RSP : RULE_RBP;
	}
	free(frame);
	return rule;
}

static void add_rule(struct symbols *symbols, const struct unwind_rule *rule)
{
	size_t at = symbol_hash(rule->pc, symbols->rule_size);

	while (symbols->rules[at].pc)
		at = (at + 1) & (symbols->rule_size - 1);
	symbols->rules[at] = *rule;
}

static __attribute__((noinline, cold)) struct unwind_rule learn_rule(struct symbols *symbols, uintptr_t pc)
{
	struct unwind_rule rule = read_rule(symbols, pc), *old = symbols->rules;
	size_t old_size = symbols->rule_size;

	if (2 * ++symbols->rule_count > old_size) {
		symbols->rule_size *= 2;
		symbols->rules = sim_alloc(symbols->rule_size * sizeof(*old));
		for (size_t i = 0; i < old_size; i++)
			if (old[i].pc)
				add_rule(symbols, &old[i]);
		free(old);
	}
	add_rule(symbols, &rule);
	return rule;
}

static struct unwind_rule find_rule(struct symbols *symbols, uintptr_t pc)
{
	size_t at = symbol_hash(pc, symbols->rule_size);

	while (symbols->rules[at].pc != pc) {
		if (!symbols->rules[at].pc)
			return learn_rule(symbols, pc);
		at = (at + 1) & (symbols->rule_size - 1);
	}
	return symbols->rules[at];
}

/** struct walk - registers of a frame, and the stack in which it must lie. */
struct walk {
	uintptr_t pc, rsp, rbp;
	uintptr_t low, high;
};

static bool word_at(const struct walk *walk, uintptr_t at, uintptr_t *word)
{
	if (at < walk->low || at > walk->high - sizeof(*word) || at % sizeof(*word))
		return false;
	*word = *(const uintptr_t *)at;
	return true;
}

/* From a frame to its caller's. */
static bool step(struct symbols *symbols, struct walk *walk)
{
	struct unwind_rule rule = find_rule(symbols, walk->pc);
	uintptr_t cfa = (rule.kind == RULE_RSP ? walk->rsp : walk->rbp) + (uintptr_t)(intptr_t)rule.cfa_offset;

	if (rule.kind == RULE_END || cfa <= walk->rsp || !word_at(walk, cfa - sizeof(cfa), &walk->pc) || !walk->pc)
		return false;
	if (rule.rbp_offset != RBP_UNTOUCHED && !word_at(walk, cfa + (uintptr_t)(intptr_t)rule.rbp_offset, &walk->rbp))
		return false;
	walk->rsp = cfa;
	return true;
}

/* __builtin_frame_address() makes the compiler keep rbp as frame pointer here: [rbp] is the caller's, then its return.
 */
__attribute__((noinline)) size_t unwind_task(struct sim *sim, uintptr_t *pc, size_t max)
{
	const uintptr_t *own = __builtin_frame_address(0);
	struct walk walk = {.pc = own[1], .rbp = own[0], .rsp = (uintptr_t)(own + 2)};
	struct symbols *symbols;
	size_t n = 0;

	if (!sim_task_stack(sim, &walk.low, &walk.high))
		return 0;
	symbols = symbols_of(sim);
	while (n < max) {
		pc[n++] = walk.pc;
		if (!step(symbols, &walk))
			break;
	}
	return n;
}

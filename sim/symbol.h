/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SIM_SYMBOL_H
#define SIM_SYMBOL_H
/*
 * sim/symbol.h - names of code: function, source file and line of an address in this process, inlined calls included.
 *
 * Read from the DWARF of the object that holds the address (the program, or a library the simulator is part of) when
 * first asked, by libdw; answers are kept. Addresses are for the running process only and mean nothing outside of it:
 * whoever writes a file writes names. An object without DWARF names nothing.
 */
#include "sim/sim.h"

/**
 * struct symbol_frame - one function that was active at an address.
 * @function: its name, "?" when the object does not tell. @file: of the line in hand, relative to the project for its
 * own files, else as the compiler was given it; "" when unknown. @line: 0 when unknown.
 * @unit: file that was compiled (differs from @file for what headers define). @inlined: it has no frame of its own.
 * All strings live as long as the simulation.
 */
struct symbol_frame {
	const char *function, *file, *unit;
	uint32_t line;
	bool inlined;
};

/**
 * symbol_resolve - who was calling at @pc?
 * @sim: keeps what was read. @pc: a return address, as sim_task_backtrace() gives them.
 * @n: number of frames, at least 1; the innermost (most inlined) comes first.
 *
 * Return: the frames, owned by @sim and valid until it ends.
 */
const struct symbol_frame *symbol_resolve(struct sim *sim, uintptr_t pc, size_t *n);

#endif

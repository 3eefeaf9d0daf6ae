/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_DIFF_QEMU_QEMU_H
#define TESTS_DIFF_QEMU_QEMU_H
/*
 * tests/diff-qemu/qemu.h - a child qemu-system-ppc64 with a PHB and four "edu" functions below it, driven by register
 * accesses only (QEMU's qtest protocol): no firmware runs, the processor naps.
 *
 * Its RAM is a memfd that is mapped here too, so tables are written and data is looked at without a protocol.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define QEMU_RAM_BYTES (1ull << 30)
#define QEMU_FUNCTIONS 4u /* requesters QEMU_FIRST_RID + 0..3 */
#define QEMU_FIRST_RID 0x100u

struct ram;

/** struct qemu_store - a doubleword that a machine needs before its PHB answers. */
struct qemu_store {
	uint64_t addr, value;
};

/**
 * struct qemu_machine - a machine of QEMU's. @name: for -machine. @prefix: of its PHB's lines in the log. @regs, @m32:
 * real addresses of PHB 0's registers and 32-bit window. @nap: an instruction. @stores: addr 0 at the end. @root: offset
 * of the root port's space among the registers, 0: by configuration cycles.
 */
struct qemu_machine {
	const char *name, *prefix;
	uint64_t regs, m32;
	uint32_t nap, root;
	const struct qemu_store *stores;
};
extern const struct qemu_machine qemu_power8, qemu_power9;

struct qemu {
	const struct qemu_machine *machine;
	pid_t pid;
	FILE *to, *from;
	uint32_t unanswered;
	int log_fd;
	off_t log_at;
	bool swap; /* edu's registers are little-endian (QEMU 10 and later) */
	struct ram *ram;
};

/** qemu_version - first line of --version. Return: false when there is no qemu-system-ppc64. */
bool qemu_version(char *text, size_t bytes);

/** qemu_start - start @machine; @ram: of QEMU_RAM_BYTES, borrowed. Ends the process with a message on failure. */
void qemu_start(struct qemu *qemu, const struct qemu_machine *machine, struct ram *ram);
void qemu_stop(struct qemu *qemu);

/** qemu_write, qemu_read - a 64-bit register of the PHB. */
void qemu_write(struct qemu *qemu, uint32_t offset, uint64_t value);
uint64_t qemu_read(struct qemu *qemu, uint32_t offset);

/** qemu_bring_up - configuration cycles: bus numbers, BARs, bus master. M32 must be on. */
void qemu_bring_up(struct qemu *qemu);

/** qemu_dma - function @fn moves 8 bytes between its buffer and PCI address @addr. @write: to memory. */
void qemu_dma(struct qemu *qemu, uint32_t fn, uint64_t addr, bool write);

/** qemu_log_mark, qemu_log_since - what the PHB model has complained about since the mark ("" for nothing). */
void qemu_log_mark(struct qemu *qemu);
void qemu_log_since(struct qemu *qemu, char *text, size_t bytes);

#endif

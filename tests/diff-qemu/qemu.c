/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/diff-qemu/qemu.c - starting QEMU and talking to it.
 *
 * Debian's QEMU is built without the qtest accelerator, but has the protocol: so TCG runs a processor that naps, and
 * instruction counting without sleeping moves virtual time to edu's next timer at once. Addresses: chip 0, PHB 0 of
 * QEMU's powernv8 and powernv9 machines.
 *
 * Not driven: MSIs, interrupts, more than one PHB.
 */
#define _GNU_SOURCE
#include "tests/diff-qemu/qemu.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw/ram.h"
#include "hw/regs/phb3_regs.h"
#include "hw/regs/phb4_regs.h"

#define PROGRAM "qemu-system-ppc64"
#define ANSWER_TIMEOUT_MS 20000
#define POLLS_MAX 100000

#define M32_START 0x80000000u
#define M32_BYTES 0x80000000ull

#define XSCOM_PBCQ_BAR_ENABLES (0x3fc0000000000ull + 0x20120428ull) /* PBCQ nest register 0x45 of PEC 0 */
#define BAR_ENABLES 0xe000000000000000ull

/* Nest unit of PHB 0's stack on POWER9: real address of a register, and its BAR registers (skiboot phb4-regs.h). */
#define POWER9_NEST(reg) (0x603fc00000000ull + ((0x4010c40ull + (reg)) << 3))
#define POWER9_REGS 0x600c3c0000000ull
#define POWER9_M32 0x600c000000000ull
#define POWER9_BAR(addr) ((addr) << 8)

static const struct qemu_store power8_stores[] = {{XSCOM_PBCQ_BAR_ENABLES, BAR_ENABLES}, {0, 0}};
static const struct qemu_store power9_stores[] = {
	{POWER9_NEST(0x12), POWER9_BAR(POWER9_REGS)},
	{POWER9_NEST(0x0e), POWER9_BAR(POWER9_M32)},
	{POWER9_NEST(0x0f), POWER9_BAR(~(M32_BYTES - 1))},
	{POWER9_NEST(0x14), 0xa000000000000000ull}, /* registers and the first MMIO BAR */
	{0, 0},
};

const struct qemu_machine qemu_power8 = {
	.name = "powernv8",
	.prefix = "phb3[",
	.regs = 0x3fffe40000000ull,
	.m32 = 0x3ff8000000000ull,
	.nap = 0x4c000364u, /* nap */
	.stores = power8_stores,
};
const struct qemu_machine qemu_power9 = {
	.name = "powernv9",
	.prefix = "phb4[",
	.regs = POWER9_REGS,
	.m32 = POWER9_M32,
	.nap = 0x4c0002e4u, /* stop */
	.root = PHB4_RC_CONFIG_BASE,
	.stores = power9_stores,
};

#define FIRMWARE_BYTES 4096u
#define POWERPC_BRANCH_BACK 0x4bfffffcu

/* edu: docs/specs/edu of QEMU. */
#define EDU_ID 0x00
#define EDU_ID_VALUE 0x010000edu
#define EDU_DMA_FROM 0x80
#define EDU_DMA_TO 0x88
#define EDU_DMA_COUNT 0x90
#define EDU_DMA_COMMAND 0x98
#define EDU_DMA_RUN 1u
#define EDU_DMA_TO_MEMORY 2u
#define EDU_BUFFER 0x40000u
#define EDU_BAR_BYTES 0x100000u

static void die(struct qemu *qemu, const char *why)
{
	char text[2048];
	ssize_t n = pread(qemu->log_fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	fprintf(stderr, "QEMU: %s\n%s\n", why, text);
	qemu_stop(qemu);
	exit(EXIT_FAILURE);
}

bool qemu_version(char *text, size_t bytes)
{
	FILE *out = popen(PROGRAM " --version 2>/dev/null", "r");
	bool got = out && fgets(text, (int)bytes, out);

	if (got)
		text[strcspn(text, "\n")] = '\0';
	return (out && pclose(out) != -1) && got;
}

/* ---- The protocol: a line each way ---- */

static void answer(struct qemu *qemu, char *line, size_t bytes)
{
	do {
		if (!fgets(line, (int)bytes, qemu->from))
			die(qemu, "it has ended, or does not answer");
	} while (!strncmp(line, "IRQ", 3));
	if (strncmp(line, "OK", 2))
		die(qemu, line);
}

static void settle(struct qemu *qemu)
{
	char line[128];

	fflush(qemu->to);
	for (; qemu->unanswered; qemu->unanswered--)
		answer(qemu, line, sizeof(line));
}

static void store(struct qemu *qemu, const char *width, uint64_t addr, uint64_t value)
{
	fprintf(qemu->to, "write%s 0x%" PRIx64 " 0x%" PRIx64 "\n", width, addr, value);
	/* Answers must not fill the socket while commands do. */
	if (++qemu->unanswered == 64)
		settle(qemu);
}

static uint64_t load(struct qemu *qemu, const char *width, uint64_t addr)
{
	char line[128];

	settle(qemu);
	fprintf(qemu->to, "read%s 0x%" PRIx64 "\n", width, addr);
	fflush(qemu->to);
	answer(qemu, line, sizeof(line));
	return strtoull(line + 2, NULL, 0);
}

void qemu_write(struct qemu *qemu, uint32_t offset, uint64_t value)
{
	store(qemu, "q", qemu->machine->regs + offset, value);
}

uint64_t qemu_read(struct qemu *qemu, uint32_t offset)
{
	return load(qemu, "q", qemu->machine->regs + offset);
}

/* Configuration space is little-endian, wherever it is. */
static void config_write(struct qemu *qemu, uint16_t rid, uint32_t offset, uint32_t value)
{
	uint64_t addr = ppc_set(PHB_CA_BDFN, PHB_CA_ENABLE, rid);

	if (!rid && qemu->machine->root) {
		store(qemu, "l", qemu->machine->regs + qemu->machine->root + offset, __builtin_bswap32(value));
		return;
	}
	qemu_write(qemu, PHB_CONFIG_ADDRESS, ppc_set(PHB_CA_REG, addr, offset));
	store(qemu, "l", qemu->machine->regs + PHB_CONFIG_DATA, __builtin_bswap32(value));
}

void qemu_bring_up(struct qemu *qemu)
{
	uint32_t fn;
	uint64_t id;

	config_write(qemu, 0, 0x18, 0x00010100);	      /* bus 1 below the root port */
	config_write(qemu, 0, 0x20, 0x80008000 | 0x00300000); /* memory 0x80000000..0x803fffff */
	config_write(qemu, 0, 0x04, 6);			      /* memory, bus master */
	for (fn = 0; fn < QEMU_FUNCTIONS; fn++) {
		config_write(qemu, (uint16_t)(QEMU_FIRST_RID + fn), 0x10, M32_START + fn * EDU_BAR_BYTES);
		config_write(qemu, (uint16_t)(QEMU_FIRST_RID + fn), 0x04, 6);
	}
	for (fn = 0; fn < QEMU_FUNCTIONS; fn++) {
		id = load(qemu, "l", qemu->machine->m32 + fn * EDU_BAR_BYTES + EDU_ID);
		qemu->swap = id == __builtin_bswap32(EDU_ID_VALUE);
		if (id != EDU_ID_VALUE && !qemu->swap)
			die(qemu, "edu does not answer below its BAR");
	}
}

static void edu_store(struct qemu *qemu, uint32_t fn, uint32_t offset, uint64_t value)
{
	store(qemu, "q", qemu->machine->m32 + fn * EDU_BAR_BYTES + offset, qemu->swap ? __builtin_bswap64(value) : value);
}

void qemu_dma(struct qemu *qemu, uint32_t fn, uint64_t addr, bool write)
{
	uint64_t command, busy = qemu->swap ? __builtin_bswap64(EDU_DMA_RUN) : EDU_DMA_RUN;
	uint32_t polls = 0;

	edu_store(qemu, fn, EDU_DMA_FROM, write ? EDU_BUFFER : addr);
	edu_store(qemu, fn, EDU_DMA_TO, write ? addr : EDU_BUFFER);
	edu_store(qemu, fn, EDU_DMA_COUNT, 8);
	edu_store(qemu, fn, EDU_DMA_COMMAND, EDU_DMA_RUN | (write ? EDU_DMA_TO_MEMORY : 0));
	do {
		command = load(qemu, "q", qemu->machine->m32 + fn * EDU_BAR_BYTES + EDU_DMA_COMMAND);
	} while (command & busy && ++polls < POLLS_MAX);
	if (command & busy)
		die(qemu, "a DMA does not end");
}

/* ---- Its log is its standard error, a file in memory that both have open ---- */

void qemu_log_mark(struct qemu *qemu)
{
	settle(qemu);
	qemu->log_at = lseek(qemu->log_fd, 0, SEEK_CUR);
}

void qemu_log_since(struct qemu *qemu, char *text, size_t bytes)
{
	ssize_t n;

	settle(qemu);
	n = pread(qemu->log_fd, text, bytes - 1, qemu->log_at);
	text[n > 0 ? n : 0] = '\0';
}

/* ---- The process ---- */

/* A firmware that does nothing: nap, and again. */
static int firmware(uint32_t nap)
{
	int fd = memfd_create("firmware", 0);
	uint32_t word, i;

	for (i = 0; fd >= 0 && i < FIRMWARE_BYTES / 4; i++) {
		word = __builtin_bswap32(i % 2 ? POWERPC_BRANCH_BACK : nap);
		if (write(fd, &word, sizeof(word)) != sizeof(word))
			return -1;
	}
	return fd;
}

static void run_qemu(const char *name, int socket, int log_fd, int ram_copy, int firmware_fd)
{
	char object[128], bios[64], machine[64];

	snprintf(object, sizeof(object), "memory-backend-file,id=ram,size=1G,share=on,mem-path=/proc/self/fd/%d",
		 ram_copy);
	snprintf(machine, sizeof(machine), "%s,memory-backend=ram", name);
	snprintf(bios, sizeof(bios), "/proc/self/fd/%d", firmware_fd);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(socket, STDIN_FILENO);
	dup2(socket, STDOUT_FILENO);
	dup2(log_fd, STDERR_FILENO);
	/* clang-format off */
	execlp(PROGRAM, PROGRAM, "-machine", machine, "-m", "1G", "-object", object,
	       "-accel", "tcg", "-icount", "shift=10,align=off,sleep=off", "-bios", bios,
	       "-qtest", "stdio", "-qtest-log", "none", "-d", "guest_errors",
	       "-display", "none", "-serial", "null", "-monitor", "none", "-net", "none",
	       "-device", "edu,bus=pcie.0,addr=0.0,multifunction=on,dma_mask=0xffffffffffffffff",
	       "-device", "edu,bus=pcie.0,addr=0.1,dma_mask=0xffffffffffffffff",
	       "-device", "edu,bus=pcie.0,addr=0.2,dma_mask=0xffffffffffffffff",
	       "-device", "edu,bus=pcie.0,addr=0.3,dma_mask=0xffffffffffffffff", (char *)NULL);
	/* clang-format on */
	perror(PROGRAM);
	_exit(127);
}

void qemu_start(struct qemu *qemu, const struct qemu_machine *machine, struct ram *ram)
{
	const struct qemu_store *first;
	struct timeval limit = {.tv_sec = ANSWER_TIMEOUT_MS / 1000};
	int fd[2], ram_copy = dup(ram_fd(ram)), firmware_fd = firmware(machine->nap);

	memset(qemu, 0, sizeof(*qemu));
	qemu->machine = machine;
	qemu->ram = ram;
	qemu->log_fd = memfd_create("log", 0);
	if (ram_copy < 0 || firmware_fd < 0 || qemu->log_fd < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd))
		die(qemu, "no socket or file in memory");
	signal(SIGPIPE, SIG_IGN);
	qemu->pid = fork();
	if (!qemu->pid)
		run_qemu(machine->name, fd[1], qemu->log_fd, ram_copy, firmware_fd);
	close(fd[1]);
	close(ram_copy);
	close(firmware_fd);
	setsockopt(fd[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	qemu->from = fdopen(fd[0], "r");
	qemu->to = fdopen(dup(fd[0]), "w");
	if (qemu->pid < 0 || !qemu->from || !qemu->to)
		die(qemu, "cannot start a process");
	for (first = machine->stores; first->addr; first++)
		store(qemu, "q", first->addr, first->value);
	settle(qemu);
}

void qemu_stop(struct qemu *qemu)
{
	if (qemu->pid > 0) {
		kill(qemu->pid, SIGKILL);
		waitpid(qemu->pid, NULL, 0);
	}
	if (qemu->to)
		fclose(qemu->to);
	if (qemu->from)
		fclose(qemu->from);
	if (qemu->log_fd >= 0)
		close(qemu->log_fd);
	memset(qemu, 0, sizeof(*qemu));
	qemu->log_fd = -1;
}

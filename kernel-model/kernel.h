/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_KERNEL_H
#define KERNEL_MODEL_KERNEL_H
/*
 * kernel-model/kernel.h - a hosted Linux as the rest of the simulator sees it: boot, processes, system calls.
 *
 * Each kernel (version x page size) is one relocatable object with all its globals local, except its
 * struct km_ops; so several live in one program. System calls run in the calling sim task, in simulated time.
 */
#include <sys/types.h>

#include "hw/platform.h"
#include "kernel-model/ops.h"
#include "sim/cfg.h"
#include "sim/sim.h"

struct cpus;
struct kernel;

/** struct km_hosted - one hosted file: @path in the kernel tree, @sha256 of what was compiled, @role for people. */
struct km_hosted {
	const char *path;
	const char *sha256;
	const char *role;
};

/** struct km_environment - @kind: "hosted", "modelled" or "reconstructed" (hosted/environment.txt). @what is, @where. */
struct km_environment {
	const char *kind, *what, *where;
};

/**
 * struct km_desc - one kernel that was built in.
 * @name: "linux-6.1". @page_bytes: 4096 or 65536. @version: "6.1.192". @origin: "Debian's linux-source-6.1 6.1.192-2".
 * @environment: what surrounds the hosted files. @era: the time of its driver ("era-3.11"); "": that of the kernel.
 */
struct km_desc {
	const char *name;
	uint32_t page_bytes;
	const char *version;
	const char *origin;
	const struct km_ops *ops;
	const struct km_hosted *hosted;
	size_t hosted_count;
	const struct km_environment *environment;
	size_t environment_count;
	const char *era;
};

/**
 * struct km_export - a name that hosted files ask for and find outside of themselves.
 * @kind: "hosted", "modelled", "reconstructed", "reports" (a finding when it is reached) or "library" (memory and
 * strings). @where: the file that has it. @users: hosted files that ask, ", " between them.
 */
struct km_export {
	const char *name, *kind, *where;
	bool function;
	const char *users;
};

/** km_exports - what the model exports to the hosted files of @kernel ("linux-6.1"), in order of name; @n: how many. */
const struct km_export *km_exports(const char *kernel, size_t *n);

/** km_descs - all kernels of this program (kernel-model/kernels.c); @n: their number. */
const struct km_desc *km_descs(size_t *n);
/** km_desc_find - by name and page size (0: the first that matches), or NULL. */
const struct km_desc *km_desc_find(const char *name, uint32_t page_bytes);

extern const struct cfg_row km_cfg_rows[];
extern const size_t km_cfg_row_count;

/** km_page_event_fn - see host_page(); values of enum host_page_event. */
typedef void km_page_event_fn(void *arg, int event, uint64_t pfn, uint64_t user_va, uint32_t proc_id);

struct host_dma;
/** km_dma_event_fn - see host_dma(); values of enum host_dma_event. */
typedef void km_dma_event_fn(void *arg, int event, const struct host_dma *dma);

/**
 * kernel_create - bind a kernel to a simulation and a platform (nothing runs yet).
 * Only one may exist per process at a time. @cfg: for "kernel.*" rows. @mutants: KM_MUTANT_ bits, 0 in honest runs.
 */
struct kernel *kernel_create(struct sim *sim, struct platform *platform, const struct km_desc *desc,
			     const struct cfg *cfg, uint32_t mutants);
void kernel_destroy(struct kernel *kernel);
const struct km_desc *kernel_desc(const struct kernel *kernel);
/** kernel_cpus - the cores that threads can be placed on (kernel-model/cpu.h). */
struct cpus *kernel_cpus(struct kernel *kernel);
/** kernel_guest_spend - a guest of KVM computes for @ps, in the running task. Context: yields. */
void kernel_guest_spend(struct kernel *kernel, sim_ps ps);
/** kernel_ram - host address of simulated RAM, for who maps it a second time. */
uint8_t *kernel_ram(const struct kernel *kernel);
/** kernel_ops - the entry points. */
const struct km_ops *kernel_ops(const struct kernel *kernel);
/**
 * kernel_boot - bring firmware and the kernel up; call from a sim task. Each kernel object boots once per process.
 * Return: 0; -EBUSY on a second boot; -errno.
 */
int kernel_boot(struct kernel *kernel) sim_must_use;
/** kernel_observe_pages - listen to frames. One listener. */
void kernel_observe_pages(struct kernel *kernel, km_page_event_fn *fn, void *arg);
/** kernel_observe_dma - listen to the DMA mappings of the kernel's own drivers. One listener. */
void kernel_observe_dma(struct kernel *kernel, km_dma_event_fn *fn, void *arg);
/** kernel_log_line - line @index of the kernel log with its time, NULL past the end. */
const char *kernel_log_line(const struct kernel *kernel, size_t index, sim_ps *when_ps);

/**
 * kernel_account_again - from here on nothing may be left behind, instead of from the end of boot. For what an administrator
 * did first, and the kernel keeps: a DMA window whose tables grew when a driver of the kernel's own used it.
 * Context: a task, no process has been started.
 */
void kernel_account_again(struct kernel *kernel);

/**
 * kernel_check_leaks - compare with the account taken at the end of boot (kernel_account_again()) and report each difference as a finding.
 * Call when all processes have exited. Return: number of findings added.
 */
uint32_t kernel_check_leaks(struct kernel *kernel);

#endif

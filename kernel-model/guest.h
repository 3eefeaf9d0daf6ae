/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_GUEST_H
#define KERNEL_MODEL_GUEST_H
/*
 * kernel-model/guest.h - the kernel of a guest as the rest of the simulator sees it: which there are, the memory it
 * finds, what is below it (a hypervisor, or a test), what its code costs, what is counted of it.
 *
 * A guest's kernel keeps its globals in its object, as the host's does: each boots once per process, one at a time.
 */
#include "kernel-model/guest_ops.h"
#include "kernel-model/kernel.h"
#include "sim/cfg.h"
#include "sim/sim.h"

struct guest;
struct km_hosted;

/** struct gm_desc_row - a kernel that guests can run. @hosted: files besides those that it shares with the host's. */
struct gm_desc_row {
	const char *name;
	uint32_t page_bytes;
	const char *version;
	const struct gm_ops *ops;
	const struct km_hosted *hosted;
	size_t hosted_count;
};

/** gm_descs - all of them; @n: their number. gm_desc_find - by name, or NULL. */
const struct gm_desc_row *gm_descs(size_t *n);
const struct gm_desc_row *gm_desc_find(const char *name);

/**
 * struct guest_backend - what is below the guest. @hcall: vCPU @cpu makes hypercall @nr. @bar: register access of
 * @function. @idle: the vCPU waits for @ps. @pattern: see host_guest_pattern(). All but @pattern may yield.
 */
struct guest_backend {
	int64_t (*hcall)(void *ctx, uint32_t cpu, uint64_t nr, uint64_t *args);
	uint64_t (*bar)(void *ctx, uint32_t cpu, uint32_t function, uint64_t offset, bool write, uint64_t value);
	void (*idle)(void *ctx, uint32_t cpu, sim_ps ps);
	uint64_t (*pattern)(uint64_t seed, uint64_t iova, void *buf, uint64_t bytes, bool check);
};

#define GUEST_CFG_ROWS 5u
extern const struct cfg_row guest_cfg_rows[GUEST_CFG_ROWS];

/**
 * guest_create - a guest's kernel, not booted. @cfg: rows "guest.cost.*" and "kernel.cost.*", which it spends as any
 * kernel.
 * @backend, @ctx: borrowed. @name: statistics are "guest.<name>". One at a time.
 */
struct guest *guest_create(struct sim *sim, const struct cfg *cfg, const struct gm_desc_row *desc, const char *name,
			   const struct guest_backend *backend, void *ctx);
void guest_destroy(struct guest *guest);
const struct gm_ops *guest_ops(const struct guest *guest);

/** guest_ram_reserve - address space for @bytes of guest memory. Return: its host address, without anything in it. */
uint8_t *guest_ram_reserve(struct guest *guest, uint64_t bytes);
/**
 * guest_ram_map - [@gpa, +@bytes) of the guest is the simulated RAM at host address @at (whole pages of 4 KiB). @at
 * NULL: fresh memory, for tests without simulated RAM. Return: 0 or -errno.
 */
int guest_ram_map(struct guest *guest, uint64_t gpa, void *at, uint64_t bytes) sim_must_use;

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_FAKE_HYPERVISOR_H
#define TESTS_KERNEL_MODEL_FAKE_HYPERVISOR_H
/*
 * tests/kernel-model/fake_hypervisor.h - what a guest's kernel finds below it in tests: TCE tables in arrays, RTAS
 * calls that make and remove windows, answers that a test chooses, and a list of all that was called. No KVM, no
 * machine.
 */
#include <check.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "kernel-model/guest.h"
#include "sim/finding.h"
#include "sim/stat.h"
#include "sim/task.h"

#define HV_RAM (128ull << 20)
#define HV_BUID 0x800000020000000ull
#define HV_LIOBN 0x80000000u
#define HV_DDW_START 0x800000000000000ull
#define HV_CALLS_MAX 8192u
#define HV_PUT 0x20u
#define HV_STUFF 0x138u
#define HV_INDIRECT 0x13cu
#define HV_RTAS 0xf000u
#define HV_QUERY 1u
#define HV_CREATE 2u
#define HV_REMOVE 3u
#define HV_RESET 4u

/** struct hv_call - hypercall @nr; of RTAS @token and its arguments, else registers. @ret: as answered. */
struct hv_call {
	uint64_t nr, token, args[5];
	int64_t ret;
};

/** struct hv_window - a table. @tce: owned; NULL: there is none. */
struct hv_window {
	uint64_t liobn, start, entries, *tce;
	uint32_t shift;
};

/**
 * struct hv - @fail_nr: hypercalls of this number, or RTAS calls of token @fail_token, are answered with @fail_ret,
 * from the
 * @fail_after-th on (0: the first). @windows: at most. @largest: TCEs that a query tells of. @pages: mask of a query.
 */
static struct hv {
	struct sim *sim;
	struct cfg *cfg;
	struct guest *guest;
	const struct gm_ops *ops;
	uint8_t *ram;
	struct hv_window window[2];
	struct hv_call *call;
	uint32_t calls, windows, pages;
	uint64_t largest, fail_nr, fail_token, fail_after, failing;
	int64_t fail_ret;
} hv;

static struct hv_window *hv_window(uint64_t liobn)
{
	for (size_t i = 0; i < sim_count_of(hv.window); i++)
		if (hv.window[i].tce && hv.window[i].liobn == liobn)
			return &hv.window[i];
	return NULL;
}

static inline void hv_make(uint32_t index, uint64_t start, uint32_t shift, uint64_t entries)
{
	hv.window[index] = (struct hv_window){.liobn = HV_LIOBN + index,
					      .start = start,
					      .shift = shift,
					      .entries = entries,
					      .tce = sim_alloc(entries * sizeof(uint64_t))};
}

static inline void hv_drop(uint32_t index)
{
	free(hv.window[index].tce);
	hv.window[index].tce = NULL;
}

static inline uint32_t hv_live(void)
{
	return (hv.window[0].tce != NULL) + (hv.window[1].tce != NULL);
}

/* ---- RTAS ---- */

static inline int32_t hv_rtas_do(uint32_t token, const uint32_t *arg, uint32_t nret, uint32_t *ret)
{
	uint32_t index = hv.window[0].tce ? 1 : 0;

	switch (token) {
	case HV_QUERY:
		ret[1] = hv.windows - hv_live();
		ret[2] = nret == 6 ? (uint32_t)(hv.largest >> 32) : (uint32_t)hv.largest;
		ret[3] = nret == 6 ? (uint32_t)hv.largest : hv.pages;
		ret[4] = nret == 6 ? hv.pages : 0;
		return 0;
	case HV_CREATE:
		hv_make(index, index ? HV_DDW_START : 0, arg[3], 1ull << (arg[4] - arg[3]));
		ret[1] = HV_LIOBN + index;
		ret[2] = (uint32_t)(hv.window[index].start >> 32);
		ret[3] = (uint32_t)hv.window[index].start;
		return 0;
	case HV_REMOVE:
		hv_drop(arg[0] - HV_LIOBN);
		return 0;
	default:
		hv_drop(0);
		hv_drop(1);
		hv_make(0, 0, 12, 1 << 18);
		return 0;
	}
}

static inline uint32_t *hv_words(uint64_t gpa)
{
	return (uint32_t *)(void *)(hv.ram + gpa);
}

static inline bool hv_fails(struct hv_call *call)
{
	if ((hv.fail_nr != call->nr || call->nr == HV_RTAS) && (!hv.fail_token || hv.fail_token != call->token))
		return false;
	if (hv.failing++ < hv.fail_after)
		return false;
	call->ret = hv.fail_ret;
	return true;
}

static inline int64_t hv_rtas(struct hv_call *call, uint64_t gpa)
{
	uint32_t *words = hv_words(gpa), nargs = be32toh(words[1]), nret = be32toh(words[2]), arg[8], ret[8] = {0};

	ck_assert_uint_le(nargs, 8);
	ck_assert_uint_le(nret, 8);
	call->token = be32toh(words[0]);
	for (uint32_t i = 0; i < nargs; i++) {
		arg[i] = be32toh(words[3 + i]);
		call->args[i] = arg[i];
	}
	if (!hv_fails(call))
		call->ret = hv_rtas_do((uint32_t)call->token, arg, nret, ret);
	ret[0] = (uint32_t)call->ret;
	for (uint32_t i = 0; i < nret; i++)
		words[3 + nargs + i] = htobe32(ret[i]);
	return 0;
}

/* ---- Hypercalls ---- */

static inline int64_t hv_tces(const struct hv_call *call)
{
	struct hv_window *window = hv_window(call->args[0]);
	uint64_t first, count = call->nr == HV_PUT ? 1 : call->args[3];

	if (!window)
		return -4;
	first = (call->args[1] - window->start) >> window->shift;
	if (first > window->entries || count > window->entries - first)
		return -4;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t tce = call->args[2];

		if (call->nr == HV_INDIRECT) {
			memcpy(&tce, hv.ram + call->args[2] + 8 * i, 8);
			tce = be64toh(tce);
		}
		window->tce[first + i] = tce;
	}
	return 0;
}

static int64_t hv_hcall(void *ctx, uint32_t cpu, uint64_t nr, uint64_t *args)
{
	struct hv_call *call = &hv.call[hv.calls++];

	(void)ctx;
	(void)cpu;
	ck_assert_uint_lt(hv.calls, HV_CALLS_MAX);
	*call = (struct hv_call){.nr = nr};
	memcpy(call->args, args, sizeof(call->args));
	sim_task_charge(hv.sim, SIM_PS_PER_US);
	if (nr == HV_RTAS)
		return hv_rtas(call, args[0]);
	if (!hv_fails(call))
		call->ret = hv_tces(call);
	return call->ret;
}

static uint64_t hv_bar(void *ctx, uint32_t cpu, uint32_t function, uint64_t offset, bool write, uint64_t value)
{
	(void)ctx;
	(void)cpu;
	(void)function;
	(void)offset;
	(void)write;
	(void)value;
	return UINT64_MAX; /* there is no device */
}

static void hv_idle(void *ctx, uint32_t cpu, sim_ps ps)
{
	(void)ctx;
	(void)cpu;
	sim_task_charge(hv.sim, ps);
}

static uint64_t hv_pattern(uint64_t seed, uint64_t iova, void *buf, uint64_t bytes, bool check)
{
	(void)seed;
	(void)iova;
	(void)buf;
	(void)bytes;
	(void)check;
	return 0;
}

/* ---- The rig ---- */

static const struct guest_backend hv_backend = {
	.hcall = hv_hcall, .bar = hv_bar, .idle = hv_idle, .pattern = hv_pattern};

static inline void hv_setup(const char *kernel)
{
	memset(&hv, 0, sizeof(hv));
	hv.sim = sim_create(1);
	hv.cfg = cfg_create();
	cfg_add_rows(hv.cfg, km_cfg_rows, km_cfg_row_count);
	cfg_add_rows(hv.cfg, guest_cfg_rows, GUEST_CFG_ROWS);
	hv.call = sim_alloc(HV_CALLS_MAX * sizeof(*hv.call));
	hv.windows = 2;
	hv.largest = 1ull << 31;
	hv.pages = 1 | 2 | 4;
	hv.guest = guest_create(hv.sim, hv.cfg, gm_desc_find(kernel), "t", &hv_backend, NULL);
	hv.ops = guest_ops(hv.guest);
	hv.ram = guest_ram_reserve(hv.guest, HV_RAM);
	ck_assert_int_eq(guest_ram_map(hv.guest, 0, NULL, HV_RAM), 0);
}

static inline void hv_teardown(void)
{
	guest_destroy(hv.guest);
	cfg_destroy(hv.cfg);
	sim_destroy(hv.sim);
	hv_drop(0);
	hv_drop(1);
	free(hv.call);
}

static inline uint64_t hv_count(uint64_t nr)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < hv.calls; i++)
		n += hv.call[i].nr == nr;
	return n;
}

/* Is there nothing in the default window? */
static inline bool hv_is_clear(void)
{
	uint64_t any = 0;

	for (uint64_t i = 0; i < hv.window[0].entries; i++)
		any |= hv.window[0].tce[i];
	return !any;
}

static inline uint64_t hv_stat(const char *name)
{
	const uint64_t *value = stat_find(hv.sim, "guest.t", name, NULL);

	ck_assert_ptr_nonnull(value);
	return *value;
}

#endif

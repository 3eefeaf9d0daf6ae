/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_HW_PHB_BENCH_H
#define TESTS_HW_PHB_BENCH_H
/*
 * tests/hw/phb_bench.h - what stands around a PHB on the bench of phb_fixture.h: the generations that there are, what
 * is below the PHB, its registers and tables by hand.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw/phb/phb_error.h"
#include "hw/phb/phb_xlate.h"
#include "hw/regs/p7ioc_regs.h"
#include "hw/regs/phb4_regs.h"
#include "sim/rng.h"
#include "sim/trace.h"

#ifndef FX_RAM_BYTES
#define FX_RAM_BYTES (64ull << 20)
#endif
#define FX_RTT 0x100000ull
#define FX_PELTV 0x120000ull
#define FX_PEST 0x130000ull
#define FX_IVT 0x140000ull
#define FX_TABLES 0x1000000ull /* TCE tables from here */
#define FX_DATA 0x2000000ull   /* pages that devices may reach */
#define FX_EVENTS 64
#define FX_SENT 256
#define FX_M32_BYTES (1ull << 31)
#define FX_M32_START 0x80000000ull
#define FX_M32_BASE 0x3fe000000000ull

enum { FX_PHB3, FX_PHB4_SMALL, FX_PHB4_BIG, FX_PHB5_SMALL, FX_PHB5_BIG, FX_P7IOC, FX_VARIANTS };
static const struct {
	const char *name;
	const char *settings[2];
} fx_variants[FX_VARIANTS] = {
	[FX_PHB3] = {"phb3", {"phb.generation=phb3", NULL}},
	[FX_PHB4_SMALL] = {"small phb4", {"phb.generation=phb4", "phb.size=small"}},
	[FX_PHB4_BIG] = {"big phb4", {"phb.generation=phb4", "phb.size=big"}},
	[FX_PHB5_SMALL] = {"small phb5", {"phb.generation=phb5", "phb.size=small"}},
	[FX_PHB5_BIG] = {"big phb5", {"phb.generation=phb5", "phb.size=big"}},
	[FX_P7IOC] = {"p7ioc", {"phb.generation=p7ioc", NULL}},
};
static uint32_t fx_variant = FX_PHB3;

struct fx {
	struct sim *sim;
	struct cfg *cfg;
	struct ram *ram;
	struct memory *memory;
	struct tlp_pool *pool;
	struct phb *phb;
	struct tlp *sent[FX_SENT];
	sim_ps sent_ps[FX_SENT];
	uint32_t sent_count;
	uint32_t irq[FX_SENT], irq_count;
	sim_ps irq_ps;
	struct phb_event event[FX_EVENTS];
	uint32_t event_count;
	const struct pcie_function *function;
	bool claims, perst;
	uint32_t root[0x800 / 4], root_resets; /* the root port: plain words */
};

static inline void fx_send(void *ctx, struct tlp *tlp)
{
	struct fx *fx = ctx;

	ck_assert_uint_lt(fx->sent_count, FX_SENT);
	fx->sent_ps[fx->sent_count] = sim_now(fx->sim);
	fx->sent[fx->sent_count++] = tlp;
}

/* The one function of the test, or nobody. */
static inline enum pcie_config_status fx_config_read(void *ctx, uint16_t rid, uint32_t reg, uint32_t bytes,
						     uint32_t *value)
{
	struct fx *fx = ctx;

	if (!fx->function || fx->function->rid != rid)
		return PCIE_CONFIG_NO_DEVICE;
	return fx->function->ops->config_read(fx->function->ctx, reg, bytes, value);
}

static inline enum pcie_config_status fx_config_write(void *ctx, uint16_t rid, uint32_t reg, uint32_t value,
						      uint32_t bytes)
{
	struct fx *fx = ctx;

	if (!fx->function || fx->function->rid != rid)
		return PCIE_CONFIG_NO_DEVICE;
	return fx->function->ops->config_write(fx->function->ctx, reg, value, bytes);
}

static inline const struct pcie_function *fx_claimer(void *ctx, uint64_t pci_addr, bool write)
{
	struct fx *fx = ctx;

	(void)pci_addr;
	(void)write;
	return fx->claims ? fx->function : NULL;
}

static inline enum pcie_config_status fx_root_read(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	struct fx *fx = ctx;

	ck_assert(bytes == 4 && reg % 4 == 0 && reg < sizeof(fx->root));
	*value = fx->root[reg / 4];
	return PCIE_CONFIG_OK;
}

static inline enum pcie_config_status fx_root_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	struct fx *fx = ctx;

	ck_assert(bytes == 4 && reg % 4 == 0 && reg < sizeof(fx->root));
	fx->root[reg / 4] = value;
	return PCIE_CONFIG_OK;
}

static inline void fx_perst(void *ctx, bool asserted)
{
	struct fx *fx = ctx;

	fx->perst = asserted;
}

static inline void fx_reset(void *ctx)
{
	struct fx *fx = ctx;

	fx->root_resets++;
}

static inline void fx_irq(void *arg, uint32_t source)
{
	struct fx *fx = arg;

	fx->irq_ps = sim_now(fx->sim);
	fx->irq[fx->irq_count++] = source;
}

static inline void fx_see(void *arg, const struct phb_event *event)
{
	struct fx *fx = arg;

	if (fx->event_count < FX_EVENTS)
		fx->event[fx->event_count++] = *event;
}

/* The CPU's address of PCI address @pci in the M32 window. */
static inline struct raddr fx_real(uint64_t pci)
{
	return (struct raddr){pci - FX_M32_START + FX_M32_BASE};
}

static inline void fx_write(struct fx *fx, uint32_t offset, uint64_t value)
{
	phb_reg_write(fx->phb, offset, value, 8);
}

static inline uint64_t fx_read(struct fx *fx, uint32_t offset)
{
	return phb_reg_read(fx->phb, offset, 8);
}

static inline void fx_ioda_write(struct fx *fx, uint32_t table, uint32_t index, uint64_t value)
{
	fx_write(fx, PHB_IODA_ADDR, ppc_set(fx->phb->gen->ioda_tadr, ppc_set(PHB_IODA_ADDR_TSEL, 0, table), index));
	fx_write(fx, PHB_IODA_DATA0, value);
}

static inline uint64_t fx_ioda_read(struct fx *fx, uint32_t table, uint32_t index)
{
	fx_write(fx, PHB_IODA_ADDR, ppc_set(fx->phb->gen->ioda_tadr, ppc_set(PHB_IODA_ADDR_TSEL, 0, table), index));
	return fx_read(fx, PHB_IODA_DATA0);
}

static inline void fx_store(struct fx *fx, uint64_t at, uint64_t value)
{
	ram_store_be64(fx->ram, (struct raddr){at}, value);
}

static inline uint64_t fx_load(struct fx *fx, uint64_t at)
{
	return ram_load_be64(fx->ram, (struct raddr){at});
}

/* Make the RTT name @pe for @rid; the cache learns of it by invalidation. */
static inline void fx_set_pe(struct fx *fx, uint16_t rid, uint16_t pe)
{
	uint8_t *at = ram_base(fx->ram) + FX_RTT + 2u * rid;

	at[0] = (uint8_t)(pe >> 8);
	at[1] = (uint8_t)pe;
}

static inline void fx_set_peltv(struct fx *fx, uint32_t parent, uint32_t child)
{
	ram_base(fx->ram)[FX_PELTV + parent * (fx->phb->pe_count / 8) + child / 8] |= (uint8_t)(0x80u >> (child % 8));
}

#endif

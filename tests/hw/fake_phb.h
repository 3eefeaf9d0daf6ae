/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_HW_FAKE_PHB_H
#define TESTS_HW_FAKE_PHB_H
/*
 * tests/hw/fake_phb.h - a PHB that does what a test says: memory at a PCI address, a fixed latency, failures on demand,
 * and a log of all that came up the link. With a link, a pool, a root port and one dma-engine, ready to be programmed.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hw/device/dma_engine.h"
#include "hw/regs/dma_engine_regs.h"
#include "hw/regs/pci_regs.h"
#include "sim/sim.h"
#include "sim/stat.h"

#define FAKE_MEM_BASE 0x100000000ull
#define FAKE_MEM_BYTES 0x100000u
#define FAKE_MSI_ADDR 0xffff0040ull
#define FAKE_RID 0x100
#define FAKE_BAR 0x80000000u
#define FAKE_LOG 20000u

/** struct fake_seen - one TLP that came up. */
struct fake_seen {
	enum tlp_type type;
	uint64_t addr;
	uint32_t bytes;
	sim_ps issued_ps;
	bool poisoned;
};

/**
 * struct fake_phb - @latency_ps: from arrival to completion (reads) or drain (writes).
 * @bad_addr, @bad_bytes, @bad_status: requests that begin there end so. @silent: reads get no answer.
 * @seen, @seen_count: requests other than MSIs. @message: error messages, as the root port passes them on. @msi_data:
 * payload of each MSI. @reads_held: silent reads, kept.
 */
struct fake_phb {
	struct sim *sim;
	struct cfg *cfg;
	struct tlp_pool *pool;
	struct link *link;
	struct topology *topology;
	struct dma_engine *engine;
	const struct pcie_function *function;
	uint8_t *mem;
	sim_ps latency_ps;
	uint64_t bad_addr, bad_bytes;
	enum tlp_status bad_status;
	bool silent, poison, cut_short;
	struct fake_seen *seen;
	uint32_t seen_count;
	uint32_t msi_data[64];
	sim_ps msi_ps[64];
	uint32_t msi_count;
	uint32_t in_hand, in_hand_max;
	uint32_t message_count;
	uint8_t message[16];
	uint16_t message_rid[16];
	struct tlp *held;
};

static inline void fake_phb_reply(struct sim *sim, struct sim_event *event)
{
	struct tlp *tlp = sim_container_of(event, struct tlp, event);
	struct fake_phb *fake = tlp->holder;
	uint64_t at = tlp->addr.v - FAKE_MEM_BASE;
	bool bad = tlp->addr.v - fake->bad_addr < fake->bad_bytes;

	(void)sim;
	fake->in_hand--;
	if (!bad)
		ck_assert(tlp->addr.v >= FAKE_MEM_BASE && at + tlp->bytes <= FAKE_MEM_BYTES);
	if (tlp->type == TLP_MEM_WRITE) {
		if (!bad)
			memcpy(fake->mem + at, tlp->data, tlp->bytes);
		tlp_free(tlp);
		return;
	}
	tlp->type = TLP_COMPLETION;
	tlp->status = bad ? fake->bad_status : TLP_SC;
	tlp->poisoned = fake->poison;
	if (!bad)
		memcpy(tlp->data, fake->mem + at, tlp->bytes);
	if (fake->cut_short)
		tlp->bytes--;
	topology_send_down(fake->topology, tlp);
}

static inline void fake_phb_up(void *ctx, struct tlp *tlp)
{
	struct fake_phb *fake = ctx;

	if (tlp->type == TLP_MESSAGE) {
		ck_assert_uint_lt(fake->message_count, 16);
		fake->message_rid[fake->message_count] = tlp->rid;
		fake->message[fake->message_count++] = tlp->msg;
		tlp_free(tlp);
		return;
	}
	ck_assert_uint_eq(tlp->rid, FAKE_RID);
	ck_assert_uint_ge(tlp->bytes, 1);
	ck_assert_uint_le(tlp->addr.v % 4096 + tlp->bytes, 4096); /* no request crosses 4 KiB, ever */
	if (tlp->type == TLP_MEM_WRITE && tlp->addr.v == FAKE_MSI_ADDR) {
		ck_assert_uint_eq(tlp->bytes, 4);
		ck_assert_uint_lt(fake->msi_count, 64);
		fake->msi_ps[fake->msi_count] = sim_now(fake->sim);
		fake->msi_data[fake->msi_count++] = tlp->data[0] | (uint32_t)tlp->data[1] << 8 |
						    (uint32_t)tlp->data[2] << 16 | (uint32_t)tlp->data[3] << 24;
		tlp_free(tlp);
		return;
	}
	ck_assert(tlp->type == TLP_MEM_READ || tlp->type == TLP_MEM_WRITE);
	ck_assert_uint_lt(fake->seen_count, FAKE_LOG);
	fake->seen[fake->seen_count++] =
		(struct fake_seen){tlp->type, tlp->addr.v, tlp->bytes, tlp->issued_ps, tlp->poisoned};
	if (fake->silent && tlp->type == TLP_MEM_READ) {
		tlp->next = fake->held;
		fake->held = tlp;
		return;
	}
	if (++fake->in_hand > fake->in_hand_max)
		fake->in_hand_max = fake->in_hand;
	tlp->holder = fake;
	sim_event_init(&tlp->event, fake_phb_reply, SIM_PRIO_HW);
	sim_event_after(fake->sim, &tlp->event, fake->latency_ps);
}

static inline uint32_t fake_config_read(struct fake_phb *fake, uint32_t reg, uint32_t bytes)
{
	uint32_t value = 0;

	if (fake->function->ops->config_read(fake->function->ctx, reg, bytes, &value) != PCIE_CONFIG_OK)
		return ~0u >> (32 - 8 * bytes);
	return value;
}

static inline void fake_config_write(struct fake_phb *fake, uint32_t reg, uint32_t value, uint32_t bytes)
{
	fake->function->ops->config_write(fake->function->ctx, reg, value, bytes);
}

static inline uint64_t fake_load(struct fake_phb *fake, uint64_t addr, uint32_t bytes)
{
	uint64_t value = 0;

	ck_assert_int_eq(fake->function->ops->mmio_read(fake->function->ctx, addr, bytes, &value), PCIE_LOAD_OK);
	return value;
}

static inline uint64_t fake_reg(struct fake_phb *fake, uint32_t offset)
{
	return fake_load(fake, FAKE_BAR + offset, 8);
}

static inline void fake_reg_set(struct fake_phb *fake, uint32_t offset, uint64_t value)
{
	fake->function->ops->mmio_write(fake->function->ctx, FAKE_BAR + offset, value, 8);
}

static inline uint64_t fake_stat(struct fake_phb *fake, const char *name)
{
	const uint64_t *value = stat_find(fake->sim, "dma", name, NULL);

	ck_assert_msg(value != NULL, "no statistic %s", name);
	return *value;
}

/* BAR0 placed, memory and bus master on, MSI with two vectors armed. */
static inline void fake_enable(struct fake_phb *fake)
{
	uint32_t msi = DMA_ENGINE_CAP_MSI;

	fake_config_write(fake, PCI_REG_BAR0, FAKE_BAR, 4);
	fake_config_write(fake, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER, 2);
	fake_config_write(fake, msi + PCI_MSI_ADDRESS, (uint32_t)FAKE_MSI_ADDR, 4);
	fake_config_write(fake, msi + PCI_MSI_ADDRESS_HIGH, 0, 4);
	fake_config_write(fake, msi + PCI_MSI_DATA, 0x1230, 2);
	fake_config_write(fake, msi + PCI_MSI_CONTROL, PCI_MSI_CONTROL_ENABLE | 1 << PCI_MSI_CONTROL_ENABLED_SHIFT, 2);
}

static inline void fake_topology_write(struct fake_phb *fake, uint16_t rid, uint32_t reg, uint32_t value,
				       uint32_t bytes)
{
	ck_assert_int_eq(topology_config_write(fake->topology, rid, reg, value, bytes), PCIE_CONFIG_OK);
}

/* The way to the engine, as firmware and kernel open it: bus 1 and 2 GiB from FAKE_BAR on; the engine learns its bus.
 */
static inline void fake_open_path(struct fake_phb *fake)
{
	fake_topology_write(fake, 0, PCI_BRIDGE_PRIMARY, 0x00010100, 4);
	fake_topology_write(fake, 0, PCI_BRIDGE_MEM_BASE, 0xfff00000 | FAKE_BAR >> 16, 4);
	fake_topology_write(fake, 0, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_SERR, 2);
	fake_topology_write(fake, 0, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER, 2);
	fake_topology_write(fake, FAKE_RID, PCI_REG_VENDOR_ID, 0, 4);
}

static inline void fake_open(struct fake_phb *fake, uint32_t tlps, const char *const *sets)
{
	memset(fake, 0, sizeof(*fake));
	fake->sim = sim_create(7);
	fake->cfg = cfg_create();
	cfg_add_rows(fake->cfg, link_cfg_rows, link_cfg_row_count);
	cfg_add_rows(fake->cfg, topology_cfg_rows, topology_cfg_row_count);
	cfg_add_rows(fake->cfg, dma_engine_cfg_rows, dma_engine_cfg_row_count);
	for (; sets && *sets; sets++)
		ck_assert_msg(cfg_set(fake->cfg, *sets) == 0, "%s", cfg_error(fake->cfg));
	fake->mem = sim_alloc(FAKE_MEM_BYTES);
	fake->seen = sim_alloc(FAKE_LOG * sizeof(*fake->seen));
	fake->latency_ps = 500000;
	fake->pool = tlp_pool_create(fake->sim, tlps);
	fake->link = link_create(fake->sim, fake->cfg, "link0");
	fake->topology =
		topology_create(fake->sim, fake->cfg, "pcie0",
				&(struct topology_shape){.root_device = BRIDGE_DEVICE_PHB3}, fake->link, fake->pool);
	topology_connect_phb(fake->topology, fake_phb_up, fake);
	fake->engine = dma_engine_create(fake->sim, fake->cfg, "dma", fake->pool,
					 &(struct dma_engine_place){.topology = fake->topology, .functions = 1});
	fake_open_path(fake);
	fake->function = topology_function(fake->topology, FAKE_RID);
	ck_assert_ptr_nonnull(fake->function);
	fake_enable(fake);
}

static inline void fake_drop_held(struct fake_phb *fake)
{
	while (fake->held) {
		struct tlp *tlp = fake->held;

		fake->held = tlp->next;
		tlp_free(tlp);
	}
}

static inline void fake_close(struct fake_phb *fake)
{
	topology_destroy(fake->topology);
	link_destroy(fake->link);
	dma_engine_destroy(fake->engine);
	tlp_pool_destroy(fake->pool);
	cfg_destroy(fake->cfg);
	free(fake->mem);
	free(fake->seen);
	sim_destroy(fake->sim);
}

/* As fake_close(), where all must be back. */
static inline void fake_close_clean(struct fake_phb *fake)
{
	ck_assert_uint_eq(tlp_pool_free_count(fake->pool), tlp_pool_size(fake->pool));
	ck_assert_uint_eq(sim_event_count(fake->sim), 0);
	fake_close(fake);
}

/* A window at the start of the fake memory. */
static inline void fake_program(struct fake_phb *fake, uint64_t pattern, uint64_t length, uint64_t req_bytes,
				uint64_t count)
{
	fake_reg_set(fake, DMA_ENGINE_PATTERN, pattern);
	fake_reg_set(fake, DMA_ENGINE_BASE, FAKE_MEM_BASE);
	fake_reg_set(fake, DMA_ENGINE_LENGTH, length);
	fake_reg_set(fake, DMA_ENGINE_REQ_BYTES, req_bytes);
	fake_reg_set(fake, DMA_ENGINE_COUNT, count);
}

static inline void fake_start(struct fake_phb *fake, uint64_t ctrl)
{
	fake_reg_set(fake, DMA_ENGINE_CTRL, ctrl | DMA_ENGINE_CTRL_START);
}

/* Run to the end; the engine must be idle with just @status bits (besides LAST). */
static inline void fake_finish(struct fake_phb *fake, uint64_t status)
{
	sim_run(fake->sim, SIM_PS_NEVER);
	ck_assert_uint_eq(fake_reg(fake, DMA_ENGINE_STATUS) & ~DMA_ENGINE_STATUS_LAST_MASK, status);
}

#endif

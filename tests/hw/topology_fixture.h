/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_HW_TOPOLOGY_FIXTURE_H
#define TESTS_HW_TOPOLOGY_FIXTURE_H
/*
 * tests/hw/topology_fixture.h - a topology on a bench: a link, a switch with ports (or none), devices that note what
 * reaches them, and at the PHB's end a log of what comes up. Software's part is configuration cycles.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hw/pcie/topology.h"
#include "hw/regs/pci_regs.h"
#include "sim/sim.h"
#include "sim/stat.h"

#define TF_DEVICES 8u
#define TF_TLPS 512u
#define TF_LOG 4096u
#define TF_BAR_BYTES 0x10000ull
#define TF_EXPRESS BRIDGE_CAP_EXPRESS
#define TF_AER PCI_EXT_CAP_FIRST
/* Buses and addresses as tf_program() gives them: device i is at bus 3 + i, its window is the i-th MiB. */
#define TF_BUS(i) (3u + (i))
#define TF_RID(i) ((uint16_t)(TF_BUS(i) << 8))
#define TF_PORT_RID(i) ((uint16_t)(2u << 8 | (i) << 3))
#define TF_UPSTREAM_RID ((uint16_t)(1u << 8))
#define TF_WINDOW(i) (0x80000000ull + (i)*0x100000ull)

/** struct tf_device - one function. @value: what every register reads as. @received: TLPs that came. */
struct tf_device {
	struct pcie_function function;
	uint64_t bar;
	bool memory;
	uint32_t value, config_reads, config_writes, unsupported, unsupported_posted, resets, fundamental_resets;
	uint32_t received, completions;
	enum tlp_status last_status;
	sim_ps last_ps;
	struct sim *sim;
};

struct tf {
	struct sim *sim;
	struct cfg *cfg;
	struct tlp_pool *pool;
	struct link *link;
	struct topology *topology;
	struct tf_device device[TF_DEVICES];
	uint32_t device_count;
	bool direct;
	/* At the PHB's end. */
	enum tlp_type up_type[TF_LOG];
	uint16_t up_rid[TF_LOG];
	uint8_t up_msg[TF_LOG];
	enum tlp_status up_status[TF_LOG];
	sim_ps up_ps;
	uint32_t up_count;
	bool answer; /* reads get a completion at once */
};

static inline void tf_receive(void *ctx, struct tlp *tlp)
{
	struct tf_device *device = ctx;

	device->received++;
	if (tlp->type == TLP_COMPLETION) {
		device->completions++;
		device->last_status = tlp->status;
		device->last_ps = sim_now(device->sim);
	}
	tlp_free(tlp);
}

static inline enum pcie_config_status tf_config_read(void *ctx, uint32_t reg, uint32_t bytes, uint32_t *value)
{
	struct tf_device *device = ctx;

	(void)reg;
	device->config_reads++;
	*value = device->value & (UINT32_MAX >> (32 - 8 * bytes));
	return PCIE_CONFIG_OK;
}

static inline enum pcie_config_status tf_config_write(void *ctx, uint32_t reg, uint32_t value, uint32_t bytes)
{
	struct tf_device *device = ctx;

	(void)reg;
	(void)value;
	(void)bytes;
	device->config_writes++;
	return PCIE_CONFIG_OK;
}

static inline bool tf_claims(void *ctx, uint64_t addr)
{
	const struct tf_device *device = ctx;

	return device->memory && addr - device->bar < TF_BAR_BYTES;
}

static inline void tf_unsupported(void *ctx, const struct tlp *tlp)
{
	struct tf_device *device = ctx;

	device->unsupported++;
	device->unsupported_posted += tlp->type == TLP_MEM_WRITE;
}

static inline void tf_reset(void *ctx, bool fundamental)
{
	struct tf_device *device = ctx;

	device->resets++;
	device->fundamental_resets += fundamental;
	device->memory = false;
}

static const struct pcie_function_ops tf_ops = {
	.receive = tf_receive,
	.config_read = tf_config_read,
	.config_write = tf_config_write,
	.claims = tf_claims,
	.unsupported = tf_unsupported,
	.reset = tf_reset,
};

static inline void tf_up(void *ctx, struct tlp *tlp)
{
	struct tf *tf = ctx;

	ck_assert_uint_lt(tf->up_count, TF_LOG);
	tf->up_type[tf->up_count] = tlp->type;
	tf->up_rid[tf->up_count] = tlp->rid;
	tf->up_status[tf->up_count] = tlp->status;
	tf->up_msg[tf->up_count++] = tlp->msg;
	tf->up_ps = sim_now(tf->sim);
	if (tf->answer && tlp->type == TLP_MEM_READ) {
		tlp->type = TLP_COMPLETION;
		tlp->status = TLP_SC;
		topology_send_down(tf->topology, tlp);
		return;
	}
	tlp_free(tlp);
}

static inline enum pcie_config_status tf_read(struct tf *tf, uint16_t rid, uint32_t reg, uint32_t bytes,
					      uint32_t *value)
{
	return topology_config_read(tf->topology, rid, reg, bytes, value);
}

/* A register that must be there. */
static inline uint32_t tf_get(struct tf *tf, uint16_t rid, uint32_t reg, uint32_t bytes)
{
	uint32_t value;

	ck_assert_int_eq(tf_read(tf, rid, reg, bytes, &value), PCIE_CONFIG_OK);
	return value;
}

static inline void tf_set(struct tf *tf, uint16_t rid, uint32_t reg, uint32_t value, uint32_t bytes)
{
	ck_assert_int_eq(topology_config_write(tf->topology, rid, reg, value, bytes), PCIE_CONFIG_OK);
}

static inline uint64_t tf_stat(struct tf *tf, const char *path, const char *name)
{
	const uint64_t *value = stat_find(tf->sim, path, name, NULL);

	ck_assert_msg(value != NULL, "no statistic %s.%s", path, name);
	return *value;
}

/* @ports 0: one device directly below the root port. */
static inline void tf_open_with(struct tf *tf, uint32_t ports, const char *const *sets)
{
	struct topology_shape shape = {.root_device = BRIDGE_DEVICE_PHB3, .ports = ports};
	uint32_t i;

	memset(tf, 0, sizeof(*tf));
	tf->sim = sim_create(5);
	tf->cfg = cfg_create();
	cfg_add_rows(tf->cfg, link_cfg_rows, link_cfg_row_count);
	cfg_add_rows(tf->cfg, topology_cfg_rows, topology_cfg_row_count);
	for (; sets && *sets; sets++)
		ck_assert_msg(cfg_set(tf->cfg, *sets) == 0, "%s", cfg_error(tf->cfg));
	tf->pool = tlp_pool_create(tf->sim, TF_TLPS);
	tf->link = link_create(tf->sim, tf->cfg, "link0");
	tf->topology = topology_create(tf->sim, tf->cfg, "pcie0", &shape, tf->link, tf->pool);
	topology_connect_phb(tf->topology, tf_up, tf);
	tf->direct = !ports;
	tf->device_count = ports ? ports : 1;
	for (i = 0; i < tf->device_count; i++) {
		tf->device[i].sim = tf->sim;
		tf->device[i].value = 0x70481234;
		tf->device[i].bar = TF_WINDOW(i);
		tf->device[i].memory = true;
		tf->device[i].function.ops = &tf_ops;
		tf->device[i].function.ctx = &tf->device[i];
		topology_attach(tf->topology, &tf->device[i].function, tf->direct ? 0 : i, 0);
	}
}

static inline void tf_open(struct tf *tf, uint32_t ports)
{
	tf_open_with(tf, ports, NULL);
}

static inline void tf_close(struct tf *tf)
{
	/* Nothing is lost: what was on the way has been delivered, dropped or given back. */
	ck_assert_uint_eq(tlp_pool_free_count(tf->pool), tlp_pool_size(tf->pool));
	topology_destroy(tf->topology);
	link_destroy(tf->link);
	tlp_pool_destroy(tf->pool);
	cfg_destroy(tf->cfg);
	sim_destroy(tf->sim);
}

static inline void tf_run(struct tf *tf)
{
	sim_run(tf->sim, SIM_PS_NEVER);
}

static inline void tf_program_bridge(struct tf *tf, uint16_t rid, uint32_t secondary, uint32_t subordinate,
				     uint64_t base, uint64_t limit)
{
	tf_set(tf, rid, PCI_BRIDGE_PRIMARY, rid >> 8 | secondary << 8 | subordinate << 16, 4);
	tf_set(tf, rid, PCI_BRIDGE_MEM_BASE, (uint32_t)(base >> 16) | (uint32_t)(limit & 0xfff00000), 4);
	tf_set(tf, rid, PCI_BRIDGE_PREF_BASE, 0x0000fff0, 4);
	tf_set(tf, rid, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_SERR, 2);
	tf_set(tf, rid, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER, 2);
}

/* All bridges as firmware and kernel leave them, and each device's bus number captured. */
static inline void tf_program(struct tf *tf)
{
	uint32_t n = tf->device_count, i;
	uint64_t limit = TF_WINDOW(n) - 1;

	if (tf->direct) {
		tf_program_bridge(tf, 0, 1, 1, TF_WINDOW(0), limit);
		tf_set(tf, 0x100, PCI_REG_VENDOR_ID, 0, 4);
		return;
	}
	tf_program_bridge(tf, 0, 1, TF_BUS(n - 1), TF_WINDOW(0), limit);
	tf_program_bridge(tf, TF_UPSTREAM_RID, 2, TF_BUS(n - 1), TF_WINDOW(0), limit);
	for (i = 0; i < n; i++) {
		tf_program_bridge(tf, TF_PORT_RID(i), TF_BUS(i), TF_BUS(i), TF_WINDOW(i), TF_WINDOW(i + 1) - 1);
		tf_set(tf, TF_RID(i), PCI_REG_VENDOR_ID, 0, 4);
	}
}

static inline void tf_begin(struct tf *tf, uint32_t ports)
{
	tf_open(tf, ports);
	tf_program(tf);
}

/* Device @i sends a request, or a message. */
static inline void tf_send(struct tf *tf, uint32_t i, enum tlp_type type, uint64_t addr, uint32_t bytes)
{
	struct tlp *tlp = tlp_alloc(tf->pool);

	ck_assert_ptr_nonnull(tlp);
	tlp->type = type;
	tlp->rid = tf->device[i].function.rid;
	tlp->addr.v = addr;
	tlp->bytes = bytes;
	tlp->msg = PCI_MSG_ERR_NONFATAL;
	topology_send_up(&tf->device[i].function, tlp);
}

static inline void tf_complete(struct tf *tf, uint16_t rid)
{
	struct tlp *tlp = tlp_alloc(tf->pool);

	ck_assert_ptr_nonnull(tlp);
	tlp->type = TLP_COMPLETION;
	tlp->rid = rid;
	tlp->bytes = 64;
	topology_send_down(tf->topology, tlp);
}

static inline const struct tf_device *tf_claimer(struct tf *tf, uint64_t addr, bool write)
{
	const struct pcie_function *function = topology_claimer(tf->topology, addr, write);

	return function ? function->ctx : NULL;
}

#endif

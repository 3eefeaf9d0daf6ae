// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal.c - firmware as a whole: configuration, memory, access to registers, its lock.
 *
 * Not modelled: firmware's own code and heap (it takes no RAM but its tables); a lock per PHB: skiboot has one each,
 * here one lock covers all PHBs, which only matters when two CPUs call for two PHBs at the same instant.
 */
#include "kernel-model/opal/opal_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/stat.h"
#include "sim/task.h"

/* Blocks of the kernel's page allocator are up to 16 MiB; ending RAM on such a boundary wastes none of them. */
#define OPAL_RESERVE_ALIGN 0x1000000ull

struct opal *opal_create(struct sim *sim, struct platform *platform, const struct cfg *cfg)
{
	struct opal *opal = sim_alloc(sizeof(*opal));
	uint64_t need;
	unsigned int i;

	opal->sim = sim;
	opal->platform = platform;
	opal->reset_hold_ps = cfg_u64(cfg, "kernel.opal.reset_hold");
	opal->reset_settle_ps = cfg_u64(cfg, "kernel.opal.reset_settle");
	need = (uint64_t)platform->phb_count * OPAL_PHB_MEMORY_BYTES;
	need = (need + OPAL_RESERVE_ALIGN - 1) & ~(OPAL_RESERVE_ALIGN - 1);
	opal->reserved_base = platform->ram_bytes > need ? platform->ram_bytes - need : 0;
	for (i = 0; i < platform->phb_count; i++) {
		opal->phb[i].opal = opal;
		opal->phb[i].info = &platform->phb[i];
	}
	opal_stats_register(opal);
	return opal;
}

void opal_destroy(struct opal *opal)
{
	if (!opal)
		return;
	stat_unregister(opal->sim, &opal->stats);
	free(opal);
}

int opal_boot(struct opal *opal)
{
	unsigned int i;

	if (!opal->reserved_base)
		return -ENOMEM;
	for (i = 0; i < opal->platform->phb_count; i++) {
		if (opal->phb[i].info->type != PLATFORM_PHB_PHB3 || opal->phb[i].info->pe_count > PHB3_PE_COUNT)
			return -ENODEV;
		opal_phb3_place_tables(&opal->phb[i], opal->reserved_base + (uint64_t)i * OPAL_PHB_MEMORY_BYTES);
	}
	for (i = 0; i < opal->platform->phb_count; i++)
		opal_phb3_init(&opal->phb[i]);
	return 0;
}

uint64_t opal_reserved_base(const struct opal *opal)
{
	return opal->reserved_base;
}

void opal_lock(struct opal *opal)
{
	while (opal->locked)
		sim_waitq_wait(opal->sim, &opal->waiters);
	opal->locked = true;
}

void opal_unlock(struct opal *opal)
{
	opal->locked = false;
	sim_waitq_wake_one(opal->sim, &opal->waiters);
}

struct opal_phb *opal_phb_find(struct opal *opal, uint64_t phb_id)
{
	unsigned int i;

	for (i = 0; i < opal->platform->phb_count; i++) {
		if (opal->phb[i].info->opal_id == phb_id)
			return &opal->phb[i];
	}
	return NULL;
}

uint64_t opal_read(struct opal_phb *phb, uint64_t offset)
{
	const struct platform *platform = phb->opal->platform;

	phb->opal->stats.register_reads++;
	return platform->ops->mmio_read(platform->ctx, phb->info->reg_base + offset, 8);
}

void opal_write(struct opal_phb *phb, uint64_t offset, uint64_t value)
{
	const struct platform *platform = phb->opal->platform;

	phb->opal->stats.register_writes++;
	platform->ops->mmio_write(platform->ctx, phb->info->reg_base + offset, value, 8);
}

void opal_ioda_select(struct opal_phb *phb, uint32_t table, uint32_t index, bool autoinc)
{
	uint64_t value = ppc_set(PHB_IODA_ADDR_TSEL, autoinc ? PHB_IODA_ADDR_AUTOINC : 0, table);

	opal_write(phb, PHB_IODA_ADDR, ppc_set(PHB3_IODA_ADDR_TADR, value, index));
}

void opal_ioda_write(struct opal_phb *phb, uint32_t table, uint32_t index, uint64_t value)
{
	opal_ioda_select(phb, table, index, false);
	opal_write(phb, PHB_IODA_DATA0, value);
}

uint64_t opal_ioda_read(struct opal_phb *phb, uint32_t table, uint32_t index)
{
	opal_ioda_select(phb, table, index, false);
	return opal_read(phb, PHB_IODA_DATA0);
}

uint8_t *opal_memory(const struct opal *opal, uint64_t real)
{
	sim_assert(opal->sim, real >= opal->reserved_base && real < opal->platform->ram_bytes);
	return opal->platform->ram + real;
}

void opal_store_be64(struct opal *opal, uint64_t real, uint64_t value)
{
	opal_out_be64(opal_memory(opal, real), value);
}

uint64_t opal_load_be64(const struct opal *opal, uint64_t real)
{
	uint64_t value;

	memcpy(&value, opal_memory(opal, real), sizeof(value));
	return __builtin_bswap64(value);
}

void opal_store_be16(struct opal *opal, uint64_t real, uint16_t value)
{
	opal_out_be16(opal_memory(opal, real), value);
}

uint16_t opal_load_be16(const struct opal *opal, uint64_t real)
{
	uint16_t value;

	memcpy(&value, opal_memory(opal, real), sizeof(value));
	return __builtin_bswap16(value);
}

void opal_out_be16(void *to, uint16_t value)
{
	value = __builtin_bswap16(value);
	memcpy(to, &value, sizeof(value));
}

void opal_out_be32(void *to, uint32_t value)
{
	value = __builtin_bswap32(value);
	memcpy(to, &value, sizeof(value));
}

void opal_out_be64(void *to, uint64_t value)
{
	value = __builtin_bswap64(value);
	memcpy(to, &value, sizeof(value));
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal.c - firmware as a whole: configuration, memory, access to registers, its lock.
 *
 * Not modelled: firmware's own code and heap (it takes no RAM but its tables); a lock per PHB: skiboot has one each,
 * here one lock covers all PHBs, which only matters when two CPUs call for two PHBs at the same instant.
 */
#include "kernel-model/opal/opal_internal.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/profile.h"
#include "sim/stat.h"
#include "sim/task.h"

/* Blocks of the kernel's page allocator are up to 16 MiB; ending RAM on such a boundary wastes none of them. */
#define OPAL_RESERVE_ALIGN 0x1000000ull

static const char *const wait_rows[OPAL_WAIT_COUNT] = {
	[OPAL_WAIT_SLOT_HOLD] = "kernel.opal.reset_hold",    [OPAL_WAIT_SLOT_SETTLE] = "kernel.opal.reset_settle",
	[OPAL_WAIT_SLOT_POWER] = "kernel.opal.slot_power",   [OPAL_WAIT_SLOT_LINK] = "kernel.opal.slot_link",
	[OPAL_WAIT_PHB_HOLD] = "kernel.opal.phb_reset_hold", [OPAL_WAIT_PHB_SETTLE] = "kernel.opal.phb_reset_settle",
	[OPAL_WAIT_PHB_QUIESCE] = "kernel.opal.phb_quiesce", [OPAL_WAIT_PHB_INIT] = "kernel.opal.phb_init",
	[OPAL_WAIT_PHB_LINK] = "kernel.opal.phb_link",
};

/* Prepare @phb, whose share of firmware's memory begins behind @at bytes. Return: where the next one's begins. */
static uint64_t opal_place(struct opal_phb *phb, struct opal *opal, const struct platform_phb *info, uint64_t at)
{
	const struct opal_table *table;

	phb->opal = opal;
	phb->info = info;
	phb->gen = opal_gen_find(info->type);
	phb->device = sim_alloc(OPAL_DEVICES_MAX * sizeof(*phb->device));
	if (!phb->gen)
		return at;
	for (table = phb->gen->tables; table->count; table++)
		phb->copy[table->selector] =
			sim_alloc((table->wide ? 2 : 1) * opal_phb_scale(phb, table->count) * sizeof(uint64_t));
	if (phb->gen->chip_init)
		opal->chip = phb->gen;
	if (!phb->gen->memory_bytes)
		return at;
	phb->memory_offset = (at + phb->gen->memory_bytes - 1) & ~(phb->gen->memory_bytes - 1);
	return phb->memory_offset + phb->gen->memory_bytes;
}

struct opal *opal_create(struct sim *sim, struct platform *platform, const struct cfg *cfg)
{
	struct opal *opal = sim_alloc(sizeof(*opal));
	uint64_t need = 0;
	unsigned int i;

	opal->sim = sim;
	opal->platform = platform;
	opal->mutant_hasty = cfg_bool(cfg, "mutant.hasty_firmware");
	opal->kill_by_pe = cfg_bool(cfg, "kernel.opal.kill_by_pe");
	for (i = 0; i < OPAL_WAIT_COUNT; i++)
		opal->wait_ps[i] = wait_rows[i] ? cfg_u64(cfg, wait_rows[i]) : 0;
	opal->skiboot_bugs = cfg_bool(cfg, "kernel.opal.skiboot_bugs");
	for (i = 0; i < platform->phb_count; i++)
		need = opal_place(&opal->phb[i], opal, &platform->phb[i], need);
	need = (need + OPAL_RESERVE_ALIGN - 1) & ~(OPAL_RESERVE_ALIGN - 1);
	opal->reserved_base = platform->ram_bytes > need ? platform->ram_bytes - need : 0;
	opal_stats_register(opal);
	return opal;
}

void opal_destroy(struct opal *opal)
{
	unsigned int i, k;

	if (!opal)
		return;
	for (i = 0; i < opal->platform->phb_count; i++) {
		for (k = 0; k < IODA_TBL_COUNT; k++)
			free(opal->phb[i].copy[k]);
		free(opal->phb[i].device);
	}
	stat_unregister(opal->sim, &opal->stats);
	free(opal);
}

/* From power-on to a link that is up; what the devices would need of time in between is not waited for. */
static void opal_start(struct opal_phb *phb)
{
	phb->gen->init(phb, true);
	phb->gen->perst(phb, false);
	if (phb->gen->link_change)
		phb->gen->link_change(phb, true);
}

int opal_boot(struct opal *opal)
{
	unsigned int i;

	if (!opal->reserved_base)
		return -ENOMEM;
	for (i = 0; i < opal->platform->phb_count; i++) {
		struct opal_phb *phb = &opal->phb[i];

		if (!phb->gen || phb->info->pe_count > phb->gen->pe_max ||
		    (phb->gen->chip_init && !opal->platform->hub_bytes))
			return -ENODEV;
		if (phb->gen->place_tables)
			phb->gen->place_tables(phb, opal->reserved_base + phb->memory_offset);
	}
	if (opal->chip)
		opal->chip->chip_init(opal);
	for (i = 0; i < opal->platform->phb_count; i++)
		opal_start(&opal->phb[i]);
	if (opal->chip)
		opal->chip->chip_open(opal);
	for (i = 0; i < opal->platform->phb_count; i++)
		opal_pci_scan(&opal->phb[i]);
	return 0;
}

/* The hub's error is perhaps a PHB's: the kernel asks for the next error of each. */
static void opal_hub_interrupt(struct opal *opal)
{
	unsigned int i;

	opal->hub.pending = true;
	for (i = 0; i < opal->platform->phb_count; i++) {
		if (opal->phb[i].gen == opal->chip)
			opal_eeh_pending(&opal->phb[i]);
	}
}

/* LSIs 6 (INF) and 7 (ER) of each PHB, and the hub's own. */
bool opal_interrupt(struct opal *opal, uint32_t irq)
{
	unsigned int i;

	if (opal->chip && irq == opal->platform->hub_irq) {
		opal->stats.error_interrupts++;
		opal_hub_interrupt(opal);
		return true;
	}
	for (i = 0; i < opal->platform->phb_count; i++) {
		const struct platform_phb *info = opal->phb[i].info;

		if (irq - info->irq_base - info->msi_count != PHB_LSI_INF &&
		    irq - info->irq_base - info->msi_count != PHB_LSI_ER)
			continue;
		opal->stats.error_interrupts++;
		opal_eeh_pending(&opal->phb[i]);
		return true;
	}
	return false;
}

uint64_t opal_reserved_base(const struct opal *opal)
{
	return opal->reserved_base;
}

void opal_lock(struct opal *opal)
{
	while (opal->locked) {
		profile_wait_begin(opal->sim, "firmware_lock");
		sim_waitq_wait(opal->sim, &opal->waiters);
		profile_wait_end(opal->sim);
	}
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

uint64_t opal_scom_read(struct opal_phb *phb, enum platform_scom_unit unit, uint32_t offset)
{
	const struct platform *platform = phb->opal->platform;

	phb->opal->stats.register_reads++;
	return platform->ops->scom_read(platform->ctx, phb->info->scom_base[unit] + offset);
}

void opal_scom_write(struct opal_phb *phb, enum platform_scom_unit unit, uint32_t offset, uint64_t value)
{
	const struct platform *platform = phb->opal->platform;

	phb->opal->stats.register_writes++;
	platform->ops->scom_write(platform->ctx, phb->info->scom_base[unit] + offset, value);
}

uint64_t opal_asb_read(struct opal_phb *phb, uint64_t address)
{
	const struct platform *platform = phb->opal->platform;

	if (phb->info->asb_base) {
		phb->opal->stats.register_reads++;
		return platform->ops->mmio_read(platform->ctx, phb->info->asb_base + address, 8);
	}
	opal_scom_write(phb, PLATFORM_SCOM_INDIRECT, phb->gen->asb_address, phb->gen->asb_valid | address);
	return opal_scom_read(phb, PLATFORM_SCOM_INDIRECT, phb->gen->asb_data);
}

void opal_asb_write(struct opal_phb *phb, uint64_t address, uint64_t value)
{
	const struct platform *platform = phb->opal->platform;

	if (phb->info->asb_base) {
		phb->opal->stats.register_writes++;
		platform->ops->mmio_write(platform->ctx, phb->info->asb_base + address, value, 8);
		return;
	}
	opal_scom_write(phb, PLATFORM_SCOM_INDIRECT, phb->gen->asb_address, phb->gen->asb_valid | address);
	opal_scom_write(phb, PLATFORM_SCOM_INDIRECT, phb->gen->asb_data, value);
}

uint32_t opal_phb_scale(const struct opal_phb *phb, uint32_t count)
{
	return (uint32_t)((uint64_t)count * phb->info->pe_count / phb->gen->pe_max);
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

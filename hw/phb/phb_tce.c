/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_tce.c - from a PE and a PCI address to a real address: TVE, bounds, table walk, kills.
 *
 * A TVE is decoded when it is written, so that a translation loads it ready. Formats: skiboot hw/phb3.c and
 * phb3-regs.h; walk: QEMU pnv_phb3.c and the tables that Linux builds (pci-ioda-tce.c). What an address beyond the
 * window meets is an error (LoPAR R2-3, "TCE extent"), never another entry's translation.
 *
 * Decided here where the sources disagree or are silent (docs/hardware.md lists them): page size 0 with a non-zero
 * IBM bits 51:55 makes a non-translated window; a page size that PHB3 does not have makes the TVE invalid; an indirect
 * TCE is a page fault only when both control bits are 0; a kill of one page uses the page size of the TVE in force.
 *
 * Not modelled: TCE speculation, migration registers, the quirk of bypass start addresses in skiboot.
 */
#include "hw/phb/phb_xlate.h"

#define TVE_TABLE_ENTRIES_SHIFT (IODA2_TVT_TABLE_SIZE_SHIFT - TCE_INDEX_SHIFT)
#define WINDOW_BITS_MAX IODA2_ADDR_TVE_SELECT_SHIFT
#define REAL_LOW_WINDOW_MIN (1ull << 32)

static bool phb_tve_page_ok(uint64_t code)
{
	return code == IODA2_TVT_PAGE_4K || code == IODA2_TVT_PAGE_64K || code == IODA2_TVT_PAGE_16M ||
	       code == IODA2_TVT_PAGE_256M;
}

/*
 * End: exclusive as OPAL computes it, or inclusive as skiboot's CAPI constants suggest; a switch, for nothing decides
 * it. The low window honours non-translate only from 4 GiB up, except on Naples, where CONTROL turns that off (QEMU).
 */
static void phb_tve_decode_real(const struct phb *phb, uint32_t index, uint64_t raw, struct phb_tve *tve)
{
	bool low = index % IODA2_TVES_PER_PE == 0;

	tve->base = ppc_get(IODA2_TVT_REAL_START, raw) << IODA2_TVT_REAL_SHIFT | ppc_get(IODA2_TVT_REAL_START_HI, raw)
											 << IODA2_TVT_REAL_HI_SHIFT;
	tve->end = ppc_get(IODA2_TVT_REAL_END, raw) << IODA2_TVT_REAL_SHIFT | ppc_get(IODA2_TVT_REAL_END_HI, raw)
										      << IODA2_TVT_REAL_HI_SHIFT;
	if (phb->end_inclusive)
		tve->end += 1ull << IODA2_TVT_REAL_SHIFT;
	if (low && !(phb_reg(phb, PHB_CONTROL) & PHB_CONTROL_32BIT_BYPASS) && tve->base < REAL_LOW_WINDOW_MIN)
		tve->base = REAL_LOW_WINDOW_MIN;
	tve->kind = PHB_TVE_REAL;
}

void phb_tve_decode(struct phb *phb, uint32_t index)
{
	uint64_t raw = phb->table[IODA2_TBL_TVT][index];
	uint64_t size_code = ppc_get(IODA2_TVT_TABLE_SIZE, raw);
	uint64_t page_code = ppc_get(IODA2_TVT_PAGE_SIZE, raw);
	uint64_t levels = ppc_get(IODA2_TVT_NUM_LEVELS, raw) + 1;
	struct phb_tve *tve = &phb->tve[index];
	uint64_t window_bits;

	memset(tve, 0, sizeof(*tve));
	if (!size_code)
		return;
	if (!page_code) {
		phb_tve_decode_real(phb, index, raw, tve);
		return;
	}
	if (!phb_tve_page_ok(page_code) || levels > IODA2_TVT_LEVELS_MAX)
		return;
	tve->kind = PHB_TVE_TRANSLATE;
	tve->levels = (uint8_t)levels;
	tve->page_shift = (uint8_t)(page_code + IODA2_TVT_PAGE_SIZE_SHIFT);
	tve->index_bits = (uint8_t)(size_code + TVE_TABLE_ENTRIES_SHIFT);
	tve->index_mask = (1ull << tve->index_bits) - 1;
	tve->top_shift = (uint8_t)(tve->page_shift + tve->index_bits * (levels - 1));
	tve->base = ppc_get(IODA2_TVT_TABLE_ADDR, raw) << IODA2_TVT_TABLE_ADDR_SHIFT;
	window_bits = levels * tve->index_bits + tve->page_shift;
	tve->limit = 1ull << (window_bits < WINDOW_BITS_MAX ? window_bits : WINDOW_BITS_MAX);
}

void phb_tve_decode_all(struct phb *phb)
{
	uint32_t i;

	for (i = 0; i < PHB3_TVT_COUNT; i++)
		phb_tve_decode(phb, i);
}

/* All that is not a translated window of address class 0. The PE is known and not frozen. */
enum phb_verdict phb_xlate_special(struct phb *phb, uint64_t addr, bool write, struct phb_xlate *out)
{
	uint64_t class = addr >> IODA2_ADDR_CLASS_SHIFT, offset = addr & (IODA2_ADDR_TVE_SELECT - 1);
	const struct phb_tve *tve = &phb->tve[phb_tve_index(out->pe, addr)];
	bool msi = class == IODA2_MSI64_CLASS && phb_reg(phb, PHB_CONFIG) & PHB_CONFIG_64BIT_MSI_EN;

	msi |= !class && addr - phb->msi32_base < IODA2_MSI32_BYTES;
	if (msi)
		return write ? PHB_XLATE_MSI : PHB_XLATE_MSI_ADDRESS;
	if (class)
		return PHB_XLATE_ADDR_CLASS;
	if (tve->kind == PHB_TVE_INVALID)
		return PHB_XLATE_TVE_INVALID;
	if (tve->kind == PHB_TVE_TRANSLATE || offset < tve->base || offset >= tve->end)
		return PHB_XLATE_TVE_RANGE;
	out->real = offset;
	return PHB_XLATE_OK;
}

void phb_tce_clear_cache(struct phb *phb)
{
	phb->stats.killed_tces += tce_cache_kill_all(&phb->cache);
}

static uint32_t phb_tce_kill_one(struct phb *phb, uint64_t value)
{
	uint64_t addr = value & PHB_TCE_KILL_ADDR;
	uint32_t index = phb_tve_index((uint32_t)ppc_get(PHB_TCE_KILL_PENUM, value), addr);
	const struct phb_tve *tve = &phb->tve[index];

	if (tve->kind != PHB_TVE_TRANSLATE)
		return 0;
	return tce_cache_kill_one(&phb->cache, index, (addr & (IODA2_ADDR_TVE_SELECT - 1)) >> tve->page_shift);
}

void phb_tce_kill(struct phb *phb, uint64_t value)
{
	struct trace_arg args[] = {{.name = "value", .value = value, .hex = true}, {.name = "killed"}};
	sim_ps busy_ps = phb->timing.kill_scan_ps;
	uint32_t killed = 0;

	phb->stats.kills_all += !!(value & PHB_TCE_KILL_ALL);
	phb->stats.kills_pe += !(value & PHB_TCE_KILL_ALL) && value & PHB_TCE_KILL_PE;
	phb->stats.kills_one += !(value & (PHB_TCE_KILL_ALL | PHB_TCE_KILL_PE)) && value & PHB_TCE_KILL_ONE;
	if (phb->mutant_forget_kill) {
		phb_notify(phb, PHB_EVENT_KILL, (uint32_t)ppc_get(PHB_TCE_KILL_PENUM, value), NULL, value);
		return;
	}
	if (value & PHB_TCE_KILL_ALL) {
		killed = tce_cache_kill_all(&phb->cache);
	} else if (value & PHB_TCE_KILL_PE) {
		killed = tce_cache_kill_pe(&phb->cache, (uint32_t)ppc_get(PHB_TCE_KILL_PENUM, value));
	} else if (value & PHB_TCE_KILL_ONE) {
		killed = phb_tce_kill_one(phb, value);
		busy_ps = phb->timing.kill_one_ps;
	}
	phb->stats.killed_tces += killed;
	phb_dma_stall(phb, busy_ps);
	if (trace_on(phb->sim)) {
		args[1].value = killed;
		phb_trace(phb, "TCE kill", args, sim_count_of(args));
	}
	phb_notify(phb, PHB_EVENT_KILL, (uint32_t)ppc_get(PHB_TCE_KILL_PENUM, value), NULL, value);
}

/* ---- Observers: no cache, no side effects, no mutant ---- */

static void phb_translate_walk(const struct phb *phb, const struct phb_tve *tve, uint64_t offset, bool write,
			       struct phb_translation *out)
{
	uint64_t table = tve->base, at = 0, tce = 0;
	int level;

	out->levels = tve->levels;
	out->page_bytes = 1ull << tve->page_shift;
	for (level = tve->levels - 1; level >= 0; level--) {
		uint32_t shift = tve->page_shift + tve->index_bits * (uint32_t)level;

		at = table + (phb_walk_index(tve, offset, shift) << TCE_INDEX_SHIFT);
		if (!ram_contains(phb->ram, (struct raddr){at}, TCE_BYTES)) {
			out->why = "a TCE table lies outside RAM";
			return;
		}
		tce = ram_load_be64(phb->ram, (struct raddr){at});
		if (!(tce & TCE_CONTROL)) {
			out->why = level ? "page fault: no table at a level" : "page fault: the TCE grants nothing";
			return;
		}
		table = tce & TCE_RPN;
	}
	out->tce_at.v = at;
	out->tce = tce;
	out->real.v = (tce & TCE_RPN & ~(out->page_bytes - 1)) | (offset & (out->page_bytes - 1));
	out->ok = tce & (write ? TCE_WRITE : TCE_READ);
	if (!out->ok)
		out->why = "access fault: the TCE does not grant this direction";
}

struct phb_translation phb_translate(const struct phb *phb, uint16_t rid, struct ioaddr addr, bool write)
{
	struct phb_translation out = {.pe = phb_pe_of_rid(phb, rid), .why = ""};
	uint64_t class = addr.v >> IODA2_ADDR_CLASS_SHIFT, offset = addr.v & (IODA2_ADDR_TVE_SELECT - 1);
	const struct phb_tve *tve;

	if (out.pe == PHB_PE_NONE) {
		out.why = "the RTT names no PE";
		return out;
	}
	tve = &phb->tve[phb_tve_index(out.pe, addr.v)];
	if (class == IODA2_MSI64_CLASS || (!class && addr.v - phb->msi32_base < IODA2_MSI32_BYTES)) {
		out.why = "the address is for MSIs";
	} else if (class) {
		out.why = "no such address class";
	} else if (tve->kind == PHB_TVE_INVALID) {
		out.why = "TVE invalid: no window here";
	} else if (tve->kind == PHB_TVE_REAL) {
		out.page_bytes = 1ull << IODA2_TVT_REAL_SHIFT;
		out.real.v = offset;
		out.ok = offset >= tve->base && offset < tve->end;
		out.why = out.ok ? "" : "beyond the non-translated window";
	} else if (offset >= tve->limit) {
		out.why = "beyond the window";
	} else {
		phb_translate_walk(phb, tve, offset, write, &out);
	}
	if (out.ok && !ram_contains(phb->ram, out.real, 1)) {
		out.ok = false;
		out.why = "the real address is not RAM";
	}
	if (out.ok && phb->dma_stopped[out.pe / 64] & PPC_BIT(out.pe % 64)) {
		out.ok = false;
		out.why = "the PE is frozen";
	}
	return out;
}

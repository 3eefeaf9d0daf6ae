/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_tce.c - from a PE and a PCI address to a real address: TVE, bounds, table walk.
 *
 * A TVE is decoded when it is written, so that a translation loads it ready. Formats: skiboot hw/phb3.c and
 * phb3-regs.h; walk: QEMU pnv_phb3.c and the tables that Linux builds (pci-ioda-tce.c). What an address beyond the
 * window meets is an error (LoPAR R2-3, "TCE extent"), never another entry's translation.
 *
 * Decided here where the sources disagree or are silent (docs/hardware.md lists them): page size 0 with a non-zero
 * IBM bits 51:55 makes a non-translated window; a page size that the generation does not have makes the TVE invalid; an
 * indirect TCE is a page fault only when both control bits are 0.
 *
 * Not modelled: TCE speculation, migration registers, the quirk of bypass start addresses in skiboot.
 */
#include "hw/phb/phb_xlate.h"

#define TVE_TABLE_ENTRIES_SHIFT (IODA2_TVT_TABLE_SIZE_SHIFT - TCE_INDEX_SHIFT)
#define REAL_LOW_WINDOW_MIN (1ull << 32)

/*
 * End: exclusive as OPAL computes it, or inclusive as skiboot's CAPI constants suggest; a switch, for nothing decides
 * it. The low window honours non-translate only from 4 GiB up, except on Naples, where CONTROL turns that off (QEMU).
 */
static void phb_tve_decode_real(const struct phb *phb, uint32_t index, uint64_t raw, struct phb_tve *tve)
{
	bool low = !(index & phb->select.addr_mask);

	tve->base = ppc_get(IODA2_TVT_REAL_START, raw) << IODA2_TVT_REAL_SHIFT | ppc_get(IODA2_TVT_REAL_START_HI, raw)
											 << IODA2_TVT_REAL_HI_SHIFT;
	tve->end = ppc_get(IODA2_TVT_REAL_END, raw) << IODA2_TVT_REAL_SHIFT | ppc_get(IODA2_TVT_REAL_END_HI, raw)
										      << IODA2_TVT_REAL_HI_SHIFT;
	if (phb->gen->real_bounds && !(raw & phb->gen->real_bounds)) {
		tve->base = 0;
		tve->end = UINT64_MAX;
	} else if (phb->end_inclusive)
		tve->end += 1ull << IODA2_TVT_REAL_SHIFT;
	if (low && phb->gen->low_bypass && !(phb_reg(phb, PHB_CONTROL) & phb->gen->low_bypass) &&
	    tve->base < REAL_LOW_WINDOW_MIN)
		tve->base = REAL_LOW_WINDOW_MIN;
	tve->page_shift = IODA2_TVT_REAL_SHIFT;
}

void phb_tve_decode_ioda2(struct phb *phb, uint32_t index)
{
	uint64_t raw = phb->table[IODA2_TBL_TVT][index];
	uint64_t size_code = ppc_get(IODA2_TVT_TABLE_SIZE, raw);
	uint64_t page_code = ppc_get(IODA2_TVT_PAGE_SIZE, raw);
	uint64_t levels = ppc_get(IODA2_TVT_NUM_LEVELS, raw) + 1;
	struct phb_tve *tve = &phb->tve[index];
	uint64_t window_bits, offset_bits = 64u - (uint32_t)__builtin_clzll(phb->select.offset_mask);

	memset(tve, 0, sizeof(*tve));
	if (!size_code)
		return;
	if (!page_code) {
		phb_tve_decode_real(phb, index, raw, tve);
		return;
	}
	if (!(phb->gen->page_codes >> page_code & 1) || levels > IODA2_TVT_LEVELS_MAX)
		return;
	tve->levels = (uint8_t)levels;
	tve->page_shift = (uint8_t)(page_code + IODA2_TVT_PAGE_SIZE_SHIFT);
	tve->index_bits = (uint8_t)(size_code + TVE_TABLE_ENTRIES_SHIFT);
	tve->index_mask = (1ull << tve->index_bits) - 1;
	tve->base = ppc_get(IODA2_TVT_TABLE_ADDR, raw) << IODA2_TVT_TABLE_ADDR_SHIFT;
	window_bits = levels * tve->index_bits + tve->page_shift;
	tve->limit = 1ull << (window_bits < offset_bits ? window_bits : offset_bits);
}

void phb_tve_decode_all(struct phb *phb)
{
	uint32_t i;

	for (i = 0; i < phb->tve_count; i++)
		phb->gen->tve_decode(phb, i);
}

void phb_select_set(struct phb *phb, uint32_t log2, uint64_t above)
{
	uint32_t shift = IODA2_ADDR_CLASS_SHIFT - log2;

	phb->select = (struct phb_tve_select){.offset_mask = (1ull << shift) - 1,
					      .above = above,
					      .outside = ~0ull << IODA2_ADDR_CLASS_SHIFT,
					      .pe_mask = UINT32_MAX,
					      .addr_mask = (1u << log2) - 1,
					      .pe_shift = (uint8_t)log2,
					      .addr_shift = (uint8_t)shift};
}

bool phb_is_msi(const struct phb *phb, uint64_t addr)
{
	uint64_t class = addr >> IODA2_ADDR_CLASS_SHIFT;

	if (!class)
		return addr - phb->msi32_base < IODA2_MSI32_BYTES;
	return class == phb->gen->msi64_class && phb_reg(phb, PHB_CONFIG) & PHB_CONFIG_64BIT_MSI_EN;
}

/* All that is not a translated window of address class 0 without an owner. The PE is known and not frozen. */
enum phb_verdict phb_xlate_special(struct phb *phb, uint16_t rid, uint64_t addr, bool write, bool fetch,
				   struct phb_xlate *out)
{
	uint32_t index = phb_tve_index(phb, out->pe, addr);
	const struct phb_tve *tve = &phb->tve[index];
	enum phb_tve_kind kind = phb_tve_kind(tve);
	uint64_t offset = phb_tve_offset(phb, addr);

	if (phb_is_msi(phb, addr))
		return write ? PHB_XLATE_MSI : PHB_XLATE_MSI_READ;
	if (addr & phb->select.outside)
		return PHB_XLATE_ADDR_CLASS;
	if (kind == PHB_TVE_INVALID)
		return PHB_XLATE_TVE_INVALID;
	if (!phb_tve_allows(tve, rid, out->pe))
		return PHB_XLATE_TVE_DENIED;
	if (kind == PHB_TVE_TRANSLATE && offset < phb_tve_bytes(tve))
		return phb_xlate_window(phb, index, offset, write, fetch, out);
	if (kind == PHB_TVE_TRANSLATE || offset < tve->base || offset >= tve->end)
		return PHB_XLATE_TVE_RANGE;
	out->real = offset;
	return PHB_XLATE_OK;
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
	uint64_t offset = phb_tve_offset(phb, addr.v);
	const struct phb_tve *tve;

	if (out.pe == PHB_PE_NONE) {
		out.why = "the RTT names no PE";
		return out;
	}
	tve = &phb->tve[phb_tve_index(phb, out.pe, addr.v)];
	if (phb_is_msi(phb, addr.v)) {
		out.why = "the address is for MSIs";
	} else if (addr.v & phb->select.outside) {
		out.why = "no such address class";
	} else if (phb_tve_kind(tve) == PHB_TVE_INVALID) {
		out.why = "TVE invalid: no window here";
	} else if (!phb_tve_allows(tve, rid, out.pe)) {
		out.why = "the window belongs to another requester";
	} else if (phb_tve_kind(tve) == PHB_TVE_REAL) {
		out.page_bytes = 1ull << IODA2_TVT_REAL_SHIFT;
		out.real.v = offset;
		out.ok = offset >= tve->base && offset < tve->end;
		out.why = out.ok ? "" : "beyond the non-translated window";
	} else if (offset >= phb_tve_bytes(tve)) {
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

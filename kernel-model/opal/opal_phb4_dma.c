// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_phb4_dma.c - killing TCEs of a PHB4, which takes its time: firmware waits for room in the
 * queue, asks, and then waits until the kill has been done and what it had let through has left. Options of the
 * host bridge, and stores to MMIO of another one. Sequences and checks of skiboot's phb4_tce_kill(),
 * phb4_set_option(), phb4_get_option() and phb4_set_p2p() (hw/phb4.c).
 *
 * A kill of pages can get lost when the queue is busy (HW560152), so that skiboot kills the PE instead;
 * kernel.opal.kill_by_pe says whether this firmware does.
 *
 * Not modelled: a limit to the waiting; skiboot has none either.
 */
#include "kernel-model/opal/opal_phb4.h"

#define KILL_WAITS (PHB_TCE_KILL_ALL | PHB_TCE_KILL_PE | PHB_TCE_KILL_ONE)
#define ADDRESS_CLASS 0xf000000000000000ull

/* Page sizes and how a kill of one is told them; 4 KiB is what it is without PSEL. */
static const struct {
	uint64_t bytes, select, code;
} kill_sizes[] = {
	{0x1000, 0, 0},
	{0x10000, PHB4_TCE_KILL_PSEL, PHB4_TCE_KILL_64K},
	{0x200000, PHB4_TCE_KILL_PSEL, PHB4_TCE_KILL_2M},
	{0x40000000, PHB4_TCE_KILL_PSEL, PHB4_TCE_KILL_1G},
};

/* Read until the bits of @mask are @want. All ones: nobody answers any more. */
static int64_t opal_phb4_wait(struct opal_phb *phb, uint32_t reg, uint64_t mask, uint64_t want)
{
	uint64_t value;

	do {
		value = opal_read(phb, reg);
		if (value == UINT64_MAX)
			return OPAL_HARDWARE;
	} while ((value & mask) != want);
	return OPAL_SUCCESS;
}

static int64_t opal_phb4_kill_write(struct opal_phb *phb, uint64_t value)
{
	int64_t ret = opal_phb4_wait(phb, PHB_TCE_KILL, KILL_WAITS, 0);

	if (ret == OPAL_SUCCESS)
		opal_write(phb, PHB_TCE_KILL, value);
	return ret;
}

static int64_t opal_phb4_kill_pages(struct opal_phb *phb, uint32_t pe, uint32_t page_bytes, uint64_t dma_addr,
				    uint32_t pages)
{
	uint64_t value = PHB_TCE_KILL_ONE;
	int64_t ret = OPAL_SUCCESS;
	uint32_t i;

	for (i = 0; i < sim_count_of(kill_sizes) && kill_sizes[i].bytes != page_bytes; i++)
		;
	if (i == sim_count_of(kill_sizes) || dma_addr & (ADDRESS_CLASS | (page_bytes - 1)))
		return OPAL_PARAMETER;
	value = ppc_set(PHB4_TCE_KILL_PENUM, value | kill_sizes[i].select, pe);
	value |= ppc_set(PHB4_TCE_KILL_SIZE, 0, kill_sizes[i].code);
	for (; pages && ret == OPAL_SUCCESS; pages--, dma_addr += page_bytes)
		ret = opal_phb4_kill_write(phb, value | dma_addr);
	return ret;
}

static void opal_phb4_sync_start(struct opal_phb *phb)
{
	uint64_t done = 0;

	/* Of PHB5's two syncs the other one's state must stay. */
	if (opal_is_phb5(phb))
		done = opal_read(phb, PHB_DMARD_SYNC) & (PHB_DMARD_SYNC_COMPLETE | PHB5_DMA_WRITE_SYNC_COMPLETE);
	opal_write(phb, PHB_DMARD_SYNC, done | PHB_DMARD_SYNC_START);
}

int64_t opal_phb4_tce_kill(struct opal_phb *phb, uint32_t kind, uint32_t pe, uint32_t page_bytes, uint64_t dma_addr,
			   uint32_t pages)
{
	int64_t ret;

	if (kind == OPAL_TCE_KILL_PAGES && phb->opal->kill_by_pe)
		kind = OPAL_TCE_KILL_PE;
	if (kind == OPAL_TCE_KILL_PAGES)
		ret = opal_phb4_kill_pages(phb, pe, page_bytes, dma_addr, pages);
	else if (kind == OPAL_TCE_KILL_PE)
		ret = opal_phb4_kill_write(phb, ppc_set(PHB4_TCE_KILL_PENUM, PHB_TCE_KILL_PE, pe));
	else if (kind == OPAL_TCE_KILL_ALL)
		ret = opal_phb4_kill_write(phb, PHB_TCE_KILL_ALL);
	else
		return OPAL_PARAMETER;
	if (ret != OPAL_SUCCESS || phb->opal->mutant_hasty)
		return ret;
	opal_phb4_sync_start(phb);
	ret = opal_phb4_wait(phb, PHB4_Q_DMA_R, PHB4_Q_DMA_R_TCE_KILL, 0);
	if (ret != OPAL_SUCCESS)
		return ret;
	return opal_phb4_wait(phb, PHB_DMARD_SYNC, PHB_DMARD_SYNC_COMPLETE, PHB_DMARD_SYNC_COMPLETE);
}

/* ---- Options ---- */

/* The bit of CTRLR; 0: there is no such option. */
static uint64_t opal_phb4_option(uint64_t option)
{
	switch (option) {
	case OPAL_OPTION_TVE1_4GB:
		return PHB4_CTRLR_TVE1_4GB;
	case OPAL_OPTION_MMIO_EEH_DISABLE:
		return PHB4_CTRLR_MMIO_EEH_DISABLE;
	default:
		return 0;
	}
}

int64_t opal_phb4_set_option(struct opal_phb *phb, uint64_t option, uint64_t setting)
{
	uint64_t bit = opal_phb4_option(option), control;

	if (!bit)
		return OPAL_UNSUPPORTED;
	if (setting > 1)
		return OPAL_PARAMETER;
	control = opal_read(phb, PHB_CONTROL);
	opal_write(phb, PHB_CONTROL, setting ? control | bit : control & ~bit);
	return OPAL_SUCCESS;
}

int64_t opal_phb4_get_option(struct opal_phb *phb, uint64_t option, uint64_t *setting)
{
	uint64_t bit = opal_phb4_option(option);

	if (!bit)
		return OPAL_UNSUPPORTED;
	*setting = opal_read(phb, PHB_CONTROL) & bit ? 1 : 0;
	return OPAL_SUCCESS;
}

/* ---- Peer to peer ---- */

/*
 * The initiator's second window lets everything through, as the other PHB's MMIO lies far above memory; the kernel
 * gives it its bounds back. The target keeps a queue for such stores.
 */
void opal_phb4_set_p2p(struct opal_phb *phb, bool target, uint32_t pe, bool enable)
{
	uint64_t mode;

	if (!target) {
		if (enable)
			opal_ioda_set(phb, IODA2_TBL_TVT, pe * IODA2_TVES_PER_PE + 1, IODA2_TVT_REAL);
		return;
	}
	mode = opal_scom_read(phb, PLATFORM_SCOM_NEST, PHB4_SCOM_PBCQ_MODE);
	mode = enable ? mode | PHB4_SCOM_PBCQ_MODE_P2P : mode & ~PHB4_SCOM_PBCQ_MODE_P2P;
	opal_scom_write(phb, PLATFORM_SCOM_NEST, PHB4_SCOM_PBCQ_MODE, mode);
}

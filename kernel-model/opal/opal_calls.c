// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_calls.c - the table of calls: token, statistics row, and how the argument registers become
 * the call's arguments. Each call of a PHB holds that PHB's lock, as core/pci-opal.c of skiboot does, so that the
 * select and the access of an indirect port are never torn apart by another caller.
 *
 * Not modelled: calls without a row; they are counted and answered OPAL_PARAMETER, as firmware does.
 */
#include "kernel-model/opal/opal_internal.h"

#include <assert.h>

#include "sim/stat.h"
#include "sim/task.h"

typedef unsigned long long arg;
typedef int64_t opal_call_fn(struct opal *opal, const arg *a);

static void *pointer(arg value)
{
	return (void *)(uintptr_t)value;
}

/* X(label, number, call): the call's name in the statistics, its token, and expression over opal and a[]. */
#define OPAL_CALLS(X)                                                                                                  \
	X(config_read_byte, OPAL_PCI_CONFIG_READ_BYTE, opal_pci_config_read(opal, a[0], a[1], a[2], 1, pointer(a[3]))) \
	X(config_read_half_word, OPAL_PCI_CONFIG_READ_HALF_WORD,                                                       \
	  opal_pci_config_read(opal, a[0], a[1], a[2], 2, pointer(a[3])))                                              \
	X(config_read_word, OPAL_PCI_CONFIG_READ_WORD, opal_pci_config_read(opal, a[0], a[1], a[2], 4, pointer(a[3]))) \
	X(config_write_byte, OPAL_PCI_CONFIG_WRITE_BYTE,                                                               \
	  opal_pci_config_write(opal, a[0], a[1], a[2], 1, (uint8_t)a[3]))                                             \
	X(config_write_half_word, OPAL_PCI_CONFIG_WRITE_HALF_WORD,                                                     \
	  opal_pci_config_write(opal, a[0], a[1], a[2], 2, (uint16_t)a[3]))                                            \
	X(config_write_word, OPAL_PCI_CONFIG_WRITE_WORD,                                                               \
	  opal_pci_config_write(opal, a[0], a[1], a[2], 4, (uint32_t)a[3]))                                            \
	X(set_xive, OPAL_SET_XIVE, opal_set_xive(opal, (uint32_t)a[0], (uint16_t)a[1], (uint8_t)a[2]))                 \
	X(get_xive, OPAL_GET_XIVE, opal_get_xive(opal, (uint32_t)a[0], pointer(a[1]), pointer(a[2])))                  \
	X(eeh_freeze_status, OPAL_PCI_EEH_FREEZE_STATUS,                                                               \
	  opal_pci_eeh_freeze_status(opal, a[0], a[1], pointer(a[2]), pointer(a[3]), pointer(a[4])))                   \
	X(eeh_freeze_clear, OPAL_PCI_EEH_FREEZE_CLEAR, opal_pci_eeh_freeze_clear(opal, a[0], a[1], a[2]))              \
	X(phb_mmio_enable, OPAL_PCI_PHB_MMIO_ENABLE,                                                                   \
	  opal_pci_phb_mmio_enable(opal, a[0], (uint16_t)a[1], (uint16_t)a[2], (uint16_t)a[3]))                        \
	X(set_phb_mem_window, OPAL_PCI_SET_PHB_MEM_WINDOW,                                                             \
	  opal_pci_set_phb_mem_window(opal, a[0], (uint16_t)a[1], (uint16_t)a[2], a[3], a[4], a[5]))                   \
	X(map_pe_mmio_window, OPAL_PCI_MAP_PE_MMIO_WINDOW,                                                             \
	  opal_pci_map_pe_mmio_window(opal, a[0], (uint16_t)a[1], (uint16_t)a[2], (uint16_t)a[3], (uint16_t)a[4]))     \
	X(set_pe, OPAL_PCI_SET_PE,                                                                                     \
	  opal_pci_set_pe(opal, a[0], a[1], a[2], (uint8_t)a[3], (uint8_t)a[4], (uint8_t)a[5], (uint8_t)a[6]))         \
	X(set_peltv, OPAL_PCI_SET_PELTV,                                                                               \
	  opal_pci_set_peltv(opal, a[0], (uint32_t)a[1], (uint32_t)a[2], (uint8_t)a[3]))                               \
	X(set_xive_pe, OPAL_PCI_SET_XIVE_PE, opal_pci_set_xive_pe(opal, a[0], (uint32_t)a[1], (uint32_t)a[2]))         \
	X(get_msi_32, OPAL_GET_MSI_32,                                                                                 \
	  opal_get_msi_32(opal, a[0], (uint32_t)a[1], (uint32_t)a[2], (uint8_t)a[3], pointer(a[4]), pointer(a[5])))    \
	X(get_msi_64, OPAL_GET_MSI_64,                                                                                 \
	  opal_get_msi_64(opal, a[0], (uint32_t)a[1], (uint32_t)a[2], (uint8_t)a[3], pointer(a[4]), pointer(a[5])))    \
	X(map_pe_dma_window, OPAL_PCI_MAP_PE_DMA_WINDOW,                                                               \
	  opal_pci_map_pe_dma_window(opal, a[0], (uint16_t)a[1], (uint16_t)a[2], (uint16_t)a[3], a[4], a[5], a[6]))    \
	X(map_pe_dma_window_real, OPAL_PCI_MAP_PE_DMA_WINDOW_REAL,                                                     \
	  opal_pci_map_pe_dma_window_real(opal, a[0], (uint16_t)a[1], (uint16_t)a[2], a[3], a[4]))                     \
	X(pci_reset, OPAL_PCI_RESET, opal_pci_reset(opal, a[0], (uint8_t)a[1], (uint8_t)a[2]))                         \
	X(get_hub_diag_data, OPAL_PCI_GET_HUB_DIAG_DATA, opal_pci_get_hub_diag_data(opal, a[0], pointer(a[1]), a[2]))  \
	X(pci_reinit, OPAL_PCI_REINIT, opal_pci_reinit(opal, a[0], a[1], a[2]))                                        \
	X(next_error, OPAL_PCI_NEXT_ERROR,                                                                             \
	  opal_pci_next_error(opal, a[0], pointer(a[1]), pointer(a[2]), pointer(a[3])))                                \
	X(pci_poll, OPAL_PCI_POLL, opal_pci_poll(opal, a[0]))                                                          \
	X(msi_eoi, OPAL_PCI_MSI_EOI, opal_pci_msi_eoi(opal, a[0], (uint32_t)a[1]))                                     \
	X(get_phb_diag_data2, OPAL_PCI_GET_PHB_DIAG_DATA2,                                                             \
	  opal_pci_get_phb_diag_data2(opal, a[0], pointer(a[1]), a[2]))                                                \
	X(check_token, OPAL_CHECK_TOKEN, opal_check_token((uint32_t)a[0]))                                             \
	X(err_inject, OPAL_PCI_ERR_INJECT,                                                                             \
	  opal_pci_err_inject(opal, a[0], (uint32_t)a[1], (uint32_t)a[2], (uint32_t)a[3], a[4], a[5]))                 \
	X(eeh_freeze_set, OPAL_PCI_EEH_FREEZE_SET, opal_pci_eeh_freeze_set(opal, a[0], a[1], a[2]))                    \
	X(set_mve, OPAL_PCI_SET_MVE, opal_pci_set_mve(opal, a[0], (uint32_t)a[1], (uint32_t)a[2]))                     \
	X(set_mve_enable, OPAL_PCI_SET_MVE_ENABLE,                                                                     \
	  opal_pci_set_mve_enable(opal, a[0], (uint32_t)a[1], (uint32_t)a[2]))                                         \
	X(set_p2p, OPAL_PCI_SET_P2P, opal_pci_set_p2p(opal, a[0], a[1], a[2], (uint16_t)a[3]))                         \
	X(phb_set_option, OPAL_PHB_SET_OPTION, opal_pci_set_option(opal, a[0], a[1], a[2]))                            \
	X(phb_get_option, OPAL_PHB_GET_OPTION, opal_pci_get_option(opal, a[0], a[1], pointer(a[2])))                   \
	X(tce_kill, OPAL_PCI_TCE_KILL,                                                                                 \
	  opal_pci_tce_kill(opal, a[0], (uint32_t)a[1], (uint32_t)a[2], (uint32_t)a[3], a[4], (uint32_t)a[5]))

static int64_t opal_check_token(uint32_t token);

#define CALL_FUNCTION(label, number, call)                                                                             \
	static int64_t call_##label(struct opal *opal, const arg *a)                                                   \
	{                                                                                                              \
		(void)opal;                                                                                            \
		return call;                                                                                           \
	}
OPAL_CALLS(CALL_FUNCTION)

struct opal_call_row {
	uint32_t token;
	const char *name;
	opal_call_fn *fn;
};

#define CALL_ROW(label, number, call) {number, #number, call_##label},
static const struct opal_call_row opal_call_rows[] = {OPAL_CALLS(CALL_ROW)};

static_assert(sim_count_of(opal_call_rows) <= OPAL_CALL_COUNT_MAX, "opal_stats.calls is too small");

#define CALL_INDEX(label, number, call) OPAL_CALL_INDEX_##label,
enum { OPAL_CALLS(CALL_INDEX) OPAL_CALL_INDEX_COUNT };

#define CALL_STAT(label, number, call)                                                                                 \
	{.name = #label,                                                                                               \
	 .kind = STAT_COUNTER,                                                                                         \
	 .unit = "calls",                                                                                              \
	 .help = "Calls of " #number,                                                                                  \
	 .offset = offsetof(struct opal_stats, calls) + OPAL_CALL_INDEX_##label * sizeof(uint64_t)},
static const struct stat_row opal_stat_rows[] = {
	OPAL_CALLS(CALL_STAT){.name = "failed",
			      .kind = STAT_COUNTER,
			      .unit = "calls",
			      .help = "Calls that returned an error",
			      .offset = offsetof(struct opal_stats, failed)},
	{.name = "unknown",
	 .kind = STAT_COUNTER,
	 .unit = "calls",
	 .help = "Calls with a token that nobody implements",
	 .offset = offsetof(struct opal_stats, unknown)},
	{.name = "register_reads",
	 .kind = STAT_COUNTER,
	 .unit = "accesses",
	 .help = "PHB registers read by firmware",
	 .offset = offsetof(struct opal_stats, register_reads)},
	{.name = "register_writes",
	 .kind = STAT_COUNTER,
	 .unit = "accesses",
	 .help = "PHB registers written by firmware",
	 .offset = offsetof(struct opal_stats, register_writes)},
	{.name = "error_interrupts",
	 .kind = STAT_COUNTER,
	 .unit = "interrupts",
	 .help = "Error interrupts of PHBs (LSI 6 and 7), which are firmware's",
	 .offset = offsetof(struct opal_stats, error_interrupts)},
};

void opal_stats_register(struct opal *opal)
{
	stat_register(opal->sim, "opal", opal_stat_rows, sim_count_of(opal_stat_rows), &opal->stats);
}

static int64_t opal_check_token(uint32_t token)
{
	size_t i;

	for (i = 0; i < sim_count_of(opal_call_rows); i++) {
		if (opal_call_rows[i].token == token)
			return 1;
	}
	return 0;
}

const char *opal_call_name(uint32_t token)
{
	for (size_t i = 0; i < sim_count_of(opal_call_rows); i++)
		if (opal_call_rows[i].token == token)
			return opal_call_rows[i].name;
	return "unknown OPAL call";
}

int64_t opal_call(struct opal *opal, uint32_t token, const unsigned long long *args)
{
	size_t i;

	for (i = 0; i < sim_count_of(opal_call_rows); i++) {
		int64_t ret;

		if (opal_call_rows[i].token != token)
			continue;
		opal->stats.calls[i]++;
		opal_lock(opal);
		ret = opal_call_rows[i].fn(opal, args);
		opal_unlock(opal);
		if (ret < 0)
			opal->stats.failed++;
		return ret;
	}
	opal->stats.unknown++;
	return OPAL_PARAMETER;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_OPAL_OPAL_API_H
#define KERNEL_MODEL_OPAL_OPAL_API_H
/*
 * kernel-model/opal/opal_api.h - numbers of the OPAL interface that this firmware answers: return codes, tokens,
 * enumerations. Source: skiboot include/opal-api.h, doc/opal-api/; the kernel's copy is asm/opal-api.h.
 */

/* Return codes. */
enum opal_rc {
	OPAL_SUCCESS = 0,
	OPAL_PARAMETER = -1,
	OPAL_BUSY = -2,
	OPAL_PARTIAL = -3,
	OPAL_CONSTRAINED = -4,
	OPAL_CLOSED = -5,
	OPAL_HARDWARE = -6,
	OPAL_UNSUPPORTED = -7,
};

/* Tokens: the number of a call, in r0 at entry. */
enum opal_token {
	OPAL_PCI_CONFIG_READ_BYTE = 13,
	OPAL_PCI_CONFIG_READ_HALF_WORD = 14,
	OPAL_PCI_CONFIG_READ_WORD = 15,
	OPAL_PCI_CONFIG_WRITE_BYTE = 16,
	OPAL_PCI_CONFIG_WRITE_HALF_WORD = 17,
	OPAL_PCI_CONFIG_WRITE_WORD = 18,
	OPAL_SET_XIVE = 19,
	OPAL_GET_XIVE = 20,
	OPAL_PCI_EEH_FREEZE_STATUS = 23,
	OPAL_PCI_EEH_FREEZE_CLEAR = 26,
	OPAL_PCI_PHB_MMIO_ENABLE = 27,
	OPAL_PCI_SET_PHB_MEM_WINDOW = 28,
	OPAL_PCI_MAP_PE_MMIO_WINDOW = 29,
	OPAL_PCI_SET_PE = 31,
	OPAL_PCI_SET_PELTV = 32,
	OPAL_PCI_SET_MVE = 33,
	OPAL_PCI_SET_MVE_ENABLE = 34,
	OPAL_PCI_SET_XIVE_PE = 37,
	OPAL_GET_MSI_32 = 39,
	OPAL_GET_MSI_64 = 40,
	OPAL_PCI_MAP_PE_DMA_WINDOW = 44,
	OPAL_PCI_MAP_PE_DMA_WINDOW_REAL = 45,
	OPAL_PCI_RESET = 49,
	OPAL_PCI_REINIT = 53,
	OPAL_PCI_NEXT_ERROR = 60,
	OPAL_PCI_POLL = 62,
	OPAL_PCI_MSI_EOI = 63,
	OPAL_PCI_GET_PHB_DIAG_DATA2 = 64,
	OPAL_CHECK_TOKEN = 80,
	OPAL_PCI_ERR_INJECT = 96,
	OPAL_PCI_EEH_FREEZE_SET = 97,
	OPAL_PCI_TCE_KILL = 126,
	OPAL_PCI_SET_P2P = 157,
	OPAL_PHB_SET_OPTION = 179,
	OPAL_PHB_GET_OPTION = 180,
};

enum opal_freeze_state { OPAL_FREEZE_NONE = 0, OPAL_FREEZE_MMIO = 1, OPAL_FREEZE_DMA = 2, OPAL_FREEZE_BOTH = 3 };
enum opal_freeze_action { OPAL_ACTION_MMIO = 1, OPAL_ACTION_DMA = 2, OPAL_ACTION_ALL = 3 };
enum opal_error_type { OPAL_ERROR_NONE = 0, OPAL_ERROR_PHB = 2, OPAL_ERROR_PE = 3 };
enum opal_severity {
	OPAL_SEVERITY_NONE = 0,
	OPAL_SEVERITY_IOC_DEAD = 1,
	OPAL_SEVERITY_PHB_DEAD = 2,
	OPAL_SEVERITY_PHB_FENCED = 3,
	OPAL_SEVERITY_PE_ER = 4,
	OPAL_SEVERITY_INF = 5,
};
enum opal_window { OPAL_WINDOW_M32 = 1, OPAL_WINDOW_M64 = 2, OPAL_WINDOW_IO = 3 };
enum opal_option { OPAL_OPTION_TVE1_4GB = 1, OPAL_OPTION_MMIO_EEH_DISABLE = 2 };
enum opal_tce_kill { OPAL_TCE_KILL_PAGES = 0, OPAL_TCE_KILL_PE = 1, OPAL_TCE_KILL_ALL = 2 };
enum opal_p2p { OPAL_P2P_ENABLE = 1, OPAL_P2P_LOAD = 2, OPAL_P2P_STORE = 4 }; /* bits */
enum opal_m64 { OPAL_M64_DISABLE = 0, OPAL_M64_SPLIT = 1, OPAL_M64_SINGLE_PE = 2 };
enum opal_bus_compare { OPAL_BUS_ANY = 0, OPAL_BUS_3_BITS = 2, OPAL_BUS_ALL = 7 };
enum opal_reset_scope {
	OPAL_RESET_PHB_COMPLETE = 1,
	OPAL_RESET_PCI_LINK = 2,
	OPAL_RESET_PHB_ERROR = 3,
	OPAL_RESET_PCI_HOT = 4,
	OPAL_RESET_PCI_FUNDAMENTAL = 5,
	OPAL_RESET_IODA_TABLE = 6,
};
enum opal_reinit_scope { OPAL_REINIT_PCI_DEV = 1000 };
enum opal_inject { OPAL_INJECT_BUS_32 = 0, OPAL_INJECT_BUS_64 = 1 };
/* What is injected into: address and data of loads and stores; DMA reads and writes also as master and target abort. */
enum opal_inject_function {
	OPAL_INJECT_LOAD_MEM = 0,
	OPAL_INJECT_LOAD_IO = 2,
	OPAL_INJECT_LOAD_CONFIG = 4,
	OPAL_INJECT_STORE_MEM = 6,
	OPAL_INJECT_STORE_IO = 8,
	OPAL_INJECT_STORE_CONFIG = 10,
	OPAL_INJECT_DMA_READ = 12,
	OPAL_INJECT_DMA_WRITE = 16,
	OPAL_INJECT_FUNCTIONS = 20,
};

/* A slot id: this bit, the RID of the bridge above the slot from LSB-0 bit 16 on, the PHB's id below. */
#define OPAL_SLOT_ID_PREFIX 0x8000000000000000ull
#define OPAL_SLOT_RID_SHIFT 16

/* Diagnostic data of OPAL_PCI_GET_PHB_DIAG_DATA2. */
#define OPAL_DIAG_VERSION 1
#define OPAL_DIAG_TYPE_PHB3 2
#define OPAL_DIAG_TYPE_PHB4 3

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_PCI_REGS_H
#define HW_REGS_PCI_REGS_H
/*
 * hw/regs/pci_regs.h - configuration space of a type 0 PCI Express function.
 *
 * Source: PCI Local Bus Specification 3.0, section 6.1 (header) and 6.8.1 (MSI); PCI Express Base Specification 3.0,
 * section 7.8 (PCI Express capability). Bit numbers are LSB-0. Only what the models use is listed.
 */
#define PCI_REG_BIT(n) (1u << (n))
#define PCI_CONFIG_BYTES 4096u /* with the extended space */
#define PCI_HEADER_BYTES 256u

/* Type 0 header, PCI 3.0 section 6.1. */
#define PCI_REG_VENDOR_ID 0x00u /* 16 bits */
#define PCI_REG_DEVICE_ID 0x02u /* 16 bits */
#define PCI_REG_COMMAND 0x04u	/* 16 bits */
#define   PCI_COMMAND_MEMORY PCI_REG_BIT(1)
#define   PCI_COMMAND_BUS_MASTER PCI_REG_BIT(2)
#define   PCI_COMMAND_PARITY PCI_REG_BIT(6)
#define   PCI_COMMAND_SERR PCI_REG_BIT(8)
#define   PCI_COMMAND_INTX_OFF PCI_REG_BIT(10)
#define PCI_REG_STATUS 0x06u /* 16 bits; error bits are write-1-to-clear */
#define   PCI_STATUS_CAPABILITIES PCI_REG_BIT(4)
#define   PCI_STATUS_MASTER_PARITY PCI_REG_BIT(8)   /* poisoned completion received */
#define   PCI_STATUS_TARGET_ABORT PCI_REG_BIT(12)   /* completer abort received */
#define   PCI_STATUS_MASTER_ABORT PCI_REG_BIT(13)   /* unsupported request received */
#define PCI_REG_REVISION 0x08u	 /* 8 bits */
#define PCI_REG_CLASS 0x09u	 /* 24 bits: interface, subclass, class */
#define PCI_REG_CACHE_LINE 0x0cu /* 8 bits */
#define PCI_REG_BAR0 0x10u	 /* 32 bits; LSB-0 bits 0..3 zero: memory, 32 bits, not prefetchable */
#define   PCI_BAR_MEMORY_MASK 0xfffffff0u
#define PCI_REG_SUBSYSTEM_VENDOR 0x2cu /* 16 bits */
#define PCI_REG_SUBSYSTEM_ID 0x2eu     /* 16 bits */
#define PCI_REG_CAPABILITIES 0x34u     /* 8 bits: offset of the first */
#define PCI_REG_INTERRUPT_LINE 0x3cu   /* 8 bits */

/* PCI Express capability, PCIe 3.0 section 7.8; offsets from the capability. */
#define PCI_CAP_ID_EXPRESS 0x10u
#define PCI_CAP_EXPRESS_BYTES 0x3cu
#define PCI_EXP_FLAGS 0x02u /* 16 bits: version 2, device type 0 (endpoint) */
#define   PCI_EXP_FLAGS_VERSION2 2u
#define PCI_EXP_DEVCAP 0x04u /* 32 bits */
#define   PCI_EXP_DEVCAP_MPS_512 2u
#define   PCI_EXP_DEVCAP_EXT_TAG PCI_REG_BIT(5)
#define   PCI_EXP_DEVCAP_ROLE_ERRORS PCI_REG_BIT(15)
#define   PCI_EXP_DEVCAP_FLR PCI_REG_BIT(28)
#define PCI_EXP_DEVCTL 0x08u /* 16 bits */
#define   PCI_EXP_DEVCTL_WRITABLE 0x7fffu
#define   PCI_EXP_DEVCTL_MPS 0x00e0u
#define   PCI_EXP_DEVCTL_FLR PCI_REG_BIT(15) /* reads 0 */
#define   PCI_EXP_DEVCTL_RESET 0x2810u	     /* MRRS 512, relaxed ordering, no snoop: section 7.8.4 */
#define PCI_EXP_DEVSTA 0x0au		     /* 16 bits */
#define   PCI_EXP_DEVSTA_W1C 0x000fu
#define   PCI_EXP_DEVSTA_PENDING PCI_REG_BIT(5) /* reads outstanding */
#define PCI_EXP_LNKCAP 0x0cu			/* 32 bits: speed 3:0, width 9:4 */
#define PCI_EXP_LNKSTA 0x12u			/* 16 bits: speed 3:0, width 9:4 */
#define   PCI_EXP_LNK_WIDTH_SHIFT 4

/* MSI capability with a 64-bit address, PCI 3.0 section 6.8.1; offsets from the capability. */
#define PCI_CAP_ID_MSI 0x05u
#define PCI_MSI_CONTROL 0x02u /* 16 bits */
#define   PCI_MSI_CONTROL_ENABLE PCI_REG_BIT(0)
#define   PCI_MSI_CONTROL_CAPABLE_SHIFT 1 /* log2 of the vectors asked for, 3 bits */
#define   PCI_MSI_CONTROL_ENABLED_SHIFT 4 /* log2 of the vectors granted, 3 bits */
#define   PCI_MSI_CONTROL_ENABLED_MASK (7u << PCI_MSI_CONTROL_ENABLED_SHIFT)
#define   PCI_MSI_CONTROL_64BIT PCI_REG_BIT(7)
#define PCI_MSI_ADDRESS 0x04u	   /* 32 bits, LSB-0 bits 0..1 zero */
#define PCI_MSI_ADDRESS_HIGH 0x08u /* 32 bits */
#define PCI_MSI_DATA 0x0cu	   /* 16 bits */

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_PCI_REGS_H
#define HW_REGS_PCI_REGS_H
/*
 * hw/regs/pci_regs.h - configuration space of PCI Express functions and bridges, and codes of messages.
 *
 * Source: PCI Local Bus Specification 3.0, section 6.1 (header) and 6.8.1 (MSI); PCI-to-PCI Bridge Architecture
 * Specification 1.2, section 3.2 (type 1 header); PCI Express Base Specification 3.0, sections 7.5 (headers), 7.8 (PCI
 * Express capability) and 7.10 (Advanced Error Reporting), table 2-20 (messages). Bit numbers are LSB-0. Only what the
 * models use is listed.
 */
#define PCI_REG_BIT(n) (1u << (n))
#define PCI_CONFIG_BYTES 4096u /* with the extended space */

/* Header, PCI 3.0 section 6.1: what both types have, then type 0. */
#define PCI_REG_VENDOR_ID 0x00u /* 16 bits */
#define PCI_REG_DEVICE_ID 0x02u /* 16 bits */
#define PCI_REG_COMMAND 0x04u	/* 16 bits */
#define   PCI_COMMAND_IO PCI_REG_BIT(0)
#define   PCI_COMMAND_MEMORY PCI_REG_BIT(1)
#define   PCI_COMMAND_BUS_MASTER PCI_REG_BIT(2)
#define   PCI_COMMAND_PARITY PCI_REG_BIT(6)
#define   PCI_COMMAND_SERR PCI_REG_BIT(8)
#define   PCI_COMMAND_INTX_OFF PCI_REG_BIT(10)
#define PCI_REG_STATUS 0x06u /* 16 bits; error bits are write-1-to-clear */
#define   PCI_STATUS_INTX PCI_REG_BIT(3) /* an interrupt is due, whether or not its wire may tell */
#define   PCI_STATUS_CAPABILITIES PCI_REG_BIT(4)
#define   PCI_STATUS_MASTER_PARITY PCI_REG_BIT(8)   /* poisoned completion received, poisoned request sent */
#define   PCI_STATUS_SIGNALED_ABORT PCI_REG_BIT(11) /* completer abort sent */
#define   PCI_STATUS_TARGET_ABORT PCI_REG_BIT(12)   /* completer abort received */
#define   PCI_STATUS_MASTER_ABORT PCI_REG_BIT(13)   /* unsupported request received */
#define   PCI_STATUS_SYSTEM_ERROR PCI_REG_BIT(14)   /* ERR_FATAL or ERR_NONFATAL sent; secondary status: received */
#define   PCI_STATUS_PARITY PCI_REG_BIT(15)	    /* poisoned TLP received */
#define   PCI_STATUS_W1C 0xf900u
#define PCI_REG_REVISION 0x08u	 /* 8 bits */
#define PCI_REG_CLASS 0x09u	 /* 24 bits: interface, subclass, class */
#define PCI_REG_CACHE_LINE 0x0cu /* 8 bits */
#define PCI_REG_HEADER_TYPE 0x0eu /* 8 bits */
#define   PCI_HEADER_TYPE_BRIDGE 1u
#define   PCI_HEADER_MULTI_FUNCTION PCI_REG_BIT(7)
#define PCI_REG_BAR0 0x10u	 /* 32 bits; LSB-0 bits 0..3 zero: memory, 32 bits, not prefetchable */
#define   PCI_BAR_MEMORY_MASK 0xfffffff0u
#define PCI_REG_SUBSYSTEM_VENDOR 0x2cu /* 16 bits */
#define PCI_REG_SUBSYSTEM_ID 0x2eu     /* 16 bits */
#define PCI_REG_CAPABILITIES 0x34u     /* 8 bits: offset of the first */
#define PCI_REG_INTERRUPT_LINE 0x3cu   /* 8 bits */
#define PCI_REG_INTERRUPT_PIN 0x3du    /* 8 bits: 1 is INTA */
#define   PCI_INTX_COUNT 4u

/* Type 1 header, PCI-to-PCI bridges 1.2 section 3.2. */
#define PCI_CLASS_BRIDGE 0x060400u
#define PCI_BRIDGE_PRIMARY 0x18u	   /* 8 bits, as are the next two */
#define PCI_BRIDGE_SECONDARY 0x19u
#define PCI_BRIDGE_SUBORDINATE 0x1au
#define PCI_BRIDGE_IO_BASE 0x1cu	   /* 8 bits; the limit is the next byte */
#define PCI_BRIDGE_SECONDARY_STATUS 0x1eu  /* 16 bits: PCI_STATUS_* */
#define PCI_BRIDGE_MEM_BASE 0x20u	   /* 16 bits: address 31:20 in 15:4 */
#define PCI_BRIDGE_MEM_LIMIT 0x22u
#define PCI_BRIDGE_PREF_BASE 0x24u	   /* the same; 3:0 = 1: 64 bits */
#define PCI_BRIDGE_PREF_LIMIT 0x26u
#define   PCI_BRIDGE_WINDOW_MASK 0xfff0u
#define   PCI_BRIDGE_WINDOW_64BIT 1u
#define   PCI_BRIDGE_WINDOW_SHIFT 16
#define   PCI_BRIDGE_WINDOW_BYTES 0x100000u
#define PCI_BRIDGE_PREF_BASE_HIGH 0x28u	   /* 32 bits */
#define PCI_BRIDGE_PREF_LIMIT_HIGH 0x2cu
#define PCI_BRIDGE_CONTROL 0x3eu	   /* 16 bits */
#define   PCI_BRIDGE_CONTROL_PARITY PCI_REG_BIT(0)
#define   PCI_BRIDGE_CONTROL_SERR PCI_REG_BIT(1)  /* error messages from below go up */
#define   PCI_BRIDGE_CONTROL_RESET PCI_REG_BIT(6) /* secondary bus reset */

/* PCI Express capability, PCIe 3.0 section 7.8; offsets from the capability. */
#define PCI_CAP_ID_EXPRESS 0x10u
#define PCI_CAP_EXPRESS_BYTES 0x3cu
#define PCI_EXP_FLAGS 0x02u /* 16 bits: version, port type 7:4 */
#define   PCI_EXP_FLAGS_VERSION2 2u
#define   PCI_EXP_FLAGS_TYPE_SHIFT 4
#define   PCI_EXP_TYPE_ENDPOINT 0u
#define   PCI_EXP_TYPE_ROOT_PORT 4u
#define   PCI_EXP_TYPE_UPSTREAM 5u
#define   PCI_EXP_TYPE_DOWNSTREAM 6u
#define   PCI_EXP_FLAGS_SLOT PCI_REG_BIT(8)
#define PCI_EXP_DEVCAP 0x04u /* 32 bits */
#define   PCI_EXP_DEVCAP_MPS_512 2u
#define   PCI_EXP_DEVCAP_EXT_TAG PCI_REG_BIT(5)
#define   PCI_EXP_DEVCAP_ROLE_ERRORS PCI_REG_BIT(15)
#define   PCI_EXP_DEVCAP_FLR PCI_REG_BIT(28)
#define PCI_EXP_DEVCTL 0x08u /* 16 bits */
#define   PCI_EXP_DEVCTL_REPORT_COR PCI_REG_BIT(0)
#define   PCI_EXP_DEVCTL_REPORT_NONFATAL PCI_REG_BIT(1)
#define   PCI_EXP_DEVCTL_REPORT_FATAL PCI_REG_BIT(2)
#define   PCI_EXP_DEVCTL_REPORT_UR PCI_REG_BIT(3)
#define   PCI_EXP_DEVCTL_RELAXED PCI_REG_BIT(4)
#define   PCI_EXP_DEVCTL_WRITABLE 0x7fffu
#define   PCI_EXP_DEVCTL_MPS 0x00e0u
#define   PCI_EXP_DEVCTL_FLR PCI_REG_BIT(15) /* reads 0 */
#define   PCI_EXP_DEVCTL_RESET 0x2810u	     /* MRRS 512, relaxed ordering, no snoop: section 7.8.4 */
#define PCI_EXP_DEVSTA 0x0au		     /* 16 bits */
#define   PCI_EXP_DEVSTA_COR PCI_REG_BIT(0)
#define   PCI_EXP_DEVSTA_NONFATAL PCI_REG_BIT(1)
#define   PCI_EXP_DEVSTA_FATAL PCI_REG_BIT(2)
#define   PCI_EXP_DEVSTA_UR PCI_REG_BIT(3)
#define   PCI_EXP_DEVSTA_W1C 0x000fu
#define   PCI_EXP_DEVSTA_PENDING PCI_REG_BIT(5) /* reads outstanding */
#define PCI_EXP_LNKCAP 0x0cu			/* 32 bits: speed 3:0, width 9:4 */
#define   PCI_EXP_LNKCAP_ACTIVE_REPORTING PCI_REG_BIT(20)
#define   PCI_EXP_LNKCAP_PORT_SHIFT 24
#define PCI_EXP_LNKCTL 0x10u			/* 16 bits */
#define   PCI_EXP_LNKCTL_DISABLE PCI_REG_BIT(4)
#define   PCI_EXP_LNKCTL_WRITABLE 0x00c3u	/* without DISABLE, which ports with a link below have */
#define PCI_EXP_LNKSTA 0x12u			/* 16 bits: speed 3:0, width 9:4 */
#define   PCI_EXP_LNK_WIDTH_SHIFT 4
#define   PCI_EXP_LNKSTA_ACTIVE PCI_REG_BIT(13) /* data link layer link active */
#define PCI_EXP_SLTCAP 0x14u			/* 32 bits */
#define   PCI_EXP_SLTCAP_POWER PCI_REG_BIT(1)	/* there is a power controller */
#define   PCI_EXP_SLTCAP_HOT_PLUG PCI_REG_BIT(6)
#define   PCI_EXP_SLTCAP_NO_COMMAND_DONE PCI_REG_BIT(18)
#define   PCI_EXP_SLTCAP_NUMBER_SHIFT 19
#define PCI_EXP_SLTCTL 0x18u			/* 16 bits */
#define   PCI_EXP_SLTCTL_WRITABLE 0x1fffu
#define   PCI_EXP_SLTCTL_POWER_OFF PCI_REG_BIT(10)
#define PCI_EXP_SLTSTA 0x1au			/* 16 bits */
#define   PCI_EXP_SLTSTA_W1C 0x011fu
#define   PCI_EXP_SLTSTA_PRESENCE PCI_REG_BIT(6)
#define   PCI_EXP_SLTSTA_LINK_CHANGED PCI_REG_BIT(8)
#define PCI_EXP_ROOTCTL 0x1cu			/* 16 bits */
#define   PCI_EXP_ROOTCTL_WRITABLE 0x001fu
#define   PCI_EXP_ROOTCTL_CRS_VISIBLE PCI_REG_BIT(4)
#define PCI_EXP_ROOTCAP 0x1eu			/* 16 bits */
#define   PCI_EXP_ROOTCAP_CRS_VISIBLE PCI_REG_BIT(0)
#define PCI_EXP_DEVCAP2 0x24u			/* 32 bits */
#define   PCI_EXP_DEVCAP2_TIMEOUT_OFF PCI_REG_BIT(4)
#define   PCI_EXP_DEVCAP2_ARI PCI_REG_BIT(5)
#define PCI_EXP_DEVCTL2 0x28u			/* 16 bits */
#define   PCI_EXP_DEVCTL2_WRITABLE 0x003fu
#define PCI_EXP_LNKCAP2 0x2cu			/* 32 bits: speeds 7:1 */
#define PCI_EXP_LNKCTL2 0x30u			/* 16 bits: target speed 3:0 */
#define   PCI_EXP_LNKCTL2_WRITABLE 0x000fu

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

/* Advanced Error Reporting, PCIe 3.0 section 7.10; offsets from the extended capability. All but ROOT_COMMAND sticky. */
#define PCI_EXT_CAP_FIRST 0x100u
#define PCI_EXT_CAP_ID_AER 0x0001u
#define   PCI_EXT_CAP_VERSION_SHIFT 16
#define   PCI_EXT_CAP_NEXT_SHIFT 20
#define PCI_AER_UNCOR_STATUS 0x04u
#define PCI_AER_UNCOR_MASK 0x08u
#define PCI_AER_UNCOR_SEVERITY 0x0cu
#define   PCI_AER_DATA_LINK PCI_REG_BIT(4)
#define   PCI_AER_SURPRISE_DOWN PCI_REG_BIT(5)
#define   PCI_AER_POISONED PCI_REG_BIT(12)
#define   PCI_AER_FLOW_CONTROL PCI_REG_BIT(13)
#define   PCI_AER_TIMEOUT PCI_REG_BIT(14)
#define   PCI_AER_COMPLETER_ABORT PCI_REG_BIT(15)
#define   PCI_AER_UNEXPECTED PCI_REG_BIT(16)
#define   PCI_AER_OVERFLOW PCI_REG_BIT(17)
#define   PCI_AER_MALFORMED PCI_REG_BIT(18)
#define   PCI_AER_ECRC PCI_REG_BIT(19)
#define   PCI_AER_UNSUPPORTED PCI_REG_BIT(20)
#define   PCI_AER_UNCOR_ALL 0x001ff030u
#define   PCI_AER_FATAL_DEFAULT 0x00062030u /* section 7.10.4: link, surprise down, flow control, overflow, malformed */
#define PCI_AER_COR_STATUS 0x10u
#define PCI_AER_COR_MASK 0x14u
#define   PCI_AER_RECEIVER PCI_REG_BIT(0)
#define   PCI_AER_ADVISORY PCI_REG_BIT(13) /* masked after a fundamental reset */
#define   PCI_AER_COR_ALL 0x000031c1u
#define PCI_AER_CONTROL 0x18u
#define   PCI_AER_FIRST_MASK 0x1fu /* number of the bit of the first error */
#define   PCI_AER_ECRC_CAPABLE 0x0a0u
#define   PCI_AER_ECRC_ENABLES 0x140u
#define PCI_AER_HEADER_LOG 0x1cu /* 4 words of 32 bits, the header's first byte in 31:24 of the first */
#define PCI_AER_ROOT_COMMAND 0x2cu
#define   PCI_AER_ROOT_COMMAND_WRITABLE 0x7u
#define PCI_AER_ROOT_STATUS 0x30u
#define   PCI_AER_ROOT_COR PCI_REG_BIT(0)
#define   PCI_AER_ROOT_COR_MORE PCI_REG_BIT(1)
#define   PCI_AER_ROOT_UNCOR PCI_REG_BIT(2)
#define   PCI_AER_ROOT_UNCOR_MORE PCI_REG_BIT(3)
#define   PCI_AER_ROOT_FIRST_FATAL PCI_REG_BIT(4)
#define   PCI_AER_ROOT_NONFATAL PCI_REG_BIT(5)
#define   PCI_AER_ROOT_FATAL PCI_REG_BIT(6)
#define   PCI_AER_ROOT_W1C 0x7fu
#define PCI_AER_ROOT_COR_SOURCE 0x34u /* 16 bits: RID */
#define PCI_AER_ROOT_UNCOR_SOURCE 0x36u

/* Message codes of legacy interrupts, INTA to INTD in the low bits: PCIe 3.0 table 2-17. */
#define PCI_MSG_ASSERT_INTA 0x20u
#define PCI_MSG_DEASSERT_INTA 0x24u
#define   PCI_MSG_INTX_WIRE 3u
#define   PCI_MSG_INTX_MASK 7u

/* Message codes of errors, PCIe 3.0 table 2-20. */
#define PCI_MSG_ERR_COR 0x30u
#define PCI_MSG_ERR_NONFATAL 0x31u
#define PCI_MSG_ERR_FATAL 0x33u

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_unreached.c - functions that hosted code links to but that no modelled path reaches
 * (km_unreached.h). Those of the virt/kvm files are in km_unreached_kvm.c.
 *
 * Declared here without their headers on purpose: a prototype of their own for a call that is an error in any case.
 */
#include "kernel-model/linux/km_unreached.h"

/* lib/vsprintf.c: %pOF with flags (device tree nodes), %pt (times), hashed %p. */
KM_UNREACHED(of_prop_next_string)
KM_UNREACHED(of_property_read_string)
KM_UNREACHED(time64_to_tm)
KM_UNREACHED(siphash_1u64)
/* vfio_main.c: dirty page tracking, which no device here offers. */
KM_UNREACHED(iova_bitmap_alloc)
KM_UNREACHED(iova_bitmap_for_each)
KM_UNREACHED(iova_bitmap_free)
KM_UNREACHED(iova_bitmap_set)
/* vfio_main.c: the file system behind the inodes of devices (km_file.c pins none). */
KM_UNREACHED(init_pseudo)
KM_UNREACHED(kill_anon_super)
/* drivers/iommu/iommu.c: files of sysfs are never read; PASIDs of what is not PCI. */
KM_UNREACHED(sysfs_emit)
KM_UNREACHED(sysfs_emit_at)
KM_UNREACHED(device_property_read_u32_array)
KM_UNREACHED(__dev_fwnode)

/* lib/vsprintf.c: tables of %pGp, %pGg, %pGv and %pU. */
const unsigned long gfpflag_names[2], pageflag_names[2], vmaflag_names[2];
const unsigned char uuid_index[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
const unsigned char guid_index[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

/* ---- The device half ---- */

/* pci-ioda.c: the MSI domain; the PHB's node has no "ibm,opal-msi-ranges", km_pci.c hands vectors out. */
KM_UNREACHED(__irq_domain_alloc_fwnode)
KM_UNREACHED(irq_domain_alloc_irqs_parent)
KM_UNREACHED(irq_domain_create_hierarchy)
KM_UNREACHED(irq_domain_free_fwnode)
KM_UNREACHED(irq_domain_free_irqs_parent)
KM_UNREACHED(irq_domain_get_irq_data)
KM_UNREACHED(irq_domain_remove)
KM_UNREACHED(irq_domain_set_hwirq_and_chip)
KM_UNREACHED(irq_chip_eoi_parent)
KM_UNREACHED(irq_chip_mask_parent)
KM_UNREACHED(irq_chip_set_affinity_parent)
KM_UNREACHED(irq_chip_unmask_parent)
KM_UNREACHED(irq_get_default_host)
KM_UNREACHED(irq_get_irq_data)
KM_UNREACHED(irq_set_chip)
KM_UNREACHED(irq_set_chip_data)
KM_UNREACHED(icp_native_eoi)
KM_UNREACHED(xive_irq_free_data)
KM_UNREACHED(msi_bitmap_alloc)
KM_UNREACHED(msi_bitmap_alloc_hwirqs)
KM_UNREACHED(msi_bitmap_free_hwirqs)
KM_UNREACHED(msi_desc_to_pci_dev)
KM_UNREACHED(pci_msi_create_irq_domain)
KM_UNREACHED(pci_msi_mask_irq)
KM_UNREACHED(pci_msi_unmask_irq)
/* pci-ioda.c: bridges, reset by a crash kernel, the debug file system. */
KM_UNREACHED(memblock_free)
KM_UNREACHED(generic_file_llseek)
KM_UNREACHED(seq_lseek)
/* eeh-powernv.c: an event that cannot be had; waits before the boot is over. pci-hotplug.c: pSeries' buses. */
KM_UNREACHED(irq_dispose_mapping)
KM_UNREACHED(udelay)
KM_UNREACHED(of_rescan_bus)
/* drivers/iommu/iommu.c: an initcall that is not called. */
KM_UNREACHED(kset_create_and_add)
void *kernel_kobj;
/* powernv/pci.c: machine set-up from the device tree, hot-plug slots, tunnelled atomics. */
KM_UNREACHED(of_find_compatible_node)
KM_UNREACHED(of_property_read_u64)
KM_UNREACHED_HOST(set_pci_dma_ops)
KM_UNREACHED(opal_async_get_token_interruptible)
KM_UNREACHED(opal_async_release_token)
KM_UNREACHED(opal_async_wait_response)
KM_UNREACHED(opal_error_code)
KM_UNREACHED(opal_get_device_tree)
KM_UNREACHED(opal_pci_get_pbcq_tunnel_bar)
KM_UNREACHED(opal_pci_set_pbcq_tunnel_bar)
KM_UNREACHED(opal_pci_get_power_state)
KM_UNREACHED(opal_pci_set_power_state)
KM_UNREACHED(opal_pci_get_presence_state)
/* asm/xive.h: POWER8 has XICS. */
unsigned char __xive_enabled;

// SPDX-License-Identifier: GPL-2.0-only
/* kernel-model/linux/guest/gm_unreached.c - what a guest's kernel links to besides that no modelled path reaches. */
#include "kernel-model/linux/km_unreached.h"

/* pseries/iommu.c on a machine without a hypervisor. */
KM_UNREACHED(udbg_printf)
/* kernel/dma: memory that is mapped anew for DMA. */
KM_UNREACHED(vmalloc_to_page)
KM_UNREACHED(vunmap)

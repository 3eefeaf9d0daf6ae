// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/guest/gm_bench.c - the DMA API by itself: a thread on each vCPU maps memory of its own and unmaps it, as
 * kernel/dma/map_benchmark.c does, so that the allocator's locks are all that threads share. Nothing is moved.
 */
#include <linux/gfp.h>

#include "kernel-model/linux/guest/gm.h"

int gm_bench_run(unsigned int function, const struct gm_bench *bench, struct gm_result *out)
{
	unsigned long at = __get_free_pages(GFP_KERNEL, get_order(bench->bytes));
	struct pci_dev *pdev = gm_pci_dev(function);
	int ret = 0;

	if (!at || !pdev)
		return -ENOMEM;
	out->begin_ps = host_guest_now_ps();
	while (out->done < bench->rounds && !ret) {
		dma_addr_t iova = gm_map(&pdev->dev, (void *)at, bench->bytes, DMA_BIDIRECTIONAL);

		if (iova == DMA_MAPPING_ERROR) {
			out->map_failed++;
			ret = -EIO;
			continue;
		}
		gm_unmap(&pdev->dev, iova, bench->bytes, DMA_BIDIRECTIONAL);
		out->maps++;
		out->done++;
		if (bench->think_ps)
			gm_queue_wait(bench->think_ps);
	}
	out->end_ps = host_guest_now_ps();
	free_pages(at, get_order(bench->bytes));
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_kvm_real.c - TCE hypercalls answered in real mode: a model of what kernels from 4.12 to 5.19 had
 * (arch/powerpc/kvm/book3s_64_vio_hv.c, retired by commit cad32d9d42e8), on the tables of the hosted virtual mode code.
 * Off unless asked for: no hosted kernel has such handlers; on, it shows what their limits meant.
 *
 * Real mode has the MMU off and interrupts too. So a handler may not sleep, allocate, or touch memory that could fault:
 *  - guest memory counts only if it is registered with the container (then its real address is known), list page
 *    included;
 *  - a page of the table's copy, or a level of the hardware's table, that does not exist yet cannot be made.
 * Whatever falls outside is H_TOO_HARD: the hypercall is repeated in virtual mode.
 *
 * Not modelled: guests that have no registered memory at all, for which the list page was found through the reverse map of
 * the hashed page table (virtual mode answers here); radix guests, whose calls never came here.
 */
#include <linux/kvm_host.h>
#include <asm/hvcall.h>
#include <asm/iommu.h>
#include <asm/kvm_book3s.h>
#include <asm/kvm_ppc.h>
#include <asm/mmu_context.h>
#include <asm/tce.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_kvm.h"

#define KM_TCE_RW (TCE_PCI_READ | TCE_PCI_WRITE)
#define KM_LIST_MAX 512UL

enum km_real_mode km_kvm_real_mode;

/* May @npages entries from @ioba be written without making a page of the copy? */
static long km_real_range(struct kvmppc_spapr_tce_table *stt, unsigned long ioba, unsigned long npages, bool clearing)
{
	long ret = kvmppc_ioba_validate(stt, ioba, npages);
	unsigned long first, last;

	if (ret != H_SUCCESS || clearing || !npages)
		return ret;
	first = (ioba >> stt->page_shift) - stt->offset;
	last = first + npages - 1;
	for (first /= TCES_PER_PAGE; first <= last / TCES_PER_PAGE; first++)
		if (!stt->pages[first])
			return H_TOO_HARD;
	return H_SUCCESS;
}

/* Process address and real address of guest address @gpa, if it is registered for @shift bits and more. */
static bool km_real_translate(struct kvm *kvm, unsigned long gpa, unsigned int shift, unsigned long *ua,
			      unsigned long *hpa, struct mm_iommu_table_group_mem_t **mem)
{
	struct kvm_memory_slot *slot = __gfn_to_memslot(kvm_memslots(kvm), gpa >> PAGE_SHIFT);

	if (!slot)
		return false;
	*ua = __gfn_to_hva_memslot(slot, gpa >> PAGE_SHIFT) | (gpa & ~PAGE_MASK);
	*mem = mm_iommu_lookup(kvm->mm, *ua, 1UL << shift);
	return *mem && !mm_iommu_ua_to_hpa(*mem, *ua, shift, hpa);
}

/* The memory that entry @entry named before is mapped once less. @pua: where the copy keeps its process address. */
static bool km_real_forget(struct kvm *kvm, struct iommu_table *tbl, __be64 *pua)
{
	struct mm_iommu_table_group_mem_t *mem = mm_iommu_lookup(kvm->mm, be64_to_cpu(*pua), 1UL << tbl->it_page_shift);

	if (!mem)
		return false;
	mm_iommu_mapped_dec(mem);
	*pua = 0;
	return true;
}

/* Entry @entry of the hardware's table becomes @gpa with @dir (DMA_NONE: empty). Levels are there or it is too hard. */
static long km_real_exchange(struct kvm *kvm, struct iommu_table *tbl, unsigned long entry, unsigned long gpa,
			     enum dma_data_direction dir)
{
	__be64 *pua = IOMMU_TABLE_USERSPACE_ENTRY_RO(tbl, entry);
	struct mm_iommu_table_group_mem_t *mem = NULL;
	unsigned long ua = 0, hpa = 0;
	bool maps = dir != DMA_NONE;

	if (!pua)
		return maps ? H_TOO_HARD : H_SUCCESS; /* nothing was ever there to be cleared */
	if (maps && !km_real_translate(kvm, gpa, tbl->it_page_shift, &ua, &hpa, &mem))
		return H_TOO_HARD;
	if (maps && mm_iommu_mapped_inc(mem))
		return H_TOO_HARD;
	if (iommu_tce_xchg_no_kill(kvm->mm, tbl, entry, &hpa, &dir)) {
		if (maps)
			mm_iommu_mapped_dec(mem);
		return H_TOO_HARD;
	}
	if (dir != DMA_NONE && !km_real_forget(kvm, tbl, pua) && !maps) {
		iommu_tce_xchg_no_kill(kvm->mm, tbl, entry, &hpa, &dir);
		return H_TOO_HARD;
	}
	if (maps)
		*pua = cpu_to_be64(ua);
	return H_SUCCESS;
}

/* The PHBs of all hardware tables that are attached forget @npages entries of the guest's table. */
static void km_real_kill(struct kvmppc_spapr_tce_table *stt, unsigned long entry, unsigned long npages)
{
	struct kvmppc_spapr_tce_iommu_table *stit;

	list_for_each_entry_lockless(stit, &stt->iommu_tables, next) {
		unsigned int bits = stt->page_shift - stit->tbl->it_page_shift;

		iommu_tce_kill(stit->tbl, entry << bits, npages << bits);
	}
}

/* One entry of the guest's table in every hardware table that is attached to it; nothing is killed. */
static long km_real_exchange_all(struct kvm *kvm, struct kvmppc_spapr_tce_table *stt, unsigned long entry, unsigned long tce)
{
	enum dma_data_direction dir = iommu_tce_direction(tce);
	struct kvmppc_spapr_tce_iommu_table *stit;
	unsigned long i, idx = entry - stt->offset;
	struct page *page;
	long ret = H_SUCCESS;

	list_for_each_entry_lockless(stit, &stt->iommu_tables, next) {
		unsigned int bits = stt->page_shift - stit->tbl->it_page_shift;
		unsigned long first = entry << bits;

		for (i = 0; i < 1UL << bits && ret == H_SUCCESS; i++)
			ret = km_real_exchange(kvm, stit->tbl, first + i,
					       (tce & ~KM_TCE_RW) + (i << stit->tbl->it_page_shift), dir);
		if (ret != H_SUCCESS)
			return ret;
	}
	page = stt->pages[idx / TCES_PER_PAGE];
	if (page)
		((u64 *)page_address(page))[idx % TCES_PER_PAGE] = tce;
	return H_SUCCESS;
}

/*
 * @npages entries from that of @ioba: what @list says, or @tce. Linux 5.4 to 5.19 killed what a hypercall had written at
 * its end, and with one call; before, each TCE when it was written.
 */
static long km_real_store(struct kvm *kvm, struct kvmppc_spapr_tce_table *stt, unsigned long ioba, const __be64 *list,
			  unsigned long tce, unsigned long npages)
{
	unsigned long entry = ioba >> stt->page_shift, i;
	long ret = H_SUCCESS;

	for (i = 0; i < npages && ret == H_SUCCESS; i++) {
		ret = km_real_exchange_all(kvm, stt, entry + i, list ? be64_to_cpu(list[i]) : tce);
		if (km_kvm_real_mode == KM_REAL_MODE_TCE)
			km_real_kill(stt, entry + i, 1);
	}
	if (km_kvm_real_mode == KM_REAL_MODE_CALL && npages)
		km_real_kill(stt, entry, npages);
	return ret;
}

/* Would every attached table take @tce? */
static long km_real_validate(struct kvm *kvm, struct kvmppc_spapr_tce_table *stt, unsigned long tce)
{
	unsigned long gpa = tce & ~KM_TCE_RW, ua, hpa;
	struct kvmppc_spapr_tce_iommu_table *stit;
	struct mm_iommu_table_group_mem_t *mem;

	if (iommu_tce_direction(tce) == DMA_NONE)
		return H_SUCCESS;
	if (iommu_tce_check_gpa(stt->page_shift, gpa))
		return H_PARAMETER;
	if (!__gfn_to_memslot(kvm_memslots(kvm), gpa >> PAGE_SHIFT))
		return H_TOO_HARD;
	list_for_each_entry_lockless(stit, &stt->iommu_tables, next)
		if (!km_real_translate(kvm, gpa, stit->tbl->it_page_shift, &ua, &hpa, &mem))
			return H_TOO_HARD;
	return H_SUCCESS;
}

static long km_real_put(struct kvm *kvm, struct kvmppc_spapr_tce_table *stt, unsigned long ioba, unsigned long tce)
{
	long ret = km_real_range(stt, ioba, 1, tce == 0);

	if (ret == H_SUCCESS)
		ret = km_real_validate(kvm, stt, tce);
	return ret == H_SUCCESS ? km_real_store(kvm, stt, ioba, NULL, tce, 1) : ret;
}

static long km_real_put_indirect(struct kvm *kvm, struct kvmppc_spapr_tce_table *stt, unsigned long ioba,
				 unsigned long list, unsigned long npages)
{
	struct mm_iommu_table_group_mem_t *mem;
	unsigned long i, ua, hpa;
	const __be64 *tces;
	long ret;

	if (npages > KM_LIST_MAX || list & (SZ_4K - 1))
		return H_PARAMETER;
	ret = km_real_range(stt, ioba, npages, false);
	if (ret != H_SUCCESS)
		return ret;
	if (!km_real_translate(kvm, list, IOMMU_PAGE_SHIFT_4K, &ua, &hpa, &mem))
		return H_TOO_HARD;
	tces = __va(hpa);
	for (i = 0; i < npages && ret == H_SUCCESS; i++)
		ret = km_real_validate(kvm, stt, be64_to_cpu(tces[i]));
	return ret == H_SUCCESS ? km_real_store(kvm, stt, ioba, tces, 0, npages) : ret;
}

static long km_real_stuff(struct kvm *kvm, struct kvmppc_spapr_tce_table *stt, unsigned long ioba, unsigned long tce,
			  unsigned long npages)
{
	long ret = km_real_range(stt, ioba, npages, tce == 0);

	if (ret != H_SUCCESS)
		return ret;
	return tce & KM_TCE_RW ? H_PARAMETER : km_real_store(kvm, stt, ioba, NULL, tce, npages);
}

static long km_real_get(struct kvm_vcpu *v, struct kvmppc_spapr_tce_table *stt, unsigned long ioba)
{
	long ret = kvmppc_ioba_validate(stt, ioba, 1);
	unsigned long idx = (ioba >> stt->page_shift) - stt->offset;
	struct page *page;

	if (ret != H_SUCCESS)
		return ret;
	page = stt->pages[idx / TCES_PER_PAGE];
	kvmppc_set_gpr(v, 4, page ? ((u64 *)page_address(page))[idx % TCES_PER_PAGE] : 0);
	return H_SUCCESS;
}

/* The context forbids sleeping: what would sleep all the same is found by km_might_sleep(). */
long km_kvm_real_hcall(struct kvm_vcpu *v, unsigned long nr)
{
	const unsigned long *gpr = v->arch.regs.gpr;
	struct kvmppc_spapr_tce_table *stt;
	bool many = nr == H_PUT_TCE_INDIRECT || nr == H_STUFF_TCE;
	long ret = H_TOO_HARD;

	if (nr != H_GET_TCE && nr != H_PUT_TCE && !many)
		return H_TOO_HARD;
	stt = km_kvm_table(v->kvm, gpr[4]);
	if (!stt)
		return H_TOO_HARD;
	km_charge(HOST_COST_HCALL, 1);
	km_charge(HOST_COST_HCALL_TCE, many ? min(gpr[7], KM_LIST_MAX) : 1);
	preempt_disable();
	km_irq_mask |= IRQS_DISABLED;
	switch (nr) {
	case H_GET_TCE:
		ret = km_real_get(v, stt, gpr[5]);
		break;
	case H_PUT_TCE:
		ret = km_real_put(v->kvm, stt, gpr[5], gpr[6]);
		break;
	case H_PUT_TCE_INDIRECT:
		ret = km_real_put_indirect(v->kvm, stt, gpr[5], gpr[6], gpr[7]);
		break;
	case H_STUFF_TCE:
		ret = km_real_stuff(v->kvm, stt, gpr[5], gpr[6], gpr[7]);
		break;
	}
	km_irq_mask &= ~IRQS_DISABLED;
	preempt_enable();
	return ret;
}

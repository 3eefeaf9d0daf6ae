/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_COMPAT_H
#define KM_COMPAT_H
/*
 * kernel-model/linux/km_compat.h - where the interfaces that this model provides or uses differ between kernels. The
 * Linux side is written for the newest hosted kernel; what older ones call otherwise stands here, each with the
 * version that changed it. Nothing else on the Linux side asks for a version.
 *
 * Compiled and run with 6.1 and 6.12. Versions between them take the side of the change they are on; where the step
 * between was two steps, the first is left out and said so.
 */
#include <linux/device.h>
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <linux/property.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/vfio.h>

#include <asm/eeh.h>
#include <asm/iommu.h>
#include <asm/ppc-pci.h>

#define KM_SINCE(major, minor) (LINUX_VERSION_CODE >= KERNEL_VERSION(major, minor, 0))

/* ---- Names under which hosted code calls what the model defines ---- */

/* 6.10: allocation profiling wraps the allocators, which are called name_noprof underneath. */
#if KM_SINCE(6, 10)
#define KM_ALLOC(name) name##_noprof
#else
#define KM_ALLOC(name) name
#endif

/* 6.11: kmalloc_trace() became __kmalloc_cache(); 6.12: kmalloc_large() got underscores. */
#if KM_SINCE(6, 11)
#define KM_KMALLOC_CACHE __kmalloc_cache_noprof
#define KM_KMALLOC_CACHE_NODE __kmalloc_cache_node_noprof
#else
#define KM_KMALLOC_CACHE KM_ALLOC(kmalloc_trace)
#define KM_KMALLOC_CACHE_NODE KM_ALLOC(kmalloc_node_trace)
#endif
#if KM_SINCE(6, 12)
#define KM_KMALLOC_LARGE(name) __##name##_noprof
#else
#define KM_KMALLOC_LARGE(name) KM_ALLOC(name)
#endif

/* 6.10: __get_free_pages() lost its underscores with the rename. */
#if KM_SINCE(6, 10)
#define KM_GET_FREE_PAGES get_free_pages_noprof
#else
#define KM_GET_FREE_PAGES __get_free_pages
#endif

/* 6.11: a bucket may come with the size. */
#ifndef DECL_BUCKET_PARAMS
#define DECL_BUCKET_PARAMS(size, b) size_t(size)
#endif

/* 6.12: what a slab cache is made of comes in a struct. */
#if KM_SINCE(6, 12)
#define KM_KMEM_CACHE_CREATE                                                                                        \
	__kmem_cache_create_args(const char *name, unsigned int size, struct kmem_cache_args *args, slab_flags_t flags)
#else
#define KM_KMEM_CACHE_CREATE                                                                                        \
	kmem_cache_create_usercopy(const char *name, unsigned int size, unsigned int align, slab_flags_t flags,      \
				   unsigned int useroffset, unsigned int usersize, void (*ctor)(void *))
#endif

/* 6.9: strscpy() is a macro around sized_strscpy(). */
#if KM_SINCE(6, 9)
#define KM_STRSCPY sized_strscpy
#else
#define KM_STRSCPY strscpy
#endif

/* 6.4: a class has no owner. */
#if KM_SINCE(6, 4)
#define KM_CLASS_CREATE class_create(const char *name)
#define KM_CLASS_CONST const
#else
#define KM_CLASS_CREATE __class_create(struct module *owner, const char *name, struct lock_class_key *key)
#define KM_CLASS_CONST
#endif

/* 6.5: no array of VMAs. */
#if KM_SINCE(6, 5)
#define KM_PIN_USER_PAGES \
	pin_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags, struct page **pages)
#else
#define KM_PIN_USER_PAGES                                                                                           \
	pin_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags, struct page **pages,    \
		       struct vm_area_struct **vmas)
#endif

/* 6.2: kfree_rcu() hands over the object, not the offset of the head as a function. */
#if KM_SINCE(6, 2)
#define KM_KVFREE_CALL_RCU kvfree_call_rcu(struct rcu_head *head, void *object)
#define km_kvfree_function(head) ((rcu_callback_t)((unsigned long)(head) - (unsigned long)object))
#else
#define KM_KVFREE_CALL_RCU kvfree_call_rcu(struct rcu_head *head, rcu_callback_t func)
#define km_kvfree_function(head) func
#endif

/* 6.8: an eventfd is signalled by one. */
#if KM_SINCE(6, 8)
#define KM_EVENTFD_SIGNAL void eventfd_signal_mask(struct eventfd_ctx *ctx, __poll_t mask)
#define km_eventfd_result(n) ((void)(n))
#define km_eventfd_signal(ctx) eventfd_signal(ctx)
#else
#define KM_EVENTFD_SIGNAL __u64 eventfd_signal(struct eventfd_ctx *ctx, __u64 n)
#define km_eventfd_result(n) (n)
#define km_eventfd_signal(ctx) eventfd_signal(ctx, 1)
#endif

/* 6.12: struct fd is one word, fdget() a function. */
#if KM_SINCE(6, 12)
#define KM_FDGET struct fd fdget(unsigned int fd)
#define km_fdget_result(word_) ((struct fd){ .word = (word_) })
#else
#define KM_FDGET unsigned long __fdget(unsigned int fd)
#define km_fdget_result(word_) (word_)
#endif

/* 6.9: the bus types are constant. */
#if KM_SINCE(6, 9)
#define KM_BUS_CONST const
#else
#define KM_BUS_CONST
#endif

/* 6.11: inline; a second one under another name harms nobody. */
#if KM_SINCE(6, 11)
#define fwnode_handle_put km_fwnode_handle_put_before_6_11
#endif

/* 6.5: the ioctls of a machine are int. */
#if KM_SINCE(6, 5)
#define KM_KVM_VM_IOCTL int
#else
#define KM_KVM_VM_IOCTL long
#endif

/* ---- What the model uses ---- */

/* 6.3: kvm_init() starts no CPUs for powerpc any more, and has nothing to pass on. */
#if KM_SINCE(6, 3)
#define km_kvm_main_init(bytes, align, module) kvm_init(bytes, align, module)
#else
#define KM_KVM_STARTS_CPUS
#define km_kvm_main_init(bytes, align, module) kvm_init(NULL, bytes, align, module)
#endif

/* 6.11: what user space writes is marked as not to be trusted. */
#if KM_SINCE(6, 11)
#define km_kvm_immediate_exit(run) READ_ONCE((run)->immediate_exit__unsafe)
#else
#define km_kvm_immediate_exit(run) READ_ONCE((run)->immediate_exit)
#endif

/* 6.7: a guest may be nested in PowerVM. Not here: the machine is bare metal. */
#if KM_SINCE(6, 7)
#define KM_KVM_NESTED_V2
#endif

/* 6.4: powerpc has iommu_ops, and drivers/iommu/iommu.c is hosted (kernel-model/hosted/files.txt). */
#if KM_SINCE(6, 4)
#define KM_IOMMU_CORE_HOSTED
#define km_iommu_register_phb(hose) ppc_iommu_register_device(hose) /* as its initcall does for all hoses */
#define KM_PSERIES_DEVICE_GROUP .device_group = pSeries_pci_device_group /* pseries/setup.c */
#else
#define KM_PSERIES_DEVICE_GROUP
#define km_iommu_register_phb(hose) do { } while (0)
#endif

/* Number of orders of the page allocator. 6.4: the largest counts; 6.8: and got a name that says so. */
#if KM_SINCE(6, 8)
#define KM_ORDERS (MAX_PAGE_ORDER + 1)
#elif KM_SINCE(6, 4)
#define KM_ORDERS (MAX_ORDER + 1)
#else
#define KM_ORDERS MAX_ORDER
#endif

/* 6.7: the word of a file for its delayed release has one name. */
#if KM_SINCE(6, 7)
#define km_file_callback f_task_work
#else
#define km_file_callback f_rcuhead
#endif

/* 6.3: flags of a VMA are set by a function. */
static inline void km_vm_flags_add(struct vm_area_struct *vma, vm_flags_t flags)
{
#if KM_SINCE(6, 3)
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

/* 6.5 (untried before 6.12): P7IOC is gone. */
#if KM_SINCE(6, 5)
#define km_init_ioda_hub(np) do { } while (0)
#else
#define km_init_ioda_hub(np) pnv_pci_init_ioda_hub(np)
#endif

/* 6.2: the VFIO core frees a device itself. */
static inline void km_vfio_free_device(struct vfio_device *vdev)
{
#if !KM_SINCE(6, 2)
	vfio_free_device(vdev);
#endif
}

/* 6.6: KVM takes any file of VFIO, not groups' only, and asks another function. */
#if KM_SINCE(6, 6)
#define KM_VFIO_FILE_TEST vfio_file_is_valid
#else
#define KM_VFIO_FILE_TEST vfio_file_is_group
#endif

/* 6.2: vfio-pci tells EEH itself that a device is used. */
#if KM_SINCE(6, 2)
#define km_vfio_eeh_open(pdev) eeh_dev_open(pdev)
#define km_vfio_eeh_release(pdev) eeh_dev_release(pdev)
#else
extern void vfio_spapr_pci_eeh_open(struct pci_dev *pdev);
extern void vfio_spapr_pci_eeh_release(struct pci_dev *pdev);
#define km_vfio_eeh_open(pdev) vfio_spapr_pci_eeh_open(pdev)
#define km_vfio_eeh_release(pdev) vfio_spapr_pci_eeh_release(pdev)
#endif

/*
 * Huge pages. 6.6: the order of a large folio moved into its second flags word, pincount has its own field (6.3 to 6.5,
 * where it had another place, are not served); hugetlb is a type of page since 6.11, before it was a destructor's
 * number, for which a flag that is free on such pages stands here.
 */
#if KM_SINCE(6, 6)
static inline void km_page_set_order(struct page *head, unsigned int order)
{
	struct folio *folio = (struct folio *)head;

	folio->_flags_1 = (folio->_flags_1 & ~0xffUL) | order;
	folio->_folio_nr_pages = order ? 1U << order : 0;
}

static inline atomic_t *km_page_pincount(struct page *head)
{
	return &((struct folio *)head)->_pincount;
}
#else
static inline void km_page_set_order(struct page *head, unsigned int order)
{
	head[1].compound_order = order;
	head[1].compound_nr = order ? 1U << order : 0;
}

static inline atomic_t *km_page_pincount(struct page *head)
{
	return compound_pincount_ptr(head);
}
#endif

#if KM_SINCE(6, 11)
static inline void km_page_set_hugetlb(struct page *head, bool on)
{
	if (on)
		__folio_set_hugetlb((struct folio *)head);
	else
		__folio_clear_hugetlb((struct folio *)head);
}
#else
static inline void km_page_set_hugetlb(struct page *head, bool on)
{
	if (on)
		SetPageOwnerPriv1(head);
	else
		ClearPageOwnerPriv1(head);
}
#define KM_PAGE_HUGE /* PageHuge() is for the model to define */
#endif

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_slab.c - kmalloc, vmalloc and slab caches: each object its own allocation on the host's heap, so
 * that a sanitizer sees its bounds and its end. Objects are counted; what is left at the end is a leak.
 *
 * Not modelled: memory pressure (allocations fail only where fault injection says so), caches of free objects, real addresses of objects.
 */
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

#include "kernel-model/linux/km.h"
#include "kernel-model/linux/km_compat.h"

/* struct __large_struct is how hosted code sees it; the index by size means nothing here. */
struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];
struct kmem_cache *radix_tree_node_cachep;

static u64 km_objects_live;

u64 km_objects(void)
{
	return km_objects_live;
}

static void *km_alloc(size_t size, gfp_t flags)
{
	void *p;

	km_charge(HOST_COST_KMALLOC, 1);
	if (size == 0)
		return ZERO_SIZE_PTR;
	if (!(flags & __GFP_NOFAIL) && km_fault(KM_FAULT_OBJECT))
		return NULL;
	p = flags & __GFP_ZERO ? host_calloc(size) : host_malloc(size);
	km_objects_live++;
	return p;
}

void kfree(const void *p)
{
	if (ZERO_OR_NULL_PTR(p))
		return;
	km_charge(HOST_COST_KMALLOC, 1);
	km_objects_live--;
	host_free((void *)p);
}

void *KM_ALLOC(__kmalloc)(size_t size, gfp_t flags)
{
	return km_alloc(size, flags);
}

void *KM_ALLOC(__kmalloc_node)(DECL_BUCKET_PARAMS(size, b), gfp_t flags, int node)
{
	return km_alloc(size, flags);
}

void *KM_ALLOC(__kmalloc_node_track_caller)(DECL_BUCKET_PARAMS(size, b), gfp_t flags, int node, unsigned long caller)
{
	return km_alloc(size, flags);
}

void *KM_KMALLOC_CACHE(struct kmem_cache *cache, gfp_t flags, size_t size)
{
	return km_alloc(size, flags);
}

void *KM_KMALLOC_CACHE_NODE(struct kmem_cache *cache, gfp_t flags, int node, size_t size)
{
	return km_alloc(size, flags);
}

void *KM_KMALLOC_LARGE(kmalloc_large)(size_t size, gfp_t flags)
{
	return km_alloc(size, flags);
}

void *KM_KMALLOC_LARGE(kmalloc_large_node)(size_t size, gfp_t flags, int node)
{
	return km_alloc(size, flags);
}

void *KM_ALLOC(krealloc)(const void *p, size_t size, gfp_t flags)
{
	if (ZERO_OR_NULL_PTR(p))
		return km_alloc(size, flags);
	if (!size) {
		kfree(p);
		return ZERO_SIZE_PTR;
	}
	km_charge(HOST_COST_KMALLOC, 1);
	return host_realloc((void *)p, size);
}

/* Nothing is not for vmalloc() to give (mm/vmalloc.c, __vmalloc_node_range()). */
static void *km_vmalloc(unsigned long size, gfp_t flags)
{
	if (WARN_ON_ONCE(!size))
		return NULL;
	return km_alloc(size, flags);
}

void *KM_ALLOC(vmalloc)(unsigned long size)
{
	return km_vmalloc(size, GFP_KERNEL);
}

void *KM_ALLOC(__vmalloc)(unsigned long size, gfp_t flags)
{
	return km_alloc(size, flags);
}

void *KM_ALLOC(vzalloc)(unsigned long size)
{
	return km_vmalloc(size, GFP_KERNEL | __GFP_ZERO);
}

void *KM_ALLOC(vzalloc_node)(unsigned long size, int node)
{
	return vzalloc(size);
}

void *KM_ALLOC(__vmalloc_node_range)(unsigned long size, unsigned long align, unsigned long start, unsigned long end,
			   gfp_t gfp_mask, pgprot_t prot, unsigned long vm_flags, int node, const void *caller)
{
	return km_vmalloc(size, gfp_mask);
}

void vfree(const void *p)
{
	kfree(p);
}

/* One heap for both: kvfree() may always take the kfree() way. */
bool is_vmalloc_addr(const void *x)
{
	return false;
}

/* A cache: all that matters of one is the size of its objects. */
struct kmem_cache {
	unsigned int size;
};

struct kmem_cache *KM_KMEM_CACHE_CREATE
{
	struct kmem_cache *cache = kzalloc(sizeof(*cache), GFP_KERNEL);

	if (cache)
		cache->size = size;
	return cache;
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	kfree(cache);
}

void *KM_ALLOC(kmem_cache_alloc)(struct kmem_cache *cache, gfp_t flags)
{
	return km_alloc(cache->size, flags);
}

/*
 * The xarray's cache, which has no struct (lib/radix-tree.c makes it). Its nodes cost no time: the VFIO core indexes an
 * xarray by address (vfio_device_set_xa), so how many nodes it needs depends on where the host's heap put the objects,
 * and simulated time must not, nor may what is compared when all is over: they are not counted.
 */
void *KM_ALLOC(kmem_cache_alloc_lru)(struct kmem_cache *cache, struct list_lru *lru, gfp_t flags)
{
	struct xa_node *node = host_calloc(sizeof(*node));

	INIT_LIST_HEAD(&node->private_list);
	return node;
}

void kmem_cache_free(struct kmem_cache *cache, void *p)
{
	if (cache) {
		km_charge(HOST_COST_KMALLOC, 1);
		km_objects_live--;
	}
	host_free(p);
}

void radix_tree_node_rcu_free(struct rcu_head *head)
{
	kmem_cache_free(radix_tree_node_cachep, container_of(head, struct xa_node, rcu_head));
}

/* Bounds that inline functions of linux/mm.h compare with: no object of ours lies between them. */
unsigned long __vmalloc_start, __vmalloc_end;
char __start_rodata[1], __end_rodata[1];

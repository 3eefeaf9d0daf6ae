/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_GUEST_OPS_H
#define KERNEL_MODEL_GUEST_OPS_H
/*
 * kernel-model/guest_ops.h - the kernel of a guest: its entry points (struct gm_ops), and what it asks of the world
 * around it (host_guest_*). Builtin types only: compiled on the Linux side (linux/guest/) and on the host side alike.
 *
 * It is the same kernel that is hosted as the host's, with the pSeries platform (hosted/guest.txt) and drivers of its
 * own, in an object with globals of its own. In that object the functions of kernel-model/host.h have other names
 * (hosted/guest-seam.txt): the same code spends the guest's time, not the host's.
 */
typedef unsigned long long gm_u64;
typedef unsigned int gm_u32;

#define GM_CPUS_MAX 64
#define GM_FUNCTIONS_MAX 8
/** GM_HCALL_ARGS - arguments of a hypercall, r4 and on, as they are passed and as they come back. */
#define GM_HCALL_ARGS 9

/** enum gm_cost - what the guest's own code costs besides what kernel code costs anywhere (rows "guest.cost.*"). */
enum gm_cost {
	GM_COST_PACKET,	  /* the network stack and driver, a packet */
	GM_COST_IO,	  /* the block layer and driver, an I/O */
	GM_COST_DMA,	  /* one call of the DMA API, without what it does below */
	GM_COST_SEARCH,	  /* one search in the bitmap of I/O addresses */
	GM_COST_SEARCH_64, /* 64 entries looked at */
	GM_COSTS
};

/** enum gm_span - what is timed: calls of the DMA API, packets and I/Os from posting to the end. */
enum gm_span { GM_SPAN_MAP, GM_SPAN_UNMAP, GM_SPAN_PACKET, GM_SPAN_IO, GM_SPANS };

/** enum gm_lock - how the allocator's locks are (row "guest.locks"). */
enum gm_lock {
	GM_LOCK_POOLS, /* as the kernel has them */
	GM_LOCK_ONE,   /* one pool, whatever the size of the table: before commit b4c3a8729ae5 */
	GM_LOCK_WHOLE, /* and held while TCEs are written: before commit 0e4bc95d8739 */
};

/** struct gm_property - a property of the device tree; @cells: numbers. */
struct gm_property {
	const char *name;
	const gm_u32 *cells;
	gm_u32 count;
};

/**
 * struct gm_boot - what firmware hands to the guest's kernel.
 * @ram: host address of guest address 0, [@ram, +@ram_bytes) is mapped there. @hypertas: strings one behind the other, with
 * an empty one at the end. @buid: of the only PHB. @mmio32_start, @mmio32_bytes: its 32-bit MMIO window.
 * @phb_properties: of the PHB's node ("ibm,dma-window" ...). @functions: PCI functions below it, on bus @bus; @command_line:
 * options of the kernel ("disable_ddw", "multitce=off"), one behind the other with an empty one at the end.
 */
struct gm_boot {
	unsigned char *ram;
	gm_u64 ram_bytes;
	gm_u32 cpus;
	const char *hypertas, *command_line;
	gm_u64 buid, mmio32_start, mmio32_bytes;
	const struct gm_property *phb_properties;
	gm_u32 phb_property_count;
	gm_u32 functions, bus;
	enum gm_lock locks;
};

/** struct gm_window - a table of the guest's kernel: @entries of @shift from @start; @used: bits set in its map. */
struct gm_window {
	gm_u64 liobn, start, entries, used;
	gm_u32 shift, pools;
};

/**
 * struct gm_net - a network driver's queue: @ring entries, of frames of @frame_bytes in buffers of @buffer_bytes (a power of
 * two); of 256 descriptors @tx transmit. It ends after @packets. @interval_ps: between two frames on the wire.
 */
struct gm_net {
	gm_u32 ring, frame_bytes, buffer_bytes, tx;
	gm_u64 packets, interval_ps, poll_ps, seed;
};

/** struct gm_blk - a block driver's queue: @depth I/Os under way, each @bytes_min to @bytes_max; of 256 @reads read. */
struct gm_blk {
	gm_u32 ring, depth, reads;
	gm_u64 bytes_min, bytes_max, ios, interval_ps, poll_ps, seed;
};

/** struct gm_bench - @rounds of mapping @bytes and unmapping them, without a device (kernel/dma/map_benchmark.c does that). */
struct gm_bench {
	gm_u64 rounds, bytes, think_ps;
};

/**
 * struct gm_result - what a driver did on its queue. @done: packets or I/Os; @bytes: payload; @checked: bytes compared by
 * the driver and by the device; @wrong: bytes that differed; @failed: descriptors that ended in an error; @map_failed: the
 * DMA API refused. @begin_ps, @end_ps: of the time in which packets moved.
 */
struct gm_result {
	gm_u64 done, received, sent, bytes, checked, wrong, failed, map_failed, maps, segments;
	gm_u64 begin_ps, end_ps;
};

struct km_account;

/** struct gm_ops - entry points. All run in the task of vCPU @cpu, may yield, and return 0 or -errno. */
struct gm_ops {
	/* Once, on vCPU 0, before anything else. */
	int (*boot)(const struct gm_boot *boot);
	/* A driver asks for DMA addresses of @bits (dma_set_mask_and_coherent()), by which DDW is set up. */
	int (*set_mask)(gm_u32 cpu, gm_u32 function, gm_u32 bits);
	/* Does the function bypass the kernel's tables? */
	int (*bypass)(gm_u32 function, gm_u64 *offset);
	/* Table @index of the function's group (0: the default window's, 1: DDW's); -ENOENT: none. */
	int (*window)(gm_u32 function, gm_u32 index, struct gm_window *out);
	int (*net)(gm_u32 cpu, gm_u32 function, const struct gm_net *net, struct gm_result *out);
	int (*blk)(gm_u32 cpu, gm_u32 function, const struct gm_blk *blk, struct gm_result *out);
	int (*bench)(gm_u32 cpu, gm_u32 function, const struct gm_bench *bench, struct gm_result *out);
	/* For tests: @bytes of memory from @offset of a block of pages are mapped, and stay so. Return: -EIO: refused. */
	int (*map)(gm_u32 cpu, gm_u32 function, gm_u64 offset, gm_u64 bytes, int to_device, gm_u64 *iova, gm_u64 *gpa);
	int (*unmap)(gm_u32 cpu, gm_u32 function, gm_u64 iova, gm_u64 gpa, gm_u64 bytes, int to_device);
	/* The device tree forgets the PHB: windows go, as by dynamic reconfiguration. */
	int (*detach)(gm_u32 cpu);
	void (*account)(struct km_account *out);
};

/* ---- What the guest's kernel asks for; implemented in kernel-model/guest.c ---- */

/** host_guest_hcall - vCPU @cpu makes hypercall @nr; @args: GM_HCALL_ARGS values, in and out. Return: r3. Yields. */
long long host_guest_hcall(gm_u32 cpu, gm_u64 nr, gm_u64 *args);
/** host_guest_bar - a load (or a store, @write) of 8 bytes at @offset of BAR0 of @function. Yields. */
gm_u64 host_guest_bar(gm_u32 cpu, gm_u32 function, gm_u64 offset, int write, gm_u64 value);
/** host_guest_spend - @count times @cost. Yields. */
void host_guest_spend(enum gm_cost cost, gm_u64 count);
/** host_guest_idle - nothing to do for @ps. Yields. */
void host_guest_idle(gm_u32 cpu, gm_u64 ps);
/** host_guest_span - something took @ps. */
void host_guest_span(enum gm_span span, gm_u64 ps);
/** host_guest_pattern - what the device writes to @iova (@seed) is put into @buf, or compared. Return: bytes that differ. */
gm_u64 host_guest_pattern(gm_u64 seed, gm_u64 iova, void *buf, gm_u64 bytes, int check);
gm_u64 host_guest_now_ps(void);

#endif

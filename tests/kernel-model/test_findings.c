// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_findings.c - what the unmodified drivers of Debian's kernels do that they ought not to: one test for each
 * finding of docs/findings.md, by the name that it has there, on each kernel: shown where it exists, shown absent where
 * it does not. They are regression tests of the hosted code's own behaviour; a model that "repaired" one would lie.
 * Races are in test_findings_races.c.
 */
#include <signal.h>

#include "findings.h"

/* ---- map-past-end: MAP_DMA checks one page, whatever the size ---- */

static uint64_t table_of(uint64_t window_start)
{
	uint64_t tve = fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe + (window_start >> 59 & 1)];

	return ppc_get(IODA2_TVT_TABLE_ADDR, tve) << IODA2_TVT_TABLE_ADDR_SHIFT;
}

static void main_past_end(struct sim *s, void *arg)
{
	uint64_t entries = FULL_PAGE_ENTRIES, bytes = entries << page_shift(), va, start, table, i, before[4];

	(void)s;
	(void)arg;
	begin();
	va = registered(16 * page_bytes);
	start = window(bytes, 1);
	table = table_of(start);
	for (i = 1; i < 4; i++)
		before[i] = ram_be64(table + 8 * (entries + i - 1));
	/* The last page of the window and three more: only the first page is checked against the window. */
	expect_report("tce_iommu_build_v2");
	ck_assert_int_eq(map_dma(va, start + bytes - page_bytes, 4 * page_bytes), 0);
	ck_assert_uint_eq(ram_be64(table + 8 * (entries - 1)), ops->user_real(proc, va) | 3);
	for (i = 1; i < 4; i++) {
		uint64_t now = ram_be64(table + 8 * (entries + i - 1));

		ck_assert_uint_ne(now, before[i]);
		ck_assert_uint_eq(now, ops->user_real(proc, va + i * page_bytes) | 3);
	}
	finished = true;
}

START_TEST(test_map_past_end_when_one_level_then_words_behind_the_table_are_overwritten)
{
	/*
	 * Why: a user process writes physical memory behind a TCE table. How: RAM there, before and after. A sanitizer build stops
	 * in the driver instead, which is checked.
	 */
	run(main_past_end);
}
END_TEST

static void main_past_end_lazy(struct sim *s, void *arg)
{
	uint64_t bytes = 16ull << 30, va, start, i;

	(void)s;
	(void)arg;
	begin();
	va = registered(4 * page_bytes);
	/* Two levels of whole pages hold more than the window asks for. */
	start = window(bytes, 2);
	ck_assert_int_eq(map_dma(va, start + bytes - page_bytes, 4 * page_bytes), 0);
	for (i = 0; i < 4; i++) /* as the PHB finds them, which knows no end but that of the levels */
		ck_assert_uint_eq(tce_of(start + bytes - page_bytes + i * page_bytes),
				  ops->user_real(proc, va + i * page_bytes) | 3);
	/* What is behind the end cannot be taken back, and the region neither. */
	ck_assert_int_eq(unmap_dma(start + bytes - page_bytes, 4 * page_bytes), 1);
	ck_assert_int_eq(unmap_dma(start + bytes - page_bytes, page_bytes), 0);
	ck_assert_int_eq(unmap_dma(start + bytes, page_bytes), -ENXIO);
	ck_assert_uint_ne(tce_of(start + bytes), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, 4 * page_bytes), 0);
	ck_assert_uint_eq(account().pins, 4);
	ck_assert_uint_gt(end(), 0);
}

START_TEST(test_map_past_end_when_two_levels_then_the_device_reaches_beyond_the_window)
{
	/* Why: the device can use what no window covers. How: walk of the tables; UNMAP; pins in the end. 64K pages only:
	 * with 4K pages a window of 16 GiB fills both levels. */
	if (page_bytes == 65536)
		run_expecting(main_past_end_lazy, "pin-leak");
}
END_TEST

/* Another process owns nearly all of memory, in huge pages, so that what is hit is its. */
#define VICTIM_BYTES (1ull << 30)

static struct km_proc *victim;
static uint64_t victim_va;

static void victim_start(void)
{
	long long va;

	victim = ops->proc_create("victim", MEMLOCK_BYTES, 0);
	va = ops->mmap(victim, 0, VICTIM_BYTES, KM_PROT_READ | KM_PROT_WRITE,
		       KM_MAP_PRIVATE | KM_MAP_ANONYMOUS | KM_MAP_HUGETLB, -1, 0);
	ck_assert_int_gt(va, 0);
	victim_va = (uint64_t)va;
}

/* The word that the victim sees at real address @real, which is in its memory. */
static uint64_t victim_word(uint64_t real)
{
	const uint64_t piece = 16ull << 20; /* of contiguous memory */
	uint64_t word;

	for (uint64_t va = victim_va; va < victim_va + VICTIM_BYTES; va += piece) {
		uint64_t at = ops->user_real(victim, va);

		if (real < at || real >= at + piece)
			continue;
		ck_assert_int_eq(ops->user_load(victim, va + (real - at), &word, sizeof(word)), 0);
		return __builtin_bswap64(word);
	}
	ck_abort_msg("real address 0x%llx is not the victim's", (unsigned long long)real);
	return 0;
}

static void main_past_end_wild(struct sim *s, void *arg)
{
	/* Both levels are full, so the index runs out of the leaf: 2^22 words behind it with 4K pages, 2^26 with 64K. */
	uint64_t bytes = page_bytes == 4096 ? 16ull << 30 : 4ull << 40, va, start, leaf, behind, i;

	(void)s;
	(void)arg;
	boot();
	proc = ops->proc_create("test", 4ull << 30, 0); /* all levels count as locked, made or not */
	arg_va = buffer_map(page_bytes);
	device_open(0);
	va = registered(4 * page_bytes);
	start = window(bytes, 2);
	ck_assert_int_eq(map_dma(va, start, page_bytes), 0);
	leaf = ram_be64(table_of(start)) & ~0xfffull;
	ck_assert_uint_eq(ram_be64(leaf), ops->user_real(proc, va) | 3);
	victim_start();
	behind = leaf + 8 * (bytes >> page_shift());
	ck_assert_uint_eq(behind - leaf, page_bytes == 4096 ? 32ull << 20 : 512ull << 20);
	for (i = 0; i < 3; i++)
		ck_assert_uint_eq(victim_word(behind + 8 * i), 0);
	ck_assert_int_eq(map_dma(va, start + bytes - page_bytes, 4 * page_bytes), 0);
	for (i = 0; i < 3; i++)
		ck_assert_uint_eq(victim_word(behind + 8 * i), ops->user_real(proc, va + (i + 1) * page_bytes) | 3);
	finished = true;
}

START_TEST(test_map_past_end_when_levels_are_full_then_words_far_away_are_overwritten)
{
	/* Why: as above, at a distance that the window's size decides. How: memory of another process, before and after. */
	run(main_past_end_wild);
}
END_TEST

/* Room for what is 512 MiB away. */
static void setup_large(void)
{
	setup_ram(1, 0, 2ull << 30);
}

/* ---- map-past-end of the first type ---- */

static const struct km_tests *inside;

/* A container of the first type on function 0, enabled; on 6.1 that takes a group that looks like IODA1's. */
static void begin_v1(unsigned int table_shift)
{
	char name[32], path[32];
	unsigned int phb;

	boot();
	if (inside->group_v1)
		ck_assert_int_eq(inside->group_v1(0, table_shift, 1), 0);
	ops->rcu_barrier();
	proc = ops->proc_create("test", 4ull << 30, 0);
	arg_va = buffer_map(page_bytes);
	ck_assert_int_eq(ops->device_info(0, name, sizeof(name), &group, &phb, &pe, &rid), 0);
	container_fd = (int)ops->open(proc, "/dev/vfio/vfio", 2);
	snprintf(path, sizeof(path), "/dev/vfio/%d", group);
	group_fd = (int)ops->open(proc, path, 2);
	ck_assert_int_eq(call(group_fd, VFIO_GROUP_SET_CONTAINER, &container_fd, sizeof(container_fd)), 0);
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_IOMMU), 0);
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_IOMMU_ENABLE, 0), 0);
}

static void close_v1(void)
{
	ck_assert_int_eq(ops->close(proc, group_fd), 0);
	ck_assert_int_eq(ops->close(proc, container_fd), 0);
	ops->proc_exit(proc);
}

static void main_past_end_v1(struct sim *s, void *arg)
{
	const uint64_t end_iova = FAKE_M32_PCI_BASE, io = 4096;
	uint64_t va, table, i;

	(void)s;
	(void)arg;
	begin_v1(12);
	va = buffer_map(16 * page_bytes);
	ck_assert_int_eq(map_dma(va, io, io), 0); /* so that the default window is there (6.12) */
	table = table_of(0);
	expect_report("pnv_tce");
	ck_assert_int_eq(map_dma(va, end_iova - io, 16 * io), 0);
	for (i = 0; i < 16; i++)
		ck_assert_uint_eq(ram_be64(table + 8 * (end_iova / io - 1 + i)), (ops->user_real(proc, va + i * io)) | 3);
	ck_assert_int_eq(unmap_dma(end_iova - io, 16 * io), 1);
	ck_assert_int_eq(unmap_dma(end_iova - io, io), 0);
	ck_assert_int_eq(unmap_dma(io, io), 0);
	close_v1();
	/* The table is cleared up to its end; what lies behind keeps its pages. */
	ck_assert_uint_eq(account().pins, 15);
	finished = true;
}

START_TEST(test_map_past_end_when_first_type_then_pins_are_lost)
{
	/* Why: the first type pins at MAP_DMA, so each word behind the table is a page that nobody lets go. How: RAM, pins. */
	sim_task_create(sim, "test", main_past_end_v1, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
}
END_TEST

/* ---- bad-range-returns-one ---- */

/*
 * UNMAP past the end of a window: iommu_tce_check_ioba() of kernel/iommu.c looked at the first page only (the call returns
 * 0) until a stable update (it returns 1). Per series: the last sublevel seen with the one and the first seen with the
 * other; in between nobody here has looked.
 */
static const struct {
	unsigned int major, minor, zero_until, one_from;
} past_end_rows[] = {
	{6, 1, 176, 192},
	{6, 12, 0, 117},
};

static bool unmap_past_end_is(int64_t ret)
{
	unsigned int major = 0, minor = 0, sublevel = 0;
	size_t i;

	ck_assert_int_eq(sscanf(kernel_desc(kernel)->version, "%u.%u.%u", &major, &minor, &sublevel), 3);
	for (i = 0; i < sim_count_of(past_end_rows); i++) {
		if (past_end_rows[i].major != major || past_end_rows[i].minor != minor)
			continue;
		if (sublevel <= past_end_rows[i].zero_until)
			return ret == 0;
		if (sublevel >= past_end_rows[i].one_from)
			return ret == 1;
		break;
	}
	return ret == 0 || ret == 1;
}

static void main_returns_one(struct sim *s, void *arg)
{
	uint64_t va, start, bytes = FULL_PAGE_ENTRIES << page_shift();

	(void)s;
	(void)arg;
	begin();
	va = registered(BUFFER_BYTES);
	start = window(bytes, 1);
	ck_assert_int_eq(map_dma(va, start + page_bytes / 2, page_bytes), 1);
	ck_assert(unmap_past_end_is(unmap_dma(start + bytes - page_bytes, 2 * page_bytes)));
	ck_assert_int_eq(unmap_dma(start + page_bytes / 2, page_bytes), 1);
	/* What is half-way refused leaves nothing. */
	ck_assert_int_lt(map_dma(va + BUFFER_BYTES - page_bytes, start, 2 * page_bytes), 0);
	ck_assert_uint_eq(tce_of(start) & 3, 0);
	ck_assert_uint_eq(end(), 0);
}

START_TEST(test_bad_range_returns_one)
{
	/* Why: the checks of a range are "a or b", so programs that look for < 0 take a refusal for success. How: unaligned,
	 * past the end. */
	run_expecting(main_returns_one, NULL);
}
END_TEST

/* ---- unregister-while-mapped ---- */

static void main_unregister_mapped(struct sim *s, void *arg)
{
	uint64_t va, start;

	(void)s;
	(void)arg;
	begin();
	va = registered(BUFFER_BYTES);
	start = window(WINDOW_BYTES, 1);
	ck_assert_int_eq(map_dma(va, start, page_bytes), 0);
	/* Busy, but the caller is told that it worked; the region leaves the container's list and stays pinned. */
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, BUFFER_BYTES), 0);
	ck_assert_uint_eq(account().pins, BUFFER_BYTES / page_bytes);
	ck_assert_int_eq(unmap_dma(start, page_bytes), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, BUFFER_BYTES), -ENOENT);
	ck_assert_uint_gt(end(), 0);
}

START_TEST(test_unregister_while_mapped_when_told_success_then_pins_leak)
{
	/* Why: a leak that a program can make by the order of two calls. How: UNREGISTER before UNMAP; pins to the end. */
	run_expecting(main_unregister_mapped, "pin-leak");
}
END_TEST

/* ---- create-fails-locked-vm ---- */

static void main_create_fails(struct sim *s, void *arg)
{
	uint64_t va, at, word = 1, locked, start;

	(void)s;
	(void)arg;
	begin();
	registered(page_bytes);
	locked = ops->proc_locked_vm(proc);
	/* By its arguments alone: a table of five levels is accounted, and then not made. */
	ck_assert_int_eq(create(page_shift(), 16ull << 30, 5, &start), -EINVAL);
	ck_assert_uint_gt(ops->proc_locked_vm(proc), locked);
	/* And for lack of memory. */
	ck_assert_int_eq(unmap_dma(0, page_bytes), 0); /* makes the default window, so that it does not ask for memory later */
	locked = ops->proc_locked_vm(proc);
	va = buffer_map(2 * FAKE_RAM_BYTES);
	for (at = va; !ops->user_store(proc, at, &word, sizeof(word)); at += page_bytes)
		;
	ck_assert_int_eq(create(page_shift(), WINDOW_BYTES, 1, &start), -ENOMEM);
	ck_assert_uint_gt(ops->proc_locked_vm(proc), locked);
	end();
}

START_TEST(test_create_fails_when_accounted_then_locked_vm_stays_raised)
{
	/* Why: each failing call eats from RLIMIT_MEMLOCK. How: levels that cannot be; RAM full of user pages. */
	run_expecting(main_create_fails, "locked-vm-leak");
}
END_TEST

/* ---- register-partial-returns-count ---- */

static void main_register_partial(struct sim *s, void *arg)
{
	uint64_t va;

	(void)s;
	(void)arg;
	begin();
	va = buffer_map(3 * page_bytes);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, va, 5 * page_bytes), 3);
	ck_assert_uint_eq(account().pins, 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, 5 * page_bytes), -ENOENT);
	ck_assert_uint_eq(end(), 0);
}

START_TEST(test_register_partial_returns_count)
{
	/* Why: memory that ends too early is refused with a positive number. How: three pages of five are there. */
	run_expecting(main_register_partial, NULL);
}
END_TEST

/* ---- register-nothing-warns ---- */

static void main_register_nothing(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	begin();
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_REGISTER_MEMORY, buffer_map(page_bytes), 0), -ENOMEM);
	ck_assert_uint_eq(end(), 0);
}

START_TEST(test_register_nothing_warns)
{
	/* Why: a user makes the kernel WARN, which stops a machine with panic_on_warn. How: a size of 0. */
	run_expecting(main_register_nothing, "kernel-warn");
}
END_TEST

/* ---- no-pages-kill-loop: a TCE kill for no pages at the start of the default window does not end ---- */

#define KILLS_ENOUGH 100000u

static unsigned int kills;
static struct platform_ops counting_ops;

/* The task that writes never comes back from its loop: what we have seen is enough, so it ends here. */
static void counting_mmio_write(void *ctx, platform_u64 real, platform_u64 value, platform_u32 bytes)
{
	fake_mmio_write(ctx, real, value, bytes);
	if (real == FAKE_REG_BASE + PHB_TCE_KILL && ++kills == KILLS_ENOUGH) {
		finished = true;
		sim_task_exit(sim);
	}
}

/* @arg: what to do once the default window is there. */
static void count_kills(void)
{
	counting_ops = *fake->platform.ops;
	counting_ops.mmio_write = counting_mmio_write;
	fake->platform.ops = &counting_ops;
	kills = 0;
}

static void main_map_fails_at_zero(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	begin();
	(void)registered(page_bytes);
	ck_assert_int_eq(unmap_dma(page_bytes, page_bytes), 0);
	count_kills();
	ck_assert_int_lt(map_dma(HOLE, page_bytes, page_bytes), 0); /* elsewhere it is only refused */
	ck_assert_uint_lt(kills, 100);
	(void)map_dma(HOLE, 0, page_bytes);
	ck_abort_msg("the call returned after %u kills", kills);
}

static void main_unmap_nothing_at_zero(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	begin();
	(void)registered(page_bytes);
	ck_assert_int_eq(unmap_dma(page_bytes, page_bytes), 0);
	count_kills();
	(void)unmap_dma(0, 0);
	ck_abort_msg("the call returned after %u kills", kills);
}

START_TEST(test_no_pages_kill_loop)
{
	/* Why: a CPU that never comes back. How: a MAP_DMA that is refused at its first page, an UNMAP_DMA of nothing, at
	 * address 0; writes of TCE_KILL are counted, and the process taken away. */
	sim_task_create(sim, "test", _i ? main_unmap_nothing_at_zero : main_map_fails_at_zero, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
	ck_assert_uint_eq(kills, KILLS_ENOUGH);
}
END_TEST

/* ---- create-loses-window ---- */

static void main_create_loses(struct sim *s, void *arg)
{
	uint64_t start, other;

	(void)s;
	(void)arg;
	begin();
	ck_assert_uint_eq(fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe + 1], 0);
	ops->fault_arm(proc, KM_FAULT_COPY_TO, 1, 0); /* the argument cannot be written, as if it were read-only */
	ck_assert_int_eq(create(page_shift(), WINDOW_BYTES, 1, &start), -EFAULT);
	ck_assert(ops->fault_fired(KM_FAULT_COPY_TO));
	ck_assert_uint_ne(fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe + 1], 0);
	ck_assert_int_eq(create(page_shift(), WINDOW_BYTES, 1, &other), -ENOSPC);
	ck_assert_uint_eq(end(), 0);
}

START_TEST(test_create_loses_window_when_told_that_it_failed_then_it_is_there)
{
	/* Why: a call that fails changes what the device can reach. How: the TVE after -EFAULT, and room for another. */
	run_expecting(main_create_loses, "fault-injected");
}
END_TEST

/* ---- map-no-memory-oops ---- */

static void main_map_no_memory(struct sim *s, void *arg)
{
	uint64_t start, va;

	(void)s;
	(void)arg;
	begin();
	va = registered(page_bytes);
	start = window(16ull << 30, 2);
	ops->fault_arm(proc, KM_FAULT_PAGES, 1, 0);
	expect_report("tce_iommu_build_v2");
	ck_abort_msg("the call returned %ld", map_dma(va, start, page_bytes));
}

START_TEST(test_map_no_memory_oops)
{
	/* Why: a null pointer is written where memory for the copy of user addresses is short. How: no page for its level;
	 * the program takes the signal that is the kernel's oops. */
	sim_task_create(sim, "test", main_map_no_memory, NULL);
	sim_run(sim, SIM_PS_NEVER);
}
END_TEST

/* ---- map-no-memory-pin-leak ---- */

static void main_leaf_fails(struct sim *s, void *arg)
{
	uint64_t va, start;

	(void)s;
	(void)arg;
	begin();
	va = registered(4 * page_bytes);
	start = window(16ull << 30, 2);
	/* The first page is for the copy of user addresses, the second for TCEs. */
	ops->fault_arm(proc, KM_FAULT_PAGES, 2, 0);
	ck_assert_int_eq(map_dma(va, start, 4 * page_bytes), -ENOMEM);
	ck_assert(ops->fault_fired(KM_FAULT_PAGES));
	ck_assert_uint_eq(tce_of(start), 0);
	/* Memory is there again, and all goes well but for the count. */
	ck_assert_int_eq(map_dma(va, start, 4 * page_bytes), 0);
	ck_assert_int_eq(unmap_dma(start, 4 * page_bytes), 0);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, va, 4 * page_bytes), 0);
	ck_assert_uint_eq(account().pins, 4);
	ck_assert_uint_gt(end(), 0);
}

START_TEST(test_map_no_memory_pin_leak)
{
	/* Why: what a refused MAP_DMA had counted is looked up by an address that is not stored yet, so it stays counted. How: no
	 * page for a level of TCEs; pins in the end. */
	run_expecting(main_leaf_fails, "pin-leak");
}
END_TEST

/* ---- window-without-link ---- */

static void main_no_link(struct sim *s, void *arg)
{
	uint64_t start, va, kill;

	(void)s;
	(void)arg;
	begin();
	va = registered(page_bytes);
	/* The first object is the table, the second its link to the PE. */
	ops->fault_arm(proc, KM_FAULT_OBJECT, 4, 0);
	ck_assert_int_eq(create(page_shift(), WINDOW_BYTES, 1, &start), 0);
	ck_assert(ops->fault_fired(KM_FAULT_OBJECT));
	ck_assert_int_eq(map_dma(va, start, page_bytes), 0);
	ck_assert_uint_eq(tce_of(start), ops->user_real(proc, va) | 3);
	kill = fake->phb[0].reg[PHB_TCE_KILL / 8];
	ck_assert_int_eq(unmap_dma(start, page_bytes), 0);
	ck_assert_uint_eq(tce_of(start) & 3, 0);
	/* Nobody told the bridge, so its cache still lets the device through. */
	ck_assert_uint_eq(fake->phb[0].reg[PHB_TCE_KILL / 8], kill);
	ck_assert_int_eq(map_dma(va, page_bytes, 4096), 0); /* in the default window, which is linked, it is told */
	ck_assert_uint_ne(fake->phb[0].reg[PHB_TCE_KILL / 8], kill);
	ck_assert_int_eq(unmap_dma(page_bytes, 4096), 0);
	ck_assert_uint_eq(end(), 0);
}

START_TEST(test_window_without_link)
{
	/* Why: unmapped memory that a device still reaches. How: the link cannot be allocated; TCE_KILL after UNMAP_DMA. */
	run_expecting(main_no_link, "fault-injected");
}
END_TEST

/* ---- remove-any-address ---- */

static void main_remove_any(struct sim *s, void *arg)
{
	struct vfio_iommu_spapr_tce_remove rm = {.argsz = sizeof(rm)};
	uint64_t start;

	(void)s;
	(void)arg;
	begin();
	start = window(WINDOW_BYTES, 1);
	rm.start_addr = start + WINDOW_BYTES - 1;
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_REMOVE, &rm, sizeof(rm)), 0);
	ck_assert_uint_eq(fake->phb[0].ioda[IODA2_TBL_TVT][2 * pe + 1], 0);
	ck_assert_uint_eq(end(), 0);
}

START_TEST(test_remove_any_address)
{
	/* Why: "start_addr" is any address of the window. How: its last byte; the TVE. */
	run_expecting(main_remove_any, NULL);
}
END_TEST

/* ---- levels-promised ---- */

static void main_levels(struct sim *s, void *arg)
{
	struct vfio_iommu_spapr_tce_info info = {.argsz = sizeof(info)};
	uint64_t start;

	(void)s;
	(void)arg;
	begin();
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_SPAPR_TCE_GET_INFO, &info, sizeof(info)), 0);
	ck_assert_uint_eq(info.ddw.levels, 5);
	ck_assert_int_eq(create(page_shift(), 16ull << 30, page_bytes == 4096 ? 4 : 2, &start), 0);
	ck_assert_int_eq(create(page_shift(), 16ull << 30, page_bytes == 4096 ? 5 : 3, &start), -ENOSPC);
	ck_assert_uint_eq(end(), 0);
	finished = false;
	proc_start();
	device_open(0);
	ck_assert_int_eq(create(page_shift(), 16ull << 30, page_bytes == 4096 ? 5 : 3, &start), -EINVAL);
	(void)end();
}

START_TEST(test_levels_promised)
{
	/* Why: GET_INFO promises five levels. How: the most that TCE_CREATE takes with pages and tables of the kernel's size. */
	run_expecting(main_levels, "locked-vm-leak");
}
END_TEST

/* ---- v1-read-only-refused ---- */

static void main_v1_read_only(struct sim *s, void *arg)
{
	struct vfio_iommu_type1_dma_map map = {.argsz = sizeof(map), .flags = VFIO_DMA_MAP_FLAG_READ, .size = 4096,
					       .iova = 4096};
	long long va;

	(void)s;
	(void)arg;
	begin_v1(12);
	va = ops->mmap(proc, 0, page_bytes, KM_PROT_READ, KM_MAP_PRIVATE | KM_MAP_ANONYMOUS, -1, 0);
	ck_assert_int_gt(va, 0);
	map.vaddr = (uint64_t)va;
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_MAP_DMA, &map, sizeof(map)), -EFAULT);
	map.vaddr = buffer_map(page_bytes);
	ck_assert_int_eq(call(container_fd, VFIO_IOMMU_MAP_DMA, &map, sizeof(map)), 0);
	ck_assert_uint_eq(tce_of(4096) & 3, 1);
	close_v1();
	finished = true;
}

START_TEST(test_v1_read_only_refused)
{
	/* Why: the direction of a pin is taken from bits of the address, where there are none. How: read-only memory, READ. */
	run_expecting(main_v1_read_only, NULL);
}
END_TEST

/* ---- v1-disable-keeps-tces ---- */

static void main_v1_disable(struct sim *s, void *arg)
{
	uint64_t va;

	(void)s;
	(void)arg;
	begin_v1(12);
	va = buffer_map(page_bytes);
	ck_assert_int_eq(map_dma(va, 4096, 4096), 0);
	ck_assert_int_eq(ops->ioctl(proc, container_fd, VFIO_IOMMU_DISABLE, 0), 0);
	/* Nothing is accounted any more, and the device goes on. */
	ck_assert_uint_eq(tce_of(4096), ops->user_real(proc, va) | 3);
	ck_assert_uint_eq(account().pins, 1);
	ck_assert_int_eq(unmap_dma(4096, 4096), -EPERM);
	close_v1();
	ck_assert_uint_eq(account().pins, 0);
	finished = true;
}

START_TEST(test_v1_disable_keeps_tces)
{
	/* Why: memory stays pinned and reachable, and is accounted to nobody. How: the TCE and the pin after DISABLE. */
	run_expecting(main_v1_disable, NULL);
}
END_TEST

/* ---- v1-wide-page-pin-leak ---- */

static void main_v1_wide(struct sim *s, void *arg)
{
	int i;

	(void)s;
	(void)arg;
	begin_v1(16);
	for (i = 1; i <= 3; i++) {
		ck_assert_int_eq(map_dma((buffer_map(1 << 20) + 0xffff) & ~0xffffull, 1 << 16, 1 << 16), -EPERM);
		ck_assert_uint_eq(account().pins, (unsigned int)i);
	}
	close_v1();
	ck_assert_uint_eq(account().pins, 3);
	finished = true;
}

START_TEST(test_v1_wide_page_pin_leak)
{
	/*
	 * Why: a pin is lost for each try. How: a table of 64K pages over memory of 4K pages, which only a kernel of 4K pages
	 * whose bridge had such a table at boot would have; the group is made so from within (6.1).
	 */
	if (page_bytes != 4096 || !inside->group_v1)
		return;
	sim_task_create(sim, "test", main_v1_wide, NULL);
	sim_run(sim, SIM_PS_NEVER);
	ck_assert(finished);
}
END_TEST

/* ---- detach-clears-shared-windows ---- */

static void main_detach(struct sim *s, void *arg)
{
	char name[32], path[32];
	unsigned int phb, first_pe, other_pe;
	int other_group, other_fd;
	uint64_t va, start;

	(void)s;
	(void)arg;
	begin();
	first_pe = pe;
	ck_assert_int_eq(ops->device_info(1, name, sizeof(name), &other_group, &phb, &other_pe, &rid), 0);
	snprintf(path, sizeof(path), "/dev/vfio/%d", other_group);
	other_fd = (int)ops->open(proc, path, 2);
	ck_assert_int_ge(other_fd, 0);
	ck_assert_int_eq(call(other_fd, VFIO_GROUP_SET_CONTAINER, &container_fd, sizeof(container_fd)), 0);
	va = registered(page_bytes);
	start = window(WINDOW_BYTES, 1);
	ck_assert_int_eq(map_dma(va, start, page_bytes), 0);
	for (pe = first_pe;; pe = other_pe) {
		ck_assert_uint_eq(tce_of(start), ops->user_real(proc, va) | 3);
		if (pe == other_pe)
			break;
	}
	/* The other device leaves; the first one's mappings are no business of it. */
	ck_assert_int_eq(ops->ioctl(proc, other_fd, VFIO_GROUP_UNSET_CONTAINER, 0), 0);
	pe = first_pe;
	ck_assert_uint_eq(tce_of(start), since(6, 4) ? 0 : ops->user_real(proc, va) | 3);
	ck_assert_int_eq(ops->close(proc, other_fd), 0);
	ck_assert_uint_eq(end(), 0);
}

START_TEST(test_detach_clears_shared_windows)
{
	/* Why: with 6.12 unplugging one device of a container unmaps all memory of the others. How: two groups, one window. */
	run_expecting(main_detach, NULL);
}
END_TEST

/* ---- The suite ---- */

static void add(Suite *s)
{
	TCase *tc = tcase_create("findings"), *large = tcase_create("large");

	inside = tests_inside(kernel_under_test);
	tcase_set_timeout(tc, 60);
	tcase_set_timeout(large, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_checked_fixture(large, setup_large, teardown);
#ifdef __SANITIZE_ADDRESS__
	tcase_add_exit_test(tc, test_map_past_end_when_one_level_then_words_behind_the_table_are_overwritten,
			    STOPPED_IN_DRIVER);
	/* Where containers of both types have copies of the user's addresses, one lies behind the table. */
	tcase_add_exit_test(tc, test_map_past_end_when_first_type_then_pins_are_lost,
			    inside->group_v1 ? STOPPED_IN_DRIVER : 0);
	tcase_add_exit_test(tc, test_map_no_memory_oops, STOPPED_IN_DRIVER);
#else
	tcase_add_test_raise_signal(tc, test_map_no_memory_oops, SIGSEGV);
	tcase_add_test(tc, test_map_past_end_when_one_level_then_words_behind_the_table_are_overwritten);
	tcase_add_test(tc, test_map_past_end_when_first_type_then_pins_are_lost);
#endif
	tcase_add_test(tc, test_map_past_end_when_two_levels_then_the_device_reaches_beyond_the_window);
	tcase_add_test(large, test_map_past_end_when_levels_are_full_then_words_far_away_are_overwritten);
	tcase_add_test(tc, test_bad_range_returns_one);
	tcase_add_test(tc, test_unregister_while_mapped_when_told_success_then_pins_leak);
	tcase_add_test(tc, test_create_fails_when_accounted_then_locked_vm_stays_raised);
	tcase_add_test(tc, test_register_partial_returns_count);
	tcase_add_test(tc, test_register_nothing_warns);
	tcase_add_loop_test(tc, test_no_pages_kill_loop, 0, 2);
	tcase_add_test(tc, test_create_loses_window_when_told_that_it_failed_then_it_is_there);
	tcase_add_test(tc, test_map_no_memory_pin_leak);
	tcase_add_test(tc, test_window_without_link);
	tcase_add_test(tc, test_remove_any_address);
	tcase_add_test(tc, test_levels_promised);
	tcase_add_test(tc, test_v1_read_only_refused);
	tcase_add_test(tc, test_v1_disable_keeps_tces);
	tcase_add_test(tc, test_v1_wide_page_pin_leak);
	tcase_add_test(tc, test_detach_clears_shared_windows);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, large);
}

int main(void)
{
	return run_inside_kernels("kernel-model.findings", add);
}

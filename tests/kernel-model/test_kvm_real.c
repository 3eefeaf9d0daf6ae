// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_kvm_real.c - the model of real-mode handlers (kernel-model/linux/km_kvm_real.c), switched on:
 * what they answer themselves, what they leave to virtual mode, and that both leave the same behind. And what each step
 * of the ladder costs.
 */
#include "kvm_fixture.h"
#include "sim/stat.h"

#define ENTRIES (WINDOW_BYTES >> guest_shift())

static int last_by;

static int64_t hcall_by(uint64_t nr, uint64_t liobn, uint64_t ioba, uint64_t c, uint64_t d)
{
	uint64_t gpr[KM_HCALL_REGS] = {nr, liobn, ioba, c, d};

	last_by = (int)hcall_raw(gpr);
	return (int64_t)gpr[0];
}

/* The answer is @ret, and it came from @who. */
#define BY(call, ret, who)                                                                                             \
	do {                                                                                                           \
		ck_assert_int_eq(call, ret);                                                                           \
		ck_assert_int_eq(last_by, who);                                                                        \
	} while (0)

static int64_t put_by(uint64_t entry, uint64_t tce)
{
	return hcall_by(H_PUT_TCE, LIOBN, ioba_of(entry), tce, 0);
}

static void real_start(void)
{
	machine_start();
	ops->kvm_real_mode(1);
}

static void main_put(struct sim *s, void *arg)
{
	uint64_t r4;

	(void)s;
	(void)arg;
	real_start();
	/* Clearing what never was needs nothing. The first mapping finds no page of the copy; virtual mode makes it. */
	BY(put_by(3, 0), H_SUCCESS, KM_HCALL_BY_REAL);
	BY(put_by(3, gpa_of(5) | TCE_RW), H_SUCCESS, KM_HCALL_BY_VIRTUAL);
	BY(put_by(4, gpa_of(6) | TCE_RW), H_SUCCESS, KM_HCALL_BY_REAL);
	ck_assert_uint_eq(hw_tce(3), real_tce(5, TCE_RW));
	ck_assert_uint_eq(hw_tce(4), real_tce(6, TCE_RW));
	/* Over one another, whoever wrote the first. */
	BY(put_by(3, gpa_of(7) | 1), H_SUCCESS, KM_HCALL_BY_REAL);
	ck_assert_uint_eq(hw_tce(3), real_tce(7, 1));
	ops->kvm_real_mode(0);
	BY(put_by(4, gpa_of(8) | 1), H_SUCCESS, KM_HCALL_BY_VIRTUAL);
	ops->kvm_real_mode(1);
	ck_assert_uint_eq(hw_tce(4), real_tce(8, 1));
	BY(put_by(4, 0), H_SUCCESS, KM_HCALL_BY_REAL);
	BY(put_by(3, 0), H_SUCCESS, KM_HCALL_BY_REAL);
	ck_assert_uint_eq((hw_tce(3) | hw_tce(4)) & TCE_RW, 0);
	/* Poison is kept, as in virtual mode. */
	BY(put_by(3, gpa_of(9)), H_SUCCESS, KM_HCALL_BY_REAL);
	ck_assert_int_eq(hcall4(H_GET_TCE, LIOBN, ioba_of(3), 0, 0, &r4), H_SUCCESS);
	ck_assert_uint_eq(r4, gpa_of(9));
	/* Nothing is mapped any more: the memory can be given back. */
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, guest_va, gpa_of(REGISTERED_PAGES)), 0);
	ck_assert_uint_eq(user_exits, 0);
	machine_stop();
}

START_TEST(test_put_when_real_mode_is_on_then_it_answers_what_needs_no_memory)
{
	/* Why: both modes write the same tables. How: each writes over the other's entries; counts end at nothing. */
	run(main_put);
}
END_TEST

static void main_limits(struct sim *s, void *arg)
{
	(void)s;
	(void)arg;
	real_start();
	BY(put_by(3, gpa_of(5) | TCE_RW), H_SUCCESS, KM_HCALL_BY_VIRTUAL);
	/* What is wrong in any mode. */
	BY(hcall_by(H_PUT_TCE, LIOBN, ioba_of(3) + 8, 0, 0), H_PARAMETER, KM_HCALL_BY_REAL);
	BY(put_by(ENTRIES, 0), H_PARAMETER, KM_HCALL_BY_REAL);
	BY(hcall_by(H_STUFF_TCE, LIOBN, ioba_of(3), TCE_RW, 1), H_PARAMETER, KM_HCALL_BY_REAL);
	BY(hcall_by(H_PUT_TCE_INDIRECT, LIOBN, ioba_of(3), gpa_of(0), 513), H_PARAMETER, KM_HCALL_BY_REAL);
	BY(hcall_by(H_PUT_TCE_INDIRECT, LIOBN, ioba_of(3), gpa_of(0) + 8, 1), H_PARAMETER, KM_HCALL_BY_REAL);
	/* What real mode cannot see goes on; virtual mode cannot either. */
	BY(put_by(3, gpa_of(REGISTERED_PAGES) | TCE_RW), USER_ANSWER, KM_HCALL_BY_USER);
	BY(put_by(3, NO_RAM | TCE_RW), USER_ANSWER, KM_HCALL_BY_USER);
	BY(hcall_by(H_PUT_TCE, LIOBN + 1, ioba_of(3), 0, 0), USER_ANSWER, KM_HCALL_BY_USER);
	ck_assert_uint_eq(hw_tce(3), real_tce(5, TCE_RW));
	/* A list in memory that is not registered might fault: virtual mode reads it. */
	list_fill(0, 1, 8);
	list_fill(REGISTERED_PAGES, 1, 8);
	BY(hcall_by(H_PUT_TCE_INDIRECT, LIOBN, ioba_of(3), gpa_of(REGISTERED_PAGES), 8), H_SUCCESS,
	   KM_HCALL_BY_VIRTUAL);
	BY(hcall_by(H_PUT_TCE_INDIRECT, LIOBN, ioba_of(3), gpa_of(0), 8), H_SUCCESS, KM_HCALL_BY_REAL);
	for (unsigned int i = 0; i < 8; i++)
		ck_assert_uint_eq(hw_tce(3 + i), real_tce(1 + i, TCE_RW));
	/* A page of the copy, and a level of the hardware's table, that are not there yet. */
	BY(put_by(ENTRIES - 1, gpa_of(2) | TCE_RW), H_SUCCESS,
	   ENTRIES * 8 > page_bytes ? KM_HCALL_BY_VIRTUAL : KM_HCALL_BY_REAL);
	BY(put_by(ENTRIES - 2, gpa_of(2) | TCE_RW), H_SUCCESS, KM_HCALL_BY_REAL);
	BY(hcall_by(H_STUFF_TCE, LIOBN, ioba_of(0), 0, ENTRIES), H_SUCCESS, KM_HCALL_BY_REAL);
	ck_assert_uint_eq((hw_tce(3) | hw_tce(10) | hw_tce(ENTRIES - 1)) & TCE_RW, 0);
	machine_stop();
}

START_TEST(test_hcall_when_real_mode_may_not_touch_it_then_passed_up)
{
	/* Why: no sleeping, no faults, registered memory only. How: each limit, and who answered in the end. */
	run(main_limits);
}
END_TEST

/* Both modes do the same random calls, each on its own table of the same window; what they leave is compared. */
static void main_equal(struct sim *s, void *arg)
{
	uint64_t seed = 1, r4[2];

	(void)s;
	(void)arg;
	real_start();
	for (unsigned int round = 0; round < 3000; round++) {
		uint64_t entry, page, count, tce;
		int64_t got[2];

		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		entry = seed >> 33 & 63;
		page = seed >> 40 & 63;
		count = seed >> 50 & 15;
		tce = gpa_of((unsigned int)page) | (seed >> 60 & 3);
		/* The same call twice: the second changes nothing, whichever mode does which. */
		for (int mode = 0; mode < 2; mode++) {
			ops->kvm_real_mode((int)(round + (unsigned int)mode) & 1);
			switch (seed >> 57 & 3) {
			case 0:
				got[mode] = hcall_by(H_STUFF_TCE, LIOBN, ioba_of(entry), tce & ~TCE_RW, count);
				break;
			case 1:
				list_fill(0, 1 + (unsigned int)page % 8, 16);
				got[mode] = hcall_by(H_PUT_TCE_INDIRECT, LIOBN, ioba_of(entry), 0, count);
				break;
			default:
				got[mode] = put_by(entry, tce);
			}
			ck_assert_int_eq(hcall4(H_GET_TCE, LIOBN, ioba_of(entry), 0, 0, &r4[mode]), H_SUCCESS);
		}
		ck_assert_int_eq(got[0], got[1]);
		ck_assert_uint_eq(r4[0], r4[1]);
		/* What the copy maps, the hardware maps, and nothing else. */
		ck_assert_uint_eq(r4[0] & TCE_RW ? real_tce((unsigned int)(r4[0] >> guest_shift()), 0) : 0,
				  hw_tce(entry) & TCE_RW ? hw_tce(entry) & ~TCE_RW : 0);
	}
	ops->kvm_real_mode(1);
	BY(hcall_by(H_STUFF_TCE, LIOBN, ioba_of(0), 0, ENTRIES), H_SUCCESS, KM_HCALL_BY_REAL);
	ck_assert_int_eq(memory(VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, guest_va, gpa_of(REGISTERED_PAGES)), 0);
	machine_stop();
}

START_TEST(test_hcall_when_either_mode_answers_then_results_are_equal)
{
	/* Why: the model must not differ from the hosted code where it answers. How: 3000 calls, each in both modes. */
	run(main_equal);
}
END_TEST

static uint64_t barriers(void)
{
	const uint64_t *value = stat_find(sim, "kernel", "sync_count", NULL);

	ck_assert_ptr_nonnull(value);
	return *value;
}

static void main_kills(struct sim *s, void *arg)
{
	static const struct {
		enum km_real_mode mode;
		uint64_t barriers;
	} modes[] = {{KM_REAL_MODE_CALL, 1}, {KM_REAL_MODE_TCE, 8}};

	(void)s;
	(void)arg;
	real_start();
	BY(put_by(3, gpa_of(5) | TCE_RW), H_SUCCESS, KM_HCALL_BY_VIRTUAL); /* makes the pages that real mode cannot */
	for (unsigned int i = 0; i < 2; i++) {
		uint64_t before = barriers();

		ops->kvm_real_mode(modes[i].mode);
		list_fill(0, 1, 8);
		BY(hcall_by(H_PUT_TCE_INDIRECT, LIOBN, ioba_of(3), gpa_of(0), 8), H_SUCCESS, KM_HCALL_BY_REAL);
		ck_assert_uint_eq(barriers() - before, modes[i].barriers);
		BY(hcall_by(H_STUFF_TCE, LIOBN, ioba_of(3), 0, 8), H_SUCCESS, KM_HCALL_BY_REAL);
		ck_assert_uint_eq(barriers() - before, 2 * modes[i].barriers);
		for (unsigned int k = 0; k < 8; k++)
			ck_assert_uint_eq(hw_tce(3 + k) & TCE_RW, 0);
	}
	machine_stop();
}

START_TEST(test_hcall_in_real_mode_kills_once_a_call_or_once_a_tce)
{
	/* Why: kernels from 5.4 on asked the PHB once for all that a hypercall wrote, older ones for each TCE.
	 * How: the kernel drains its stores before each request. */
	run(main_kills);
}
END_TEST

static sim_ps cost(const char *path)
{
	return cfg_u64(cfg, path);
}

static sim_ps cycles(const char *path)
{
	struct sim_clock clock;

	sim_clock_init(&clock, cfg_u64(cfg, "cpu.clock"));
	return sim_clock_ps(&clock, cfg_u64(cfg, path));
}

static void main_costs(struct sim *s, void *arg)
{
	sim_ps real, virtual, handler, begin;

	(void)s;
	(void)arg;
	real_start();
	real = cycles("kernel.cost.hcall_real_cycles");
	virtual = cycles("kernel.cost.hcall_virtual_cycles");
	handler = cost("kernel.cost.hcall") + cost("kernel.cost.hcall_tce");
	ck_assert_uint_eq(real, 145428);     /* 509 cycles of 3.5 GHz */
	ck_assert_uint_eq(virtual, 1644000); /* 5754 */
	/* H_GET_TCE touches no hardware: entry and handler are all. */
	begin = sim_now(sim);
	BY(hcall_by(H_GET_TCE, LIOBN, ioba_of(3), 0, 0), H_SUCCESS, KM_HCALL_BY_REAL);
	ck_assert_uint_eq(sim_now(sim) - begin, real + handler);
	ops->kvm_real_mode(0);
	begin = sim_now(sim);
	BY(hcall_by(H_GET_TCE, LIOBN, ioba_of(3), 0, 0), H_SUCCESS, KM_HCALL_BY_VIRTUAL);
	ck_assert_uint_eq(sim_now(sim) - begin, virtual + handler);
	/* As does what no handler is enabled for, which pays for all steps; the system call comes with the VMM's
	 * KVM_RUN. */
	ck_assert_int_eq(hcall_enable(H_STUFF_TCE, 0), 0);
	begin = sim_now(sim);
	BY(hcall_by(H_STUFF_TCE, LIOBN, ioba_of(3), 0, 1), USER_ANSWER, KM_HCALL_BY_USER);
	ck_assert_uint_ge(sim_now(sim) - begin, virtual + cost("kernel.cost.hcall_user") + cost("kernel.cost.syscall"));
	ck_assert_uint_le(sim_now(sim) - begin,
			  virtual + cost("kernel.cost.hcall_user") + 2 * cost("kernel.cost.syscall") + SIM_PS_PER_US);
	/* A call that falls through real mode pays for both. */
	ops->kvm_real_mode(1);
	begin = sim_now(sim);
	BY(put_by(3, gpa_of(5) | TCE_RW), H_SUCCESS, KM_HCALL_BY_VIRTUAL);
	ck_assert_uint_ge(sim_now(sim) - begin, real + virtual + 2 * handler);
	machine_stop();
}

START_TEST(test_hcall_when_answered_then_each_step_costs_its_row)
{
	/* Why: the ladder is what the numbers are about. How: time around calls that do nothing else, to the
	 * picosecond. */
	run(main_costs);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("real");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_put_when_real_mode_is_on_then_it_answers_what_needs_no_memory);
	tcase_add_test(tc, test_hcall_when_real_mode_may_not_touch_it_then_passed_up);
	tcase_add_test(tc, test_hcall_when_either_mode_answers_then_results_are_equal);
	tcase_add_test(tc, test_hcall_in_real_mode_kills_once_a_call_or_once_a_tce);
	tcase_add_test(tc, test_hcall_when_answered_then_each_step_costs_its_row);
	suite_add_tcase(s, tc);
}

int main(void)
{
	return run_on_kernels("kernel-model.kvm_real", add);
}

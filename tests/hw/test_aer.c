/* SPDX-License-Identifier: GPL-2.0-only */
/* Errors of a function: which status they leave, which message they become, and what a root port keeps of messages. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hw/pcie/aer.h"
#include "hw/regs/pci_regs.h"
#include "sim/sim.h"

#define EXPRESS 0x40u
#define AER PCI_EXT_CAP_FIRST
#define DEVCTL (EXPRESS + PCI_EXP_DEVCTL)
#define DEVSTA (EXPRESS + PCI_EXP_DEVSTA)
#define REPORT_ALL 0xfu

/* The few registers besides AER that errors read and write. */
static const struct config_space_row rows[] = {
	{PCI_REG_COMMAND, 2, 0, 0xffff, 0, false},
	{PCI_REG_STATUS, 2, 0, 0, PCI_STATUS_W1C, false},
	{DEVCTL, 2, 0, 0xffff, 0, false},
	{DEVSTA, 2, 0, 0, PCI_EXP_DEVSTA_W1C, false},
};

struct bench {
	struct sim *sim;
	struct tlp_pool *pool;
	struct config_space space;
	struct aer aer;
	uint8_t msg[16];
	uint32_t sent;
};

static void bench_send(void *ctx, struct tlp *tlp)
{
	struct bench *bench = ctx;

	ck_assert_int_eq(tlp->type, TLP_MESSAGE);
	ck_assert_uint_lt(bench->sent, 16);
	bench->msg[bench->sent++] = tlp->msg;
	tlp_free(tlp);
}

static void bench_open(struct bench *bench, uint32_t tlps, bool root)
{
	memset(bench, 0, sizeof(*bench));
	bench->sim = sim_create(1);
	bench->pool = tlp_pool_create(bench->sim, tlps);
	config_space_init(&bench->space);
	config_space_add(&bench->space, 0, rows, sim_count_of(rows));
	aer_init(&bench->aer, bench->sim, &bench->space, EXPRESS, root, bench->pool, bench_send, bench);
}

static void bench_close(struct bench *bench)
{
	aer_finish(&bench->aer);
	ck_assert_uint_eq(tlp_pool_free_count(bench->pool), tlp_pool_size(bench->pool));
	tlp_pool_destroy(bench->pool);
	sim_destroy(bench->sim);
}

static uint32_t get(struct bench *bench, uint32_t reg)
{
	return config_space_read(&bench->space, AER + reg, 4);
}

static void set(struct bench *bench, uint32_t reg, uint32_t value)
{
	config_space_write(&bench->space, AER + reg, value, 4);
}

static void control(struct bench *bench, uint32_t value)
{
	config_space_write(&bench->space, DEVCTL, value, 2);
}

static uint32_t device_status(struct bench *bench)
{
	return config_space_read(&bench->space, DEVSTA, 2);
}

START_TEST(test_registers_after_power_on_are_those_of_the_specification)
{
	/* Why: software finds the capability at 0x100 and relies on the defaults: fatal ones 4, 5, 13, 17, 18; advisory
	 * hidden. */
	struct bench bench;

	bench_open(&bench, 2, false);
	ck_assert_uint_eq(get(&bench, 0), 0x00010001);
	ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_MASK), 0);
	ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_SEVERITY), 0x00062030);
	ck_assert_uint_eq(get(&bench, PCI_AER_COR_MASK), 0x2000);
	set(&bench, PCI_AER_UNCOR_MASK, ~0u);
	set(&bench, PCI_AER_UNCOR_SEVERITY, ~0u);
	set(&bench, PCI_AER_COR_MASK, ~0u);
	set(&bench, PCI_AER_CONTROL, ~0u);
	set(&bench, PCI_AER_HEADER_LOG, ~0u);
	ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_MASK), 0x001ff030);
	ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_SEVERITY), 0x001ff030);
	ck_assert_uint_eq(get(&bench, PCI_AER_COR_MASK), 0x31c1);
	ck_assert_uint_eq(get(&bench, PCI_AER_CONTROL), 0x1e0);
	ck_assert_uint_eq(get(&bench, PCI_AER_HEADER_LOG), 0);
	ck_assert_uint_eq(get(&bench, PCI_AER_ROOT_STATUS), 0);
	set(&bench, PCI_AER_ROOT_COMMAND, ~0u);
	ck_assert_uint_eq(get(&bench, PCI_AER_ROOT_COMMAND), 0); /* not a root port */
	bench_close(&bench);
}
END_TEST

START_TEST(test_uncorrectable_error_becomes_the_message_of_its_severity)
{
	/* Why: the severity register decides between ERR_NONFATAL and ERR_FATAL, and which bit of device status shows
	 * it. */
	static const struct {
		uint32_t error, severity, status;
		uint8_t msg;
	} cases[] = {
		{PCI_AER_ECRC, PCI_AER_FATAL_DEFAULT, PCI_EXP_DEVSTA_NONFATAL, PCI_MSG_ERR_NONFATAL},
		{PCI_AER_ECRC, PCI_AER_ECRC, PCI_EXP_DEVSTA_FATAL, PCI_MSG_ERR_FATAL},
		{PCI_AER_DATA_LINK, PCI_AER_FATAL_DEFAULT, PCI_EXP_DEVSTA_FATAL, PCI_MSG_ERR_FATAL},
		{PCI_AER_DATA_LINK, 0, PCI_EXP_DEVSTA_NONFATAL, PCI_MSG_ERR_NONFATAL},
	};
	struct bench bench;
	size_t i;

	for (i = 0; i < sim_count_of(cases); i++) {
		bench_open(&bench, 2, false);
		control(&bench, REPORT_ALL);
		set(&bench, PCI_AER_UNCOR_SEVERITY, cases[i].severity);
		aer_uncorrectable(&bench.aer, cases[i].error, false, NULL);
		ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_STATUS), cases[i].error);
		ck_assert_uint_eq(device_status(&bench), cases[i].status);
		ck_assert_uint_eq(bench.sent, 1);
		ck_assert_uint_eq(bench.msg[0], cases[i].msg);
		/* SERR# is off: the header's status register stays quiet. */
		ck_assert_uint_eq(config_space_read(&bench.space, PCI_REG_STATUS, 2), 0);
		bench_close(&bench);
	}
}
END_TEST

START_TEST(test_error_that_nobody_asked_for_leaves_only_status)
{
	/* Why: reports are enabled per kind in device control; a masked error is not even logged. */
	struct bench bench;

	bench_open(&bench, 2, false);
	control(&bench, REPORT_ALL & ~PCI_EXP_DEVCTL_REPORT_NONFATAL);
	aer_uncorrectable(&bench.aer, PCI_AER_ECRC, false, NULL);
	ck_assert_uint_eq(bench.sent, 0);
	ck_assert_uint_eq(get(&bench, PCI_AER_CONTROL) & PCI_AER_FIRST_MASK, 19);
	set(&bench, PCI_AER_UNCOR_STATUS, ~0u);
	control(&bench, REPORT_ALL);
	set(&bench, PCI_AER_UNCOR_MASK, PCI_AER_TIMEOUT);
	aer_uncorrectable(&bench.aer, PCI_AER_TIMEOUT, false, NULL);
	ck_assert_uint_eq(bench.sent, 0);
	ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_STATUS), PCI_AER_TIMEOUT);
	ck_assert_uint_eq(get(&bench, PCI_AER_CONTROL) & PCI_AER_FIRST_MASK,
			  19); /* stale, as its status bit is clear */
	ck_assert_uint_eq(device_status(&bench), PCI_EXP_DEVSTA_NONFATAL);
	bench_close(&bench);
}
END_TEST

START_TEST(test_serr_enable_reports_both_kinds)
{
	/* Why: the old enable of the command register reports whatever device control says, and shows in the status
	 * register. */
	struct bench bench;

	bench_open(&bench, 2, false);
	config_space_write(&bench.space, PCI_REG_COMMAND, PCI_COMMAND_SERR, 2);
	aer_uncorrectable(&bench.aer, PCI_AER_ECRC, false, NULL);
	aer_uncorrectable(&bench.aer, PCI_AER_UNSUPPORTED, false, NULL);
	aer_uncorrectable(&bench.aer, PCI_AER_OVERFLOW, false, NULL);
	aer_correctable(&bench.aer, PCI_AER_RECEIVER);
	ck_assert_uint_eq(bench.sent, 3);
	ck_assert_uint_eq(bench.msg[0], PCI_MSG_ERR_NONFATAL);
	ck_assert_uint_eq(bench.msg[1], PCI_MSG_ERR_NONFATAL);
	ck_assert_uint_eq(bench.msg[2], PCI_MSG_ERR_FATAL);
	ck_assert_uint_eq(config_space_read(&bench.space, PCI_REG_STATUS, 2), PCI_STATUS_SYSTEM_ERROR);
	bench_close(&bench);
}
END_TEST

START_TEST(test_unsupported_request_has_an_enable_of_its_own)
{
	/* Why: bit 3 of device control hides Unsupported Requests, with or without the enables of the kinds. */
	struct bench bench;

	bench_open(&bench, 2, false);
	control(&bench, REPORT_ALL & ~PCI_EXP_DEVCTL_REPORT_UR);
	aer_uncorrectable(&bench.aer, PCI_AER_UNSUPPORTED, false, NULL);
	ck_assert_uint_eq(bench.sent, 0);
	ck_assert_uint_eq(device_status(&bench), PCI_EXP_DEVSTA_NONFATAL | PCI_EXP_DEVSTA_UR);
	control(&bench, REPORT_ALL);
	aer_uncorrectable(&bench.aer, PCI_AER_UNSUPPORTED, false, NULL);
	ck_assert_uint_eq(bench.sent, 1);
	/* As an advisory error it is hidden in the same way. */
	set(&bench, PCI_AER_COR_MASK, 0);
	control(&bench, REPORT_ALL & ~PCI_EXP_DEVCTL_REPORT_UR);
	aer_uncorrectable(&bench.aer, PCI_AER_UNSUPPORTED, true, NULL);
	ck_assert_uint_eq(bench.sent, 1);
	ck_assert_uint_eq(get(&bench, PCI_AER_COR_STATUS), PCI_AER_ADVISORY);
	control(&bench, REPORT_ALL);
	aer_uncorrectable(&bench.aer, PCI_AER_UNSUPPORTED, true, NULL);
	ck_assert_uint_eq(bench.sent, 2);
	ck_assert_uint_eq(bench.msg[1], PCI_MSG_ERR_COR);
	bench_close(&bench);
}
END_TEST

START_TEST(test_advisory_error_is_correctable_unless_it_is_fatal)
{
	/* Why: 6.2.3.2.4: who can live with an error tells it as ERR_COR; hidden by default; severity "fatal"
	 * overrules. */
	struct bench bench;

	bench_open(&bench, 2, false);
	control(&bench, REPORT_ALL);
	aer_uncorrectable(&bench.aer, PCI_AER_UNEXPECTED, true, NULL);
	ck_assert_uint_eq(bench.sent, 0);
	ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_STATUS), PCI_AER_UNEXPECTED);
	ck_assert_uint_eq(get(&bench, PCI_AER_COR_STATUS), PCI_AER_ADVISORY);
	ck_assert_uint_eq(device_status(&bench), PCI_EXP_DEVSTA_COR);
	ck_assert_uint_eq(get(&bench, PCI_AER_CONTROL) & PCI_AER_FIRST_MASK, 0); /* not logged while masked */
	set(&bench, PCI_AER_COR_MASK, 0);
	set(&bench, PCI_AER_UNCOR_STATUS, ~0u);
	aer_uncorrectable(&bench.aer, PCI_AER_UNEXPECTED, true, NULL);
	ck_assert_uint_eq(bench.sent, 1);
	ck_assert_uint_eq(bench.msg[0], PCI_MSG_ERR_COR);
	ck_assert_uint_eq(get(&bench, PCI_AER_CONTROL) & PCI_AER_FIRST_MASK, 16);
	set(&bench, PCI_AER_UNCOR_SEVERITY, PCI_AER_UNEXPECTED);
	aer_uncorrectable(&bench.aer, PCI_AER_UNEXPECTED, true, NULL);
	ck_assert_uint_eq(bench.sent, 2);
	ck_assert_uint_eq(bench.msg[1], PCI_MSG_ERR_FATAL);
	bench_close(&bench);
}
END_TEST

START_TEST(test_correctable_error_is_masked_and_enabled)
{
	/* Why: its own mask and enable bit; status shows it in any case and clears by writing 1. */
	struct bench bench;

	bench_open(&bench, 2, false);
	aer_correctable(&bench.aer, PCI_AER_RECEIVER);
	ck_assert_uint_eq(bench.sent, 0);
	control(&bench, PCI_EXP_DEVCTL_REPORT_COR);
	set(&bench, PCI_AER_COR_MASK, PCI_AER_RECEIVER);
	aer_correctable(&bench.aer, PCI_AER_RECEIVER);
	ck_assert_uint_eq(bench.sent, 0);
	set(&bench, PCI_AER_COR_MASK, 0);
	aer_correctable(&bench.aer, PCI_AER_RECEIVER);
	ck_assert_uint_eq(bench.sent, 1);
	ck_assert_uint_eq(bench.msg[0], PCI_MSG_ERR_COR);
	ck_assert_uint_eq(get(&bench, PCI_AER_COR_STATUS), PCI_AER_RECEIVER);
	set(&bench, PCI_AER_COR_STATUS, PCI_AER_RECEIVER);
	ck_assert_uint_eq(get(&bench, PCI_AER_COR_STATUS), 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_first_error_keeps_its_header_until_it_is_cleared)
{
	/* Why: 6.2.4.2: later errors must not overwrite the evidence. How: words of the headers by hand, PCIe 3.0
	 * figures 2-15, 2-17. */
	static const struct {
		enum tlp_type type;
		uint64_t addr;
		uint32_t bytes, word[4];
	} cases[] = {
		{TLP_MEM_READ, 0x80001000, 64, {0x00000010, 0x03050700, 0x80001000, 0}},
		{TLP_MEM_WRITE, 0x1234500000000ull, 4, {0x60000001, 0x03050700, 0x00012345, 0x00000000}},
		{TLP_CFG_WRITE, 0x10, 4, {0x44000001, 0x03050700, 0x00000010, 0}},
		{TLP_COMPLETION, 0, 128, {0x4a000020, 0x00000080, 0x03050700, 0}},
		{TLP_MESSAGE, 0, 0, {0x30000000, 0x03050733, 0, 0}},
	};
	static struct tlp tlp;
	struct bench bench;
	size_t i, k;

	for (i = 0; i < sim_count_of(cases); i++) {
		bench_open(&bench, 2, false);
		memset(&tlp, 0, sizeof(tlp));
		tlp.type = cases[i].type;
		tlp.addr.v = cases[i].addr;
		tlp.bytes = cases[i].bytes;
		tlp.rid = 0x0305;
		tlp.tag = 0x207; /* eight bits of it fit */
		tlp.msg = PCI_MSG_ERR_FATAL;
		aer_uncorrectable(&bench.aer, PCI_AER_MALFORMED, false, &tlp);
		aer_uncorrectable(&bench.aer, PCI_AER_ECRC, false, NULL);
		ck_assert_uint_eq(get(&bench, PCI_AER_CONTROL) & PCI_AER_FIRST_MASK, 18);
		for (k = 0; k < 4; k++)
			ck_assert_uint_eq(get(&bench, PCI_AER_HEADER_LOG + 4 * (uint32_t)k), cases[i].word[k]);
		set(&bench, PCI_AER_UNCOR_STATUS, PCI_AER_MALFORMED);
		aer_uncorrectable(&bench.aer, PCI_AER_ECRC, false, NULL);
		ck_assert_uint_eq(get(&bench, PCI_AER_CONTROL) & PCI_AER_FIRST_MASK, 19);
		ck_assert_uint_eq(get(&bench, PCI_AER_HEADER_LOG), 0);
		bench_close(&bench);
	}
}
END_TEST

START_TEST(test_status_and_log_survive_a_reset_but_not_a_fundamental_one)
{
	/* Why: the reset that recovers a link must not destroy what made it necessary. */
	struct bench bench;

	bench_open(&bench, 2, true);
	set(&bench, PCI_AER_UNCOR_MASK, PCI_AER_TIMEOUT);
	set(&bench, PCI_AER_ROOT_COMMAND, 7);
	aer_uncorrectable(&bench.aer, PCI_AER_MALFORMED, false, NULL);
	aer_root_message(&bench.aer, PCI_MSG_ERR_FATAL, 0x0300);
	config_space_reset(&bench.space, false);
	ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_STATUS), PCI_AER_MALFORMED);
	ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_MASK), PCI_AER_TIMEOUT);
	ck_assert_uint_eq(get(&bench, PCI_AER_CONTROL) & PCI_AER_FIRST_MASK, 18);
	ck_assert_uint_ne(get(&bench, PCI_AER_ROOT_STATUS), 0);
	ck_assert_uint_eq(get(&bench, PCI_AER_ROOT_COMMAND), 0);
	config_space_reset(&bench.space, true);
	ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_STATUS), 0);
	ck_assert_uint_eq(get(&bench, PCI_AER_UNCOR_MASK), 0);
	ck_assert_uint_eq(get(&bench, PCI_AER_ROOT_STATUS), 0);
	bench_close(&bench);
}
END_TEST

START_TEST(test_message_waits_for_a_tlp_and_is_forgotten_by_a_reset)
{
	/* Why: an empty pool is back-pressure; nothing may be lost, sent twice, or sent by a function that was reset.
	 */
	struct bench bench;
	struct tlp *hog;

	bench_open(&bench, 1, false);
	control(&bench, REPORT_ALL);
	hog = tlp_alloc(bench.pool);
	aer_uncorrectable(&bench.aer, PCI_AER_ECRC, false, NULL);
	aer_uncorrectable(&bench.aer, PCI_AER_ECRC, false, NULL);
	aer_uncorrectable(&bench.aer, PCI_AER_DATA_LINK, false, NULL);
	ck_assert_uint_eq(bench.sent, 0);
	tlp_free(hog);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.sent, 2);
	ck_assert_uint_eq(bench.msg[0], PCI_MSG_ERR_NONFATAL);
	ck_assert_uint_eq(bench.msg[1], PCI_MSG_ERR_FATAL);
	hog = tlp_alloc(bench.pool);
	aer_uncorrectable(&bench.aer, PCI_AER_ECRC, false, NULL);
	aer_finish(&bench.aer);
	tlp_free(hog);
	sim_run(bench.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(bench.sent, 2);
	bench_close(&bench);
}
END_TEST

START_TEST(test_root_port_keeps_the_first_source_and_what_came_after)
{
	/* Why: 7.10.10: the first of each kind has its source kept, further ones only set the "multiple" bits. */
	struct bench bench;

	bench_open(&bench, 2, true);
	aer_root_message(&bench.aer, PCI_MSG_ERR_COR, 0x0301);
	ck_assert_uint_eq(get(&bench, PCI_AER_ROOT_STATUS), PCI_AER_ROOT_COR);
	aer_root_message(&bench.aer, PCI_MSG_ERR_NONFATAL, 0x0400);
	aer_root_message(&bench.aer, PCI_MSG_ERR_FATAL, 0x0500);
	aer_root_message(&bench.aer, PCI_MSG_ERR_COR, 0x0600);
	ck_assert_uint_eq(get(&bench, PCI_AER_ROOT_STATUS), PCI_AER_ROOT_COR | PCI_AER_ROOT_COR_MORE |
								    PCI_AER_ROOT_UNCOR | PCI_AER_ROOT_UNCOR_MORE |
								    PCI_AER_ROOT_NONFATAL | PCI_AER_ROOT_FATAL);
	ck_assert_uint_eq(get(&bench, PCI_AER_ROOT_COR_SOURCE), 0x04000301);
	set(&bench, PCI_AER_ROOT_STATUS, ~0u);
	ck_assert_uint_eq(get(&bench, PCI_AER_ROOT_STATUS), 0);
	aer_root_message(&bench.aer, PCI_MSG_ERR_FATAL, 0x0700);
	ck_assert_uint_eq(get(&bench, PCI_AER_ROOT_STATUS),
			  PCI_AER_ROOT_UNCOR | PCI_AER_ROOT_FIRST_FATAL | PCI_AER_ROOT_FATAL);
	ck_assert_uint_eq(get(&bench, PCI_AER_ROOT_COR_SOURCE), 0x07000301);
	bench_close(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.aer");
	TCase *tcase = tcase_create("aer");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, test_registers_after_power_on_are_those_of_the_specification);
	tcase_add_test(tcase, test_uncorrectable_error_becomes_the_message_of_its_severity);
	tcase_add_test(tcase, test_error_that_nobody_asked_for_leaves_only_status);
	tcase_add_test(tcase, test_serr_enable_reports_both_kinds);
	tcase_add_test(tcase, test_unsupported_request_has_an_enable_of_its_own);
	tcase_add_test(tcase, test_advisory_error_is_correctable_unless_it_is_fatal);
	tcase_add_test(tcase, test_correctable_error_is_masked_and_enabled);
	tcase_add_test(tcase, test_first_error_keeps_its_header_until_it_is_cleared);
	tcase_add_test(tcase, test_status_and_log_survive_a_reset_but_not_a_fundamental_one);
	tcase_add_test(tcase, test_message_waits_for_a_tlp_and_is_forgotten_by_a_reset);
	tcase_add_test(tcase, test_root_port_keeps_the_first_source_and_what_came_after);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

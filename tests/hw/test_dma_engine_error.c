/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors of the dma-engine: those that PROVOKE makes and those that it finds, in status registers and as messages;
 * resets of its link.
 */
#include "fake_phb.h"

#define EXPRESS DMA_ENGINE_CAP_EXPRESS
#define AER PCI_EXT_CAP_FIRST
#define REPORT_ALL                                                                                                     \
	(PCI_EXP_DEVCTL_REPORT_COR | PCI_EXP_DEVCTL_REPORT_NONFATAL | PCI_EXP_DEVCTL_REPORT_FATAL |                    \
	 PCI_EXP_DEVCTL_REPORT_UR)
#define DONE DMA_ENGINE_STATUS_DONE
#define ERROR DMA_ENGINE_STATUS_ERROR

static uint32_t uncorrectable(struct fake_phb *fake)
{
	return fake_config_read(fake, AER + PCI_AER_UNCOR_STATUS, 4);
}

static uint32_t correctable(struct fake_phb *fake)
{
	return fake_config_read(fake, AER + PCI_AER_COR_STATUS, 4);
}

/* Report everything, advisory errors too. */
static void report_all(struct fake_phb *fake)
{
	fake_config_write(fake, EXPRESS + PCI_EXP_DEVCTL, REPORT_ALL, 2);
	fake_config_write(fake, AER + PCI_AER_COR_MASK, 0, 4);
}

static void assert_message(struct fake_phb *fake, uint32_t nth, uint8_t msg, uint16_t rid)
{
	sim_run(fake->sim, SIM_PS_NEVER);
	ck_assert_uint_eq(fake->message_count, nth);
	ck_assert_uint_eq(fake->message[nth - 1], msg);
	ck_assert_uint_eq(fake->message_rid[nth - 1], rid);
}

START_TEST(test_provoked_error_is_noted_and_told_when_asked_to)
{
	/*
	 * Why: software under test must meet each kind of message. How: each kind with reporting off: status only;
	 * with it on: the message with the engine's RID, and the root port notes who it was.
	 */
	static const struct {
		uint64_t provoke;
		uint32_t uncor, cor, devsta;
		uint8_t msg;
		uint32_t root;
	} cases[] = {
		{DMA_ENGINE_PROVOKE_CORRECTABLE, 0, PCI_AER_RECEIVER, PCI_EXP_DEVSTA_COR, PCI_MSG_ERR_COR,
		 PCI_AER_ROOT_COR},
		{DMA_ENGINE_PROVOKE_NONFATAL, PCI_AER_ECRC, 0, PCI_EXP_DEVSTA_NONFATAL, PCI_MSG_ERR_NONFATAL,
		 PCI_AER_ROOT_UNCOR | PCI_AER_ROOT_NONFATAL},
		{DMA_ENGINE_PROVOKE_FATAL, PCI_AER_DATA_LINK, 0, PCI_EXP_DEVSTA_FATAL, PCI_MSG_ERR_FATAL,
		 PCI_AER_ROOT_UNCOR | PCI_AER_ROOT_FIRST_FATAL | PCI_AER_ROOT_FATAL},
		{DMA_ENGINE_PROVOKE_UNEXPECTED, PCI_AER_UNEXPECTED, PCI_AER_ADVISORY, PCI_EXP_DEVSTA_COR,
		 PCI_MSG_ERR_COR, PCI_AER_ROOT_COR},
	};
	struct fake_phb fake;
	uint32_t root, source;
	size_t i;

	for (i = 0; i < sim_count_of(cases); i++) {
		fake_open(&fake, 64, NULL);
		fake_reg_set(&fake, DMA_ENGINE_PROVOKE, cases[i].provoke);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_PROVOKE), 0);
		sim_run(fake.sim, SIM_PS_NEVER);
		ck_assert_uint_eq(uncorrectable(&fake), cases[i].uncor);
		ck_assert_uint_eq(correctable(&fake), cases[i].cor);
		ck_assert_uint_eq(fake_config_read(&fake, EXPRESS + PCI_EXP_DEVSTA, 2), cases[i].devsta);
		ck_assert_uint_eq(fake.message_count, 0);
		report_all(&fake);
		fake_reg_set(&fake, DMA_ENGINE_PROVOKE, cases[i].provoke);
		assert_message(&fake, 1, cases[i].msg, FAKE_RID);
		ck_assert_int_eq(topology_config_read(fake.topology, 0, AER + PCI_AER_ROOT_STATUS, 4, &root),
				 PCIE_CONFIG_OK);
		ck_assert_uint_eq(root, cases[i].root);
		ck_assert_int_eq(topology_config_read(fake.topology, 0, AER + PCI_AER_ROOT_COR_SOURCE, 4, &source),
				 PCIE_CONFIG_OK);
		ck_assert_uint_eq(source, cases[i].root & PCI_AER_ROOT_COR ? FAKE_RID : (uint32_t)FAKE_RID << 16);
		ck_assert_uint_eq(fake_stat(&fake, "provoked"), 2);
		ck_assert_uint_eq(fake_stat(&fake, "messages"), 1);
		fake_close_clean(&fake);
	}
}
END_TEST

START_TEST(test_severity_and_mask_decide_what_a_provoked_error_says)
{
	/* Why: the registers, not the name of the bit, decide. How: ECRC made fatal; then masked. */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	report_all(&fake);
	fake_config_write(&fake, AER + PCI_AER_UNCOR_SEVERITY, PCI_AER_ECRC, 4);
	fake_reg_set(&fake, DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_NONFATAL);
	assert_message(&fake, 1, PCI_MSG_ERR_FATAL, FAKE_RID);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_STATUS, 2) & PCI_STATUS_SYSTEM_ERROR, 0);
	fake_config_write(&fake, AER + PCI_AER_UNCOR_MASK, PCI_AER_ECRC, 4);
	fake_config_write(&fake, AER + PCI_AER_UNCOR_STATUS, UINT32_MAX, 4);
	fake_reg_set(&fake, DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_NONFATAL);
	sim_run(fake.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(fake.message_count, 1);
	ck_assert_uint_eq(uncorrectable(&fake), PCI_AER_ECRC);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_poisoned_write_is_one_and_the_next)
{
	/* Why: exactly one packet must be bad. How: four writes; master parity is noted only if the command says so. */
	struct fake_phb fake;
	uint32_t i, parity;

	for (parity = 0; parity <= PCI_COMMAND_PARITY; parity += PCI_COMMAND_PARITY) {
		fake_open(&fake, 64, NULL);
		fake_config_write(&fake, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER | parity, 2);
		fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x400, 256, 4);
		fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 0);
		fake_reg_set(&fake, DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_POISONED);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_PROVOKE), DMA_ENGINE_PROVOKE_POISONED);
		fake_start(&fake, 0);
		fake_finish(&fake, DONE);
		ck_assert_uint_eq(fake.seen_count, 4);
		for (i = 0; i < 4; i++)
			ck_assert_int_eq(fake.seen[i].poisoned, i == 0);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_PROVOKE), 0);
		ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_STATUS, 2) & PCI_STATUS_W1C,
				  parity ? PCI_STATUS_MASTER_PARITY : 0);
		fake_close_clean(&fake);
	}
}
END_TEST

START_TEST(test_malformed_packet_ends_at_the_port_which_reports_it)
{
	/*
	 * Why: nobody may act on a malformed packet; the receiver tells. How: the second of three writes never arrives,
	 * the root port sends ERR_FATAL in its own name. A poisoned wish stays for the next write: a read passes it.
	 */
	struct fake_phb fake;
	uint32_t status;

	fake_open(&fake, 64, NULL);
	fake_topology_write(&fake, 0, BRIDGE_CAP_EXPRESS + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_REPORT_FATAL, 2);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x100, 256, 1);
	fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 0);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	fake_reg_set(&fake, DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_MALFORMED);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 1);
	assert_message(&fake, 1, PCI_MSG_ERR_FATAL, 0);
	ck_assert_int_eq(topology_config_read(fake.topology, 0, AER + PCI_AER_UNCOR_STATUS, 4, &status),
			 PCIE_CONFIG_OK);
	ck_assert_uint_eq(status, PCI_AER_MALFORMED);
	fake_reg_set(&fake, DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_POISONED);
	fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 256);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE);
	ck_assert_uint_eq(fake.seen_count, 2);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_PROVOKE), DMA_ENGINE_PROVOKE_POISONED);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_lost_read_times_out_at_its_time_and_is_reported)
{
	/* Why: a completion that never comes is a non-fatal error. How: not a ps early; the other read is untouched. */
	struct fake_phb fake;
	sim_ps due;

	fake_open(&fake, 64, (const char *[]){"dma.completion_timeout=50us", NULL});
	report_all(&fake);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x200, 256, 2);
	fake_reg_set(&fake, DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_LOST);
	fake_start(&fake, 0);
	due = sim_now(fake.sim) + 50 * SIM_PS_PER_US;
	sim_run(fake.sim, due - 1);
	ck_assert_uint_eq(uncorrectable(&fake), 0);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 1);
	sim_run(fake.sim, due);
	ck_assert_uint_eq(uncorrectable(&fake), PCI_AER_TIMEOUT);
	assert_message(&fake, 1, PCI_MSG_ERR_NONFATAL, FAKE_RID);
	fake_finish(&fake, DONE | ERROR);
	ck_assert_uint_eq(fake.seen_count, 1);
	ck_assert_uint_eq(fake_stat(&fake, "timeouts"), 1);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_completion_after_its_time_is_unexpected)
{
	/* Why: it is an advisory error: masked at first, ERR_COR when software wants to hear of it. */
	struct fake_phb fake;
	struct tlp *late;

	fake_open(&fake, 64, (const char *[]){"dma.completion_timeout=50us", NULL});
	fake.silent = true;
	fake_config_write(&fake, EXPRESS + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_REPORT_COR, 2);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x200, 256, 2);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE | ERROR);
	fake_config_write(&fake, AER + PCI_AER_UNCOR_STATUS, UINT32_MAX, 4);
	while ((late = fake.held)) {
		fake.held = late->next;
		late->type = TLP_COMPLETION;
		topology_send_down(fake.topology, late);
		sim_run(fake.sim, SIM_PS_NEVER);
		ck_assert_uint_eq(uncorrectable(&fake), PCI_AER_UNEXPECTED);
		ck_assert_uint_eq(correctable(&fake), PCI_AER_ADVISORY);
		if (fake.held)
			ck_assert_uint_eq(fake.message_count, 0);
		fake_config_write(&fake, AER + PCI_AER_COR_MASK, 0, 4);
	}
	assert_message(&fake, 1, PCI_MSG_ERR_COR, FAKE_RID);
	ck_assert_uint_eq(fake_stat(&fake, "late_completions"), 2);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_poisoned_completion_is_advisory_and_a_short_one_fatal)
{
	/* Why: sections 6.2.3.2.4.3 and 2.3.2 of the specification; parity bits of the status register with them. */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	report_all(&fake);
	fake_config_write(&fake, PCI_REG_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER | PCI_COMMAND_PARITY, 2);
	fake.poison = true;
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x100, 256, 1);
	fake_start(&fake, 0);
	fake_finish(&fake, DONE | ERROR);
	ck_assert_uint_eq(uncorrectable(&fake), PCI_AER_POISONED);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_STATUS, 2) & PCI_STATUS_W1C,
			  PCI_STATUS_PARITY | PCI_STATUS_MASTER_PARITY);
	assert_message(&fake, 1, PCI_MSG_ERR_COR, FAKE_RID);
	fake.poison = false;
	fake.cut_short = true;
	fake_start(&fake, 0);
	fake_finish(&fake, DONE | ERROR);
	ck_assert_uint_eq(uncorrectable(&fake), PCI_AER_POISONED | PCI_AER_MALFORMED);
	assert_message(&fake, 2, PCI_MSG_ERR_FATAL, FAKE_RID);
	fake_close_clean(&fake);
}
END_TEST

static void answer_up(void *ctx, struct tlp *tlp)
{
	if (tlp->type == TLP_COMPLETION)
		*(enum tlp_status *)ctx = tlp->status;
	tlp_free(tlp);
}

START_TEST(test_request_that_the_engine_cannot_serve_is_reported)
{
	/*
	 * Why: the completer reports unsupported and aborted requests: a posted one as an error, one that gets an
	 * answer as advisory. How: CPU accesses beside the BAR, and a read too long for registers.
	 */
	enum tlp_status status = TLP_SC;
	struct fake_phb fake;
	struct tlp *tlp;

	fake_open(&fake, 64, NULL);
	report_all(&fake);
	ck_assert_ptr_null(topology_claimer(fake.topology, FAKE_BAR + 0x100000, false));
	ck_assert_uint_eq(uncorrectable(&fake), PCI_AER_UNSUPPORTED);
	ck_assert_uint_eq(correctable(&fake), PCI_AER_ADVISORY);
	assert_message(&fake, 1, PCI_MSG_ERR_COR, FAKE_RID);
	fake_config_write(&fake, AER + PCI_AER_UNCOR_STATUS, UINT32_MAX, 4);
	ck_assert_ptr_null(topology_claimer(fake.topology, FAKE_BAR + 0x100000, true));
	ck_assert_uint_eq(fake_config_read(&fake, EXPRESS + PCI_EXP_DEVSTA, 2),
			  PCI_EXP_DEVSTA_UR | PCI_EXP_DEVSTA_NONFATAL | PCI_EXP_DEVSTA_COR);
	assert_message(&fake, 2, PCI_MSG_ERR_NONFATAL, FAKE_RID);

	fake_config_write(&fake, AER + PCI_AER_UNCOR_STATUS, UINT32_MAX, 4);
	tlp = tlp_alloc(fake.pool);
	tlp->type = TLP_MEM_READ;
	tlp->addr.v = FAKE_BAR;
	tlp->bytes = 64;
	topology_connect_phb(fake.topology, answer_up, &status);
	topology_send_down(fake.topology, tlp);
	sim_run(fake.sim, SIM_PS_NEVER);
	ck_assert_int_eq(status, TLP_CA);
	ck_assert_uint_eq(uncorrectable(&fake), PCI_AER_COMPLETER_ABORT);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_STATUS, 2) & PCI_STATUS_W1C, PCI_STATUS_SIGNALED_ABORT);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_link_reset_in_full_flight_loses_all_and_restarts)
{
	/*
	 * Why: a secondary bus reset comes at any time. How: at many instants of a run of reads and writes; the engine
	 * is as after power-on but for its sticky error bits, does not know its bus, all TLPs come back, and it works
	 * again.
	 */
	struct fake_phb fake;
	sim_ps t;

	for (t = 0; t < 3 * SIM_PS_PER_US; t += 170 * SIM_PS_PER_NS) {
		fake_open(&fake, 64, NULL);
		fake_reg_set(&fake, DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_NONFATAL);
		fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x10000, 256, 0);
		fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 128);
		fake_start(&fake, 0);
		sim_run(fake.sim, t);
		fake_topology_write(&fake, 0, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET | PCI_BRIDGE_CONTROL_SERR,
				    2);
		ck_assert_uint_eq(fake_stat(&fake, "resets"), 1);
		sim_run(fake.sim, SIM_PS_NEVER);
		ck_assert_uint_eq(tlp_pool_free_count(fake.pool), tlp_pool_size(fake.pool));
		ck_assert_ptr_null(topology_function(fake.topology, FAKE_RID));
		fake_topology_write(&fake, 0, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_SERR, 2);
		ck_assert_uint_eq(fake.function->rid, 0);
		ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_COMMAND, 2), 0);
		ck_assert_uint_eq(uncorrectable(&fake), PCI_AER_ECRC);
		fake_open_path(&fake);
		fake_enable(&fake);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS), 0);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_COUNT), 0);
		fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 256, 16);
		fake_start(&fake, 0);
		fake_finish(&fake, DONE);
		ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 16);
		fake_close_clean(&fake);
	}
}
END_TEST

START_TEST(test_fundamental_reset_clears_sticky_bits_too)
{
	/* Why: RW1CS bits end only with power or PERST#. */
	struct fake_phb fake;

	fake_open(&fake, 64, NULL);
	fake_reg_set(&fake, DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_FATAL);
	fake_config_write(&fake, EXPRESS + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_FLR, 2);
	ck_assert_uint_eq(uncorrectable(&fake), PCI_AER_DATA_LINK);
	topology_perst(fake.topology, true);
	topology_perst(fake.topology, false);
	ck_assert_uint_eq(uncorrectable(&fake), 0);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_message_waits_for_a_tlp_and_dies_with_a_reset)
{
	/* Why: an empty pool must delay a message, not lose it; what was to be told before a reset is not told after.
	 */
	struct fake_phb fake;
	struct tlp *all[2];

	fake_open(&fake, 2, NULL);
	report_all(&fake);
	all[0] = tlp_alloc(fake.pool);
	all[1] = tlp_alloc(fake.pool);
	fake_reg_set(&fake, DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_FATAL);
	sim_run(fake.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(fake.message_count, 0);
	tlp_free(all[0]);
	assert_message(&fake, 1, PCI_MSG_ERR_FATAL, FAKE_RID);
	all[0] = tlp_alloc(fake.pool);
	fake_reg_set(&fake, DMA_ENGINE_PROVOKE, DMA_ENGINE_PROVOKE_FATAL);
	fake_config_write(&fake, EXPRESS + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_FLR, 2);
	tlp_free(all[0]);
	tlp_free(all[1]);
	sim_run(fake.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(fake.message_count, 1);
	fake_close_clean(&fake);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.dma_engine_error");
	TCase *tcase = tcase_create("errors");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_provoked_error_is_noted_and_told_when_asked_to);
	tcase_add_test(tcase, test_severity_and_mask_decide_what_a_provoked_error_says);
	tcase_add_test(tcase, test_poisoned_write_is_one_and_the_next);
	tcase_add_test(tcase, test_malformed_packet_ends_at_the_port_which_reports_it);
	tcase_add_test(tcase, test_lost_read_times_out_at_its_time_and_is_reported);
	tcase_add_test(tcase, test_completion_after_its_time_is_unexpected);
	tcase_add_test(tcase, test_poisoned_completion_is_advisory_and_a_short_one_fatal);
	tcase_add_test(tcase, test_request_that_the_engine_cannot_serve_is_reported);
	tcase_add_test(tcase, test_link_reset_in_full_flight_loses_all_and_restarts);
	tcase_add_test(tcase, test_fundamental_reset_clears_sticky_bits_too);
	tcase_add_test(tcase, test_message_waits_for_a_tlp_and_dies_with_a_reset);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* The dma-engine as software finds it: configuration space, BAR sizing, capabilities, FLR, and BAR0 access rules. */
#include <check.h>
#include <stdlib.h>

#include "tests/hw/fake_phb.h"

#define EXPRESS DMA_ENGINE_CAP_EXPRESS
#define MSI DMA_ENGINE_CAP_MSI

START_TEST(test_header_identifies_the_function)
{
	/* Why: a kernel's probe reads exactly these; all are read-only. */
	struct fake_phb fake;

	fake_open(&fake, 4, NULL);
	fake_config_write(&fake, PCI_REG_VENDOR_ID, 0xffffffff, 4);
	fake_config_write(&fake, PCI_REG_REVISION, 0xffffffff, 4);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_VENDOR_ID, 4), 0x70481234);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_DEVICE_ID, 2), 0x7048);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_REVISION, 4), 0x12000001);
	ck_assert_uint_eq(fake_config_read(&fake, 0x0e, 1), 0); /* header type 0, one function */
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_STATUS, 2), PCI_STATUS_CAPABILITIES);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_INTERRUPT_PIN, 1), 1); /* INTA */
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_command_keeps_only_its_bits)
{
	/* Why: bits that the function has not must read 0, or software believes in them. */
	struct fake_phb fake;

	fake_open(&fake, 4, NULL);
	fake_config_write(&fake, PCI_REG_COMMAND, 0xffff, 2);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_COMMAND, 2), PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER |
									       PCI_COMMAND_PARITY | PCI_COMMAND_SERR |
									       PCI_COMMAND_INTX_OFF);
	fake_config_write(&fake, PCI_REG_COMMAND + 1, 0, 1); /* one byte leaves the other */
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_COMMAND, 2),
			  PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER | PCI_COMMAND_PARITY);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_bar0_sizing_shows_its_size)
{
	/* Why: PCI 3.0, 6.2.5.1: write ones, read the mask back: 32-bit memory, not prefetchable, size from the config
	 * row. */
	static const struct {
		const char *set;
		uint32_t mask;
	} cases[] = {{"dma.bar_bytes=64KiB", 0xffff0000}, {"dma.bar_bytes=1MiB", 0xfff00000}};
	size_t i;

	for (i = 0; i < 2; i++) {
		struct fake_phb fake;

		fake_open(&fake, 4, (const char *[]){cases[i].set, NULL});
		fake_config_write(&fake, PCI_REG_BAR0, 0xffffffff, 4);
		ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_BAR0, 4), cases[i].mask);
		fake_config_write(&fake, PCI_REG_BAR0, 0x80312345, 4);
		ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_BAR0, 4), 0x80312345 & cases[i].mask);
		/* The other BARs and the ROM do not exist. */
		fake_config_write(&fake, PCI_REG_BAR0 + 4, 0xffffffff, 4);
		fake_config_write(&fake, 0x30, 0xffffffff, 4);
		ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_BAR0 + 4, 4), 0);
		ck_assert_uint_eq(fake_config_read(&fake, 0x30, 4), 0);
		fake_close_clean(&fake);
	}
}
END_TEST

START_TEST(test_bar0_is_claimed_only_while_memory_space_is_on)
{
	/* Why: two functions with a default BAR must not answer for each other before a kernel placed them. */
	struct fake_phb fake;

	fake_open(&fake, 4, NULL);
	ck_assert_ptr_eq(topology_claimer(fake.topology, FAKE_BAR, false), fake.function);
	ck_assert_ptr_eq(topology_claimer(fake.topology, FAKE_BAR + 0xffff, false), fake.function);
	ck_assert_ptr_null(topology_claimer(fake.topology, FAKE_BAR + 0x10000, false));
	ck_assert_ptr_null(topology_claimer(fake.topology, FAKE_BAR - 1, false));
	fake_config_write(&fake, PCI_REG_COMMAND, PCI_COMMAND_BUS_MASTER, 2);
	ck_assert_ptr_null(topology_claimer(fake.topology, FAKE_BAR, false));
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_capability_list_is_walkable)
{
	/* Why: software finds MSI and PCI Express by walking from 0x34; the list must end. */
	struct fake_phb fake;
	uint32_t at, id;

	fake_open(&fake, 4, (const char *[]){"pcie.gen=4", "pcie.width=16", "dma.msi_vectors=8", NULL});
	at = fake_config_read(&fake, PCI_REG_CAPABILITIES, 1);
	id = fake_config_read(&fake, at, 1);
	ck_assert_uint_eq(id, PCI_CAP_ID_EXPRESS);
	ck_assert_uint_eq(fake_config_read(&fake, at + PCI_EXP_FLAGS, 2), 2);
	ck_assert_uint_eq(fake_config_read(&fake, at + PCI_EXP_LNKSTA, 2), 4 | 16 << 4);
	ck_assert_uint_eq(fake_config_read(&fake, at + PCI_EXP_DEVCAP, 4) & PCI_EXP_DEVCAP_FLR, PCI_EXP_DEVCAP_FLR);
	at = fake_config_read(&fake, at + 1, 1);
	ck_assert_uint_eq(fake_config_read(&fake, at, 1), PCI_CAP_ID_MSI);
	ck_assert_uint_eq(fake_config_read(&fake, at + PCI_MSI_CONTROL, 2) & 0x8e, 0x80 | 3 << 1);
	ck_assert_uint_eq(fake_config_read(&fake, at + 1, 1), 0);
	/* One extended capability: AER. */
	ck_assert_uint_eq(fake_config_read(&fake, 0x100, 4), 0x00010001);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_msi_address_and_data_are_kept)
{
	/* Why: the kernel programs these; reserved bits read 0 and read-only bits of the control word stay. */
	struct fake_phb fake;

	fake_open(&fake, 4, NULL);
	fake_config_write(&fake, MSI + PCI_MSI_ADDRESS, 0xffffffff, 4);
	fake_config_write(&fake, MSI + PCI_MSI_ADDRESS_HIGH, 0x10000000, 4);
	fake_config_write(&fake, MSI + PCI_MSI_DATA, 0xabcd1234, 4);
	fake_config_write(&fake, MSI + PCI_MSI_CONTROL, 0xffff, 2);
	ck_assert_uint_eq(fake_config_read(&fake, MSI + PCI_MSI_ADDRESS, 4), 0xfffffffc);
	ck_assert_uint_eq(fake_config_read(&fake, MSI + PCI_MSI_ADDRESS_HIGH, 4), 0x10000000);
	ck_assert_uint_eq(fake_config_read(&fake, MSI + PCI_MSI_DATA, 4), 0x1234);
	ck_assert_uint_eq(fake_config_read(&fake, MSI + PCI_MSI_CONTROL, 2), 0x80 | 1 << 1 | 7 << 4 | 1);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_status_error_bits_clear_by_writing_ones)
{
	/* Why: an UR sets "received master abort", which stays until software writes 1 to it and to nothing else. */
	struct fake_phb fake;

	fake_open(&fake, 8, NULL);
	fake.bad_addr = FAKE_MEM_BASE;
	fake.bad_bytes = 64;
	fake.bad_status = TLP_UR;
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 64, 64, 1);
	fake_start(&fake, 0);
	fake_finish(&fake, DMA_ENGINE_STATUS_DONE | DMA_ENGINE_STATUS_ERROR);
	fake_config_write(&fake, PCI_REG_STATUS, PCI_STATUS_TARGET_ABORT, 2);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_STATUS, 2),
			  PCI_STATUS_CAPABILITIES | PCI_STATUS_MASTER_ABORT);
	fake_config_write(&fake, PCI_REG_STATUS, PCI_STATUS_MASTER_ABORT, 2);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_STATUS, 2), PCI_STATUS_CAPABILITIES);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_flr_in_full_flight_resets_the_function)
{
	/* Why: PCI Express 3.0, 6.6.2: no DMA after it, registers at reset values, and late answers harm nobody. */
	struct fake_phb fake;
	uint32_t seen;

	fake_open(&fake, 64, NULL);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x10000, 256, 0);
	fake_reg_set(&fake, DMA_ENGINE_READ_SHARE, 128);
	fake_start(&fake, DMA_ENGINE_CTRL_MSI_DONE);
	sim_run(fake.sim, 20 * SIM_PS_PER_US);
	ck_assert(fake_config_read(&fake, EXPRESS + PCI_EXP_DEVSTA, 2) & PCI_EXP_DEVSTA_PENDING);
	fake_config_write(&fake, EXPRESS + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_FLR, 2);
	ck_assert_uint_eq(fake_config_read(&fake, EXPRESS + PCI_EXP_DEVCTL, 2), PCI_EXP_DEVCTL_RESET);
	ck_assert_uint_eq(fake_config_read(&fake, EXPRESS + PCI_EXP_DEVSTA, 2) & PCI_EXP_DEVSTA_PENDING, 0);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_COMMAND, 2), 0);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_BAR0, 4), 0);
	ck_assert_uint_eq(fake_config_read(&fake, MSI + PCI_MSI_CONTROL, 2) & PCI_MSI_CONTROL_ENABLE, 0);
	seen = fake.seen_count;
	sim_run(fake.sim, SIM_PS_NEVER);
	ck_assert_uint_le(fake.seen_count, seen + 16); /* those already on the link */
	ck_assert_uint_eq(fake.msi_count, 0);
	/* Enabled again it works as new. */
	fake_enable(&fake);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS), 0);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 0);
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 0x1000, 256, 5);
	fake_start(&fake, 0);
	fake_finish(&fake, DMA_ENGINE_STATUS_DONE);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_READS), 5);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_config_access_of_odd_size_is_counted)
{
	/* Why: what nobody modelled answers with ones and is counted, never silence. */
	struct fake_phb fake;

	fake_open(&fake, 4, NULL);
	ck_assert_uint_eq(fake_config_read(&fake, 1, 2), 0xffff);
	ck_assert_uint_eq(fake_config_read(&fake, 0, 3), 0xffffff);
	ck_assert_uint_eq(fake_config_read(&fake, 2, 4), 0xffffffff);
	ck_assert_uint_eq(fake_config_read(&fake, 4096, 4), 0xffffffff);
	fake_config_write(&fake, PCI_REG_BAR0 + 2, 0xffffffff, 4);
	ck_assert_uint_eq(fake_config_read(&fake, PCI_REG_BAR0, 4), FAKE_BAR);
	ck_assert_uint_eq(fake_stat(&fake, "unimplemented"), 5);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_registers_take_4_and_8_bytes)
{
	/* Why: 32-bit software reaches each half; a half write leaves the other half as it is. */
	struct fake_phb fake;
	const struct pcie_function_ops *ops;
	void *ctx;

	fake_open(&fake, 4, NULL);
	ops = fake.function->ops;
	ctx = fake.function->ctx;
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ID), DMA_ENGINE_ID_VALUE);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_VERSION), 1);
	fake_reg_set(&fake, DMA_ENGINE_ID, 0);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_ID), DMA_ENGINE_ID_VALUE);
	fake_reg_set(&fake, DMA_ENGINE_BASE, 0x1122334455667788);
	ck_assert_uint_eq(fake_load(&fake, FAKE_BAR + DMA_ENGINE_BASE, 4), 0x55667788);
	ck_assert_uint_eq(fake_load(&fake, FAKE_BAR + DMA_ENGINE_BASE + 4, 4), 0x11223344);
	ops->mmio_write(ctx, FAKE_BAR + DMA_ENGINE_BASE + 4, 0xaabbccdd, 4);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_BASE), 0xaabbccdd55667788);
	ops->mmio_write(ctx, FAKE_BAR + DMA_ENGINE_BASE, 1, 4);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_BASE), 0xaabbccdd00000001);
	/* START works from a 4-byte write to its half; the other half starts nothing. */
	fake_program(&fake, DMA_ENGINE_PATTERN_STREAM, 64, 64, 1);
	ops->mmio_write(ctx, FAKE_BAR + DMA_ENGINE_CTRL + 4, DMA_ENGINE_CTRL_START, 4);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_STATUS), 0);
	ops->mmio_write(ctx, FAKE_BAR + DMA_ENGINE_CTRL, DMA_ENGINE_CTRL_START, 4);
	fake_finish(&fake, DMA_ENGINE_STATUS_DONE);
	fake_close_clean(&fake);
}
END_TEST

START_TEST(test_register_access_that_nothing_answers_is_counted)
{
	/* Why: rule 24: an offset without a register, or a size it has not, reads ones, drops writes, counts. */
	struct fake_phb fake;
	const struct pcie_function_ops *ops;
	void *ctx;

	fake_open(&fake, 4, NULL);
	ops = fake.function->ops;
	ctx = fake.function->ctx;
	ck_assert_uint_eq(fake_load(&fake, FAKE_BAR + 0xff8, 8), UINT64_MAX);
	ck_assert_uint_eq(fake_load(&fake, FAKE_BAR + 0xff8, 4), UINT32_MAX);
	ck_assert_uint_eq(fake_load(&fake, FAKE_BAR + DMA_ENGINE_ID, 1), 0xff);
	ck_assert_uint_eq(fake_load(&fake, FAKE_BAR + DMA_ENGINE_ID, 2), 0xffff);
	ck_assert_uint_eq(fake_load(&fake, FAKE_BAR + DMA_ENGINE_ID + 4, 8), UINT64_MAX);
	ops->mmio_write(ctx, FAKE_BAR + DMA_ENGINE_SEED, 5, 2);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_SEED), 0);
	ck_assert_uint_eq(fake_stat(&fake, "unimplemented"), 6);
	fake_close_clean(&fake);
}
END_TEST

/* An MMIO packet from the PHB; returns what came back up, or the count of packets for a write. */
static struct tlp *mmio_tlp(struct fake_phb *fake, enum tlp_type type, uint32_t offset, uint32_t bytes)
{
	struct tlp *tlp = tlp_alloc(fake->pool);

	tlp->type = type;
	tlp->addr.v = FAKE_BAR + offset;
	tlp->bytes = bytes;
	tlp->rid = 0;
	tlp->tag = 77;
	return tlp;
}

/** struct mmio_answer - the last completion that reached the PHB's end. */
struct mmio_answer {
	uint32_t count;
	enum tlp_status status;
	uint64_t value;
	uint16_t tag;
};

static void mmio_up(void *ctx, struct tlp *tlp)
{
	struct mmio_answer *answer = ctx;
	uint32_t i;

	ck_assert_int_eq(tlp->type, TLP_COMPLETION);
	answer->count++;
	answer->status = tlp->status;
	answer->tag = tlp->tag;
	answer->value = 0;
	for (i = tlp->bytes > 8 ? 8 : tlp->bytes; i--;)
		answer->value = answer->value << 8 | tlp->data[i];
	tlp_free(tlp);
}

START_TEST(test_mmio_as_packets_does_the_same)
{
	/* Why: a PHB may send MMIO over the link instead of calling; the bytes are little-endian, a long read is CA. */
	struct mmio_answer answer = {0};
	struct fake_phb fake;
	struct tlp *tlp;

	fake_open(&fake, 4, NULL);
	topology_connect_phb(fake.topology, mmio_up, &answer);
	tlp = mmio_tlp(&fake, TLP_MEM_WRITE, DMA_ENGINE_SEED, 8);
	tlp->data[0] = 0x21;
	tlp->data[1] = 0x43;
	memset(tlp->data + 2, 0, 6);
	topology_send_down(fake.topology, tlp);
	topology_send_down(fake.topology, mmio_tlp(&fake, TLP_MEM_READ, DMA_ENGINE_SEED, 8));
	sim_run(fake.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(answer.count, 1);
	ck_assert_int_eq(answer.status, TLP_SC);
	ck_assert_uint_eq(answer.value, 0x4321);
	ck_assert_uint_eq(answer.tag, 77);
	topology_send_down(fake.topology, mmio_tlp(&fake, TLP_MEM_READ, DMA_ENGINE_SEED, 64));
	topology_send_down(fake.topology, mmio_tlp(&fake, TLP_MEM_WRITE, DMA_ENGINE_SEED, 64));
	sim_run(fake.sim, SIM_PS_NEVER);
	ck_assert_uint_eq(answer.count, 2);
	ck_assert_int_eq(answer.status, TLP_CA);
	ck_assert_uint_eq(fake_reg(&fake, DMA_ENGINE_SEED), 0x4321);
	ck_assert_uint_eq(fake_stat(&fake, "unimplemented"), 2);
	fake_close_clean(&fake);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.dma_engine_config");
	TCase *tcase = tcase_create("config and registers");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, test_header_identifies_the_function);
	tcase_add_test(tcase, test_command_keeps_only_its_bits);
	tcase_add_test(tcase, test_bar0_sizing_shows_its_size);
	tcase_add_test(tcase, test_bar0_is_claimed_only_while_memory_space_is_on);
	tcase_add_test(tcase, test_capability_list_is_walkable);
	tcase_add_test(tcase, test_msi_address_and_data_are_kept);
	tcase_add_test(tcase, test_status_error_bits_clear_by_writing_ones);
	tcase_add_test(tcase, test_flr_in_full_flight_resets_the_function);
	tcase_add_test(tcase, test_config_access_of_odd_size_is_counted);
	tcase_add_test(tcase, test_registers_take_4_and_8_bytes);
	tcase_add_test(tcase, test_register_access_that_nothing_answers_is_counted);
	tcase_add_test(tcase, test_mmio_as_packets_does_the_same);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

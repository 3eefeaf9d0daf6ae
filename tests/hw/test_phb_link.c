/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_phb_link.c - what a PHB does to the link below it: PERST# from a register, resets of the root port, and
 * what it shows of a link that is up or down; on the bench, and with a topology below.
 */
#include "hw/regs/pci_regs.h"
#include "tests/hw/phb_error_fixture.h"

/* The register that drives PERST#, and the bit that stops it (skiboot phb3_freset(), phb4_assert_perst()). */
static uint32_t perst_reg(void)
{
	return fx_is_phb3() || fx_is_p7ioc() ? 0x808 : 0x1a10;
}

static uint64_t perst_off(void)
{
	return PPC_BIT(fx_is_phb3() || fx_is_p7ioc() ? 2 : 3);
}

static bool link_active(struct fx *fx)
{
	return fx_read(fx, fx_is_phb3() || fx_is_p7ioc() ? 0x640 : 0x1a40) & PPC_BIT(23);
}

START_TEST(test_phb_perst_then_follows_its_bit_and_no_other)
{
	/* 0 drives it: a PHB that nobody has touched holds what is below in reset. */
	struct fx fx;

	fx_begin(&fx);
	fx_write(&fx, perst_reg(), perst_off());
	ck_assert(!fx.perst);
	fx_write(&fx, perst_reg(), ~perst_off());
	ck_assert(fx.perst);
	fx_write(&fx, perst_reg(), UINT64_MAX);
	ck_assert(!fx.perst);
	ck_assert_uint_eq(fx_read(&fx, perst_reg()), UINT64_MAX);
	fx_end(&fx);
}
END_TEST

static void hold(struct phb *phb, bool on)
{
	if (fx_is_p7ioc())
		phb_hold(phb, on);
	else
		phb_scom_write(phb, PHB_SCOM_PCI, PHB_SCOM_ETU_RESET, on ? PHB_SCOM_ETU_RESET_HOLD : 0);
}

START_TEST(test_phb_reset_of_the_core_then_takes_the_root_port_and_leaves_perst)
{
	/* Through the pervasive bus, or the chip around a P7IOC, as firmware does it. PERST# stays as it was, driven or
	 * not; all else of its register goes to the reset state. */
	struct fx fx;

	fx_begin(&fx);
	fx_write(&fx, perst_reg(), _i ? UINT64_MAX : ~perst_off());
	fx.perst = _i; /* so that it shows when it is driven anew */
	hold(fx.phb, true);
	ck_assert_int_eq(fx.perst, !_i);
	ck_assert_uint_eq(fx.root_resets, 1);
	hold(fx.phb, false);
	ck_assert_int_eq(fx.perst, !_i);
	ck_assert_uint_eq(fx_read(&fx, perst_reg()) & (perst_off() | PPC_BIT(4)), _i ? perst_off() : 0);
	ck_assert_uint_eq(fx.root_resets, 1);
	fx_end(&fx);
}
END_TEST

START_TEST(test_phb_training_register_then_shows_whether_the_link_is_up)
{
	/* Bit 23, which firmware polls. */
	struct fx fx;

	fx_begin(&fx);
	ck_assert(link_active(&fx));
	phb_link_change(fx.phb, false);
	ck_assert(!link_active(&fx));
	phb_link_change(fx.phb, true);
	ck_assert(link_active(&fx));
	fx_end(&fx);
}
END_TEST

/* A PHB with a real root port and nothing below it. */
struct wired {
	struct fx fx;
	struct link *link;
	struct topology *topology;
	struct phb *phb;
};

static void wired_begin(struct wired *wired)
{
	struct topology_shape shape = {.root_device = BRIDGE_DEVICE_PHB4};
	struct fx *fx = &wired->fx;

	fx_begin(fx);
	cfg_add_rows(fx->cfg, link_cfg_rows, link_cfg_row_count);
	cfg_add_rows(fx->cfg, topology_cfg_rows, topology_cfg_row_count);
	wired->link = link_create(fx->sim, fx->cfg, "link");
	wired->topology = topology_create(fx->sim, fx->cfg, "pcie", &shape, wired->link, fx->pool);
	wired->phb = phb_create(fx->sim, fx->cfg, 1, fx->ram, fx->memory, wired->topology, fx->pool, fx_irq, fx);
}

static void wired_end(struct wired *wired)
{
	phb_destroy(wired->phb);
	topology_destroy(wired->topology);
	link_destroy(wired->link);
	fx_end(&wired->fx);
}

static void root_write(struct wired *wired, uint32_t reg, uint32_t value, uint32_t bytes)
{
	ck_assert_int_eq(topology_root_write(wired->topology, reg, value, bytes), PCIE_CONFIG_OK);
}

START_TEST(test_phb_link_when_the_root_port_holds_it_then_the_phb_knows)
{
	/* From power-on until PERST# goes; secondary bus reset; link disable. The core's reset makes the root port
	 * forget its buses, and lets PERST# be. A link that firmware lets fall is no error. */
	const uint32_t control = BRIDGE_CAP_EXPRESS + PCI_EXP_LNKCTL;
	struct wired wired;
	uint32_t buses;

	wired_begin(&wired);
	ck_assert(wired.phb->link_down);
	phb_reg_write(wired.phb, perst_reg(), UINT64_MAX, 8);
	ck_assert(!wired.phb->link_down);
	root_write(&wired, PCI_BRIDGE_CONTROL, PCI_BRIDGE_CONTROL_RESET, 2);
	ck_assert(wired.phb->link_down);
	root_write(&wired, PCI_BRIDGE_CONTROL, 0, 2);
	ck_assert(!wired.phb->link_down);
	root_write(&wired, control, PCI_EXP_LNKCTL_DISABLE, 2);
	ck_assert(wired.phb->link_down);
	root_write(&wired, control, 0, 2);
	ck_assert(!wired.phb->link_down);
	ck_assert_uint_eq(wired.phb->stats.trapped, 0);
	root_write(&wired, PCI_BRIDGE_PRIMARY, 0x00ff0100, 4);
	hold(wired.phb, true);
	hold(wired.phb, false);
	ck_assert(!wired.phb->link_down);
	ck_assert_int_eq(topology_root_read(wired.topology, PCI_BRIDGE_PRIMARY, 4, &buses), PCIE_CONFIG_OK);
	ck_assert_uint_eq(buses, 0);
	phb_reg_write(wired.phb, perst_reg(), 0, 8);
	ck_assert(wired.phb->link_down);
	wired_end(&wired);
}
END_TEST

START_TEST(test_phb4_root_port_when_mapped_then_is_the_topologys)
{
	/* Ids by a word access to the registers; a bus reset through them brings the link down. */
	struct wired wired;

	wired_begin(&wired);
	phb_reg_write(wired.phb, perst_reg(), UINT64_MAX, 8);
	ck_assert_uint_eq(phb_reg_read(wired.phb, 0x1000, 4), 0x04c11014);
	phb_reg_write(wired.phb, 0x1000 + 0x3c, PCI_BRIDGE_CONTROL_RESET << 16, 4);
	ck_assert(wired.phb->link_down);
	ck_assert_uint_eq(ppc_get(PPC_BITMASK(24, 27), phb_reg_read(wired.phb, 0x1a40, 8)), 1);
	wired_end(&wired);
}
END_TEST

int main(void)
{
	const struct fx_case cases[] = {
		{test_phb_perst_then_follows_its_bit_and_no_other, 0, FX_ALL},
		{test_phb_reset_of_the_core_then_takes_the_root_port_and_leaves_perst, 2, FX_ALL},
		{test_phb_training_register_then_shows_whether_the_link_is_up, 0, FX_ALL},
		{test_phb_link_when_the_root_port_holds_it_then_the_phb_knows, 0, FX_ALL},
		{test_phb4_root_port_when_mapped_then_is_the_topologys, 0, FX_FROM_PHB4},
	};

	return fx_main("hw.phb_link", cases, sim_count_of(cases));
}

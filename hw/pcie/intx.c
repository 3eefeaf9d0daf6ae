/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/intx.c - legacy interrupts of devices: four wires per bus that are no wires but messages.
 *
 * A function holds its wire or lets go of it; each switch port passes the four wires of its bus on, turned by its
 * device number, and tells only when the sum of what is below changes (PCI Express Base Specification 3.0,
 * section 2.2.8.1; PCI-to-PCI Bridge Architecture Specification 1.2, section 9.1). So what crosses the root port's link
 * is one Assert_INTx or Deassert_INTx per change, behind the posted writes that went before it. Bus master enable does
 * not matter to it. A port whose link is down lets its four wires go; when that is the root port, it tells the PHB
 * itself.
 *
 * Not modelled: pins other than INTA of functions; interrupts of the ports themselves.
 */
#include "hw/pcie/topology_internal.h"
#include "hw/regs/pci_regs.h"
#include "sim/sim.h"

/* The wires of @bridge's secondary bus, bit n for INTx n: those of its functions, and those of the ports on it. */
static uint32_t intx_of_bus(const struct bridge *bridge)
{
	uint32_t i, wire, wires = 0;

	for (i = 0; !bridge->held && i < bridge->child_count; i++) {
		const struct pcie_function *child = bridge->child[i];
		uint32_t device = (child->rid & TOPOLOGY_DEVFN_MASK) >> TOPOLOGY_DEVFN_SHIFT;
		uint32_t below = child->bridge ? intx_of_bus(child->bridge) : child->intx;

		for (wire = 0; wire < PCI_INTX_COUNT; wire++) {
			if (below & 1u << wire)
				wires |= 1u << (wire + device) % PCI_INTX_COUNT;
		}
	}
	return wires;
}

static void intx_tell(struct topology *topology, struct tlp *tlp, uint32_t wire, bool on)
{
	const struct bridge *root = &topology->bridge[0];

	tlp->type = TLP_MESSAGE;
	tlp->msg = (uint8_t)((on ? PCI_MSG_ASSERT_INTA : PCI_MSG_DEASSERT_INTA) + wire);
	tlp->rid = root->child_count ? root->child[0]->rid : 0;
	tlp->issued_ps = sim_now(topology->sim);
	if (root->held)
		topology_receive_message(topology, tlp);
	else
		link_send_up(topology->link, tlp);
}

void topology_intx_update(struct topology *topology)
{
	uint32_t wires, wire;

	if (topology->busy)
		return;
	wires = intx_of_bus(&topology->bridge[0]);
	while (wires != topology->intx_told) {
		struct tlp *tlp = tlp_alloc_wait(topology->pool, &topology->intx_waiter);

		if (!tlp)
			return; /* again when there is one */
		wire = (uint32_t)__builtin_ctz(wires ^ topology->intx_told);
		topology->intx_told ^= 1u << wire;
		intx_tell(topology, tlp, wire, wires & 1u << wire);
	}
}

static void intx_granted(struct sim *sim, struct sim_event *event)
{
	struct tlp_waiter *waiter = sim_container_of(event, struct tlp_waiter, event);
	struct topology *topology = sim_container_of(waiter, struct topology, intx_waiter);

	(void)sim;
	topology_intx_update(topology);
	/* The wire may be as it was before by now. */
	tlp_waiter_cancel(topology->pool, waiter);
	topology_intx_update(topology);
}

void topology_intx_init(struct topology *topology)
{
	tlp_waiter_init(&topology->intx_waiter, intx_granted);
}

void topology_intx_finish(struct topology *topology)
{
	tlp_waiter_cancel(topology->pool, &topology->intx_waiter);
}

void topology_intx(struct pcie_function *function, bool on)
{
	function->intx = on;
	topology_intx_update(function->topology);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/aer.c - error status and error messages of a function.
 *
 * The order of decisions is that of figure 6-2 of the PCI Express Base Specification 3.0. Advisory errors assume
 * role-based error reporting, which every function here has.
 *
 * Not modelled: see hw/pcie/aer.h.
 */
#include "hw/pcie/aer.h"

#include "hw/regs/pci_regs.h"
#include "sim/sim.h"

#define BASE PCI_EXT_CAP_FIRST
#define HEADER_WORDS 4u
/* First byte of a TLP header: format and type, PCIe 3.0 table 2-3. */
#define FORMAT_4DW 0x20u
#define FORMAT_DATA 0x40u
#define TYPE_CONFIG 0x04u
#define TYPE_COMPLETION 0x0au
#define TYPE_MESSAGE 0x30u
#define TYPE_SHIFT 24
#define POISONED_SHIFT 14
#define REQUESTER_SHIFT 16
#define TAG_SHIFT 8
#define STATUS_SHIFT 13

static const struct config_space_row rows[] = {
	{0, 4, PCI_EXT_CAP_ID_AER | 1u << PCI_EXT_CAP_VERSION_SHIFT, 0, 0, false},
	{PCI_AER_UNCOR_STATUS, 4, 0, 0, PCI_AER_UNCOR_ALL, true},
	{PCI_AER_UNCOR_MASK, 4, 0, PCI_AER_UNCOR_ALL, 0, true},
	{PCI_AER_UNCOR_SEVERITY, 4, PCI_AER_FATAL_DEFAULT, PCI_AER_UNCOR_ALL, 0, true},
	{PCI_AER_COR_STATUS, 4, 0, 0, PCI_AER_COR_ALL, true},
	{PCI_AER_COR_MASK, 4, PCI_AER_ADVISORY, PCI_AER_COR_ALL, 0, true},
	{PCI_AER_CONTROL, 4, PCI_AER_ECRC_CAPABLE, PCI_AER_ECRC_ENABLES, 0, true},
	{PCI_AER_HEADER_LOG, 4, 0, 0, 0, true},
	{PCI_AER_HEADER_LOG + 4, 4, 0, 0, 0, true},
	{PCI_AER_HEADER_LOG + 8, 4, 0, 0, 0, true},
	{PCI_AER_HEADER_LOG + 12, 4, 0, 0, 0, true},
};
static const struct config_space_row root_rows[] = {
	{PCI_AER_ROOT_COMMAND, 4, 0, PCI_AER_ROOT_COMMAND_WRITABLE, 0, false},
	{PCI_AER_ROOT_STATUS, 4, 0, 0, PCI_AER_ROOT_W1C, true},
	{PCI_AER_ROOT_COR_SOURCE, 2, 0, 0, 0, true},
	{PCI_AER_ROOT_UNCOR_SOURCE, 2, 0, 0, 0, true},
};

static const uint8_t aer_messages[] = {PCI_MSG_ERR_COR, PCI_MSG_ERR_NONFATAL, PCI_MSG_ERR_FATAL};
enum { SEND_COR = 1u, SEND_NONFATAL = 2u, SEND_FATAL = 4u }; /* bits of pending */

/* ---- Messages ---- */

static void aer_send(struct aer *aer)
{
	while (aer->pending) {
		uint32_t kind = (uint32_t)__builtin_ctz(aer->pending);
		struct tlp *tlp = tlp_alloc_wait(aer->pool, &aer->waiter);

		if (!tlp)
			return;
		aer->pending &= ~(1u << kind);
		tlp->type = TLP_MESSAGE;
		tlp->msg = aer_messages[kind];
		tlp->issued_ps = sim_now(aer->sim);
		aer->send(aer->ctx, tlp);
	}
}

static void aer_granted(struct sim *sim, struct sim_event *event)
{
	struct tlp_waiter *waiter = sim_container_of(event, struct tlp_waiter, event);

	(void)sim;
	aer_send(sim_container_of(waiter, struct aer, waiter));
}

void aer_init(struct aer *aer, struct sim *sim, struct config_space *space, uint32_t express, bool root,
	      struct tlp_pool *pool, aer_send_fn *send, void *ctx)
{
	aer->sim = sim;
	aer->space = space;
	aer->pool = pool;
	aer->send = send;
	aer->ctx = ctx;
	aer->express = express;
	aer->pending = 0;
	tlp_waiter_init(&aer->waiter, aer_granted);
	config_space_add(space, BASE, rows, sim_count_of(rows));
	if (root)
		config_space_add(space, BASE, root_rows, sim_count_of(root_rows));
}

void aer_finish(struct aer *aer)
{
	aer->pending = 0;
	tlp_waiter_cancel(aer->pool, &aer->waiter);
}

/* ---- What is remembered ---- */

static uint32_t aer_load(const struct aer *aer, uint32_t reg)
{
	return config_space_load(aer->space, BASE + reg, 4);
}

static void aer_header(const struct tlp *tlp, uint32_t *word)
{
	bool wide = tlp->addr.v >> 32;
	uint32_t first = wide ? FORMAT_4DW : 0;

	word[1] = (uint32_t)tlp->rid << REQUESTER_SHIFT | (tlp->tag & 0xffu) << TAG_SHIFT;
	word[2] = wide ? (uint32_t)(tlp->addr.v >> 32) : (uint32_t)tlp->addr.v;
	word[3] = wide ? (uint32_t)tlp->addr.v : 0;
	switch (tlp->type) {
	case TLP_MEM_WRITE:
		first |= FORMAT_DATA;
		break;
	case TLP_CFG_READ:
		first = TYPE_CONFIG;
		break;
	case TLP_CFG_WRITE:
		first = TYPE_CONFIG | FORMAT_DATA;
		break;
	case TLP_COMPLETION: /* the completer's id, 0 here, comes first */
		first = TYPE_COMPLETION | (tlp->status == TLP_SC ? FORMAT_DATA : 0);
		word[2] = word[1];
		word[1] = (uint32_t)tlp->status << STATUS_SHIFT | (tlp->bytes & 0xfffu);
		word[3] = 0;
		break;
	case TLP_MESSAGE:
		first = TYPE_MESSAGE;
		word[1] |= tlp->msg;
		break;
	default:
		break;
	}
	word[0] = first << TYPE_SHIFT | (uint32_t)tlp->poisoned << POISONED_SHIFT | ((tlp->bytes + 3) / 4 & 0x3ffu);
}

/* The first error since software cleared the one before, with the header of the packet. @before: status until now. */
static void aer_log_first(struct aer *aer, uint32_t error, uint32_t before, const struct tlp *tlp)
{
	uint32_t word[HEADER_WORDS] = {0}, i;
	uint32_t first = aer_load(aer, PCI_AER_CONTROL) & PCI_AER_FIRST_MASK;

	if (before & PCI_REG_BIT(first))
		return;
	config_space_change(aer->space, BASE + PCI_AER_CONTROL, 4, PCI_AER_FIRST_MASK, (uint32_t)__builtin_ctz(error));
	if (tlp)
		aer_header(tlp, word);
	for (i = 0; i < HEADER_WORDS; i++)
		config_space_store(aer->space, BASE + PCI_AER_HEADER_LOG + 4 * i, word[i], 4);
}

static uint32_t aer_control(const struct aer *aer)
{
	return config_space_load(aer->space, aer->express + PCI_EXP_DEVCTL, 2);
}

static void aer_device_status(struct aer *aer, uint32_t bits)
{
	config_space_change(aer->space, aer->express + PCI_EXP_DEVSTA, 2, 0, bits);
}

/* ---- Errors ---- */

void aer_correctable(struct aer *aer, uint32_t error)
{
	aer_device_status(aer, PCI_EXP_DEVSTA_COR);
	config_space_change(aer->space, BASE + PCI_AER_COR_STATUS, 4, 0, error);
	if (aer_load(aer, PCI_AER_COR_MASK) & error || !(aer_control(aer) & PCI_EXP_DEVCTL_REPORT_COR))
		return;
	aer->pending |= SEND_COR;
	aer_send(aer);
}

static void aer_advisory(struct aer *aer, uint32_t error, uint32_t before, const struct tlp *tlp)
{
	bool hidden = error == PCI_AER_UNSUPPORTED && !(aer_control(aer) & PCI_EXP_DEVCTL_REPORT_UR);

	if (!(aer_load(aer, PCI_AER_COR_MASK) & PCI_AER_ADVISORY) && !(aer_load(aer, PCI_AER_UNCOR_MASK) & error))
		aer_log_first(aer, error, before, tlp);
	if (!hidden) {
		aer_correctable(aer, PCI_AER_ADVISORY);
		return;
	}
	aer_device_status(aer, PCI_EXP_DEVSTA_COR);
	config_space_change(aer->space, BASE + PCI_AER_COR_STATUS, 4, 0, PCI_AER_ADVISORY);
}

/* SERR# enable of the command register reports both kinds, whatever the device control says (section 6.2.5). */
static void aer_report(struct aer *aer, uint32_t error, bool fatal)
{
	uint32_t control = aer_control(aer);
	bool serr = config_space_load(aer->space, PCI_REG_COMMAND, 2) & PCI_COMMAND_SERR;
	bool wanted = control & (fatal ? PCI_EXP_DEVCTL_REPORT_FATAL : PCI_EXP_DEVCTL_REPORT_NONFATAL);

	if (error == PCI_AER_UNSUPPORTED && !(control & PCI_EXP_DEVCTL_REPORT_UR))
		wanted = false;
	if (!wanted && !serr)
		return;
	if (serr)
		config_space_change(aer->space, PCI_REG_STATUS, 2, 0, PCI_STATUS_SYSTEM_ERROR);
	aer->pending |= fatal ? SEND_FATAL : SEND_NONFATAL;
	aer_send(aer);
}

void aer_uncorrectable(struct aer *aer, uint32_t error, bool advisory, const struct tlp *tlp)
{
	uint32_t before = aer_load(aer, PCI_AER_UNCOR_STATUS);
	bool fatal = aer_load(aer, PCI_AER_UNCOR_SEVERITY) & error;

	config_space_change(aer->space, BASE + PCI_AER_UNCOR_STATUS, 4, 0, error);
	if (error == PCI_AER_UNSUPPORTED)
		aer_device_status(aer, PCI_EXP_DEVSTA_UR);
	if (advisory && !fatal) {
		aer_advisory(aer, error, before, tlp);
		return;
	}
	aer_device_status(aer, fatal ? PCI_EXP_DEVSTA_FATAL : PCI_EXP_DEVSTA_NONFATAL);
	if (aer_load(aer, PCI_AER_UNCOR_MASK) & error)
		return;
	aer_log_first(aer, error, before, tlp);
	aer_report(aer, error, fatal);
}

void aer_root_message(struct aer *aer, uint8_t msg, uint16_t rid)
{
	bool cor = msg == PCI_MSG_ERR_COR, fatal = msg == PCI_MSG_ERR_FATAL;
	uint32_t received = cor ? PCI_AER_ROOT_COR : PCI_AER_ROOT_UNCOR;
	uint32_t status = aer_load(aer, PCI_AER_ROOT_STATUS), more = status;

	if (status & received) {
		more |= cor ? PCI_AER_ROOT_COR_MORE : PCI_AER_ROOT_UNCOR_MORE;
	} else {
		more |= received | (fatal ? PCI_AER_ROOT_FIRST_FATAL : 0);
		config_space_store(aer->space, BASE + (cor ? PCI_AER_ROOT_COR_SOURCE : PCI_AER_ROOT_UNCOR_SOURCE), rid,
				   2);
	}
	if (!cor)
		more |= fatal ? PCI_AER_ROOT_FATAL : PCI_AER_ROOT_NONFATAL;
	config_space_store(aer->space, BASE + PCI_AER_ROOT_STATUS, more, 4);
}

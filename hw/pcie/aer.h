/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PCIE_AER_H
#define HW_PCIE_AER_H
/*
 * hw/pcie/aer.h - how a function tells of an error: status bits, first error and header log, and the message it sends
 * (PCI Express Base Specification 3.0, section 6.2, figure 6-2; registers 7.8 and 7.10). A root port also keeps what
 * the messages of others said (section 7.10.9 and following).
 *
 * A message that finds the pool of TLPs empty waits; a second one of the same kind meanwhile is the same message.
 *
 * Not modelled: header logs of several errors, TLP prefixes, ECRC itself, interrupts of the root port: on POWER the
 * host bridge acts on the messages.
 */
#include "hw/pcie/config_space.h"
#include "hw/pcie/tlp.h"

/** aer_send_fn - take @tlp, an error message that is complete but for its RID, towards the root complex. */
typedef void aer_send_fn(void *ctx, struct tlp *tlp);

/** struct aer - embedded in a function, initialised by aer_init(). All fields are private to aer.c. */
struct aer {
	/* private: */
	struct sim *sim;
	struct config_space *space;
	struct tlp_pool *pool;
	aer_send_fn *send;
	void *ctx;
	uint32_t express; /* offset of the PCI Express capability */
	uint32_t pending; /* bit n: message aer_messages[n] is to be sent */
	struct tlp_waiter waiter;
};

/**
 * aer_init - add the capability to @space at PCI_EXT_CAP_FIRST. @root: with the registers of a root port.
 * @space, @pool: borrowed until aer_finish(). @express: offset of the PCI Express capability in @space.
 */
void aer_init(struct aer *aer, struct sim *sim, struct config_space *space, uint32_t express, bool root,
	      struct tlp_pool *pool, aer_send_fn *send, void *ctx);
/** aer_finish - forget messages that wait. Also what a reset of the function does to them. */
void aer_finish(struct aer *aer);

/**
 * aer_uncorrectable - the function has found @error, one PCI_AER_* bit of the uncorrectable status.
 * @advisory: it is one that the function can live with, to be told as correctable while it is not fatal
 * (section 6.2.3.2.4).
 * @tlp: the packet to blame, for the header log; NULL when there is none.
 */
void aer_uncorrectable(struct aer *aer, uint32_t error, bool advisory, const struct tlp *tlp);
/** aer_correctable - the same for one bit of the correctable status. */
void aer_correctable(struct aer *aer, uint32_t error);

/** aer_root_message - a root port has received message @msg (PCI_MSG_ERR_*) of @rid. */
void aer_root_message(struct aer *aer, uint8_t msg, uint16_t rid);

#endif

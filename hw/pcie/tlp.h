/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_PCIE_TLP_H
#define HW_PCIE_TLP_H
/*
 * hw/pcie/tlp.h - a PCIe transaction in flight, from a pool sized at build time: no allocation per TLP.
 *
 * A TLP is owned by one holder at a time: the sender until it hands it on, then the link, then the receiver. Whoever
 * ends a transaction returns it with tlp_end(), and says how it ended: the pool keeps a ledger, so that what was made,
 * what ended and what is held somewhere can be compared (hw/machine_flow.c). An empty pool is back-pressure: the device waits with a
 * struct tlp_waiter and is handed one of the next that are freed, in the order in which the waiters came.
 * Not modelled: prefixes, AT, ECRC, digest; byte enables (transfers are of whole bytes).
 */
#include <stdbool.h>

#include "hw/regs/pci_regs.h"
#include "hw/types.h"
#include "sim/event.h"

enum tlp_type {
	TLP_MEM_READ,  /* device reads memory, or CPU reads MMIO */
	TLP_MEM_WRITE, /* posted; also carries MSIs */
	TLP_CFG_READ,
	TLP_CFG_WRITE,
	TLP_COMPLETION, /* with or without data, see @status */
	TLP_MESSAGE,	/* @msg: ERR_COR, ERR_NONFATAL, ERR_FATAL; Assert_INTx, Deassert_INTx */
};

/** enum tlp_class - classes of traffic, and of flow control: PCI Express Base Specification 3.0, section 2.6.1. */
enum tlp_class { TLP_POSTED, TLP_NONPOSTED, TLP_COMPLETIONS, TLP_CLASSES };

/** enum tlp_fate - how a TLP ended; a request that is answered ends as its completion. */
enum tlp_fate {
	TLP_DONE,      /* whom it was for has taken it */
	TLP_LATE,      /* a completion that nobody waits for */
	TLP_NOBODY,    /* nobody takes it */
	TLP_REFUSED,   /* a bridge did not pass it: bus master is off, or SERR# */
	TLP_MALFORMED, /* a port found it malformed */
	TLP_FLUSHED,   /* a reset of the link met it */
	TLP_FAULT,     /* the PHB found an error in it */
	TLP_FROZEN,    /* its PE is frozen */
	TLP_FENCED,    /* the PHB is fenced, or held in reset */
	TLP_RESET,     /* a reset of the PHB met it */
	TLP_NOT_RAM,   /* its real address is no memory */
	TLP_SILENCE,   /* its device was told to lose it, or is dead */
	TLP_UNUSED,    /* never sent */
	TLP_FATES
};

/** struct tlp_flow - TLPs of one class through a block. Unless one was lost, @entered is @left and @held together. */
struct tlp_flow {
	uint64_t entered, left, held;
};

enum tlp_status { TLP_SC = 0, TLP_UR = 1, TLP_CRS = 2, TLP_CA = 4 };

#define TLP_MAX_BYTES 4096
#define TLP_ALIGN_BYTES 64 /* lines of the host's caches: a header takes three, and small data one */

struct tlp_pool;
struct tlp;

/** tlp_freed_fn - a posted write has ended; must only note it or schedule, not send. */
typedef void tlp_freed_fn(struct tlp *tlp);
struct tlp_credit;
/** tlp_credit_fn - the receiver needs the buffers of @credit no more from @when_ps on; must not send. */
typedef void tlp_credit_fn(const struct tlp_credit *credit, sim_ps when_ps);

/** struct tlp_credit - credits that a TLP holds; the link's (hw/pcie/link_credit.c). @back: NULL: none. */
struct tlp_credit {
	tlp_credit_fn *back;
	void *holder;
	uint32_t generation;
	uint16_t headers, data;
	uint8_t class;
};

/**
 * struct tlp - one transaction layer packet (or, before splitting, one request).
 * @event: for whoever holds it. @type, @status: see above. @rid: requester. @tag: requester's tag.
 * @addr: PCI address (memory), or register number (config). @bytes: length of the data or of the request.
 * @poisoned: EP bit. @relaxed: the attribute Relaxed Ordering; a completion has that of its request. @issued_ps: when
 * the requester made it (latency statistics). @stage: holder's private state.
 * @owner: requester's private pointer, comes back with the completion.
 * @freed: NULL, or called by tlp_end() just before the TLP is free again: how the sender of a posted write learns
 *         that the receiver has drained it (as returned flow-control credits would tell it).
 * @credit: flow-control credits of the wire over which it came, given back when it is freed or has left again.
 * @data: @bytes valid bytes.
 */
struct tlp {
	struct sim_event event;
	struct tlp *next; /* holder's queue link */
	enum tlp_type type;
	enum tlp_status status;
	uint16_t rid;
	uint16_t tag;
	uint8_t msg;
	bool poisoned, relaxed;
	uint32_t bytes;
	uint32_t stage;
	struct ioaddr addr;
	sim_ps issued_ps;
	void *owner;
	tlp_freed_fn *freed;
	struct tlp_credit credit;
	void *holder;	     /* holder's private pointer */
	uint64_t scratch[5]; /* holder's private words */
	struct tlp_pool *pool;
	_Alignas(TLP_ALIGN_BYTES) uint8_t data[TLP_MAX_BYTES];
};

/** tlp_class_of - its class, by its type. */
static inline enum tlp_class tlp_class_of(const struct tlp *tlp)
{
	static const uint8_t classes[] = {
		[TLP_MEM_READ] = TLP_NONPOSTED,	 [TLP_MEM_WRITE] = TLP_POSTED,	    [TLP_CFG_READ] = TLP_NONPOSTED,
		[TLP_CFG_WRITE] = TLP_NONPOSTED, [TLP_COMPLETION] = TLP_COMPLETIONS, [TLP_MESSAGE] = TLP_POSTED,
	};

	return classes[tlp->type];
}

/** tlp_is_intx - is this message one of the four wires' (Assert_INTx or Deassert_INTx)? */
static inline bool tlp_is_intx(const struct tlp *tlp)
{
	return (tlp->msg & ~PCI_MSG_INTX_MASK) == PCI_MSG_ASSERT_INTA;
}

/** struct tlp_queue - TLPs that a holder keeps in order, by their @next. @tail: garbage when it is empty. */
struct tlp_queue {
	struct tlp *head, *tail;
};

static inline void tlp_queue_push(struct tlp_queue *queue, struct tlp *tlp)
{
	tlp->next = NULL;
	if (queue->head)
		queue->tail->next = tlp;
	else
		queue->head = tlp;
	queue->tail = tlp;
}

/** tlp_queue_pop - Return: the first, or NULL. */
static inline struct tlp *tlp_queue_pop(struct tlp_queue *queue)
{
	struct tlp *tlp = queue->head;

	if (tlp) {
		queue->head = tlp->next;
		tlp->next = NULL;
	}
	return tlp;
}

/** tlp_queue_count - how many of @class are in it. */
static inline uint64_t tlp_queue_count(const struct tlp_queue *queue, enum tlp_class class)
{
	const struct tlp *tlp;
	uint64_t n = 0;

	for (tlp = queue->head; tlp; tlp = tlp->next)
		n += tlp_class_of(tlp) == class;
	return n;
}

/**
 * struct tlp_waiter - someone who needs a TLP from an empty pool. Embedded; all fields are private to tlp.c.
 * The event fires when a TLP has been set aside; its callback calls tlp_alloc_wait() again and gets it.
 */
struct tlp_waiter {
	/* private: */
	struct sim_event event;
	struct tlp_waiter *next;
	struct tlp *granted;
	bool waiting;
};

/** tlp_pool_create - @count TLPs, all free. Return: owned by the caller. */
struct tlp_pool *tlp_pool_create(struct sim *sim, uint32_t count);
void tlp_pool_destroy(struct tlp_pool *pool);
/** tlp_alloc - Return: a cleared header (data untouched), or NULL when the pool is empty. */
struct tlp *tlp_alloc(struct tlp_pool *pool);
/** tlp_end - it has ended so; its memory is the pool's again. */
void tlp_end(struct tlp *tlp, enum tlp_fate fate);
/** tlp_free - tlp_end() of one that is where it was meant to be. */
static inline void tlp_free(struct tlp *tlp)
{
	tlp_end(tlp, TLP_DONE);
}

/** tlp_waiter_init - @fire: called in event context once a TLP is there for the waiter. */
void tlp_waiter_init(struct tlp_waiter *waiter, sim_event_fn *fire);
/** tlp_alloc_wait - as tlp_alloc(); when it returns NULL, @waiter stands in the queue (once). */
struct tlp *tlp_alloc_wait(struct tlp_pool *pool, struct tlp_waiter *waiter);
/** tlp_waiter_cancel - leave the queue and return what was set aside. Harmless when not waiting. */
void tlp_waiter_cancel(struct tlp_pool *pool, struct tlp_waiter *waiter);
/** tlp_pool_free_count - TLPs not in flight (conservation checks). */
uint32_t tlp_pool_free_count(const struct tlp_pool *pool);
/** struct tlp_ledger - @made: TLPs that somebody got. @ended: how many of them ended, and how. */
struct tlp_ledger {
	uint64_t made, ended[TLP_FATES];
};
/** tlp_pool_ledger - Return: the pool's, borrowed. */
struct tlp_ledger *tlp_pool_ledger(struct tlp_pool *pool);
/** tlp_pool_flow - the ledger against what is in use; set aside for somebody who waits is not. */
void tlp_pool_flow(const struct tlp_pool *pool, struct tlp_flow *flow);
/** tlp_pool_size - TLPs in all. */
uint32_t tlp_pool_size(const struct tlp_pool *pool);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_HW_PHB_SHADOW_H
#define TESTS_HW_PHB_SHADOW_H
/*
 * tests/hw/phb_shadow.h - what a test of random traffic itself thinks of a PHB: who may reach which page, what is in
 * it, who is frozen. A few arrays, nothing of the model's code, for PHBs of all generations.
 */
#include "tests/hw/phb_fixture.h"

#define PES 7u
#define PAGES 4u
#define PAGE 0x1000u
#define FRAME(pe, page) (FX_DATA + (pe)*0x10000ull + (page)*PAGE)

static inline uint64_t seed_of(int index)
{
	const char *text = getenv("PHBSIM_TEST_SEED");

	return text ? strtoull(text, NULL, 0) : (uint64_t)index + 1;
}

/* What came down or up meanwhile is of no interest here; make room for more. */
static inline void forget(struct fx *fx)
{
	for (uint32_t i = 0; i < fx->sent_count; i++)
		tlp_free(fx->sent[i]);
	fx->sent_count = 0;
	fx->irq_count = 0;
	fx->event_count = 0;
}

struct shadow {
	uint8_t control[PES + 1][PAGES]; /* 0 none, 1 read, 2 write, 3 both */
	uint8_t memory[PES + 1][PAGES][PAGE];
	bool companion[PES + 1][PES + 1];
	bool frozen[PES + 1];
};

static inline void shadow_freeze(struct shadow *shadow, uint32_t pe)
{
	for (uint32_t other = 1; other <= PES; other++)
		if (other == pe || shadow->companion[pe][other])
			shadow->frozen[other] = true;
}

static inline void shadow_fill(struct shadow *shadow, struct fx *fx, uint32_t pe, uint32_t page)
{
	memset(shadow->memory[pe][page], (int)(pe * 16 + page), PAGE);
	memcpy(ram_base(fx->ram) + FRAME(pe, page), shadow->memory[pe][page], PAGE);
}

/* One request of PE @pe's device for @bytes from @at of its page @page; @iova: where; @allowed: is it within its
 * rights? */
struct shadow_request {
	uint32_t pe, page, at, bytes;
	uint64_t iova;
	bool write, allowed;
	uint8_t fill;
};

/* Within a page, whose address is still to be added. */
static inline struct shadow_request shadow_draw(struct sim_rng *rng, uint32_t pe, uint32_t page)
{
	struct shadow_request request = {.pe = pe, .page = page};

	request.at = (uint32_t)sim_rng_below(rng, PAGE);
	request.bytes = (uint32_t)sim_rng_range(rng, 1, PAGE - request.at);
	request.write = sim_rng_chance(rng, 1, 2);
	request.fill = (uint8_t)sim_rng_u64(rng);
	request.iova = request.at;
	return request;
}

static inline void shadow_request(struct shadow *shadow, struct fx *fx, const struct shadow_request *request,
				  uint64_t seed)
{
	bool was_frozen = shadow->frozen[request->pe];

	if (request->write)
		fx_dma_write(fx, (uint16_t)(request->pe << 8), request->iova, request->bytes, request->fill);
	else
		fx_dma(fx, TLP_MEM_READ, (uint16_t)(request->pe << 8), request->iova, request->bytes);
	fx_run(fx);
	if (!was_frozen && !request->allowed)
		shadow_freeze(shadow, request->pe);
	if (!was_frozen && request->allowed && request->write)
		memset(shadow->memory[request->pe][request->page] + request->at, request->fill, request->bytes);
	if (request->write)
		return;
	ck_assert_uint_eq(fx->sent_count, 1);
	if (was_frozen || !request->allowed)
		ck_assert_msg(fx->sent[0]->status != TLP_SC, "seed %llu: PE %u read what it must not",
			      (unsigned long long)seed, request->pe);
	else
		ck_assert_msg(fx->sent[0]->status == TLP_SC &&
				      !memcmp(fx->sent[0]->data,
					      shadow->memory[request->pe][request->page] + request->at, request->bytes),
			      "seed %llu: PE %u read something else", (unsigned long long)seed, request->pe);
}

static inline void shadow_compare(const struct shadow *shadow, struct fx *fx, uint64_t seed, uint32_t op)
{
	for (uint32_t pe = 1; pe <= PES; pe++) {
		struct phb_freeze seen;

		ck_assert_msg(phb_freeze_state(fx->phb, pe, &seen) == shadow->frozen[pe],
			      "seed %llu op %u: PE %u is %sfrozen", (unsigned long long)seed, op, pe,
			      shadow->frozen[pe] ? "not " : "");
		for (uint32_t page = 0; page < PAGES; page++)
			ck_assert_msg(!memcmp(ram_base(fx->ram) + FRAME(pe, page), shadow->memory[pe][page], PAGE),
				      "seed %llu op %u: memory of PE %u page %u", (unsigned long long)seed, op, pe,
				      page);
	}
}

#endif

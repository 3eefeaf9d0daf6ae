// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/opal/opal_p7ioc_hub.c - the P7IOC around its PHBs: start-up, finding the unit whose error it is and its
 * class, reset of a PHB, diagnostic data. Sequences of skiboot's p7ioc_inits() (hw/p7ioc-inits.c), p7ioc_check_GEM(),
 * p7ioc_check_LEM(), p7ioc_err_bit() and p7ioc_get_diag_data() (hw/p7ioc.c), p7ioc_phb_reset() and p7ioc_creset()
 * (hw/p7ioc-phb.c), all of commit 16b7ae641^.
 *
 * The hub's interrupt is open from the start: this stands for the kernel's set_xive of the interrupts that firmware
 * says are its own. Its registers are looked at when the kernel asks for the next error, not in the interrupt.
 *
 * Not modelled: set-up of bus interface, crossbar routing, credits, traces, I2C master.
 */
#include "kernel-model/opal/opal_p7ioc.h"

#include <string.h>

#define RESET_PS SIM_PS_PER_MS
#define RGC_IST_ENTRIES 2
#define RGC_HRT_ENTRIES 4
#define RGC_TABLE(table) (PHB_IODA_ADDR_AUTOINC | (uint64_t)(table) << 48)

/* Error classes of the chip, most serious first: dead, PLL, adapter, a PHB, a PE, informational, malfunction. */
enum { HUB_GXE, HUB_PLL, HUB_RGA, HUB_PHB, HUB_ER, HUB_INF, HUB_MAL, HUB_CLASSES };

/**
 * struct hub_unit - units @first to @last of the GEM. @lem: error macro of the first; 0: a PHB's. @action0, @action1,
 * @mask: what start-up writes there. @diag: layout of their data. @classes: of LEM bits.
 */
struct hub_unit {
	uint32_t first, last, lem;
	uint64_t action0, action1, mask;
	enum opal_hub_diag diag;
	uint64_t classes[HUB_CLASSES];
};

static const struct hub_unit units[] = {
	{.first = P7IOC_GEM_RGC,
	 .last = P7IOC_GEM_RGC,
	 .lem = P7IOC_RGC_LEM,
	 .action0 = 0x0fff791f0b030000ull,
	 .mask = 0x0fff001f03030000ull,
	 .diag = OPAL_HUB_DIAG_RGC,
	 .classes = {[HUB_GXE] = P7IOC_RGC_LEM_GXE, [HUB_RGA] = 0x0000010000000000ull, [HUB_INF] = P7IOC_RGC_LEM_INF}},
	{.first = P7IOC_GEM_BI_UP,
	 .last = P7IOC_GEM_BI_UP,
	 .lem = P7IOC_BI_UP_LEM,
	 .action0 = 0x0800000000800000ull,
	 .mask = 0x0800000000000000ull,
	 .diag = OPAL_HUB_DIAG_BI,
	 .classes = {[HUB_GXE] = 0xf7ffffff7fffffffull, [HUB_INF] = 0x0800000080000000ull}},
	{.first = P7IOC_GEM_BI_DOWN,
	 .last = P7IOC_GEM_BI_DOWN,
	 .lem = P7IOC_BI_DOWN_LEM,
	 .action0 = 0x2000080ca07fff40ull,
	 .mask = 0x00000800200ffe00ull,
	 .diag = OPAL_HUB_DIAG_BI,
	 .classes = {[HUB_GXE] = 0xdffff7f35f8000bfull, [HUB_INF] = 0x2000080ca07fff40ull}},
	{.first = P7IOC_GEM_CI(0),
	 .last = P7IOC_GEM_CI(0),
	 .lem = P7IOC_CI_LEM(0),
	 .action0 = 0x0a00000000000000ull,
	 .mask = 0x0200000000000000ull,
	 .diag = OPAL_HUB_DIAG_CI,
	 .classes = {[HUB_GXE] = 0xf5ff000000000000ull,
		     [HUB_INF] = 0x0200ffffffffffffull,
		     [HUB_MAL] = 0x0800000000000000ull}},
	{.first = P7IOC_GEM_CI(1),
	 .last = P7IOC_GEM_CI(1),
	 .lem = P7IOC_CI_LEM(1),
	 .diag = OPAL_HUB_DIAG_CI,
	 .classes = {[HUB_GXE] = 0xffff000000000000ull, [HUB_INF] = 0x0000ffffffffffffull}},
	{.first = P7IOC_GEM_CI(2),
	 .last = P7IOC_GEM_CI(7),
	 .lem = P7IOC_CI_LEM(2),
	 .action0 = P7IOC_CI_PHB_LEM_PHB,
	 .classes = {[HUB_GXE] = P7IOC_CI_PHB_LEM_GXE,
		     [HUB_PHB] = P7IOC_CI_PHB_LEM_PHB,
		     [HUB_INF] = P7IOC_CI_PHB_LEM_INF}},
	{.first = P7IOC_GEM_PHB(0),
	 .last = P7IOC_GEM_PHB(5),
	 .classes = {[HUB_PHB] = P7IOC_LEM_CLASS_PHB, [HUB_ER] = P7IOC_LEM_CLASS_ER, [HUB_INF] = P7IOC_LEM_CLASS_INF}},
	{.first = P7IOC_GEM_MISC,
	 .last = P7IOC_GEM_MISC,
	 .lem = P7IOC_MISC_LEM,
	 .action0 = 0xfffffffcee3fffffull,
	 .action1 = 0x0000000001c00000ull,
	 .mask = 0x000f03f0cd3fffffull,
	 .diag = OPAL_HUB_DIAG_MISC,
	 .classes = {[HUB_GXE] = 0x0000000310000000ull,
		     [HUB_PLL] = 0x0000000001c00000ull,
		     [HUB_INF] = 0x555ffff0ee3fffffull,
		     [HUB_MAL] = 0xaaa0000c00000000ull}},
	{.first = P7IOC_GEM_I2C,
	 .last = P7IOC_GEM_I2C,
	 .lem = P7IOC_I2C_LEM,
	 .action0 = 0xee00000000000000ull,
	 .mask = 0x4600000000000000ull,
	 .diag = OPAL_HUB_DIAG_I2C,
	 .classes = {[HUB_GXE] = 0x1100000000000000ull, [HUB_INF] = 0xeeffffffffffffffull}},
};

uint64_t opal_hub_read(struct opal *opal, uint32_t at)
{
	const struct platform *platform = opal->platform;

	opal->stats.register_reads++;
	return platform->ops->mmio_read(platform->ctx, platform->hub_base + at - P7IOC_HUB_OFFSET, 8);
}

void opal_hub_write(struct opal *opal, uint32_t at, uint64_t value)
{
	const struct platform *platform = opal->platform;

	opal->stats.register_writes++;
	platform->ops->mmio_write(platform->ctx, platform->hub_base + at - P7IOC_HUB_OFFSET, value, 8);
}

static const struct hub_unit *opal_hub_unit(uint32_t gem)
{
	size_t i;

	for (i = 0; i < sim_count_of(units); i++) {
		if (gem >= units[i].first && gem <= units[i].last)
			return &units[i];
	}
	return NULL;
}

/* Only crossbar ports are several of a kind. */
static uint32_t opal_hub_lem(const struct hub_unit *unit, uint32_t gem)
{
	return unit->lem + P7IOC_CI_STRIDE * (gem - unit->first);
}

/* ---- Start ---- */

/* The error macros of units @first to @last. */
static void opal_hub_init_lems(struct opal *opal, uint32_t first, uint32_t last)
{
	const struct hub_unit *unit;
	uint32_t gem, lem;

	for (gem = first; gem <= last; gem++) {
		unit = opal_hub_unit(gem);
		lem = opal_hub_lem(unit, gem);
		opal_hub_write(opal, lem + P7IOC_LEM_FIR, 0);
		opal_hub_write(opal, lem + P7IOC_LEM_ACTION0, unit->action0);
		opal_hub_write(opal, lem + P7IOC_LEM_ACTION1, unit->action1);
		opal_hub_write(opal, lem + P7IOC_LEM_WOF, 0);
		opal_hub_write(opal, lem + P7IOC_LEM_MASK_AND, unit->mask);
	}
}

static void opal_hub_init_rgc(struct opal *opal)
{
	uint32_t i;

	opal_hub_init_lems(opal, P7IOC_GEM_RGC, P7IOC_GEM_RGC);
	opal_hub_write(opal, P7IOC_GEM_XFIR, 0);
	opal_hub_write(opal, P7IOC_GEM_RWOF, 0);
	opal_hub_write(opal, P7IOC_RGC_LDCP, 0xf00086c0b4fcffffull);
	opal_hub_write(opal, P7IOC_RGC_BUID, ppc_set(P7IOC_RGC_BUID_FIELD, 0, P7IOC_RGC_BUID_OFFSET));
	opal_hub_write(opal, P7IOC_RGC_IODA_ADDR, RGC_TABLE(P7IOC_RGC_TBL_IST));
	for (i = 0; i < RGC_IST_ENTRIES; i++)
		opal_hub_write(opal, P7IOC_RGC_IODA_DATA, 0);
	opal_hub_write(opal, P7IOC_RGC_IODA_ADDR, RGC_TABLE(P7IOC_RGC_TBL_HRT));
	for (i = 0; i < RGC_HRT_ENTRIES; i++)
		opal_hub_write(opal, P7IOC_RGC_IODA_DATA, 0);
	opal_hub_write(opal, P7IOC_RGC_IODA_ADDR, RGC_TABLE(P7IOC_RGC_TBL_XIVT));
	for (i = 0; i < P7IOC_RGC_TABLE_ENTRIES; i++)
		opal_hub_write(opal, P7IOC_RGC_IODA_DATA, ppc_set(IODA1_XIVT_PRIORITY, 0, i ? IODA1_XIVT_MASKED : 0));
	opal_hub_write(opal, P7IOC_RGC_IODA_LOCK, 0);
}

void opal_hub_init(struct opal *opal)
{
	opal_hub_init_lems(opal, P7IOC_GEM_BI_UP, P7IOC_GEM_BI_DOWN);
	opal_hub_init_rgc(opal);
	opal_hub_init_lems(opal, P7IOC_GEM_CI(0), P7IOC_GEM_CI(7));
}

void opal_hub_open(struct opal *opal)
{
	opal_hub_init_lems(opal, P7IOC_GEM_MISC, P7IOC_GEM_I2C);
	opal_hub_write(opal, P7IOC_GEM_XFIR, 0);
	opal_hub_write(opal, P7IOC_GEM_MASK, P7IOC_INIT_GEM_MASK);
	opal_hub_write(opal, P7IOC_GEM_RWOF, 0);
}

/* ---- Reset of a PHB ---- */

void opal_hub_mask(struct opal_phb *phb)
{
	uint32_t lem = P7IOC_CI_LEM(P7IOC_CI_PHB_PORT(opal_p7ioc_index(phb)));

	opal_hub_write(phb->opal, lem + P7IOC_LEM_MASK, P7IOC_CI_PHB_LEM_PHB);
	opal_asb_write(phb, PHB_LEM_ERROR_MASK, P7IOC_LEM_MASK_IN_RESET);
	opal_hub_write(phb->opal, lem + P7IOC_LEM_FIR, 0);
}

bool opal_hub_lift(struct opal_phb *phb)
{
	struct opal *opal = phb->opal;
	uint32_t n = opal_p7ioc_index(phb);

	opal_hub_write(opal, P7IOC_CCRR, P7IOC_CCRR_CI_FUNCTION(n) | P7IOC_CCRR_PHB(n));
	opal->platform->ops->charge(opal->platform->ctx, RESET_PS);
	opal_hub_write(opal, P7IOC_CCRR, 0);
	return !opal_p7ioc_fenced(phb);
}

void opal_hub_unmask(struct opal_phb *phb)
{
	uint32_t port = P7IOC_CI_PHB_PORT(opal_p7ioc_index(phb));

	opal_hub_write(phb->opal, P7IOC_CI_LEM(port) + P7IOC_LEM_MASK_AND, 0);
}

/* Without this the hub would not interrupt again. */
void opal_hub_after_reset(struct opal_phb *phb)
{
	static const uint32_t rgc[] = {P7IOC_RGC_LEM + P7IOC_LEM_WOF, P7IOC_RGC_LEM + P7IOC_LEM_FIR};
	struct opal *opal = phb->opal;
	size_t i;

	opal_hub_write(opal, P7IOC_FENCE_WOF,
		       opal_hub_read(opal, P7IOC_FENCE_WOF) & ~P7IOC_FENCE_FIRST(opal_p7ioc_index(phb)));
	for (i = 0; i < sim_count_of(rgc); i++)
		opal_hub_write(opal, rgc[i], opal_hub_read(opal, rgc[i]) & ~P7IOC_RGC_LEM_FENCE);
}

/* ---- Errors ---- */

/* The PHB to which errors of unit @gem belong: those of its crossbar port, too. NULL: of no PHB that there is. */
static struct opal_phb *opal_hub_phb(struct opal *opal, uint32_t gem)
{
	uint32_t n = gem - (gem >= P7IOC_GEM_PHB(0) ? P7IOC_GEM_PHB(0) : P7IOC_GEM_CI(P7IOC_CI_PHB_PORT(0)));
	unsigned int i;

	for (i = 0; i < opal->platform->phb_count && n < P7IOC_PHBS; i++) {
		if (opal_p7ioc_index(&opal->phb[i]) == n)
			return &opal->phb[i];
	}
	return NULL;
}

/* Who was first? Return: false when the chip does not answer. */
static bool opal_hub_find_unit(struct opal *opal)
{
	uint64_t rwof;

	if (opal_hub_read(opal, P7IOC_GEM_XFIR) == UINT64_MAX)
		return false;
	(void)opal_hub_read(opal, P7IOC_GEM_RFIR);
	(void)opal_hub_read(opal, P7IOC_GEM_RIRQFIR);
	rwof = opal_hub_read(opal, P7IOC_GEM_RWOF);
	(void)opal_hub_read(opal, P7IOC_FENCE_SHADOW);
	(void)opal_hub_read(opal, P7IOC_FENCE_WOF);
	opal->hub.unit = rwof ? (uint32_t)__builtin_clzll(rwof) : 0;
	return true;
}

/*
 * First errors of the unit, the unmasked ones if there are any; those of a PHB all count.
 * Return: false when its FIR cannot be read.
 */
static bool opal_hub_errors(struct opal *opal, const struct hub_unit *unit, struct opal_phb *phb, uint64_t *errors)
{
	uint32_t lem = opal_hub_lem(unit, opal->hub.unit);
	uint64_t mask;

	if (!unit->lem) {
		*errors = phb ? opal_asb_read(phb, PHB_LEM_WOF) : 0;
		return !phb || opal_asb_read(phb, PHB_LEM_FIR_ACCUM) != UINT64_MAX;
	}
	if (opal_hub_read(opal, lem + P7IOC_LEM_FIR) == UINT64_MAX)
		return false;
	*errors = opal_hub_read(opal, lem + P7IOC_LEM_WOF);
	mask = opal_hub_read(opal, lem + P7IOC_LEM_MASK);
	if (*errors & ~mask)
		*errors &= ~mask;
	return true;
}

/* The error of a PHB becomes that PHB's own, the next thing that it tells. */
static void opal_hub_hand_over(struct opal_phb *phb, uint32_t class)
{
	static const enum opal_error_class classes[HUB_CLASSES] = {[HUB_PHB] = OPAL_CLASS_FENCED,
								   [HUB_ER] = OPAL_CLASS_ER,
								   [HUB_INF] = OPAL_CLASS_INF,
								   [HUB_MAL] = OPAL_CLASS_INF};

	phb->hub_class = classes[class];
	opal_eeh_pending(phb);
	phb->opal->hub.pending = false;
}

static uint32_t opal_hub_class(const struct hub_unit *unit, uint64_t errors)
{
	uint32_t class = HUB_GXE;

	while (class < HUB_CLASSES && !(errors & unit->classes[class]))
		class ++;
	return class;
}

bool opal_hub_check(struct opal *opal)
{
	struct opal_hub *hub = &opal->hub;
	const struct hub_unit *unit;
	struct opal_phb *phb;
	uint64_t errors = 0;
	uint32_t class;

	if (!hub->pending || hub->dead)
		return hub->pending;
	hub->dead = !opal_hub_find_unit(opal);
	unit = opal_hub_unit(hub->unit);
	if (hub->dead || !unit) {
		hub->pending = hub->dead;
		return hub->dead;
	}
	phb = unit->diag ? NULL : opal_hub_phb(opal, hub->unit);
	hub->dead = !opal_hub_errors(opal, unit, phb, &errors);
	class = hub->dead ? HUB_GXE : opal_hub_class(unit, errors);
	if (phb && class != HUB_GXE && class < HUB_CLASSES) {
		opal_hub_hand_over(phb, class);
		return false;
	}
	hub->dead = class <= HUB_RGA;
	hub->pending = hub->dead || class == HUB_INF || class == HUB_MAL;
	hub->mask = class == HUB_MAL ? PPC_BIT(__builtin_clzll(errors & unit->classes[HUB_MAL])) : 0;
	return hub->dead;
}

/* ---- Diagnostic data: layout of OpalIoP7IOCErrorData, opal-api.h ---- */

/* A be16 in 8 bytes, 10 be64 words, and a union of which the longest part has 4 be64 words and a byte. */
#define DIAG_UNION_AT 88u
#define DIAG_BYTES 128u

static uint8_t *opal_hub_diag_words(struct opal *opal, const uint32_t *at, size_t count, uint8_t *out)
{
	size_t i;

	for (i = 0; i < count; i++, out += 8)
		opal_out_be64(out, opal_hub_read(opal, at[i]));
	return out;
}

static void opal_hub_diag_union(struct opal *opal, const struct hub_unit *unit, uint8_t *out)
{
	uint32_t port = opal->hub.unit - P7IOC_GEM_CI(0), down = unit->lem == P7IOC_BI_DOWN_LEM;
	uint32_t bi = P7IOC_BI_LDCP_FIRST + 24 * down;
	const uint32_t rgc_words[] = {P7IOC_RGC_STATUS, P7IOC_RGC_LDCP};
	const uint32_t bi_words[] = {bi, bi + 8, bi + 16, P7IOC_BI_FENCE_STATUS};
	const uint32_t ci_words[] = {P7IOC_CI_STATUS(port), P7IOC_CI_LDCP(port)};

	if (unit->diag == OPAL_HUB_DIAG_RGC)
		opal_hub_diag_words(opal, rgc_words, sim_count_of(rgc_words), out);
	else if (unit->diag == OPAL_HUB_DIAG_BI)
		*opal_hub_diag_words(opal, bi_words, sim_count_of(bi_words), out) = (uint8_t)down;
	else if (unit->diag == OPAL_HUB_DIAG_CI)
		*opal_hub_diag_words(opal, ci_words, sim_count_of(ci_words), out) = (uint8_t)port;
}

/* What has been read is done with; a malfunction is masked so that it does not come again. */
int64_t opal_hub_diag(struct opal *opal, uint8_t *out, uint64_t bytes)
{
	static const uint32_t gem[] = {P7IOC_GEM_XFIR, P7IOC_GEM_RFIR, P7IOC_GEM_RIRQFIR, P7IOC_GEM_MASK,
				       P7IOC_GEM_RWOF};
	struct opal_hub *hub = &opal->hub;
	const struct hub_unit *unit = opal_hub_unit(hub->unit);
	uint32_t lem = unit ? opal_hub_lem(unit, hub->unit) : 0;
	const uint32_t lem_words[] = {lem + P7IOC_LEM_FIR, lem + P7IOC_LEM_MASK, lem + P7IOC_LEM_ACTION0,
				      lem + P7IOC_LEM_ACTION1, lem + P7IOC_LEM_WOF};

	if (bytes < DIAG_BYTES)
		return OPAL_PARAMETER;
	if (!hub->pending)
		return OPAL_CLOSED;
	hub->pending = false;
	hub->dead = false;
	if (!unit)
		return OPAL_INTERNAL_ERROR;
	if (!unit->diag)
		return OPAL_CLOSED;
	memset(out, 0, DIAG_BYTES);
	opal_out_be16(out, (uint16_t)unit->diag);
	opal_hub_diag_words(opal, lem_words, sim_count_of(lem_words),
			    opal_hub_diag_words(opal, gem, sim_count_of(gem), out + 8));
	opal_hub_diag_union(opal, unit, out + DIAG_UNION_AT);
	if (hub->mask)
		opal_hub_write(opal, lem + P7IOC_LEM_MASK_OR, hub->mask);
	return OPAL_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/pcie/link_config.c - the rows of a link, and its rate.
 *
 * Rate, after the pcie-bench model (github pcie-bench/pcie-model, SIGCOMM'18): transfers x lanes x encoding (8b/10b, or
 * 128b/130b from generation 3), of which an ACK and an UpdateFC DLLP each take 8 bytes in so many, and a SKIP set 4
 * bytes in 1538. How many: PCI Express Base Specification 3.0, section 3.5.2.1, Ack transmission latency limit, in
 * symbol times: (MPS + 28) x AckFactor / lanes + 19 and the internal delay, which generations 2 and 3 lengthen.
 *
 * Not modelled: see hw/pcie/link.h.
 */
#include "hw/pcie/link_internal.h"

#include "sim/sim.h"

#define PS_PER_US_MT 1000000ull /* ps of one transfer at one megatransfer per second */
#define ACK_OVERHEAD_BYTES 28u
#define ACK_DELAY_SYMBOLS 19u

static const char *const link_split_names[] = {"mps", "rcb", NULL};
enum link_split { LINK_SPLIT_MPS, LINK_SPLIT_RCB };

#define MUTANT_LOSES 50u

/* clang-format off */
#define CREDIT_NO_FIGURE .source = CFG_ASSUMED, .where = "no public figure for PHBs"
#define CREDIT_HEADERS(name, value, text) \
	{.path = "pcie.credits." name "_headers", .type = CFG_COUNT, .def = (value), .min = 0, .max = 4096, \
	 CREDIT_NO_FIGURE, .help = "Credits for " text ": packets. 0: infinite."}
#define CREDIT_BYTES(name, value, text) \
	{.path = "pcie.credits." name "_bytes", .type = CFG_SIZE, .def = (value), .min = 0, .max = 1 << 20, \
	 CREDIT_NO_FIGURE, .help = "Credits for " text ": payload, 16 bytes each. 0: infinite."}
#define CREDIT_COMPLETIONS(name, type_, text) \
	{.path = "pcie.credits." name, .type = (type_), .def = 0, .min = 0, .max = 1 << 20, .source = CFG_DOCUMENTED, \
	 .where = "PCI Express Base Specification 3.0, section 2.6.1: endpoints and root ports advertise infinite", \
	 .help = "Credits for completions that " text ". 0: infinite."}

const struct cfg_row link_cfg_rows[] = {
	{.path = "pcie.gen", .type = CFG_COUNT, .def = 3, .min = 1, .max = 5,
	 .source = CFG_DOCUMENTED, .where = "POWER8: PCIe Gen3 (skiboot hw/phb3.c)",
	 .help = "PCIe generation: 2.5, 5, 8, 16 or 32 GT/s per lane; 8b/10b up to 2, 128b/130b from 3."},
	{.path = "pcie.width", .type = CFG_COUNT, .def = 8, .min = 1, .max = 16, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "POWER8: x8 and x16 slots; x8 is the pcie-bench reference set-up",
	 .help = "Lanes of the link."},
	{.path = "pcie.mps", .type = CFG_SIZE, .def = 256, .min = 128, .max = 4096, .pow2 = true,
	 .source = CFG_ASSUMED, .where = "common root complex limit; pcie-bench hosts use 256 B",
	 .help = "Maximum payload of one packet; longer writes and completions pay one header per piece."},
	{.path = "pcie.mrrs", .type = CFG_SIZE, .def = 4096, .min = 128, .max = 4096, .pow2 = true,
	 .source = CFG_USER, .where = "PCI Express Base Specification 3.0, 7.8.4: 128 B to 4 KiB",
	 .help = "Maximum read request; devices cut longer reads, each piece with a tag and a header of its own."},
	{.path = "pcie.rcb", .type = CFG_SIZE, .def = 64, .min = 64, .max = 128, .pow2 = true,
	 .source = CFG_DOCUMENTED, .where = "PCI Express Base Specification 3.0, 2.3.1.1: 64 or 128 B",
	 .help = "Read completion boundary: completions are cut at its multiples only."},
	{.path = "pcie.completion_split", .type = CFG_CHOICE, .def = LINK_SPLIT_MPS, .min = 0, .max = 1,
	 .choices = link_split_names, .source = CFG_ASSUMED, .where = "no public figure for PHB3",
	 .help = "How completers cut read completions: pieces of pcie.mps or of pcie.rcb bytes."},
	{.path = "pcie.pad_dwords", .type = CFG_BOOL, .def = 0, .max = 1,
	 .source = CFG_DOCUMENTED, .where = "PCI Express Base Specification 3.0, 2.2.1; pcie-bench's model does not pad",
	 .help = "Does a payload occupy whole doublewords on the wire? Off: as in the model it is compared with."},
	{.path = "pcie.dllp_bytes", .type = CFG_COUNT, .def = 8, .min = 0, .max = 8,
	 .source = CFG_DOCUMENTED, .where = "PCI Express Base Specification 3.0, section 3.4: 6 bytes and framing",
	 .help = "Bytes of an ACK or UpdateFC DLLP on the wire; 0: they cost nothing."},
	{.path = "pcie.ack_interval", .type = CFG_COUNT, .def = 0, .min = 0, .max = 65536,
	 .source = CFG_DOCUMENTED, .where = "PCI Express Base Specification 3.0, section 3.5.2.1",
	 .help = "Bytes from one ACK to the next; 0: the specification's limit for this rate, width and MPS."},
	{.path = "pcie.fc_interval", .type = CFG_COUNT, .def = 0, .min = 0, .max = 65536,
	 .source = CFG_DOCUMENTED, .where = "PCI Express Base Specification 3.0, section 2.6.1.2",
	 .help = "Bytes from one UpdateFC to the next; 0: the specification's limit, which is that of ACKs."},
	{.path = "pcie.skip_bytes", .type = CFG_COUNT, .def = 4, .min = 0, .max = 16,
	 .source = CFG_DOCUMENTED, .where = "PCI Express Base Specification 3.0, section 4.2.7: every 1180 to 1538 symbols",
	 .help = "Bytes that SKIP sets take of each 1538; 0: none."},
	{.path = "pcie.bad_tlps", .type = CFG_COUNT, .def = 0, .min = 0, .max = 500000,
	 .source = CFG_USER, .where = "choice of the user; a healthy link has a bit error in 10^12",
	 .help = "Of a million TLPs, how many arrive damaged: a NAK goes back and they, with all behind, go out again."},
	{.path = "mutant.lose_tlp", .type = CFG_BOOL, .max = 1, .source = CFG_USER, .where = "a deliberate fault",
	 .help = "A link loses its 50th completion on the way down. For proving that the count of TLPs catches it."},
	{.path = "pcie.latency_up", .type = CFG_TIME, .def = 150 * SIM_PS_PER_NS, .min = 0, .max = 100 * SIM_PS_PER_US,
	 .source = CFG_ASSUMED, .where = "no public figure for PHB3; PHYs, link layers and a switch one way",
	 .help = "Propagation from a device to the PHB, from last byte out to delivery."},
	{.path = "pcie.latency_down", .type = CFG_TIME, .def = 150 * SIM_PS_PER_NS, .min = 0, .max = 100 * SIM_PS_PER_US,
	 .source = CFG_ASSUMED, .where = "no public figure for PHB3; PHYs, link layers and a switch one way",
	 .help = "Propagation from the PHB to a device, from last byte out to delivery."},
	{.path = "pcie.port_gen", .type = CFG_COUNT, .def = 0, .min = 0, .max = 5,
	 .source = CFG_USER, .where = "choice of the user",
	 .help = "Generation of the links below a switch; 0: they have no wire of their own, only the root port has one."},
	{.path = "pcie.port_width", .type = CFG_COUNT, .def = 8, .min = 1, .max = 16, .pow2 = true,
	 .source = CFG_USER, .where = "choice of the user",
	 .help = "Lanes of a link below a switch."},
	{.path = "pcie.port_latency", .type = CFG_TIME, .def = 150 * SIM_PS_PER_NS, .min = 0, .max = 100 * SIM_PS_PER_US,
	 .source = CFG_ASSUMED, .where = "vendors of switches say 100 to 150 ns from port to port",
	 .help = "Propagation over a link below a switch and through the switch, one way."},
	CREDIT_HEADERS("posted", 128, "posted requests that a receiver above (PHB, switch) has"),
	CREDIT_BYTES("posted", 16384, "posted requests that a receiver above (PHB, switch) has"),
	CREDIT_HEADERS("nonposted", 128, "reads that a receiver above (PHB, switch) has"),
	CREDIT_COMPLETIONS("completion_headers", CFG_COUNT, "go up: packets"),
	CREDIT_COMPLETIONS("completion_bytes", CFG_SIZE, "go up: payload"),
	CREDIT_HEADERS("down_posted", 32, "posted requests that a receiver below (device, switch) has"),
	CREDIT_BYTES("down_posted", 4096, "posted requests that a receiver below (device, switch) has"),
	CREDIT_HEADERS("down_nonposted", 32, "reads that a receiver below (device, switch) has"),
	CREDIT_COMPLETIONS("down_completion_headers", CFG_COUNT, "go down: packets"),
	CREDIT_COMPLETIONS("down_completion_bytes", CFG_SIZE, "go down: payload"),
};
/* clang-format on */
const size_t link_cfg_row_count = sim_count_of(link_cfg_rows);

/* Twice the ack factor times ten is exact in integers; width 2 to 4 share the one of width 1. */
static uint64_t ack_interval(const struct link *link)
{
	static const uint32_t delay_symbols[] = {0, 0, 51, 96, 96, 96};
	uint32_t tenths = link->lanes == 16 ? 30 : link->lanes == 8 ? 25 : 14;

	if (link->mps >= 512)
		tenths = link->lanes == 16 ? 20 : 10;
	return (uint64_t)(link->mps + ACK_OVERHEAD_BYTES) * tenths / 10 / link->lanes + ACK_DELAY_SYMBOLS +
	       delay_symbols[link->gen];
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static void link_set_rate(struct link *link, const struct cfg *cfg)
{
	static const uint32_t mega_transfers[] = {0, 2500, 5000, 8000, 16000, 32000};
	const uint64_t skip_interval = 1538;
	bool wide = link->gen >= 3; /* 128b/130b */
	uint64_t dllp = cfg_u64(cfg, "pcie.dllp_bytes"), ack = cfg_u64(cfg, "pcie.ack_interval"), all, left, divisor;
	uint64_t fc = cfg_u64(cfg, "pcie.fc_interval");

	ack = ack ? ack : ack_interval(link);
	fc = fc ? fc : ack_interval(link);
	link->raw_num = 8ull * (wide ? 130 : 10) * PS_PER_US_MT;
	link->raw_den = (uint64_t)(wide ? 128 : 8) * mega_transfers[link->gen] * link->lanes;
	divisor = common_divisor(link->raw_num, link->raw_den);
	all = ack * fc * skip_interval;
	left = all - dllp * (ack + fc) * skip_interval - cfg_u64(cfg, "pcie.skip_bytes") * ack * fc;
	if (left > all || !left) /* intervals shorter than what comes in them: all but nothing is left */
		left = 1;
	link->ps_num = link->raw_num / divisor * (all / common_divisor(all, left));
	link->ps_den = link->raw_den / divisor * (left / common_divisor(all, left));
}

static void link_configure_dir(struct link_dir *dir, const struct cfg *cfg, const char *prefix)
{
	static const char *const names[TLP_CLASSES] = {"posted", "nonposted", "completion"};
	uint32_t class;

	for (class = 0; class < TLP_CLASSES; class++) {
		char headers[64], bytes[64];

		snprintf(headers, sizeof(headers), "pcie.credits.%s%s_headers", prefix, names[class]);
		snprintf(bytes, sizeof(bytes), "pcie.credits.%s%s_bytes", prefix, names[class]);
		link_credits_init(&dir->credit[class], (uint32_t)cfg_u64(cfg, headers),
				  class == TLP_NONPOSTED ? 0 : cfg_u64(cfg, bytes));
	}
}

void link_configure(struct link *link, const struct cfg *cfg, bool port)
{
	link->gen = (uint32_t)cfg_u64(cfg, port ? "pcie.port_gen" : "pcie.gen");
	link->lanes = (uint32_t)cfg_u64(cfg, port ? "pcie.port_width" : "pcie.width");
	link->mps = (uint32_t)cfg_u64(cfg, "pcie.mps");
	link->mrrs = (uint32_t)cfg_u64(cfg, "pcie.mrrs");
	link->rcb = (uint32_t)cfg_u64(cfg, "pcie.rcb");
	link->cpl_bytes = cfg_u64(cfg, "pcie.completion_split") == LINK_SPLIT_RCB ? link->rcb : link->mps;
	link->pad_bytes = cfg_bool(cfg, "pcie.pad_dwords") ? 3 : 0;
	link->lose = cfg_bool(cfg, "mutant.lose_tlp") ? MUTANT_LOSES : 0;
	link->bad_ppm = (uint32_t)cfg_u64(cfg, "pcie.bad_tlps");
	link->up.latency_ps = cfg_u64(cfg, port ? "pcie.port_latency" : "pcie.latency_up");
	link->down.latency_ps = cfg_u64(cfg, port ? "pcie.port_latency" : "pcie.latency_down");
	link->up.fc_ps = link->down.latency_ps;
	link->down.fc_ps = link->up.latency_ps;
	link_configure_dir(&link->up, cfg, "");
	link_configure_dir(&link->down, cfg, "down_");
	link_set_rate(link, cfg);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tests/hw/test_topology_random.c - properties of routing under random bridge programming, resets and traffic: what
 * reaches a function, and what comes up, is exactly what a second model says, every TLP comes to an end, and nothing
 * reaches a function outside the ranges of the bridges above it. The second model says what is reachable from what was
 * written, as a condition on all ancestors; it walks nothing down and shares no code with the first. A failure names
 * its seed; PHBSIM_TEST_SEED=N replays one.
 */
#include "sim/rng.h"
#include "tests/hw/topology_fixture.h"

#define SEEDS 48
#define OPS 3000
#define PORTS 3u
#define NODES (2u + PORTS) /* bridges: root port, upstream port, downstream ports */
#define BUSES 9u
#define MIBS 8u
#define MIB 0x100000ull

/** struct node - a bridge as software has written it. @up: the bridge above, -1: none. @devfn: on its primary bus. */
struct node {
	int up;
	uint32_t devfn;
	uint32_t secondary, subordinate;
	uint32_t base[2], limit[2]; /* MiB: memory, prefetchable */
	bool memory, master, serr, reset, link_off, power_off;
};

struct model {
	struct node node[NODES];
	int device_up[PORTS];
	uint32_t captured[PORTS]; /* bus numbers of the devices */
	uint64_t seed;
	uint32_t op;
	/* What must have happened so far. */
	uint32_t config[PORTS], completions[PORTS], ups, messages;
};

static uint64_t seed_of(int index)
{
	const char *text = getenv("PHBSIM_TEST_SEED");

	return text ? strtoull(text, NULL, 0) : (uint64_t)index + 1;
}

static void model_reset_node(struct node *node)
{
	struct node blank = {.up = node->up, .devfn = node->devfn};

	*node = blank;
}

static void model_begin(struct model *model, uint64_t seed)
{
	uint32_t i;

	memset(model, 0, sizeof(*model));
	model->seed = seed;
	model->node[0].up = -1;
	for (i = 0; i < PORTS; i++) {
		model->node[2 + i].up = 1;
		model->node[2 + i].devfn = i << 3;
		model->device_up[i] = (int)(2 + i);
	}
}

static bool held(const struct node *node)
{
	return node->reset || node->link_off || node->power_off;
}

/* Is bridge @below (or a device, when @below is -1) the one on the secondary bus of @n that takes bus @bus? */
static bool first_with_bus(const struct model *model, int n, int below, uint32_t bus)
{
	int i;

	for (i = 0; i < (int)NODES; i++) {
		const struct node *node = &model->node[i];

		if (node->up == n && node->secondary && bus >= node->secondary && bus <= node->subordinate)
			return i == below;
	}
	return false;
}

/* A cycle to (bus, devfn) reaches what sits below bridge @n at @devfn: a condition on @n and all above it. */
static bool reaches(const struct model *model, int n, uint32_t devfn, uint32_t bus, uint32_t at)
{
	int below = -1;

	if (n < 0)
		return !bus && at == devfn;
	if (at != devfn || model->node[n].secondary != bus)
		return false;
	for (; n >= 0; below = n, n = model->node[n].up) {
		const struct node *node = &model->node[n];

		if (held(node) || !node->secondary || bus < node->secondary || bus > node->subordinate)
			return false;
		/* It has not become type 0 further up, nor been taken by a sister. */
		if (below >= 0 && (node->secondary == bus || !first_with_bus(model, n, below, bus)))
			return false;
	}
	return true;
}

static bool in_window(const struct node *node, uint64_t addr)
{
	uint32_t mib = (uint32_t)(addr / MIB), i;

	for (i = 0; i < 2; i++) {
		if (node->memory && mib >= node->base[i] && mib <= node->limit[i])
			return true;
	}
	return false;
}

static bool claims(const struct model *model, const struct tf *tf, uint32_t device, uint64_t addr)
{
	int n = model->device_up[device], below = -1, i;

	if (!tf->device[device].memory || addr - tf->device[device].bar >= TF_BAR_BYTES)
		return false;
	for (; n >= 0; below = n, n = model->node[n].up) {
		if (held(&model->node[n]) || !in_window(&model->node[n], addr))
			return false;
		for (i = 0; below >= 0 && i < below; i++) {
			if (model->node[i].up == n && in_window(&model->node[i], addr))
				return false;
		}
	}
	return true;
}

/* Do all bridges above @device pass requests (@messages: error messages)? */
static bool passes(const struct model *model, uint32_t device, bool messages)
{
	int n = model->device_up[device];

	for (; n >= 0; n = model->node[n].up) {
		const struct node *node = &model->node[n];

		if (held(node) || !(messages ? node->serr : node->master))
			return false;
	}
	return true;
}

static bool is_behind(const struct model *model, int up, int n)
{
	for (; up >= 0; up = model->node[up].up) {
		if (up == n)
			return true;
	}
	return false;
}

static void model_reset_behind(struct model *model, struct tf *tf, int n)
{
	uint32_t i;

	for (i = 0; i < NODES; i++) {
		if (is_behind(model, model->node[i].up, n))
			model_reset_node(&model->node[i]);
	}
	for (i = 0; i < PORTS; i++) {
		if (is_behind(model, model->device_up[i], n)) {
			model->captured[i] = 0;
			ck_assert(!tf->device[i].memory); /* it was told */
		}
	}
}

/* ---- Operations ---- */

/* Bus and device numbers that are near those in use. */
static uint16_t random_rid(struct sim_rng *rng)
{
	static const uint8_t devfns[] = {0, 0, 0, 0, 8, 16, 24, 1, 9, 255};

	return (uint16_t)(sim_rng_below(rng, BUSES) << 8 | devfns[sim_rng_below(rng, sizeof(devfns))]);
}

/* What a cycle to @rid reaches: 0..NODES-1 a bridge, from NODES on a device, -1 nobody. */
static int target_of(const struct model *model, uint16_t rid)
{
	uint32_t i;

	for (i = 0; i < NODES; i++) {
		if (reaches(model, model->node[i].up, model->node[i].devfn, rid >> 8, rid & 0xff))
			return (int)i;
	}
	for (i = 0; i < PORTS; i++) {
		if (reaches(model, model->device_up[i], 0, rid >> 8, rid & 0xff))
			return (int)(NODES + i);
	}
	return -1;
}

struct access {
	uint32_t reg, bytes, value;
};

static struct access random_write(struct sim_rng *rng)
{
	uint32_t a = (uint32_t)sim_rng_below(rng, BUSES), b = (uint32_t)sim_rng_below(rng, BUSES);
	uint32_t low = (uint32_t)sim_rng_below(rng, MIBS), high = (uint32_t)sim_rng_below(rng, MIBS);
	bool rare = sim_rng_chance(rng, 1, 6);

	switch (sim_rng_below(rng, 8)) {
	case 0:
	case 1:
	case 2:
		return (struct access){PCI_BRIDGE_PRIMARY, 4, a << 8 | b << 16};
	case 3:
		return (struct access){PCI_REG_COMMAND, 2, rare ? 0 : PCI_COMMAND_MEMORY | PCI_COMMAND_BUS_MASTER};
	case 4:
		return (struct access){PCI_BRIDGE_MEM_BASE, 4, low << 4 | high << 20};
	case 5:
		return (struct access){PCI_BRIDGE_PREF_BASE, 4, low << 4 | high << 20};
	case 6:
		return (struct access){PCI_BRIDGE_CONTROL, 2,
				       (rare ? PCI_BRIDGE_CONTROL_RESET : 0) | (a & 3 ? PCI_BRIDGE_CONTROL_SERR : 0)};
	default:
		if (a & 1)
			return (struct access){TF_EXPRESS + PCI_EXP_LNKCTL, 2, rare ? PCI_EXP_LNKCTL_DISABLE : 0};
		return (struct access){TF_EXPRESS + PCI_EXP_SLTCTL, 2, rare ? PCI_EXP_SLTCTL_POWER_OFF : 0};
	}
}

static void model_write(struct model *model, struct tf *tf, int n, const struct access *access)
{
	struct node *node = &model->node[n];
	struct node before = *node;
	uint32_t v = access->value;

	switch (access->reg) {
	case PCI_BRIDGE_PRIMARY:
		node->secondary = v >> 8 & 0xff;
		node->subordinate = v >> 16 & 0xff;
		break;
	case PCI_REG_COMMAND:
		node->memory = v & PCI_COMMAND_MEMORY;
		node->master = v & PCI_COMMAND_BUS_MASTER;
		break;
	case PCI_BRIDGE_MEM_BASE:
	case PCI_BRIDGE_PREF_BASE:
		node->base[access->reg == PCI_BRIDGE_PREF_BASE] = v >> 4 & 0xfff;
		node->limit[access->reg == PCI_BRIDGE_PREF_BASE] = v >> 20;
		break;
	case PCI_BRIDGE_CONTROL:
		node->reset = v & PCI_BRIDGE_CONTROL_RESET;
		node->serr = v & PCI_BRIDGE_CONTROL_SERR;
		break;
	case TF_EXPRESS + PCI_EXP_LNKCTL:
		node->link_off = n != 1 && v & PCI_EXP_LNKCTL_DISABLE;
		break;
	default:
		node->power_off = n >= 2 && v & PCI_EXP_SLTCTL_POWER_OFF;
		break;
	}
	if ((node->reset && !before.reset) || (node->link_off && !before.link_off) ||
	    (node->power_off && !before.power_off))
		model_reset_behind(model, tf, n);
}

static void do_write(struct model *model, struct tf *tf, struct sim_rng *rng)
{
	struct access access = random_write(rng);
	uint16_t rid = random_rid(rng);
	int target = target_of(model, rid);
	enum pcie_config_status status;

	status = topology_config_write(tf->topology, rid, access.reg, access.value, access.bytes);
	ck_assert_msg((status == PCIE_CONFIG_OK) == (target >= 0),
		      "seed %llu op %u: write to %04x ends with %d, target %d", (unsigned long long)model->seed,
		      model->op, rid, status, target);
	if (target >= (int)NODES) {
		model->config[target - (int)NODES]++;
		model->captured[target - (int)NODES] = rid >> 8;
	} else if (target >= 0) {
		model_write(model, tf, target, &access);
	}
}

static void do_read(struct model *model, struct tf *tf, struct sim_rng *rng)
{
	uint16_t rid = random_rid(rng);
	int target = target_of(model, rid);
	uint32_t value;
	enum pcie_config_status status = topology_config_read(tf->topology, rid, PCI_BRIDGE_PRIMARY, 4, &value);

	ck_assert_msg((status == PCIE_CONFIG_OK) == (target >= 0),
		      "seed %llu op %u: read of %04x ends with %d, target %d", (unsigned long long)model->seed,
		      model->op, rid, status, target);
	if (target < 0)
		ck_assert_uint_eq(value, UINT32_MAX);
	else if (target < (int)NODES)
		ck_assert_msg(value >> 8 == (model->node[target].secondary | model->node[target].subordinate << 8),
			      "seed %llu op %u: %04x reads %08x", (unsigned long long)model->seed, model->op, rid,
			      value);
}

static void do_memory(struct model *model, struct tf *tf, struct sim_rng *rng)
{
	uint64_t addr = sim_rng_below(rng, MIBS * MIB / 0x4000) * 0x4000;
	const struct tf_device *got = tf_claimer(tf, addr, sim_rng_chance(rng, 1, 2)), *want = NULL;
	uint32_t i;

	for (i = 0; i < PORTS; i++) {
		if (claims(model, tf, i, addr))
			want = &tf->device[i];
	}
	ck_assert_msg(got == want, "seed %llu op %u: access to %llx", (unsigned long long)model->seed, model->op,
		      (unsigned long long)addr);
	/* A BAR that a reset turned off comes back, as software would do it. */
	i = (uint32_t)sim_rng_below(rng, PORTS);
	tf->device[i].memory = true;
}

/* A completion for @rid: of a device that can be reached by it and bears it, or of nobody. */
static void model_complete(struct model *model, uint16_t rid)
{
	int device = target_of(model, rid) - (int)NODES;

	if (device >= 0 && model->captured[device] == (uint32_t)rid >> 8)
		model->completions[device]++;
}

static void do_request(struct model *model, struct tf *tf, struct sim_rng *rng)
{
	uint32_t i = (uint32_t)sim_rng_below(rng, PORTS);
	bool read = sim_rng_chance(rng, 1, 2), open = passes(model, i, false);
	uint16_t rid = (uint16_t)(model->captured[i] << 8);

	ck_assert_uint_eq(tf->device[i].function.rid, rid);
	tf_send(tf, i, read ? TLP_MEM_READ : TLP_MEM_WRITE, 0x100000000ull, 64);
	tf_run(tf);
	model->ups += open;
	if (open)
		ck_assert_uint_eq(tf->up_rid[(tf->up_count - 1) % TF_LOG], rid);
	/* Its answer: from who refused it, or by its id, to whoever has that id now. */
	if (read && !open)
		model->completions[i]++;
	else if (read)
		model_complete(model, rid);
}

static void do_message(struct model *model, struct tf *tf, struct sim_rng *rng)
{
	uint32_t i = (uint32_t)sim_rng_below(rng, PORTS);

	tf_send(tf, i, TLP_MESSAGE, 0, 0);
	tf_run(tf);
	model->messages += passes(model, i, true);
}

static void do_completion(struct model *model, struct tf *tf, struct sim_rng *rng)
{
	uint16_t rid = random_rid(rng);

	model_complete(model, rid);
	tf_complete(tf, rid);
	tf_run(tf);
}

static void check(const struct model *model, const struct tf *tf)
{
	uint32_t i;

	for (i = 0; i < PORTS; i++) {
		ck_assert_msg(tf->device[i].config_writes == model->config[i] &&
				      tf->device[i].completions == model->completions[i] &&
				      tf->device[i].received == model->completions[i],
			      "seed %llu op %u: device %u has %u writes, %u completions; expected %u, %u",
			      (unsigned long long)model->seed, model->op, i, tf->device[i].config_writes,
			      tf->device[i].completions, model->config[i], model->completions[i]);
	}
	ck_assert_msg(tf->up_count == model->ups + model->messages, "seed %llu op %u: %u came up, expected %u + %u",
		      (unsigned long long)model->seed, model->op, tf->up_count, model->ups, model->messages);
}

/* A tree that works, so that random changes have something to break. */
static void program(struct model *model, struct tf *tf)
{
	uint32_t i;

	tf_program_bridge(tf, 0, 1, 5, 0, MIBS * MIB - 1);
	tf_program_bridge(tf, TF_UPSTREAM_RID, 2, 5, 0, MIBS * MIB - 1);
	for (i = 0; i < PORTS; i++) {
		tf_program_bridge(tf, TF_PORT_RID(i), TF_BUS(i), TF_BUS(i), 2 * i * MIB, (2 * i + 2) * MIB - 1);
		tf_set(tf, TF_RID(i), 0, 0, 4);
		model->config[i]++;
		model->captured[i] = TF_BUS(i);
	}
	for (i = 0; i < NODES; i++) {
		struct node *node = &model->node[i];

		node->secondary = i < 2 ? i + 1 : TF_BUS(i - 2);
		node->subordinate = i < 2 ? 5 : TF_BUS(i - 2);
		node->base[0] = i < 2 ? 0 : 2 * (i - 2);
		node->limit[0] = i < 2 ? MIBS - 1 : 2 * (i - 2) + 1;
		node->base[1] = 0xfff; /* closed */
		node->memory = node->master = node->serr = true;
	}
}

START_TEST(test_topology_random_when_anything_is_written_then_routing_is_as_the_ancestors_say)
{
	/* Why: bridges can be programmed in ways that no table of cases has; each must still route as the rules say. */
	static void (*const ops[])(struct model *, struct tf *, struct sim_rng *) = {
		do_write,  do_write,  do_write,	  do_read,    do_read,
		do_memory, do_memory, do_request, do_message, do_completion,
	};
	struct model *model = sim_alloc(sizeof(*model));
	struct tf *tf = sim_alloc(sizeof(*tf));
	struct sim_rng rng;
	uint32_t i;

	sim_rng_init(&rng, seed_of(_i), "topology");
	tf_open(tf, PORTS);
	model_begin(model, seed_of(_i));
	for (i = 0; i < PORTS; i++)
		tf->device[i].bar = sim_rng_below(&rng, MIBS) * MIB + sim_rng_below(&rng, 4) * 0x40000;
	tf->answer = true;
	for (model->op = 0; model->op < OPS; model->op++) {
		if (sim_rng_chance(&rng, 1, 100)) {
			topology_reset(tf->topology);
			model_reset_node(&model->node[0]);
			model_reset_behind(model, tf, 0);
			if (sim_rng_chance(&rng, 3, 4))
				program(model, tf);
		}
		ops[sim_rng_below(&rng, sim_count_of(ops))](model, tf, &rng);
		check(model, tf);
	}
	tf_close(tf);
	free(tf);
	free(model);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hw.topology_random");
	TCase *tcase = tcase_create("random");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 240);
	tcase_add_loop_test(tcase, test_topology_random_when_anything_is_written_then_routing_is_as_the_ancestors_say,
			    0, SEEDS);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

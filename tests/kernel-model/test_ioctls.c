// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/kernel-model/test_ioctls.c - runs every row of docs/vfio-ioctls.md: each ioctl of the sPAPR part of VFIO, for each
 * answer that it has, on each kernel and page size. After each row the kernel must have everything back.
 *
 * Containers of the first type need a group of an IODA1 host bridge where the kernel is 6.1; until a machine here has
 * one, tests/kernel-model/linux/kt_group.c makes the group of one function look like it.
 */
#include "vfio_fixture.h"

#include "inside.h"
#include "ioctl_table.h"

#define BUFFER_PAGES 16ull
#define BUFFER_AT 0x200000000ull
#define HOLE 0x10000000ull /* the kernel's mappings begin higher */
#define FUNCTION_IODA1 2

static struct table *table;
static int column;
static const struct km_tests *inside; /* NULL: the kernel has no tests inside */

/** struct rig - what a row has set up. @owner: whose container it is. @caller: who makes the call. */
static struct {
	struct km_proc *owner, *caller;
	uint64_t arg, arg_caller, buffer, bytes, fixed, window, window_bytes;
	int container, caller_container, group, other_group;
	uint32_t iommu;
} rig;

/** struct field - one of an argument structure; @def: its default, an expression. */
struct field {
	const char *name;
	size_t offset, bytes;
	const char *def;
};

#define FIELD(type, member, text) {#member, offsetof(struct type, member), sizeof(((struct type *)0)->member), text}
#define END {NULL, 0, 0, NULL}

static const struct field info_fields[] = {
	FIELD(vfio_iommu_spapr_tce_info, argsz, "56"), FIELD(vfio_iommu_spapr_tce_info, flags, "0"), END};
static const struct field map_fields[] = {
	FIELD(vfio_iommu_type1_dma_map, argsz, "32"),	  FIELD(vfio_iommu_type1_dma_map, flags, "3"),
	FIELD(vfio_iommu_type1_dma_map, vaddr, "buffer"), FIELD(vfio_iommu_type1_dma_map, iova, "window"),
	FIELD(vfio_iommu_type1_dma_map, size, "page"),	  END};
static const struct field unmap_fields[] = {
	FIELD(vfio_iommu_type1_dma_unmap, argsz, "24"),	   FIELD(vfio_iommu_type1_dma_unmap, flags, "0"),
	FIELD(vfio_iommu_type1_dma_unmap, iova, "window"), FIELD(vfio_iommu_type1_dma_unmap, size, "page"), END};
static const struct field memory_fields[] = {
	FIELD(vfio_iommu_spapr_register_memory, argsz, "24"),	  FIELD(vfio_iommu_spapr_register_memory, flags, "0"),
	FIELD(vfio_iommu_spapr_register_memory, vaddr, "buffer"), FIELD(vfio_iommu_spapr_register_memory, size, "bytes"),
	END};
static const struct field create_fields[] = {
	FIELD(vfio_iommu_spapr_tce_create, argsz, "40"),	  FIELD(vfio_iommu_spapr_tce_create, flags, "0"),
	FIELD(vfio_iommu_spapr_tce_create, page_shift, "shift"),  FIELD(vfio_iommu_spapr_tce_create, levels, "1"),
	FIELD(vfio_iommu_spapr_tce_create, window_size, "8192*page"), END};
static const struct field remove_fields[] = {
	FIELD(vfio_iommu_spapr_tce_remove, argsz, "16"), FIELD(vfio_iommu_spapr_tce_remove, flags, "0"),
	FIELD(vfio_iommu_spapr_tce_remove, start_addr, "window"), END};
static const struct field eeh_fields[] = {
	FIELD(vfio_eeh_pe_op, argsz, "12"),	FIELD(vfio_eeh_pe_op, flags, "0"),
	FIELD(vfio_eeh_pe_op, op, "5"),		FIELD(vfio_eeh_pe_op, err.type, "0"),
	FIELD(vfio_eeh_pe_op, err.func, "0"),	FIELD(vfio_eeh_pe_op, err.addr, "0"),
	FIELD(vfio_eeh_pe_op, err.mask, "0"),	END};

#undef FIELD
#undef END

/** struct command - one ioctl. @fields: NULL where the argument is a number, "value". @bytes: of its structure. */
static const struct command {
	const char *name;
	uint32_t cmd;
	const struct field *fields;
	size_t bytes, reads;
} commands[] = {
	{"CHECK_EXTENSION", VFIO_CHECK_EXTENSION, NULL, 0, 0},
	{"SET_IOMMU", VFIO_SET_IOMMU, NULL, 0, 0},
	{"GET_INFO", VFIO_IOMMU_SPAPR_TCE_GET_INFO, info_fields, sizeof(struct vfio_iommu_spapr_tce_info),
	 offsetof(struct vfio_iommu_spapr_tce_info, ddw)},
	{"ENABLE", VFIO_IOMMU_ENABLE, NULL, 0, 0},
	{"DISABLE", VFIO_IOMMU_DISABLE, NULL, 0, 0},
	{"MAP_DMA", VFIO_IOMMU_MAP_DMA, map_fields, sizeof(struct vfio_iommu_type1_dma_map), 32},
	{"UNMAP_DMA", VFIO_IOMMU_UNMAP_DMA, unmap_fields, sizeof(struct vfio_iommu_type1_dma_unmap), 24},
	{"REGISTER_MEMORY", VFIO_IOMMU_SPAPR_REGISTER_MEMORY, memory_fields,
	 sizeof(struct vfio_iommu_spapr_register_memory), 24},
	{"UNREGISTER_MEMORY", VFIO_IOMMU_SPAPR_UNREGISTER_MEMORY, memory_fields,
	 sizeof(struct vfio_iommu_spapr_register_memory), 24},
	{"TCE_CREATE", VFIO_IOMMU_SPAPR_TCE_CREATE, create_fields, sizeof(struct vfio_iommu_spapr_tce_create), 40},
	{"TCE_REMOVE", VFIO_IOMMU_SPAPR_TCE_REMOVE, remove_fields, sizeof(struct vfio_iommu_spapr_tce_remove), 16},
	{"EEH_PE_OP", VFIO_EEH_PE_OP, eeh_fields, sizeof(struct vfio_eeh_pe_op), 12},
	{"another ioctl", VFIO_IOMMU_MAP_DMA + 64, NULL, 0, 0},
};

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < sim_count_of(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	ck_abort_msg("%s: found \"%s\", expected an ioctl", TABLE_PATH, name);
	return NULL;
}

static uint64_t mapping(struct km_proc *p, uint64_t bytes, int prot)
{
	long long va = ops->mmap(p, 0, bytes, prot, KM_MAP_PRIVATE | KM_MAP_ANONYMOUS, -1, 0);

	ck_assert_int_gt(va, 0);
	return (uint64_t)va;
}

/* ---- Arguments ---- */

static const struct table_name *names(void)
{
	static struct table_name list[16];
	const struct table_name now[] = {
		{"page", page_bytes},	   {"shift", (uint64_t)__builtin_ctz(page_bytes)},
		{"buffer", rig.buffer},	   {"bytes", rig.bytes},
		{"window", rig.window},	   {"end", rig.window + rig.window_bytes},
		{"hole", HOLE},		   {"fixed", rig.fixed},
		{"io", 4096},
		{NULL, 0},
	};

	memcpy(list, now, sizeof(now));
	return list;
}

static void put(uint8_t *to, size_t bytes, uint64_t value)
{
	for (size_t i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

/* A page that the process can only read, as of a mapped file, with @structure in it. */
static void fixed_fill(const uint8_t *structure, size_t bytes)
{
	uint8_t byte;

	ck_assert_int_eq(ops->user_load(rig.caller, rig.fixed, &byte, 1), 0);
	memcpy(fake->platform.ram + ops->user_real(rig.caller, rig.fixed), structure, bytes);
}

/*
 * Put the structure of @command where "at" says and return that address. At an edge, what the kernel reads ends in a
 * hole; "half": what it reads is there, what it writes is not.
 */
static uint64_t place(const struct command *command, const uint8_t *structure, const char *at)
{
	uint64_t va = rig.arg_caller;
	size_t bytes = command->bytes;

	if (!strcmp(at, "null"))
		return 0;
	if (!strcmp(at, "hole"))
		return HOLE;
	if (!strcmp(at, "fixed")) {
		fixed_fill(structure, bytes);
		return rig.fixed;
	}
	if (!strcmp(at, "edge") || !strcmp(at, "half")) {
		bytes = command->reads - !strcmp(at, "edge");
		va += page_bytes - bytes;
	} else {
		ck_assert_msg(!*at, "%s: found at=%s, expected null, hole, edge, half or fixed", TABLE_PATH, at);
	}
	ck_assert_int_eq(ops->user_store(rig.caller, va, structure, bytes), 0);
	return va;
}

/* Fill in "name=value, ...". Return: what "at" says, in @text. */
static const char *fill(const struct command *command, char *text, uint8_t *structure, uint64_t *value)
{
	char *list = text, *word;
	const char *at = "";

	for (const struct field *field = command->fields; field && field->name; field++)
		put(structure + field->offset, field->bytes, table_value(field->def, names()));
	while ((word = table_word(&list))) {
		const struct field *field = command->fields;
		char *equals = strchr(word, '=');

		ck_assert_msg(equals != NULL, "%s: found \"%s\", expected name=value", TABLE_PATH, word);
		*equals++ = '\0';
		while (field && field->name && strcmp(field->name, word))
			field++;
		if (!strcmp(word, "at"))
			at = equals;
		else if (!strcmp(word, "value"))
			*value = table_value(equals, names());
		else if (field && field->name)
			put(structure + field->offset, field->bytes, table_value(equals, names()));
		else
			ck_abort_msg("%s: found \"%s\", expected a field of %s", TABLE_PATH, word, command->name);
	}
	return at;
}

/* The call of @command with "name=value, ..." instead of the defaults. */
static int64_t issue(const struct command *command, const char *arguments)
{
	char text[TABLE_TEXT];
	uint8_t structure[64] = {0};
	uint64_t value = 0;
	const char *at;

	snprintf(text, sizeof(text), "%s", arguments);
	at = fill(command, text, structure, &value);
	if (command->fields)
		value = place(command, structure, at);
	return ops->ioctl(rig.caller, rig.caller_container, command->cmd, value);
}

/* ---- States ---- */

static void must(int64_t ret, const char *what)
{
	ck_assert_msg(ret == 0, "state \"%s\": the call returned %lld", what, (long long)ret);
}

static void simple(const char *ioctl, const char *arguments, const char *what)
{
	must(issue(command_find(ioctl), arguments), what);
}

static int group_add(int index)
{
	char name[32], path[32];
	unsigned int phb;
	int fd, number;

	ck_assert_int_eq(ops->device_info(index, name, sizeof(name), &number, &phb, &pe, &rid), 0);
	snprintf(path, sizeof(path), "/dev/vfio/%d", number);
	fd = (int)ops->open(rig.owner, path, 2);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ops->user_store(rig.owner, rig.arg, &rig.container, sizeof(rig.container)), 0);
	ck_assert_int_eq(ops->ioctl(rig.owner, fd, VFIO_GROUP_SET_CONTAINER, rig.arg), 0);
	return fd;
}

static void state_group(void)
{
	rig.group = group_add(0);
}

static void state_ioda1(void)
{
	ck_assert(inside && inside->group_v1);
	ck_assert_int_eq(inside->group_v1(FUNCTION_IODA1, 12, 1), 0);
	rig.group = group_add(FUNCTION_IODA1);
}

static void set_iommu(uint32_t type)
{
	if (rig.group < 0)
		state_group();
	must(ops->ioctl(rig.owner, rig.container, VFIO_SET_IOMMU, type), "SET_IOMMU");
	rig.iommu = type;
	rig.window_bytes = FAKE_M32_PCI_BASE; /* the default window, until another is made */
}

static void state_v2(void)
{
	set_iommu(VFIO_SPAPR_TCE_v2_IOMMU);
}

static void state_v1(void)
{
	if (inside && inside->group_v1 && rig.group < 0)
		state_ioda1();
	set_iommu(VFIO_SPAPR_TCE_IOMMU);
}

static void state_two_groups(void)
{
	rig.other_group = group_add(1);
}

static void state_detached(void)
{
	must(ops->ioctl(rig.owner, rig.group, VFIO_GROUP_UNSET_CONTAINER, 0), "detached");
}

static void state_memory(void)
{
	simple("REGISTER_MEMORY", "", "memory");
}

static void state_little(void)
{
	simple("REGISTER_MEMORY", "size=page", "little");
}

static void state_huge(void)
{
	long long va = ops->mmap(rig.owner, 0, 16 << 20, KM_PROT_READ | KM_PROT_WRITE,
				 KM_MAP_PRIVATE | KM_MAP_ANONYMOUS | KM_MAP_HUGETLB, -1, 0);

	ck_assert_int_gt(va, 0);
	rig.buffer = (uint64_t)va;
	rig.bytes = 16 << 20;
	simple("REGISTER_MEMORY", "", "huge");
}

/* The second half of the buffer, in a container of its own with another group. */
static void state_elsewhere(void)
{
	int container = rig.container, other = (int)ops->open(rig.owner, "/dev/vfio/vfio", 2);

	ck_assert_int_ge(other, 0);
	rig.container = rig.caller_container = other;
	rig.other_group = group_add(1);
	must(ops->ioctl(rig.owner, other, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU), "elsewhere");
	simple("REGISTER_MEMORY", "vaddr=buffer+8*page, size=8*page", "elsewhere");
	rig.container = rig.caller_container = container;
}

static void state_unregistered(void)
{
	simple("UNREGISTER_MEMORY", "", "unregistered");
}

static void state_default(void)
{
	simple("UNMAP_DMA", "", "default");
}

static void state_no_default(void)
{
	simple("TCE_REMOVE", "start_addr=0", "no default");
}

static void create(const char *arguments)
{
	struct vfio_iommu_spapr_tce_create made;

	simple("TCE_CREATE", arguments, "window");
	ck_assert_int_eq(ops->user_load(rig.owner, rig.arg, &made, sizeof(made)), 0);
	rig.window = made.start_addr;
	rig.window_bytes = made.window_size;
}

static void state_window(void)
{
	create("");
}

static void state_wide(void)
{
	create("page_shift=16, window_size=512M");
}

static void state_giant(void)
{
	create("page_shift=24, window_size=128G");
}

static void state_removed(void)
{
	simple("TCE_REMOVE", "", "removed");
}

static void state_enabled(void)
{
	simple("ENABLE", "", "enabled");
}

static void state_disabled(void)
{
	simple("DISABLE", "", "disabled");
}

static void state_mapped(void)
{
	simple("MAP_DMA", "size=bytes", "mapped");
}

static void state_unmapped(void)
{
	simple("UNMAP_DMA", "size=bytes", "unmapped");
}

static void state_frozen(void)
{
	fake->phb[0].ioda[IODA2_TBL_PESTA][pe] = IODA2_PESTA_MMIO_FROZEN;
	fake->phb[0].ioda[IODA2_TBL_PESTB][pe] = IODA2_PESTB_DMA_STOPPED;
}

static void state_thawed(void)
{
	simple("EEH_PE_OP", "op=2", "thawed");
}

static void state_by_another(void)
{
	void *sent = ops->fd_send(rig.owner, rig.container);

	rig.caller = ops->proc_create("another", 4ull << 30, 0);
	rig.caller_container = (int)ops->fd_receive(rig.caller, sent);
	ck_assert_int_ge(rig.caller_container, 0);
	rig.arg_caller = mapping(rig.caller, page_bytes, KM_PROT_READ | KM_PROT_WRITE);
}

static void state_nothing(void)
{
}

static const struct {
	const char *name;
	void (*enter)(void);
} states[] = {
	{"open", state_nothing},
	{"poor", state_nothing},  /* row_begin() */
	{"again", state_nothing}, /* row_run() */
	{"group", state_group},
	{"ioda1", state_ioda1},
	{"v2", state_v2},
	{"v1", state_v1},
	{"two groups", state_two_groups},
	{"detached", state_detached},
	{"memory", state_memory},
	{"little", state_little},
	{"huge", state_huge},
	{"elsewhere", state_elsewhere},
	{"unregistered", state_unregistered},
	{"default", state_default},
	{"no default", state_no_default},
	{"window", state_window},
	{"wide", state_wide},
	{"giant", state_giant},
	{"removed", state_removed},
	{"enabled", state_enabled},
	{"disabled", state_disabled},
	{"mapped", state_mapped},
	{"unmapped", state_unmapped},
	{"frozen", state_frozen},
	{"thawed", state_thawed},
	{"by another", state_by_another},
};

static void state_enter(const char *name)
{
	for (size_t i = 0; i < sim_count_of(states); i++)
		if (!strcmp(states[i].name, name)) {
			states[i].enter();
			return;
		}
	ck_abort_msg("%s: found the state \"%s\"", TABLE_PATH, name);
}

/* ---- Rows ---- */

static bool has_state(const struct table_row *row, const char *name)
{
	char text[TABLE_TEXT], *list = text, *word;

	snprintf(text, sizeof(text), "%s", row->state);
	while ((word = table_word(&list)))
		if (!strcmp(word, name))
			return true;
	return false;
}

static void row_begin(const struct table_row *row)
{
	char text[TABLE_TEXT], *list = text, *word;

	memset(&rig, 0, sizeof(rig));
	rig.group = rig.other_group = -1;
	rig.owner = rig.caller = ops->proc_create("test", has_state(row, "poor") ? 2 * page_bytes : 4ull << 30, 0);
	rig.arg = rig.arg_caller = mapping(rig.owner, page_bytes, KM_PROT_READ | KM_PROT_WRITE);
	rig.bytes = BUFFER_PAGES * page_bytes;
	/* Aligned as the largest IOMMU page that it may be mapped with, and a hole behind it. */
	rig.buffer = (uint64_t)ops->mmap(rig.owner, BUFFER_AT, rig.bytes, KM_PROT_READ | KM_PROT_WRITE,
					 KM_MAP_PRIVATE | KM_MAP_ANONYMOUS | KM_MAP_FIXED, -1, 0);
	ck_assert_uint_eq(rig.buffer, BUFFER_AT);
	rig.fixed = mapping(rig.owner, page_bytes, KM_PROT_READ);
	rig.container = rig.caller_container = (int)ops->open(rig.owner, "/dev/vfio/vfio", 2);
	ck_assert_int_ge(rig.container, 0);
	snprintf(text, sizeof(text), "%s", row->state);
	while ((word = table_word(&list)))
		state_enter(word);
}

static void row_end(const struct table_row *row)
{
	const int fds[] = {rig.group, rig.other_group, rig.container};

	if (has_state(row, "frozen")) {
		fake->phb[0].ioda[IODA2_TBL_PESTA][pe] = 0;
		fake->phb[0].ioda[IODA2_TBL_PESTB][pe] = 0;
	}
	if (rig.caller != rig.owner)
		ops->proc_exit(rig.caller);
	for (size_t i = 0; i < sim_count_of(fds); i++)
		if (fds[i] >= 0)
			ck_assert_int_eq(ops->close(rig.owner, fds[i]), 0);
	ops->proc_exit(rig.owner);
	ops->rcu_barrier();
}

static bool account_same(const struct km_account *a, const struct km_account *b)
{
	return a->pins == b->pins && a->pages == b->pages && a->objects == b->objects && a->locked_vm == b->locked_vm &&
	       a->files == b->files;
}

/* Findings so far, each as often as it came. */
static uint64_t occurrences(void)
{
	const struct finding *finding;
	uint64_t n = 0;

	for (size_t i = 0; (finding = finding_get(sim, i)); i++)
		n += finding->count;
	return n;
}

/* Return: does the row hold? */
static bool row_run(const struct table_row *row)
{
	const struct command *command = command_find(row->ioctl);
	struct table_answer want = table_answer(row->answer[column], page_bytes == 4096);
	struct km_account before, after;
	bool warned, leaked;
	size_t findings;
	int64_t got;


	ops->account(&before);
	row_begin(row);
	if (has_state(row, "again"))
		(void)issue(command, row->arguments);
	findings = occurrences();
	got = issue(command, row->arguments);
	warned = occurrences() != findings;
	findings = occurrences();
	row_end(row);
	ops->account(&after);
	leaked = !account_same(&before, &after) || occurrences() != findings;
	if (got == want.value && warned == want.warns && leaked == want.leaks)
		return true;
	printf("%s:%d: %s \"%s\" \"%s\" returned %lld%s%s, expected %lld%s%s\n", TABLE_PATH, row->line, row->ioctl, row->state,
	       row->arguments, (long long)got, warned ? " warns" : "", leaked ? " leaks" : "", (long long)want.value,
	       want.warns ? " warns" : "", want.leaks ? " leaks" : "");
	return false;
}

static int command_index;

static void main_rows(struct sim *s, void *arg)
{
	unsigned int wrong = 0, run = 0;

	(void)s;
	(void)arg;
	boot();
	if (inside && inside->group_v1) /* its new table is part of the baseline */
		ck_assert_int_eq(inside->group_v1(FUNCTION_IODA1, 12, 1), 0);
	ops->rcu_barrier();
	for (size_t i = 0; i < table->count; i++) {
		const struct table_row *row = &table->row[i];

		if (strcmp(row->ioctl, commands[command_index].name) || !strcmp(row->answer[column], "-"))
			continue;
		wrong += !row_run(row);
		run++;
	}
	fflush(stdout);
	ck_assert_msg(!wrong, "%u of %u rows do not hold", wrong, run);
	ck_assert_msg(run || column == 2, "no row of %s", commands[command_index].name);
	finished = true;
}

START_TEST(test_ioctl_when_each_row_is_run_then_it_answers_so)
{
	/* Why: the driver's answers are its interface. How: see the page; one boot for all rows of an ioctl. */
	command_index = _i;
	fake_function_add(fake, 0, 2, 0);
	sim_task_create(sim, "test", main_rows, NULL);
	sim_run(sim, SIM_PS_NEVER);
	if (!finished)
		print_log();
	ck_assert(finished);
}
END_TEST

static void add(Suite *s)
{
	TCase *tc = tcase_create("rows");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, test_ioctl_when_each_row_is_run_then_it_answers_so, 0, sim_count_of(commands));
	suite_add_tcase(s, tc);
}

/* The column of kernel @name, "linux-6.1" or "seed-2013": one that is newer than all takes the newest's. Or -1. */
static int column_of(const struct km_desc *desc)
{
	int best = -1;

	for (int i = 0; i < TABLE_KERNELS; i++) {
		const char *dash = strchr(desc->name, '-');

		if (dash && !strcmp(dash + 1, table->kernel[i]))
			return i;
		if (kernel_is_released(desc) && strchr(table->kernel[i], '.'))
			best = i;
	}
	return best;
}

int main(void)
{
	const struct km_desc *descs;
	size_t n;
	int failed = 0, seen = 0;

	table = table_read();
	descs = km_descs(&n);
	for (size_t i = 0; i < n; i++) {
		column = column_of(&descs[i]);
		if (column < 0)
			continue;
		inside = tests_inside(&descs[i]);
		failed += run_inside("kernel-model.ioctls", &descs[i], add);
		seen++;
	}
	free(table);
	return failed || seen < 4 ? EXIT_FAILURE : EXIT_SUCCESS;
}

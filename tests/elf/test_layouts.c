// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/elf/test_layouts.c - structures that cross the user boundary: sizes and offsets in this table, written down
 * from the kernel's uapi documents, against what the compiler made of them in hosted kernel code (DWARF of their
 * objects), in user code (DWARF of the program), and here (<linux/vfio.h> of the kernel that user code is compiled
 * with).
 *
 * The table is the contract: a structure that grows in a later kernel says from which on.
 */
#include <check.h>
#include <dwarf.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel-model/elf/kobject.h"
#include "sim/sim.h"
#include "tests/elf/kdwarf.h"

#define KERNEL_DIR PHBSIM_BUILD_DIR "/kernel"
#define PROGRAM PHBSIM_BUILD_DIR "/cli/phbsim"
#define FIELDS_MAX 10

/** struct field - @bytes: 0 for a flexible array. */
struct field {
	const char *name;
	uint32_t offset, bytes;
};

/** struct layout - @bytes: size; from kernel @grows on, if not NULL, @grown_bytes. */
struct layout {
	const char *name;
	uint32_t bytes;
	struct field field[FIELDS_MAX];
	const char *grows;
	uint32_t grown_bytes;
	size_t here; /* sizeof() in this file */
};

/* clang-format off */
static const struct layout layouts[] = {
	/* Documentation/driver-api/vfio.rst and include/uapi/linux/vfio.h: sPAPR. */
	{.name = "vfio_iommu_spapr_tce_ddw_info", .bytes = 16, .here = sizeof(struct vfio_iommu_spapr_tce_ddw_info),
	 .field = {{"pgsizes", 0, 8}, {"max_dynamic_windows_supported", 8, 4}, {"levels", 12, 4}}},
	{.name = "vfio_iommu_spapr_tce_info", .bytes = 32, .here = sizeof(struct vfio_iommu_spapr_tce_info),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"dma32_window_start", 8, 4}, {"dma32_window_size", 12, 4}, {"ddw", 16, 16}}},
	{.name = "vfio_eeh_pe_err", .bytes = 24, .here = sizeof(struct vfio_eeh_pe_err),
	 .field = {{"type", 0, 4}, {"func", 4, 4}, {"addr", 8, 8}, {"mask", 16, 8}}},
	{.name = "vfio_eeh_pe_op", .bytes = 40, .here = sizeof(struct vfio_eeh_pe_op),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"op", 8, 4}, {"err", 16, 24}}},
	{.name = "vfio_iommu_spapr_register_memory", .bytes = 24, .here = sizeof(struct vfio_iommu_spapr_register_memory),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"vaddr", 8, 8}, {"size", 16, 8}}},
	{.name = "vfio_iommu_spapr_tce_create", .bytes = 40, .here = sizeof(struct vfio_iommu_spapr_tce_create),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"page_shift", 8, 4}, {"__resv1", 12, 4}, {"window_size", 16, 8},
		   {"levels", 24, 4}, {"__resv2", 28, 4}, {"start_addr", 32, 8}}},
	{.name = "vfio_iommu_spapr_tce_remove", .bytes = 16, .here = sizeof(struct vfio_iommu_spapr_tce_remove),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"start_addr", 8, 8}}},
	/* Of all IOMMUs. */
	{.name = "vfio_iommu_type1_dma_map", .bytes = 32, .here = sizeof(struct vfio_iommu_type1_dma_map),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"vaddr", 8, 8}, {"iova", 16, 8}, {"size", 24, 8}}},
	{.name = "vfio_iommu_type1_dma_unmap", .bytes = 24, .here = sizeof(struct vfio_iommu_type1_dma_unmap),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"iova", 8, 8}, {"size", 16, 8}, {"data", 24, 0}}},
	/* Of groups and devices. */
	{.name = "vfio_group_status", .bytes = 8, .here = sizeof(struct vfio_group_status),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}}},
	{.name = "vfio_device_info", .bytes = 20, .grows = "6.6", .grown_bytes = 24, .here = sizeof(struct vfio_device_info),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"num_regions", 8, 4}, {"num_irqs", 12, 4}, {"cap_offset", 16, 4}}},
	{.name = "vfio_region_info", .bytes = 32, .here = sizeof(struct vfio_region_info),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"index", 8, 4}, {"cap_offset", 12, 4}, {"size", 16, 8}, {"offset", 24, 8}}},
	{.name = "vfio_irq_info", .bytes = 16, .here = sizeof(struct vfio_irq_info),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"index", 8, 4}, {"count", 12, 4}}},
	{.name = "vfio_irq_set", .bytes = 20, .here = sizeof(struct vfio_irq_set),
	 .field = {{"argsz", 0, 4}, {"flags", 4, 4}, {"index", 8, 4}, {"start", 12, 4}, {"count", 16, 4}, {"data", 20, 0}}},
};
/* clang-format on */

/* "6.1.192" against "6.6". */
static bool at_least(const char *version, const char *than)
{
	unsigned int a[2] = {0}, b[2] = {0};

	ck_assert_int_eq(sscanf(version, "%u.%u", &a[0], &a[1]), 2);
	ck_assert_int_eq(sscanf(than, "%u.%u", &b[0], &b[1]), 2);
	return a[0] != b[0] ? a[0] > b[0] : a[1] >= b[1];
}

static uint32_t bytes_in(const struct layout *layout, const char *version)
{
	return layout->grows && at_least(version, layout->grows) ? layout->grown_bytes : layout->bytes;
}

/* What differs between @layout and @type as a kernel of @version has it: a line, owned; NULL: nothing. */
static char *difference(const struct layout *layout, Dwarf_Die *type, const char *version)
{
	uint64_t offset, bytes;

	if (dwarf_bytesize(type) != (int)bytes_in(layout, version))
		return sim_asprintf("struct %s has %d bytes, expected %u", layout->name, dwarf_bytesize(type),
				    bytes_in(layout, version));
	for (const struct field *field = layout->field; field->name; field++) {
		if (!kdwarf_member(type, field->name, &offset, &bytes))
			return sim_asprintf("struct %s has no %s", layout->name, field->name);
		if (offset != field->offset || bytes != field->bytes)
			return sim_asprintf("struct %s: %s at %llu of %llu bytes, expected at %u of %u", layout->name,
					    field->name, (unsigned long long)offset, (unsigned long long)bytes,
					    field->offset, field->bytes);
	}
	return NULL;
}

/**
 * struct search - where layouts were seen. @prefix: of units that count; NULL: all.
 */
struct search {
	const char *version, *prefix, *not_prefix, *where;
	uint32_t seen[sim_count_of(layouts)];
};

static bool look(struct kdwarf *kdwarf, Dwarf_Die *unit, const char *name, void *arg)
{
	struct search *search = arg;
	const char *source = PHBSIM_SOURCE_DIR "/";
	Dwarf_Die type;

	(void)kdwarf;
	if (search->prefix) {
		if (strncmp(name, source, strlen(source)))
			return true;
		name += strlen(source);
		if (strncmp(name, search->prefix, strlen(search->prefix)) ||
		    !strncmp(name, search->not_prefix, strlen(search->not_prefix)))
			return true;
	}
	for (size_t i = 0; i < sim_count_of(layouts); i++) {
		char *found;

		if (!kdwarf_find(unit, DW_TAG_structure_type, layouts[i].name, false, &type))
			continue;
		search->seen[i]++;
		found = difference(&layouts[i], &type, search->version);
		ck_assert_msg(!found, "%s, %s: %s", search->where, name, found);
	}
	return true;
}

static int look_into_kernel(struct kobjects *objects, void *arg)
{
	struct search search = {.version = objects->version, .where = objects->name};

	for (size_t i = 0; i < objects->count; i++) {
		struct kdwarf kdwarf;

		if (!objects->object[i].hosted)
			continue;
		ck_assert_msg(kdwarf_open(&kdwarf, objects->object[i].path), "%s", objects->object[i].path);
		kdwarf_for_each_unit(&kdwarf, look, &search);
		kdwarf_close(&kdwarf);
	}
	/*
	 * Structures of devices, which no hosted file handles (vfio-pci is not hosted), may be seen nowhere; a driver
	 * that was imported may be older than some.
	 */
	for (size_t i = 0; i < sim_count_of(layouts); i++)
		ck_assert_msg(
			search.seen[i] || strncmp(objects->name, "linux-", 6) ||
				strstr("vfio_device_info vfio_region_info vfio_irq_info vfio_irq_set", layouts[i].name),
			"%s: no hosted file knows struct %s", objects->name, layouts[i].name);
	(*(uint32_t *)arg)++;
	return 0;
}

START_TEST(test_layouts_when_in_hosted_kernels_then_as_written_down)
{
	/* Why: a driver that reads another structure than the program wrote finds nonsense that looks like data. */
	uint32_t kernels = 0;

	ck_assert_int_eq(kobjects_for_each(KERNEL_DIR, look_into_kernel, &kernels), 0);
	ck_assert_uint_ge(kernels, 2);
}
END_TEST

static int first_version(struct kobjects *objects, void *arg)
{
	*(char **)arg = sim_strdup(objects->version);
	return 1;
}

START_TEST(test_layouts_when_in_user_code_then_as_written_down)
{
	/* Why: the other side. How: units of vfio-model/ in the program, which pass most of these to the kernel. */
	static const char *const passed[] = {"vfio_iommu_type1_dma_map",
					     "vfio_iommu_type1_dma_unmap",
					     "vfio_iommu_spapr_register_memory",
					     "vfio_iommu_spapr_tce_create",
					     "vfio_iommu_spapr_tce_remove",
					     "vfio_iommu_spapr_tce_info",
					     "vfio_eeh_pe_op",
					     "vfio_region_info"};
	char *version = NULL;
	struct search search = {.prefix = "vfio-model/", .not_prefix = "vfio-model/bus/", .where = "the program"};
	struct kdwarf kdwarf;

	ck_assert_int_eq(kobjects_for_each(KERNEL_DIR, first_version, &version), 1);
	search.version = version; /* user code is compiled with the first kernel's headers */
	ck_assert_msg(kdwarf_open(&kdwarf, PROGRAM), "%s", PROGRAM);
	kdwarf_for_each_unit(&kdwarf, look, &search);
	kdwarf_close(&kdwarf);
	for (size_t i = 0; i < sim_count_of(passed); i++)
		for (size_t k = 0; k < sim_count_of(layouts); k++)
			ck_assert_msg(strcmp(layouts[k].name, passed[i]) || search.seen[k],
				      "user code has no struct %s", passed[i]);
	for (size_t i = 0; i < sim_count_of(layouts); i++)
		ck_assert_uint_eq(layouts[i].here, bytes_in(&layouts[i], version));
	free(version);
}
END_TEST

static bool look_at_odd(struct kdwarf *kdwarf, Dwarf_Die *unit, const char *name, void *arg)
{
	Dwarf_Die type;

	(void)kdwarf;
	(void)name;
	if (kdwarf_find(unit, DW_TAG_structure_type, "vfio_iommu_spapr_tce_remove", false, &type)) {
		for (size_t i = 0; i < sim_count_of(layouts); i++)
			if (!strcmp(layouts[i].name, "vfio_iommu_spapr_tce_remove"))
				*(char **)arg = difference(&layouts[i], &type, "6.1");
	}
	return true;
}

START_TEST(test_layouts_when_one_is_wrong_then_told)
{
	/* Why: a check that cannot fail proves nothing. How: an object whose structure has a member too many. */
	struct kdwarf odd;
	char *found = NULL;

	ck_assert(kdwarf_open(&odd, PHBSIM_ODD_OBJECT));
	kdwarf_for_each_unit(&odd, look_at_odd, &found);
	ck_assert_str_eq(found, "struct vfio_iommu_spapr_tce_remove has 24 bytes, expected 16");
	free(found);
	kdwarf_close(&odd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("elf.layouts");
	TCase *tcase = tcase_create("layouts");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_layouts_when_in_hosted_kernels_then_as_written_down);
	tcase_add_test(tcase, test_layouts_when_in_user_code_then_as_written_down);
	tcase_add_test(tcase, test_layouts_when_one_is_wrong_then_told);
	tcase_set_timeout(tcase, 600);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

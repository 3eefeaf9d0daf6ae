// SPDX-License-Identifier: GPL-2.0-only
/*
 * tests/elf/test_objects.c - every object of every hosted kernel, as libelf and libdw see it.
 *
 * Sections: only what C gives, and every byte of code belongs to a function that DWARF knows as C. (An instruction
 * inside of a C function cannot be told from the compiler's here; kernel-model.inline-asm looks at the assembler text
 * for those.) Exports: what hosted files ask for is there once, on purpose, and is called as it was declared.
 */
#include <check.h>
#include <dwarf.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel-model/elf/kobject.h"
#include "sim/sim.h"
#include "tests/elf/kdwarf.h"

#define KERNEL_DIR PHBSIM_BUILD_DIR "/kernel"
#define PAD_MAX 64u /* what aligns a function */

/** struct tally - what was looked at, and what was wrong with it: lines, owned. */
struct tally {
	char *wrong;
	uint32_t objects, functions, exports, signatures, kernels;
};

static void __attribute__((format(printf, 2, 3))) wrong(struct tally *tally, const char *fmt, ...)
{
	va_list args;
	char *text, *longer;

	va_start(args, fmt);
	text = sim_vasprintf(fmt, args);
	va_end(args);
	longer = sim_asprintf("%s%s\n", tally->wrong ? tally->wrong : "", text);
	free(tally->wrong);
	free(text);
	tally->wrong = longer;
}

static void nothing_is_wrong(struct tally *tally)
{
	ck_assert_msg(!tally->wrong, "\n%s", tally->wrong);
}

/* ---- Sections and code ---- */

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* What a C compiler gives, Linux's names for init code and tables of exported and module data, and instrumentation. */
static bool known_section(const char *name)
{
	static const char *const known[] = {
		".text",       ".init",	 ".exit",      ".data",	    ".rodata",	  ".bss",	    ".modinfo",
		".comment",    ".note.", ".eh_frame",  ".debug_",   ".rela",	  ".symtab",	    ".strtab",
		".shstrtab",   ".group", ".discard.",  ".gnu.",	    ".ref",	  ".pci_fixup",	    ".meminit",
		".tbss",       ".tdata", "___ksymtab", "__ksymtab", "___kcrctab", ".export_symbol", ".init_array",
		".fini_array", ".asan",	 "asan_",      ".lbss",	    "__param",
	};

	for (size_t i = 0; i < sim_count_of(known); i++)
		if (begins(name, known[i]))
			return true;
	return !*name;
}

static int by_value(const void *a, const void *b)
{
	const struct ksymbol *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

/* Is every byte of section @index a function's? */
static void check_code(const struct kobject *object, const char *name, size_t index, uint64_t bytes,
		       struct tally *tally)
{
	struct ksymbol *function = sim_alloc((object->symbol_count + 1) * sizeof(*function));
	uint64_t at = 0;
	size_t n = 0;

	for (size_t i = 0; i < object->symbol_count; i++)
		if (object->symbol[i].defined && object->symbol[i].section == index && object->symbol[i].function)
			function[n++] = object->symbol[i];
	if (n)
		qsort(function, n, sizeof(*function), by_value);
	for (size_t i = 0; i < n; i++) {
		if (function[i].value > at + PAD_MAX)
			wrong(tally, "%s: %s: %llu bytes of code before %s that are no function's", object->path, name,
			      (unsigned long long)(function[i].value - at), function[i].name);
		if (function[i].value + function[i].size > at)
			at = function[i].value + function[i].size;
		tally->functions++;
	}
	if (bytes > at + PAD_MAX)
		wrong(tally, "%s: %s: %llu bytes of code that are no function's", object->path, name,
		      (unsigned long long)(bytes - at));
	free(function);
}

/* Does DWARF know a function of C at each function symbol? */
static void check_functions(const struct kobject *object, struct tally *tally)
{
	struct kdwarf kdwarf;
	int n;

	if (!kdwarf_open(&kdwarf, object->path)) {
		wrong(tally, "%s: no debug information", object->path);
		kdwarf_close(&kdwarf);
		return;
	}
	n = dwfl_module_getsymtab(kdwarf.module);
	for (int i = 0; i < n; i++) {
		Dwarf_Die *unit, *scopes = NULL;
		Dwarf_Addr bias;
		GElf_Addr addr;
		GElf_Sym symbol;
		const char *name = dwfl_module_getsym_info(kdwarf.module, i, &symbol, &addr, NULL, NULL, &bias);
		Dwarf_Attribute attribute;
		Dwarf_Word language = 0;
		Dwarf_Die function;
		int depth;

		/* What instrumentation adds at the end of a file is the compiler's. */
		if (!name || GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF ||
		    begins(name, "_sub_"))
			continue;
		unit = dwfl_module_addrdie(kdwarf.module, addr, &bias);
		depth = unit ? dwarf_getscopes(unit, addr - bias, &scopes) : 0;
		if (unit)
			dwarf_formudata(dwarf_attr(unit, DW_AT_language, &attribute), &language);
		/* Of two equal functions the compiler keeps one, and makes the other a jump that has no place in DWARF.
		 */
		if (depth <= 1 && unit &&
		    (kdwarf_find(unit, DW_TAG_subprogram, name, false, &function) ||
		     kdwarf_find(unit, DW_TAG_subprogram, name, true, &function)))
			depth = 2;
		if (depth <= 1 || (language != DW_LANG_C11 && language != DW_LANG_C99 && language != DW_LANG_C89))
			wrong(tally, "%s: %s() is no function of C", object->path, name);
		free(scopes);
	}
	kdwarf_close(&kdwarf);
}

static void check_object(const struct kobject *object, struct tally *tally)
{
	Elf_Scn *section = NULL;
	GElf_Ehdr file;
	size_t names;

	gelf_getehdr(object->elf, &file);
	elf_getshdrstrndx(object->elf, &names);
	if (file.e_type != ET_REL || file.e_machine != EM_X86_64)
		wrong(tally, "%s: not an object for this host", object->path);
	while ((section = elf_nextscn(object->elf, section))) {
		const char *name;
		GElf_Shdr header;

		gelf_getshdr(section, &header);
		name = elf_strptr(object->elf, names, header.sh_name);
		if (!known_section(name))
			wrong(tally, "%s: section %s, which no C file makes", object->path, name);
		if (header.sh_flags & SHF_EXECINSTR)
			check_code(object, name, elf_ndxscn(section), header.sh_size, tally);
	}
	check_functions(object, tally);
	tally->objects++;
}

static int check_sections(struct kobjects *objects, void *arg)
{
	struct tally *tally = arg;

	for (size_t i = 0; i < objects->count; i++)
		if (objects->object[i].hosted)
			check_object(&objects->object[i], tally);
	tally->kernels++;
	return 0;
}

START_TEST(test_objects_when_hosted_then_only_what_c_gives)
{
	/*
	 * Why: code or tables made by POWER's assembler would be wrong here in silence. How: sections, and all code, of
	 * every object of a hosted file; each kernel, both page sizes.
	 */
	struct tally tally = {0};

	ck_assert_int_eq(kobjects_for_each(KERNEL_DIR, check_sections, &tally), 0);
	nothing_is_wrong(&tally);
	ck_assert_uint_ge(tally.kernels, 2);
	ck_assert_uint_ge(tally.objects, 20 * tally.kernels);
	ck_assert_uint_ge(tally.functions, 500 * tally.kernels);
}
END_TEST

START_TEST(test_objects_when_made_by_an_assembler_then_refused)
{
	/* Why: a check that cannot fail proves nothing. How: an object with code and a section of an assembler's. */
	struct kobject odd = {.fd = -1};
	struct tally tally = {0};

	ck_assert_int_eq(kobject_open(&odd, PHBSIM_ODD_OBJECT), 0);
	check_object(&odd, &tally);
	ck_assert_ptr_nonnull(tally.wrong);
	ck_assert_ptr_nonnull(strstr(tally.wrong, "section __ftr_fixup, which no C file makes"));
	ck_assert_ptr_nonnull(strstr(tally.wrong, "elf_odd_code() is no function of C"));
	ck_assert_ptr_null(strstr(tally.wrong, "elf_odd() is"));
	free(tally.wrong);
	kobject_close(&odd);
}
END_TEST

/* ---- Exports ---- */

static const struct kobject *definer_of(const struct kobjects *objects, const struct kexport *export)
{
	for (size_t i = 0; i < objects->count; i++)
		if (objects->object[i].source && !strcmp(objects->object[i].source, export->where))
			return &objects->object[i];
	return NULL;
}

/* A function that only reports must do so: its code refers to host_finding(). */
static bool refers_to(const struct kobject *object, const char *function, const char *name)
{
	const struct ksymbol *symbol = kobject_find(object, function, true);
	Elf_Scn *section = NULL;

	while (symbol && (section = elf_nextscn(object->elf, section))) {
		Elf_Data *data;
		GElf_Shdr header, symbols;

		gelf_getshdr(section, &header);
		if (header.sh_type != SHT_RELA || header.sh_info != symbol->section)
			continue;
		data = elf_getdata(section, NULL);
		gelf_getshdr(elf_getscn(object->elf, header.sh_link), &symbols);
		for (size_t i = 0; i < header.sh_size / header.sh_entsize; i++) {
			Elf_Data *table = elf_getdata(elf_getscn(object->elf, header.sh_link), NULL);
			GElf_Rela rela;
			GElf_Sym to;

			gelf_getrela(data, (int)i, &rela);
			gelf_getsym(table, (int)GELF_R_SYM(rela.r_info), &to);
			if (rela.r_offset >= symbol->value && rela.r_offset < symbol->value + symbol->size &&
			    !strcmp(elf_strptr(object->elf, symbols.sh_link, to.st_name), name))
				return true;
		}
	}
	return false;
}

static void check_export(const struct kobjects *objects, const struct kexport *export, struct tally *tally)
{
	const struct kobject *definer = definer_of(objects, export);

	tally->exports++;
	if (!strcmp(export->kind, "library")) {
		if (strncmp(export->name, "mem", 3) && strncmp(export->name, "str", 3))
			wrong(tally, "%s %s: %s, for %s, is bound to the C library", objects->name, objects->page,
			      export->name, export->users);
		return;
	}
	if (export->definers != 1)
		wrong(tally, "%s %s: %u files define %s, for %s", objects->name, objects->page, export->definers,
		      export->name, export->users);
	if (!strcmp(export->kind, "reports") && !refers_to(definer, export->name, "host_finding"))
		wrong(tally, "%s %s: %s() of %s answers in silence", objects->name, objects->page, export->name,
		      export->where);
}

static int check_exports(struct kobjects *objects, void *arg)
{
	struct tally *tally = arg;
	struct kexport *exports;
	size_t n;

	exports = kexports_find(objects, &n);
	for (size_t i = 0; i < n; i++)
		check_export(objects, &exports[i], tally);
	kexports_free(exports, n);
	tally->kernels++;
	return 0;
}

START_TEST(test_exports_when_hosted_files_ask_then_one_answer_on_purpose)
{
	/*
	 * Why: a name that two files have, or that only a library happens to have, is answered by accident. How: every
	 * name that objects of hosted files leave open; those on no modelled path must report.
	 */
	struct tally tally = {0};

	ck_assert_int_eq(kobjects_for_each(KERNEL_DIR, check_exports, &tally), 0);
	nothing_is_wrong(&tally);
	ck_assert_uint_ge(tally.exports, 200 * tally.kernels);
}
END_TEST

/* ---- Called as declared ---- */

/** struct callee - what is looked for in units. @signature: of the function itself, owned; NULL when it is not there.
 */
struct callee {
	const char *name;
	bool declaration;
	char *signature;
};

static bool find_signature(struct kdwarf *kdwarf, Dwarf_Die *unit, const char *name, void *arg)
{
	struct callee *callee = arg;
	Dwarf_Die function;

	(void)kdwarf;
	(void)name;
	if (kdwarf_find(unit, DW_TAG_subprogram, callee->name, callee->declaration, &function))
		callee->signature = kdwarf_signature(&function);
	return !callee->signature;
}

static char *signature_in(struct kdwarf *kdwarf, const char *name, bool declaration)
{
	struct callee callee = {.name = name, .declaration = declaration};

	kdwarf_for_each_unit(kdwarf, find_signature, &callee);
	return callee.signature;
}

/* Compare what @user declares of each exported function with what its definer has. */
static void compare(const struct kobjects *objects, size_t at, struct kdwarf *dwarf, const struct kexport *exports,
		    size_t n, struct tally *tally)
{
	for (size_t i = 0; i < n; i++) {
		const struct kobject *definer = definer_of(objects, &exports[i]);
		char *declared, *defined;

		/* Those that report have no prototype on purpose: reaching them is the error. */
		if (!definer || !exports[i].function || !strcmp(exports[i].kind, "reports") ||
		    !kobject_find(&objects->object[at], exports[i].name, false))
			continue;
		declared = signature_in(&dwarf[at], exports[i].name, true);
		defined = signature_in(&dwarf[definer - objects->object], exports[i].name, false);
		if (declared && defined) {
			tally->signatures++;
			if (strcmp(declared, defined))
				wrong(tally, "%s %s: %s declares %s as %s, %s has %s", objects->name, objects->page,
				      objects->object[at].source, exports[i].name, declared, exports[i].where, defined);
		}
		free(declared);
		free(defined);
	}
}

static int check_signatures(struct kobjects *objects, void *arg)
{
	struct tally *tally = arg;
	struct kdwarf *dwarf = sim_alloc(objects->count * sizeof(*dwarf));
	struct kexport *exports;
	size_t n;

	if (!strcmp(objects->page, "4k")) { /* prototypes do not depend on it, and this takes time */
		free(dwarf);
		return 0;
	}
	exports = kexports_find(objects, &n);
	for (size_t i = 0; i < objects->count; i++)
		if (!kdwarf_open(&dwarf[i], objects->object[i].path))
			wrong(tally, "%s: no debug information", objects->object[i].path);
	for (size_t i = 0; i < objects->count && !tally->wrong; i++)
		if (objects->object[i].hosted)
			compare(objects, i, dwarf, exports, n, tally);
	for (size_t i = 0; i < objects->count; i++)
		kdwarf_close(&dwarf[i]);
	kexports_free(exports, n);
	free(dwarf);
	tally->kernels++;
	return 0;
}

START_TEST(test_exports_when_called_then_as_they_were_declared)
{
	/*
	 * Why: a model that forgot a parameter would be called all the same. How: result and parameters as the caller's
	 * compiler saw them against those of the function that answers, by DWARF.
	 */
	struct tally tally = {0};

	ck_assert_int_eq(kobjects_for_each(KERNEL_DIR, check_signatures, &tally), 0);
	nothing_is_wrong(&tally);
	ck_assert_uint_ge(tally.signatures, 150 * tally.kernels);
}
END_TEST

START_TEST(test_signature_when_known_then_its_parts)
{
	/* Why: signatures that come out empty would all be equal. How: a function of known shape, and a declaration. */
	struct kdwarf odd;
	char *text;

	ck_assert(kdwarf_open(&odd, PHBSIM_ODD_OBJECT));
	text = signature_in(&odd, "elf_odd", false);
	ck_assert_str_eq(text, "s4(struct vfio_iommu_spapr_tce_remove *, u4)");
	free(text);
	text = signature_in(&odd, "elf_odd_extern", true);
	ck_assert_str_eq(text, "s4(u8, s4)");
	free(text);
	ck_assert_ptr_null(signature_in(&odd, "elf_odd_extern", false));
	kdwarf_close(&odd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("elf.objects");
	TCase *tcase = tcase_create("objects");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, test_objects_when_hosted_then_only_what_c_gives);
	tcase_add_test(tcase, test_objects_when_made_by_an_assembler_then_refused);
	tcase_add_test(tcase, test_exports_when_hosted_files_ask_then_one_answer_on_purpose);
	tcase_add_test(tcase, test_exports_when_called_then_as_they_were_declared);
	tcase_add_test(tcase, test_signature_when_known_then_its_parts);
	tcase_set_timeout(tcase, 600);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

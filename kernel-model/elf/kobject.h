/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_ELF_KOBJECT_H
#define KERNEL_MODEL_ELF_KOBJECT_H
/*
 * kernel-model/elf/kobject.h - the object files of which a hosted kernel is linked, as the build left them: whose they
 * are, what they define, and what they ask for. For the build (kexports.c) and for tests (tests/elf); no part of the
 * program.
 *
 * The build names them in <id>_<page>.o.objects beside the linked object, and the hosted sources in <id>.files.
 */
#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct ksymbol - a named symbol that is no section and no file; @name is the object's. */
struct ksymbol {
	const char *name;
	bool defined, global, function;
	uint64_t value, size;
	size_t section; /* index, when defined */
};

/**
 * struct kobject - an object file, open.
 * @path: of the file. @source: of the hosted file, its path in the kernel tree; of ours, in the project. Owned, as
 * @symbol.
 */
struct kobject {
	char *path, *source;
	bool hosted;
	int fd;
	Elf *elf;
	struct ksymbol *symbol;
	size_t symbol_count;
};

/** struct kobjects - those of one kernel and page size, and what they were linked to. */
struct kobjects {
	char *name, *id, *version, *page; /* "linux-6.1", "linux_6_1", "6.1.192", "64k" */
	struct kobject *object;
	size_t count;
	struct kobject linked;
};

/** kobject_open - read @path. Return: 0, or -1 after a message on standard error; kobject_close() either way. */
int kobject_open(struct kobject *object, const char *path);
void kobject_close(struct kobject *object);

/** kobjects_fn - @objects is closed after it returned. Return: 0 to go on. */
typedef int kobjects_fn(struct kobjects *objects, void *arg);
/**
 * kobjects_for_each - every kernel of kernels.txt in the build's folder @dir, with each page size.
 * Return: 0, what @fn returned, or -1 after a message on standard error.
 */
int kobjects_for_each(const char *dir, kobjects_fn *fn, void *arg);

/** kobject_find - the symbol @name of @object that is @defined (or is not), or NULL. */
const struct ksymbol *kobject_find(const struct kobject *object, const char *name, bool defined);

/**
 * struct kexport - a name that hosted files ask for and find outside of themselves.
 * @kind: "hosted" (another hosted file), "modelled", "reconstructed" (after an era whose sources are not at hand),
 * "reports" (a finding when it is reached), "library" (memory and strings). @where: file, or "C library".
 * @definers: how many objects define it; 1 unless something is wrong. @users: hosted files that ask, ", " between them.
 */
struct kexport {
	const char *name, *kind, *where;
	bool function;
	unsigned int definers, user_count;
	char *users;
};

/** kexports_find - those of @objects that the linked object still has, in order of name. Return: owned array; @n
 * entries. */
struct kexport *kexports_find(const struct kobjects *objects, size_t *n);
void kexports_free(struct kexport *exports, size_t n);

#endif

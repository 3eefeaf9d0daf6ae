// SPDX-License-Identifier: GPL-2.0-only
/* kernel-model/elf/kobject.c - object files of a kernel, read with libelf. */
#include "kernel-model/elf/kobject.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/sim.h"

static bool ends(const char *text, const char *with)
{
	size_t n = strlen(text), m = strlen(with);

	return n >= m && !strcmp(text + n - m, with);
}

/* ---- One object ---- */

static void read_symbols(struct kobject *object, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t n = header->sh_size / header->sh_entsize;

	object->symbol = sim_alloc(n * sizeof(*object->symbol));
	for (size_t i = 0; i < n; i++) {
		GElf_Sym symbol;
		const char *name;

		gelf_getsym(data, (int)i, &symbol);
		name = elf_strptr(object->elf, header->sh_link, symbol.st_name);
		if (!name || !*name || GELF_ST_TYPE(symbol.st_info) == STT_SECTION ||
		    GELF_ST_TYPE(symbol.st_info) == STT_FILE)
			continue;
		object->symbol[object->symbol_count++] =
			(struct ksymbol){.name = name,
					 .defined = symbol.st_shndx != SHN_UNDEF,
					 .global = GELF_ST_BIND(symbol.st_info) != STB_LOCAL,
					 .function = GELF_ST_TYPE(symbol.st_info) == STT_FUNC,
					 .value = symbol.st_value,
					 .size = symbol.st_size,
					 .section = symbol.st_shndx};
	}
}

int kobject_open(struct kobject *object, const char *path)
{
	Elf_Scn *section = NULL;

	elf_version(EV_CURRENT);
	object->path = sim_strdup(path);
	object->fd = open(path, O_RDONLY | O_CLOEXEC);
	object->elf = object->fd < 0 ? NULL : elf_begin(object->fd, ELF_C_READ, NULL);
	if (!object->elf || elf_kind(object->elf) != ELF_K_ELF) {
		fprintf(stderr, "%s: found no object file, expected one (%s)\n", path, strerror(errno));
		return -1;
	}
	while ((section = elf_nextscn(object->elf, section))) {
		GElf_Shdr header;

		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB)
			read_symbols(object, section, &header);
	}
	return 0;
}

void kobject_close(struct kobject *object)
{
	free(object->symbol);
	free(object->source);
	free(object->path);
	elf_end(object->elf);
	if (object->fd >= 0)
		close(object->fd);
}

const struct ksymbol *kobject_find(const struct kobject *object, const char *name, bool defined)
{
	for (size_t i = 0; i < object->symbol_count; i++)
		if (object->symbol[i].defined == defined && !strcmp(object->symbol[i].name, name))
			return &object->symbol[i];
	return NULL;
}

/* ---- The objects of a kernel ---- */

/* The next line without its newline, or NULL. */
static char *next_line(FILE *file, char **line, size_t *room)
{
	ssize_t n;

	do {
		n = getline(line, room, file);
		if (n < 0)
			return NULL;
		(*line)[strcspn(*line, "\n")] = '\0';
	} while (!**line);
	return *line;
}

/*
 * Whose is it? The path of an object is that of its source with ".o" behind: for hosted files (lines of @files: PATH
 * FILE
 * ...) the place where the tree is; for ours, relative to the folder whose build description compiles it.
 */
static void identify(struct kobject *object, FILE *files)
{
	char *line = NULL, *objects = strstr(object->path, ".dir/");
	size_t room = 0;

	rewind(files);
	while (!object->source && next_line(files, &line, &room)) {
		char *path = strtok(line, " "), *file = strtok(NULL, " ");
		char *as_object = file ? sim_asprintf("%s.o", file) : NULL;

		if (as_object && ends(object->path, as_object)) {
			object->source = sim_strdup(path);
			object->hosted = true;
		}
		free(as_object);
	}
	free(line);
	if (object->source || !objects)
		return;
	objects += strlen(".dir/");
	objects += !strncmp(objects, "./", 2) ? 2 : 0;
	object->source =
		!strncmp(objects, "__/", 3) ? sim_strdup(objects + 3) : sim_asprintf("kernel-model/%s", objects);
	object->source[strlen(object->source) - strlen(".o")] = '\0';
}

static int open_all(struct kobjects *objects, FILE *list, FILE *files)
{
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	while (!err && next_line(list, &line, &room)) {
		objects->object = sim_realloc(objects->object, (objects->count + 1) * sizeof(*objects->object));
		objects->object[objects->count] = (struct kobject){.fd = -1};
		err = kobject_open(&objects->object[objects->count++], line);
		if (!err)
			identify(&objects->object[objects->count - 1], files);
	}
	free(line);
	return err;
}

static int open_kernel(struct kobjects *objects, const char *dir)
{
	char *linked = sim_asprintf("%s/%s_%s.o", dir, objects->id, objects->page);
	char *list_path = sim_asprintf("%s.objects", linked),
	     *files_path = sim_asprintf("%s/%s.files", dir, objects->id);
	FILE *list = fopen(list_path, "r"), *files = fopen(files_path, "r");
	int err = -1;

	if (!list || !files)
		fprintf(stderr, "%s: found nothing, expected what the build makes\n", list ? files_path : list_path);
	else
		err = kobject_open(&objects->linked, linked);
	if (!err)
		err = open_all(objects, list, files);
	if (list)
		fclose(list);
	if (files)
		fclose(files);
	free(list_path);
	free(files_path);
	free(linked);
	return err;
}

static int do_kernel(const char *dir, const char *const *row, const char *page, kobjects_fn *fn, void *arg)
{
	struct kobjects objects = {.name = sim_strdup(row[0]),
				   .id = sim_strdup(row[1]),
				   .version = sim_strdup(row[2]),
				   .page = sim_strdup(page),
				   .linked = {.fd = -1}};
	int err = open_kernel(&objects, dir);

	if (!err)
		err = fn(&objects, arg);
	for (size_t i = 0; i < objects.count; i++)
		kobject_close(&objects.object[i]);
	free(objects.object);
	kobject_close(&objects.linked);
	free(objects.name);
	free(objects.id);
	free(objects.version);
	free(objects.page);
	return err;
}

int kobjects_for_each(const char *dir, kobjects_fn *fn, void *arg)
{
	char *path = sim_asprintf("%s/kernels.txt", dir), *line = NULL;
	FILE *kernels = fopen(path, "r");
	size_t room = 0;
	int err = 0;

	if (!kernels) {
		fprintf(stderr, "%s: found nothing, expected the table of kernels\n", path);
		err = -1;
	}
	while (!err && next_line(kernels, &line, &room)) {
		const char *row[3];

		row[0] = strtok(line, "|");
		row[1] = strtok(NULL, "|");
		row[2] = strtok(NULL, "|");
		err = row[2] ? do_kernel(dir, row, "64k", fn, arg) : -1;
		if (!err)
			err = do_kernel(dir, row, "4k", fn, arg);
	}
	if (kernels)
		fclose(kernels);
	free(line);
	free(path);
	return err;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cli_outdir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Make one folder, remember it if it was not there. */
static int make_one(struct cli_outdir *dir, const char *path)
{
	struct stat st;

	if (!mkdir(path, 0777)) {
		dir->made = sim_realloc(dir->made, (dir->made_count + 1) * sizeof(*dir->made));
		dir->made[dir->made_count++] = sim_strdup(path);
		return 0;
	}
	if (errno != EEXIST)
		return -errno;
	if (stat(path, &st))
		return -errno;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

static int make_all(struct cli_outdir *dir)
{
	char *path = sim_strdup(dir->path);
	int err = 0;

	for (char *p = path + 1; *p && !err; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		err = make_one(dir, path);
		*p = '/';
	}
	if (!err)
		err = make_one(dir, path);
	free(path);
	return err;
}

/* Permission bits do not tell (root, read-only mounts): write a file. */
static int try_file(const char *dir)
{
	char *name = sim_asprintf("%s/.phbsim-XXXXXX", dir);
	int fd = mkstemp(name), err = fd < 0 ? -errno : 0;

	if (fd >= 0) {
		close(fd);
		unlink(name);
	}
	free(name);
	return err;
}

#define EXPECTED "expected a folder that can be written"

int cli_outdir_open(struct cli_outdir *dir, const char *path, char **error)
{
	int err;

	if (!*path) {
		*error = sim_asprintf("--out: found an empty name, " EXPECTED);
		return -EINVAL;
	}
	dir->path = sim_strdup(path);
	err = make_all(dir);
	if (!err)
		err = try_file(path);
	if (err) {
		cli_outdir_undo(dir);
		if (err == -ENOTDIR)
			*error = sim_asprintf("--out %s: found something that is no folder, " EXPECTED, path);
		else
			*error = sim_asprintf("--out %s: found that it cannot be written (%s), " EXPECTED, path,
					      strerror(-err));
	}
	return err;
}

#undef EXPECTED

void cli_outdir_undo(struct cli_outdir *dir)
{
	for (size_t i = dir->made_count; i--;)
		(void)rmdir(dir->made[i]);
}

void cli_outdir_finish(struct cli_outdir *dir)
{
	for (size_t i = 0; i < dir->made_count; i++)
		free(dir->made[i]);
	free(dir->made);
	free(dir->path);
	memset(dir, 0, sizeof(*dir));
}

char *cli_outdir_default(const char *prefix, const char *scenario)
{
	const char *slash = strrchr(scenario, '/');
	const char *name = slash ? slash + 1 : scenario;
	size_t n = strlen(name);

	if (n > 5 && !strcmp(name + n - 5, ".yaml"))
		n -= 5;
	return sim_asprintf("out/%s%.*s", prefix, (int)n, name);
}

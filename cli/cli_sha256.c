// SPDX-License-Identifier: GPL-2.0-only
#include "cli/cli_sha256.h"

#include <errno.h>
#include <gcrypt.h>
#include <stdio.h>

/* libgcrypt wants to be asked for its version once before all else; asking again is harmless. */
static int hash_open(gcry_md_hd_t *hash)
{
	if (!gcry_check_version(GCRYPT_VERSION))
		return -ENOSYS;
	if (!gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) {
		gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
		gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	}
	return gcry_md_open(hash, GCRY_MD_SHA256, 0) ? -ENOSYS : 0;
}

int cli_sha256_file(const char *path, char hex[static CLI_SHA256_TEXT_BYTES])
{
	unsigned char bytes[65536];
	const unsigned char *digest;
	gcry_md_hd_t hash;
	FILE *file = fopen(path, "rb");
	size_t n;
	int err;

	if (!file)
		return -errno;
	err = hash_open(&hash);
	if (err)
		goto err_close;
	while ((n = fread(bytes, 1, sizeof(bytes), file)))
		gcry_md_write(hash, bytes, n);
	if (ferror(file)) {
		err = -EIO;
	} else {
		digest = gcry_md_read(hash, GCRY_MD_SHA256);
		for (n = 0; n < 32; n++)
			snprintf(hex + 2 * n, 3, "%02x", digest[n]);
	}
	gcry_md_close(hash);
err_close:
	fclose(file);
	return err;
}

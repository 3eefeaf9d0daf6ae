/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_CLI_SHA256_H
#define CLI_CLI_SHA256_H
/* cli/cli_sha256.h - SHA-256 of a file. Only cli/cli_sha256.c knows libgcrypt. */
#include "sim/sim.h"

#define CLI_SHA256_TEXT_BYTES 65

/** cli_sha256_file - @hex: gets 64 lower-case digits and a zero byte. Return: 0 or -errno. */
int cli_sha256_file(const char *path, char hex[static CLI_SHA256_TEXT_BYTES]) sim_must_use;

#endif

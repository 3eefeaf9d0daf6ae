/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sim/out.c - output files: a temporary beside the final name, renamed when all went well.
 */
#include "sim/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/out_internal.h"

/* Long runs write traces of many megabytes in small pieces. */
#define OUT_BUFFER_BYTES 65536

/**
 * struct out - one output.
 * @stream: owned unless @borrowed. @path, @temp: owned; NULL when there is nothing to rename or remove.
 * @error: the first errno, 0 if all went well.
 */
struct out {
	FILE *stream;
	bool borrowed;
	char *path;
	char *temp;
	int error;
};

static void out_fail(struct out *out)
{
	if (!out->error)
		out->error = errno ? errno : EIO;
}

static void out_free(struct out *out)
{
	free(out->path);
	free(out->temp);
	free(out);
}

int out_open(struct out **out, const char *path)
{
	struct out *made = sim_alloc(sizeof(*made));
	struct stat st;
	int error;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		goto err_free;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		made->stream = fopen(path, "we");
	} else {
		/* The process id keeps two simulators apart that write to the same directory. */
		made->path = sim_strdup(path);
		made->temp = sim_asprintf("%s.%ld.part", path, (long)getpid());
		made->stream = fopen(made->temp, "we");
	}
	if (!made->stream)
		goto err_free;
	setvbuf(made->stream, NULL, _IOFBF, OUT_BUFFER_BYTES);
	*out = made;
	return 0;

err_free:
	error = errno;
	out_free(made);
	return -error;
}

struct out *out_from_stream(FILE *stream)
{
	struct out *out = sim_alloc(sizeof(*out));

	out->stream = stream;
	out->borrowed = true;
	return out;
}

int out_commit(struct out *out)
{
	int error;

	errno = 0;
	if (out->borrowed ? fflush(out->stream) != 0 : fclose(out->stream) != 0)
		out_fail(out);
	if (out->temp && !out->error && rename(out->temp, out->path) != 0)
		out_fail(out);
	if (out->temp && out->error)
		unlink(out->temp);
	error = out->error;
	out_free(out);
	return -error;
}

void out_abort(struct out *out)
{
	if (!out)
		return;
	if (!out->borrowed)
		fclose(out->stream);
	if (out->temp)
		unlink(out->temp);
	out_free(out);
}

void out_write(struct out *out, const void *bytes, size_t n)
{
	if (out->error)
		return;
	errno = 0;
	if (fwrite(bytes, 1, n, out->stream) != n)
		out_fail(out);
}

void out_text(struct out *out, const char *text)
{
	out_write(out, text, strlen(text));
}

void out_u64(struct out *out, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	out_write(out, digits + at, sizeof(digits) - at);
}

void out_hex(struct out *out, uint64_t value)
{
	char digits[18];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	digits[--at] = 'x';
	digits[--at] = '0';
	out_write(out, digits + at, sizeof(digits) - at);
}

void out_fixed(struct out *out, uint64_t value, uint32_t decimals)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t whole = value;

	sim_assert(NULL, decimals <= 19);
	for (uint32_t i = 0; i < decimals; i++) {
		digits[--at] = (char)('0' + whole % 10);
		whole /= 10;
	}
	if (decimals)
		digits[--at] = '.';
	out_u64(out, whole);
	out_write(out, digits + at, sizeof(digits) - at);
}

/* The table of well-formed sequences in RFC 3629, section 4. */
size_t out_utf8_length(const unsigned char *text)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t length;

	if (text[0] < 0x80)
		return 1;
	if (text[0] >= 0xc2 && text[0] <= 0xdf) {
		length = 2;
	} else if (text[0] >= 0xe0 && text[0] <= 0xef) {
		length = 3;
		low = text[0] == 0xe0 ? 0xa0 : 0x80;
		high = text[0] == 0xed ? 0x9f : 0xbf;
	} else if (text[0] >= 0xf0 && text[0] <= 0xf4) {
		length = 4;
		low = text[0] == 0xf0 ? 0x90 : 0x80;
		high = text[0] == 0xf4 ? 0x8f : 0xbf;
	} else {
		return 0;
	}
	if (text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++) {
		if (text[i] < 0x80 || text[i] > 0xbf)
			return 0;
	}
	return length;
}

static void out_json_control(struct out *out, unsigned char c)
{
	char escape[] = "\\u0000";

	switch (c) {
	case '\n':
		out_write(out, "\\n", 2);
		return;
	case '\t':
		out_write(out, "\\t", 2);
		return;
	case '\r':
		out_write(out, "\\r", 2);
		return;
	default:
		escape[4] = "0123456789abcdef"[c >> 4];
		escape[5] = "0123456789abcdef"[c & 15];
		out_write(out, escape, 6);
	}
}

void out_json_text(struct out *out, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	const unsigned char *plain = at; /* start of what can be written as it is */

	out_write(out, "\"", 1);
	while (*at) {
		size_t length = out_utf8_length(at);

		if (length && *at >= 0x20 && *at != 0x7f && *at != '"' && *at != '\\') {
			at += length;
			continue;
		}
		out_write(out, plain, (size_t)(at - plain));
		if (!length) {
			out_write(out, "\xef\xbf\xbd", 3);
		} else if (*at == '"' || *at == '\\') {
			out_write(out, "\\", 1);
			out_write(out, at, 1);
		} else {
			out_json_control(out, *at);
		}
		plain = ++at;
	}
	out_write(out, plain, (size_t)(at - plain));
	out_write(out, "\"", 1);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workloads/trace_input.c - lines of a file through one buffer, and through liblzma where the file is an xz archive.
 *
 * The buffer holds at least one whole line; what is left of a line at its end is moved to the front before more is
 * read.
 */
#include "workloads/trace_input.h"

#include <errno.h>
#include <inttypes.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_BYTES (1u << 18)
#define TEXT_BYTES (1u << 20)
#define DECODER_MEMORY_MAX (512ull << 20)

static const uint8_t xz_magic[] = {0xfd, '7', 'z', 'X', 'Z', 0};

struct trace_input {
	char *path;
	FILE *file;
	bool compressed, at_end; /* at_end: no more text will come */
	lzma_stream decoder;
	uint64_t number;
	size_t begin, end; /* of the text not yet returned */
	uint8_t raw[INPUT_BYTES];
	char text[TEXT_BYTES + 1];
};

static int trace_input_fail(const struct trace_input *input, char **error, const char *found, const char *expected)
{
	*error = sim_asprintf("%s:%" PRIu64 ":1: found %s, expected %s", input->path, input->number + 1, found,
			      expected);
	return -EINVAL;
}

int trace_input_open(const char *path, struct trace_input **out, char **error)
{
	struct trace_input *input;
	FILE *file = fopen(path, "rb");
	size_t got;
	int err = errno;

	if (!file) {
		*error = sim_asprintf("%s: found %s, expected a trace", path, strerror(err));
		return -err;
	}
	input = sim_alloc(sizeof(*input));
	input->path = sim_strdup(path);
	input->file = file;
	got = fread(input->raw, 1, sizeof(xz_magic), file);
	if (ferror(file)) { /* a directory, for one */
		err = errno ? errno : EIO;
		*error = sim_asprintf("%s: found %s, expected a trace", path, strerror(err));
		trace_input_close(input);
		return -err;
	}
	input->compressed = got == sizeof(xz_magic) && !memcmp(input->raw, xz_magic, got);
	rewind(file);
	if (input->compressed) {
		sim_assert(NULL,
			   lzma_stream_decoder(&input->decoder, DECODER_MEMORY_MAX, LZMA_CONCATENATED) == LZMA_OK);
	}
	*out = input;
	return 0;
}

void trace_input_close(struct trace_input *input)
{
	if (!input)
		return;
	lzma_end(&input->decoder);
	fclose(input->file);
	free(input->path);
	free(input);
}

static const char *trace_input_reason(lzma_ret ret)
{
	switch (ret) {
	case LZMA_BUF_ERROR:
		return "the end of the file in the middle of its data";
	case LZMA_MEMLIMIT_ERROR:
		return "compressed data that needs more than 512 MiB to unpack";
	default:
		return "damaged compressed data";
	}
}

/* More text behind @end. */
static int trace_input_decode(struct trace_input *input, char **error)
{
	lzma_stream *decoder = &input->decoder;
	lzma_ret ret;

	decoder->next_out = (uint8_t *)input->text + input->end;
	decoder->avail_out = TEXT_BYTES - input->end;
	do {
		if (!decoder->avail_in && !feof(input->file)) {
			decoder->next_in = input->raw;
			decoder->avail_in = fread(input->raw, 1, sizeof(input->raw), input->file);
		}
		ret = lzma_code(decoder, feof(input->file) ? LZMA_FINISH : LZMA_RUN);
	} while (ret == LZMA_OK && decoder->avail_out);
	input->end = TEXT_BYTES - decoder->avail_out;
	input->at_end = ret == LZMA_STREAM_END;
	if (ret != LZMA_OK && ret != LZMA_STREAM_END)
		return trace_input_fail(input, error, trace_input_reason(ret), "a whole xz file");
	return 0;
}

static int trace_input_fill(struct trace_input *input, char **error)
{
	memmove(input->text, input->text + input->begin, input->end - input->begin);
	input->end -= input->begin;
	input->begin = 0;
	if (input->compressed)
		return trace_input_decode(input, error);
	input->end += fread(input->text + input->end, 1, TEXT_BYTES - input->end, input->file);
	if (ferror(input->file))
		return trace_input_fail(input, error, strerror(errno), "a file that can be read");
	input->at_end = feof(input->file);
	return 0;
}

int trace_input_line(struct trace_input *input, const char **line, size_t *bytes, char **error)
{
	char *at, *newline;
	int err;

	for (;;) {
		at = input->text + input->begin;
		newline = memchr(at, '\n', input->end - input->begin);
		if (newline || input->at_end)
			break;
		if (input->end - input->begin > TRACE_LINE_MAX)
			return trace_input_fail(input, error, "a line of more than 4096 bytes", "one record per line");
		err = trace_input_fill(input, error);
		if (err)
			return err;
	}
	if (!newline)
		newline = input->text + input->end;
	*bytes = (size_t)(newline - at);
	if (!*bytes && input->begin == input->end)
		return 0;
	if (*bytes > TRACE_LINE_MAX)
		return trace_input_fail(input, error, "a line of more than 4096 bytes", "one record per line");
	input->begin += *bytes + (newline < input->text + input->end);
	*newline = '\0';
	*line = at;
	input->number++;
	return 1;
}

uint64_t trace_input_number(const struct trace_input *input)
{
	return input->number;
}

const char *trace_input_path(const struct trace_input *input)
{
	return input->path;
}

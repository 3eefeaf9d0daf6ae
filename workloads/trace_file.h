/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_TRACE_FILE_H
#define WORKLOADS_TRACE_FILE_H
/*
 * workloads/trace_file.h - traces of real guests and VFIO programs: one record per line, comma-separated, plain or xz.
 *
 * Two kinds, told apart by the number of fields of the first line:
 *
 *   hypercalls  dt_us,op,liobn,ioba,npages,tce,ret      op: P H_PUT_TCE, I H_PUT_TCE_INDIRECT, S H_STUFF_TCE,
 *                                                       G H_GET_TCE, X a device's DMA as its bridge translated it
 *   ioctls      dt_us,op,a,b,c                          op: I GET_INFO, C CREATE(bytes, page shift, levels),
 *                                                       D REMOVE(start), R REGISTER(vaddr, bytes),
 *                                                       X UNREGISTER(vaddr, bytes), M MAP(iova, bytes, vaddr | access),
 *                                                       U UNMAP(iova, bytes)
 *
 * dt_us (microseconds since the record before), npages and ret are decimal, all else hexadecimal without 0x. @tce of I
 * is the first of consecutive pages; of X the page and the access that was granted (1 read, 2 write).
 */
#include "workloads/trace_input.h"

enum trace_kind { TRACE_HCALLS, TRACE_IOCTLS };

/** struct trace_hcall - @pages: TCEs of the call. @ret: the hypercall's return code. */
struct trace_hcall {
	uint64_t liobn, ioba, pages, tce;
	int64_t ret;
};

/** struct trace_ioctl - arguments in the order above. */
struct trace_ioctl {
	uint64_t arg[3];
};

/** struct trace_record - @line: in the file, from 1. @dt_us: since the record before. @op: a letter of the table above.
 */
struct trace_record {
	uint64_t line, dt_us;
	char op;
	union {
		struct trace_hcall hcall;
		struct trace_ioctl ioctl;
	};
};

struct trace_file;

/**
 * trace_file_open - open @path and find out what kind it is.
 * Return: 0 and *@out; -errno and *@error, "path:line:col: found ..., expected ...", owned by the caller. An empty file
 * is an error.
 */
int trace_file_open(const char *path, struct trace_file **out, char **error) sim_must_use;
void trace_file_close(struct trace_file *file);
enum trace_kind trace_file_kind(const struct trace_file *file);

/**
 * trace_file_next - the next record.
 * Return: 1 and *@record; 0 at the end; -EINVAL and *@error when the line makes no sense. What is out of the range of
 * any guest (more than 2^20 pages in a call, an hour between two records, sizes above 2^60) makes no sense.
 */
int trace_file_next(struct trace_file *file, struct trace_record *record, char **error) sim_must_use;

#endif

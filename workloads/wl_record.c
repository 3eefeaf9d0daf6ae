// SPDX-License-Identifier: GPL-2.0-only
/* workloads/wl_record.c - see workloads/wl_record.h. */
#include "workloads/wl_record.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/finding.h"
#include "sim/out.h"
#include "sim/stat.h"

#define RECORD_TCE_RUNS 16u /* that are told one by one */
#define RECORD_MAPS 4096u   /* that are remembered */

/** struct record_device - a function that a process opened. @fd: -1 when it is closed again. @proc: a leader. */
struct record_device {
	char name[64];
	const struct vfm_proc *proc;
	int fd;
	uint32_t phb, rid;
};

/** struct record_map - the last MAP_DMA that asked for something at @iova. */
struct record_map {
	const struct vfm_proc *proc;
	uint64_t iova, bytes, user_va;
};

/** struct record_run - TCEs that continue each other. @user: @target is a user address; nothing is told of others. */
struct record_run {
	uint64_t iova, bytes, target;
	bool read, write, bypass, user;
};

/**
 * struct wl_record - @line, @text, @text_bytes: one line, before it goes to @out.
 * @now: whose TCEs are being read, NULL for nobody's; @open_run, @runs, @rest: the run that may go on, how many were
 * told, and a checksum of those that were not.
 */
struct wl_record {
	struct wl_run *run;
	struct out *out;
	FILE *line;
	char *text;
	size_t text_bytes;
	struct record_device *device;
	struct record_map *map;
	size_t device_count, map_count;
	struct vfm_proc *now;
	struct record_run open_run;
	uint32_t runs;
	uint64_t rest;
};

/* ---- Lines ---- */

static void end_line(struct wl_record *record)
{
	long bytes;

	fputc('\n', record->line);
	fflush(record->line);
	bytes = ftell(record->line);
	if (bytes > 0)
		out_write(record->out, record->text, (size_t)bytes);
	rewind(record->line);
}

/* A field of free text. */
static void put_text(struct wl_record *record, const char *text)
{
	fputc('\t', record->line);
	for (; *text; text++)
		fputc(*text == '\t' || *text == '\n' ? ' ' : *text, record->line);
}

/* ---- TCEs ---- */

static void tell_run(struct wl_record *record)
{
	const struct record_run *run = &record->open_run;

	if (!run->bytes)
		return;
	if (record->runs++ >= RECORD_TCE_RUNS) {
		record->rest = (record->rest ^ run->iova ^ run->target ^ run->bytes) * 0x100000001b3ull;
		return;
	}
	fprintf(record->line, "%s0x%" PRIx64 "+0x%" PRIx64 " %s%s ", record->runs > 1 ? ", " : "", run->iova,
		run->bytes, run->read ? "r" : "", run->write ? "w" : "");
	if (run->user)
		fprintf(record->line, "0x%" PRIx64, run->target);
	else
		fputs(run->bypass ? "untranslated" : "elsewhere", record->line);
}

/* The user address that the process last wanted at @iova, of those that @real is behind. */
static bool user_address(const struct wl_record *record, uint64_t iova, uint64_t real, uint64_t *target)
{
	for (size_t i = record->now ? record->map_count : 0; i--;) {
		const struct record_map *map = &record->map[i];
		uint64_t user_va = map->user_va + (iova - map->iova);

		if (map->proc != vfm_proc_leader(record->now) || iova - map->iova >= map->bytes ||
		    vfm_user_real(record->now, user_va) != real)
			continue;
		*target = user_va;
		return true;
	}
	return false;
}

static void on_tce(void *arg, const struct phb_tce *tce)
{
	struct wl_record *record = arg;
	struct record_run *open = &record->open_run;
	struct record_run run = {
		.iova = tce->iova, .bytes = tce->bytes, .read = tce->read, .write = tce->write, .bypass = tce->bypass};

	run.user = !tce->bypass && user_address(record, tce->iova, tce->real.v, &run.target);
	if (open->bytes && open->iova + open->bytes == run.iova && open->user == run.user &&
	    open->bypass == run.bypass && (!run.user || open->target + open->bytes == run.target) &&
	    open->read == run.read && open->write == run.write) {
		open->bytes += run.bytes;
		return;
	}
	tell_run(record);
	*open = run;
}

static void put_device_tces(struct wl_record *record, const struct record_device *device, uint64_t first, uint64_t last)
{
	memset(&record->open_run, 0, sizeof(record->open_run));
	record->runs = 0;
	record->rest = 0;
	phb_tces(machine_phb(record->run->machine, device->phb), (uint16_t)device->rid, (struct ioaddr){first},
		 (struct ioaddr){last}, on_tce, record);
	tell_run(record);
	if (record->runs > RECORD_TCE_RUNS)
		fprintf(record->line, ", and %" PRIu32 " more #%016" PRIx64, record->runs - RECORD_TCE_RUNS,
			record->rest);
	else if (!record->runs)
		fputs("none", record->line);
}

/* Of all devices that @proc has open. */
static void put_tces(struct wl_record *record, struct vfm_proc *proc, uint64_t first, uint64_t last)
{
	const char *apart = "";

	record->now = proc;
	for (size_t i = 0; i < record->device_count; i++) {
		const struct record_device *device = &record->device[i];

		if (device->fd < 0 || device->proc != vfm_proc_leader(proc))
			continue;
		fprintf(record->line, "%s%s: ", apart, device->name);
		put_device_tces(record, device, first, last);
		apart = "; ";
	}
	record->now = NULL;
}

/* ---- Calls ---- */

/* As the kernel knows the name; a device that is opened again is the same one. */
static void device_opened(struct wl_record *record, const struct vfm_syscall *call)
{
	const struct km_ops *ops = kernel_ops(record->run->kernel);
	struct record_device device = {.proc = vfm_proc_leader(call->proc), .fd = (int)call->ret};
	unsigned int phb, pe, rid;
	size_t i;
	int group;

	for (int index = 0; index < ops->device_count(); index++) {
		if (ops->device_info(index, device.name, sizeof(device.name), &group, &phb, &pe, &rid) ||
		    strncmp(device.name, call->in, call->arg_bytes))
			continue;
		device.phb = phb;
		device.rid = rid;
		for (i = 0; i < record->device_count && strcmp(record->device[i].name, device.name); i++)
			;
		if (i == record->device_count)
			record->device = sim_realloc(record->device, ++record->device_count * sizeof(*record->device));
		record->device[i] = device;
		return;
	}
}

static struct record_device *device_of(struct wl_record *record, const struct vfm_syscall *call)
{
	for (size_t i = 0; i < record->device_count; i++)
		if (record->device[i].fd >= 0 && record->device[i].fd == call->fd &&
		    record->device[i].proc == vfm_proc_leader(call->proc))
			return &record->device[i];
	return NULL;
}

static bool holds_device(const struct wl_record *record, struct vfm_proc *proc)
{
	for (size_t i = 0; i < record->device_count; i++)
		if (record->device[i].fd >= 0 && record->device[i].proc == vfm_proc_leader(proc))
			return true;
	return false;
}

static void map_asked(struct wl_record *record, const struct vfm_syscall *call)
{
	struct vfio_iommu_type1_dma_map map;
	struct record_map *found = NULL;

	memcpy(&map, call->in, sizeof(map));
	for (size_t i = 0; i < record->map_count && !found; i++)
		if (record->map[i].proc == vfm_proc_leader(call->proc) && record->map[i].iova == map.iova &&
		    record->map[i].bytes == map.size)
			found = &record->map[i];
	if (!found && record->map_count < RECORD_MAPS)
		found = &record->map[record->map_count++];
	if (!found)
		found = record->map;
	/* Later ones are looked at first. */
	memmove(found, found + 1, (size_t)(record->map + record->map_count - 1 - found) * sizeof(*found));
	record->map[record->map_count - 1] =
		(struct record_map){vfm_proc_leader(call->proc), map.iova, map.size, map.vaddr};
}

static void put_range_tces(struct wl_record *record, const struct vfm_syscall *call)
{
	uint64_t page = vfm_proc_page_bytes(call->proc), iova, bytes, last;

	/* Both structures end with iova and size. */
	memcpy(&iova, (const uint8_t *)call->in + call->arg_bytes - 16, 8);
	memcpy(&bytes, (const uint8_t *)call->in + call->arg_bytes - 8, 8);
	last = iova + bytes + page - 1;
	put_tces(record, call->proc, iova, last < iova ? UINT64_MAX : last);
}

/* What a call left in the tables, by ioctl. */
static void put_left_tces(struct wl_record *record, const struct vfm_syscall *call)
{
	switch (call->cmd) {
	case VFIO_IOMMU_MAP_DMA:
		if (call->in)
			map_asked(record, call);
		/* fallthrough */
	case VFIO_IOMMU_UNMAP_DMA:
		if (call->in)
			put_range_tces(record, call);
		break;
	case VFIO_IOMMU_SPAPR_TCE_CREATE:
	case VFIO_IOMMU_SPAPR_TCE_REMOVE:
	case VFIO_GROUP_SET_CONTAINER:
	case VFIO_GROUP_UNSET_CONTAINER:
		put_tces(record, call->proc, 0, UINT64_MAX);
		break;
	case VFIO_GROUP_GET_DEVICE_FD:
		if (call->ret >= 0 && call->in)
			device_opened(record, call);
		break;
	}
}

static void put_call(struct wl_record *record, const struct vfm_syscall *call)
{
	fputs("call", record->line);
	put_text(record, vfm_proc_name(call->proc));
	fprintf(record->line, "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%s\t", call->begin_ps,
		call->end_ps - call->begin_ps, vfm_proc_locked_vm(call->proc), vfm_call_name(call->call));
	vfm_text_call(record->line, call);
	fputc('\t', record->line);
	vfm_text_result(record->line, call);
	fputc('\t', record->line);
	vfm_text_left(record->line, call);
	fputc('\t', record->line);
}

/*
 * Calls of several processes are under way at the same time, so a line is written whole at its return. The last look at
 * tables that a call takes away comes before it, in a line of its own.
 */
static void on_call(void *arg, const struct vfm_syscall *call)
{
	struct wl_record *record = arg;
	struct record_device *device = call->call == VFM_CALL_CLOSE ? device_of(record, call) : NULL;

	if (!call->returned) {
		if (!device && (call->call != VFM_CALL_EXIT || !holds_device(record, call->proc)))
			return;
		fputs("last", record->line);
		put_text(record, vfm_proc_name(call->proc));
		fputc('\t', record->line);
		put_tces(record, call->proc, 0, UINT64_MAX);
		end_line(record);
		return;
	}
	if (device)
		device->fd = -1;
	put_call(record, call);
	put_left_tces(record, call);
	end_line(record);
}

/* ---- Life ---- */

int wl_record_open(struct wl_run *run, const char *path, struct wl_record **out)
{
	const struct km_desc *kernel = kernel_desc(run->kernel);
	struct wl_record *record = sim_alloc(sizeof(*record));
	int err = out_open(&record->out, path);

	record->run = run;
	record->map = sim_alloc(RECORD_MAPS * sizeof(*record->map));
	record->line = err ? NULL : open_memstream(&record->text, &record->text_bytes);
	if (!record->line) {
		wl_record_abort(record);
		return err ? err : -ENOMEM;
	}
	fputs("run", record->line);
	put_text(record, run->desc->name);
	put_text(record, cfg_text(run->cfg, "machine"));
	fprintf(record->line, "\t%" PRIu64, run->options->seed);
	end_line(record);
	fprintf(record->line, "kernel\t%s\t%s\t%" PRIu32, kernel->name, kernel->version, kernel->page_bytes);
	end_line(record);
	vfm_observe_calls(run->vfm, on_call, record);
	*out = record;
	return 0;
}

static void put_account(struct wl_record *record, const char *name)
{
	const uint64_t *value = stat_find(record->run->sim, "kernel", name, NULL);

	fprintf(record->line, "account\t%s\t%" PRIu64, name, value ? *value : 0);
	end_line(record);
}

int wl_record_close(struct wl_record *record)
{
	const struct finding *finding;
	int err;

	for (size_t i = 0; i < record->device_count; i++) {
		fprintf(record->line, "tces\t%s\t", record->device[i].name);
		put_device_tces(record, &record->device[i], 0, UINT64_MAX);
		end_line(record);
	}
	put_account(record, "pins");
	put_account(record, "unpins");
	for (size_t i = 0; (finding = finding_get(record->run->sim, i)); i++) {
		fprintf(record->line, "finding\t%s\t%s", finding_severity_name(finding->severity), finding->kind);
		put_text(record, finding->text);
		fprintf(record->line, "\t%" PRIu64, finding->count);
		end_line(record);
	}
	fprintf(record->line, "end\t%" PRIu64, sim_now(record->run->sim));
	end_line(record);
	err = out_commit(record->out);
	record->out = NULL;
	wl_record_abort(record);
	return err;
}

void wl_record_abort(struct wl_record *record)
{
	if (!record)
		return;
	out_abort(record->out);
	if (record->line)
		fclose(record->line);
	free(record->text);
	free(record->device);
	free(record->map);
	free(record);
}

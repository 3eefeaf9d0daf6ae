// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-model/vfm_text.c - system calls in words, for people and for comparisons: the line that strace would print, with
 * the structures of linux/vfio.h. One table has the fields of all structures; what the kernel wrote is what differs
 * after.
 */
#define _GNU_SOURCE /* strerrorname_np() */
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>

#include "vfio-model/vfm_internal.h"

/** enum vfm_form - how a value is written. */
enum vfm_form { FORM_DEC, FORM_HEX, FORM_SIZE, FORM_TEXT, FORM_RW, FORM_EEH, FORM_TYPE };

/** struct vfm_field - one of an argument structure. @cmd: of which ioctl; fields of one stand together, in order. */
struct vfm_field {
	uint32_t cmd;
	const char *name;
	uint16_t offset, bytes;
	enum vfm_form form;
};

#define FIELD(cmd, type, member, form)                                                                                 \
	{                                                                                                              \
		VFIO_##cmd, #member, offsetof(struct type, member), sizeof(((struct type *)0)->member), FORM_##form    \
	}

/* clang-format off */
static const struct vfm_field vfm_fields[] = {
	FIELD(GROUP_GET_STATUS, vfio_group_status, argsz, DEC),
	FIELD(GROUP_GET_STATUS, vfio_group_status, flags, HEX),
	{VFIO_GROUP_SET_CONTAINER, "container", 0, sizeof(int32_t), FORM_DEC},
	{VFIO_GROUP_GET_DEVICE_FD, NULL, 0, 0, FORM_TEXT},
	FIELD(DEVICE_GET_INFO, vfio_device_info, argsz, DEC),
	FIELD(DEVICE_GET_INFO, vfio_device_info, flags, HEX),
	FIELD(DEVICE_GET_INFO, vfio_device_info, num_regions, DEC),
	FIELD(DEVICE_GET_INFO, vfio_device_info, num_irqs, DEC),
	FIELD(DEVICE_GET_REGION_INFO, vfio_region_info, argsz, DEC),
	FIELD(DEVICE_GET_REGION_INFO, vfio_region_info, flags, HEX),
	FIELD(DEVICE_GET_REGION_INFO, vfio_region_info, index, DEC),
	FIELD(DEVICE_GET_REGION_INFO, vfio_region_info, size, SIZE),
	FIELD(DEVICE_GET_REGION_INFO, vfio_region_info, offset, HEX),
	FIELD(DEVICE_GET_IRQ_INFO, vfio_irq_info, argsz, DEC),
	FIELD(DEVICE_GET_IRQ_INFO, vfio_irq_info, flags, HEX),
	FIELD(DEVICE_GET_IRQ_INFO, vfio_irq_info, index, DEC),
	FIELD(DEVICE_GET_IRQ_INFO, vfio_irq_info, count, DEC),
	FIELD(DEVICE_SET_IRQS, vfio_irq_set, argsz, DEC),
	FIELD(DEVICE_SET_IRQS, vfio_irq_set, flags, HEX),
	FIELD(DEVICE_SET_IRQS, vfio_irq_set, index, DEC),
	FIELD(DEVICE_SET_IRQS, vfio_irq_set, start, DEC),
	FIELD(DEVICE_SET_IRQS, vfio_irq_set, count, DEC),
	FIELD(IOMMU_SPAPR_TCE_GET_INFO, vfio_iommu_spapr_tce_info, argsz, DEC),
	FIELD(IOMMU_SPAPR_TCE_GET_INFO, vfio_iommu_spapr_tce_info, flags, HEX),
	FIELD(IOMMU_SPAPR_TCE_GET_INFO, vfio_iommu_spapr_tce_info, dma32_window_start, HEX),
	FIELD(IOMMU_SPAPR_TCE_GET_INFO, vfio_iommu_spapr_tce_info, dma32_window_size, SIZE),
	FIELD(IOMMU_SPAPR_TCE_GET_INFO, vfio_iommu_spapr_tce_info, ddw.pgsizes, HEX),
	FIELD(IOMMU_SPAPR_TCE_GET_INFO, vfio_iommu_spapr_tce_info, ddw.max_dynamic_windows_supported, DEC),
	FIELD(IOMMU_SPAPR_TCE_GET_INFO, vfio_iommu_spapr_tce_info, ddw.levels, DEC),
	FIELD(IOMMU_SPAPR_REGISTER_MEMORY, vfio_iommu_spapr_register_memory, argsz, DEC),
	FIELD(IOMMU_SPAPR_REGISTER_MEMORY, vfio_iommu_spapr_register_memory, flags, HEX),
	FIELD(IOMMU_SPAPR_REGISTER_MEMORY, vfio_iommu_spapr_register_memory, vaddr, HEX),
	FIELD(IOMMU_SPAPR_REGISTER_MEMORY, vfio_iommu_spapr_register_memory, size, SIZE),
	FIELD(IOMMU_SPAPR_UNREGISTER_MEMORY, vfio_iommu_spapr_register_memory, argsz, DEC),
	FIELD(IOMMU_SPAPR_UNREGISTER_MEMORY, vfio_iommu_spapr_register_memory, flags, HEX),
	FIELD(IOMMU_SPAPR_UNREGISTER_MEMORY, vfio_iommu_spapr_register_memory, vaddr, HEX),
	FIELD(IOMMU_SPAPR_UNREGISTER_MEMORY, vfio_iommu_spapr_register_memory, size, SIZE),
	FIELD(IOMMU_SPAPR_TCE_CREATE, vfio_iommu_spapr_tce_create, argsz, DEC),
	FIELD(IOMMU_SPAPR_TCE_CREATE, vfio_iommu_spapr_tce_create, flags, HEX),
	FIELD(IOMMU_SPAPR_TCE_CREATE, vfio_iommu_spapr_tce_create, page_shift, DEC),
	FIELD(IOMMU_SPAPR_TCE_CREATE, vfio_iommu_spapr_tce_create, window_size, SIZE),
	FIELD(IOMMU_SPAPR_TCE_CREATE, vfio_iommu_spapr_tce_create, levels, DEC),
	FIELD(IOMMU_SPAPR_TCE_CREATE, vfio_iommu_spapr_tce_create, start_addr, HEX),
	FIELD(IOMMU_SPAPR_TCE_REMOVE, vfio_iommu_spapr_tce_remove, argsz, DEC),
	FIELD(IOMMU_SPAPR_TCE_REMOVE, vfio_iommu_spapr_tce_remove, flags, HEX),
	FIELD(IOMMU_SPAPR_TCE_REMOVE, vfio_iommu_spapr_tce_remove, start_addr, HEX),
	FIELD(IOMMU_MAP_DMA, vfio_iommu_type1_dma_map, argsz, DEC),
	FIELD(IOMMU_MAP_DMA, vfio_iommu_type1_dma_map, flags, RW),
	FIELD(IOMMU_MAP_DMA, vfio_iommu_type1_dma_map, vaddr, HEX),
	FIELD(IOMMU_MAP_DMA, vfio_iommu_type1_dma_map, iova, HEX),
	FIELD(IOMMU_MAP_DMA, vfio_iommu_type1_dma_map, size, SIZE),
	FIELD(IOMMU_UNMAP_DMA, vfio_iommu_type1_dma_unmap, argsz, DEC),
	FIELD(IOMMU_UNMAP_DMA, vfio_iommu_type1_dma_unmap, flags, HEX),
	FIELD(IOMMU_UNMAP_DMA, vfio_iommu_type1_dma_unmap, iova, HEX),
	FIELD(IOMMU_UNMAP_DMA, vfio_iommu_type1_dma_unmap, size, SIZE),
	FIELD(EEH_PE_OP, vfio_eeh_pe_op, argsz, DEC),
	FIELD(EEH_PE_OP, vfio_eeh_pe_op, flags, HEX),
	FIELD(EEH_PE_OP, vfio_eeh_pe_op, op, EEH),
};
/* clang-format on */

/* Ioctls whose argument is a number, and how it is written. All others take a pointer or nothing. */
static const struct {
	uint32_t cmd;
	enum vfm_form form;
} vfm_numbers[] = {
	{VFIO_CHECK_EXTENSION, FORM_TYPE},
	{VFIO_SET_IOMMU, FORM_TYPE},
};

/** struct vfm_word - a number that has a name. */
struct vfm_word {
	uint64_t value;
	const char *name;
};

static const struct vfm_word vfm_types[] = {
	{VFIO_TYPE1_IOMMU, "VFIO_TYPE1_IOMMU"},
	{VFIO_SPAPR_TCE_IOMMU, "VFIO_SPAPR_TCE_IOMMU"},
	{VFIO_SPAPR_TCE_v2_IOMMU, "VFIO_SPAPR_TCE_v2_IOMMU"},
	{VFIO_EEH, "VFIO_EEH"},
	{0, NULL},
};

static const struct vfm_word vfm_eeh_ops[] = {
	{VFIO_EEH_PE_DISABLE, "DISABLE"},
	{VFIO_EEH_PE_ENABLE, "ENABLE"},
	{VFIO_EEH_PE_UNFREEZE_IO, "UNFREEZE_IO"},
	{VFIO_EEH_PE_UNFREEZE_DMA, "UNFREEZE_DMA"},
	{VFIO_EEH_PE_GET_STATE, "GET_STATE"},
	{VFIO_EEH_PE_RESET_DEACTIVATE, "RESET_DEACTIVATE"},
	{VFIO_EEH_PE_RESET_HOT, "RESET_HOT"},
	{VFIO_EEH_PE_RESET_FUNDAMENTAL, "RESET_FUNDAMENTAL"},
	{VFIO_EEH_PE_CONFIGURE, "CONFIGURE"},
	{VFIO_EEH_PE_INJECT_ERR, "INJECT_ERR"},
	{0, NULL},
};

static const struct vfm_word vfm_rights[] = {
	{0, "0"},
	{VFIO_DMA_MAP_FLAG_READ, "READ"},
	{VFIO_DMA_MAP_FLAG_WRITE, "WRITE"},
	{VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE, "READ|WRITE"},
	{0, NULL},
};

static void write_word(FILE *out, const struct vfm_word *words, uint64_t value)
{
	for (; words->name; words++)
		if (words->value == value) {
			fputs(words->name, out);
			return;
		}
	fprintf(out, "0x%" PRIx64, value);
}

/* Exact in the largest binary unit that divides it; otherwise hexadecimal. */
static void write_size(FILE *out, uint64_t bytes)
{
	static const char *const units[] = {"", "KiB", "MiB", "GiB", "TiB"};
	uint32_t unit = 0;

	while (bytes && !(bytes & 1023) && unit + 1 < sim_count_of(units)) {
		bytes >>= 10;
		unit++;
	}
	if (unit || bytes < 4096)
		fprintf(out, "%" PRIu64 "%s", bytes, units[unit]);
	else
		fprintf(out, "0x%" PRIx64, bytes);
}

static void write_value(FILE *out, enum vfm_form form, uint64_t value)
{
	switch (form) {
	case FORM_DEC:
		fprintf(out, "%" PRIu64, value);
		break;
	case FORM_SIZE:
		write_size(out, value);
		break;
	case FORM_RW:
		write_word(out, vfm_rights, value);
		break;
	case FORM_EEH:
		write_word(out, vfm_eeh_ops, value);
		break;
	case FORM_TYPE:
		write_word(out, vfm_types, value);
		break;
	default:
		fprintf(out, "0x%" PRIx64, value);
	}
}

static uint64_t field_value(const struct vfm_field *field, const void *structure)
{
	uint64_t value = 0;

	memcpy(&value, (const uint8_t *)structure + field->offset, field->bytes);
	return value;
}

static bool field_of(const struct vfm_syscall *call, const struct vfm_field *field)
{
	return field->cmd == call->cmd && (size_t)field->offset + field->bytes <= call->arg_bytes;
}

/* The fields of @structure; with @before only those that differ from it. Return: how many. */
static uint32_t write_fields(FILE *out, const struct vfm_syscall *call, const void *structure, const void *before)
{
	uint32_t written = 0;

	for (size_t i = 0; i < sim_count_of(vfm_fields); i++) {
		const struct vfm_field *field = &vfm_fields[i];

		if (!field_of(call, field))
			continue;
		if (field->form == FORM_TEXT) {
			if (!before)
				fprintf(out, "\"%.*s\"", (int)call->arg_bytes, (const char *)structure);
			continue;
		}
		if (before && field_value(field, structure) == field_value(field, before))
			continue;
		fprintf(out, "%s%s=", written++ ? ", " : "{", field->name);
		write_value(out, field->form, field_value(field, structure));
	}
	if (written)
		fputc('}', out);
	return written;
}

static void write_argument(FILE *out, const struct vfm_syscall *call)
{
	for (size_t i = 0; i < sim_count_of(vfm_numbers); i++)
		if (vfm_numbers[i].cmd == call->cmd) {
			fputs(", ", out);
			write_value(out, vfm_numbers[i].form, call->value);
			return;
		}
	if (call->in) {
		fputs(", ", out);
		(void)write_fields(out, call, call->in, NULL);
	} else if (call->value) {
		fprintf(out, ", 0x%" PRIx64, call->value);
	}
}

void vfm_text_call(FILE *out, const struct vfm_syscall *call)
{
	switch (call->call) {
	case VFM_CALL_OPEN:
		fprintf(out, "open(\"%s\")", call->path);
		break;
	case VFM_CALL_CLOSE:
		fprintf(out, "close(%d)", call->fd);
		break;
	case VFM_CALL_READ:
		fprintf(out, "read(%d, %" PRIu64 ")", call->fd, call->bytes);
		break;
	case VFM_CALL_PREAD:
	case VFM_CALL_PWRITE:
		fprintf(out, "%s(%d, %" PRIu64 ", 0x%" PRIx64 ")", call->call == VFM_CALL_PREAD ? "pread" : "pwrite",
			call->fd, call->bytes, call->offset);
		break;
	case VFM_CALL_EVENTFD:
		fputs("eventfd()", out);
		break;
	case VFM_CALL_MMAP:
		fputs("mmap(", out);
		write_size(out, call->bytes);
		if (call->fd >= 0)
			fprintf(out, ", %d, 0x%" PRIx64, call->fd, call->offset);
		fputc(')', out);
		break;
	case VFM_CALL_MUNMAP:
		fprintf(out, "munmap(0x%" PRIx64 ", ", call->value);
		write_size(out, call->bytes);
		fputc(')', out);
		break;
	case VFM_CALL_EXIT:
		fputs("exit()", out);
		break;
	default:
		fprintf(out, "ioctl(%d, ", call->fd);
		if (call->call == VFM_CALL_OTHER_IOCTL)
			fprintf(out, "0x%" PRIx32, call->cmd);
		else
			fputs(vfm_call_name(call->call), out);
		write_argument(out, call);
		fputc(')', out);
	}
}

void vfm_text_left(FILE *out, const struct vfm_syscall *call)
{
	if (call->in && call->out)
		(void)write_fields(out, call, call->out, call->in);
}

void vfm_text_result(FILE *out, const struct vfm_syscall *call)
{
	const char *name = call->ret < 0 && call->ret > -4096 ? strerrorname_np((int)-call->ret) : NULL;

	if (name)
		fprintf(out, "-%s", name);
	else if (call->call == VFM_CALL_MMAP && call->ret > 0)
		fprintf(out, "0x%" PRIx64, (uint64_t)call->ret);
	else
		fprintf(out, "%" PRId64, call->ret);
}

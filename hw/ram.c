/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/ram.c - simulated RAM on a memfd.
 *
 * The file is as long as the RAM and has no pages until somebody touches them, so that size costs address space only.
 *
 * Not modelled: see hw/ram.h; ECC, scrubbing, NUMA nodes.
 */
#define _GNU_SOURCE
#include "hw/ram.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define RAM_UNIT_BYTES 0x10000ull   /* 64 KiB: the largest base page */
#define RAM_BYTES_MAX (16ull << 40) /* 16 TiB: a quarter of a host's user address space */
#define RAM_OBSERVERS_MAX 4

struct ram_observer {
	ram_dma_fn *fn;
	void *arg;
};

struct ram {
	uint8_t *base;
	uint64_t bytes;
	int fd;
	uint32_t observer_count;
	struct ram_observer observer[RAM_OBSERVERS_MAX];
};

/*
 * Kernel virtual addresses have the low bits of the real addresses behind them, as in any linear mapping: code takes an
 * offset in a page from either. So the mapping begins at a multiple of the largest base page.
 */
static void *ram_map(int fd, uint64_t bytes)
{
	uint8_t *room = mmap(NULL, bytes + RAM_UNIT_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint64_t head;

	if (room == MAP_FAILED)
		return MAP_FAILED;
	head = -(uintptr_t)room % RAM_UNIT_BYTES;
	if (head)
		munmap(room, head);
	munmap(room + head + bytes, RAM_UNIT_BYTES - head);
	return mmap(room + head, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE | MAP_FIXED, fd, 0);
}

struct ram *ram_create(uint64_t bytes)
{
	struct ram *ram;
	void *base;
	int fd, err;

	if (!bytes || bytes % RAM_UNIT_BYTES || bytes > RAM_BYTES_MAX) {
		errno = EINVAL;
		return NULL;
	}
	fd = memfd_create("phbsim-ram", MFD_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (ftruncate(fd, (off_t)bytes))
		goto err_close;
	base = ram_map(fd, bytes);
	if (base == MAP_FAILED)
		goto err_close;
	/* Touched pages belong to the simulation, not into a core dump of up to 1 TiB; a failure changes nothing. */
	(void)madvise(base, bytes, MADV_DONTDUMP);
	ram = sim_alloc(sizeof(*ram));
	ram->base = base;
	ram->bytes = bytes;
	ram->fd = fd;
	return ram;

err_close:
	err = errno;
	close(fd);
	errno = err;
	return NULL;
}

void ram_destroy(struct ram *ram)
{
	if (!ram)
		return;
	munmap(ram->base, ram->bytes);
	close(ram->fd);
	free(ram);
}

uint64_t ram_bytes(const struct ram *ram)
{
	return ram->bytes;
}

uint8_t *ram_base(const struct ram *ram)
{
	return ram->base;
}

int ram_fd(const struct ram *ram)
{
	return ram->fd;
}

bool ram_contains(const struct ram *ram, struct raddr addr, uint64_t bytes)
{
	return addr.v < ram->bytes && bytes <= ram->bytes - addr.v;
}

/*
 * Software may mark free frames as out of bounds for itself (kernel-model/host.h: host_poison()). Hardware knows no
 * such thing: DMA to a freed frame happens, and observers judge it; a sanitizer must not stop it here.
 */
#ifdef __SANITIZE_ADDRESS__
__attribute__((no_sanitize("address"), noinline)) static void ram_copy(void *to, const void *from, size_t bytes)
{
	volatile uint8_t *out = to;
	const volatile uint8_t *in = from;

	while (bytes--)
		*out++ = *in++;
}
#else
static inline void ram_copy(void *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
}
#endif

uint64_t ram_load_be64(const struct ram *ram, struct raddr addr)
{
	uint64_t value;

	sim_assert(NULL, ram_contains(ram, addr, sizeof(value)) && addr.v % sizeof(value) == 0);
	ram_copy(&value, ram->base + addr.v, sizeof(value));
	return be64toh(value);
}

void ram_store_be64(struct ram *ram, struct raddr addr, uint64_t value)
{
	sim_assert(NULL, ram_contains(ram, addr, sizeof(value)) && addr.v % sizeof(value) == 0);
	value = htobe64(value);
	ram_copy(ram->base + addr.v, &value, sizeof(value));
}

uint16_t ram_load_be16(const struct ram *ram, struct raddr addr)
{
	uint16_t value;

	sim_assert(NULL, ram_contains(ram, addr, sizeof(value)) && addr.v % sizeof(value) == 0);
	ram_copy(&value, ram->base + addr.v, sizeof(value));
	return be16toh(value);
}

void ram_dma(struct ram *ram, const struct ram_dma *dma, void *data)
{
	uint32_t i;

	sim_assert(NULL, ram_contains(ram, dma->real, dma->bytes));
	for (i = 0; i < ram->observer_count; i++)
		ram->observer[i].fn(ram->observer[i].arg, dma);
	if (dma->write)
		ram_copy(ram->base + dma->real.v, data, dma->bytes);
	else
		ram_copy(data, ram->base + dma->real.v, dma->bytes);
}

void ram_observe(struct ram *ram, ram_dma_fn *fn, void *arg)
{
	sim_assert(NULL, ram->observer_count < RAM_OBSERVERS_MAX);
	ram->observer[ram->observer_count++] = (struct ram_observer){fn, arg};
}

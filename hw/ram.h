/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_RAM_H
#define HW_RAM_H
/*
 * hw/ram.h - simulated RAM: one sparse shared mapping of a memfd, so that up to 1 TiB can be configured while only
 * touched pages cost host memory, and a real process's pages can later be mapped onto its frames.
 *
 * Not modelled here: latency and bandwidth (hw/memory.h).
 */
#include "hw/types.h"
#include "sim/sim.h"

/**
 * struct ram_dma - one device access that touched RAM, as the memory controller saw it.
 * @when_ps: time. @real: first byte, real address. @bytes: length. @write: device wrote memory.
 * @phb, @rid, @bus_addr, @issued_ps: the requester, the PCI address it used and when it issued the request (tlp
 * issued_ps), carried along for observers.
 */
struct ram_dma {
	sim_ps when_ps;
	struct raddr real;
	uint32_t bytes;
	bool write;
	uint16_t rid;
	uint32_t phb;
	struct ioaddr bus_addr;
	sim_ps issued_ps;
};

typedef void ram_dma_fn(void *arg, const struct ram_dma *dma);

struct ram;

/** ram_create - @bytes: size, multiple of 64 KiB, up to 16 TiB. Return: NULL with errno set. */
struct ram *ram_create(uint64_t bytes) sim_must_use;
void ram_destroy(struct ram *ram);
uint64_t ram_bytes(const struct ram *ram);
/** ram_base - host address of real address 0. */
uint8_t *ram_base(const struct ram *ram);
/** ram_fd - the memfd behind it, borrowed. */
int ram_fd(const struct ram *ram);

/** ram_contains - does [@addr, @addr + @bytes) lie in RAM? */
bool ram_contains(const struct ram *ram, struct raddr addr, uint64_t bytes);

/* Table access by hardware: big-endian doublewords and halfwords. The address must be in RAM and aligned. */
uint64_t ram_load_be64(const struct ram *ram, struct raddr addr);
void ram_store_be64(struct ram *ram, struct raddr addr, uint64_t value);
uint16_t ram_load_be16(const struct ram *ram, struct raddr addr);

/**
 * ram_dma - move data for a device and tell the observers. The range must be in RAM.
 * @data: device's buffer of dma->bytes.
 */
void ram_dma(struct ram *ram, const struct ram_dma *dma, void *data);

/** ram_observe - call @fn for every ram_dma(), before the bytes move. At most 4 observers. */
void ram_observe(struct ram *ram, ram_dma_fn *fn, void *arg);

#endif

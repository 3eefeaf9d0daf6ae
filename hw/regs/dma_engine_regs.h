/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HW_REGS_DMA_ENGINE_REGS_H
#define HW_REGS_DMA_ENGINE_REGS_H
/*
 * hw/regs/dma_engine_regs.h - BAR0 and descriptors of the dma-engine, a device of our own design (no vendor document).
 *
 * Registers are 64 bits, little-endian, at multiples of 8; access with 8 bytes, or with 4 bytes to either half (an
 * action bit acts when its own half is written). Other sizes and offsets without a register read all ones, drop
 * writes, and are counted. Parameters are taken over by START; changing them while busy concerns the next run.
 * Bit numbers are LSB-0.
 *
 * A run: write the parameters, write CTRL with START, poll STATUS until BUSY is 0 (or take the MSI).
 * DONE is seen only after all writes of the run have been drained by the PHB, so memory may be looked at then.
 */
#include <stdint.h>

#define DMA_ENGINE_BIT(n) (1ull << (n))

/* Configuration space: identity, and where the capabilities lie. */
#define DMA_ENGINE_VENDOR_ID 0x1234u
#define DMA_ENGINE_DEVICE_ID 0x7048u
#define DMA_ENGINE_REVISION 0x01u
#define DMA_ENGINE_CLASS 0x120000u /* processing accelerator, PCI Code and ID Assignment 1.11, section 1.19 */
#define DMA_ENGINE_CAP_EXPRESS 0x40u
#define DMA_ENGINE_CAP_MSI 0x80u

#define DMA_ENGINE_ID 0x000u	  /* ro: DMA_ENGINE_ID_VALUE */
#define   DMA_ENGINE_ID_VALUE 0x45414d4453424850ull /* "PHSBDAME" byte by byte from the lowest address */
#define DMA_ENGINE_VERSION 0x008u /* ro */
#define   DMA_ENGINE_VERSION_VALUE 1ull

#define DMA_ENGINE_CTRL 0x010u			     /* action bits read 0; the others are kept */
#define   DMA_ENGINE_CTRL_START DMA_ENGINE_BIT(0)	     /* begin a run; ignored with BAD_CONFIG while busy */
#define   DMA_ENGINE_CTRL_STOP DMA_ENGINE_BIT(1)	     /* issue nothing more; BUSY falls when all is back */
#define   DMA_ENGINE_CTRL_RESET DMA_ENGINE_BIT(2)	     /* forget everything, registers to reset values */
#define   DMA_ENGINE_CTRL_STOP_ON_ERROR DMA_ENGINE_BIT(8) /* the first failed request stops the run */
#define   DMA_ENGINE_CTRL_CHECK DMA_ENGINE_BIT(9)	     /* compare data read with the pattern */
#define   DMA_ENGINE_CTRL_MSI_DONE DMA_ENGINE_BIT(10)     /* MSI at the end of a run and of marked descriptors */
#define   DMA_ENGINE_CTRL_MSI_ERROR DMA_ENGINE_BIT(11)    /* MSI when STATUS.ERROR rises */
#define   DMA_ENGINE_CTRL_RELAXED DMA_ENGINE_BIT(12)      /* data packets bear the attribute Relaxed Ordering */
#define   DMA_ENGINE_CTRL_KEPT 0x1f00ull

#define DMA_ENGINE_STATUS 0x018u
#define   DMA_ENGINE_STATUS_BUSY DMA_ENGINE_BIT(0)	     /* ro: a run is on, or its last requests are under way */
#define   DMA_ENGINE_STATUS_DONE DMA_ENGINE_BIT(1)	     /* w1c: a run ended: COUNT reached, or STOP */
#define   DMA_ENGINE_STATUS_ERROR DMA_ENGINE_BIT(2)	     /* w1c: a request failed; START leaves it */
#define   DMA_ENGINE_STATUS_BAD_CONFIG DMA_ENGINE_BIT(3) /* w1c: START or a doorbell that makes no sense was ignored */
#define   DMA_ENGINE_STATUS_RING_FAULT DMA_ENGINE_BIT(4) /* w1c: descriptors could not be fetched; the run stopped */
#define   DMA_ENGINE_STATUS_INTX DMA_ENGINE_BIT(5) /* w1c: an interrupt is due and MSI was off: INTA is held */
#define   DMA_ENGINE_STATUS_LAST_SHIFT 8		     /* ro: how the last failed request ended, 3 bits: */
#define   DMA_ENGINE_STATUS_LAST_MASK (7ull << DMA_ENGINE_STATUS_LAST_SHIFT)
#define   DMA_ENGINE_STATUS_W1C 0x3eull
/* Values of LAST and of a descriptor's status: PCIe completion status 0..4, and three of our own. */
#define DMA_ENGINE_END_SC 0u	    /* successful */
#define DMA_ENGINE_END_UR 1u	    /* unsupported request */
#define DMA_ENGINE_END_CRS 2u	    /* configuration retry */
#define DMA_ENGINE_END_CA 4u	    /* completer abort */
#define DMA_ENGINE_END_MALFORMED 5u /* completion of another length */
#define DMA_ENGINE_END_POISONED 6u
#define DMA_ENGINE_END_TIMEOUT 7u

#define DMA_ENGINE_PATTERN 0x020u
#define   DMA_ENGINE_PATTERN_STREAM 0ull  /* BASE, BASE + REQ_BYTES, ... whole requests in the window, then again */
#define   DMA_ENGINE_PATTERN_STRIDED 1ull /* BASE, BASE + STRIDE, ... as long as a request fits, then again */
#define   DMA_ENGINE_PATTERN_RANDOM 2ull  /* any multiple of REQ_BYTES in the window, uniform */
#define   DMA_ENGINE_PATTERN_RING 3ull    /* descriptors in memory */
#define DMA_ENGINE_BASE 0x028u	    /* PCI address of the window */
#define DMA_ENGINE_LENGTH 0x030u    /* bytes of the window, at least REQ_BYTES */
#define DMA_ENGINE_STRIDE 0x038u    /* bytes */
#define DMA_ENGINE_REQ_BYTES 0x040u /* 1..4096; a request that crosses a 4 KiB boundary goes out as two. Reset 256 */
#define DMA_ENGINE_COUNT 0x048u	    /* requests (descriptors) of a run; 0: until STOP */
#define DMA_ENGINE_QDEPTH 0x050u    /* packets in flight: 1 .. CAPACITY. Reset 16 */
#define DMA_ENGINE_READ_SHARE 0x058u /* reads in 256 requests, drawn at random: 0..256. Reset 256 */
#define DMA_ENGINE_SEED 0x060u	    /* of the data pattern */
#define DMA_ENGINE_INTERVAL 0x068u  /* ps between the starts of two requests at least; 0: as fast as it can */
#define DMA_ENGINE_MSI_VECTORS 0x070u /* vector for done in 7:0, for error in 15:8; modulo the vectors granted */
#define DMA_ENGINE_CAPACITY 0x078u  /* ro: largest QDEPTH */

#define DMA_ENGINE_RING_BASE 0x080u    /* PCI address of descriptor 0, multiple of 32 */
#define DMA_ENGINE_RING_ENTRIES 0x088u /* power of two, 2..65536 */
#define DMA_ENGINE_RING_HEAD 0x090u    /* ro: next descriptor to fetch; START makes it 0 */
#define DMA_ENGINE_RING_TAIL 0x098u    /* doorbell: first descriptor that is not yet software's to give */
#define DMA_ENGINE_RING_DONE 0x0a0u    /* ro: descriptors whose status is in memory, since START */

/* Errors on demand. Severity and masks of AER decide what becomes of those that are reported. */
#define DMA_ENGINE_PROVOKE 0x0a8u	/* action bits read 0; the others read 1 until their packet has come */
#define   DMA_ENGINE_PROVOKE_CORRECTABLE DMA_ENGINE_BIT(0) /* now: a receiver error */
#define   DMA_ENGINE_PROVOKE_NONFATAL DMA_ENGINE_BIT(1)	   /* now: a failed ECRC check */
#define   DMA_ENGINE_PROVOKE_FATAL DMA_ENGINE_BIT(2)	   /* now: a data link protocol error */
#define   DMA_ENGINE_PROVOKE_UNEXPECTED DMA_ENGINE_BIT(3)  /* now: a completion that it did not ask for */
#define   DMA_ENGINE_PROVOKE_STRAY DMA_ENGINE_BIT(4)	   /* now: sends a completion that nobody asked for */
#define   DMA_ENGINE_PROVOKE_DEAD DMA_ENGINE_BIT(5)	   /* now: answers and sends nothing until its link is reset */
#define   DMA_ENGINE_PROVOKE_POISONED DMA_ENGINE_BIT(8)	   /* the next data write is poisoned */
#define   DMA_ENGINE_PROVOKE_MALFORMED DMA_ENGINE_BIT(9)   /* the next data packet is malformed; the port above drops it */
#define   DMA_ENGINE_PROVOKE_LOST DMA_ENGINE_BIT(10)	   /* the next data read is lost, so it times out */
#define   DMA_ENGINE_PROVOKE_NO_LOAD DMA_ENGINE_BIT(11)	   /* the next load of a register is not answered */
#define   DMA_ENGINE_PROVOKE_NO_CONFIG DMA_ENGINE_BIT(12)  /* the next configuration cycle is not answered */
#define   DMA_ENGINE_PROVOKE_LOAD_ABORT DMA_ENGINE_BIT(13) /* the next load ends with Completer Abort */
#define   DMA_ENGINE_PROVOKE_LOAD_POISONED DMA_ENGINE_BIT(14) /* the next load brings poisoned data */
#define   DMA_ENGINE_PROVOKE_NOW 0x03full
#define   DMA_ENGINE_PROVOKE_NEXT 0x7f00ull

/* Counters of the run, ro, cleared by START. */
#define DMA_ENGINE_READS 0x100u		/* read packets that succeeded */
#define DMA_ENGINE_WRITES 0x108u	/* write packets drained by the PHB */
#define DMA_ENGINE_READ_BYTES 0x110u
#define DMA_ENGINE_WRITE_BYTES 0x118u
#define DMA_ENGINE_ERRORS 0x120u	/* requests that failed */
#define DMA_ENGINE_ERROR_ADDR 0x128u	/* PCI address of the first that failed */
#define DMA_ENGINE_MISMATCHES 0x130u	/* bytes read that differ from the pattern (CHECK) */
#define DMA_ENGINE_MISMATCH_ADDR 0x138u /* PCI address of the first such byte seen */
#define DMA_ENGINE_ISSUED 0x140u	/* requests started */
#define DMA_ENGINE_REG_BYTES 0x148u

/* Descriptor, 32 bytes, little-endian. Fields for the device first; the last 8 bytes are written back. */
#define DMA_ENGINE_DESC_BYTES 32u
#define DMA_ENGINE_DESC_ADDR 0u	  /* 64 bits: PCI address */
#define DMA_ENGINE_DESC_LENGTH 8u /* 32 bits: 1 .. 1 MiB; sent in packets of at most REQ_BYTES */
#define   DMA_ENGINE_DESC_LENGTH_MAX 0x100000u
#define DMA_ENGINE_DESC_FLAGS 12u /* 32 bits */
#define   DMA_ENGINE_DESC_FLAG_WRITE DMA_ENGINE_BIT(0) /* device writes memory; otherwise it reads */
#define   DMA_ENGINE_DESC_FLAG_MSI DMA_ENGINE_BIT(1)   /* MSI when its status is in memory */
#define DMA_ENGINE_DESC_COOKIE 16u /* 64 bits: software's, not looked at */
#define DMA_ENGINE_DESC_STATUS 24u /* 32 bits, written by the device */
#define   DMA_ENGINE_DESC_STATUS_DONE DMA_ENGINE_BIT(31)
#define   DMA_ENGINE_DESC_STATUS_BAD DMA_ENGINE_BIT(30)	    /* length or flags make no sense; nothing was done */
#define   DMA_ENGINE_DESC_STATUS_ABORTED DMA_ENGINE_BIT(29) /* cut short by STOP or by an error elsewhere */
#define   DMA_ENGINE_DESC_STATUS_END 0x7u		    /* DMA_ENGINE_END_... of the first packet that failed */
#define DMA_ENGINE_DESC_MISMATCHES 28u /* 32 bits, written by the device: bytes read that differ (CHECK) */

#endif

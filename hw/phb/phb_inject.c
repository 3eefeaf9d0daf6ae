/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hw/phb/phb_inject.c - PAPR error injection: an access that matches ADDR under MASK, of the kind and direction that
 * CTL names, becomes an error of its PE.
 *
 * A 1 in MASK takes part in the comparison (LoPAR ibm,errinjct; skiboot hw/phb3.c copies the mask as it is). Inbound:
 * the PCI address of a read or write of a device. Outbound: the CPU's address of a load or store, 48 bits. Config: bus,
 * device and function in the places of CONFIG_ADDRESS. A P7IOC compares fewer bits: 16 MiB of a memory address, 64 KiB
 * of an I/O address, the bus, and of a DMA only the number of its window. Bit FREEZE of CTL freezes the PE whatever
 * FREEZE_ENABLE says; public sources have only its name. Without STICKY the injection happens once and its kinds in CTL
 * go back to 0 (LoPAR: at most once per call). skiboot's authors saw P7IOC and PHB3 go on without it; phb.inject_once
 * off shows that.
 *
 * Which cause bits the record gets is not known: IODA error for DMA, MMIO cause, config read, config write.
 * Not modelled: injection into error messages.
 */
#include "hw/phb/phb_error.h"

#define KINDS (PHB_PAPR_ERR_INJ_CTL_INB | PHB_PAPR_ERR_INJ_CTL_OUTB | PHB_PAPR_ERR_INJ_CTL_CFG)

void phb_inject_arm(struct phb *phb, uint32_t offset, uint64_t control)
{
	bool armed = control & (PHB_PAPR_ERR_INJ_CTL_RD | PHB_PAPR_ERR_INJ_CTL_WR);

	phb->reg[offset / 8] = control;
	phb->guard &= ~(PHB_GUARD_INJECT_IN | PHB_GUARD_INJECT_OUT);
	if (armed && control & PHB_PAPR_ERR_INJ_CTL_INB)
		phb->guard |= PHB_GUARD_INJECT_IN;
	if (armed && control & (PHB_PAPR_ERR_INJ_CTL_OUTB | PHB_PAPR_ERR_INJ_CTL_CFG))
		phb->guard |= PHB_GUARD_INJECT_OUT;
}

static bool inject_matches(const struct phb *phb, uint64_t kind, uint64_t addr, uint64_t field, bool write)
{
	uint64_t control = phb_reg(phb, PHB_PAPR_ERR_INJ_CTL);
	uint64_t differ = addr ^ phb_reg(phb, PHB_PAPR_ERR_INJ_ADDR);

	return control & kind && control & (write ? PHB_PAPR_ERR_INJ_CTL_WR : PHB_PAPR_ERR_INJ_CTL_RD) &&
	       !(differ & phb_reg(phb, PHB_PAPR_ERR_INJ_MASK) & field);
}

static void inject_fire(struct phb *phb, struct phb_error *error)
{
	uint64_t control = phb_reg(phb, PHB_PAPR_ERR_INJ_CTL);

	error->force = control & PHB_PAPR_ERR_INJ_CTL_FREEZE;
	phb->stats.injections++;
	if (phb->inject_once && !(control & PHB_PAPR_ERR_INJ_CTL_STICKY))
		phb_inject_arm(phb, PHB_PAPR_ERR_INJ_CTL, control & ~KINDS);
	phb_trap_error(phb, error);
}

bool phb_inject_dma(struct phb *phb, const struct tlp *tlp)
{
	bool write = tlp->type == TLP_MEM_WRITE;
	struct phb_error error = {.cause = IODA2_PESTA_IODA_ERROR,
				  .addr = tlp->addr.v,
				  .type = write ? IODA2_PEST_DMA_WRITE : IODA2_PEST_DMA_READ,
				  .trap = PHB_TRAP_INJECT_IN,
				  .rid = tlp->rid};

	if (!inject_matches(phb, PHB_PAPR_ERR_INJ_CTL_INB, tlp->addr.v >> phb->gen->inject.dma_shift,
			    phb->gen->inject.dma, write))
		return false;
	/* Who has no PE, or is frozen, meets that first. */
	if (!phb->rtc.pe1[tlp->rid] && phb_rtc_fill(phb, tlp->rid) != PHB_XLATE_OK)
		return false;
	error.pe = phb->rtc.pe1[tlp->rid] - 1u;
	if (phb->dma_blocked[error.pe])
		return false;
	phb->stats.faults++;
	inject_fire(phb, &error);
	return true;
}

bool phb_inject_mmio(struct phb *phb, const struct phb_route *route, uint64_t real, bool write)
{
	struct phb_error error = {.cause = IODA2_PESTA_MMIO_CAUSE,
				  .addr = route->pci,
				  .pe = route->pe,
				  .type = write ? IODA2_PEST_MMIO_STORE : IODA2_PEST_MMIO_LOAD,
				  .trap = PHB_TRAP_INJECT_OUT};

	if (!inject_matches(phb, PHB_PAPR_ERR_INJ_CTL_OUTB, real,
			    route->io ? phb->gen->inject.io : phb->gen->inject.mmio, write))
		return false;
	inject_fire(phb, &error);
	return true;
}

bool phb_inject_config(struct phb *phb, bool write)
{
	uint64_t address = phb_reg(phb, PHB_CONFIG_ADDRESS);
	struct phb_error error = {.cause = write ? IODA2_PESTA_CFG_WRITE : IODA2_PESTA_CFG_READ,
				  .addr = ppc_get(PHB_CA_REG, address),
				  .pe = phb_config_pe(phb),
				  .type = IODA2_PEST_OTHER,
				  .trap = PHB_TRAP_INJECT_OUT,
				  .rid = (uint16_t)ppc_get(PHB_CA_BDFN, address)};

	if (!(address & PHB_CA_ENABLE) ||
	    !inject_matches(phb, PHB_PAPR_ERR_INJ_CTL_CFG, address, phb->gen->inject.config, write))
		return false;
	inject_fire(phb, &error);
	return true;
}

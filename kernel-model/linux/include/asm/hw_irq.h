/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KM_ASM_HW_IRQ_H
#define KM_ASM_HW_IRQ_H
/* asm/hw_irq.h - replaces the POWER header: soft-masking through r13 and mtmsr. The mask is a variable of the running task. */
#include <linux/errno.h>
#include <linux/compiler.h>
#include <asm/ptrace.h>
#include <asm/processor.h>
#include <asm/paca.h>

#define PACA_IRQ_HARD_DIS 0x01
#define IRQS_ENABLED 0
#define IRQS_DISABLED 1
#define IRQS_PMI_DISABLED 2
#define IRQS_ALL_DISABLED (IRQS_DISABLED | IRQS_PMI_DISABLED)
#define ARCH_IRQ_INIT_FLAGS IRQ_NOREQUEST

extern unsigned long km_irq_mask;

static inline unsigned long arch_local_save_flags(void)
{
	return km_irq_mask;
}

static inline void arch_local_irq_disable(void)
{
	km_irq_mask |= IRQS_DISABLED;
}

static inline void arch_local_irq_restore(unsigned long flags)
{
	km_irq_mask = flags;
}

static inline void arch_local_irq_enable(void)
{
	km_irq_mask = IRQS_ENABLED;
}

static inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = km_irq_mask;

	km_irq_mask |= IRQS_DISABLED;
	return flags;
}

static inline bool arch_irqs_disabled_flags(unsigned long flags)
{
	return flags & IRQS_DISABLED;
}

static inline bool arch_irqs_disabled(void)
{
	return arch_irqs_disabled_flags(km_irq_mask);
}

static inline bool arch_irq_disabled_regs(struct pt_regs *regs)
{
	return regs->softe & IRQS_DISABLED;
}

static inline unsigned long irq_soft_mask_return(void)
{
	return km_irq_mask;
}

static inline void irq_soft_mask_set(unsigned long mask)
{
	km_irq_mask = mask;
}

static inline void irq_soft_mask_regs_set_state(struct pt_regs *regs, unsigned long val)
{
	regs->softe = val;
}

#define hard_irq_disable() arch_local_irq_disable()
#define __hard_irq_enable() arch_local_irq_enable()
#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/guest/gm_hcall.c - the way out of a guest's kernel: hypercalls as pseries/hvCall.S makes them, and RTAS
 * calls, which a guest of KVM makes by hypercall H_RTAS with arguments in its memory (arch/powerpc/kernel/rtas.c, and the
 * code that SLOF and QEMU leave at the entry of RTAS).
 *
 * Not modelled: tracing of hypercalls, the error log of RTAS, calls that are restarted with interrupts off.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include <asm/hvcall.h>
#include <asm/rtas.h>

#include "kernel-model/linux/guest/gm.h"

#define GM_H_RTAS 0xf000 /* QEMU include/hw/ppc/spapr.h: KVMPPC_H_RTAS */

static long gm_hcall(unsigned long nr, u64 *args)
{
	struct km_context context;
	long ret;

	km_context_save(&context);
	ret = (long)host_guest_hcall(gm_cpu(), nr, args);
	km_context_restore(&context);
	return ret;
}

static void gm_take(u64 *args, va_list list, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		args[i] = va_arg(list, unsigned long);
}

/* How many arguments a hypercall has; a C function must not look at more than it got. */
static unsigned int gm_arity(unsigned long nr)
{
	switch (nr) {
	case H_GET_TCE:
		return 2;
	case H_PUT_TCE:
		return 3;
	case H_PUT_TCE_INDIRECT:
	case H_STUFF_TCE:
		return 4;
	default:
		return 0;
	}
}

long plpar_hcall_norets(unsigned long opcode, ...)
{
	u64 args[GM_HCALL_ARGS] = { 0 };
	va_list list;

	va_start(list, opcode);
	gm_take(args, list, gm_arity(opcode));
	va_end(list);
	return gm_hcall(opcode, args);
}

long plpar_hcall(unsigned long opcode, unsigned long retbuf[static PLPAR_HCALL_BUFSIZE], ...)
{
	u64 args[GM_HCALL_ARGS] = { 0 };
	unsigned int i;
	va_list list;
	long ret;

	va_start(list, retbuf);
	gm_take(args, list, gm_arity(opcode));
	va_end(list);
	ret = gm_hcall(opcode, args);
	for (i = 0; i < PLPAR_HCALL_BUFSIZE; i++)
		retbuf[i] = args[i];
	return ret;
}

/* ---- RTAS ---- */

static struct rtas_args *gm_rtas_args;
static DEFINE_SPINLOCK(gm_rtas_lock);

int gm_rtas_init(void)
{
	gm_rtas_args = (struct rtas_args *)__get_free_page(GFP_KERNEL | __GFP_ZERO);
	return gm_rtas_args ? 0 : -ENOMEM;
}

int rtas_call(int token, int nargs, int nret, int *outputs, ...)
{
	u64 args[GM_HCALL_ARGS] = { 0 };
	struct rtas_args *rtas = gm_rtas_args;
	unsigned long flags;
	va_list list;
	int i, ret;

	if (token == RTAS_UNKNOWN_SERVICE)
		return -1;
	spin_lock_irqsave(&gm_rtas_lock, flags);
	rtas->token = cpu_to_be32(token);
	rtas->nargs = cpu_to_be32(nargs);
	rtas->nret = cpu_to_be32(nret);
	rtas->rets = &rtas->args[nargs];
	va_start(list, outputs);
	for (i = 0; i < nargs; i++)
		rtas->args[i] = cpu_to_be32(va_arg(list, __u32));
	va_end(list);
	for (i = 0; i < nret; i++)
		rtas->rets[i] = 0;
	args[0] = __pa(rtas);
	gm_hcall(GM_H_RTAS, args);
	for (i = 1; i < nret && outputs; i++)
		outputs[i - 1] = be32_to_cpu(rtas->rets[i]);
	ret = nret > 0 ? (int)be32_to_cpu(rtas->rets[0]) : 0;
	spin_unlock_irqrestore(&gm_rtas_lock, flags);
	return ret;
}

bool rtas_busy_delay(int status)
{
	unsigned int ms = 1;
	int i;

	if (status == RTAS_BUSY)
		return true;
	if (status < RTAS_EXTENDED_DELAY_MIN || status > RTAS_EXTENDED_DELAY_MAX)
		return false;
	for (i = status - RTAS_EXTENDED_DELAY_MIN; i > 0; i--)
		ms *= 10;
	msleep(min(ms, 1000U));
	return true;
}

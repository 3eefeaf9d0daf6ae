// SPDX-License-Identifier: GPL-2.0-only
/* kernel-model/account.c - each access to the machine takes the time it takes; here it is measured and told. */
#include "kernel-model/account.h"

#include <stdbool.h>

#include "sim/profile.h"

static bool is_register(const struct account *account, platform_u64 real_addr)
{
	for (platform_u32 i = 0; i < account->below->phb_count; i++) {
		const struct platform_phb *phb = &account->below->phb[i];

		if (real_addr >= phb->reg_base && real_addr - phb->reg_base < phb->reg_bytes)
			return true;
	}
	return false;
}

static void spent(const struct account *account, const char *kind, sim_ps begin_ps)
{
	profile_spend(account->sim, kind, sim_now(account->sim) - begin_ps);
}

static platform_u64 account_mmio_read(void *ctx, platform_u64 real_addr, platform_u32 bytes)
{
	const struct account *account = ctx;
	sim_ps begin_ps = sim_now(account->sim);
	platform_u64 value = account->below->ops->mmio_read(account->below->ctx, real_addr, bytes);

	spent(account, is_register(account, real_addr) ? "register_read" : "mmio_read", begin_ps);
	return value;
}

static void account_mmio_write(void *ctx, platform_u64 real_addr, platform_u64 value, platform_u32 bytes)
{
	const struct account *account = ctx;
	sim_ps begin_ps = sim_now(account->sim);

	account->below->ops->mmio_write(account->below->ctx, real_addr, value, bytes);
	spent(account, is_register(account, real_addr) ? "register_write" : "mmio_write", begin_ps);
}

static platform_u64 account_scom_read(void *ctx, platform_u32 addr)
{
	const struct account *account = ctx;
	sim_ps begin_ps = sim_now(account->sim);
	platform_u64 value = account->below->ops->scom_read(account->below->ctx, addr);

	spent(account, "scom_read", begin_ps);
	return value;
}

static void account_scom_write(void *ctx, platform_u32 addr, platform_u64 value)
{
	const struct account *account = ctx;
	sim_ps begin_ps = sim_now(account->sim);

	account->below->ops->scom_write(account->below->ctx, addr, value);
	spent(account, "scom_write", begin_ps);
}

static void account_charge(void *ctx, platform_u64 ps)
{
	const struct account *account = ctx;
	sim_ps begin_ps = sim_now(account->sim);

	account->below->ops->charge(account->below->ctx, ps);
	spent(account, "delay", begin_ps);
}

static platform_u64 account_now(void *ctx)
{
	const struct account *account = ctx;

	return account->below->ops->now(account->below->ctx);
}

static const struct platform_ops account_ops = {
	.mmio_read = account_mmio_read,
	.mmio_write = account_mmio_write,
	.scom_read = account_scom_read,
	.scom_write = account_scom_write,
	.charge = account_charge,
	.now = account_now,
};

void account_init(struct account *account, struct sim *sim, const struct platform *below)
{
	*account = (struct account){.platform = *below, .below = below, .sim = sim};
	account->platform.ops = &account_ops;
	account->platform.ctx = account;
}

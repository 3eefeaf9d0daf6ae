/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_ACCOUNT_H
#define KERNEL_MODEL_ACCOUNT_H
/*
 * kernel-model/account.h - the platform as it is while a profile is taken: the same, but what each access costs is told
 * to the profile. A table of functions before the real one, so that whoever touches the machine, kernel or firmware, is
 * seen, and nobody pays when no profile is taken.
 */
#include "hw/platform.h"
#include "sim/sim.h"

/** struct account - @platform: what software gets. @below: the machine's own, borrowed. */
struct account {
	struct platform platform;
	const struct platform *below;
	struct sim *sim;
};

/** account_init - stand before @below. */
void account_init(struct account *account, struct sim *sim, const struct platform *below);

#endif

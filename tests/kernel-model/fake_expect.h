/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_KERNEL_MODEL_FAKE_EXPECT_H
#define TESTS_KERNEL_MODEL_FAKE_EXPECT_H
/* tests/kernel-model/fake_expect.h - what a test wants to know of a fake platform (fake_platform.h) afterwards. */
#include "fake_platform.h"

/** fake_forget_resets - count resets from here on. */
static inline void fake_forget_resets(struct fake *fake, uint32_t phb)
{
	uint32_t i;

	for (i = 0; i < FAKE_DEVICES * FAKE_FUNCTIONS; i++) {
		fake->phb[phb].function[i / FAKE_FUNCTIONS][i % FAKE_FUNCTIONS].resets = 0;
		fake->phb[phb].function[i / FAKE_FUNCTIONS][i % FAKE_FUNCTIONS].fundamental_resets = 0;
	}
}

/** fake_writes_are - were exactly these registers written, in this order, since the log was cleared? Reads are skipped.
 */
static inline bool fake_writes_are(const struct fake_phb *phb, const struct fake_access *want, size_t n)
{
	size_t i, seen = 0;

	assert(phb->log_count < FAKE_LOG_MAX);
	for (i = 0; i < phb->log_count; i++) {
		const struct fake_access *got = &phb->log[i];

		if (!got->write)
			continue;
		if (seen == n || got->offset != want[seen].offset || got->value != want[seen].value) {
			fprintf(stderr, "write %zu: offset 0x%x value 0x%llx\n", seen, got->offset,
				(unsigned long long)got->value);
			return false;
		}
		seen++;
	}
	if (seen != n)
		fprintf(stderr, "%zu writes, expected %zu\n", seen, n);
	return seen == n;
}

#endif

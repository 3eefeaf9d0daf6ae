/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_SITE_H
#define KERNEL_MODEL_SITE_H
/*
 * kernel-model/site.h - places in hosted code: what a return address on a task's stack means to somebody who reads the
 * kernel's sources.
 */
#include "kernel-model/kernel.h"
#include "sim/sim.h"

/**
 * enum site_kind - whose code it is: hosted (the kernel's own file), the model beside it (kernel-model/linux,
 * vfio-model/bus), firmware (kernel-model/opal), or something else: the simulator, user processes, libraries.
 */
enum site_kind { SITE_HOSTED, SITE_MODEL, SITE_FIRMWARE, SITE_OTHER };

/** struct site - @file: of hosted code, its path in the kernel tree. Strings live as long as the simulation. */
struct site {
	const char *function, *file;
	uint32_t line;
	enum site_kind kind;
};

#define SITE_INLINE_MAX 32u

/**
 * site_resolve - the functions that were active at return address @pc, innermost first.
 * @desc: the kernel that runs. @out: SITE_INLINE_MAX places. Return: how many, at least 1.
 */
size_t site_resolve(struct sim *sim, const struct km_desc *desc, uintptr_t pc, struct site *out);

/** site_is_plumbing - does @site only stand between the kernel and the account of time? Every stack would end in it. */
bool site_is_plumbing(const struct site *site);

/** SITE_TEXT_FRAMES - a short call chain has at most so many functions. */
#define SITE_TEXT_FRAMES 6u

/**
 * site_text - the hosted functions that led here in the running task, "function (file:line) < caller (file:line)".
 * @frames_max: how many, innermost first. Where no hosted code is active: the innermost function of the model.
 * Return: owned by the caller; NULL in event context, or when neither is active.
 */
char *site_text(struct sim *sim, const struct km_desc *desc, uint32_t frames_max);

#endif

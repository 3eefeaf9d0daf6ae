// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel-model/linux/km_printk.c - the kernel log, and what WARN, BUG and panic are here: findings.
 *
 * Text is formatted by the kernel's own lib/vsprintf.c (%pV, %pad, %ps). A BUG kills the task that runs, as die() does;
 * the locks and pins it held stay behind and are found at the end.
 *
 * Not modelled: consoles, log levels of consoles, rate limits (every line is kept), stack dumps.
 */
#include <linux/device.h>
#include <linux/kern_levels.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/string.h>

#include "kernel-model/linux/km.h"

#define KM_LINE 512

static enum host_log km_level(char level)
{
	if (level >= '0' && level <= '3')
		return HOST_LOG_ERR;
	if (level == '4')
		return HOST_LOG_WARN;
	return level == '7' ? HOST_LOG_DEBUG : HOST_LOG_INFO;
}

/* Take the level off the front, and the newline off the end. */
static void km_log_line(char *line, enum host_log level)
{
	size_t length;

	while (line[0] == KERN_SOH_ASCII && line[1]) {
		if (line[1] != 'c')
			level = km_level(line[1]);
		line += 2;
	}
	length = strlen(line);
	while (length && line[length - 1] == '\n')
		line[--length] = 0;
	if (length)
		host_log(level, line);
}

int vprintk(const char *fmt, va_list args)
{
	char line[KM_LINE];
	int length = vscnprintf(line, sizeof(line), fmt, args);

	km_log_line(line, HOST_LOG_WARN);
	return length;
}

int _printk(const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = vprintk(fmt, args);
	va_end(args);
	return length;
}

static void km_dev_printk(const struct device *dev, enum host_log level, const char *fmt, va_list args)
{
	char line[KM_LINE];
	int length = 0;

	if (dev && dev_name(dev))
		length = scnprintf(line, sizeof(line), "%s: ", dev_name(dev));
	vscnprintf(line + length, sizeof(line) - length, fmt, args);
	km_log_line(line, level);
}

#define KM_DEV_PRINTK(name, level)                          \
	void name(const struct device *dev, const char *fmt, ...) \
	{                                                   \
		va_list args;                               \
                                                            \
		va_start(args, fmt);                        \
		km_dev_printk(dev, level, fmt, args);       \
		va_end(args);                               \
	}
KM_DEV_PRINTK(_dev_err, HOST_LOG_ERR)
KM_DEV_PRINTK(_dev_warn, HOST_LOG_WARN)
KM_DEV_PRINTK(_dev_notice, HOST_LOG_INFO)
KM_DEV_PRINTK(_dev_info, HOST_LOG_INFO)
#undef KM_DEV_PRINTK

int __printk_ratelimit(const char *func)
{
	return 1;
}

int ___ratelimit(struct ratelimit_state *rs, const char *func)
{
	return 1;
}

/* The part of @file that names it in the kernel tree. */
static const char *km_kernel_path(const char *file)
{
	static const char *const roots[] = { "/drivers/", "/arch/", "/lib/", "/mm/", "/kernel/", "/include/", "/virt/" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(roots); i++) {
		const char *at = strstr(file, roots[i]);

		if (at)
			return at + 1;
	}
	return file;
}

void warn_slowpath_fmt(const char *file, const int line, unsigned int taint, const char *fmt, ...)
{
	char text[KM_LINE];
	int length = scnprintf(text, sizeof(text), "WARNING at %s:%d by %s", km_kernel_path(file), line,
			       current ? current->comm : "an interrupt");
	va_list args;

	if (fmt) {
		length += scnprintf(text + length, sizeof(text) - length, ": ");
		va_start(args, fmt);
		vscnprintf(text + length, sizeof(text) - length, fmt, args);
		va_end(args);
	}
	host_log(HOST_LOG_WARN, text);
	host_finding("kernel-warn", text);
}

/* BUG() prints where it is before it gets here (asm-generic/bug.h). */
void panic(const char *fmt, ...)
{
	char text[KM_LINE];
	int length = scnprintf(text, sizeof(text), "kernel BUG, task %s is killed: ", current ? current->comm : "none");
	va_list args;

	va_start(args, fmt);
	vscnprintf(text + length, sizeof(text) - length, fmt, args);
	va_end(args);
	host_log(HOST_LOG_ERR, text);
	host_finding("kernel-bug", text);
	km_die();
}

void dump_stack(void)
{
	host_log(HOST_LOG_INFO, "(call trace not modelled)");
}


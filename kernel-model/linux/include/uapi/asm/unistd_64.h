/* SPDX-License-Identifier: GPL-2.0-only */
/* asm/unistd_64.h - generated from syscall.tbl in the real build; nothing hosted calls by number. */
#define __NR_syscalls 450

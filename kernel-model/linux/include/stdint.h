/* SPDX-License-Identifier: GPL-2.0-only */
/* stdint.h - for register layouts (hw/regs/), which know the C library's name of the kernel's types. */
#include <linux/types.h>

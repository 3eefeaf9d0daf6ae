/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KERNEL_MODEL_CPU_ROWS_H
#define KERNEL_MODEL_CPU_ROWS_H
/*
 * kernel-model/cpu_rows.h - configuration rows "cpu.*", part of the table in kernel.c.
 */
#define CPU_CORES_MAX 256u
#define CPU_SMT_MAX 8u
#define CPU_ROWS_PERCENT 100u
#define CPU_ROWS_ANANDTECH "AnandTech 10435 (2016), SPEC CPU2006 integer on one POWER8 core"

/* clang-format off */
#define CPU_CFG_ROWS \
	{.path = "cpu.clock", .type = CFG_FREQ, .def = 3500000000, .min = 100000000, .max = 10000000000, \
	 .source = CFG_ASSUMED, .where = "POWER8 and POWER9 servers run at 2.9 to 3.8 GHz", \
	 .help = "Clock of the cores; turns costs that are given in cycles into time"}, \
	{.path = "cpu.cores", .type = CFG_COUNT, .def = 16, .min = 1, .max = CPU_CORES_MAX, .source = CFG_USER, \
	 .where = "choice of the user", .help = "Cores on which threads can be placed; threads that are not have one each"}, \
	{.path = "cpu.smt", .type = CFG_COUNT, .def = 8, .min = 1, .max = CPU_SMT_MAX, .pow2 = true, \
	 .source = CFG_DOCUMENTED, .where = "POWER8 has up to 8 hardware threads per core, POWER9 4 or 8", \
	 .help = "Hardware threads of a core"}, \
	{.path = "cpu.throughput_2", .type = CFG_COUNT, .def = 143, .min = CPU_ROWS_PERCENT, .max = 2 * CPU_ROWS_PERCENT, \
	 .source = CFG_MEASURED, .where = CPU_ROWS_ANANDTECH ": +43 % on average", \
	 .help = "What a core does with 2 busy threads, in per cent of one alone"}, \
	{.path = "cpu.throughput_4", .type = CFG_COUNT, .def = 200, .min = CPU_ROWS_PERCENT, .max = 4 * CPU_ROWS_PERCENT, \
	 .source = CFG_MEASURED, .where = CPU_ROWS_ANANDTECH ": double in many tests", \
	 .help = "What a core does with 4 busy threads, in per cent of one alone"}, \
	{.path = "cpu.throughput_8", .type = CFG_COUNT, .def = 220, .min = CPU_ROWS_PERCENT, .max = 8 * CPU_ROWS_PERCENT, \
	 .source = CFG_ASSUMED, .where = "no public figure; a little above 4 threads", \
	 .help = "What a core does with 8 busy threads, in per cent of one alone"},
/* clang-format on */

#endif

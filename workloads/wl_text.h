/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_WL_TEXT_H
#define WORKLOADS_WL_TEXT_H
/* workloads/wl_text.h - numbers for people: three significant digits and a unit, by integer arithmetic. */
#include "sim/sim.h"

#define WL_TEXT_BYTES 24

/** struct wl_text - a short text by value, so that several fit one printf. */
struct wl_text {
	char s[WL_TEXT_BYTES];
};

/** wl_text_time - "0 ps", "999 ps", "3.21 us", "45.6 ms", "789 s". */
struct wl_text wl_text_time(sim_ps ps);
/** wl_text_rate - bytes per second: "7.88 GB/s". */
struct wl_text wl_text_rate(uint64_t bytes_per_s);
/** wl_text_per_s - events per second: "312 k/s". */
struct wl_text wl_text_per_s(uint64_t per_s);
/** wl_text_bytes - a size: exact when it is a whole number of a binary unit ("64 KiB"), else "1.53 MiB". */
struct wl_text wl_text_bytes(uint64_t bytes);
/** wl_text_count - a count with its thousands apart: "1 234 567". */
struct wl_text wl_text_count(uint64_t count);
/** wl_text_percent - @part of @whole: "98.7 %", "-" when @whole is 0. Never rounds up to 100 or down to 0. */
struct wl_text wl_text_percent(uint64_t part, uint64_t whole);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench/bench_event_systemc.cpp - the hold model of bench_event.c on SystemC's sc_event, for the record.
 *
 * One SC_METHOD per pending event, statically sensitive to it, that notifies it again after a random time. A
 * process on top of each event is how models use SystemC; sc_event cannot call a function without one.
 *
 * usage: bench_event_systemc PENDING
 */
#define SC_INCLUDE_DYNAMIC_PROCESSES // sc_spawn
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <systemc.h>

#include "bench/bench_util.h"

static const unsigned mean_ps = 100000;
static const unsigned increments = 65536;

/* Exponential increments; the shape matters less than the number pending. */
static sc_time increment[increments];

struct holder : sc_module {
	std::vector<sc_event *> event;
	unsigned next = 0;
	uint64_t left = 0;

	holder(sc_module_name name, unsigned pending) : sc_module(name)
	{
		for (unsigned i = 0; i < pending; i++) {
			sc_event *one = new sc_event();
			sc_spawn_options options;

			event.push_back(one);
			options.spawn_method();
			options.set_sensitivity(one);
			options.dont_initialize();
			sc_spawn([this, one] { fire(one); }, nullptr, &options);
			one->notify(increment[next++ % increments]);
		}
	}

	void fire(sc_event *one)
	{
		one->notify(increment[next++ % increments]);
		if (--left == 0)
			sc_pause();
	}
};

static void hold(void *arg, uint64_t count)
{
	static_cast<holder *>(arg)->left = count;
	sc_start();
}

int sc_main(int argc, char **argv)
{
	unsigned pending = argc > 1 ? (unsigned)strtoul(argv[1], nullptr, 0) : 0;
	uint64_t state = 0x123456789abcdefull;
	char title[64];

	if (!pending) {
		fprintf(stderr, "usage: bench_event_systemc PENDING\n");
		return 2;
	}
	sc_set_time_resolution(1, SC_PS);
	for (unsigned i = 0; i < increments; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		increment[i] = sc_time(-log((double)((state >> 11) + 1) / 9007199254740993.0) * mean_ps, SC_PS);
	}
	holder model("holder", pending);
	bench_case item = {};

	item.name = "sc_event";
	item.fn = hold;
	item.arg = &model;
	bench_run(&item, 1, 11, pending < 100000 ? 100000 : pending);
	snprintf(title, sizeof(title), "%u pending, exponential", pending);
	bench_print(title, &item, 1);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench/bench_event.c - the event queue against a bare 4-ary heap, by the hold model: the earliest event fires and
 * schedules itself again after a random time, with a constant number pending.
 *
 * The bare heap is an array of {key, pointer}, sorted by time alone: no priorities, no order among equals, no
 * cancelling, no exact time of the next event for the tasks. It is shown twice: calling a function of the event, as
 * anything that simulates must, and with everything inlined into one loop that does not even call.
 *
 * usage: bench_event [LARGEST [SMALLEST]]   (numbers of pending events)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench_util.h"
#include "sim/event.h"

#define MEAN_PS 100000u

enum shape { SHAPE_EXPONENTIAL, SHAPE_UNIFORM, SHAPE_BIMODAL, SHAPE_EQUAL, SHAPE_COUNT };

static const char *const shape_name[] = {"exponential", "uniform", "bimodal", "all equal"};

/* Increments are drawn beforehand: what is compared is the queue, not the generator. */
#define INCREMENTS 65536u
/* Places in memory over which the small cases are measured. */
#define LAYOUTS 11u

struct load {
	uint64_t increment[INCREMENTS];
	uint32_t next;
};

static inline uint64_t load_next(struct load *load)
{
	return load->increment[load->next++ % INCREMENTS];
}

static uint64_t random_u64(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* ln_1024 - -1024 ln(u / 2^32) by a 32-step table-free expansion: log2 bit by bit. */
static uint64_t minus_ln_1024(uint64_t u)
{
	uint64_t x = u ? u : 1, result = 0;
	uint32_t bit, whole = 0;

	while (x < (1ull << 31)) {
		x <<= 1;
		whole++;
	}
	for (bit = 0; bit < 16; bit++) {
		x = x * x >> 31;
		result <<= 1;
		if (x >= (1ull << 32)) {
			x >>= 1;
			result |= 1;
		}
	}
	/* log2(u / 2^32) = -whole - 1 + result / 2^16 */
	return (((uint64_t)(whole + 1) << 16) - result) * 726817 >> 26;
}

static void load_init(struct load *load, enum shape shape)
{
	uint64_t state = 0x123456789abcdefull;
	uint32_t i;

	load->next = 0;
	for (i = 0; i < INCREMENTS; i++) {
		uint64_t u = random_u64(&state);

		switch (shape) {
		case SHAPE_EXPONENTIAL:
			load->increment[i] = MEAN_PS * minus_ln_1024(u >> 32) / 1024;
			break;
		case SHAPE_UNIFORM:
			load->increment[i] = u % (2 * MEAN_PS);
			break;
		case SHAPE_BIMODAL: /* nine short ones, then a long one */
			load->increment[i] = u % 10 ? (u >> 32) % 2000 : 900000 + (u >> 32) % 200000;
			break;
		default:
			load->increment[i] = MEAN_PS;
		}
	}
}

/* What waits: the heap's contestant uses the same struct, so that both touch as much memory. */
struct item {
	struct sim_event event;
	struct load *load;
};

/* The queue. */

struct queue_run {
	struct sim *sim;
	struct load load;
	uint64_t left;
	struct item *item;
};

struct queue_item {
	struct item item;
	struct queue_run *run;
};

static void queue_fire(struct sim *sim, struct sim_event *event)
{
	struct queue_item *item = sim_container_of(event, struct queue_item, item.event);

	if (--item->run->left == 0)
		sim_stop(sim);
	sim_event_after(sim, event, load_next(item->item.load));
}

static void queue_hold(void *arg, uint64_t count)
{
	struct queue_run *run = arg;

	run->left = count;
	sim_run(run->sim, SIM_PS_NEVER);
}

/* The bare heap. */

struct heap_entry {
	uint64_t key;
	void *ptr;
};

struct heap_run;
struct heap_item {
	struct item item; /* its event is not used, its load is */
	void (*fire)(struct heap_run *run, struct heap_item *item);
};

struct heap_run {
	struct heap_entry *heap;
	size_t count;
	uint64_t now;
	struct load load;
	uint64_t left;
};

static inline void heap_push(struct heap_run *run, uint64_t key, void *ptr)
{
	struct heap_entry *heap = run->heap;
	size_t i = run->count++, parent;

	while (i) {
		parent = (i - 1) / 4;
		if (heap[parent].key <= key)
			break;
		heap[i] = heap[parent];
		i = parent;
	}
	heap[i] = (struct heap_entry){key, ptr};
}

static inline struct heap_entry heap_pop(struct heap_run *run)
{
	struct heap_entry *heap = run->heap;
	struct heap_entry top = heap[0], last = heap[--run->count];
	size_t n = run->count, i = 0, child, end, best;

	for (;;) {
		child = 4 * i + 1;
		if (child >= n)
			break;
		end = child + 4 < n ? child + 4 : n;
		best = child;
		for (child++; child < end; child++)
			if (heap[child].key < heap[best].key)
				best = child;
		if (heap[best].key >= last.key)
			break;
		heap[i] = heap[best];
		i = best;
	}
	heap[i] = last;
	return top;
}

static void heap_fire(struct heap_run *run, struct heap_item *item)
{
	heap_push(run, run->now + load_next(item->item.load), item);
	run->left--;
}

static void heap_hold(void *arg, uint64_t count)
{
	struct heap_run *run = arg;
	struct heap_entry top;
	struct heap_item *item;

	run->left = count;
	while (run->left) {
		top = heap_pop(run);
		run->now = top.key;
		item = top.ptr;
		item->fire(run, item);
	}
}

static void heap_hold_inline(void *arg, uint64_t count)
{
	struct heap_run *run = arg;
	struct heap_entry top;

	while (count--) {
		top = heap_pop(run);
		run->now = top.key;
		heap_push(run, top.key + load_next(((struct heap_item *)top.ptr)->item.load), top.ptr);
	}
}

/* One layout in memory: everything made afresh, measured, freed. */
static void measure_once(struct bench_case *cases, enum shape shape, size_t pending, uint32_t rounds, uint64_t count)
{
	struct queue_item *queue_item = calloc(pending, sizeof(*queue_item));
	struct heap_item *heap_item = calloc(2 * pending, sizeof(*heap_item));
	struct heap_run *heap = calloc(2, sizeof(*heap));
	struct queue_run *queue = calloc(1, sizeof(*queue));
	size_t i, h;

	queue->sim = sim_create(1);
	load_init(&queue->load, shape);
	for (h = 0; h < 2; h++) {
		heap[h].heap = calloc(pending, sizeof(heap[h].heap[0]));
		load_init(&heap[h].load, shape);
		cases[h].arg = &heap[h];
	}
	cases[2].arg = queue;
	for (i = 0; i < pending; i++) {
		sim_event_init(&queue_item[i].item.event, queue_fire, SIM_PRIO_HW);
		queue_item[i].item.load = &queue->load;
		queue_item[i].run = queue;
		sim_event_at(queue->sim, &queue_item[i].item.event, load_next(&queue->load));
		for (h = 0; h < 2; h++) {
			heap_item[2 * i + h].item.load = &heap[h].load;
			heap_item[2 * i + h].fire = heap_fire;
			heap_push(&heap[h], load_next(&heap[h].load), &heap_item[2 * i + h]);
		}
	}
	bench_run(cases, 3, rounds, count);
	if (queue->sim->now_ps == 0 || heap[0].now == 0 || sim_event_count(queue->sim) != pending)
		abort();
	sim_destroy(queue->sim);
	free(heap[0].heap);
	free(heap[1].heap);
	free(heap);
	free(queue);
	free(heap_item);
	free(queue_item);
}

static void measure(enum shape shape, size_t pending)
{
	struct bench_case cases[3] = {
		{.name = "4-ary heap, calling", .fn = heap_hold},
		{.name = "4-ary heap, all inlined", .fn = heap_hold_inline},
		{.name = "sim_event", .fn = queue_hold},
	};
	void *padding[LAYOUTS];
	char title[64];
	size_t i;

	if (pending >= 100000) {
		measure_once(cases, shape, pending, 9, 2 * pending);
	} else {
		for (i = 0; i < LAYOUTS; i++) {
			padding[i] = malloc(24 + i * 208);
			measure_once(cases, shape, pending, 5, 100000);
		}
		for (i = 0; i < LAYOUTS; i++)
			free(padding[i]);
	}
	snprintf(title, sizeof(title), "%zu pending, %s", pending, shape_name[shape]);
	bench_print(title, cases, 3);
}

int main(int argc, char **argv)
{
	static const size_t pending[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
	size_t largest = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000000;
	size_t smallest = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	size_t i;
	int shape;

	printf("hold model: time per event fired and scheduled again; ratio to the first line of each group\n");
	for (i = 0; i < sizeof(pending) / sizeof(pending[0]) && pending[i] <= largest; i++)
		for (shape = 0; pending[i] >= smallest && shape < SHAPE_COUNT; shape++)
			measure((enum shape)shape, pending[i]);
	return 0;
}

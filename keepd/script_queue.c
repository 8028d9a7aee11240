/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serial queues of scripts, one per object; see script_queue.h. Queues that are idle are forgotten,
 * so there are as many as scripts at work or waiting; those are found by hash, and the ones that
 * could start something stand in a line, because all servers of a big node may go down at once.
 */
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "keepd/script_queue.h"

#define BUCKETS_MIN 64

struct waiting {
	struct waiting *next;
	struct msg_script_run run;
};

struct queue {
	struct queue *next; /* in its bucket */
	uint64_t id;
	bool is_busy;
	unsigned place;			/* of the script at work ... */
	struct msg_script_done at_work; /* ... and what is known of it */
	unsigned count;
	struct waiting *waiting; /* the oldest first */

	/* In line: not busy, and something waits. */
	bool is_in_line;
	struct queue *before, *behind;
};

struct script_queues {
	struct queue **buckets;
	size_t bucket_count, count;
	struct queue *first, *last; /* of the line */
};

static void *zeroed(size_t n, size_t bytes)
{
	void *p = calloc(n, bytes);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory");
	return p;
}

struct script_queues *script_queues_new(void)
{
	struct script_queues *q = zeroed(1, sizeof(*q));

	q->bucket_count = BUCKETS_MIN;
	q->buckets = zeroed(q->bucket_count, sizeof(struct queue *));
	return q;
}

static void drop_first(struct queue *it)
{
	struct waiting *first = it->waiting;

	it->waiting = first->next;
	it->count--;
	free(first);
}

void script_queues_free(struct script_queues *q)
{
	if (!q)
		return;
	for (size_t i = 0; i < q->bucket_count; i++)
		for (struct queue *it = q->buckets[i], *next; it; it = next) {
			next = it->next;
			while (it->waiting)
				drop_first(it);
			free(it);
		}
	free(q->buckets);
	free(q);
}

/* ---- by id ---- */

static struct queue **bucket_of(const struct script_queues *q, uint64_t id)
{
	return &q->buckets[(id * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (q->bucket_count - 1)];
}

/* Where the queue hangs, or would. */
static struct queue **find(const struct script_queues *q, uint64_t id)
{
	struct queue **at = bucket_of(q, id);

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

static void grow(struct script_queues *q)
{
	struct queue **old = q->buckets;
	size_t old_count = q->bucket_count;

	q->bucket_count *= 2;
	q->buckets = zeroed(q->bucket_count, sizeof(struct queue *));
	for (size_t i = 0; i < old_count; i++)
		for (struct queue *it = old[i], *next; it; it = next) {
			struct queue **at = bucket_of(q, it->id);

			next = it->next;
			it->next = *at;
			*at = it;
		}
	free(old);
}

static struct queue *get(struct script_queues *q, uint64_t id)
{
	struct queue **at = find(q, id), *it = *at;

	if (it)
		return it;
	it = zeroed(1, sizeof(*it));
	it->id = id;
	*at = it;
	if (++q->count > q->bucket_count)
		grow(q);
	return it;
}

/* ---- the line ---- */

/* Puts it where it belongs: at the end of the line, out of it, or out of the world. */
static void settle(struct script_queues *q, struct queue *it)
{
	bool belongs_in_line = !it->is_busy && it->waiting;

	if (it->is_in_line && !belongs_in_line) {
		*(it->before ? &it->before->behind : &q->first) = it->behind;
		*(it->behind ? &it->behind->before : &q->last) = it->before;
	} else if (!it->is_in_line && belongs_in_line) {
		it->behind = NULL;
		it->before = q->last;
		*(q->last ? &q->last->behind : &q->first) = it;
		q->last = it;
	}
	it->is_in_line = belongs_in_line;
	if (!it->is_busy && !it->waiting) {
		*find(q, it->id) = it->next;
		q->count--;
		free(it);
	}
}

/* ---- runs ---- */

/* Drops waiting runs of earlier steps; returns their number. */
static unsigned drop_superseded(struct queue *it, uint64_t step)
{
	unsigned before = it->count;

	for (struct waiting **at = &it->waiting; *at;) {
		struct waiting *w = *at;

		if (w->run.step >= step) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		it->count--;
		free(w);
	}
	return before - it->count;
}

unsigned script_queue_push(struct script_queues *q, const struct msg_script_run *run)
{
	struct queue *it = get(q, run->queue);
	struct waiting *w = zeroed(1, sizeof(*w)), **end;
	unsigned dropped = drop_superseded(it, run->step);

	if (it->count == SCRIPT_QUEUE_WAITING_MAX) {
		drop_first(it);
		dropped++;
	}
	w->run = *run;
	for (end = &it->waiting; *end; end = &(*end)->next)
		continue;
	*end = w;
	it->count++;
	settle(q, it);
	return dropped;
}

bool script_queue_next(struct script_queues *q, script_place_fn place_of, void *arg,
	struct msg_script_run *run, unsigned *place)
{
	for (struct queue *it = q->first; it; it = it->behind) {
		*place = place_of(arg, &it->waiting->run);
		if (*place == SCRIPT_QUEUE_LATER)
			continue;
		*run = it->waiting->run;
		drop_first(it);
		it->is_busy = true;
		it->place = *place;
		it->at_work = (struct msg_script_done){ .script = run->script,
			.queue = run->queue,
			.step = run->step,
			.status = SCRIPT_LOST,
			.is_tracked = run->is_tracked };
		settle(q, it);
		return true;
	}
	return false;
}

void script_queue_done(struct script_queues *q, uint64_t queue, unsigned place)
{
	struct queue *it = *find(q, queue);

	if (!it || !it->is_busy || it->place != place)
		return;
	it->is_busy = false;
	settle(q, it);
}

void script_queue_abandon(struct script_queues *q, unsigned place, script_lost_fn lost, void *arg)
{
	for (size_t i = 0; i < q->bucket_count; i++)
		for (struct queue *it = q->buckets[i], *next; it; it = next) {
			next = it->next;
			if (!it->is_busy || it->place != place)
				continue;
			it->is_busy = false;
			if (lost)
				lost(arg, &it->at_work);
			settle(q, it);
		}
}

bool script_queue_waits(const struct script_queues *q, script_test_fn test, void *arg)
{
	for (size_t i = 0; i < q->bucket_count; i++)
		for (const struct queue *it = q->buckets[i]; it; it = it->next)
			for (const struct waiting *w = it->waiting; w; w = w->next)
				if (test(arg, w->run.script))
					return true;
	return false;
}

static bool is_missed(const struct queue *it)
{
	if (it->is_busy && !it->at_work.is_tracked)
		return true;
	for (const struct waiting *w = it->waiting; w; w = w->next)
		if (!w->run.is_tracked)
			return true;
	return false;
}

size_t script_queue_pending(const struct script_queues *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->bucket_count; i++)
		for (const struct queue *it = q->buckets[i]; it; it = it->next)
			n += is_missed(it);
	return n;
}

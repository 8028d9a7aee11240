/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serial queues of scripts, one per object; see script_queue.h. Queues that are idle are forgotten,
 * so the list is as long as scripts are at work.
 */
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "keepd/script_queue.h"

struct queue {
	struct queue *next;
	uint64_t id;
	uint64_t busy_with; /* the script at work, 0 = none */
	unsigned waiting;
	struct msg_script_run runs[SCRIPT_QUEUE_WAITING_MAX];
};

struct script_queues {
	struct queue *first;
};

struct script_queues *script_queues_new(void)
{
	struct script_queues *q = calloc(1, sizeof(*q));

	if (!q)
		fatal(EXIT_INTERNAL, "out of memory");
	return q;
}

void script_queues_free(struct script_queues *q)
{
	if (!q)
		return;
	while (q->first) {
		struct queue *next = q->first->next;

		free(q->first);
		q->first = next;
	}
	free(q);
}

static struct queue *find(struct script_queues *q, uint64_t id)
{
	struct queue *it = q->first;

	while (it && it->id != id)
		it = it->next;
	return it;
}

/* Drops waiting runs of earlier steps; returns their number. */
static unsigned drop_superseded(struct queue *it, uint64_t step)
{
	unsigned kept = 0, before = it->waiting;

	for (unsigned i = 0; i < before; i++)
		if (it->runs[i].step >= step)
			it->runs[kept++] = it->runs[i];
	it->waiting = kept;
	return before - kept;
}

unsigned script_queue_push(struct script_queues *q, const struct msg_script_run *run)
{
	struct queue *it = find(q, run->queue);
	unsigned dropped;

	if (!it) {
		it = calloc(1, sizeof(*it));
		if (!it)
			fatal(EXIT_INTERNAL, "out of memory");
		it->id = run->queue;
		it->next = q->first;
		q->first = it;
	}
	dropped = drop_superseded(it, run->step);
	if (it->waiting == SCRIPT_QUEUE_WAITING_MAX) {
		memmove(it->runs, it->runs + 1, sizeof(it->runs) - sizeof(it->runs[0]));
		it->waiting--;
		dropped++;
	}
	it->runs[it->waiting++] = *run;
	return dropped;
}

bool script_queue_next(
	struct script_queues *q, script_test_fn can_run, void *arg, struct msg_script_run *run)
{
	for (struct queue *it = q->first; it; it = it->next) {
		if (it->busy_with || !it->waiting || !can_run(arg, it->runs[0].script))
			continue;
		*run = it->runs[0];
		it->waiting--;
		memmove(it->runs, it->runs + 1, it->waiting * sizeof(it->runs[0]));
		it->busy_with = run->script;
		return true;
	}
	return false;
}

static void forget_if_idle(struct queue **at)
{
	struct queue *it = *at;

	if (it->busy_with || it->waiting)
		return;
	*at = it->next;
	free(it);
}

void script_queue_done(struct script_queues *q, uint64_t queue)
{
	for (struct queue **at = &q->first; *at; at = &(*at)->next) {
		if ((*at)->id != queue)
			continue;
		(*at)->busy_with = 0;
		forget_if_idle(at);
		return;
	}
}

void script_queue_abandon(struct script_queues *q, script_test_fn was_there, void *arg)
{
	struct queue **at = &q->first;

	while (*at) {
		struct queue *it = *at;

		if (it->busy_with && was_there(arg, it->busy_with))
			it->busy_with = 0;
		forget_if_idle(at);
		if (*at == it)
			at = &it->next;
	}
}

size_t script_queue_pending(const struct script_queues *q)
{
	size_t n = 0;

	for (const struct queue *it = q->first; it; it = it->next)
		n++;
	return n;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A list of lines, some of which may go; see fifo_queue.h. */
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "core/err.h"
#include "keepd/fifo_queue.h"

struct line {
	struct line *next;
	uint64_t object;
	bool is_state;
	bool may_go; /* no state, or an overtaken one */
	size_t len;
	char text[];
};

struct fifo_queue {
	struct line *first, **end;
	size_t count, limit;
};

struct fifo_queue *fifo_queue_new(size_t limit)
{
	struct fifo_queue *q = calloc(1, sizeof(*q));

	if (!q)
		fatal(EXIT_INTERNAL, "out of memory");
	q->limit = limit;
	q->end = &q->first;
	return q;
}

void fifo_queue_free(struct fifo_queue *q)
{
	while (q && q->first)
		fifo_queue_pop(q);
	free(q);
}

static void remove_at(struct fifo_queue *q, struct line **at)
{
	struct line *gone = *at;

	*at = gone->next;
	if (!gone->next)
		q->end = at;
	q->count--;
	free(gone);
}

/* What is said of the object from now on overtakes what waits. */
static void overtake(struct fifo_queue *q, uint64_t object)
{
	for (struct line *l = q->first; l; l = l->next)
		l->may_go |= l->is_state && l->object == object;
}

static unsigned make_room(struct fifo_queue *q)
{
	unsigned dropped = 0;

	for (struct line **at = &q->first; *at && q->count >= q->limit;) {
		if (!(*at)->may_go) {
			at = &(*at)->next;
			continue;
		}
		remove_at(q, at);
		dropped++;
	}
	return dropped;
}

unsigned fifo_queue_push(
	struct fifo_queue *q, uint64_t object, bool is_state, const char *line, size_t len)
{
	struct line *l;
	unsigned dropped;

	if (len > FIFO_LINE_BYTES)
		len = FIFO_LINE_BYTES;
	l = calloc(1, sizeof(*l) + len);
	if (!l)
		fatal(EXIT_INTERNAL, "out of memory");
	if (is_state)
		overtake(q, object);
	dropped = make_room(q);
	l->object = object;
	l->is_state = is_state;
	l->may_go = !is_state;
	l->len = len;
	memcpy(l->text, line, len);
	*q->end = l;
	q->end = &l->next;
	q->count++;
	return dropped;
}

const char *fifo_queue_first(const struct fifo_queue *q, size_t *len)
{
	if (!q->first)
		return NULL;
	*len = q->first->len;
	return q->first->text;
}

void fifo_queue_pop(struct fifo_queue *q)
{
	remove_at(q, &q->first);
}

size_t fifo_queue_count(const struct fifo_queue *q)
{
	return q->count;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_FIFO_QUEUE_H
#define KEEPD_KEEPD_FIFO_QUEUE_H

/*
 * Lines that wait for the reader of a pipe, in order. There is a limit, but what a slow reader
 * misses is only what it would not need in the end: the oldest lines that tell no state, or a state
 * that a later line of the same object has overtaken. The last state of every object stays. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIFO_LINE_BYTES 512 /* at most, its end included: less than PIPE_BUF, so written whole */

struct fifo_queue; /* caller frees with fifo_queue_free */

struct fifo_queue *fifo_queue_new(size_t limit);
void fifo_queue_free(struct fifo_queue *q); /* NULL is fine */

/*
 * Adds a line (copied, cut to FIFO_LINE_BYTES) about an object; is_state: until the next one of
 * these it says how the object is. Returns how many lines were dropped for it.
 */
unsigned fifo_queue_push(
	struct fifo_queue *q, uint64_t object, bool is_state, const char *line, size_t len);

/* The oldest line, borrowed until the next call; NULL if there is none. */
const char *fifo_queue_first(const struct fifo_queue *q, size_t *len);
void fifo_queue_pop(struct fifo_queue *q);
size_t fifo_queue_count(const struct fifo_queue *q);

#endif

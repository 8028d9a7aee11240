/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_PAGE_H
#define KEEPD_CORE_PAGE_H

/*
 * State pages: what one process must know of another, and what a successor must know of a process
 * that died. A page is a memfd sealed against shrinking and growing, made by the parent, with one
 * writer and many readers; fixed slots, each kept twice: the writer fills the copy that is not
 * current and then moves the version, so a reader always gets a whole value and a writer that dies
 * in the middle leaves the last whole one. Readers copy once and range-check what they read.
 * Untouched slots cost no memory.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/err.h"

struct page {
	void *map; /* NULL when closed */
	size_t map_bytes;
	size_t slot_bytes; /* of one value */
	uint32_t slots;
	bool writable;
};

/* Makes a page (parent only): returns a descriptor the caller owns, or -1. All values start zero.
 */
int page_create(const char *name, size_t slot_bytes, uint32_t slots, struct err *e);

/*
 * Maps the page behind fd (which stays the caller's and may be closed afterwards). Fails if the
 * size or the shape written in its header is not the one expected: pages of another version are
 * refused.
 */
int page_open(
	struct page *p, int fd, size_t slot_bytes, uint32_t slots, bool writable, struct err *e);
void page_close(struct page *p); /* safe on a zeroed struct */

/* Publishes a new value of slot i. Writer only; anybody else, or a slot too far, is fatal(). */
void page_write(struct page *p, uint32_t i, const void *value);

/*
 * Copies the current value of slot i to value. Returns its version: 0 = never written (value is
 * then all zero), else a number that changes with every write. A slot that does not exist, and one
 * whose writer never leaves it alone, count as never written.
 */
uint64_t page_read(const struct page *p, uint32_t i, void *value);

#endif

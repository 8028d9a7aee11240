/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_WATCHER_NUMBER_H
#define KEEPD_WATCHER_NUMBER_H

/* The number in a tracked file. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So much of a file is looked at. */
#define WATCH_NUMBER_BYTES 64

/*
 * Blanks, a number as in C (decimal, 0x.., 0..) with an optional sign, blanks, and nothing else;
 * what is too large for the type is its limit. False, and 0 in *number: there is none. `text` has
 * room for a NUL behind its `len` bytes.
 */
bool watch_number(char *text, size_t len, int64_t *number);

#endif

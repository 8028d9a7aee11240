/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_MEMFD_H
#define KEEPD_CORE_MEMFD_H

/*
 * Anonymous memory behind a descriptor, for what is too long for a message: texts (sealed for good)
 * and state pages (sealed in size only).
 */

#include <stddef.h>
#include "core/err.h"

/* A new empty memfd, CLOEXEC and not sealed yet; the caller closes it. -1 and *e on failure. */
int memfd_new(const char *name, struct err *e);

/* Makes a sealed (read-only for good) memfd of the bytes; returns the descriptor or -1. */
int memfd_seal(const char *name, const void *bytes, size_t len, struct err *e);

/*
 * Reads a sealed memfd of at most max bytes whole; the caller frees *text. Always NUL-terminated;
 * len may be NULL. A descriptor that is not a memfd sealed against writing is refused.
 */
int memfd_read(int fd, size_t max, char **text, size_t *len, struct err *e);

#endif

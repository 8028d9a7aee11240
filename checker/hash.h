/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_HASH_H
#define KEEPD_CHECKER_HASH_H

/*
 * 64-bit identities of configured things (FNV-1a with a final mix). Their input is the
 * configuration, never what a server sent. They stand in state pages: the same input gives the same
 * identity in the next process.
 */

#include <stdint.h>
#include <string.h>
#include "core/addr.h"
#include "core/mono.h"

struct hash {
	uint64_t state;
};

static inline struct hash hash_begin(void)
{
	return (struct hash){ 0xcbf29ce484222325u };
}

static inline void hash_bytes(struct hash *h, const void *bytes, size_t len)
{
	const uint8_t *b = bytes;

	for (size_t i = 0; i < len; i++)
		h->state = (h->state ^ b[i]) * 0x100000001b3u;
}

static inline void hash_u64(struct hash *h, uint64_t value)
{
	hash_bytes(h, &value, sizeof(value));
}

/* NULL and "" are told apart; the end of the text counts. */
static inline void hash_text(struct hash *h, const char *text)
{
	hash_u64(h, text != NULL);
	if (text)
		hash_bytes(h, text, strlen(text) + 1);
}

static inline void hash_span(struct hash *h, span_t d)
{
	hash_u64(h, (uint64_t)d.us);
}

static inline void hash_addr(struct hash *h, const struct addr *a)
{
	hash_u64(h, a->family);
	hash_bytes(h, a->bytes, addr_len_bytes(a));
}

static inline void hash_endpoint(struct hash *h, const struct endpoint *e)
{
	hash_addr(h, &e->addr);
	hash_u64(h, e->port);
}

/* Never 0: that stands for "no identity". */
static inline uint64_t hash_end(const struct hash *h)
{
	uint64_t x = h->state;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	x ^= x >> 31;
	return x ? x : 1;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target of the HTTP response parser. The first byte says how the rest is cut into pieces;
 * whatever the bytes, fed whole and fed in pieces must end the same, with the same body, in bounded
 * memory.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checker/http_parse.h"

#define BODY_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	uint64_t body_bytes, body_sum;
	unsigned heads, status;
};

static bool on_head(void *arg, unsigned status)
{
	struct outcome *o = arg;

	o->heads++;
	o->status = status;
	if (status < 100 || status > 999)
		abort();
	return status % 2 == 0; /* both ways are gone */
}

static void on_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct outcome *o = arg;

	o->body_bytes += len;
	for (size_t i = 0; i < len; i++)
		o->body_sum = o->body_sum * 31 + bytes[i];
}

static void feed(
	const uint8_t *data, size_t size, uint8_t cut, struct http_parser *p, struct outcome *o)
{
	uint32_t chance = cut;

	memset(o, 0, sizeof(*o));
	*p = (struct http_parser){
		.head = on_head, .body = on_body, .arg = o, .body_max = BODY_MAX
	};
	while (size) {
		size_t n = size;

		if (cut) {
			chance = chance * 1664525 + 1013904223;
			n = cut == 1 ? 1 : 1 + (chance >> 16) % cut;
		}
		if (n > size)
			n = size;
		http_parse(p, data, n);
		data += n;
		size -= n;
	}
	http_parse_end(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_parser whole, pieces;
	struct outcome a, b;

	if (!size)
		return 0;
	feed(data + 1, size - 1, 0, &whole, &a);
	feed(data + 1, size - 1, data[0], &pieces, &b);
	if (whole.progress == HTTP_MORE || whole.progress != pieces.progress ||
		whole.status != pieces.status || whole.is_cut != pieces.is_cut ||
		memcmp(&a, &b, sizeof(a)))
		abort();
	if (a.heads > 1 || a.body_bytes > BODY_MAX || whole.head_bytes > HTTP_HEAD_BYTES_MAX + 1)
		abort();
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target of the SMTP dialogue: whatever a server says, whole or byte by byte, the same is
 * answered, every line of it is one that was meant, and it ends.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "keepd/smtp.h"

#define ANSWER_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct smtp_job job = { .helo = "a.example",
	.from = "keepd@a.example",
	.to = { "Ops <ops@b.example>", "on-call@b.example" },
	.messages = { { "one", "text\n.\n", 0 }, { "two", "text", 1 } },
	.recipients = 2,
	.count = 2 };

struct outcome {
	struct smtp s;
	size_t len;
	char answer[ANSWER_MAX];
};

static void talk(struct outcome *o, const uint8_t *data, size_t size, size_t step)
{
	memset(o, 0, sizeof(*o));
	smtp_begin(&o->s, &job);
	for (size_t at = 0; at < size; at += step) {
		size_t n = size - at < step ? size - at : step;
		char *answer = smtp_take(&o->s, (const char *)data + at, n);
		size_t len = answer ? strlen(answer) : 0;

		if (len > sizeof(o->answer) - o->len)
			abort();
		memcpy(o->answer + o->len, answer ? answer : "", len);
		o->len += len;
		free(answer);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct outcome whole, pieces;

	talk(&whole, data, size, size ? size : 1);
	talk(&pieces, data, size, 1);
	if (whole.s.state != pieces.s.state || whole.s.sent != pieces.s.sent ||
		whole.len != pieces.len || memcmp(whole.answer, pieces.answer, whole.len) != 0)
		abort();
	if (whole.s.sent > job.count || (whole.s.state == SMTP_DONE && whole.s.sent != job.count) ||
		(whole.s.state == SMTP_FAILED) != (whole.s.reason[0] != '\0'))
		abort();
	return 0;
}

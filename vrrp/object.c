/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects as values, and the difference between what should be and what is. Called by keeper.c and
 * withdraw.c.
 */
#include "vrrp/object.h"

#include <stdio.h>
#include <string.h>

static int number_cmp(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

int object_id_cmp(const struct object_id *a, const struct object_id *b)
{
	int order = number_cmp(a->kind, b->kind);

	if (!order)
		order = number_cmp(a->where, b->where);
	if (!order)
		order = addr_cmp(&a->addr, &b->addr);
	return order ? order : number_cmp(a->len, b->len);
}

const char *object_word(enum object_kind kind)
{
	static const char *const words[] = { [OBJECT_ADDRESS] = "address" };

	return words[kind];
}

const char *object_text(const struct object_id *id, char buf[OBJECT_TEXT_BYTES])
{
	char addr[ADDR_TEXT_BYTES];

	snprintf(buf, OBJECT_TEXT_BYTES, "%s %s/%u", object_word(id->kind),
		addr_format(&id->addr, addr), id->len);
	return buf;
}

bool object_is_settled(const struct object_state *s)
{
	switch (s->wish) {
	case OBJECT_PRESENT: return s->is_there || !s->may_come;
	case OBJECT_ABSENT: return !s->is_there || !s->may_go;
	case OBJECT_HELD: break;
	}
	return true;
}

size_t object_plan(
	const struct object_state *states, size_t count, struct object_op *ops, size_t room)
{
	size_t needed = 0;

	for (int is_add = 0; is_add <= 1; is_add++)
		for (size_t n = 0; n < count; n++) {
			size_t i = is_add ? n : count - 1 - n;

			if ((states[i].wish == OBJECT_PRESENT) != is_add ||
				object_is_settled(&states[i]))
				continue;
			if (needed < room)
				ops[needed] = (struct object_op){ .is_add = is_add, .index = i };
			needed++;
		}
	return needed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects as values, and the difference between what should be and what is. Called by keeper.c and
 * withdraw.c.
 */
#include "vrrp/object.h"

#include <stdio.h>
#include <string.h>

#define MAIN_TABLE 254

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
	if (!order)
		order = number_cmp(a->len, b->len);
	if (!order)
		order = number_cmp(a->tos, b->tos);
	return order ? order : number_cmp(a->metric, b->metric);
}

const char *object_word(enum object_kind kind)
{
	static const char *const words[] = {
		[OBJECT_ADDRESS] = "address", [OBJECT_ROUTE] = "route", [OBJECT_RULE] = "rule"
	};

	return words[kind];
}

static void route_text(const struct object_id *id, char *buf, size_t room)
{
	const char *words[] = { " table ", " metric ", " tos " };
	const uint32_t values[] = { id->where == MAIN_TABLE ? 0 : id->where, id->metric, id->tos };
	char addr[ADDR_TEXT_BYTES];
	int used;

	used = id->len ? snprintf(buf, room, "%s/%u", addr_format(&id->addr, addr), id->len)
		       : snprintf(buf, room, "default");
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (values[i])
			used += snprintf(
				buf + used, room - (size_t)used, "%s%u", words[i], values[i]);
}

const char *object_text(const struct object_id *id, char buf[OBJECT_TEXT_BYTES])
{
	size_t used = (size_t)snprintf(buf, OBJECT_TEXT_BYTES, "%s ", object_word(id->kind));
	char addr[ADDR_TEXT_BYTES];

	switch (id->kind) {
	case OBJECT_ADDRESS:
		snprintf(buf + used, OBJECT_TEXT_BYTES - used, "%s/%u",
			addr_format(&id->addr, addr), id->len);
		break;
	case OBJECT_ROUTE: route_text(id, buf + used, OBJECT_TEXT_BYTES - used); break;
	case OBJECT_RULE:
		snprintf(buf + used, OBJECT_TEXT_BYTES - used, "%u of %s", id->where,
			id->addr.family == AF_INET6 ? "IPv6" : "IPv4");
		break;
	case OBJECT_KINDS: break;
	}
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

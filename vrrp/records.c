/* SPDX-License-Identifier: Apache-2.0 */
/* Routes and rules in the kernel; see records.h. Called by keeper.c and withdraw.c. */
#include "vrrp/records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "vrrp/message.h"

enum {
	READ_TRIES = 10,
};

/* ---- the list ---- */

void records_free(struct records *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->items[i].message);
	free(r->items);
	r->items = NULL;
	r->count = r->room = 0;
}

/* The first that is not before id. */
static size_t lower_bound(const struct records *r, const struct object_id *id)
{
	size_t lo = 0, hi = r->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (object_id_cmp(&r->items[mid].id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void records_add(struct records *r, const void *message)
{
	const struct object_id id = message_id(message);
	size_t i = lower_bound(r, &id);

	if (r->count == r->room) {
		r->room = r->room ? r->room * 2 : 16;
		r->items = reallocarray(r->items, r->room, sizeof(*r->items));
		if (!r->items)
			fatal(EXIT_INTERNAL, "out of memory for routes and rules");
	}
	memmove(r->items + i + 1, r->items + i, (r->count - i) * sizeof(*r->items));
	r->items[i] = (struct record){ id, message_dup(message) };
	r->count++;
}

void records_drop(struct records *r, const struct record *record)
{
	size_t i = (size_t)(record - r->items);

	free(r->items[i].message);
	r->count--;
	memmove(r->items + i, r->items + i + 1, (r->count - i) * sizeof(*r->items));
}

size_t records_of(const struct records *r, const struct object_id *id, size_t *first)
{
	size_t i = lower_bound(r, id);

	*first = i;
	while (i < r->count && object_id_cmp(&r->items[i].id, id) == 0)
		i++;
	return i;
}

const struct record *records_find(
	const struct records *r, const struct object_id *id, const void *message)
{
	size_t i, end = records_of(r, id, &i);

	for (; i < end; i++)
		if (message_is_shown(message, r->items[i].message))
			return &r->items[i];
	return NULL;
}

/* ---- reading ---- */

struct reading {
	const struct records *of;
	struct record *items;
	size_t count, room;
};

static void on_message(void *arg, const void *message)
{
	struct reading *in = arg;

	if (!message_is_object(message) || !in->of->is_protocol[message_protocol(message)])
		return;
	if (in->count == in->room) {
		in->room = in->room ? in->room * 2 : 16;
		in->items = reallocarray(in->items, in->room, sizeof(*in->items));
		if (!in->items)
			fatal(EXIT_INTERNAL, "out of memory for routes and rules");
	}
	in->items[in->count++] = (struct record){ message_id(message), message_dup(message) };
}

static int by_id(const void *a, const void *b)
{
	return object_id_cmp(&((const struct record *)a)->id, &((const struct record *)b)->id);
}

/* A family the kernel does not have has none. */
static enum netlink_dump dump(struct reading *in, struct netlink *n, enum object_kind kind,
	uint16_t family, uint8_t protocol, struct err *e)
{
	char buf[MESSAGE_BYTES];
	struct err mine = { 0 };
	enum netlink_dump result;

	message_for_dump(kind, family, protocol, buf);
	result = netlink_dump(n, buf, on_message, in, &mine);
	if (result == NETLINK_FAILED && (mine.sysno == EAFNOSUPPORT || mine.sysno == EOPNOTSUPP))
		return NETLINK_DUMPED;
	if (result == NETLINK_FAILED && e)
		*e = mine;
	return result;
}

static enum netlink_dump read_routes(
	struct reading *in, struct netlink *n, uint16_t family, struct err *e)
{
	enum netlink_dump result = NETLINK_DUMPED;

	if (!n->is_strict)
		return dump(in, n, OBJECT_ROUTE, family, 0, e);
	for (unsigned p = 1; p < 256 && result == NETLINK_DUMPED; p++)
		if (in->of->is_protocol[p])
			result = dump(in, n, OBJECT_ROUTE, family, (uint8_t)p, e);
	return result;
}

static enum netlink_dump read_once(struct reading *in, struct netlink *n, struct err *e)
{
	static const uint16_t families[] = { AF_INET, AF_INET6 };
	enum netlink_dump result = NETLINK_DUMPED;

	for (size_t i = 0; i < 2 && result == NETLINK_DUMPED; i++) {
		if (in->of->are_routes)
			result = read_routes(in, n, families[i], e);
		if (in->of->are_rules && result == NETLINK_DUMPED)
			result = dump(in, n, OBJECT_RULE, families[i], 0, e);
	}
	return result;
}

static void forget(struct reading *in)
{
	for (size_t i = 0; i < in->count; i++)
		free(in->items[i].message);
	in->count = 0;
}

int records_read(struct records *r, struct netlink *n, struct err *e)
{
	enum netlink_dump result = NETLINK_AGAIN;
	struct reading in = { .of = r };

	for (int i = 0; i < READ_TRIES && result == NETLINK_AGAIN; i++) {
		forget(&in);
		result = read_once(&in, n, e);
	}
	if (result != NETLINK_DUMPED) {
		forget(&in);
		free(in.items);
		return result == NETLINK_FAILED
			       ? -1
			       : err_set(e, "routes change faster than they can be read");
	}
	if (in.count)
		qsort(in.items, in.count, sizeof(*in.items), by_id);
	records_free(r);
	r->items = in.items;
	r->count = in.count;
	r->room = in.room;
	r->is_stale = false;
	return 0;
}

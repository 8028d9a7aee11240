/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists of the keeper: what is in them, from the configuration and the names of links; whose
 * each object is. Nothing of the kernel is touched here. Called by router_conf.c, statics.c and
 * keeper.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "vrrp/keeper.h"
#include "vrrp/message.h"

static void *allocate(size_t count, size_t bytes)
{
	void *p = calloc(count ? count : 1, bytes);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory for the objects of a virtual router");
	return p;
}

/* ---- lists ---- */

void keeper_join(struct keeper *k, struct holdings *h)
{
	struct holdings **at = &k->lists;

	while (*at)
		at = &(*at)->next;
	*at = h;
	h->keeper = k;
	h->due = MONO_NEVER;
	h->limit = (struct log_limit){ .burst = 3, .per = span_s(60) };
	k->are_claims_old = true;
}

void keeper_depart(struct keeper *k, struct holding *item)
{
	struct holdings *d = &k->departed;

	if (!item->message)
		return;
	d->items = reallocarray(d->items, d->count + 1, sizeof(*d->items));
	if (!d->items)
		fatal(EXIT_INTERNAL, "out of memory for objects to be removed");
	d->items[d->count] = *item;
	d->items[d->count++].conf = NULL;
	d->is_stale = true;
	item->message = NULL;
}

void keeper_leave(struct keeper *k, struct holdings *h)
{
	struct holdings **at = &k->lists;

	if (h->keeper != k)
		return;
	while (*at != h)
		at = &(*at)->next;
	*at = h->next;
	for (size_t i = 0; i < h->count; i++)
		keeper_depart(k, &h->items[i]);
	free(h->items);
	h->items = NULL;
	h->count = 0;
	h->keeper = NULL;
	k->are_claims_old = true;
}

/* ---- looking names up ---- */

/* NULL if an interface is missing; *id is set in any case. */
static void *make_message(const struct keeper *k, const struct holdings *h, struct holding *item,
	struct object_id *id)
{
	const struct link_table *links = &k->link->table;
	bool is_missing = false;
	uint32_t ifindex;
	void *message = NULL;

	switch (item->id.kind) {
	case OBJECT_ADDRESS:
		ifindex = h->device(h->arg, item->conf);
		message = address_message((const void *)item->conf, ifindex);
		is_missing = !ifindex;
		break;
	case OBJECT_ROUTE:
		message = route_message((const void *)item->conf, links, &is_missing);
		break;
	case OBJECT_RULE: message = rule_message((const void *)item->conf); break;
	case OBJECT_KINDS: break;
	}
	*id = message_id(message);
	if (!is_missing)
		return message;
	free(message);
	return NULL;
}

static void resolve(struct keeper *k, struct holdings *h, struct holding *item)
{
	struct object_id id = item->id;
	void *message = make_message(k, h, item, &id);

	if (message_equal(message, item->message)) {
		free(message);
	} else {
		keeper_depart(k, item);
		item->message = message;
		item->is_there = item->is_given_up = item->is_missed = item->is_blind = false;
		h->is_stale = true;
	}
	item->id = id;
}

void keeper_resolve(struct keeper *k)
{
	if (k->names == k->link->table.names)
		return;
	k->names = k->link->table.names;
	k->are_claims_old = true;
	for (struct holdings *h = k->lists; h; h = h->next)
		for (size_t i = 0; i < h->count; i++)
			resolve(k, h, &h->items[i]);
}

/* ---- a new configuration ---- */

/* Goes on with what is known of the same object in the old list, if it is there. */
static size_t carry_over(const struct claims *old, struct holding *old_items, struct holding *item)
{
	size_t i, end = claims_of(old, &item->id, &i);

	for (; i < end; i++) {
		struct holding *was = &old_items[old->items[i].index];
		const struct conf_obj *conf = item->conf;
		bool is_owner = item->is_owner, is_no_loss = item->is_no_loss;

		if (!was->conf || !message_equal(was->message, item->message))
			continue;
		free(item->message);
		*item = *was;
		item->conf = conf;
		item->is_owner = is_owner;
		item->is_no_loss = is_no_loss;
		was->message = NULL;
		was->conf = NULL; /* taken */
		return old->items[i].index;
	}
	return HOLDINGS_NONE;
}

/* What the kernel removes by itself, at a time that is written, is no loss either. */
static bool is_no_loss(const struct holding *item)
{
	const struct vrrp_route_conf *route = (const struct vrrp_route_conf *)item->conf;

	switch (item->id.kind) {
	case OBJECT_ADDRESS: return ((const struct vrrp_vip_conf *)item->conf)->no_track;
	case OBJECT_ROUTE: return route->no_track || route->expires;
	case OBJECT_RULE: return ((const struct vrrp_rule_conf *)item->conf)->no_track;
	case OBJECT_KINDS: break;
	}
	return false;
}

/* There is one of that kind now, which has to be looked for in the kernel. */
static void expect(struct records *r, const struct holding *item)
{
	bool is_route = item->id.kind == OBJECT_ROUTE, is_rule = item->id.kind == OBJECT_RULE;
	uint8_t protocol;

	if (!is_route && !is_rule)
		return;
	protocol = (uint8_t)(is_route ? ((const struct vrrp_route_conf *)item->conf)->protocol
				      : ((const struct vrrp_rule_conf *)item->conf)->protocol);
	if (r->is_protocol[protocol] && (is_route ? r->are_routes : r->are_rules))
		return;
	r->is_protocol[protocol] = true;
	r->are_routes |= is_route;
	r->are_rules |= is_rule;
	r->is_stale = true;
}

static struct holding *new_items(struct keeper *k, const struct holdings *h,
	const struct object_list *lists, size_t list_count, size_t *count)
{
	struct holding *items;

	*count = 0;
	for (size_t n = 0; n < list_count; n++)
		*count += lists[n].list->count;
	items = allocate(*count, sizeof(*items));
	*count = 0;
	for (size_t n = 0; n < list_count; n++)
		for (size_t i = 0; i < lists[n].list->count; i++) {
			struct holding *item = &items[(*count)++];

			item->conf = lists[n].list->items[i];
			item->id.kind = lists[n].kind;
			item->is_owner = h->is_owner;
			item->is_no_loss = is_no_loss(item);
			item->message = make_message(k, h, item, &item->id);
			expect(&k->records, item);
		}
	return items;
}

void keeper_take(struct keeper *k, struct holdings *h, const struct object_list *lists,
	size_t list_count, size_t *was)
{
	size_t count;
	struct holding *items = new_items(k, h, lists, list_count, &count);
	struct claims old = { 0 };

	for (size_t i = 0; i < h->count; i++)
		claims_add(&old, &(struct claim){ .id = h->items[i].id, .index = i });
	claims_sort(&old);
	for (size_t i = 0; i < count; i++) {
		size_t index = carry_over(&old, h->items, &items[i]);

		if (was)
			was[i] = index;
	}
	claims_free(&old);
	for (size_t i = 0; i < h->count; i++)
		keeper_depart(k, &h->items[i]);
	free(h->items);
	h->items = items;
	h->count = count;
	h->is_stale = true;
	k->are_claims_old = true;
}

/* ---- whose ---- */

const struct claims *keeper_claims(struct keeper *k)
{
	if (!k->are_claims_old)
		return &k->claims;
	claims_clear(&k->claims);
	for (struct holdings *h = k->lists; h; h = h->next)
		for (size_t i = 0; i < h->count; i++)
			claims_add(&k->claims, &(struct claim){ .id = h->items[i].id,
						       .message = h->items[i].message,
						       .holder = h,
						       .index = i });
	claims_sort(&k->claims);
	k->are_claims_old = false;
	return &k->claims;
}

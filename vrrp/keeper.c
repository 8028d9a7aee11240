/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One list of objects in the kernel: what should be, what is, and the difference done. Called after
 * each transition and each event of the kernel that concerns it.
 */
#include "vrrp/keeper.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "vrrp/message.h"
#include "vrrp/orders.h"
#include "vrrp/vips.h"

enum {
	/* So many additions, of all lists together; then the loop gets its turn, at once or before
	 * so much time has passed: adverts must not wait for addresses. */
	ADD_AT_ONCE = 128,
	TURN_MS = 10,
	/* `ip addr flush` and its kind go on until they find nothing any more: who is faster than
	 * that fights with them. */
	REPAIR_DELAY_MS = 50,
	PAUSE_MIN_MS = 1000,
	PAUSE_MAX_MS = 8000,
};

void keeper_open(struct keeper *k, struct role_ctx *ctx, struct link_monitor *link,
	void (*work_at)(void *arg, mono_t due), void *arg)
{
	*k = (struct keeper){ .ctx = ctx, .link = link, .work_at = work_at, .arg = arg };
	k->departed.keeper = k;
	k->departed.limit = (struct log_limit){ .burst = 3, .per = span_s(60) };
	k->departed.due = MONO_NEVER;
	k->records.is_protocol[OBJECT_PROTO] = k->records.is_protocol[OBJECT_PROTO_KEEPALIVED] =
		true;
}

void keeper_close(struct keeper *k)
{
	while (k->lists)
		keeper_leave(k, k->lists);
	for (size_t i = 0; i < k->departed.count; i++)
		free(k->departed.items[i].message);
	free(k->departed.items);
	io_close(&k->io);
	netlink_close(&k->events);
	records_free(&k->records);
	claims_free(&k->claims);
	free(k->states);
	free(k->ops);
	*k = (struct keeper){ 0 };
}

/* ---- what is there ---- */

static struct object_id object_of_addr(const struct addr_key *key)
{
	return (struct object_id){ OBJECT_ADDRESS, key->ifindex, key->addr, key->len, 0, 0 };
}

static const struct addr_info *find_addr(const struct keeper *k, const struct object_id *id)
{
	const struct addr_key key = { id->where, id->addr, id->len };

	return link_find_addr(&k->link->table, &key);
}

static const struct record *find_record(const struct keeper *k, const struct holding *item)
{
	size_t first;

	if (!item->is_blind)
		return records_find(&k->records, &item->id, item->message);
	return records_of(&k->records, &item->id, &first) > first ? &k->records.items[first] : NULL;
}

static bool is_in_kernel(const struct keeper *k, const struct holding *item)
{
	if (!item->message)
		return false;
	switch (item->id.kind) {
	case OBJECT_ADDRESS: return find_addr(k, &item->id) != NULL;
	case OBJECT_ROUTE:
	case OBJECT_RULE: return find_record(k, item) != NULL;
	case OBJECT_KINDS: break;
	}
	return false;
}

static bool may_go(const struct keeper *k, const struct holding *item)
{
	const struct addr_info *there;

	if (item->id.kind != OBJECT_ADDRESS)
		return true;
	there = find_addr(k, &item->id);
	return there && vips_may_remove(&k->link->table, there, item->is_owner);
}

/*
 * Does another list want just that object? Then it is not a leftover of this one. Of an address
 * there is but one; what has left a list may differ from what is in it now by a property.
 */
static bool is_wanted_elsewhere(
	struct keeper *k, const struct holdings *h, const struct holding *item)
{
	const struct claims *claims = keeper_claims(k);
	size_t i, end = claims_of(claims, &item->id, &i);

	for (; i < end; i++) {
		const struct claim *c = &claims->items[i];
		const struct holdings *other = c->holder;

		if (other == h || !other->is_wanted)
			continue;
		if ((item->id.kind == OBJECT_ADDRESS && h != &k->departed) ||
			message_equal(c->message, item->message))
			return true;
	}
	return false;
}

/* ---- what should be ---- */

/* An object that was there is gone, and it was not us. */
static void on_loss(struct keeper *k, struct holdings *h, struct holding *item, mono_t now)
{
	const char *word = object_word(item->id.kind);
	char text[OBJECT_TEXT_BYTES];
	const char *name = object_text(&item->id, text) + strlen(word) + 1;
	bool is_backoff;

	if (item->is_no_loss) {
		item->is_given_up = true;
		log_notice("%s%s was taken away by somebody: no_track", h->who, text);
		return;
	}
	h->repairs++;
	item->held_until = repair_loss(&item->repair, now, &is_backoff);
	if (!is_backoff)
		item->held_until = mono_add(now, span_ms(REPAIR_DELAY_MS));
	if (is_backoff) {
		log_warning("%s%s is taken away again and again; putting it back in %d s", h->who,
			text, REPAIR_BACKOFF_SECONDS);
		role_event(k->ctx, word, name, "present", "held",
			"taken away five times in ten seconds");
	} else {
		log_warning("%s%s was taken away by somebody: putting it back", h->who, text);
		role_event(k->ctx, word, name, "absent", "present", "taken away by somebody");
	}
}

/* The kernel takes routes along when a link goes down, or an address. */
static void on_departure(const struct holdings *h, const struct holding *item)
{
	char text[OBJECT_TEXT_BYTES];

	log_info("%s%s went with a link or an address: it comes back when it can", h->who,
		object_text(&item->id, text));
}

static void say_missing(const struct holdings *h, struct holding *item)
{
	char text[OBJECT_TEXT_BYTES];

	if (!item->is_missed)
		log_warning("%s%s waits for its interface, which does not exist", h->who,
			object_text(&item->id, text));
	item->is_missed = true;
}

static enum object_wish wish_of(
	struct keeper *k, struct holdings *h, struct holding *item, bool is_there, mono_t now)
{
	if (!h->is_wanted) {
		item->held_until = (mono_t){ 0 }; /* of this term of office */
		item->is_given_up = item->is_missed = false;
		return is_there && is_wanted_elsewhere(k, h, item) ? OBJECT_HELD : OBJECT_ABSENT;
	}
	if (item->is_there && !is_there && item->message) {
		if (item->id.kind == OBJECT_ROUTE && h->changes != k->link->table.changes)
			on_departure(h, item);
		else
			on_loss(k, h, item, now);
	}
	if (!item->message)
		say_missing(h, item);
	if (item->is_given_up || mono_before(now, item->held_until))
		return OBJECT_HELD;
	return OBJECT_PRESENT;
}

static void make_room(struct keeper *k, size_t count)
{
	if (count <= k->room)
		return;
	k->room = count;
	k->states = reallocarray(k->states, count, sizeof(*k->states));
	k->ops = reallocarray(k->ops, count, sizeof(*k->ops));
	if (!k->states || !k->ops)
		fatal(EXIT_INTERNAL, "out of memory for the objects of a virtual router");
}

static void look(struct keeper *k, struct holdings *h, mono_t now)
{
	make_room(k, h->count);
	for (size_t i = 0; i < h->count; i++) {
		struct holding *item = &h->items[i];
		struct object_state *s = &k->states[i];

		s->is_there = is_in_kernel(k, item);
		s->wish = wish_of(k, h, item, s->is_there, now);
		s->may_go = s->is_there && may_go(k, item);
		s->may_come = item->message != NULL;
	}
}

/* ---- doing it ---- */

static const char *hint(const struct holding *item, int sysno)
{
	if (sysno == EACCES && item->id.addr.family == AF_INET6)
		return " (IPv6 is switched off on the interface: disable_ipv6)";
	return "";
}

static void say_failures(struct holdings *h, const struct orders *o)
{
	for (size_t i = 0; i < o->count; i++) {
		const struct netlink_op *op = &o->ops[i];
		const struct holding *item;
		char text[OBJECT_TEXT_BYTES];
		struct err e;

		if (!op->sysno || op->tag == ORDERS_NO_TAG)
			continue;
		item = &h->items[op->tag];
		err_sys(&e, op->sysno, "%s %s", op->is_add ? "add" : "remove",
			object_text(&item->id, text));
		log_limited(&h->limit, LOG_LEVEL_ERROR, "%s%s%s; trying again", h->who, e.text,
			hint(item, op->sysno));
	}
}

static void give_order(
	struct keeper *k, struct orders *o, struct holdings *h, const struct object_op *op)
{
	struct holding *item = &h->items[op->index];
	const void *message = item->message;

	item->is_added = op->is_add;
	if (op->is_add) {
		orders_make(o, message, op->index);
		return;
	}
	/* Just as the kernel has it. */
	if (item->id.kind != OBJECT_ADDRESS)
		message = find_record(k, item)->message;
	orders_remove(o, message, op->index);
}

/* Of routes and rules; the table of addresses is told by the kernel. */
static void enter_result(struct keeper *k, struct holdings *h, const struct netlink_op *op)
{
	struct holding *item = op->tag == ORDERS_NO_TAG ? NULL : &h->items[op->tag];
	const struct record *record;

	if (!item || item->id.kind == OBJECT_ADDRESS || op->sysno)
		return;
	record = find_record(k, item);
	item->is_blind |= op->is_add && op->was_so;
	if (op->is_add && !record)
		records_add(&k->records, item->message);
	else if (!op->is_add && record)
		records_drop(&k->records, record);
}

static void execute(struct keeper *k, struct holdings *h, size_t count)
{
	struct orders o = { 0 };

	for (size_t i = 0; i < count; i++)
		give_order(k, &o, h, &k->ops[i]);
	orders_spare_others(&o, &k->link->table);
	orders_give(&o, &k->link->request, NULL);
	for (size_t i = 0; i < o.count; i++)
		enter_result(k, h, &o.ops[i]);
	say_failures(h, &o);
	orders_free(&o);
	link_monitor_sync(k->link);
}

/* What is there after all, and when to look again. */
static void take_stock(struct keeper *k, struct holdings *h, mono_t now)
{
	bool is_settled = true;

	for (size_t i = 0; i < h->count; i++) {
		struct holding *item = &h->items[i];

		k->states[i].is_there = is_in_kernel(k, item);
		is_settled &= object_is_settled(&k->states[i]);
		item->is_there = h->is_wanted && k->states[i].is_there;
		if (mono_before(now, item->held_until))
			h->due = mono_min(h->due, item->held_until);
	}
	if (is_settled) {
		h->pause = span_ms(PAUSE_MIN_MS);
		return;
	}
	/* Something failed, adding or removing. */
	h->due = mono_min(h->due, mono_add(now, h->pause));
	if (h->pause.us < span_ms(PAUSE_MAX_MS).us)
		h->pause = span_mul(h->pause, 2);
}

/* How many objects may be added now. */
static size_t room_left(struct keeper *k, mono_t now)
{
	if (mono_before(mono_add(k->turn, span_ms(TURN_MS)), now))
		keeper_next_turn(k, now);
	return ADD_AT_ONCE - k->added;
}

static size_t count_additions(const struct keeper *k, size_t count)
{
	size_t additions = 0;

	for (size_t i = 0; i < count; i++)
		additions += k->ops[i].is_add;
	return additions;
}

void keeper_next_turn(struct keeper *k, mono_t now)
{
	k->turn = now;
	k->added = 0;
}

bool keeper_has_room(const struct keeper *k)
{
	return k->added < ADD_AT_ONCE;
}

static void reconcile(struct keeper *k, struct holdings *h)
{
	mono_t now = mono_now();
	size_t needed, room;

	h->is_stale = false;
	h->due = MONO_NEVER;
	if (h->pause.us == 0)
		h->pause = span_ms(PAUSE_MIN_MS);
	/* The kernel tells of an IPv6 address a moment after it has answered. */
	for (size_t i = 0; i < h->count; i++)
		h->items[i].is_added &= h->is_wanted && !h->items[i].is_there;
	look(k, h, now);
	/* Removing is not put off: an address that is not ours must not answer any longer. */
	room = h->is_wanted ? room_left(k, now) : h->count;
	if (room > h->count)
		room = h->count;
	needed = object_plan(k->states, h->count, k->ops, room);
	if (needed && room) {
		k->added += count_additions(k, needed < room ? needed : room);
		execute(k, h, needed < room ? needed : room);
	}
	take_stock(k, h, now);
	h->changes = k->link->table.changes;
	if (needed > room) {
		h->due = now;
		h->pause = span_ms(PAUSE_MIN_MS);
	}
	k->work_at(k->arg, h->due);
}

void keeper_reconcile(struct keeper *k, struct holdings *h)
{
	if (k->departed.is_stale)
		keeper_dismiss(k);
	reconcile(k, h);
}

void keeper_dismiss(struct keeper *k)
{
	struct holdings *d = &k->departed;
	size_t left = 0;

	reconcile(k, d);
	for (size_t i = 0; i < d->count; i++) {
		if (object_is_settled(&k->states[i]))
			free(d->items[i].message);
		else
			d->items[left++] = d->items[i];
	}
	d->count = left;
}

void keeper_work(struct keeper *k, mono_t now)
{
	keeper_refresh(k);
	if (mono_before(now, k->departed.due))
		k->work_at(k->arg, k->departed.due);
	else
		keeper_dismiss(k);
}

/* ---- the rest of the kernel ---- */

void keeper_note_changes(struct keeper *k)
{
	struct link_table *t = &k->link->table;
	const struct claims *claims;

	keeper_resolve(k);
	k->records.is_stale |= k->records.are_routes && (t->is_all_touched || t->touched_count);
	keeper_refresh(k);
	claims = keeper_claims(k);
	for (struct holdings *h = k->lists; h && t->is_all_touched; h = h->next)
		h->is_stale = true;
	for (size_t n = 0; n < t->touched_count && !t->is_all_touched; n++) {
		const struct object_id id = object_of_addr(&t->touched[n]);
		size_t i, end = claims_of(claims, &id, &i);

		for (; i < end; i++)
			((struct holdings *)claims->items[i].holder)->is_stale = true;
	}
	t->touched_count = 0;
	t->is_all_touched = false;
}

static void remove_orphan(struct keeper *k, void *message)
{
	struct holding item = { .id = message_id(message), .message = message };
	char text[OBJECT_TEXT_BYTES];
	size_t first;

	if (claims_of(keeper_claims(k), &item.id, &first) > first) {
		free(message);
		return;
	}
	log_notice("removing %s, left behind and not configured any more",
		object_text(&item.id, text));
	keeper_depart(k, &item);
}

/* Also those of kinds that nobody declares any more. */
static void read_all_records(struct keeper *k)
{
	struct records *r = &k->records;
	bool are_routes = r->are_routes, are_rules = r->are_rules;
	struct err e;

	r->are_routes = r->are_rules = true;
	if (records_read(r, &k->link->request, &e) < 0)
		log_error("routes and rules: %s", e.text);
	r->are_routes = are_routes;
	r->are_rules = are_rules;
}

void keeper_remove_orphans(struct keeper *k)
{
	const struct link_table *t = &k->link->table;

	read_all_records(k);
	for (size_t n = 0; n < t->addr_count; n++)
		if (t->addrs[n].proto == OBJECT_PROTO)
			remove_orphan(k, address_message_bare(&t->addrs[n].key));
	for (size_t n = 0; n < k->records.count; n++)
		if (message_protocol(k->records.items[n].message) == OBJECT_PROTO)
			remove_orphan(k, message_dup(k->records.items[n].message));
	keeper_dismiss(k);
}

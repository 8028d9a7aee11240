/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which weights trackers of an instance may have, and whether they can matter. The priority 255
 * never changes, and members of a sync group must not drift apart: keepalived drops or zeroes
 * weights there, and so do we.
 */
#include "core/conf/index.h"
#include "vrrp/schema_rows.h"

#define PRIORITY_MAX 254 /* of one that does not own the addresses */

struct weights {
	const struct vrrp_instance_conf *i;
	struct conf_rules *r;
	const char *why; /* there may be no weights; NULL: they may */
	int gain, loss;	 /* what all of them may add or take */
};

/* ---- where weights are not allowed ---- */

static void drop_weighted(struct conf_obj *obj, const struct weights *w)
{
	conf_complain(w->r, CONF_WARNING, obj, obj->block->args,
		"%s, and this one has a weight: it is dropped", w->why);
	conf_drop(obj);
}

static void zero_weight(struct conf_obj *obj, struct conf_weight *weight, const struct weights *w)
{
	conf_complain(w->r, CONF_WARNING, obj, obj->block->args,
		"%s: the weight of this one is taken as 0, so that it is a fault", w->why);
	weight->value = 0;
	conf_repaired(obj, conf_row(obj->block, 1)->offset);
}

/* Of files, the weight 1 is the default and no wish. */
static bool may_be_a_fault(unsigned kind, int32_t weight, const struct weights *w)
{
	if (kind == TRACK_INTERFACE)
		return w->i->priority != PRIORITY_OWNER;
	return kind == TRACK_FILE && weight == 1;
}

static void no_weights(struct vrrp_tracks *t, const struct weights *w)
{
	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++) {
		struct conf_list *list = &t->lists[kind];

		for (size_t n = 0; n < list->count; n++) {
			struct vrrp_track_conf *one = list->items[n];

			if (!one->weight.value)
				continue;
			if (may_be_a_fault(kind, one->weight.value, w))
				zero_weight(&one->obj, &one->weight, w);
			else
				drop_weighted(&one->obj, w);
		}
		conf_list_purge(list);
	}
}

/* ---- what they can do ---- */

static void add(struct weights *w, const struct conf_weight *weight)
{
	int value = weight->is_reverse ? -weight->value : weight->value;

	if (value > 0)
		w->gain += value;
	else
		w->loss -= value;
}

static void add_list(struct weights *w, const struct conf_list *list)
{
	for (size_t n = 0; n < list->count; n++)
		add(w, &((const struct vrrp_track_conf *)list->items[n])->weight);
}

/* Of a file any number may come; it is not counted. */
static void sum_check(const struct vrrp_tracks *t, struct weights *w)
{
	const struct conf_row *row =
		conf_row_at(w->i->obj.block, offsetof(struct vrrp_instance_conf, priority));

	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++)
		if (kind != TRACK_FILE)
			add_list(w, &t->lists[kind]);
	if (w->i->priority + w->gain > PRIORITY_MAX)
		conf_complain(w->r, CONF_WARNING, &w->i->obj, row,
			"with all weights the priority would be %d; more than %d is not possible",
			w->i->priority + w->gain, PRIORITY_MAX);
	if (w->i->priority - w->loss < 1)
		conf_complain(w->r, CONF_WARNING, &w->i->obj, row,
			"with all weights the priority would be %d; less than 1 is not possible",
			w->i->priority - w->loss);
}

/* ---- all of it ---- */

/* The interface of the instance is tracked anyway. */
static void own_interface(struct vrrp_instance_conf *i, struct conf_rules *r)
{
	struct conf_list *list = &i->tracks.lists[TRACK_INTERFACE];

	for (size_t n = 0; n < list->count; n++) {
		struct vrrp_track_conf *one = list->items[n];

		if (!text_equal(one->name, i->interface))
			continue;
		conf_complain(r, CONF_WARNING, &one->obj, one->obj.block->args,
			"%s is the interface of the instance, which is always tracked: this entry "
			"is ignored",
			one->name);
		conf_drop(&one->obj);
	}
	conf_list_purge(list);
}

static const char *obstacle(const struct vrrp_instance_conf *i)
{
	if (i->priority == PRIORITY_OWNER)
		return "the priority 255 never changes";
	if (i->sync_group && !i->sync_group->sync_group_tracking_weight)
		return "the instance is in a vrrp_sync_group without sync_group_tracking_weight";
	return NULL;
}

void vrrp_weights_check(struct vrrp_conf *c, struct conf_rules *r)
{
	for (size_t n = 0; n < c->instances.count; n++) {
		struct vrrp_instance_conf *i = c->instances.items[n];
		struct weights w = { .i = i, .r = r, .why = obstacle(i) };

		if (conf_is_faulty(&i->obj))
			continue;
		own_interface(i, r);
		if (w.why)
			no_weights(&i->tracks, &w);
		else if (!r->is_canonical)
			sum_check(&i->tracks, &w);
	}
}

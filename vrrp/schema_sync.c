/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the members of a sync group want the same. Where they do not, the group has rules for it
 * (group.h), and its operator should know what they come to. Called by schema_refs.c.
 */
#include "vrrp/schema_rows.h"

typedef const struct vrrp_instance_conf instance;

static bool is_priority_equal(instance *a, instance *b)
{
	return a->priority == b->priority;
}

static bool is_nopreempt_equal(instance *a, instance *b)
{
	return a->nopreempt == b->nopreempt;
}

static bool is_delay_equal(instance *a, instance *b)
{
	return a->preempt_delay.us == b->preempt_delay.us;
}

static bool is_interval_equal(instance *a, instance *b)
{
	return a->advert_int.us == b->advert_int.us;
}

static const struct {
	const char *keyword;
	bool (*is_equal)(instance *a, instance *b);
	const char *effect;
} wishes[] = {
	{ "priority", is_priority_equal,
		"the group takes over only where no member hears a higher priority, and if two "
		"nodes have half of the higher priorities each, it stays where it is" },
	{ "nopreempt", is_nopreempt_equal,
		"the group takes over from an active peer only if every member would, so that "
		"nopreempt of one counts for all" },
	{ "preempt_delay", is_delay_equal,
		"the group takes over when every member would, so that the longest delay counts" },
	{ "advert_int", is_interval_equal,
		"the group takes over when every member would, so that the longest interval "
		"counts" },
};

/* Priorities of which one is 255 are told by another rule. */
static bool has_owner(const struct vrrp_sync_group_conf *g)
{
	for (size_t i = 0; i < g->members.count; i++)
		if (((const struct vrrp_member_conf *)g->members.items[i])->instance->priority ==
			PRIORITY_OWNER)
			return true;
	return false;
}

void vrrp_members_check(const struct vrrp_sync_group_conf *g, struct conf_rules *r)
{
	for (size_t w = has_owner(g); w < COUNT_OF(wishes) && !r->is_canonical; w++)
		for (size_t i = 1; i < g->members.count; i++) {
			const struct vrrp_member_conf *first = g->members.items[0];
			const struct vrrp_member_conf *m = g->members.items[i];

			if (wishes[w].is_equal(first->instance, m->instance))
				continue;
			conf_complain(r, CONF_WARNING, &m->obj, m->obj.block->args,
				"%s has another %s than %s: %s", m->name, wishes[w].keyword,
				first->name, wishes[w].effect);
			break;
		}
}

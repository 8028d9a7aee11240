/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sync groups in the status. They have no slots of their own: each member says in its slot what the
 * group is. Called by status.c, with slots that it found sound.
 */
#include <string.h>

#include "core/json.h"
#include "keepd/status.h"

static struct json *find_group(struct json *groups, const char *name)
{
	for (size_t i = 0; i < json_count(groups); i++)
		if (!strcmp(json_get_string(json_at(groups, i), "name"), name))
			return json_at(groups, i);
	return NULL;
}

void status_add_group(struct json *groups, const struct vrrp_slot *s)
{
	struct json *group, *member = json_new_object();

	if (!(group = find_group(groups, s->group))) {
		group = json_new_object();
		json_set_string(group, "name", s->group);
		json_set_string(group, "state", vrrp_state_word(s->group_state));
		json_set_double(group, "since", mono_to_wall((mono_t){ s->group_since_us }));
		json_set_int(group, "transitions", (int64_t)s->group_transitions);
		json_set(group, "members", json_new_array());
		json_append(groups, group);
	}
	json_set_string(member, "name", s->name);
	json_set_string(member, "state", vrrp_state_word(s->state));
	json_append(json_get(group, "members"), member);
}

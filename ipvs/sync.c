/* SPDX-License-Identifier: Apache-2.0 */
/* From the sync daemons that run to those that should: see sync.h. */
#include <string.h>

#include "ipvs/sync.h"

const char *ipvs_sync_role_name(enum ipvs_sync_role role)
{
	static const char *const names[IPVS_SYNC_ROLES] = { "master", "backup" };

	return names[role];
}

static bool is_as_wanted(const struct ipvs_sync_daemon *found, const struct ipvs_sync_daemon *want)
{
	return !found->is_doomed &&
	       !strncmp(found->interface, want->interface, sizeof(found->interface)) &&
	       found->id == want->id && (!want->maxlen || found->maxlen == want->maxlen) &&
	       found->port == want->port && found->ttl == want->ttl &&
	       addr_equal(&found->group, &want->group);
}

static void add(struct ipvs_sync_plan *plan, enum ipvs_sync_role role, bool is_start)
{
	plan->ops[plan->count++] = (struct ipvs_sync_op){ .role = role, .is_start = is_start };
}

struct ipvs_sync_plan ipvs_sync_plan(const struct ipvs_sync *found, const struct ipvs_sync *wanted)
{
	struct ipvs_sync_plan plan = { 0 };

	for (unsigned role = 0; role < IPVS_SYNC_ROLES; role++) {
		const struct ipvs_sync_daemon *is = &found->daemons[role];
		const struct ipvs_sync_daemon *ought = &wanted->daemons[role];

		if (!ought->is_there || (is->is_there && is_as_wanted(is, ought)))
			continue;
		if (is->is_there)
			add(&plan, (enum ipvs_sync_role)role, false);
		add(&plan, (enum ipvs_sync_role)role, true);
	}
	for (unsigned role = 0; role < IPVS_SYNC_ROLES; role++)
		if (found->daemons[role].is_there && !wanted->daemons[role].is_there)
			add(&plan, (enum ipvs_sync_role)role, false);
	return plan;
}

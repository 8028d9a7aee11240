/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_PACE_H
#define KEEPD_VRRP_PACE_H

/*
 * The least time between announcements that the configuration asks for (vrrp_garp_interval,
 * vrrp_gna_interval, garp_group): pure. A link has a budget of its own, or shares that of its
 * garp_group. Zeroed = no limit anywhere.
 */

#include "core/mono.h"
#include "vrrp/schema.h"
#include "vrrp/table.h"

enum pace_kind {
	PACE_ARP,
	PACE_NA, /* neighbour advertisements */
	PACE_KINDS,
};

struct pace_budget {
	span_t gap[PACE_KINDS]; /* 0 = none */
	mono_t ready[PACE_KINDS];
};

struct pace_link {
	char name[LINK_NAME_BYTES];
	size_t budget;
};

struct pace {
	struct pace_budget *budgets;
	struct pace_link *links;
	size_t budget_count, link_count, room;
	span_t gap[PACE_KINDS]; /* of links in no group */
};

/* From a configuration; what was is forgotten. */
void pace_take(struct pace *p, const struct vrrp_conf *conf);
void pace_free(struct pace *p);

/* The budget of a link, valid until the next call; NULL = no limit. */
struct pace_budget *pace_budget(struct pace *p, const char *link);

#endif

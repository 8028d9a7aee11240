/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_STATICS_H
#define KEEPD_VRRP_STATICS_H

/*
 * static_ipaddress, static_routes, static_rules: what this node has whatever the state of its
 * virtual routers, from the start to the stop; and the faults of those that cannot do without
 * (track_group).
 */

#include "vrrp/holdings.h"
#include "vrrp/schema.h"

struct vrrp_engine;

struct vrrp_statics {
	struct holdings holdings;
	const struct vrrp_conf *conf; /* borrowed; NULL before the first */
	uint64_t missing; /* a sum over those with a track_group that are not there; 0 = none */
};

void vrrp_statics_open(struct vrrp_engine *engine);
/* The lists of a configuration; nothing is touched in the kernel yet. */
void vrrp_statics_take(struct vrrp_engine *engine, const struct vrrp_conf *conf);
/* Makes the kernel have them, if something of them may have changed or is to be tried again. True:
 * others are missing now, so that routers are to look for faults. */
bool vrrp_statics_settle(struct vrrp_engine *engine);
void vrrp_statics_remove(struct vrrp_engine *engine);
void vrrp_statics_close(struct vrrp_engine *engine);

/* An object that is missing and without which the instance is in fault; NULL: there is none. */
const struct holding *vrrp_statics_missing(
	const struct vrrp_statics *s, const struct vrrp_instance_conf *instance);

#endif

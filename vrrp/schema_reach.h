/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_REACH_H
#define KEEPD_VRRP_SCHEMA_REACH_H

/*
 * Other hosts that are asked whether they are there, keepd's own. Field comments give unit and
 * meaning; ranges and defaults stand in the rows of schema_reach.c.
 */

#include "core/conf/common.h"

/* target ADDRESS, or target ADDRESS PORT */
struct vrrp_target_conf {
	struct conf_obj obj;
	struct addr address;
	uint16_t port; /* of vrrp_track_tcp */
};

/* vrrp_track_ping NAME { ... }, vrrp_track_tcp NAME { ... } */
struct vrrp_reach_conf {
	struct conf_obj obj;
	const char *name;
	struct conf_list targets;  /* of struct vrrp_target_conf; at least one */
	uint32_t need;		   /* so many must be reached; not more than there are */
	span_t interval;	   /* from question to question */
	span_t timeout;		   /* of an answer; complete after the rules, not above interval */
	uint32_t rise, fall;	   /* so many equal results of a target in a row */
	struct conf_weight weight; /* of trackers without one; for each target */
};

extern const struct conf_block vrrp_ping_block, vrrp_tcp_block;

/* The rows for the outermost level; at: .offset of a conf_list. */
/* clang-format off */
#define VRRP_PING_ROW(at) \
	{ "vrrp_track_ping", NULL, NULL, &conf_type_block, &vrrp_ping_block, at, .scope = CONF_LIVE, .tier = CONF_TIER_B, \
	  .flags = CONF_REPEATS | CONF_OWN, \
	  .doc = "Hosts that must answer a ping; track_ping refers to it. With a weight each that answers counts, so that of two directors the one that reaches more of them has the higher priority." }
#define VRRP_TCP_ROW(at) \
	{ "vrrp_track_tcp", NULL, NULL, &conf_type_block, &vrrp_tcp_block, at, .scope = CONF_LIVE, .tier = CONF_TIER_B, \
	  .flags = CONF_REPEATS | CONF_OWN, \
	  .doc = "Services that must accept a connection; track_tcp refers to it. With a weight each that does counts." }
/* clang-format on */

#endif

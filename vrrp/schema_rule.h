/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_RULE_H
#define KEEPD_VRRP_SCHEMA_RULE_H

/*
 * The lines of static_rules and virtual_rules. What an option means stands in its row; whether one
 * without a neutral value was written at all is asked by conf_is_set().
 */

#include "core/conf/schema.h"
#include "vrrp/schema_iproute_types.h"

enum vrrp_rule_verb {
	VRRP_RULE_VERB_NOP,
	VRRP_RULE_VERB_BLACKHOLE,
	VRRP_RULE_VERB_UNREACHABLE,
	VRRP_RULE_VERB_PROHIBIT,
};

enum vrrp_rule_action {
	VRRP_RULE_TABLE,
	VRRP_RULE_L3MDEV, /* the table of the VRF of the packet's interface */
	VRRP_RULE_GOTO,
	VRRP_RULE_NOP,
	VRRP_RULE_BLACKHOLE,
	VRRP_RULE_UNREACHABLE,
	VRRP_RULE_PROHIBIT,
};

struct vrrp_rule_conf {
	struct conf_obj obj;
	uint16_t family;	     /* AF_INET or AF_INET6; set by the rules */
	uint32_t action;	     /* enum vrrp_rule_action; set by the rules */
	struct conf_prefix from, to; /* unset: all */
	bool is_not;
	const char *iif, *oif;
	struct vrrp_mark fwmark;
	uint32_t tos;
	uint64_t tunnel_id;
	struct conf_range uidrange, sport, dport;
	uint32_t ipproto;
	uint32_t preference;
	uint32_t table;
	uint32_t verb, type; /* enum vrrp_rule_verb; type: how it may be written too */
	uint32_t goto_target;
	bool l3mdev;
	uint32_t suppress_prefixlength, suppress_ifgroup;
	uint32_t realms;      /* IPv4 only */
	uint32_t protocol;    /* 18: keepalived */
	uint32_t family_hint; /* enum vrrp_family_hint, if it is written */
	bool no_track;
	const char *track_group; /* of static_rules only */
};

extern const struct conf_block vrrp_rule_block, vrrp_static_rule_block;

struct conf_rules;

/* The same rule twice in a list: the first stays, with a warning. */
void vrrp_rules_drop_twins(struct conf_list *rules, struct conf_rules *r);

#define VRRP_RULE_FIRST 16384 /* the preference of the first rule without one */

struct vrrp_rule_counters {
	uint32_t ipv4, ipv6;
};

/* Gives each rule without a preference the next lower one of its family. */
void vrrp_rules_number(
	struct conf_list *rules, struct vrrp_rule_counters *next, struct conf_rules *r);

#endif

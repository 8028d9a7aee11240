/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_IPROUTE_TYPES_H
#define KEEPD_VRRP_SCHEMA_IPROUTE_TYPES_H

/* The kinds of values only addresses, routes and rules have. The field's C type stands behind. */

#include "core/conf/schema.h"
#include "vrrp/schema_iproute_names.h"

enum vrrp_broadcast_kind {
	VRRP_BROADCAST_NONE,
	VRRP_BROADCAST_ADDRESS,
	VRRP_BROADCAST_ONES,  /* + */
	VRRP_BROADCAST_ZEROS, /* - */
};

struct vrrp_broadcast {
	uint32_t kind;	  /* enum vrrp_broadcast_kind */
	struct addr addr; /* unset for NONE, and for + and - until the rules are done */
};

/* A value of a route the kernel measures by itself unless it is locked. */
struct vrrp_metric {
	uint32_t value; /* as the kernel has it */
	bool is_locked;
};

/* How a time becomes such a value. */
struct vrrp_metric_unit {
	uint32_t per_ms; /* the kernel's unit */
	uint32_t min_ms, max_ms;
};

struct vrrp_congctl {
	const char *name;
	bool is_locked;
};

struct vrrp_mark {
	uint32_t value, mask;
};

/* `to DEST`, or `to` before a type and DEST. */
struct vrrp_to {
	bool is_given;
	struct conf_prefix net;
};

enum vrrp_encap_kind {
	VRRP_ENCAP_IP,
	VRRP_ENCAP_IP6,
	VRRP_ENCAP_MPLS,
	VRRP_ENCAP_ILA,
};

#define VRRP_LABELS_MAX 30 /* as many the kernel puts in front of a packet */

struct vrrp_encap_target {
	uint32_t kind; /* enum vrrp_encap_kind */
	uint32_t label_count;
	uint32_t labels[VRRP_LABELS_MAX]; /* MPLS, outermost first */
	uint64_t locator;		  /* ILA, host order */
};

/* clang-format off */
extern const struct conf_type vrrp_type_name;	   /* uint32_t; a number or a name; param: struct iproute_names */
extern const struct conf_type vrrp_type_any32;	   /* uint32_t; also 0x1f and 017 */
extern const struct conf_type vrrp_type_any64;	   /* uint64_t; likewise */
extern const struct conf_type vrrp_type_realms;	   /* uint32_t, as the kernel has it: SRC << 16 | DST; [SRC/]DST */
extern const struct conf_type vrrp_type_metric;	   /* struct vrrp_metric; [lock] N */
extern const struct conf_type vrrp_type_metric_time; /* struct vrrp_metric; [lock] N or TIME; param: struct
							vrrp_metric_unit */
extern const struct conf_type vrrp_type_congctl;   /* struct vrrp_congctl; [lock] NAME */
extern const struct conf_type vrrp_type_net;	   /* struct conf_prefix; ADDR[/LEN], or default, which has no family
						      yet; param: the word it is printed as */
extern const struct conf_type vrrp_type_to;	   /* struct vrrp_to; in a route */
extern const struct conf_type vrrp_type_hop;	   /* struct addr; [inet|inet6] ADDR */
extern const struct conf_type vrrp_type_as;	   /* struct addr; [to] ADDR */
extern const struct conf_type vrrp_type_encap;	   /* struct vrrp_encap_target */
extern const struct conf_type vrrp_type_mark;	   /* struct vrrp_mark; N[/MASK] */
extern const struct conf_type vrrp_type_range;	   /* struct conf_range; A-B or A */
extern const struct conf_type vrrp_type_protocol;  /* uint32_t; of IP: tcp, 6 */
extern const struct conf_type vrrp_type_broadcast; /* struct vrrp_broadcast; ADDR, + or - */
/* clang-format on */

/* The whole of a text as 31, 0x1f or 037; it ends at `end`, or at its NUL. 0, or -1. */
int iproute_number(const char *text, const char *end, uint64_t max, uint64_t *value);

/* The words of the types of routes, in the order of enum vrrp_route_type. */
extern const struct conf_words vrrp_route_types;

#endif

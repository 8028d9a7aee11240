/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_TYPES_H
#define KEEPD_VRRP_SCHEMA_TYPES_H

/* Kinds of values that only the VRRP keywords have. */

#include "core/conf/schema.h"
#include "core/mono.h"

/* garp_extra_if: [all] SECONDS */
struct vrrp_extra_garp {
	span_t every; /* 0: not at all */
	bool is_all;  /* also on interfaces that are no vmac */
};

/* use_vmac: [[name] INTERFACE] [MAC] [netlink_notify_msg] [group ID] */
struct vrrp_vmac {
	const char *name; /* NULL: vmac_prefix and the VRID */
	uint8_t mac[6];
	uint8_t mac_len; /* 0: the address of the protocol; 5: the VRID is the sixth octet */
	bool is_announced;
	uint32_t group; /* link group; 0: that of the interface */
};

enum vrrp_ipvlan_mode {
	VRRP_IPVLAN_BRIDGE,
	VRRP_IPVLAN_PRIVATE,
	VRRP_IPVLAN_VEPA,
};

/* use_ipvlan: [[name] INTERFACE] [ADDRESS[/LENGTH]] [bridge|private|vepa] [group ID] */
struct vrrp_ipvlan {
	const char *name;	    /* NULL: vmac_prefix and the VRID */
	struct conf_prefix address; /* no family: none */
	uint32_t mode;
	uint32_t group;
};

extern const struct conf_type vrrp_type_extra_garp; /* struct vrrp_extra_garp */
extern const struct conf_type vrrp_type_vmac;	    /* struct vrrp_vmac */
extern const struct conf_type vrrp_type_ipvlan;	    /* struct vrrp_ipvlan */
/* const char *; param: the name that the keyword alone stands for */
extern const struct conf_type vrrp_type_optional;
/* struct conf_list of const char *: none, or up to row.max words that must differ */
extern const struct conf_type vrrp_type_words;

#endif

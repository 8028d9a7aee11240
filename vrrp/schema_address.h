/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_ADDRESS_H
#define KEEPD_VRRP_SCHEMA_ADDRESS_H

/* The lines of virtual_ipaddress, virtual_ipaddress_excluded and static_ipaddress. */

#include "core/conf/schema.h"
#include "vrrp/schema_iproute_types.h"

#define VRRP_FOREVER UINT32_MAX

/* ADDR[/LEN] [dev IF] [label L] ...; what an option means stands in its row. */
struct vrrp_vip_conf {
	struct conf_obj obj;
	struct conf_prefix prefix; /* with a peer: of host length */
	const char *dev;   /* NULL: the interface of the instance; static: default_interface */
	const char *label; /* IPv4 only; NULL: none */
	uint32_t scope;	   /* rtnetlink scope: 0 global, 253 link, 254 host */
	struct vrrp_broadcast broadcast; /* IPv4 only */
	struct conf_prefix peer;	 /* unset: none; else the length is that of the address */
	uint32_t preferred_lft;		 /* seconds, or VRRP_FOREVER */
	bool home, dad, mngtmpaddr;	 /* IPv6 only */
	bool noprefixroute, autojoin;
	bool no_track;
	bool use_vmac;		 /* not of static_ipaddress */
	const char *track_group; /* of static_ipaddress only; NULL: none */
};

extern const struct conf_block vrrp_vip_block, vrrp_excluded_block, vrrp_static_address_block;

struct conf_rules;

/*
 * The same address twice in a list: the first stays, with a warning; on two interfaces it is an
 * error. Linear but for a sort.
 */
void vrrp_vips_drop_twins(struct conf_list *vips, struct conf_rules *r);
/* The order of pointers to addresses: by address, then by line; for qsort. */
int vrrp_vip_order(const void *a, const void *b);

#endif

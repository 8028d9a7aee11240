/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_IPROUTE_RULES_H
#define KEEPD_VRRP_SCHEMA_IPROUTE_RULES_H

/* What the rules of addresses, routes and rules share. */

#include "core/conf/rules.h"
#include "vrrp/object.h"

/* The row whose field is at `offset` counts as not written; its field is zeroed. */
void vrrp_row_forget(struct conf_obj *obj, uint32_t offset);
/* The same after a warning at that row. */
void vrrp_row_ignore(struct conf_rules *r, struct conf_obj *obj, uint32_t offset, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));
/* "192.0.2.0/24"; returns buf. */
const char *vrrp_prefix_text(const struct conf_prefix *p, char buf[ADDR_TEXT_BYTES + 4]);
/* The network of a prefix: bits behind the length are 0. */
struct conf_prefix vrrp_network(const struct conf_prefix *p);
/* One by which keepd knows what it has made: its own, or that of keepalived. */
bool vrrp_is_own_protocol(uint32_t protocol);
/* IPv4, IPv6 */
const char *vrrp_family_name(const struct addr *a);

#endif

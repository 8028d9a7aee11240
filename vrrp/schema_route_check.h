/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_ROUTE_CHECK_H
#define KEEPD_VRRP_SCHEMA_ROUTE_CHECK_H

/* The rules of the blocks of schema_route.c. */

#include "core/conf/rules.h"

void vrrp_encap_check(struct conf_obj *obj, struct conf_rules *r);
void vrrp_nexthop_check(struct conf_obj *obj, struct conf_rules *r);
void vrrp_route_check(struct conf_obj *obj, struct conf_rules *r);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_CENSUS_H
#define KEEPD_VRRP_CENSUS_H

/*
 * The virtual routers of the segments we listen on: keeps the table of seen.h from what comes in,
 * publishes it in PAGE_SEEN, and says who is new (log_unknown_vrids) or does not belong to us. One
 * per engine; zeroed = nobody was seen, no page came.
 */

#include "core/log.h"
#include "core/page.h"
#include "vrrp/packet.h"
#include "vrrp/seen.h"

struct vrrp_listener;
struct vrrp_router;

struct vrrp_census {
	struct seen seen;
	struct page *page; /* borrowed; NULL = none came */
	bool is_loud;	   /* log_unknown_vrids */
	bool is_dirty;
	struct log_limit unknown_limit, foreign_limit;
};

void vrrp_census_init(struct vrrp_census *c);
/* An advert for a number that no router here has. */
void vrrp_census_unknown(struct vrrp_listener *l, const struct vrrp_datagram *d, uint8_t vrid);
/* An advert that this router accepted. */
void vrrp_census_known(struct vrrp_router *r, const struct vrrp_advert *advert);
/* Writes what has changed to the page. */
void vrrp_census_publish(struct vrrp_census *c);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tracked interfaces: up is what the kernel calls up and running, which includes the carrier. A
 * kind of source, see source.h.
 */
#include <net/if.h>

#include "vrrp/engine.h"
#include "vrrp/source.h"

static enum track_result look(const struct vrrp_source *s)
{
	const struct link_info *link = link_by_name(&s->engine->link.table, s->is.name);
	unsigned both = IFF_UP | IFF_RUNNING;

	return link && (link->flags & both) == both ? TRACK_UP : TRACK_DOWN;
}

static void on_open(struct vrrp_source *s)
{
	track_source_set(&s->is, look(s));
}

static void on_links(struct vrrp_source *s)
{
	vrrp_source_report(s, look(s), "");
}

const struct vrrp_source_ops vrrp_interface_ops = {
	.bytes = sizeof(struct vrrp_source), .open = on_open, .links = on_links
};

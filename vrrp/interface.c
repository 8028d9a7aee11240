/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tracked interfaces, a kind of source (source.h), and what up means for them and for those that
 * virtual routers run on: see interface.h.
 */
#include "vrrp/interface.h"

#include <net/if.h>
#include <string.h>

#include "vrrp/engine.h"
#include "vrrp/steady.h"

struct vrrp_interface {
	struct vrrp_source source;
	struct vrrp_steady steady;
};

enum track_result vrrp_interface_result(const struct link_info *link)
{
	unsigned both = IFF_UP | IFF_RUNNING;

	return link && (link->flags & both) == both ? TRACK_UP : TRACK_DOWN;
}

/* There are a handful. */
struct track_delays vrrp_interface_delays(const struct vrrp_engine *engine, const char *name)
{
	const struct conf_list *list = engine->link_delays;

	for (size_t i = 0; list && i < list->count; i++) {
		const struct vrrp_link_delay_conf *c = list->items[i];

		if (!strcmp(c->interface, name))
			return (struct track_delays){ .up = c->up, .down = c->down };
	}
	return (struct track_delays){ 0 };
}

static enum track_result look(struct vrrp_interface *i)
{
	const struct vrrp_source *s = &i->source;

	i->steady.delays = vrrp_interface_delays(s->engine, s->is.name);
	return vrrp_interface_result(link_by_name(&s->engine->link.table, s->is.name));
}

static void on_open(struct vrrp_source *s)
{
	struct vrrp_interface *i = (struct vrrp_interface *)s;

	vrrp_steady_open(&i->steady, s);
	vrrp_steady_begin(&i->steady, look(i));
}

static void on_links(struct vrrp_source *s)
{
	struct vrrp_interface *i = (struct vrrp_interface *)s;

	vrrp_steady_see(&i->steady, look(i), "");
}

static void on_close(struct vrrp_source *s)
{
	vrrp_steady_close(&((struct vrrp_interface *)s)->steady);
}

const struct vrrp_source_ops vrrp_interface_ops = { .bytes = sizeof(struct vrrp_interface),
	.open = on_open,
	.links = on_links,
	.close = on_close };

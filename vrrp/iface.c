/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interfaces with virtual routers: following them through the kernel's table. Called by the engine
 * and the routers.
 */
#include "vrrp/iface.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "core/log.h"
#include "vrrp/interface.h"
#include "vrrp/listener.h"
#include "vrrp/router.h"

static const struct link_info *find_link(const struct vrrp_iface *iface)
{
	const struct link_table *t = &iface->engine->link.table;
	const struct link_info *link = NULL;

	if (iface->ifindex)
		link = link_by_index(t, iface->ifindex);
	return link ? link : link_by_name(t, iface->name);
}

static void follow_name(struct vrrp_iface *iface, const struct link_info *link)
{
	bool is_renamed = strcmp(link->name, iface->name) != 0;

	if (is_renamed == iface->is_renamed)
		return;
	iface->is_renamed = is_renamed;
	if (is_renamed)
		log_warning("interface %s is called %s now: its virtual routers stay on it",
			iface->name, link->name);
	else
		log_notice("interface %s has its configured name again", iface->name);
}

static bool is_any(const struct vrrp_iface *iface)
{
	return !iface->name[0];
}

/*
 * Adverts from these are our own. A virtual address is none of them: we send nothing from it, and
 * whoever does is another router (FRR takes the link-local one that all have in common).
 */
static void collect_own(struct vrrp_iface *iface)
{
	const struct link_table *t = &iface->engine->link.table;
	size_t i = 0, end = t->addr_count;

	if (!is_any(iface))
		end = link_addrs(t, iface->ifindex, &i);

	if (end - i > iface->own_room) {
		free(iface->own);
		iface->own_room = end - i + 16;
		iface->own = calloc(iface->own_room, sizeof(*iface->own));
		if (!iface->own)
			fatal(EXIT_INTERNAL, "out of memory for addresses");
	}
	for (iface->own_count = 0; i < end; i++)
		if (!vrrp_engine_is_vip(iface->engine, &t->addrs[i].key.addr))
			iface->own[iface->own_count++] = t->addrs[i].key.addr;
}

static struct addr find_source(const struct vrrp_iface *iface, uint16_t family)
{
	const struct vrrp_engine *engine = iface->engine;

	return link_source(&engine->link.table, iface->ifindex, family, vrrp_engine_is_vip, engine);
}

/* An interface that is gone is gone at once: there is nothing to wait on. */
static enum vrrp_reason find_fault(struct vrrp_iface *iface, const struct link_info *link)
{
	const struct track_delays none = { 0 },
				  delays = vrrp_interface_delays(iface->engine, iface->name);
	mono_t due = track_delay_see(
		&iface->delay, link ? &delays : &none, vrrp_interface_result(link), mono_now());

	vrrp_engine_work_at(iface->engine, due);
	if (!link)
		return VRRP_BECAUSE_LINK_ABSENT;
	return iface->delay.shown == TRACK_UP ? VRRP_BECAUSE_NONE : VRRP_BECAUSE_LINK_DOWN;
}

bool vrrp_iface_is_stale(const struct vrrp_iface *iface, mono_t now)
{
	const struct track_delay *d = &iface->delay;

	if (d->shown == d->seen)
		return false;
	if (mono_before(now, d->due))
		vrrp_engine_work_at(iface->engine, d->due);
	return !mono_before(now, d->due);
}

static void on_first_frame(void *arg)
{
	struct vrrp_iface *iface = arg;

	for (struct vrrp_router *r = iface->engine->routers; r; r = r->next)
		if (r->iface == iface)
			vrrp_router_step(r, &(struct vrrp_event){ .type = VRRP_EV_HEARD });
}

/* Is asked anew each time the link comes. */
static void watch_silence(struct vrrp_iface *iface)
{
	bool is_up = iface->fault == VRRP_BECAUSE_NONE;
	struct err e = { 0 };

	if (is_up == iface->is_up)
		return;
	iface->is_up = is_up;
	if (!is_up)
		silence_end(&iface->silence);
	else if (silence_begin(&iface->silence, iface->engine->ctx->loop, iface->ifindex,
			 on_first_frame, iface, &e) < 0)
		log_warning("interface %s: %s", iface->name, e.text);
}

static void refresh_listeners(struct vrrp_iface *iface, const char *ifname)
{
	for (struct vrrp_listener *l = iface->listeners; l; l = l->next)
		vrrp_listener_refresh(l, ifname);
}

static void refresh_one(struct vrrp_iface *iface)
{
	const struct link_info *link = find_link(iface);
	uint32_t ifindex = link ? link->ifindex : 0;
	uint64_t birth = link ? link->birth : 0;

	if (ifindex != iface->ifindex || birth != iface->birth) {
		/* Gone, or another one of that name. */
		for (struct vrrp_listener *l = iface->listeners; l; l = l->next)
			vrrp_listener_close(l);
		silence_end(&iface->silence);
		iface->is_up = false;
		iface->ifindex = ifindex;
		iface->birth = birth;
	}
	if (link)
		follow_name(iface, link);
	collect_own(iface);
	iface->source4 = find_source(iface, AF_INET);
	iface->source6 = find_source(iface, AF_INET6);
	iface->fault = find_fault(iface, link);
	if (link)
		refresh_listeners(iface, link->name);
	watch_silence(iface);
}

void vrrp_iface_refresh(struct vrrp_iface *iface)
{
	if (!is_any(iface)) {
		refresh_one(iface);
		return;
	}
	collect_own(iface);
	refresh_listeners(iface, "any interface");
}

bool vrrp_iface_lacks_socket(const struct vrrp_iface *iface)
{
	for (const struct vrrp_listener *l = iface->listeners; l; l = l->next)
		if ((iface->ifindex || is_any(iface)) && l->fd < 0)
			return true;
	return false;
}

/* ---- life ---- */

struct vrrp_iface *vrrp_iface_get(struct vrrp_engine *engine, const char *name)
{
	struct vrrp_iface *iface;

	for (iface = engine->ifaces; iface; iface = iface->next)
		if (!strcmp(iface->name, name)) {
			iface->users++;
			return iface;
		}
	iface = calloc(1, sizeof(*iface));
	if (!iface)
		fatal(EXIT_INTERNAL, "out of memory for interface %s", name);
	strncpy(iface->name, name, sizeof(iface->name) - 1);
	if (is_any(iface))
		strcpy(iface->words, "any interface");
	else
		snprintf(iface->words, sizeof(iface->words), "interface %s", iface->name);
	iface->engine = engine;
	iface->users = 1;
	silence_init(&iface->silence);
	iface->next = engine->ifaces;
	engine->ifaces = iface;
	vrrp_iface_refresh(iface);
	return iface;
}

void vrrp_iface_release(struct vrrp_iface *iface)
{
	struct vrrp_iface **at = &iface->engine->ifaces;

	if (--iface->users)
		return;
	while (*at != iface)
		at = &(*at)->next;
	*at = iface->next;
	silence_end(&iface->silence);
	free(iface->own);
	free(iface);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links with virtual MAC addresses, kept as they ought to be: see vmac.h. Called by the engine and
 * the routers; names and marks are decided in vmac_names.c.
 */
#include "vrrp/vmac.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/conf.h"
#include "core/exit.h"
#include "vrrp/engine.h"
#include "vrrp/iface.h"
#include "vrrp/listener.h"
#include "vrrp/netlink_macvlan.h"
#include "vrrp/router.h"
#include "vrrp/vmac_make.h"

#define RETRY_MS      1000
#define FIELD(member) ((uint32_t)offsetof(struct vrrp_instance_conf, member))

/* ---- which ones ---- */

bool vmac_conf_has_own(const struct vrrp_instance_conf *conf)
{
	return conf_is_set(&conf->obj, FIELD(use_vmac));
}

static bool text_equal(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

bool vrrp_vmacs_differ(const struct vrrp_instance_conf *a, const struct vrrp_instance_conf *b)
{
	return vmac_conf_has_own(a) != vmac_conf_has_own(b) ||
	       a->use_vmac_addr != b->use_vmac_addr ||
	       !text_equal(a->use_vmac.name, b->use_vmac.name) ||
	       a->use_vmac.group != b->use_vmac.group ||
	       a->use_vmac.mac_len != b->use_vmac.mac_len ||
	       memcmp(a->use_vmac.mac, b->use_vmac.mac, sizeof(a->use_vmac.mac)) != 0;
}

const char *vmac_conf_dev(const struct vrrp_instance_conf *conf, const struct vrrp_vip_conf *vip)
{
	return vip->dev ? vip->dev : conf->interface;
}

/* Without a dev of its own it goes where the instance is, with one only if that is asked for. */
bool vmac_conf_wants(const struct vrrp_instance_conf *conf, const struct vrrp_vip_conf *vip)
{
	if (vip->use_vmac)
		return true;
	if (vip->dev)
		return conf->use_vmac_addr;
	return vmac_conf_has_own(conf) && vip->prefix.addr.family == conf->family;
}

static struct vmac *find(const struct vrrp_router *r, const struct vrrp_vip_conf *vip)
{
	const char *dev = vmac_conf_dev(r->conf, vip);
	struct vmac *v = r->vmacs;

	while (v && (v->family != vip->prefix.addr.family || strcmp(v->dev, dev) != 0))
		v = v->next;
	return v;
}

const struct vmac *vrrp_vmac_of(const struct vrrp_router *r, const struct vrrp_vip_conf *vip)
{
	return vmac_conf_wants(r->conf, vip) ? find(r, vip) : NULL;
}

const struct vmac *vrrp_vmac_main(const struct vrrp_router *r)
{
	return r->vmacs && r->vmacs->is_main ? r->vmacs : NULL;
}

bool vrrp_vmac_is_missing(const struct vrrp_router *r)
{
	const struct vmac *own = vrrp_vmac_main(r);

	return own && !own->ifindex;
}

void vrrp_vmac_name(const struct vrrp_router *r, char name[LINK_NAME_BYTES])
{
	const struct vmac *own = vrrp_vmac_main(r);
	const struct link_info *link =
		own ? link_by_index(&r->engine->link.table, own->ifindex) : NULL;

	memset(name, 0, LINK_NAME_BYTES);
	if (link)
		memcpy(name, link->name, sizeof(link->name));
}

uint32_t vrrp_vmac_exit(const struct vrrp_router *r)
{
	const struct vmac *own = vrrp_vmac_main(r);
	bool is_base = !own || r->conf->vmac_xmit_base || r->conf->peers.count;

	return is_base ? r->iface->ifindex : own->ifindex;
}

void vmac_conf_mac(
	uint8_t mac[6], const struct vrrp_instance_conf *conf, uint16_t family, bool is_main)
{
	vmac_address(family, conf->vrid, mac);
	if (is_main && conf->use_vmac.mac_len)
		memcpy(mac, conf->use_vmac.mac, conf->use_vmac.mac_len);
}

static void add(struct vrrp_router *r, const char *dev, uint16_t family, bool is_main)
{
	struct vmac *v = calloc(1, sizeof(*v)), **at = &r->vmacs;

	if (!v)
		fatal(EXIT_INTERNAL, "out of memory for an interface");
	strncpy(v->dev, dev, sizeof(v->dev) - 1);
	v->family = family;
	v->is_main = is_main;
	v->fd = -1;
	v->limit = (struct log_limit){ .burst = 3, .per = span_s(60) };
	vmac_conf_mac(v->mac, r->conf, family, is_main);
	while (*at)
		at = &(*at)->next;
	*at = v;
}

static void add_of(struct vrrp_router *r, const struct conf_list *vips)
{
	for (size_t i = 0; i < vips->count; i++) {
		const struct vrrp_vip_conf *vip = vips->items[i];

		if (vmac_conf_wants(r->conf, vip) && !find(r, vip))
			add(r, vmac_conf_dev(r->conf, vip), vip->prefix.addr.family, false);
	}
}

void vrrp_vmacs_take(struct vrrp_router *r)
{
	if (!r->vmacs && vmac_conf_has_own(r->conf))
		add(r, r->conf->interface, r->conf->family, true);
	add_of(r, &r->conf->vips);
	add_of(r, &r->conf->excluded);
}

void vrrp_vmacs_free(struct vrrp_router *r)
{
	while (r->vmacs) {
		struct vmac *v = r->vmacs;

		r->vmacs = v->next;
		vmac_deafen(v);
		free(v);
	}
}

void vrrp_vmacs_deafen(struct vrrp_router *r)
{
	for (struct vmac *v = r->vmacs; v; v = v->next)
		vmac_deafen(v);
}

static bool is_for(const struct vrrp_router *r, const struct vmac *v, const struct conf_list *vips)
{
	for (size_t i = 0; i < vips->count; i++)
		if (vrrp_vmac_of(r, vips->items[i]) == v)
			return true;
	return false;
}

static bool is_needed(const struct vrrp_router *r, const struct vmac *v)
{
	return v->is_main || is_for(r, v, &r->conf->vips) || is_for(r, v, &r->conf->excluded);
}

/* ---- following the kernel ---- */

static uint32_t find_base(const struct vrrp_router *r, const struct vmac *v)
{
	const struct link_info *link;

	if (!strcmp(v->dev, r->iface->name))
		return r->iface->ifindex;
	link = link_by_name(&r->engine->link.table, v->dev);
	return link ? link->ifindex : 0;
}

static void on_loss(struct vrrp_router *r, struct vmac *v, mono_t now)
{
	bool is_backoff;

	/* At once, unless that goes on: meanwhile the router cannot send. */
	v->held_until = repair_loss(&v->repair, now, &is_backoff);
	if (!is_backoff)
		v->held_until = now;
	log_warning("instance %s: its interface on %s was removed or changed by somebody: making "
		    "it again%s",
		r->conf->name, v->dev, is_backoff ? " in some seconds" : "");
	r->holdings.repairs++;
}

/* Is it where it was, and what it was? */
static void look(struct vrrp_router *r, struct vmac *v, mono_t now)
{
	const struct link_info *link =
		v->ifindex ? link_by_index(&r->engine->link.table, v->ifindex) : NULL;
	uint32_t base = find_base(r, v);
	bool is_moved = base != v->base;

	if (v->ifindex && (!link || link->birth != v->birth)) {
		/* With the link below the kernel removes those above. */
		if (!link && base && !is_moved)
			on_loss(r, v, now);
		vmac_deafen(v);
		v->ifindex = 0;
	}
	v->base = base;
	if (v->ifindex && memcmp(link->mac, v->mac, sizeof(v->mac)) != 0) {
		vmac_unmake(r->engine, &v, 1);
		on_loss(r, v, now);
	}
}

/* Only what is sent to a group arrives on the link. */
static bool is_deaf(const struct vrrp_router *r, const struct vmac *v)
{
	return v->is_main && v->fd < 0 && addr_is_multicast(&r->listener->address);
}

static bool is_missing(const struct vrrp_router *r, const struct vmac *v)
{
	return v->base && (!v->ifindex || is_deaf(r, v));
}

static void settle(struct vrrp_router *r, struct vmac *v, struct vmac_census *census, mono_t now)
{
	struct err e;

	look(r, v, now);
	if (!is_missing(r, v))
		return;
	if (mono_before(now, v->held_until)) {
		vrrp_engine_work_at(r->engine, v->held_until);
		return;
	}
	if ((v->ifindex || vmac_make(r, v, census, &e) == 0) &&
		(!v->is_main || vmac_listen(r, v, &e) == 0))
		return;
	log_limited(
		&v->limit, LOG_LEVEL_ERROR, "instance %s: %s; trying again", r->conf->name, e.text);
	v->held_until = mono_add(now, span_ms(RETRY_MS));
	vrrp_engine_work_at(r->engine, v->held_until);
}

static void drop_unneeded(struct vrrp_router *r)
{
	for (struct vmac **at = &r->vmacs; *at;) {
		struct vmac *v = *at;

		if (is_needed(r, v)) {
			at = &v->next;
			continue;
		}
		vmac_unmake(r->engine, &v, 1);
		*at = v->next;
		free(v);
	}
}

void vrrp_vmacs_settle(struct vrrp_engine *engine)
{
	struct vmac_census census = { 0 };
	mono_t now = mono_now();

	for (struct vrrp_router *r = engine->routers; r; r = r->next) {
		if (!r->old_conf) /* else an address may be on one still */
			drop_unneeded(r);
		for (struct vmac *v = r->vmacs; v; v = v->next)
			settle(r, v, &census, now);
	}
	vmac_census_fini(&census);
}

bool vrrp_vmacs_are_missing(const struct vrrp_engine *engine)
{
	for (const struct vrrp_router *r = engine->routers; r; r = r->next)
		for (const struct vmac *v = r->vmacs; v; v = v->next)
			if (is_missing(r, v))
				return true;
	return false;
}

/* Those of one router, or of all. */
static void remove_links(struct vrrp_engine *engine, const struct vrrp_router *only)
{
	struct vmac **vmacs;
	size_t count = 0;

	for (const struct vrrp_router *r = engine->routers; r; r = r->next)
		for (const struct vmac *v = r->vmacs; v; v = v->next)
			count++;
	vmacs = calloc(count + 1, sizeof(*vmacs));
	if (!vmacs)
		fatal(EXIT_INTERNAL, "out of memory for interfaces");
	count = 0;
	for (const struct vrrp_router *r = engine->routers; r; r = r->next)
		for (struct vmac *v = r->vmacs; v && (!only || only == r); v = v->next)
			vmacs[count++] = v;
	vmac_unmake(engine, vmacs, count);
	free(vmacs);
}

void vrrp_vmacs_remove(struct vrrp_router *r)
{
	remove_links(r->engine, r);
}

void vrrp_vmacs_remove_all(struct vrrp_engine *engine)
{
	remove_links(engine, NULL);
}

/* ---- up and down ---- */

static int set_up(struct vrrp_engine *engine, const struct vmac *v, bool is_up, struct err *e)
{
	struct netlink *n = &engine->link.request;

	if (netlink_link_set_up(n, v->ifindex, is_up, e) < 0)
		return -1;
	return is_up && v->family == AF_INET6 ? netlink_link_local_route(n, v->ifindex, e) : 0;
}

void vrrp_vmacs_follow(struct vrrp_router *r)
{
	bool is_up = r->fsm.state == VRRP_ACTIVE, is_changed = false;
	struct err e;

	for (struct vmac *v = r->vmacs; v; v = v->next) {
		const struct link_info *link = link_by_index(&r->engine->link.table, v->ifindex);

		if (!link || !(link->flags & IFF_UP) == !is_up)
			continue;
		is_changed = true;
		/* One that is gone already is made again when the kernel says so. */
		if (set_up(r->engine, v, is_up, &e) < 0 && e.sysno != ENODEV)
			log_limited(&v->limit, LOG_LEVEL_ERROR, "instance %s: %s: %s",
				r->conf->name, link->name, e.text);
	}
	if (is_changed)
		link_monitor_sync(&r->engine->link);
}

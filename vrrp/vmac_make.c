/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making and removing one link with a virtual MAC address, and what that asks of the interface
 * below. Called by vmac.c and vmac_withdraw.c, which know when.
 */
#include "vrrp/vmac_make.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/exit.h"
#include "vrrp/engine.h"
#include "vrrp/router.h"

/* ---- the interface below ---- */

static const struct vmac *another_on(const struct vrrp_engine *engine, const struct vmac *v)
{
	for (const struct vrrp_router *r = engine->routers; r; r = r->next)
		for (const struct vmac *o = r->vmacs; o; o = o->next)
			if (o != v && o->ifindex && o->base == v->base)
				return o;
	return NULL;
}

/* What it had before the first of ours was on it. */
static struct vmac_below had_below(
	const struct vrrp_engine *engine, const struct vmac *v, const struct link_below *now)
{
	const struct vmac *other = another_on(engine, v);

	return other ? other->below : now->arp;
}

/* Only what is still as we left it. */
void vmac_restore_below(struct netlink *n, uint32_t base, const struct vmac_below *had)
{
	const struct vmac_below needed = vmac_below_needed(had);
	struct link_below now;
	struct err e;

	if (netlink_link_below(n, base, &now, &e) < 0)
		return; /* gone */
	if (now.arp.arp_ignore == needed.arp_ignore)
		now.arp.arp_ignore = had->arp_ignore;
	if (now.arp.arp_announce == needed.arp_announce)
		now.arp.arp_announce = had->arp_announce;
	if (netlink_set_arp(n, base, &now.arp, &e) < 0)
		log_warning("%s", e.text);
}

/* ---- making ---- */

static const struct macvlan *find_leftover(
	struct vrrp_engine *engine, struct vmac_census *census, const struct vmac *v)
{
	struct err e;

	if (!census->is_read &&
		netlink_macvlans(&engine->link.request, &census->list, &census->count, &e) < 0)
		log_warning("%s", e.text);
	census->is_read = true;
	for (size_t i = 0; i < census->count; i++)
		if (census->list[i].base == v->base &&
			!memcmp(census->list[i].mac, v->mac, sizeof(v->mac)))
			return &census->list[i];
	return NULL;
}

/* Netlink does not know these settings; a kernel without IPv6 has no such files. */
static void set_ipv6(const char *name, const char *setting, char value)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/%s", name, setting);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return;
	if (fd < 0 || write(fd, &value, 1) != 1)
		log_warning("interface %s: %s cannot be set: %s", name, setting,
			strerrordesc_np(errno));
	if (fd >= 0)
		close(fd);
}

static const char *configured_name(const struct vrrp_router *r, const struct vmac *v)
{
	return v->is_main ? r->conf->use_vmac.name : NULL;
}

static bool is_free(const struct vrrp_engine *engine, const char *name)
{
	return !link_by_name(&engine->link.table, name);
}

static int choose_name(
	const struct vrrp_router *r, const struct vmac *v, char name[VMAC_NAME_BYTES])
{
	const struct vrrp_global_conf *g = r->engine->global;
	const char *prefix =
		!v->is_main && g->vmac_addr_prefix ? g->vmac_addr_prefix : g->vmac_prefix;

	if (configured_name(r, v)) {
		snprintf(name, VMAC_NAME_BYTES, "%s", configured_name(r, v));
		return 0;
	}
	for (unsigned i = 0; vmac_name(prefix, v->family, r->conf->vrid, i, name); i++)
		if (is_free(r->engine, name))
			return 0;
	return -1;
}

static struct macvlan_spec spec_of(
	const struct vrrp_router *r, const struct vmac *v, const struct link_below *below)
{
	const struct vrrp_vmac *conf = &r->conf->use_vmac;
	struct macvlan_spec spec = { .base = v->base,
		.group = v->is_main && conf->group ? conf->group : below->group,
		.vrf = below->vrf,
		.is_forwarding = below->is_forwarding };

	memcpy(spec.mac, v->mac, sizeof(spec.mac));
	return spec;
}

/* The leftover's name, unless another is configured: then it goes. */
static int settle_name(struct vrrp_router *r, const struct vmac *v, const struct macvlan **left,
	char name[VMAC_NAME_BYTES], struct err *e)
{
	const char *configured = configured_name(r, v);
	const struct link_info *link =
		*left ? link_by_index(&r->engine->link.table, (*left)->ifindex) : NULL;

	if (link && (!configured || !strcmp(configured, link->name))) {
		memcpy(name, link->name, VMAC_NAME_BYTES);
		return 0;
	}
	if (link && netlink_link_remove(&r->engine->link.request, link->ifindex, e) < 0)
		return -1;
	*left = NULL;
	link_monitor_sync(&r->engine->link);
	if (choose_name(r, v, name) < 0)
		return err_set(e, "there is no name for its interface: give one with use_vmac");
	return 0;
}

/* No address is to come from the virtual MAC address, by whatever way (RFC 9568 7.4). A link of
 * IPv4 has no use for IPv6; that of a router says so if the one below does. */
static void set_up_ipv6(const struct vrrp_router *r, const struct vmac *v, const char *name)
{
	const struct link_info *base = link_by_index(&r->engine->link.table, v->base);

	if (v->family == AF_INET) {
		set_ipv6(name, "disable_ipv6", '1');
		return;
	}
	set_ipv6(name, "disable_ipv6", '0');
	set_ipv6(name, "forwarding", base && base->is_router6 ? '1' : '0');
	set_ipv6(name, "accept_ra", '0');
}

static int took(struct vrrp_router *r, struct vmac *v, const char *name, struct err *e)
{
	const struct link_info *link;

	link_monitor_sync(&r->engine->link);
	link = link_by_name(&r->engine->link.table, name);
	if (!link)
		return err_set(e, "interface %s went again at once", name);
	v->ifindex = link->ifindex;
	v->birth = link->birth;
	r->engine->link.table.names++; /* addresses have another place */
	set_up_ipv6(r, v, name);
	return 0;
}

int vmac_make(struct vrrp_router *r, struct vmac *v, struct vmac_census *census, struct err *e)
{
	const struct macvlan *left = find_leftover(r->engine, census, v);
	struct netlink *n = &r->engine->link.request;
	char name[VMAC_NAME_BYTES], alias[VMAC_ALIAS_BYTES];
	struct link_below below;
	struct vmac_below needed;
	struct macvlan_spec spec;

	if (netlink_link_below(n, v->base, &below, e) < 0)
		return -1;
	if (!left || !vmac_alias_parse(left->alias, &v->below))
		v->below = had_below(r->engine, v, &below);
	needed = vmac_below_needed(&v->below);
	spec = spec_of(r, v, &below);
	spec.alias = vmac_alias(&v->below, alias);
	if (settle_name(r, v, &left, name, e) < 0)
		return -1;
	spec.name = name;
	if (netlink_set_arp(n, v->base, &needed, e) < 0)
		return -1;
	if ((left ? netlink_macvlan_take(n, left->ifindex, &spec, e)
		  : netlink_macvlan_make(n, &spec, e)) < 0)
		return -1;
	return took(r, v, name, e);
}

void vmac_unmake(struct vrrp_engine *engine, struct vmac *const *vmacs, size_t count)
{
	uint32_t *ifindexes = calloc(count ? count : 1, sizeof(*ifindexes));
	size_t links = 0;
	struct err e;

	if (!ifindexes)
		fatal(EXIT_INTERNAL, "out of memory for interfaces");
	for (size_t i = 0; i < count; i++)
		if (vmacs[i]->ifindex)
			ifindexes[links++] = vmacs[i]->ifindex;
	if (netlink_links_remove(&engine->link.request, ifindexes, links, &e) < 0)
		log_error("virtual MAC addresses: %s", e.text);
	free(ifindexes);
	for (size_t i = 0; i < count; i++) {
		bool was_there = vmacs[i]->ifindex;

		vmac_deafen(vmacs[i]);
		vmacs[i]->ifindex = 0;
		if (was_there && vmacs[i]->base && !another_on(engine, vmacs[i]))
			vmac_restore_below(&engine->link.request, vmacs[i]->base, &vmacs[i]->below);
	}
	if (links)
		link_monitor_sync(&engine->link);
}

void vmac_census_fini(struct vmac_census *census)
{
	free(census->list);
	*census = (struct vmac_census){ 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses nobody may reach as a host, and that the kernel knows: see firewall.h. Called by
 * the engine, when routers or interfaces have changed and at stop, and by the kernel's events.
 */
#include "vrrp/firewall.h"

#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "vrrp/engine.h"
#include "vrrp/packet.h"
#include "vrrp/router.h"

#define RETRY_SECONDS 5

bool vrrp_firewall_accepts(const struct vrrp_instance_conf *conf)
{
	return conf->priority == VRRP_OWNER_PRIORITY || (!conf->no_accept && !conf->strict_mode);
}

bool vrrp_firewall_is_needed(const struct vrrp_conf *conf)
{
	for (size_t i = 0; i < conf->instances.count; i++)
		if (!vrrp_firewall_accepts(conf->instances.items[i]))
			return true;
	return false;
}

int vrrp_firewall_check(const struct vrrp_conf *conf, struct err *e)
{
	struct nft nft;
	int result;

	if (!vrrp_firewall_is_needed(conf))
		return 0;
	if (nft_open(&nft, e) < 0)
		return -1;
	result = nft_check(&nft, conf->global->nftables, e);
	nft_close(&nft);
	return result < 0 ? err_context(e, "no_accept") : 0;
}

int vrrp_firewall_withdraw(const struct vrrp_conf *conf, struct err *e)
{
	struct nft nft;
	int result;

	if (!vrrp_firewall_is_needed(conf))
		return 0;
	if (nft_open(&nft, e) < 0)
		return -1;
	result = nft_remove(&nft, conf->global->nftables, e);
	nft_close(&nft);
	return result < 0 ? -1 : 0;
}

/* ---- what is needed ---- */

static struct nft_address address_of(const struct vrrp_router *r, const struct vrrp_vip_conf *vip)
{
	struct nft_address a = { .addr = vip->prefix.addr };
	const struct link_info *link;
	const char *name;

	if (a.addr.family != AF_INET6 || !IN6_IS_ADDR_LINKLOCAL(&a.addr.v6))
		return a;
	a.ifindex = vrrp_addresses_key(r, vip).ifindex;
	link = link_by_index(&r->engine->link.table, a.ifindex);
	name = link ? link->name : vip->dev ? vip->dev : r->conf->interface;
	memcpy(a.ifname, name, strnlen(name, sizeof(a.ifname) - 1));
	return a;
}

/* Its addresses are the caller's; its name is borrowed. */
static struct nft_table needed(const struct vrrp_engine *engine)
{
	const struct vrrp_global_conf *conf = engine->global;
	struct nft_table t = { .name = conf->nftables,
		.priority = conf->nftables_priority,
		.is_by_ifindex = conf->nftables_ifindex,
		.has_counters = conf->nftables_counters };
	size_t room = 1;

	for (const struct vrrp_router *r = engine->routers; r; r = r->next)
		room += r->vip_count;
	t.addrs = calloc(room, sizeof(*t.addrs));
	if (!t.addrs)
		fatal(EXIT_INTERNAL, "out of memory for addresses");
	for (const struct vrrp_router *r = engine->routers; r; r = r->next)
		for (size_t i = 0; !vrrp_firewall_accepts(r->conf) && i < r->vip_count; i++)
			t.addrs[t.count++] = address_of(r, r->vips[i].conf);
	nft_table_settle(&t);
	return t;
}

/* ---- doing it ---- */

static void forget(struct vrrp_firewall *f)
{
	free(f->name);
	f->name = NULL;
	free(f->table.addrs);
	f->table = (struct nft_table){ 0 };
}

static void try_again(struct vrrp_firewall *f, const struct err *e)
{
	log_limited(&f->limit, LOG_LEVEL_ERROR, "no_accept: %s; trying again", e->text);
	timer_set(&f->timer, mono_add(mono_now(), span_s(RETRY_SECONDS)));
}

static void on_events(void *arg, unsigned events)
{
	struct vrrp_engine *engine = arg;
	struct vrrp_firewall *f = &engine->firewall;
	bool is_touched, is_backoff;

	(void)events;
	is_touched = nft_is_touched(&f->nft, f->name ? f->name : ""); /* reads what is there */
	if (!f->name || !is_touched)
		return;
	if (!timer_is_set(&f->timer)) {
		timer_set(&f->timer, repair_loss(&f->repair, mono_now(), &is_backoff));
		log_warning("nftables table inet %s was changed by somebody: making it again%s",
			f->name, is_backoff ? " in some seconds" : "");
	}
	forget(f);
}

static int need_sockets(struct vrrp_engine *engine, struct err *e)
{
	struct vrrp_firewall *f = &engine->firewall;

	if (f->nft.request)
		return 0;
	if (nft_open(&f->nft, e) == 0 && io_open(&f->io, engine->ctx->loop, f->nft.events_fd,
						 IO_READ, on_events, engine, e) == 0)
		return 0;
	nft_close(&f->nft);
	return -1;
}

static void remember(struct vrrp_firewall *f, const struct nft_table *t)
{
	forget(f);
	f->name = strdup(t->name);
	if (!f->name)
		fatal(EXIT_INTERNAL, "out of memory for a name");
	f->table = *t;
	f->table.name = f->name;
}

void vrrp_firewall_remove(struct vrrp_engine *engine)
{
	struct vrrp_firewall *f = &engine->firewall;
	struct err e;

	timer_off(&f->timer);
	if (!f->nft.request)
		return;
	if (f->name && nft_remove(&f->nft, f->name, &e) < 0)
		log_error("%s", e.text);
	forget(f);
	io_close(&f->io);
	nft_close(&f->nft);
}

/* Takes the addresses of t. */
static void put(struct vrrp_engine *engine, struct nft_table *t)
{
	struct vrrp_firewall *f = &engine->firewall;
	struct err e;

	timer_off(&f->timer);
	if (need_sockets(engine, &e) < 0 || nft_put(&f->nft, t, &e) < 0) {
		free(t->addrs);
		try_again(f, &e);
		return;
	}
	if (f->name && strcmp(f->name, t->name) != 0 && nft_remove(&f->nft, f->name, &e) < 0)
		log_error("%s", e.text);
	remember(f, t);
}

void vrrp_firewall_settle(struct vrrp_engine *engine)
{
	struct vrrp_firewall *f = &engine->firewall;
	struct nft_table t;

	if (!engine->global)
		return; /* not yet */
	t = needed(engine);
	if (!t.count) {
		free(t.addrs);
		vrrp_firewall_remove(engine);
	} else if (f->name && nft_table_equal(&f->table, &t)) {
		free(t.addrs);
	} else {
		put(engine, &t);
	}
}

/* ---- life ---- */

static void on_timer(void *arg)
{
	vrrp_firewall_settle(arg);
}

int vrrp_firewall_open(struct vrrp_engine *engine, struct err *e)
{
	engine->firewall.limit = (struct log_limit){ .burst = 3, .per = span_s(60) };
	return timer_open(&engine->firewall.timer, engine->ctx->loop, on_timer, engine, e);
}

void vrrp_firewall_close(struct vrrp_engine *engine)
{
	struct vrrp_firewall *f = &engine->firewall;

	timer_close(&f->timer);
	io_close(&f->io);
	nft_close(&f->nft);
	forget(f);
}

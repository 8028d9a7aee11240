/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log lines, events and scripts of the checker; see notify.h. All texts come from the configuration
 * and from our own tables.
 */
#include <stddef.h>
#include <stdio.h>

#include "checker/notify.h"
#include "core/conf/conf.h"
#include "core/script_run.h"

#define LVS_NAME_BYTES (ADDR_TEXT_BYTES + 24)

const char *server_name(const struct model *m, uint32_t server, char buf[SERVER_NAME_BYTES])
{
	const struct model_server *s = &m->servers[server];
	char endpoint[ENDPOINT_TEXT_BYTES], service[IPVS_KEY_TEXT_BYTES];

	snprintf(buf, SERVER_NAME_BYTES, "%s of %s", endpoint_format(&s->endpoint, endpoint),
		ipvs_service_key_format(&m->pools[s->pool].service.key, service));
	return buf;
}

/* The step is the time: it grows over restarts too, so that what waits of a former life gives way.
 */
static void run_script(struct role_ctx *ctx, const struct model *m, const struct model_change *c,
	const struct conf_script *script, mono_t now)
{
	const struct model_pool *pool =
		&m->pools[c->is_pool ? c->index : m->servers[c->index].pool];
	struct msg_script_run run = script_run_begin(
		script->id, c->is_pool ? pool->id : m->servers[c->index].id, (uint64_t)now.us);
	char service[IPVS_KEY_TEXT_BYTES], endpoint[ENDPOINT_TEXT_BYTES];
	struct err e;

	if (!script->command)
		return;
	script_run_var(
		&run, "KEEPD_SERVICE", "%s", ipvs_service_key_format(&pool->service.key, service));
	if (!c->is_pool)
		script_run_var(&run, "KEEPD_SERVER", "%s",
			endpoint_format(&m->servers[c->index].endpoint, endpoint));
	script_run_var(&run, "KEEPD_STATE", "%s", c->to);
	script_run_var(&run, "KEEPD_PREVIOUS", "%s", c->from);
	script_run_var(&run, "KEEPD_REASON", "%s", c->reason);
	if (msg_send(&ctx->parent, MSG_SCRIPT_RUN, &run, -1, &e) < 0)
		log_error("script %s not run: %s", script->command, e.text);
}

/* ---- lines and mails ---- */

/* As keepalived names it: [192.0.2.1]:tcp:80, FWM 5. */
static const char *lvs_name(
	const struct ipvs_service_key *key, const struct endpoint *e, char buf[LVS_NAME_BYTES])
{
	char text[ADDR_TEXT_BYTES];

	if (!e && key->fwmark)
		snprintf(buf, LVS_NAME_BYTES, "FWM %u", (unsigned)key->fwmark);
	else if (key->fwmark)
		snprintf(buf, LVS_NAME_BYTES, "[%s]:%u", addr_format(&e->addr, text), e->port);
	else
		snprintf(buf, LVS_NAME_BYTES, "[%s]:%s:%u",
			addr_format(e ? &e->addr : &key->endpoint.addr, text),
			ipvs_protocol_name((enum ipvs_protocol)key->protocol),
			e ? e->port : key->endpoint.port);
	return buf;
}

#define GLOBAL(member) offsetof(struct checker_global_conf, member)

/* smtp_alert of the object, else smtp_alert_checker, else smtp_alert of all, else as usual. */
static bool is_mailed(const struct conf_obj *obj, size_t offset, bool usual)
{
	const struct conf_obj *root = obj;
	const struct checker_global_conf *g;

	if (conf_is_set(obj, (uint32_t)offset))
		return *(const bool *)((const char *)obj + offset);
	while (root->parent)
		root = root->parent;
	g = ((const struct checker_conf *)root)->global;
	if (conf_is_set(&g->obj, GLOBAL(smtp_alert)))
		return g->smtp_alert;
	return conf_is_set(&g->obj, GLOBAL(smtp_alert_all)) ? g->smtp_alert_all : usual;
}

static void send_notice(struct role_ctx *ctx, const struct model *m, const struct model_change *c)
{
	const struct model_server *s = c->is_pool ? NULL : &m->servers[c->index];
	const struct model_pool *pool = &m->pools[s ? s->pool : c->index];
	const struct ipvs_service_key *key = &pool->service.key;
	const char *word = c->is_up ? "UP" : "DOWN";
	struct msg_notice n = { .object = s ? s->id : pool->id };
	char service[LVS_NAME_BYTES], server[LVS_NAME_BYTES];
	struct err e;

	lvs_name(key, NULL, service);
	if (s) {
		lvs_name(key, &s->endpoint, server);
		n.is_mailed = is_mailed(
			&s->conf->obj, offsetof(struct real_server_conf, smtp_alert), true);
		snprintf(n.line, sizeof(n.line), "RS %s %s %s", server, service, word);
		snprintf(n.subject, sizeof(n.subject), "Realserver %s of virtual server %s - %s",
			server, service, word);
	} else {
		n.is_mailed = is_mailed(
			&pool->conf->obj, offsetof(struct virtual_server_conf, smtp_alert), false);
		snprintf(n.line, sizeof(n.line), "VS %s %s", service, word);
		snprintf(n.subject, sizeof(n.subject), "Virtualserver %s - %s", service, word);
	}
	snprintf(
		n.text, sizeof(n.text), "%.140s: %s -> %s (%s)", n.line, c->from, c->to, c->reason);
	if (msg_send(&ctx->parent, MSG_NOTICE, &n, -1, &e) < 0)
		log_error("%s: not told to pipes and by mail: %s", n.line, e.text);
}

void notify_change(
	struct role_ctx *ctx, const struct model *m, const struct model_change *c, mono_t now)
{
	char name[SERVER_NAME_BYTES];

	if (c->is_pool) {
		const struct virtual_server_conf *v = m->pools[c->index].conf;

		ipvs_service_key_format(&m->pools[c->index].service.key, name);
		log_notice("pool %s: %s -> %s (%s)", name, c->from, c->to, c->reason);
		role_event(ctx, "pool", name, c->from, c->to, c->reason);
		run_script(ctx, m, c, c->is_up ? &v->quorum_up : &v->quorum_down, now);
	} else {
		const struct real_server_conf *r = m->servers[c->index].conf;

		server_name(m, c->index, name);
		log_notice("server %s: %s -> %s (%s)", name, c->from, c->to, c->reason);
		role_event(ctx, "server", name, c->from, c->to, c->reason);
		run_script(ctx, m, c, c->is_up ? &r->notify_up : &r->notify_down, now);
	}
	send_notice(ctx, m, c);
}

void notify_removed(struct role_ctx *ctx, const struct model *m, uint32_t server, mono_t now)
{
	const struct model_server *s = &m->servers[server];
	struct model_change c = {
		.index = server, .from = s->is_up ? "up" : "down", .to = "removed"
	};
	char name[SERVER_NAME_BYTES];

	snprintf(c.reason, sizeof(c.reason), "not configured any more");
	server_name(m, server, name);
	log_notice("server %s: %s -> %s (%s)", name, c.from, c.to, c.reason);
	role_event(ctx, "server", name, c.from, c.to, c.reason);
	if (!s->is_up)
		return;
	run_script(ctx, m, &c, &s->conf->notify_down, now);
	send_notice(ctx, m, &c);
}

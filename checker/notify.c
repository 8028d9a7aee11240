/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log lines, events and scripts of the checker; see notify.h. All texts come from the configuration
 * and from our own tables.
 */
#include <stdio.h>

#include "checker/notify.h"
#include "core/script_run.h"

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
	if (s->is_up)
		run_script(ctx, m, &c, &s->conf->notify_down, now);
}

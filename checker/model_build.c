/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker's model built from a configuration, nothing known yet: pools, servers, checks, and
 * the identities under which they stand in the state page. Pure; see model.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "checker/check.h"
#include "checker/hash.h"
#include "checker/model.h"
#include "core/exit.h"

static void *rows(size_t count, size_t bytes)
{
	void *p = calloc(count ? count : 1, bytes);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory");
	return p;
}

static struct ipvs_service service_of(const struct virtual_server_conf *v)
{
	struct ipvs_service s = {
		.key = { .family = v->service.address.family,
			.protocol = (uint16_t)v->protocol,
			.endpoint = { .addr = v->service.address, .port = v->service.port } },
		.flags = v->persistence_timeout_s ? IPVS_SVC_PERSISTENT : 0,
		.timeout_s = v->persistence_timeout_s,
	};

	snprintf(s.scheduler, sizeof(s.scheduler), "%s", v->scheduler ? v->scheduler : "wlc");
	return s;
}

static struct ipvs_dest sorry_of(const struct virtual_server_conf *v)
{
	const struct sorry_server_conf *s = v->sorry_server;

	if (!s)
		return (struct ipvs_dest){ 0 };
	return (struct ipvs_dest){
		.endpoint = { .addr = s->address, .port = s->port ? s->port : v->service.port },
		.method = v->method.kind,
		.weight = 1,
	};
}

static uint64_t pool_id(const struct ipvs_service_key *k)
{
	struct hash h = hash_begin();

	hash_text(&h, "pool");
	hash_u64(&h, k->family);
	hash_u64(&h, k->protocol);
	hash_u64(&h, k->fwmark);
	hash_endpoint(&h, &k->endpoint);
	return hash_end(&h);
}

static uint64_t server_id(uint64_t pool, const struct endpoint *e)
{
	struct hash h = hash_begin();

	hash_text(&h, "server");
	hash_u64(&h, pool);
	hash_endpoint(&h, e);
	return hash_end(&h);
}

/* `nth`: the same check may stand several times in a server, with different timing. */
static uint64_t check_id(uint64_t server, uint64_t what, uint32_t nth)
{
	struct hash h = hash_begin();

	hash_text(&h, "check");
	hash_u64(&h, server);
	hash_u64(&h, what);
	hash_u64(&h, nth);
	return hash_end(&h);
}

static void count_objects(struct model *m, const struct checker_conf *conf, size_t *checks)
{
	m->pool_count = (uint32_t)conf->virtual_servers.count;
	for (size_t i = 0; i < m->pool_count; i++) {
		const struct virtual_server_conf *v = conf->virtual_servers.items[i];

		m->server_count += (uint32_t)v->real_servers.count;
		for (size_t j = 0; j < v->real_servers.count; j++) {
			const struct real_server_conf *r = v->real_servers.items[j];

			*checks += r->checks.count;
		}
	}
}

static bool has_check(const struct model *m, const struct model_server *s, uint64_t id)
{
	for (uint32_t i = s->first_check; i < m->check_count; i++)
		if (m->checks[i].id == id)
			return true;
	return false;
}

static void add_check(struct model *m, uint32_t server, const struct question *q)
{
	const struct model_server *s = &m->servers[server];
	uint32_t nth = 0;
	uint64_t id;

	do
		id = check_id(s->id, q->what, nth++);
	while (has_check(m, s, id));
	m->checks[m->check_count] = (struct model_check){
		.id = id,
		.conf = q->conf,
		.type = q->type->id,
		.target = q->target,
		.server = server,
		.next = idmap_get(&m->questions, q->id),
	};
	idmap_set(&m->questions, q->id, m->check_count++);
}

static int add_server(struct model *m, uint32_t pool, uint32_t server,
	const struct real_server_conf *r, struct err *e)
{
	const struct model_pool *p = &m->pools[pool];
	struct model_server *s = &m->servers[server];

	*s = (struct model_server){
		.conf = r,
		.endpoint = question_server(p->conf, r),
		.pool = pool,
		.first_check = m->check_count,
		.checks = (uint32_t)r->checks.count,
	};
	s->id = server_id(p->id, &s->endpoint);
	for (size_t i = 0; i < r->checks.count; i++) {
		struct question q;

		if (question_make(p->conf, r, r->checks.items[i], &q, e) < 0)
			return -1;
		add_check(m, server, &q);
	}
	return 0;
}

static int add_pool(struct model *m, uint32_t i, uint32_t *server, struct err *e)
{
	const struct virtual_server_conf *v = m->conf->virtual_servers.items[i];
	struct model_pool *p = &m->pools[i];

	*p = (struct model_pool){
		.conf = v,
		.service = service_of(v),
		.sorry = sorry_of(v),
		.first_server = *server,
		.servers = (uint32_t)v->real_servers.count,
		.dests = m->dests + *server + i,
	};
	p->id = pool_id(&p->service.key);
	for (size_t j = 0; j < p->servers; j++)
		if (add_server(m, i, (*server)++, v->real_servers.items[j], e) < 0)
			return -1;
	model_touch(m, i);
	return 0;
}

struct model *model_new(const struct checker_conf *conf, struct err *e)
{
	struct model *m = rows(1, sizeof(*m));
	uint32_t server = 0;
	size_t checks = 0;

	m->conf = conf;
	count_objects(m, conf, &checks);
	m->pools = rows(m->pool_count, sizeof(*m->pools));
	m->servers = rows(m->server_count, sizeof(*m->servers));
	m->checks = rows(checks, sizeof(*m->checks));
	m->dests = rows((size_t)m->server_count + m->pool_count, sizeof(*m->dests));
	m->scratch = rows(m->server_count, sizeof(*m->scratch));
	m->dirty = rows(m->pool_count, sizeof(*m->dirty));
	for (uint32_t i = 0; i < m->pool_count; i++)
		if (add_pool(m, i, &server, e) < 0) {
			model_free(m);
			return NULL;
		}
	return m;
}

void model_free(struct model *m)
{
	if (!m)
		return;
	free(m->pools);
	free(m->servers);
	free(m->checks);
	free(m->dests);
	free(m->scratch);
	free(m->dirty);
	idmap_fini(&m->questions);
	free(m);
}

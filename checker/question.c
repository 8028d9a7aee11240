/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From configured checks to questions; see question.h.
 */
#include "checker/check.h"
#include "checker/hash.h"
#include "checker/question.h"

struct endpoint question_server(
	const struct virtual_server_conf *v, const struct real_server_conf *r)
{
	return (struct endpoint){ .addr = r->address, .port = r->port ? r->port : v->service.port };
}

int question_make(const struct virtual_server_conf *v, const struct real_server_conf *r,
	const struct check_conf *c, struct question *q, struct err *e)
{
	struct hash h = hash_begin();

	*q = (struct question){ .type = check_type_of(c), .conf = c };
	if (!q->type)
		return err_set(e, "no check %s in this keepd", c->obj.block->name);
	q->server = question_server(v, r);
	q->target.addr = addr_is_set(&c->connect_ip) ? c->connect_ip : q->server.addr;
	q->target.port = c->connect_port ? c->connect_port : q->server.port;
	q->timing = (struct probe_timing){
		.delay_loop = c->delay_loop,
		.delay_before_retry = c->delay_before_retry,
		.warmup = c->warmup,
		.retry = c->retry,
	};
	hash_text(&h, q->type->keyword);
	hash_endpoint(&h, &q->target);
	hash_addr(&h, &c->bindto);
	q->type->identify(c, &q->server, &h);
	q->what = hash_end(&h);
	hash_span(&h, c->connect_timeout);
	hash_span(&h, c->delay_loop);
	hash_span(&h, c->delay_before_retry);
	hash_span(&h, c->warmup);
	hash_u64(&h, c->retry);
	q->id = hash_end(&h);
	return 0;
}

static int each_of_server(const struct virtual_server_conf *v, const struct real_server_conf *r,
	int (*fn)(void *arg, const struct question *q, struct err *e), void *arg, struct err *e)
{
	for (size_t i = 0; i < r->checks.count; i++) {
		struct question q;

		if (question_make(v, r, r->checks.items[i], &q, e) < 0 || fn(arg, &q, e) < 0)
			return -1;
	}
	return 0;
}

int question_each(const struct checker_conf *conf,
	int (*fn)(void *arg, const struct question *q, struct err *e), void *arg, struct err *e)
{
	for (size_t i = 0; i < conf->virtual_servers.count; i++) {
		const struct virtual_server_conf *v = conf->virtual_servers.items[i];

		for (size_t j = 0; j < v->real_servers.count; j++)
			if (each_of_server(v, v->real_servers.items[j], fn, arg, e) < 0)
				return -1;
	}
	return 0;
}

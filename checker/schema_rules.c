/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must be right between a virtual server, its real servers and their checks, and between
 * virtual servers. What keepalived repairs with a message and runs with, so do we.
 */
#include <string.h>

#include "checker/schema_rows.h"
#include "core/conf/conf.h"
#include "core/conf/rules.h"

#define VS_AT(member) ((uint32_t)offsetof(struct virtual_server_conf, member))
#define RS_AT(member) ((uint32_t)offsetof(struct real_server_conf, member))

static const struct conf_row *row_named(const struct conf_block *block, const char *name)
{
	for (size_t i = 0; i < block->row_count; i++)
		if (strcmp(block->rows[i].name, name) == 0)
			return &block->rows[i];
	return NULL;
}

static const char *real_name(const struct real_server_conf *s, char text[ENDPOINT_TEXT_BYTES])
{
	return endpoint_format(&(struct endpoint){ s->address, s->port }, text);
}

/* What keepalived does without where nothing is written, with a message; so do we. */
static void take_defaults(struct virtual_server_conf *v, struct conf_rules *r)
{
	static const struct {
		uint32_t offset;
		const char *name, *value;
	} needed[] = {
		{ offsetof(struct virtual_server_conf, protocol), "protocol", "UDP" },
		{ offsetof(struct virtual_server_conf, scheduler), "lvs_sched", "wlc" },
		{ offsetof(struct virtual_server_conf, method), "lvs_method", "NAT" },
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		if (conf_is_given(&v->obj, needed[i].offset))
			continue;
		conf_complain(r, CONF_WARNING, &v->obj, NULL,
			"`%s` is missing: %s is taken; write it", needed[i].name, needed[i].value);
		conf_repaired(&v->obj, needed[i].offset);
	}
	if (v->port || v->persistence_timeout_s)
		return;
	v->persistence_timeout_s = 360;
	conf_repaired(&v->obj, VS_AT(persistence_timeout_s));
	conf_complain(r, CONF_WARNING, &v->obj, NULL,
		"a service of all ports needs persistence_timeout: 360 is taken; write it");
}

/* The same keyword in a virtual server and in its defaults: who reads it may not know which counts.
 */
static void defaults_check(struct virtual_server_conf *v, struct conf_rules *r)
{
	const struct conf_block *block = &inner_defaults_block;

	for (size_t i = 0; v->defaults && i < block->row_count; i++) {
		const struct conf_row *row = &block->rows[i];
		const struct conf_row *outer = row_named(v->obj.block, row->name);

		if (outer && conf_is_set(&v->defaults->obj, row->offset) &&
			conf_is_set(&v->obj, outer->offset))
			conf_complain(r, CONF_WARNING, &v->defaults->obj, row,
				"`%s` stands in virtual_server too: for the servers in it this one "
				"counts",
				row->name);
	}
}

/* Port, method and family of a real server must go with those of the virtual server. */
static void real_check(
	struct virtual_server_conf *v, struct real_server_conf *s, struct conf_rules *r)
{
	if (!s->port)
		s->port = v->port;
	if (s->method != IPVS_NAT && s->port != v->port) {
		conf_complain(r, CONF_WARNING, &s->obj, conf_row_at(s->obj.block, RS_AT(port)),
			"with %s the port of a real server is that of the virtual server: %u is "
			"taken",
			checker_methods.words[s->method], v->port);
		s->port = v->port;
	}
	if (s->method != IPVS_TUN && s->address.family != v->address.family)
		conf_complain(r, CONF_ERROR, &s->obj, conf_row_at(s->obj.block, RS_AT(address)),
			"a real server must be of the address family of its virtual server");
}

/* keepalived hands these to the kernel, which refuses the server and says nothing more. */
static void thresholds_check(struct real_server_conf *s, struct conf_rules *r)
{
	if (s->lower_threshold <= s->upper_threshold)
		return;
	conf_complain(r, CONF_WARNING, &s->obj, conf_row_at(s->obj.block, RS_AT(lower_threshold)),
		"lthreshold must not be more than uthreshold: 0 is taken, which means three "
		"quarters "
		"of it");
	s->lower_threshold = 0;
}

/* A check of a service of all ports has to be told where to connect to. */
static void ports_check(struct real_server_conf *s, struct conf_rules *r)
{
	for (size_t i = 0; !s->port && i < s->checks.count; i++) {
		const struct check_conf *c = s->checks.items[i];

		if (!c->connect_port)
			conf_complain(r, CONF_WARNING, &c->obj,
				conf_row_at(
					c->obj.block, offsetof(struct check_conf, connect_port)),
				"neither the service nor the server has a port: without "
				"connect_port "
				"this check fails for ever");
	}
}

static void sorry_check(struct virtual_server_conf *v, struct conf_rules *r)
{
	struct sorry_server_conf *s = v->sorry_server;

	if (!s)
		return;
	if (!s->port)
		s->port = v->port;
	if (s->address.family != v->address.family && v->method != IPVS_TUN)
		conf_complain(r, CONF_ERROR, &s->obj, NULL,
			"the sorry server must be of the address family of its virtual server");
}

struct twins {
	struct conf_list *list;
	struct conf_rules *r;
};

static void same_real(void *arg, size_t later, const struct conf_obj *earlier)
{
	struct twins *t = arg;
	struct real_server_conf *s = t->list->items[later];
	char text[ENDPOINT_TEXT_BYTES];

	conf_complain(t->r, CONF_WARNING, &s->obj, NULL,
		"real_server %s stands there twice: this one is dropped, the other is in line %u",
		real_name(s, text), earlier->pos.line);
	conf_drop(&s->obj);
}

/* keepalived lowers a quorum that can never be reached, and a hysteresis that is too wide. */
static void quorum_check(struct virtual_server_conf *v, struct conf_rules *r)
{
	uint64_t weight = 0;

	for (size_t i = 0; i < v->real_servers.count; i++)
		weight += ((const struct real_server_conf *)v->real_servers.items[i])->weight;
	if (weight && v->quorum > weight) {
		v->quorum = (uint32_t)weight;
		conf_complain(r, CONF_WARNING, &v->obj, conf_row_at(v->obj.block, VS_AT(quorum)),
			"the quorum is more than the weight of all real servers: %u is taken",
			v->quorum);
	}
	if (v->hysteresis && v->hysteresis >= v->quorum) {
		v->hysteresis = v->quorum - 1;
		conf_complain(r, CONF_WARNING, &v->obj,
			conf_row_at(v->obj.block, VS_AT(hysteresis)),
			"the hysteresis must be less than the quorum: %u is taken", v->hysteresis);
	}
}

void checker_rules_virtual(struct conf_obj *obj, struct conf_rules *r)
{
	struct virtual_server_conf *v = (struct virtual_server_conf *)obj;
	struct twins twins = { &v->real_servers, r };

	if (v->protocol == IPVS_SCTP)
		conf_complain(r, CONF_ERROR, obj, conf_row_at(obj->block, VS_AT(protocol)),
			"protocol SCTP is not supported yet");
	take_defaults(v, r);
	defaults_check(v, r);
	for (size_t i = 0; i < v->real_servers.count; i++)
		real_check(v, v->real_servers.items[i], r);
	for (size_t i = 0; i < v->real_servers.count; i++) {
		thresholds_check(v->real_servers.items[i], r);
		ports_check(v->real_servers.items[i], r);
	}
	sorry_check(v, r);
	conf_twins(&v->real_servers, r->arena, same_real, &twins);
	conf_list_purge(&v->real_servers);
	quorum_check(v, r);
}

static void same_service(void *arg, size_t later, const struct conf_obj *earlier)
{
	struct twins *t = arg;
	const struct virtual_server_conf *v = t->list->items[later];
	char text[ENDPOINT_TEXT_BYTES];

	if (!conf_is_faulty(&v->obj) && !conf_is_faulty(earlier))
		conf_complain(t->r, CONF_ERROR, &v->obj, NULL,
			"virtual_server %s %s is there already, in line %u",
			checker_protocols.words[v->protocol],
			endpoint_format(&(struct endpoint){ v->address, v->port }, text),
			earlier->pos.line);
}

void checker_rules_section(struct conf_obj *root, struct conf_rules *r)
{
	struct checker_conf *c = (struct checker_conf *)root;
	struct twins twins = { &c->virtual_servers, r };

	conf_twins(&c->virtual_servers, r->arena, same_service, &twins);
	for (size_t i = 0; i < c->virtual_servers.count; i++) {
		struct virtual_server_conf *v = c->virtual_servers.items[i];

		if (v->real_servers.count || conf_is_faulty(&v->obj))
			continue;
		conf_complain(r, CONF_WARNING, &v->obj, NULL,
			"this virtual server has no real server; it is left out");
		conf_drop(&v->obj);
	}
	conf_list_purge(&c->virtual_servers);
}

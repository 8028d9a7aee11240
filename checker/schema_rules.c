/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must be right between a virtual server, its real servers and their checks. What keepalived
 * repairs with a message and runs with, so do we. See schema_rules_section.c for what is between
 * virtual servers.
 */
#include <string.h>

#include "checker/schema_rows.h"

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

/* Right, but not built yet: of text keepd prints for itself it was said already. */
static void not_built(
	struct conf_rules *r, const struct conf_obj *obj, uint32_t offset, const char *what)
{
	if (!r->is_canonical)
		conf_complain(r, CONF_NOT_BUILT, obj, conf_row_at(obj->block, offset),
			"%s is not supported yet", what);
}

static void method_built(struct conf_rules *r, const struct conf_obj *obj, uint32_t offset,
	const struct lvs_method_conf *m)
{
	if (!conf_is_set(obj, offset))
		return;
	if (m->tunnel == TUNNEL_GUE)
		not_built(r, obj, offset, "a tunnel of type gue");
	if (m->tunnel == TUNNEL_GRE)
		not_built(r, obj, offset, "a tunnel of type gre");
}

static void service_built(struct virtual_server_conf *v, struct conf_rules *r)
{
	if (v->service.kind == SERVICE_FWMARK)
		not_built(r, &v->obj, VS_AT(service), "`virtual_server fwmark`");
	if (v->service.kind == SERVICE_GROUP)
		not_built(r, &v->obj, VS_AT(service), "`virtual_server group`");
	if (v->protocol == IPVS_SCTP)
		not_built(r, &v->obj, VS_AT(protocol), "`protocol SCTP`");
	method_built(r, &v->obj, VS_AT(method), &v->method);
}

static void repair_persistence(struct virtual_server_conf *v)
{
	v->persistence_timeout_s = 360;
	conf_repaired(&v->obj, VS_AT(persistence_timeout_s));
}

/* What keepalived does without where nothing is written, with a message; so do we. */
static void take_defaults(struct virtual_server_conf *v, struct conf_rules *r)
{
	static const struct {
		uint32_t offset;
		const char *name, *value;
	} needed[] = {
		{ VS_AT(scheduler), "lvs_sched", "wlc" },
		{ VS_AT(method), "lvs_method", "NAT" },
		{ VS_AT(protocol), "protocol", "UDP" },
	};
	/* packets with a mark are of any protocol */
	size_t count = v->service.kind == SERVICE_FWMARK ? 2 : 3;

	for (size_t i = 0; i < count; i++) {
		if (conf_is_given(&v->obj, needed[i].offset))
			continue;
		conf_complain(r, CONF_WARNING, &v->obj, NULL,
			"`%s` is missing: %s is taken; write it", needed[i].name, needed[i].value);
		conf_repaired(&v->obj, needed[i].offset);
	}
	if (!conf_is_set(&v->obj, VS_AT(sorry_server_method)))
		v->sorry_server_method = v->method;
	if (v->persistence_timeout_s)
		return;
	if (v->granularity.family) {
		repair_persistence(v);
	} else if (v->service.kind == SERVICE_ADDRESS && !v->service.port) {
		repair_persistence(v);
		conf_complain(r, CONF_WARNING, &v->obj, NULL,
			"a service of all ports needs persistence_timeout: 360 is taken; write it");
	}
}

/* What is for services by address only, or by firewall mark only. */
static void kind_check(struct virtual_server_conf *v, struct conf_rules *r)
{
	static const uint16_t families[] = { AF_INET, AF_INET6 };

	if (v->service.kind == SERVICE_FWMARK && conf_is_set(&v->obj, VS_AT(protocol)))
		WARN(r, &v->obj, VS_AT(protocol),
			"packets with a firewall mark are of any protocol: protocol is ignored");
	if (v->service.kind == SERVICE_FWMARK)
		v->protocol = IPVS_TCP; /* the same for all: it is part of the identity */
	if (v->service.kind != SERVICE_ADDRESS || !conf_is_set(&v->obj, VS_AT(family)) ||
		families[v->family] == v->service.address.family)
		return;
	WARN(r, &v->obj, VS_AT(family),
		"ip_family %s is not the family of the address: it is ignored",
		checker_families.words[v->family]);
	v->family = v->service.address.family == AF_INET ? IP_FAMILY_INET : IP_FAMILY_INET6;
}

/* ---- how the service is spread ---- */

static struct conf_pos place_of(const struct conf_obj *obj, uint32_t offset)
{
	const struct conf_row *row = conf_row_at(obj->block, offset);
	unsigned i = row >= obj->block->rows && row < obj->block->rows + obj->block->row_count
			     ? (unsigned)(obj->block->arg_count + (size_t)(row - obj->block->rows))
			     : 0;

	return obj_place(obj, i);
}

/* keepalived reads from top to bottom and drops what stands before the keyword it belongs to. */
static void order_check(
	const struct virtual_server_conf *v, uint32_t offset, uint32_t before, struct conf_rules *r)
{
	struct conf_pos here = place_of(&v->obj, offset), there = place_of(&v->obj, before);

	if (conf_is_set(&v->obj, offset) && conf_is_set(&v->obj, before) &&
		here.file == there.file && here.line < there.line)
		WARN(r, &v->obj, offset,
			"keepalived ignores `%s` before `%s`, keepd does not; write it after",
			conf_row_at(v->obj.block, offset)->name,
			conf_row_at(v->obj.block, before)->name);
}

static void without(const struct virtual_server_conf *v, uint32_t offset, const char *scheduler,
	struct conf_rules *r)
{
	if (conf_is_set(&v->obj, offset) && strcmp(v->scheduler, scheduler) != 0)
		WARN(r, &v->obj, offset, "`%s` is for lvs_sched %s; it has no effect with %s",
			conf_row_at(v->obj.block, offset)->name, scheduler, v->scheduler);
	else
		order_check(v, offset, VS_AT(scheduler), r);
}

static void scheduler_check(struct virtual_server_conf *v, struct conf_rules *r)
{
	without(v, VS_AT(sh_port), "sh", r);
	without(v, VS_AT(sh_fallback), "sh", r);
	without(v, VS_AT(mh_port), "mh", r);
	without(v, VS_AT(mh_fallback), "mh", r);
	if (!v->ops)
		return;
	if (v->service.kind != SERVICE_FWMARK && v->protocol != IPVS_UDP) {
		WARN(r, &v->obj, VS_AT(ops), "ops is for UDP and firewall marks: it is ignored");
		v->ops = false;
	} else if (v->persistence_timeout_s) {
		WARN(r, &v->obj, VS_AT(ops),
			"with persistence all datagrams of a client go to one server all the same");
	}
}

static void persistence_check(struct virtual_server_conf *v, struct conf_rules *r)
{
	bool is_sip = v->persistence_engine && strcmp(v->persistence_engine, "sip") == 0;

	if (is_sip && v->service.kind == SERVICE_ADDRESS && v->protocol != IPVS_UDP)
		WARN(r, &v->obj, VS_AT(persistence_engine),
			"the persistence engine sip reads UDP only");
	if (conf_is_set(&v->obj, VS_AT(family)) && v->service.kind == SERVICE_ADDRESS &&
		(v->family == IP_FAMILY_INET) != (v->service.address.family == AF_INET))
		conf_complain(r, CONF_WARNING, &v->obj, conf_row_at(v->obj.block, VS_AT(family)),
			"the address says what family this is; ip_family is ignored");
	if (v->granularity.family && v->service.kind == SERVICE_ADDRESS &&
		v->granularity.family != v->service.address.family)
		ERROR(r, &v->obj, VS_AT(granularity), "%s",
			v->granularity.family == AF_INET
				? "persistence_granularity of an IPv6 service is a prefix length "
				  "from 1 to 128"
				: "persistence_granularity of an IPv4 service is a netmask, as "
				  "255.255.255.0");
}

static void ha_check(struct virtual_server_conf *v, struct conf_rules *r)
{
	if (!v->ha_suspend || v->service.kind != SERVICE_FWMARK)
		return;
	WARN(r, &v->obj, VS_AT(ha_suspend),
		"a service by firewall mark has no address that could be on this host: ha_suspend "
		"is "
		"ignored");
	v->ha_suspend = false;
}

/* ---- defaults ---- */

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

/* ---- real servers ---- */

/* The family of the service, AF_UNSPEC if nothing says it. */
static uint16_t family_of(const struct virtual_server_conf *v)
{
	if (v->service.kind == SERVICE_ADDRESS)
		return v->service.address.family;
	if (conf_is_set(&v->obj, VS_AT(family)))
		return v->family == IP_FAMILY_INET ? AF_INET : AF_INET6;
	if (v->granularity.family)
		return v->granularity.family;
	for (size_t i = 0; i < v->real_servers.count; i++) {
		const struct real_server_conf *s = v->real_servers.items[i];

		if (s->method.kind != IPVS_TUN)
			return s->address.family;
	}
	return AF_UNSPEC;
}

/* Port, method and family of a real server must go with those of the virtual server. */
static void real_check(struct virtual_server_conf *v, uint16_t family, struct real_server_conf *s,
	struct conf_rules *r)
{
	uint16_t port = v->service.port;

	method_built(r, &s->obj, RS_AT(method), &s->method);
	if (!s->port)
		s->port = port;
	if (s->method.kind != IPVS_NAT && s->port != port && v->service.kind == SERVICE_ADDRESS) {
		WARN(r, &s->obj, RS_AT(port),
			"with %s the port of a real server is that of the virtual server: %u is "
			"taken",
			checker_methods.words[s->method.kind], port);
		s->port = port;
	}
	if (s->method.kind != IPVS_TUN && family && s->address.family != family)
		ERROR(r, &s->obj, RS_AT(address),
			"a real server must be of the address family of its virtual server");
	if (s->alpha && conf_is_set(&s->obj, RS_AT(alpha)) && !s->checks.count)
		WARN(r, &s->obj, RS_AT(alpha),
			"alpha without a check has no effect: a server that nobody checks is "
			"always up");
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

/* Does the check connect to a port? */
static bool has_port(const struct conf_obj *check)
{
	return check->block != &misc_check_block && check->block != &ping_check_block &&
	       check->block != &file_check_block && check->block != &bfd_check_block;
}

/* A check of a service of all ports has to be told where to connect to. */
static void ports_check(
	const struct virtual_server_conf *v, struct real_server_conf *s, struct conf_rules *r)
{
	if (v->service.kind == SERVICE_GROUP)
		return;
	for (size_t i = 0; !s->port && i < s->checks.count; i++) {
		const struct check_conf *c = s->checks.items[i];

		if (!c->connect_port && has_port(&c->obj))
			WARN(r, &c->obj, offsetof(struct check_conf, connect_port),
				"neither the service nor the server has a port: without "
				"connect_port this check fails for ever");
	}
}

/* ---- the sorry server ---- */

static void no_sorry(const struct virtual_server_conf *v, uint32_t offset, struct conf_rules *r)
{
	if (conf_is_set(&v->obj, offset))
		WARN(r, &v->obj, offset, "`%s` without sorry_server has no effect",
			conf_row_at(v->obj.block, offset)->name);
}

static void sorry_check(struct virtual_server_conf *v, uint16_t family, struct conf_rules *r)
{
	struct sorry_server_conf *s = v->sorry_server;

	if (!s) {
		no_sorry(v, VS_AT(sorry_server_inhibit), r);
		no_sorry(v, VS_AT(sorry_server_method), r);
		return;
	}
	method_built(r, &v->obj, VS_AT(sorry_server_method), &v->sorry_server_method);
	order_check(v, VS_AT(sorry_server_inhibit), VS_AT(sorry_server), r);
	order_check(v, VS_AT(sorry_server_method), VS_AT(sorry_server), r);
	if (!s->port)
		s->port = v->service.port;
	if (family && s->address.family != family && v->sorry_server_method.kind != IPVS_TUN)
		conf_complain(r, CONF_ERROR, &s->obj, NULL,
			"the sorry server must be of the address family of its virtual server");
	for (size_t i = 0; i < v->real_servers.count; i++) {
		const struct real_server_conf *real = v->real_servers.items[i];

		if (!addr_equal(&real->address, &s->address) || real->port != s->port)
			continue;
		conf_complain(r, CONF_WARNING, &s->obj, NULL,
			"the sorry server is a real server too (line %u): it does not help when "
			"that is down",
			real->obj.pos.line);
		return;
	}
}

/* ---- all of them together ---- */

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
	if (!weight && v->real_servers.count)
		conf_complain(r, CONF_WARNING, &v->obj, NULL,
			"all real servers have weight 0: the quorum is never reached");
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
	uint16_t family = family_of(v);

	service_built(v, r);
	take_defaults(v, r);
	kind_check(v, r);
	scheduler_check(v, r);
	persistence_check(v, r);
	ha_check(v, r);
	defaults_check(v, r);
	for (size_t i = 0; i < v->real_servers.count; i++)
		real_check(v, family, v->real_servers.items[i], r);
	for (size_t i = 0; i < v->real_servers.count; i++) {
		thresholds_check(v->real_servers.items[i], r);
		ports_check(v, v->real_servers.items[i], r);
	}
	sorry_check(v, family, r);
	conf_twins(&v->real_servers, r->arena, same_real, &twins);
	conf_list_purge(&v->real_servers);
	quorum_check(v, r);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keywords of virtual servers and real servers: one row each, and the rules between them.
 * Ranges, defaults and repairs are those of keepalived 2.4. The keywords inside the checks are in
 * schema_check.c.
 */
#include <string.h>

#include "checker/schema.h"
#include "checker/schema_check.h"
#include "core/conf/conf.h"
#include "core/conf/rules.h"

#define PERSISTENCE_BARE "360" /* seconds, if no number is written */

/* ---- types of our own ---- */

/* The address of a virtual server; there may also stand what is not supported yet. */
static int server_addr_read(struct type_in *in, void *field)
{
	const struct word *w = type_peek(in);

	if (w && (strcmp(w->text, "fwmark") == 0 || strcmp(w->text, "group") == 0))
		return type_complain(in, w, "virtual_server %s is not supported yet", w->text);
	return conf_type_addr.read(in, field);
}

static void server_addr_print(const struct conf_row *row, const void *field, FILE *out)
{
	conf_type_addr.print(row, field, out);
}

static bool server_addr_equal(const void *a, const void *b)
{
	return addr_equal(a, b);
}

static uint64_t server_addr_hash(uint64_t h, const void *field)
{
	return conf_type_addr.hash(h, field);
}

static void server_addr_describe(const struct conf_row *row, FILE *out)
{
	conf_type_addr.describe(row, out);
}

static const struct conf_type type_server_addr = { "ADDRESS", sizeof(struct addr), 0,
	server_addr_read, server_addr_print, server_addr_equal, server_addr_hash,
	server_addr_describe, .examples = "192.0.2.1\n198.51.100.7" };

/* NAT, DR or TUN; options of a tunnel are not supported yet and would change where packets go. */
static int method_read(struct type_in *in, void *field)
{
	const struct word *w;

	if (conf_type_enum.read(in, field) < 0)
		return -1;
	w = type_peek(in);
	return w ? type_complain(in, w, "%s: `%s` is not supported yet", in->row->name, w->text)
		 : 0;
}

static void method_print(const struct conf_row *row, const void *field, FILE *out)
{
	conf_type_enum.print(row, field, out);
}

static bool method_equal(const void *a, const void *b)
{
	return *(const uint32_t *)a == *(const uint32_t *)b;
}

static uint64_t method_hash(uint64_t h, const void *field)
{
	return conf_type_enum.hash(h, field);
}

static void method_describe(const struct conf_row *row, FILE *out)
{
	conf_type_enum.describe(row, out);
}

static const struct conf_type type_method = { "NAT|DR|TUN", sizeof(uint32_t), 0, method_read,
	method_print, method_equal, method_hash, method_describe, .examples = "NAT\nDR\nTUN" };

/* ---- tables ---- */

/* in the order of enum ipvs_protocol and enum ipvs_method */
static const char *const protocol_words[] = { "TCP", "UDP", "SCTP", NULL };
static const struct conf_words protocols = { protocol_words, true };
static const char *const method_words[] = { "NAT", "DR", "TUN", NULL };
static const struct conf_words methods = { method_words, false };
static const char *const scheduler_words[] = { "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh",
	"mh", "dh", "fo", "ovf", "sed", "nq", "twos", NULL };
static const struct conf_words schedulers = { scheduler_words, false };

/* clang-format off */
#define VS(member)     .offset = offsetof(struct virtual_server_conf, member)
#define RS(member)     .offset = offsetof(struct real_server_conf, member)
#define SORRY(member)  .offset = offsetof(struct sorry_server_conf, member)
#define GLOBAL(member) .offset = offsetof(struct checker_global_conf, member)
#define ROOT(member)   .offset = offsetof(struct checker_conf, member)
#define LATER(word, tier, instead)    CONF_ROW_NONE(word, CONF_LATER, tier, instead)
#define LATER_OK(word, tier, instead) CONF_ROW_NONE(word, CONF_LATER_OK, tier, instead)
#define A CONF_TIER_A
#define B CONF_TIER_B
#define C CONF_TIER_C
#define D CONF_TIER_D
#define SECONDS(n) ((int64_t)(n) * 1000000)
#define WEIGHT_MAX 2147483647

/* What real_server has to say to its checks, and virtual_server to its real servers. */
#define INHERITED_ROWS(AT, inherit)                                                                                         \
	{ "delay_loop", NULL, NULL, &conf_type_span, NULL, AT(delay_loop), 1000, SECONDS(4294967), "seconds", "60", CONF_LIVE, A, \
	  .flags = inherit, .doc = "The time from the start of a probe to the start of the next one." },                     \
	{ "connect_timeout", NULL, NULL, &conf_type_span, NULL, AT(connect_timeout), 1000, SECONDS(4294), "seconds", "5", CONF_LIVE, B, \
	  .flags = inherit, .doc = "How long a probe may take." },                                                           \
	{ "retry", NULL, NULL, &conf_type_u32, NULL, AT(retry), 0, INT32_MAX, NULL, "1", CONF_LIVE, B,                       \
	  .flags = inherit, .doc = "How many more attempts before a server counts as down." },                               \
	{ "delay_before_retry", NULL, NULL, &conf_type_span, NULL, AT(delay_before_retry), 0, SECONDS(4294967), "seconds", "1", CONF_LIVE, B, \
	  .flags = inherit, .doc = "The time between such attempts; for HTTP_GET the default is 3." },                       \
	{ "warmup", NULL, NULL, &conf_type_span, NULL, AT(warmup), 0, SECONDS(4294967), "seconds", NULL, CONF_LIVE, C,       \
	  .flags = inherit, .doc = "The first probe is at a random point of this time; the default is delay_loop." },        \
	{ "inhibit_on_failure", NULL, NULL, &conf_type_flag, NULL, AT(inhibit_on_failure), 0, 0, NULL, NULL, CONF_LIVE, B,   \
	  .flags = inherit, .doc = "A failed server stays in the table with weight 0: its connections go on." },             \
	{ "alpha", NULL, NULL, &conf_type_flag, NULL, AT(alpha), 0, 0, NULL, NULL, CONF_LIVE, B,                             \
	  .flags = inherit, .doc = "A server counts as down until its first good probe." },                                  \
	{ "virtualhost", NULL, NULL, &conf_type_string, NULL, AT(virtualhost), 0, 0, NULL, NULL, CONF_LIVE, B,               \
	  .flags = inherit, .doc = "The Host of HTTP requests." }

/* ---- real_server ---- */

static const struct conf_row real_args[] = {
	{ "ADDRESS", NULL, NULL, &conf_type_addr, NULL, RS(address), .scope = CONF_RESTART, .flags = CONF_KEY,
	  .doc = "The address of the server." },
	{ "PORT", NULL, NULL, &conf_type_u16, NULL, RS(port), .scope = CONF_RESTART, .flags = CONF_KEY | CONF_OPTIONAL_ARG,
	  .doc = "Its port; else, or if 0, that of the virtual server." },
};

static const struct conf_row real_rows[] = {
	{ "weight", NULL, NULL, &conf_type_u32, NULL, RS(weight), 0, WEIGHT_MAX, NULL, "1", CONF_LIVE, A,
	  .flags = CONF_INHERIT, .doc = "Its share of the connections; 0 = no new ones." },
	{ "lvs_method", "lb_kind", NULL, &type_method, &methods, RS(method), 0, 0, NULL, "NAT", CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "How packets are forwarded to it." },
	INHERITED_ROWS(RS, CONF_INHERIT),
	{ "uthreshold", NULL, NULL, &conf_type_u32, NULL, RS(upper_threshold), 0, 0, NULL, "0", CONF_LIVE, C,
	  .doc = "No new connections above so many; 0 = no limit." },
	{ "lthreshold", NULL, NULL, &conf_type_u32, NULL, RS(lower_threshold), 0, 0, NULL, "0", CONF_LIVE, C,
	  .doc = "New connections again below so many." },
	{ "notify_up", NULL, NULL, &conf_type_script, NULL, RS(notify_up), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Run when the server comes up." },
	{ "notify_down", NULL, NULL, &conf_type_script, NULL, RS(notify_down), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Run when the server goes down." },
	{ "TCP_CHECK", NULL, NULL, &conf_type_block, &tcp_check_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .flags = CONF_REPEATS, .doc = "A check by making a connection." },
	{ "HTTP_GET", NULL, NULL, &conf_type_block, &http_get_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .flags = CONF_REPEATS, .doc = "A check by fetching pages." },
	LATER("SSL_GET", A, NULL),
	LATER("SMTP_CHECK", B, NULL),
	LATER("DNS_CHECK", B, NULL),
	LATER("MISC_CHECK", A, NULL),
	LATER("UDP_CHECK", B, NULL),
	LATER("PING_CHECK", B, NULL),
	LATER("FILE_CHECK", C, NULL),
	LATER("BFD_CHECK", C, NULL),
	LATER_OK("smtp_alert", C, NULL),
	LATER_OK("snmp_name", C, NULL),
};

static const struct conf_block real_block = {
	"real_server", sizeof(struct real_server_conf), real_args, 2,
	real_rows, sizeof(real_rows) / sizeof(*real_rows), false, NULL,
	"A server of the pool, with the checks that all must succeed.",
};

/* ---- sorry_server ---- */

static const struct conf_row sorry_args[] = {
	{ "ADDRESS", NULL, NULL, &conf_type_addr, NULL, SORRY(address), .flags = CONF_KEY,
	  .doc = "The address of the server." },
	{ "PORT", NULL, NULL, &conf_type_u16, NULL, SORRY(port), .flags = CONF_KEY | CONF_OPTIONAL_ARG,
	  .doc = "Its port; else, or if 0, that of the virtual server." },
};

static const struct conf_block sorry_block = {
	"sorry_server", sizeof(struct sorry_server_conf), sorry_args, 2, NULL, 0, false, NULL, NULL,
};

/* ---- virtual_server ---- */

static void virtual_check(struct conf_obj *obj, struct conf_rules *r);

static const struct conf_row virtual_args[] = {
	{ "ADDRESS", NULL, NULL, &type_server_addr, NULL, VS(address), .scope = CONF_RESTART, .flags = CONF_KEY,
	  .doc = "The address clients connect to." },
	{ "PORT", NULL, NULL, &conf_type_u16, NULL, VS(port), .scope = CONF_RESTART, .flags = CONF_KEY | CONF_OPTIONAL_ARG,
	  .doc = "The port; none or 0 = all ports, which needs persistence." },
};

static const struct conf_row virtual_rows[] = {
	{ "protocol", NULL, NULL, &conf_type_enum, &protocols, VS(protocol), 0, 0, NULL, "UDP", CONF_RESTART, A,
	  .flags = CONF_KEY, .doc = "TCP or UDP." },
	{ "lvs_sched", "lb_algo", NULL, &conf_type_choice, &schedulers, VS(scheduler), 0, 0, NULL, "wlc", CONF_LIVE, A,
	  .doc = "The scheduler, which chooses the server of a connection." },
	{ "lvs_method", "lb_kind", NULL, &type_method, &methods, VS(method), 0, 0, NULL, "NAT", CONF_LIVE, A,
	  .doc = "How packets are forwarded to the servers." },
	{ "persistence_timeout", NULL, NULL, &conf_type_u32, PERSISTENCE_BARE, VS(persistence_timeout_s), 1, 2678400, "seconds", NULL, CONF_LIVE, A,
	  .flags = CONF_OPTIONAL_ARG, .doc = "For how long a client stays with its server; without a number 360." },
	INHERITED_ROWS(VS, 0),
	{ "weight", NULL, NULL, &conf_type_u32, NULL, VS(weight), 1, WEIGHT_MAX, NULL, "1", CONF_LIVE, C,
	  .doc = "The weight of real servers that have none." },
	{ "quorum", NULL, NULL, &conf_type_u32, NULL, VS(quorum), 1, WEIGHT_MAX, NULL, "1", CONF_LIVE, B,
	  .doc = "How much weight must be up for the service to count as up." },
	{ "hysteresis", NULL, NULL, &conf_type_u32, NULL, VS(hysteresis), 0, WEIGHT_MAX, NULL, "0", CONF_LIVE, C,
	  .doc = "How far from the quorum, both ways, the weight must be to change that." },
	{ "quorum_up", NULL, NULL, &conf_type_script, NULL, VS(quorum_up), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Run when the quorum is reached." },
	{ "quorum_down", NULL, NULL, &conf_type_script, NULL, VS(quorum_down), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Run when the quorum is lost." },
	{ "sorry_server", NULL, NULL, &conf_type_block, &sorry_block, VS(sorry_server), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "The server that answers when the quorum is lost." },
	{ "real_server", NULL, NULL, &conf_type_block, &real_block, VS(real_servers), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .flags = CONF_REPEATS, .doc = "A server of the pool." },
	LATER("persistence_engine", C, NULL),
	LATER("persistence_granularity", C, NULL),
	LATER("flag-1", C, NULL),
	LATER("flag-2", C, NULL),
	LATER("flag-3", C, NULL),
	LATER("sh-port", C, NULL),
	LATER("sh-fallback", C, NULL),
	LATER("mh-port", C, NULL),
	LATER("mh-fallback", C, NULL),
	LATER("ops", C, NULL),
	LATER("ip_family", C, NULL),
	LATER("ha_suspend", C, NULL),
	LATER("omega", C, NULL),
	LATER("sorry_server_inhibit", C, NULL),
	LATER("sorry_server_lvs_method", C, NULL),
	CONF_ROW_NONE("hashed", CONF_OBSOLETE, D, "it has no effect"),
	LATER_OK("smtp_alert", C, NULL),
	LATER_OK("snmp_name", C, NULL),
};

static const struct conf_block virtual_block = {
	"virtual_server", sizeof(struct virtual_server_conf), virtual_args, 2,
	virtual_rows, sizeof(virtual_rows) / sizeof(*virtual_rows), false, virtual_check,
	"A service that is spread over a pool of servers.",
};

/* ---- global_defs and the outermost level ---- */

static const struct conf_row global_rows[] = {
	{ "ipvs_audit_interval", NULL, NULL, &conf_type_span, NULL, GLOBAL(ipvs_audit_interval), 100000, SECONDS(3600), "seconds", "5", CONF_LIVE, C,
	  .flags = CONF_OWN, .doc = "How often the table of the kernel is compared with what it should be." },
	LATER("lvs_sync_daemon", B, NULL),
	LATER("lvs_timeouts", C, NULL),
	LATER("lvs_flush", B, "keepd repairs its own services and leaves others alone"),
	LATER("lvs_flush_on_stop", C, NULL),
	LATER("lvs_flush_onstop", D, NULL),
	LATER("nftables_ipvs", C, NULL),
	LATER("rs_init_notifies", C, NULL),
	LATER_OK("nftables_ipvs_priority", C, NULL),
	LATER_OK("nftables_ipvs_start_fwmark", C, NULL),
	LATER_OK("checker_log_all_failures", C, NULL),
	LATER_OK("no_checker_emails", C, NULL),
	LATER_OK("smtp_alert_checker", C, NULL),
	LATER("lvs_notify_fifo", C, NULL),
	LATER("lvs_notify_fifo_script", C, NULL),
	LATER_OK("checker_priority", C, NULL),
	LATER_OK("checker_no_swap", C, NULL),
	LATER_OK("checker_rt_priority", C, NULL),
	LATER_OK("checker_rlimit_rttime", C, NULL),
	LATER_OK("checker_rlimit_rtime", D, NULL),
	LATER_OK("checker_cpu_affinity", C, NULL),
	LATER_OK("checker_process_name", C, NULL),
	LATER_OK("lvs_process_name", D, NULL),
	LATER_OK("lvs_netlink_cmd_rcv_bufs", C, NULL),
	LATER_OK("lvs_netlink_cmd_rcv_bufs_force", C, NULL),
	LATER_OK("lvs_netlink_monitor_rcv_bufs", C, NULL),
	LATER_OK("lvs_netlink_monitor_rcv_bufs_force", C, NULL),
	LATER_OK("snmp_vs_stats_update_interval", C, NULL),
	LATER_OK("snmp_rs_stats_update_interval", C, NULL),
};

static const struct conf_block global_block = {
	"global_defs", sizeof(struct checker_global_conf), NULL, 0,
	global_rows, sizeof(global_rows) / sizeof(*global_rows), false, NULL, NULL,
};

static const struct conf_row root_rows[] = {
	{ "global_defs", NULL, NULL, &conf_type_block, &global_block, ROOT(global), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_ALWAYS, .doc = "What concerns all virtual servers." },
	{ "virtual_server", NULL, NULL, &conf_type_block, &virtual_block, ROOT(virtual_servers), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS, .doc = "A service." },
	LATER("virtual_server_group", B, NULL),
	LATER("SSL", C, NULL),
};

static const struct conf_block root_block = {
	"checker", sizeof(struct checker_conf), NULL, 0,
	root_rows, sizeof(root_rows) / sizeof(*root_rows), false, NULL, NULL,
};
/* clang-format on */

/* ---- rules ---- */

#define VS_AT(member) ((uint32_t)offsetof(struct virtual_server_conf, member))
#define RS_AT(member) ((uint32_t)offsetof(struct real_server_conf, member))

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
		if (conf_is_set(&v->obj, needed[i].offset))
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
			method_words[s->method], v->port);
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

static void virtual_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct virtual_server_conf *v = (struct virtual_server_conf *)obj;
	struct twins twins = { &v->real_servers, r };

	if (v->protocol == IPVS_SCTP)
		conf_complain(r, CONF_ERROR, obj, conf_row_at(obj->block, VS_AT(protocol)),
			"protocol SCTP is not supported yet");
	take_defaults(v, r);
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
			protocol_words[v->protocol],
			endpoint_format(&(struct endpoint){ v->address, v->port }, text),
			earlier->pos.line);
}

static void section_check(struct conf_obj *root, struct conf_rules *r)
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

static bool is_empty(const struct conf_obj *root)
{
	return !((const struct checker_conf *)root)->virtual_servers.count;
}

const struct conf_section checker_section = {
	.name = "checker",
	.root = &root_block,
	.check = section_check,
	.is_empty = is_empty,
};

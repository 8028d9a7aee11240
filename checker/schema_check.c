/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keywords inside TCP_CHECK and HTTP_GET: what all checks have in common, what each has of its
 * own, and the rules of one check. See schema.c for what stands around them.
 */
#include <string.h>

#include "checker/match.h"
#include "checker/schema.h"
#include "checker/schema_check.h"
#include "core/conf/conf.h"
#include "core/conf/rules.h"

/* clang-format off */
#define CHECK(member) .offset = offsetof(struct check_conf, member)
#define HTTP(member)  .offset = offsetof(struct http_check_conf, member)
#define URL(member)   .offset = offsetof(struct http_url_conf, member)
#define LATER(word, tier, instead)    CONF_ROW_NONE(word, CONF_LATER, tier, instead)
#define LATER_OK(word, tier, instead) CONF_ROW_NONE(word, CONF_LATER_OK, tier, instead)
#define A CONF_TIER_A
#define B CONF_TIER_B
#define C CONF_TIER_C
#define SECONDS(n) ((int64_t)(n) * 1000000)

/* What all checks have; old_retry is a deprecated spelling, pause the default between attempts. */
#define COMMON_ROWS(old_retry, pause)                                                                                       \
	{ "connect_ip", NULL, NULL, &conf_type_addr, NULL, CHECK(connect_ip), 0, 0, NULL, NULL, CONF_RESTART, B,             \
	  .flags = CONF_KEY, .doc = "The address that is probed; else that of the real server." },                           \
	{ "connect_port", NULL, NULL, &conf_type_u16, NULL, CHECK(connect_port), 1, 65535, NULL, NULL, CONF_RESTART, A,      \
	  .flags = CONF_KEY, .doc = "The port that is probed; else that of the real server." },                              \
	{ "bindto", NULL, NULL, &conf_type_addr, NULL, CHECK(bindto), 0, 0, NULL, NULL, CONF_RESTART, C,                     \
	  .flags = CONF_KEY, .doc = "The local address of the probe." },                                                     \
	{ "connect_timeout", NULL, NULL, &conf_type_span, NULL, CHECK(connect_timeout), 1000, SECONDS(4294), "seconds", "5", CONF_LIVE, A, \
	  .flags = CONF_INHERIT, .doc = "How long a probe may take." },                                                      \
	{ "delay_loop", NULL, NULL, &conf_type_span, NULL, CHECK(delay_loop), 1000, SECONDS(4294967), "seconds", "60", CONF_LIVE, B,  \
	  .flags = CONF_INHERIT, .doc = "The time from the start of a probe to the start of the next one." },                \
	{ "retry", NULL, old_retry, &conf_type_u32, NULL, CHECK(retry), 0, INT32_MAX, NULL, "1", CONF_LIVE, A,               \
	  .flags = CONF_INHERIT, .doc = "How many more attempts before the server counts as down." },                        \
	{ "delay_before_retry", NULL, NULL, &conf_type_span, NULL, CHECK(delay_before_retry), 0, SECONDS(4294967), "seconds", pause, CONF_LIVE, A, \
	  .flags = CONF_INHERIT, .doc = "The time between such attempts." },                                                 \
	{ "warmup", NULL, NULL, &conf_type_span, NULL, CHECK(warmup), 0, SECONDS(4294967), "seconds", NULL, CONF_LIVE, C,    \
	  .flags = CONF_INHERIT, .doc = "The first probe is at a random point of this time; the default is delay_loop." },   \
	{ "alpha", NULL, NULL, &conf_type_flag, NULL, CHECK(alpha), 0, 0, NULL, NULL, CONF_LIVE, C,                          \
	  .flags = CONF_INHERIT, .doc = "The server counts as down until the first good probe." },                           \
	{ "log_all_failures", NULL, NULL, &conf_type_flag, NULL, CHECK(log_all_failures), 0, 0, NULL, NULL, CONF_LIVE, C,    \
	  .doc = "Log each failed attempt." },                                                                               \
	LATER("bind_port", C, NULL),                                                                                         \
	LATER("bind_if", C, NULL),                                                                                           \
	LATER("fwmark", C, NULL)

/* ---- TCP_CHECK ---- */

static void check_check(struct conf_obj *obj, struct conf_rules *r);

static const struct conf_row tcp_rows[] = {
	COMMON_ROWS(NULL, "1"),
};

const struct conf_block tcp_check_block = {
	"TCP_CHECK", sizeof(struct tcp_check_conf), NULL, 0,
	tcp_rows, sizeof(tcp_rows) / sizeof(*tcp_rows), false, check_check,
	"A connection is made and closed.",
};

/* ---- HTTP_GET ---- */

static void url_check(struct conf_obj *obj, struct conf_rules *r);

static const struct conf_row url_rows[] = {
	{ "path", NULL, NULL, &conf_type_string, NULL, URL(path), 0, 0, NULL, NULL, CONF_RESTART, A,
	  .flags = CONF_REQUIRED | CONF_KEY, .doc = "The path that is asked for." },
	{ "status_code", NULL, NULL, &conf_type_ranges, NULL, URL(status_codes), 100, 599, NULL, "200-299", CONF_LIVE, A,
	  .flags = CONF_KEY, .doc = "The status codes that are good: numbers and ranges." },
	{ "regex", NULL, NULL, &conf_type_regex, NULL, URL(regex), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_KEY, .doc = "A Perl-compatible expression that must be found in the body." },
	{ "regex_no_match", NULL, NULL, &conf_type_flag, NULL, URL(regex_no_match), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_KEY, .doc = "The expression must not be found." },
	{ "virtualhost", NULL, NULL, &conf_type_string, NULL, URL(virtualhost), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .flags = CONF_KEY | CONF_INHERIT, .doc = "The Host of the request; else address and port of the real server." },
	{ "digest", NULL, NULL, &conf_type_string, NULL, URL(digest), 0, 0, "32 hexadecimal digits", NULL, CONF_LIVE, B,
	  .flags = CONF_KEY, .doc = "The MD5 digest the body must have." },
	LATER("regex_options", C, "write options into the expression, as (?i)"),
	LATER("regex_min_offset", C, NULL),
	LATER("regex_max_offset", C, NULL),
	LATER_OK("regex_stack", C, NULL),
	LATER_OK("tls_compliant", C, NULL),
};

static const struct conf_block url_block = {
	"url", sizeof(struct http_url_conf), NULL, 0,
	url_rows, sizeof(url_rows) / sizeof(*url_rows), false, url_check,
	"One request; all of them must succeed.",
};

static const char *const protocol_words[] = { "1.0", "1.0C", "1.0c", "1.1", NULL };
static const struct conf_words protocols = { protocol_words, false };

static const struct conf_row http_rows[] = {
	{ "url", NULL, NULL, &conf_type_block, &url_block, HTTP(urls), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .flags = CONF_REPEATS | CONF_REQUIRED | CONF_KEY, .doc = "A request." },
	{ "http_protocol", NULL, NULL, &conf_type_enum, &protocols, HTTP(http_protocol), 0, 0, NULL, "1.0", CONF_LIVE, C,
	  .flags = CONF_KEY, .doc = "The version of HTTP; 1.0C and 1.1 ask the server to close the connection." },
	{ "virtualhost", NULL, NULL, &conf_type_string, NULL, HTTP(virtualhost), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .flags = CONF_INHERIT, .doc = "The Host of the requests." },
	COMMON_ROWS("nb_get_retry", "3"),
	LATER_OK("enable_sni", B, "it has no effect in HTTP_GET"),
	LATER_OK("sni_name", C, "it has no effect in HTTP_GET"),
	LATER_OK("tls_compliant", C, "it has no effect in HTTP_GET"),
	LATER_OK("fast_recovery", C, NULL),
};

const struct conf_block http_get_block = {
	"HTTP_GET", sizeof(struct http_check_conf), NULL, 0,
	http_rows, sizeof(http_rows) / sizeof(*http_rows), false, check_check,
	"Pages are fetched and looked at.",
};
/* clang-format on */

/* ---- rules ---- */

static void check_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct check_conf *c = (struct check_conf *)obj;
	const struct real_server_conf *server = (const struct real_server_conf *)obj->parent;
	const struct addr *target = addr_is_set(&c->connect_ip) ? &c->connect_ip : &server->address;

	if (!conf_is_given(obj, offsetof(struct check_conf, warmup)))
		c->warmup = c->delay_loop;
	if (addr_is_set(&c->bindto) && c->bindto.family != target->family)
		conf_complain(r, CONF_ERROR, obj,
			conf_row_at(obj->block, offsetof(struct check_conf, bindto)),
			"bindto and the address that is probed must be of one family");
}

static void url_check(struct conf_obj *obj, struct conf_rules *r)
{
	const struct http_url_conf *u = (const struct http_url_conf *)obj;

	if (u->path && (u->path[0] != '/' || strpbrk(u->path, " \t")))
		conf_complain(r, CONF_WARNING, obj,
			conf_row_at(obj->block, offsetof(struct http_url_conf, path)),
			"a path begins with / and has no blanks; it is sent as it is");
	if (u->digest &&
		(strlen(u->digest) != 32 || strspn(u->digest, "0123456789abcdefABCDEF") != 32))
		conf_complain(r, CONF_ERROR, obj,
			conf_row_at(obj->block, offsetof(struct http_url_conf, digest)),
			"digest: `%s` is not 32 hexadecimal digits", u->digest);
	if (u->regex) {
		struct err e = { 0 };
		struct match *m = match_new(u->regex, &e);

		if (!m)
			conf_complain(r, CONF_ERROR, obj,
				conf_row_at(obj->block, offsetof(struct http_url_conf, regex)),
				"%s", e.text);
		match_free(m);
	}
	if (u->regex_no_match && !u->regex)
		conf_complain(r, CONF_WARNING, obj,
			conf_row_at(obj->block, offsetof(struct http_url_conf, regex_no_match)),
			"regex_no_match without regex has no effect");
}

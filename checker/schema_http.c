/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keywords of HTTP_GET and SSL_GET, and of the urls in them.
 */
#include <string.h>

#include "checker/match.h"
#include "checker/schema_rows.h"

/* clang-format off */
#define HTTP(member)  .offset = offsetof(struct http_check_conf, member)
#define URL(member)   .offset = offsetof(struct http_url_conf, member)

static void url_check(struct conf_obj *obj, struct conf_rules *r);
static void http_check(struct conf_obj *obj, struct conf_rules *r);
static void ssl_check(struct conf_obj *obj, struct conf_rules *r);

/* later, later_ok: the states of what HTTP_GET cannot do yet. */
#define URL_ROWS(later, later_ok) \
	{ "path", NULL, NULL, &conf_type_string, NULL, URL(path), 0, 0, NULL, NULL, CONF_RESTART, A, \
	  .flags = CONF_REQUIRED | CONF_KEY, .doc = "The path that is asked for.", .example = "/\n/index.html?a=b#c\n\"/a b\"" }, \
	{ "status_code", NULL, NULL, &conf_type_ranges, NULL, URL(status_codes), 100, 599, NULL, "200-299", CONF_LIVE, A, \
	  .flags = CONF_KEY, .doc = "The status codes that are good: numbers and ranges." }, \
	{ "regex", NULL, NULL, &conf_type_regex, NULL, URL(regex), 0, 0, NULL, NULL, CONF_LIVE, C, \
	  .flags = CONF_KEY, .doc = "A Perl-compatible expression that must be found in the body." }, \
	{ "regex_no_match", NULL, NULL, &conf_type_flag, NULL, URL(regex_no_match), 0, 0, NULL, NULL, CONF_LIVE, C, \
	  .flags = CONF_KEY, .doc = "The expression must not be found." }, \
	{ "regex_options", NULL, NULL, &checker_type_regex_options, NULL, URL(regex_options), 0, 0, NULL, NULL, CONF_LIVE, C, later, \
	  .flags = CONF_KEY, .instead = "write options into the expression, as (?i)", .doc = "How the expression is meant, in words of PCRE2." }, \
	{ "regex_min_offset", NULL, NULL, &conf_type_u32, NULL, URL(regex_min_offset), 0, 0, "bytes", "0", CONF_LIVE, C, later, \
	  .flags = CONF_KEY, .doc = "The expression is looked for from this byte of the body on." }, \
	{ "regex_max_offset", NULL, NULL, &conf_type_u32, NULL, URL(regex_max_offset), 0, 0, "bytes", "0", CONF_LIVE, C, later, \
	  .flags = CONF_KEY, .doc = "The expression is looked for up to this byte of the body; 0 = to its end." }, \
	{ "regex_stack", NULL, NULL, &checker_type_regex_stack, NULL, URL(regex_stack), 0, 0, "bytes", NULL, CONF_LIVE, C, later_ok, \
	  .doc = "The stack of the compiled expression, at first and at most." }, \
	{ "virtualhost", NULL, NULL, &conf_type_string, NULL, URL(virtualhost), 0, 0, NULL, NULL, CONF_LIVE, B, \
	  .flags = CONF_KEY | CONF_INHERIT, .example = "www.example.org\n\"a b\"", .doc = "The Host of the request; else address and port of the real server." }, \
	{ "digest", NULL, NULL, &conf_type_string, NULL, URL(digest), 0, 0, "32 hexadecimal digits", NULL, CONF_LIVE, B, \
	  .flags = CONF_KEY, .doc = "The MD5 digest the body must have.", .example = "0123456789abcdefABCDEF0123456789" }, \
	{ "tls_compliant", NULL, NULL, &conf_type_flag, NULL, URL(tls_compliant), 0, 0, NULL, NULL, CONF_LIVE, C, \
	  .flags = CONF_INHERIT, .doc = "SSL_GET: the end of the connection is announced to the server, as the standard asks." }

static const struct conf_row url_rows[] = { URL_ROWS(CONF_LATER, CONF_LATER_OK) };
static const struct conf_row ssl_url_rows[] = { URL_ROWS(CONF_WORKS, CONF_WORKS) };

#define URL_BLOCK(rows) \
	"url", sizeof(struct http_url_conf), NULL, 0, rows, ROWS_COUNT(rows), false, url_check, \
	"One request; all of them must succeed."

static const struct conf_block url_block = { URL_BLOCK(url_rows) };
static const struct conf_block ssl_url_block = { URL_BLOCK(ssl_url_rows) };

static const char *const protocol_words[] = { "1.0", "1.0C", "1.0c", "1.1", NULL };
static const struct conf_words protocols = { protocol_words, false };

#define HTTP_ROWS(urls_block, later, later_ok) \
	{ "url", NULL, NULL, &conf_type_block, urls_block, HTTP(urls), 0, 0, NULL, NULL, CONF_LIVE, A, \
	  .flags = CONF_REPEATS | CONF_REQUIRED | CONF_KEY, .doc = "A request." }, \
	{ "http_protocol", NULL, NULL, &conf_type_enum, &protocols, HTTP(http_protocol), 0, 0, NULL, "1.0", CONF_LIVE, C, \
	  .flags = CONF_KEY, .doc = "The version of HTTP; 1.0C and 1.1 ask the server to close the connection." }, \
	{ "virtualhost", NULL, NULL, &conf_type_string, NULL, HTTP(virtualhost), 0, 0, NULL, NULL, CONF_LIVE, B, \
	  .flags = CONF_INHERIT, .example = "www.example.org\n\"a b\"", .doc = "The Host of the requests." }, \
	CONNECT_ROWS(later), \
	COMMON_ROWS("nb_get_retry", "1", "3"), \
	{ "enable_sni", NULL, NULL, &conf_type_flag, NULL, HTTP(enable_sni), 0, 0, NULL, NULL, CONF_LIVE, B, \
	  .flags = CONF_KEY, .doc = "SSL_GET: the name of the host goes with the handshake: sni_name, else the virtualhost of the url, the check or the virtual server. In keepalived that of the real server is not looked at." }, \
	{ "sni_name", NULL, NULL, &checker_type_table, "", HTTP(sni_name), 1, 255, NULL, NULL, CONF_LIVE, C, \
	  .flags = CONF_KEY | CONF_OPTIONAL_ARG, .doc = "SSL_GET: this name goes with the handshake; enable_sni need not be written then." }, \
	{ "tls_compliant", NULL, NULL, &conf_type_flag, NULL, HTTP(tls_compliant), 0, 0, NULL, NULL, CONF_LIVE, C, \
	  .doc = "SSL_GET: the end of each connection is announced to the server, as the standard asks." }, \
	{ "fast_recovery", NULL, NULL, &conf_type_flag, NULL, HTTP(fast_recovery), 0, 0, NULL, NULL, CONF_LIVE, C, later_ok, \
	  .doc = "While the server is not up its urls are asked for one right after the other." }

static const struct conf_row http_rows[] = { HTTP_ROWS(&url_block, CONF_LATER, CONF_LATER_OK) };
static const struct conf_row ssl_rows[] = { HTTP_ROWS(&ssl_url_block, CONF_WORKS, CONF_WORKS) };

const struct conf_block http_get_block = {
	"HTTP_GET", sizeof(struct http_check_conf), NULL, 0,
	http_rows, ROWS_COUNT(http_rows), false, http_check,
	"Pages are fetched and looked at.",
};

const struct conf_block ssl_get_block = {
	"SSL_GET", sizeof(struct http_check_conf), NULL, 0,
	ssl_rows, ROWS_COUNT(ssl_rows), false, ssl_check,
	"Pages are fetched over TLS and looked at. Whose certificate the server shows is not looked at unless SSL { ca } says whom to trust.",
};
/* clang-format on */

#define URL_AT(member)	offsetof(struct http_url_conf, member)
#define HTTP_AT(member) offsetof(struct http_check_conf, member)

/* What is for SSL_GET only. */
static void tls_check(const struct conf_obj *obj, uint32_t offset, struct conf_rules *r)
{
	if (conf_is_set(obj, offset))
		WARN(r, obj, offset, "`%s` has no effect in HTTP_GET; it is for SSL_GET",
			conf_row_at(obj->block, offset)->name);
}

static void http_check(struct conf_obj *obj, struct conf_rules *r)
{
	check_conf_check(obj, r);
	tls_check(obj, HTTP_AT(enable_sni), r);
	tls_check(obj, HTTP_AT(sni_name), r);
	tls_check(obj, HTTP_AT(tls_compliant), r);
}

static void ssl_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct http_check_conf *c = (struct http_check_conf *)obj;

	check_conf_check(obj, r);
	if (c->sni_name)
		c->enable_sni = true;
}

/* What has no effect without an expression. */
static void regex_only(const struct conf_obj *obj, uint32_t offset, struct conf_rules *r)
{
	if (conf_is_set(obj, offset))
		WARN(r, obj, offset, "`%s` without regex has no effect",
			conf_row_at(obj->block, offset)->name);
}

static void regex_check(const struct http_url_conf *u, struct conf_rules *r)
{
	struct err e = { 0 };
	struct match *m;

	if (!u->regex) {
		regex_only(&u->obj, URL_AT(regex_no_match), r);
		regex_only(&u->obj, URL_AT(regex_options), r);
		regex_only(&u->obj, URL_AT(regex_min_offset), r);
		regex_only(&u->obj, URL_AT(regex_max_offset), r);
		regex_only(&u->obj, URL_AT(regex_stack), r);
		return;
	}
	m = match_new(u->regex, &e);
	if (!m)
		ERROR(r, &u->obj, URL_AT(regex), "%s", e.text);
	match_free(m);
	if (u->regex_max_offset && u->regex_max_offset <= u->regex_min_offset)
		ERROR(r, &u->obj, URL_AT(regex_max_offset),
			"regex_max_offset must be more than regex_min_offset: there is nothing "
			"between them");
	if (u->digest)
		WARN(r, &u->obj, URL_AT(regex),
			"the digest says what the whole body is: regex tells nothing more");
}

static void url_check(struct conf_obj *obj, struct conf_rules *r)
{
	const struct http_url_conf *u = (const struct http_url_conf *)obj;

	if (u->path && (u->path[0] != '/' || strpbrk(u->path, " \t")))
		WARN(r, obj, URL_AT(path),
			"a path begins with / and has no blanks; it is sent as it is");
	if (u->digest &&
		(strlen(u->digest) != 32 || strspn(u->digest, "0123456789abcdefABCDEF") != 32))
		ERROR(r, obj, URL_AT(digest), "digest: `%s` is not 32 hexadecimal digits",
			u->digest);
	regex_check(u, r);
	if (obj->block == &url_block)
		tls_check(obj, URL_AT(tls_compliant), r);
}

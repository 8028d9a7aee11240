/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keywords of HTTP_GET and of the urls in it.
 */
#include <string.h>

#include "checker/match.h"
#include "checker/schema_rows.h"
#include "core/conf/conf.h"
#include "core/conf/rules.h"

/* clang-format off */
#define HTTP(member)  .offset = offsetof(struct http_check_conf, member)
#define URL(member)   .offset = offsetof(struct http_url_conf, member)

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
	url_rows, ROWS_COUNT(url_rows), false, url_check,
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
	CONNECT_ROWS,
	COMMON_ROWS("nb_get_retry", "1", "3"),
	LATER_OK("enable_sni", B, "it has no effect in HTTP_GET"),
	LATER_OK("sni_name", C, "it has no effect in HTTP_GET"),
	LATER_OK("tls_compliant", C, "it has no effect in HTTP_GET"),
	LATER_OK("fast_recovery", C, NULL),
};

const struct conf_block http_get_block = {
	"HTTP_GET", sizeof(struct http_check_conf), NULL, 0,
	http_rows, ROWS_COUNT(http_rows), false, check_conf_check,
	"Pages are fetched and looked at.",
};
/* clang-format on */

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

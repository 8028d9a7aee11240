/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keywords of the checks that are neither TCP nor HTTP: of mail and name servers, by programs,
 * datagrams, files and BFD.
 */
#include <string.h>

#include "checker/schema_rows.h"
#include "core/conf/types.h"

/* clang-format off */
#define SMTP(member) .offset = offsetof(struct smtp_check_conf, member)
#define DNS(member)  .offset = offsetof(struct dns_check_conf, member)
#define MISC(member) .offset = offsetof(struct misc_check_conf, member)
#define UDP(member)  .offset = offsetof(struct udp_check_conf, member)
#define TRACK(member) .offset = offsetof(struct file_check_conf, member)
#define BFD(member)  .offset = offsetof(struct bfd_check_conf, member)

static void dns_check(struct conf_obj *obj, struct conf_rules *r);
static void misc_check(struct conf_obj *obj, struct conf_rules *r);
static void udp_check(struct conf_obj *obj, struct conf_rules *r);

/* ---- SMTP_CHECK ---- */

static const struct conf_row host_rows[] = {
	CONNECT_ROWS(CONF_WORKS),
	COMMON_ROWS(NULL, "1", "1"),
};

static const struct conf_block host_block = {
	"host", sizeof(struct check_conf), NULL, 0,
	host_rows, ROWS_COUNT(host_rows), false, check_conf_check,
	"A further target, checked by itself. What it does not say it has from SMTP_CHECK.",
};

static const struct conf_row smtp_rows[] = {
	{ "helo_name", NULL, NULL, &conf_type_string, NULL, SMTP(helo_name), 0, 0, NULL, "smtpchecker.keepalived.org", CONF_LIVE, B,
	  .flags = CONF_KEY, .doc = "The name keepd greets with. Many mail servers turn away the default." },
	{ "host", NULL, NULL, &conf_type_block, &host_block, SMTP(hosts), .scope = CONF_LIVE, .tier = D,
	  .flags = CONF_REPEATS | CONF_KEY, .doc = "A further target; several SMTP_CHECK say the same more plainly." },
	CONNECT_ROWS(CONF_WORKS),
	COMMON_ROWS(NULL, "1", "1"),
};

const struct conf_block smtp_check_block = {
	"SMTP_CHECK", sizeof(struct smtp_check_conf), NULL, 0,
	smtp_rows, ROWS_COUNT(smtp_rows), false, check_conf_check,
	"The server greets, hears HELO, agrees and hears QUIT. The port is that of the real server where connect_port is not written, not 25.",
};

/* ---- DNS_CHECK ---- */

static const struct conf_row dns_rows[] = {
	{ "type", NULL, NULL, &conf_type_enum, &checker_dns_types, DNS(type), 0, 0, NULL, "SOA", CONF_LIVE, B,
	  .flags = CONF_KEY, .doc = "What is asked for, in any case of letters." },
	{ "name", NULL, NULL, &checker_type_dns_name, NULL, DNS(name), 0, 0, NULL, ".", CONF_LIVE, B,
	  .flags = CONF_KEY, .doc = "Whose it is; the default is the root of all names." },
	CONNECT_ROWS(CONF_WORKS),
	COMMON_ROWS(NULL, "3", NULL),
};

const struct conf_block dns_check_block = {
	"DNS_CHECK", sizeof(struct dns_check_conf), NULL, 0,
	dns_rows, ROWS_COUNT(dns_rows), false, dns_check,
	"A question is asked over UDP; any answer to it without an error is good, also an empty one.",
};

/* ---- MISC_CHECK ---- */

static const struct conf_row misc_rows[] = {
	{ "misc_path", NULL, NULL, &conf_type_script, NULL, MISC(command), 0, 0, NULL, NULL, CONF_RESTART, A,
	  .flags = CONF_REQUIRED | CONF_KEY, .doc = "The program, in quotes if it has arguments. It ends with 0 if all is well." },
	{ "misc_timeout", NULL, NULL, &conf_type_span, NULL, MISC(timeout), 0, SPAN_MAX, "seconds", NULL, CONF_LIVE, B,
	  .doc = "After this time the program is ended, and the check has failed; 0 and the default are delay_loop of the virtual server." },
	{ "misc_dynamic", NULL, NULL, &conf_type_flag, NULL, MISC(dynamic), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "The exit status sets the weight: 0 leaves it as configured, 1 is a failure, and any other is the weight plus 2." },
	{ "user", NULL, NULL, &conf_type_user, NULL, MISC(user), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .doc = "Whom the program runs as; else script_user." },
	COMMON_ROWS(NULL, "0", "1"),
};

const struct conf_block misc_check_block = {
	"MISC_CHECK", sizeof(struct misc_check_conf), NULL, 0,
	misc_rows, ROWS_COUNT(misc_rows), false, misc_check,
	"A program is run.",
};

/* ---- UDP_CHECK ---- */

static const struct conf_row udp_rows[] = {
	{ "payload", NULL, NULL, &checker_type_payload, NULL, UDP(payload), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_KEY, .doc = "What is sent; else bytes at random." },
	{ "require_reply", NULL, NULL, &checker_type_reply, NULL, UDP(require_reply), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_KEY | CONF_OPTIONAL_ARG, .doc = "There must be a reply, and it must begin so. Without it silence is good: only an ICMP error is a failure." },
	{ "min_reply_length", NULL, NULL, &conf_type_u16, NULL, UDP(min_reply_length), 0, 0, "bytes", "0", CONF_LIVE, C,
	  .flags = CONF_KEY, .doc = "A shorter reply is a failure." },
	{ "max_reply_length", NULL, NULL, &conf_type_u16, NULL, UDP(max_reply_length), 0, 0, "bytes", "255", CONF_LIVE, C,
	  .flags = CONF_KEY, .doc = "A longer reply is a failure." },
	CONNECT_ROWS(CONF_WORKS),
	COMMON_ROWS(NULL, "1", "1"),
};

const struct conf_block udp_check_block = {
	"UDP_CHECK", sizeof(struct udp_check_conf), NULL, 0,
	udp_rows, ROWS_COUNT(udp_rows), false, udp_check,
	"A datagram is sent.",
};

/* ---- FILE_CHECK ---- */

static const struct conf_row file_rows[] = {
	{ "track_file", NULL, NULL, &conf_type_string, NULL, TRACK(track_file), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .flags = CONF_REQUIRED | CONF_KEY, .doc = "The name of a track_file." },
	{ "weight", NULL, NULL, &conf_type_weight, NULL, TRACK(weight), -2147483647, 2147483647, NULL, NULL, CONF_LIVE, C,
	  .doc = "What the number in the file is multiplied by before it is added to the weight of the server; else the weight of the track_file. With 0 any number but 0 is a failure." },
};

const struct conf_block file_check_block = {
	"FILE_CHECK", sizeof(struct file_check_conf), NULL, 0,
	file_rows, ROWS_COUNT(file_rows), false, NULL,
	"A number in a file changes the weight of the server, or says that it is down. It has no time of its own: the file is watched.",
};

/* ---- BFD_CHECK ---- */

static const struct conf_row bfd_rows[] = {
	{ "name", NULL, NULL, &conf_type_string, NULL, BFD(name), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .flags = CONF_REQUIRED | CONF_KEY, .doc = "The name of a bfd_instance." },
	{ "alpha", NULL, NULL, &conf_type_flag, NULL, CHECK(alpha), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The server counts as down until the session is up." },
};

const struct conf_block bfd_check_block = {
	"BFD_CHECK", sizeof(struct bfd_check_conf), NULL, 0,
	bfd_rows, ROWS_COUNT(bfd_rows), false, NULL,
	"The server is up as long as a BFD session is.",
};
/* clang-format on */

/* ---- rules ---- */

#define MISC_AT(member) offsetof(struct misc_check_conf, member)

static const struct virtual_server_conf *service_of(const struct conf_obj *check)
{
	return (const struct virtual_server_conf *)check_server(check)->obj.parent;
}

static void dns_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct check_conf *c = (struct check_conf *)obj;

	check_conf_check(obj, r);
	if (!conf_is_given(obj, offsetof(struct check_conf, delay_before_retry)))
		c->delay_before_retry = c->delay_loop;
}

static void misc_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct misc_check_conf *c = (struct misc_check_conf *)obj;

	check_conf_check(obj, r);
	if (!c->timeout.us)
		c->timeout = service_of(obj)->delay_loop;
	else if (c->timeout.us > c->check.delay_loop.us)
		WARN(r, obj, MISC_AT(timeout),
			"misc_timeout is more than delay_loop: a program that hangs delays the "
			"next "
			"runs");
	if (!c->user.name || !c->command.command)
		return;
	c->command.user = c->user.name;
	c->command.group = c->user.group;
	conf_script_complete(&c->command);
}

static void udp_check(struct conf_obj *obj, struct conf_rules *r)
{
	const struct udp_check_conf *c = (const struct udp_check_conf *)obj;
	const struct virtual_server_conf *v = service_of(obj);

	check_conf_check(obj, r);
	if (c->min_reply_length > c->max_reply_length)
		ERROR(r, obj, offsetof(struct udp_check_conf, min_reply_length),
			"min_reply_length (%u) is more than max_reply_length (%u): no reply would "
			"do",
			c->min_reply_length, c->max_reply_length);
	if (c->require_reply.len > c->max_reply_length)
		ERROR(r, obj, offsetof(struct udp_check_conf, require_reply),
			"the reply that is required is longer than max_reply_length (%u)",
			c->max_reply_length);
	if (v->service.kind == SERVICE_ADDRESS && v->protocol == IPVS_TCP && !c->check.connect_port)
		WARN(r, obj, offsetof(struct check_conf, connect_port),
			"UDP_CHECK of a TCP service, on its own port: it does not tell whether the "
			"service answers");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers, names and metrics of addresses, routes and rules; what is made of addresses is in
 * schema_iproute_nets.c. See schema_iproute_types.h.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/conf/types.h"
#include "core/mono.h"
#include "vrrp/schema_iproute_types.h"

static bool number_equal(const void *a, const void *b)
{
	return *(const uint32_t *)a == *(const uint32_t *)b;
}

static uint64_t number_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(uint32_t));
}

static void number_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	fprintf(out, "%u", *(const uint32_t *)field);
}

/* ---- options without a value ---- */

static int switch_read(struct type_in *in, void *field)
{
	(void)in;
	*(bool *)field = true;
	return 0;
}

static void switch_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	(void)field;
	(void)out;
}

static bool switch_equal(const void *a, const void *b)
{
	return *(const bool *)a == *(const bool *)b;
}

static uint64_t switch_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(bool));
}

static void switch_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("none", out);
}

const struct conf_type vrrp_type_switch = { "", sizeof(bool), 0, switch_read, switch_print,
	switch_equal, switch_hash, switch_describe, .examples = "" };

/* ---- numbers in any base ---- */

/* The whole of the text as 31, 0x1f or 037; the end of it is at `end`, or at its NUL. */
static int any_number(const char *text, const char *end, uint64_t max, uint64_t *value)
{
	char *stop;

	if (!isdigit((unsigned char)*text))
		return -1;
	errno = 0;
	*value = strtoull(text, &stop, 0);
	return errno || *value > max || (end ? stop != end : *stop != '\0') ? -1 : 0;
}

static int any_read(struct type_in *in, uint64_t type_max, uint64_t *value)
{
	const struct word *w = type_word(in);
	uint64_t max = in->row->max ? (uint64_t)in->row->max : type_max;

	if (!w)
		return -1;
	if (any_number(w->text, NULL, max, value) < 0 || *value < (uint64_t)in->row->min)
		return type_unfit(in, w);
	return 0;
}

static void any_describe(const struct conf_row *row, uint64_t type_max, FILE *out)
{
	fprintf(out, "a number from %" PRId64 " to %" PRIu64 " (as 31 or 0x1f)", row->min,
		row->max ? (uint64_t)row->max : type_max);
}

static int any32_read(struct type_in *in, void *field)
{
	uint64_t value;

	if (any_read(in, UINT32_MAX, &value) < 0)
		return -1;
	*(uint32_t *)field = (uint32_t)value;
	return 0;
}

static void any32_describe(const struct conf_row *row, FILE *out)
{
	any_describe(row, UINT32_MAX, out);
}

const struct conf_type vrrp_type_any32 = { "NUMBER", sizeof(uint32_t), 0, any32_read, number_print,
	number_equal, number_hash, any32_describe, .examples = "7\n0x10" };

static int any64_read(struct type_in *in, void *field)
{
	return any_read(in, UINT64_MAX, field);
}

static void any64_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	fprintf(out, "%" PRIu64, *(const uint64_t *)field);
}

static bool any64_equal(const void *a, const void *b)
{
	return *(const uint64_t *)a == *(const uint64_t *)b;
}

static uint64_t any64_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(uint64_t));
}

static void any64_describe(const struct conf_row *row, FILE *out)
{
	any_describe(row, UINT64_MAX, out);
}

const struct conf_type vrrp_type_any64 = { "NUMBER", sizeof(uint64_t), 0, any64_read, any64_print,
	any64_equal, any64_hash, any64_describe, .examples = "7\n0x10\n18446744073709551615" };

/* ---- numbers with names ---- */

static uint32_t name_max(const struct conf_row *row)
{
	const struct iproute_names *names = row->param;

	return row->max ? (uint32_t)row->max : names->max;
}

/* A name that is known nowhere: says in which file it was looked for. */
static int no_such_name(struct type_in *in, const struct word *w, const struct iproute_names *names,
	const char *text)
{
	return type_complain(in, w,
		"%s: `%s` is not known: it is no number, and no name in %s/%s or in a file *.conf "
		"of "
		"%s/%s.d; a number is understood on any machine",
		in->row->name, text, iproute_folders[0], names->file, iproute_folders[0],
		names->file);
}

static int name_read(struct type_in *in, void *field)
{
	const struct iproute_names *names = in->row->param;
	const struct word *w = type_word(in);
	uint64_t value = 0;
	uint32_t named;

	if (!w)
		return -1;
	if (iproute_name_find(names, w->text, !in->is_canonical, &named) == 0)
		value = named;
	else if (!isdigit((unsigned char)w->text[0]))
		return no_such_name(in, w, names, w->text);
	else if (any_number(w->text, NULL, name_max(in->row), &value) < 0)
		return type_unfit(in, w);
	if (value < (uint64_t)in->row->min || value > name_max(in->row))
		return type_unfit(in, w);
	*(uint32_t *)field = (uint32_t)value;
	return 0;
}

static void name_print(const struct conf_row *row, const void *field, FILE *out)
{
	uint32_t value = *(const uint32_t *)field;
	const char *name = iproute_name_of(row->param, value);

	if (name)
		fputs(name, out);
	else
		fprintf(out, "%u", value);
}

static void name_describe(const struct conf_row *row, FILE *out)
{
	const struct iproute_names *names = row->param;

	fprintf(out, "a number from %" PRId64 " to %u, or a name", row->min, name_max(row));
	for (const struct conf_name *n = names->own; n->name; n++)
		fprintf(out, "%s %s", n == names->own ? ":" : ",", n->name);
	fprintf(out, "%s of /etc/iproute2/%s", names->own->name ? ", or one" : "", names->file);
}

const struct conf_type vrrp_type_name = { "NAME|NUMBER", sizeof(uint32_t), 0, name_read, name_print,
	number_equal, number_hash, name_describe, .examples = "7\n0x10" };

/* ---- realms ---- */

/* One of the two, up to `end` or to the end of the word. */
static int realm(struct type_in *in, const struct word *w, const char *text, const char *end,
	uint32_t *value)
{
	char *name = arena_strndup(in->scratch, text, end ? (size_t)(end - text) : strlen(text));
	uint64_t n;

	if (iproute_name_find(&iproute_realms, name, !in->is_canonical, value) == 0)
		return 0;
	if (*name && !isdigit((unsigned char)*name))
		return no_such_name(in, w, &iproute_realms, name);
	if (any_number(name, NULL, iproute_realms.max, &n) < 0)
		return type_unfit(in, w);
	*value = (uint32_t)n;
	return 0;
}

static int realms_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	uint32_t src = 0, dst;
	const char *slash;

	if (!w)
		return -1;
	slash = strchr(w->text, '/');
	if (slash && realm(in, w, w->text, slash, &src) < 0)
		return -1;
	if (realm(in, w, slash ? slash + 1 : w->text, NULL, &dst) < 0)
		return -1;
	*(uint32_t *)field = src << 16 | dst;
	return 0;
}

static void realms_print(const struct conf_row *row, const void *field, FILE *out)
{
	uint32_t value = *(const uint32_t *)field;

	(void)row;
	if (value >> 16)
		fprintf(out, "%u/", value >> 16);
	fprintf(out, "%u", value & UINT16_MAX);
}

static void realms_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("[SOURCE/]DESTINATION, each a number from 0 to 255 or a name of "
	      "/etc/iproute2/rt_realms",
		out);
}

const struct conf_type vrrp_type_realms = { "[SRC/]DST", sizeof(uint32_t), 0, realms_read,
	realms_print, number_equal, number_hash, realms_describe, .examples = "7\n30/20\n0/0x14" };

/* ---- metrics ---- */

static bool take_word(struct type_in *in, const char *text)
{
	const struct word *w = type_peek(in);

	if (!w || strcmp(w->text, text) != 0)
		return false;
	in->next++;
	return true;
}

static int metric_read(struct type_in *in, void *field)
{
	struct vrrp_metric *m = field;

	m->is_locked = take_word(in, "lock");
	return conf_type_u32.read(in, &m->value);
}

static void metric_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_metric *m = field;

	(void)row;
	fprintf(out, "%s%u", m->is_locked ? "lock " : "", m->value);
}

static bool metric_equal(const void *a, const void *b)
{
	const struct vrrp_metric *x = a, *y = b;

	return x->value == y->value && x->is_locked == y->is_locked;
}

static uint64_t metric_hash(uint64_t h, const void *field)
{
	const struct vrrp_metric *m = field;

	return hash_bytes(number_hash(h, &m->value), &m->is_locked, sizeof(m->is_locked));
}

static void metric_describe(const struct conf_row *row, FILE *out)
{
	conf_type_u32.describe(row, out);
	fputs(", behind the word lock if the kernel may not change it", out);
}

const struct conf_type vrrp_type_metric = { "[lock] NUMBER", sizeof(struct vrrp_metric), 0,
	metric_read, metric_print, metric_equal, metric_hash, metric_describe,
	.examples = "1000\nlock 1000" };

/* "20ms", "1.5s" in microseconds; -1 if it is a bare number or no time. */
static int64_t time_of(const char *text)
{
	static const struct {
		const char *suffix, *unit;
	} units[] = { { "msecs", "ms" }, { "msec", "ms" }, { "ms", "ms" }, { "secs", "s" },
		{ "sec", "s" }, { "s", "s" } };
	size_t len = strspn(text, "0123456789.");
	char plain[40];
	bool is_rounded;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (len && len < 30 && strcasecmp(text + len, units[i].suffix) == 0) {
			snprintf(plain, sizeof(plain), "%.*s%s", (int)len, text, units[i].unit);
			return span_parse(plain, &is_rounded);
		}
	return -1;
}

static void clamped(struct type_in *in, const struct word *w, const char *than, uint32_t limit_ms)
{
	type_warn(in, w, "%s: `%s` is %s than %u ms; %u ms is taken", in->row->name, w->text, than,
		limit_ms, limit_ms);
}

static int metric_time_read(struct type_in *in, void *field)
{
	const struct vrrp_metric_unit *unit = in->row->param;
	uint64_t limit = (uint64_t)unit->max_ms * unit->per_ms, value;
	struct vrrp_metric *m = field;
	const struct word *w;
	int64_t us;

	m->is_locked = take_word(in, "lock");
	w = type_word(in);
	if (!w)
		return -1;
	us = time_of(w->text);
	if (us >= 0)
		value = ((uint64_t)us > limit * 1000 ? limit + 1
						     : ((uint64_t)us * unit->per_ms + 999) / 1000);
	else if (any_number(w->text, NULL, UINT32_MAX, &value) < 0)
		return type_unfit(in, w);
	if (us >= 0 && value < (uint64_t)unit->min_ms * unit->per_ms) {
		clamped(in, w, "less", unit->min_ms);
		value = (uint64_t)unit->min_ms * unit->per_ms;
	}
	if (value > limit) {
		clamped(in, w, "more", unit->max_ms);
		value = limit;
	}
	m->value = (uint32_t)value;
	return 0;
}

static void metric_time_describe(const struct conf_row *row, FILE *out)
{
	const struct vrrp_metric_unit *unit = row->param;

	fputs("a time (as 250ms or 1.5s), or a bare number of ", out);
	if (unit->per_ms > 1)
		fprintf(out, "1/%u ", unit->per_ms);
	fprintf(out, "ms, up to %u s; behind the word lock if the kernel may not change it",
		unit->max_ms / 1000);
}

const struct conf_type vrrp_type_metric_time = { "[lock] TIME", sizeof(struct vrrp_metric), 0,
	metric_time_read, metric_print, metric_equal, metric_hash, metric_time_describe,
	.examples = "250ms\nlock 1.5s\n2400" };

static int congctl_read(struct type_in *in, void *field)
{
	struct vrrp_congctl *c = field;
	const struct word *w;

	c->is_locked = take_word(in, "lock");
	w = type_word(in);
	if (!w)
		return -1;
	if (!w->len || w->len > 15 || strpbrk(w->text, " \t\v\f\r\"'#!{}\\"))
		return type_unfit(in, w);
	c->name = arena_strndup(in->arena, w->text, w->len);
	return 0;
}

static void congctl_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_congctl *c = field;

	(void)row;
	if (c->name)
		fprintf(out, "%s%s", c->is_locked ? "lock " : "", c->name);
}

static bool congctl_equal(const void *a, const void *b)
{
	const struct vrrp_congctl *x = a, *y = b;

	return text_equal(x->name, y->name) && x->is_locked == y->is_locked;
}

static uint64_t congctl_hash(uint64_t h, const void *field)
{
	const struct vrrp_congctl *c = field;

	return hash_bytes(hash_text(h, c->name), &c->is_locked, sizeof(c->is_locked));
}

static void congctl_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("a name of 1 to 15 characters, as cubic; behind the word lock if programs may not "
	      "choose another",
		out);
}

const struct conf_type vrrp_type_congctl = { "[lock] NAME", sizeof(struct vrrp_congctl), 0,
	congctl_read, congctl_print, congctl_equal, congctl_hash, congctl_describe,
	.examples = "cubic\nlock bbr" };

/* ---- marks, ranges, protocols ---- */

static int mark_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	uint64_t value, mask = UINT32_MAX;
	struct vrrp_mark *m = field;
	const char *slash;

	if (!w)
		return -1;
	slash = strchr(w->text, '/');
	if (any_number(w->text, slash, UINT32_MAX, &value) < 0 ||
		(slash && any_number(slash + 1, NULL, UINT32_MAX, &mask) < 0))
		return type_unfit(in, w);
	if (value & ~mask)
		type_warn(in, w, "%s: `%s` has bits outside its mask, which do not count",
			in->row->name, w->text);
	value &= mask;
	m->value = (uint32_t)value;
	m->mask = (uint32_t)mask;
	return 0;
}

static void mark_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_mark *m = field;

	(void)row;
	fprintf(out, "0x%x", m->value);
	if (m->mask != UINT32_MAX)
		fprintf(out, "/0x%x", m->mask);
}

static bool mark_equal(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct vrrp_mark)) == 0;
}

static uint64_t mark_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(struct vrrp_mark));
}

static void mark_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("MARK or MARK/MASK, numbers as 31 or 0x1f", out);
}

const struct conf_type vrrp_type_mark = { "MARK[/MASK]", sizeof(struct vrrp_mark), 0, mark_read,
	mark_print, mark_equal, mark_hash, mark_describe, .examples = "24\n0x18/0xff" };

static int range_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	struct conf_range *r = field;
	uint64_t first, last, max;
	const char *dash;

	if (!w)
		return -1;
	max = in->row->max ? (uint64_t)in->row->max : UINT32_MAX;
	dash = strchr(w->text, '-');
	if (any_number(w->text, dash, max, &first) < 0 || first < (uint64_t)in->row->min ||
		any_number(dash ? dash + 1 : w->text, NULL, max, &last) < 0)
		return type_unfit(in, w);
	if (last < first)
		return type_complain(
			in, w, "%s: `%s` ends before it begins", in->row->name, w->text);
	r->first = (uint32_t)first;
	r->last = (uint32_t)last;
	return 0;
}

static void range_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_range *r = field;

	(void)row;
	fprintf(out, "%u-%u", r->first, r->last);
}

static bool range_equal(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct conf_range)) == 0;
}

static uint64_t range_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(struct conf_range));
}

static void range_describe(const struct conf_row *row, FILE *out)
{
	fprintf(out, "a range A-B, or one number, within %" PRId64 "-%" PRIu64, row->min,
		row->max ? (uint64_t)row->max : UINT32_MAX);
}

const struct conf_type vrrp_type_range = { "A-B", sizeof(struct conf_range), 0, range_read,
	range_print, range_equal, range_hash, range_describe, .examples = "1000-1999\n53" };

static int protocol_read(struct type_in *in, void *field)
{
	static const struct conf_name own[] = { { "icmp", 1 }, { "igmp", 2 }, { "tcp", 6 },
		{ "udp", 17 }, { "dccp", 33 }, { "gre", 47 }, { "esp", 50 }, { "ah", 51 },
		{ "ipv6-icmp", 58 }, { "sctp", 132 }, { "udplite", 136 }, { NULL, 0 } };
	const struct word *w = type_word(in);
	const struct protoent *p;
	uint64_t value;

	if (!w)
		return -1;
	for (const struct conf_name *n = own; n->name; n++)
		if (strcasecmp(w->text, n->name) == 0) {
			*(uint32_t *)field = n->value;
			return 0;
		}
	p = in->is_canonical || isdigit((unsigned char)w->text[0]) ? NULL : getprotobyname(w->text);
	if (p)
		value = (uint64_t)p->p_proto;
	else if (any_number(w->text, NULL, UINT8_MAX, &value) < 0)
		return type_unfit(in, w);
	*(uint32_t *)field = (uint32_t)value;
	return 0;
}

static void protocol_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("a number from 0 to 255, or a name of /etc/protocols as tcp, udp or icmp", out);
}

const struct conf_type vrrp_type_protocol = { "NAME|NUMBER", sizeof(uint32_t), 0, protocol_read,
	number_print, number_equal, number_hash, protocol_describe, .examples = "tcp\nUDP\n6" };

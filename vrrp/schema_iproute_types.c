/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and names of addresses, routes and rules; what is made of addresses is in
 * schema_iproute_nets.c, metrics are in schema_iproute_metrics.c. See schema_iproute_types.h.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/conf/types.h"
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

/* ---- numbers in any base ---- */

int iproute_number(const char *text, const char *end, uint64_t max, uint64_t *value)
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
	if (iproute_number(w->text, NULL, max, value) < 0 || *value < (uint64_t)in->row->min)
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
	else if (iproute_number(w->text, NULL, name_max(in->row), &value) < 0)
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
	if (iproute_number(name, NULL, iproute_realms.max, &n) < 0)
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
	if (iproute_number(w->text, slash, UINT32_MAX, &value) < 0 ||
		(slash && iproute_number(slash + 1, NULL, UINT32_MAX, &mask) < 0))
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
	if (iproute_number(w->text, dash, max, &first) < 0 || first < (uint64_t)in->row->min ||
		iproute_number(dash ? dash + 1 : w->text, NULL, max, &last) < 0)
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
	else if (iproute_number(w->text, NULL, UINT8_MAX, &value) < 0)
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

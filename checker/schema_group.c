/* SPDX-License-Identifier: Apache-2.0 */
/*
 * virtual_server_group: its lines begin with no keyword, so one row takes them all and its type
 * reads them.
 */
#include <stdlib.h>
#include <string.h>

#include "checker/schema_rows.h"
#include "core/conf/conf.h"
#include "core/conf/rules.h"

/* ---- one line ---- */

static int no_range(struct type_in *in, const struct word *w, const char *why)
{
	return type_complain(in, w, "`%s` is no range of addresses: %s", w->text, why);
}

/* ADDRESS/LENGTH */
static int read_net(struct type_in *in, const struct word *w, struct server_group_entry *e)
{
	struct conf_prefix p;
	struct word copy = *w;
	struct type_in one = *in;
	size_t bytes;

	one.words = &copy;
	one.count = 1;
	one.next = 0;
	if (conf_type_prefix.read(&one, &p) < 0)
		return -1;
	e->first = e->last = p.addr;
	bytes = addr_len_bytes(&p.addr);
	for (size_t i = 0; i < bytes; i++) {
		unsigned host = p.len >= 8 * (i + 1) ? 0
				: p.len <= 8 * i     ? 0xff
						     : 0xffu >> (p.len % 8);

		if (p.addr.bytes[i] & host)
			return no_range(in, w, "the bits behind the prefix must be 0");
		e->last.bytes[i] = (uint8_t)(p.addr.bytes[i] | host);
	}
	return 0;
}

/* The part behind the dash: a whole address, or the last byte, of IPv6 the last 16 bits. */
static int read_end(
	struct type_in *in, const struct word *w, const char *text, struct server_group_entry *e)
{
	bool is_v4 = e->first.family == AF_INET;
	size_t bytes = addr_len_bytes(&e->first), len = strlen(text);
	unsigned value = 0;

	if (addr_parse(text, &e->last) == 0)
		return e->last.family == e->first.family
			       ? 0
			       : no_range(in, w, "both ends must be of one family");
	if (!len || strspn(text, is_v4 ? "0123456789" : "0123456789abcdefABCDEF") != len ||
		len > (is_v4 ? 3 : 4))
		return no_range(in, w,
			is_v4 ? "behind the dash stands an address or the last number of one"
			      : "behind the dash stands an address or the last part of one");
	value = (unsigned)strtoul(text, NULL, is_v4 ? 10 : 16);
	e->last = e->first;
	if (is_v4 && value > UINT8_MAX)
		return no_range(in, w, "the last number of an address is at most 255");
	e->last.bytes[bytes - 1] = (uint8_t)value;
	if (!is_v4)
		e->last.bytes[bytes - 2] = (uint8_t)(value >> 8);
	return 0;
}

static int read_addresses(struct type_in *in, const struct word *w, struct server_group_entry *e)
{
	char text[ADDR_TEXT_BYTES] = "";
	const char *dash = strchr(w->text, '-');
	size_t len = dash ? (size_t)(dash - w->text) : strlen(w->text);

	if (strchr(w->text, '/'))
		return read_net(in, w, e);
	if (len < sizeof(text))
		memcpy(text, w->text, len);
	if (addr_parse(text, &e->first) < 0)
		return type_complain(in, w, "`%s` is not %s", w->text,
			"an address, a range of addresses or fwmark");
	e->last = e->first;
	if (dash && read_end(in, w, dash + 1, e) < 0)
		return -1;
	return dash && addr_cmp(&e->first, &e->last) >= 0
		       ? no_range(in, w, "the end must be greater than the beginning")
		       : 0;
}

static int read_port(struct type_in *in, struct server_group_entry *e)
{
	const struct word *w = type_peek(in);
	int64_t port;

	if (!w)
		return 0;
	in->next++;
	if (type_integer(w->text, 0, UINT16_MAX, &port) < 0)
		return type_complain(
			in, w, "`%s` is not a port, a number from 0 to 65535", w->text);
	e->port = (uint16_t)port;
	return 0;
}

/* N [inet|inet6] */
static int read_mark(struct type_in *in, struct server_group_entry *e)
{
	const struct word *w = type_peek(in);
	int family;

	e->kind = SERVICE_FWMARK;
	if (!w)
		return type_complain(in, NULL, "fwmark: a number is missing");
	in->next++;
	if (checker_mark_parse(w->text, &e->fwmark) < 0)
		return type_complain(
			in, w, "fwmark: `%s` is not a number from 1 to 4294967295", w->text);
	w = type_peek(in);
	if (!w)
		return 0;
	in->next++;
	family = checker_word_index(checker_families.words, w->text);
	if (family < 0)
		return type_complain(in, w, "fwmark: `%s` is not inet or inet6", w->text);
	e->family = (uint32_t)family;
	return 0;
}

/* The line begins with the word that stands where other lines have their keyword. */
static int entries_read(struct type_in *in, void *field)
{
	struct server_group_entry *e = arena_alloc(in->arena, sizeof(*e));
	const struct word *w = in->keyword;

	e->pos = w->pos;
	e->family = IP_FAMILY_NONE;
	if (strcmp(w->text, "fwmark") == 0) {
		if (read_mark(in, e) < 0)
			return -1;
	} else if (read_addresses(in, w, e) < 0 || read_port(in, e) < 0) {
		return -1;
	}
	w = type_peek(in);
	if (w)
		return type_complain(
			in, w, "unexpected `%s`: one service stands on a line", w->text);
	conf_list_add(field, e, in->arena);
	return 0;
}

static void print_entry(const struct conf_row *row, const struct server_group_entry *e, FILE *out)
{
	if (e->kind == SERVICE_FWMARK) {
		fprintf(out, "fwmark %u", e->fwmark);
		if (e->family != IP_FAMILY_NONE)
			fprintf(out, " %s", checker_families.words[e->family]);
		return;
	}
	conf_type_addr.print(row, &e->first, out);
	if (!addr_equal(&e->first, &e->last)) {
		putc('-', out);
		conf_type_addr.print(row, &e->last, out);
	}
	if (e->port)
		fprintf(out, " %u", e->port);
}

static void entries_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_list *list = field;

	for (size_t i = 0; i < list->count; i++) {
		if (i)
			fputs("\n\t ", out);
		print_entry(row, list->items[i], out);
	}
}

static bool entry_equal(const struct server_group_entry *a, const struct server_group_entry *b)
{
	return a->kind == b->kind && addr_equal(&a->first, &b->first) &&
	       addr_equal(&a->last, &b->last) && a->port == b->port && a->fwmark == b->fwmark &&
	       a->family == b->family;
}

static bool entries_equal(const void *a, const void *b)
{
	const struct conf_list *x = a, *y = b;

	if (x->count != y->count)
		return false;
	for (size_t i = 0; i < x->count; i++)
		if (!entry_equal(x->items[i], y->items[i]))
			return false;
	return true;
}

static uint64_t entries_hash(uint64_t h, const void *field)
{
	const struct conf_list *list = field;

	for (size_t i = 0; i < list->count; i++) {
		const struct server_group_entry *e = list->items[i];

		h = conf_type_addr.hash(conf_type_addr.hash(h, &e->first), &e->last);
		h = hash_bytes(h, &e->port, sizeof(e->port));
		h = hash_bytes(h, &e->fwmark, sizeof(e->fwmark));
		h = hash_bytes(h, &e->family, sizeof(e->family));
	}
	return h;
}

static void entries_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("ADDRESS, ADDRESS-ADDRESS, ADDRESS-LAST (the last number of the address, of IPv6 "
	      "its last part in hexadecimal) or ADDRESS/LENGTH, each perhaps with a port; or "
	      "fwmark NUMBER and perhaps inet or inet6",
		out);
}

const struct conf_type checker_type_entries = { "ADDRESS ... [PORT] | fwmark N",
	sizeof(struct conf_list), TYPE_ADDS, entries_read, entries_print, entries_equal,
	entries_hash, entries_describe,
	.examples = "192.0.2.1\n192.0.2.1 80\n192.0.2.1-9 80\n192.0.2.1-192.0.3.1 0\n"
		    "192.0.2.0/30 443\n2001:db8::1-ff 80\n2001:db8::/64\n2001:db8::1\n"
		    "0.0.0.0/0 1\nfwmark 1\nfwmark 4294967295 inet\nfwmark 16 inet6" };

/* clang-format off */
#define GROUP(member) .offset = offsetof(struct server_group_conf, member)

static const struct conf_row group_args[] = {
	{ "NAME", NULL, NULL, &conf_type_string, NULL, GROUP(name), .scope = CONF_RESTART, .flags = CONF_KEY,
	  .doc = "The name by which virtual_server group NAME refers to it." },
};

static const struct conf_row group_rows[] = {
	{ "", NULL, NULL, &checker_type_entries, NULL, GROUP(entries), .scope = CONF_LIVE, .tier = B,
	  .flags = CONF_OPTIONAL_ARG,
	  .doc = "A service or several, one line each. Without a port it is all ports, which needs persistence; "
		 "a mark needs its family only where the group has addresses of both." },
};

static void group_check(struct conf_obj *obj, struct conf_rules *r);

const struct conf_block server_group_block = {
	"virtual_server_group", sizeof(struct server_group_conf), group_args, 1,
	group_rows, ROWS_COUNT(group_rows), false, group_check,
	"Several services that share one pool of servers.",
};
/* clang-format on */

static void group_check(struct conf_obj *obj, struct conf_rules *r)
{
	const struct server_group_conf *g = (const struct server_group_conf *)obj;
	bool has_v4 = false, has_v6 = false, has_bare_mark = false;

	for (size_t i = 0; i < g->entries.count; i++) {
		const struct server_group_entry *e = g->entries.items[i];

		has_v4 |= e->first.family == AF_INET;
		has_v6 |= e->first.family == AF_INET6;
		has_bare_mark |= e->kind == SERVICE_FWMARK && e->family == IP_FAMILY_NONE;
	}
	if (!g->entries.count)
		conf_complain(r, CONF_WARNING, obj, NULL,
			"this group is empty: a virtual server of it has no service");
	if (has_v4 && has_v6 && has_bare_mark)
		conf_complain(r, CONF_ERROR, obj, NULL,
			"in a group with addresses of both families a fwmark needs inet or inet6 "
			"behind its number");
}

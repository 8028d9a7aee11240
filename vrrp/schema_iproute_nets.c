/* SPDX-License-Identifier: Apache-2.0 */
/* Values made of addresses: destinations, next hops, broadcast, tunnels. See
 * schema_iproute_types.h. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/types.h"
#include "vrrp/schema_iproute_types.h"

/* ---- what is wrong with an address ---- */

/* Of what should be four numbers with dots. */
static const char *ipv4_fault(const char *text, struct arena *a)
{
	char *fault = arena_alloc(a, 100);
	unsigned n = 0;

	for (const char *p = text;; p++) {
		size_t len = strspn(p, "0123456789");

		n++;
		if (!len)
			snprintf(fault, 100, "a number is missing %s a dot",
				*p == '.' ? "before" : "after");
		else if (len > 3 || strtoul(p, NULL, 10) > 255)
			snprintf(fault, 100, "`%.*s` is above 255", (int)(len < 20 ? len : 20), p);
		else if (len > 1 && *p == '0')
			snprintf(fault, 100, "`%.*s` begins with 0", (int)len, p);
		if (*fault)
			return fault;
		p += len;
		if (!*p)
			break;
	}
	snprintf(fault, 100, "an IPv4 address has 4 numbers, this one has %u", n);
	return fault;
}

static const char *address_fault(const char *text, struct arena *a)
{
	if (!*text)
		return "the address is missing";
	if (strspn(text, "0123456789.") == strlen(text))
		return ipv4_fault(text, a);
	if (strchr(text, ':'))
		return "it is no IPv6 address";
	return "it is no IP address";
}

/* ---- [inet|inet6] ADDR ---- */

static int hop_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in), *hint = NULL;
	struct addr *a = field;

	if (w && (strcmp(w->text, "inet") == 0 || strcmp(w->text, "inet6") == 0)) {
		hint = w;
		w = type_word(in);
	}
	if (!w)
		return -1;
	if (addr_parse(w->text, a) < 0)
		return type_complain(in, w, "%s: `%s` is not an IP address: %s", in->row->name,
			w->text, address_fault(w->text, in->scratch));
	if (hint && (a->family == AF_INET6) != (hint->text[4] == '6'))
		return type_complain(in, hint, "%s: %s is not of the family `%s`", in->row->name,
			w->text, hint->text);
	return 0;
}

static void hop_print(const struct conf_row *row, const void *field, FILE *out)
{
	conf_type_addr.print(row, field, out);
}

static bool hop_equal(const void *a, const void *b)
{
	return addr_equal(a, b);
}

static uint64_t hop_hash(uint64_t h, const void *field)
{
	return conf_type_addr.hash(h, field);
}

static void hop_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("an IP address, which may stand behind inet or inet6", out);
}

const struct conf_type vrrp_type_hop = { "[inet|inet6] ADDRESS", sizeof(struct addr), 0, hop_read,
	hop_print, hop_equal, hop_hash, hop_describe, .examples = "192.0.2.1\ninet 192.0.2.1" };

/* ---- ADDR[/LEN], default, all ---- */

static bool is_all(const char *text)
{
	return strcmp(text, "default") == 0 || strcmp(text, "all") == 0 || strcmp(text, "any") == 0;
}

static int unfit_net(struct type_in *in, const struct word *w, const char *why)
{
	if (in->is_arg)
		return type_complain(
			in, w, "`%s` is not an option, nor a destination: %s", w->text, why);
	return type_complain(
		in, w, "%s: `%s` is not ADDRESS/LENGTH: %s", in->row->name, w->text, why);
}

static int net_parse(struct type_in *in, const struct word *w, struct conf_prefix *p)
{
	const char *slash = strchr(w->text, '/');
	const char *text =
		arena_strndup(in->scratch, w->text, slash ? (size_t)(slash - w->text) : w->len);
	int64_t max, len;

	if (strcmp(w->text, "default6") == 0) {
		type_warn(in, w, "`default6` is deprecated; write `::/0`");
		text = "::";
		slash = "/0";
	}
	if (addr_parse(text, &p->addr) < 0)
		return unfit_net(in, w, address_fault(text, in->scratch));
	max = 8 * (int64_t)addr_len_bytes(&p->addr);
	len = max;
	if (slash && strchr(slash, '.'))
		return unfit_net(in, w, "the length is written as a number, as /24");
	if (slash && type_integer(slash + 1, 0, max, &len) < 0)
		return unfit_net(in, w,
			max == 32 ? "the length is not a number from 0 to 32"
				  : "the length is not a number from 0 to 128");
	p->len = (uint8_t)len;
	return 0;
}

static int net_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	struct conf_prefix *p = field;

	if (!w)
		return -1;
	memset(p, 0, sizeof(*p));
	return is_all(w->text) ? 0 : net_parse(in, w, p);
}

static void net_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_prefix *p = field;

	if (addr_is_set(&p->addr))
		conf_type_prefix.print(row, field, out);
	else
		fputs(row->param, out);
}

static bool net_equal(const void *a, const void *b)
{
	return conf_type_prefix.equal(a, b);
}

static uint64_t net_hash(uint64_t h, const void *field)
{
	return conf_type_prefix.hash(h, field);
}

static void net_describe(const struct conf_row *row, FILE *out)
{
	fprintf(out, "an IP address, ADDRESS/LENGTH, or %s", (const char *)row->param);
}

const struct conf_type vrrp_type_net = { "ADDRESS[/LENGTH]", sizeof(struct conf_prefix), 0,
	net_read, net_print, net_equal, net_hash, net_describe,
	.examples = "192.0.2.0/24\n198.51.100.7\ndefault\n203.0.113.0/25" };

/* ---- to ---- */

static const char *const type_words[] = { "unicast", "local", "broadcast", "anycast", "multicast",
	"blackhole", "unreachable", "prohibit", "throw", NULL };
const struct conf_words vrrp_route_types = { type_words, false };

static int to_read(struct type_in *in, void *field)
{
	const struct word *w = type_peek(in);
	struct vrrp_to *to = field;

	for (int i = 0; w && type_words[i]; i++)
		if (strcmp(w->text, type_words[i]) == 0)
			return 0;
	to->is_given = true;
	return net_read(in, &to->net);
}

static void to_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_to *to = field;

	if (to->is_given)
		net_print(row, &to->net, out);
}

static bool to_equal(const void *a, const void *b)
{
	const struct vrrp_to *x = a, *y = b;

	return x->is_given == y->is_given && net_equal(&x->net, &y->net);
}

static uint64_t to_hash(uint64_t h, const void *field)
{
	return net_hash(h, &((const struct vrrp_to *)field)->net);
}

const struct conf_type vrrp_type_to = { "[TYPE] ADDRESS[/LENGTH]", sizeof(struct vrrp_to), 0,
	to_read, to_print, to_equal, to_hash, net_describe, .examples = "192.0.2.0/24" };

/* ---- as: what it asked for was dropped from the kernel long ago ---- */

static int as_read(struct type_in *in, void *field)
{
	const struct word *w = type_peek(in);

	if (w && strcmp(w->text, "to") == 0)
		in->next++;
	w = type_word(in);
	if (!w)
		return -1;
	return addr_parse(w->text, field) < 0 ? type_unfit(in, w) : 0;
}

static void as_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("an IP address", out);
}

const struct conf_type vrrp_type_as = { "[to] ADDRESS", sizeof(struct addr), 0, as_read, hop_print,
	hop_equal, hop_hash, as_describe, .examples = "192.0.2.1\nto 192.0.2.1" };

/* ---- encap ---- */

static const char *const encap_words[] = { "ip", "ip6", "mpls", "ila", NULL };

/* 100/200: labels of 20 bits, of which the first 16 mean something special. */
static int labels_read(struct type_in *in, const struct word *w, struct vrrp_encap_target *t)
{
	const char *p = w->text;

	for (;;) {
		char *end;
		unsigned long label = strtoul(p, &end, 10);

		if (!isdigit((unsigned char)*p) || label > 1048575)
			return type_complain(in, w,
				"encap mpls: `%s` is not LABEL/LABEL/..., each a number from 0 to "
				"1048575",
				w->text);
		if (t->label_count == VRRP_LABELS_MAX)
			return type_complain(
				in, w, "encap mpls: more than %d labels", VRRP_LABELS_MAX);
		t->labels[t->label_count++] = (uint32_t)label;
		if (!*end)
			return 0;
		p = *end == '/' ? end + 1 : "";
	}
}

/* Four groups of 16 bits: 1:2:3:4 */
static int locator_read(struct type_in *in, const struct word *w, struct vrrp_encap_target *t)
{
	unsigned groups = 0;

	for (const char *p = w->text; isxdigit((unsigned char)*p); groups++) {
		size_t len = strspn(p, "0123456789abcdefABCDEF");

		if (len > 4)
			break;
		t->locator = t->locator << 16 | strtoul(p, NULL, 16);
		p += len;
		if (!*p && groups == 3)
			return 0;
		if (*p++ != ':')
			break;
	}
	return type_complain(in, w,
		"encap ila: `%s` is not a locator of four hexadecimal numbers, as 2001:db8:1:2",
		w->text);
}

static int encap_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	struct vrrp_encap_target *t = field;

	if (!w)
		return -1;
	memset(t, 0, sizeof(*t));
	while (encap_words[t->kind] && strcmp(w->text, encap_words[t->kind]) != 0)
		t->kind++;
	if (!encap_words[t->kind])
		return type_unfit(in, w);
	if (t->kind == VRRP_ENCAP_IP || t->kind == VRRP_ENCAP_IP6)
		return 0;
	w = type_peek(in);
	if (!w)
		return type_complain(in, NULL, "encap %s: %s", encap_words[t->kind],
			t->kind == VRRP_ENCAP_MPLS ? "the labels are missing, as 100/200"
						   : "the locator is missing, as 2001:db8:1:2");
	in->next++;
	return t->kind == VRRP_ENCAP_MPLS ? labels_read(in, w, t) : locator_read(in, w, t);
}

static void encap_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_encap_target *t = field;

	(void)row;
	fputs(encap_words[t->kind], out);
	for (uint32_t i = 0; i < t->label_count; i++)
		fprintf(out, "%c%u", i ? '/' : ' ', t->labels[i]);
	for (int i = 3; t->kind == VRRP_ENCAP_ILA && i >= 0; i--)
		fprintf(out, "%c%x", i == 3 ? ' ' : ':',
			(unsigned)(t->locator >> 16 * i & UINT16_MAX));
}

static bool encap_equal(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct vrrp_encap_target)) == 0;
}

static uint64_t encap_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(struct vrrp_encap_target));
}

static void encap_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("ip, ip6, mpls LABEL[/LABEL ...] or ila LOCATOR", out);
}

const struct conf_type vrrp_type_encap = { "ip|ip6|mpls LABELS|ila LOCATOR",
	sizeof(struct vrrp_encap_target), 0, encap_read, encap_print, encap_equal, encap_hash,
	encap_describe, .examples = "ip\nip6\nmpls 100/200\nila 2001:db8:1:2" };

/* ---- broadcast ---- */

static int broadcast_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	struct vrrp_broadcast *b = field;

	if (!w)
		return -1;
	memset(b, 0, sizeof(*b));
	if (strcmp(w->text, "+") == 0)
		b->kind = VRRP_BROADCAST_ONES;
	else if (strcmp(w->text, "-") == 0)
		b->kind = VRRP_BROADCAST_ZEROS;
	else if (addr_parse(w->text, &b->addr) == 0 && b->addr.family == AF_INET)
		b->kind = VRRP_BROADCAST_ADDRESS;
	else
		return type_unfit(in, w);
	return 0;
}

static void broadcast_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct vrrp_broadcast *b = field;

	if (b->kind == VRRP_BROADCAST_ADDRESS)
		conf_type_addr.print(row, &b->addr, out);
	else if (b->kind)
		putc(b->kind == VRRP_BROADCAST_ONES ? '+' : '-', out);
}

static bool broadcast_equal(const void *a, const void *b)
{
	const struct vrrp_broadcast *x = a, *y = b;

	return x->kind == y->kind &&
	       (x->kind != VRRP_BROADCAST_ADDRESS || addr_equal(&x->addr, &y->addr));
}

static uint64_t broadcast_hash(uint64_t h, const void *field)
{
	const struct vrrp_broadcast *b = field;

	h = hash_bytes(h, &b->kind, sizeof(b->kind));
	return b->kind == VRRP_BROADCAST_ADDRESS ? conf_type_addr.hash(h, &b->addr) : h;
}

static void broadcast_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("an IPv4 address, + for the last of the network, or - for its first", out);
}

const struct conf_type vrrp_type_broadcast = { "ADDRESS|+|-", sizeof(struct vrrp_broadcast), 0,
	broadcast_read, broadcast_print, broadcast_equal, broadcast_hash, broadcast_describe,
	.examples = "192.0.2.255\n+\n-" };

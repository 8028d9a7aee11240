/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of values that only the checkers have; those of the checks themselves are in
 * schema_types_check.c. See schema_types.h.
 */
#include <arpa/inet.h>
#include <string.h>

#include "checker/schema.h"
#include "checker/schema_types.h"

/* ---- words ---- */

static const char *const protocol_words[] = { "TCP", "UDP", "SCTP", NULL };
const struct conf_words checker_protocols = { protocol_words, true };
static const char *const method_words[] = { "NAT", "DR", "TUN", NULL };
const struct conf_words checker_methods = { method_words, false };
static const char *const scheduler_words[] = { "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh",
	"mh", "dh", "fo", "ovf", "sed", "nq", "twos", NULL };
const struct conf_words checker_schedulers = { scheduler_words, false };
static const char *const family_words[] = { "inet", "inet6", NULL };
const struct conf_words checker_families = { family_words, false };

int checker_word_index(const char *const *words, const char *text)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	return -1;
}

/* ---- clients that belong together ---- */

/* The length of a netmask; -1 if its ones are not all in front. */
static int mask_length(const struct addr *mask)
{
	uint32_t bits = ntohl(mask->v4.s_addr);

	return ~bits & (~bits + 1) ? -1 : __builtin_popcount(bits);
}

static int granularity_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	struct granularity_conf *g = field;
	struct addr mask;
	int64_t len;

	if (!w)
		return -1;
	if (type_integer(w->text, 1, 128, &len) == 0) {
		*g = (struct granularity_conf){ AF_INET6, (uint16_t)len };
		return 0;
	}
	if (addr_parse(w->text, &mask) < 0 || mask.family != AF_INET || mask_length(&mask) < 1)
		return type_unfit(in, w);
	*g = (struct granularity_conf){ AF_INET, (uint16_t)mask_length(&mask) };
	return 0;
}

static void granularity_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct granularity_conf *g = field;

	if (g->family == AF_INET) {
		struct in_addr mask = { htonl(~UINT32_C(0) << (32 - g->prefix)) };
		struct addr a = addr_from_v4(mask);

		conf_type_addr.print(row, &a, out);
	} else {
		fprintf(out, "%u", g->prefix);
	}
}

static bool granularity_equal(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct granularity_conf)) == 0;
}

static uint64_t granularity_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(struct granularity_conf));
}

static void granularity_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("a netmask as 255.255.255.0 for IPv4, a prefix length from 1 to 128 for IPv6", out);
}

const struct conf_type checker_type_granularity = { "NETMASK|LENGTH",
	sizeof(struct granularity_conf), 0, granularity_read, granularity_print, granularity_equal,
	granularity_hash, granularity_describe,
	.examples = "255.255.255.0\n255.255.255.255\n128.0.0.0\n1\n64\n128" };

/* ---- lvs_flush_on_stop ---- */

static int flush_read(struct type_in *in, void *field)
{
	const struct word *w = type_peek(in);

	*(uint32_t *)field = LVS_FLUSH_ALL;
	if (!w)
		return 0;
	in->next++;
	*(uint32_t *)field = LVS_FLUSH_VS;
	return strcmp(w->text, "VS") == 0 ? 0 : type_unfit(in, w);
}

static void flush_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	if (*(const uint32_t *)field == LVS_FLUSH_VS)
		fputs("VS", out);
}

static bool flush_equal(const void *a, const void *b)
{
	return *(const uint32_t *)a == *(const uint32_t *)b;
}

static uint64_t flush_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(uint32_t));
}

static void flush_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("VS, or nothing", out);
}

const struct conf_type checker_type_flush = { "[VS]", sizeof(uint32_t), 0, flush_read, flush_print,
	flush_equal, flush_hash, flush_describe, .examples = "\nVS" };

/* ---- names ---- */

static int name_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);

	if (!w)
		return -1;
	if (!w->len || (in->row->max && w->len > (size_t)in->row->max) || strlen(w->text) < w->len)
		return type_unfit(in, w);
	*(const char **)field = arena_strndup(in->arena, w->text, w->len);
	return 0;
}

static int table_read(struct type_in *in, void *field)
{
	if (type_peek(in))
		return name_read(in, field);
	*(const char **)field = in->row->param;
	return 0;
}

/* "" is the keyword alone where param is "". */
static void table_print(const struct conf_row *row, const void *field, FILE *out)
{
	const char *text = *(const char *const *)field;

	if (text && *text)
		type_string_print(row, field, out);
}

static void name_describe(const struct conf_row *row, FILE *out)
{
	fprintf(out, "a name of 1 to %d bytes", (int)row->max);
}

static void table_describe(const struct conf_row *row, FILE *out)
{
	const char *bare = row->param;

	name_describe(row, out);
	if (*bare)
		fprintf(out, "; without it %s", bare);
	else
		fputs(", or nothing", out);
}

const struct conf_type checker_type_name = { "NAME", sizeof(const char *), 0, name_read,
	type_string_print, type_string_equal, type_string_hash, name_describe,
	.examples = "a\nsip\nname-of-15-byte\n\"a b\"" };
const struct conf_type checker_type_table = { "[NAME]", sizeof(const char *), 0, table_read,
	table_print, type_string_equal, type_string_hash, table_describe,
	.examples = "\nmy_table\n\"a b\"" };

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all types use, and the types whose values are addresses and words of a fixed set. Numbers
 * are in types_number.c, free text is in types_text.c. See types.h.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/conf/types.h"
#include "core/mono.h"

/* ---- help for all types ---- */

const struct word *type_peek(const struct type_in *in)
{
	return in->next < in->count ? &in->words[in->next] : NULL;
}

static void describe(const struct conf_row *row, FILE *out)
{
	row->type->describe(row, out);
}

static char *description(struct type_in *in)
{
	char *text = NULL, *copy;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return arena_strdup(in->scratch, "something else");
	describe(in->row, out);
	fclose(out);
	copy = arena_strdup(in->scratch, text);
	free(text);
	return copy;
}

__attribute__((format(printf, 4, 0))) static void complain(struct type_in *in,
	enum conf_severity severity, const struct word *w, const char *fmt, va_list ap)
{
	if (!w)
		w = in->keyword;
	conf_report_addv(in->report, severity, w->pos, w->width,
		in->context ? in->context(in->context_arg, &w->pos) : "", fmt, ap);
}

int type_complain(struct type_in *in, const struct word *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(in, CONF_ERROR, w, fmt, ap);
	va_end(ap);
	return -1;
}

void type_warn(struct type_in *in, const struct word *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(in, CONF_WARNING, w, fmt, ap);
	va_end(ap);
}

const struct word *type_word(struct type_in *in)
{
	const struct word *w = type_peek(in);

	if (w)
		in->next++;
	else if (in->is_arg)
		type_complain(in, NULL, "%s: %s is missing: %s", in->keyword->text, in->row->name,
			description(in));
	else
		type_complain(
			in, NULL, "%s: a value is missing: %s", in->row->name, description(in));
	return w;
}

int type_unfit(struct type_in *in, const struct word *w)
{
	if (in->row->flags & CONF_SECRET)
		return type_complain(
			in, w, "%s: the value is not %s", in->row->name, description(in));
	if (strncmp(w->text, "{{", 2) == 0)
		return type_complain(in, w, "`%s`: a template that was not filled in", w->text);
	if (in->is_arg)
		return type_complain(in, w, "`%s` is not %s", w->text, description(in));
	return type_complain(in, w, "%s: `%s` is not %s", in->row->name, w->text, description(in));
}

uint64_t hash_bytes(uint64_t h, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	while (len--)
		h = (h ^ *p++) * UINT64_C(0x100000001b3);
	return h;
}

uint64_t hash_text(uint64_t h, const char *text)
{
	return text ? hash_bytes(h, text, strlen(text) + 1) : hash_bytes(h, "\1", 1);
}

uint64_t hash_end(uint64_t h)
{
	h = (h ^ (h >> 32)) * UINT64_C(0xd6e8feb86659fd93);
	h = (h ^ (h >> 32)) * UINT64_C(0xd6e8feb86659fd93);
	return h ^ (h >> 32);
}

void conf_list_add(struct conf_list *list, void *item, struct arena *a)
{
	if ((list->count & (list->count - 1)) == 0) { /* 0 or a power of two: it is full */
		void **more = arena_alloc(a, (list->count ? list->count * 2 : 1) * sizeof(*more));

		if (list->count)
			memcpy(more, list->items, list->count * sizeof(*more));
		list->items = more;
	}
	list->items[list->count++] = item;
}

/* ---- addresses ---- */

/* What people write instead: "10.0.0.1, 10.0.0.2" and "10.0.0.1:80". */
static int addr_unfit(struct type_in *in, const struct word *w)
{
	const char *colon = strchr(w->text, ':');
	const char *remedy = NULL;

	if (strchr(w->text, ','))
		remedy = "no commas between addresses, each stands on a line of its own";
	else if (colon && memchr(w->text, '.', (size_t)(colon - w->text)))
		remedy = "write the port after a blank, as a word of its own";
	if (!remedy)
		return type_unfit(in, w);
	return type_complain(in, w, "`%s` is not %s; %s", w->text, description(in), remedy);
}

static int addr_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);

	if (!w)
		return -1;
	return addr_parse(w->text, field) < 0 ? addr_unfit(in, w) : 0;
}

static void addr_print(const struct conf_row *row, const void *field, FILE *out)
{
	char text[ADDR_TEXT_BYTES];

	(void)row;
	fputs(addr_format(field, text), out);
}

static bool addr_is_equal(const void *a, const void *b)
{
	return addr_equal(a, b);
}

static uint64_t addr_hash(uint64_t h, const void *field)
{
	const struct addr *a = field;

	h = hash_bytes(h, &a->family, sizeof(a->family));
	return hash_bytes(h, a->bytes, addr_len_bytes(a));
}

static void addr_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("an IP address", out);
}

const struct conf_type conf_type_addr = { "ADDRESS", sizeof(struct addr), 0, addr_read, addr_print,
	addr_is_equal, addr_hash, addr_describe,
	.examples = "192.0.2.1\n198.51.100.7\n2001:db8::1" };

static int prefix_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	struct conf_prefix *p = field;
	char text[ADDR_TEXT_BYTES] = "";
	const char *slash;
	int64_t len, max;

	if (!w)
		return -1;
	slash = strchr(w->text, '/');
	if (!slash)
		slash = w->text + w->len;
	if ((size_t)(slash - w->text) < sizeof(text))
		memcpy(text, w->text, (size_t)(slash - w->text));
	if (addr_parse(text, &p->addr) < 0 || strchr(slash, ','))
		return addr_unfit(in, w);
	max = 8 * (int64_t)addr_len_bytes(&p->addr);
	len = max;
	if (*slash && type_integer(slash + 1, 0, max, &len) < 0)
		return type_complain(in, w, "`%s`: the prefix length is not a number from 0 to %d",
			w->text, (int)max);
	p->len = (uint8_t)len;
	return 0;
}

static void prefix_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_prefix *p = field;

	addr_print(row, &p->addr, out);
	fprintf(out, "/%u", p->len);
}

static bool prefix_equal(const void *a, const void *b)
{
	const struct conf_prefix *x = a, *y = b;

	return addr_equal(&x->addr, &y->addr) && x->len == y->len;
}

static uint64_t prefix_hash(uint64_t h, const void *field)
{
	const struct conf_prefix *p = field;

	return hash_bytes(addr_hash(h, &p->addr), &p->len, sizeof(p->len));
}

static void prefix_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("an IP address, or ADDRESS/LENGTH", out);
}

const struct conf_type conf_type_prefix = { "ADDRESS[/LENGTH]", sizeof(struct conf_prefix), 0,
	prefix_read, prefix_print, prefix_equal, prefix_hash, prefix_describe,
	.examples = "192.0.2.1/24\n198.51.100.7\n2001:db8::1/64" };

/* ---- words of a fixed set ---- */

static int word_index(const struct conf_words *set, const char *text)
{
	for (int i = 0; set->words[i]; i++)
		if ((set->ignore_case ? strcasecmp : strcmp)(text, set->words[i]) == 0)
			return i;
	return -1;
}

static void words_describe(const struct conf_row *row, FILE *out)
{
	const struct conf_words *set = row->param;

	fputs("one of", out);
	for (int i = 0; set->words[i]; i++)
		fprintf(out, "%s %s", i ? "," : "", set->words[i]);
}

static bool number_equal(const void *a, const void *b)
{
	return *(const uint32_t *)a == *(const uint32_t *)b;
}

static uint64_t number_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(uint32_t));
}

static int enum_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	int value;

	if (!w)
		return -1;
	value = word_index(in->row->param, w->text);
	if (value < 0)
		return type_unfit(in, w);
	*(uint32_t *)field = (uint32_t)value;
	return 0;
}

static void enum_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_words *set = row->param;

	fputs(set->words[*(const uint32_t *)field], out);
}

const struct conf_type conf_type_enum = { "WORD", sizeof(uint32_t), 0, enum_read, enum_print,
	number_equal, number_hash, words_describe, .examples = NULL };

/* `blackhole`: the keyword is the value */
static int verb_read(struct type_in *in, void *field)
{
	*(uint32_t *)field = (uint32_t)word_index(in->row->param, in->keyword->text);
	return 0;
}

const struct conf_type conf_type_verb = { "", sizeof(uint32_t), TYPE_VERB, verb_read, enum_print,
	number_equal, number_hash, words_describe, .examples = NULL };

static int choice_read(struct type_in *in, void *field)
{
	const struct conf_words *set = in->row->param;
	uint32_t value;

	if (enum_read(in, &value) < 0)
		return -1;
	*(const char **)field = set->words[value];
	return 0;
}

static void choice_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	fputs(*(const char *const *)field, out);
}

static bool choice_equal(const void *a, const void *b)
{
	return text_equal(*(const char *const *)a, *(const char *const *)b);
}

static uint64_t choice_hash(uint64_t h, const void *field)
{
	return hash_text(h, *(const char *const *)field);
}

const struct conf_type conf_type_choice = { "WORD", sizeof(const char *), 0, choice_read,
	choice_print, choice_equal, choice_hash, words_describe, .examples = NULL };

/* ---- numbers some of which have names ---- */

static int named_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	int64_t value, min, max;

	if (!w)
		return -1;
	for (const struct conf_name *n = in->row->param; n->name; n++)
		if (strcmp(w->text, n->name) == 0) {
			*(uint32_t *)field = n->value;
			return 0;
		}
	type_limits(in->row, 0, UINT32_MAX, &min, &max);
	if (type_integer(w->text, min, max, &value) < 0)
		return type_unfit(in, w);
	*(uint32_t *)field = (uint32_t)value;
	return 0;
}

static void named_print(const struct conf_row *row, const void *field, FILE *out)
{
	uint32_t value = *(const uint32_t *)field;

	for (const struct conf_name *n = row->param; n->name; n++)
		if (n->value == value) {
			fputs(n->name, out);
			return;
		}
	fprintf(out, "%u", value);
}

static void named_describe(const struct conf_row *row, FILE *out)
{
	for (const struct conf_name *n = row->param; n->name; n++)
		fprintf(out, "%s, ", n->name);
	fputs("or ", out);
	conf_type_u32.describe(row, out);
}

const struct conf_type conf_type_named = { "NAME", sizeof(uint32_t), 0, named_read, named_print,
	number_equal, number_hash, named_describe, .examples = NULL };

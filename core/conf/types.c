/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The types whose values are numbers, times, addresses and words of a fixed set: read, print,
 * compare, describe. Types made of free text are in types_text.c. See types.h.
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

/* ---- flag ---- */

static int bool_word(const char *text)
{
	static const char *const words[] = { "off", "false", "no", "on", "true", "yes" };

	for (int i = 0; i < 6; i++)
		if (strcmp(text, words[i]) == 0)
			return i / 3;
	return -1;
}

static int flag_read(struct type_in *in, void *field)
{
	const struct word *w = type_peek(in);
	int value = 1;

	if (w) {
		value = bool_word(w->text);
		if (value < 0)
			return type_unfit(in, w);
		in->next++;
	}
	*(bool *)field = value;
	return 0;
}

static void flag_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	if (!*(const bool *)field)
		fputs("off", out);
}

static bool flag_equal(const void *a, const void *b)
{
	return *(const bool *)a == *(const bool *)b;
}

static uint64_t flag_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(bool));
}

static void flag_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("on or off (or nothing, which is on)", out);
}

const struct conf_type conf_type_flag = { "[on|off]", sizeof(bool), 0, flag_read, flag_print,
	flag_equal, flag_hash, flag_describe };

/* ---- integers ---- */

/* The whole word as a decimal number within the range; -1 if it is none. */
static int integer(const char *text, int64_t min, int64_t max, int64_t *value)
{
	char *end;

	if (!strpbrk(text, "0123456789"))
		return -1;
	*value = strtoll(text, &end, 10);
	return *end || *value < min || *value > max ? -1 : 0;
}

static void limits(
	const struct conf_row *row, int64_t type_min, int64_t type_max, int64_t *min, int64_t *max)
{
	bool is_given = row->min || row->max;

	*min = is_given ? row->min : type_min;
	*max = is_given ? row->max : type_max;
}

static int integer_read(struct type_in *in, int64_t type_min, int64_t type_max, int64_t *value)
{
	const struct word *w;
	int64_t min, max;

	limits(in->row, type_min, type_max, &min, &max);
	/* a number that may be left out: the keyword alone stands for the row's param */
	if (!type_peek(in) && (in->row->flags & CONF_OPTIONAL_ARG) && in->row->param)
		return integer(in->row->param, min, max, value);
	w = type_word(in);
	if (!w)
		return -1;
	if (integer(w->text, min, max, value) < 0)
		return type_unfit(in, w);
	return 0;
}

static void integer_describe(
	const struct conf_row *row, int64_t type_min, int64_t type_max, FILE *out)
{
	int64_t min, max;

	limits(row, type_min, type_max, &min, &max);
	fprintf(out, "a number from %" PRId64 " to %" PRId64, min, max);
	if (row->unit)
		fprintf(out, " (%s)", row->unit);
}

#define INTEGER_TYPE(name, ctype, least, greatest)                                                 \
	static int name##_read(struct type_in *in, void *field)                                    \
	{                                                                                          \
		int64_t value;                                                                     \
                                                                                                   \
		if (integer_read(in, least, greatest, &value) < 0)                                 \
			return -1;                                                                 \
		*(ctype *)field = (ctype)value;                                                    \
		return 0;                                                                          \
	}                                                                                          \
	static void name##_print(const struct conf_row *row, const void *field, FILE *out)         \
	{                                                                                          \
		(void)row;                                                                         \
		fprintf(out, "%" PRId64, (int64_t) * (const ctype *)field);                        \
	}                                                                                          \
	static bool name##_equal(const void *a, const void *b)                                     \
	{                                                                                          \
		return *(const ctype *)a == *(const ctype *)b;                                     \
	}                                                                                          \
	static uint64_t name##_hash(uint64_t h, const void *field)                                 \
	{                                                                                          \
		return hash_bytes(h, field, sizeof(ctype));                                        \
	}                                                                                          \
	static void name##_describe(const struct conf_row *row, FILE *out)                         \
	{                                                                                          \
		integer_describe(row, least, greatest, out);                                       \
	}                                                                                          \
	const struct conf_type conf_type_##name = { "NUMBER", sizeof(ctype), 0, name##_read,       \
		name##_print, name##_equal, name##_hash, name##_describe }

INTEGER_TYPE(u8, uint8_t, 0, UINT8_MAX);
INTEGER_TYPE(u16, uint16_t, 0, UINT16_MAX);
INTEGER_TYPE(u32, uint32_t, 0, UINT32_MAX);
INTEGER_TYPE(i32, int32_t, INT32_MIN, INT32_MAX);

static int id_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	char *end;

	if (!w)
		return -1;
	*(uint64_t *)field = strtoull(w->text, &end, 16);
	return w->len != 16 || *end || strspn(w->text, "0123456789abcdef") != 16 ? type_unfit(in, w)
										 : 0;
}

static void id_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	fprintf(out, "%016" PRIx64, *(const uint64_t *)field);
}

static bool id_equal(const void *a, const void *b)
{
	return *(const uint64_t *)a == *(const uint64_t *)b;
}

static uint64_t id_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(uint64_t));
}

static void id_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("16 hexadecimal digits", out);
}

const struct conf_type conf_type_id = { "ID", sizeof(uint64_t), 0, id_read, id_print, id_equal,
	id_hash, id_describe };

/* ---- spans ---- */

static const struct {
	const char *name;
	int64_t us;
} span_units[] = { { "", 1000000 }, { "s", 1000000 }, { "ms", 1000 }, { "us", 1 },
	{ "m", 60000000 }, { "min", 60000000 }, { "h", INT64_C(3600000000) },
	{ "d", INT64_C(86400000000) } };

static int64_t unit_of(const char *name)
{
	for (size_t i = 0; i < sizeof(span_units) / sizeof(*span_units); i++)
		if (strcmp(name, span_units[i].name) == 0)
			return span_units[i].us;
	return -1;
}

int64_t span_parse(const char *text, bool *is_rounded)
{
	size_t whole_len = strspn(text, "0123456789"), fraction_len = 0;
	const char *fraction = text + whole_len;
	int64_t unit, whole, us = 0;
	uint64_t tail = 0, scale = 1;

	*is_rounded = false;
	if (*fraction == '.')
		fraction_len = strspn(++fraction, "0123456789");
	unit = unit_of(fraction + fraction_len);
	if (unit < 0 || whole_len + fraction_len == 0 || whole_len > 18)
		return -1;
	whole = strtoll(text, NULL, 10);
	if (__builtin_mul_overflow(whole, unit, &us))
		return -1;
	for (size_t i = 0; i < fraction_len; i++) {
		if (i >= 9) { /* finer than any unit can show */
			*is_rounded |= fraction[i] != '0';
			continue;
		}
		tail = tail * 10 + (uint64_t)(fraction[i] - '0');
		scale *= 10;
	}
	/* at most 86400e6 * 1e9, above 2^64: 128 bits */
	unsigned __int128 part = (unsigned __int128)tail * (uint64_t)unit;

	if (part % scale)
		*is_rounded = true;
	if (__builtin_add_overflow(us, (int64_t)((part + scale / 2) / scale), &us))
		return -1;
	return us;
}

static void span_limits(const struct conf_row *row, int64_t *min, int64_t *max)
{
	limits(row, 0, INT64_C(4294967295) * 1000000, min, max);
}

static int span_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	bool is_rounded;
	int64_t us, min, max;

	if (!w)
		return -1;
	us = span_parse(w->text, &is_rounded);
	span_limits(in->row, &min, &max);
	if (us < min || us > max)
		return type_unfit(in, w);
	if (is_rounded)
		type_warn(in, w, "%s: `%s` is finer than a microsecond; it is rounded",
			in->row->name, w->text);
	*(span_t *)field = span_us(us);
	return 0;
}

static void seconds(int64_t us, FILE *out)
{
	int digits = 6;
	int64_t fraction = us % 1000000;

	fprintf(out, "%" PRId64, us / 1000000);
	if (!fraction)
		return;
	for (; fraction % 10 == 0; fraction /= 10)
		digits--;
	fprintf(out, ".%0*" PRId64, digits, fraction);
}

static void span_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	seconds(((const span_t *)field)->us, out);
}

static bool span_equal(const void *a, const void *b)
{
	return ((const span_t *)a)->us == ((const span_t *)b)->us;
}

static uint64_t span_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(span_t));
}

static void span_describe(const struct conf_row *row, FILE *out)
{
	int64_t min, max;

	span_limits(row, &min, &max);
	fputs("a time of ", out);
	seconds(min, out);
	fputs(" to ", out);
	seconds(max, out);
	fputs(" seconds (as 5, 0.25, 250ms or 2m)", out);
}

const struct conf_type conf_type_span = { "TIME", sizeof(span_t), 0, span_read, span_print,
	span_equal, span_hash, span_describe };

/* ---- addresses ---- */

static int addr_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);

	if (!w)
		return -1;
	return addr_parse(w->text, field) < 0 ? type_unfit(in, w) : 0;
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
	addr_is_equal, addr_hash, addr_describe };

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
	if (addr_parse(text, &p->addr) < 0)
		return type_unfit(in, w);
	max = 8 * (int64_t)addr_len_bytes(&p->addr);
	len = max;
	if (*slash && integer(slash + 1, 0, max, &len) < 0)
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
	prefix_read, prefix_print, prefix_equal, prefix_hash, prefix_describe };

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
	u32_equal, u32_hash, words_describe };

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
	choice_print, choice_equal, choice_hash, words_describe };

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
	limits(in->row, 0, UINT32_MAX, &min, &max);
	if (integer(w->text, min, max, &value) < 0)
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
	integer_describe(row, 0, UINT32_MAX, out);
}

const struct conf_type conf_type_named = { "NAME", sizeof(uint32_t), 0, named_read, named_print,
	u32_equal, u32_hash, named_describe };

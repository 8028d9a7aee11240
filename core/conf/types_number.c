/* SPDX-License-Identifier: Apache-2.0 */
/* The types whose values are numbers: flags, integers, identities, times. See types.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/types.h"
#include "core/mono.h"

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
	flag_equal, flag_hash, flag_describe, .examples = "\non\noff\ntrue\nno" };

/* An option of a line: what follows it is the next option. */
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

static void switch_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("nothing", out);
}

const struct conf_type conf_type_switch = { "", sizeof(bool), 0, switch_read, switch_print,
	flag_equal, flag_hash, switch_describe, .examples = "" };

/* ---- integers ---- */

/* The whole word as a decimal number within the range; -1 if it is none. */
int type_integer(const char *text, int64_t min, int64_t max, int64_t *value)
{
	bool is_negative;
	uint64_t n = 0;
	const char *digit;

	while (*text == ' ' || *text == '\t')
		text++;
	is_negative = *text == '-';
	digit = text + (is_negative || *text == '+');
	if (*digit < '0' || *digit > '9')
		return -1;
	for (; *digit >= '0' && *digit <= '9'; digit++) {
		n = n * 10 + (uint64_t)(*digit - '0');
		if (n > (uint64_t)INT64_MAX / 10 - 9)
			return -1;
	}
	*value = is_negative ? -(int64_t)n : (int64_t)n;
	return *digit || *value < min || *value > max ? -1 : 0;
}

void type_limits(
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

	type_limits(in->row, type_min, type_max, &min, &max);
	/* a number that may be left out: the keyword alone stands for the row's param */
	if (!type_peek(in) && (in->row->flags & CONF_OPTIONAL_ARG) && in->row->param)
		return type_integer(in->row->param, min, max, value);
	w = type_word(in);
	if (!w)
		return -1;
	if (type_integer(w->text, min, max, value) < 0)
		return type_unfit(in, w);
	return 0;
}

static void integer_describe(
	const struct conf_row *row, int64_t type_min, int64_t type_max, FILE *out)
{
	int64_t min, max;

	type_limits(row, type_min, type_max, &min, &max);
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
		name##_print, name##_equal, name##_hash, name##_describe, .examples = NULL }

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
	id_hash, id_describe, .examples = "0123456789abcdef" };

/* ---- weights ---- */

static int weight_read(struct type_in *in, void *field)
{
	struct conf_weight *weight = field;
	const struct word *w;
	int64_t value;

	if (integer_read(in, INT32_MIN, INT32_MAX, &value) < 0)
		return -1;
	*weight = (struct conf_weight){ .value = (int32_t)value };
	w = type_peek(in);
	if (w && (strcmp(w->text, "reverse") == 0 || strcmp(w->text, "noreverse") == 0)) {
		weight->is_reverse = w->text[0] == 'r';
		in->next++;
	}
	return 0;
}

static void weight_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_weight *weight = field;

	(void)row;
	fprintf(out, "%" PRId32 "%s", weight->value, weight->is_reverse ? " reverse" : "");
}

static bool weight_equal(const void *a, const void *b)
{
	const struct conf_weight *x = a, *y = b;

	return x->value == y->value && x->is_reverse == y->is_reverse;
}

static uint64_t weight_hash(uint64_t h, const void *field)
{
	const struct conf_weight *weight = field;

	return hash_bytes(hash_bytes(h, &weight->value, sizeof(weight->value)), &weight->is_reverse,
		sizeof(weight->is_reverse));
}

static void weight_describe(const struct conf_row *row, FILE *out)
{
	integer_describe(row, INT32_MIN, INT32_MAX, out);
	fputs(", and perhaps reverse", out);
}

const struct conf_type conf_type_weight = { "NUMBER [reverse|noreverse]",
	sizeof(struct conf_weight), 0, weight_read, weight_print, weight_equal, weight_hash,
	weight_describe, .examples = NULL };

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

/* Plain digits, few enough not to overflow; -1 if it is something else. */
static int64_t whole_seconds(const char *text)
{
	int64_t n = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++)
		n = p - text < 12 ? n * 10 + (*p - '0') : 0;
	return *p || p == text || p - text > 12 ? -1 : n;
}

int64_t span_parse(const char *text, bool *is_rounded)
{
	size_t whole_len, fraction_len = 0;
	const char *fraction;
	int64_t unit, whole, us = 0;
	uint64_t tail = 0, scale = 1;

	*is_rounded = false;
	whole = whole_seconds(text);
	if (whole >= 0)
		return whole * 1000000;
	whole_len = strspn(text, "0123456789");
	fraction = text + whole_len;
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
	type_limits(row, 0, INT64_C(4294967295) * 1000000, min, max);
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
	span_equal, span_hash, span_describe, .examples = NULL };

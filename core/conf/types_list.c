/* SPDX-License-Identifier: Apache-2.0 */
/* The types of lists of values: ranges of numbers, words up to the end of the line. See types.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/types.h"

/* ---- ranges ---- */

static int range_parse(const struct conf_row *row, const char *text, struct conf_range *r)
{
	char *end;
	unsigned long long first, last;

	if (*text < '0' || *text > '9')
		return -1;
	first = last = strtoull(text, &end, 10);
	if (*end == '-' && end[1] >= '0' && end[1] <= '9')
		last = strtoull(end + 1, &end, 10);
	if (*end || first > last || last > UINT32_MAX ||
		((row->min || row->max) && ((int64_t)first < row->min || (int64_t)last > row->max)))
		return -1;
	*r = (struct conf_range){ (uint32_t)first, (uint32_t)last };
	return 0;
}

/* Puts r into the sorted list and joins what overlaps or touches. */
static void range_insert(struct conf_list *list, struct conf_range *r, struct arena *a)
{
	size_t kept = 0, at;

	for (size_t i = 0; i < list->count; i++) {
		struct conf_range *x = list->items[i];

		if ((uint64_t)x->last + 1 < r->first || (uint64_t)r->last + 1 < x->first) {
			list->items[kept++] = x;
			continue;
		}
		r->first = x->first < r->first ? x->first : r->first;
		r->last = x->last > r->last ? x->last : r->last;
	}
	if (kept < list->count) {
		list->count = kept + 1; /* there is room: at least one went into r */
		list->items[kept] = r;
	} else {
		conf_list_add(list, r, a);
	}
	for (at = list->count - 1; at > 0; at--) {
		struct conf_range *before = list->items[at - 1];

		if (before->first < r->first)
			break;
		list->items[at] = before;
		list->items[at - 1] = r;
	}
}

static int ranges_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);

	for (; w; w = type_peek(in) ? type_word(in) : NULL) {
		struct conf_range *r = arena_alloc(in->arena, sizeof(*r));

		if (range_parse(in->row, w->text, r) < 0)
			return type_unfit(in, w);
		range_insert(field, r, in->arena);
	}
	return ((struct conf_list *)field)->count ? 0 : -1;
}

static void ranges_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_list *list = field;

	(void)row;
	for (size_t i = 0; i < list->count; i++) {
		const struct conf_range *r = list->items[i];

		fprintf(out, i ? " %u" : "%u", r->first);
		if (r->last != r->first)
			fprintf(out, "-%u", r->last);
	}
}

static bool ranges_equal(const void *a, const void *b)
{
	const struct conf_list *x = a, *y = b;

	if (x->count != y->count)
		return false;
	for (size_t i = 0; i < x->count; i++)
		if (memcmp(x->items[i], y->items[i], sizeof(struct conf_range)) != 0)
			return false;
	return true;
}

static uint64_t ranges_hash(uint64_t h, const void *field)
{
	const struct conf_list *list = field;

	for (size_t i = 0; i < list->count; i++)
		h = hash_bytes(h, list->items[i], sizeof(struct conf_range));
	return h;
}

static void ranges_describe(const struct conf_row *row, FILE *out)
{
	fputs("a number N or a range N-M", out);
	if (row->min || row->max)
		fprintf(out, " within %" PRId64 "-%" PRId64, row->min, row->max);
}

const struct conf_type conf_type_ranges = { "N[-M] ...", sizeof(struct conf_list), TYPE_ADDS,
	ranges_read, ranges_print, ranges_equal, ranges_hash, ranges_describe, .examples = NULL };

/* ---- words up to the end of the line ---- */

static int strings_read(struct type_in *in, void *field)
{
	const struct word *w;

	*(struct conf_list *)field = (struct conf_list){ 0 };
	if ((in->row->flags & CONF_OPTIONAL_ARG) && !type_peek(in))
		return 0;
	w = type_word(in);
	if (!w)
		return -1;
	for (; w; w = type_peek(in) ? type_word(in) : NULL)
		conf_list_add(field, arena_strndup(in->arena, w->text, w->len), in->arena);
	return 0;
}

static void strings_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_list *list = field;

	(void)row;
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			putc(' ', out);
		type_print_word(list->items[i], out);
	}
}

static bool strings_equal(const void *a, const void *b)
{
	const struct conf_list *x = a, *y = b;

	if (x->count != y->count)
		return false;
	for (size_t i = 0; i < x->count; i++)
		if (strcmp(x->items[i], y->items[i]) != 0)
			return false;
	return true;
}

static uint64_t strings_hash(uint64_t h, const void *field)
{
	const struct conf_list *list = field;

	for (size_t i = 0; i < list->count; i++)
		h = hash_text(h, list->items[i]);
	return h;
}

static void strings_describe(const struct conf_row *row, FILE *out)
{
	fputs(row->unit ? row->unit : "one or more words", out);
}

const struct conf_type conf_type_strings = { "WORD ...", sizeof(struct conf_list), 0, strings_read,
	strings_print, strings_equal, strings_hash, strings_describe,
	.examples = "one\none \"two words\" three" };

/* SPDX-License-Identifier: Apache-2.0 */
/* Texts from the tables; see conf_random.h. Nothing is known here that the tables do not say. */
#include <inttypes.h>
#include <string.h>

#include "core/conf/types.h"
#include "core/conf/value.h"
#include "test/unit/conf_random.h"
#include "test/unit/conf_text.h"
#include "test/unit/unit.h"

uint32_t conf_random_below(struct conf_random *r, uint32_t limit)
{
	r->seed = r->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(r->seed >> 33) % limit;
}

/* ---- values ---- */

static int64_t between(struct conf_random *r, int64_t min, int64_t max)
{
	uint64_t wide =
		((uint64_t)conf_random_below(r, INT32_MAX) << 31) | conf_random_below(r, INT32_MAX);

	switch (conf_random_below(r, 4)) { /* limits more often than chance has it */
	case 0: return min;
	case 1: return max;
	default: return min + (int64_t)(wide % ((uint64_t)(max - min) + 1));
	}
}

/* One of the texts of a list separated by newlines. */
static void put_one_of(struct conf_random *r, const char *list, FILE *out)
{
	unsigned n = 1, chosen;

	for (const char *p = list; *p; p++)
		n += *p == '\n';
	for (chosen = conf_random_below(r, n); chosen; chosen--)
		list = strchr(list, '\n') + 1;
	fprintf(out, "%.*s", (int)strcspn(list, "\n"), list);
}

static void put_words(struct conf_random *r, const struct conf_row *row, FILE *out)
{
	const struct conf_words *set = row->param;
	unsigned n = 0;

	while (set->words[n])
		n++;
	fputs(set->words[conf_random_below(r, n)], out);
}

static void put_name(struct conf_random *r, const struct conf_row *row, FILE *out)
{
	const struct conf_name *names = row->param;
	unsigned n = 0;

	while (names[n].name)
		n++;
	fputs(names[conf_random_below(r, n)].name, out);
}

static void put_number(struct conf_random *r, const struct conf_row *row,
	const struct conf_random_limits *limits, FILE *out)
{
	int64_t value = between(r, limits->min, limits->max);

	if (row->type == &conf_type_span)
		fprintf(out, "%" PRId64 ".%06" PRId64, value / 1000000, value % 1000000);
	else
		fprintf(out, "%" PRId64, value);
	if (row->type == &conf_type_weight)
		put_one_of(r, "\n reverse\n noreverse", out);
}

static void put_ranges(struct conf_random *r, const struct conf_row *row, FILE *out)
{
	for (uint32_t n = 1 + conf_random_below(r, 4); n; n--) {
		int64_t first = between(r, row->min, row->max);

		fprintf(out, "%" PRId64, first);
		if (conf_random_below(r, 2))
			fprintf(out, "-%" PRId64, between(r, first, row->max));
		putc(' ', out);
	}
}

bool conf_random_is_number(const struct conf_row *row, struct conf_random_limits *limits)
{
	static const struct {
		const struct conf_type *type;
		struct conf_random_limits limits;
	} numbers[] = {
		{ &conf_type_u8, { 0, UINT8_MAX } },
		{ &conf_type_u16, { 0, UINT16_MAX } },
		{ &conf_type_u32, { 0, UINT32_MAX } },
		{ &conf_type_i32, { INT32_MIN, INT32_MAX } },
		{ &conf_type_weight, { INT32_MIN, INT32_MAX } },
		{ &conf_type_span, { 0, INT64_C(4294967295) * 1000000 } },
	};

	for (size_t i = 0; i < COUNT(numbers); i++)
		if (row->type == numbers[i].type) {
			*limits = numbers[i].limits;
			if (row->min || row->max)
				*limits = (struct conf_random_limits){ row->min, row->max };
			return true;
		}
	return false;
}

void conf_random_value(struct conf_random *r, const struct conf_row *row, FILE *out)
{
	struct conf_random_limits limits;

	if (row->example)
		put_one_of(r, row->example, out);
	else if (conf_random_is_number(row, &limits))
		put_number(r, row, &limits, out);
	else if (row->type->examples)
		put_one_of(r, row->type->examples, out);
	else if (row->type == &conf_type_enum || row->type == &conf_type_choice)
		put_words(r, row, out);
	else if (row->type == &conf_type_named)
		put_name(r, row, out);
	else if (row->type == &conf_type_ranges)
		put_ranges(r, row, out);
	else
		ck_abort_msg("%s: neither the row nor its type has an example", row->name);
}

/* ---- blocks ---- */

static bool asked_for(const struct conf_random *r, const struct conf_block *block, unsigned row)
{
	return r->line && r->block == block && r->row == row;
}

/* Is the block, or one inside it, that of the line the test asks for? */
static bool leads_there(const struct conf_random *r, const struct conf_row *row)
{
	const struct conf_block *block = row->param;

	if (!r->line || !(row->type->flags & TYPE_BLOCK))
		return false;
	if (block == r->block)
		return true;
	for (unsigned i = 0; i < row_count(block); i++)
		if (leads_there(r, conf_row(block, i)))
			return true;
	return false;
}

static bool is_wanted(
	struct conf_random *r, const struct conf_block *block, unsigned i, bool may_miss)
{
	const struct conf_row *row = conf_row(block, i);

	if (asked_for(r, block, i) || leads_there(r, row))
		return true;
	if (row->type == &conf_type_none || (row->flags & CONF_GENERATED) ||
		row->state == CONF_REFUSED)
		return false;
	if (!may_miss || (row->flags & CONF_REQUIRED))
		return true;
	return !r->is_minimal && conf_random_below(r, 3) != 0;
}

static void put_line(struct conf_random *r, const struct conf_block *block, FILE *out);
static void put_rows(struct conf_random *r, const struct conf_block *block, FILE *out);

static void put_asked(struct conf_random *r, FILE *out)
{
	fprintf(out, " %s", r->line);
	r->line = NULL;
}

/* Is a later argument of the block asked for? */
static bool leads_to_arg(const struct conf_random *r, const struct conf_block *block, unsigned i)
{
	return r->line && r->block == block && r->row > i && r->row < block->arg_count;
}

/* An argument that is left out ends the arguments. */
static void put_args(struct conf_random *r, const struct conf_block *block, FILE *out)
{
	for (unsigned i = 0; i < block->arg_count; i++) {
		const struct conf_row *row = &block->args[i];

		if (asked_for(r, block, i)) {
			put_asked(r, out);
		} else if (is_wanted(r, block, i,
				   (row->flags & CONF_OPTIONAL_ARG) &&
					   !leads_to_arg(r, block, i))) {
			putc(' ', out);
			conf_random_value(r, row, out);
		} else {
			return;
		}
	}
}

static void put_option(struct conf_random *r, const struct conf_block *block, unsigned i, FILE *out)
{
	const struct conf_row *row = conf_row(block, i);

	if (asked_for(r, block, i)) {
		put_asked(r, out);
		return;
	}
	putc(' ', out);
	if (row->type == &conf_type_verb) {
		put_words(r, row, out);
		return;
	}
	fputs(row->name, out);
	if (row->type == &conf_type_line) {
		put_line(r, row->param, out);
		return;
	}
	putc(' ', out);
	if (row->type == &conf_type_flag)
		return; /* alone: what follows may be an option */
	conf_random_value(r, row, out);
}

/* All of an object that stands on one line. */
static void put_line(struct conf_random *r, const struct conf_block *block, FILE *out)
{
	put_args(r, block, out);
	for (unsigned i = (unsigned)block->arg_count; i < row_count(block); i++)
		if (is_wanted(r, block, i, true))
			put_option(r, block, i, out);
}

static void put_object(struct conf_random *r, const struct conf_row *row, FILE *out)
{
	const struct conf_block *block = row->param;

	fputs(row->name, out);
	if (row->type == &conf_type_line) {
		put_line(r, block, out);
	} else {
		put_args(r, block, out);
		if (block->row_count) {
			fputs(" {\n", out);
			put_rows(r, block, out);
			putc('}', out);
		}
	}
	putc('\n', out);
}

static void put_entries(struct conf_random *r, const struct conf_row *row, uint32_t n, FILE *out)
{
	fprintf(out, "%s {\n", row->name);
	while (n--) {
		put_line(r, row->param, out);
		putc('\n', out);
	}
	fputs("}\n", out);
}

static void put_sub(struct conf_random *r, const struct conf_row *row, FILE *out)
{
	bool is_list = row->type == &conf_type_lines || (row->flags & CONF_REPEATS);
	uint32_t n = is_list && !r->is_minimal ? 1 + conf_random_below(r, 3) : 1;

	if (row->type == &conf_type_lines)
		put_entries(r, row, n, out);
	else
		while (n--)
			put_object(r, row, out);
}

static void put_rows(struct conf_random *r, const struct conf_block *block, FILE *out)
{
	for (unsigned i = (unsigned)block->arg_count; i < row_count(block); i++) {
		const struct conf_row *row = conf_row(block, i);

		if (!is_wanted(r, block, i, true))
			continue;
		if (asked_for(r, block, i)) {
			put_asked(r, out);
		} else if (row->type->flags & TYPE_BLOCK) {
			put_sub(r, row, out);
			continue;
		} else {
			fprintf(out, "%s ", row->name);
			conf_random_value(r, row, out);
		}
		putc('\n', out);
	}
}

/* The sections share blocks (global_defs): the line asked for stands where it comes first. */
void conf_random_text(struct conf_random *r, FILE *out)
{
	for (int i = 0; conf_text_sections[i]; i++)
		put_rows(r, conf_text_sections[i]->root, out);
}

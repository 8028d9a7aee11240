/* SPDX-License-Identifier: Apache-2.0 */
/* Texts from the tables; see conf_random.h. What a rule asks for beyond its row is known here. */
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

#define PICK(r, list) fputs(list[conf_random_below(r, COUNT(list))], out)

static void put_string(struct conf_random *r, FILE *out)
{
	static const char *const strings[] = { "plain", "\"two words\"", "\"#!{} x\"", "a\\#b\\!c",
		"\"it's\"", "\"\\x41\"", "\"\"", "\"a\tb\"", "caf\xc3\xa9", "\"'\"" };

	PICK(r, strings);
}

static void put_regex(struct conf_random *r, FILE *out)
{
	static const char *const expressions[] = { "\"Still alive\"", "^a", "\"\\\\d+ \\x22 # {}\"",
		"'x y'", "\"tab\\there\\n\"", "a\\ b", "\"\\\"\\\"\"" };

	PICK(r, expressions);
}

static void put_script(struct conf_random *r, FILE *out)
{
	static const char *const scripts[] = { "/bin/true", "\"/bin/x a b\" root",
		"'/bin/x \"a  b\"' nobody nogroup", "\"/bin/x 'a b' \\x41 #\"", "/bin/x\\#y root" };

	PICK(r, scripts);
}

static void put_words(struct conf_random *r, const struct conf_row *row, FILE *out)
{
	const struct conf_words *set = row->param;
	unsigned n = 0;

	while (set->words[n])
		n++;
	if (strcmp(row->name, "protocol") == 0)
		n = 2; /* SCTP is not supported yet */
	fputs(set->words[conf_random_below(r, n)], out);
}

static void put_number(
	struct conf_random *r, const struct conf_row *row, int64_t min, int64_t max, FILE *out)
{
	if (row->min || row->max) {
		min = row->min;
		max = row->max;
	}
	if (strstr(row->name, "version"))
		max = 2; /* 3 is not supported yet */
	if (strcmp(row->name, "virtual_router_id") == 0)
		min = max = 1 + r->counter++ % 255;
	if (row->type == &conf_type_span) {
		int64_t us = between(r, min, max);

		fprintf(out, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
	} else {
		fprintf(out, "%" PRId64, between(r, min, max));
	}
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

static void put_address(struct conf_random *r, FILE *out)
{
	unsigned n = ++r->counter;

	fprintf(out, "10.%u.%u.%u", n >> 16 & 255, n >> 8 & 255, n & 255);
}

void conf_random_value(struct conf_random *r, const struct conf_row *row, FILE *out)
{
	static const char *const users[] = { "root", "nobody", "nobody nogroup" };
	static const char *const flags[] = { "", "on", "off", "true", "no" };
	static const char *const names[] = { "global", "link", "host", "7" };

	if (strcmp(row->name, "digest") == 0)
		fputs("0123456789abcdefABCDEF0123456789", out);
	else if (strcmp(row->name, "NAME") == 0)
		fprintf(out, "\"name %u\"", ++r->counter);
	else if (row->type == &conf_type_string)
		put_string(r, out);
	else if (row->type == &conf_type_ifname)
		fprintf(out, "if%u", ++r->counter);
	else if (strcmp(row->type->name, "ADDRESS") == 0)
		put_address(r, out);
	else if (row->type == &conf_type_prefix)
		put_address(r, out);
	else if (row->type == &conf_type_flag)
		PICK(r, flags);
	else if (row->type == &conf_type_named)
		PICK(r, names);
	else if (row->type == &conf_type_user)
		PICK(r, users);
	else if (row->type == &conf_type_script)
		put_script(r, out);
	else if (row->type == &conf_type_regex)
		put_regex(r, out);
	else if (row->type == &conf_type_ranges)
		put_ranges(r, row, out);
	else if (row->type == &conf_type_u8)
		put_number(r, row, 0, UINT8_MAX, out);
	else if (row->type == &conf_type_u16)
		put_number(r, row, 0, UINT16_MAX, out);
	else if (row->type == &conf_type_u32)
		put_number(r, row, 0, UINT32_MAX, out);
	else if (row->type == &conf_type_i32)
		put_number(r, row, INT32_MIN, INT32_MAX, out);
	else if (row->type == &conf_type_span)
		put_number(r, row, 0, INT64_C(4294967295) * 1000000, out);
	else
		put_words(r, row, out);
}

/* ---- blocks ---- */

static void put_rows(struct conf_random *r, const struct conf_block *block, FILE *out);

static void put_line(struct conf_random *r, const struct conf_block *block, FILE *out)
{
	for (unsigned i = 0; i < row_count(block); i++) {
		const struct conf_row *row = conf_row(block, i);

		if (row->state != CONF_WORKS || (i && (r->is_minimal || conf_random_below(r, 2))))
			continue;
		if (i)
			fprintf(out, " %s ", row->name);
		conf_random_value(r, row, out);
		if (row->type == &conf_type_prefix && conf_random_below(r, 2))
			fprintf(out, "/%u", conf_random_below(r, 33));
	}
	putc('\n', out);
}

static void put_args(struct conf_random *r, const struct conf_block *block, FILE *out)
{
	for (unsigned i = 0; i < block->arg_count; i++) {
		const struct conf_row *row = &block->args[i];

		if (r->line && r->block == block && r->row == i) {
			fprintf(out, " %s", r->line);
			r->line = NULL;
			continue;
		}
		putc(' ', out);
		conf_random_value(r, row, out);
	}
}

static void put_sub(struct conf_random *r, const struct conf_row *row, FILE *out)
{
	const struct conf_block *block = row->param;
	uint32_t n = row->type == &conf_type_lines || (row->flags & CONF_REPEATS)
			     ? 1 + (r->is_minimal ? 0 : conf_random_below(r, 3))
			     : 1;

	if (block->is_line) {
		fprintf(out, "%s {\n", row->name);
		while (n--)
			put_line(r, block, out);
		fputs("}\n", out);
		return;
	}
	while (n--) {
		fputs(row->name, out);
		put_args(r, block, out);
		if (block->row_count) {
			fputs(" {\n", out);
			put_rows(r, block, out);
			putc('}', out);
		}
		putc('\n', out);
	}
}

/* Is it needed for the text to be right, or on the way to the line the test asks for? */
static bool is_needed(const struct conf_random *r, const struct conf_row *row)
{
	static const char *const names[] = { "vrrp_instance", "virtual_ipaddress", "virtual_server",
		"real_server", "protocol", "lvs_sched", "lvs_method" };

	if (row->flags & CONF_REQUIRED)
		return true;
	if (r->line && (row->type->flags & TYPE_BLOCK))
		return true;
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(row->name, names[i]) == 0)
			return true;
	return false;
}

static void put_rows(struct conf_random *r, const struct conf_block *block, FILE *out)
{
	unsigned first = (unsigned)block->arg_count;

	for (unsigned i = first; i < row_count(block); i++) {
		const struct conf_row *row = conf_row(block, i);

		if (r->line && r->block == block && r->row == i) {
			fprintf(out, "%s\n", r->line);
			r->line = NULL;
			continue;
		}
		if (row->state != CONF_WORKS || (row->flags & CONF_GENERATED))
			continue;
		if (!is_needed(r, row) && (r->is_minimal || conf_random_below(r, 3) == 0))
			continue;
		if (row->type->flags & TYPE_BLOCK) {
			put_sub(r, row, out);
			continue;
		}
		fprintf(out, "%s ", row->name);
		conf_random_value(r, row, out);
		putc('\n', out);
	}
}

void conf_random_text(struct conf_random *r, FILE *out)
{
	for (int i = 0; conf_text_sections[i]; i++)
		put_rows(r, conf_text_sections[i]->root, out);
}

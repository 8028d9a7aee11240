/* SPDX-License-Identifier: Apache-2.0 */
/* The types that read no value: rows that are there to be spoken of, blocks and lines. See types.h.
 */
#include "core/conf/types.h"

/* ---- rows without a value ---- */

static int none_read(struct type_in *in, void *field)
{
	(void)field;
	in->next = in->count;
	return 0;
}

static void none_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	(void)field;
	(void)out;
}

static bool none_equal(const void *a, const void *b)
{
	(void)a;
	(void)b;
	return true;
}

static uint64_t none_hash(uint64_t h, const void *field)
{
	(void)field;
	return h;
}

static void none_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("anything", out);
}

const struct conf_type conf_type_none = { "...", 0, 0, none_read, none_print, none_equal, none_hash,
	none_describe, .examples = NULL };

/* Blocks and lines: the walks know how to go into them; only the names are used. */
const struct conf_type conf_type_block = { "{ ... }", sizeof(void *), TYPE_BLOCK, NULL, NULL, NULL,
	NULL, none_describe, .examples = NULL };
const struct conf_type conf_type_line = { "...", sizeof(void *), TYPE_BLOCK, NULL, NULL, NULL, NULL,
	none_describe, .examples = NULL };
const struct conf_type conf_type_lines = { "{ ... }", sizeof(struct conf_list),
	TYPE_BLOCK | TYPE_ADDS, NULL, NULL, NULL, NULL, none_describe, .examples = NULL };

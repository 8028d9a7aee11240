/* SPDX-License-Identifier: Apache-2.0 */
/* The type of a keyword with or without a word: see schema.h. */
#include <string.h>

#include "core/conf/types.h"

static bool is_no(const char *text)
{
	return strcmp(text, "off") == 0 || strcmp(text, "no") == 0 || strcmp(text, "false") == 0;
}

static bool is_yes(const char *text)
{
	return strcmp(text, "on") == 0 || strcmp(text, "yes") == 0 || strcmp(text, "true") == 0;
}

static int option_read(struct type_in *in, void *field)
{
	const struct conf_words *set = in->row->param;
	const struct word *w = type_peek(in);
	uint32_t *value = field;

	*value = 1;
	if (!w)
		return 0;
	for (uint32_t i = 0; set->words[i]; i++)
		if (!strcmp(w->text, set->words[i])) {
			*value = i + 2;
			in->next++;
			return 0;
		}
	if (!is_no(w->text) && !is_yes(w->text))
		return type_unfit(in, w);
	*value = is_yes(w->text);
	in->next++;
	return 0;
}

static void option_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_words *set = row->param;
	uint32_t value = *(const uint32_t *)field;

	if (value != 1)
		fputs(value ? set->words[value - 2] : "off", out);
}

static bool option_equal(const void *a, const void *b)
{
	return *(const uint32_t *)a == *(const uint32_t *)b;
}

static uint64_t option_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(uint32_t));
}

static void option_describe(const struct conf_row *row, FILE *out)
{
	const struct conf_words *set = row->param;

	fputs("one of", out);
	for (uint32_t i = 0; set->words[i]; i++)
		fprintf(out, " %s,", set->words[i]);
	fputs(" or nothing", out);
}

const struct conf_type conf_type_option = { "[WORD]", sizeof(uint32_t), 0, option_read,
	option_print, option_equal, option_hash, option_describe, .examples = "" };

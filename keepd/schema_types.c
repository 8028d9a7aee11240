/* SPDX-License-Identifier: Apache-2.0 */
/* The types that only the tables of the daemon as a whole need. See schema_rows.h. */
#include <stdlib.h>
#include <string.h>

#include "keepd/schema_rows.h"

/* ---- umask ---- */

static const struct {
	const char *name;
	uint32_t bits;
} mask_names[] = { { "IRUSR", 0400 }, { "IWUSR", 0200 }, { "IXUSR", 0100 }, { "IRWXU", 0700 },
	{ "IRGRP", 040 }, { "IWGRP", 020 }, { "IXGRP", 010 }, { "IRWXG", 070 }, { "IROTH", 04 },
	{ "IWOTH", 02 }, { "IXOTH", 01 }, { "IRWXO", 07 } };

static uint32_t mask_bits(const char *text, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(mask_names); i++)
		if (strlen(mask_names[i].name) == len && memcmp(mask_names[i].name, text, len) == 0)
			return mask_names[i].bits;
	return 0;
}

/* NAME|NAME..., of which a word may be any part; *is_open: a name must follow. -1 if it is none. */
static int mask_names_read(const char *text, uint32_t *mask, bool *is_open)
{
	while (*text) {
		size_t len = strcspn(text, "|");
		uint32_t bits = len ? mask_bits(text, len) : 0;

		if (len ? !bits || !*is_open : *is_open)
			return -1;
		*mask |= bits;
		*is_open = text[len] == '|';
		text += len + (text[len] == '|');
	}
	return 0;
}

static int umask_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in), *first = w;
	bool is_open = true;
	uint32_t mask = 0;

	if (!w)
		return -1;
	if (*w->text >= '0' && *w->text <= '9') {
		char *end;
		unsigned long value = strtoul(w->text, &end, 0);

		*(uint32_t *)field = (uint32_t)value;
		return *end || value > 0777 ? type_unfit(in, w) : 0;
	}
	for (; w; w = type_peek(in) ? type_word(in) : NULL)
		if (mask_names_read(w->text, &mask, &is_open) < 0)
			return type_unfit(in, w);
	*(uint32_t *)field = mask;
	return is_open ? type_unfit(in, first) : 0;
}

static void umask_print(const struct conf_row *row, const void *field, FILE *out)
{
	(void)row;
	fprintf(out, "0%o", *(const uint32_t *)field);
}

static bool umask_equal(const void *a, const void *b)
{
	return *(const uint32_t *)a == *(const uint32_t *)b;
}

static uint64_t umask_hash(uint64_t h, const void *field)
{
	return hash_bytes(h, field, sizeof(uint32_t));
}

static void umask_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("a number as 077, or names joined by |, as IRWXG|IRWXO", out);
}

const struct conf_type keepd_type_umask = { "MASK", sizeof(uint32_t), 0, umask_read, umask_print,
	umask_equal, umask_hash, umask_describe,
	.examples = "0177\nIXUSR|IRWXG|IRWXO\nIRWXG | IRWXO\n0x3f\n0" };

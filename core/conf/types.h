/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_TYPES_H
#define KEEPD_CORE_CONF_TYPES_H

/*
 * What a type is: how a value is read from words, printed, compared and described. Modules may add
 * types of their own; the common ones are in types.c and types_*.c. Blocks and lines are types
 * too, but the parser, printer and diff know how to go into them.
 */

#include <stdio.h>
#include "core/arena.h"
#include "core/conf/report.h"
#include "core/conf/words.h"

/* The words after the keyword, and where complaints about them go. */
struct type_in {
	const struct word *words;
	unsigned count, next;
	const struct word *keyword;    /* of the row; the first word for an argument or a line */
	const struct word_source *raw; /* the whole line, keyword included; NULL for a default */
	const struct conf_row *row;
	struct arena *arena; /* of the value */
	struct arena *scratch;
	struct conf_report *report;
	/* in which blocks this place is; called for a complaint only */
	const char *(*context)(void *arg, const struct conf_pos *pos);
	void *context_arg;
	bool is_arg; /* a positional argument: its name says nothing to people */
	bool is_canonical;
};

enum type_flags {
	TYPE_FIRST_WINS = 1 << 0, /* written twice, the first one stays */
	TYPE_ADDS = 1 << 1,	  /* written twice, the values are joined */
	TYPE_BLOCK = 1 << 2,	  /* the value is an object or a list of objects */
	TYPE_VERB = 1 << 3,	  /* the keyword is the value */
};

struct conf_type {
	const char *name; /* for the manual: "NUMBER" */
	size_t size;	  /* of the field */
	unsigned flags;
	/* Takes its words; 0, or -1 after type_complain(). */
	int (*read)(struct type_in *in, void *field);
	void (*print)(const struct conf_row *row, const void *field, FILE *out);
	bool (*equal)(const void *a, const void *b);
	uint64_t (*hash)(uint64_t h, const void *field);
	/* What is accepted, for messages and the manual: "a number from 1 to 255". */
	void (*describe)(const struct conf_row *row, FILE *out);
	/* Legal values, separated by newlines; NULL: they follow from the row. */
	const char *examples;
};

/* The next word, or NULL. */
const struct word *type_peek(const struct type_in *in);
/* The next word taken; NULL after a complaint that a value is missing. */
const struct word *type_word(struct type_in *in);
/* Reports an error at a word (NULL: the keyword); returns -1. */
int type_complain(struct type_in *in, const struct word *w, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void type_warn(struct type_in *in, const struct word *w, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* `WORD` is not what is accepted: names both. Returns -1. */
int type_unfit(struct type_in *in, const struct word *w);

/* FNV-1a over bytes and strings (NULL is its own value). */
#define HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t hash_bytes(uint64_t h, const void *bytes, size_t len);
uint64_t hash_text(uint64_t h, const char *text);
/* Makes all bits of the result depend on all bits of the sum. */
uint64_t hash_end(uint64_t h);

/* For types of their own whose field is a const char *, as that of conf_type_string. */
void type_string_print(const struct conf_row *row, const void *field, FILE *out);
bool type_string_equal(const void *a, const void *b);
uint64_t type_string_hash(uint64_t h, const void *field);

/* Prints a string as one word, in quotes where it needs them. */
void type_print_word(const char *text, FILE *out);
bool text_equal(const char *a, const char *b); /* NULL equals NULL only */

/* The whole word as a decimal number within the range; -1 if it is none. */
int type_integer(const char *text, int64_t min, int64_t max, int64_t *value);
/* The range of a row, or that of its type. */
void type_limits(
	const struct conf_row *row, int64_t type_min, int64_t type_max, int64_t *min, int64_t *max);

/* The microseconds in "0.25", "5s", "250ms"; -1 if it is no time, *is_rounded if too fine. */
int64_t span_parse(const char *text, bool *is_rounded);

/* Appends an item, borrowed; the list grows by doubling in the arena. */
void conf_list_add(struct conf_list *list, void *item, struct arena *a);

/* Fills in user, group and id; the user must be known. */
void conf_script_complete(struct conf_script *s);

#endif

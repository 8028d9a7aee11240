/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_WORDS_H
#define KEEPD_CORE_CONF_WORDS_H

/*
 * How a line is cut into words. Two ways, as in keepalived: ordinary words, where only "..." quotes
 * and nothing escapes; and script lines, shell-like, where '...' quotes too and pieces join into
 * one word. A script command is cut a second time, then with escapes, to become an argv.
 */

#include <stdbool.h>
#include "core/arena.h"
#include "core/conf/schema.h"
#include "core/err.h"

struct word {
	const char *text; /* NUL-terminated, in the arena it was cut into */
	uint32_t len;	  /* without quotes */
	uint32_t width;	  /* as written, quotes and escapes included */
	struct conf_pos pos;
};

struct line_map;

/* A stretch of one line: where it begins and how it is written. */
struct word_source {
	const char *text; /* not NUL-terminated */
	size_t len;
	struct conf_pos pos;	    /* of its first byte; line_pos() has that of the others */
	const struct line_map *map; /* NULL: it stands in the file as it is */
	bool is_canonical;	    /* "" within quotes stands for one quote */
	uint8_t absent;		    /* enum byte_kind that are not in it; 0 = nothing is known */
};

enum word_style {
	WORDS_PLAIN,	      /* ordinary keywords */
	WORDS_SCRIPT,	      /* script lines: command, user, group */
	WORDS_SCRIPT_ESCAPED, /* the command itself, and regex: with escapes */
};

#define FEW_WORDS 6

/* Room for the words of a line as most are: short, of few words. */
struct words_room {
	struct word words[FEW_WORDS];
	char text[64];
};

/*
 * Cuts the ordinary words of a line without quotes and escapes, which is nearly every line, up to
 * the first brace: *used tells how many bytes that were. Returns their number; 0 if it is another
 * line, or they do not fit.
 */
int words_split_few(struct words_room *room, const struct word_source *src, size_t *used);

/*
 * Cuts any stretch. Returns the number of words, *words in the arena; or -1 with *at the offset of
 * a quote that is not closed, or of an escape that stands for a NUL byte, and *why the reason.
 */
int words_split(struct arena *a, const struct word_source *src, enum word_style style,
	struct word **words, size_t *at, const char **why);

/*
 * Cuts a script command into an argv, NULL-terminated, in the arena: words, quotes and the escapes
 * \a \b \E \f \n \r \t \v \nnn \xXX \cC and \ANY. Returns the number of arguments, at least 1; or
 * -1 with the reason in e.
 */
int script_argv(struct arena *a, const char *command, char ***argv, struct err *e);

#endif

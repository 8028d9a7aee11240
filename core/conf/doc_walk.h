/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_DOC_WALK_H
#define KEEPD_CORE_CONF_DOC_WALK_H

/*
 * The language as people see it: one tree of blocks, whichever sections a block is made of, without
 * what keepd writes for itself. And what can be said of one row, in words. For the doc_*.c files.
 */

#include "core/conf/doc.h"
#include "core/conf/value.h"

struct doc_row {
	const struct conf_section *section;
	const struct conf_row *row;
	struct doc_block *home;	 /* the block it stands in */
	struct doc_block *inner; /* the block it opens, or NULL */
	enum conf_state state;	 /* its own, or that of a block around it that does not work */
	bool is_arg;
	struct doc_row *next;
};

struct doc_block {
	const struct conf_block *block; /* of the first section that has it */
	const struct doc_row *opener;	/* NULL: the outermost level */
	const char *path;	      /* "virtual_server / real_server"; "" = the outermost level */
	const struct doc_block *twin; /* an earlier block made of the same table, or NULL */
	struct doc_row *rows, **rows_end; /* arguments first */
	struct doc_block *next;		  /* in the order of reading: outer blocks first */
};

struct doc_totals {
	unsigned keywords, arguments, own, states[CONF_REFUSED + 1];
};

struct doc {
	struct arena *arena;
	struct doc_block *blocks; /* the outermost level, and on by next */
	struct doc_totals totals;
};

/* Everything in the arena. */
struct doc doc_read(const struct conf_section *const *sections, struct arena *a);

/* Are there only arguments, no keywords inside? */
bool doc_is_bare(const struct doc_block *b);

/* ---- one row in words; the texts are in the arena ---- */

const char *doc_state_word(enum conf_state state); /* "later_ok" */
const char *doc_state_text(
	enum conf_state state); /* "not supported yet: an error"; "" if it works */
const char *doc_scope_word(enum conf_scope scope); /* "restart" */
const char *doc_scope_text(enum conf_scope scope); /* "the object starts anew"; "" if live */
const char *doc_tier_word(enum conf_tier tier);	   /* "A" */
/* "virtual_router_id NUMBER", "real_server ADDRESS [PORT] { ... }" */
const char *doc_syntax(const struct doc_row *r, struct arena *a);
/* The value alone: "NUMBER", "" if there is none. */
const char *doc_value_syntax(const struct doc_row *r, struct arena *a);
/* "BACKUP|MASTER"; "" if the row is no set of words, or they are too many. */
const char *doc_set_syntax(const struct conf_row *row, struct arena *a);
bool doc_is_word_of_a_set(const struct conf_row *row);
/* One entry of a list, or what follows the keyword of a line: "ADDRESS [dev INTERFACE] ..." */
const char *doc_line_syntax(const struct doc_block *b, struct arena *a);
/* "a number from 1 to 255"; "" where the syntax says it all */
const char *doc_range(const struct doc_row *r, struct arena *a);
/* The same in few words: "1 to 255 seconds", "BACKUP|MASTER". */
const char *doc_short_range(const struct doc_row *r, struct arena *a);
/* The limits of a number in its unit (a time: microseconds); false: the row has none. */
bool doc_limits(const struct conf_row *row, int64_t *min, int64_t *max);
/* A sentence of the remedy, or "". */
const char *doc_instead(const struct doc_row *r, struct arena *a);
/* The first sentence of the doc. */
const char *doc_first_sentence(const struct doc_row *r, struct arena *a);
/* A legal value (the n-th; NULL = no more): what stands behind the keyword, or for an argument
   itself; "" for a keyword alone. Not for blocks. */
const char *doc_example(const struct doc_row *r, unsigned n, struct arena *a);
/* The whole line: "smtp_server mail.example.org 25", "real_server 192.0.2.1 80 {". */
const char *doc_example_line(const struct doc_row *r, struct arena *a);
/* The same on one line, closed: "notification_email { ops@example.org }". */
const char *doc_example_whole(const struct doc_row *r, struct arena *a);
/* An entry of a list in full. */
const char *doc_example_entry(const struct doc_block *b, struct arena *a);

/* What is written to *out (of open_memstream) as text of the arena; closes it. */
struct doc_buffer {
	FILE *out;
	char *text;
	size_t len;
};
void doc_buffer_open(struct doc_buffer *b);
const char *doc_buffer_close(struct doc_buffer *b, struct arena *a);

#endif

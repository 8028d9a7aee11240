/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_SCOPE_H
#define KEEPD_CORE_CONF_SCOPE_H

/*
 * What the parsers of blocks (parse.c) and of lines (parse_line.c) share: the block being read, and
 * how one value gets into its objects. A block may belong to several sections; it has one object
 * for each of them, numbered by n.
 */

#include "core/conf/tree.h"
#include "core/conf/value.h"

struct scope {
	struct scope *outer;	      /* NULL = the outermost level */
	const struct tree_line *line; /* the statement; NULL at the outermost level */
	unsigned count;		      /* of the sections to which the block belongs */
	struct block_index *index[CONF_SECTIONS_MAX];
	struct conf_obj *obj[CONF_SECTIONS_MAX];
	struct conf_pos *places[CONF_SECTIONS_MAX]; /* by row, in the scratch arena */
	bool is_blurred;		    /* there was a word that may be a keyword misspelled */
	const struct block_index *headless; /* the block whose `{` was missing ... */
	bool is_headless_list;		    /* ... or there was such a list */
};

struct parser {
	struct conf *conf;
	struct conf_report *report;
	struct arena *scratch; /* of the statement of the outermost level */
	struct scope *scope;
	bool is_canonical;
};

/* A finding at a word, with the blocks around it; an error marks the objects faulty. */
void scope_complain(struct parser *p, enum conf_severity severity, const struct word *w,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void scope_mark_faulty(struct scope *s);

/* What a type reads from: the words of the line from number `next` on. */
struct type_in scope_input(
	struct parser *p, const struct tree_line *line, unsigned next, const struct conf_row *row);

/* Object n begins, or a block goes on that was there before; and it ends. */
void scope_enter(struct parser *p, struct scope *s, unsigned n, struct conf_obj *obj,
	struct block_index *index);
void scope_leave(struct parser *p, struct scope *s, unsigned n);

/* Notes where a row was written first. */
void scope_place(struct scope *s, unsigned n, unsigned row, const struct word *w);
/* Reads one value into object n; the row counts as written even if it is wrong. 0 or -1. */
int scope_read_value(
	struct parser *p, struct scope *s, unsigned n, unsigned row, struct type_in *in);
/*
 * The positional arguments that stand in front, from word *next on. An argument that may be missing
 * is missing where the line ends or an option of the line follows. 0 or -1.
 */
int scope_read_args(struct parser *p, struct scope *s, unsigned n, const struct tree_line *line,
	unsigned *next);
/* Complains about each required row that was not written. */
void scope_check_required(struct parser *p, struct scope *s, unsigned n);
/* May there be something to say of the keyword? For most there is not. */
static inline bool scope_is_remarkable(const struct conf_row *row, enum keyword_kind kind)
{
	return row->state != CONF_WORKS || kind == KEYWORD_DEPRECATED ||
	       (row->flags & CONF_GENERATED);
}

/*
 * Does the row say something other than "works"? Says so. True if its words are not to be read:
 * refused, or obsolete without a value.
 */
bool scope_announce(
	struct parser *p, const struct word *w, const struct conf_row *row, enum keyword_kind kind);

/* ---- parse_line.c ---- */

/* The lines between the braces of `list`, as objects of the row. */
void scope_read_lines(struct parser *p, struct scope *outer, unsigned n, unsigned row,
	const struct tree_line *list);
/*
 * One object of a conf_type_line row, from word `*next` of the line on, which is the one behind the
 * keyword. is_nested: what is no argument or option is left to the line around it.
 */
void scope_read_line(struct parser *p, struct scope *outer, unsigned n, unsigned row,
	const struct tree_line *line, unsigned *next, bool is_nested);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_TREE_H
#define KEEPD_CORE_CONF_TREE_H

/*
 * Lines as a tree: what stands before `{` or the end of the line is one statement, what stands
 * between its braces are its children. No keyword means anything here. The tree of one statement of
 * the outermost level is in memory at a time.
 */

#include "core/conf/source.h"

#define CONF_DEPTH_MAX 32

struct tree_line {
	struct word *words;
	unsigned count;		/* at least 1 */
	struct word_source raw; /* as written, for script lines */
	bool has_block;
	struct tree_line *children, *last_child, *next;
	struct words_room room; /* of the words, if they fit */
};

struct tree {
	struct source *source;
	struct arena *arena;	 /* of the statement; reset by whoever owns it between statements */
	struct word_source line; /* what is left of the line being read */
	bool is_line_begun;	 /* something of that line was taken already */
	const struct tree_line
		*suspect; /* the first block closed by a `}` that is indented otherwise */
	bool is_at_end;
};

/* The next statement of the outermost level with all that is inside; NULL at the end. */
struct tree_line *tree_next(struct tree *t);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_EXPAND_H
#define KEEPD_CORE_CONF_EXPAND_H

/*
 * Replaces $NAME and ${NAME} in a line. Knows no files. Bounded: in depth, in the bytes put into
 * one line, and in the bytes put into all lines together.
 */

#include "core/conf/param.h"
#include "core/conf/report.h"

#define CONF_EXPAND_DEPTH 32
#define CONF_LINE_MAX	  ((size_t)1 << 20)
#define CONF_EXPANDED_MAX ((size_t)32 << 20)

struct expand {
	struct params *params;
	struct conf_report *report;
	struct arena *arena;
	size_t total;	   /* put into lines so far, and 128 for each line made */
	bool is_exhausted; /* more than CONF_EXPANDED_MAX; reported */

	/* of the line being expanded */
	struct line_out out;
	const struct conf_origin *origin;
	struct conf_pos place; /* of the outermost parameter being replaced */
	uint32_t width;
	size_t cost, comment_at;
	unsigned depth;
	bool is_quoted, is_failed, is_rounds_only;

	/* a parameter of several lines at the end of the line: the last result */
	const struct param_value *body;
	const char *body_name;
	struct conf_pos body_place;
};

void expand_free(struct expand *e);
/*
 * Replaces in *line; its origin has the variables of sequences. False if the line is to be dropped
 * (reported). A line that ends with a parameter of several lines is expanded up to it, see body.
 */
bool expand_line(struct expand *e, struct word_source *line, const struct conf_origin *origin);
/* The same with the variables of sequences only, for definitions. */
bool expand_rounds(struct expand *e, struct word_source *line, const struct conf_origin *origin);
/*
 * A line that begins with a parameter whose value begins with @ or ~ gets that value, as it was
 * written, instead of the parameter. False if it does not begin so.
 */
bool expand_head(struct expand *e, struct word_source *line, const struct conf_origin *origin);
/* Counts bytes made. False when there are too many (reported once, at that place). */
bool expand_count(struct expand *e, size_t bytes, struct conf_pos pos, uint32_t width);

struct conf_origin *origin_new(
	struct arena *a, enum origin_kind kind, const struct conf_origin *outer, const char *name);

#endif

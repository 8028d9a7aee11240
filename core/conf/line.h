/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_LINE_H
#define KEEPD_CORE_CONF_LINE_H

/*
 * Where the bytes of a line come from. A line read as it stands needs one place; a line that
 * parameters were replaced in, or that a sequence made, has a map: stretches, each with the place
 * the user wrote it at. How it came to be read (which parameter, which round of a sequence) is its
 * origin and goes with the file of a place, so that whoever keeps a place keeps that, too.
 */

#include "core/conf/bytes.h"
#include "core/conf/words.h"

struct conf_origin;

struct conf_file {
	const char *name; /* as a person would open it */
	const char *text; /* NULL once the text is released */
	size_t len;
	unsigned number;		  /* in the order of reading, from 0 */
	const struct conf_origin *origin; /* NULL: the line is read as it stands */
};

enum origin_kind {
	ORIGIN_BODY,  /* a line of a parameter of several lines */
	ORIGIN_ROUND, /* one value of one variable of a sequence */
	ORIGIN_VALUE, /* the value of a parameter, within a line */
	ORIGIN_FAULT, /* an error was reported there; what follows from it is not worth telling */
};

struct conf_origin {
	enum origin_kind kind;
	unsigned depth;			 /* how many more there are below */
	const struct conf_origin *outer; /* NULL = the line of the file */
	const void *what;		 /* BODY: identifies the definition */
	const char *name;		 /* without the $ */
	const char *value;		 /* ROUND, VALUE */
	struct conf_pos pos;		 /* BODY: where it is used; VALUE: where it is defined */
};

/* The file as seen from lines of that origin. */
const struct conf_file *line_view(
	struct arena *a, const struct conf_file *file, const struct conf_origin *origin);
/* "from $BODY used in line 12, with i = 3"; malloc'ed, NULL if there is nothing to say. */
char *line_origin_text(const struct conf_pos *pos);

/* Was an error reported there already? */
static inline bool line_is_faulty(const struct conf_pos *pos)
{
	return pos->file && pos->file->origin && pos->file->origin->kind == ORIGIN_FAULT;
}

/* A stretch of a line, up to the next one. */
struct line_segment {
	size_t at;	/* where it begins in the line */
	uint32_t width; /* 0 = stands there as it is, else as many columns stand for it */
	struct conf_pos pos;
};

struct line_map {
	const char *text; /* of the whole line */
	size_t count;
	struct line_segment segments[]; /* the first begins at 0 */
};

/* The line without its map if it stands in a file as it is. */
void line_simplify(struct word_source *line);
/* The same line, read for another reason. */
void line_set_origin(struct word_source *line, struct arena *a, const struct conf_origin *origin);
/* The place of `len` bytes at an offset, and how wide they are as written (width may be NULL). */
struct conf_pos line_pos(const struct word_source *src, size_t at, size_t len, uint32_t *width);
/* Drops bytes at the beginning. */
void line_advance(struct word_source *line, size_t by);
/* Drops blanks at both ends. */
void line_trim(struct word_source *line);
/* The length of a line without its comment: # or ! outside "...", not behind a backslash. */
size_t line_without_comment(const char *text, size_t len);

/* ---- making a line with a map ---- */

struct line_out {
	char *text;
	size_t len, room;
	struct line_segment *segments;
	size_t count, segment_room;
};

void line_out_begin(struct line_out *out); /* empties it, keeps the memory */
void line_out_free(struct line_out *out);
/* All that is put from now on comes from there. */
void line_out_place(struct line_out *out, struct conf_pos pos, uint32_t width);
void line_out_put(struct line_out *out, const char *text, size_t len);
/* A stretch of another line with the places it has there. */
void line_out_copy(struct line_out *out, const struct word_source *from, size_t at, size_t len);
/* Drops what is behind an offset. */
void line_out_cut(struct line_out *out, size_t len);
/* Where the byte at an offset comes from. */
struct conf_pos line_out_pos(const struct line_out *out, size_t at, uint32_t *width);
/* The line; text and map are in the arena. */
struct word_source line_out_end(struct line_out *out, struct arena *a);

#endif

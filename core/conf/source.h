/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_SOURCE_H
#define KEEPD_CORE_CONF_SOURCE_H

/*
 * The files as one stream of lines: includes are followed, comments and blank lines are gone,
 * parameters are replaced, and each byte knows its place. What is not a text file is refused here.
 */

#include <sys/stat.h>
#include "core/arena.h"
#include "core/conf/line.h"
#include "core/conf/report.h"

#define CONF_INCLUDE_DEPTH 16
#define CONF_FILES_MAX	   10000
#define CONF_BYTES_MAX	   ((size_t)256 << 20) /* of all files together */

/* One include directive, or the main file: the files it stands for, one open at a time. */
struct source_frame {
	char **paths;
	size_t count, next;
	struct conf_file *file; /* NULL: open paths[next] */
	size_t at;
	const char *remarkable; /* the first byte from `at` on that needs a closer look */
	uint32_t line;
	dev_t dev;
	ino_t ino;
	bool is_pattern;
	struct conf_pos from; /* the include line */
	uint32_t from_width;
	unsigned check;		      /* of includes in the file, see include.h */
	struct generator *generators; /* of lines, before the next one of the file */
};

struct prepare;

struct source {
	struct arena *arena; /* of names, texts and files */
	struct conf_report *report;
	bool is_canonical;
	const char *config_id;	 /* NULL = the first label of the host name */
	uint64_t random_seed;	 /* 0 = made of the names of host and config-id */
	struct prepare *prepare; /* NULL until a line needs it */
	bool is_given_up;	 /* a part of it is not read; reported */
	struct source_frame frames[CONF_INCLUDE_DEPTH];
	unsigned depth;
	size_t bytes;
	unsigned files;
	struct conf_pos last; /* of the last line of the last file, for what is found at the end */
};

/* Begins with a file; -1 if it cannot be read (reported). */
int source_open(struct source *s, const char *path);
/* Begins with a text, copied. */
void source_open_text(struct source *s, const char *name, const char *text, size_t len);

/*
 * The next line with something in it, without comment and outer blanks, parameters replaced. False
 * at the end, or when the rest is given up (is_given_up).
 */
bool source_next(struct source *s, struct word_source *line);
/* Frees what is not in the arena; the lines stay valid. */
void source_close(struct source *s);

/* ---- source_file.c ---- */

/* The text of a regular file, in the arena with a NUL behind it; NULL with *why, a constant. */
char *source_read_file(
	struct source *s, const char *path, struct stat *st, size_t *len, const char **why);
/* What a file is if it is no regular one: "is a directory, not a file". */
const char *source_kind_of_file(mode_t mode);

/* ---- for include.c ---- */

static inline struct source_frame *source_top(struct source *s)
{
	return &s->frames[s->depth - 1];
}

#endif

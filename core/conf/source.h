/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_SOURCE_H
#define KEEPD_CORE_CONF_SOURCE_H

/*
 * The files as one stream of lines: includes are followed, comments and blank lines are gone, and
 * each line knows its file and number. What is not a text file is refused here.
 */

#include <sys/types.h>
#include "core/arena.h"
#include "core/conf/report.h"
#include "core/conf/words.h"

#define CONF_INCLUDE_DEPTH 16
#define CONF_FILES_MAX	   10000
#define CONF_BYTES_MAX	   ((size_t)256 << 20) /* of all files together */

struct conf_file {
	const char *name; /* as a person would open it */
	const char *text; /* NULL once the text is released */
	size_t len;
	unsigned number; /* in the order of reading, from 0 */
};

/* One include directive, or the main file: the files it stands for, one open at a time. */
struct source_frame {
	char **paths;
	size_t count, next;
	struct conf_file *file; /* NULL: open paths[next] */
	size_t at;
	uint32_t line;
	dev_t dev;
	ino_t ino;
	bool is_pattern;
	struct conf_pos from; /* the include line */
	uint32_t from_width;
};

struct source {
	struct arena *arena; /* of names, texts and files */
	struct conf_report *report;
	bool is_canonical;
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

/* The next line with something in it, without comment and outer blanks. False at the end. */
bool source_next(struct source *s, struct word_source *line);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_PREPARE_H
#define KEEPD_CORE_CONF_PREPARE_H

/*
 * What a line means before any keyword is looked at: `@ID` makes it a condition, `$NAME=` a
 * definition, `~SEQ()` many lines; else its parameters are replaced. Only lines that may be one of
 * these come here (line_is_special()); a line of plain words costs nothing.
 */

#include <string.h>
#include "core/conf/expand.h"

struct generator; /* of lines that stand in no file; one on top of another */

struct prepare {
	struct arena *arena;
	struct conf_report *report;
	struct params params;
	struct expand expand;
	struct param_value *open; /* the definition whose next line is to come */
	bool is_open;		  /* ... which is left out if `open` is NULL */
	struct conf_pos open_place;
};

/* folder gives the absolute folder of the file being read. */
struct prepare *prepare_new(struct arena *a, struct conf_report *report, const char *config_id,
	uint64_t random_seed, const char *(*folder)(void *arg), void *folder_arg);
void prepare_free(struct prepare *p); /* NULL is fine */

static inline bool line_is_special(const struct word_source *line)
{
	return line->len && !(line->absent & BYTE_SPECIAL) &&
	       (line->text[0] == '@' || line->text[0] == '~' || memchr(line->text, '$', line->len));
}

/* One line of a file. True if *line is now one to be read; else it meant something else. */
bool prepare_line(struct prepare *p, struct generator **generators, struct word_source *line);
/* The next line of the generator on top (which may be gone then). The same result. */
bool prepare_generated(struct prepare *p, struct generator **generators, struct word_source *line);
/* A line of a file, while a definition is open. */
void prepare_definition(struct prepare *p, const struct word_source *line);
/* The file has ended. */
void prepare_end_of_file(struct prepare *p);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_PARAM_H
#define KEEPD_CORE_CONF_PARAM_H

/*
 * Parameters: names the file defines with $NAME=value, and those that are always there (_PWD,
 * _INSTANCE, _RANDOM, _ENV, _HASH, _BANG). Values are kept as written; expand.h replaces.
 */

#include "core/conf/line.h"

struct value_line {
	struct value_line *next;
	struct word_source text;
};

/* One definition. Stays as it is when the name is defined anew. */
struct param_value {
	struct value_line *lines, *last; /* NULL: empty */
	struct conf_pos pos;		 /* of the $NAME= */
	bool is_multi;			 /* written over several lines */
	bool is_busy;			 /* being replaced right now */
	bool is_faulty;			 /* contains itself; reported */
	/* the view of the last line it was used in, and of which one */
	const struct conf_file *view, *view_of;
};

struct param {
	const char *name;
	size_t len;
	struct param_value *value; /* NULL: somebody asked for it, but it is not defined */
	bool is_warned, is_told;   /* as a warning, as an error: once each */
};

struct params {
	struct arena *arena;
	struct param **slots; /* open addressing; malloc'ed */
	size_t size, count;
	const char *config_id;
	uint64_t random_state;
	/* The absolute folder of the file being read, in the arena. */
	const char *(*folder)(void *arg);
	void *folder_arg;
};

void params_free(struct params *p);
/* The length of the name at the beginning of the text, 0 if there is none. */
size_t param_name_len(const char *text, size_t len);
/* The entry of a name, made if there is none. */
struct param *param_get(struct params *p, const char *name, size_t len);
/* A new definition with its first line; it takes effect at once. */
struct param_value *param_define(
	struct params *p, const char *name, size_t len, struct conf_pos pos, bool is_multi);
void param_add_line(struct params *p, struct param_value *value, const struct word_source *line);
/* The nearest defined name, NULL if none is near. */
const char *param_nearest(const struct params *p, const char *name, size_t len);

/* Is it one of those that are always there? */
bool param_is_predefined(const char *name, size_t len);
/*
 * The value of a predefined parameter with its arguments (what stands between the name and the
 * closing brace), in the arena. NULL with *why.
 */
const char *param_predefined(struct params *p, const char *name, size_t len, const char *args,
	size_t args_len, const char **why);

#endif

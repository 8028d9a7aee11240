/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_CONF_H
#define KEEPD_CORE_CONF_CONF_H

/*
 * The life of a configuration: files -> source (source.h) -> tree (tree.h) -> typed objects by
 * table (schema.h) -> rules -> struct conf, const. parse(print(conf)) == conf.
 */

#include <stdio.h>
#include "core/conf/schema.h"
#include "core/err.h"

struct conf; /* one configuration: an arena and the root object of each section */

enum conf_severity {
	CONF_WARNING,
	CONF_ERROR,
	/* Right, but keepd cannot do it yet: as CONF_ERROR for who wants to run with it ... */
	CONF_NOT_BUILT,
	CONF_IGNORED, /* ... and as CONF_WARNING where nothing depends on it. */
};

#define CONF_ERRORS_MAX 20 /* as many are kept and shown; the rest are counted */

/* What was found while reading: shown to people compiler-like, file:line:col first. */
struct conf_report;

struct conf_report *conf_report_new(void);
void conf_report_free(struct conf_report *r);
/* How many were found, those that are not kept included: CONF_ERROR and CONF_NOT_BUILT ... */
unsigned conf_report_errors(const struct conf_report *r);
/* ... CONF_WARNING and CONF_IGNORED ... */
unsigned conf_report_warnings(const struct conf_report *r);
/* ... and CONF_NOT_BUILT alone. */
unsigned conf_report_not_built(const struct conf_report *r);
/* "3 errors, 1 warning, 2 keywords not supported yet" */
void conf_report_sum(const struct conf_report *r, FILE *out);
bool conf_report_is_unreadable(const struct conf_report *r); /* the main file could not be read */
/* Prints what is kept, by place: "file:3:5: error: ...", the line, a caret, the blocks around. */
void conf_report_print(const struct conf_report *r, FILE *out);
/*
 * The first error by place in one line, for logs and CONF_REJECT; "" if there is none. Belongs to
 * the report.
 */
const char *conf_report_first(const struct conf_report *r);

struct conf_params {
	const struct conf_section *const *sections; /* NULL-terminated */
	uint64_t generation;
	bool is_canonical;  /* text printed by keepd itself: generated rows allowed, no include,
			       names already resolved */
	bool is_to_look_at; /* not to run with: returned in spite of CONF_NOT_BUILT */
	bool has_no_rules;  /* values as they are written: neither inherited nor judged together */
	const char *config_id; /* of lines with @ID; NULL = the first label of the host name */
	uint64_t random_seed;  /* of ${_RANDOM}, until the file says random_seed; 0 = of the host */
};

/* Reads a file with all its includes. NULL if there is any error (see the report). Caller frees. */
struct conf *conf_read_file(
	const char *path, const struct conf_params *params, struct conf_report *r);
/* The same from memory; name stands for the file in messages. */
struct conf *conf_read_text(const char *name, const char *text, size_t len,
	const struct conf_params *params, struct conf_report *r);
void conf_free(struct conf *c); /* NULL is fine */

/* One of several that were read with a section each, in the order given. Takes the parts. */
struct conf *conf_join(struct conf *const *parts, unsigned count);

uint64_t conf_generation(const struct conf *c);
/* The root object of a section, or NULL if the conf was read without it. */
const struct conf_obj *conf_root(const struct conf *c, const struct conf_section *section);

/* Prints the canonical text of one section: what was written, in one spelling, secrets included. */
void conf_print(const struct conf *c, const struct conf_section *section, FILE *out);
/* As malloc'ed text; caller frees. */
char *conf_print_text(const struct conf *c, const struct conf_section *section, size_t *len);

/* What is printed in place of a secret; it is refused as one. */
#define CONF_MASK "********"

enum conf_print_flags {
	CONF_PRINT_EFFECTIVE = 1 << 0, /* also values that were inherited, and defaults */
	CONF_PRINT_MASKED = 1 << 1,    /* asterisks for secrets */
};

/* Prints all sections as one file, for people; `how` is of enum conf_print_flags. */
void conf_print_all(const struct conf *c, unsigned how, FILE *out);

/* A script, and the row of the object in which it is written. */
typedef void conf_script_fn(void *arg, const struct conf_obj *obj, const struct conf_row *row,
	const struct conf_script *script);
/* Calls fn for each script of all sections, once for each id. */
void conf_scripts(const struct conf *c, conf_script_fn *fn, void *arg);

/* ---- diff by identity ---- */

enum conf_op {
	CONF_ADD,
	CONF_DEL,
	CONF_CHANGE,
	CONF_SAME,
};

struct conf_change {
	enum conf_op op;
	const void *old_obj, *new_obj;	   /* NULL for ADD resp. DEL */
	uint64_t rows[CONF_ROWS_MAX / 64]; /* CHANGE: which rows differ, sub-blocks included */
	enum conf_scope scope;		   /* CHANGE: the strongest of the rows that differ */
};

/*
 * Pairs the objects of two lists of the same block by their CONF_KEY rows. Returns an array of
 * changes (malloc, caller frees), deletions first, then the new list in its order. Linear.
 */
struct conf_change *conf_diff(
	const struct conf_list *old_list, const struct conf_list *new_list, size_t *count);

/* Did the row whose field is at `offset` change? */
bool conf_change_has(const struct conf_change *ch, const struct conf_block *block, uint32_t offset);

/* Are all values of two objects of the same block equal, sub-blocks included? */
bool conf_equal(const struct conf_obj *a, const struct conf_obj *b);
/* Over all values, or over the CONF_KEY rows only. */
uint64_t conf_hash(const struct conf_obj *obj, bool key_only);

struct conf_compare_result {
	unsigned added, removed, changed; /* objects, objects, values */
};

/*
 * Prints what is different between two configurations of the same sections, for people: `+` and `-`
 * for objects, `~ name: old -> new` for values. Secrets are not shown.
 */
struct conf_compare_result conf_compare(const struct conf *a, const struct conf *b, FILE *out);

/* ---- rules ---- */

/* Reports a finding about obj; row (may be NULL) is the keyword whose place is shown. */
void conf_complain(struct conf_rules *r, enum conf_severity severity, const struct conf_obj *obj,
	const struct conf_row *row, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* The row of a block whose field is at `offset` (never NULL: a wrong offset is fatal). */
const struct conf_row *conf_row_at(const struct conf_block *block, uint32_t offset);
/* Was the row written in the file? */
bool conf_is_set(const struct conf_obj *obj, uint32_t offset);

#endif

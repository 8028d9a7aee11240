/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_OPTIONS_H
#define KEEPD_KEEPD_OPTIONS_H

/* The command line of keepd(8). */

#include <stdbool.h>
#include "core/cli.h"
#include "core/log.h"

enum run_mode {
	MODE_RUN,
	MODE_TEST,     /* -t */
	MODE_DUMP,     /* --dump-config */
	MODE_WITHDRAW, /* --withdraw */
	MODE_SCHEMA,   /* --schema */
	MODE_EXPLAIN,  /* --explain */
};

/* --schema=FORM */
enum schema_form {
	SCHEMA_TEXT,
	SCHEMA_JSON,
	SCHEMA_MAN,
	SCHEMA_SAMPLE,
	SCHEMA_BASH,
};

#define OPTIONS_WORDS_MAX 8

struct options {
	enum run_mode mode;
	const char *conf_path;
	const char *config_id; /* of lines with @ID; NULL = the first label of the host name */
	const char *run_dir;
	const char *user;
	bool is_daemon;
	bool is_strict;	     /* -t: warnings count */
	bool is_compat_exit; /* -t: ends as keepalived -t does */
	bool is_effective;   /* --dump-config: with inherited values and defaults */
	enum schema_form form;
	const char *words[OPTIONS_WORDS_MAX]; /* of --explain */
	unsigned word_count;
	enum log_sink sink;
	enum log_level level;
};

extern const struct cli options_cli;

/* The words of enum log_sink and enum log_level, each NULL-terminated. */
extern const char *const options_sinks[], *const options_levels[];

/* Fills *o; on a mistake prints one line to stderr and returns -1. May exit after --help,
 * --version. */
int options_parse(struct options *o, int argc, char **argv);

#endif

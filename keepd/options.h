/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_OPTIONS_H
#define KEEPD_KEEPD_OPTIONS_H

/* The command line of keepd(8). */

#include <stdbool.h>
#include "core/cli.h"
#include "core/log.h"
#include "core/msg.h"

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
	const char *conf_path; /* -f; NULL = see options_conf_path() */
	const char *config_id; /* of lines with @ID; NULL = the first label of the host name */
	const char *run_dir;
	const char *user;
	const char *pid_path, *vrrp_pid_path, *checker_pid_path; /* NULL = none but the run dir's */
	const char *report_path; /* -t: where messages go; NULL = standard error */
	bool is_daemon;
	bool is_vrrp_only, is_checker_only; /* both: as none */
	bool is_respawn_off;
	bool is_vrrp_kept, is_ipvs_kept; /* in the kernel, at the stop */
	bool is_dumped;			 /* the configuration goes to the log */
	bool is_sigint_ignored;
	const char *facility; /* of syslog, as written and known; NULL = the usual one */
	bool is_strict;	      /* -t: warnings count */
	bool is_compat_exit;  /* -t: ends as keepalived -t does */
	bool is_effective;    /* --dump-config: with inherited values and defaults */
	enum schema_form form;
	const char *words[OPTIONS_WORDS_MAX]; /* of --explain */
	unsigned word_count;
	enum log_sink sink;
	enum log_level level;
};

extern const struct cli options_cli;

/* The words of enum log_sink and enum log_level, each NULL-terminated. */
extern const char *const options_sinks[], *const options_levels[];

/* The file to read now: that of -f, else keepd.conf, else that of keepalived if only that exists.
 */
const char *options_conf_path(const struct options *o);
bool options_is_fallback(const char *conf_path);

/* Is this role to be started at all, should the configuration want it? */
bool options_want(const struct options *o, enum role role);
/* Where the pid of a child is to be written, or NULL. */
const char *options_pid_path(const struct options *o, enum role role);

/* Fills *o; on a mistake prints one line to stderr and returns -1. May exit after --help,
 * --version, --signum. */
int options_parse(struct options *o, int argc, char **argv);

#endif

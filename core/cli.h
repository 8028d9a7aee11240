/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CLI_H
#define KEEPD_CORE_CLI_H

/*
 * A command line as a table: the same rows are parsed, printed by --help and made into completion
 * for shells, so that none of these can be stale.
 */

#include <stdbool.h>
#include <stdio.h>

enum cli_kind {
	CLI_NONE, /* no value */
	CLI_TEXT,
	CLI_FILE,
	CLI_DIR,
	CLI_USER,
	CLI_WORD,    /* one of words */
	CLI_KEYWORD, /* a keyword of the configuration */
};

/* What becomes of an option that another daemon has as well. */
enum cli_state {
	CLI_WORKS,
	CLI_MOOT,    /* taken without a word: it is so anyway */
	CLI_IGNORED, /* taken with a line that says why it does nothing */
	CLI_REFUSED, /* wrong usage, with a line that says what to do instead */
};

struct cli_option {
	int id;		  /* what cli_next() returns; a letter is the short form */
	const char *name; /* without the dashes */
	enum cli_kind kind;
	const char *value;	  /* for people: "FILE" */
	const char *const *words; /* of CLI_WORD, NULL-terminated */
	bool is_optional;	  /* the value, written as --name=VALUE */
	const char *dflt;
	const char *doc; /* none: not shown, not completed. Not CLI_WORKS: why, what instead */
	enum cli_state state;
};

#define CLI_OPTIONS_MAX 80

/* A verb, as of keepctl. */
struct cli_verb {
	const char *name;
	const char *args; /* "show [--effective]"; NULL = none. A first word in small letters
			     belongs to the verb */
	const char *doc;
};

struct cli {
	const char *program;
	const struct cli_option *options; /* ended by a NULL name */
	const struct cli_verb *verbs;	  /* ended by a NULL name; NULL = none */
};

/* As getopt_long(): the id of the next option that works (its value in optarg), '?' after a
 * complaint, -1 at the end. */
int cli_next(const struct cli *c, int argc, char **argv);
/* The place of a word in a NULL-terminated list; -1 after a complaint about --option. */
int cli_word(const struct cli *c, const char *option, const char *word, const char *const *words);

/* The verbs, the options that work, then those that do not; a line each. */
void cli_print(const struct cli *c, FILE *out);
/* A function for bash-completion; keywords: a name of a bash array for CLI_KEYWORD. */
void cli_print_bash(const struct cli *c, FILE *out);

#endif

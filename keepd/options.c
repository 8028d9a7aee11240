/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of keepd(8). See options.h.
 */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli.h"
#include "core/exit.h"
#include "keepd/options.h"

enum {
	OPT_RUN_DIR = 256,
	OPT_USER,
	OPT_WITHDRAW,
	OPT_STRICT,
	OPT_COMPAT_EXIT,
	OPT_DUMP,
	OPT_EFFECTIVE,
	OPT_DAEMON,
	OPT_LOG,
	OPT_LOG_LEVEL,
	OPT_VERSION,
	OPT_SCHEMA,
	OPT_EXPLAIN,
};

const char *const options_sinks[] = { "stderr", "syslog", NULL };
const char *const options_levels[] = { "error", "warning", "notice", "info", "debug", NULL };
/* in the order of enum schema_form */
static const char *const forms[] = { "text", "json", "man", "sample", "bash", NULL };

/* clang-format off */
static const struct cli_option rows[] = {
	{ 'f', "use-file", CLI_FILE, "FILE", NULL, false, KEEPD_SYSCONFDIR "/keepd/keepd.conf", "the configuration" },
	{ 'i', "config-id", CLI_TEXT, "ID", NULL, false, "the host name up to its first dot", "which lines with @ID are read" },
	{ 't', "config-test", CLI_NONE, NULL, NULL, false, NULL, "check the configuration and say what is wrong" },
	{ OPT_STRICT, "strict", CLI_NONE, NULL, NULL, false, NULL, "with -t: warnings count as errors" },
	{ OPT_COMPAT_EXIT, "compat-exit", CLI_NONE, NULL, NULL, false, NULL, "with -t: end as keepalived -t does" },
	{ OPT_DUMP, "dump-config", CLI_NONE, NULL, NULL, false, NULL, "print the configuration in one spelling" },
	{ OPT_EFFECTIVE, "effective", CLI_NONE, NULL, NULL, false, NULL, "with --dump-config: inherited values and defaults as well" },
	{ OPT_EXPLAIN, "explain", CLI_KEYWORD, "KEYWORD", NULL, false, NULL, "what a keyword of the configuration means" },
	{ OPT_SCHEMA, "schema", CLI_WORD, "FORM", forms, true, "text", "all keywords" },
	{ OPT_DAEMON, "daemon", CLI_NONE, NULL, NULL, false, NULL, "go to the background once all children are ready" },
	{ OPT_WITHDRAW, "withdraw", CLI_NONE, NULL, NULL, false, NULL, "remove the addresses a dead keepd left behind" },
	{ OPT_RUN_DIR, "run-dir", CLI_DIR, "DIR", NULL, false, KEEPD_RUNDIR, "pid file, control socket, state" },
	{ OPT_USER, "user", CLI_USER, "NAME", NULL, false, KEEPD_USER, "unprivileged user of the children" },
	{ OPT_LOG, "log", CLI_WORD, "SINK", options_sinks, false, "stderr; syslog with --daemon", "where messages go" },
	{ OPT_LOG_LEVEL, "log-level", CLI_WORD, "LEVEL", options_levels, false, "info", "which messages" },
	{ 'h', "help", CLI_NONE, NULL, NULL, false, NULL, "this text" },
	{ OPT_VERSION, "version", CLI_NONE, NULL, NULL, false, NULL, "the version" },
	{ 0 },
};
/* clang-format on */

const struct cli options_cli = { .program = "keepd", .options = rows };

static const char usage[] = "usage: keepd [-f FILE] [--daemon]      run\n"
			    "       keepd -t [--strict] [-f FILE]   check the configuration\n"
			    "       keepd --dump-config [-f FILE]   print it\n"
			    "       keepd --withdraw                clean up after a dead one\n"
			    "       keepd --explain KEYWORD         also BLOCK/KEYWORD\n"
			    "\n";

static _Noreturn void help(void)
{
	fputs(usage, stdout);
	cli_print(&options_cli, stdout);
	exit(EXIT_OK);
}

static int words_after(struct options *o, int argc, char **argv)
{
	if (o->mode == MODE_EXPLAIN) {
		for (int i = optind; i < argc && o->word_count < OPTIONS_WORDS_MAX; i++)
			o->words[o->word_count++] = argv[i];
	} else if (optind < argc) {
		fprintf(stderr, "keepd: %s: unexpected; try keepd --help\n", argv[optind]);
		return -1;
	}
	return 0;
}

int options_parse(struct options *o, int argc, char **argv)
{
	int opt, form, sink = -1, level = LOG_LEVEL_INFO;

	*o = (struct options){ .conf_path = KEEPD_SYSCONFDIR "/keepd/keepd.conf",
		.run_dir = KEEPD_RUNDIR,
		.user = KEEPD_USER };
	while ((opt = cli_next(&options_cli, argc, argv)) != -1) {
		switch (opt) {
		case 'f': o->conf_path = optarg; break;
		case 'i':
			if (!*optarg || strpbrk(optarg, " \t")) {
				fputs("keepd: --config-id takes one word\n", stderr);
				return -1;
			}
			o->config_id = optarg;
			break;
		case 't': o->mode = MODE_TEST; break;
		case OPT_DAEMON: o->is_daemon = true; break;
		case OPT_STRICT: o->is_strict = true; break;
		case OPT_COMPAT_EXIT: o->is_compat_exit = true; break;
		case OPT_DUMP: o->mode = MODE_DUMP; break;
		case OPT_EFFECTIVE: o->is_effective = true; break;
		case OPT_WITHDRAW: o->mode = MODE_WITHDRAW; break;
		case OPT_RUN_DIR: o->run_dir = optarg; break;
		case OPT_USER: o->user = optarg; break;
		case OPT_LOG:
			if ((sink = cli_word(&options_cli, "log", optarg, options_sinks)) < 0)
				return -1;
			break;
		case OPT_LOG_LEVEL:
			if ((level = cli_word(&options_cli, "log-level", optarg, options_levels)) <
				0)
				return -1;
			break;
		case OPT_EXPLAIN:
			o->mode = MODE_EXPLAIN;
			o->words[0] = optarg;
			o->word_count = 1;
			break;
		case OPT_SCHEMA:
			o->mode = MODE_SCHEMA;
			form = cli_word(&options_cli, "schema", optarg ? optarg : "text", forms);
			if (form < 0)
				return -1;
			o->form = (enum schema_form)form;
			break;
		case OPT_VERSION: printf("keepd %s\n", PACKAGE_VERSION); exit(EXIT_OK);
		case 'h': help();
		default: fputs("keepd: try keepd --help\n", stderr); return -1;
		}
	}
	if (words_after(o, argc, argv) < 0)
		return -1;
	o->sink = sink >= 0	 ? (enum log_sink)sink
		  : o->is_daemon ? LOG_SINK_SYSLOG
				 : LOG_SINK_STDERR;
	o->level = (enum log_level)level;
	return 0;
}

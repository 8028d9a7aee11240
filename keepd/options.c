/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of keepd(8). See options.h.
 */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	OPT_LOG,
	OPT_LOG_LEVEL,
	OPT_VERSION,
	OPT_SCHEMA,
};

static const struct option long_options[] = {
	{ "use-file", required_argument, NULL, 'f' },
	{ "config-test", no_argument, NULL, 't' },
	{ "strict", no_argument, NULL, OPT_STRICT },
	{ "compat-exit", no_argument, NULL, OPT_COMPAT_EXIT },
	{ "dump-config", no_argument, NULL, OPT_DUMP },
	{ "effective", no_argument, NULL, OPT_EFFECTIVE },
	{ "daemon", no_argument, NULL, 'd' },
	{ "withdraw", no_argument, NULL, OPT_WITHDRAW },
	{ "run-dir", required_argument, NULL, OPT_RUN_DIR },
	{ "user", required_argument, NULL, OPT_USER },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "log-level", required_argument, NULL, OPT_LOG_LEVEL },
	{ "schema", optional_argument, NULL, OPT_SCHEMA },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
	"usage: keepd [-f FILE] [--daemon]      run\n"
	"       keepd -t [--strict] [--compat-exit] [-f FILE]\n"
	"                                       check the configuration and say what is wrong\n"
	"       keepd --dump-config [--effective] [-f FILE]\n"
	"                                       print it in one spelling, or with all defaults\n"
	"       keepd --withdraw                remove the addresses a dead keepd left behind\n"
	"       keepd --schema[=text|man]       print the table of all keywords\n"
	"\n"
	"  -f, --use-file FILE     configuration [" KEEPD_SYSCONFDIR "/keepd/keepd.conf]\n"
	"      --daemon            go to the background once all children are ready\n"
	"      --run-dir DIR       pid file, control socket, state [" KEEPD_RUNDIR "]\n"
	"      --user NAME         unprivileged user of the children [" KEEPD_USER "]\n"
	"      --log stderr|syslog [stderr; syslog with --daemon]\n"
	"      --log-level error|warning|notice|info|debug [info]\n"
	"      --version\n";

const char *const options_sinks[] = { "stderr", "syslog", NULL };
const char *const options_levels[] = { "error", "warning", "notice", "info", "debug", NULL };

static int word_index(const char *word, const char *const *words, const char *what)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(word, words[i]))
			return i;
	fprintf(stderr, "keepd: --%s %s: not one of", what, word);
	for (int i = 0; words[i]; i++)
		fprintf(stderr, " %s", words[i]);
	fprintf(stderr, "\n");
	return -1;
}

int options_parse(struct options *o, int argc, char **argv)
{
	static const char *const formats[] = { "text", "man", NULL };
	int opt, format, sink = -1, level = LOG_LEVEL_INFO;

	*o = (struct options){ .conf_path = KEEPD_SYSCONFDIR "/keepd/keepd.conf",
		.run_dir = KEEPD_RUNDIR,
		.user = KEEPD_USER };
	while ((opt = getopt_long(argc, argv, "f:th", long_options, NULL)) != -1) {
		switch (opt) {
		case 'f': o->conf_path = optarg; break;
		case 't': o->mode = MODE_TEST; break;
		case 'd': o->is_daemon = true; break;
		case OPT_STRICT: o->is_strict = true; break;
		case OPT_COMPAT_EXIT: o->is_compat_exit = true; break;
		case OPT_DUMP: o->mode = MODE_DUMP; break;
		case OPT_EFFECTIVE: o->is_effective = true; break;
		case OPT_WITHDRAW: o->mode = MODE_WITHDRAW; break;
		case OPT_RUN_DIR: o->run_dir = optarg; break;
		case OPT_USER: o->user = optarg; break;
		case OPT_LOG:
			if ((sink = word_index(optarg, options_sinks, "log")) < 0)
				return -1;
			break;
		case OPT_LOG_LEVEL:
			if ((level = word_index(optarg, options_levels, "log-level")) < 0)
				return -1;
			break;
		case OPT_SCHEMA:
			o->mode = MODE_SCHEMA;
			if ((format = word_index(optarg ? optarg : "text", formats, "schema")) < 0)
				return -1;
			o->is_manual = format == 1;
			break;
		case OPT_VERSION: printf("keepd %s\n", PACKAGE_VERSION); exit(EXIT_OK);
		case 'h': fputs(usage, stdout); exit(EXIT_OK);
		default: fputs("keepd: try keepd --help\n", stderr); return -1;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "keepd: %s: unexpected; try keepd --help\n", argv[optind]);
		return -1;
	}
	o->sink = sink >= 0	 ? (enum log_sink)sink
		  : o->is_daemon ? LOG_SINK_SYSLOG
				 : LOG_SINK_STDERR;
	o->level = (enum log_level)level;
	return 0;
}

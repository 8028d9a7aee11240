/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of keepd(8): its own options, and all of keepalived's with what becomes of each.
 * See options.h.
 */
#include "config.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cli.h"
#include "core/exit.h"
#include "keepd/options.h"

#define CONF_PATH     KEEPD_SYSCONFDIR "/keepd/keepd.conf"
#define FALLBACK_PATH "/etc/keepalived/keepalived.conf"

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
	OPT_SCHEMA,
	OPT_EXPLAIN,
	OPT_SIGNUM,
	OPT_IGNORE_SIGINT,
	/* of keepalived, without effect */
	OPT_ALL,
	OPT_FLUSH,
	OPT_NO_MEM_CHECK,
	OPT_OPENSSL_MEM_CHECK,
	OPT_PERF,
	OPT_DEBUG,
	OPT_CONFIG_FD,
};

const char *const options_sinks[] = { "stderr", "syslog", NULL };
const char *const options_levels[] = { "error", "warning", "notice", "info", "debug", NULL };
/* in the order of enum schema_form */
static const char *const forms[] = { "text", "json", "man", "sample", "bash", NULL };
static const char *const signal_words[] = { "STOP", "RELOAD", "DATA", "STATS", "STATS_CLEAR",
	"JSON", "TDATA", NULL };

/* clang-format off */
static const struct cli_option rows[] = {
	{ 'f', "use-file", CLI_FILE, "FILE", NULL, false, CONF_PATH ", else " FALLBACK_PATH, .doc = "the configuration" },
	{ 'i', "config-id", CLI_TEXT, "ID", NULL, false, "the host name up to its first dot", .doc = "which lines with @ID are read" },
	{ 't', "config-test", CLI_FILE, "LOGFILE", NULL, true, NULL, .doc = "check the configuration and say what is wrong" },
	{ OPT_STRICT, "strict", CLI_NONE, NULL, NULL, false, NULL, .doc = "with -t: warnings count as errors" },
	{ OPT_COMPAT_EXIT, "compat-exit", CLI_NONE, NULL, NULL, false, NULL, .doc = "with -t: end as keepalived -t does" },
	{ OPT_DUMP, "dump-config", CLI_NONE, NULL, NULL, false, NULL, .doc = "print the configuration in one spelling" },
	{ OPT_EFFECTIVE, "effective", CLI_NONE, NULL, NULL, false, NULL, .doc = "with --dump-config: inherited values and defaults as well" },
	{ OPT_EXPLAIN, "explain", CLI_KEYWORD, "KEYWORD", NULL, false, NULL, .doc = "what a keyword of the configuration means" },
	{ OPT_SCHEMA, "schema", CLI_WORD, "FORM", forms, true, "text", .doc = "all keywords" },
	{ OPT_DAEMON, "daemon", CLI_NONE, NULL, NULL, false, NULL, .doc = "go to the background once all children are ready" },
	{ 'n', "dont-fork", CLI_NONE, NULL, NULL, false, NULL, .doc = "stay in the foreground, as without --daemon" },
	{ OPT_WITHDRAW, "withdraw", CLI_NONE, NULL, NULL, false, NULL, .doc = "remove the addresses a dead keepd left behind" },
	{ 'P', "vrrp", CLI_NONE, NULL, NULL, false, NULL, .doc = "only VRRP is run" },
	{ 'C', "check", CLI_NONE, NULL, NULL, false, NULL, .doc = "only virtual servers are run" },
	{ 'V', "dont-release-vrrp", CLI_NONE, NULL, NULL, false, NULL, .doc = "leave the addresses at the stop, and do not resign" },
	{ 'I', "dont-release-ipvs", CLI_NONE, NULL, NULL, false, NULL, .doc = "leave the virtual servers in the kernel at the stop" },
	{ 'R', "dont-respawn", CLI_NONE, NULL, NULL, false, NULL, .doc = "stop as a whole when a child dies" },
	{ OPT_IGNORE_SIGINT, "ignore-sigint", CLI_NONE, NULL, NULL, false, NULL, .doc = "SIGINT does not stop it" },
	{ OPT_RUN_DIR, "run-dir", CLI_DIR, "DIR", NULL, false, KEEPD_RUNDIR, .doc = "pid file, control socket, state" },
	{ 'p', "pid", CLI_FILE, "FILE", NULL, false, NULL, .doc = "another pid file of the parent" },
	{ 'r', "vrrp_pid", CLI_FILE, "FILE", NULL, false, NULL, .doc = "a pid file of the vrrp process" },
	{ 'c', "checkers_pid", CLI_FILE, "FILE", NULL, false, NULL, .doc = "a pid file of the checker process" },
	{ OPT_USER, "user", CLI_USER, "NAME", NULL, false, KEEPD_USER, .doc = "unprivileged user of the children" },
	{ OPT_LOG, "log", CLI_WORD, "SINK", options_sinks, false, "stderr; syslog with --daemon", .doc = "where messages go" },
	{ OPT_LOG_LEVEL, "log-level", CLI_WORD, "LEVEL", options_levels, false, "info", .doc = "which messages" },
	{ 'l', "log-console", CLI_NONE, NULL, NULL, false, NULL, .doc = "as --log stderr" },
	{ 'G', "no-syslog", CLI_NONE, NULL, NULL, false, NULL, .doc = "as --log stderr" },
	{ 'S', "log-facility", CLI_TEXT, "FACILITY", NULL, false, "daemon", .doc = "of syslog: 0 to 7 for local0 to local7, or a name" },
	{ 'd', "dump-conf", CLI_NONE, NULL, NULL, false, NULL, .doc = "log the configuration at the start and at reloads" },
	{ OPT_SIGNUM, "signum", CLI_WORD, "NAME", signal_words, false, NULL, .doc = "print the number of a signal" },
	{ 'h', "help", CLI_NONE, NULL, NULL, false, NULL, .doc = "this text" },
	{ 'v', "version", CLI_NONE, NULL, NULL, false, NULL, .doc = "the version" },

	/* the rest of keepalived's */
	{ OPT_ALL, "all", CLI_NONE, .state = CLI_MOOT, .doc = "whatever the configuration wants is started" },
	{ 'B', "no_bfd", CLI_NONE, .state = CLI_MOOT, .doc = "BFD is spoken by the vrrp process" },
	{ 'D', "log-detail", CLI_NONE, .state = CLI_MOOT, .doc = "details are logged; --log-level says how many" },
	{ OPT_FLUSH, "flush-log-file", CLI_NONE, .state = CLI_MOOT, .doc = "each line is written at once" },
	{ 'X', "release-vips", CLI_NONE, .state = CLI_MOOT, .doc = "addresses go at the stop, unless -V keeps them" },
	{ OPT_NO_MEM_CHECK, "no-mem-check", CLI_NONE, .state = CLI_MOOT, .doc = "memory is not watched" },

	{ 'b', "bfd_pid", CLI_FILE, "FILE", .state = CLI_IGNORED, .doc = "BFD is spoken by the vrrp process" },
	{ 'x', "snmp", CLI_NONE, .state = CLI_IGNORED, .doc = "keepctl --json status has the same values as SNMP" },
	{ 'A', "snmp-agent-socket", CLI_TEXT, "SOCKET", .state = CLI_IGNORED, .doc = "keepctl --json status has the same values as SNMP" },
	{ 'a', "address-monitoring", CLI_NONE, .state = CLI_IGNORED, .doc = "`ip monitor address` shows all changes; those of its own addresses keepd logs" },
	{ 'u', "umask", CLI_TEXT, "MASK", .state = CLI_IGNORED, .doc = "files of keepd are for their owner and the group of keepd only" },
	{ 'm', "core-dump", CLI_NONE, .state = CLI_IGNORED, .doc = "use LimitCORE= of the service, or ulimit -c" },
	{ 'M', "core-dump-pattern", CLI_TEXT, "PATTERN", NULL, true, .state = CLI_IGNORED, .doc = "it belongs to the whole machine: sysctl kernel.core_pattern" },
	{ 'L', "mem-check-log", CLI_NONE, .state = CLI_IGNORED, .doc = "it is for the developers of keepalived" },
	{ OPT_OPENSSL_MEM_CHECK, "openssl-mem-check", CLI_NONE, .state = CLI_IGNORED, .doc = "it is for the developers of keepalived" },
	{ OPT_PERF, "perf", CLI_TEXT, "WHEN", NULL, true, .state = CLI_IGNORED, .doc = "run `perf record -p PID` beside keepd" },
	{ OPT_DEBUG, "debug", CLI_TEXT, "WHAT", NULL, true, .state = CLI_IGNORED, .doc = "use --log-level debug" },

	{ 'g', "log-file", CLI_FILE, "FILE", NULL, true, .state = CLI_REFUSED, .doc = "use `--log stderr 2>>FILE`, or StandardError=append:FILE of the service" },
	{ 's', "namespace", CLI_TEXT, "NAME", .state = CLI_REFUSED, .doc = "use `ip netns exec NAME keepd`, or NetworkNamespacePath= of the service" },
	{ 'e', "all-config", CLI_NONE, .state = CLI_REFUSED, .doc = "write include_check in global_defs, before the first include" },
	{ 'T', "genhash", CLI_NONE, .state = CLI_REFUSED, .doc = "use `curl -s URL | md5sum`" },
	{ OPT_CONFIG_FD, "config-fd", CLI_TEXT, "FD", .state = CLI_REFUSED, .doc = "it is for use by keepalived itself; use -f FILE" },
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

/* Those of keepalived, so that scripts of both find them. */
static int print_signal(const char *word)
{
	const int numbers[] = { SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGRTMAX - 1, SIGRTMIN + 2,
		SIGRTMAX };
	int i = cli_word(&options_cli, "signum", word, signal_words);

	if (i < 0)
		return -1;
	printf("%d\n", numbers[i]);
	exit(EXIT_OK);
}

/* ---- one option ---- */

struct parsing {
	struct options *o;
	int sink, level; /* -1 = not said */
};

static int take_word(struct options *o, int opt)
{
	switch (opt) {
	case 'i':
		if (*optarg && !strpbrk(optarg, " \t")) {
			o->config_id = optarg;
			return 0;
		}
		fputs("keepd: --config-id takes one word\n", stderr);
		return -1;
	case 'S':
		o->facility = optarg;
		if (log_facility(optarg) >= 0)
			return 0;
		fprintf(stderr,
			"keepd: --log-facility %s: not one of 0 to 7, local0 to local7, "
			"daemon, user, auth, authpriv, cron, syslog\n",
			optarg);
		return -1;
	case OPT_EXPLAIN:
		o->mode = MODE_EXPLAIN;
		o->words[0] = optarg;
		o->word_count = 1;
		return 0;
	case OPT_SCHEMA: {
		int form = cli_word(&options_cli, "schema", optarg ? optarg : "text", forms);

		o->mode = MODE_SCHEMA;
		o->form = form < 0 ? SCHEMA_TEXT : (enum schema_form)form;
		return form < 0 ? -1 : 0;
	}
	case OPT_SIGNUM: return print_signal(optarg);
	case 'v': printf("keepd %s\n", PACKAGE_VERSION); exit(EXIT_OK);
	case 'h': help();
	default: fputs("keepd: try keepd --help\n", stderr); return -1;
	}
}

static int take_log(struct parsing *p, int opt)
{
	switch (opt) {
	case 'l':
	case 'G': p->sink = LOG_SINK_STDERR; return 0;
	case OPT_LOG: p->sink = cli_word(&options_cli, "log", optarg, options_sinks); break;
	case OPT_LOG_LEVEL:
		p->level = cli_word(&options_cli, "log-level", optarg, options_levels);
		return p->level < 0 ? -1 : 0;
	}
	return p->sink < 0 ? -1 : 0;
}

static int take(struct parsing *p, int opt)
{
	struct options *o = p->o;

	switch (opt) {
	case 'f': o->conf_path = optarg; break;
	case 't':
		o->mode = MODE_TEST;
		o->report_path = optarg;
		break;
	case OPT_STRICT: o->is_strict = true; break;
	case OPT_COMPAT_EXIT: o->is_compat_exit = true; break;
	case OPT_DUMP: o->mode = MODE_DUMP; break;
	case OPT_EFFECTIVE: o->is_effective = true; break;
	case OPT_DAEMON: o->is_daemon = true; break;
	case 'n': o->is_daemon = false; break;
	case OPT_WITHDRAW: o->mode = MODE_WITHDRAW; break;
	case 'P': o->is_vrrp_only = true; break;
	case 'C': o->is_checker_only = true; break;
	case 'V': o->is_vrrp_kept = true; break;
	case 'I': o->is_ipvs_kept = true; break;
	case 'R': o->is_respawn_off = true; break;
	case OPT_IGNORE_SIGINT: o->is_sigint_ignored = true; break;
	case OPT_RUN_DIR: o->run_dir = optarg; break;
	case 'p': o->pid_path = optarg; break;
	case 'r': o->vrrp_pid_path = optarg; break;
	case 'c': o->checker_pid_path = optarg; break;
	case OPT_USER: o->user = optarg; break;
	case 'd': o->is_dumped = true; break;
	case 'l':
	case 'G':
	case OPT_LOG:
	case OPT_LOG_LEVEL: return take_log(p, opt);
	default: return take_word(o, opt);
	}
	return 0;
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
	struct parsing p = { .o = o, .sink = -1, .level = LOG_LEVEL_INFO };
	int opt;

	*o = (struct options){ .run_dir = KEEPD_RUNDIR, .user = KEEPD_USER };
	while ((opt = cli_next(&options_cli, argc, argv)) != -1)
		if (take(&p, opt) < 0)
			return -1;
	if (words_after(o, argc, argv) < 0)
		return -1;
	o->sink = p.sink >= 0	 ? (enum log_sink)p.sink
		  : o->is_daemon ? LOG_SINK_SYSLOG
				 : LOG_SINK_STDERR;
	o->level = (enum log_level)p.level;
	return 0;
}

/* ---- what follows from them ---- */

const char *options_conf_path(const struct options *o)
{
	if (o->conf_path)
		return o->conf_path;
	return access(CONF_PATH, F_OK) < 0 && access(FALLBACK_PATH, F_OK) == 0 ? FALLBACK_PATH
									       : CONF_PATH;
}

bool options_is_fallback(const char *conf_path)
{
	return !strcmp(conf_path, FALLBACK_PATH);
}

bool options_want(const struct options *o, enum role role)
{
	if (o->is_vrrp_only == o->is_checker_only)
		return true;
	return role == ROLE_VRRP      ? o->is_vrrp_only
	       : role == ROLE_CHECKER ? o->is_checker_only
				      : true;
}

const char *options_pid_path(const struct options *o, enum role role)
{
	return role == ROLE_VRRP      ? o->vrrp_pid_path
	       : role == ROLE_CHECKER ? o->checker_pid_path
				      : NULL;
}

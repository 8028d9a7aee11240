/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: what each option does, with keepd's own names and with keepalived's, and what
 * is said of those that do nothing or are refused.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keepd/options.h"
#include "unit.h"

#define ARGS_MAX 12

static struct options o;
static char said[4096]; /* on standard error */

/* Parses a line of words; returns what options_parse() returns. */
static int parse(const char *line)
{
	static char copy[256], name[] = "keepd";
	char *argv[ARGS_MAX + 2] = { name }, *at = copy, *word;
	int argc = 1, saved = dup(STDERR_FILENO), status;
	FILE *file = tmpfile();
	size_t len;

	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&at, " ")) && argc <= ARGS_MAX)
		if (*word)
			argv[argc++] = word;
	ck_assert_ptr_nonnull(file);
	dup2(fileno(file), STDERR_FILENO);
	optind = 0;
	status = options_parse(&o, argc, argv);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	len = fread(said, 1, sizeof(said) - 1, file);
	said[len] = '\0';
	fclose(file);
	return status;
}

static bool is(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

#define CHECK(name, what)                                                                          \
	static bool name(void)                                                                     \
	{                                                                                          \
		return what;                                                                       \
	}

CHECK(reads_file, is(o.conf_path, "x.conf"))
CHECK(has_id, is(o.config_id, "web"))
CHECK(is_test, o.mode == MODE_TEST && !o.report_path)
CHECK(is_test_to_file, o.mode == MODE_TEST && is(o.report_path, "x.log"))
CHECK(is_foreground, !o.is_daemon && o.sink == LOG_SINK_STDERR)
CHECK(wants_vrrp, options_want(&o, ROLE_VRRP) && !options_want(&o, ROLE_CHECKER))
CHECK(wants_checker, !options_want(&o, ROLE_VRRP) && options_want(&o, ROLE_CHECKER))
CHECK(wants_both, options_want(&o, ROLE_VRRP) && options_want(&o, ROLE_CHECKER))
CHECK(keeps_vrrp, o.is_vrrp_kept && !o.is_ipvs_kept)
CHECK(keeps_ipvs, !o.is_vrrp_kept && o.is_ipvs_kept)
CHECK(does_not_respawn, o.is_respawn_off)
CHECK(ignores_sigint, o.is_sigint_ignored)
CHECK(has_pid, is(o.pid_path, "x.pid"))
CHECK(has_vrrp_pid, is(options_pid_path(&o, ROLE_VRRP), "x.pid"))
CHECK(has_checker_pid, is(options_pid_path(&o, ROLE_CHECKER), "x.pid"))
CHECK(logs_to_stderr, o.sink == LOG_SINK_STDERR)
CHECK(has_facility, is(o.facility, "3"))
CHECK(dumps, o.is_dumped &&o.mode == MODE_RUN)
CHECK(prints, !o.is_dumped && o.mode == MODE_DUMP)
CHECK(has_user, is(o.user, "x"))
CHECK(is_like_docker, o.is_dumped && !o.is_daemon && o.sink == LOG_SINK_STDERR)

START_TEST(options_that_work_do_so_in_both_forms)
{
	static const struct {
		const char *lines[2]; /* NULL = there is one form only */
		bool (*holds)(void);
	} table[] = {
		{ { "-f x.conf", "--use-file x.conf" }, reads_file },
		{ { "-fx.conf", "--use-file=x.conf" }, reads_file },
		{ { "-i web", "--config-id web" }, has_id },
		{ { "-t", "--config-test" }, is_test },
		{ { "-tx.log", "--config-test=x.log" }, is_test_to_file },
		{ { "-n", "--dont-fork" }, is_foreground },
		{ { "--daemon -n", "--daemon --dont-fork" }, is_foreground },
		{ { "-P", "--vrrp" }, wants_vrrp },
		{ { "-C", "--check" }, wants_checker },
		{ { "-P -C", "--vrrp --check" }, wants_both },
		{ { "-V", "--dont-release-vrrp" }, keeps_vrrp },
		{ { "-I", "--dont-release-ipvs" }, keeps_ipvs },
		{ { "-R", "--dont-respawn" }, does_not_respawn },
		{ { "--ignore-sigint" }, ignores_sigint },
		{ { "-p x.pid", "--pid x.pid" }, has_pid },
		{ { "-r x.pid", "--vrrp_pid=x.pid" }, has_vrrp_pid },
		{ { "-c x.pid", "--checkers_pid x.pid" }, has_checker_pid },
		{ { "--daemon -l", "--daemon --log-console" }, logs_to_stderr },
		{ { "--daemon -G", "--daemon --no-syslog" }, logs_to_stderr },
		{ { "-S 3", "--log-facility 3" }, has_facility },
		{ { "-d", "--dump-conf" }, dumps },
		{ { "--dump-config" }, prints },
		{ { "--user x" }, has_user },
		{ { "-nldD", "--dont-fork --log-console --dump-conf --log-detail" },
			is_like_docker },
	};

	for (size_t i = 0; i < COUNT(table); i++)
		for (size_t n = 0; n < 2 && table[i].lines[n]; n++) {
			const char *line = table[i].lines[n];

			ck_assert_msg(parse(line) == 0, "keepd %s: %s", line, said);
			ck_assert_msg(!*said, "keepd %s says: %s", line, said);
			ck_assert_msg(table[i].holds(), "keepd %s: not as it should be", line);
		}
}
END_TEST

START_TEST(options_that_are_so_anyway_are_taken_without_a_word)
{
	static const char *const lines[] = { "--all", "-B", "--no_bfd", "-D", "--log-detail",
		"--flush-log-file", "-X", "--release-vips", "--no-mem-check" };

	for (size_t i = 0; i < COUNT(lines); i++)
		ck_assert_msg(parse(lines[i]) == 0 && !*said, "keepd %s: %s", lines[i], said);
}
END_TEST

START_TEST(options_that_do_nothing_say_why)
{
	static const struct {
		const char *line, *why;
	} table[] = {
		{ "-b x", "--bfd_pid does nothing: BFD is spoken by" },
		{ "--bfd_pid x", "--bfd_pid does nothing" },
		{ "-x", "--snmp does nothing: keepctl" },
		{ "--snmp", "--snmp does nothing" },
		{ "-A unix:/x", "--snmp-agent-socket does nothing" },
		{ "-a", "--address-monitoring does nothing: `ip monitor address`" },
		{ "-u 077", "--umask does nothing: files of keepd" },
		{ "-m", "--core-dump does nothing: use LimitCORE=" },
		{ "-M", "--core-dump-pattern does nothing" },
		{ "-Mcore", "--core-dump-pattern does nothing" },
		{ "-L", "--mem-check-log does nothing" },
		{ "--openssl-mem-check", "--openssl-mem-check does nothing" },
		{ "--perf", "--perf does nothing" },
		{ "--perf=all", "--perf does nothing: run `perf" },
		{ "--debug=x", "--debug does nothing: use --log-level debug" },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		ck_assert_msg(parse(table[i].line) == 0, "keepd %s: %s", table[i].line, said);
		ck_assert_msg(strstr(said, table[i].why) != NULL, "keepd %s says: %s",
			table[i].line, said);
	}
	ck_assert_int_eq(parse("-x -n -u 077 -f x.conf"), 0);
	ck_assert(reads_file() && is_foreground());
}
END_TEST

START_TEST(what_is_refused_says_what_to_do_instead)
{
	static const struct {
		const char *line, *instead;
	} table[] = {
		{ "-g", "--log-file is not possible: use `--log stderr 2>>FILE`" },
		{ "--log-file=/x", "--log-file is not possible: use" },
		{ "-s web", "--namespace is not possible: use `ip netns exec" },
		{ "-e", "--all-config is not possible: write include_check" },
		{ "-T", "--genhash is not possible: use" },
		{ "--config-fd 3", "--config-fd is not possible" },
		{ "-S 8", "--log-facility 8: not one of" },
		{ "-S", "requires an argument" },
		{ "-i", "requires an argument" },
		{ "--log x", "--log x: not one of stderr syslog" },
		{ "--log-level x", "--log-level x: not one of error" },
		{ "--signum x", "--signum x: not one of STOP" },
		{ "-Z", "keepd --help" },
		{ "word", "word: unexpected" },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		ck_assert_msg(parse(table[i].line) < 0, "keepd %s is taken", table[i].line);
		ck_assert_msg(strstr(said, table[i].instead) != NULL, "keepd %s says: %s",
			table[i].line, said);
	}
}
END_TEST

static void assert_number(const char *name, int number)
{
	char line[64], expected[16], found[16] = "";
	FILE *file = tmpfile();
	pid_t pid = fork();

	snprintf(line, sizeof(line), "--signum=%s", name);
	snprintf(expected, sizeof(expected), "%d\n", number);
	if (pid == 0) {
		dup2(fileno(file), STDOUT_FILENO);
		parse(line);
		_exit(1);
	}
	ck_assert_int_gt(pid, 0);
	waitpid(pid, NULL, 0);
	rewind(file);
	ck_assert_uint_gt(fread(found, 1, sizeof(found) - 1, file), 0);
	fclose(file);
	ck_assert_str_eq(found, expected);
}

START_TEST(signals_have_the_numbers_that_scripts_expect)
{
	assert_number("STOP", SIGTERM);
	assert_number("RELOAD", SIGHUP);
	assert_number("DATA", SIGUSR1);
	assert_number("STATS", SIGUSR2);
	assert_number("STATS_CLEAR", SIGRTMAX - 1);
	assert_number("JSON", SIGRTMIN + 2);
	assert_number("TDATA", SIGRTMAX);
}
END_TEST

START_TEST(the_last_of_several_counts)
{
	ck_assert_int_eq(parse("-n --daemon"), 0);
	ck_assert(o.is_daemon && o.sink == LOG_SINK_SYSLOG);
	ck_assert_int_eq(parse("-l --log syslog"), 0);
	ck_assert(o.sink == LOG_SINK_SYSLOG);
	ck_assert_int_eq(parse("-f y.conf -f x.conf"), 0);
	ck_assert(reads_file());
}
END_TEST

START_TEST(each_option_is_there_once_and_explained)
{
	for (const struct cli_option *a = options_cli.options; a->name; a++) {
		ck_assert_msg(a->doc != NULL, "--%s has no text", a->name);
		for (const struct cli_option *b = a + 1; b->name; b++)
			ck_assert_msg(a->id != b->id && strcmp(a->name, b->name) != 0,
				"--%s and --%s are one", a->name, b->name);
	}
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("keepd/options");
	TCase *t = tcase_create("options");

	tcase_add_test(t, options_that_work_do_so_in_both_forms);
	tcase_add_test(t, options_that_are_so_anyway_are_taken_without_a_word);
	tcase_add_test(t, options_that_do_nothing_say_why);
	tcase_add_test(t, what_is_refused_says_what_to_do_instead);
	tcase_add_test(t, signals_have_the_numbers_that_scripts_expect);
	tcase_add_test(t, the_last_of_several_counts);
	tcase_add_test(t, each_option_is_there_once_and_explained);
	suite_add_tcase(s, t);
	return s;
}

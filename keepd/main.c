/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where every process of keepd begins: the command line, or the role it was started for.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checker/checker.h"
#include "checker/prober.h"
#include "core/conf/doc.h"
#include "core/exit.h"
#include "core/log.h"
#include "core/priv.h"
#include "core/proc.h"
#include "keepd/conf_test.h"
#include "keepd/mailer.h"
#include "keepd/options.h"
#include "keepd/parent.h"
#include "keepd/pidfile.h"
#include "keepd/reader.h"
#include "keepd/runner.h"
#include "keepd/sd.h"
#include "vrrp/main.h"
#include "watcher/main.h"

/* ---- the start of a child: --role NAME and name-value pairs, written by the parent only ---- */

struct child_args {
	struct role_args role;
	const char *path, *config_id;
	bool is_dumped;
	uint64_t generation;
	uid_t uid;
	gid_t gid;
};

static unsigned index_of(const char *word, const char *const *words)
{
	unsigned i = 0;

	while (words[i] && strcmp(words[i], word) != 0)
		i++;
	return i;
}

static void child_args_parse(struct child_args *a, int argc, char **argv)
{
	*a = (struct child_args){ .role = { .sink = LOG_SINK_STDERR, .level = LOG_LEVEL_INFO } };
	for (int i = 3; i + 1 < argc; i += 2) {
		const char *name = argv[i], *value = argv[i + 1];

		if (!strcmp(name, "--log"))
			a->role.sink = (enum log_sink)index_of(value, options_sinks);
		else if (!strcmp(name, "--log-level"))
			a->role.level = (enum log_level)index_of(value, options_levels);
		else if (!strcmp(name, "--user"))
			a->role.user = value;
		else if (!strcmp(name, "--log-facility"))
			log_set_facility(log_facility(value));
		else if (!strcmp(name, "--dump-conf"))
			a->is_dumped = true;
		else if (!strcmp(name, "--use-file"))
			a->path = value;
		else if (!strcmp(name, "--config-id"))
			a->config_id = value;
		else if (!strcmp(name, "--generation"))
			a->generation = strtoull(value, NULL, 10);
		else if (!strcmp(name, "--uid"))
			a->uid = (uid_t)strtoul(value, NULL, 10);
		else if (!strcmp(name, "--gid"))
			a->gid = (gid_t)strtoul(value, NULL, 10);
	}
}

static int start_reader(const struct child_args *a)
{
	const struct reader_args args = { .path = a->path,
		.config_id = a->config_id,
		.generation = a->generation,
		.is_dumped = a->is_dumped };

	return reader_main(&a->role, &args);
}

static int start_vrrp(const struct child_args *a)
{
	return vrrp_main(&a->role);
}

static int start_checker(const struct child_args *a)
{
	return checker_main(&a->role);
}

static int start_prober(const struct child_args *a)
{
	return prober_main(&a->role);
}

static int start_watcher(const struct child_args *a)
{
	return watcher_main(&a->role);
}

static int start_runner(const struct child_args *a)
{
	const struct runner_args args = {
		.role = &a->role, .user = a->role.user, .uid = a->uid, .gid = a->gid
	};

	return runner_main(&args);
}

static int start_mailer(const struct child_args *a)
{
	return mailer_main(&a->role);
}

static int role_start(int argc, char **argv)
{
	static int (*const starts[ROLE_COUNT])(const struct child_args *) = {
		[ROLE_CONF] = start_reader,
		[ROLE_VRRP] = start_vrrp,
		[ROLE_CHECKER] = start_checker,
		[ROLE_PROBER] = start_prober,
		[ROLE_WATCHER] = start_watcher,
		[ROLE_RUNNER] = start_runner,
		[ROLE_MAILER] = start_mailer,
	};
	struct child_args args;

	child_args_parse(&args, argc, argv);
	for (enum role r = 0; r < ROLE_COUNT; r++)
		if (starts[r] && !strcmp(argv[2], role_name(r)))
			return starts[r](&args);
	return EXIT_USAGE;
}

/* ---- the start of the parent ---- */

/*
 * What a caller may have left behind and must not matter: closed standard streams (the next file
 * would become one, and log lines would go into it), ignored SIGCHLD (deaths would not be seen),
 * blocked signals, any umask.
 */
static void start_clean(void)
{
	sigset_t none;
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	umask(022);
}

static int complain(int status, const char *text)
{
	fprintf(stderr, "keepd: %s\n", text);
	return status;
}

/* A capability is missing: for most, because they are not root. */
static int lacks(const char *what)
{
	char text[ERR_TEXT_BYTES];
	bool is_root = geteuid() == 0;

	snprintf(text, sizeof(text), "%s: %s", what,
		is_root ? "give it to the container or service" : "run keepd as root");
	return complain(is_root ? EXIT_CAPABILITY : EXIT_NOT_ROOT, text);
}

/* Everything that can be said before anything is started: one line each, with its own status. */
static int check_powers(const struct options *o)
{
	static const struct {
		int cap;
		const char *text;
	} needs[] = {
		{ CAP_NET_ADMIN, "CAP_NET_ADMIN is missing (addresses and IPVS)" },
		{ CAP_NET_RAW, "CAP_NET_RAW is missing (VRRP)" },
		{ CAP_SETUID, "CAP_SETUID is missing (children give up root)" },
		{ CAP_SETGID, "CAP_SETGID is missing (children give up root)" },
	};
	struct err e;
	uid_t uid;
	gid_t gid;

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (!priv_has(needs[i].cap))
			return lacks(needs[i].text);
	if (priv_user(o->user, &uid, &gid, &e) < 0)
		return complain(EXIT_NO_USER, e.text);
	return EXIT_OK;
}

static int lock_rundir(struct rundir *d, const struct options *o)
{
	struct err e = { 0 };
	char text[ERR_TEXT_BYTES];
	pid_t owner;

	if (rundir_lock(d, &owner, &e) == 0)
		return EXIT_OK;
	if (e.sysno != EAGAIN)
		return complain(EXIT_FAILED, e.text);
	snprintf(text, sizeof(text),
		"already running as pid %d in %s; stop it first, or use --run-dir", (int)owner,
		o->run_dir);
	return complain(EXIT_RUNNING, text);
}

/* What the background says before it is ready goes to the streams of who started it. */
static _Noreturn void wait_in_foreground(int fd, pid_t background)
{
	char text[4096];
	int status;
	ssize_t n;

	while ((n = read(fd, text, sizeof(text))) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0 && text[n - 1] == '\0')
			_exit(EXIT_OK);
		if (n > 0)
			(void)!write(STDERR_FILENO, text, (size_t)n);
	}
	waitpid(background, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_INTERNAL);
}

/*
 * To the background: the foreground process prints what comes through the pipe, until a NUL (ready)
 * or the end of the background process, whose status it passes on. Returns the descriptor of the
 * pipe in the background process.
 */
static int go_background(void)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		exit(complain(EXIT_FAILED, strerror(errno)));
	if (pid == 0) {
		close(fds[0]);
		setsid();
		return fds[1];
	}
	close(fds[1]);
	wait_in_foreground(fds[0], pid);
}

/* Who started us may wait for the end of the streams it gave us, or remove its directory. */
static void detach(const struct options *o)
{
	if (chdir("/") < 0)
		log_warning("chdir /: %s", strerror(errno));
	if (!freopen("/dev/null", "r", stdin) || !freopen("/dev/null", "w", stdout))
		log_warning("/dev/null: %s", strerror(errno));
	if (o->sink != LOG_SINK_STDERR && !freopen("/dev/null", "w", stderr))
		log_warning("/dev/null: %s", strerror(errno));
}

/* As seen from any directory. Never freed: it is as old as the process. */
static const char *absolute(const char *path)
{
	char *cwd = path[0] == '/' ? NULL : getcwd(NULL, 0), *text = NULL;

	if (cwd && asprintf(&text, "%s/%s", cwd, path) < 0)
		text = NULL;
	free(cwd);
	return text ? text : path;
}

static int run(struct options *o)
{
	struct rundir rundir;
	struct err e = { 0 };
	int status, ready_fd = -1;
	uid_t uid;
	gid_t gid;

	if ((status = check_powers(o)) != EXIT_OK)
		return status;
	if (o->is_daemon) {
		const char **paths[] = { &o->conf_path, &o->run_dir, &o->pid_path,
			&o->vrrp_pid_path, &o->checker_pid_path };

		for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
			if (*paths[i])
				*paths[i] = absolute(*paths[i]);
	}
	priv_user(o->user, &uid, &gid, &e);
	if (rundir_open(&rundir, o->run_dir, gid, &e) < 0)
		return complain(EXIT_FAILED, e.text);
	if ((status = lock_rundir(&rundir, o)) != EXIT_OK)
		return status;
	if (o->is_daemon)
		ready_fd = go_background();
	sd_open();
	log_set_facility(o->facility ? log_facility(o->facility) : -1);
	log_open(o->sink, o->level, "parent");
	if (o->is_daemon)
		detach(o);
	if (rundir_write_pid(&rundir, &e) < 0 || pidfile_write(o->pid_path, getpid(), &e) < 0)
		fatal(EXIT_FAILED, "%s", e.text);
	status = parent_run(o, &rundir, ready_fd);
	pidfile_remove(o->pid_path, getpid());
	rundir_remove(&rundir, RUNDIR_PID);
	rundir_close(&rundir);
	return status;
}

static int withdraw(const struct options *o)
{
	struct rundir rundir;
	struct err e = { 0 };
	int status;

	if (!priv_has(CAP_NET_ADMIN))
		return lacks("CAP_NET_ADMIN is missing (addresses)");
	log_open(o->sink, o->level, "withdraw");
	if (rundir_open_existing(&rundir, o->run_dir, &e) < 0)
		return e.sysno == ENOENT ? EXIT_OK : complain(EXIT_FAILED, e.text);
	if ((status = lock_rundir(&rundir, o)) == EXIT_OK) {
		status = withdraw_leftovers(&rundir);
		rundir_remove(&rundir, RUNDIR_PID);
	}
	rundir_close(&rundir);
	return status;
}

/* Completion for bash: of keepd alone; keepctl prints its own. */
static void print_bash(void)
{
	fputs("_keepd_keywords='\n", stdout);
	conf_doc_keywords(keepd_sections, stdout);
	fputs("'\n", stdout);
	cli_print_bash(&options_cli, stdout);
}

static int schema(const struct options *o)
{
	switch (o->form) {
	case SCHEMA_TEXT: conf_doc_text(keepd_sections, stdout); break;
	case SCHEMA_JSON: conf_doc_json(keepd_sections, stdout); break;
	case SCHEMA_MAN: conf_doc_man(keepd_sections, stdout); break;
	case SCHEMA_SAMPLE: conf_doc_sample(keepd_sections, stdout); break;
	case SCHEMA_BASH: print_bash(); break;
	}
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_FAILED;
}

static int explain(const struct options *o)
{
	bool is_known = conf_doc_explain(keepd_sections, o->words, o->word_count, stdout);

	return is_known && fflush(stdout) == 0 ? EXIT_OK : EXIT_FAILED;
}

int main(int argc, char **argv)
{
	struct options o;

	start_clean();
	if (argc >= 3 && !strcmp(argv[1], "--role"))
		return role_start(argc, argv);
	if (options_parse(&o, argc, argv) < 0)
		return EXIT_USAGE;
	switch (o.mode) {
	case MODE_TEST: return conf_test(&o);
	case MODE_DUMP: return conf_dump(&o);
	case MODE_WITHDRAW: return withdraw(&o);
	case MODE_SCHEMA: return schema(&o);
	case MODE_EXPLAIN: return explain(&o);
	case MODE_RUN: return run(&o);
	}
	return EXIT_USAGE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keepctl: asks a running keepd over its control socket and prints the answer for people
 * (keepctl(8)). Knows the protocol of control.h and nothing else of keepd.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/cli.h"
#include "core/exit.h"
#include "keepd/keepctl.h"

/* ---- talking ---- */

/* Returns EXIT_OK, or how to exit when it has been said why not. */
static int connect_daemon(struct call *c)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd, len, error;

	len = snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/control", c->run_dir);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || len >= (int)sizeof(sun.sun_path) ||
		connect(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0) {
		error = errno;
		fprintf(stderr, "keepctl: %s: %s%s\n", sun.sun_path, strerror(error),
			error == EACCES ? ": only root and the group of keepd may ask"
					: ": is keepd running? (--run-dir names another one)");
		return error == EACCES ? EXIT_FAILED : EXIT_NO_DAEMON;
	}
	c->stream = fdopen(fd, "r");
	return c->stream ? EXIT_OK : EXIT_NO_DAEMON;
}

/* A daemon that has just closed is for keepctl_answer() to tell, not a reason to die of SIGPIPE. */
void keepctl_send(struct call *c, struct json *request)
{
	const char *text = json_text(request);

	(void)!send(fileno(c->stream), text, strlen(text), MSG_NOSIGNAL | MSG_MORE);
	(void)!send(fileno(c->stream), "\n", 1, MSG_NOSIGNAL);
	json_free(request);
}

void keepctl_ask_about(struct call *c, const char *verb, const char *name)
{
	struct json *j = json_new_object();

	json_set_string(j, "verb", verb);
	if (name)
		json_set_string(j, "name", name);
	keepctl_send(c, j);
}

void keepctl_ask(struct call *c, const char *verb)
{
	keepctl_ask_about(c, verb, NULL);
}

/* The next object, or NULL when the daemon has closed. Caller frees. */
struct json *keepctl_answer(struct call *c)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len = getline(&line, &size, c->stream);
	struct json *j = len > 0 ? json_parse(line, (size_t)len) : NULL;

	free(line);
	if (!j)
		fprintf(stderr, "keepctl: keepd closed the connection\n");
	return j;
}

bool keepctl_is_error(const struct json *j)
{
	const char *text = json_get_string(j, "error");

	if (*text)
		fprintf(stderr, "keepctl: %s\n", text);
	return *text;
}

/* ---- status ---- */

/* "12 s", "3 min", "5 h", "2 days" since a point in wall time. */
static const char *age(double since, char *buf, size_t len)
{
	static const struct {
		double from, unit;
		const char *name;
	} units[] = { { 2 * 86400, 86400, "days" }, { 2 * 3600, 3600, "h" }, { 120, 60, "min" },
		{ 0, 1, "s" } };
	struct timespec ts;
	double d;

	clock_gettime(CLOCK_REALTIME, &ts);
	d = fmax((double)ts.tv_sec + (double)ts.tv_nsec / 1e9 - since, 0);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (d >= units[i].from) {
			snprintf(buf, len, "%.0f %s", floor(d / units[i].unit), units[i].name);
			break;
		}
	return buf;
}

static void print_counters(const struct json *of, const char *what)
{
	const struct json *errors = json_get(of, "errors");
	const char *separator = what;

	for (size_t i = 0; json_key_at(errors, i); i++) {
		const char *cause = json_key_at(errors, i);
		long long n = json_get_int(errors, cause);

		if (!n)
			continue;
		printf("%s%s%lld %s", separator == what ? "    " : "", separator, n, cause);
		separator = ", ";
	}
	if (separator != what)
		printf("\n");
}

/* "    tracks script chk: up, adds 20" */
static void print_tracks(const struct json *owner)
{
	const struct json *list = json_get(owner, "tracks");

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *t = json_at(list, i);

		printf("    tracks %s %s: %s", json_get_string(t, "kind"),
			json_get_string(t, "name"), json_get_string(t, "result"));
		if (json_get(t, "number"))
			printf(", number %lld", (long long)json_get_int(t, "number"));
		if (json_get_bool(t, "fault"))
			printf(", a fault");
		else if (json_get_bool(t, "waits"))
			printf(", is waited for");
		else if (json_get_int(t, "weight"))
			printf(", adds %lld", (long long)json_get_int(t, "adds"));
		printf("\n");
	}
}

static void print_instance(const struct json *i)
{
	char buf[32];

	printf("instance %s: %s for %s (%s)\n", json_get_string(i, "name"),
		json_get_string(i, "state"), age(json_get_double(i, "since"), buf, sizeof(buf)),
		json_get_string(i, "reason"));
	printf("    %s vrid %lld, priority %lld, adverts sent %lld received %lld\n",
		json_get_string(i, "interface"), (long long)json_get_int(i, "vrid"),
		(long long)json_get_int(i, "priority"), (long long)json_get_int(i, "adverts_sent"),
		(long long)json_get_int(i, "adverts_received"));
	print_counters(i, "adverts not as they should be: ");
	print_tracks(i);
}

static void print_tracker(const struct json *t)
{
	const struct json *users = json_get(t, "used_by");
	const char *why = json_get_string(t, "reason");
	char buf[32];

	printf("tracker %s %s: %s for %s%s%s%s", json_get_string(t, "kind"),
		json_get_string(t, "name"), json_get_string(t, "result"),
		age(json_get_double(t, "since"), buf, sizeof(buf)), *why ? " (" : "", why,
		*why ? ")" : "");
	if (json_get(t, "duration"))
		printf(", took %.3f s", json_get_double(t, "duration"));
	for (size_t i = 0; i < json_count(users); i++)
		printf("%s%s", i ? ", " : "; used by ", json_get_string(json_at(users, i), "name"));
	printf("\n");
}

static void print_bfd(const struct json *b)
{
	char buf[32];

	printf("bfd %s: %s for %s", json_get_string(b, "name"), json_get_string(b, "state"),
		age(json_get_double(b, "since"), buf, sizeof(buf)));
	if (strcmp(json_get_string(b, "state"), "up") != 0)
		printf(" (%s)", json_get_string(b, "diagnostic"));
	printf("\n    neighbor %s, sends every %.0f ms, detection time %.0f ms, packets sent %lld "
	       "received %lld\n",
		json_get_string(b, "neighbor_ip"), 1000 * json_get_double(b, "tx_interval"),
		1000 * json_get_double(b, "detection_time"),
		(long long)json_get_int(b, "packets_sent"),
		(long long)json_get_int(b, "packets_received"));
	print_counters(b, "packets dropped: ");
}

static void print_group(const struct json *g)
{
	const struct json *members = json_get(g, "members");
	char buf[32];

	printf("group %s: %s for %s\n", json_get_string(g, "name"), json_get_string(g, "state"),
		age(json_get_double(g, "since"), buf, sizeof(buf)));
	for (size_t i = 0; i < json_count(members); i++)
		printf("    %s: %s\n", json_get_string(json_at(members, i), "name"),
			json_get_string(json_at(members, i), "state"));
	print_tracks(g);
}

static void print_server(const struct json *s)
{
	const struct json *checks = json_get(s, "checks");
	char buf[32];

	printf("    server %s: %s for %s, weight %lld\n", json_get_string(s, "address"),
		json_get_string(s, "state"), age(json_get_double(s, "since"), buf, sizeof(buf)),
		(long long)json_get_int(s, "weight"));
	for (size_t i = 0; i < json_count(checks); i++) {
		const struct json *c = json_at(checks, i);

		printf("        %s: %s (%s)\n", json_get_string(c, "type"),
			json_get_string(c, "result"), json_get_string(c, "reason"));
	}
}

static void print_pool(const struct json *p)
{
	const struct json *servers = json_get(p, "servers"), *sorry = json_get(p, "sorry_server");
	char buf[32];

	printf("pool %s: %s for %s, quorum %lld, weight alive %lld\n",
		json_get_string(p, "service"), json_get_string(p, "state"),
		age(json_get_double(p, "since"), buf, sizeof(buf)),
		(long long)json_get_int(p, "quorum"), (long long)json_get_int(p, "alive_weight"));
	for (size_t i = 0; i < json_count(servers); i++)
		print_server(json_at(servers, i));
	if (sorry)
		printf("    sorry server %s: %s\n", json_get_string(sorry, "address"),
			json_get_bool(sorry, "in_use") ? "in use" : "standing by");
}

static void print_sync(const struct json *s)
{
	static const char *const roles[] = { "none", "backup", "master", "master and backup" };
	int role = 2 * json_get_bool(s, "master") + json_get_bool(s, "backup");
	char buf[32];

	printf("sync daemon: %s on %s, id %lld, for %s (%s)\n", roles[role],
		json_get_string(s, "interface"), (long long)json_get_int(s, "id"),
		age(json_get_double(s, "since"), buf, sizeof(buf)), json_get_string(s, "state"));
}

static void print_list(const struct json *j, const char *key, void (*print)(const struct json *))
{
	const struct json *list = json_get(j, key);

	for (size_t i = 0; i < json_count(list); i++)
		print(json_at(list, i));
}

static void print_process(const struct json *p)
{
	printf("process %s: %s, pid %lld", json_get_string(p, "role"), json_get_string(p, "state"),
		(long long)json_get_int(p, "pid"));
	if (json_get_int(p, "restarts"))
		printf(", died %lld times", (long long)json_get_int(p, "restarts"));
	printf("\n");
}

static int do_status(struct call *c)
{
	struct json *j;

	keepctl_ask(c, "status");
	if (!(j = keepctl_answer(c)))
		return EXIT_NO_DAEMON;
	if (keepctl_is_error(j)) {
		json_free(j);
		return EXIT_FAILED;
	}
	if (c->is_json) {
		printf("%s\n", json_text_pretty(j));
	} else {
		keepctl_print_maintenance(j);
		printf("director %s\n", json_get_string(j, "router_id"));
		print_list(j, "instances", print_instance);
		print_list(j, "groups", print_group);
		print_list(j, "trackers", print_tracker);
		print_list(j, "bfd", print_bfd);
		print_list(j, "pools", print_pool);
		if (*json_get_string(j, "ipvs"))
			printf("kernel table: %s\n", json_get_string(j, "ipvs"));
		if (json_get(j, "sync_daemon"))
			print_sync(json_get(j, "sync_daemon"));
		printf("configuration: generation %lld\n",
			(long long)json_get_int(j, "generation"));
		print_list(j, "processes", print_process);
	}
	json_free(j);
	return EXIT_OK;
}

/* ---- reload, events ---- */

static int do_reload(struct call *c)
{
	struct json *j;
	bool is_ok;

	keepctl_ask(c, "reload");
	if (!(j = keepctl_answer(c)))
		return EXIT_NO_DAEMON;
	if (keepctl_is_error(j)) {
		json_free(j);
		return EXIT_FAILED;
	}
	is_ok = !strcmp(json_get_string(j, "result"), "ok");
	if (c->is_json) {
		printf("%s\n", json_text_pretty(j));
	} else {
		fputs(json_get_string(j, "report"), stderr);
		if (is_ok)
			printf("generation %lld is running\n",
				(long long)json_get_int(j, "generation"));
		else
			fprintf(stderr, "reload refused, nothing has changed: %s\n",
				json_get_string(j, "reason"));
	}
	json_free(j);
	return is_ok ? EXIT_OK : EXIT_FAILED;
}

double keepctl_wall_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

void keepctl_print_event(const struct json *j)
{
	double at = json_get_double(j, "at");
	time_t seconds = (time_t)at;
	struct tm tm;
	char when[32];

	localtime_r(&seconds, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	printf("%s.%03d %s %s", when, (int)((at - floor(at)) * 1000), json_get_string(j, "kind"),
		json_get_string(j, "object"));
	if (*json_get_string(j, "from") || *json_get_string(j, "to"))
		printf(": %s -> %s", json_get_string(j, "from"), json_get_string(j, "to"));
	printf(" (%s)\n", json_get_string(j, "reason"));
}

static int do_events(struct call *c)
{
	struct json *j;

	keepctl_ask(c, "events");
	while ((j = keepctl_answer(c))) {
		bool is_bad = keepctl_is_error(j);

		if (!is_bad && c->is_json)
			printf("%s\n", json_text(j));
		else if (!is_bad)
			keepctl_print_event(j);
		json_free(j);
		if (is_bad || fflush(stdout) != 0)
			return EXIT_FAILED;
	}
	return EXIT_NO_DAEMON;
}

/* ---- the command line ---- */

enum {
	OPT_RUN_DIR = 256,
	OPT_EFFECTIVE,
	OPT_ALL,
	OPT_FORCE,
	OPT_FOR,
	OPT_VERSION,
	OPT_BASH,
};

static const struct cli_option options[] = {
	{ OPT_RUN_DIR, "run-dir", CLI_DIR, "DIR", NULL, false, KEEPD_RUNDIR,
		.doc = "the run directory of keepd" },
	{ 'j', "json", CLI_NONE, NULL, NULL, false, NULL, .doc = "the answer as JSON" },
	{ OPT_EFFECTIVE, "effective", CLI_NONE, NULL, NULL, false, NULL,
		.doc = "with config show: inherited values and defaults as well" },
	{ OPT_ALL, "all", CLI_NONE, NULL, NULL, false, NULL,
		.doc = "with handover: all that are active" },
	{ OPT_FORCE, "force", CLI_NONE, NULL, NULL, false, NULL,
		.doc = "with handover: even if no peer was ever heard" },
	{ OPT_FOR, "for", CLI_TEXT, "TIME", NULL, false, NULL,
		.doc = "with maintenance on: it ends by itself, such as 30m" },
	{ 'h', "help", CLI_NONE, NULL, NULL, false, NULL, .doc = "this text" },
	{ OPT_VERSION, "version", CLI_NONE, NULL, NULL, false, NULL, .doc = "the version" },
	{ OPT_BASH, "completion", CLI_NONE, .doc = NULL },
	{ 0 },
};

static const struct cli_verb verbs[] = {
	{ "status", NULL, "who is active, since when and why; pools, servers, last check results" },
	{ "reload", NULL, "read the configuration again; waits for the result" },
	{ "events", NULL, "follow what happens" },
	{ "vrrp", "[NAME]", "an instance in detail, and its last transitions" },
	{ "explain", "NAME", "why an instance is active, or why it is not" },
	{ "scan", NULL, "who else advertises on our links" },
	{ "handover", "NAME|--all", "give instances up to a peer; waits for the result" },
	{ "maintenance", "[on|off]", "keep this node out of all elections, or show whether it is" },
	{ "config", "show [--effective]", "the configuration that is running" },
	{ "config", "diff [FILE]", "what a reload would change, with this file" },
	{ 0 },
};

/* in the order of the verbs */
static int (*const actions[])(struct call *c) = { do_status, do_reload, do_events, keepctl_vrrp,
	keepctl_explain, keepctl_scan, keepctl_handover, keepctl_maintenance, keepctl_config,
	keepctl_config };

static const struct cli cli = { "keepctl", options, verbs };

static void usage(FILE *out)
{
	fprintf(out, "usage: keepctl [--run-dir DIR] [--json] VERB\n\n");
	cli_print(&cli, out);
}

/* Exit status of the verb, which stands in argv[0] with its arguments behind it. */
static int run_verb(struct call *c, int argc, char **argv)
{
	for (size_t i = 0; argc && verbs[i].name; i++) {
		int status;

		if (strcmp(argv[0], verbs[i].name) != 0 || (argc > 1 && !verbs[i].args))
			continue;
		c->args = argv + 1;
		status = connect_daemon(c);
		return status == EXIT_OK ? actions[i](c) : status;
	}
	usage(stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct call c = { .run_dir = KEEPD_RUNDIR };
	int opt;

	while ((opt = cli_next(&cli, argc, argv)) != -1) {
		switch (opt) {
		case OPT_RUN_DIR: c.run_dir = optarg; break;
		case 'j': c.is_json = true; break;
		case OPT_EFFECTIVE: c.is_effective = true; break;
		case OPT_ALL: c.is_all = true; break;
		case OPT_FORCE: c.is_forced = true; break;
		case OPT_FOR: c.duration = optarg; break;
		case 'h': usage(stdout); return EXIT_OK;
		case OPT_VERSION: printf("keepctl %s\n", PACKAGE_VERSION); return EXIT_OK;
		case OPT_BASH: cli_print_bash(&cli, stdout); return EXIT_OK;
		default: usage(stderr); return EXIT_USAGE;
		}
	}
	return run_verb(&c, argc - optind, argv + optind);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at a configuration without running it; see conf_test.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/exit.h"
#include "keepd/conf_test.h"
#include "keepd/reader.h"
#include "keepd/schema.h"

/* What keepalived -t returns, for those who have it in their scripts. */
enum compat_exit {
	COMPAT_OK = 0,
	COMPAT_CANNOT_RUN = 4,
	COMPAT_REPAIRED = 5, /* would run, but something is not as it should be */
	COMPAT_INSECURE = 6, /* a script would not be run */
};

struct finding_count {
	bool is_unreadable;
	unsigned errors, warnings, insecure;
};

static int native_exit(const struct finding_count *n, bool is_strict)
{
	if (n->is_unreadable)
		return EXIT_UNREADABLE;
	if (n->errors)
		return EXIT_CONFIG;
	return n->warnings && is_strict ? EXIT_FAILED : EXIT_OK;
}

static int compat_exit(const struct finding_count *n)
{
	if (n->is_unreadable || n->errors)
		return COMPAT_CANNOT_RUN;
	if (n->insecure)
		return COMPAT_INSECURE;
	return n->warnings ? COMPAT_REPAIRED : COMPAT_OK;
}

static const char *path_of(const struct options *o)
{
	const char *path = options_conf_path(o);

	if (!o->conf_path && options_is_fallback(path))
		fprintf(stderr, "keepd: there is no keepd.conf: reading %s\n", path);
	return path;
}

static struct conf *read_to_look_at(
	const struct options *o, const char *path, struct conf_report *report)
{
	const struct conf_params params = { .sections = keepd_sections,
		.generation = 1,
		.is_to_look_at = true,
		.config_id = o->config_id };

	return conf_read_file(path, &params, report);
}

/* Does the configuration belong to another host, whose users and files are not here? */
static bool is_for_another_host(const struct options *o)
{
	struct utsname host;

	if (!o->config_id || uname(&host) < 0)
		return false;
	host.nodename[strcspn(host.nodename, ".")] = '\0';
	return strcmp(o->config_id, host.nodename) != 0;
}

int conf_test(const struct options *o)
{
	struct conf_report *report = conf_report_new();
	const char *path = path_of(o);
	struct conf *conf = read_to_look_at(o, path, report);
	struct script_list_result scripts = { .is_other_host = is_for_another_host(o) };
	struct finding_count n;
	size_t len;

	if (o->report_path && !freopen(o->report_path, "a", stderr)) {
		printf("keepd: %s: %s\n", o->report_path, strerror(errno));
		return EXIT_FAILED;
	}
	if (conf)
		free(keepd_conf_print_canonical(conf, &len, report, &scripts));
	conf_report_print(report, stderr);
	fprintf(stderr, "%s: ", path);
	conf_report_sum(report, stderr);
	putc('\n', stderr);
	n = (struct finding_count){ .is_unreadable = conf_report_is_unreadable(report),
		.errors = conf_report_errors(report),
		.warnings = conf_report_warnings(report),
		.insecure = scripts.refused };
	conf_report_free(report);
	conf_free(conf);
	return o->is_compat_exit ? compat_exit(&n) : native_exit(&n, o->is_strict);
}

int conf_dump(const struct options *o)
{
	struct conf_report *report = conf_report_new();
	const char *path = path_of(o);
	struct conf *conf = read_to_look_at(o, path, report);
	int status = EXIT_OK;

	if (conf)
		conf_print_all(conf,
			CONF_PRINT_MASKED | (o->is_effective ? CONF_PRINT_EFFECTIVE : 0), stdout);
	else
		status = conf_report_is_unreadable(report) ? EXIT_UNREADABLE : EXIT_CONFIG;
	conf_report_print(report, stderr);
	conf_report_free(report);
	conf_free(conf);
	return fflush(stdout) == 0 ? status : EXIT_FAILED;
}

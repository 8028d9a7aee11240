/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keepctl config: the configuration that is running, as text, and what a file would change in it.
 * The daemon hands out the canonical texts of its processes; all reading and comparing is done
 * here.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "checker/schema.h"
#include "core/conf/conf.h"
#include "core/exit.h"
#include "core/memfd.h"
#include "core/msg.h"
#include "keepd/keepctl.h"
#include "keepd/schema.h"
#include "vrrp/schema.h"

#define ANSWER_BYTES   8192
#define TEXT_BYTES_MAX ((size_t)1 << 30)
#define PARTS	       3

static const struct {
	const char *role;
	const struct conf_section *section;
} parts[PARTS] = { { "parent", &keepd_section }, { "vrrp", &vrrp_section },
	{ "checker", &checker_section } };

static const struct conf_section *const sections[] = { &keepd_section, &vrrp_section,
	&checker_section, NULL };

/* What runs: the texts by number, and what the daemon says about them. */
struct running {
	struct json *about;
	int fds[ROLE_COUNT];
	unsigned count;
};

static void take_descriptors(struct running *r, struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		r->count = (unsigned)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(r->fds, CMSG_DATA(c), r->count * sizeof(int));
	}
}

/* EXIT_OK, or how to exit when it has been said why not. */
static int fetch(struct call *c, struct running *r)
{
	char text[ANSWER_BYTES];
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(ROLE_COUNT * sizeof(int))];
	struct iovec iov = { text, sizeof(text) };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	ssize_t n;

	keepctl_ask(c, "config");
	n = recvmsg(fileno(c->stream), &msg, MSG_CMSG_CLOEXEC);
	if (n <= 0) {
		fprintf(stderr, "keepctl: keepd closed the connection\n");
		return EXIT_NO_DAEMON;
	}
	take_descriptors(r, &msg);
	r->about = json_parse(text, (size_t)n);
	return r->about && !keepctl_is_error(r->about) ? EXIT_OK : EXIT_FAILED;
}

static void release(struct running *r)
{
	for (unsigned i = 0; i < r->count; i++)
		close(r->fds[i]);
	json_free(r->about);
}

/* The text of one process; "" for one that has nothing to do. Caller frees. */
static char *text_of(const struct running *r, const char *role, size_t *len)
{
	const struct json *texts = json_get(r->about, "texts");
	int64_t i = json_get_int(texts, role);
	char *text = NULL;
	struct err e;

	*len = 0;
	if (!json_get(texts, role))
		return strdup("");
	if (i < 0 || i >= r->count || memfd_read(r->fds[i], TEXT_BYTES_MAX, &text, len, &e) < 0)
		return NULL;
	return text;
}

static struct conf *read_part(const struct running *r, unsigned i)
{
	const struct conf_section *const one[] = { parts[i].section, NULL };
	const struct conf_params params = { .sections = one, .is_canonical = true };
	struct conf_report *report = conf_report_new();
	struct conf *conf = NULL;
	size_t len;
	char *text = text_of(r, parts[i].role, &len);

	if (text)
		conf = conf_read_text(parts[i].role, text, len, &params, report);
	if (!conf)
		fprintf(stderr,
			"keepctl: the text of %s cannot be read: is keepd of this version? %s\n",
			parts[i].role, conf_report_first(report));
	conf_report_free(report);
	free(text);
	return conf;
}

static struct conf *running_conf(const struct running *r)
{
	struct conf *confs[PARTS] = { NULL };

	for (unsigned i = 0; i < PARTS; i++) {
		confs[i] = read_part(r, i);
		if (confs[i])
			continue;
		while (i-- > 0)
			conf_free(confs[i]);
		return NULL;
	}
	return conf_join(confs, PARTS);
}

/* ---- the verbs ---- */

static int show(struct call *c, const struct running *r)
{
	struct conf *conf = running_conf(r);

	if (!conf)
		return EXIT_FAILED;
	printf("# generation %lld of %s\n", (long long)json_get_int(r->about, "generation"),
		json_get_string(r->about, "file"));
	conf_print_all(
		conf, CONF_PRINT_MASKED | (c->is_effective ? CONF_PRINT_EFFECTIVE : 0), stdout);
	conf_free(conf);
	return EXIT_OK;
}

static int print_result(const struct conf_compare_result *result)
{
	if (!result->added && !result->removed && !result->changed) {
		printf("no difference\n");
		return EXIT_OK;
	}
	printf("%u added, %u removed, %u value%s changed\n", result->added, result->removed,
		result->changed, result->changed == 1 ? "" : "s");
	return EXIT_FAILED;
}

static int diff(struct call *c, const struct running *r)
{
	const char *path = c->args[1] ? c->args[1] : json_get_string(r->about, "file");
	const char *config_id = json_get_string(r->about, "config_id");
	const struct conf_params params = { .sections = sections,
		.is_to_look_at = true,
		.config_id = config_id && *config_id ? config_id : NULL };
	struct conf_report *report = conf_report_new();
	struct conf *candidate = conf_read_file(path, &params, report);
	struct conf *running = candidate ? running_conf(r) : NULL;
	int status = EXIT_FAILED;

	conf_report_print(report, stderr);
	if (!candidate) {
		status = conf_report_is_unreadable(report) ? EXIT_UNREADABLE : EXIT_CONFIG;
	} else if (running) {
		const struct conf_compare_result result = conf_compare(running, candidate, stdout);

		status = print_result(&result);
	}
	if (candidate && conf_report_errors(report)) {
		fprintf(stderr, "keepctl: a reload with %s would be refused\n", path);
		status = EXIT_CONFIG;
	}
	conf_report_free(report);
	conf_free(candidate);
	conf_free(running);
	return status;
}

int keepctl_config(struct call *c)
{
	static const struct {
		const char *name;
		int (*run)(struct call *c, const struct running *r);
		bool takes_file;
	} verbs[] = { { "show", show, false }, { "diff", diff, true } };
	struct running r = { 0 };
	int status;

	for (size_t i = 0; c->args[0] && i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(c->args[0], verbs[i].name) != 0 ||
			(c->args[1] && (!verbs[i].takes_file || c->args[2])))
			continue;
		status = fetch(c, &r);
		if (status == EXIT_OK)
			status = verbs[i].run(c, &r);
		release(&r);
		return status;
	}
	fprintf(stderr, "keepctl: config show [--effective] | config diff [FILE]\n");
	return EXIT_USAGE;
}

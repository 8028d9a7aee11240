/* SPDX-License-Identifier: Apache-2.0 */
/* keepctl handover and maintenance: what an operator does to the instances of a node. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/conf/types.h"
#include "core/exit.h"
#include "core/mono.h"
#include "keepd/keepctl.h"

enum {
	POLL_MS = 100,
	ANSWER_MAX = 60, /* seconds to wait for peers, whatever their intervals are */
};

static struct json *new_request(const char *verb)
{
	struct json *j = json_new_object();

	json_set_string(j, "verb", verb);
	return j;
}

static int exit_of(struct json *answer)
{
	int status = !answer ? EXIT_NO_DAEMON : keepctl_is_error(answer) ? EXIT_FAILED : EXIT_OK;

	json_free(answer);
	return status;
}

/* ---- handing over ---- */

struct handover {
	const struct json *before; /* the status when it was asked for */
	mono_t began;
	double began_wall;
};

static const struct json *find(const struct json *status, const char *name)
{
	const struct json *list = json_get(status, "instances");

	for (size_t i = 0; i < json_count(list); i++)
		if (!strcmp(json_get_string(json_at(list, i), "name"), name))
			return json_at(list, i);
	return NULL;
}

static bool is_active(const struct json *instance)
{
	return !strcmp(json_get_string(instance, "state"), "active");
}

/* Every instance that is asked about, or was taken along by its group. */
static bool is_concerned(const struct json *was, const struct json *asked)
{
	const char *group = json_get_string(was, "group");

	if (!is_active(was))
		return false;
	return !asked || was == asked ||
	       (*group && !strcmp(group, json_get_string(asked, "group")));
}

/* Has somebody else become active, or this one again? */
static bool is_known(const struct handover *h, const struct json *was, const struct json *is)
{
	return is && (json_get_int(is, "transitions") != json_get_int(was, "transitions")) &&
	       (is_active(is) || (json_get_double(is, "peer_heard") > h->began_wall &&
					 json_get_int(is, "peer_priority") > 0));
}

/* True if somebody else is active. */
static bool say_outcome(const struct handover *h, const struct json *was, const struct json *is)
{
	const char *name = json_get_string(was, "name");

	if (is_active(is))
		printf("%s: nobody took over, it is active again\n", name);
	else if (!is_known(h, was, is))
		printf("%s: nobody has been heard since\n", name);
	else
		printf("%s: %s is active\n", name, json_get_string(is, "peer"));
	return !is_active(is) && is_known(h, was, is);
}

/* Waits until all is known, or for as long as the longest down interval and a little more. */
static struct json *wait_for_peers(struct call *c, struct handover *h, const struct json *asked)
{
	const struct json *list = json_get(h->before, "instances");
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	struct json *status = NULL;
	double longest = 0;
	bool is_open;

	for (size_t i = 0; i < json_count(list); i++) {
		double down = json_get_double(json_at(list, i), "down_interval");

		if (is_concerned(json_at(list, i), asked) && down > longest)
			longest = down;
	}
	do {
		nanosleep(&pause, NULL);
		json_free(status);
		keepctl_ask(c, "status");
		if (!(status = keepctl_answer(c)))
			return NULL;
		is_open = false;
		for (size_t i = 0; i < json_count(list); i++)
			is_open |= is_concerned(json_at(list, i), asked) &&
				   !is_known(h, json_at(list, i),
					   find(status, json_get_string(json_at(list, i), "name")));
	} while (is_open && span_seconds(mono_sub(mono_now(), h->began)) < longest + 1 &&
		 span_seconds(mono_sub(mono_now(), h->began)) < ANSWER_MAX);
	return status;
}

static int tell_outcome(struct call *c, struct handover *h, const struct json *asked)
{
	const struct json *list = json_get(h->before, "instances");
	struct json *status = wait_for_peers(c, h, asked);
	bool is_done = true;

	if (!status)
		return EXIT_NO_DAEMON;
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *was = json_at(list, i);
		const struct json *is = find(status, json_get_string(was, "name"));

		if (is && is_concerned(was, asked))
			is_done &= say_outcome(h, was, is);
	}
	json_free(status);
	return is_done ? EXIT_OK : EXIT_FAILED;
}

int keepctl_handover(struct call *c)
{
	struct json *request = new_request("handover"), *before;
	struct handover h = { .began = mono_now(), .began_wall = keepctl_wall_now() };
	int result;

	if (!c->args[0] == !c->is_all) {
		fprintf(stderr, "keepctl: handover needs the name of an instance, or --all\n");
		json_free(request);
		return EXIT_USAGE;
	}
	keepctl_ask(c, "status");
	before = keepctl_answer(c);
	h.before = before;
	if (c->args[0])
		json_set_string(request, "name", c->args[0]);
	json_set_bool(request, "all", c->is_all);
	json_set_bool(request, "force", c->is_forced);
	keepctl_send(c, request);
	result = exit_of(keepctl_answer(c));
	if (result == EXIT_OK)
		result = tell_outcome(c, &h, c->args[0] ? find(before, c->args[0]) : NULL);
	json_free(before);
	return result;
}

/* ---- maintenance ---- */

static void print_time(const char *words, double at)
{
	time_t seconds = (time_t)at;
	struct tm tm;
	char text[32];

	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	printf("%s%s", words, text);
}

void keepctl_print_maintenance(const struct json *status)
{
	const struct json *m = json_get(status, "maintenance");

	if (!json_get_bool(m, "on"))
		return;
	print_time("MAINTENANCE: no instance of this node takes part, since ",
		json_get_double(m, "since"));
	if (json_get_double(m, "until"))
		print_time(", until ", json_get_double(m, "until"));
	printf("\n");
}

static int show_maintenance(struct call *c)
{
	struct json *status;

	keepctl_ask(c, "status");
	status = keepctl_answer(c);
	if (c->is_json && status)
		printf("%s\n", json_text_pretty(json_get(status, "maintenance")));
	else if (json_get_bool(json_get(status, "maintenance"), "on"))
		keepctl_print_maintenance(status);
	else if (status)
		printf("this node is not in maintenance\n");
	return exit_of(status);
}

int keepctl_maintenance(struct call *c)
{
	const char *what = c->args[0];
	bool is_on = what && !strcmp(what, "on"), is_rounded;
	int64_t lasts = c->duration ? span_parse(c->duration, &is_rounded) : 0;
	struct json *request;

	if (!what)
		return show_maintenance(c);
	if ((!is_on && strcmp(what, "off") != 0) || lasts < 0 || (!is_on && c->duration)) {
		fprintf(stderr, "keepctl: maintenance on [--for TIME], such as 30m, or "
				"maintenance off\n");
		return EXIT_USAGE;
	}
	request = new_request("maintenance");
	json_set_bool(request, "on", is_on);
	json_set_double(request, "seconds", (double)lasts / 1e6);
	keepctl_send(c, request);
	return exit_of(keepctl_answer(c));
}

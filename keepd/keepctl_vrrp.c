/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keepctl vrrp, explain and scan: one instance in detail, why it is as it is, and who else
 * advertises on our links.
 */
#include <stdio.h>
#include <string.h>

#include "core/exit.h"
#include "keepd/explain.h"
#include "keepd/keepctl.h"

/* The answer to a request, or NULL and the exit status. Caller frees. */
static struct json *ask(struct call *c, const char *verb, const char *name, int *status)
{
	struct json *j;

	keepctl_ask_about(c, verb, name);
	*status = EXIT_OK;
	if (!(j = keepctl_answer(c)))
		*status = EXIT_NO_DAEMON;
	else if (keepctl_is_error(j)) {
		json_free(j);
		j = NULL;
		*status = EXIT_FAILED;
	}
	return j;
}

static void say_unknown(const struct json *status, const char *name)
{
	const struct json *list = json_get(status, "instances");

	fprintf(stderr, "keepctl: there is no instance %s; there %s", name,
		json_count(list) ? "are:" : "is none");
	for (size_t i = 0; i < json_count(list); i++)
		fprintf(stderr, " %s", json_get_string(json_at(list, i), "name"));
	fprintf(stderr, "\n");
}

/* ---- explain ---- */

static void print_lines(const struct json *lines)
{
	for (size_t i = 0; i < json_count(lines); i++)
		printf("%s\n", json_string_at(lines, i));
}

int keepctl_explain(struct call *c)
{
	const struct json *instance;
	struct json *status, *lines;
	int result;

	if (!c->args[0]) {
		fprintf(stderr, "keepctl: explain needs the name of an instance\n");
		return EXIT_USAGE;
	}
	if (!(status = ask(c, "status", NULL, &result)))
		return result;
	instance = explain_find(status, c->args[0]);
	if (!instance) {
		say_unknown(status, c->args[0]);
		json_free(status);
		return EXIT_FAILED;
	}
	lines = explain_instance(status, instance, keepctl_wall_now());
	if (c->is_json) {
		struct json *j = json_new_object();

		json_set_string(j, "name", json_get_string(instance, "name"));
		json_set_string(j, "state", json_get_string(instance, "state"));
		json_set_int(j, "priority", json_get_int(instance, "priority"));
		json_set(j, "explanation", lines);
		printf("%s\n", json_text_pretty(j));
		json_free(j);
	} else {
		printf("instance %s\n", json_get_string(instance, "name"));
		print_lines(lines);
		json_free(lines);
	}
	json_free(status);
	return EXIT_OK;
}

/* ---- who was seen ---- */

static void print_seen(const struct json *s, double now)
{
	double last = now - json_get_double(s, "last");

	printf("%-15s %s vrid %-3lld %-15s version %lld, priority %lld, %lld adverts, the last "
	       "%.1f s ago%s\n",
		json_get_string(s, "interface"),
		json_get_bool(s, "configured") ? "ours   " : "unknown",
		(long long)json_get_int(s, "vrid"), json_get_string(s, "source"),
		(long long)json_get_int(s, "version"), (long long)json_get_int(s, "priority"),
		(long long)json_get_int(s, "adverts"), last > 0 ? last : 0,
		json_get_bool(s, "other_addresses") ? ", with other addresses" : "");
}

/* ---- vrrp ---- */

static void print_counters(const struct json *i)
{
	static const struct {
		const char *key, *words;
	} rows[] = {
		{ "adverts_sent", "adverts sent" },
		{ "adverts_received", "adverts received" },
		{ "became_active", "became active" },
		{ "transitions", "transitions" },
		{ "rivals", "adverts of rivals while active" },
		{ "announcements", "announcements" },
		{ "repairs", "addresses, routes and rules put back" },
		{ "send_errors", "adverts that could not be sent" },
	};

	for (size_t n = 0; n < sizeof(rows) / sizeof(rows[0]); n++)
		printf("  %-32s %lld\n", rows[n].words, (long long)json_get_int(i, rows[n].key));
}

/* Adverts that were dropped or odd, by cause. */
static void print_errors(const struct json *i)
{
	const struct json *errors = json_get(i, "errors");

	for (size_t n = 0; json_key_at(errors, n); n++) {
		const char *cause = json_key_at(errors, n);
		long long count = (long long)json_get_int(errors, cause);

		if (count)
			printf("  adverts not as they should be, %s: %lld\n", cause, count);
	}
}

/* Who advertised with its number on its link, and how last. */
static void print_peers(const struct json *status, const struct json *i)
{
	const struct json *seen = json_get(status, "routers_seen");

	for (size_t n = 0; n < json_count(seen); n++) {
		const struct json *s = json_at(seen, n);

		if (json_get_int(s, "vrid") != json_get_int(i, "vrid") ||
			strcmp(json_get_string(s, "interface"), json_get_string(i, "interface")) !=
				0)
			continue;
		printf("  ");
		print_seen(s, keepctl_wall_now());
	}
}

static int print_one(struct call *c, const struct json *status, struct json *i)
{
	struct json *answer;
	const struct json *history;
	int result;

	if (!(answer = ask(c, "history", json_get_string(i, "name"), &result)))
		return result;
	history = json_get(answer, "history");
	if (c->is_json) {
		const char *text = json_text(i);

		json_set(answer, "instance", json_parse(text, strlen(text)));
		printf("%s\n", json_text_pretty(answer));
	} else {
		printf("instance %s: %s (%s)\n", json_get_string(i, "name"),
			json_get_string(i, "state"), json_get_string(i, "reason"));
		print_counters(i);
		print_errors(i);
		print_peers(status, i);
		for (size_t n = 0; n < json_count(history); n++)
			keepctl_print_event(json_at(history, n));
	}
	json_free(answer);
	return EXIT_OK;
}

/* Of one instance, or of all. */
int keepctl_vrrp(struct call *c)
{
	const struct json *list;
	struct json *status;
	bool is_found = !c->args[0];
	int result;

	if (!(status = ask(c, "status", NULL, &result)))
		return result;
	list = json_get(status, "instances");
	for (size_t n = 0; n < json_count(list) && result == EXIT_OK; n++) {
		struct json *i = json_at(list, n);

		if (c->args[0] && strcmp(json_get_string(i, "name"), c->args[0]) != 0)
			continue;
		is_found = true;
		result = print_one(c, status, i);
	}
	if (!is_found) {
		say_unknown(status, c->args[0]);
		result = EXIT_FAILED;
	}
	json_free(status);
	return result;
}

/* ---- scan ---- */

int keepctl_scan(struct call *c)
{
	const struct json *seen;
	struct json *status;
	int result;

	if (!(status = ask(c, "status", NULL, &result)))
		return result;
	seen = json_get(status, "routers_seen");
	if (c->is_json)
		printf("%s\n", json_text_pretty(json_get(status, "routers_seen")));
	else if (!json_count(seen))
		printf("nobody else has advertised on our links\n");
	for (size_t i = 0; !c->is_json && i < json_count(seen); i++)
		print_seen(json_at(seen, i), keepctl_wall_now());
	json_free(status);
	return EXIT_OK;
}

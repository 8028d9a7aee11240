/* SPDX-License-Identifier: Apache-2.0 */
/* Status to sentences: see explain.h. Called by keepctl. */
#include "keepd/explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct story {
	const struct json *status, *i; /* the instance */
	double now;
	struct json *lines;
};

static void say(struct story *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct story *s, const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	json_append(s->lines, json_new_string(line));
}

static const char *text(const struct story *s, const char *key)
{
	return json_get_string(s->i, key);
}

static long long number(const struct story *s, const char *key)
{
	return (long long)json_get_int(s->i, key);
}

static double ago(const struct story *s, const char *key)
{
	double seconds = s->now - json_get_double(s->i, key);

	return seconds > 0 ? seconds : 0;
}

static bool is_state(const struct story *s, const char *state)
{
	return !strcmp(text(s, "state"), state);
}

static void say_state(struct story *s)
{
	say(s, "It is in state %s since %.0f s: %s.", text(s, "state"), ago(s, "since"),
		text(s, "reason"));
	if (is_state(s, "fault"))
		say(s, "It takes no part in the election, and peers may be active. When the cause "
		       "is gone, it listens as a backup first.");
	else if (is_state(s, "init"))
		say(s, "It takes no part in the election yet.");
}

static const struct json *find(const struct json *list, const char *name)
{
	for (size_t n = 0; n < json_count(list); n++)
		if (!strcmp(json_get_string(json_at(list, n), "name"), name))
			return json_at(list, n);
	return NULL;
}

/* NULL: it is in none. */
static const struct json *group_of(const struct story *s)
{
	return find(json_get(s->status, "groups"), text(s, "group"));
}

static void say_tracks(struct story *s, const struct json *tracks)
{
	for (size_t n = 0; n < json_count(tracks); n++) {
		const struct json *t = json_at(tracks, n);

		say(s, "  %s: %+lld%s", json_get_string(t, "text"),
			(long long)json_get_int(t, "adds"),
			json_get_bool(t, "fault")   ? ", and that is a fault"
			: json_get_bool(t, "waits") ? ", and it waits for the result"
						    : "");
	}
}

static void say_priority(struct story *s)
{
	long long base = number(s, "priority_base"), is = number(s, "priority");

	if (base == 255) {
		say(s, "Its priority is 255: it owns its addresses, and trackers do not change "
		       "that.");
		return;
	}
	say(s, "Its priority is %lld, and %lld as configured.", is, base);
	say_tracks(s, json_get(s->i, "tracks"));
	say_tracks(s, json_get(group_of(s), "tracks"));
}

static void say_addresses(struct story *s)
{
	long long all = number(s, "addresses"), there = number(s, "addresses_present");

	if (is_state(s, "active") && there < all)
		say(s, "Only %lld of its %lld addresses are on the interface; it tries again.",
			there, all);
}

/* ---- the peer ---- */

/* Why the last advert that was heard makes it stay backup, or does not. */
static void say_backup(struct story *s)
{
	long long own = number(s, "priority"), peer = number(s, "peer_priority");
	const char *name = text(s, "peer");
	double until = json_get_double(s->i, "preempt_delay_until") - s->now;

	if (peer > own)
		say(s, "%s stays active because its priority is higher.", name);
	else if (peer == own)
		say(s, "%s stays active because an equal priority does not take over.", name);
	else if (json_get_bool(s->i, "handed_over"))
		say(s,
			"%s has the lower priority and stays active because this one has handed "
			"over.",
			name);
	else if (json_get_bool(s->i, "nopreempt"))
		say(s, "%s has the lower priority and stays active because of nopreempt.", name);
	else if (until > 0)
		say(s,
			"%s has the lower priority and is put up with for another %.1f s "
			"(preempt_delay).",
			name, until);
	else
		say(s,
			"%s has the lower priority: its adverts are discarded, and this one takes "
			"over when its timer has run out.",
			name);
}

static void say_peer(struct story *s)
{
	double down = json_get_double(s->i, "down_interval");

	if (!json_get_double(s->i, "peer_heard")) {
		say(s, "No peer has been heard.");
	} else {
		say(s, "The last peer that was heard is %s, with priority %lld, %.1f s ago.%s",
			text(s, "peer"), number(s, "peer_priority"), ago(s, "peer_heard"),
			is_state(s, "active") ? " Backups are silent." : "");
		if (is_state(s, "backup") && number(s, "peer_priority") > 0)
			say_backup(s);
	}
	if (is_state(s, "backup"))
		say(s,
			"It takes over %.3f s after the last advert that it accepts, or %.3f s "
			"after priority 0.",
			down, json_get_double(s->i, "skew"));
	else if (is_state(s, "active"))
		say(s, "It sends an advert every %.2f s, and %s.",
			json_get_double(s->i, "advert_interval"),
			number(s, "priority") == 255 ? "yields to nobody but another owner"
						     : "yields to whoever has a higher priority");
}

/* ---- its group ---- */

static void say_group(struct story *s)
{
	const struct json *g = group_of(s);
	const struct json *members = json_get(g, "members");

	if (!g)
		return;
	say(s,
		"It is in the sync group %s, which is %s: members are active together or not at "
		"all.",
		json_get_string(g, "name"), json_get_string(g, "state"));
	for (size_t n = 0; n < json_count(members); n++) {
		const struct json *m = json_at(members, n);

		if (strcmp(json_get_string(m, "name"), text(s, "name")) != 0)
			say(s, "  %s is %s", json_get_string(m, "name"),
				json_get_string(m, "state"));
	}
	if (*text(s, "group_waits_for"))
		say(s, "It would be active, and waits for %s.", text(s, "group_waits_for"));
}

/* ---- all of it ---- */

const struct json *explain_find(const struct json *status, const char *name)
{
	return find(json_get(status, "instances"), name);
}

struct json *explain_instance(const struct json *status, const struct json *instance, double now)
{
	struct story s = { status, instance, now, json_new_array() };

	say_state(&s);
	say_priority(&s);
	if (is_state(&s, "backup") || is_state(&s, "active"))
		say_peer(&s);
	say_group(&s);
	say_addresses(&s);
	return s.lines;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenarios from seeds, and as text. Faults come in clusters of one to three; between clusters
 * there is mostly time enough for everything to settle, because only then the bounds say anything.
 */
#include "test/sim/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "test/sim/rng.h"

#define SECOND INT64_C(1000000)

static const struct {
	const char *word, *has;
} types[] = {
#define X(name, word, has) { word, has },
	SIM_FAULT_LIST(X)
#undef X
};

/* ---- from a seed ---- */

static uint8_t some_priority(struct rng *r)
{
	static const uint8_t some[] = { 1, 50, 99, 100, 100, 100, 101, 150, 150, 200, 254, 255 };

	return some[rng_below(r, sizeof(some))];
}

static int64_t some_delay(struct rng *r)
{
	return rng_below(r, 4) ? 0 : rng_between(r, 1, 10) * SECOND;
}

static unsigned some_router(struct rng *r, const struct scenario *s)
{
	unsigned n;

	do
		n = (unsigned)rng_below(r, SIM_ROUTERS);
	while (!s->routers[n].is_present);
	return n;
}

/* Short ones that nobody may notice, some around the down interval, and long ones. */
static int64_t some_time(struct rng *r, int64_t interval)
{
	switch (rng_below(r, 4)) {
	case 0: return rng_between(r, 1000, interval);
	case 1: return rng_between(r, 2 * interval, 5 * interval);
	default: return rng_between(r, interval, 12 * interval);
	}
}

static int64_t some_interval(struct rng *r, uint8_t version)
{
	static const int64_t v3[] = { 10000, 100000, 250000, SECOND, SECOND, 3 * SECOND };

	return version == 2 ? rng_between(r, 1, 3) * SECOND : v3[rng_below(r, 6)];
}

static int64_t least_interval(const struct scenario *s)
{
	int64_t least = INT64_MAX;

	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		if (s->routers[i].is_present && s->routers[i].settings.interval < least)
			least = s->routers[i].settings.interval;
	return least;
}

static struct sim_fault some_fault(struct rng *r, const struct scenario *s, int64_t at)
{
	struct sim_fault f = { .type = (enum sim_fault_type)rng_below(r, SIM_FAULT_COUNT),
		.at = at,
		.node = some_router(r, s) };
	int64_t interval = s->routers[f.node].settings.interval;

	f.lasts = some_time(r, interval);
	do
		f.peer = some_router(r, s);
	while (f.peer == f.node);
	switch ((int)f.type) {
	case SIM_LOSS:
	case SIM_DUPLICATE: f.value = rng_between(r, 1, 16) * 5; break;
	case SIM_DELAY: f.value = rng_between(r, 1000, least_interval(s) / 2); break;
	case SIM_CORRUPT: f.value = rng_between(r, 1, 16) * 5; break;
	case SIM_FORGE: f.value = rng_below(r, 2) ? 0 : some_priority(r); break;
	case SIM_PARTITION: f.value = rng_between(r, 1, (1 << SIM_ROUTERS) - 2); break;
	case SIM_CLOCK: f.value = rng_between(r, -SECOND, SECOND) * 3600; break;
	case SIM_RELOAD:
		f.settings = (struct sim_settings){ some_priority(r), rng_below(r, 3) > 0, interval,
			some_delay(r) };
		break;
	default: break;
	}
	return f;
}

static void add(struct scenario *s, struct sim_fault f)
{
	if (s->fault_count < SIM_FAULTS)
		s->faults[s->fault_count++] = f;
}

/* A new interval everywhere, one router after the other: until the last has it, version 2 is torn.
 */
static int64_t add_interval(struct rng *r, struct scenario *s, int64_t at)
{
	int64_t interval = some_interval(r, s->version);

	for (unsigned i = 0; i < SIM_ROUTERS; i++) {
		if (!s->routers[i].is_present)
			continue;
		s->routers[i].settings.interval = interval;
		add(s, (struct sim_fault){ .type = SIM_RELOAD,
			       .at = at,
			       .node = i,
			       .settings = s->routers[i].settings });
		at += rng_below(r, 2) ? rng_below(r, 5000) : rng_below(r, 4 * interval);
	}
	return at;
}

static int64_t add_flaps(struct rng *r, struct scenario *s, int64_t at)
{
	unsigned node = some_router(r, s);

	for (int64_t left = rng_between(r, 2, 6); left > 0; left--) {
		add(s, (struct sim_fault){
			       .type = SIM_LINK, .at = at, .lasts = 100000, .node = node });
		at += 200000;
	}
	return at;
}

/* Two are active, and when they hear each other again the priority of one is another. */
static int64_t add_fall(struct rng *r, struct scenario *s, int64_t at)
{
	unsigned node = some_router(r, s);
	int64_t interval = s->routers[node].settings.interval, lasts = 8 * interval + SECOND;

	add(s, (struct sim_fault){ .type = SIM_PARTITION,
		       .at = at,
		       .lasts = lasts,
		       .value = INT64_C(1) << node });
	at += lasts;
	s->routers[node].settings.priority = some_priority(r);
	add(s, (struct sim_fault){ .type = SIM_RELOAD,
		       .at = at + rng_below(r, interval),
		       .node = node,
		       .settings = s->routers[node].settings });
	return at + interval;
}

static int64_t add_cluster(struct rng *r, struct scenario *s, int64_t at)
{
	int64_t end = at;
	unsigned kind = (unsigned)rng_below(r, 16);

	if (kind == 0)
		return add_interval(r, s, at);
	if (kind == 1)
		return add_flaps(r, s, at);
	if (kind == 2)
		return add_fall(r, s, at);
	for (int64_t left = rng_below(r, 2) ? 1 : rng_between(r, 1, 3); left > 0; left--) {
		struct sim_fault f = some_fault(r, s, at);

		add(s, f);
		if (f.type == SIM_RELOAD)
			s->routers[f.node].settings = f.settings;
		if (f.at + f.lasts > end)
			end = f.at + f.lasts;
		at += some_time(r, s->routers[f.node].settings.interval);
	}
	return end > at ? end : at;
}

static int64_t quiet(struct rng *r, const struct scenario *s)
{
	int64_t interval = 0;

	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		if (s->routers[i].is_present && s->routers[i].settings.interval > interval)
			interval = s->routers[i].settings.interval;
	return rng_below(r, 4) ? 6 * interval + 8 * SECOND : rng_below(r, 6 * interval);
}

void scenario_make(struct scenario *s, uint64_t seed)
{
	struct rng r = { rng_mix(seed) };
	unsigned count = (unsigned)rng_between(&r, 2, SIM_ROUTERS);
	struct sim_router first[SIM_ROUTERS];
	int64_t interval, at;

	*s = (struct scenario){
		.seed = seed, .version = (uint8_t)rng_between(&r, 2, 3), .down_adverts = 3
	};
	if (rng_below(&r, 8) == 0)
		s->down_adverts = (uint32_t)rng_between(&r, 2, 5);
	interval = some_interval(&r, s->version);
	at = 4 * interval;
	for (unsigned i = 0; i < count; i++)
		s->routers[i] = (struct sim_router){ .is_present = true,
			.start = rng_below(&r, 3) ? rng_below(&r, 2000) : rng_below(&r, at),
			.settings = { some_priority(&r), rng_below(&r, 4) > 0, interval,
				some_delay(&r) } };
	memcpy(first, s->routers, sizeof(first));
	at += quiet(&r, s);
	for (int64_t left = rng_between(&r, 2, 8); left > 0; left--)
		at = add_cluster(&r, s, at) + quiet(&r, s);
	s->end = at + 6 * interval + 8 * SECOND;
	/* The settings above were those at each fault's time. */
	memcpy(s->routers, first, sizeof(first));
}

/* ---- as text ---- */

static void print_settings(const struct sim_settings *s, FILE *to)
{
	fprintf(to, " priority=%u preempt=%d interval=%lld delay=%lld", s->priority, s->preempt,
		(long long)s->interval, (long long)s->delay);
}

void scenario_print(const struct scenario *s, FILE *to)
{
	fprintf(to, "scenario seed=%llu version=%u down_adverts=%u end=%lld\n",
		(unsigned long long)s->seed, s->version, s->down_adverts, (long long)s->end);
	for (unsigned i = 0; i < SIM_ROUTERS; i++) {
		if (!s->routers[i].is_present)
			continue;
		fprintf(to, "router node=%u at=%lld", i, (long long)s->routers[i].start);
		print_settings(&s->routers[i].settings, to);
		putc('\n', to);
	}
	for (unsigned i = 0; i < s->fault_count; i++) {
		const struct sim_fault *f = &s->faults[i];
		const char *has = types[f->type].has;

		fprintf(to, "%s at=%lld lasts=%lld", types[f->type].word, (long long)f->at,
			(long long)f->lasts);
		if (strchr(has, 'n'))
			fprintf(to, " node=%u", f->node);
		if (strchr(has, 'p'))
			fprintf(to, " peer=%u", f->peer);
		if (strchr(has, 'v'))
			fprintf(to, " value=%lld", (long long)f->value);
		if (strchr(has, 's'))
			print_settings(&f->settings, to);
		putc('\n', to);
	}
}

/* The number behind " key=" in the line; 0 if there is none. */
static long long number(const char *line, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = line; (at = strchr(at, ' ')) != NULL;) {
		at++;
		if (!strncmp(at, key, len) && at[len] == '=')
			return strtoll(at + len + 1, NULL, 10);
	}
	return 0;
}

static struct sim_settings read_settings(const char *line)
{
	return (struct sim_settings){ (uint8_t)number(line, "priority"),
		number(line, "preempt") != 0, number(line, "interval"), number(line, "delay") };
}

static bool is_router(const struct scenario *s, unsigned n)
{
	return n < SIM_ROUTERS && s->routers[n].is_present;
}

static bool read_fault(struct scenario *s, const char *line)
{
	struct sim_fault f = { .at = number(line, "at"),
		.lasts = number(line, "lasts"),
		.node = (unsigned)number(line, "node"),
		.peer = (unsigned)number(line, "peer"),
		.value = number(line, "value"),
		.settings = read_settings(line) };
	size_t len = strcspn(line, " \n");

	for (; f.type < SIM_FAULT_COUNT; f.type++)
		if (strlen(types[f.type].word) == len && !strncmp(line, types[f.type].word, len))
			break;
	if (f.type == SIM_FAULT_COUNT || s->fault_count == SIM_FAULTS)
		return false;
	if (strchr(types[f.type].has, 'n') && !is_router(s, f.node))
		return false;
	if (strchr(types[f.type].has, 'p') && !is_router(s, f.peer))
		return false;
	if (f.at < 0 || f.lasts < 0 || (f.type == SIM_RELOAD && f.settings.interval <= 0))
		return false;
	add(s, f);
	return true;
}

static bool read_line(struct scenario *s, const char *line)
{
	unsigned n = (unsigned)number(line, "node");

	if (!strncmp(line, "scenario ", 9)) {
		s->seed = (uint64_t)number(line, "seed");
		s->version = (uint8_t)number(line, "version");
		s->down_adverts = (uint32_t)number(line, "down_adverts");
		s->end = number(line, "end");
		return (s->version == 2 || s->version == 3) && s->down_adverts > 0;
	}
	if (strncmp(line, "router ", 7) != 0)
		return read_fault(s, line);
	if (n >= SIM_ROUTERS)
		return false;
	s->routers[n] = (struct sim_router){ true, number(line, "at"), read_settings(line) };
	return s->routers[n].settings.interval > 0;
}

unsigned scenario_read(struct scenario *s, FILE *from)
{
	char line[512];
	unsigned count = 0;

	*s = (struct scenario){ 0 };
	while (fgets(line, sizeof(line), from)) {
		count++;
		if (line[0] != '#' && line[0] != '\n' && !read_line(s, line))
			return count;
	}
	return s->version ? 0 : count + 1;
}

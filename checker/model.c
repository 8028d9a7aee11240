/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker's model: fed with results, asked for changes; see model.h, and model_build.c for
 * where it comes from. Pure. What to do about changes (log, events, scripts, kernel) is main.c's
 * business.
 */
#include <stdio.h>
#include <string.h>

#include "checker/check.h"
#include "checker/model.h"

void model_touch(struct model *m, uint32_t pool)
{
	if (m->pools[pool].is_dirty)
		return;
	m->pools[pool].is_dirty = true;
	m->dirty[m->dirty_count++] = pool;
}

/* ---- recalling ---- */

static const struct checker_slot *recalled(const struct idmap *ids,
	const struct checker_slot *slots, uint64_t id, enum checker_slot_kind kind)
{
	uint32_t at = idmap_get(ids, id);

	return at != IDMAP_NONE && slots[at].kind == (uint32_t)kind ? &slots[at] : NULL;
}

static void recall_check(struct model_check *c, const struct check_slot *s)
{
	if (s->verdict > VERDICT_DOWN)
		return;
	c->verdict = (enum verdict_state)s->verdict;
	c->since = (mono_t){ s->since_us };
	c->last = s->last;
}

static void recall_server(struct model_server *s, const struct server_slot *from)
{
	s->is_up = from->is_up;
	s->is_waiting = from->is_waiting;
	s->since = (mono_t){ from->since_us };
	s->reason = from->reason;
	s->is_settled = true;
}

void model_recall(struct model *m, const struct checker_slot *slots, size_t count)
{
	struct idmap ids = { 0 };
	const struct checker_slot *s;

	for (size_t i = 0; i < count; i++)
		if (slots[i].kind != CHECKER_SLOT_FREE && slots[i].id)
			idmap_set(&ids, slots[i].id, (uint32_t)i);
	for (uint32_t i = 0; i < m->check_count; i++) {
		s = recalled(&ids, slots, m->checks[i].id, CHECKER_SLOT_CHECK);
		if (s)
			recall_check(&m->checks[i], &s->check);
	}
	for (uint32_t i = 0; i < m->server_count; i++) {
		s = recalled(&ids, slots, m->servers[i].id, CHECKER_SLOT_SERVER);
		if (s)
			recall_server(&m->servers[i], &s->server);
	}
	for (uint32_t i = 0; i < m->pool_count; i++) {
		s = recalled(&ids, slots, m->pools[i].id, CHECKER_SLOT_POOL);
		if (!s)
			continue;
		m->pools[i].result.has_quorum = s->pool.has_quorum;
		m->pools[i].since = (mono_t){ s->pool.since_us };
		m->pools[i].is_settled = true;
	}
	idmap_fini(&ids);
}

/* ---- results ---- */

uint32_t model_first(const struct model *m, uint64_t question)
{
	return question ? idmap_get(&m->questions, question) : IDMAP_NONE;
}

bool model_hear(struct model *m, uint32_t check, const struct probe_slot *probe, mono_t now)
{
	struct model_check *c = &m->checks[check];
	uint64_t ok_before = c->last.ok_total;
	enum verdict_state verdict;

	if (!probe->last_at_us ||
		(c->last.id == probe->id && c->last.last_at_us == probe->last_at_us))
		return false;
	c->last = *probe;
	verdict = verdict_next(c->verdict, ok_before, c->conf->retry, probe);
	if (verdict == c->verdict)
		return true;
	c->since = now;
	c->verdict = verdict;
	model_touch(m, m->servers[c->server].pool);
	return true;
}

/* ---- conclusions ---- */

/* What a server's checks say together, and which of them is the reason. */
struct finding {
	bool is_up, is_waiting;
	const struct model_check *reason; /* NULL = there is none */
};

static struct finding find(const struct model *m, const struct model_server *s)
{
	const struct model_check *down = NULL, *undecided = NULL, *latest = NULL;
	bool is_alpha = false;

	for (uint32_t i = 0; i < s->checks; i++) {
		const struct model_check *c = &m->checks[s->first_check + i];

		if (c->verdict == VERDICT_DOWN && !down)
			down = c;
		if (c->verdict == VERDICT_NONE) {
			undecided = c;
			is_alpha |= c->conf->alpha;
		}
		if (!latest || latest->since.us < c->since.us)
			latest = c;
	}
	if (down)
		return (struct finding){ .reason = down };
	if (!undecided)
		return (struct finding){ .is_up = true, .reason = latest };
	/* A new check is no reason to trust a server that was down, or to doubt one that was up. */
	if (s->is_settled)
		return (struct finding){ .is_up = s->is_up, .is_waiting = s->is_waiting };
	return (struct finding){ .is_up = !is_alpha, .is_waiting = is_alpha };
}

static const char *state_name(bool is_up, bool is_waiting)
{
	return is_up ? "up" : is_waiting ? "waiting" : "down";
}

static void describe_server(const struct model_check *c, char reason[MODEL_REASON_BYTES])
{
	char words[CHECK_REASON_BYTES];

	if (!c) {
		snprintf(reason, MODEL_REASON_BYTES, "no checks");
		return;
	}
	check_reason_format(&c->last.result, words);
	if (c->verdict != VERDICT_DOWN)
		snprintf(reason, MODEL_REASON_BYTES, "%s", words);
	else if (c->last.failed_run <= c->conf->retry)
		snprintf(reason, MODEL_REASON_BYTES, "%s, at the first attempt", words);
	else
		snprintf(reason, MODEL_REASON_BYTES, "%s, %u of %u attempts", words,
			(unsigned)c->conf->retry + 1, (unsigned)c->conf->retry + 1);
}

struct settling {
	struct model *m;
	mono_t now;
	void (*fn)(void *arg, const struct model_change *change);
	void *arg;
};

static void settle_server(const struct settling *st, uint32_t index)
{
	struct model_server *s = &st->m->servers[index];
	struct finding f = find(st->m, s);
	struct model_change change = {
		.index = index,
		.is_up = f.is_up,
		.from = state_name(s->is_up, s->is_waiting),
		.to = state_name(f.is_up, f.is_waiting),
	};
	bool is_change = s->is_up != f.is_up || s->is_waiting != f.is_waiting;

	if (f.reason)
		s->reason = f.reason->last.result;
	if (!s->is_settled || is_change)
		s->since = st->now;
	s->is_up = f.is_up;
	s->is_waiting = f.is_waiting;
	/* A new server that is up from the start, or waits, is no change. */
	if (is_change && (s->is_settled || change.to[0] == 'd')) {
		if (!s->is_settled)
			change.from = "new";
		describe_server(f.reason, change.reason);
		st->fn(st->arg, &change);
	}
	s->is_settled = true;
}

/* The servers as pool_compute() wants them. */
static void gather(struct model *m, const struct model_pool *p)
{
	for (uint32_t i = 0; i < p->servers; i++) {
		const struct model_server *s = &m->servers[p->first_server + i];

		m->scratch[i] = (struct pool_server){
			.dest = { .endpoint = s->endpoint,
				.method = s->conf->method.kind,
				.weight = s->conf->weight,
				.upper_threshold = s->conf->upper_threshold,
				.lower_threshold = s->conf->lower_threshold },
			.inhibit = s->conf->inhibit_on_failure,
			.is_up = s->is_up,
		};
	}
}

/* Notes with each server what it has in the table; both are in the same order. */
static void note_weights(struct model *m, const struct model_pool *p)
{
	size_t d = 0;

	for (uint32_t i = 0; i < p->servers; i++) {
		struct model_server *s = &m->servers[p->first_server + i];

		s->is_present = d < p->result.dest_count &&
				!endpoint_cmp(&p->dests[d].endpoint, &s->endpoint);
		s->weight = s->is_present ? p->dests[d++].weight : 0;
	}
}

static void describe_pool(const struct model_pool *p, char reason[MODEL_REASON_BYTES])
{
	char sorry[ENDPOINT_TEXT_BYTES];
	int n = snprintf(reason, MODEL_REASON_BYTES, "weight %llu up, quorum %u",
		(unsigned long long)p->result.alive_weight, (unsigned)p->conf->quorum);

	if (n > 0 && n < MODEL_REASON_BYTES && p->result.is_sorry_in_use)
		snprintf(reason + n, (size_t)(MODEL_REASON_BYTES - n),
			"; the sorry server %s answers",
			endpoint_format(&p->sorry.endpoint, sorry));
}

static void settle_pool(const struct settling *st, uint32_t index)
{
	struct model *m = st->m;
	struct model_pool *p = &m->pools[index];
	struct pool_params params = {
		.servers = m->scratch,
		.count = p->servers,
		.quorum = p->conf->quorum,
		.hysteresis = p->conf->hysteresis,
		.sorry = p->conf->sorry_server ? &p->sorry : NULL,
		.had_quorum = p->result.has_quorum,
	};
	struct model_change change = { .is_pool = true, .index = index };

	p->is_dirty = false;
	for (uint32_t i = 0; i < p->servers; i++)
		settle_server(st, p->first_server + i);
	gather(m, p);
	pool_compute(&params, p->dests, &p->result);
	note_weights(m, p);

	change.is_up = p->result.has_quorum;
	change.from = !p->is_settled ? "new" : state_name(params.had_quorum, false);
	change.to = state_name(p->result.has_quorum, false);
	if (!p->is_settled || params.had_quorum != p->result.has_quorum)
		p->since = st->now;
	/* A new pool that waits with nothing to answer has not changed yet. */
	if (p->is_settled ? params.had_quorum != p->result.has_quorum
			  : p->result.has_quorum || p->result.is_sorry_in_use) {
		describe_pool(p, change.reason);
		st->fn(st->arg, &change);
	}
	p->is_settled = true;
}

uint32_t model_settle(struct model *m, mono_t now,
	void (*fn)(void *arg, const struct model_change *change), void *arg)
{
	const struct settling st = { .m = m, .now = now, .fn = fn, .arg = arg };

	uint32_t count = m->dirty_count;

	for (uint32_t i = 0; i < count; i++)
		settle_pool(&st, m->dirty[i]);
	m->dirty_count = 0;
	return count;
}

void model_desired(const struct model *m, struct ipvs_table *t)
{
	ipvs_table_clear(t);
	for (uint32_t i = 0; i < m->pool_count; i++) {
		const struct model_pool *p = &m->pools[i];

		ipvs_table_add_service(t, &p->service);
		for (size_t j = 0; j < p->result.dest_count; j++)
			ipvs_table_add_dest(t, &p->dests[j]);
	}
	ipvs_table_sort(t);
}

/* ---- slots ---- */

void model_pool_slot(const struct model *m, uint32_t pool, struct checker_slot *slot)
{
	const struct model_pool *p = &m->pools[pool];

	*slot = (struct checker_slot){ .kind = CHECKER_SLOT_POOL, .id = p->id };
	slot->pool = (struct pool_slot){
		.key = p->service.key,
		.since_us = p->since.us,
		.has_quorum = p->result.has_quorum,
		.is_sorry_in_use = p->result.is_sorry_in_use,
		.alive_weight = p->result.alive_weight,
		.quorum = p->conf->quorum,
		.hysteresis = p->conf->hysteresis,
		.servers = p->servers,
		.servers_up = (uint32_t)p->result.servers_up,
		.has_sorry = p->conf->sorry_server != NULL,
		.sorry = p->sorry.endpoint,
		.method = p->conf->method.kind,
	};
	memcpy(slot->pool.scheduler, p->service.scheduler, sizeof(slot->pool.scheduler));
}

void model_server_slot(const struct model *m, uint32_t server, struct checker_slot *slot)
{
	const struct model_server *s = &m->servers[server];

	*slot = (struct checker_slot){ .kind = CHECKER_SLOT_SERVER, .id = s->id };
	slot->server = (struct server_slot){
		.pool = m->pools[s->pool].id,
		.endpoint = s->endpoint,
		.is_up = s->is_up,
		.is_waiting = s->is_waiting,
		.since_us = s->since.us,
		.weight = s->weight,
		.is_present = s->is_present,
		.weight_configured = s->conf->weight,
		.checks = s->checks,
		.reason = s->reason,
	};
}

void model_check_slot(const struct model *m, uint32_t check, struct checker_slot *slot)
{
	const struct model_check *c = &m->checks[check];

	*slot = (struct checker_slot){ .kind = CHECKER_SLOT_CHECK, .id = c->id };
	slot->check = (struct check_slot){
		.server = m->servers[c->server].id,
		.type = c->type,
		.verdict = c->verdict,
		.since_us = c->since.us,
		.target = c->target,
		.last = c->last,
	};
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prober role: one probe per question, each in its slot of the state page; asks them when they
 * are due and rings the checker's doorbell. What a probe is like is in check_*.c, when it is due in
 * schedule.c, what its results mean in the checker. See prober.h.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "checker/conf.h"
#include "checker/prober.h"
#include "checker/question.h"
#include "checker/slotmap.h"
#include "checker/verdict.h"
#include "core/doorbell.h"
#include "core/conf/conf.h"
#include "core/exit.h"

#define RUNNING_MAX	 16384
#define DESCRIPTORS_LEFT 64	 /* for everything but probes */
#define STALL_US	 1000000 /* a timer this late: the process stood still */

struct probe {
	struct prober *prober;
	struct question question;
	void *prepared; /* by the check type */
	uint32_t slot;	/* also its number in the schedule */
	struct probe_slot state;
	struct check_run *run; /* NULL = not running */
	mono_t started;
	mono_t due; /* when a reload found it waiting */
};

/* The probes of a configuration, before and after it is committed. */
struct probe_list {
	struct probe **items;
	size_t count, room;
	struct idmap ids; /* of questions, to items */
};

struct prober {
	struct role_ctx ctx;
	struct page page;
	struct slotmap slots;
	struct doorbell checker;
	struct conf *running, *prepared; /* owned; NULL = none */
	struct probe_list probes, prepared_probes;
	struct probe **by_slot; /* PROBE_SLOTS of them */
	struct schedule schedule;
	struct timer timer;
	mono_t wake; /* when the timer should go off */
	size_t running_count, running_max;
	uint64_t chance;
	struct log_limit own_errors;
};

/* ---- running probes ---- */

static void publish(struct probe *probe)
{
	struct prober *p = probe->prober;

	slotmap_write(&p->slots, probe->state.id, &probe->state);
	doorbell_ring(&p->checker, probe->slot);
}

/* What waited for others to end is due now: we are busy, we did not stand still. */
static void wake_up(struct prober *p)
{
	mono_t now = mono_now(), due = schedule_due(&p->schedule);

	if (p->running_count >= p->running_max)
		due = MONO_NEVER;
	p->wake = mono_before(due, now) ? now : due;
	timer_set(&p->timer, p->wake);
}

static void ended(struct probe *probe, const struct check_result *result)
{
	struct prober *p = probe->prober;
	char target[ENDPOINT_TEXT_BYTES], reason[CHECK_REASON_BYTES];

	probe_count(&probe->state, result, probe->started, mono_now());
	if (check_outcome(result) == CHECK_SAYS_NOTHING)
		log_limited(&p->own_errors, LOG_LEVEL_WARNING, "%s of %s: %s",
			probe->question.type->keyword,
			endpoint_format(&probe->question.target, target),
			check_reason_format(result, reason));
	schedule_set(&p->schedule, probe->slot,
		probe_next(&probe->question.timing, &probe->state, chance_next(&p->chance)));
	publish(probe);
}

static void on_done(void *arg, const struct check_result *result)
{
	struct probe *probe = arg;

	probe->run = NULL;
	probe->prober->running_count--;
	ended(probe, result);
	wake_up(probe->prober);
}

static void start(struct probe *probe)
{
	const struct check_params params = {
		.loop = probe->prober->ctx.loop,
		.conf = probe->question.conf,
		.target = probe->question.target,
		.server = probe->question.server,
		.prepared = probe->prepared,
		.done = on_done,
		.arg = probe,
	};
	struct check_result result = { 0 };

	probe->started = mono_now();
	probe->run = probe->question.type->start(&params, &result);
	if (probe->run)
		probe->prober->running_count++;
	else
		ended(probe, &result);
}

static void on_timer(void *arg)
{
	struct prober *p = arg;
	mono_t now = mono_now();
	bool is_stalled = mono_sub(now, p->wake).us > STALL_US;
	uint32_t slot;

	while (p->running_count < p->running_max && schedule_take(&p->schedule, now, &slot)) {
		struct probe *probe = p->by_slot[slot];

		/* After standing still not all at once. */
		if (is_stalled)
			schedule_set(&p->schedule, slot,
				mono_add(probe_resume(&probe->question.timing, &probe->state, now,
						 chance_next(&p->chance)),
					span_us(1)));
		else
			start(probe);
	}
	wake_up(p);
}

/* ---- from a configuration to probes ---- */

static void probe_free(struct probe *probe)
{
	if (probe->run)
		probe->question.type->stop(probe->run);
	if (probe->prepared)
		probe->question.type->unprepare(probe->prepared);
	free(probe);
}

static void list_fini(struct probe_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		probe_free(l->items[i]);
	free(l->items);
	idmap_fini(&l->ids);
	*l = (struct probe_list){ 0 };
}

static int add_question(void *arg, const struct question *q, struct err *e)
{
	struct prober *p = arg;
	struct probe_list *l = &p->prepared_probes;
	struct probe *probe;

	if (idmap_get(&l->ids, q->id) != IDMAP_NONE)
		return 0; /* somebody asked already */
	if (l->count >= PROBE_SLOTS)
		return err_set(e, "more than %d different checks", PROBE_SLOTS);
	if (l->count == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->items = reallocarray(l->items, l->room, sizeof(struct probe *));
	}
	probe = calloc(1, sizeof(*probe));
	if (!l->items || !probe)
		fatal(EXIT_INTERNAL, "out of memory");
	probe->prober = p;
	probe->question = *q;
	if (q->type->prepare && q->type->prepare(q->conf, &probe->prepared, e) < 0) {
		free(probe);
		return -1;
	}
	idmap_set(&l->ids, q->id, (uint32_t)l->count);
	l->items[l->count++] = probe;
	return 0;
}

static void on_abort(void *self)
{
	struct prober *p = self;

	list_fini(&p->prepared_probes);
	conf_free(p->prepared);
	p->prepared = NULL;
}

static int on_prepare(void *self, uint64_t generation, const char *text, struct err *e)
{
	struct prober *p = self;

	on_abort(self);
	p->prepared = checker_conf_read(text, generation, e);
	if (!p->prepared)
		return -1;
	if (question_each(checker_conf_root(p->prepared), add_question, p, e) == 0)
		return 0;
	on_abort(self);
	return -1;
}

/* What is known of the question from the probe that asked the same before, if any. */
static void inherit(struct probe *probe, const struct probe_list *old, const struct idmap *whats)
{
	uint32_t same = idmap_get(&old->ids, probe->question.id);

	if (same == IDMAP_NONE)
		same = idmap_get(whats, probe->question.what);
	if (same != IDMAP_NONE)
		probe->state = old->items[same]->state;
	probe->state.id = probe->question.id;
}

/* A probe that is running goes on under another configuration, which asks the same. */
static void take_over(struct probe *probe, struct probe *before)
{
	probe->run = before->run;
	probe->started = before->started;
	before->run = NULL;
	probe->run->params.conf = probe->question.conf;
	probe->run->params.prepared = probe->prepared;
	probe->run->params.arg = probe;
}

/* Its turn is when it was, if the same was asked before. */
static void give_turn(
	struct prober *p, struct probe *probe, const struct probe_list *old, mono_t now)
{
	uint32_t same = idmap_get(&old->ids, probe->question.id);

	if (same == IDMAP_NONE)
		schedule_set(&p->schedule, probe->slot,
			probe_resume(&probe->question.timing, &probe->state, now,
				chance_next(&p->chance)));
	else if (old->items[same]->run)
		take_over(probe, old->items[same]);
	else
		schedule_set(&p->schedule, probe->slot, old->items[same]->due);
	p->running_count += probe->run != NULL;
}

/* Gives the probe its slot, its state and its turn. */
static void adopt(struct prober *p, struct probe *probe, const struct probe_list *old,
	const struct idmap *whats, mono_t now)
{
	struct probe_slot known;

	inherit(probe, old, whats);
	probe->slot = slotmap_get(&p->slots, probe->question.id);
	if (probe->slot == IDMAP_NONE)
		fatal(EXIT_INTERNAL, "no slot is free"); /* there are as many as questions */
	if (!old->count && p->page.map && page_read(&p->page, probe->slot, &known) &&
		known.id == probe->question.id)
		probe->state = known; /* of the process before us */
	p->by_slot[probe->slot] = probe;
	slotmap_write(&p->slots, probe->question.id, &probe->state);
	give_turn(p, probe, old, now);
}

static bool has_slot(const struct prober *p, const struct probe *probe)
{
	return idmap_get(&p->slots.ids, probe->question.id) != IDMAP_NONE;
}

static void on_commit(void *self, uint64_t generation)
{
	static const struct probe_slot empty;
	struct prober *p = self;
	struct probe_list old = p->probes;
	struct idmap whats = { 0 };
	mono_t now = mono_now();
	struct tuning tuning;

	(void)generation;
	p->probes = p->prepared_probes;
	p->prepared_probes = (struct probe_list){ 0 };
	p->running_count = 0;
	for (size_t i = 0; i < old.count; i++) {
		idmap_set(&whats, old.items[i]->question.what, (uint32_t)i);
		old.items[i]->due = schedule_when(&p->schedule, old.items[i]->slot);
		schedule_remove(&p->schedule, old.items[i]->slot);
		p->by_slot[old.items[i]->slot] = NULL;
	}
	/* First those that have a slot, then, in what is free now, the others. */
	slotmap_begin(&p->slots);
	for (size_t i = 0; i < p->probes.count; i++)
		if (has_slot(p, p->probes.items[i]))
			adopt(p, p->probes.items[i], &old, &whats, now);
	slotmap_sweep(&p->slots, &empty);
	for (size_t i = 0; i < p->probes.count; i++)
		if (!p->probes.items[i]->state.id)
			adopt(p, p->probes.items[i], &old, &whats, now);
	list_fini(&old); /* a question that is not asked any more ends here */
	idmap_fini(&whats);
	conf_free(p->running);
	p->running = p->prepared;
	p->prepared = NULL;
	checker_conf_tuning(checker_conf_root(p->running), &tuning);
	role_tune(&p->ctx, &tuning);
	doorbell_ring(&p->checker, DOORBELL_ALL);
	wake_up(p);
	log_info("%zu probes", p->probes.count);
}

/* ---- other callbacks of the role ---- */

static uint64_t slot_identity(const void *value)
{
	return ((const struct probe_slot *)value)->id;
}

static int on_page(void *self, enum page_kind kind, int fd, struct err *e)
{
	struct prober *p = self;
	struct probe_slot value;
	int status = 0;

	if (kind == PAGE_PROBER && !p->page.map && !p->running) {
		status = page_open(&p->page, fd, sizeof(struct probe_slot), PROBE_SLOTS, true, e);
		if (status == 0)
			slotmap_open(&p->slots, &p->page, PROBE_SLOTS, &value, slot_identity, NULL,
				NULL);
	}
	close(fd);
	return status;
}

static int on_peer(void *self, enum role peer, int fd, struct err *e)
{
	struct prober *p = self;

	if (peer != ROLE_CHECKER) {
		close(fd);
		return err_set(e, "a channel to %s is of no use here", role_name(peer));
	}
	doorbell_connect(&p->checker, ROLE_PROBER, ROLE_CHECKER, fd);
	return 0;
}

static void on_stop(void *self, bool keep, bool is_orphan)
{
	struct prober *p = self;

	(void)keep;
	(void)is_orphan;
	loop_stop(p->ctx.loop, EXIT_OK);
}

/* As many descriptors as we may have; so many probes can run at the same time. */
static size_t raise_limit(void)
{
	struct rlimit limit;
	size_t max;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 64;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	max = limit.rlim_cur > 2 * DESCRIPTORS_LEFT ? limit.rlim_cur - DESCRIPTORS_LEFT
						    : DESCRIPTORS_LEFT;
	return max < RUNNING_MAX ? max : RUNNING_MAX;
}

int prober_main(const struct role_args *args)
{
	static const struct role_ops ops = {
		.role = ROLE_PROBER,
		.prepare = on_prepare,
		.commit = on_commit,
		.abort = on_abort,
		.page = on_page,
		.peer = on_peer,
		.stop = on_stop,
	};
	struct prober p = {
		.wake = MONO_NEVER,
		.own_errors = { .burst = 5, .per = span_s(10) },
	};
	struct err e;
	int status;

	p.running_max = raise_limit();
	role_begin(&p.ctx, &ops, args, &p);
	doorbell_init(&p.checker, p.ctx.loop);
	if (getrandom(&p.chance, sizeof(p.chance), 0) < 0)
		p.chance = (uint64_t)mono_now().us;
	p.slots.slots = PROBE_SLOTS; /* also without a page */
	p.by_slot = calloc(PROBE_SLOTS, sizeof(struct probe *));
	if (!p.by_slot || timer_open(&p.timer, p.ctx.loop, on_timer, &p, &e) < 0)
		fatal(EXIT_CHILD, "%s", e.text);
	status = role_run(&p.ctx, &ops);
	on_abort(&p);
	list_fini(&p.probes);
	conf_free(p.running);
	doorbell_close(&p.checker);
	timer_close(&p.timer);
	schedule_fini(&p.schedule);
	slotmap_fini(&p.slots);
	page_close(&p.page);
	free(p.by_slot);
	loop_free(p.ctx.loop);
	return status;
}

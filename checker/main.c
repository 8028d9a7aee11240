/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker role: connects the prober's results, the model and the kernel. What a result means is
 * in verdict.c, pool.c and model.c; what is written in reconcile.c and ipvs/. See checker.h.
 */
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checker/checker.h"
#include "checker/conf.h"
#include "checker/follow.h"
#include "checker/notify.h"
#include "checker/reconcile.h"
#include "checker/slotmap.h"
#include "core/doorbell.h"
#include "core/conf/conf.h"
#include "core/exit.h"
#include "ipvs/genl.h"

#define MESSAGES_PER_TURN 256

#define EARLIER_MAX ((size_t)256 << 20)

struct checker {
	struct role_ctx ctx;
	struct page own, probes;
	struct slotmap slots;
	struct channel prober;
	struct io prober_io;
	struct conf *running, *prepared; /* owned; NULL = none */
	struct model *model, *prepared_model;
	struct checker_slot *recalled; /* of the process before us, until the first commit */
	size_t recalled_count;
	struct ipvs_genl *genl;
	struct reconcile reconcile;
	struct follow follow;
	struct timer timer;
	mono_t now; /* of the turn */
};

/* ---- the state page ---- */

static uint64_t slot_identity(const void *value)
{
	const struct checker_slot *s = value;

	return s->kind == CHECKER_SLOT_FREE ? 0 : s->id;
}

static void recall_slot(void *arg, uint32_t slot, const void *value)
{
	struct checker *c = arg;
	const struct checker_slot *s = value;

	(void)slot;
	c->recalled = reallocarray(c->recalled, c->recalled_count + 1, sizeof(*c->recalled));
	if (!c->recalled)
		fatal(EXIT_INTERNAL, "out of memory");
	c->recalled[c->recalled_count++] = *s;
	if (s->kind == CHECKER_SLOT_POOL)
		reconcile_own(&c->reconcile, &s->pool.key);
}

static void write_kernel_slot(struct checker *c)
{
	struct checker_slot s = { .kind = CHECKER_SLOT_KERNEL, .id = 1 };

	s.kernel = c->reconcile.status;
	slotmap_write(&c->slots, s.id, &s);
}

static void write_sync_slot(void *arg)
{
	struct checker *c = arg;
	struct checker_slot s = { .kind = CHECKER_SLOT_SYNC, .id = 2 };

	s.sync = c->follow.sync.status;
	slotmap_write(&c->slots, s.id, &s);
}

static bool write_check_slot(struct checker *c, uint32_t check)
{
	struct checker_slot s;

	model_check_slot(c->model, check, &s);
	return slotmap_write(&c->slots, s.id, &s);
}

/* A pool and its servers. */
static bool write_pool_slots(struct checker *c, uint32_t pool)
{
	const struct model_pool *p = &c->model->pools[pool];
	struct checker_slot s;
	bool is_room;

	model_pool_slot(c->model, pool, &s);
	is_room = slotmap_write(&c->slots, s.id, &s);
	for (uint32_t i = 0; i < p->servers; i++) {
		model_server_slot(c->model, p->first_server + i, &s);
		is_room &= slotmap_write(&c->slots, s.id, &s);
	}
	return is_room;
}

static bool write_each_slot(struct checker *c)
{
	bool is_room = true;

	for (uint32_t i = 0; i < c->model->pool_count; i++)
		is_room &= write_pool_slots(c, i);
	for (uint32_t i = 0; i < c->model->check_count; i++)
		is_room &= write_check_slot(c, i);
	return is_room;
}

/* Everything anew, and what is not configured any more is freed. */
static void write_all_slots(struct checker *c)
{
	const struct checker_slot empty = { 0 };
	bool is_room;

	slotmap_begin(&c->slots);
	is_room = write_each_slot(c);
	write_kernel_slot(c);
	write_sync_slot(c);
	slotmap_sweep(&c->slots, &empty);
	if (!is_room) /* what was freed was needed */
		write_each_slot(c);
}

/* ---- conclusions ---- */

static void on_change(void *arg, const struct model_change *change)
{
	struct checker *c = arg;

	notify_change(&c->ctx, c->model, change, c->now);
}

static void run_reconcile(struct checker *c)
{
	reconcile_run(&c->reconcile, c->now);
	timer_set(&c->timer, c->reconcile.next);
	write_kernel_slot(c);
}

/* After results were heard, or with another model: who changed, and into the kernel with it. */
static void conclude(struct checker *c, bool is_new_model)
{
	uint32_t looked_at = model_settle(c->model, c->now, on_change, c);

	if (!looked_at && !is_new_model)
		return;
	model_desired(c->model, reconcile_desired(&c->reconcile));
	reconcile_changed(&c->reconcile);
	run_reconcile(c);
	for (uint32_t i = 0; i < looked_at; i++)
		write_pool_slots(c, c->model->dirty[i]);
}

static void on_timer(void *arg)
{
	struct checker *c = arg;

	c->now = mono_now();
	run_reconcile(c);
}

/* ---- the prober ---- */

/* Failures that change nothing (yet) are worth a line: the first, or all if so configured. */
static void log_failure(struct checker *c, uint32_t check)
{
	const struct model_check *ch = &c->model->checks[check];
	char name[SERVER_NAME_BYTES], reason[CHECK_REASON_BYTES];

	if (check_outcome(&ch->last.result) != CHECK_SAYS_DOWN)
		return;
	if (!ch->conf->log_all_failures && (ch->verdict == VERDICT_DOWN || ch->last.failed_run > 1))
		return;
	log_info("server %s: %s failed: %s (attempt %u)", server_name(c->model, ch->server, name),
		check_type_get(ch->type)->keyword, check_reason_format(&ch->last.result, reason),
		(unsigned)ch->last.failed_run);
}

static void hear(struct checker *c, const struct probe_slot *probe)
{
	for (uint32_t i = model_first(c->model, probe->id); i != IDMAP_NONE;
		i = c->model->checks[i].next) {
		if (!model_hear(c->model, i, probe, c->now))
			continue;
		log_failure(c, i);
		write_check_slot(c, i);
	}
}

static void hear_slot(struct checker *c, uint32_t slot)
{
	struct probe_slot probe;

	if (c->model && c->probes.map && slot < PROBE_SLOTS && page_read(&c->probes, slot, &probe))
		hear(c, &probe);
}

/* All of the prober's page: at start, after a reload, when a doorbell may have been lost. */
static void hear_all(struct checker *c)
{
	struct probe_slot probe;

	if (!c->model || !c->probes.map)
		return;
	for (uint32_t i = 0; i < PROBE_SLOTS && page_read(&c->probes, i, &probe); i++)
		hear(c, &probe);
}

static void prober_gone(struct checker *c)
{
	io_close(&c->prober_io);
	channel_close(&c->prober);
	c->prober.fd = -1;
}

static void on_prober(void *arg, unsigned events)
{
	struct checker *c = arg;
	enum msg_status status = MSG_OK;
	struct err e;
	struct msg m;

	(void)events;
	c->now = mono_now();
	for (int i = 0; i < MESSAGES_PER_TURN; i++) {
		status = msg_receive(&c->prober, &m, &e);
		if (status == MSG_NONE || status == MSG_CLOSED)
			break;
		if (status == MSG_INVALID)
			log_error("prober: %s", e.text);
		else if (m.number == MSG_SLOT && m.slot.slot == DOORBELL_ALL)
			hear_all(c);
		else if (m.number == MSG_SLOT)
			hear_slot(c, m.slot.slot);
	}
	if (status == MSG_CLOSED)
		prober_gone(c);
	if (c->model)
		conclude(c, false);
}

/* ---- callbacks of the role ---- */

static void on_abort(void *self)
{
	struct checker *c = self;

	model_free(c->prepared_model);
	conf_free(c->prepared);
	c->prepared_model = NULL;
	c->prepared = NULL;
}

static int check_size(const struct model *m, struct err *e)
{
	uint64_t objects = (uint64_t)m->pool_count + m->server_count + m->check_count;

	if (objects < CHECKER_SLOTS)
		return 0;
	return err_set(e, "%llu services, servers and checks: more than %d are not supported",
		(unsigned long long)objects, CHECKER_SLOTS - 1);
}

static int on_prepare(void *self, uint64_t generation, const char *text, struct err *e)
{
	struct checker *c = self;

	on_abort(self);
	c->prepared = checker_conf_read(text, generation, e);
	if (!c->prepared)
		return -1;
	c->prepared_model = model_new(checker_conf_root(c->prepared), e);
	if (c->prepared_model && check_size(c->prepared_model, e) == 0)
		return 0;
	on_abort(self);
	return -1;
}

/* What the running model knows, as slots; the caller frees. */
static struct checker_slot *export_slots(const struct model *m, size_t *count)
{
	size_t n = (size_t)m->pool_count + m->server_count + m->check_count;
	struct checker_slot *slots = calloc(n ? n : 1, sizeof(*slots)), *at = slots;

	if (!slots)
		fatal(EXIT_INTERNAL, "out of memory");
	for (uint32_t i = 0; i < m->pool_count; i++)
		model_pool_slot(m, i, at++);
	for (uint32_t i = 0; i < m->server_count; i++)
		model_server_slot(m, i, at++);
	for (uint32_t i = 0; i < m->check_count; i++)
		model_check_slot(m, i, at++);
	*count = n;
	return slots;
}

static void tell_removed(struct checker *c, const struct model *old)
{
	struct idmap ids = { 0 };

	for (uint32_t i = 0; i < c->model->server_count; i++)
		idmap_set(&ids, c->model->servers[i].id, i);
	for (uint32_t i = 0; i < old->server_count; i++)
		if (idmap_get(&ids, old->servers[i].id) == IDMAP_NONE)
			notify_removed(&c->ctx, old, i, c->now);
	idmap_fini(&ids);
}

static void on_commit(void *self, uint64_t generation)
{
	struct checker *c = self;
	struct conf *old_conf = c->running;
	struct model *old = c->model;
	struct tuning tuning;

	(void)generation;
	c->now = mono_now();
	if (old) {
		free(c->recalled);
		c->recalled = export_slots(old, &c->recalled_count);
	}
	c->running = c->prepared;
	c->model = c->prepared_model;
	c->prepared = NULL;
	c->prepared_model = NULL;
	checker_conf_tuning(c->model->conf, &tuning);
	role_tune(&c->ctx, &tuning);
	role_rename(ROLE_CHECKER, c->model->conf->global->process_name);
	model_recall(c->model, c->recalled, c->recalled_count);
	free(c->recalled);
	c->recalled = NULL;
	c->recalled_count = 0;
	c->reconcile.audit_interval = c->model->conf->global->ipvs_audit_interval;
	if (old)
		tell_removed(c, old);
	hear_all(c);
	conclude(c, true);
	follow_configure(&c->follow, c->model->conf);
	write_all_slots(c);
	model_free(old);
	conf_free(old_conf);
}

static int on_page(void *self, enum page_kind kind, int fd, struct err *e)
{
	struct checker *c = self;
	struct checker_slot value;
	int status = 0;

	if (kind == PAGE_ELECTION)
		return follow_page(&c->follow, fd, e);
	if (kind == PAGE_SYNC)
		return follow_own_page(&c->follow, fd, e);
	if (kind == PAGE_CHECKER && !c->own.map) {
		status =
			page_open(&c->own, fd, sizeof(struct checker_slot), CHECKER_SLOTS, true, e);
		if (status == 0)
			slotmap_open(&c->slots, &c->own, CHECKER_SLOTS, &value, slot_identity,
				c->model ? NULL : recall_slot, c);
		if (status == 0 && c->model)
			write_all_slots(c);
	} else if (kind == PAGE_PROBER && !c->probes.map) {
		status =
			page_open(&c->probes, fd, sizeof(struct probe_slot), PROBE_SLOTS, false, e);
	}
	close(fd);
	return status;
}

static int on_peer(void *self, enum role peer, int fd, struct err *e)
{
	struct checker *c = self;

	if (peer == ROLE_VRRP)
		return follow_peer(&c->follow, fd, e);
	if (peer != ROLE_PROBER) {
		close(fd);
		return err_set(e, "a channel to %s is of no use here", role_name(peer));
	}
	prober_gone(c);
	c->prober = (struct channel){ .fd = fd, .self = ROLE_CHECKER, .peer = ROLE_PROBER };
	if (io_open(&c->prober_io, c->ctx.loop, fd, IO_READ, on_prober, c, e) < 0) {
		prober_gone(c);
		return -1;
	}
	c->now = mono_now();
	if (!c->model)
		return 0;
	hear_all(c);
	conclude(c, false);
	return 0;
}

/* What a keepd that was killed had declared: services that are not wanted any more will be removed.
 */
static void on_message(void *self, const struct msg *m)
{
	struct checker *c = self;
	struct conf *conf = NULL;
	struct model *model = NULL;
	struct err e = { 0 };
	char *text = NULL;

	if (m->number != MSG_CONF_EARLIER)
		return;
	if (memfd_read(m->fd, EARLIER_MAX, &text, NULL, &e) < 0 ||
		!(conf = checker_conf_read(text, 0, &e)) ||
		!(model = model_new(checker_conf_root(conf), &e)))
		log_warning("configuration of an earlier keepd: %s", e.text);
	for (uint32_t i = 0; model && i < model->pool_count; i++)
		reconcile_own(&c->reconcile, &model->pools[i].service.key);
	if (model && sync_conf_of(model->conf).is_there)
		sync_own(&c->follow.sync);
	model_free(model);
	conf_free(conf);
	free(text);
}

static void on_stop(void *self, bool keep, bool is_orphan)
{
	const struct checker_slot empty = { 0 };
	struct checker *c = self;
	struct err e = { 0 };

	if (is_orphan)
		log_warning("the parent is gone: the IPVS table stays as it is");
	else if (keep)
		log_info("the IPVS table stays as it is");
	else if (reconcile_withdraw(&c->reconcile, &e) < 0)
		log_error("IPVS: services may be left: %s", e.text);
	if (!is_orphan && !keep)
		sync_withdraw(&c->follow.sync);
	/* What was withdrawn is not to be recalled. */
	if (!is_orphan && !keep) {
		slotmap_begin(&c->slots);
		slotmap_sweep(&c->slots, &empty);
	}
	loop_stop(c->ctx.loop, EXIT_OK);
}

int checker_main(const struct role_args *args)
{
	static const int caps[] = { CAP_NET_ADMIN, -1 };
	static const struct role_ops ops = {
		.role = ROLE_CHECKER,
		.caps = caps,
		.prepare = on_prepare,
		.commit = on_commit,
		.abort = on_abort,
		.page = on_page,
		.peer = on_peer,
		.stop = on_stop,
		.message = on_message,
	};
	struct checker c = { .prober = { .fd = -1 } };
	struct ipvs_kernel kernel;
	struct err e;
	int status;

	role_begin(&c.ctx, &ops, args, &c);
	/* Opened without root: the kernel looks at who opened a netlink socket. */
	c.genl = ipvs_genl_open(&e);
	if (!c.genl || timer_open(&c.timer, c.ctx.loop, on_timer, &c, &e) < 0)
		fatal(EXIT_CHILD, "%s", e.text);
	kernel = ipvs_genl_kernel(c.genl);
	reconcile_init(&c.reconcile, &kernel);
	if (follow_open(&c.follow, c.ctx.loop, &kernel, write_sync_slot, &c, &e) < 0)
		fatal(EXIT_CHILD, "%s", e.text);
	status = role_run(&c.ctx, &ops);
	on_abort(&c);
	prober_gone(&c);
	follow_close(&c.follow);
	timer_close(&c.timer);
	reconcile_fini(&c.reconcile);
	ipvs_genl_close(c.genl);
	slotmap_fini(&c.slots);
	model_free(c.model);
	conf_free(c.running);
	free(c.recalled);
	page_close(&c.own);
	page_close(&c.probes);
	loop_free(c.ctx.loop);
	return status;
}

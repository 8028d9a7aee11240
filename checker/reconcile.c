/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reconciling with the kernel; see reconcile.h. What to do follows from ipvs/plan.h, how it went
 * from ipvs/writer.h; here is when, and what is said about it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "checker/reconcile.h"
#include "core/exit.h"
#include "ipvs/writer.h"

#define RETRY_MAX_S    30
#define AUDIT_SHARE    100 /* an audit takes at most one part in so many of the time */
#define REPAIRS_LOGGED 20  /* lines in ten seconds */

void reconcile_init(struct reconcile *r, const struct ipvs_kernel *kernel)
{
	*r = (struct reconcile){
		.kernel = *kernel,
		.audit_interval = span_s(5),
		.next = MONO_NEVER,
		.repairs = { .burst = REPAIRS_LOGGED, .per = span_s(10) },
	};
}

void reconcile_fini(struct reconcile *r)
{
	ipvs_keys_fini(&r->owned);
	ipvs_table_fini(&r->desired);
	ipvs_table_fini(&r->believed);
	ipvs_plan_fini(&r->plan);
}

void reconcile_own(struct reconcile *r, const struct ipvs_service_key *key)
{
	ipvs_keys_add(&r->owned, key); /* sorted when it is looked at */
}

struct ipvs_table *reconcile_desired(struct reconcile *r)
{
	return &r->desired;
}

void reconcile_changed(struct reconcile *r)
{
	r->is_change = r->is_fresh = true;
}

static void copy_table(struct ipvs_table *to, const struct ipvs_table *from)
{
	ipvs_table_clear(to);
	for (size_t i = 0; i < from->service_count; i++) {
		const struct ipvs_table_service *s = &from->services[i];

		ipvs_table_add_service(to, &s->service);
		for (size_t j = 0; j < s->count; j++)
			ipvs_table_add_dest(to, &from->dests[s->first + j]);
	}
	ipvs_table_sort(to);
}

/* ---- what is said ---- */

static void set_state(struct reconcile *r, enum kernel_state state, int sysno, mono_t now)
{
	if (r->status.state != (uint32_t)state)
		r->status.since_us = now.us;
	r->status.state = state;
	r->status.sysno = sysno;
}

/*
 * Where the kernel takes some entries and refuses others, the ones it takes are looked after as
 * often as ever.
 */
static span_t back_off(const struct reconcile *r, enum ipvs_status status)
{
	int64_t s = r->failures > 5 ? RETRY_MAX_S : (int64_t)1 << (r->failures - 1);
	span_t wait = span_s(s > RETRY_MAX_S ? RETRY_MAX_S : s);

	return status == IPVS_DONE && r->audit_interval.us < wait.us ? r->audit_interval : wait;
}

/*
 * The same failure is an error once and a debug line afterwards. Lost answers are first of all a
 * reason to look at the table at once.
 */
static void failed(struct reconcile *r, enum ipvs_status status, const struct err *e, mono_t now)
{
	enum kernel_state state = status == IPVS_MISSING ? KERNEL_MISSING : KERNEL_FAILED;
	bool is_news = r->status.state != (uint32_t)state || r->status.sysno != e->sysno;
	span_t wait;

	r->failures++;
	wait = back_off(r, status);
	r->is_believed = false;
	if (status == IPVS_UNKNOWN && r->failures == 1) {
		log_info("IPVS: %s: looking at the table", e->text);
		r->next = now;
		return;
	}
	r->next = mono_add(now, wait);
	if (is_news)
		log_error(
			"IPVS: %s (it is tried again, at least every %d s)", e->text, RETRY_MAX_S);
	else
		log_debug("IPVS: %s (again in %.0f s)", e->text, span_seconds(wait));
	set_state(r, state, e->sysno, now);
}

static void tell_operations(struct reconcile *r, const int *results, bool is_repair)
{
	char text[IPVS_OP_TEXT_BYTES];

	for (size_t i = 0; i < r->plan.count; i++) {
		const struct ipvs_op *op = &r->plan.ops[i];

		if (results[i])
			continue;
		ipvs_op_format(op, text);
		if (is_repair) {
			r->status.repaired++;
			log_limited(&r->repairs, LOG_LEVEL_WARNING,
				"IPVS: somebody changed the table, repaired: %s", text);
		} else {
			log_debug("IPVS: %s", text);
		}
	}
}

/* Services in the table that are not ours; and ours that were there before we were. */
static void count_foreign(struct reconcile *r, const struct ipvs_table *actual)
{
	char text[IPVS_KEY_TEXT_BYTES];
	uint32_t foreign = 0;

	for (size_t i = 0; i < actual->service_count; i++) {
		const struct ipvs_service_key *key = &actual->services[i].service.key;
		bool is_owned = ipvs_keys_has(&r->owned, key);
		bool is_desired = ipvs_table_find(&r->desired, key) != NULL;

		foreign += !is_owned && !is_desired;
		if (!is_owned && is_desired && !r->failures)
			log_notice("IPVS: service %s was there already: taken over",
				ipvs_service_key_format(key, text));
	}
	if (foreign != r->status.foreign)
		log_info("IPVS: %u services in the table are not ours and stay as they are",
			(unsigned)foreign);
	r->status.foreign = foreign;
}

/* ---- what is done ---- */

/* What is about to be written is ours, whatever comes of it. */
static void own_desired(struct reconcile *r)
{
	for (size_t i = 0; i < r->desired.service_count; i++)
		ipvs_keys_add(&r->owned, &r->desired.services[i].service.key);
	ipvs_keys_sort(&r->owned);
}

/* From now on ours are the desired services, and those that were to be removed and are still there.
 */
static void settle_ownership(struct reconcile *r, const int *results)
{
	ipvs_keys_clear(&r->owned);
	for (size_t i = 0; i < r->plan.count; i++)
		if (r->plan.ops[i].type == IPVS_SVC_DEL && results[i])
			ipvs_keys_add(&r->owned, &r->plan.ops[i].service->key);
	own_desired(r);
}

/* Executes the plan from `actual`; true when the table is as desired afterwards. */
static bool write_plan(
	struct reconcile *r, const struct ipvs_table *actual, bool is_repair, mono_t now)
{
	struct ipvs_write w = { 0 };
	struct err e = { 0 };
	enum ipvs_status status = IPVS_DONE;
	int *results;

	r->is_fresh = false;
	own_desired(r);
	ipvs_plan_make(&r->plan, &r->desired, actual, &r->owned);
	results = calloc(r->plan.count ? r->plan.count : 1, sizeof(*results));
	if (!results)
		fatal(EXIT_INTERNAL, "out of memory");
	if (r->plan.count)
		status = ipvs_write(&r->kernel, &r->plan, results, &w, &e);
	if (status == IPVS_DONE) {
		tell_operations(r, results, is_repair);
		settle_ownership(r, results);
	}
	free(results);
	if (status == IPVS_DONE && !w.failed && !w.skipped) {
		/* After a surprise the rest may be different too: look soon. */
		r->is_believed = !w.surprises;
		return true;
	}
	if (status == IPVS_DONE && w.first_error.sysno == ESRCH) /* a service went away under us */
		status = IPVS_UNKNOWN;
	failed(r, status, w.failed ? &w.first_error : &e, now);
	return false;
}

/* cost: processor time; a process that was stopped meanwhile is no reason to look away for long. */
static void succeeded(struct reconcile *r, mono_t now, span_t cost)
{
	span_t interval = r->audit_interval, share = span_mul(cost, AUDIT_SHARE);

	if (r->status.state == KERNEL_MISSING || r->status.state == KERNEL_FAILED)
		log_notice("IPVS: the table is as it should be again");
	set_state(r, KERNEL_OK, 0, now);
	copy_table(&r->believed, &r->desired);
	r->failures = 0;
	r->is_change = false;
	if (interval.us < share.us)
		interval = share;
	r->next = r->is_believed ? mono_add(now, interval) : now;
	r->is_believed = true;
}

/* Compares with the kernel's own table. */
static void audit(struct reconcile *r, mono_t now)
{
	struct ipvs_table actual = { 0 };
	struct ipvs_keys wanted = { 0 };
	struct err e = { 0 };
	enum ipvs_status status;
	bool is_repair = r->is_believed && !r->is_change;
	span_t begin = mono_cpu();

	r->is_fresh = false;
	for (size_t i = 0; i < r->owned.count; i++)
		ipvs_keys_add(&wanted, &r->owned.items[i]);
	for (size_t i = 0; i < r->desired.service_count; i++)
		ipvs_keys_add(&wanted, &r->desired.services[i].service.key);
	ipvs_keys_sort(&wanted);
	ipvs_keys_sort(&r->owned);
	status = r->kernel.dump(r->kernel.self, &wanted, &actual, &e);
	if (status != IPVS_DONE) {
		failed(r, status, &e, now);
	} else {
		span_t cost = span_us(mono_cpu().us - begin.us);

		r->status.audited_at_us = now.us;
		r->status.audit_us = (uint32_t)(cost.us > UINT32_MAX ? UINT32_MAX : cost.us);
		count_foreign(r, &actual);
		if (write_plan(r, &actual, is_repair, now))
			succeeded(r, now, cost);
	}
	ipvs_table_fini(&actual);
	ipvs_keys_fini(&wanted);
}

void reconcile_run(struct reconcile *r, mono_t now)
{
	bool is_due = !mono_before(now, r->next);

	/* A change is not held up by the back-off of an earlier failure, unless there is no kernel.
	 */
	if (!r->is_believed) {
		if (is_due || (r->is_fresh && r->status.state != KERNEL_MISSING))
			audit(r, now);
		return;
	}
	if (r->is_change && write_plan(r, &r->believed, false, now)) {
		mono_t next = r->next;

		succeeded(r, now, span_us(0));
		if (mono_before(next, r->next))
			r->next = next; /* changes do not put off the audit */
	}
	if (is_due && r->is_believed)
		audit(r, now);
}

int reconcile_withdraw(struct reconcile *r, struct err *e)
{
	struct ipvs_table actual = { 0 };
	struct ipvs_write w = { 0 };
	enum ipvs_status status = IPVS_UNKNOWN;

	ipvs_table_clear(&r->desired);
	ipvs_keys_sort(&r->owned);
	for (int i = 0; i < 3 && status == IPVS_UNKNOWN; i++) {
		int *results;

		status = r->kernel.dump(r->kernel.self, &(struct ipvs_keys){ 0 }, &actual, e);
		if (status != IPVS_DONE)
			continue;
		ipvs_plan_make(&r->plan, &r->desired, &actual, &r->owned);
		results = calloc(r->plan.count + 1, sizeof(*results));
		if (!results)
			fatal(EXIT_INTERNAL, "out of memory");
		status = ipvs_write(&r->kernel, &r->plan, results, &w, e);
		free(results);
	}
	ipvs_table_fini(&actual);
	if (status == IPVS_MISSING) /* then there is nothing of ours in it either */
		return 0;
	if (status == IPVS_DONE && w.failed)
		*e = w.first_error;
	return status == IPVS_DONE && !w.failed ? 0 : -1;
}

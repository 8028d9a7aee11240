/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The idempotent writer; see writer.h. Knows what the kernel's errors mean (kernel.h), not how it
 * is talked to.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "ipvs/writer.h"

static bool is_service_op(const struct ipvs_op *op)
{
	return !op->dest;
}

/* What to do instead after this error; false = nothing, the error stands. */
static bool retry_as(const struct ipvs_op *op, int error, enum ipvs_op_type *type)
{
	switch (op->type) {
	case IPVS_SVC_NEW: *type = IPVS_SVC_SET; return error == EEXIST;
	case IPVS_DEST_NEW: *type = IPVS_DEST_SET; return error == EEXIST;
	case IPVS_SVC_SET: *type = IPVS_SVC_NEW; return error == ESRCH;
	case IPVS_DEST_SET: *type = IPVS_DEST_NEW; return error == ENOENT;
	case IPVS_SVC_DEL:
	case IPVS_DEST_DEL: break;
	}
	return false;
}

/* The thing to remove is gone already. */
static bool is_gone(const struct ipvs_op *op, int error)
{
	if (op->type == IPVS_SVC_DEL)
		return error == ESRCH;
	return op->type == IPVS_DEST_DEL && (error == ENOENT || error == ESRCH);
}

/* One part of the plan: the operations from `from` to `to` that may run, and what becomes of them.
 */
struct part {
	const struct ipvs_kernel *kernel;
	const struct ipvs_plan *plan;
	const struct ipvs_op **ops; /* to send */
	size_t *index;		    /* of each in the plan */
	int *answers;
	size_t count;
};

static enum ipvs_status send_part(struct part *p, int *results, struct err *e)
{
	enum ipvs_status status;

	if (!p->count)
		return IPVS_DONE;
	status = p->kernel->apply(p->kernel->self, p->ops, p->count, p->answers, e);
	if (status == IPVS_DONE)
		for (size_t i = 0; i < p->count; i++)
			results[p->index[i]] = p->answers[i];
	return status;
}

/* Repairs what surprised us: the same operations as the other kind of edit. */
static enum ipvs_status send_repairs(
	struct part *p, int *results, struct ipvs_write *w, struct err *e)
{
	struct ipvs_op *repairs = calloc(p->count ? p->count : 1, sizeof(*repairs));
	enum ipvs_status status;
	size_t n = 0;

	if (!repairs)
		fatal(EXIT_INTERNAL, "out of memory");
	for (size_t i = 0; i < p->count; i++) {
		size_t at = p->index[i];
		const struct ipvs_op *op = &p->plan->ops[at];
		enum ipvs_op_type type = op->type;

		if (is_gone(op, results[at])) {
			results[at] = 0;
			w->surprises++;
		} else if (retry_as(op, results[at], &type)) {
			repairs[n] = *op;
			repairs[n].type = type;
			p->ops[n] = &repairs[n];
			p->index[n++] = at;
			w->surprises++;
		}
	}
	p->count = n;
	status = send_part(p, results, e);
	free(repairs);
	return status;
}

static enum ipvs_status run_part(struct part *p, int *results, struct ipvs_write *w, struct err *e)
{
	enum ipvs_status status = send_part(p, results, e);

	return status == IPVS_DONE ? send_repairs(p, results, w, e) : status;
}

static void describe(const struct ipvs_op *op, int error, struct err *e)
{
	char text[IPVS_OP_TEXT_BYTES];

	ipvs_op_format(op, text);
	if (is_service_op(op) && error == ENOENT)
		err_sys(e, error, "%s: the kernel has no scheduler %s%s%s", text,
			op->service->scheduler, op->service->engine[0] ? " or engine " : "",
			op->service->engine);
	else
		err_sys(e, error, "%s", text);
}

static void count_results(const struct ipvs_plan *plan, const int *results, struct ipvs_write *w)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (results[i] == 0) {
			w->done++;
		} else if (results[i] == ECANCELED) {
			w->skipped++;
		} else {
			if (!w->failed)
				describe(&plan->ops[i], results[i], &w->first_error);
			w->failed++;
		}
	}
}

enum ipvs_status ipvs_write(const struct ipvs_kernel *kernel, const struct ipvs_plan *plan,
	int *results, struct ipvs_write *w, struct err *e)
{
	size_t room = plan->count ? plan->count : 1;
	struct part p = { .kernel = kernel, .plan = plan };
	bool *gained = calloc(plan->pools ? plan->pools : 1, sizeof(*gained));
	enum ipvs_status status;

	*w = (struct ipvs_write){ 0 };
	p.ops = calloc(room, sizeof(const struct ipvs_op *));
	p.index = calloc(room, sizeof(*p.index));
	p.answers = calloc(room, sizeof(*p.answers));
	if (!gained || !p.ops || !p.index || !p.answers)
		fatal(EXIT_INTERNAL, "out of memory");

	for (size_t i = 0; i < plan->count; i++)
		results[i] = ECANCELED;
	for (size_t i = 0; i < plan->additions; i++) {
		p.ops[p.count] = &plan->ops[i];
		p.index[p.count++] = i;
	}
	status = run_part(&p, results, w, e);
	if (status != IPVS_DONE)
		goto out;

	for (size_t i = 0; i < plan->additions; i++)
		if (plan->ops[i].is_serving && !results[i])
			gained[plan->ops[i].pool] = true;
	p.count = 0;
	for (size_t i = plan->additions; i < plan->count; i++) {
		const struct ipvs_op *op = &plan->ops[i];

		if (op->needs_addition && !gained[op->pool])
			continue;
		p.ops[p.count] = op;
		p.index[p.count++] = i;
	}
	status = run_part(&p, results, w, e);
	if (status == IPVS_DONE)
		count_results(plan, results, w);
out:
	free(gained);
	free(p.ops);
	free(p.index);
	free(p.answers);
	return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The in-memory kernel; see fake.h. Simple rather than fast: each change rebuilds the table.
 */
#include <errno.h>
#include <string.h>

#include "ipvs/fake.h"

/* Copies the table, leaving out what is about to be replaced or removed, and puts `op` in. */
static void rebuild(struct ipvs_fake *fake, const struct ipvs_op *op)
{
	const struct ipvs_table *old = &fake->table;
	struct ipvs_table t = { 0 };

	if (op->type == IPVS_SVC_NEW)
		ipvs_table_add_service(&t, op->service);
	for (size_t i = 0; i < old->service_count; i++) {
		const struct ipvs_table_service *s = &old->services[i];
		bool is_it = !ipvs_service_key_cmp(&s->service.key, &op->service->key);

		if (is_it && op->type == IPVS_SVC_DEL)
			continue;
		ipvs_table_add_service(
			&t, is_it && op->type == IPVS_SVC_SET ? op->service : &s->service);
		if (is_it && (op->type == IPVS_DEST_NEW || op->type == IPVS_DEST_SET))
			ipvs_table_add_dest(&t, op->dest);
		for (size_t j = 0; j < s->count; j++) {
			const struct ipvs_dest *d = &old->dests[s->first + j];

			if (is_it && op->dest && !endpoint_cmp(&d->endpoint, &op->dest->endpoint))
				continue;
			ipvs_table_add_dest(&t, d);
		}
	}
	ipvs_table_sort(&t);
	ipvs_table_fini(&fake->table);
	fake->table = t;
}

static int check_service(const struct ipvs_op *op, bool exists)
{
	if (op->type == IPVS_SVC_NEW && exists)
		return EEXIST;
	if (op->type != IPVS_SVC_NEW && !exists)
		return ESRCH;
	if (op->type != IPVS_SVC_DEL && !strncmp(op->service->scheduler, "no-such", 7))
		return ENOENT;
	return 0;
}

static int check_dest(const struct ipvs_op *op, bool exists)
{
	const struct ipvs_dest *d = op->dest;

	if (op->type == IPVS_DEST_DEL)
		return exists ? 0 : ENOENT;
	if (d->weight > INT32_MAX || d->lower_threshold > d->upper_threshold)
		return ERANGE;
	if (d->endpoint.addr.family != op->service->key.family && d->method != IPVS_TUN)
		return EINVAL;
	if (op->type == IPVS_DEST_NEW)
		return exists ? EEXIST : 0;
	return exists ? 0 : ENOENT;
}

int ipvs_fake_apply(struct ipvs_fake *fake, const struct ipvs_op *op)
{
	const struct ipvs_table_service *s = ipvs_table_find(&fake->table, &op->service->key);
	int error = fake->fail ? fake->fail(fake->arg, op) : 0;

	fake->ops++;
	if (error)
		return error;
	if (!op->dest)
		error = check_service(op, s != NULL);
	else if (!s)
		error = ESRCH;
	else
		error = check_dest(
			op, ipvs_table_find_dest(&fake->table, s, &op->dest->endpoint) != NULL);
	if (error)
		return error;
	rebuild(fake, op);
	if (fake->observe)
		fake->observe(fake->arg, &fake->table, op);
	return 0;
}

static enum ipvs_status refuse(enum ipvs_status status, struct err *e)
{
	switch (status) {
	case IPVS_DONE: break;
	case IPVS_MISSING: err_sys(e, ENOENT, "the kernel has no IPVS"); break;
	case IPVS_UNKNOWN: err_sys(e, ENOBUFS, "answers were lost"); break;
	case IPVS_FAILED: err_sys(e, EPERM, "IPVS"); break;
	}
	return status;
}

static enum ipvs_status fake_apply(
	void *self, const struct ipvs_op *const *ops, size_t n, int *results, struct err *e)
{
	struct ipvs_fake *fake = self;

	if (fake->status == IPVS_MISSING || fake->status == IPVS_FAILED)
		return refuse(fake->status, e);
	for (size_t i = 0; i < n; i++)
		results[i] = ipvs_fake_apply(fake, ops[i]);
	return refuse(fake->status, e);
}

static enum ipvs_status fake_dump(
	void *self, const struct ipvs_keys *wanted, struct ipvs_table *t, struct err *e)
{
	struct ipvs_fake *fake = self;

	ipvs_table_clear(t);
	fake->dumps++;
	if (fake->status != IPVS_DONE)
		return refuse(fake->status, e);
	for (size_t i = 0; i < fake->table.service_count; i++) {
		const struct ipvs_table_service *s = &fake->table.services[i];

		ipvs_table_add_service(t, &s->service);
		if (wanted && !ipvs_keys_has(wanted, &s->service.key))
			continue;
		for (size_t j = 0; j < s->count; j++)
			ipvs_table_add_dest(t, &fake->table.dests[s->first + j]);
	}
	ipvs_table_sort(t);
	return IPVS_DONE;
}

static enum ipvs_status fake_sync_get(void *self, struct ipvs_sync *found, struct err *e)
{
	struct ipvs_fake *fake = self;

	*found = fake->sync;
	return refuse(fake->status, e);
}

static enum ipvs_status fake_sync_set(void *self, enum ipvs_sync_role role,
	const struct ipvs_sync_daemon *d, int *result, struct err *e)
{
	struct ipvs_fake *fake = self;
	struct ipvs_sync_daemon *at = &fake->sync.daemons[role];

	if (fake->status != IPVS_DONE)
		return refuse(fake->status, e);
	*result = d ? at->is_there ? EEXIST : fake->sync_error : at->is_there ? 0 : ESRCH;
	if (*result)
		return IPVS_DONE;
	fake->ops++;
	*at = d ? *d : (struct ipvs_sync_daemon){ 0 };
	return IPVS_DONE;
}

struct ipvs_kernel ipvs_fake_kernel(struct ipvs_fake *fake)
{
	return (struct ipvs_kernel){ .self = fake,
		.dump = fake_dump,
		.apply = fake_apply,
		.sync_get = fake_sync_get,
		.sync_set = fake_sync_set };
}

void ipvs_fake_fini(struct ipvs_fake *fake)
{
	ipvs_table_fini(&fake->table);
}

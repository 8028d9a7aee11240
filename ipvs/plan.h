/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_IPVS_PLAN_H
#define KEEPD_IPVS_PLAN_H

/*
 * From what should be and what is to what is to be done: pure. First everything that adds or
 * raises, then everything that lowers or removes, so that a pool is not empty in between while
 * anything may serve. What exists is edited (SET), never removed and added: that would drop its
 * connections. What is as it should be costs no operation; services that are not ours are not
 * looked at.
 */

#include "ipvs/table.h"

enum ipvs_op_type {
	IPVS_SVC_NEW,
	IPVS_SVC_SET,
	IPVS_SVC_DEL,
	IPVS_DEST_NEW,
	IPVS_DEST_SET,
	IPVS_DEST_DEL,
};

struct ipvs_op {
	enum ipvs_op_type type;
	/* Borrowed from the tables. `was` is what stood there before; NULL for NEW. */
	const struct ipvs_service *service, *service_was;
	const struct ipvs_dest *dest, *dest_was; /* NULL for operations on the service */
	uint32_t pool; /* number of the service in the plan: operations of one service share it */
	bool is_addition; /* stands in the first part of the plan */
	bool is_serving;  /* an addition after which this destination takes connections */
	/*
	 * Part two: do it only if at least one serving addition of the same service succeeded, else
	 * the pool would be left with nothing that serves.
	 */
	bool needs_addition;
};

struct ipvs_plan {
	struct ipvs_op *ops;
	size_t count, room;
	size_t additions; /* ops [0, additions) add, the others remove */
	uint32_t pools;
};

/*
 * Fills plan (zeroed, or used before). Both tables and the set must be sorted. owned: services that
 * we declared at some time; those of them that are not desired any more are removed.
 */
void ipvs_plan_make(struct ipvs_plan *plan, const struct ipvs_table *desired,
	const struct ipvs_table *actual, const struct ipvs_keys *owned);
void ipvs_plan_fini(struct ipvs_plan *plan);

#define IPVS_OP_TEXT_BYTES 240
/* "add server 192.0.2.1:80 to tcp 192.0.2.200:80, weight 1", "weight 7 -> 1 of ...". Returns buf.
 */
const char *ipvs_op_format(const struct ipvs_op *op, char buf[IPVS_OP_TEXT_BYTES]);

#endif

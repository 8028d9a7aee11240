/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_OPERATOR_H
#define KEEPD_KEEPD_OPERATOR_H

/*
 * What an operator wants of the instances of this node, by way of keepctl: to hand over, and to
 * stay out of all elections while the node is in maintenance. That is kept in the run directory, so
 * that it outlives keepd, but not the boot.
 */

#include "core/json.h"
#include "core/loop.h"
#include "keepd/child.h"
#include "keepd/rundir.h"

struct maintenance {
	bool is_on;
	mono_t since;
	mono_t until; /* MONO_NEVER: until somebody ends it */
	struct timer timer;
};

/* What an earlier keepd left; its timer. */
int maintenance_open(struct parent *p, struct err *e);
void maintenance_close(struct parent *p);

/* From now on, for so long (0: until it is ended); or not any more. -1: it could not be kept. */
int maintenance_set(struct parent *p, bool is_on, span_t lasts, struct err *e);
/* To a vrrp child that has just been started, before its configuration. */
int maintenance_tell(const struct parent *p, struct child *c, struct err *e);
/* {"on":true,"since":...,"until":...}. Caller frees. */
struct json *maintenance_json(const struct parent *p);

/*
 * Tells vrrp to hand over the instance of that name with its group (NULL: all that are active). -1:
 * it would leave the addresses to nobody, as far as is known here; is_forced does it anyway.
 */
int operator_hand_over(struct parent *p, const char *name, bool is_forced, struct err *e);

#endif

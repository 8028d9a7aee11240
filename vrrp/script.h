/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCRIPT_H
#define KEEPD_VRRP_SCRIPT_H

/*
 * Tracked scripts (vrrp_script): when each is to run, and what its results say. This process starts
 * none: it asks the parent, whose runner of the script's user does, and hears how it ended.
 */

#include "core/log.h"
#include "core/loop.h"
#include "core/msg.h"
#include "vrrp/schema.h"
#include "vrrp/track.h"

struct vrrp_engine;

struct vrrp_script {
	struct vrrp_script *next;
	struct vrrp_engine *engine;
	const struct vrrp_script_conf *conf;	 /* NULL: not configured any more */
	const struct vrrp_script_conf *old_conf; /* while a reload is applied */

	struct track_count count;
	enum track_result result;
	bool is_renewed; /* it is another command now, whose first result decides alone */

	struct timer timer; /* the next start ... */
	mono_t due;	    /* ... which is then */
	mono_t started;	    /* the last one */
	uint64_t queue, step;
	bool is_running; /* asked for, and no end told; not for longer than ... */
	mono_t lost_due; /* ... this */
	bool is_counted; /* the result of that run */
	struct log_limit send_limit, lost_limit;
};

/*
 * In two steps around the routers, which borrow what vrrp_script_find() gives: first the new
 * configuration, then those that are in it no longer are freed.
 */
void vrrp_scripts_take(struct vrrp_engine *engine, const struct vrrp_conf *conf);
void vrrp_scripts_sweep(struct vrrp_engine *engine);
void vrrp_scripts_free(struct vrrp_engine *engine);

/* NULL: there is none of that name. */
const struct vrrp_script *vrrp_script_find(const struct vrrp_engine *engine, const char *name);

/* A run ended, or is overdue. */
void vrrp_script_done(struct vrrp_engine *engine, const struct msg_script_done *done);

#endif

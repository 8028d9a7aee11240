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
#include "vrrp/source.h"

struct vrrp_script {
	struct vrrp_source source; /* conf is a struct vrrp_script_conf */
	struct track_count count;
	bool is_renewed; /* it is another command now, whose first result decides alone */

	struct timer timer; /* the next start ... */
	mono_t due;	    /* ... which is then */
	mono_t started;	    /* the last one */
	uint64_t step;
	bool is_running; /* asked for, and no end told; not for longer than ... */
	mono_t lost_due; /* ... this */
	bool is_counted; /* the result of that run */
	struct log_limit send_limit, lost_limit;
};

/* A run ended, or is overdue. */
void vrrp_script_done(struct vrrp_engine *engine, const struct msg_script_done *done);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SYNC_H
#define KEEPD_CHECKER_SYNC_H

/*
 * Keeps the kernel's sync daemons as the configuration and the role of an instance want them:
 * master while it is active, backup else, both if no instance is named. Looked at again at an
 * interval, because the kernel tells nobody when an interface goes, comes back as another one, or
 * somebody stops a daemon.
 */

#include <net/if.h>

#include "checker/slot.h"
#include "core/election.h"
#include "core/mono.h"
#include "ipvs/kernel.h"

struct checker_conf;

/* What the configuration says. */
struct sync_conf {
	bool is_there;
	struct ipvs_sync_daemon daemon;	    /* id: if has_id */
	bool has_id;			    /* else that of the instance, 0 without one */
	char instance[ELECTION_NAME_BYTES]; /* "": none */
};

struct sync {
	struct ipvs_kernel kernel;
	uint32_t (*find_interface)(const char *name); /* its number, 0: there is none */
	struct sync_conf conf;
	bool is_ours; /* this process or one before it may have started one */
	bool is_known;
	struct election_slot election; /* of the instance, if is_known */
	bool is_missing_told;	       /* that there is no such instance */
	uint32_t ifindex;	       /* that those that run were started on; 0: not known */
	bool is_fresh;		       /* a backup was started just now */
	mono_t listening_since;	       /* the backup runs since then; 0: it does not */
	unsigned failures;	       /* in a row */
	mono_t next;		       /* when to look again */
	struct sync_slot status;
};

/* Nothing is configured. find_interface: NULL for the system's. */
void sync_init(struct sync *s, const struct ipvs_kernel *kernel,
	uint32_t (*find_interface)(const char *name));

/* What the configuration says. Pure. */
struct sync_conf sync_conf_of(const struct checker_conf *conf);
/* From now on; call sync_run() then. */
void sync_configure(struct sync *s, const struct sync_conf *conf);
/* A keepd before this one had a sync daemon: what runs is ours. */
void sync_own(struct sync *s);

/* The instance that was asked for, as vrrp has it; NULL: vrrp knows none of that name. */
void sync_elect(struct sync *s, const struct election_slot *election);

/*
 * What should run. Pure; ifindex 0: the interface is not there. Returns OK, or why nothing should.
 */
enum sync_state sync_wanted(const struct sync_conf *conf, const struct election_slot *election,
	uint32_t ifindex, struct ipvs_sync *wanted);

/* Does what is due; after a change, and at s->next. Logs, but not that the kernel has no IPVS. */
void sync_run(struct sync *s, mono_t now);

/* Stops what is ours. */
void sync_withdraw(struct sync *s);

#endif

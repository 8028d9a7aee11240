/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_IPVS_SYNC_H
#define KEEPD_IPVS_SYNC_H

/*
 * The kernel's sync daemons as values: the one that tells other directors of connections (master),
 * the one that listens to them (backup), and how to get from those that run to those that should.
 * Both may run at the same time. Pure; genl.c translates.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/addr.h"

enum ipvs_sync_role {
	IPVS_SYNC_MASTER,
	IPVS_SYNC_BACKUP,
	IPVS_SYNC_ROLES,
};

#define IPVS_SYNC_IFNAME_BYTES 16

struct ipvs_sync_daemon {
	bool is_there;	/* it runs; or, it should */
	bool is_doomed; /* of one that runs: it has to be started anew, whatever it says of itself
			 */
	char interface[IPVS_SYNC_IFNAME_BYTES];
	uint8_t id;	 /* only directors of the same number listen to one another */
	uint16_t maxlen; /* bytes of a datagram; 0: the kernel's choice */
	uint16_t port;	 /* UDP */
	uint8_t ttl;
	struct addr group; /* multicast */
};

/* One of each role. */
struct ipvs_sync {
	struct ipvs_sync_daemon daemons[IPVS_SYNC_ROLES];
};

struct ipvs_sync_op {
	enum ipvs_sync_role role;
	bool is_start; /* else a stop */
};

#define IPVS_SYNC_OPS_MAX 4

struct ipvs_sync_plan {
	struct ipvs_sync_op ops[IPVS_SYNC_OPS_MAX];
	size_t count;
};

/* A role that changes begins before the old one ends, so that as few connections as possible are
 * missed. */
struct ipvs_sync_plan ipvs_sync_plan(const struct ipvs_sync *found, const struct ipvs_sync *wanted);

const char *ipvs_sync_role_name(enum ipvs_sync_role role); /* "master", "backup" */

#endif

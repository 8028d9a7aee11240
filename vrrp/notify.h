/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_NOTIFY_H
#define KEEPD_VRRP_NOTIFY_H

/*
 * What instances and sync groups tell the world outside keepd: the scripts of the configuration,
 * and lines for pipes. All of it goes to the parent, which runs and writes; nothing here waits for
 * anybody.
 */

#include "core/role.h"
#include "vrrp/schema.h"
#include "vrrp/state.h"

struct vrrp_router;

/*
 * What is told. A state is true until the next one; the others happen within a state.
 *    name	   in lines and as an argument of scripts	state?
 */
#define NOTIFY_EVENT_LIST(X)                                                                       \
	X(MASTER, "MASTER", true)                                                                  \
	X(BACKUP, "BACKUP", true)                                                                  \
	X(FAULT, "FAULT", true)                                                                    \
	X(STOP, "STOP", true)                                                                      \
	X(DELETED, "DELETED", true)                                                                \
	X(RX_LOWER_PRI, "MASTER_RX_LOWER_PRI", false)                                              \
	X(MASTER_PRIORITY, "MASTER_PRIORITY", false)                                               \
	X(BACKUP_PRIORITY, "BACKUP_PRIORITY", false)

enum notify_event {
#define X(name, word, is_state) NOTIFY_##name,
	NOTIFY_EVENT_LIST(X)
#undef X
};

enum notify_kind {
	NOTIFY_INSTANCE,
	NOTIFY_GROUP,
};

/* Who tells what. */
struct notify {
	enum notify_kind kind;
	const char *name;
	uint64_t queue;	   /* the same for all that is told of this object, and for nothing else */
	uint64_t sequence; /* grows with its state, over restarts too */
	uint8_t priority;  /* of a group: 0 */
	enum notify_event event;
	enum vrrp_state from, to; /* of what is no state: both the one it is in */
	enum vrrp_reason reason;
	const struct conf_script *script, *generic; /* NULL or without a command: none */
	bool is_mailed;
};

/* Tells it: `script`, then `generic` with four arguments more, the line, the mail. */
void notify(struct role_ctx *ctx, const struct notify *n);

/* The line without its end: INSTANCE "VI_1" MASTER 100. Returns buf. */
#define NOTIFY_LINE_BYTES sizeof(((struct msg_notice *)0)->line)
const char *notify_line(const struct notify *n, char *buf);

/* A transition of an instance. One that a reload removes is in fault, unless it has
 * notify_deleted. */
void vrrp_notify(
	struct vrrp_router *r, enum vrrp_state from, enum vrrp_state to, enum vrrp_reason reason);
/* Active, and a peer of lower priority is so, too. */
void vrrp_notify_lower_priority(struct vrrp_router *r);

/* Another priority than the one told last, of one who takes part. */
void vrrp_notify_priority(struct vrrp_router *r);

/* A transition of a sync group; queue and sequence as in struct notify. */
void vrrp_notify_group(struct role_ctx *ctx, const struct vrrp_sync_group_conf *group,
	uint64_t sequence, enum vrrp_state from, enum vrrp_state to, enum vrrp_reason reason);

#endif

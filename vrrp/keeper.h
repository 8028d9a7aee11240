/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_KEEPER_H
#define KEEPD_VRRP_KEEPER_H

/*
 * Keeps the kernel as the configuration and the states of the virtual routers want it, whoever
 * changes it: looks what is there, decides (object.h, repair.h), orders, looks again. One for all
 * lists of objects; it is the same for those of virtual routers and for static ones.
 */

#include "core/role.h"
#include "vrrp/claims.h"
#include "vrrp/holdings.h"
#include "vrrp/link.h"
#include "vrrp/records.h"

struct keeper {
	struct role_ctx *ctx;
	struct link_monitor *link;
	struct records records; /* routes and rules that are there ... */
	struct netlink events;	/* ... and what the kernel tells of them; closed without any */
	struct io io;
	struct holdings *lists;
	struct holdings departed; /* left a configuration, and perhaps still in the kernel */
	struct claims claims;
	bool are_claims_old;
	uint64_t names; /* of the table, for which the objects were looked up last */
	void (*work_at)(void *arg, mono_t due);
	void *arg;

	mono_t turn;		     /* when additions were counted from 0 last ... */
	size_t added;		     /* ... and how many there were since */
	struct object_state *states; /* scratch, of `room` */
	struct object_op *ops;
	size_t room;
};

struct object_list {
	enum object_kind kind;
	const struct conf_list *list;
};

/* work_at: somebody is to call keeper_work() then. */
void keeper_open(struct keeper *k, struct role_ctx *ctx, struct link_monitor *link,
	void (*work_at)(void *arg, mono_t due), void *arg);
void keeper_close(struct keeper *k);

/* ---- holdings.c ---- */

/* h is zeroed, but for device and arg. */
void keeper_join(struct keeper *k, struct holdings *h);
void keeper_leave(struct keeper *k, struct holdings *h); /* what it has is left to departed */

/*
 * The lists of a configuration in place of what is in h. was[i] (room for all of them, may be NULL)
 * is what the i-th was in the old list, or HOLDINGS_NONE. Nothing is touched in the kernel: what is
 * not in the new list is given to departed.
 */
void keeper_take(struct keeper *k, struct holdings *h, const struct object_list *lists,
	size_t list_count, size_t *was);

/* The item will be removed unless somebody else has it; takes its message. */
void keeper_depart(struct keeper *k, struct holding *item);
/* Looks all objects up again if other links are behind the names. */
void keeper_resolve(struct keeper *k);
/* Up to date; borrowed until a list changes. */
const struct claims *keeper_claims(struct keeper *k);

/* ---- keeper.c ---- */

/* Makes the kernel what h wants, now. It does not matter who changed what, nor whether the last
 * attempt succeeded. */
void keeper_reconcile(struct keeper *k, struct holdings *h);
/*
 * No more than so many objects are added before the loop has had its turn, by all lists together;
 * what is left is due at once. Whoever comes from the loop begins a turn, and stops when there is
 * no room any more.
 */
void keeper_next_turn(struct keeper *k, mono_t now);
bool keeper_has_room(const struct keeper *k);
/* Removes what has left and nobody else wants. */
void keeper_dismiss(struct keeper *k);
/* What is due of that again. */
void keeper_work(struct keeper *k, mono_t now);
/* Removes objects with our tag that nobody declares: they left the configuration while no process
 * ran. */
void keeper_remove_orphans(struct keeper *k);
/* Marks the lists that may be concerned by what changed in the table. */
void keeper_note_changes(struct keeper *k);

/* ---- keeper_watch.c ---- */

/* Listens to what becomes of routes and rules, if any are declared; again after each configuration.
 * What fails is logged. */
void keeper_watch(struct keeper *k);
/* They may be others than the kernel told. */
void keeper_doubt(struct keeper *k);
/* Reads routes and rules again if they may be others, and marks the lists that have some. */
void keeper_refresh(struct keeper *k);

#endif

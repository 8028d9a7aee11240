/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_FIREWALL_H
#define KEEPD_VRRP_FIREWALL_H

/*
 * Addresses that are a gateway and no host (Accept_Mode of RFC 9568 6.1 is False): packets to them
 * are dropped by an nftables table of ours (nft.h), packets through them are not. The table lists
 * the addresses of such instances whatever their state: a router that is not Active must not accept
 * them either (6.4.2), and a takeover need not wait for a firewall. Without such an instance
 * nothing of nftables is touched.
 */

#include "core/log.h"
#include "core/loop.h"
#include "vrrp/nft.h"
#include "vrrp/repair.h"
#include "vrrp/schema.h"

struct vrrp_engine;

struct vrrp_firewall {
	struct nft nft; /* open while there is a table */
	struct io io;
	struct timer timer;	/* the table is to be made again */
	char *name;		/* of the table in the kernel; NULL = there is none */
	struct nft_table table; /* what is in it; its addresses are owned */
	struct repair repair;
	struct log_limit limit;
};

/* Is the instance's address to be reached as a host? An owner's always is. */
bool vrrp_firewall_accepts(const struct vrrp_instance_conf *conf);
/* Does any of these instances need the table? */
bool vrrp_firewall_is_needed(const struct vrrp_conf *conf);

/* Could the table be made? Asks the kernel if it is needed. -1 and *e if not. */
int vrrp_firewall_check(const struct vrrp_conf *conf, struct err *e);

/* Removes the table if it is there and these instances needed it. Also when no engine is. */
int vrrp_firewall_withdraw(const struct vrrp_conf *conf, struct err *e);

int vrrp_firewall_open(struct vrrp_engine *engine, struct err *e);
void vrrp_firewall_close(struct vrrp_engine *engine); /* removes nothing */

/* Makes the table what the routers need now, or removes it. What fails is tried again. */
void vrrp_firewall_settle(struct vrrp_engine *engine);
void vrrp_firewall_remove(struct vrrp_engine *engine);

#endif

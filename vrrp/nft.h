/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_NFT_H
#define KEEPD_VRRP_NFT_H

/*
 * One nftables table in the kernel that belongs to keepd as a whole. It is told from a table of
 * somebody else by its comment (which kernels keep since 5.10), and one of somebody else is never
 * touched. Each change is one transaction: a packet meets the old rules or the new ones.
 */

#include <stdbool.h>
#include "core/err.h"
#include "vrrp/nft_table.h"

struct nft {
	void *request, *events; /* NULL when closed */
	int events_fd;
};

/* Opens both sockets; the kernel loads nf_tables if it has to. -1 and *e, also if it has none. */
int nft_open(struct nft *n, struct err *e);
void nft_close(struct nft *n); /* safe on a zeroed struct */

/* May a table of that name be made: is it ours, or not there? -1 and *e if not. */
int nft_check(struct nft *n, const char *name, struct err *e);
/* Makes the table, in the place of one of ours with that name. -1 and *e: all is as it was. */
int nft_put(struct nft *n, const struct nft_table *t, struct err *e);
/* Removes the table if it is there and ours. 1 = removed, 0 = nothing was there, -1 and *e. */
int nft_remove(struct nft *n, const char *name, struct err *e);

/* Reads all events. Has anybody else touched the table of that name, or were events lost? */
bool nft_is_touched(struct nft *n, const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_NFT_TABLE_H
#define KEEPD_VRRP_NFT_TABLE_H

/*
 * The nftables table of keepd, family inet: it drops what is addressed to the given addresses.
 * A value, and the messages that make it; pure. Who sends them is nft.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/addr.h"

#define NFT_COMMENT "made by keepd, which removes it"

/* Nobody is to reach this address as a host. */
struct nft_address {
	struct addr addr;
	/* Of a link-local address, which others may have on other links; else unset. */
	uint32_t ifindex;
	char ifname[16];
};

struct nft_table {
	const char *name;
	int32_t priority;	   /* of its chain at the hook input */
	bool is_by_ifindex;	   /* link-local addresses go with the number of the interface */
	bool has_counters;	   /* rules that drop count */
	struct nft_address *addrs; /* in order, none twice: see nft_table_settle() */
	size_t count;
};

/* Brings the addresses in order, drops those that are there twice. */
void nft_table_settle(struct nft_table *t);
bool nft_table_equal(const struct nft_table *a, const struct nft_table *b);

/*
 * The messages that make the table, and before that remove what has its name if is_there. Caller
 * frees; NULL without memory. Sequence numbers begin at 1.
 */
void *nft_table_encode(const struct nft_table *t, bool is_there, size_t *len);

/* As above: what asks for the table of that name, and what removes it. */
void *nft_table_encode_get(const char *name, size_t *len);
void *nft_table_encode_delete(const char *name, size_t *len);

#endif

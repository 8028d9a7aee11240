/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of keepd as nf_tables messages, built with libnftnl. Called by nft.c and firewall.c.
 * For each kind of address there is a set, and one rule that drops what is in it: a packet costs
 * the same whatever the number of addresses.
 */
#include "vrrp/nft_table.h"

#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libnftnl/chain.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>

#define CHAIN "input"

enum {
	ELEMENTS_AT_ONCE = 256,
	MESSAGE_MAX_BYTES = 65536, /* more than one of these with that many elements */
	COMMENT_BYTES = 128,
};

/* ---- the desired table ---- */

static int by_value(const void *a, const void *b)
{
	const struct nft_address *x = a, *y = b;
	int order = addr_cmp(&x->addr, &y->addr);

	if (order)
		return order;
	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	return strcmp(x->ifname, y->ifname);
}

void nft_table_settle(struct nft_table *t)
{
	size_t kept = 0;

	if (t->count)
		qsort(t->addrs, t->count, sizeof(*t->addrs), by_value);
	for (size_t i = 0; i < t->count; i++)
		if (!kept || by_value(&t->addrs[kept - 1], &t->addrs[i]) != 0)
			t->addrs[kept++] = t->addrs[i];
	t->count = kept;
}

bool nft_table_equal(const struct nft_table *a, const struct nft_table *b)
{
	if (strcmp(a->name, b->name) != 0 || a->priority != b->priority ||
		a->is_by_ifindex != b->is_by_ifindex || a->has_counters != b->has_counters ||
		a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (by_value(&a->addrs[i], &b->addrs[i]) != 0)
			return false;
	return true;
}

/* ---- messages ---- */

struct batch {
	char *buf;
	size_t used, room;
	uint32_t seq;
	bool is_failed; /* out of memory */
};

/* Where the next message goes. NULL and is_failed without memory. */
static char *batch_at(struct batch *b)
{
	if (!b->is_failed && b->room - b->used < MESSAGE_MAX_BYTES) {
		size_t room = 2 * b->room + 2 * (size_t)MESSAGE_MAX_BYTES;
		char *buf = realloc(b->buf, room);

		b->is_failed = !buf;
		if (buf) {
			b->buf = buf;
			b->room = room;
		}
	}
	return b->is_failed ? NULL : b->buf + b->used;
}

static void batch_took(struct batch *b, const struct nlmsghdr *h)
{
	b->used += MNL_ALIGN(h->nlmsg_len);
}

static struct nlmsghdr *begin(struct batch *b, uint16_t type, uint16_t flags)
{
	char *at = batch_at(b);

	return at ? nftnl_nlmsg_build_hdr(at, type, NFPROTO_INET, flags, ++b->seq) : NULL;
}

static void put_edge(struct batch *b, struct nlmsghdr *(*edge)(char *buf, uint32_t seq))
{
	char *at = batch_at(b);

	if (at)
		batch_took(b, edge(at, ++b->seq));
}

static void *or_fail(struct batch *b, void *made)
{
	b->is_failed |= !made;
	return made;
}

static void put_table(struct batch *b, const char *name, uint16_t type, uint16_t flags)
{
	struct nftnl_udata_buf *comment = or_fail(b, nftnl_udata_buf_alloc(COMMENT_BYTES));
	struct nftnl_table *t = or_fail(b, nftnl_table_alloc());
	struct nlmsghdr *h = begin(b, type, flags);

	if (h) {
		nftnl_udata_put_strz(comment, NFTNL_UDATA_TABLE_COMMENT, NFT_COMMENT);
		nftnl_table_set_str(t, NFTNL_TABLE_NAME, name);
		if (type == NFT_MSG_NEWTABLE)
			nftnl_table_set_data(t, NFTNL_TABLE_USERDATA, nftnl_udata_buf_data(comment),
				nftnl_udata_buf_len(comment));
		nftnl_table_nlmsg_build_payload(h, t);
		batch_took(b, h);
	}
	if (t)
		nftnl_table_free(t);
	if (comment)
		nftnl_udata_buf_free(comment);
}

static void put_chain(struct batch *b, const struct nft_table *table)
{
	struct nftnl_chain *c = or_fail(b, nftnl_chain_alloc());
	struct nlmsghdr *h = begin(b, NFT_MSG_NEWCHAIN, NLM_F_CREATE);

	if (h) {
		nftnl_chain_set_str(c, NFTNL_CHAIN_TABLE, table->name);
		nftnl_chain_set_str(c, NFTNL_CHAIN_NAME, CHAIN);
		nftnl_chain_set_str(c, NFTNL_CHAIN_TYPE, "filter");
		nftnl_chain_set_u32(c, NFTNL_CHAIN_HOOKNUM, NF_INET_LOCAL_IN);
		nftnl_chain_set_s32(c, NFTNL_CHAIN_PRIO, table->priority);
		nftnl_chain_set_u32(c, NFTNL_CHAIN_POLICY, NF_ACCEPT);
		nftnl_chain_nlmsg_build_payload(h, c);
		batch_took(b, h);
	}
	if (c)
		nftnl_chain_free(c);
}

/* ---- sets ---- */

/* Numbers by which nft(8) knows what a set is of, so that it prints it as such. */
enum {
	NFT_TYPE_IPV4 = 7,
	NFT_TYPE_IPV6 = 8,
	NFT_TYPE_IFINDEX = 20,
	NFT_TYPE_IFNAME = 41,
	NFT_TYPE_BITS = 6, /* of each part of a concatenation */
};

enum kind {
	KIND_IPV4,
	KIND_IPV6,
	KIND_LINK_NAME, /* IPv6 link-local address, interface */
	KIND_LINK_INDEX,
	KIND_COUNT,
};

/* clang-format off */
static const struct {
	const char *set;
	uint8_t nfproto;
	uint32_t offset, addr_bytes; /* of the destination in the network header */
	uint32_t type, key_bytes;
	uint32_t meta;               /* the second part of the key, from where */
} kinds[KIND_COUNT] = {
	[KIND_IPV4]       = { "ipv4", NFPROTO_IPV4, 16, 4, NFT_TYPE_IPV4, 4, 0 },
	[KIND_IPV6]       = { "ipv6", NFPROTO_IPV6, 24, 16, NFT_TYPE_IPV6, 16, 0 },
	[KIND_LINK_NAME]  = { "ipv6_link", NFPROTO_IPV6, 24, 16, NFT_TYPE_IPV6 << NFT_TYPE_BITS | NFT_TYPE_IFNAME, 32, NFT_META_IIFNAME },
	[KIND_LINK_INDEX] = { "ipv6_link", NFPROTO_IPV6, 24, 16, NFT_TYPE_IPV6 << NFT_TYPE_BITS | NFT_TYPE_IFINDEX, 20, NFT_META_IIF },
};
/* clang-format on */

static enum kind kind_of(const struct nft_table *t, const struct nft_address *a)
{
	if (a->addr.family == AF_INET)
		return KIND_IPV4;
	if (!a->ifname[0])
		return KIND_IPV6;
	return t->is_by_ifindex ? KIND_LINK_INDEX : KIND_LINK_NAME;
}

static bool has_kind(const struct nft_table *t, enum kind kind)
{
	for (size_t i = 0; i < t->count; i++)
		if (kind_of(t, &t->addrs[i]) == kind)
			return true;
	return false;
}

static void put_set(struct batch *b, const struct nft_table *table, enum kind kind)
{
	struct nftnl_set *s = or_fail(b, nftnl_set_alloc());
	struct nlmsghdr *h = begin(b, NFT_MSG_NEWSET, NLM_F_CREATE);

	if (h) {
		nftnl_set_set_str(s, NFTNL_SET_TABLE, table->name);
		nftnl_set_set_str(s, NFTNL_SET_NAME, kinds[kind].set);
		nftnl_set_set_u32(s, NFTNL_SET_ID, (uint32_t)kind + 1);
		nftnl_set_set_u32(s, NFTNL_SET_KEY_TYPE, kinds[kind].type);
		nftnl_set_set_u32(s, NFTNL_SET_KEY_LEN, kinds[kind].key_bytes);
		nftnl_set_nlmsg_build_payload(h, s);
		batch_took(b, h);
	}
	if (s)
		nftnl_set_free(s);
}

static void add_element(
	struct batch *b, struct nftnl_set *s, const struct nft_address *a, enum kind kind)
{
	struct nftnl_set_elem *e = or_fail(b, nftnl_set_elem_alloc());
	uint8_t key[32] = { 0 };

	if (!e)
		return;
	memcpy(key, a->addr.bytes, kinds[kind].addr_bytes);
	if (kind == KIND_LINK_NAME)
		memcpy(key + 16, a->ifname, sizeof(a->ifname));
	else if (kind == KIND_LINK_INDEX)
		memcpy(key + 16, &a->ifindex, sizeof(a->ifindex));
	nftnl_set_elem_set(e, NFTNL_SET_ELEM_KEY, key, kinds[kind].key_bytes);
	nftnl_set_elem_add(s, e);
}

/* Of at most ELEMENTS_AT_ONCE elements, from *next on, which is moved on. */
static void put_some_elements(
	struct batch *b, const struct nft_table *table, enum kind kind, size_t *next)
{
	struct nftnl_set *s = or_fail(b, nftnl_set_alloc());
	struct nlmsghdr *h;
	unsigned count = 0;

	for (; s && *next < table->count && count < ELEMENTS_AT_ONCE; (*next)++) {
		if (kind_of(table, &table->addrs[*next]) != kind)
			continue;
		add_element(b, s, &table->addrs[*next], kind);
		count++;
	}
	h = count ? begin(b, NFT_MSG_NEWSETELEM, NLM_F_CREATE) : NULL;
	if (h) {
		nftnl_set_set_str(s, NFTNL_SET_TABLE, table->name);
		nftnl_set_set_str(s, NFTNL_SET_NAME, kinds[kind].set);
		nftnl_set_set_u32(s, NFTNL_SET_ID, (uint32_t)kind + 1);
		nftnl_set_elems_nlmsg_build_payload(h, s);
		batch_took(b, h);
	}
	if (s)
		nftnl_set_free(s);
}

static void put_elements(struct batch *b, const struct nft_table *table, enum kind kind)
{
	for (size_t next = 0; next < table->count && !b->is_failed;)
		put_some_elements(b, table, kind, &next);
}

/* ---- rules ---- */

static struct nftnl_expr *add_expr(struct batch *b, struct nftnl_rule *r, const char *name)
{
	struct nftnl_expr *e = or_fail(b, nftnl_expr_alloc(name));

	if (e)
		nftnl_rule_add_expr(r, e);
	return e;
}

static void add_meta(struct batch *b, struct nftnl_rule *r, uint32_t key, uint32_t reg)
{
	struct nftnl_expr *e = add_expr(b, r, "meta");

	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(e, NFTNL_EXPR_META_DREG, reg);
}

static void add_payload(
	struct batch *b, struct nftnl_rule *r, uint32_t base, uint32_t offset, uint32_t len)
{
	struct nftnl_expr *e = add_expr(b, r, "payload");

	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_LEN, len);
	nftnl_expr_set_u32(e, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
}

static void add_compare(struct batch *b, struct nftnl_rule *r, uint32_t op, uint8_t value)
{
	struct nftnl_expr *e = add_expr(b, r, "cmp");

	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(e, NFTNL_EXPR_CMP_OP, op);
	nftnl_expr_set(e, NFTNL_EXPR_CMP_DATA, &value, sizeof(value));
}

static void add_lookup(struct batch *b, struct nftnl_rule *r, enum kind kind)
{
	struct nftnl_expr *e = add_expr(b, r, "lookup");

	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_str(e, NFTNL_EXPR_LOOKUP_SET, kinds[kind].set);
	nftnl_expr_set_u32(e, NFTNL_EXPR_LOOKUP_SET_ID, (uint32_t)kind + 1);
}

static void add_verdict(struct batch *b, struct nftnl_rule *r, uint32_t verdict)
{
	struct nftnl_expr *e = add_expr(b, r, "immediate");

	if (!e)
		return;
	nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(e, NFTNL_EXPR_IMM_VERDICT, verdict);
}

/* Takes the rule. */
static void put_rule(struct batch *b, const struct nft_table *table, struct nftnl_rule *r)
{
	struct nlmsghdr *h = begin(b, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);

	if (h) {
		nftnl_rule_set_str(r, NFTNL_RULE_TABLE, table->name);
		nftnl_rule_set_str(r, NFTNL_RULE_CHAIN, CHAIN);
		nftnl_rule_nlmsg_build_payload(h, r);
		batch_took(b, h);
	}
	if (r)
		nftnl_rule_free(r);
}

/* Neighbour solicitations and advertisements are never dropped (RFC 9568 6.1, Accept_Mode). */
static void put_neighbours(struct batch *b, const struct nft_table *table)
{
	enum { ICMPV6 = 58, SOLICITATION = 135, ADVERTISEMENT = 136 };
	struct nftnl_rule *r = or_fail(b, nftnl_rule_alloc());

	if (r) {
		add_meta(b, r, NFT_META_L4PROTO, NFT_REG_1);
		add_compare(b, r, NFT_CMP_EQ, ICMPV6);
		add_payload(b, r, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1);
		add_compare(b, r, NFT_CMP_GTE, SOLICITATION);
		add_compare(b, r, NFT_CMP_LTE, ADVERTISEMENT);
		add_verdict(b, r, NF_ACCEPT);
	}
	put_rule(b, table, r);
}

static void put_drop(struct batch *b, const struct nft_table *table, enum kind kind)
{
	struct nftnl_rule *r = or_fail(b, nftnl_rule_alloc());

	if (r) {
		add_meta(b, r, NFT_META_NFPROTO, NFT_REG_1);
		add_compare(b, r, NFT_CMP_EQ, kinds[kind].nfproto);
		add_payload(b, r, NFT_PAYLOAD_NETWORK_HEADER, kinds[kind].offset,
			kinds[kind].addr_bytes);
		if (kinds[kind].key_bytes > kinds[kind].addr_bytes)
			add_meta(b, r, kinds[kind].meta, NFT_REG_2);
		add_lookup(b, r, kind);
		if (table->has_counters)
			add_expr(b, r, "counter");
		add_verdict(b, r, NF_DROP);
	}
	put_rule(b, table, r);
}

/* ---- whole requests ---- */

static void *batch_take(struct batch *b, size_t *len)
{
	if (b->is_failed) {
		free(b->buf);
		return NULL;
	}
	*len = b->used;
	return b->buf;
}

void *nft_table_encode(const struct nft_table *t, bool is_there, size_t *len)
{
	struct batch b = { 0 };

	put_edge(&b, nftnl_batch_begin);
	if (is_there)
		put_table(&b, t->name, NFT_MSG_DELTABLE, 0);
	put_table(&b, t->name, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK);
	put_chain(&b, t);
	if (has_kind(t, KIND_IPV6) || has_kind(t, KIND_LINK_NAME) || has_kind(t, KIND_LINK_INDEX))
		put_neighbours(&b, t);
	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		if (!has_kind(t, kind))
			continue;
		put_set(&b, t, kind);
		put_elements(&b, t, kind);
		put_drop(&b, t, kind);
	}
	put_edge(&b, nftnl_batch_end);
	return batch_take(&b, len);
}

void *nft_table_encode_get(const char *name, size_t *len)
{
	struct batch b = { 0 };

	put_table(&b, name, NFT_MSG_GETTABLE, NLM_F_ACK);
	return batch_take(&b, len);
}

void *nft_table_encode_delete(const char *name, size_t *len)
{
	struct batch b = { 0 };

	put_edge(&b, nftnl_batch_begin);
	put_table(&b, name, NFT_MSG_DELTABLE, NLM_F_ACK);
	put_edge(&b, nftnl_batch_end);
	return batch_take(&b, len);
}

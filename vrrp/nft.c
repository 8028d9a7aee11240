/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of keepd in the kernel: transactions, and the kernel's events about it. Called by
 * firewall.c and withdraw.c.
 */
#include "vrrp/attrs.h"
#include "vrrp/nft.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>

enum {
	BUFFER_BYTES = 32768,
	SOCKET_BUFFER_BYTES = 8 << 20, /* a transaction is one datagram */
};

/* ---- sockets ---- */

static void *open_socket(unsigned groups, struct err *e)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int bytes = SOCKET_BUFFER_BYTES, fd;

	if (!s || mnl_socket_bind(s, groups, MNL_SOCKET_AUTOPID) < 0) {
		err_sys(e, errno, "nftables socket");
		if (s)
			mnl_socket_close(s);
		return NULL;
	}
	fd = mnl_socket_get_fd(s);
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return s;
}

void nft_close(struct nft *n)
{
	if (n->request)
		mnl_socket_close(n->request);
	if (n->events)
		mnl_socket_close(n->events);
	*n = (struct nft){ 0 };
}

int nft_open(struct nft *n, struct err *e)
{
	*n = (struct nft){ 0 };
	n->request = open_socket(0, e);
	n->events = n->request ? open_socket(1u << (NFNLGRP_NFTABLES - 1), e) : NULL;
	if (!n->events) {
		nft_close(n);
		return -1;
	}
	n->events_fd = mnl_socket_get_fd(n->events);
	return 0;
}

/* ---- questions and transactions ---- */

/* What the kernel answered to one datagram; it has done so when the send returns. */
struct answer {
	bool is_there; /* at all */
	int sysno;     /* the first error */
	bool has_table, is_ours;
};

static bool has_our_comment(const struct nftnl_table *t)
{
	/* type, length, text with its NUL */
	const uint8_t head[] = { NFTNL_UDATA_TABLE_COMMENT, sizeof(NFT_COMMENT) };
	uint32_t len = 0;
	const uint8_t *data = nftnl_table_get_data(t, NFTNL_TABLE_USERDATA, &len);

	return data && len == sizeof(head) + sizeof(NFT_COMMENT) &&
	       !memcmp(data, head, sizeof(head)) &&
	       !memcmp(data + sizeof(head), NFT_COMMENT, sizeof(NFT_COMMENT));
}

static void take_table(const struct nlmsghdr *h, struct answer *answer)
{
	struct nftnl_table *t = nftnl_table_alloc();

	if (t && nftnl_table_nlmsg_parse(h, t) == 0) {
		answer->has_table = true;
		answer->is_ours = has_our_comment(t);
	}
	if (t)
		nftnl_table_free(t);
}

static void take_answer(const struct nlmsghdr *h, struct answer *answer)
{
	const struct nlmsgerr *result = mnl_nlmsg_get_payload(h);

	answer->is_there = true;
	if (h->nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE))
		take_table(h, answer);
	else if (h->nlmsg_type == NLMSG_ERROR && !answer->sysno)
		answer->sysno = -result->error;
}

/* 0, or an error number. */
static int ask(struct nft *n, const void *request, size_t len, struct answer *answer)
{
	_Alignas(struct nlmsghdr) char buf[BUFFER_BYTES];
	ssize_t got;

	*answer = (struct answer){ 0 };
	if (mnl_socket_sendto(n->request, request, len) < 0)
		return errno;
	while ((got = mnl_socket_recvfrom(n->request, buf, sizeof(buf))) > 0) {
		int left = (int)got;

		for (const struct nlmsghdr *h = (const struct nlmsghdr *)buf; mnl_nlmsg_ok(h, left);
			h = mnl_nlmsg_next(h, &left))
			take_answer(h, answer);
	}
	if (!answer->is_there)
		return got < 0 ? errno : EIO;
	return answer->sysno;
}

/* Sends a request, which it frees. 0, or an error number. */
static int send_off(struct nft *n, void *request, size_t len, struct answer *answer)
{
	int sysno = request ? ask(n, request, len, answer) : ENOMEM;

	free(request);
	return sysno;
}

/* Is there a table of that name, and is it ours? -1 and *e if it is not, or if nobody knows. */
static int find_table(struct nft *n, const char *name, bool *is_there, struct err *e)
{
	struct answer answer;
	size_t len = 0;
	void *request = nft_table_encode_get(name, &len);
	int sysno = send_off(n, request, len, &answer);

	*is_there = !sysno && answer.has_table;
	if (sysno && sysno != ENOENT)
		return err_sys(e, sysno, "nftables");
	if (*is_there && !answer.is_ours)
		return err_set(e,
			"the nftables table inet %s is not ours, its comment is not \"%s\": give "
			"another name with `nftables`",
			name, NFT_COMMENT);
	return 0;
}

int nft_check(struct nft *n, const char *name, struct err *e)
{
	bool is_there;

	return find_table(n, name, &is_there, e);
}

int nft_put(struct nft *n, const struct nft_table *t, struct err *e)
{
	struct answer answer;
	bool is_there;
	size_t len = 0;
	void *request;
	int sysno;

	if (find_table(n, t->name, &is_there, e) < 0)
		return -1;
	request = nft_table_encode(t, is_there, &len);
	sysno = send_off(n, request, len, &answer);
	return sysno ? err_sys(e, sysno, "nftables table inet %s", t->name) : 0;
}

int nft_remove(struct nft *n, const char *name, struct err *e)
{
	struct answer answer;
	bool is_there;
	size_t len = 0;
	void *request;
	int sysno;

	if (find_table(n, name, &is_there, e) < 0)
		return -1;
	if (!is_there)
		return 0;
	request = nft_table_encode_delete(name, &len);
	sysno = send_off(n, request, len, &answer);
	return sysno ? err_sys(e, sysno, "remove nftables table inet %s", name) : 1;
}

/* ---- events ---- */

/* The first attribute of each message is the name of its table, but for the end of a transaction.
 */
static bool is_about(const struct nlmsghdr *h, const char *name)
{
	const struct nfgenmsg *g = mnl_nlmsg_get_payload(h);
	const struct nlattr *a;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*g) ||
		h->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES ||
		(h->nlmsg_type & 0xff) == NFT_MSG_NEWGEN || g->nfgen_family != NFPROTO_INET)
		return false;
	attrs_of_message (a, h, sizeof(*g))
		if (mnl_attr_get_type(a) == NFTA_TABLE_NAME &&
			mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0)
			return !strcmp(mnl_attr_get_str(a), name);
	return false;
}

bool nft_is_touched(struct nft *n, const char *name)
{
	unsigned own = mnl_socket_get_portid(n->request);
	_Alignas(struct nlmsghdr) char buf[BUFFER_BYTES];
	bool is_touched = false;
	ssize_t got;

	while ((got = mnl_socket_recvfrom(n->events, buf, sizeof(buf))) > 0) {
		int left = (int)got;

		for (const struct nlmsghdr *h = (const struct nlmsghdr *)buf; mnl_nlmsg_ok(h, left);
			h = mnl_nlmsg_next(h, &left))
			is_touched |= h->nlmsg_pid != own && is_about(h, name);
	}
	return is_touched || (got < 0 && errno != EAGAIN);
}
